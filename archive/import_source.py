"""What an import reads from its sources: exchanges, saved documents, and what could not be taken, with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from archive.capture_records import Document
from archive.errors import UnfitExchangeError
from nightpost.exchange import Exchange

_MEDIA = ("image/", "video/", "audio/", "font/")
# What RFC 3986 lets stand in a URL; a percent sign stays, so that what is encoded is not encoded twice.
_URL_CHARACTERS = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """Something that was not taken into the archive.

    Attributes:
        code: what kind of problem, in snake_case, to be counted by.
        where: the file, and the record or entry in it.
        message: one line for a person.
    """

    code: str
    where: str
    message: str


class SavedPage(Document):
    """A saved page whose time is its file's: a copy of the file often has another."""


Imported = Exchange | Document | ImportProblem
"""One thing that a source holds."""


@dataclass(frozen=True, slots=True)
class ImportTerms:
    """Under what an import runs.

    Attributes:
        site: name of the site that the captures are for.
        run_id: name of the import.
        max_page_bytes: of a longer document only so many bytes are kept, marked as truncated.
        base_url: URL under which saved pages are filed; None: what the page says of itself, else a file URL.
        keeps_media: whether pictures, films, sounds and fonts are taken too.
    """

    site: str
    run_id: str
    max_page_bytes: int
    base_url: str | None = None
    keeps_media: bool = False

    def leaves_out(self, content_type: str) -> bool:
        """Whether a document of that type is media, and media are not kept."""
        return not self.keeps_media and content_type.strip().lower().startswith(_MEDIA)


Source = Iterator[Imported]


def is_web_url(url: str) -> bool:
    """Whether it is an http or https URL with a host."""
    scheme, separator, rest = url.partition("://")
    return scheme.lower() in {"http", "https"} and bool(separator) and rest[:1] not in {"", "/", "?", "#"}


def clean_url(url: str) -> str:
    """The URL with spaces, control characters and everything outside ASCII percent-encoded."""
    return quote(url.strip(), safe=_URL_CHARACTERS)


def read_time(text: str) -> datetime:
    """A moment in ISO 8601; without a time zone it is UTC.

    Raises:
        UnfitExchangeError: it is no moment.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnfitExchangeError(f"{text[:80]!r} is not a time in ISO 8601") from error
