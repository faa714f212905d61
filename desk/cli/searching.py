"""``search`` and ``vendor``: what an analyst asks the index."""

from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.table import Table
from rich.text import Text

from desk.cli.context import JsonOption, workspace_of
from desk.cli.identity_table import identity_table
from desk.profile import Fact, Profile, vendor_profile
from desk.rooms import CLOCK, open_index, open_reader, open_seals
from desk.terminal import cell, messages, output, print_json
from index.documents import Body, Kind
from index.query import parse as parse_query
from index.search import Request, Results, sort_of

_KINDS: tuple[Kind, ...] = get_args(Kind)


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command()(search)
    app.command()(vendor)


def search(
    context: typer.Context,
    query: Annotated[
        str, typer.Argument(help="What to find, such as: substance:cocaine ships_from:NL price:[10 TO 50]")
    ],
    kinds: Annotated[list[str] | None, typer.Option("--kind", help=f"Only this kind: {', '.join(_KINDS)}.")] = None,
    facets: Annotated[list[str] | None, typer.Option("--facet", help="Count the values of this field.")] = None,
    sort: Annotated[str, typer.Option(help="A field, with - before it for the highest first.")] = "relevance",
    limit: Annotated[int | None, typer.Option(min=0, help="Hits at most: 20, with --out all.")] = None,
    offset: Annotated[int, typer.Option(min=0, help="Hits to skip.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Write all hits to this file: .jsonl, .csv or .parquet; docs/exports.md.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Search listings, vendors, reviews and all else that was read; docs/search.md tells the language."""
    asked = [kind for kind in _KINDS if kind in (kinds or [])]
    for kind in kinds or []:
        if kind not in _KINDS:
            raise typer.BadParameter(f"{kind!r} is none of {', '.join(_KINDS)}", param_hint="--kind")
    request = Request(
        condition=parse_query(query, CLOCK).condition,
        kinds=tuple(asked),
        sort=sort_of(sort),
        facets=tuple(facets or []),
        limit=20 if limit is None or out is not None else limit,
        offset=offset,
    )
    if out is not None:
        if facets or offset or sort != "relevance":
            raise typer.BadParameter(
                "a file has all hits by kind and id: no --sort, --offset, --facet", param_hint="--out"
            )
        from desk.cli.result_file import write_results  # noqa: PLC0415 - pyarrow takes long to load

        write_results(workspace_of(context), request, out, limit=limit, json_output=json_output)
        return
    with open_index(workspace_of(context)) as store:
        results = store.search(request)
    (_print_json if json_output else _print_tables)(results)


def vendor(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="MARKET/HANDLE", help="An account.")],
    json_output: JsonOption = False,
) -> None:
    """Show an account: every fact with the page and WARC record that shows it, its listings, and who else it is."""
    workspace = workspace_of(context)
    with open_index(workspace) as store:
        profile = vendor_profile(store, open_reader(workspace), open_seals(workspace), account)
    if json_output:
        print_json(profile)
    else:
        _print_profile(profile)


def _print_json(results: Results) -> None:
    for hit in results.hits:
        print_json({"kind": hit.document.kind, "id": hit.document.id, "score": hit.score, **hit.document.body})
    for name, counts in results.facets.items():
        print_json({"facet": name, "counts": [{"value": value, "count": count} for value, count in counts]})


def _print_tables(results: Results) -> None:
    if results.hits:
        table = Table("kind", "id", "what", "by", "price", "from", "to", "seen last")
        for hit in results.hits:
            table.add_row(*_row(hit.document.kind, hit.document.id, hit.document.body))
        output().print(table)
    for name, counts in results.facets.items():
        facet = Table(name, "count")
        for value, count in counts:
            facet.add_row(cell(value), cell(count))
        output().print(facet)
    messages().print(f"{results.total} found, {len(results.hits)} shown", markup=False)


def _row(kind: Kind, name: str, body: Body) -> list[Text]:
    """A hit as a line of the table: what there is of a listing, vendor, review, mention, capture or identity."""
    price = body.get("price") or body.get("amount")
    what = body.get("title") or body.get("handle") or body.get("text") or body.get("url") or body.get("value")
    return [
        cell(kind),
        cell(name, 40),
        cell(what, 70),
        cell(body.get("vendor") or body.get("type"), 24),
        cell(f"{price['amount']:g} {price['currency']}" if isinstance(price, dict) else None),
        cell(body.get("ships_from"), 16),
        cell(body.get("ships_to"), 24),
        cell(str(body.get("last_seen_at") or body.get("posted_at") or body.get("fetched_at") or "")[:10]),
    ]


def _print_profile(profile: Profile) -> None:
    console = output()
    facts = Table("fact", "value", "seen", "WARC record", "seal", title=cell(profile.account))
    for fact in profile.facts:
        facts.add_row(cell(fact.field), cell(_short(fact), 70), *_place(fact))
    console.print(facts)
    listings = Table("listing", "title", "price", "from", "to", title=cell(f"{len(profile.listings)} listings"))
    for body in profile.listings:
        row = _row("listing", str(body["listing_id"]), body)
        listings.add_row(row[1], row[2], row[4], row[5], row[6])
    console.print(listings)
    if profile.identity is None:
        console.print("linked to no other account", markup=False)
    else:
        console.print(identity_table([profile.identity]))


def _short(fact: Fact) -> object:
    """A fact's value for a table; the parts of a rating or a contact by name."""
    value = fact.value
    if isinstance(value, dict):
        return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None)
    if isinstance(value, list):
        return "; ".join(str(_short(fact.model_copy(update={"value": one}))) for one in value)
    return value


def _place(fact: Fact) -> tuple[Text, Text, Text]:
    if fact.source is None:
        return cell(None), cell(None), cell(None)
    seen = f"{fact.source.fetched_at:%Y-%m-%d %H:%M}"
    seal = fact.source.seal[:12] if fact.source.seal else "not yet"
    return cell(seen), cell(f"{fact.source.warc_file} @ {fact.source.offset}", 90), cell(seal)
