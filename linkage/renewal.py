"""A run of linkage that goes on from the one before: only what has to do with new and changed accounts is computed.

What comes out is what a run over everything by the same weights of n-grams and against the same cohort would find, but
for which pairs are candidates:

- a pair that was compared stays compared, though by now more accounts than a rule's cap share what made it one, or
  others are nearer in wording;
- two unchanged accounts that were no candidates do not become a pair because something many shared is rarer by now;
- who is near an unchanged account in wording is found when that account is among the nearest of the other.

The weights of n-grams and the cohort are counted anew in a full run, as is every pair. Names, passages and other shared
things are always counted over all accounts as they are.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import cached_property, reduce
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from linkage.account import Account
from linkage.account_digests import account_digests
from linkage.backend import Backend
from linkage.common_texts import common_texts, showing
from linkage.evidence import Explainer
from linkage.feature_table import feature_table
from linkage.features import feature_rows, texts_of
from linkage.identity import Identity
from linkage.judgements import Judgement
from linkage.kept_evidence import KeptEvidence
from linkage.kept_run import (
    Findings,
    KeptApart,
    KeptRun,
    OtherVersionError,
    RunState,
    digest_of_identities,
    digest_of_model,
    keep,
    last_run,
)
from linkage.likeness import Likeness
from linkage.linking import Corpus, LinkResult, at_size, identities_of, prior_weight
from linkage.model import LinkageModel
from linkage.name_frequencies import with_present_frequencies
from linkage.resemblance import Usual
from linkage.run_summary import Progress, RunSummary, no_progress
from linkage.scoring import Scored
from linkage.wording import Vectors

MOST_GROWTH = 0.2
"""When the accounts are more, or fewer, by a greater share than this since the last full run, a full run is made."""

MARGIN = 1.0
"""Pairs are kept that weigh up to so many bits too little to be reported: fewer accounts, or fewer that bear a name,
can lift them."""


def renew(
    accounts: Iterable[Account],
    folder: Path,
    backend: Backend,
    model: LinkageModel,
    *,
    judgements: Collection[Judgement] = (),
    former: Collection[Identity] = (),
    anew: bool = False,
    put: Callable[[LinkResult], None] = lambda _: None,
    progress: Progress = no_progress,
) -> LinkResult:
    """Link accounts, going on from the run that the folder keeps, and keep this one in its place.

    Args:
        accounts: all, in any order.
        folder: where runs are kept.
        backend: where to compute.
        model: the weights.
        judgements: those in force.
        former: the identities of the run before.
        anew: make a full run.
        put: puts the result where it belongs, before the run is kept: a run is in force once both is done.
        progress: is told which step begins.

    Raises:
        LinkageError: two accounts have the same id.
        BackendError: the database failed.
        KeptRunError: the run before cannot be read, or this one cannot be kept.
    """
    everyone = list(accounts)
    kept, why = _run_before(folder, model, len(everyone), anew=anew)
    progress(1)
    corpus = Corpus(everyone) if kept is None else RenewedCorpus(everyone, kept, former)
    _ = corpus.features, corpus.likeness
    progress(2)
    sized = at_size(model, len(corpus.accounts))
    least = model.report_from - MARGIN
    if isinstance(corpus, RenewedCorpus):
        scored, taken = corpus.rescored(backend, model, least)
        new, changed, gone = len(corpus.new), len(corpus.changed - corpus.new), corpus.gone
    else:
        scored, taken = corpus.score(backend, model, least_weight=least), 0
        new, changed, gone = len(corpus.accounts), 0, 0
    progress(3)
    # All by one reckoning, to the last digit: a run that finds nothing changed finds the same.
    pairs = with_prior(with_present_frequencies(scored.pairs, corpus.features, sized), sized)
    reported = pairs.filter(pc.greater_equal(pairs.column("match_weight"), model.report_from))
    found = Scored(reported, scored.candidates, scored.blocked)
    result = identities_of(corpus, found, sized, judgements, former)
    put(result)
    progress(4)
    full_accounts = kept.manifest.full_accounts if kept is not None else len(corpus.accounts)
    heavy = pairs.filter(pc.greater_equal(pairs.column("match_weight"), least))
    state = _state(corpus, heavy, sized, result)
    number = keep(folder, state, model, result.identities, full_accounts)
    summary = RunSummary(number, why, len(corpus.accounts), new, changed, gone, scored.candidates, taken)
    return replace(result, run=summary)


def _run_before(
    folder: Path, model: LinkageModel, accounts: int, *, anew: bool
) -> tuple[KeptRun, None] | tuple[None, str]:
    """The run to go on from, or why there is none."""
    if anew:
        return None, "as asked"
    try:
        kept = last_run(folder)
    except OtherVersionError:
        return None, "the last run was made by another version of Nightpost"
    if kept is None:
        return None, "no run was kept before"
    if kept.manifest.model != digest_of_model(model):
        return None, "the last run was made with other weights"
    before = kept.manifest.full_accounts
    if abs(accounts - before) > MOST_GROWTH * before:
        return None, f"the last full run was over {before} accounts"
    return kept, None


def _state(corpus: Corpus, pairs: pa.Table, model: LinkageModel, result: LinkResult) -> RunState:
    """What the next run goes on from."""
    return RunState(
        accounts=account_digests(corpus.accounts, corpus.discounted),
        features=corpus.own_features,
        common_texts=common_texts(corpus.own_features),
        likeness=corpus.likeness,
        pairs=_without_prior(pairs, prior_weight(model)),
        findings=Findings(
            discounted=tuple(one for _, one in sorted(corpus.discounted.items())),
            held_apart=tuple(KeptApart(a=one.pair.a, b=one.pair.b, why=one.why) for one in result.held_apart),
        ),
    )


class RenewedCorpus(Corpus):
    """Accounts of which most were compared before.

    Args:
        accounts: all, as they are now, in any order.
        kept: the run before.
        former: the identities that it made.

    Raises:
        LinkageError: two accounts have the same id.
        KeptRunError: the run before cannot be read.

    Attributes:
        new: the ids of accounts that the run before did not know.
        gone: how many it knew that are no more.
        changed: the ids of accounts whose pairs must be compared, the new ones among them.
    """

    def __init__(self, accounts: Iterable[Account], kept: KeptRun, former: Collection[Identity]) -> None:
        super().__init__(accounts)
        self._kept = kept
        self._former = former
        now = account_digests(self.accounts, self.discounted)
        self._before = _rows_in(kept.accounts, now.column("account_id"))
        known = self._before >= 0
        content, whole = (_same(now, kept.accounts, names, self._before) for names in _DIGESTED)
        ids = list(self.accounts)
        self.new = frozenset(ids[at] for at in np.flatnonzero(~known))
        self.gone = kept.accounts.num_rows - int(known.sum())
        self._anew = ~content
        self._as_seen = frozenset(ids[at] for at in np.flatnonzero(whole))
        self.changed = frozenset(ids[at] for at in np.flatnonzero(self._anew | self._shows_other_common_texts()))

    @cached_property
    def own_features(self) -> pa.Table:
        """The table of features; those of unchanged accounts are the ones that were kept."""
        made = feature_table(feature_rows(self._to_read(), self.discounted))
        return pa.concat_tables([self._kept.features, made]).take(pa.array(self._places(self._kept.features.num_rows)))

    @cached_property
    def likeness(self) -> Likeness:
        """The accounts by their wording; that of unchanged accounts is the one that was kept."""
        before = self._kept.likeness
        made = before.asked([texts_of(one) for one in self._to_read()])
        places = self._places(len(before.vectors))
        views = zip(before.vectors.views, made.vectors.views, strict=True)
        vectors = Vectors(tuple(sparse.vstack(both, format="csr")[places] for both in views))
        usual = Usual(
            np.concatenate([before.usual.mean, made.usual.mean])[places],
            np.concatenate([before.usual.deviation, made.usual.deviation])[places],
        )
        return Likeness(before.space, vectors, usual, before.others)

    def rescored(self, backend: Backend, model: LinkageModel, least_weight: float) -> tuple[Scored, int]:
        """All pairs, and how many of them were kept: these, of unchanged accounts, are yet to be weighed for today.

        Args:
            backend: where to compute.
            model: the weights.
            least_weight: new pairs below are left out.
        """
        left = pa.array(sorted(self.accounts.keys() - self.changed), pa.string())
        pairs = self._kept.pairs
        both = pc.and_(*(pc.is_in(pairs.column(side), value_set=left) for side in "ab"))
        old = pairs.filter(both).rename_columns({"evidence_weight": "match_weight"})
        if not self.changed:
            return Scored(old, 0, ()), old.num_rows
        found = self.score(backend, model, against=self.changed, least_weight=least_weight)
        together = pa.concat_tables([old, found.pairs]).unify_dictionaries().combine_chunks()
        together = together.sort_by([("a", "ascending"), ("b", "ascending")])
        return Scored(together, found.candidates, found.blocked), old.num_rows

    def explainer(self) -> Explainer:
        """Names the evidence between two accounts; between unchanged ones it is that of the identities before."""
        known = self._former if digest_of_identities(self._former) == self._kept.manifest.identities else ()
        return KeptEvidence(self, known, self._as_seen - self.changed)

    def _to_read(self) -> list[Account]:
        return [one for one, anew in zip(self.accounts.values(), self._anew, strict=True) if anew]

    def _places(self, before: int) -> NDArray[np.int64]:
        """For each account its place among what was kept of so many, and what was read anew after it."""
        return np.where(self._anew, before + np.cumsum(self._anew) - 1, self._before)

    def _shows_other_common_texts(self) -> NDArray[np.bool_]:
        """For each account whether it shows a text that has become common, or is not common any more."""
        numbers = np.setxor1d(self._kept.common_texts, common_texts(self.own_features))
        return showing(self.own_features, numbers)


_DIGESTED = (("content", "discounted"), ("content", "discounted", "whole"))


def _rows_in(kept: pa.Table, ids: pa.ChunkedArray) -> NDArray[np.int64]:
    """For each id its row among the accounts kept; -1 for those that were not there."""
    found = pc.index_in(ids, value_set=kept.column("account_id").combine_chunks())
    return np.asarray(found.fill_null(-1).to_numpy(), np.int64)


def _same(now: pa.Table, kept: pa.Table, names: Collection[str], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each account whether all its digests of these names are those that were kept."""
    found = rows >= 0
    there = np.flatnonzero(found)
    for name in names:
        before = kept.column(name).take(pa.array(rows[there])).to_numpy()
        found[there] &= now.column(name).to_numpy()[there] == before
    return found


def _evidence_weights(pairs: pa.Table, model: LinkageModel) -> NDArray[np.float64]:
    """The weights of the comparisons together, added up in their order."""
    weights = (pairs.column(f"{comparison.kind}_weight").to_numpy() for comparison in model.comparisons)
    return reduce(np.add, weights)


def with_prior(pairs: pa.Table, model: LinkageModel) -> pa.Table:
    """Pairs with the ``match_weight`` that their evidence makes by now, in place of what they had.

    Args:
        pairs: as a run keeps them, or as scoring gives them.
        model: the weights, for so many accounts as there are.
    """
    weights = pa.array(_evidence_weights(pairs, model) + prior_weight(model), pa.float64())
    place = max(pairs.schema.get_field_index(name) for name in ("evidence_weight", "match_weight"))
    return pairs.set_column(place, "match_weight", weights)


def _without_prior(pairs: pa.Table, prior: float) -> pa.Table:
    """Scored pairs as they are kept."""
    place = pairs.schema.get_field_index("match_weight")
    return pairs.set_column(place, "evidence_weight", pc.subtract(pairs.column("match_weight"), prior))
