"""Run a program where every packet and every DNS query that leaves loopback is recorded, and none gets anywhere."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.requirements import missing

_RECORDED = Path(__file__).with_name("recorded.py")
_RESOLVER = "192.0.2.53"  # TEST-NET-1 (RFC 5737): nobody is there


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet that left loopback.

    Attributes:
        protocol: ``tcp``, ``udp``, ``icmp``, ``icmp6``, ``ip N`` or ``ethernet 0xNNNN``.
        destination: IP address (of other frames the hardware address).
        port: destination port of TCP and UDP.
        name: the name that a DNS query asked for.
    """

    protocol: str
    destination: str
    port: int | None
    name: str | None


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """How a program ended, what it said, and what it sent."""

    returncode: int
    stdout: str
    stderr: str
    packets: list[Packet]


@dataclass(frozen=True, slots=True)
class RecordingNamespace:
    """Runs programs, each in a new network namespace with loopback and a recorded way out.

    Attributes:
        reports: folder for the recordings.
    """

    reports: Path

    def run(
        self, command: Sequence[str], *, timeout: float, environment: Mapping[str, str] | None = None
    ) -> RecordedRun:
        """Run a program to its end; it may start servers on loopback, which end with it.

        Args:
            command: program and arguments.
            timeout: seconds, after which it is killed and ``subprocess.TimeoutExpired`` raised.
            environment: variables besides those of this process.
        """
        report = self.reports / f"{len(list(self.reports.iterdir()))}.json"
        done = subprocess.run(
            [*_UNSHARE, sys.executable, "-I", str(_RECORDED), str(report), _RESOLVER, *command],
            capture_output=True,
            text=True,
            timeout=timeout,
            env={**os.environ, **(environment or {})},
            check=False,
        )
        if not report.exists():
            raise AssertionError(f"nothing was recorded: {done.stderr}")
        packets = [Packet(**packet) for packet in json.loads(report.read_text(encoding="utf-8"))]
        return RecordedRun(done.returncode, done.stdout, done.stderr, packets)


@pytest.fixture
def recording_namespace(tmp_path: Path) -> RecordingNamespace:
    """The way to run programs with every packet recorded; skipped where the system lets us make no namespace."""
    needed = [program for program in ("unshare", "ip", "mount") if shutil.which(program) is None]
    if needed:
        missing("network namespace", f"install {', '.join(needed)} (Debian: util-linux, mount and iproute2)")
    tried = subprocess.run(
        [*_UNSHARE, "ip", "link", "add", "type", "veth"], capture_output=True, text=True, check=False
    )
    if tried.returncode != 0:
        missing(
            "network namespace", f"run as root with CAP_SYS_ADMIN, or allow user namespaces: {tried.stderr.strip()}"
        )
    reports = tmp_path / "recordings"
    reports.mkdir()
    return RecordingNamespace(reports)


def _unshare() -> list[str]:
    """Namespaces of network, mounts and processes: all of them are gone when ``unshare`` is.

    An ordinary user is made root in a user namespace first.
    """
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    own = ["--net", "--mount", "--propagation", "private", "--pid", "--mount-proc", "--fork", "--kill-child=KILL"]
    return ["unshare", *as_root, *own, "--"]


_UNSHARE = _unshare()
