"""``python -m replica.facades NAME FOLDER``: write a facade's pages and the truth about them to a folder."""

from pathlib import Path
from typing import Annotated

import typer

from nightpost.errors import NightpostError
from replica.facades.saving import save

app = typer.Typer(add_completion=False)


@app.command()
def main(
    name: Annotated[str, typer.Argument(help="The facade.")],
    folder: Annotated[Path, typer.Argument(help="Where the pages go; made when it is not there.")],
    *,
    seed: Annotated[int, typer.Option(help="What the market is drawn from.")] = 1,
    vendors: Annotated[int, typer.Option(help="Vendors on the market.")] = 12,
    listings: Annotated[int, typer.Option(help="Listings on the market.")] = 40,
) -> None:
    """Write a facade's pages as page-0001.html and so on, and what is true of each to truth.jsonl."""
    try:
        count = save(name, folder, seed=seed, vendors=vendors, listings=listings)
    except NightpostError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"cannot write the pages to {folder}: {error.strerror}; choose another folder", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{count} pages in {folder}")


if __name__ == "__main__":
    app()
