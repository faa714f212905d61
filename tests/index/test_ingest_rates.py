"""Listings priced in dollars as they are ingested: at the rate of the day on which the price was stated last."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

from archive.reader import ArchiveReader
from index.documents import Document, Key
from index.history import state_at
from index.ingest import ingest
from index.query import parse
from index.rates import Rate, Rates
from index.search import Request
from index.sqlite_store import SqliteStore
from index.store import Store
from nightpost.clock import FixedClock
from tests.index.market import LAYOUT, START, Market, index_page, listing_fields, listing_page

DAY = timedelta(days=1)
FIRST = START.date()
RATES = Rates.of(("EUR", Rate(Decimal(usd), FIRST + day * DAY)) for day, usd in enumerate(["1.25", "1.5", "2"]))
KEY = Key("listing", "plain/1")


@pytest.fixture
def market(tmp_path: Path) -> Market:
    return Market(tmp_path / "archive")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "index.sqlite") as store:
        yield store


def run(market: Market, store: Store, nlp: Language, rates: Rates | None = RATES, *, replay: bool = False) -> None:
    folder = market.folder.parent / "state"
    summary = ingest(
        ArchiveReader(market.folder), store, {"plain": LAYOUT}, nlp, folder=folder, rates=rates, replay=replay
    )
    assert summary.rejected == 0


def offer(price: str = "\u20ac40") -> tuple[str, bytes]:
    return listing_page(1, title="10g MDMA", price=price)


def money(document: Document | None) -> tuple[dict[str, list[float]], Any]:
    assert document is not None
    wanted = ("cost", "price", "price_per_gram")
    return {name: document.numbers[name] for name in wanted if name in document.numbers}, document.body["usd"]


def used(usd: float, day: int) -> dict[str, Any]:
    return {"rate": usd, "day": str(FIRST + day * DAY), "source": "rates.csv"}


def test_a_price_is_converted_and_says_with_what(market: Market, store: Store, nlp: Language) -> None:
    market.capture(offer(), listing_page(2, title="10g MDMA", price="$40"), listing_page(3, title="2g MDMA"))
    run(market, store, nlp)
    assert money(store.get(*KEY)) == ({"cost": [40.0], "price": [50.0], "price_per_gram": [5.0]}, used(1.25, 0))
    assert money(store.get("listing", "plain/2")) == ({"cost": [40.0], "price": [40.0], "price_per_gram": [4.0]}, None)
    assert money(store.get("listing", "plain/3")) == ({}, None)
    condition = parse("price_per_gram:[4.5 TO 6] price:50", FixedClock(START)).condition
    assert [hit.document.id for hit in store.search(Request(condition=condition)).hits] == ["plain/1"]


def test_without_a_rate_there_is_no_price_until_a_replay_has_one(market: Market, store: Store, nlp: Language) -> None:
    market.capture(offer())
    for rates in (None, Rates.of([("BTC", Rate(Decimal(5000), FIRST))])):
        run(market, store, nlp, rates)
        assert money(store.get(*KEY)) == ({"cost": [40.0]}, None)
    run(market, store, nlp)
    assert money(store.get(*KEY)) == ({"cost": [40.0]}, None)
    run(market, store, nlp, replay=True)
    assert money(store.get(*KEY)) == ({"cost": [40.0], "price": [50.0], "price_per_gram": [5.0]}, used(1.25, 0))


def test_the_day_is_that_of_the_last_capture_that_states_the_price(market: Market, store: Store, nlp: Language) -> None:
    market.capture(offer())
    market.capture(offer(), later=DAY)
    market.capture(index_page(listing_fields(1, title="10g MDMA")), later=DAY)
    run(market, store, nlp)
    numbers, usd = money(store.get(*KEY))
    assert (numbers["price"], usd) == ([60.0], used(1.5, 1))


def test_a_former_price_keeps_the_rate_of_its_own_time(market: Market, store: Store, nlp: Language) -> None:
    market.capture(offer())
    market.capture(offer("\u20ac50"), later=DAY)
    market.capture(offer("\u20ac50"), later=DAY)
    run(market, store, nlp)
    assert money(store.get(*KEY))[0]["price"] == [100.0]
    former = state_at(store, KEY, START + DAY / 2)
    assert money(former) == ({"cost": [40.0], "price": [50.0], "price_per_gram": [5.0]}, used(1.25, 0))


def test_what_came_in_pieces_or_late_is_the_same(tmp_path: Path, market: Market, nlp: Language) -> None:
    days = [(offer(), DAY), (offer("\u20ac50"), DAY), (index_page(listing_fields(1, title="10g MDMA")), DAY)]
    with SqliteStore(tmp_path / "pieces.sqlite") as pieces, SqliteStore(tmp_path / "whole.sqlite") as whole:
        for page, later in days:
            market.capture(page, later=later)
            run(market, pieces, nlp)
        # Captured before all that, and ingested after it.
        market.capture(offer("\u20ac30"), later=-4 * DAY)
        run(market, pieces, nlp)
        run(market, whole, nlp, replay=True)
        documents = [
            {f"{kind}:{one.id}": one for kind in ("listing", "version") for one in store.scan(kind)}
            for store in (pieces, whole)
        ]
        assert documents[0] == documents[1]
        assert len(documents[0]) == 3
        texts = [[one.model_dump_json() for one in found.values()] for found in documents]
        assert texts[0] == texts[1]
