"""``search``: what an analyst asks the index."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.table import Table

from desk.cli.context import JsonOption, workspace_of
from desk.cli.moment import moment_of
from desk.cli.search_output import print_lines, print_tables
from desk.rooms import CLOCK, open_index
from desk.terminal import cell, output, print_json
from index.completion import Completion, complete
from index.conditions import And
from index.documents import Kind
from index.query import Query
from index.query import parse as parse_query
from index.search import Request, histogram_of, sort_of
from index.similar import similar
from index.store import Store
from index.suggestions import suggest
from nightpost.errors import NightpostError

_HITS = 20
_KINDS: tuple[Kind, ...] = get_args(Kind)


def add_commands(app: typer.Typer) -> None:
    """Add this module's command to the command line."""
    app.command()(search)


def search(
    context: typer.Context,
    query: Annotated[
        str | None, typer.Argument(help="What to find, such as: substance:cocaine ships_from:NL price:[10 TO 50]")
    ] = None,
    kinds: Annotated[list[str] | None, typer.Option("--kind", help=f"Only this kind: {', '.join(_KINDS)}.")] = None,
    at: Annotated[
        str | None, typer.Option(metavar="DATE", help="Listings and vendors as they were then, such as 2019-05-31.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="KIND:ID", help="What is like this listing or vendor: listing:MARKET/ID.")
    ] = None,
    facets: Annotated[list[str] | None, typer.Option("--facet", help="Count the values of this field.")] = None,
    statistics: Annotated[
        list[str] | None, typer.Option("--stats", help="Least, most, mean and quartiles of this number.")
    ] = None,
    histograms: Annotated[
        list[str] | None,
        typer.Option("--histogram", help="Count by this date: first_seen:day, week, month, quarter or year."),
    ] = None,
    sort: Annotated[str, typer.Option(help="A field, with - before it for the highest first.")] = "relevance",
    limit: Annotated[int | None, typer.Option(min=0, help="Hits at most: 20, with --out all.")] = None,
    offset: Annotated[int, typer.Option(min=0, help="Hits to skip.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Write all hits to this file: .jsonl, .csv or .parquet; docs/exports.md.")
    ] = None,
    completions: Annotated[
        bool, typer.Option("--complete", help="Search for nothing: say how the query can go on.")
    ] = False,
    json_output: JsonOption = False,
) -> None:
    """Search listings, vendors, reviews and all else that was read; docs/search.md tells the language."""
    if query is None and like is None:
        raise typer.BadParameter("what is to be found? '*' is everything", param_hint="QUERY")
    query = query or ""
    workspace = workspace_of(context)
    if completions:
        with open_index(workspace) as store:
            _print_completions(complete(store, query, len(query), CLOCK), json_output=json_output)
        return
    for kind in kinds or []:
        if kind not in _KINDS:
            raise typer.BadParameter(f"{kind!r} is none of {', '.join(_KINDS)}", param_hint="--kind")
    if out is not None and (facets or statistics or histograms or offset or sort != "relevance"):
        raise typer.BadParameter(
            "a file has all hits by kind and id: no --sort, --offset, --facet, --stats, --histogram", param_hint="--out"
        )
    parsed = parse_query(query, CLOCK)
    with open_index(workspace) as store:
        if like is not None:
            parsed = _with_like(store, parsed, like)
        request = Request(
            condition=parsed.condition,
            names=parsed.names,
            kinds=tuple(kind for kind in _KINDS if kind in (kinds or [])),
            at=moment_of(at, "--at"),
            sort=sort_of(sort),
            facets=tuple(facets or []),
            statistics=tuple(statistics or []),
            histograms=tuple(histogram_of(name) for name in histograms or []),
            limit=_HITS if limit is None or out is not None else limit,
            offset=offset,
        )
        if out is not None:
            from desk.cli.result_file import write_results  # noqa: PLC0415 - pyarrow takes long to load

            write_results(store, request, out, limit=limit, json_output=json_output)
            return
        results = store.search(request)
        suggestions = [] if results.total else suggest(store, parsed.condition)
    (print_lines if json_output else print_tables)(results, parsed.condition, suggestions)


def _with_like(store: Store, query: Query, name: str) -> Query:
    """The query, of what is like a listing or vendor.

    Raises:
        NightpostError: there is no such document.
    """
    kind, _, record = name.partition(":")
    document = next((store.get(known, record) for known in _KINDS if known == kind), None)
    if document is None:
        raise NightpostError(
            f"there is no {name!r} in the index; write it as listing:MARKET/ID or vendor:MARKET/HANDLE"
        )
    return Query(query.text, And((similar(store, document), query.condition)), query.names)


def _print_completions(completions: list[Completion], *, json_output: bool) -> None:
    if json_output:
        for completion in completions:
            print_json(asdict(completion))
        return
    table = Table("write", "to mean", "count")
    for completion in completions:
        table.add_row(cell(completion.text), cell(completion.meaning), cell(completion.count))
    output().print(table)
