"""Markets whose pages' contents are known, to measure how well unseen markets are read, and the measure.

What the saved real pages say is what their layouts read (which `tests/extractors/test_layouts_gold.py` checks); what
the facades say is what they were rendered from. A value counts as found only when it is exactly the true one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from evaluation.research import saved_pages
from extractors.layout import load_layout
from extractors.reading import Reading, read_page
from extractors.records import PageKind
from replica.facades import render
from training.examples import RESEARCH_PAGES

Record = dict[str, Any]

FETCHED = datetime(2019, 11, 10, 12, 30, 15, tzinfo=UTC)
HOST = f"http://{'a' * 56}.onion/"
FIELDS: dict[str, tuple[str, ...]] = {
    "listing": ("title", "vendor", "price", "ships_from", "ships_to"),
    "vendor": ("handle", "pgp_keys", "registered_at", "sales"),
    "row": ("title", "vendor", "price", "url"),
}
_GROUPS: dict[str, str] = {
    "listing": "listing", "vendor": "vendor", "pgp": "vendor", "listing_index": "row", "category_index": "row",
}  # fmt: skip
_KIND_OF_GROUP = {"listing": "listing", "vendor": "vendor", "row": "listing"}


@dataclass(frozen=True, slots=True)
class TruePage:
    """A page and what it truly says; its address is None when a reader may not know it."""

    name: str
    url: str | None
    body: bytes
    kind: PageKind
    records: list[Record]


@dataclass(slots=True)
class Tally:
    """How often a field was found, missed, and wrongly or needlessly given."""

    found: int = 0
    missed: int = 0
    wrong: int = 0

    @property
    def recall(self) -> float | None:
        """The share of true values that were found; None when there are none."""
        return self.found / (self.found + self.missed) if self.found + self.missed else None

    @property
    def precision(self) -> float | None:
        """The share of given values that are true; None when none was given."""
        return self.found / (self.found + self.wrong) if self.found + self.wrong else None


@dataclass(slots=True)
class Score:
    """One market's measure: a tally for each field (``group.field``), and the pages whose kind was told rightly."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    kinds_right: int = 0
    pages: int = 0


def real_market(market: str, folder: Path = RESEARCH_PAGES) -> list[TruePage]:
    """The saved pages of a real market, with what its layout reads; their addresses are not known."""
    layout = load_layout(market)
    found = []
    for name, body in saved_pages(folder / market):
        reading = read_page(body, url=HOST, fetched_at=FETCHED, layout=layout, with_links=False)
        records = [record.model_dump(mode="json") for record in reading.records]
        found.append(TruePage(name, None, body, reading.page_kind, records))
    return found


def facade_market(name: str, *, seed: int = 1) -> list[TruePage]:
    """The pages of a facade."""
    return [TruePage(page.path, page.url, page.html, page.kind, page.records) for page in render(name, seed=seed)]


def score(pages: Iterable[TruePage], read: Callable[[TruePage], Reading]) -> Score:
    """Read every page and compare.

    Rows are matched by their address; a row that the truth does not list counts as a wrong address, nothing more.
    """
    result = Score()
    for page in pages:
        reading = read(page)
        result.pages += 1
        result.kinds_right += reading.page_kind == page.kind
        group = _GROUPS.get(page.kind)
        if group is None or not page.records:
            continue
        given = [record.model_dump(mode="json") for record in reading.records]
        for true, found in _pairs(group, page.records, given):
            for name in FIELDS[group]:
                _compare(result, f"{group}.{name}", _value(name, true), _value(name, found), stated=name in true)
    return result


def _pairs(group: str, truth: list[Record], given: list[Record]) -> Iterator[tuple[Record, Record]]:
    kind = _KIND_OF_GROUP[group]
    true = [record for record in truth if record["kind"] == kind]
    found = [record for record in given if record["kind"] == kind]
    if group != "row":
        if true:
            yield true[0], found[0] if found else {}
        return
    by_address: dict[object, list[Record]] = {}
    for record in found:
        by_address.setdefault(_value("url", record), []).append(record)
    for record in true:
        same = by_address.get(_value("url", record))
        yield record, same.pop(0) if same else {}
    for left in (record for records in by_address.values() for record in records):
        yield {"url": None}, {"url": left.get("url")}


def _compare(result: Score, name: str, true: object, found: object, *, stated: bool) -> None:
    tally = result.tallies.setdefault(name, Tally())
    if true is None:
        # What the truth does not speak of can be neither right nor wrong.
        tally.wrong += found is not None and stated
    elif found == true:
        tally.found += 1
    else:
        tally.missed += 1
        tally.wrong += found is not None


def _value(name: str, record: Record) -> object:
    """A field's value for comparison: what is absent is None, space is one space, the host of an address is none."""
    value = record.get(name)
    return None if value in (None, [], "") else _NORMAL.get(name, _one_space)(value)


def _one_space(value: Any) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _path(value: str) -> str:
    return "/" + (value.partition("://")[2].partition("/")[2] if "://" in value else value.lstrip("/"))


_NORMAL: dict[str, Callable[[Any], object]] = {
    "url": _path,
    "price": lambda value: (Decimal(str(value["amount"])).normalize(), value["currency"]),
    "registered_at": lambda value: str(value)[:10],
    "ships_from": frozenset,
    "ships_to": frozenset,
    "pgp_keys": lambda value: tuple("".join(key.split()) for key in value),
}
