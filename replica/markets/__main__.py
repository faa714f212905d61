"""``python -m replica.markets``: serve a practice market to look at, or write all pages of a small world to files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from nightpost.clock import FixedClock
from replica.markets.app import PASSWORD, USERNAME, market_app
from replica.markets.saving import save
from replica.world import World, WorldError
from replica.world.catalogue import FAMILIES


def main(
    *,
    family: Annotated[str, typer.Option(help="The family of templates to serve.")] = "harbour",
    port: Annotated[int, typer.Option(help="Loopback port; 0 takes a free one.")] = 0,
    seed: Annotated[int, typer.Option(help="What the world is drawn from.")] = 1,
    vendors: Annotated[int, typer.Option(help="Vendors on each market.")] = 60,
    listings: Annotated[int, typer.Option(help="Listings on each market.")] = 300,
    at: Annotated[datetime | None, typer.Option(help="Time of the market, UTC; by default the world's start.")] = None,
    require_login: Annotated[bool, typer.Option("--require-login", help="Show nothing without a session.")] = False,
    write: Annotated[Path | None, typer.Option(help="Write the pages of all families there, and serve none.")] = None,
    print_truth: Annotated[bool, typer.Option("--truth", help="Print the truth as JSON, and serve none.")] = False,
) -> None:
    """Serve one practice market on loopback, or write every page of all three."""
    try:
        markets = FAMILIES if write or print_truth else (family,)
        world = World.generate(seed=seed, vendors=vendors, listings=listings, markets=markets)
        if print_truth:
            typer.echo(world.truth_json())
        elif write:
            typer.echo(f"{save(world, write)} pages in {write}")
        else:
            clock = FixedClock(at.replace(tzinfo=world.start.tzinfo) if at else world.start)
            typer.echo(f"log in as {USERNAME!r} with {PASSWORD!r}" if require_login else "no login needed", err=True)
            app = market_app(world, family, clock=clock, require_login=require_login)
            uvicorn.run(app, host="127.0.0.1", port=port, access_log=False)
    except WorldError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"cannot write the pages to {write}: {error.strerror}; choose another folder", err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    typer.run(main)
