"""What a fetched page leads to: the state of its URL, the links to follow, and what is counted.

The same judgement is made of a page that just came and of one that was kept before a crawl was killed.
"""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urljoin

import structlog

from crawler.context import CrawlContext
from crawler.frontier import Found, Settlement, Visit, tidy_url
from crawler.page import Fetched, ReadingLike, ReadPage
from extractors.layout import Layout
from extractors.records import PageKind

_log = structlog.get_logger(__name__)

MAX_HOPS = 10
# Pages that fail one after another, with no success between them, before the site is given up for this run.
MAX_FAILURES = 10

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
# A page of one of these kinds in the place of another means that the other was not had.
# True: it passes by itself, so the page is asked for again.
_BARRIERS: dict[PageKind, bool] = {
    "queue": True,
    "maintenance": True,
    "captcha": False,
    "login": False,
    "banned": False,
}

Tally = Counter[tuple[str, str]]


class Follower:
    """Judges the pages of one crawl."""

    def __init__(self, context: CrawlContext, layout: Layout, read: ReadPage) -> None:
        self._context = context
        self._layout = layout
        self._read = read

    def receive(self, visit: Visit, fetched: Fetched) -> Visit | None:
        """Settle a visit whose response is kept. Returns it when it is to be fetched again, after a pause."""
        tally: Tally = Counter({("fetched", "pages"): 1, ("fetched", "bytes"): fetched.size})
        tally["status", str(fetched.status)] += 1
        if fetched.truncated:
            tally["truncated", fetched.truncated] += 1
        self._context.fetched += 1
        if fetched.status in _REDIRECTS and "Location" in fetched.headers:
            return self._settle(visit, *self._redirect(visit, fetched, tally), tally)
        return self._settle(visit, *self._judge(visit, fetched, tally), tally)

    def miss(self, visit: Visit, reason: str, *, final: bool = False) -> Visit | None:
        """Settle a visit that got no response. Returns it when it is to be tried again, after a pause."""
        settlement = self._failure(visit, reason, captured=False, final=final)
        return self._settle(visit, settlement, [], Counter())

    def refuse(self, visit: Visit, reason: str) -> None:
        """Settle a visit that the gate refused at last."""
        tally: Tally = Counter({("refused", reason): 1})
        self._settle(visit, Settlement(state="failed", reason=reason, captured=False), [], tally, counts=False)

    def _settle(
        self, visit: Visit, settlement: Settlement, found: list[Found], tally: Tally, *, counts: bool = True
    ) -> Visit | None:
        if settlement.state == "failed" and counts:
            tally["failed", settlement.reason or "unknown"] += 1
        elif settlement.state == "leased":
            tally["retried", settlement.reason or "unknown"] += 1
        settled = self._context.frontier.settle(visit, settlement, found, tally)
        if counts:
            self._watch(settlement)
        return settled if settlement.state == "leased" else None

    def _watch(self, settlement: Settlement) -> None:
        """Give a site up that no longer answers, rather than ask it for every URL there is."""
        if settlement.state == "done":
            self._context.failures = 0
            return
        self._context.failures += 1
        if self._context.failures >= MAX_FAILURES:
            self._context.end("site_failing")

    def _redirect(self, visit: Visit, fetched: Fetched, tally: Tally) -> tuple[Settlement, list[Found]]:
        if visit.hops >= MAX_HOPS:
            return Settlement(state="failed", reason="redirect_loop"), []
        done = Settlement(state="done", redirected=True)
        target = self._admit(_join(visit.url, fetched.headers["Location"]), tally)
        if target is None:
            return done, []
        return done, [Found(target, visit.kind, visit.priority, visit.hops + 1)]

    def _judge(self, visit: Visit, fetched: Fetched, tally: Tally) -> tuple[Settlement, list[Found]]:
        reading = self._reading(visit, fetched, tally)
        if reading is None:
            found = []
        else:
            tally["page_kind", reading.page_kind] += 1
            found = list(self._found(reading, tally))
        if fetched.status in _TRY_AGAIN:
            return self._failure(visit, f"status_{fetched.status}"), found
        if fetched.truncated in {"time", "disconnect"}:
            return self._failure(visit, str(fetched.truncated)), found
        kind = reading.page_kind if reading else None
        if kind in _BARRIERS and visit.kind not in {kind, None}:
            return self._failure(visit, kind, final=not _BARRIERS[kind]), found
        return Settlement(state="done"), found

    def _failure(self, visit: Visit, reason: str, *, captured: bool = True, final: bool = False) -> Settlement:
        again = not final and visit.tries + 1 < self._context.site.pacing.max_tries
        return Settlement(state="leased" if again else "failed", reason=reason, captured=captured)

    def _reading(self, visit: Visit, fetched: Fetched, tally: Tally) -> ReadingLike | None:
        if not fetched.is_text:
            return None
        text, problem = fetched.text()
        if problem:
            tally["odd", problem] += 1
        try:
            return self._read(
                text, url=visit.url, fetched_at=fetched.fetched_at, layout=self._layout, charset=fetched.charset
            )
        except Exception:  # noqa: BLE001 - a page that trips its reader must not end the crawl; it is kept and counted
            _log.error("page_not_readable", url=visit.url, capture=fetched.capture_id, exc_info=True)
            tally["odd", "unreadable"] += 1
            return None

    def _found(self, reading: ReadingLike, tally: Tally) -> Iterator[Found]:
        for link in reading.links:
            url = self._admit(link.url, tally)
            if url is not None:
                yield Found(url, link.kind, link.priority)

    def _admit(self, link: str, tally: Tally) -> str | None:
        """A link as it will be asked for, or None when it is refused; refusals are counted."""
        try:
            url = tidy_url(link)
        except ValueError:
            tally["refused", "malformed"] += 1
            return None
        reason = self._context.gate.refusal(url)
        if reason is None:
            return url
        tally["refused", reason] += 1
        return None


def _join(base: str, location: str) -> str:
    try:
        return urljoin(base, location.strip())
    except ValueError:
        return location  # the gate refuses it as malformed
