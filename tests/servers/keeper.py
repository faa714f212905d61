"""Runs one server and sees to it that nothing of it stays: neither a process nor a file.

``python -m tests.servers.keeper PARENT USER FOLDER COMMAND...`` runs COMMAND as USER (``-`` for the present one) in
FOLDER. When it is told to stop, or when the process with id PARENT is gone for whatever reason (a SIGKILL too: the
kernel then signals this one, prctl(2) PR_SET_PDEATHSIG), it ends the command with all that the command started, and
removes FOLDER. SIGUSR1 ends the command and keeps the folder (it then says `STOPPED`); the next one starts it again.
SIGUSR2 does the same as if the power failed: nothing of the command has time for a last word.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_SECONDS_TO_STOP = 20


STOPPED = "keeper: stopped"


class _Stop(Exception):  # noqa: N818  a request, not an error
    pass


class _Pause(Exception):  # noqa: N818  a request, not an error
    def __init__(self, kindly: bool) -> None:
        self.kindly = kindly


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Stop


def _pause(received: int, _frame: FrameType | None) -> None:
    raise _Pause(kindly=received == signal.SIGUSR1)


def _end(process: subprocess.Popen[bytes], *, kindly: bool = True) -> None:
    """End the command's whole session: kindly at first, if at all, and then whatever is left of it."""
    if kindly:
        process.terminate()
        try:
            process.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            process.kill()
    with suppress(ProcessLookupError):  # the kind way was enough
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    while True:
        try:
            os.waitpid(-1, 0)  # what the command left behind was handed to us (child subreaper)
        except ChildProcessError:
            return


def _start(user: str, folder: Path, command: list[str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        user=None if user == "-" else user,
        group=None if user == "-" else "nogroup",
    )


def main(parent: int, user: str, folder: Path, command: list[str]) -> int:
    """Keep the command until it ends or a stop is asked for; its exit code."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
    if os.getppid() != parent:
        shutil.rmtree(folder)
        return 1
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C goes to the whole terminal; our parent says when to stop
    signal.signal(signal.SIGUSR1, _pause)
    signal.signal(signal.SIGUSR2, _pause)
    process = None
    try:
        while True:
            process = _start(user, folder, command)
            try:
                return process.wait()
            except _Pause as pause:
                _end(process, kindly=pause.kindly)
            try:
                print(STOPPED, flush=True)
                while True:
                    signal.pause()
            except _Pause:
                continue
    except _Stop:
        return 0
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if process is not None:
            _end(process)
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4:]))
