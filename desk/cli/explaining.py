"""``link explain A B``: the evidence between two accounts, piece by piece, and what was made of it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from desk.casebook import open_casebook
from desk.cli.context import JsonOption, workspace_of
from desk.explanation_page import meaning, page_of
from desk.exports.whole_file import utf8_text, whole_file
from desk.rooms import CLOCK, open_index
from desk.terminal import cell, output, print_json
from desk.waterfall import conclusion, title_of, waterfall_svg
from desk.weight_steps import weight_steps
from desk.weight_words import bits_text
from index.store import Store
from linkage.account import Account
from linkage.explanation import Explanation, ExplanationError
from linkage.identity import Link
from linkage.indexed_identities import indexed_account
from linkage.judgements import Judgement, judgements_in_force
from nightpost.workspace import Workspace

Explain = Callable[[Workspace, Store, str, str, Sequence[Judgement]], Explanation]
"""Explains two accounts of a workspace's index, by their ids, under the judgements in force."""

_FORMATS = (".html", ".svg")

AccountArgument = Annotated[str, typer.Argument(metavar="MARKET/HANDLE", help="An account of the index.")]


def add_commands(group: typer.Typer, explain: Explain) -> None:
    """Add this module's command to those of ``link``.

    Args:
        group: the commands of ``link``.
        explain: what is asked for the explanation.
    """

    @group.command("explain")
    def explain_link(
        context: typer.Context,
        a: AccountArgument,
        b: AccountArgument,
        picture: Annotated[
            Path | None,
            typer.Option(metavar="FILE.html|FILE.svg", help="Draw how the evidence adds up, as a page or a picture."),
        ] = None,
        json_output: JsonOption = False,
    ) -> None:
        """Say what speaks for and against two accounts being one seller's, and where it was seen."""
        if picture is not None and picture.suffix.lower() not in _FORMATS:
            raise typer.BadParameter(f"{picture.name!r} ends in none of {', '.join(_FORMATS)}", param_hint="--picture")
        workspace = workspace_of(context)
        with open_casebook(workspace, CLOCK) as casebook:
            judgements = judgements_in_force(casebook.judgements())
        with open_index(workspace) as store:
            accounts = indexed_account(store, a), indexed_account(store, b)
            if accounts[0].id == accounts[1].id:
                raise ExplanationError(f"{a} and {b} are one account; name two")
            explanation = explain(workspace, store, accounts[0].id, accounts[1].id, judgements)
        if picture is not None:
            write_picture(explanation, accounts, picture)
        if json_output:
            print_json(explained(explanation))
        else:
            _print(explanation)
            if picture is not None:
                output().print(f"wrote {picture}", markup=False)


def write_picture(explanation: Explanation, accounts: Sequence[Account], file: Path) -> None:
    """Write the picture, or the page around it, as the file's suffix says, whole or not at all.

    Raises:
        ExportError: the file cannot be written.
        WeightError: a weight is no number.
    """
    titles = {one.id: f"{one.market}/{one.handle or one.id}" for one in accounts}
    a, b = (titles.get(account_id, account_id) for account_id in (explanation.link.a, explanation.link.b))
    if file.suffix.lower() == ".svg":
        text = waterfall_svg(explanation.link, explanation.prior_weight, title_of(a, b))
    else:
        text = page_of(explanation, a, b)
    with whole_file(file) as binary, utf8_text(binary) as out:
        out.write(text)


def explained(explanation: Explanation) -> dict[str, object]:
    """An explanation as JSON has it: the link, its evidence with running totals, what was held against it."""
    link = explanation.link
    steps = [step for step in weight_steps(link, explanation.prior_weight) if step.evidence is not None]
    return {
        "a": link.a,
        "b": link.b,
        "probability": link.probability,
        "match_weight": link.match_weight,
        "prior_weight": explanation.prior_weight,
        "evidence": [
            {**one.model_dump(mode="json"), "total": round(step.after, 6)}
            for one, step in zip(link.evidence, steps, strict=True)
        ],
        "held_apart": explanation.held_apart,
        "judgements": [one.model_dump(mode="json") for one in explanation.judgements],
        "identity": explanation.identity_id,
    }


def _print(explanation: Explanation) -> None:
    link = explanation.link
    table = _table("evidence", "what", "bits", "total", "how many times likelier", "in words")
    for column in (2, 3):
        table.columns[column].justify = "right"
    for step in weight_steps(link, explanation.prior_weight):
        table.add_row(
            cell(step.kind),
            cell(step.value, 80),
            cell(bits_text(step.weight) if step.weight else ""),
            cell(bits_text(step.after)),
            cell(meaning(step)),
            cell(step.evidence.words if step.evidence is not None else "", 80),
        )
    output().print(table)
    seen = _table("evidence", "seen on", "record", "field", "capture")
    for row in _sightings(link):
        seen.add_row(*(cell(value, 80) for value in row))
    if seen.rows:
        output().print(seen)
    for line in _lines(explanation):
        output().print(cell(line, 1000))


def _table(*headings: str) -> Table:
    """A table that cuts nothing in a narrow terminal: half a fingerprint or a capture id is none."""
    table = Table(*headings)
    for column in table.columns:
        column.overflow = "fold"
    return table


def _sightings(link: Link) -> Iterator[tuple[str, str, str, str, str | None]]:
    for one in link.evidence:
        for account, sightings in ((link.a, one.seen_a), (link.b, one.seen_b)):
            for seen in sightings:
                yield one.kind, account, seen.record, seen.field, seen.capture_id


def _lines(explanation: Explanation) -> Iterator[str]:
    yield conclusion(explanation.link)
    if explanation.identity_id is not None:
        yield f"one identity: {explanation.identity_id}"
    if explanation.held_apart is not None:
        yield f"held apart although the weight would join them: {explanation.held_apart}"
    for one in explanation.judgements:
        yield f"judgement {one.number}: {one.judgement}, by {one.user} on {one.at:%Y-%m-%d %H:%M} UTC: {one.reason}"
