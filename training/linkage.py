"""Makes the weights of linkage, `linkage/weights.json`, from the research data and judgements.

``python -m training.linkage [DATA]``. What only known sellers can tell is measured on vendors of one market who are
split in two: half of them at random, as when a seller posts the same listings elsewhere, half of them so that nearly
equal titles stay together, as when he writes new ones. What no data we have can tell is judged, with reasons, in
`training/linkage_judged.yaml`. Kinds of evidence that go together are then discounted for what they have in common (a
logistic regression over the weights), and match weights are calibrated on a practice world.
"""

import argparse
import math
import sys
from collections.abc import Collection, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml
from scipy.optimize import brentq
from scipy.sparse.csgraph import connected_components
from sklearn.linear_model import LogisticRegression

from evaluation.linkage_compared import read_lines
from evaluation.research import RESEARCH
from evaluation.research_sellers import alphabay
from linkage.account import Account
from linkage.attribution import AttributionWeights
from linkage.backend import Backend, open_backend
from linkage.blocking import GIVEN
from linkage.calibration import fit
from linkage.candidates import Search
from linkage.comparisons import comparisons
from linkage.dialects import DUCKDB
from linkage.estimation import estimate
from linkage.linking import PARTNERS, Corpus, at_size, identities_of
from linkage.model import WEIGHTS_FILE, ComparisonWeights, LevelWeight, LinkageModel, save_model, scaled
from linkage.nearest_texts import CANDIDATES
from linkage.scoring import Scored
from linkage.wording import WordingSpace
from nightpost.errors import NightpostError
from replica.sellers.accounts import SellerWorld
from replica.sellers.lines import AccountLine, ListingLine

SEED = 11
WORLD_SEED = 1
"""Of the practice world that weights are calibrated on; it is evaluated on others."""

TOGETHER = (("wording", "style", "title_form"), ("goods", "offers", "prices"))
"""The kinds that are measured on split vendors, those that see much the same thing side by side; others are judged."""

MEASURED = tuple(kind for group in TOGETHER for kind in group)

QUERIES = 300
"""Vendors whose one half asks for the other, for what telling candidates apart is worth."""

ATTRIBUTION = AttributionWeights(told_apart=15.0, nearest=1.0)
"""What ranks well on every task that was tried (White House against AlphaBay, halves by category, single titles). From
10 to 80 bits for being told apart the ranks are nearly the same: the smaller weight does the least harm where the right
account is not among the candidates."""

AT_RANDOM = 300_000
"""Pairs taken at random that what the kinds have in common is estimated from, beside those that are candidates."""

NEARLY_EQUAL = 0.45
"""Titles whose cosine is above this are versions of one title."""

STYLE_SHARE = {"style": 0.5}
"""Of the weight of style half is taken: habits hold better between halves of one market's vendors than between markets
(on White House against AlphaBay the full weight ranks worse than half of it)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.linkage", description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=RESEARCH, help="the folder of the research data")
    parser.add_argument("--out", type=Path, default=WEIGHTS_FILE)
    options = parser.parse_args(arguments)
    try:
        model = trained(options.data)
    except NightpostError as error:
        print(error, file=sys.stderr)
        return 1
    save_model(model, options.out)
    for comparison in model.comparisons:
        print(comparison.kind, " ".join(f"{level.label}={level.weight:.2f}" for level in comparison.levels))
    print(f"calibration: {model.calibration}")
    return 0


def trained(data: Path) -> LinkageModel:
    """The model, from the research data under ``data``."""
    judged = judged_model()
    lines, partners = split_vendors(data)
    corpus = Corpus(read_lines(lines))
    with open_backend("duckdb") as backend:
        measured = estimate(
            backend,
            corpus.features,
            prior=judged.prior,
            seed=SEED,
            labelled=partners,
            keep=judged,
            kept=[comparison.kind for comparison in judged.comparisons if comparison.kind not in MEASURED],
            measure=corpus.likeness.bands,
            made="training.linkage: vendors of one market split in two, and judgements",
        ).model
        asked = pa.concat_tables([partners, random_pairs(list(corpus.accounts))])
        scored = corpus.score(backend, measured, pairs=asked, least_weight=-math.inf)
        overlapping = discounted(measured, scored, partners, nearest_pairs(corpus))
        world = SellerWorld(WORLD_SEED, 2_500)
        owners = {line["id"]: line["seller"] for line in world.truth()}
        practice = Corpus(read_lines(list(world.accounts())))
        found = practice.score(backend, overlapping, least_weight=-math.inf)
        model = calibrated(overlapping, practice, found, owners)
        return with_attribution(model, backend, list(corpus.accounts.values()), partners)


def judged_model() -> LinkageModel:
    """The model before anything is measured: judgements, and no weight for what is to be measured."""
    text = resources.files("training").joinpath("linkage_judged.yaml").read_text(encoding="utf-8")
    judged: Mapping[str, Any] = yaml.safe_load(text)
    weights = []
    for comparison in comparisons(DUCKDB):
        known = judged.get(comparison.kind, {"levels": {}})["levels"]
        if known and tuple(known) != comparison.labels:
            raise NightpostError(
                f"linkage_judged.yaml names levels of {comparison.kind} that are not {comparison.labels}"
            )
        levels = [
            LevelWeight(label=label, **known[label])
            if known
            else LevelWeight(label=label, m=0.5, u=0.5 / 2.0 ** (1e-5 * (place + 1)))
            for place, label in enumerate(comparison.labels)
        ]
        weights.append(ComparisonWeights(kind=comparison.kind, levels=tuple(levels)))
    return LinkageModel(prior=1e-4, comparisons=tuple(weights))


def split_vendors(data: Path) -> tuple[list[AccountLine], pa.Table]:
    """The vendors of AlphaBay, those with enough listings split in two, and the pairs of halves."""
    draw = np.random.default_rng(SEED)
    lines: list[AccountLine] = []
    pairs: list[tuple[str, str]] = []
    vendors = alphabay(data)
    space = WordingSpace.of([[listing["title"] for listing in vendor["listings"]] for vendor in vendors.values()])
    for place, vendor in enumerate(vendors.values()):
        listings = vendor["listings"]
        sides = _sides(listings, space, draw, together=place % 2 == 0) if len(listings) >= 4 else None
        if sides is None:
            lines.append(vendor)
            continue
        names = [f"{vendor['id']}/{side}" for side in "ab"]
        for name, market, part in zip(names, ("one", "other"), (0, 1), strict=True):
            held = [listing for listing, side in zip(listings, sides, strict=True) if side == part]
            lines.append({**vendor, "id": name, "market": market, "handle": None, "listings": held})
        pairs.append((names[0], names[1]))
    return lines, pa.table({"a": [a for a, _ in pairs], "b": [b for _, b in pairs]})


def _sides(
    listings: Sequence[ListingLine], space: WordingSpace, draw: np.random.Generator, *, together: bool
) -> list[int] | None:
    """Which half each listing goes to; None when all are versions of one title."""
    groups = np.arange(len(listings))
    if together:
        vectors = space.text_vectors([listing["title"] for listing in listings])
        groups = connected_components((vectors @ vectors.T) > NEARLY_EQUAL, directed=False)[1]
    number = int(groups.max()) + 1
    if number < 2:
        return None
    side_of = np.zeros(number, dtype=int)
    side_of[draw.permutation(number)[: max(1, number // 2)]] = 1
    return [int(side_of[group]) for group in groups]


def random_pairs(accounts: Sequence[str]) -> pa.Table:
    """Pairs of accounts taken at random."""
    draw = np.random.default_rng(SEED)
    sides = [np.array(accounts, dtype=object)[draw.integers(0, len(accounts), AT_RANDOM)] for _ in "ab"]
    return pa.table({name: pa.array(side, pa.string()) for name, side in zip("ab", sides, strict=True)})


def nearest_pairs(corpus: Corpus) -> set[tuple[str, str]]:
    """The pairs that are candidates for their wording, in the order of ids."""
    ids = list(corpus.accounts)
    places = zip(*(side.tolist() for side in corpus.likeness.nearest()), strict=True)
    return {(min(ids[one], ids[other]), max(ids[one], ids[other])) for one, other in places}


def discounted(
    model: LinkageModel, scored: Scored, partners: pa.Table, nearest: Collection[tuple[str, str]]
) -> LinkageModel:
    """The model with the measured kinds weighed less for what they have in common.

    Args:
        model: the weights as each kind was measured.
        scored: the candidates, the partners, and pairs taken at random.
        partners: the pairs of one seller.
        nearest: the pairs that are candidates for their wording.
    """
    known = set(zip(partners.column("a").to_pylist(), partners.column("b").to_pylist(), strict=True))
    pairs = scored.pairs
    names = list(zip(pairs.column("a").to_pylist(), pairs.column("b").to_pylist(), strict=True))
    same = np.array([pair in known for pair in names])
    groups = [
        sum(STYLE_SHARE.get(kind, 1.0) * pairs.column(f"{kind}_weight").to_numpy() for kind in group)
        for group in TOGETHER
    ]
    # A candidate stands for itself, a pair taken at random for very many.
    accounts = len({*pairs.column("a").to_pylist(), *pairs.column("b").to_pylist()})
    near = np.array([pair in nearest for pair in names])
    found = near | (pairs.column("rule").to_numpy(zero_copy_only=False) != GIVEN)
    stands_for = np.where(same | found, 1.0, accounts * (accounts - 1) / 2 / AT_RANDOM)
    line = LogisticRegression(C=1e3, max_iter=1000)
    line.fit(np.stack(groups, axis=1) * math.log(2), same, sample_weight=stands_for)
    shares = {
        kind: float(np.clip(share, 0.05, 1.0)) * STYLE_SHARE.get(kind, 1.0)
        for group, share in zip(TOGETHER, line.coef_[0], strict=True)
        for kind in group
    }
    print("shares of the weights that are kept:", {kind: round(share, 3) for kind, share in shares.items()})
    return model.model_copy(
        update={
            "comparisons": tuple(scaled(one, shares.get(one.kind, 1.0)) for one in model.comparisons),
            "shares": shares,
        }
    )


def calibrated(model: LinkageModel, corpus: Corpus, scored: Scored, owners: Mapping[str, int]) -> LinkageModel:
    """The model with its match weights calibrated on pairs whose truth is known.

    What the rules of keys forbid is left out: such a pair is never given out as a link. The weights are moved to the
    share of partners that there is, so that the calibration is that of the evidence and not of the practice world.
    """
    sized = at_size(model, len(corpus.accounts))
    forbidden = {one.pair[:2] for one in identities_of(corpus, scored, sized).held_apart}
    names = list(zip(scored.pairs.column("a").to_pylist(), scored.pairs.column("b").to_pylist(), strict=True))
    allowed = np.array([pair not in forbidden for pair in names])
    same = np.array([owners[a] == owners[b] for a, b in names])
    partners = 2 * same.sum() / len(corpus.accounts)
    weights = scored.pairs.column("match_weight").to_numpy() + math.log2(partners / PARTNERS)
    print(
        f"calibrated on {allowed.sum()} compared pairs of {len(corpus.accounts)} accounts, {same[allowed].sum()} of one"
        f" seller; {len(forbidden)} held apart by the rules, {sum(same[~allowed])} of one seller"
    )
    return model.model_copy(update={"calibration": fit(weights[allowed], same[allowed])})


def with_attribution(
    model: LinkageModel, backend: Backend, accounts: Sequence[Account], partners: pa.Table
) -> LinkageModel:
    """The model with what it is worth that a query's texts are told apart from those of its nearest candidates.

    One half of some vendors asks for the other, with up to ten of its listings. The shift is such that as many
    candidates are held to be right as are.
    """
    draw = np.random.default_rng(SEED)
    by_id = {account.id: account for account in accounts}
    chosen = draw.permutation(partners.num_rows)[:QUERIES]
    right = {partners.column("a")[at].as_py(): partners.column("b")[at].as_py() for at in chosen.tolist()}
    queries = [
        by_id[name].model_copy(update={"offers": by_id[name].offers[: int(draw.integers(1, 11))]}) for name in right
    ]
    search = Search(queries, [one for one in accounts if one.id not in right], backend, model, CANDIDATES)
    given, same = [], []
    for found in search.weighed():
        wanted = right[search.queries[found.query].id]
        weights = found.match_weight + ATTRIBUTION.bits(found.told_apart, found.nearest)
        given.append(model.calibration.slope * weights + model.calibration.shift)
        same.append(np.array([search.pool[place].id == wanted for place in found.places]))
    odds, truth = np.concatenate(given), np.concatenate(same)

    def surplus(shift: float) -> float:
        """By how many the candidates that are held to be right outnumber those that are, with a shift."""
        return float((1 / (1 + np.exp2(-(odds + model.calibration.slope * shift)))).sum() - truth.sum())

    shift = float(brentq(surplus, -100.0, 100.0))
    print(f"told apart: {len(right)} queries, {truth.sum()} with the right one among the candidates; shift {shift:.2f}")
    return model.model_copy(update={"attribution": ATTRIBUTION.model_copy(update={"shift": shift})})


if __name__ == "__main__":
    sys.exit(main())
