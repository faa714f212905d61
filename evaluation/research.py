"""The research data beside the project: titles as markets filed them, and saved pages."""

import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from nightpost.errors import ConfigurationError

__all__ = ["RESEARCH", "FiledTitle", "filed_titles", "saved_pages"]

RESEARCH = Path(__file__).parents[2] / "shared" / "data"
# Older parsers' expectations, not pages.
_NO_PAGES = ("expected/", "silver.csv")


@dataclass(frozen=True, slots=True)
class FiledTitle:
    """A title as a market filed it; ``title_id`` is what evaluation labels call it."""

    title_id: str
    title: str
    category: str
    vendor: str


def filed_titles(data: Path = RESEARCH) -> list[FiledTitle]:
    """Every title of the research data that has a category.

    Raises:
        ConfigurationError: the data is not there.
    """
    try:
        return [*_alphabay(data), *_white_house(data)]
    except FileNotFoundError as error:
        raise ConfigurationError(f"no research data beside the project: {error.filename} is missing") from error


def _alphabay(data: Path) -> Iterator[FiledTitle]:
    with gzip.open(data / "listings" / "alphabay-2017.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            yield FiledTitle(f"alphabay-2017:{number}", row["title"], row["category"], row["vendor"])


def _white_house(data: Path) -> Iterator[FiledTitle]:
    with (data / "pages" / "white-house" / "silver.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            digest = sha256(row["Product"].encode()).hexdigest()[:12]
            yield FiledTitle(f"white-house:{digest}", row["Product"], row["Category"], row["Vendor"])


def saved_pages(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The saved pages of a market that are not empty, by name; not what older parsers were expected to give."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, body = file.relative_to(folder).as_posix(), file.read_bytes()
        if body and not name.startswith(_NO_PAGES):
            yield name, body
