"""What the private network asks of its Tor processes through their control ports (stem)."""

import queue
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import stem
import stem.connection
import stem.control
import stem.response.events
import stem.util.log

from replica.tor.errors import PrivateTorError
from replica.tor.torrc import LOOPBACK


@dataclass(frozen=True, slots=True)
class OnionKey:
    """An onion service's name and its private key, in the form in which Tor's ADD_ONION takes it back.

    Attributes:
        host: ``56 characters.onion``.
        key: base64 of the expanded ed25519 key.
    """

    host: str
    key: str


class Control:
    """One Tor process, through its control port."""

    def __init__(self, port: int) -> None:
        """Sign in.

        Raises:
            PrivateTorError: it does not listen, or refuses us.
        """
        # stem tells at the level of notices when a socket closes, which is what happens when the network ends.
        stem.util.log.get_logger().disabled = True
        try:
            with warnings.catch_warnings():
                # stem 1.8 starts its threads by a method that Python 3.10 deprecated.
                warnings.filterwarnings("ignore", "setDaemon", DeprecationWarning)
                self._controller = stem.control.Controller.from_port(LOOPBACK, port)
            self._controller.authenticate()
        except (stem.SocketError, stem.connection.AuthenticationFailure) as error:
            raise PrivateTorError(f"Tor's control port {port} does not answer: {error}; see that Tor's log") from error

    def close(self) -> None:
        """Hang up."""
        self._controller.close()

    def connect_to_network(self) -> None:
        """Let a Tor that was started with ``DisableNetwork`` connect now."""
        self._controller.set_conf("DisableNetwork", "0")

    def begin_anew(self) -> None:
        """Forget every circuit and descriptor, so that the next connection depends on nothing that got stuck."""
        self._controller.signal(stem.Signal.NEWNYM)

    def bootstrap(self) -> tuple[int, str]:
        """How far this Tor is connected: percent, and what it says that it does."""
        line = self._controller.get_info("status/bootstrap-phase", "")
        fields = dict(word.split("=", 1) for word in line.split(" ", 6) if "=" in word)
        summary = line.partition('SUMMARY="')[2].partition('"')[0]
        return int(fields.get("PROGRESS", 0)), summary

    def publish(self, services: Mapping[str, tuple[int, str | None]], seconds: float) -> dict[str, OnionKey]:
        """Run onion services and wait until each has published its descriptor.

        Args:
            services: by name: the loopback port that the service leads to, and its private key (None: a new one).
            seconds: how long to wait.

        Raises:
            PrivateTorError: a descriptor was not published in time.
        """
        with self._published() as published:
            made = {name: self._add(port, key) for name, (port, key) in services.items()}
            waiting = {made[name].host.removesuffix(".onion"): name for name in made}
            deadline = time.monotonic() + seconds
            while waiting:
                try:
                    waiting.pop(published.get(timeout=max(0.0, deadline - time.monotonic())), None)
                except queue.Empty:
                    raise PrivateTorError(
                        f"the onion services {sorted(waiting.values())} were not published within {seconds:.0f} s; "
                        "see the log of the process 'services'"
                    ) from None
        return made

    def withdraw(self, host: str) -> None:
        """Stop an onion service."""
        self._controller.remove_ephemeral_hidden_service(host.removesuffix(".onion"))

    def holds_descriptor(self, host: str) -> bool:
        """Whether this Tor has fetched the onion service's descriptor."""
        name = host.removesuffix(".onion")
        return bool(self._controller.get_info(f"hs/client/desc/id/{name}", ""))

    def _add(self, port: int, key: str | None) -> OnionKey:
        kind, content = ("NEW", "ED25519-V3") if key is None else ("ED25519-V3", key)
        try:
            answer = self._controller.create_ephemeral_hidden_service(
                {80: f"{LOOPBACK}:{port}"}, key_type=kind, key_content=content, detached=True
            )
        except stem.ControllerError as error:
            raise PrivateTorError(f"Tor refused an onion service for port {port}: {error}") from error
        return OnionKey(f"{answer.service_id}.onion", key or answer.private_key)

    @contextmanager
    def _published(self) -> Iterator["queue.Queue[str]"]:
        """The names of the services whose descriptors a directory has accepted, as they come."""
        names: queue.Queue[str] = queue.Queue()

        def hear(event: stem.response.events.HSDescEvent) -> None:
            if event.action == stem.HSDescAction.UPLOADED:
                names.put(event.address)

        self._controller.add_event_listener(hear, stem.control.EventType.HS_DESC)
        try:
            yield names
        finally:
            self._controller.remove_event_listener(hear)
