"""A Tor network of one's own on loopback: authorities, relays, onion services and a client.

Real Tor processes speak the real protocols; the only things that differ from the public network are its size and the
seconds between votes. Nothing of it leaves the machine.
"""

import itertools
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Self

from replica.tor.control import Control, OnionKey
from replica.tor.errors import PrivateTorError
from replica.tor.keys import find_program, make_authorities, make_relays
from replica.tor.ports import ReservedPorts
from replica.tor.processes import Command, KeptProcesses
from replica.tor.socks import Answer, ask_for_connection
from replica.tor.torrc import LOOPBACK, authority_torrc, bandwidths, controlled_torrc, relay_torrc, stability

_AUTHORITIES = ("authority1", "authority2", "authority3")
_RELAYS = ("relay1", "relay2", "relay3", "relay4")
_SERVICES = "services"
_CLIENT = "client"
_PORT_IS_TAKEN = ("Could not bind to", "Address already in use")
_TOOK_TOO_LONG = "did not boot within"
_WORTH_ANOTHER_START = (*_PORT_IS_TAKEN, _TOOK_TOO_LONG)
_ATTEMPTS = 3
_POLL_SECONDS = 0.1
_CONNECTION_SECONDS = 15.0  # a connection that takes longer on loopback has got stuck


class PrivateTorNetwork:
    """A private Tor network, as a context manager.

    Within the context the network is up, and the onion services given are reachable through ``socks_port``. Every
    process has ended when the context is left, and also when this program is killed.

    Attributes:
        onions: host (``56 characters.onion``) of each onion service, by its name.
        pids: process ids by name: authority1 to 3, relay1 to 4, services, client.
        socks_port: the client's SOCKS port on 127.0.0.1.
        control_port: the client's control port on 127.0.0.1 (cookie authentication).
        boot_seconds: how long the start took, until every onion service was reachable.
    """

    def __init__(
        self, services: Mapping[str, int] | None = None, *, folder: Path | None = None, boot_timeout: float = 75.0
    ) -> None:
        """Nothing is started yet.

        Args:
            services: the loopback port that each onion service leads to, by a name of one's own.
            folder: where the network keeps its data; absent: a temporary folder, removed at the end. The addresses of
                the onion services stay the same from one start to the next in the same folder.
            boot_timeout: seconds within which one start must succeed; there are three.
        """
        self._wanted = dict(services or {})
        self._own_folder = folder
        self._boot_timeout = boot_timeout
        self.onions: dict[str, str] = {}
        self.boot_seconds = 0.0

    def __enter__(self) -> Self:
        """Start the network and wait until its onion services can be reached.

        Raises:
            PrivateTorError: Tor is not installed, or the network did not come up in time; it names the line of the
                log that tells why.
        """
        started = time.monotonic()
        for attempt in itertools.count(1):
            with ExitStack() as stack:
                self._prepare(stack)
                try:
                    self._boot(stack, time.monotonic() + self._boot_timeout)
                except PrivateTorError as error:
                    # Another program was quicker with a port, or a busy machine missed the first votes, after which a
                    # network may be minutes in coming: a new start is quicker than waiting.
                    if attempt < _ATTEMPTS and any(words in str(error) for words in _WORTH_ANOTHER_START):
                        continue
                    raise
                self._stack = stack.pop_all()
                break
        self.boot_seconds = time.monotonic() - started
        return self

    def __exit__(self, *_: object) -> None:
        """End every process, and remove the temporary folder."""
        self._stack.close()

    @property
    def pids(self) -> dict[str, int]:
        """Process ids by name."""
        return dict(self._processes.pids)

    def wait_ended(self, name: str, seconds: float = 10.0) -> int:
        """Wait until a process of the network that somebody ended is gone; its exit status."""
        return self._processes.wait_ended(name, seconds)

    def add_onion_service(self, name: str, port: int) -> str:
        """Publish one more onion service while the network runs.

        Args:
            name: a name of one's own, not used yet.
            port: the loopback port that it leads to; the service itself listens on port 80.

        Returns:
            Its host, ``56 characters.onion``, reachable now.

        Raises:
            PrivateTorError: the name is taken, or the service could not be reached in time.
        """
        return self.add_onion_services({name: port})[name]

    def add_onion_services(self, services: Mapping[str, int]) -> dict[str, str]:
        """Publish several onion services at once, which takes no longer than one; see ``add_onion_service``."""
        taken = sorted(set(services) & set(self.onions))
        if taken:
            raise PrivateTorError(f"there are onion services named {taken} already; choose other names")
        return self._publish(services, time.monotonic() + self._boot_timeout)

    def remove_onion_service(self, name: str) -> None:
        """Stop an onion service, so that its name is free again.

        Raises:
            PrivateTorError: there is none of this name.
        """
        if name not in self.onions:
            raise PrivateTorError(f"there is no onion service named {name!r}; there are {sorted(self.onions)}")
        self._services.withdraw(self.onions.pop(name))

    def _prepare(self, stack: ExitStack) -> None:
        """The data folder: of each process a new one; the keys of onion services are kept."""
        self._tor = find_program("tor")
        self._temporary = self._own_folder is None
        self._folder = self._own_folder or Path(tempfile.mkdtemp(prefix="private-tor-"))
        if self._temporary:
            stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        try:
            shutil.rmtree(self._folder / "processes", ignore_errors=True)
            for name in (*_AUTHORITIES, *_RELAYS, _SERVICES, _CLIENT):
                (self._folder / "processes" / name).mkdir(mode=0o700, parents=True)
            (self._folder / "onions").mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise PrivateTorError(
                f"the private network cannot write in {self._folder}: {error.strerror}; choose another folder"
            ) from error

    def _boot(self, stack: ExitStack, deadline: float) -> None:
        with ReservedPorts(2 * len(_AUTHORITIES) + len(_RELAYS) + 3) as reserved:
            torrcs = self._torrcs(reserved.numbers())
        self._processes = stack.enter_context(
            KeptProcesses(
                {name: self._command(name, torrc) for name, torrc in torrcs.items()},
                remove=self._folder if self._temporary else None,
            )
        )
        self._services = self._connect(stack, self._services_control_port, _SERVICES, deadline)
        self._client = self._connect(stack, self.control_port, _CLIENT, deadline)
        self._wait_for_directories(deadline)
        connecting = {_SERVICES: self._services, _CLIENT: self._client}
        for control in connecting.values():
            control.connect_to_network()
        for name, control in connecting.items():
            self._wait_connected(name, control, deadline)
        self._publish(self._wanted, deadline)

    def _torrcs(self, ports: list[int]) -> dict[str, str]:
        """The configuration of each process, by its name; the authorities' keys are made here."""
        numbers = iter(ports)
        folders = {name: self._data(name) for name in _AUTHORITIES}
        authorities = make_authorities(folders, {name: (next(numbers), next(numbers)) for name in _AUTHORITIES})
        self.socks_port, self.control_port, self._services_control_port = (next(numbers) for _ in range(3))
        now, measured = time.time(), self._folder / "processes" / "bandwidths"
        relays = make_relays({name: self._data(name) for name in _RELAYS})
        relays += [each.fingerprint for each in authorities]
        measured.write_text(bandwidths(relays, now), encoding="ascii")
        for name in _AUTHORITIES:
            (self._data(name) / "router-stability").write_text(stability(relays, now), encoding="ascii")
        torrcs = {
            each.name: authority_torrc(
                self._data(each.name), each, authorities, bandwidths=measured, started_at=time.time()
            )
            for each in authorities
        }
        for name in _RELAYS:
            torrcs[name] = relay_torrc(self._data(name), name, authorities, next(numbers))
        for name, control, socks in (
            (_SERVICES, self._services_control_port, None),
            (_CLIENT, self.control_port, self.socks_port),
        ):
            torrcs[name] = controlled_torrc(self._data(name), name, authorities, control_port=control, socks_port=socks)
        return torrcs

    def _command(self, name: str, torrc: str) -> Command:
        file, defaults = self._data(name) / "torrc", self._data(name) / "torrc-defaults"
        file.write_text(torrc, encoding="utf-8")
        defaults.touch()  # empty, instead of the machine's own
        return Command([self._tor, "-f", str(file), "--defaults-torrc", str(defaults)], self._log(name))

    def _data(self, name: str) -> Path:
        return self._folder / "processes" / name

    def _log(self, name: str) -> Path:
        return self._data(name) / "log"

    def _connect(self, stack: ExitStack, port: int, name: str, deadline: float) -> Control:
        """Sign in to a process that was just started, as soon as it listens."""
        while not _listens(port):
            self._check(f"{name} does not listen on its control port", deadline)
            time.sleep(_POLL_SECONDS)
        return stack.enter_context(closing(Control(port)))

    def _wait_for_directories(self, deadline: float) -> None:
        """Wait until each authority and relay can hand out what a client needs.

        A client that asks one that cannot yet is told so, and waits 10 s before it asks again. On a busy machine some
        relays publish themselves too late for the first consensus, and circuits through the few others fail.
        """
        for name in _AUTHORITIES:
            self._wait_for_whole_consensus(name, deadline)
        for name in _RELAYS:
            os.kill(self.pids[name], signal.SIGHUP)  # forgets when it meant to ask the authorities next: it asks now
        for name in _RELAYS:
            self._wait_for_whole_consensus(name, deadline)
            while not self._knows_every_relay(name):
                self._check(f"{name} knows some relays only", deadline)
                time.sleep(_POLL_SECONDS)

    def _wait_for_whole_consensus(self, name: str, deadline: float) -> None:
        file = self._data(name) / "cached-microdesc-consensus"
        everyone = len(_AUTHORITIES) + len(_RELAYS)
        while not file.exists() or file.read_bytes().count(b"\nr ") < everyone:
            self._check(f"{name} has no consensus that lists all {everyone} relays", deadline)
            time.sleep(_POLL_SECONDS)

    def _knows_every_relay(self, name: str) -> bool:
        files = [self._data(name) / "cached-microdescs", self._data(name) / "cached-microdescs.new"]
        descriptors = sum(file.read_bytes().count(b"onion-key\n") for file in files if file.exists())
        return descriptors >= len(_AUTHORITIES) + len(_RELAYS)

    def _wait_connected(self, name: str, control: Control, deadline: float) -> None:
        while True:
            percent, doing = control.bootstrap()
            if percent == 100:
                return
            self._check(f"{name} is {percent}% connected ({doing})", deadline)
            time.sleep(_POLL_SECONDS)

    def _check(self, what: str, deadline: float) -> None:
        """Fail when a process has ended or time is up, with the line of the log that tells why."""
        for name, status in self._processes.ended().items():
            raise PrivateTorError(
                f"the private Tor network did not boot: {name} ended with status {status}: {self._telling_line(name)}"
            )
        if time.monotonic() > deadline:
            name = what.partition(" ")[0]
            raise PrivateTorError(
                f"the private Tor network {_TOOK_TOO_LONG} {self._boot_timeout:g} s: {what}: "
                f"{self._telling_line(name)}; is the machine very busy? give it more time"
            )

    def _telling_line(self, name: str) -> str:
        """The first error of a process's log, else its last warning, else its last line."""
        lines = self._log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line for line in lines if "[err]" in line]
        binds = [line for line in lines if any(words in line for words in _PORT_IS_TAKEN)]
        warnings = [line for line in lines if "[warn]" in line]
        return (binds or errors or warnings[-1:] or lines[-1:] or ["its log is empty"])[0]

    def _publish(self, services: Mapping[str, int], deadline: float) -> dict[str, str]:
        wanted = {name: (port, self._stored_key(name)) for name, port in services.items()}
        made = self._services.publish(wanted, max(1.0, deadline - time.monotonic()))
        for name, onion in made.items():
            self._store_key(name, onion)
            self._wait_reachable(onion.host, services[name], deadline)
            self.onions[name] = onion.host
        return {name: onion.host for name, onion in made.items()}

    def _stored_key(self, name: str) -> str | None:
        file = self._folder / "onions" / f"{name}.key"
        return file.read_text(encoding="ascii") if file.exists() else None

    def _store_key(self, name: str, onion: OnionKey) -> None:
        file = self._folder / "onions" / f"{name}.key"
        file.touch(mode=0o600)
        file.write_text(onion.key, encoding="ascii")

    def _wait_reachable(self, host: str, port: int, deadline: float) -> None:
        """Wait until the client gets through to the service.

        Where nothing listens behind the service yet, Tor's refusal looks like any other failure; then it must do that
        the client found the service's descriptor.
        """
        while True:
            seconds = min(_CONNECTION_SECONDS, max(1.0, deadline - time.monotonic()))
            answer = ask_for_connection(self.socks_port, host, seconds)
            if answer is Answer.CONNECTED or (self._client.holds_descriptor(host) and not _listens(port)):
                return
            self._check(f"client cannot reach {host} ({answer.name.lower()})", deadline)
            if answer is Answer.NO_REPLY:
                self._client.begin_anew()
            time.sleep(_POLL_SECONDS)


def _listens(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex((LOOPBACK, port)) == 0
