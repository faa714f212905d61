"""How much is sent to Elasticsearch at a time, and how long is waited, when it refuses."""

import json
from collections.abc import Iterator

import pytest

from index.elasticsearch_store import ElasticsearchStore
from index.errors import CursorConflictError, StoreUnavailableError
from index.store import Advance
from nightpost.settings import Settings
from tests.index.example import document
from tests.servers.http_gate import Answered, Asked, Forward, HttpGate, Rule

MANY = [document("mention", f"m/{one}", text=f"word{one}") for one in range(1_200)]


@pytest.fixture
def gate(elasticsearch_url: str) -> Iterator[HttpGate]:
    host, port = elasticsearch_url.removeprefix("http://").split(":")
    with HttpGate(host, int(port)) as gate:
        yield gate


class Waits(list[float]):
    """Keeps the time."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def store(elasticsearch_settings: Settings, gate: HttpGate, waits: Waits) -> Iterator[ElasticsearchStore]:
    with ElasticsearchStore(gate.url, elasticsearch_settings.elasticsearch, wait=waits) as store:
        yield store


def refuse(sizes: list[int], *, most: int, status: int = 429) -> Rule:
    """A server that takes requests of so many documents; ``sizes`` hears how many each held."""

    def rule(asked: Asked, forward: Forward) -> Answered | None:
        if "/_bulk" not in asked.path:
            return forward(asked)
        sizes.append(asked.text().count(b"\n") // 2)
        if sizes[-1] <= most:
            return forward(asked)
        body = {"error": {"type": "es_rejected_execution_exception", "reason": "too much"}, "status": status}
        headers = {"content-type": "application/json", "x-elastic-product": "Elasticsearch"}
        return Answered(status, headers, json.dumps(body).encode())

    return rule


def test_less_is_sent_until_it_is_taken_and_then_more_again(
    gate: HttpGate, store: ElasticsearchStore, waits: Waits
) -> None:
    sizes: list[int] = []
    gate.rule = refuse(sizes, most=130)
    assert store.write(MANY) == []
    assert sizes[:8] == [500, 250, 125, 156, 78, 97, 121, 151]
    assert sum(size for size in sizes if size <= 130) == 1200
    assert waits == [1.0, 2.0, *(1.0 for size in sizes[2:] if size > 130)]
    # It is remembered; and when the server takes all again, it is sent all again.
    sizes.clear()
    gate.rule = refuse(sizes, most=500)
    for _ in range(4):
        store.write(MANY)
    assert sizes[0] < 200
    assert max(sizes) == 500
    store.refresh()
    assert store.counts() == {"mention": 1200}


def test_a_server_that_takes_nothing_is_left_alone_for_now(
    gate: HttpGate, store: ElasticsearchStore, waits: Waits
) -> None:
    sizes: list[int] = []
    gate.rule = refuse(sizes, most=0)
    with pytest.raises(StoreUnavailableError, match=r"too busy now \(429: too much\); give it time, or memory"):
        store.write(MANY, advance=Advance("plain", 0, 10))
    assert waits == [1.0, 2.0, 4.0, 8.0, 15.0]
    assert sizes == [500, 250, 125, 62, 31, 15]
    assert store.cursor("plain") == 0


def test_a_server_that_is_away_is_not_sent_less(gate: HttpGate, store: ElasticsearchStore, waits: Waits) -> None:
    sizes: list[int] = []
    gate.rule = refuse(sizes, most=0, status=503)
    with pytest.raises(StoreUnavailableError, match="too busy now"):
        store.write(MANY)
    assert sizes == [500] * 6
    assert waits == [1.0, 2.0, 4.0, 8.0, 15.0]


def test_a_request_that_is_too_large_is_split_at_once(gate: HttpGate, store: ElasticsearchStore, waits: Waits) -> None:
    """As by a proxy that takes less than Elasticsearch does."""
    sizes: list[int] = []
    gate.rule = refuse(sizes, most=60, status=413)
    assert store.write(MANY) == []
    assert waits == []
    assert sizes[:3] == [500, 250, 125]
    too_large = [size for size in sizes if size > 60]
    assert sizes[: len(too_large)] == too_large, "what it takes is found once"
    store.refresh()
    assert store.counts() == {"mention": 1200}


def test_no_answer_is_waited_for_three_times(gate: HttpGate, store: ElasticsearchStore, waits: Waits) -> None:
    asked: list[str] = []

    def rule(request: Asked, forward: Forward) -> Answered | None:
        if "/_bulk" not in request.path:
            return forward(request)
        asked.append(request.path)
        return None

    gate.rule = rule
    with pytest.raises(StoreUnavailableError, match="cannot be reached"):
        store.write(MANY[:10])
    assert (len(asked), waits) == (3, [1.0, 2.0])


def test_an_older_write_does_not_undo_a_newer_one(
    gate: HttpGate, store: ElasticsearchStore, elasticsearch_settings: Settings
) -> None:
    """Two ingests of one market on two machines: the one that began earlier comes later."""
    url, settings = elasticsearch_settings.index, elasticsearch_settings.elasticsearch

    def rule(asked: Asked, forward: Forward) -> Answered | None:
        if "/_bulk" in asked.path:
            other.write([document("listing", "m/1", title="new")])
        return forward(asked)

    gate.rule = rule
    with ElasticsearchStore(url, settings) as other:
        with pytest.raises(CursorConflictError, match="another ingest wrote listing m/1"):
            store.write([document("listing", "m/1", title="old")], advance=Advance("plain", 0, 1))
        kept = other.get("listing", "m/1")
        assert kept is not None
        assert kept.body["title"] == "new"
        assert other.cursor("plain") == 0
