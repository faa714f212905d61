"""The keeper: starts processes and ends every one of them when its owner ends, however the owner ends.

It runs as a program of its own, ``python keeper.py OWNER_PID [FOLDER_TO_REMOVE]``, from the standard library alone.
Its first input line is a JSON list of ``{"name", "command": [...], "output": FILE}``; it starts them, their output
going to that file, and answers with one line, ``{"started": {name: pid}}``, then with one line for each that ends by
itself, ``{"ended": name, "status": n}`` (negative: the signal). It ends all of them at the next input or the end of
it, or when the owner is gone: killed, crashed or finished. Should the keeper be killed, the kernel kills what it
started (``PR_SET_PDEATHSIG``, prctl(2)). That signal comes when the *thread* that started a process ends, which is why
the owner, whose threads come and go, does not set it itself.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_SECONDS_TO_END = 3.0


def main(owner: int, folder: str | None) -> None:
    """Keep processes until the owner closes our input or is gone."""
    for terminal_signal in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(terminal_signal, signal.SIG_IGN)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        # An owner that is gone before it could be watched leaves its input closed, which is seen below.
        with contextlib.suppress(ProcessLookupError):
            _keep(os.pidfd_open(owner), processes)
    finally:
        _end(processes)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def _keep(owner: int, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    orders = sys.stdin.readline()
    if not orders:
        return
    for order in json.loads(orders):
        processes[order["name"]] = _start(order["command"], order["output"])
    _answer({"started": {name: process.pid for name, process in processes.items()}})
    watched = [owner, sys.stdin.fileno(), *(os.pidfd_open(process.pid) for process in processes.values())]
    of_process = dict(zip(watched[2:], processes, strict=True))
    while True:
        readable, _, _ = select.select(watched, [], [])
        if owner in readable or sys.stdin.fileno() in readable:
            return
        for descriptor in readable:
            watched.remove(descriptor)
            os.close(descriptor)
            name = of_process[descriptor]
            _answer({"ended": name, "status": processes[name].wait()})


def _start(command: list[str], output: str) -> "subprocess.Popen[bytes]":
    libc = ctypes.CDLL(None)
    keeper = os.getpid()

    def die_with_keeper() -> None:
        for terminal_signal in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(terminal_signal, signal.SIG_DFL)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != keeper:  # it ended before the kernel was told
            os._exit(1)

    with Path(output).open("ab") as file:
        return subprocess.Popen(  # noqa: S603  the owner's own command
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_keeper,  # noqa: PLW1509  the keeper has one thread
        )


def _end(processes: dict[str, "subprocess.Popen[bytes]"]) -> None:
    for process in processes.values():
        process.terminate()
    deadline = time.monotonic() + _SECONDS_TO_END
    for process in processes.values():
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answer(message: dict[str, object]) -> None:
    # The owner may be gone already: then nobody is left to be told.
    with contextlib.suppress(BrokenPipeError):
        os.write(sys.stdout.fileno(), json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
