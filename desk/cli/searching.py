"""``search`` and ``vendor``: what an analyst asks the index."""

from collections.abc import Sequence
from typing import Annotated, Any, get_args

import typer
from rich.table import Table
from rich.text import Text

from desk.cli.context import JsonOption, workspace_of
from desk.cli.identity_table import identity_table
from desk.profile import Profile, Source, vendor_profile, vendor_profile_at
from desk.rooms import CLOCK, open_index, open_reader, open_seals
from desk.terminal import cell, messages, output, print_json
from extractors.pipeline import build_pipeline
from index.derive import Derived, Texts, read_texts
from index.documents import Body, Kind
from index.query import parse as parse_query
from index.store import Request, Results, sort_of
from index.values import from_milliseconds, read_date

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
    limit: Annotated[int, typer.Option(min=0, help="Hits at most.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="Hits to skip.")] = 0,
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
        limit=limit,
        offset=offset,
    )
    with open_index(workspace_of(context)) as store:
        results = store.search(request)
    (_print_json if json_output else _print_tables)(results)


def vendor(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="MARKET/HANDLE", help="An account.")],
    at: Annotated[
        str | None, typer.Option(metavar="DATE", help="As it was known at the end of this year, month, day or moment.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Show an account: every fact with the page and WARC record that shows it, its listings, and who else it is."""
    moment = None if at is None else read_date(at, CLOCK.now())
    if at is not None and moment is None:
        raise typer.BadParameter(f"{at!r} is no date such as 2019, 2019-05-31 or now-7d", param_hint="--at")
    workspace = workspace_of(context)
    with open_index(workspace) as store:
        rooms = store, open_reader(workspace), open_seals(workspace)
        if moment is None:
            profile = vendor_profile(*rooms, account)
        else:
            profile = vendor_profile_at(*rooms, account, moment=from_milliseconds(moment[1]), read_texts=_read_texts)
    if json_output:
        print_json(profile)
    else:
        _print_profile(profile)


def _read_texts(records: Sequence[Texts]) -> list[Derived | str]:
    """The pipeline takes seconds to build: only when a text must be read."""
    return read_texts(build_pipeline(), records)


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
    title = profile.account if profile.at is None else f"{profile.account} as of {profile.at:%Y-%m-%d %H:%M} UTC"
    facts = Table("fact", "value", "seen", "WARC record", "seal", title=cell(title))
    for fact in profile.facts:
        facts.add_row(cell(fact.field), cell(_short(fact.value), 70), *_place(fact.source))
    console.print(facts)
    if profile.history:
        history = Table(
            "when", "field", "before", "after", "WARC record", title=cell(f"{len(profile.history)} changes")
        )
        for change in profile.history:
            when, record, _seal = _place(change.source)
            before, after = (cell(_short(value), 70) for value in (change.before, change.after))
            history.add_row(when, cell(change.field), before, after, record)
        console.print(history)
    listings = Table("listing", "title", "price", "from", "to", title=cell(f"{len(profile.listings)} listings"))
    for body in profile.listings:
        row = _row("listing", str(body["listing_id"]), body)
        listings.add_row(row[1], row[2], row[4], row[5], row[6])
    console.print(listings)
    if profile.identity is None:
        console.print("linked to no other account", markup=False)
    else:
        console.print(identity_table([profile.identity]))


def _short(value: Any) -> object:
    """A value for a table; the parts of a rating or a contact by name."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {part}" for name, part in value.items() if part is not None)
    if isinstance(value, list):
        return "; ".join(str(_short(one)) for one in value)
    return value


def _place(source: Source | None) -> tuple[Text, Text, Text]:
    if source is None:
        return cell(None), cell(None), cell(None)
    seen = f"{source.fetched_at:%Y-%m-%d %H:%M}"
    seal = source.seal[:12] if source.seal else "not yet"
    return cell(seen), cell(f"{source.warc_file} @ {source.offset}", 90), cell(seal)
