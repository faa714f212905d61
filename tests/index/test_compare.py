"""Two indexes compared: the same journal gives the same in both stores, and each sort of difference is found."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

from archive.reader import ArchiveReader
from index.compare import Comparison, Difference, PartDifference, Tally
from index.conditions import EVERYTHING, Condition
from index.documents import Document, Kind
from index.elasticsearch_store import ElasticsearchStore
from index.errors import StoreError
from index.ingest import ingest
from index.sqlite_store import SqliteStore
from index.store import Store
from nightpost.settings import Settings
from tests.index.example import MARKET, document
from tests.index.ingest_run_suite import busy_market
from tests.index.market import LAYOUT

# Their order by code point, which is neither that of UTF-16 units nor of any language.
IDS = ["A", "Z", "a", "a/1", "a/10", "a/2", "b", "\u00e9", "\u4e00", "\ue000", "\uffff", "\U0001f600", "\U0010ffff"]


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Store]:
    with SqliteStore(tmp_path / "index.sqlite") as store:
        yield store


@pytest.fixture
def cluster(elasticsearch_settings: Settings) -> Iterator[Store]:
    with ElasticsearchStore(elasticsearch_settings.index, elasticsearch_settings.elasticsearch) as store:
        yield store


def differences(comparison: Comparison) -> list[Difference]:
    return [one for one in comparison.differences() if one is not None]


def changed(one: Document, **values: Any) -> Document:
    return one.model_copy(update=values)


def test_the_same_journal_fills_both_stores_alike(
    tmp_path: Path, embedded: Store, cluster: Store, nlp: Language
) -> None:
    market = busy_market(tmp_path / "archive")
    for name, store in (("embedded", embedded), ("cluster", cluster)):
        ingest(ArchiveReader(market.folder), store, {"plain": LAYOUT}, nlp, folder=tmp_path / name)
    comparison = Comparison(embedded, cluster)
    assert differences(comparison) == []
    assert comparison.compared > 100
    assert {kind: tally.same for kind, tally in comparison.tallies.items() if tally.same} == embedded.counts()
    assert embedded.counts() == cluster.counts()


def test_each_sort_of_difference_is_found_and_named(embedded: Store, cluster: Store) -> None:
    same, *others, review = MARKET
    vendor = others[-1]
    later = [others[2].dates["last_seen"][0] + timedelta(days=1)]
    planted = [
        changed(others[0], body={**others[0].body, "title": "other", "more": 1}),
        changed(others[1], numbers={**others[1].numbers, "cost": [0.5]}, keywords={}),
        changed(others[2], dates={**others[2].dates, "last_seen": later}),
        changed(vendor, state={"seen": "otherwise"}),
    ]
    assert embedded.write([same, *others, document("listing", "empire/0")]) == []
    assert cluster.write([same, *planted, document("listing", "empire/9"), review]) == []
    comparison = Comparison(embedded, cluster)
    found = {f"{one.kind}:{one.id}": one for one in differences(comparison)}

    assert {name: one.how for name, one in found.items()} == {
        "listing:empire/0": "only_here", "listing:empire/9": "only_there", "review:empire/r1": "only_there",
        "listing:empire/2": "differs", "listing:cryptonia/a-7": "differs", "vendor:empire/dr_green": "differs",
        "vendor:cryptonia/alice": "differs",
    }  # fmt: skip
    assert found["listing:empire/2"].parts == (
        PartDifference("body.more", None, 1),
        PartDifference("body.title", "2C-B pills 20mg", "other"),
    )
    parts = {part.part: part for part in found["listing:cryptonia/a-7"].parts}
    assert parts.pop("numbers.cost") == PartDifference("numbers.cost", [0.0123], [0.5])
    assert parts.keys() == {f"keywords.{name}" for name in others[1].keywords}
    assert parts["keywords.vendor"] == PartDifference("keywords.vendor", ["alice"], None)
    assert [part.part for part in found["vendor:empire/dr_green"].parts] == ["dates.last_seen"]
    assert found["vendor:empire/dr_green"].parts[0].there == ["2019-06-02T00:00:00+00:00"]
    assert found["vendor:cryptonia/alice"].parts == (
        PartDifference("state.seen", "cryptonia/alice", "otherwise"),
    )  # fmt: skip
    assert comparison.tallies["listing"] == Tally(same=1, differs=2, only_here=1, only_there=1)
    assert (comparison.tallies["vendor"], comparison.tallies["review"]) == (Tally(differs=2), Tally(only_there=1))
    assert (comparison.different, comparison.compared) == (7, 8)


def test_ids_of_any_letters_are_merged_in_one_order(embedded: Store, cluster: Store) -> None:
    assert embedded.write([document("listing", one) for one in reversed(IDS)]) == []
    assert cluster.write([document("listing", one) for one in IDS if one != "\uffff"]) == []
    cluster.refresh()
    assert [one.id for one in embedded.scan("listing")] == sorted(IDS) == IDS
    assert differences(Comparison(embedded, cluster)) == [Difference("listing", "\uffff", "only_here")]


def test_an_empty_index_lacks_everything(embedded: Store, tmp_path: Path) -> None:
    assert embedded.write(MARKET) == []
    with SqliteStore(tmp_path / "empty.sqlite") as empty:
        assert len(differences(Comparison(embedded, empty))) == len(MARKET)
        assert {one.how for one in differences(Comparison(empty, embedded))} == {"only_there"}


def test_nothing_is_held_but_what_is_compared(tmp_path: Path) -> None:
    class Drawn(SqliteStore):
        """Counts how many documents were taken from it."""

        taken = 0

        def scan(self, kind: Kind, condition: Condition = EVERYTHING) -> Iterator[Document]:
            for one in super().scan(kind, condition):
                self.taken += 1
                yield one

    with Drawn(tmp_path / "a.sqlite") as here, Drawn(tmp_path / "b.sqlite") as there:
        here.write([document("listing", f"{number:04}") for number in range(3000)])
        there.write([document("listing", "2999x")])
        going = Comparison(here, there, kinds=("listing",)).differences()
        for number in range(1, 2000):
            assert next(going) is not None
            assert (here.taken, there.taken) == (number, 1)


def test_a_store_out_of_order_is_an_error_and_no_difference(tmp_path: Path) -> None:
    class Shuffled(SqliteStore):
        def scan(self, kind: Kind, condition: Condition = EVERYTHING) -> Iterator[Document]:
            return iter([*super().scan(kind, condition)][::-1])

    with Shuffled(tmp_path / "a.sqlite") as here, SqliteStore(tmp_path / "b.sqlite") as there:
        for store in (here, there):
            store.write(MARKET)
        with pytest.raises(StoreError, match="compare again"):
            differences(Comparison(here, there))
