"""The spider: settles what comes back, page by page. Where to go next is the layout's word and the frontier's order."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from scrapy import Request, Spider
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.context import CrawlContext
from crawler.download import NotKeptError, StoppedError
from crawler.follow import Follower
from crawler.frontier import Visit
from crawler.gate import RefusedError
from crawler.scheduler import FrontierScheduler
from crawler.wire import ProxyUnreachableError
from nightpost.errors import NightpostError

_log = structlog.get_logger(__name__)


class SiteSpider(Spider):
    """Crawls one site."""

    name = "site"

    def __init__(self, context: CrawlContext, follower: Follower) -> None:
        super().__init__()
        self.context = context
        self._follower = follower

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the seeds are in the frontier already."""
        for nothing in list[Any]():
            yield nothing

    def arrived(self, response: Response) -> None:
        """A response came, and is kept."""
        request = response.request
        assert request is not None
        self.context.identity.learn(response, request)
        with self._settling():
            self._rest(self._follower.receive(request.meta["visit"], request.meta["fetched"]))

    def missed(self, failure: Failure) -> None:
        """No response came, or it was refused."""
        request: Request = failure.request  # type: ignore[attr-defined] # Scrapy sets it
        visit: Visit = request.meta["visit"]
        error = failure.value
        assert error is not None
        with self._settling():
            if isinstance(error, RefusedError):
                self._follower.refuse(visit, error.reason)
            elif self._is_no_fault_of_the_site(error):
                self.context.frontier.release([visit])
            else:
                self._rest(self._follower.miss(visit, _reason(error)))
        if isinstance(error, ProxyUnreachableError):
            self.context.tor_gone()

    def _is_no_fault_of_the_site(self, error: BaseException) -> bool:
        if isinstance(error, NotKeptError | StoppedError | ProxyUnreachableError):
            return True
        tor = self.context.tor
        return self.context.tor_lost or (tor is not None and tor.is_lost)

    def _rest(self, visit: Visit | None) -> None:
        if visit is not None:
            scheduler = self.crawler.engine.scheduler
            assert isinstance(scheduler, FrontierScheduler)
            scheduler.rest(visit)

    @contextmanager
    def _settling(self) -> Iterator[None]:
        self.context.under_way -= 1
        try:
            yield
        except NightpostError as error:
            # The visit is leased still: the next crawl finds it so, and its exchange in the evidence.
            self.context.fail(error)
        self.context.report()


def _reason(error: BaseException) -> str:
    """The word under which a failure is counted."""
    if isinstance(error, DownloadTimeoutError):
        return "timeout"
    if isinstance(error, DownloadConnectionRefusedError | CannotResolveHostError):
        return "unreachable"
    if isinstance(error, DownloadFailedError):
        return "connection"
    _log.warning("unforeseen_download_error", error=type(error).__name__, message=str(error))
    return "unforeseen"
