"""The real crawl, through real Tor into the real archive, killed with SIGKILL at ten random moments."""

import random
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp

from archive.journal import JOURNAL_FILE
from archive.reader import ArchiveReader
from replica.markets.app import market_app
from replica.tor import PrivateTorNetwork
from replica.world import World
from tests.servers.practice import CommandLine

KILLS = 10


def journal_size(workspace: Path) -> int:
    """Bytes of the journal, 0 when there is none yet."""
    journal = workspace / "archive" / "orchard" / JOURNAL_FILE
    return journal.stat().st_size if journal.exists() else 0


def crawl_and_kill(line: CommandLine, grown: int) -> bool:
    """Start a crawl and kill it once its journal has grown by so many bytes; whether it was still running."""
    before = journal_size(line.workspace)
    process = subprocess.Popen(
        line.command("crawl", "orchard"), env=line.variables(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None and journal_size(line.workspace) < before + grown:
        try:
            process.wait(0.002)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    return process.wait() == -signal.SIGKILL


def test_killed_at_ten_random_moments_no_page_is_lost_and_none_is_there_twice(
    new_workspace: Callable[[str], CommandLine],
    tor_network: PrivateTorNetwork,
    publish: Callable[[ASGIApp], str],
) -> None:
    world = World.generate(seed=3, vendors=20, listings=80, markets=("orchard",))
    app = market_app(world, "orchard")
    host = publish(app)
    whole, killed = (
        CommandLine(new_workspace(name).workspace, {"NIGHTPOST_TOR__SOCKS": f"127.0.0.1:{tor_network.socks_port}"})
        for name in ("whole", "killed")
    )
    for line in (whole, killed):
        line.add_site("orchard", f"http://{host}", "practice-orchard")
    whole.run("crawl", "orchard")
    pages = Counter(capture.url for _, capture in ArchiveReader(whole.workspace / "archive").captures("orchard"))
    assert set(pages.values()) == {1}

    # A line of the journal is about 900 bytes: kills fall anywhere from the first page to some pages later.
    total = journal_size(whole.workspace)
    chance = random.Random(7)
    kills = sum(crawl_and_kill(killed, chance.randrange(1, total // (KILLS + 2))) for _ in range(KILLS))
    assert kills == KILLS

    summary = killed.json("crawl", "orchard", "--json")[0]
    assert (summary["finished_reason"], summary["resumed"], summary["queued_left"]) == ("finished", True, 0)
    found = Counter(capture.url for _, capture in ArchiveReader(killed.workspace / "archive").captures("orchard"))
    assert found == pages
    report = killed.json("archive", "verify", "--json")[0]
    assert (report["ok"], report["captures"], report["unsealed"]) == (True, sum(pages.values()), 0)
