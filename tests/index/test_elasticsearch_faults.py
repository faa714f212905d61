"""Whatever befalls Elasticsearch while an ingest runs: in the end it holds what it would without, nothing twice."""

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from spacy.language import Language

from archive.reader import ArchiveReader
from index import pages
from index.elasticsearch_store import ElasticsearchStore
from index.errors import StoreUnavailableError
from index.ingest import Progress, ingest
from index.search import Request
from index.sqlite_store import SqliteStore
from index.store import Store
from nightpost.settings import ElasticsearchSettings
from tests.index.example import document
from tests.index.ingest_suite import DAY, everything
from tests.index.market import LAYOUT, Market, index_page, listing_fields, listing_page, vendor_page
from tests.servers.elasticsearch import SHORT_LIVED, ElasticsearchServer, running_elasticsearch
from tests.servers.gate import Gate
from tests.servers.http_gate import Answered, Asked, Forward, HttpGate, let_through
from tests.servers.ports import wait_until

# Some batches of an ingest, each of more than one request.
PAGES_A_BATCH = 20
ROUNDS, LISTINGS, VENDORS = 3, 40, 8
# So little memory for requests that a whole batch of documents is refused, and a part of it is not.
PRESSURE = "150kb"
# Of a request, a busy server takes so many documents.
TAKEN = 30
WATERMARKS = [f"cluster.routing.allocation.disk.watermark.{name}" for name in ("low", "high", "flood_stage")]


@pytest.fixture(scope="module")
def server() -> Iterator[ElasticsearchServer]:
    """A server of this module's own, to be ill-treated."""
    configuration = {"indexing_pressure.memory.limit": PRESSURE, "cluster.info.update.interval": "10s"}
    with running_elasticsearch(configuration=configuration, java_options=SHORT_LIVED) as server:
        yield server


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    market = Market(tmp_path_factory.mktemp("faults") / "archive")
    for day in range(ROUNDS):
        market.capture(
            *(
                listing_page(
                    one,
                    title=f"{one + day}g MDMA",
                    price=f"${day + one}",
                    stock=one * day,
                    vendor=f"v{one % VENDORS}",
                    text=f"Day {day}. Write to a{day % 2}@protonmail.com. " + "We ship with DHL from Berlin. " * 5,
                )
                for one in range(LISTINGS)
            ),
            index_page(*(listing_fields(one, title="g...", vendor=f"v{one % VENDORS}") for one in range(LISTINGS))),
            *(
                vendor_page(f"v{one}", text=f"day {day}", reviews=[("x", "good"), ("y", f"as on day {day}")])
                for one in range(VENDORS)
            ),
            later=DAY,
        )
    return market


@pytest.fixture(scope="module")
def expected(market: Market, nlp: Language, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What an ingest that nothing befell comes to, in the other store."""
    folder = tmp_path_factory.mktemp("expected")
    with SqliteStore(folder / "index.sqlite") as store:
        ingest(ArchiveReader(market.folder), store, {"plain": LAYOUT}, nlp, folder=folder)
        return everything(store)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_BATCH_PAGES", PAGES_A_BATCH)


@pytest.fixture
def settings(server: ElasticsearchServer) -> Iterator[ElasticsearchSettings]:
    prefix = f"test-{uuid.uuid4().hex[:12]}"
    yield ElasticsearchSettings(prefix=prefix)
    with Elasticsearch(server.url, request_timeout=60) as client:
        client.indices.delete(index=f"{prefix}-*", ignore_unavailable=True)


@pytest.fixture
def http_gate(server: ElasticsearchServer) -> Iterator[HttpGate]:
    with HttpGate(*_place(server)) as gate:
        yield gate


class Trial:
    """One ingest of the market into the ill-treated server; what stops it is mended while it waits."""

    def __init__(self, market: Market, nlp: Language, folder: Path, expected: dict[str, dict[str, Any]]) -> None:
        self._reader = ArchiveReader(market.folder)
        self._nlp = nlp
        self._folder = folder
        self._expected = expected
        self.told: list[str] = []

    def run(self, store: Store, mend: Callable[[], None], progress: Callable[[Progress], None] | None = None) -> None:
        """Ingest everything; ``mend`` is called instead of every longer wait, of which ``told`` says why it was."""
        ingest(
            self._reader,
            store,
            {"plain": LAYOUT},
            self._nlp,
            folder=self._folder,
            patience=600,
            wait=lambda _seconds: mend(),
            tell=self.told.append,
            progress=progress,
        )

    def check(self, server: ElasticsearchServer, settings: ElasticsearchSettings) -> None:
        """The same documents as in an ingest that nothing befell, none twice, none rejected."""
        with ElasticsearchStore(server.url, settings) as store:
            store.refresh()
            assert everything(store) == self._expected
        with Elasticsearch(server.url, request_timeout=60) as client:
            assert client.count(index=f"{settings.prefix}-documents")["count"] == len(self._expected)
        assert not (self._folder / "rejects.jsonl").exists()


@pytest.fixture
def trial(market: Market, nlp: Language, tmp_path: Path, expected: dict[str, dict[str, Any]]) -> Trial:
    return Trial(market, nlp, tmp_path / "state", expected)


def test_connections_that_are_cut_in_mid_request(
    server: ElasticsearchServer, settings: ElasticsearchSettings, trial: Trial
) -> None:
    with Gate(*_place(server)) as gate:
        cuts = [200, 0, 700, 3_000, 9_000, 20_000, 35_000, 50_000, 65_000, 65_001, 100_000, 5, 40_000, 80_000]
        assert _run_through(gate, gate.close_after, cuts, settings, trial) >= 10
    trial.check(server, settings)


def test_connections_that_are_cut_before_the_answer_is_whole(
    server: ElasticsearchServer, settings: ElasticsearchSettings, trial: Trial
) -> None:
    """The server did what it was asked for, and the one who asked does not know."""
    with Gate(*_place(server)) as gate:
        cuts = [100, 0, 1, 300, 0, 1_000, 3_000, 0, 9_000, 20_000, 30_000, 0, 0, 1_500]
        assert _run_through(gate, gate.close_after_answered, cuts, settings, trial) >= 10
    trial.check(server, settings)


def _run_through(
    gate: Gate, cut_after: Callable[[int], None], cuts: list[int], settings: ElasticsearchSettings, trial: Trial
) -> int:
    """Ingest through a gate that is cut after so many bytes, and when it is mended again; how often it was mended."""
    left = iter(cuts)
    mended = 0

    def mend(_seconds: float = 0) -> None:
        nonlocal mended
        mended += 1
        gate.close()
        gate.open()
        if (cut := next(left, None)) is not None:
            cut_after(cut)

    with ElasticsearchStore(gate.url, settings, wait=mend) as store:
        cut_after(next(left))
        trial.run(store, mend)
    return mended


def test_answers_that_are_lost(
    server: ElasticsearchServer, settings: ElasticsearchSettings, trial: Trial, http_gate: HttpGate
) -> None:
    """Cursors, versions and documents are written, and each third answer never comes."""
    numbers = count()
    lost = []

    def rule(asked: Asked, forward: Forward) -> Answered | None:
        answer = forward(asked)
        if asked.method == "GET" or next(numbers) % 3:
            return answer
        lost.append(asked.path)
        return None

    http_gate.rule = rule
    with ElasticsearchStore(http_gate.url, settings, wait=_no_wait) as store:
        trial.run(store, mend=_nothing)
    assert len([path for path in lost if "/_bulk" in path]) >= 3
    assert len([path for path in lost if "/_doc/" in path]) >= 3
    trial.check(server, settings)


def test_requests_that_come_late(
    server: ElasticsearchServer, settings: ElasticsearchSettings, trial: Trial, http_gate: HttpGate
) -> None:
    """A request lies on its way while it is sent again, and arrives when there are newer documents."""
    numbers = count()
    held: list[Asked] = []

    def rule(asked: Asked, forward: Forward) -> Answered | None:
        if _is_bulk(asked) and next(numbers) % 2 == 0:
            held.append(asked)
            return None
        return forward(asked)

    http_gate.rule = rule
    with ElasticsearchStore(http_gate.url, settings, wait=_no_wait) as store:
        trial.run(store, mend=_nothing)
    fates: list[int] = []
    for asked in held:
        answer = json.loads(http_gate.forward(asked).text())
        # Some are more than the server takes at a time (PRESSURE), now as then.
        fates += [result["status"] for item in answer.get("items", []) for result in item.values()]
    assert fates.count(409) > 50, "many of them would have put back an older state"
    trial.check(server, settings)


def test_a_server_that_is_often_busy(
    server: ElasticsearchServer, settings: ElasticsearchSettings, trial: Trial, http_gate: HttpGate
) -> None:
    numbers = count()
    waits: list[float] = []

    def rule(asked: Asked, forward: Forward) -> Answered | None:
        if not _is_bulk(asked):
            return forward(asked)
        match next(numbers) % 6:
            case 0:
                return _refusal(429, "es_rejected_execution_exception")
            case 1:
                return Answered(502, {"content-type": "text/html"}, b"<h1>Bad gateway</h1>")
            case 3:
                return _refusal(503, "unavailable_shards_exception")
            case _:
                return forward(asked)

    http_gate.rule = rule
    with ElasticsearchStore(http_gate.url, settings, wait=waits.append) as store:
        trial.run(store, mend=_nothing)
    assert trial.told == []
    assert len(waits) >= 10
    trial.check(server, settings)


def test_a_server_that_takes_a_part_of_each_request(
    server: ElasticsearchServer, settings: ElasticsearchSettings, trial: Trial, http_gate: HttpGate
) -> None:
    parts = 0

    def rule(asked: Asked, forward: Forward) -> Answered | None:
        nonlocal parts
        if not _is_bulk(asked):
            return forward(asked)
        items = _items(asked)
        taken = items[:TAKEN]
        parts += len(taken) < len(items)
        headers = {name: value for name, value in asked.headers.items() if name != "content-encoding"}
        answer = forward(asked._replace(headers=headers, body=b"".join(line for item in taken for line in item)))
        told = json.loads(answer.text())
        error = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
        for header, *_source in items[len(taken) :]:
            ((operation, named),) = json.loads(header).items()
            told["items"].append({operation: {"_id": named["_id"], "status": 429, "error": error}})
        return _answer(answer.status, told)

    http_gate.rule = rule
    with ElasticsearchStore(http_gate.url, settings, wait=_no_wait) as store:
        trial.run(store, mend=_nothing)
    assert trial.told == []
    assert parts > 5
    trial.check(server, settings)


def test_a_server_without_memory_for_a_whole_request(
    server: ElasticsearchServer, settings: ElasticsearchSettings, trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It refuses by itself (``indexing_pressure.memory.limit``)."""
    monkeypatch.setattr(pages, "_BATCH_PAGES", 1000)
    before = _refused_for_memory(server)
    waits: list[float] = []
    with ElasticsearchStore(server.url, settings, wait=waits.append) as store:
        trial.run(store, mend=_nothing)
    assert trial.told == []
    assert _refused_for_memory(server) > before
    assert waits != []
    trial.check(server, settings)


def test_a_server_that_stands_still_for_longer_than_a_request_may_take(
    server: ElasticsearchServer, settings: ElasticsearchSettings, trial: Trial, http_gate: HttpGate
) -> None:
    numbers = count()
    frozen = 0

    def rule(asked: Asked, forward: Forward) -> Answered | None:
        nonlocal frozen
        if next(numbers) in {9, 20, 31, 40}:  # of each kind of request some
            frozen += 1
            server.freeze()
        return forward(asked)

    def mend(_seconds: float = 0) -> None:
        server.thaw()

    patient = settings.model_copy(update={"timeout_seconds": 2})
    with ElasticsearchStore(http_gate.url, settings) as store:
        store.refresh()
    http_gate.rule = rule
    try:
        with ElasticsearchStore(http_gate.url, patient, wait=mend) as store:
            trial.run(store, mend)
    finally:
        server.thaw()
    assert frozen == 4
    assert all("cannot be reached in time" in told for told in trial.told)
    http_gate.rule = let_through
    trial.check(server, settings)


def test_a_full_disk(server: ElasticsearchServer, settings: ElasticsearchSettings, trial: Trial) -> None:
    """The flood stage itself: no disk is as large as its watermark says it must be free."""
    index = f"{settings.prefix}-documents"
    batches = count(1)
    with Elasticsearch(server.url, request_timeout=60) as client:

        def is_blocked() -> bool:
            settings = client.indices.get_settings(index=index, flat_settings=True, name="index.blocks.*")
            return any(one["settings"] for one in settings.values())

        def fill(_progress: Progress) -> None:
            if next(batches) == 3:
                level = dict.fromkeys(WATERMARKS, "1000000tb")
                client.cluster.put_settings(
                    persistent={"cluster.routing.allocation.disk.threshold_enabled": True, **level}
                )
                wait_until(is_blocked, 60, "the flood stage")

        def empty() -> None:
            level = dict.fromkeys(WATERMARKS)
            client.cluster.put_settings(persistent={"cluster.routing.allocation.disk.threshold_enabled": None, **level})
            wait_until(lambda: not is_blocked(), 60, "the end of the flood stage")

        waits: list[float] = []
        with ElasticsearchStore(server.url, settings, wait=waits.append) as store:
            try:
                trial.run(store, mend=empty, progress=fill)
            finally:
                empty()
            assert store.search(Request(limit=0)).total > 0
    (told,) = trial.told
    assert "its disk is full" in told
    assert "free space there or add a node" in told
    trial.check(server, settings)


@pytest.mark.parametrize("way", ["stop", "kill"])
def test_a_server_that_goes_down_and_comes_back(
    way: str, server: ElasticsearchServer, settings: ElasticsearchSettings, trial: Trial, http_gate: HttpGate
) -> None:
    """It goes while it works on a request, and is started again when that has failed."""
    numbers = count()
    is_down = False

    def rule(asked: Asked, forward: Forward) -> Answered | None:
        nonlocal is_down
        if _is_bulk(asked) and next(numbers) == 7:
            with ThreadPoolExecutor(1) as other:
                answer = other.submit(forward, asked)
                getattr(server, way)()
                is_down = True
            return answer.result()
        return forward(asked)

    def mend() -> None:
        nonlocal is_down
        if is_down:
            server.start()
            is_down = False

    http_gate.rule = rule
    with ElasticsearchStore(http_gate.url, settings, wait=_no_wait) as store:
        try:
            trial.run(store, mend)
        finally:
            mend()
    assert len(trial.told) >= 1
    assert all("cannot be reached" in told or "503" in told for told in trial.told)
    trial.check(server, settings)


def test_an_index_that_was_deleted_is_not_made_by_guess(
    server: ElasticsearchServer, settings: ElasticsearchSettings
) -> None:
    """Elasticsearch makes an index of any name that is written to, and guesses what its fields are."""
    with (
        ElasticsearchStore(server.url, settings) as store,
        Elasticsearch(server.url, request_timeout=60) as client,
    ):
        client.indices.delete(index=f"{settings.prefix}-*")
        with pytest.raises(StoreUnavailableError, match="is not an alias"):
            store.write([document("listing", "m/1")])
        assert client.indices.get(index=f"{settings.prefix}-*") == {}


def _place(server: ElasticsearchServer) -> tuple[str, int]:
    host, port = server.url.removeprefix("http://").split(":")
    return host, int(port)


def _nothing() -> None:
    """What there is to mend mends itself."""


def _no_wait(_seconds: float) -> None:
    """The server is ready when it is asked again."""


def _is_bulk(asked: Asked) -> bool:
    return asked.path.partition("?")[0].endswith("/_bulk")


def _items(asked: Asked) -> list[list[bytes]]:
    items: list[list[bytes]] = []
    for line in asked.text().splitlines(keepends=True):
        if line.startswith((b'{"index":{"_id"', b'{"delete":{"_id"')):
            items.append([line])
        else:
            items[-1].append(line)
    return items


def _answer(status: int, body: object) -> Answered:
    headers = {"content-type": "application/json", "x-elastic-product": "Elasticsearch"}
    return Answered(status, headers, json.dumps(body).encode())


def _refusal(status: int, kind: str) -> Answered:
    return _answer(status, {"error": {"type": kind, "reason": "by the test", "root_cause": []}, "status": status})


def _refused_for_memory(server: ElasticsearchServer) -> int:
    with Elasticsearch(server.url, request_timeout=60) as client:
        (node,) = client.nodes.stats(metric="indexing_pressure")["nodes"].values()
    total = node["indexing_pressure"]["memory"]["total"]
    return int(total["coordinating_rejections"]) + int(total["primary_rejections"])
