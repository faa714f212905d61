"""The frontier's promises: nothing is lost, nothing is handed out twice, what is urgent comes first."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crawler.frontier import SEED_PRIORITY, Found, Frontier, FrontierError, Settlement, Visit, tidy_url, url_key
from nightpost.errors import ConfigurationError

NOW = datetime(2025, 6, 1, tzinfo=UTC)
HOME = "http://a.onion/"
DONE = Settlement(state="done")


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Frontier(tmp_path / "frontier.sqlite") as opened:
        opened.begin([HOME], NOW)
        yield opened


def test_urgent_first_then_in_the_order_found(frontier: Frontier) -> None:
    (home,) = frontier.lease(5)
    assert (home.url, home.priority) == (HOME, SEED_PRIORITY)
    frontier.settle(home, DONE, [Found(HOME + name, None, p) for name, p in (("a", 1), ("b", 9), ("c", 1))], {})
    assert [visit.url for visit in frontier.lease(2)] == [HOME + "b", HOME + "a"]
    assert [visit.url for visit in frontier.lease(2)] == [HOME + "c"]
    assert frontier.lease(2) == []


def test_two_spellings_are_one_url(frontier: Frontier) -> None:
    (home,) = frontier.lease(1)
    spellings = ["x?b=2&a=1", "x?a=1&b=2", "x?a=1&b=2#top"]
    frontier.settle(home, DONE, [Found(tidy_url(HOME + spelling), None, 0) for spelling in spellings], {})
    assert [visit.url for visit in frontier.lease(9)] == [HOME + "x?b=2&a=1"], "it is asked for as it was first met"


def test_counts_add_up_over_interruptions(frontier: Frontier, tmp_path: Path) -> None:
    (home,) = frontier.lease(1)
    frontier.settle(home, DONE, [Found(HOME + "a", None, 0)], {("status", "200"): 1})
    frontier.interrupt()
    with Frontier(tmp_path / "frontier.sqlite") as again:
        assert again.begin([HOME], NOW).resumed
        (visit,) = again.lease(1)
        again.settle(visit, DONE, [], {("status", "200"): 1, ("status", "404"): 2})
        assert again.tally() == {("status", "200"): 2, ("status", "404"): 2}


def test_a_frontier_of_another_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "frontier.sqlite"
    database = sqlite3.connect(file)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(ConfigurationError, match="another version"):
        Frontier(file)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    file = tmp_path / "frontier.sqlite"
    file.write_bytes(b"not a database, but long enough to be taken for one" * 100)
    with pytest.raises(FrontierError, match="cannot be used: file is not a database"):
        Frontier(file)


def test_after_a_power_cut_the_evidence_is_believed(frontier: Frontier) -> None:
    """Commits may be lost with the power, evidence not: what is kept is accounted for, whatever the frontier says."""
    kept = [(HOME, "1"), (HOME + "unknown", "2"), (HOME, "3")]
    frontier.lease(1)
    found = frontier.unaccounted(iter(kept))
    assert [(visit.url, visit.captures, capture) for visit, capture in found] == [
        (HOME, 1, "3"),
        (HOME + "unknown", 0, "2"),
    ]
    for visit, _ in found:
        frontier.settle(visit, DONE, [], {})
    assert frontier.unaccounted(iter(kept)) == []
    assert frontier.states() == {"done": 2}


@given(
    path=st.text(max_size=40),
    query=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=4),
    fragment=st.text(max_size=8),
)
def test_tidying_is_idempotent_and_drops_the_fragment(path: str, query: list[tuple[str, str]], fragment: str) -> None:
    try:
        url = tidy_url("http://a.onion/" + path + "?" + "&".join(f"{k}={v}" for k, v in query) + "#" + fragment)
    except ValueError:
        return
    assert tidy_url(url) == url
    assert "#" not in url
    assert url.isascii()
    assert url_key(url) == url_key(url + "#x")


class FrontierMachine(RuleBasedStateMachine):
    """Any order of leases, results, kills and restarts; a model says what must come of it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.file = Path(self.folder.name) / "frontier.sqlite"
        self.leased: dict[str, Visit] = {}
        self.kept: list[tuple[str, str]] = []
        self.known = {HOME}
        self.over: set[str] = set()

    @initialize()
    def open(self) -> None:
        self.frontier = Frontier(self.file)
        self.run = self.frontier.begin([HOME], NOW)

    @rule(count=st.integers(1, 4))
    def lease(self, count: int) -> None:
        for visit in self.frontier.lease(count):
            assert visit.url not in self.leased, "handed out twice"
            assert visit.url not in self.over, "handed out again"
            self.leased[visit.url] = visit

    def _take(self, data: st.DataObject) -> Visit:
        return self.leased.pop(data.draw(st.sampled_from(sorted(self.leased))))

    @precondition(lambda self: self.leased)
    @rule(data=st.data(), links=st.sets(st.integers(0, 30), max_size=5), failed=st.booleans())
    def settle(self, data: st.DataObject, links: set[int], failed: bool) -> None:
        visit = self._take(data)
        self.kept.append((visit.url, str(len(self.kept))))
        urls = [f"{HOME}{number}" for number in links]
        state = Settlement(state="failed", reason="x") if failed else DONE
        self.frontier.settle(visit, state, [Found(url, None, 0) for url in urls], {("fetched", "pages"): 1})
        self.known |= set(urls)
        self.over.add(visit.url)

    @precondition(lambda self: self.leased)
    @rule(data=st.data())
    def try_again(self, data: st.DataObject) -> None:
        visit = self._take(data)
        self.kept.append((visit.url, str(len(self.kept))))
        again = self.frontier.settle(visit, Settlement(state="leased", reason="x"), [], {("fetched", "pages"): 1})
        assert (again.tries, again.captures) == (visit.tries + 1, visit.captures + 1)
        self.leased[visit.url] = again

    @precondition(lambda self: self.leased)
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        self.frontier.release([self._take(data)])

    @rule(data=st.data())
    def kill(self, data: st.DataObject) -> None:
        """Some of what was leased is kept as evidence already, and the frontier never heard of it."""
        unheard = data.draw(st.sets(st.sampled_from(sorted(self.leased)))) if self.leased else set()
        for url in sorted(unheard):
            self.kept.append((url, str(len(self.kept))))
        self.frontier.close()
        self.frontier = Frontier(self.file)
        run = self.frontier.begin([HOME], NOW)
        assert run.resumed
        assert run.run_id == self.run.run_id
        found = self.frontier.unaccounted(iter(self.kept))
        assert {visit.url for visit, _ in found} == unheard
        last = dict(self.kept)
        for visit, capture in found:
            assert capture == last[visit.url]
            self.frontier.settle(visit, DONE, [], {("fetched", "pages"): 1})
            self.over.add(visit.url)
        self.leased.clear()

    @invariant()
    def every_url_is_somewhere(self) -> None:
        states = self.frontier.states()
        assert states.total() == len(self.known)
        assert states["leased"] == len(self.leased)
        assert states["done"] + states["failed"] == len(self.over)
        assert states["queued"] == len(self.known) - len(self.over) - len(self.leased)
        assert self.frontier.tally()["fetched", "pages"] == len(self.kept)

    def teardown(self) -> None:
        self.frontier.close()
        self.folder.cleanup()


FrontierMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestFrontierMachine = FrontierMachine.TestCase


def test_memory_holds_leases_only(frontier: Frontier) -> None:
    (home,) = frontier.lease(1)
    frontier.settle(home, DONE, (Found(f"{HOME}{n}", None, n % 7) for n in range(50_000)), {})
    assert frontier.states() == Counter(queued=50_000, done=1)
    batch = frontier.lease(16)
    assert len(batch) == 16
    assert {visit.priority for visit in batch} == {6}
