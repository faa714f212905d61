"""``nightpost demo``: the whole way at work, on practice markets with known truth.

Every step is a command that a user would type, run as a user would run it; only the markets, and the comparison of what
was found with what is true, are the demo's own.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from nightpost.errors import NightpostError
from replica.stage import Stage, stage
from replica.tor import PrivateTorError
from replica.world import World

MARK = "practice.json"
"""A file that a demo leaves in its workspace: the world's truth, and the sign that the folder may be made anew."""

PUBLIC_LAYOUTS = ("empire", "cryptonia")
_AUTHORITY = ["--authority", "PRACTICE-1", "--holder", "demo", "--expires", "2099-12-31"]


class DemoError(NightpostError):
    """The demo cannot be shown."""


@dataclass(slots=True)
class Session:
    """A terminal session in a workspace: commands are shown, run and timed."""

    workspace: Path
    environment: Mapping[str, str]
    console: Console
    started: float = field(default_factory=time.monotonic)

    def title(self, text: str) -> None:
        """Say what comes next, and how long it took so far."""
        self.console.rule(f"{text} ({time.monotonic() - self.started:.0f} s)", align="left")

    def run(self, *arguments: str) -> None:
        """Run a command and let it print.

        Raises:
            DemoError: it failed.
        """
        self.console.print(f"$ nightpost {_typed(arguments)}", style="bold", markup=False, highlight=False)
        status = subprocess.run(self._command(arguments), env=self._environment(), check=False).returncode  # noqa: S603
        self._check(status, arguments)

    def read(self, *arguments: str) -> list[dict[str, Any]]:
        """The JSON lines that a command prints.

        Raises:
            DemoError: it failed.
        """
        done = subprocess.run(  # noqa: S603
            self._command(arguments), env=self._environment(), check=False, stdout=subprocess.PIPE, text=True
        )
        self._check(done.returncode, arguments)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def _command(self, arguments: Sequence[str]) -> list[str]:
        return [sys.executable, "-m", "desk.cli", "--workspace", str(self.workspace), *arguments]

    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.environment}

    @staticmethod
    def _check(status: int, arguments: Sequence[str]) -> None:
        if status:
            raise DemoError(f"nightpost {_typed(arguments)} ended with {status}; see its message above")


def demo(
    folder: Annotated[Path, typer.Option("--folder", help="The workspace to make.")] = Path("demo-workspace"),
    no_tor: Annotated[
        bool, typer.Option("--no-tor", help="On loopback without Tor: for a look, not for real.")
    ] = False,
    vendors: Annotated[int, typer.Option(min=1, help="Vendors on each practice market.")] = 60,
    listings: Annotated[int, typer.Option(min=1, help="Listings on each practice market.")] = 300,
    seed: Annotated[int, typer.Option(help="What the practice world is drawn from.")] = 1,
    saved_pages: Annotated[
        Path | None, typer.Option(help="Folder of saved pages, one folder a market named by its layout.")
    ] = None,
) -> None:
    """Practice markets as onion services: crawled through Tor, kept, indexed, searched, linked, exported."""
    console = Console(highlight=False)
    try:
        _show(console, folder, no_tor, World.generate(seed=seed, vendors=vendors, listings=listings), saved_pages)
    except PrivateTorError as error:
        console.print(
            f"nightpost: {error}; or look at it without Tor: nightpost demo --no-tor", style="red", markup=False
        )
        raise typer.Exit(1) from error
    except NightpostError as error:
        console.print(f"nightpost: {error}", style="red", markup=False)
        raise typer.Exit(1) from error


def saved_pages_beside(repository: Path) -> Path | None:
    """The research data that developers have beside the repository, when it is there."""
    folder = repository.parent / "shared" / "data" / "pages"
    return folder if folder.is_dir() else None


def _show(console: Console, folder: Path, no_tor: bool, world: World, pages: Path | None) -> None:
    _make_room(folder)
    pages = pages or saved_pages_beside(Path(__file__).parent.parent)
    galleries = {name: pages / name for name in PUBLIC_LAYOUTS if pages and (pages / name).is_dir()}
    session = Session(folder, {}, console)
    if no_tor:
        console.print("WITHOUT TOR: practice on loopback, to see the commands at work", style="bold yellow")
    else:
        session.title("starting a private Tor network on this machine")
    with stage(world, galleries, through_tor=not no_tor) as playing:
        session.environment = playing.environment()
        for name, url in playing.urls.items():
            console.print(f"{name:10} {url}", markup=False)
        _collect(session, playing)
    _look(session, world)
    console.print(
        f"done in {time.monotonic() - session.started:.0f} s; the workspace is {folder}: "
        f"nightpost --workspace {folder} search ...",
        markup=False,
        style="bold green",
    )


def _make_room(folder: Path) -> None:
    """Remove what an earlier demo left; never anything else.

    Raises:
        DemoError: the folder holds something that no demo made.
    """
    if folder.is_dir() and (folder / MARK).is_file():
        shutil.rmtree(folder)
    elif folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DemoError(f"{folder} was not made by a demo; name another with --folder")


def _collect(session: Session, playing: Stage) -> None:
    """Make the workspace, and crawl every site into it."""
    session.title("a workspace, and the sites with their authority")
    session.run("init", str(session.workspace), "--operator", "practice")
    (session.workspace / MARK).write_text("{}", encoding="utf-8")
    for name, url in playing.urls.items():
        through = [] if playing.network else ["--allow-loopback"]
        pacing = ["--delay", "0", "--concurrency", "8", "--retry", "0.5"]
        session.run(
            "site", "add", name, "--url", url, "--layout", playing.layouts[name], *_AUTHORITY, *pacing, *through
        )
    session.title("crawling" + (" through Tor" if playing.network else " WITHOUT Tor"))
    for name in playing.urls:
        session.run("crawl", name)


def _look(session: Session, world: World) -> None:
    """Index what was crawled, and do with it what an analyst does."""
    (session.workspace / MARK).write_text(world.truth_json(), encoding="utf-8")
    session.title("reading the evidence into the index")
    session.run("ingest")
    session.title("the most active vendors")
    session.run("search", "*", "--kind", "listing", "--facet", "vendor", "--limit", "0")
    session.title("two searches")
    session.run("search", "substance:cocaine ships_from:NL price:[10 TO 500]", "--kind", "listing", "--limit", "8")
    session.run(
        "search", "class:opioid AND ships_to:(US OR WW)", "--sort", "-sold", "--kind", "listing", "--limit", "8"
    )
    session.title("who is the same seller")
    session.run("link")
    _compare(session, world)
    account = _best_linked_account(session)
    session.title("one vendor, every fact with its WARC record")
    session.run("vendor", account)
    session.title("a lead, exported")
    session.run("lead", "add", account, "--why", "sells on two markets", "--authority", "PRACTICE-1")
    session.run("export", "lead-1", "--format", "stix", "--out", str(session.workspace / "lead-1.stix.json"))
    session.run("export", "lead-1", "--format", "csv", "--out", str(session.workspace / "lead-1.csv"))
    session.title("is the evidence what came over the wire?")
    session.run("archive", "verify")


def _compare(session: Session, world: World) -> None:
    """Hold the links against the truth: pairs that share a key, an address or a contact, and no others."""
    found = {(link["a"], link["b"]): link for link in session.read("link", "--json")}
    pairs = world.identities()["pairs"]
    true = {tuple(sorted((pair["a"], pair["b"]))): pair for pair in pairs if pair["hard_evidence"]}
    table = Table("account", "account", "evidence", "the world's truth")
    practice = {market.name for market in world.markets}
    ours = {pair for pair in found if {account.split("/")[0] for account in pair} <= practice}
    for pair in sorted(ours | set(true)):
        evidence = ", ".join(one["kind"] for one in found[pair]["evidence"]) if pair in found else "NOT FOUND"
        truth = f"shares {', '.join(true[pair]['shares'])}" if pair in true else "NOT THE SAME"
        table.add_row(*pair, evidence, truth)
    session.console.print(table)
    right = len(ours & set(true))
    session.console.print(
        f"{right} of {len(true)} true links found, {len(ours) - right} false", style="bold", markup=False
    )


def _best_linked_account(session: Session) -> str:
    """An account of the strongest link."""
    links = session.read("link", "--json")
    if not links:
        raise DemoError("no accounts were linked in this practice world; take another --seed or more --vendors")
    return str(max(links, key=lambda link: (link["match_weight"], link["a"]))["a"])


def _typed(arguments: Sequence[str]) -> str:
    return " ".join(f"'{argument}'" if " " in argument or "*" in argument else argument for argument in arguments)


if __name__ == "__main__":
    typer.run(demo)
