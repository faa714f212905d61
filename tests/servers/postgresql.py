"""A real PostgreSQL on a free loopback port."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.requirements import missing
from tests.servers.kept import give, kept, unprivileged_user
from tests.servers.ports import free_port, wait_until

SECONDS_TO_START = 60

# Makes the database and becomes the server. "Fast" shutdown (SIGINT) ends open connections; the keeper sends SIGTERM.
_SCRIPT = """
set -e
"$1/initdb" --pgdata data --username nightpost --auth trust --encoding UTF8 --locale C --no-sync >initdb.log 2>&1
"$1/postgres" -D data -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories="$PWD" -c fsync=off &
server=$!
trap 'kill -INT $server; wait $server' TERM
wait $server
"""


@contextmanager
def running_postgresql() -> Iterator[str]:
    """The SQLAlchemy URL of a fresh server's empty database; the server runs until the block ends."""
    programs = _programs()
    user = unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="nightpost-postgresql-"))
    give(folder, user)
    port = free_port()
    with kept(folder, ["bash", "-c", _SCRIPT, "postgresql", programs, str(port)], user=user) as keeper:
        wait_until(lambda: _answers(port, keeper), SECONDS_TO_START, "PostgreSQL to answer")
        yield f"postgresql+psycopg://nightpost@127.0.0.1:{port}/postgres"


def _programs() -> Path:
    """The folder with initdb and postgres: Debian keeps them out of the PATH, one folder a version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        missing("postgresql", "apt-get install postgresql")
    return Path(on_path).parent


def _answers(port: int, keeper: "subprocess.Popen[bytes]") -> bool:
    assert keeper.poll() is None, "PostgreSQL ended before it answered"
    try:
        psycopg.connect(host="127.0.0.1", port=port, user="nightpost", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True
