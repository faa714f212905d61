"""Scrapy's scheduler on the frontier: Scrapy holds only the requests that are under way."""

import asyncio
from collections import deque
from typing import Self

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from crawler.context import CrawlContext, context_of
from crawler.frontier import Visit
from nightpost.errors import NightpostError


class FrontierScheduler(BaseScheduler):
    """Hands out what the frontier holds, most urgent first, within the run's budget."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy builds its parts this way."""
        return cls(crawler)

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._context: CrawlContext = context_of(crawler)
        self._ready: deque[Visit] = deque()
        self._resting: dict[int, tuple[Visit, asyncio.TimerHandle]] = {}
        self._batch = 2 * self._context.site.pacing.concurrency

    def open(self, spider: Spider) -> None:
        """Scrapy begins."""

    def close(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's interface
        """Scrapy ends: what was leased but not fetched goes back to the queue."""
        for _, timer in self._resting.values():
            timer.cancel()
        idle = [*self._ready, *(visit for visit, _ in self._resting.values())]
        self._ready.clear()
        self._resting.clear()
        try:
            self._context.frontier.release(idle)
        except NightpostError as error:
            self._context.fail(error)  # they are leased still, and will be found so by the next crawl

    def has_pending_requests(self) -> bool:
        """Whether this run may still fetch something, now or later."""
        if self._context.stopping or self._context.fetched >= self._context.max_pages:
            return False
        return bool(self._ready or self._resting) or self._has_queued()

    def enqueue_request(self, request: Request) -> bool:
        """Take back a request that the spider wants fetched later, or now that its rest is over."""
        self._ready.appendleft(request.meta["visit"])
        return True

    def next_request(self) -> Request | None:
        """The next request, or None when there is none at present."""
        context = self._context
        if context.stopping or context.tor_lost or context.fetched + context.under_way >= context.max_pages:
            return None
        if not self._ready:
            self._refill()
        if not self._ready:
            return None
        context.under_way += 1
        return self._request(self._ready.popleft())

    def rest(self, visit: Visit) -> None:
        """Fetch a visit again after a pause, that doubles with each try."""
        pause = self._context.site.pacing.retry_seconds * 2 ** max(0, visit.tries - 1)
        timer = asyncio.get_running_loop().call_later(pause, self._wake, visit.id)
        self._resting[visit.id] = (visit, timer)

    def wake(self) -> None:
        """Have Scrapy ask for requests again."""
        if not self._ready:
            self._refill()
        if self._ready and self._crawler.engine.spider is not None:
            # Scrapy asks when something is enqueued; there is no other public way to make it ask.
            self._crawler.engine.crawl(self._request(self._ready.popleft()))

    def _wake(self, visit_id: int) -> None:
        visit, _ = self._resting.pop(visit_id)
        self._ready.appendleft(visit)
        self.wake()

    def _refill(self) -> None:
        try:
            self._ready.extend(self._context.frontier.lease(self._batch))
        except NightpostError as error:
            self._context.fail(error)

    def _has_queued(self) -> bool:
        try:
            return self._context.frontier.has_queued()
        except NightpostError as error:
            self._context.fail(error)
            return False

    def _request(self, visit: Visit) -> Request:
        context, spider = self._context, self._crawler.spider
        request = Request(
            visit.url,
            callback=getattr(spider, "arrived", None),
            errback=getattr(spider, "missed", None),
            # One slot for the site: its pace holds over its mirrors too.
            meta={"visit": visit, "download_slot": context.site.name},
        )
        if context.proxy_url is not None:
            request.meta["proxy"] = context.proxy_url
        context.identity.dress(request)
        return request
