"""What linkage has to say of two accounts of the index: as the last run found it, or found now for the two alone."""

import math
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from index.store import Store
from linkage.account import Account, Clue
from linkage.account_digests import content_digest
from linkage.backend import Backend
from linkage.common_texts import texts_in, without_texts
from linkage.evidence import Explainer
from linkage.explanation import Explanation, ExplanationError
from linkage.feature_table import feature_table
from linkage.features import feature_rows, texts_of
from linkage.identity import Link
from linkage.indexed_accounts import account_of
from linkage.indexed_identities import linked_identity
from linkage.judgements import Judgement, in_order
from linkage.kept_run import KeptRun, digest_of_model, last_run
from linkage.likeness import Likeness
from linkage.linking import accounts_by_id, at_size, prior_weight
from linkage.links import ScoredLinks
from linkage.model import LinkageModel
from linkage.name_frequencies import with_present_frequencies
from linkage.renewal import with_prior
from linkage.resemblance import usual
from linkage.scoring import score


def explain(
    store: Store,
    folder: Path,
    a: str,
    b: str,
    *,
    backend: Backend,
    model: LinkageModel,
    judgements: Collection[Judgement] = (),
) -> Explanation:
    """What speaks for and against two accounts being one seller's.

    When the last run compared them and they are as they were then, it is what it found. Otherwise they are compared
    now, the two alone: by its weights of n-grams, against its cohort, and among its accounts, so that a name is as rare
    and a shared thing proves as much as it did then.

    Args:
        store: the index.
        folder: where runs of linkage are kept.
        a: an account's id.
        b: another's.
        backend: where to compare.
        model: the weights.
        judgements: those in force.

    Raises:
        ExplanationError: the index has no such account, or there is no run to explain by.
        KeptRunError: the last run cannot be read.
        BackendError: the database failed.
    """
    pair = in_order(a, b)
    kept = last_run(folder)
    if kept is None or kept.manifest.model != digest_of_model(model):
        why = "no run of linkage is kept" if kept is None else "the last run of linkage was made with other weights"
        raise ExplanationError(f"{why}, so there is nothing to explain by; run: nightpost link")
    accounts = accounts_by_id(_account(store, account_id) for account_id in pair)
    two = _Pair(kept, at_size(model, kept.manifest.accounts), accounts)
    judged = tuple(one for one in judgements if one.pair == pair)
    identity = linked_identity(store, a)
    together = identity is not None and any(one.id == b for one in identity.accounts)
    return Explanation(
        link=two.link(backend, judged[-1] if judged else None),
        prior_weight=prior_weight(two.model),
        held_apart=None if together else two.held_apart,
        judgements=judged,
        identity_id=identity.identity_id if identity is not None and together else None,
    )


class _Pair:
    """Two accounts beside what the last run kept.

    Args:
        kept: that run.
        model: the weights, for so many accounts as it had.
        accounts: the two, by id, in the order of ids.
    """

    def __init__(self, kept: KeptRun, model: LinkageModel, accounts: dict[str, Account]) -> None:
        self.model = model
        self._kept = kept
        self._accounts = accounts
        self._discounted = {Clue(kind=one.kind, value=one.value).key for one in kept.findings.discounted}
        own = feature_table(feature_rows(accounts.values(), self._discounted))
        self._features = without_texts(own, kept.common_texts)

    @property
    def held_apart(self) -> str | None:
        """Why the last run held them apart though their pair weighs enough to join them; None when it did not."""
        names = tuple(self._accounts)
        return next((one.why for one in self._kept.findings.held_apart if (one.a, one.b) == names), None)

    def link(self, backend: Backend, judged: Judgement | None) -> Link:
        """The link between them, with the evidence."""
        found = self._kept.pair(*self._accounts) if self._are_unchanged() else None
        pairs = with_prior(found, self.model) if found is not None and found.num_rows else self._compared(backend)
        explainer = Explainer(self._accounts.__getitem__, self._discounted, self._counted, self._kept.space)
        a, b = self._accounts
        link = ScoredLinks(pairs, self.model).link(a, b, explainer, judged)
        assert link is not None
        return link

    def _are_unchanged(self) -> bool:
        """Whether both are as the last run compared them."""
        rows = self._kept.accounts
        rows = rows.filter(pc.is_in(rows.column("account_id"), value_set=pa.array(self._accounts)))
        before = dict(zip(rows.column("account_id").to_pylist(), rows.column("content").to_pylist(), strict=True))
        return before == {name: content_digest(account) for name, account in self._accounts.items()}

    def _compared(self, backend: Backend) -> pa.Table:
        """The two compared now, as `linkage.scoring.Scored` has pairs; whatever they weigh."""
        a, b = self._accounts
        vectors = self._kept.space.vectors([texts_of(account) for account in self._accounts.values()])
        likeness = Likeness(self._kept.space, vectors, usual(vectors, self._kept.cohort), self._kept.cohort)
        scored = score(
            backend,
            self._features,
            self.model,
            measure=likeness.bands,
            extra_pairs=pa.table({"a": [a], "b": [b]}),
            least_weight=-math.inf,
            rules=(),
        )
        names = self._kept.names
        others = names.filter(pc.invert(pc.is_in(names.column("account_id"), value_set=pa.array(self._accounts))))
        everyone = pa.concat_tables([others, self._features.select(others.schema.names)])
        return with_prior(with_present_frequencies(scored.pairs, everyone, self.model), self.model)

    def _counted(self, account_id: str) -> frozenset[int]:
        return texts_in(self._features, list(self._accounts).index(account_id))


def _account(store: Store, account_id: str) -> Account:
    account = account_of(store, account_id)
    if account is None:
        raise ExplanationError(
            f"there is no account {account_id!r} in the index; find one with: nightpost search --kind vendor"
        )
    return account
