"""Which pairs of accounts are worth comparing: those that share a rare enough thing.

A rule gives each account its block keys; accounts with a key in common are a candidate pair. A key on n accounts makes
n * (n - 1) / 2 pairs, so that a key on more accounts than the rule's cap makes none: the pairs then grow no faster than
the accounts. What was dropped for that is counted and reported.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from linkage.backend import Backend
from linkage.dialects import Dialect


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """One way in which two accounts become a candidate pair.

    Attributes:
        name: of the rule; stable.
        lists: columns of lists, each value of which is a key.
        scalars: columns whose value is a key.
        cap: a key that more accounts have makes no pairs.
    """

    name: str
    cap: int
    lists: tuple[str, ...] = ()
    scalars: tuple[str, ...] = ()


RULES = (
    # What identifies: what many show was discounted before (`linkage.spread`); the cap only bounds the work.
    BlockingRule("key", 100, lists=("keys",)),
    BlockingRule("address", 100, lists=("addresses",)),
    BlockingRule("contact", 100, lists=("contacts",)),
    BlockingRule("key name", 100, lists=("key_names",)),
    # An account's own name beside the names claimed: claimed by the other, or both claim a third.
    BlockingRule("claim", 100, lists=("claims",), scalars=("name",)),
    # Names: a word that more sellers than this call themselves by tells nobody apart.
    BlockingRule("handle", 50, scalars=("handle_skeleton",)),
    BlockingRule("handle root", 30, scalars=("handle_root",)),
    BlockingRule("passage", 30, lists=("passages",)),
    BlockingRule("photo", 30, lists=("photos",)),
    # Forms of titles are many and cheap to have in common.
    BlockingRule("title form", 20, lists=("title_forms",)),
)

GIVEN = "given"
"""The name under which ready-made pairs are counted."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """What a rule did.

    Attributes:
        rule: its name.
        pairs: how many pairs it gave, whether or not others gave them too.
        keys_dropped: how many keys made no pairs because more accounts than the cap have them.
        largest_dropped: how many accounts have the commonest of those; 0 when there are none.
    """

    rule: str
    pairs: int
    keys_dropped: int
    largest_dropped: int


def block(
    backend: Backend,
    accounts: str,
    candidates: str,
    *,
    rules: tuple[BlockingRule, ...] = RULES,
    given: str | None = None,
) -> list[Blocked]:
    """Make the table of candidate pairs.

    Args:
        backend: where the tables are.
        accounts: the table of accounts: ``uid``, ``asked`` (only pairs with an account asked about are made) and the
            columns of the rules.
        candidates: the table to make: ``uid_l < uid_r``, ``rule`` (the place of the first rule that gave the pair).
        rules: by which pairs are made.
        given: a table of further pairs, ``uid_l < uid_r``, if any.
    """
    done: list[Blocked] = []
    parts: list[str] = []
    for at, rule in enumerate(rules):
        table = f"{candidates}_{at}"
        done.append(_block_by(backend, accounts, rule, table))
        parts.append(f"select uid_l, uid_r, {at} as rule from {table}")
    if given is not None:
        parts.append(f"select uid_l, uid_r, {len(rules)} as rule from {given}")
    union = " union all ".join(parts)
    backend.create(candidates, f"select uid_l, uid_r, min(rule) as rule from ({union}) as pairs group by uid_l, uid_r")
    for at in range(len(rules)):
        backend.drop(f"{candidates}_{at}")
    return done


def parts_of(backend: Backend, candidates: str, pairs: int) -> Iterator[tuple[int, int]]:
    """Ranges (first, last) of ``uid_l`` that hold about so many candidate pairs each, together all of them."""
    step = 256
    counts: pa.Table = backend.fetch(
        f"select cast(floor(uid_l / {step}) as bigint) as place, count(*) as pairs from {candidates}"
        " group by 1 order by 1"
    )
    first, held = 0, 0
    for place, number in zip(counts.column("place").to_pylist(), counts.column("pairs").to_pylist(), strict=True):
        if held and held + number > pairs:
            yield first, place * step - 1
            first, held = place * step, 0
        held += number
        last = place * step + step - 1
    if held:
        yield first, last


def _block_by(backend: Backend, accounts: str, rule: BlockingRule, table: str) -> Blocked:
    keys, holders = f"{table}_keys", f"{table}_holders"
    backend.create(keys, _keys_sql(rule, accounts, backend.dialect))
    backend.create(
        holders,
        "select block_key, count(*) as accounts, max(case when asked then 1 else 0 end) as asked"
        f" from {keys} group by block_key having count(*) > 1",
    )
    dropped = backend.fetch(
        f"select count(*) as keys, coalesce(max(accounts), 0) as largest from {holders}"
        f" where accounts > {rule.cap} and asked = 1"
    )
    pairs = backend.create(table, _pairs_sql(rule, keys, holders))
    backend.drop(keys)
    backend.drop(holders)
    return Blocked(rule.name, pairs, dropped.column("keys")[0].as_py(), dropped.column("largest")[0].as_py())


def _keys_sql(rule: BlockingRule, accounts: str, dialect: Dialect) -> str:
    sources = [
        f"select uid, asked, {dialect.one_each(column)} as block_key from {accounts} where {column} is not null"
        for column in rule.lists
    ]
    sources += [
        f"select uid, asked, {column} as block_key from {accounts} where {column} is not null"
        for column in rule.scalars
    ]
    return sources[0] if len(sources) == 1 else " union ".join(sources)


def _pairs_sql(rule: BlockingRule, keys: str, holders: str) -> str:
    """Each pair once: from the account with the smaller number when both are asked about, else from the one that is."""
    return (
        "select least(l.uid, r.uid) as uid_l, greatest(l.uid, r.uid) as uid_r"
        f" from {holders} as h join {keys} as l on l.block_key = h.block_key join {keys} as r"
        f" on r.block_key = h.block_key where h.accounts <= {rule.cap} and h.asked = 1 and l.asked"
        " and (l.uid < r.uid or (not r.asked and l.uid <> r.uid))"
        " group by 1, 2"
    )
