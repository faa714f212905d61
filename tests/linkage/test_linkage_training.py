"""Training of the weights of linkage: how vendors are split, what is discounted, what weights are calibrated to."""

import gzip
import math
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from linkage.account import Account
from linkage.blocking import GIVEN
from linkage.calibration import Calibration
from linkage.linking import PARTNERS, Corpus
from linkage.model import LinkageModel
from linkage.scoring import NO_DATA, Scored
from replica.sellers.lines import AccountLine
from tests.linkage.accounts import account, clue
from tests.linkage.backends import plain_model
from tests.linkage.shops import shop
from training.linkage import (
    AT_RANDOM,
    MEASURED,
    STYLE_SHARE,
    TOGETHER,
    calibrated,
    discounted,
    judged_model,
    nearest_pairs,
    random_pairs,
    split_vendors,
)


def data_of(folder: Path, vendors: dict[str, list[str]]) -> Path:
    """Research data of AlphaBay with such vendors and titles."""
    (folder / "listings").mkdir()
    rows = ["category,title,vendor,price_usd,sold"]
    rows += [f'A > b,"{title}",{vendor},9.50,1' for vendor, titles in vendors.items() for title in titles]
    with gzip.open(folder / "listings" / "alphabay-2017.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(rows))
    return folder


def titles_of(line: AccountLine) -> list[str]:
    return [listing["title"] for listing in line["listings"]]


VERSIONS = [f"blue alpaca wool from the hills, {size} sacks" for size in (1, 2, 5, 10)]
OTHERS = ["copper pans, hammered by hand", "linen sheets", "Rosewood combs!!", "a barrel of tar"]


def test_vendors_are_split_in_two_without_a_handle_and_nothing_is_lost(tmp_path: Path) -> None:
    vendors = {f"Vendor{number}": shop(number, 4 + number) + OTHERS for number in range(6)} | {"Small": OTHERS[:3]}
    data = data_of(tmp_path, vendors)
    lines, pairs = split_vendors(data)
    by_id = {line["id"]: line for line in lines}
    halves = [(by_id[a], by_id[b]) for a, b in zip(*(pairs.column(name).to_pylist() for name in "ab"), strict=True)]
    assert len(lines) == len(by_id) == 2 * len(halves) + 1
    split = {frozenset(titles_of(one) + titles_of(other)) for one, other in halves}
    assert split == {frozenset(titles) for name, titles in vendors.items() if name != "Small"}
    for one, other in halves:
        assert one["id"] < other["id"]
        assert titles_of(one)
        assert titles_of(other)
        assert one["market"] != other["market"]
        assert one["handle"] is None
        assert other["handle"] is None
    assert split_vendors(data) == (lines, pairs)


def test_of_half_of_the_vendors_versions_of_a_title_stay_together(tmp_path: Path) -> None:
    # The first vendor's stay together, the second's do not: each other vendor is split at random.
    data = data_of(tmp_path, {f"Vendor{number}": VERSIONS + OTHERS for number in range(12)})
    lines, pairs = split_vendors(data)
    assert pairs.num_rows == 12
    together = [set(VERSIONS) <= set(titles_of(line)) or set(VERSIONS).isdisjoint(titles_of(line)) for line in lines]
    assert all(together[at] for at in range(len(lines)) if at // 2 % 2 == 0)
    assert not all(together)


def test_who_has_only_versions_of_one_title_is_not_split_where_they_stay_together(tmp_path: Path) -> None:
    data = data_of(tmp_path, {"First": VERSIONS, "Second": VERSIONS})
    lines, pairs = split_vendors(data)
    assert pairs.num_rows == 1
    assert sorted(len(line["listings"]) for line in lines) == [2, 2, 4]


def test_pairs_at_random_are_of_the_accounts_and_the_same_each_time() -> None:
    names = [f"a{number}" for number in range(50)]
    pairs = random_pairs(names)
    assert pairs.num_rows == AT_RANDOM
    assert set(pairs.column("a").to_pylist()) == set(pairs.column("b").to_pylist()) == set(names)
    assert random_pairs(names) == pairs


def test_the_nearest_in_wording_are_named_in_the_order_of_ids() -> None:
    texts = {"m/b": "alpaca wool of the hills", "n/a": "hills of alpaca wool", "m/c": "copper pans", "n/c": "linen"}
    corpus = Corpus(Account(id=name, market=name[0], description=text) for name, text in texts.items())
    assert nearest_pairs(corpus) == {("m/b", "n/a")}


def test_a_model_that_was_judged_has_no_weight_for_what_is_measured() -> None:
    model = judged_model()
    for comparison in model.comparisons:
        weights = [level.weight for level in comparison.levels]
        if comparison.kind in MEASURED:
            assert max(map(abs, weights)) < 0.01
        else:
            assert weights[0] < 0
            assert max(weights) > 0.5
            assert math.isclose(sum(level.m for level in comparison.levels), 1, abs_tol=0.02)
            assert math.isclose(sum(level.u for level in comparison.levels), 1, abs_tol=0.02)


def scored(weights: dict[str, np.ndarray], match_weight: np.ndarray, names: list[tuple[str, str]], rule: str) -> Scored:
    """Scored pairs of which each kind has such weights, and no level."""
    columns: dict[str, object] = {
        "a": [a for a, _ in names],
        "b": [b for _, b in names],
        "match_weight": match_weight,
        "rule": pa.array([rule] * len(names)).dictionary_encode(),
    }
    for comparison in plain_model().comparisons:
        columns[f"{comparison.kind}_level"] = [NO_DATA] * len(names)
        columns[f"{comparison.kind}_weight"] = weights.get(comparison.kind, np.zeros(len(names)))
    return Scored(pa.table(columns), len(names), ())


def pairs_of(count: int) -> list[tuple[str, str]]:
    """Pairs of accounts, each account in one."""
    return [(f"a{number:05}", f"b{number:05}") for number in range(count)]


def partners_of(names: list[tuple[str, str]], same: np.ndarray) -> pa.Table:
    """The pairs that are of one seller."""
    held = [pair for pair, one in zip(names, same, strict=True) if one]
    return pa.table({"a": [a for a, _ in held], "b": [b for _, b in held]})


def shares(model: LinkageModel, before: LinkageModel) -> dict[str, float]:
    """What is kept of the strongest level of each kind that is measured."""
    return {
        kind: model.weights_of(kind).levels[-1].weight / before.weights_of(kind).levels[-1].weight for kind in MEASURED
    }


def test_kinds_that_say_the_same_are_discounted_and_one_that_stands_alone_is_not() -> None:
    draw = np.random.default_rng(3)
    names = pairs_of(20_000)
    bits = {kind: draw.normal(-1, 2, len(names)) for kind in ("wording", "goods")}
    # Three kinds that each tell all of it again, so that they say three times too much; goods are at their word.
    weights = dict.fromkeys(TOGETHER[0], bits["wording"]) | {"goods": bits["goods"]}
    same = draw.random(len(names)) < 1 / (1 + np.exp2(-(bits["wording"] + bits["goods"])))
    partners = partners_of(names, same)
    before = plain_model()
    found = discounted(before, scored(weights, bits["wording"], names, "title form"), partners, ())
    kept = shares(found, before)
    overstated = 2 + STYLE_SHARE["style"]
    assert kept["wording"] == pytest.approx(1 / overstated, rel=0.1)
    assert kept["title_form"] == pytest.approx(1 / overstated, rel=0.1)
    assert kept["style"] == pytest.approx(STYLE_SHARE["style"] / overstated, rel=0.1)
    assert kept["goods"] > 0.9
    assert found.shares == pytest.approx({kind: kept[kind] for kind in found.shares}, abs=1e-3)
    for kind in {one.kind for one in before.comparisons} - set(MEASURED):
        assert found.weights_of(kind) == before.weights_of(kind)


def test_a_candidate_for_its_wording_stands_for_itself_alone() -> None:
    draw = np.random.default_rng(4)
    # Few pairs at random, each of which stands for as many as there are, and candidates that are strangers by half.
    chance, near = pairs_of(4_000)[:2_000], pairs_of(4_000)[2_000:]
    bits = np.concatenate([draw.normal(-3, 1, len(chance)), draw.normal(3, 1, len(near))])
    same = np.concatenate([np.zeros(len(chance), bool), draw.random(len(near)) < 0.5])
    names = [*chance, *near]
    partners = partners_of(names, same)
    before = plain_model()
    given = scored({"wording": bits}, bits, names, GIVEN)
    as_candidates, as_chance = (shares(discounted(before, given, partners, set(held)), before) for held in (near, ()))
    assert as_candidates["wording"] > as_chance["wording"] + 0.05


@pytest.mark.parametrize("known", [Calibration(slope=0.6, shift=-1.0), Calibration(slope=0.9, shift=0.5)])
def test_calibration_finds_the_line_whatever_the_share_of_partners_and_leaves_out_what_keys_forbid(
    known: Calibration,
) -> None:
    draw = np.random.default_rng(5)
    names = pairs_of(4_000)
    weights = draw.uniform(-12, 12, len(names))
    same = draw.random(len(names)) < known.probabilities(weights)
    # The clashing pairs weigh much and are of two sellers; they would spoil the line.
    clashing = [(f"c{number:03}", f"d{number:03}") for number in range(300)]
    accounts = [Account(id=name, market=name[0]) for pair in names for name in pair]
    accounts += [
        account("m/x", clue("pgp_key", f"{number:040X}")).model_copy(update={"id": name})
        for number, name in enumerate(chain.from_iterable(clashing))
    ]
    owners = {name: number for number, pair in enumerate(names) for name in pair}
    owners |= {b: -1 - number for number, ((_, b), one) in enumerate(zip(names, same, strict=True)) if not one}
    owners |= {name: 10**6 + number for number, name in enumerate(name for pair in clashing for name in pair)}
    every = [*names, *clashing]
    found = calibrated(
        plain_model(),
        Corpus(accounts),
        scored({}, np.concatenate([weights, np.full(len(clashing), 11.0)]), every, "key"),
        owners,
    )
    moved = math.log2(2 * same.sum() / len(accounts) / PARTNERS)
    assert found.calibration.slope == pytest.approx(known.slope, rel=0.12)
    assert found.calibration.shift + known.slope * moved == pytest.approx(known.shift, abs=0.4)
