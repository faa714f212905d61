"""``link``: which accounts are the same seller, on the index or on files of accounts.

What an analyst judges of it is in `desk.cli.judging`.
"""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from desk.cli import judging
from desk.cli.context import JsonOption, workspace_of
from desk.cli.identity_table import identity_table
from desk.rooms import open_index
from desk.terminal import messages, output, print_json
from extractors.pipeline import build_pipeline, read_texts
from linkage.account import Account
from linkage.accounts_file import read_accounts
from linkage.candidates import rank_candidates
from linkage.identity import Link
from linkage.indexed import link_index
from linkage.join import LinkResult, link_accounts
from nightpost.errors import NightpostError


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer()
    group.callback(invoke_without_command=True)(link)
    judging.add_commands(group)
    app.add_typer(group, name="link")


def link(
    context: typer.Context,
    accounts: Annotated[
        Path | None, typer.Option("--in", metavar="ACCOUNTS.jsonl", help="Link these accounts instead of the index's.")
    ] = None,
    queries: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Rank the accounts of --in for each account of this file.")
    ] = None,
    top: Annotated[int, typer.Option(min=1, metavar="K", help="Candidates for each queried account.")] = 10,
    json_output: JsonOption = False,
) -> None:
    """Say which accounts are the same seller, and by what evidence; judge what it says."""
    if context.invoked_subcommand is not None:
        if accounts is not None or queries is not None:
            raise typer.BadParameter(f"{context.invoked_subcommand} works on the index and takes no file")
        return
    if accounts is None:
        if queries is not None:
            raise typer.BadParameter("--queries goes with --in", param_hint="--queries")
        _link_index(context, json_output)
    elif queries is None:
        for found in link_accounts(_accounts_of(accounts)).links:
            print_json(pair_of(found))
    else:
        for ranking in rank_candidates(_accounts_of(queries), _accounts_of(accounts), top):
            candidates = [{"id": candidate.id, **_weighed(candidate.link)} for candidate in ranking.candidates]
            print_json({"query": ranking.query, "candidates": candidates})


def pair_of(found: Link) -> dict[str, object]:
    """A link as the contract writes it: ``a``, ``b``, probability, match_weight, evidence."""
    return {"a": found.a, "b": found.b, **_weighed(found)}


def _link_index(context: typer.Context, json_output: bool) -> None:
    with open_index(workspace_of(context)) as store:
        result: LinkResult = link_index(store)
    if json_output:
        for found in result.links:
            print_json(pair_of(found))
        return
    output().print(identity_table(result.identities))
    output().print(
        f"{len(result.identities)} sellers with more than one account, {len(result.links)} links; "
        f"{len(result.discounted)} shared things prove nothing and were discounted",
        markup=False,
    )


def _weighed(found: Link) -> dict[str, object]:
    return {
        "probability": found.probability,
        "match_weight": found.match_weight,
        "evidence": [{"kind": one.kind, "value": one.value, "weight": one.weight} for one in found.evidence],
    }


def _accounts_of(file: Path) -> list[Account]:
    """The accounts of a file; lines that are none are named on standard error and left out."""
    nlp = build_pipeline()
    try:
        with file.open(encoding="utf-8", errors="surrogateescape") as lines:
            read = read_accounts(lines, partial(read_texts, nlp))
    except OSError as error:
        raise NightpostError(f"cannot read {file}: {error.strerror}; check the path") from error
    for fault in read.faults:
        messages().print(f"{file}, line {fault.line}: {fault.why}; left out", style="yellow", markup=False)
    return read.accounts
