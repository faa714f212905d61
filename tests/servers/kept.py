"""Starting a server under the keeper: it is gone after the block, also when the tests are killed."""

import os
import pwd
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
SECONDS_TO_STOP = 60


@contextmanager
def kept(folder: Path, command: Sequence[str | Path], *, user: str = "-") -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command in a folder, as another user when one is named; the folder is removed with it.

    What the command says goes to ``FOLDER.log``, which is removed last.
    """
    log = folder.with_name(folder.name + ".log")
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.keeper", str(os.getpid()), user, str(folder), *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=REPOSITORY,
        )
    try:
        yield keeper
    finally:
        keeper.terminate()
        keeper.wait(SECONDS_TO_STOP)
        log.unlink()


def unprivileged_user() -> str:
    """Who runs a server that refuses to run as root: ``-`` (whoever runs the tests) unless that is root."""
    if os.geteuid() != 0:
        return "-"
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def give(folder: Path, user: str) -> None:
    """Make a folder a user's own."""
    if user != "-":
        owner = pwd.getpwnam(user)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
