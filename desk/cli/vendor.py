"""``vendor``: all that is known of one account."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from desk.cli.context import JsonOption, workspace_of
from desk.cli.identity_table import identity_table
from desk.cli.moment import moment_of
from desk.cli.search_output import hit_row
from desk.profile import Profile, Source, vendor_profile, vendor_profile_at
from desk.rooms import open_index, open_reader, open_seals
from desk.terminal import cell, output, print_json
from index.derive import Derived, Texts, read_texts


def add_commands(app: typer.Typer) -> None:
    """Add this module's command to the command line."""
    app.command()(vendor)


def vendor(
    context: typer.Context,
    account: Annotated[str, typer.Argument(metavar="MARKET/HANDLE", help="An account.")],
    at: Annotated[
        str | None, typer.Option(metavar="DATE", help="As it was known at the end of this year, month, day or moment.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Show an account: every fact with the page and WARC record that shows it, its listings, and who else it is."""
    moment = moment_of(at, "--at")
    workspace = workspace_of(context)
    with open_index(workspace) as store:
        rooms = store, open_reader(workspace), open_seals(workspace)
        if moment is None:
            profile = vendor_profile(*rooms, account)
        else:
            profile = vendor_profile_at(*rooms, account, moment=moment, read_texts=_read_texts)
    if json_output:
        print_json(profile)
    else:
        _print_profile(profile)


def _read_texts(records: Sequence[Texts]) -> list[Derived | str]:
    """The pipeline takes seconds to load: only when a text must be read."""
    from extractors.pipeline import build_pipeline  # noqa: PLC0415

    return read_texts(build_pipeline(), records)


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
        row = hit_row("listing", str(body["listing_id"]), body)
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
