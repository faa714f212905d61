"""``link``: which accounts are the same seller, on the index or on files of accounts.

What an analyst judges of it is in `desk.cli.judging`, why two accounts are linked in `desk.cli.explaining`.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from desk.casebook import open_casebook
from desk.cli import explaining, judging, learning
from desk.cli.context import JsonOption, workspace_of
from desk.cli.identity_table import identity_table
from desk.cli.progress_bar import ProgressBar
from desk.linkage_weights import linkage_model
from desk.rooms import CLOCK, open_index
from desk.terminal import messages, output, print_json
from index.store import Store
from linkage.account import Account
from linkage.accounts_file import collect
from linkage.backend import Backend, open_backend
from linkage.candidates import rank_candidates
from linkage.explaining import explain
from linkage.explanation import Explanation
from linkage.identity import Link
from linkage.indexed import link_index
from linkage.judgements import Judgement, judgements_in_force
from linkage.linking import link_accounts, pairs_from
from linkage.model import load_model
from linkage.parallel_reading import read_in_parallel
from linkage.run_summary import STEPS, RunSummary
from nightpost.errors import NightpostError
from nightpost.settings import Settings
from nightpost.workspace import Workspace

# A smaller file is read before a second process has started.
_WORTH_A_PROCESS = 1_000_000


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer()
    group.callback(invoke_without_command=True)(link)
    judging.add_commands(group)
    explaining.add_commands(group, explain_pair)
    learning.add_commands(group)
    app.add_typer(group, name="link")


def link(
    context: typer.Context,
    accounts: Annotated[
        Path | None, typer.Option("--in", metavar="ACCOUNTS.jsonl", help="Link these accounts instead of the index's.")
    ] = None,
    queries: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Rank the accounts of --in for each account or text of this file."),
    ] = None,
    top: Annotated[int, typer.Option(min=1, metavar="K", help="Candidates for each queried account.")] = 10,
    least: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="P", help="With --in: every pair at least so probable, joined or not."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Processes that read the texts of files; else one a core.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Compare all accounts of the index again, also those that are as they were.")
    ] = False,
    json_output: JsonOption = False,
) -> None:
    """Say which accounts are the same seller, and by what evidence; judge what it says."""
    if context.invoked_subcommand is not None:
        if accounts is not None or queries is not None:
            raise typer.BadParameter(f"{context.invoked_subcommand} works on the index and takes no file")
        return
    if accounts is None:
        if queries is not None or least is not None:
            name = "--queries" if queries is not None else "--least"
            raise typer.BadParameter(f"{name} goes with --in", param_hint=name)
        _link_index(context, json_output, anew=anew)
        return
    if anew:
        raise typer.BadParameter("--anew goes with the index: a file is always read anew", param_hint="--anew")
    pool = _accounts_of(accounts, jobs)
    with open_backend(Settings().linkage) as backend:
        if queries is None:
            _link_file(pool, backend, least)
        else:
            for ranking in rank_candidates(_accounts_of(queries, jobs, queries=True), pool, top, backend, load_model()):
                candidates = [{"id": candidate.id, **_weighed(candidate.link)} for candidate in ranking.candidates]
                print_json({"query": ranking.query, "candidates": candidates})


def pair_of(found: Link) -> dict[str, object]:
    """A link as the contract writes it: ``a``, ``b``, probability, match_weight, evidence."""
    return {"a": found.a, "b": found.b, **_weighed(found)}


def _link_file(accounts: list[Account], backend: Backend, least: float | None) -> None:
    model = load_model()
    found = (
        link_accounts(accounts, backend, model).links if least is None else pairs_from(accounts, backend, model, least)
    )
    for one in found:
        print_json(pair_of(one))


def explain_pair(workspace: Workspace, store: Store, a: str, b: str, judgements: Sequence[Judgement]) -> Explanation:
    """What the last run of linkage, or a comparison of the two now, says of two accounts."""
    # Two accounts are compared at once where no cluster has to be started for them, and come out the same.
    with open_backend("duckdb") as backend:
        return explain(
            store, workspace.linkage, a, b, backend=backend, model=linkage_model(workspace), judgements=judgements
        )


def _link_index(context: typer.Context, json_output: bool, *, anew: bool) -> None:
    workspace = workspace_of(context)
    with open_casebook(workspace, CLOCK) as casebook:
        judgements = judgements_in_force(casebook.judgements())
    with (
        open_index(workspace) as store,
        open_backend(workspace.settings.linkage) as backend,
        ProgressBar(messages(), "link") as bar,
    ):
        result = link_index(
            store,
            backend,
            linkage_model(workspace),
            judgements,
            folder=workspace.linkage,
            anew=anew,
            progress=lambda step: bar.show(STEPS[step], step, len(STEPS)),
        )
    assert result.run is not None
    if result.run.full is not None and result.run.number > 1 and not anew:
        messages().print(f"everything was compared anew: {result.run.full}", style="yellow", markup=False)
    if json_output:
        for found in result.links:
            print_json(pair_of(found))
        return
    output().print(identity_table(result.identities))
    output().print(
        f"{len(result.identities)} sellers with more than one account, {len(result.links)} links; "
        f"{len(result.held_apart)} pairs are held apart though they resemble each other; "
        f"{len(result.discounted)} shared things prove nothing and were discounted",
        markup=False,
    )
    output().print(run_line(result.run), markup=False)


def run_line(run: RunSummary) -> str:
    """What a run had to do, in one line."""
    gone = f", {run.gone} gone" if run.gone else ""
    return (
        f"run {run.number}: {run.accounts} accounts, {run.new} new and {run.changed} changed{gone}; "
        f"{run.compared} pairs were compared, {run.kept} are as the run before found them"
    )


def _weighed(found: Link) -> dict[str, object]:
    return {
        "probability": found.probability,
        "match_weight": found.match_weight,
        "evidence": [{"kind": one.kind, "value": one.value, "weight": one.weight} for one in found.evidence],
    }


def _accounts_of(file: Path, jobs: int | None, *, queries: bool = False) -> list[Account]:
    """The accounts of a file; what cannot be used of it is named on standard error and left out."""
    try:
        with file.open(encoding="utf-8", errors="surrogateescape") as lines:
            cores = len(os.sched_getaffinity(0)) if file.stat().st_size > _WORTH_A_PROCESS else 1
            read = collect(read_in_parallel(lines, jobs=jobs or cores, queries=queries))
    except OSError as error:
        raise NightpostError(f"cannot read {file}: {error.strerror}; check the path") from error
    for fault in read.faults:
        messages().print(f"{file}, line {fault.line}: {fault.why}; left out", style="yellow", markup=False)
    return read.accounts
