"""``link learn``: the weights of resemblance, learnt from the workspace's own accounts and judgements."""

import typer

from desk.casebook import open_casebook
from desk.cli.context import workspace_of
from desk.linkage_weights import linkage_model, linkage_weights
from desk.rooms import CLOCK, open_index
from desk.terminal import output
from linkage.backend import open_backend
from linkage.indexed_accounts import read_accounts
from linkage.judgements import judgements_in_force
from linkage.learning import learnt
from linkage.linking import Corpus
from linkage.model import save_model


def add_commands(group: typer.Typer) -> None:
    """Add this module's command to those of ``link``."""
    group.command("learn")(learn)


def learn(context: typer.Context) -> None:
    """Learn what resemblance is worth from accounts that share a key, an address or a claim, and from judgements."""
    workspace = workspace_of(context)
    with open_casebook(workspace, CLOCK) as casebook:
        judgements = judgements_in_force(casebook.judgements())
    with open_index(workspace) as store, open_backend(workspace.settings.linkage) as backend:
        model, pairs = learnt(Corpus(read_accounts(store)), backend, linkage_model(workspace), judgements)
    file = linkage_weights(workspace)
    save_model(model, file)
    output().print(
        f"learnt from {pairs} pairs of one seller's accounts; {file} is used from the next nightpost link on, "
        "delete it to go back to the weights that came with Nightpost",
        markup=False,
    )
