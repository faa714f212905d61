"""The stage: practice markets and saved pages served, as onion services on a private Tor network or on loopback.

The demo, the tests and the benchmarks all play on it.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette

from replica.gallery import gallery
from replica.markets.app import market_app
from replica.serve import serve
from replica.tor import PrivateTorNetwork
from replica.world import World


@dataclass(frozen=True, slots=True)
class Stage:
    """What is being served.

    Attributes:
        urls: the address of each site, by its name.
        layouts: the name of the layout that reads each site.
        apps: what serves each site.
        network: the private Tor network, None on loopback.
    """

    urls: dict[str, str]
    layouts: dict[str, str]
    apps: dict[str, Starlette]
    network: PrivateTorNetwork | None

    def environment(self) -> dict[str, str]:
        """What must stand in the environment of a command that crawls: the way into the private network."""
        if self.network is None:
            return {}
        return {
            "NIGHTPOST_TOR__SOCKS": f"127.0.0.1:{self.network.socks_port}",
            "NIGHTPOST_TOR__CONTROL": f"127.0.0.1:{self.network.control_port}",
        }


@contextmanager
def stage(world: World, saved_pages: Mapping[str, Path] | None = None, *, through_tor: bool = True) -> Iterator[Stage]:
    """Serve every market of a world, and folders of saved pages, while the context lasts.

    Args:
        world: its markets are served under their names, read by the layout of their family.
        saved_pages: folders of saved pages by the name of the layout that reads them, which also names the site.
        through_tor: as onion services on a private Tor network; else on loopback, without Tor.

    Raises:
        PrivateTorError: Tor is not installed, or the network does not boot.
        GalleryError: a folder holds no saved page.
    """
    apps: dict[str, Starlette] = {market.name: market_app(world, market.name) for market in world.markets}
    layouts = {market.name: f"practice-{market.family}" for market in world.markets}
    for name, folder in (saved_pages or {}).items():
        apps[name] = gallery(folder)
        layouts[name] = name
    with ExitStack() as running:
        ports = {name: running.enter_context(serve(app)).port for name, app in apps.items()}
        if not through_tor:
            yield Stage({name: f"http://127.0.0.1:{port}" for name, port in ports.items()}, layouts, apps, None)
            return
        network = running.enter_context(PrivateTorNetwork(ports))
        yield Stage({name: f"http://{host}" for name, host in network.onions.items()}, layouts, apps, network)
