"""A private Tor network for the tests, and the way to publish an app as an onion service on it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import pytest
from starlette.types import ASGIApp

from replica.serve import serve
from replica.tor import PrivateTorError, PrivateTorNetwork
from replica.tor.keys import find_program
from tests.requirements import missing

_names = count(1)


def require_tor() -> None:
    """End the test where Tor is not installed."""
    try:
        find_program("tor")
        find_program("tor-gencert")
    except PrivateTorError as error:
        missing("tor", str(error))


@pytest.fixture(scope="session")
def tor_network() -> Iterator[PrivateTorNetwork]:
    """One private Tor network for the whole test run, without onion services; do not kill parts of this one."""
    require_tor()
    with PrivateTorNetwork() as network:
        yield network


@contextmanager
def published(network: PrivateTorNetwork, app: ASGIApp) -> Iterator[str]:
    """Serve an app as an onion service while the context lasts; gives its host, ``56 characters.onion``."""
    name = f"test-{next(_names)}"
    with serve(app) as served:
        host = network.add_onion_service(name, served.port)
        try:
            yield host
        finally:
            network.remove_onion_service(name)


@pytest.fixture
def publish(tor_network: PrivateTorNetwork) -> Iterator[Callable[[ASGIApp], str]]:
    """Publish an app as an onion service until the end of the test: ``host = publish(app)``."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(published(tor_network, app))
