"""A market's page made fit to be looked at in a browser: its text, its build and its colours, and nothing that acts.

Whoever wrote the page is hostile. Only what is on the lists below stays: no script, no handler, no form, no link, no
address of anything, no picture, no style that loads or covers something. The page is shown in a frame without any
rights besides, under a policy that loads nothing; each of the three is enough by itself.
"""

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

# Of a longer page the rest is not shown; it is read all the same.
MAX_SHOWN = 400_000
MAX_STYLE = 200_000

POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
"""Content-Security-Policy of the frame, and of the report around it."""

MARK, ROW, TONE = "data-nightpost-field", "data-nightpost-row", "data-nightpost-tone"
"""What marks an element of the page: the fields that are read from it, a record's row, the colour."""
_MARKS = (MARK, ROW, TONE)

_KEPT = frozenset(
    re.findall(
        r"\w+",
        """a abbr address article aside b bdi big blockquote br caption center cite code col colgroup dd del details dfn
        dir div dl dt em fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i ins kbd label legend li
        main mark menu nav ol p pre q s samp section small span strike strong sub summary sup table tbody td tfoot th
        thead time tr tt u ul var wbr""",
    )
)
_BECOMES = {"form": "div", "noscript": "div", "dialog": "div", "hgroup": "div", "search": "div", "body": "div"}
# With everything in them.
_DROPPED = re.findall(
    r"\w+",
    """script style template iframe frame frameset object embed applet link meta base title head noembed noframes xmp
    plaintext param source track canvas audio video math""",
)
_STANDS_FOR = {
    "img": "picture",
    "image": "picture",
    "svg": "picture",
    "input": "input",
    "textarea": "text input",
    "select": "choice",
}
_WORDS = {"title", "dir", "align", "valign", "class", "id"}
_SIZES = {"width", "height", "colspan", "rowspan", "border", "cellpadding", "cellspacing", "size"}
_COLOURS = {"bgcolor", "color"}
_LONGEST_ATTRIBUTE = 300
_SIZE = re.compile(r"^\d{1,4}%?$")
_MOST_SPANNED = 100
_COLOUR = re.compile(r"^#?[a-zA-Z0-9]{1,30}$")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_PROPERTY = re.compile(r"^[a-z-]{2,40}$")
_VALUE = re.compile(r"^[a-zA-Z0-9\s#%.,!+*/()_-]{1,200}$")
_FUNCTION = re.compile(r"([a-zA-Z-]*)\(")
_FUNCTIONS = frozenset(["rgb", "rgba", "hsl", "hsla", "calc", "var", "repeat", "minmax"])
_CSS_SELECTOR = re.compile(r"^[a-zA-Z0-9\s.#,>+~:*()_-]{1,500}$")
# What could cover the page, or hide from whom looks at it what was read.
_REFUSED_PROPERTIES = frozenset(["behavior", "position", "z-index", "pointer-events", "animation", "content"])


def sanitised(markup: str) -> tuple[str, str]:
    """A page's body and style sheet, harmless.

    Args:
        markup: HTML of any kind.

    Returns:
        The body's content as HTML, and the text of its style sheets.
    """
    soup = BeautifulSoup(markup[:MAX_SHOWN], "lxml")
    style = safe_style("\n".join(tag.get_text() for tag in soup.find_all("style"))[:MAX_STYLE])
    for tag in soup.find_all(_DROPPED):
        tag.decompose()
    for text in soup.find_all(string=True):
        if isinstance(text, PreformattedString):  # comments, declarations, CDATA
            text.extract()
        elif _CONTROLS.search(text):
            text.replace_with(NavigableString(_CONTROLS.sub("", text)))
    for tag in soup.find_all(list(_STANDS_FOR)):
        _replace_by_words(tag, _STANDS_FOR[tag.name])
    for tag in soup.find_all(True):
        _make_harmless(tag)
    return soup.decode(formatter="minimal"), style


def safe_style(css: str) -> str:
    """Of a style sheet the plain rules, with those declarations that only say how something looks."""
    rules = []
    for chunk in _without_comments(css).split("}"):
        before, brace, body = chunk.rpartition("{")
        # What stands around it ("@media print {") is left, so that its rules hold always.
        selector = before.rpartition("{")[2].rpartition(";")[2].strip()
        declarations = safe_declarations(body)
        if brace and declarations and _CSS_SELECTOR.match(selector):
            rules.append(f"{selector} {{ {declarations} }}")
    return "\n".join(rules)


def safe_declarations(css: str) -> str:
    """Of the declarations of a rule, or of a style attribute, those that only say how something looks."""
    kept = []
    for declaration in css.split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon or not _PROPERTY.match(name) or name in _REFUSED_PROPERTIES or not _VALUE.match(value):
            continue
        if "//" not in value and all(function.lower() in _FUNCTIONS for function in _FUNCTION.findall(value)):
            kept.append(f"{name}: {value}")
    return "; ".join(kept)


def _without_comments(css: str) -> str:
    first, *rest = css.split("/*")
    return first + "".join(part.partition("*/")[2] for part in rest)


def _make_harmless(tag: Tag) -> None:
    if tag.name == "html":
        tag.unwrap()
        return
    if tag.name not in _KEPT:
        tag.name = _BECOMES.get(tag.name, "span")
    given = {key.lower(): _text(value) for key, value in tag.attrs.items()}
    tag.attrs = {key: value for key, value in given.items() if key in _MARKS or _keeps(key, value)}
    if "style" in given:
        tag["style"] = safe_declarations(given["style"])


def _replace_by_words(tag: Tag, what: str) -> None:
    """Say what stood there: a picture's or an input's own words are often what is read."""
    words = [what, *(_text(tag[key]) for key in ("alt", "name", "value", "title") if tag.has_attr(key))]
    if tag.name in {"textarea", "select"}:
        words.append(tag.get_text(" "))
    tag.clear()
    tag.name = "span"
    tag.attrs = {key: tag[key] for key in _MARKS if tag.has_attr(key)}
    tag.string = "[" + " ".join(" ".join(words).split())[:_LONGEST_ATTRIBUTE] + "]"


def _text(value: object) -> str:
    return _CONTROLS.sub("", " ".join(map(str, value)) if isinstance(value, list) else str(value))


def _keeps(key: str, value: str) -> bool:
    if key in _SIZES:
        return _SIZE.match(value) is not None and not (key.endswith("span") and int(value.rstrip("%")) > _MOST_SPANNED)
    if key in _COLOURS:
        return _COLOUR.match(value) is not None
    return (key in _WORDS and len(value) <= _LONGEST_ATTRIBUTE) or key == "style"
