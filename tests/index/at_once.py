"""The programs that work on one index at the same time: a crawl, an ingest, and the searches of many analysts.

``python -m tests.index.at_once crawl|ingest|search SETUP``, with SETUP the JSON of `Setup`. Each says ``ready`` when it
is, begins when it is told a line, goes on until its standard input ends, and then says what it did as JSON.
"""

import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from archive.payload import Payload
from archive.reader import ArchiveReader
from extractors.records import Capture
from index.documents import Document
from index.ingest import ingest
from index.open import open_store
from index.query import parse
from index.search import Request, Results, Sort
from index.store import Store
from nightpost.clock import SystemClock
from nightpost.settings import ElasticsearchSettings, Settings
from nightpost.workspace import Workspace
from tests.index.market import LAYOUT, Market, index_page, listing_fields, listing_page, vendor_page

SITES = ("plain", "other")
# One page states all listings of a vendor, so that all of them change in the same moment.
OFFERS = 20
_SECONDS_BETWEEN_ROUNDS = 0.25


class Setup(BaseModel):
    """Where everything is.

    Attributes:
        index: the setting ``index``.
        prefix: of the names in Elasticsearch.
        archive: the archive's folder.
        state: the folder of ingest's lock.
        site: of a crawl: whose.
        threads: of searches: how many.
        one_state: of searches: whether an answer must show one state of the whole index.
    """

    index: str
    prefix: str
    archive: Path
    state: Path
    site: str = ""
    threads: int = 1
    one_state: bool = False

    def open_store(self) -> Store:
        settings = Settings(index=self.index, elasticsearch=ElasticsearchSettings(prefix=self.prefix))
        return open_store(settings, Workspace(self.state, settings))


class Did(BaseModel):
    """What a program did.

    Attributes:
        done: rounds of the market, pages, or searches.
        read: of an ingest: pages it read after all had begun, also when another ingest was faster with them.
        seconds: of each search.
        mixed: answers that showed more than one state.
        errors: what went wrong.
    """

    done: int = 0
    read: int = 0
    documents: int = 0
    seconds: list[float] = []
    mixed: int = 0
    errors: list[str] = []


def round_of(site: str, number: int) -> list[tuple[str, bytes]]:
    """The pages of a site in one round: an index of all offers, a vendor, and three listings of another vendor."""
    first = 1_000 * (SITES.index(site) + 1)
    rows = [
        listing_fields(first + one, title=f"round{number} offer", vendor=site, price=f"${number}", stock=number)
        for one in range(OFFERS)
    ]
    others = [
        listing_page(
            first + 500 + one, title=f"{one + 1}g MDMA", vendor=f"{site}s", price=f"${number}",
            text=f"Round {number}. Write to {site}{number % 3}@protonmail.com. We ship with DHL from Germany. " * 3,
        )
        for one in range(3)
    ]  # fmt: skip
    return [index_page(*rows), vendor_page(site, text=f"Round {number}", reviews=[("a", f"as in {number}")]), *others]


def crawl(setup: Setup, stop: threading.Event, begin: Callable[[], None], did: Did) -> None:
    market = Market(setup.archive, setup.site)
    market.capture(*round_of(setup.site, 1))
    begin()
    did.done = 1
    while not stop.wait(_SECONDS_BETWEEN_ROUNDS):
        did.done += 1
        market.capture(*round_of(setup.site, did.done))


class _CountingReader(ArchiveReader):
    """Counts the pages that are read."""

    read = 0

    def payload(self, capture: Capture) -> Payload:
        self.read += 1
        return super().payload(capture)


def ingest_all(setup: Setup, stop: threading.Event, begin: Callable[[], None], did: Did) -> None:
    from extractors.pipeline import build_pipeline

    nlp = build_pipeline()
    reader = _CountingReader(setup.archive)
    with setup.open_store() as store:
        ready = False
        while not stop.is_set():
            summary = ingest(reader, store, dict.fromkeys(SITES, LAYOUT), nlp, folder=setup.state)
            did.documents += summary.documents.total()
            did.done += summary.pages
            if not ready:
                ready = True
                begin()
                reader.read = 0
            elif summary.pages == 0:
                stop.wait(0.05)
    did.read = reader.read


def search(setup: Setup, stop: threading.Event, begin: Callable[[], None], did: Did) -> None:
    stores = [setup.open_store() for _ in range(setup.threads)]
    begin()
    lock = threading.Lock()
    threads = [threading.Thread(target=_analyst, args=(setup, store, stop, did, lock)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()


def _analyst(setup: Setup, store: Store, stop: threading.Event, did: Did, lock: threading.Lock) -> None:
    analyst = _Analyst(setup, store)
    of_sites = (analyst.offers, analyst.by_number, analyst.evidence)
    questions: list[Callable[[], bool]] = [
        analyst.everything,
        *(partial(question, site) for question in of_sites for site in SITES),
    ]
    try:
        while not stop.is_set():
            for question in questions:
                began = time.monotonic()
                mixed = question()
                with lock:
                    did.seconds.append(time.monotonic() - began)
                    did.mixed += mixed
                    did.done += 1
    except BaseException as error:
        with lock:
            did.errors.append(f"{type(error).__name__}: {error}")
        raise


class _Analyst:
    """Asks, and believes nothing: every answer is compared with itself."""

    def __init__(self, setup: Setup, store: Store) -> None:
        self._setup = setup
        self._store = store
        self._reader = ArchiveReader(setup.archive)
        self._last = dict.fromkeys(SITES, 1)

    def offers(self, site: str) -> bool:
        """All offers of a vendor: as many as there are in the list, the count and the facets, all of one round."""
        answer = self._ask(f"kind:listing vendor:{site}", facets=("vendor", "kind"), sort=Sort("price"), limit=50)
        assert answer.total == len(answer.hits) == len({hit.document.id for hit in answer.hits}) == OFFERS
        assert answer.facets == {"vendor": [(site, OFFERS)], "kind": [("listing", OFFERS)]}
        rounds = [_round(hit.document) for hit in answer.hits]
        assert rounds == sorted(rounds), "they are in the order of their prices"
        mixed = len(set(rounds)) > 1
        assert not (mixed and self._setup.one_state), f"torn: {rounds}"
        assert rounds[0] >= self._last[site], "what was seen once is not unseen"
        self._last[site] = rounds[0]
        return mixed

    def by_number(self, site: str) -> bool:
        """What is found by its number and word has this number and word."""
        number = self._last[site]
        answer = self._ask(f"kind:listing vendor:{site} price:{number} title:round{number}", limit=50)
        assert answer.total == len(answer.hits)
        assert {_round(hit.document) for hit in answer.hits} <= {number}
        assert answer.total in {0, OFFERS} or not self._setup.one_state
        return answer.total not in {0, OFFERS}

    def everything(self) -> bool:
        """The counts of all kinds are the count of all."""
        answer = self._ask("*", facets=("kind",), limit=10)
        assert sum(count for _kind, count in answer.facets["kind"]) == answer.total
        assert len(answer.hits) == 10
        return False

    def evidence(self, site: str) -> bool:
        """The page that is named as a listing's source says what the listing says."""
        answer = self._ask(f"kind:listing vendor:{site}s mdma", limit=5)
        assert answer.total == 3
        body = answer.hits[0].document.body
        capture = self._reader.get(body["sources"]["description"])
        assert body["description"].split(".")[0] in self._reader.payload(capture).body.decode()
        return False

    def _ask(self, query: str, **request: Any) -> Results:
        return self._store.search(Request(condition=parse(query, SystemClock()).condition, **request))


def _round(document: Document) -> int:
    """The round of an offer; each of its fields says the same."""
    body = document.body
    number = int(body["title"].split()[0].removeprefix("round"))
    assert (body["price"]["amount"], body["stock"]) == (number, number), "half of it is of another round"
    assert (document.numbers["price"], document.numbers["stock"]) == ([number], [number])
    return number


def main(program: str, setup: Setup) -> None:
    stop = threading.Event()
    did = Did()

    def wait_for_end() -> None:
        sys.stdin.read()
        stop.set()

    def begin() -> None:
        print("ready", flush=True)
        sys.stdin.readline()
        threading.Thread(target=wait_for_end, daemon=True).start()

    try:
        {"crawl": crawl, "ingest": ingest_all, "search": search}[program](setup, stop, begin, did)
    except BaseException as error:
        did.errors.append(f"{type(error).__name__}: {error}")
        raise
    finally:
        print(did.model_dump_json(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Setup.model_validate_json(sys.argv[2]))
