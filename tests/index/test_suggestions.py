"""A query that finds nothing is answered with the values that it may have meant."""

from collections.abc import Iterator

import pytest

from index.analysis import prepare
from index.documents import Document
from index.query import parse
from index.search import Request
from index.sqlite_store import SqliteStore
from index.suggestions import Suggestion, suggest
from nightpost.clock import FixedClock
from tests.index.example import MARKET, document, moment

CLOCK = FixedClock(moment("2020-03-01"))

TEXT = "Shipping of 5-MeO-DMT by dr_green"
SAID = Document(
    kind="listing",
    id="m/said",
    body={"title": "Dolphin", "description": TEXT},
    words={"title": "dolphin", "text": prepare([TEXT])},
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    more = [
        document("listing", f"m/{number}", vendor=vendor, substance=substance)
        for number, (vendor, substance) in enumerate(
            [
                ("Blue House", "codeine"),
                ("bluehouse", "cocaine"),
                ("bluehorse", "cocaine"),
                ("xena", "dmt"),
                ("x", "dmt"),
            ]
        )
    ]
    with SqliteStore(tmp_path_factory.mktemp("suggestions") / "index.sqlite") as store:
        store.write([*MARKET, *more, SAID])
        yield store


def suggested(store: SqliteStore, query: str) -> list[str]:
    return [one.text for one in suggest(store, parse(query, CLOCK).condition)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("substance:cocain", ["substance:cocaine"]),
        ("substance:cocine", ["substance:cocaine", "substance:codeine"]),
        ("substance:ocaine", ["substance:cocaine"]),
        ("substance:dtm", ["substance:dmt"]),
        ("mdma AND (substance:cocain OR vendor:bluhouze)", ["substance:cocaine", "vendor:bluehouse"]),
        ("substance:(cocain mdma)", ["substance:cocaine"]),
        ("vendor:dr-green", ["vendor:dr_green"]),
        ("vendor:bluehose", ["vendor:bluehorse", "vendor:bluehouse", 'vendor:"blue house"']),
        ("vendor:dr_", ["vendor:dr_green"]),
        ("kind:lsting", ["kind:listing"]),
        ("contact:dr@protn.me", ['contact:"dr@proton.me"']),
        ("vendor:dr_green substance:heroin", []),
        ("NOT substance:cocain", []),
        ("vendor:y", []),
        ("ketamin", []),
        ("mmda", ["mdma"]),
        ("title:dolphn", ["dolphin"]),
        ("dolphn AND substance:cocain", ["dolphin", "substance:cocaine"]),
        ("shiping", ["shipping"]),
        ("5-meo-dtm", ["5meodmt"]),
        ("text:dr_geren", ["drgreen"]),
        ("xq", []),
        ("price:5", []),
        ("substance:cocaine", []),
    ],
)  # fmt: skip
def test_what_may_have_been_meant(store: SqliteStore, query: str, expected: list[str]) -> None:
    assert suggested(store, query) == expected


def test_a_suggestion_tells_how_often_it_would_be_found(store: SqliteStore) -> None:
    (one,) = suggest(store, parse("substance:Cocain", CLOCK).condition)
    assert one == Suggestion("substance", "cocain", "cocaine", 3)
    found = store.search(Request(condition=parse(one.text, CLOCK).condition))
    assert found.total == one.count


def test_the_work_is_bounded(store: SqliteStore) -> None:
    query = " OR ".join(f"substance:cocain{number}" for number in range(50))
    assert len(suggest(store, parse(query, CLOCK).condition)) == 10
    assert len(suggest(store, parse("vendor:bluehose", CLOCK).condition, most=1)) == 1
