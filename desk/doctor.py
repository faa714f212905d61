"""What is installed, reachable or misconfigured in a workspace, and how to mend it."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from archive.reader import ArchiveReader
from crawler.site import Site, load_sites
from crawler.tor import check_socks
from desk.casebook import open_casebook
from desk.job_queue import open_queue
from desk.rooms import CLOCK, open_index, site_layout
from nightpost.errors import NightpostError
from nightpost.workspace import Workspace

Level = Literal["good", "note", "bad"]

_LOW_DISK = 5 * 1024**3
"""Free bytes below which a crawl may fill the disk: a busy market's full crawl is about a gigabyte."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``remedy`` is empty when nothing is to be done."""

    subject: str
    level: Level
    state: str
    remedy: str = ""


def examine(workspace: Workspace) -> list[Finding]:
    """Look at everything a workspace needs; nothing is fetched from any site."""
    settings = workspace.settings
    return [
        _tor(workspace),
        _sqlite_features(),
        _disk(workspace),
        _opened("index " + settings.index, lambda: _index_state(workspace)),
        _opened("casebook " + settings.casebook, lambda: _casebook_state(workspace)),
        _opened("jobs " + settings.jobs, lambda: _queue_state(workspace)),
        _opened("archive", lambda: _archive_state(workspace)),
        *_sites(workspace),
    ]


def _opened(subject: str, state: Callable[[], str]) -> Finding:
    """What opening it says: its state, or the error, which names the remedy."""
    try:
        return Finding(subject, "good", state())
    except NightpostError as error:
        what, _, remedy = str(error).partition("; ")
        return Finding(subject, "bad", what, remedy)


def _tor(workspace: Workspace) -> Finding:
    socks, executable = workspace.settings.tor.socks, workspace.settings.tor.executable
    if socks is not None:
        return _opened("Tor", lambda: "a running Tor answers at {}:{}".format(*check_socks(socks)))
    program = shutil.which(executable)
    if program is None:
        return Finding("Tor", "bad", f"{executable} is not installed", "apt-get install tor")
    return Finding("Tor", "good", f"{program}, started for each crawl")


def _sqlite_features() -> Finding:
    with sqlite3.connect(":memory:") as memory:
        known = {name for (name,) in memory.execute("SELECT name FROM pragma_module_list")}
    if "fts5" in known:
        return Finding("SQLite", "good", f"{sqlite3.sqlite_version} with FTS5")
    return Finding("SQLite", "bad", "no FTS5 in it", "use Debian's Python, or set index to an Elasticsearch")


def _disk(workspace: Workspace) -> Finding:
    free = shutil.disk_usage(workspace.folder).free
    state = f"{free / 1024**3:.0f} GiB free"
    if free < _LOW_DISK:
        return Finding("disk", "bad", state, f"make room on the disk of {workspace.folder}")
    return Finding("disk", "good", state)


def _index_state(workspace: Workspace) -> str:
    with open_index(workspace) as store:
        counts = {kind: number for kind, number in store.counts().items() if number}
    return ", ".join(f"{number} {kind}" for kind, number in counts.items()) or "empty"


def _casebook_state(workspace: Workspace) -> str:
    with open_casebook(workspace, CLOCK) as casebook:
        report = casebook.verify_audit()
        if report.fault is not None:
            raise NightpostError(f"the audit log was touched: {report.fault}; restore it from a copy")
        log = f"the audit log's {report.entries} entries hold, the last is {report.last_digest}"
        return f"{len(casebook.leads())} leads; {log}"


def _queue_state(workspace: Workspace) -> str:
    queue = open_queue(workspace.database_url(workspace.settings.jobs))
    waiting = queue.pending_count()
    queue.storage.close()
    return f"{waiting} jobs wait"


def _archive_state(workspace: Workspace) -> str:
    sites = ArchiveReader(workspace.archive).sites()
    return f"evidence of {len(sites)} sites: {', '.join(sites)}" if sites else "empty"


def _sites(workspace: Workspace) -> Iterator[Finding]:
    """Each site's layout and authority; one finding when the files themselves cannot be read."""
    try:
        sites = load_sites(workspace.sites)
    except NightpostError as error:
        what, _, remedy = str(error).partition("; ")
        yield Finding("sites", "bad", what, remedy)
        return
    if not sites:
        yield Finding("sites", "note", "none yet", "nightpost site add")
    for site in sites:

        def state(site: Site = site) -> str:
            site_layout(workspace, site)
            return f"authority until {site.check_authority(CLOCK.now().date()).expires_at}"

        yield _opened(f"site {site.name}", state)
