"""The frontier: every URL of a site that is known, and what became of it.

It is a SQLite file, so that a crawl of any length holds in memory only what is under way, and a crawl that is killed
goes on where it was. A URL is *queued*, *leased* (handed out, its fetch not accounted for), *done* or *failed*. What a
fetch led to (the URL's new state, the links found, the counts of the run) is written in one transaction.

A *sweep* goes over the whole site once. It may take several runs, each with a budget of its own; when nothing is queued
any more the next run begins a new sweep from the seeds.
"""

import hashlib
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from w3lib.url import canonicalize_url, safe_url_string

from nightpost.errors import ConfigurationError, UnavailableError

SCHEMA_VERSION = 1
SEED_PRIORITY = 1_000_000

_SCHEMA = """
CREATE TABLE url (
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    url TEXT NOT NULL,
    kind TEXT,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'leased', 'done', 'failed')),
    tries INTEGER NOT NULL DEFAULT 0,
    captures INTEGER NOT NULL DEFAULT 0,
    hops INTEGER NOT NULL DEFAULT 0,
    redirected INTEGER NOT NULL DEFAULT 0,
    reason TEXT
) STRICT;
CREATE INDEX url_queue ON url (priority DESC, id) WHERE state = 'queued';
CREATE INDEX url_leased ON url (id) WHERE state = 'leased';
CREATE INDEX url_failed ON url (id) WHERE state = 'failed';
CREATE TABLE run (
    run_id TEXT PRIMARY KEY,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    reason TEXT
) STRICT;
CREATE TABLE tally (
    run_id TEXT NOT NULL,
    family TEXT NOT NULL,
    name TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (run_id, family, name)
) STRICT, WITHOUT ROWID;
"""

# A URL that only redirected may be asked for again when a later redirect leads back to it (a market that sets a cookie
# and sends the browser round once more); the growing number of hops bounds that.
_INSERT = """
INSERT INTO url (key, url, kind, priority, hops) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET state = 'queued', tries = 0, hops = excluded.hops
WHERE url.state = 'done' AND url.redirected AND excluded.hops > url.hops
"""
_TALLY = """
INSERT INTO tally VALUES (?, ?, ?, ?) ON CONFLICT (run_id, family, name) DO UPDATE SET n = n + excluded.n
"""

Tally = Mapping[tuple[str, str], int]
"""Counts by ``(family, name)``, such as ``("status", "200")``."""


class FrontierError(UnavailableError):
    """The frontier's file cannot be read or written."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A URL that was handed out to be fetched.

    Attributes:
        url: what to fetch.
        kind: the page kind that the link to it promised, if any.
        tries: how often it was fetched in vain before.
        captures: how many exchanges of this run with this URL are accounted for.
        hops: redirects that led here.
    """

    id: int
    url: str
    kind: str | None
    priority: int
    tries: int
    captures: int
    hops: int


@dataclass(frozen=True, slots=True)
class Found:
    """A URL that a page leads to."""

    url: str
    kind: str | None
    priority: int
    hops: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a visit.

    Attributes:
        state: ``done``; ``failed`` for good; ``leased``: it is to be tried again by whoever holds it.
        reason: why it failed.
        captured: whether an exchange was kept.
        redirected: it was done, but led elsewhere.
    """

    state: Literal["done", "failed", "leased"]
    reason: str | None = None
    captured: bool = True
    redirected: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl run. ``resumed`` when it had begun before and was killed or stopped."""

    run_id: str
    started_at: datetime
    resumed: bool


@lru_cache(maxsize=8192)
def tidy_url(url: str) -> str:
    """A URL as it is asked for: without fragment, spaces and the like written as percent codes.

    Raises:
        ValueError: it is not a URL.
    """
    return str(safe_url_string(url.split("#", 1)[0], encoding="utf-8"))


@lru_cache(maxsize=8192)
def url_key(url: str) -> bytes:
    """What two spellings of one URL have in common: a digest of the canonical form (parameters sorted).

    Raises:
        ValueError: it is not a URL.
    """
    return hashlib.blake2b(canonicalize_url(url).encode(), digest_size=16).digest()


class Frontier:
    """The frontier of one site, used by one process and one thread."""

    def __init__(self, file: Path) -> None:
        """Open it, or make it.

        Raises:
            FrontierError: the file cannot be used.
            ConfigurationError: it was made by another version.
        """
        self._file = file
        self._run_id = ""
        with self._translated():
            self._db = sqlite3.connect(file, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        # Commits survive the death of the process. After a power cut the last ones may be missing; what they said is
        # found again in the evidence (see `unaccounted`).
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute("PRAGMA wal_autocheckpoint = 4000")  # pages; each checkpoint waits for the disk
        self._db.execute("PRAGMA cache_size = -8192")  # KiB
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
        elif version != SCHEMA_VERSION:
            raise ConfigurationError(
                f"{self._file} was made by another version of Nightpost; move it away to begin a new crawl"
            )

    def begin(self, seeds: Iterable[str], now: datetime) -> Run:
        """Go on with the run that was not finished, else begin a new one (and a new sweep when the last is over)."""
        with self._transaction():
            row = self._db.execute("SELECT run_id, started_at FROM run WHERE finished_at IS NULL").fetchone()
            if row is not None:
                self._run_id = row[0]
                return Run(row[0], datetime.fromisoformat(row[1]), resumed=True)
            self._run_id = f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
            self._db.execute("INSERT INTO run (run_id, started_at) VALUES (?, ?)", (self._run_id, now.isoformat()))
            if self._waiting():
                self._db.execute("UPDATE url SET captures = 0, tries = 0, hops = 0 WHERE state != 'done'")
                self._db.execute("UPDATE url SET captures = 0 WHERE captures > 0")
            else:
                self._db.execute("DELETE FROM url")
                self._insert(Found(seed, None, SEED_PRIORITY) for seed in seeds)
            return Run(self._run_id, now, resumed=False)

    def unaccounted(self, captured: Iterable[tuple[str, str]]) -> list[tuple[Visit, str]]:
        """After a kill: the visits whose last exchange is kept as evidence but was not accounted for.

        Every other URL that was under way is queued again. ``captured`` is what the archive kept under this run, in
        order.
        """
        with self._transaction():
            self._db.execute("CREATE TEMP TABLE kept (url TEXT PRIMARY KEY, n INTEGER NOT NULL, last TEXT NOT NULL)")
            self._db.executemany(
                "INSERT INTO kept VALUES (?, 1, ?) ON CONFLICT (url) DO UPDATE SET n = n + 1, last = excluded.last",
                captured,
            )
            # A power cut may have taken the commit that made a URL known.
            urls = self._db.execute("SELECT url FROM kept").fetchall()
            self._insert(Found(url, None, 0) for (url,) in urls)
            self._db.execute("UPDATE url SET state = 'queued' WHERE state = 'leased'")
            rows = self._db.execute(
                "SELECT url.id, url.url, url.kind, url.priority, url.tries, kept.n - 1, url.hops, kept.last "
                "FROM kept JOIN url ON url.url = kept.url WHERE kept.n > url.captures ORDER BY url.id"
            ).fetchall()
            self._db.executemany(
                "UPDATE url SET state = 'leased', captures = ? WHERE id = ?", [(row[5], row[0]) for row in rows]
            )
            self._db.execute("DROP TABLE kept")
        return [(Visit(*row[:7]), row[7]) for row in rows]

    def lease(self, count: int) -> list[Visit]:
        """Hand out up to so many queued URLs, the most urgent first, older before newer."""
        with self._translated():
            rows = self._db.execute(
                "UPDATE url SET state = 'leased' WHERE id IN "
                "(SELECT id FROM url WHERE state = 'queued' ORDER BY priority DESC, id LIMIT ?) "
                "RETURNING id, url, kind, priority, tries, captures, hops",
                (count,),
            ).fetchall()
        return sorted((Visit(*row) for row in rows), key=lambda visit: (-visit.priority, visit.id))

    def settle(self, visit: Visit, settlement: Settlement, found: Iterable[Found], tally: Tally) -> Visit:
        """Write what became of a visit, what it led to, and what is to be counted; returns the visit as it is now."""
        tries = visit.tries + (settlement.state != "done")
        captures = visit.captures + settlement.captured
        with self._transaction():
            self._db.execute(
                "UPDATE url SET state = ?, tries = ?, captures = ?, redirected = ?, reason = ? WHERE id = ?",
                (settlement.state, tries, captures, settlement.redirected, settlement.reason, visit.id),
            )
            self._insert(found)
            self._count(tally)
        return Visit(visit.id, visit.url, visit.kind, visit.priority, tries, captures, visit.hops)

    def release(self, visits: Iterable[Visit]) -> None:
        """Queue again what was handed out but not fetched."""
        with self._transaction():
            self._db.executemany(
                "UPDATE url SET state = 'queued' WHERE id = ? AND state = 'leased'", [(visit.id,) for visit in visits]
            )

    def count(self, tally: Tally) -> None:
        """Count what belongs to no visit."""
        with self._transaction():
            self._count(tally)

    def has_queued(self) -> bool:
        """Whether anything is queued."""
        with self._translated():
            return self._waiting("queued")

    def count_of(self, state: Literal["queued", "leased", "failed"]) -> int:
        """How many URLs are in one of the states that an index knows: quick with any number of URLs."""
        with self._translated():
            row = self._db.execute(f"SELECT count(*) FROM url WHERE state = '{state}'").fetchone()  # noqa: S608 - our words
            return int(row[0])

    def states(self) -> Counter[str]:
        """How many URLs are in each state."""
        with self._translated():
            return Counter(dict(self._db.execute("SELECT state, count(*) FROM url GROUP BY state")))

    def tally(self) -> Counter[tuple[str, str]]:
        """The counts of this run, over all its interruptions."""
        with self._translated():
            rows = self._db.execute("SELECT family, name, n FROM tally WHERE run_id = ?", (self._run_id,))
            return Counter({(family, name): n for family, name, n in rows})

    def finish(self, now: datetime, reason: str) -> None:
        """The run is over; the next one is another."""
        with self._transaction():
            self._db.execute("UPDATE url SET state = 'queued' WHERE state = 'leased'")
            self._db.execute(
                "UPDATE run SET finished_at = ?, reason = ? WHERE run_id = ?", (now.isoformat(), reason, self._run_id)
            )

    def interrupt(self) -> None:
        """The run stops here, to be gone on with: what was handed out is queued again."""
        with self._transaction():
            self._db.execute("UPDATE url SET state = 'queued' WHERE state = 'leased'")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _waiting(self, *states: str) -> bool:
        wanted = states or ("queued", "leased")
        return any(
            self._db.execute(f"SELECT 1 FROM url WHERE state = '{state}' LIMIT 1").fetchone()  # noqa: S608 - our words
            for state in wanted
        )

    def _insert(self, found: Iterable[Found]) -> None:
        self._db.executemany(
            _INSERT, [(url_key(item.url), item.url, item.kind, item.priority, item.hops) for item in found]
        )

    def _count(self, tally: Tally) -> None:
        self._db.executemany(_TALLY, [(self._run_id, family, name, n) for (family, name), n in tally.items()])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise FrontierError(
                f"the frontier {self._file} cannot be used: {error}; mend the disk or its permissions, then crawl again"
            ) from error
