"""Linking accounts: from accounts to scored pairs, identities without contradiction, and the evidence of every link."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from extractors.words import whole_characters
from linkage.account import Account, Clue, merge_clues
from linkage.agglomeration import HeldApart, JoinRules, ScoredPair
from linkage.backend import Backend
from linkage.common_texts import common_texts, texts_in, without_texts
from linkage.doubts import Doubts
from linkage.evidence import Explainer
from linkage.feature_table import feature_table
from linkage.features import feature_rows, texts_of
from linkage.identity import Discounted, Identity, Link, LinkageError
from linkage.judgements import Judgement
from linkage.key_clash import AccountFacts
from linkage.likeness import Likeness
from linkage.links import ScoredLinks
from linkage.model import LinkageModel
from linkage.named_clusters import Identified, NamedCluster, identify
from linkage.run_summary import RunSummary
from linkage.scoring import Scored, score
from linkage.spread import ClueKey, discounted_clues

LEAST_PROBABILITY = 0.5
"""The default threshold: two accounts are held to be one seller's when that is likelier than not."""

PARTNERS = 0.5
"""How many other accounts of its seller an account has among those compared, in the mean: most have none, some have
several. A judgement; on White House in 2020, 45 of 479 accounts bore the name of a vendor of one market three years
before, AlphaBay."""

FEWEST_ACCOUNTS = 500
"""Fewer accounts are a sample: for the prior they count as so many."""

PROOF_LEVELS = frozenset({"pgp_key:own shared", "claim:each other", "claim:vouched"})
"""What only the seller can give."""

HARD_LEVELS = PROOF_LEVELS | {"pgp_key:shared", "crypto_address:shared", "contact:shared"}
"""What only the seller can give, or nobody gains by copying, though it comes along when texts are copied."""


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What linkage found.

    Attributes:
        identities: of two accounts or more.
        links: every pair of accounts within an identity.
        discounted: what several accounts share, and what proves nothing.
        held_apart: pairs whose evidence would join them, and what forbids it.
        scored: every pair that was compared and weighs enough to be kept.
        run: what had to be done; None when everything was, and nothing was kept for a next run.
    """

    identities: list[Identity]
    links: list[Link]
    discounted: list[Discounted]
    held_apart: list[HeldApart] = field(default_factory=list)
    scored: Scored | None = None
    run: RunSummary | None = None


class Corpus:
    """Accounts made ready to be compared: what proves nothing is set aside, their features and their wording are read.

    Args:
        accounts: in any order.

    Raises:
        LinkageError: two accounts have the same id.
    """

    def __init__(self, accounts: Iterable[Account]) -> None:
        self.accounts = accounts_by_id(accounts)
        self._holders = holders_of(self.accounts.values())
        self.discounted = discounted_clues(self._holders, self.accounts)

    @cached_property
    def own_features(self) -> pa.Table:
        """The table of features, in the order of the accounts, each row by its account alone."""
        return feature_table(feature_rows(self.accounts.values(), self.discounted))

    @cached_property
    def features(self) -> pa.Table:
        """The table of features, in the order of the accounts, without texts that many show."""
        return without_texts(self.own_features, common_texts(self.own_features))

    @cached_property
    def likeness(self) -> Likeness:
        """The accounts by their wording, in the same order."""
        return Likeness.of([texts_of(account) for account in self.accounts.values()])

    @cached_property
    def near(self) -> pa.Table:
        """Pairs (a, b) of an account and one of those that are nearest to it in wording."""
        return self.nearest_to(self.accounts.keys())

    def nearest_to(self, asked: AbstractSet[str]) -> pa.Table:
        """The same pairs, of these accounts ``a``."""
        ids = pa.array(list(self.accounts), pa.string())
        one, other = self.likeness.nearest(np.flatnonzero([account_id in asked for account_id in self.accounts]))
        return pa.table({"a": ids.take(pa.array(one)), "b": ids.take(pa.array(other))})

    def shared_but_discounted(self) -> list[Discounted]:
        """What several accounts show and what proves nothing."""
        return [found for key, found in sorted(self.discounted.items()) if len(self._holders[key]) > 1]

    def explainer(self) -> Explainer:
        """Names the evidence between two of the accounts."""
        return Explainer(self.accounts.__getitem__, self.discounted, self.counted_texts, self.likeness.space)

    def counted_texts(self, account_id: str) -> frozenset[int]:
        """The numbers of an account's passages and forms of titles that are compared; those of templates are not."""
        return texts_in(self.features, self._row_of[account_id])

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {account_id: row for row, account_id in enumerate(self.accounts)}

    def facts(self) -> dict[str, AccountFacts]:
        """What may forbid a link, of each account."""
        columns = self.features.select(["account_id", "market", "own_keys", "opened", "closed"]).to_pylist()
        return {
            row["account_id"]: AccountFacts(row["market"], frozenset(row["own_keys"]), row["opened"], row["closed"])
            for row in columns
        }

    def score(
        self,
        backend: Backend,
        model: LinkageModel,
        *,
        pairs: pa.Table | None = None,
        against: AbstractSet[str] | None = None,
        least_weight: float | None = None,
    ) -> Scored:
        """Compare the accounts.

        Args:
            backend: where to compute.
            model: the weights.
            pairs: further candidates (a, b), whatever the rules of blocking say.
            against: only pairs with at least one of these accounts; None: all.
            least_weight: as for `linkage.scoring.score`.
        """
        near = self.near if against is None else self.nearest_to(against)
        extra = near if pairs is None else pa.concat_tables([near, pairs])
        return score(
            backend,
            self.features,
            at_size(model, len(self.accounts)),
            measure=self.likeness.bands,
            extra_pairs=extra,
            against=against,
            least_weight=least_weight,
        )


def link_accounts(
    accounts: Iterable[Account],
    backend: Backend,
    model: LinkageModel,
    *,
    judgements: Collection[Judgement] = (),
    former: Collection[Identity] = (),
) -> LinkResult:
    """Say which accounts are one seller's.

    Args:
        accounts: in any order; the result does not depend on it.
        backend: where to compute.
        model: the weights.
        judgements: those in force; they always win.
        former: the identities of the run before, whose ids are kept.

    Raises:
        LinkageError: two accounts have the same id.
        BackendError: the database failed.
    """
    corpus = Corpus(accounts)
    scored = corpus.score(backend, model)
    return identities_of(corpus, scored, at_size(model, len(corpus.accounts)), judgements, former)


def identities_of(
    corpus: Corpus,
    scored: Scored,
    model: LinkageModel,
    judgements: Collection[Judgement] = (),
    former: Collection[Identity] = (),
) -> LinkResult:
    """The identities that scored pairs and judgements make, with their links explained."""
    found = identified(corpus, scored.pairs, model, judgements, former)
    rules = join_rules(model)
    known, explain = ScoredLinks(scored.pairs, model), corpus.explainer()
    identities, links = [], []
    for named in found.clusters:
        within = list(known.within(named.cluster.accounts, named.cluster.judgements, explain, rules.join_weight))
        links += within
        identities.append(named.identity([corpus.accounts[one] for one in named.cluster.accounts], within))
    return LinkResult(
        identities=identities,
        links=sorted(links, key=lambda link: (link.a, link.b)),
        discounted=corpus.shared_but_discounted(),
        held_apart=found.held_apart,
        scored=scored,
    )


def identified(
    corpus: Corpus,
    pairs: pa.Table,
    model: LinkageModel,
    judgements: Collection[Judgement] = (),
    former: Collection[Identity] = (),
) -> Identified:
    """The identities that scored pairs (`linkage.scoring.Scored`) and judgements make, before links are explained."""
    known = scored_pairs(pairs, model)
    rules = join_rules(model)
    facts = corpus.facts()
    doubts = Doubts.of(known, corpus.accounts, facts, rules)
    weighed = list(map(doubts.weighed, known))
    found = identify(weighed, facts, judgements, rules, [NamedCluster.of(one) for one in former])
    return replace(found, held_apart=sorted([*found.held_apart, *doubts.held_apart(found)]))


def pairs_from(
    accounts: Iterable[Account], backend: Backend, model: LinkageModel, probability: float
) -> Iterator[Link]:
    """Every pair of accounts that was compared and is at least so probable, whether it is joined or not.

    A pair that is doubted (`linkage.doubts`) is as probable as the doubt leaves it.

    Raises:
        LinkageError: two accounts have the same id.
        BackendError: the database failed.
    """
    corpus = Corpus(accounts)
    sized = at_size(model, len(corpus.accounts))
    scored = corpus.score(backend, model, least_weight=-math.inf)
    known, explain = ScoredLinks(scored.pairs, sized), corpus.explainer()
    pairs = scored_pairs(scored.pairs, sized)
    doubts = Doubts.of(pairs, corpus.accounts, corpus.facts(), join_rules(sized))
    for pair in pairs:
        weight = doubts.weighed(pair).match_weight
        if sized.calibration.probability(weight) >= probability:
            link = known.link(pair.a, pair.b, explain)
            assert link is not None
            yield doubts.cast_on(link, pair, sized.calibration)


def at_size(model: LinkageModel, accounts: int) -> LinkageModel:
    """The model for so many accounts: the more there are, the less likely are two taken at random one seller's."""
    return model.model_copy(update={"prior": PARTNERS / max(accounts - 1, FEWEST_ACCOUNTS)})


def prior_weight(model: LinkageModel) -> float:
    """The weight of a pair without evidence, in bits."""
    return math.log2(model.prior / (1 - model.prior))


def join_rules(model: LinkageModel) -> JoinRules:
    """When pairs join, for a model: from the default threshold on."""
    return JoinRules(join_weight=model.calibration.weight(LEAST_PROBABILITY), neutral_weight=prior_weight(model))


def scored_pairs(pairs: pa.Table, model: LinkageModel) -> list[ScoredPair]:
    """The scored pairs as clustering takes them."""
    hard, proof = (_at_levels(pairs, model, levels) for levels in (HARD_LEVELS, PROOF_LEVELS))
    weights = pairs.column("match_weight").to_numpy()
    columns = (pairs.column("a").to_pylist(), pairs.column("b").to_pylist(), weights.tolist())
    return [
        ScoredPair(*pair)
        for pair in zip(
            *columns,
            model.calibration.probabilities(weights).tolist(),
            hard.tolist(),
            proof.tolist(),
            strict=True,
        )
    ]


def _at_levels(pairs: pa.Table, model: LinkageModel, levels: AbstractSet[str]) -> NDArray[np.bool_]:
    """For each scored pair whether it reached one of these levels of any comparison."""
    reached = np.zeros(pairs.num_rows, dtype=bool)
    for comparison in model.comparisons:
        labels = [level.label for level in comparison.levels if level.label in levels]
        if labels:
            reached |= np.isin(pairs.column(f"{comparison.kind}_level").to_numpy(zero_copy_only=False), labels)
    return reached


def accounts_by_id(accounts: Iterable[Account]) -> dict[str, Account]:
    """The accounts by id, in the order of ids.

    Raises:
        LinkageError: two accounts have the same id.
    """
    by_id: dict[str, Account] = {}
    for account in sorted(map(_whole, accounts), key=lambda account: account.id):
        if account.id in by_id:
            raise LinkageError(f"two accounts have the id {account.id!r}; make ids unique, such as market/handle")
        clues = merge_clues(account.clues)
        # Very many accounts are held once.
        by_id[account.id] = account if clues == account.clues else account.model_copy(update={"clues": clues})
    return by_id


def _whole(account: Account) -> Account:
    """The account with no half of a character in what is kept as text; neither the database nor JSON takes one."""
    names = {"id": account.id, "market": account.market, "handle": account.handle or ""}
    clues = [text for clue in account.clues for text in (clue.value, *clue.names)]
    if all(text == whole_characters(text) for text in (*names.values(), *clues)):
        return account
    whole = {name: whole_characters(text) for name, text in names.items() if text}
    mended = [
        clue.model_copy(
            update={"value": whole_characters(clue.value), "names": tuple(map(whole_characters, clue.names))}
        )
        for clue in account.clues
    ]
    return account.model_copy(update={**whole, "clues": tuple(mended)})


def holders_of(accounts: Iterable[Account]) -> dict[ClueKey, dict[str, Clue]]:
    """For each thing that accounts show, the ids of those that show it, with their clue."""
    holders: dict[ClueKey, dict[str, Clue]] = defaultdict(dict)
    for account in accounts:
        for clue in account.clues:
            holders[clue.key][account.id] = clue
    return dict(holders)
