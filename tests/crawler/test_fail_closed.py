"""No packet and no name leaves Tor: real crawls through a real Tor, with all that leaves loopback recorded."""

import json
import sys
from pathlib import Path
from typing import Any

from tests.crawler.leak_trial import PAGES, REDIRECTS
from tests.servers.namespace import RecordingNamespace
from tests.servers.tor import require_tor

ONION_PAGES = {"/", "/refresh", *(f"/page/{number}" for number in range(PAGES)), *REDIRECTS}


def trial(namespace: RecordingNamespace, mode: str, folder: Path) -> dict[str, Any]:
    """Run a trial; nothing at all must have been recorded."""
    require_tor()
    run = namespace.run([sys.executable, "-m", "tests.crawler.leak_trial", mode, str(folder)], timeout=300)
    assert run.returncode == 0, run.stderr
    assert run.packets == []
    outcome: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return outcome


def test_a_site_full_of_ways_out_is_crawled_inside_tor(recording_namespace: RecordingNamespace, tmp_path: Path) -> None:
    outcome = trial(recording_namespace, "up", tmp_path / "state")
    assert outcome["error"] is None
    assert set(outcome["pages"]) == ONION_PAGES
    assert len(outcome["pages"]) == len(ONION_PAGES)
    # Every page but the redirects shows the same links, to nine clearnet hosts; six redirects lead to clearnet.
    shown = PAGES + 2
    assert outcome["refused"] == {
        "clearnet": 9 * shown + 6,
        "bad_onion": shown + 1,
        "credentials": shown,
        "scheme": shown,
        "other_site": 1,
    }


def test_a_crawl_that_loses_tor_half_way_does_not_go_round_it(
    recording_namespace: RecordingNamespace, tmp_path: Path
) -> None:
    outcome = trial(recording_namespace, "killed", tmp_path / "state")
    assert "Tor has not answered" in outcome["error"]
    assert 1 <= len(outcome["pages"]) < len(ONION_PAGES), "Tor was lost half-way"
    assert set(outcome["pages"]) <= ONION_PAGES
    assert outcome["refused"]["clearnet"] >= 8
