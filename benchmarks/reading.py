"""How fast pages are read: ``python -m benchmarks.reading [FOLDER OF SAVED PAGES]``.

The folder holds one folder a market: ``empire``, ``cryptonia``, ``white-house``; without it the pages of the practice
markets are read. Prints, a line a group and one for all, the pages a second of one core, and the time of a whole
reading (parse, kind, records, links) over that of ``lxml.html.fromstring`` alone; beside it, BeautifulSoup's parse over
the same.

Of each the least processor time of a few rounds counts, parse and reading in turn. What a layout
remembers of the links that it has judged is forgotten before each round, as no crawl meets the same page again.
"""

import argparse
import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import lxml.html
from bs4 import BeautifulSoup

from extractors.layout import Layout, LayoutNotUsableError, load_layout
from extractors.reading import read_page
from replica.markets.saving import pages
from replica.world import World

_ROUNDS = 7
# BeautifulSoup takes some twenty times as long as the rest; its least time shows after fewer rounds.
_SOUP_ROUNDS = 2
_FETCHED = datetime(2026, 3, 2, tzinfo=UTC)
_HOST = "http://" + "a" * 56 + ".onion"
_KINDS_OF_FOLDERS = ("listings", "search_results", "users", "feedback", "pgp")


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of one kind, and the name of the layout that reads them."""

    name: str
    layout: str
    bodies: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Times:
    """Processor time of one pass over a group's pages, in seconds."""

    pages: int
    size: int
    lxml: float
    soup: float
    reading: float

    def line(self, name: str) -> str:
        """One line for a person."""
        return (
            f"{name:28} {self.pages:4} pages of {self.size // self.pages:7} bytes: {self.pages / self.reading:6.0f} "
            f"pages/s, {self.reading / self.lxml:5.2f} x lxml alone ({self.pages / self.lxml:6.0f} pages/s); "
            f"BeautifulSoup {self.soup / self.lxml:5.1f} x lxml"
        )


def main() -> None:
    """Measure and print one line a group of pages, and one for all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="folder of saved pages, with a folder for each market")
    folder = parser.parse_args().folder
    measured = []
    for group in saved_groups(folder) if folder else practice_groups():
        times = measure(group)
        print(times.line(group.name), flush=True)
        measured.append(times)
    print(total(measured).line("all"))


def measure(group: Group) -> Times:
    """The least times of a few rounds, parse and reading in turn: what the work costs when nothing disturbs it."""
    layout = load_layout(group.layout)
    parsing, reading = [], []
    # What the imports have left in memory is none of a page's cost: the garbage collector is not to walk it each time.
    gc.collect()
    gc.freeze()
    for _ in range(_ROUNDS):
        parsing.append(timed(lambda: parse_all(group.bodies)))
        layout.links.rules.fitting.cache_clear()
        reading.append(timed(lambda: read_all(group.bodies, layout)))
    souping = [timed(lambda: soup_all(group.bodies)) for _ in range(_SOUP_ROUNDS)]
    return Times(len(group.bodies), sum(map(len, group.bodies)), min(parsing), min(souping), min(reading))


def total(measured: Sequence[Times]) -> Times:
    """All groups as one."""
    return Times(
        *(sum(getattr(times, part) for times in measured) for part in ("pages", "size", "lxml", "soup", "reading"))
    )


def parse_all(bodies: Sequence[bytes]) -> None:
    """The baseline: lxml's own parse and nothing else."""
    for body in bodies:
        lxml.html.fromstring(body)


def soup_all(bodies: Sequence[bytes]) -> None:
    """What most programs do: BeautifulSoup's tree, on top of lxml's parser."""
    for body in bodies:
        BeautifulSoup(body, "lxml")


def read_all(bodies: Sequence[bytes], layout: Layout) -> None:
    """The whole reading of every page."""
    for body in bodies:
        read_page(body, url=f"{_HOST}/", fetched_at=_FETCHED, layout=layout)


def saved_groups(folder: Path) -> Iterator[Group]:
    """The saved pages of each market, by kind; of a market without a layout, none."""
    for market in ("empire", "cryptonia"):
        for kind in _KINDS_OF_FOLDERS:
            files = sorted((folder / market / kind).glob("*"))
            if files:
                yield Group(f"{market} {kind}", market, bodies_of(files))
        files = sorted((folder / market).glob("saved_*_category_index_*"))
        yield Group(f"{market} category index", market, bodies_of(files))
    files = sorted((folder / "white-house").glob("*.html"))
    try:
        load_layout("white-house")
    except LayoutNotUsableError as error:
        print(f"white-house: skipped: {error}")
    else:
        yield Group("white-house listing index", "white-house", bodies_of(files))


def bodies_of(files: Sequence[Path]) -> list[bytes]:
    """What the files hold, empty ones left out: lxml's parser refuses them."""
    return [body for body in (file.read_bytes() for file in files) if body.strip()]


def practice_groups() -> Iterator[Group]:
    """The pages of each practice market."""
    world = World.generate(seed=1, vendors=12, listings=60, markets=("harbour", "lantern", "orchard"))
    for market in world.markets:
        bodies = [body for _, body in pages(world, market.name, _HOST)]
        yield Group(f"practice {market.name}", f"practice-{market.name}", bodies)


def timed(work: Callable[[], object]) -> float:
    """The processor time of some work, in seconds."""
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
