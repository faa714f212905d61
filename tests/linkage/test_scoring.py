"""Scored pairs: one suite that each backend passes, and what DuckDB and Spark must agree on."""

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from linkage.backend import Backend, BackendError
from linkage.blocking import RULES
from linkage.feature_table import FeatureTableError, feature_table
from linkage.scoring import NO_DATA, Scored, score
from tests.linkage.backends import NAMES, opened, plain_model
from tests.linkage.feature_rows import Generated, generated, measure_of

MODEL = plain_model()
EVERYTHING = -math.inf


@pytest.fixture(scope="module", params=NAMES)
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    yield from opened(request.param)


@pytest.fixture(scope="module")
def world() -> Generated:
    return generated(sellers=150, seed=11)


@pytest.fixture(scope="module")
def all_scored(backend: Backend, world: Generated) -> Scored:
    return score(backend, world.features, MODEL, measure=measure_of(world.features), least_weight=EVERYTHING)


@pytest.fixture(scope="module")
def duck() -> Iterator[Backend]:
    yield from opened("duckdb")


@pytest.fixture(scope="module")
def duckdb_scored(duck: Backend, world: Generated) -> Scored:
    return score(duck, world.features, MODEL, measure=measure_of(world.features), least_weight=EVERYTHING)


def pairs_of(table: pa.Table) -> list[tuple[str, str]]:
    return list(zip(table.column("a").to_pylist(), table.column("b").to_pylist(), strict=True))


def test_backends_find_the_same_pairs_with_the_same_weights(all_scored: Scored, duckdb_scored: Scored) -> None:
    mine, theirs = all_scored.pairs, duckdb_scored.pairs
    assert mine.num_rows > 500
    assert pairs_of(mine) == pairs_of(theirs)
    assert all_scored.blocked == duckdb_scored.blocked
    assert mine.schema.names == theirs.schema.names
    for name in mine.schema.names:
        if pa.types.is_floating(mine.schema.field(name).type):
            np.testing.assert_allclose(mine.column(name), theirs.column(name), rtol=0, atol=1e-6, err_msg=name)
        else:
            assert mine.column(name).to_pylist() == theirs.column(name).to_pylist(), name


def test_a_pair_is_given_once_smaller_id_first_in_order(all_scored: Scored) -> None:
    pairs = pairs_of(all_scored.pairs)
    assert all(a < b for a, b in pairs)
    assert pairs == sorted(set(pairs))
    assert all_scored.candidates == len(pairs)


def test_a_match_weight_is_the_prior_and_the_evidence(all_scored: Scored) -> None:
    prior = math.log2(MODEL.prior / (1 - MODEL.prior))
    parts = [all_scored.pairs.column(f"{kept.kind}_weight").to_numpy() for kept in MODEL.comparisons]
    np.testing.assert_allclose(all_scored.pairs.column("match_weight"), prior + np.sum(parts, axis=0), atol=1e-6)


def test_a_level_has_its_name_its_strength_and_its_weight(all_scored: Scored) -> None:
    seen = set()
    for kept in MODEL.comparisons:
        if kept.kind == "handle":
            continue  # adjusted for how many bear it
        known = {level.label: (at, level.weight) for at, level in enumerate(kept.levels)} | {NO_DATA: (-1, 0.0)}
        columns = [all_scored.pairs.column(f"{kept.kind}_{what}").to_pylist() for what in ("level", "gamma", "weight")]
        for label, gamma, weight in set(zip(*columns, strict=True)):
            assert known[label][0] == gamma
            assert known[label][1] == pytest.approx(weight)
            seen.add(label)
    assert {NO_DATA, "pgp_key:own shared", "claim:one the other", "offers>=1/2", "wording>=0.5"} <= seen


def test_only_pairs_with_an_account_asked_about_and_all_of_those(
    backend: Backend, world: Generated, all_scored: Scored
) -> None:
    asked = world.features.column("account_id").to_pylist()[:40]
    some = score(
        backend, world.features, MODEL, measure=measure_of(world.features), against=asked, least_weight=EVERYTHING
    )
    wanted = pc.or_(*(pc.is_in(all_scored.pairs.column(side), value_set=pa.array(asked)) for side in "ab"))
    expected = all_scored.pairs.filter(wanted)
    assert 100 < expected.num_rows < all_scored.pairs.num_rows
    assert pairs_of(some.pairs) == pairs_of(expected)
    np.testing.assert_allclose(some.pairs.column("match_weight"), expected.column("match_weight"), atol=1e-9)


def test_ready_made_pairs_are_compared_too(backend: Backend, world: Generated) -> None:
    ids = world.features.column("account_id").to_pylist()[:4]
    given = pa.table({"a": [ids[1], ids[0], ids[2], ids[3]], "b": [ids[0], ids[1], ids[3], ids[3]]})
    scored = score(backend, world.features, MODEL, extra_pairs=given, least_weight=EVERYTHING, rules=RULES[:1])
    found = dict(zip(pairs_of(scored.pairs), scored.pairs.column("rule").to_pylist(), strict=True))
    for one, other in ((ids[0], ids[1]), (ids[2], ids[3])):
        assert found[min(one, other), max(one, other)] == "given"
    assert scored.blocked[-1].pairs == 2
    some = score(
        backend, world.features, MODEL, extra_pairs=given, against=ids[2:3], least_weight=EVERYTHING, rules=RULES[:1]
    )
    assert pairs_of(some.pairs) == [pair for pair in pairs_of(scored.pairs) if ids[2] in pair]
    assert some.blocked[-1].pairs == 1


def test_pairs_below_the_least_weight_are_left_out(duck: Backend, world: Generated, duckdb_scored: Scored) -> None:
    some = score(duck, world.features, MODEL, measure=measure_of(world.features), least_weight=0.0)
    weights = duckdb_scored.pairs.column("match_weight").to_numpy()
    assert 0 < some.pairs.num_rows < duckdb_scored.pairs.num_rows
    assert some.pairs.num_rows == int((weights >= 0).sum())
    assert some.candidates == duckdb_scored.candidates


def test_scoring_in_many_steps_gives_the_same(duck: Backend, world: Generated, duckdb_scored: Scored) -> None:
    steps = score(
        duck, world.features, MODEL, measure=measure_of(world.features), least_weight=EVERYTHING, pairs_at_once=50
    )
    assert steps.pairs.equals(duckdb_scored.pairs)


def test_the_order_of_the_features_changes_nothing(duck: Backend, world: Generated, duckdb_scored: Scored) -> None:
    turned = world.features.take(pa.array(range(world.features.num_rows - 1, -1, -1)))
    assert score(duck, turned, MODEL, measure=measure_of(turned), least_weight=EVERYTHING).pairs.equals(
        duckdb_scored.pairs
    )


def test_no_candidates_is_an_empty_table_with_all_columns(duck: Backend, duckdb_scored: Scored) -> None:
    alone = feature_table([{"account_id": "x/a", "market": "x", "text_size": 0}])
    scored = score(duck, alone, MODEL)
    assert scored.candidates == 0
    assert scored.pairs.num_rows == 0
    assert scored.pairs.schema.names == duckdb_scored.pairs.schema.names


COMPARED: list[tuple[str, dict[str, object], dict[str, object], str]] = [
    ("pgp_key", {"keys": ["A"], "own_keys": ["A"]}, {"keys": ["A", "B"], "own_keys": ["A"]}, "pgp_key:own shared"),
    ("pgp_key", {"keys": ["A"], "own_keys": ["A"]}, {"keys": ["A"]}, "pgp_key:shared"),
    ("pgp_key", {"keys": ["A"], "key_names": ["n"]}, {"keys": ["B"], "key_names": ["n"]}, "pgp_key:user id shared"),
    ("pgp_key", {"keys": ["A"], "own_keys": ["A"]}, {"keys": ["B"]}, "pgp_key:not shared"),
    ("pgp_key", {"keys": ["A"], "own_keys": ["A"]}, {"keys": ["B"], "own_keys": ["B"]}, "pgp_key:own differ"),
    ("pgp_key", {"keys": ["A"]}, {}, NO_DATA),
    ("contact", {"contacts": ["email:a"]}, {"contacts": ["email:b", "email:a"]}, "contact:shared"),
    ("contact", {"contacts": ["email:a"]}, {"contacts": ["email:b"]}, "contact:none"),
    ("claim", {"name": "x/a", "claims": ["y/b"]}, {"name": "y/b", "claims": ["x/a"]}, "claim:each other"),
    ("claim", {"name": "x/a", "claims": ["y/b"]}, {"name": "y/b"}, "claim:one the other"),
    ("claim", {"name": "x/a"}, {"name": "y/b", "claims": ["x/a"]}, "claim:one the other"),
    ("claim", {"claims": ["z/c"]}, {"claims": ["z/c"]}, "claim:both a third"),
    ("claim", {"claims": ["z/c"]}, {}, "claim:none"),
    (
        "handle",
        {"handle": "a1", "handle_skeleton": "ai"},
        {"handle": "ai", "handle_skeleton": "ai"},
        "handle:look-alike",
    ),
    (
        "handle",
        {"handle": "tulips", "handle_skeleton": "tulips"},
        {"handle": "tulipz", "handle_skeleton": "tulipz"},
        "handle:near",
    ),
    (
        "handle",
        {"handle": "tulip", "handle_skeleton": "tulip"},
        {"handle": "tuliz", "handle_skeleton": "tuliz"},
        "handle:other",
    ),
    (
        "handle",
        {"handle": "тюльпан", "handle_skeleton": "тюльпан"},
        {"handle": "тюльпаж", "handle_skeleton": "тюльпаж"},
        "handle:other",
    ),
    ("passage", {"passages": [*range(9)]}, {"passages": [*range(20)]}, "passage:9-24"),
    ("passage", {"passages": [*range(25)]}, {"passages": [*range(25)]}, "passage:25+"),
    ("passage", {"passages": [1, 2, 2, 2]}, {"passages": [2, 2, 2, 5]}, "passage:1-8"),
    ("offers", {"offers": ["a", "b"]}, {"offers": ["a", "b", "c", "d"]}, "offers>=1/2"),
    ("offers", {"offers": ["a", "b", "c"]}, {"offers": ["c", "d", "e"]}, "offers>=1/10"),
    ("goods", {"goods": ["a", "b"]}, {"goods": ["b", "a"]}, "goods:same"),
    ("goods", {"goods": ["a"]}, {"goods": ["b"]}, "goods:none"),
    ("origin", {"origin": ["us", "gb"]}, {"origin": ["gb"]}, "origin:overlap"),
    ("origin", {"origin": ["us"]}, {"origin": ["us"]}, "origin:same"),
    ("photo", {"photos": ["ab"]}, {"photos": ["cd"]}, "photo:none"),
    ("handover", {"opened": 10, "closed": 100}, {"opened": 220, "closed": 300}, "handover:moved on"),
    ("handover", {"opened": 10, "closed": 100}, {"opened": 221, "closed": 300}, "handover:long after"),
    ("handover", {"opened": 10, "closed": 100}, {"opened": 99, "closed": 300}, "handover:at one time"),
    ("handover", {"closed": 100}, {"opened": 130}, "handover:moved on"),
    ("handover", {"closed": 100}, {"opened": 90}, NO_DATA),
    ("handover", {}, {"opened": 90, "closed": 100}, NO_DATA),
]


@pytest.fixture(scope="module")
def compared(backend: Backend) -> list[list[dict[str, str]]]:
    """The levels of each case of `COMPARED` in both directions, all scored at once."""
    rows, given = [], []
    for at, (_, one, other, _) in enumerate(COMPARED):
        for turned, sides in enumerate(((one, other), (other, one))):
            ids = [f"x/{at:03}-{turned}-{side}" for side in range(2)]
            rows += [
                {"account_id": name, "market": "x", "text_size": 1} | row for name, row in zip(ids, sides, strict=True)
            ]
            given.append((ids[0], ids[1]))
    extra = pa.table({"a": [a for a, _ in given], "b": [b for _, b in given]})
    features = feature_table(rows)
    pairs = score(backend, features, MODEL, extra_pairs=extra, least_weight=EVERYTHING, rules=RULES[:1]).pairs
    found = dict(zip(pairs_of(pairs), pairs.to_pylist(), strict=True))
    return [[found[pair] for pair in given[at * 2 : at * 2 + 2]] for at in range(len(COMPARED))]


@pytest.mark.parametrize("case", range(len(COMPARED)), ids=[f"{level}-{at}" for at, (*_, level) in enumerate(COMPARED)])
def test_levels(compared: list[list[dict[str, str]]], case: int) -> None:
    kind, _, _, level = COMPARED[case]
    assert [pair[f"{kind}_level"] for pair in compared[case]] == [level, level]


def test_a_rare_handle_weighs_more_than_a_common_one(duck: Backend) -> None:
    handles = ["rare", "rare", *["common"] * 12, *(f"other {at}" for at in range(2000))]
    rows = [
        {
            "account_id": f"x/{at}",
            "market": "x",
            "text_size": 0,
            "handle": name,
            "handle_skeleton": name,
            "handle_root": name,
        }
        for at, name in enumerate(handles)
    ]
    pairs = score(duck, feature_table(rows), MODEL, least_weight=EVERYTHING).pairs
    weight = dict(zip(pairs_of(pairs), pairs.column("handle_weight").to_pylist(), strict=True))
    assert weight["x/0", "x/1"] > weight["x/10", "x/11"] + 1


def test_hostile_text_is_only_text(duck: Backend) -> None:
    evil = "x' or 1=1; drop table linkage_accounts; --\u0000\"\\"
    row = {
        "market": evil,
        "handle": evil,
        "handle_skeleton": evil,
        "contacts": [evil],
        "offers": [evil],
        "text_size": 1,
    }
    features = feature_table([row | {"account_id": evil + "1"}, row | {"account_id": evil + "2"}])
    pairs = score(duck, features, MODEL, least_weight=EVERYTHING).pairs
    assert pairs_of(pairs) == [(evil + "1", evil + "2")]
    assert pairs.column("contact_level").to_pylist() == ["contact:shared"]


def test_what_cannot_be_scored_is_said(duck: Backend, world: Generated) -> None:
    with pytest.raises(FeatureTableError, match="'nobody'"):
        score(duck, world.features, MODEL, against=["nobody"])
    known = world.features.column("account_id")[0].as_py()
    with pytest.raises(FeatureTableError, match="'nobody'"):
        score(duck, world.features, MODEL, extra_pairs=pa.table({"a": [known], "b": ["nobody"]}))
    # What failed leaves nothing behind.
    assert score(duck, world.features, MODEL).candidates > 0


def test_a_failing_database_says_so(backend: Backend) -> None:
    with pytest.raises(BackendError, match="cannot compute"):
        backend.fetch("select nothing from nowhere")


def test_no_partner_is_lost_to_blocking(world: Generated, duckdb_scored: Scored) -> None:
    found = set(pairs_of(duckdb_scored.pairs))
    partners = set(pairs_of(world.partners))
    every = set(combinations(sorted(world.features.column("account_id").to_pylist()), 2))
    assert len(found) < len(every) / 4
    assert len(found & partners) >= 0.97 * len(partners)
