"""Fixtures of the crawler's tests."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.run import crawl
from crawler.site import Authority, Pacing, Site
from crawler.summary import RunSummary
from crawler.tor import TorEndpoint
from tests.crawler.onions import Onions, onion_host
from tests.crawler.stand_ins import LAYOUT, MemoryEvidence, read_links

HOST = onion_host(1)
FAST = Pacing(delay_seconds=0, concurrency=4, timeout_seconds=10, retry_seconds=0.01)


def site_of(host: str = HOST, **changes: Any) -> Site:
    """A site that may be crawled, at once."""
    given: dict[str, Any] = {
        "name": "market",
        "layout": "stand-in",
        "urls": [f"http://{host}/"],
        "authority": Authority(reference="2025-17", holder="Unit 4", expires_at=date(2099, 1, 1)),
        "pacing": FAST,
    }
    return Site(**(given | changes))


@pytest.fixture
def onions() -> Iterator[Onions]:
    """A proxy with no service yet."""
    with Onions() as running:
        yield running


@pytest.fixture
def evidence() -> MemoryEvidence:
    return MemoryEvidence()


Crawl = Callable[..., RunSummary]


@pytest.fixture
def run(onions: Onions, evidence: MemoryEvidence, tmp_path: Path) -> Crawl:
    """Crawl through the proxy; keywords change what the crawl is called with."""

    def call(site: Site | None = None, **changes: Any) -> RunSummary:
        given: dict[str, Any] = {
            "layout": LAYOUT,
            "evidence": evidence,
            "state": tmp_path / "state",
            "tor": TorEndpoint("127.0.0.1", onions.port),
            "read": read_links,
        }
        return crawl(site or site_of(), **(given | changes))

    return call
