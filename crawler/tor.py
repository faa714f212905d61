"""The way into Tor: a running one that is attached to, or one that is started for the crawl.

Either way the crawler speaks SOCKS5 to it and hands it host names as they are, so no name is resolved outside Tor.
"""

import asyncio
import ipaddress
import os
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import stem
import stem.connection
from stem.control import Controller

from nightpost.errors import ConfigurationError, UnavailableError
from nightpost.settings import TorSettings

BOOT_SECONDS = 180.0
_PROBE_SECONDS = 5.0
_POLL_SECONDS = 0.1
_GREETING = b"\x05\x01\x02"  # SOCKS version 5, one method: user and password (RFC 1928, section 3)
_ACCEPTED = b"\x05\x02"

# A client and nothing else. SafeSocks turns away whoever resolved a name before asking.
_TORRC = """
DataDirectory {data}
ClientOnly 1
SocksPort 127.0.0.1:auto IsolateSOCKSAuth
SafeSocks 1
ControlPort 127.0.0.1:auto
ControlPortWriteToFile {port_file}
CookieAuthentication 1
AvoidDiskWrites 1
Log notice stdout
__OwningControllerProcess {owner}
"""

BootProgress = Callable[[int, str], None]
"""Told how far Tor's start is: percent, and what Tor is doing."""


class TorError(UnavailableError):
    """Tor cannot be started or reached."""


@dataclass(slots=True)
class TorEndpoint:
    """A Tor that answered when it was opened.

    Attributes:
        socks_host: address of its SOCKS port, a literal one.
        socks_port: that port.
        control: the connection to its control port, if there is one.
        process: its process, when it was started here.
    """

    socks_host: str
    socks_port: int
    control: Controller | None = field(default=None, repr=False)
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def is_lost(self) -> bool:
        """Whether its process has ended or its control connection is gone. Asks nobody, so it may be asked often."""
        if self.process is not None and self.process.poll() is not None:
            return True
        return self.control is not None and not self.control.is_alive()

    async def answers(self) -> bool:
        """Whether its SOCKS port speaks SOCKS5 now."""
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                reader, writer = await asyncio.open_connection(self.socks_host, self.socks_port)
                try:
                    writer.write(_GREETING)
                    return await reader.readexactly(2) == _ACCEPTED
                finally:
                    writer.close()
                    with suppress(OSError):
                        await writer.wait_closed()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return False

    def regained(self) -> None:
        """It answers again, so it is another process than before: the old control connection tells nothing more."""
        if self.control is not None and not self.control.is_alive():
            self.control = None


@contextmanager
def open_tor(settings: TorSettings, data: Path, *, progress: BootProgress | None = None) -> Iterator[TorEndpoint]:
    """A Tor to crawl through: the running one that the settings name, else one that is started and ended here.

    Args:
        settings: the workspace's Tor settings.
        data: folder for the data of a Tor that is started; it is kept, so that entry guards stay the same.
        progress: told how far the start is.

    Raises:
        ConfigurationError: an address in the settings cannot be used.
        TorError: Tor is not installed, does not start, or does not answer.
    """
    if settings.socks is not None:
        with _attached(settings.socks, settings.control) as endpoint:
            yield endpoint
    else:
        with _started(settings.executable, data, progress) as endpoint:
            yield endpoint


@contextmanager
def _attached(socks: str, control: str | None) -> Iterator[TorEndpoint]:
    host, port = check_socks(socks)
    controller = None if control is None else _controller(*_address("tor.control", control))
    try:
        yield TorEndpoint(host, port, controller)
    finally:
        if controller is not None:
            controller.close()


@contextmanager
def _started(executable: str, data: Path, progress: BootProgress | None) -> Iterator[TorEndpoint]:
    program = shutil.which(executable)
    if program is None:
        raise TorError(
            f"the program {executable!r} is not installed; install Tor (Debian: apt install tor) or name a running one "
            "in the setting tor.socks"
        )
    process, port_file, log = _spawn(program, data)
    try:
        controller = _booted(process, port_file, log, progress)
        with controller:
            host, port = controller.get_listeners(stem.control.Listener.SOCKS)[0]
            yield TorEndpoint(host, int(port), controller, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _spawn(program: str, data: Path) -> tuple["subprocess.Popen[bytes]", Path, Path]:
    port_file, log, torrc = data / "control-port", data / "tor.log", data / "torrc"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        data.chmod(0o700)
        port_file.unlink(missing_ok=True)
        torrc.write_text(_TORRC.format(data=_quoted(data), port_file=_quoted(port_file), owner=os.getpid()))
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - the program that the settings name
                [program, "--defaults-torrc", os.devnull, "-f", str(torrc)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
    except OSError as error:
        raise TorError(f"cannot start {program} in {data}: {error.strerror}; mend that first") from error
    return process, port_file, log


def _booted(
    process: "subprocess.Popen[bytes]", port_file: Path, log: Path, progress: BootProgress | None
) -> Controller:
    """Wait until Tor has built its first circuits."""
    until = time.monotonic() + BOOT_SECONDS
    controller: Controller | None = None
    doing = "starting"
    while time.monotonic() < until:
        if process.poll() is not None:
            raise TorError(f"Tor ended while it started: {_last_words(log)}; mend that, or name a running Tor")
        if controller is None:
            if port_file.exists() and (address := port_file.read_text().strip().removeprefix("PORT=")):
                controller = _controller(*_address("the control port", address))
                controller.msg("TAKEOWNERSHIP")
        else:
            percent, doing = _bootstrap(controller)
            if progress is not None:
                progress(percent, doing)
            if percent == 100:
                return controller
        time.sleep(_POLL_SECONDS)
    if controller is not None:
        controller.close()
    raise TorError(
        f"Tor did not get into its network within {BOOT_SECONDS:.0f} s (it was at: {doing}; {_last_words(log)}); "
        "check the machine's connection and clock, or name a running Tor in the setting tor.socks"
    )


def _bootstrap(controller: Controller) -> tuple[int, str]:
    """Percent and summary from e.g. ``NOTICE BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY="Handshaking"``."""
    status = str(controller.get_info("status/bootstrap-phase", ""))
    percent = status.partition("PROGRESS=")[2].partition(" ")[0]
    return int(percent) if percent.isdigit() else 0, status.partition('SUMMARY="')[2].partition('"')[0]


def _last_words(log: Path) -> str:
    with suppress(OSError):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        grave = [line for line in lines if "[warn]" in line or "[err]" in line]
        if grave or lines:
            return (grave or lines)[-1].partition("] ")[2][:200]
    return "it said nothing"


def check_socks(socks: str) -> tuple[str, int]:
    """Host and port of the setting ``tor.socks``, where a SOCKS5 proxy that takes credentials answers now.

    Raises:
        ConfigurationError: it is no address.
        TorError: nothing answers there, or something else.
    """
    host, port = _address("tor.socks", socks)
    try:
        with socket.create_connection((host, port), timeout=_PROBE_SECONDS) as connection:
            connection.sendall(_GREETING)
            answer = connection.recv(2)
    except OSError as error:
        raise TorError(
            f"nothing answers at {host}:{port} ({error}); start Tor there, or take tor.socks out of the settings to "
            "have one started"
        ) from error
    if answer != _ACCEPTED:
        raise TorError(
            f"what answers at {host}:{port} is no SOCKS5 proxy that takes credentials; name Tor's in tor.socks"
        )
    return host, port


def _controller(host: str, port: int) -> Controller:
    try:
        # stem 1.8 starts its threads by a name that Python has since deprecated.
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
            controller = Controller.from_port(address=host, port=port)
    except stem.SocketError as error:
        raise TorError(
            f"no Tor control port answers at {host}:{port}; set tor.control right or take it out of the settings"
        ) from error
    try:
        controller.authenticate()
    except stem.connection.AuthenticationFailure as error:
        controller.close()
        raise TorError(
            f"Tor's control port at {host}:{port} does not let us in: {error}; let this user read its cookie file, or "
            "take tor.control out of the settings"
        ) from error
    return controller


def _address(name: str, value: str) -> tuple[str, int]:
    """Host and port of ``host:port``, the host a literal address: a name would have to be resolved."""
    host, _, port = value.rpartition(":")
    host = host.strip("[]")
    if host == "localhost":
        host = "127.0.0.1"
    try:
        ipaddress.ip_address(host)
        number = int(port)
    except ValueError as error:
        raise ConfigurationError(
            f"{name} is {value!r}; write it as ADDRESS:PORT with a literal address, such as 127.0.0.1:9050"
        ) from error
    if not 0 < number < 65536:
        raise ConfigurationError(f"{name} is {value!r}; a port is between 1 and 65535")
    return host, number


def _quoted(path: Path) -> str:
    return '"' + str(path.absolute()).replace("\\", "\\\\").replace('"', '\\"') + '"'
