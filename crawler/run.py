"""One crawl run, from the site's authority to the summary of what was done."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from scrapy.crawler import Crawler
from scrapy.settings import Settings as ScrapySettings

from crawler.context import CrawlContext
from crawler.evidence import Evidence
from crawler.follow import Follower
from crawler.frontier import Frontier, Run, tidy_url
from crawler.gate import Gate
from crawler.identity import Identity
from crawler.lock import site_lock
from crawler.page import ReadPage, from_exchange
from crawler.progress import CrawlProgress, ProgressReport
from crawler.scheduler import FrontierScheduler
from crawler.site import Authority, Site
from crawler.spider import SiteSpider
from crawler.summary import FinishedReason, RunSummary, families
from crawler.tor import TorEndpoint, TorError
from extractors.layout import Layout
from extractors.reading import read_links
from nightpost.clock import Clock, SystemClock
from nightpost.errors import NightpostError, UnavailableError
from nightpost.settings import ArchiveSettings

TOR_PATIENCE_SECONDS = 120.0
_WATCH_SECONDS = 0.5
_REPORT_SECONDS = 0.2
_SAVE_SECONDS = 5.0

_log = structlog.get_logger(__name__)


def crawl(
    site: Site,
    *,
    layout: Layout,
    evidence: Evidence,
    state: Path,
    tor: TorEndpoint | None,
    clock: Clock | None = None,
    max_pages: int | None = None,
    progress: ProgressReport | None = None,
    limits: ArchiveSettings | None = None,
    read: ReadPage = read_links,
    tor_patience: float = TOR_PATIENCE_SECONDS,
) -> RunSummary:
    """Crawl a site: go on with the run that was interrupted, else begin a new one.

    It runs an event loop of its own until the crawl is over, so it cannot be called from within one; it may be called
    again and again in one process. In the main thread SIGINT and SIGTERM end it in good order: pages under way are
    fetched and kept, the rest stays queued; a second signal ends it at once. The evidence is not closed.

    Args:
        site: what to crawl; its authority must be valid today.
        layout: reads the site's pages.
        evidence: keeps every exchange.
        state: the folder for what crawls remember; each site gets its own folder in it.
        tor: the way to onion services; None only for a site on this machine (``allow_loopback``).
        clock: the time of the evidence.
        max_pages: responses that this run may fetch; absent: what the site's pacing says.
        progress: told how far it is.
        limits: how much of a page is kept.
        read: reads a page with the layout.
        tor_patience: seconds to wait for a Tor that is lost.

    Raises:
        AuthorityError: nothing is fetched without a valid authority.
        SiteBusyError: the site is being crawled already.
        UnavailableError: Tor, the archive or the disk gave out on the way; what was not fetched stays queued, and the
            next call goes on with the same run.
        ConfigurationError: the site's state cannot be used.
    """
    clock = clock or SystemClock()
    authority = site.check_authority(clock.now().date())
    if tor is None and not site.is_loopback:
        raise TorError(f"site {site.name!r} can be reached through Tor only; start Tor, or set tor.socks")
    folder = _site_folder(state, site.name)
    with site_lock(folder, site.name), Frontier(folder / "frontier.sqlite") as frontier:
        run = frontier.begin([tidy_url(site.urls[0].rstrip("/") + seed) for seed in site.seeds], clock.now())
        context = CrawlContext(
            site=site,
            gate=Gate(site),
            frontier=frontier,
            evidence=evidence,
            identity=Identity(site, folder),
            clock=clock,
            run_id=run.run_id,
            tor=tor,
            max_page_bytes=(limits or ArchiveSettings()).max_page_bytes,
            max_pages=max_pages if max_pages is not None else site.pacing.max_pages,
            fetched=frontier.tally()["fetched", "pages"],
        )
        follower = Follower(context, layout, read)
        _log.info("crawl_started", site=site.name, run=run.run_id, resumed=run.resumed)
        try:
            if run.resumed:
                _account_for(context, follower)
            asyncio.run(_Crawl(context, follower, progress, tor_patience).run())
        except NightpostError as error:
            context.fail(error)
        except asyncio.CancelledError:
            _log.warning("crawl_broken_off", site=site.name, run=run.run_id)
        return _conclude(context, run, authority, folder)


def _site_folder(state: Path, name: str) -> Path:
    folder = state / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"cannot make {folder}: {error.strerror}; mend that first") from error
    return folder


def _account_for(context: CrawlContext, follower: Follower) -> None:
    """After a kill: judge the pages that are kept but were not judged, instead of fetching them again."""
    frontier = context.frontier
    for visit, capture_id in frontier.unaccounted(context.evidence.captured(context.run_id)):
        again = follower.receive(visit, from_exchange(context.evidence.exchange(capture_id), capture_id))
        if again is not None:
            frontier.release([again])
        frontier.count({("odd", "recovered_after_kill"): 1})


def _conclude(context: CrawlContext, run: Run, authority: Authority, folder: Path) -> RunSummary:
    """Close the run in the frontier, write the summary, and raise what ended the run if something did."""
    frontier, error = context.frontier, context.fatal
    reason = _finished_reason(context)
    now = context.clock.now()
    if reason in {"finished", "budget", "site_unreachable"}:
        frontier.finish(now, reason)
    else:
        frontier.interrupt()
    context.identity.save()
    counts = families(frontier.tally())
    fetched = counts.pop("fetched", {})
    summary = RunSummary(
        run_id=run.run_id,
        site=context.site.name,
        authority=authority.reference,
        started_at=run.started_at,
        finished_at=now,
        finished_reason=reason,
        error=None if error is None else str(error),
        resumed=run.resumed,
        fetched=fetched.get("pages", 0),
        bytes=fetched.get("bytes", 0),
        by_status=counts.get("status", {}),
        by_page_kind=counts.get("page_kind", {}),
        refused=counts.get("refused", {}),
        failed=counts.get("failed", {}),
        retried=sum(counts.get("retried", {}).values()),
        truncated=counts.get("truncated", {}),
        odd=counts.get("odd", {}),
        interruptions=counts.get("tor", {}).get("lost", 0),
        queued_left=frontier.count_of("queued"),
    )
    summary.save(folder / "runs")
    _log.info("crawl_ended", site=context.site.name, run=run.run_id, reason=reason, fetched=summary.fetched)
    if error is not None:
        raise error
    return summary


def _finished_reason(context: CrawlContext) -> FinishedReason:
    if context.fatal is not None:
        return "error"
    if context.stop_reason == "stopped":
        return "stopped"
    if context.fetched == 0:
        return "site_unreachable"
    if context.stop_reason == "site_failing":
        return "site_failing"
    if context.fetched >= context.max_pages and context.frontier.has_queued():
        return "budget"
    return "finished"


class _Crawl:
    """The event loop's part of a run: Scrapy, the watch over Tor, signals, progress."""

    def __init__(
        self, context: CrawlContext, follower: Follower, progress: ProgressReport | None, patience: float
    ) -> None:
        self._context = context
        self._follower = follower
        self._progress = progress
        self._patience = patience
        self._tasks: set[asyncio.Task[None]] = set()
        self._main: asyncio.Task[None] | None = None
        self._reported = 0.0
        self._saved = time.monotonic()
        self._crawler = Crawler(SiteSpider, scrapy_settings(context.site))

    async def run(self) -> None:
        """Crawl until it is over."""
        context, loop = self._context, asyncio.get_running_loop()
        stopped = asyncio.Event()
        context.stop = stopped.set
        context.tor_gone = self._tor_gone
        context.report = self._report
        restore = _on_signals(loop, self._asked_to_stop)
        self._main = asyncio.current_task()
        self._spawn(self._stop_when(stopped))
        if context.tor is not None:
            self._spawn(self._watch_tor(context.tor))
        try:
            if not context.stopping:
                await self._crawler.crawl_async(context=context, follower=self._follower)
        finally:
            restore()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._report(final=True)

    def _asked_to_stop(self) -> None:
        """The first time in good order, the second time at once: what is under way is then fetched again."""
        if self._context.stop_reason == "stopped" and self._main is not None:
            self._main.cancel()
        self._context.end("stopped")

    def _spawn(self, work: "asyncio._CoroutineLike[None]") -> None:
        self._tasks.add(asyncio.get_running_loop().create_task(work))

    async def _stop_when(self, stopped: asyncio.Event) -> None:
        await stopped.wait()
        await self._crawler.stop_async()

    async def _watch_tor(self, tor: TorEndpoint) -> None:
        """Notice a Tor that died although nothing was asked of it just then."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if tor.is_lost and not self._context.tor_lost:
                self._tor_gone()

    def _tor_gone(self) -> None:
        if self._context.tor is None or self._context.tor_lost:
            return
        self._context.tor_lost = True
        self._context.frontier.count({("tor", "lost"): 1})
        _log.warning("tor_lost", site=self._context.site.name)
        self._report(final=True)
        self._spawn(self._await_tor(self._context.tor))

    async def _await_tor(self, tor: TorEndpoint) -> None:
        until = time.monotonic() + self._patience
        while not await tor.answers():
            if time.monotonic() > until:
                self._context.fail(
                    TorError(
                        f"Tor has not answered at {tor.socks_host}:{tor.socks_port} for {self._patience:.0f} s; what "
                        "was not fetched is still queued: start Tor and crawl again"
                    )
                )
                return
            await asyncio.sleep(_WATCH_SECONDS)
        tor.regained()
        self._context.tor_lost = False
        _log.warning("tor_regained", site=self._context.site.name)
        scheduler = self._crawler.engine.scheduler
        if isinstance(scheduler, FrontierScheduler):
            scheduler.wake()

    def _report(self, *, final: bool = False) -> None:
        now = time.monotonic()
        if now - self._saved > _SAVE_SECONDS:
            self._saved = now
            self._context.identity.save()
        if self._progress is None or (not final and now - self._reported < _REPORT_SECONDS):
            return
        self._reported = now
        frontier = self._context.frontier
        self._progress(
            CrawlProgress(
                site=self._context.site.name,
                fetched=self._context.fetched,
                max_pages=self._context.max_pages,
                queued=frontier.count_of("queued") + frontier.count_of("leased"),
                failed=frontier.count_of("failed"),
                tor_lost=self._context.tor_lost,
            )
        )


def scrapy_settings(site: Site) -> ScrapySettings:
    """The project's settings with the pace of a site."""
    settings = ScrapySettings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(
        {
            "CONCURRENT_REQUESTS": site.pacing.concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": site.pacing.concurrency,
            "DOWNLOAD_DELAY": site.pacing.delay_seconds,
            "USER_AGENT": site.user_agent,
        },
        priority="cmdline",
    )
    return settings


def _on_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> Callable[[], None]:
    """Have SIGINT and SIGTERM stop the crawl, where signals can be had (the main thread); returns the undoing."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        loop.add_signal_handler(number, stop)

    def restore() -> None:
        for number, handler in before.items():
            loop.remove_signal_handler(number)
            signal.signal(number, handler)

    return restore
