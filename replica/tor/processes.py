"""The owner's side of the keeper: processes that can never outlive this one."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from replica.tor.errors import PrivateTorError

_KEEPER = Path(__file__).with_name("keeper.py")
_SECONDS_TO_ANSWER = 20.0
_SECONDS_TO_END = 20.0


@dataclass(frozen=True, slots=True)
class Command:
    """A program to keep running.

    Attributes:
        arguments: the program and its arguments.
        output: file that takes what it prints.
    """

    arguments: Sequence[str]
    output: Path


class KeptProcesses:
    """Processes that end with this context, or with this program, whichever comes first.

    Attributes:
        pids: process id of each, by name.
    """

    def __init__(self, commands: Mapping[str, Command], remove: Path | None = None) -> None:
        """Nothing is started yet.

        Args:
            commands: what to run, by the name that the process is to have here.
            remove: a folder that is removed when the processes have ended.
        """
        self._commands = commands
        self._remove = remove
        self._unread = b""
        self._ended: dict[str, int] = {}
        self.pids: dict[str, int] = {}

    def __enter__(self) -> Self:
        """Start all of them.

        Raises:
            PrivateTorError: a program cannot be started.
        """
        arguments = [str(os.getpid()), *([str(self._remove)] if self._remove else [])]
        self._keeper = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-I", str(_KEEPER), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the owner; the keeper ends when the owner has
        )
        orders = [
            {"name": name, "command": list(command.arguments), "output": str(command.output)}
            for name, command in self._commands.items()
        ]
        try:
            assert self._keeper.stdin is not None
            self._keeper.stdin.write(json.dumps(orders).encode() + b"\n")
            self._keeper.stdin.flush()
            self._wait_started()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all of them and wait until they are gone."""
        self._stop()

    def ended(self) -> dict[str, int]:
        """The processes that ended by themselves so far, with their exit status (negative: the signal)."""
        self._read(0.0)
        return dict(self._ended)

    def wait_ended(self, name: str, seconds: float) -> int:
        """Wait until a process has ended, and give its exit status.

        Raises:
            PrivateTorError: it still runs.
        """
        self._read(0.0)
        while name not in self._ended:
            if not self._read(seconds):
                raise PrivateTorError(f"the process {name!r} still runs after {seconds:g} s; end it first")
        return self._ended[name]

    def _wait_started(self) -> None:
        self._read(_SECONDS_TO_ANSWER)
        if not self.pids:
            raise PrivateTorError("the private network's processes could not be started; see the lines above")

    def _read(self, seconds: float) -> bool:
        """Take in what the keeper says, waiting for its first line so long; whether it said something."""
        assert self._keeper.stdout is not None
        stream = self._keeper.stdout.fileno()
        heard = False
        while select.select([stream], [], [], 0.0 if heard else seconds)[0]:
            chunk = os.read(stream, 65536)
            if not chunk:
                break
            *lines, self._unread = (self._unread + chunk).split(b"\n")
            for line in lines:
                heard = True
                message = json.loads(line)
                if "started" in message:
                    self.pids = message["started"]
                else:
                    self._ended[message["ended"]] = message["status"]
        return heard

    def _stop(self) -> None:
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        with suppress(BrokenPipeError):  # the keeper is gone, and with it what it kept
            self._keeper.stdin.write(b"\n")  # also where a fork of this process holds the pipe open
            self._keeper.stdin.close()
        try:
            self._keeper.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._keeper.kill()  # the kernel then kills what it kept
            self._keeper.wait()
        self._keeper.stdout.close()
