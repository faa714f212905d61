"""How fast pages are read: ``python benchmarks/reading.py [FOLDER OF SAVED PAGES]``.

The folder holds ``empire`` and ``cryptonia``; without it the pages of the practice markets are read. Prints pages a
second of one core, and the time of a whole reading over that of ``lxml.html.fromstring`` alone, in the same run.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import lxml.html

from extractors.layout import Layout, load_layout
from extractors.reading import read_page
from replica.markets.saving import pages
from replica.world import World

_ROUNDS = 5
_FETCHED = datetime(2026, 3, 2, tzinfo=UTC)


def main() -> None:
    """Measure and print one line a group of pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="folder of saved pages, with empire/ and cryptonia/")
    folder = parser.parse_args().folder
    groups = saved_groups(folder) if folder else practice_groups()
    for name, layout, bodies in groups:
        parsing = best_time(partial(parse_all, bodies))
        reading = best_time(partial(read_all, bodies, layout))
        size = sum(map(len, bodies)) // len(bodies)
        print(
            f"{name:28} {len(bodies):4} pages of {size:7} bytes: {len(bodies) / reading:6.0f} pages/s, "
            f"{reading / parsing:5.2f} x parsing alone ({len(bodies) / parsing:6.0f} pages/s)"
        )


def parse_all(bodies: list[bytes]) -> None:
    """The baseline: lxml's own parse and nothing else."""
    for body in bodies:
        lxml.html.fromstring(body)


def read_all(bodies: list[bytes], layout: Layout) -> None:
    """The whole reading of every page."""
    for body in bodies:
        read_page(body, url="http://" + "a" * 56 + ".onion/", fetched_at=_FETCHED, layout=layout)


def saved_groups(folder: Path) -> Iterator[tuple[str, Layout, list[bytes]]]:
    """The saved pages of each market, by folder."""
    for market in ("empire", "cryptonia"):
        for kind in ("listings", "search_results", "users"):
            files = sorted((folder / market / kind).iterdir())
            yield f"{market} {kind}", load_layout(market), [file.read_bytes() for file in files]


def practice_groups() -> Iterator[tuple[str, Layout, list[bytes]]]:
    """The pages of each practice market."""
    world = World.generate(seed=1, vendors=12, listings=60, markets=("harbour", "lantern", "orchard"))
    for market in world.markets:
        bodies = [body for _, body in pages(world, market.name, "http://" + "a" * 56 + ".onion")]
        yield f"practice {market.name}", load_layout(f"practice-{market.name}"), bodies


def best_time(work: Callable[[], object]) -> float:
    """The least processor time of a few rounds, in seconds: what the work costs when nothing disturbs it."""
    times = []
    for _ in range(_ROUNDS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


if __name__ == "__main__":
    main()
