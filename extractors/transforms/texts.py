"""Texts: of an element or an attribute, on one line or with the lines that a reader sees; keys and names in them."""

import re
from collections.abc import Iterator

from lxml import etree

from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.urls import resolved

_PARAGRAPHS = frozenset(["p", "pre", "ul", "ol", "dl", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr"])
_BLOCKS = _PARAGRAPHS | {
    "address", "article", "aside", "center", "dd", "div", "dt", "fieldset", "figure", "footer", "form", "header", "li",
    "main", "nav", "section", "tbody", "td", "th", "thead", "tr",
}  # fmt: skip
_PREFORMATTED = frozenset(["pre", "textarea"])
_UNSEEN = frozenset(["script", "style", "noscript", "template", "head"])
_PARTING = _BLOCKS | {"br"}
_DEEPEST_CALLS = 200
_PRE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
# Spaces that HTML draws as one; line breaks of the source are among them, except in preformatted text.
_SPACES = re.compile(r"[ \t\n\r\f]+")
_KEY = re.compile(r"-----\s?BEGIN PGP PUBLIC KEY BLOCK\s?-----.*?-----\s?END PGP PUBLIC KEY BLOCK\s?-----", re.DOTALL)
# Marks of what blocks break; the parser lets no such control character into a text.
_LINE, _PARAGRAPH = "\x1e", "\x1d"
_BREAKS = re.compile(r"[ \t\n\xa0]*[\x1d\x1e][\x1d\x1e \t\n\xa0]*")


def plain_text(element: etree._Element) -> str:
    """The element's text on one line, without what a browser does not show; blocks and line breaks part words."""
    pieces = [element.text or ""]
    if len(element) and not _gather(element, pieces, 0):
        # A page may nest as deep as the parser lets it, deeper than functions may call each other.
        pieces = [text for text, _ in _pieces(element)]
    return " ".join("".join(pieces).split())


def _gather(element: etree._Element, pieces: list[str], depth: int) -> bool:
    """Add the pieces of an element's text after its first; whether that could be done to the end."""
    if depth > _DEEPEST_CALLS:
        return False
    for inner in element:
        tag = inner.tag
        parts = tag in _PARTING
        if isinstance(tag, str) and tag not in _UNSEEN:
            if parts:
                pieces.append(" ")
            if inner.text:
                pieces.append(inner.text)
            if len(inner) and not _gather(inner, pieces, depth + 1):
                return False
            if parts:
                pieces.append(" ")
        if inner.tail:
            pieces.append(inner.tail)
    return True


def read_lines(element: etree._Element, *, typed: bool = False) -> str:
    """The element's text with its lines: at ``<br>`` and blocks, and at line breaks of preformatted text.

    Text is preformatted in ``<pre>`` and ``<textarea>``, under ``white-space: pre...``, and when it has no markup at
    all: a market that puts a vendor's text out as it was typed means its lines. Runs of empty lines become one.

    Args:
        element: whose text.
        typed: the line breaks of the source count everywhere, as markets do that turn typed text into paragraphs.
    """
    parts = (text if typed or preformatted else _SPACES.sub(" ", text) for text, preformatted in _pieces(element))
    return tidy_lines(_BREAKS.sub(_line_break, "".join(parts)))


def _line_break(found: re.Match[str]) -> str:
    return "\n\n" if _PARAGRAPH in found[0] else "\n"


def _pieces(element: etree._Element) -> Iterator[tuple[str, bool]]:
    """The pieces of text in document order, each with whether its own line breaks count; marks between blocks.

    Without recursion: a page may nest as deep as the parser lets it.
    """
    preformatted = [len(element) == 0]
    hidden = 0
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            if hidden or node.tag in _UNSEEN:
                hidden += 1
                continue
            style = node.get("style")
            means_lines = node.tag in _PREFORMATTED or (style is not None and _PRE.search(style) is not None)
            preformatted.append(preformatted[-1] or means_lines)
            if node.tag == "br":
                yield "\n", True
            elif node.tag in _BLOCKS:
                yield _PARAGRAPH if node.tag in _PARAGRAPHS else _LINE, True
            if node.text:
                yield node.text, preformatted[-1]
            continue
        if event == "end":
            if hidden:
                hidden -= 1
            else:
                preformatted.pop()
                if node.tag in _BLOCKS:
                    yield _PARAGRAPH if node.tag in _PARAGRAPHS else _LINE, True
        if not hidden and node is not element and node.tail:
            yield node.tail, preformatted[-1]


def tidy_lines(text: str) -> str:
    """A text without space around its lines, and with at most one empty line between two."""
    lines = [line.strip(" \t\xa0\f") for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def read_keys(text: str) -> list[str]:
    """The OpenPGP public key blocks of a text, as they stand, armour included."""
    return [found[0] for found in _KEY.finditer(text)]


def read_url(text: str, conventions: Conventions) -> str | None:
    """An absolute URL, resolved against the page's."""
    stripped = text.strip()
    if not stripped or stripped.startswith(("data:", "javascript:", "#")):
        return None
    try:
        return resolved(conventions.url, stripped)
    except ValueError as error:
        raise UnreadableError(f"{stripped[:40]!r} is no URL: {error}") from error
