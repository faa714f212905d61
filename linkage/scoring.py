"""Scored pairs: which accounts may be one seller's, how strongly each kind of evidence speaks for it or against it."""

import logging
import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from splink import Linker

from linkage.backend import Backend
from linkage.blocking import GIVEN, RULES, Blocked, BlockingRule, block, parts_of
from linkage.comparisons import comparisons
from linkage.dialects import Dialect
from linkage.feature_table import FeatureTableError, check_features
from linkage.measured_pairs import Measure, measured_table, nothing_measured
from linkage.model import LinkageModel, splink_settings

PAIRS_AT_ONCE = 2_000_000
"""How many candidate pairs are scored in one step: their features lie side by side for that long."""

NO_DATA = "no data"
"""The label of the level of a comparison for which one side has no data."""

_SETS = (
    *("keys", "own_keys", "key_names", "addresses", "contacts", "claims", "vouched", "passages", "title_forms"),
    *("goods", "offers", "prices", "origin", "destinations", "photos"),
)
_FREQUENCIES = ("handle", "handle_skeleton", "handle_root")


@dataclass(frozen=True, slots=True)
class Scored:
    """What scoring found.

    Attributes:
        pairs: ``a`` and ``b`` (account ids, a < b), ``match_weight`` (bits, prior and evidence together), ``rule`` (the
            first that made it a candidate) and, for each comparison, ``KIND_gamma`` (the level's strength, -1 for no
            data), ``KIND_level`` (its label) and ``KIND_weight`` (bits, adjusted for frequency); ordered by a and b.
        candidates: how many pairs were compared.
        blocked: what each rule of blocking did.
    """

    pairs: pa.Table
    candidates: int
    blocked: tuple[Blocked, ...]


def score(
    backend: Backend,
    features: pa.Table,
    model: LinkageModel,
    *,
    measure: Measure = nothing_measured,
    extra_pairs: pa.Table | None = None,
    against: Collection[str] | None = None,
    least_weight: float | None = None,
    rules: tuple[BlockingRule, ...] = RULES,
    pairs_at_once: int = PAIRS_AT_ONCE,
) -> Scored:
    """Block, compare and weigh.

    Args:
        backend: where to compute.
        features: one row for each account (`linkage.feature_table`).
        model: the weights.
        measure: takes the measures of candidate pairs; absent: wording is not compared.
        extra_pairs: ready-made candidate pairs, columns ``a`` and ``b`` of account ids, in any order.
        against: only pairs with at least one of these accounts; None: all. A pair's weight is the same either way.
        least_weight: pairs below are left out; None: the model's ``report_from``; minus infinity: none are.
        rules: the rules of blocking.
        pairs_at_once: how many pairs are scored in one step.

    Raises:
        FeatureTableError: the features, or the pairs given, are not what they must be.
        BackendError: the database failed.
    """
    with prepared(backend, features, against) as accounts:
        given = None if extra_pairs is None else accounts.asked_about(accounts.numbered(extra_pairs))
        try:
            if given is not None:
                backend.load("linkage_given", given)
            further = None if given is None else "linkage_given"
            blocked = block(backend, accounts.table, "linkage_candidates", rules=rules, given=further)
            if given is not None:
                blocked.append(Blocked(GIVEN, given.num_rows, 0, 0))
            least = model.report_from if least_weight is None else least_weight
            names = [*(rule.name for rule in rules), GIVEN]
            candidates = backend.fetch("select uid_l, uid_r from linkage_candidates")
            with compared(backend, accounts, candidates, measure) as ready:
                parts = [*_scored_parts(backend, ready, model, least, pairs_at_once)]
        finally:
            backend.drop("linkage_candidates")
            backend.drop("linkage_given")
        return Scored(_presented(parts, accounts, model, names), candidates.num_rows, tuple(blocked))


@dataclass(frozen=True, slots=True)
class PreparedAccounts:
    """The accounts in the backend, by number.

    Attributes:
        table: the name of the table.
        ids: the account ids, in the order of the numbers.
        asked: for each number whether the account is asked about.
        rows: for each number the row of the features.
    """

    table: str
    ids: pa.Array
    asked: np.ndarray
    rows: NDArray[np.int64]

    def asked_about(self, numbered: pa.Table) -> pa.Table:
        """Of numbered pairs, those with an account that is asked about."""
        left, right = (self.asked[numbered.column(f"uid_{side}").to_numpy()] for side in "lr")
        return numbered.filter(pa.array(left | right))

    def numbered(self, pairs: pa.Table) -> pa.Table:
        """Pairs of account ids as pairs of numbers, the smaller first, each once.

        Raises:
            FeatureTableError: a pair names an account that has no features.
        """
        sides = []
        for name in ("a", "b"):
            places = pc.index_in(pairs.column(name), value_set=self.ids)
            if places.null_count:
                missing = pairs.column(name).filter(pc.is_null(places))[0].as_py()
                raise FeatureTableError(f"a pair names the account {missing!r}, which has no features")
            sides.append(places.to_numpy().astype(np.int32))
        both = np.stack([np.minimum(*sides), np.maximum(*sides)], axis=1)
        both = np.unique(both[both[:, 0] != both[:, 1]], axis=0)
        return pa.table({"uid_l": both[:, 0], "uid_r": both[:, 1]})


@contextmanager
def prepared(
    backend: Backend, features: pa.Table, against: Collection[str] | None = None, extra: pa.Table | None = None
) -> Iterator[PreparedAccounts]:
    """Hold the features as the comparisons read them: numbered by account id, no empty lists.

    ``extra`` holds further columns, in the order of the features.

    Raises:
        FeatureTableError: the features are not what they must be, or ``against`` names an account that has none.
    """
    checked = check_features(features)
    order = pc.sort_indices(checked, sort_keys=[("account_id", "ascending")])
    ids = checked.column("account_id").take(order).combine_chunks()
    asked = pa.array(np.ones(len(ids), dtype=bool))
    if against is not None:
        wanted = pa.array(sorted(set(against)), pa.string())
        unknown = pc.is_null(pc.index_in(wanted, value_set=ids))
        if pc.any(unknown).as_py():
            raise FeatureTableError(f"the account {wanted.filter(unknown)[0].as_py()!r} has no features")
        asked = pc.is_in(ids, value_set=wanted)
    places = pc.sort_indices(order).cast(pa.int32())
    skeleton = checked.column("handle_skeleton")
    # Edits are counted by bytes in DuckDB and by characters in Spark: the same in plain ASCII only.
    spelled = pc.if_else(pc.string_is_ascii(skeleton), skeleton, pa.scalar(None, pa.string()))
    incoming = checked.drop_columns(["account_id"])
    incoming = incoming.append_column("uid", places).append_column("asked", asked.take(places))
    incoming = incoming.append_column("handle_spelling", spelled)
    if extra is not None:
        for name in extra.schema.names:
            incoming = incoming.append_column(name, extra.column(name))
    try:
        backend.load("linkage_incoming", incoming)
        backend.create("linkage_accounts", _account_sql(incoming.schema.names, backend.dialect))
        backend.drop("linkage_incoming")
        rows = order.to_numpy().astype(np.int64)
        yield PreparedAccounts("linkage_accounts", ids, asked.to_numpy(zero_copy_only=False), rows)
    finally:
        backend.drop("linkage_incoming")
        backend.drop("linkage_accounts")


@contextmanager
def compared(
    backend: Backend, accounts: PreparedAccounts, pairs: pa.Table, measure: Measure
) -> Iterator[PreparedAccounts]:
    """The accounts with the measures of the pairs (``uid_l``, ``uid_r``) that they will be compared in."""
    left, right = (pairs.column(name).to_numpy().astype(np.int32) for name in ("uid_l", "uid_r"))
    held = measured_table(left, right, accounts.rows, measure)
    chosen = ", ".join(["a.*", *(f"m.{name}" for name in held.schema.names if name != "uid")])
    try:
        backend.load("linkage_measured", held)
        backend.create(
            "linkage_compared",
            f"select {chosen} from {accounts.table} as a left join linkage_measured as m on a.uid = m.uid",
        )
        backend.drop("linkage_measured")
        yield replace(accounts, table="linkage_compared")
    finally:
        backend.drop("linkage_measured")
        backend.drop("linkage_compared")


def _account_sql(columns: list[str], dialect: Dialect) -> str:
    chosen = []
    for column in columns:
        if column in _SETS:
            chosen.append(f"case when {dialect.size(column)} > 0 then {dialect.distinct(column)} end as {column}")
        else:
            chosen.append(column)
    return f"select {', '.join(chosen)} from linkage_incoming"


def _scored_parts(
    backend: Backend, accounts: PreparedAccounts, model: LinkageModel, least: float, pairs_at_once: int
) -> Iterator[pa.Table]:
    linker = Linker(
        backend.splink.register(accounts.table),
        splink_settings(backend.dialect, model),
        log_level=logging.ERROR,
        validate_settings=False,
    )
    tables = _frequency_tables(backend, accounts, model)
    try:
        for column, table in tables.items():
            linker.table_management.register_term_frequency_lookup(backend.splink.register(table), column)
        for at, (first, last) in enumerate(parts_of(backend, "linkage_candidates", pairs_at_once)):
            part = f"linkage_part_{at}"
            backend.create(
                part,
                "select cast(rule as varchar(4)) as match_key, uid_l as join_key_l, uid_r as join_key_r"
                f" from linkage_candidates where uid_l between {first} and {last}",
            )
            linker.table_management.register_blocked_pairs_for_predict(backend.splink.register(part))
            found = linker.inference.predict(
                threshold_match_weight=None if math.isinf(least) else least, warning_mode="never"
            )
            yield backend.fetch(f"select * from {found.physical_name}")
            found.drop_table_from_database_and_remove_from_cache()
            backend.drop(found.physical_name)
            backend.drop(part)
    finally:
        linker.table_management.invalidate_cache()  # type: ignore[no-untyped-call]
        for table in tables.values():
            backend.drop(table)


def _frequency_tables(backend: Backend, accounts: PreparedAccounts, model: LinkageModel) -> dict[str, str]:
    """For each form of the handle, a table of how likely an account bears it: (count + 1) / (accounts + 1 / u).

    That is as if one more account in 1 / u bore it, u being how often two sellers' handles agree so: among few accounts
    it stays near u, among many it is the share that bears it.
    """
    chances = {
        level.frequency: next(
            known.u for known in model.weights_of(comparison.kind).levels if known.label == level.label
        )
        for comparison in comparisons(backend.dialect)
        for level in comparison.levels
        if level.frequency is not None
    }
    tables = {}
    for column in _FREQUENCIES:
        table = f"linkage_frequency_{column}"
        total = len(accounts.ids) + 1 / chances[column]
        backend.create(
            table,
            f"select {column}, cast((count(*) + 1) / cast({total!r} as double) as double) as tf_{column}"
            f" from {accounts.table} where {column} is not null group by {column}",
        )
        tables[column] = table
    return tables


def _presented(parts: list[pa.Table], accounts: PreparedAccounts, model: LinkageModel, rules: list[str]) -> pa.Table:
    """The scored pairs as callers see them."""
    columns: dict[str, list[np.ndarray]] = {}
    for part in parts:
        for name in part.schema.names:
            columns.setdefault(name, []).append(part.column(name).to_numpy())
    held = {name: np.concatenate(values) for name, values in columns.items()}
    left, right = (held.get(f"uid_{side}", np.empty(0, np.int32)) for side in "lr")
    order = np.lexsort((right, left))

    def column(name: str) -> np.ndarray:
        return held[name][order] if name in held else np.empty(0)

    rule = pa.DictionaryArray.from_arrays(pa.array(column("match_key").astype(np.int8)), pa.array(rules))
    shown = {"a": accounts.ids.take(pa.array(left[order])), "b": accounts.ids.take(pa.array(right[order]))}
    shown |= {"match_weight": pa.array(column("match_weight"), pa.float64()), "rule": rule}
    for comparison in model.comparisons:
        weights = column(f"mw_{comparison.kind}")
        gamma = _levels([level.weight for level in comparison.levels], weights)
        adjusted = (
            weights + held[f"mw_tf_adj_{comparison.kind}"][order] if f"mw_tf_adj_{comparison.kind}" in held else weights
        )
        labels = pa.array([*(level.label for level in comparison.levels), NO_DATA])
        shown[f"{comparison.kind}_gamma"] = pa.array(gamma)
        shown[f"{comparison.kind}_level"] = pa.DictionaryArray.from_arrays(
            pa.array(np.where(gamma < 0, len(labels) - 1, gamma).astype(np.int8)), labels
        )
        shown[f"{comparison.kind}_weight"] = pa.array(adjusted, pa.float64())
    return pa.table(shown)


def _levels(known: list[float], weights: np.ndarray) -> np.ndarray:
    """The level of each weight: the one whose weight is nearest, -1 for that of no data (`LEAST_APART`)."""
    levels = np.array([-1, *range(len(known))], dtype=np.int8)
    values = np.array([0.0, *known])
    order = np.argsort(values)
    between = (values[order][1:] + values[order][:-1]) / 2
    return levels[order][np.searchsorted(between, weights)]
