"""A workspace that holds two crawled practice markets: made once a session, through real Tor, by the real commands."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from replica.stage import Stage, stage
from replica.world import World
from tests.servers.tor import require_tor

VENDORS, LISTINGS = 60, 300
_AUTHORITY = ("--authority", "TEST-1", "--holder", "tests", "--expires", "2099-12-31")


@dataclass(frozen=True, slots=True)
class CommandLine:
    """``nightpost`` on one workspace, as a user runs it."""

    workspace: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def command(self, *arguments: str) -> list[str]:
        """The command as a list, for a test that wants to run it itself."""
        return [sys.executable, "-m", "desk.cli", "--workspace", str(self.workspace), *arguments]

    def variables(self) -> dict[str, str]:
        """The environment that it runs in."""
        return {**os.environ, **self.environment}

    def run(self, *arguments: str, status: int = 0, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a command; it must end with that status."""
        done = subprocess.run(
            self.command(*arguments), env=self.variables(), capture_output=True, text=True, check=False, input=stdin
        )
        assert done.returncode == status, f"{arguments} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        """The JSON lines that a command prints."""
        return [json.loads(line) for line in self.run(*arguments).stdout.splitlines()]

    def add_site(self, name: str, url: str, layout: str, *more: str) -> None:
        """Add a site that is crawled as fast as it answers."""
        pacing = ("--delay", "0", "--concurrency", "8", "--retry", "0.5")
        self.run("site", "add", name, "--url", url, "--layout", layout, *_AUTHORITY, *pacing, *more)


@dataclass(frozen=True, slots=True)
class Practice:
    """The workspace, the world that is true, and the markets, which are still being served."""

    line: CommandLine
    world: World
    stage: Stage


@pytest.fixture(scope="session")
def new_workspace(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], CommandLine]:
    """Makes a workspace: ``line = new_workspace("name")``."""

    def make(name: str) -> CommandLine:
        folder = tmp_path_factory.mktemp(name) / "workspace"
        line = CommandLine(folder)
        line.run("init", str(folder), "--operator", "tests")
        return line

    return make


@pytest.fixture(scope="session")
def practice(new_workspace: Callable[[str], CommandLine]) -> Iterator[Practice]:
    """Two markets of one world, crawled through Tor and ingested into the embedded store, and linked."""
    require_tor()
    world = World.generate(seed=20, vendors=VENDORS, listings=LISTINGS)
    with stage(world) as playing:
        line = CommandLine(new_workspace("practice").workspace, playing.environment())
        for name, url in playing.urls.items():
            line.add_site(name, url, playing.layouts[name])
            line.run("crawl", name)
        line.run("ingest")
        line.run("link")
        yield Practice(line, world, playing)
