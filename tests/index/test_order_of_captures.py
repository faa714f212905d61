"""The index is a function of the set of captures, whatever their order, their batches, and what was interrupted."""

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from index.documents import Document, Key
from index.errors import StoreUnavailableError
from index.history import changes, state_at
from index.merge import OBSERVED
from index.pages import Batch, Page
from index.sqlite_store import SqliteStore
from index.store import Advance, Rejection
from tests.index.captured import Captured, captured, in_order, listing, new_store, review, vendor
from tests.index.ingest_suite import everything
from tests.index.market import START

LAST_MINUTE = 6

titles = st.sampled_from([None, "10g MDMA", "10g MDM...", "5g cocaine, mail a@protonmail.com"])
texts = st.sampled_from([None, "We ship with DHL.", "a@protonmail.com b@protonmail.com", "bob@protonmail.com"])
prices = st.sampled_from([None, {"amount": 10, "currency": "USD"}, {"amount": 12, "currency": "USD"}])
listings = st.builds(
    listing,
    st.sampled_from([1, 2]),
    title=titles,
    description=texts,
    price=prices,
    vendor=st.sampled_from([None, "Bob", "bob", "eve"]),
    category=st.sampled_from([[], ["Drugs"], ["Pills"]]),
    stock=st.sampled_from([None, 1, 2]),
    sold=st.sampled_from([None, 1, 2, 3]),
)
vendors = st.builds(
    vendor, st.sampled_from(["bob", "BOB"]), description=texts, terms=texts, sales=st.sampled_from([None, 5, 6])
)
reviews = st.builds(review, st.sampled_from(["good", "bad"]), minute=st.integers(0, 3))
contents = st.one_of(
    st.tuples(st.just("listing"), st.tuples(listings, vendors)),
    st.tuples(st.just("listing_index"), st.lists(listings, max_size=3)),
    st.tuples(st.just("vendor"), st.tuples(vendors, reviews, reviews)),
)


@st.composite
def pages(draw: st.DrawFn) -> list[Page]:
    """A few captures in no order, some of them at one time."""
    number = draw(st.integers(1, 8))
    drawn = [(draw(contents), draw(st.integers(0, LAST_MINUTE - 1))) for _ in range(number)]
    return [captured(str(at), kind, records, minute=minute) for at, ((kind, records), minute) in enumerate(drawn)]


@st.composite
def batches(draw: st.DrawFn) -> list[list[Page]]:
    """The same, as the batches of several ingests."""
    remaining = draw(pages())
    cut: list[list[Page]] = []
    while remaining:
        size = draw(st.integers(1, len(remaining)))
        cut.append(remaining[:size])
        remaining = remaining[size:]
    return cut


class Interrupted(SqliteStore):
    """Its power goes after so many documents were put or removed: of the last call a part is done, and no cursor."""

    left: int | None = None

    def write(
        self, documents: Sequence[Document], *, delete: Sequence[Key] = (), advance: Advance | None = None
    ) -> list[Rejection]:
        if self.left is None:
            return super().write(documents, delete=delete, advance=advance)
        if self.left >= len(documents) + len(delete):
            self.left -= len(documents) + len(delete)
            return super().write(documents, delete=delete, advance=advance)
        gone = list(delete)[: self.left]
        super().write(list(documents)[: self.left - len(gone)], delete=gone)
        raise StoreUnavailableError("the power is gone")


many = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@many
@given(cut=batches())
def test_captures_in_any_order_and_in_any_batches_come_to_the_same(nlp: Language, cut: list[list[Page]]) -> None:
    everyone = [page for batch in cut for page in batch]
    with new_store() as store:
        Captured(everyone, nlp).write(store, *cut)
        assert everything(store) == in_order(everyone, nlp)


@many
@given(cut=batches(), data=st.data())
def test_interrupted_anywhere_it_comes_to_the_same_though_more_came_meanwhile(
    nlp: Language, cut: list[list[Page]], data: st.DataObject
) -> None:
    everyone = [page for batch in cut for page in batch]
    market = Captured(everyone, nlp)
    with tempfile.TemporaryDirectory() as folder, Interrupted(Path(folder) / "index.sqlite") as store:
        for batch in cut:
            before = store.cursor("plain")
            for _attempt in range(data.draw(st.integers(0, 2))):
                # Each attempt finds a journal that is at least as long as the one before found it.
                length = data.draw(st.integers(1, len(batch)))
                store.left = data.draw(st.integers(0, 12))
                try:
                    market.writer(store).write(Batch(batch[:length], before + length), before)
                    batch = batch[length:]  # noqa: PLW2901
                    before += length
                except StoreUnavailableError:
                    pass
                store.left = None
                if not batch:
                    break
            if batch:
                market.write(store, batch)
        assert everything(store) == in_order(everyone, nlp)


@many
@given(taken=pages(), minute=st.integers(0, LAST_MINUTE))
def test_the_state_on_a_date_is_what_the_captures_until_then_tell(
    nlp: Language, taken: list[Page], minute: int
) -> None:
    moment = START + timedelta(minutes=minute)
    earlier = [page for page in taken if page.capture.fetched_at <= moment]
    assume(earlier)
    with new_store() as store, new_store() as then:
        Captured(taken, nlp).write(store, taken)
        Captured(earlier, nlp).write(then, earlier)
        for kind, name in [("listing", "plain/1"), ("listing", "plain/2"), ("vendor", "plain/bob")]:
            key = Key("listing" if kind == "listing" else "vendor", name)
            known, expected = state_at(store, key, moment), then.get(*key)
            assert (known is None) == (expected is None)
            assert [one for one in changes(store, key) if one.at <= moment] == changes(then, key)
            if known is None or expected is None:
                continue
            assert known.body["valid_from"] == expected.body["valid_from"]
            assert known.body["captures"] == expected.body["captures"][-len(known.body["captures"]) :]
            assert known.body.get("last_seen_at") == expected.body.get("last_seen_at")
            _is_true_to(known, expected)


def _is_true_to(known: Document, expected: Document) -> None:
    """What is told of a field is what was told then, or nothing."""
    ranks = {name: rank for name, (rank, _since) in expected.state["claims"].items()}
    for name in {*OBSERVED[expected.kind], "sold", "sales"} & {*expected.body}:
        value, then = known.body[name], expected.body[name]
        if value != then and value not in (None, []):
            # A row's abbreviation is told in full, as the record's own page had it later.
            assert (name in {"title", "description"}, ranks[name]) == (True, 1), name
        if name not in ranks:
            assert value in (None, []), name


@pytest.mark.parametrize("late", [False, True])
def test_only_what_comes_late_is_read_again(nlp: Language, late: bool) -> None:
    taken = [
        captured(str(day), "listing", [listing(1, title=f"{day} g MDMA"), listing(2, title="same")], minute=day)
        for day in range(6)
    ]
    first, second = (taken[3:], taken[:3]) if late else (taken[:3], taken[3:])
    market = Captured(taken, nlp)
    with new_store() as store:
        market.write(store, first, second)
    assert sorted(market.read_again) == sorted(page.capture.capture_id for page in first if late)
    assert len(market.texts_read) == 2, "each batch reads its texts at once"
