"""The whole of a scheduled crawl by the real commands: a practice market is crawled when its minute comes."""

import subprocess
import sys
from pathlib import Path

import pytest

from desk.run_log import JobRun
from replica.stage import stage
from replica.world import World
from tests.servers.practice import CommandLine

REPOSITORY = Path(__file__).parents[2]
PROGRAM = "tests.desk.worker_program"


@pytest.fixture(scope="module")
def world() -> World:
    return World.generate(seed=3, vendors=4, listings=8, markets=("harbour",))


def test_a_scheduled_market_is_crawled_and_indexed(world: World, tmp_path: Path) -> None:
    line = CommandLine(tmp_path / "workspace")
    line.run("init", str(line.workspace))
    with stage(world, through_tor=False) as playing:
        line.add_site("harbour", playing.urls["harbour"], playing.layouts["harbour"], "--allow-loopback")
        line.run("schedule", "add", "harbour", "0 12 * * *")
        assert line.json("schedule", "list", "--json") == [{"site": "harbour", "cron": "0 12 * * *", "enabled": True}]
        worker = subprocess.Popen(
            [sys.executable, "-m", PROGRAM, str(line.workspace), "2026-03-02T12:00:30+00:00"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        try:
            assert worker.stdout is not None
            run = JobRun.model_validate_json(worker.stdout.readline())
            worker.terminate()
            assert worker.communicate(timeout=60)[0] == "stopped\n"
        finally:
            worker.kill()
            worker.wait()
    assert (run.site, run.outcome) == ("harbour", "done"), run
    assert [(step.name, step.exit_code) for step in run.steps] == [("crawl", 0), ("ingest", 0)]
    found = line.json("search", "*", "--kind", "listing", "--limit", "100", "--json")
    assert {hit["listing_id"] for hit in found} == {one["listing_id"] for one in world.truth("harbour")["listings"]}
