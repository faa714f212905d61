"""Linkage on the index: its accounts are linked, and the identities are put back into it."""

from collections.abc import Collection
from pathlib import Path

from index.store import Store
from linkage.backend import Backend
from linkage.identity import Identity
from linkage.indexed_accounts import read_accounts
from linkage.indexed_identities import write_identities
from linkage.judgements import Judgement
from linkage.linking import LinkResult, link_accounts
from linkage.model import LinkageModel
from linkage.renewal import renew
from linkage.run_summary import Progress, no_progress


def link_index(
    store: Store,
    backend: Backend,
    model: LinkageModel,
    judgements: Collection[Judgement] = (),
    *,
    folder: Path | None = None,
    anew: bool = False,
    progress: Progress = no_progress,
) -> LinkResult:
    """Link all accounts of the index and put the identities into it, in place of those that were there.

    Args:
        store: the index; the identities in it keep their ids.
        backend: where to compute.
        model: the weights.
        judgements: those in force.
        folder: where the run before was kept, from which this one goes on, and where this one is kept
            (`linkage.renewal`); None: everything is computed, and nothing is kept.
        anew: compute everything, whatever was kept.
        progress: is told which step begins.

    Raises:
        LinkageError: the store would not take an identity.
        StoreUnavailableError: the store cannot be reached or written.
        KeptRunError: the run before cannot be read, or this one cannot be kept.
    """
    store.refresh()
    former = [Identity.model_validate(document.body) for document in store.scan("identity")]
    progress(0)
    accounts = read_accounts(store)
    if folder is None:
        result = link_accounts(accounts, backend, model, judgements=judgements, former=former)
        write_identities(store, result.identities)
        return result
    return renew(
        accounts,
        folder,
        backend,
        model,
        judgements=judgements,
        former=former,
        anew=anew,
        put=lambda found: write_identities(store, found.identities),
        progress=progress,
    )
