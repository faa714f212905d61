"""The texts of the labels, from the research data beside the project."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from evaluation.labels import Label, labels
from evaluation.research import RESEARCH, filed_titles, saved_pages
from extractors.generic_reading import read_unknown
from extractors.records import Listing, Vendor
from nightpost.errors import ConfigurationError

__all__ = ["labelled_texts"]

_MARKETS = ("cryptonia", "empire")


def labelled_texts(kind: str, data: Path = RESEARCH) -> list[tuple[Label, str]]:
    """Each label of ``titles`` or ``descriptions`` with its text.

    Raises:
        ConfigurationError: the research data is not there, or a text is no longer the one that was labelled.
    """
    texts = dict(_titles(data) if kind == "titles" else _descriptions(data))
    found = []
    for label in labels(kind):
        text = texts.get(label.text_sha256)
        if text is None:
            raise ConfigurationError(
                f"the text of {label.id} is not in {data} as it was when it was labelled; "
                f"restore the research data, or see what changed in reading its page"
            )
        found.append((label, text))
    return found


def _titles(data: Path) -> Iterator[tuple[str, str]]:
    return ((_short_digest(one.title), one.title) for one in filed_titles(data))


def _descriptions(data: Path) -> Iterator[tuple[str, str]]:
    for market in _MARKETS:
        for name, body in saved_pages(data / "pages" / market):
            for record in read_unknown(body, url=name, fetched_at=None).records:
                if isinstance(record, Listing | Vendor):
                    texts = [record.description, record.terms if isinstance(record, Vendor) else None]
                    yield from ((_short_digest(text), text) for text in texts if text)


def _short_digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
