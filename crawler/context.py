"""What the parts of one crawl share: Scrapy builds them one by one and hands each only its crawler."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scrapy.crawler import Crawler

from crawler.evidence import Evidence
from crawler.frontier import Frontier
from crawler.gate import Gate
from crawler.identity import Identity
from crawler.site import Site
from crawler.tor import TorEndpoint
from nightpost.clock import Clock
from nightpost.errors import NightpostError


@dataclass(slots=True, kw_only=True)
class CrawlContext:
    """One crawl run under way.

    Attributes:
        tor: the way to onion services; None in the demo without Tor, where only this machine can be reached.
        max_page_bytes: of a longer response only so much is kept.
        max_pages: responses that this run may fetch.
        fetched: responses that it has fetched.
        under_way: visits that were handed out and are neither settled nor released.
        failures: pages that failed one after another; one success sets it back to 0.
        tor_lost: Tor does not answer, nothing is handed out.
        fatal: why the crawl cannot go on.
        stop_reason: why it was told to stop, when nothing went wrong.
    """

    site: Site
    gate: Gate
    frontier: Frontier
    evidence: Evidence
    identity: Identity
    clock: Clock
    run_id: str
    tor: TorEndpoint | None
    max_page_bytes: int
    max_pages: int
    fetched: int = 0
    under_way: int = 0
    failures: int = 0
    tor_lost: bool = False
    fatal: NightpostError | None = None
    stop_reason: str | None = None
    # Set by whoever runs the crawl.
    stop: Callable[[], None] = field(default=lambda: None)
    tor_gone: Callable[[], None] = field(default=lambda: None)
    report: Callable[[], None] = field(default=lambda: None)

    @property
    def proxy_url(self) -> str | None:
        """The SOCKS proxy of this site's identity."""
        if self.tor is None:
            return None
        return self.identity.proxy_url(self.tor.socks_host, self.tor.socks_port)

    def fail(self, error: NightpostError) -> None:
        """End the crawl because of an error; the first one is what is reported."""
        if self.fatal is None:
            self.fatal = error
        self.stop()

    def end(self, reason: str) -> None:
        """End the crawl in good order; the first reason is what is reported."""
        if self.stop_reason is None:
            self.stop_reason = reason
        self.stop()

    @property
    def stopping(self) -> bool:
        """Whether nothing more is to be fetched."""
        return self.fatal is not None or self.stop_reason is not None


def context_of(crawler: Crawler) -> CrawlContext:
    """The context that the crawl's spider brought along."""
    context = getattr(crawler.spider, "context", None)
    if not isinstance(context, CrawlContext):
        raise TypeError("this Scrapy project is run by crawler.run.crawl, which gives the spider its context")
    return context
