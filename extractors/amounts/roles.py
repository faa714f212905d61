"""What an amount is that is not what is offered: what comes on top, a dose to take, an order's least size."""

import bisect
from collections.abc import Sequence
from typing import Literal

from extractors.amounts.products import Amount
from extractors.measures import load_units
from extractors.words import Piece

__all__ = ["Role", "role_of"]

Role = Literal["extra", "advised", "condition"]
_REACH = 3
_MANY = 50


def role_of(text: str, words: Sequence[Piece], amount: Amount, amounts: Sequence[Amount], *, long: bool) -> Role | None:
    """What an amount is when it is not what is offered; None when it is.

    Returns:
        ``extra`` for what comes free on top; ``advised`` for a dose to take; ``condition`` for an order's least size.
    """
    units = load_units()
    first = bisect.bisect_left(words, amount.start, key=lambda one: one.start)
    last = bisect.bisect_left(words, amount.end, key=lambda one: one.start)
    after = [word.text for word in words[last : last + 2]]
    before = [word.text for word in words[max(0, first - _REACH) : first]]
    if amount.kind != "dose" and _comes_on_top(text, words, (first, last), amount, amounts):
        return "extra"
    if long:
        if not units.advised.before.isdisjoint(before) or not units.advised.after.isdisjoint(after):
            return "advised"
        if not units.terms.before.isdisjoint(before) or not units.terms.after.isdisjoint(after[:1]):
            return "condition"
    return None


def _comes_on_top(
    text: str, words: Sequence[Piece], places: tuple[int, int], amount: Amount, amounts: Sequence[Amount]
) -> bool:
    """Whether an amount is given away with another: "1 g extra", "+ 2 g", "free 1 g"; "5 g free shipping" is not."""
    first, last = places
    on_top = load_units().on_top
    after = [word.text for word in words[last : last + 2]]
    if after and after[0] in on_top.after and text[amount.end : words[last].start].strip(" \t)-") == "":
        return after[0] != "free" or after[1:] == [] or after[1] not in on_top.not_free
    if first and words[first - 1].text in on_top.before and words[first - 1].end >= amount.start - 2:
        return True
    return text[max(0, amount.start - 3) : amount.start].rstrip().endswith("+") and any(
        one.start < amount.start and one.unit == amount.unit and one.value >= amount.value for one in amounts[:_MANY]
    )
