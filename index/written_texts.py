"""The texts of a document as they were written, and the text field in which the words of each are searched."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.documents import Document

__all__ = ["WrittenText", "written_texts"]

# Paths in a body, each with the field that `index.search_documents` (of an identity: linkage) puts its words into.
_FIELD_OF_PATH: dict[str, dict[str, str]] = {
    "listing": {"title": "title", "description": "text", "vendor": "text"},
    "vendor": {"handle": "name", "contacts[].value": "name", "description": "text", "terms": "text"},
    "review": {"text": "text"},
    "mention": {"text": "text"},
    "identity": {"accounts[].handle": "name", "links[].evidence[].value": "name"},
}
_STEP = re.compile(r"(\w+)(\[\])?\.?")


@dataclass(frozen=True, slots=True)
class WrittenText:
    """One text of a document.

    Attributes:
        path: where it stands in the body, such as ``description`` or ``contacts[0].value``.
        field: ``name``, ``title`` or ``text``.
        text: as it was written.
    """

    path: str
    field: str
    text: str


def written_texts(document: Document) -> list[WrittenText]:
    """The texts of a document whose words are searched, without those that are not there.

    Addresses, contacts and fingerprints that were read in a text are searched as names too; they stand in that text.
    """
    # The body of a version is that of a listing or vendor, and says which.
    kind = str(document.body.get("kind")) if document.kind == "version" else document.kind
    return [
        WrittenText(place, field, text)
        for path, field in _FIELD_OF_PATH.get(kind, {}).items()
        for place, text in _at(document.body, path)
    ]


def _at(body: Any, path: str, place: str = "") -> Iterator[tuple[str, str]]:
    """The texts at a path, each with its own: ``a[].b`` is at ``a[0].b``, ``a[1].b`` and so on."""
    step = _STEP.match(path)
    if step is None:
        if isinstance(body, str) and body:
            yield place, body
        return
    name, listed = step.groups()
    value = body.get(name) if isinstance(body, dict) else None
    here = f"{place}.{name}" if place else name
    if not listed:
        yield from _at(value, path[step.end() :], here)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _at(one, path[step.end() :], f"{here}[{number}]")
