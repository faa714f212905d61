"""A real Redis on a free loopback port."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.requirements import missing
from tests.servers.kept import kept
from tests.servers.ports import free_port, wait_until

SECONDS_TO_START = 20


@contextmanager
def running_redis() -> Iterator[str]:
    """The URL of a Redis that runs until the block ends."""
    program = shutil.which("redis-server")
    if program is None:
        missing("redis", "apt-get install redis-server")
    folder = Path(tempfile.mkdtemp(prefix="nightpost-redis-"))
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with kept(folder, command) as keeper:
        with redis.Redis(host="127.0.0.1", port=port) as client:
            wait_until(lambda: _answers(client, keeper), SECONDS_TO_START, "Redis to answer")
        yield f"redis://127.0.0.1:{port}/0"


def _answers(client: redis.Redis, keeper: "subprocess.Popen[bytes]") -> bool:
    assert keeper.poll() is None, "redis-server ended before it answered"
    try:
        return bool(client.ping())
    except redis.exceptions.ConnectionError:
        return False
