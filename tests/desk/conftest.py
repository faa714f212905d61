"""Servers and stand-ins that the desk's tests share."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from desk.cli import main
from nightpost.clock import FixedClock
from tests.servers.postgresql import running_postgresql
from tests.servers.redis import running_redis

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL of the session's own."""
    with running_postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of the session's own."""
    with running_redis() as url:
        yield url


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run a command in this process: ``status, output, errors = run("init", folder)``."""
    handlers = list(logging.getLogger().handlers)

    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["nightpost", *map(str, arguments)])
        try:
            main()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    yield command
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


@pytest.fixture
def workspace(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new workspace that commands work on without being told."""
    folder = tmp_path / "workspace"
    assert run("init", folder)[0] == 0
    monkeypatch.setenv("NIGHTPOST_WORKSPACE", str(folder))
    return folder
