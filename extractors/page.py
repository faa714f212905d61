"""From the bytes of a page to its tree: character set, limits, and a parse that hostile pages cannot make expensive.

Character set: what the page's own byte order mark says, else the HTTP header, else ``<meta>``, else the layout, else
UTF-8, else windows-1252 (the order of the WHATWG's encoding sniffing, with UTF-8 before the legacy default).
"""

import codecs
import re
from dataclasses import dataclass, field

from lxml import etree

from extractors.problems import Problem
from extractors.transforms.texts import plain_text

# Real market pages are 2 kB to 300 kB; what is beyond this is no page to read.
MAX_PAGE_BYTES = 8 * 1024**2
# Real pages have up to 10,000; each costs memory, and time in each selector.
MAX_TAGS = 50_000
_SHORTEST_TAG = len("<b>")
# Real pages nest 20 deep; those that leave tags open row after row, some hundred.
MAX_DEPTH = 300
# The parser compares each attribute with all before it. What is shorter than this holds too few to matter.
_LONG = 200_000
_MOST_ATTRIBUTES = 500
_ATTRIBUTE = r"""[\s/]*+(?:=|[^\s/>=]++\s*+(?:=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+)"""
# Every tag is matched, to its end: what is looked at once is not looked at again.
_TAG = re.compile(
    rf"<[A-Za-z][^\s/>]*+(?:{_ATTRIBUTE}){{0,{_MOST_ATTRIBUTES}}}+(?P<beyond>(?:{_ATTRIBUTE})*+)", re.DOTALL
)
_DEEPEST = etree.XPath("/*" * (MAX_DEPTH + 1))
# Asked first, of every page: each level that is asked for costs, even where there is none.
_IS_DEEP = etree.XPath(f"boolean({'/*' * 50})")
_PRESCAN = 2048
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Browsers read these as their supersets (WHATWG Encoding, names and labels).
_SUPERSETS = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_TOO_DEEP = "Excessive depth"


@dataclass(slots=True)
class Page:
    """A parsed page.

    Attributes:
        root: the document's root element, or None when there is nothing to read.
        charset: what it was decoded with.
        problems: what was wrong with its bytes.
    """

    root: etree._Element | None
    charset: str
    problems: list[Problem] = field(default_factory=list)


def parse_page(body: bytes, *, declared: str | None, fallback: str | None = None) -> Page:
    """Parse a page, whatever it holds.

    Args:
        body: the payload, content codings undone.
        declared: the charset of the HTTP header.
        fallback: the charset of pages that say none, as the layout states it.
    """
    problems: list[Problem] = []
    if len(body) > MAX_PAGE_BYTES:
        problems.append(
            Problem(code="too_large", message=f"{len(body)} bytes; only the first {MAX_PAGE_BYTES} were read")
        )
        body = body[:MAX_PAGE_BYTES]
    text, charset = _decode(body, declared, fallback, problems)
    if "\0" in text:
        problems.append(Problem(code="null_bytes", message=f"{text.count(chr(0))} null characters were left out"))
        text = text.replace("\0", "")
    if len(text) > _LONG:
        text = _with_few_attributes(text, problems)
    if len(text) > _SHORTEST_TAG * MAX_TAGS and text.count("<") > MAX_TAGS:
        problems.append(Problem(code="too_large", message=f"only the first {MAX_TAGS} tags were read"))
        text = "<".join(text.split("<", MAX_TAGS)[:MAX_TAGS])
    if not text or text.isspace():
        problems.append(Problem(code="empty", message="the page has no content"))
        return Page(None, charset, problems)
    # The larger limits of "huge" pages: real ones may leave tags open row after row, and so nest deeper than 256.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(_as_utf8(body, text, charset, problems), parser)
    except etree.XMLSyntaxError as error:
        problems.append(Problem(code="unparsable", message=f"no HTML: {error}"))
        return Page(None, charset, problems)
    if root is None:
        problems.append(Problem(code="empty", message="the page has no elements"))
    elif any(_TOO_DEEP in entry.message for entry in parser.error_log.filter_from_errors()):
        problems.append(Problem(code="too_deep", message="tags are nested too deep; the rest of the page was not read"))
        _cut_deepest(root)
    elif _cut_deepest(root):
        message = f"tags are nested deeper than {MAX_DEPTH}; what is deeper was not read"
        problems.append(Problem(code="too_deep", message=message))
    return Page(root, charset, problems)


def page_title(root: etree._Element) -> str:
    """The page's title on one line, or nothing."""
    title = next(root.iter("title"), None)
    return plain_text(title) if title is not None else ""


def _as_utf8(body: bytes, text: str, charset: str, problems: list[Problem]) -> bytes:
    """The text in the one charset that the parser is told; mostly it is what came."""
    untouched = charset == "utf-8" and not problems and not body.startswith(codecs.BOM_UTF8)
    return body if untouched else text.encode("utf-8", "replace")


def _cut_deepest(root: etree._Element) -> bool:
    """Take out what is nested too deep; whether there was any."""
    deepest = _DEEPEST(root) if _IS_DEEP(root) else []
    for element in deepest:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return bool(deepest)


def _with_few_attributes(text: str, problems: list[Problem]) -> str:
    """The text without what its tags hold beyond the attributes that are read."""
    kept, place = [], 0
    for tag in _TAG.finditer(text):
        if tag["beyond"]:
            kept.append(text[place : tag.start("beyond")])
            place = tag.end()
    if kept:
        message = f"of {len(kept)} tags only the first {_MOST_ATTRIBUTES} attributes were read"
        problems.append(Problem(code="too_large", message=message))
    return "".join([*kept, text[place:]])


def _decode(body: bytes, declared: str | None, fallback: str | None, problems: list[Problem]) -> tuple[str, str]:
    """The text, with the first of the charsets that are named which really reads it."""
    for mark, charset in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace"), charset
    in_page = _META.search(body, 0, _PRESCAN)
    named = [declared, in_page[1].decode("ascii") if in_page else None, fallback]
    stated = [charset for charset in map(_known, named) if charset]
    for place, charset in enumerate(dict.fromkeys([*stated, "utf-8"])):
        text = _strictly(body, charset)
        if text is not None:
            if place and stated:
                problems.append(_wrong_charset(stated[0], charset))
            return text, charset
    # A few bad bytes in an otherwise UTF-8 text (a cut page, a pasted byte) are not another character set.
    tolerant = body.decode("utf-8", "replace")
    if tolerant.count("\ufffd") * 50 < sum(character > "\x7f" for character in tolerant):
        problems.append(_wrong_charset(stated[0] if stated else "utf-8", "utf-8 with errors"))
        return tolerant, "utf-8"
    problems.append(_wrong_charset(stated[0] if stated else "utf-8", "windows-1252"))
    return body.decode("cp1252", "replace"), "cp1252"


def _strictly(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except (UnicodeError, LookupError):
        # The codec "undefined" and UTF-16 without its mark raise the wider error.
        return None


def _known(charset: str | None) -> str | None:
    """Python's name for a charset that decodes bytes to text, or None."""
    if not charset:
        return None
    try:
        codec = codecs.lookup(charset.strip(" \"'"))
    except (LookupError, ValueError):
        return None
    # Codecs such as "hex" or "zip" turn bytes into bytes; a page may name them.
    if not getattr(codec, "_is_text_encoding", True) or codec.name in {"idna", "punycode", "unicode_escape", "utf-7"}:
        return None
    return _SUPERSETS.get(codec.name, codec.name)


def _wrong_charset(stated: str, read_as: str) -> Problem:
    return Problem(code="wrong_charset", message=f"the page is not {stated} as stated; read as {read_as}")
