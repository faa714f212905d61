"""What analysts judge about two accounts: same, different or unsure.

Invariants: a row is never altered and never removed; a later row undoes it. What is in force is a pure function of the
rows: of each pair, the newest judgement that was not withdrawn. So withdrawing brings back exactly what was in force
before. (After the resolver of nomenklatura, whose edges are undone by a soft delete.)
"""

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, model_validator

from nightpost.errors import NightpostError

Verdict = Literal["same", "different", "unsure"]


class JudgementError(NightpostError):
    """A judgement names what cannot be judged, or withdraws what is not there."""


class _Row(BaseModel):
    """What all rows say. ``number`` is 1, 2, 3 ...; a greater number is newer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    user: str
    at: AwareDatetime
    reason: str


class Judgement(_Row):
    """A user's word on two accounts, by id; ``a`` comes before ``b`` in the order of ids."""

    a: str
    b: str
    judgement: Verdict

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.a >= self.b:
            raise ValueError("a must come before b in the order of account ids")
        return self

    @property
    def pair(self) -> tuple[str, str]:
        """The two accounts."""
        return self.a, self.b


class Withdrawal(_Row):
    """Undoes the row of the number ``withdraws``: a judgement, or a withdrawal, which puts its judgement back."""

    withdraws: int


JudgementRow = Judgement | Withdrawal


def in_order(a: str, b: str) -> tuple[str, str]:
    """Two accounts in the order that a judgement has them in.

    Raises:
        JudgementError: they are one account, or one of them is no name at all.
    """
    if not a or not b:
        raise JudgementError("an account without a name cannot be judged; name two accounts")
    if a == b:
        raise JudgementError(f"{a!r} cannot be judged against itself; name two accounts")
    return (a, b) if a < b else (b, a)


def standing(rows: Iterable[JudgementRow]) -> list[JudgementRow]:
    """The rows that no standing row withdraws, oldest first.

    Raises:
        JudgementError: two rows have one number, or a row withdraws one that is not there before it.
    """
    by_number: dict[int, JudgementRow] = {}
    for row in rows:
        if row.number in by_number:
            raise JudgementError(f"two judgements have the number {row.number}; the casebook is damaged")
        by_number[row.number] = row
    withdrawn: set[int] = set()
    left = []
    for number in sorted(by_number, reverse=True):
        row = by_number[number]
        if isinstance(row, Withdrawal) and (row.withdraws >= number or row.withdraws not in by_number):
            raise JudgementError(f"judgement {number} withdraws {row.withdraws}, which is not before it")
        if number in withdrawn:
            continue
        left.append(row)
        if isinstance(row, Withdrawal):
            withdrawn.add(row.withdraws)
    return left[::-1]


def judgements_in_force(rows: Iterable[JudgementRow]) -> list[Judgement]:
    """Of each pair the newest judgement that was not withdrawn, oldest first; the order of the rows does not matter.

    Raises:
        JudgementError: as `standing`.
    """
    newest = {row.pair: row for row in standing(rows) if isinstance(row, Judgement)}
    return sorted(newest.values(), key=lambda judgement: judgement.number)


class JudgementConflict(BaseModel):
    """Judgements that cannot all be true: a chain of ``same`` between two accounts that are judged ``different``.

    Attributes:
        different: the number of the judgement that says so; it holds.
        left_out: the number of the oldest ``same`` of the chain; it was not applied.
        same: the numbers of the others of the chain; they were applied.
        accounts: the chain, from one of the two accounts to the other.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    different: int
    left_out: int
    same: tuple[int, ...]
    accounts: tuple[str, ...]

    @property
    def words(self) -> str:
        """What is wrong and what to do about it, on one line."""
        chain = " = ".join(self.accounts)
        return (
            f"judgement {self.different} says that {self.accounts[0]} and {self.accounts[-1]} are different, but by "
            f"others {chain}; judgement {self.left_out} was left out: withdraw one of them"
        )
