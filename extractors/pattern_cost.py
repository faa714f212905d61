"""What a regular expression may cost: how its steps grow with the text that it meets, told from how it is built.

Python's `re` tries again and again what can be matched in several ways. A repeat within a repeat may take exponential
time; repeats one after another multiply when one may take what the next one could (Weideman and others, "Analyzing
Matching Time Behavior of Backtracking Regular Expression Matchers", CIAA 2016, is the exact theory). What is told here
is coarser and meant to err on the dear side.
"""

import importlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

# The only parser of Python's regular expressions that there is; no public module offers it.
_parser: Any = importlib.import_module("re._parser")
_op: Any = importlib.import_module("re._constants")

# A repeat of at most so many multiplies the work by no more than that, however long the text is.
_FEW = 16
# Characters that stand for all: those of Latin-1, and some of other kinds.
_SAMPLE = frozenset(map(chr, range(256))) | set("\u0416\u6f22\u2192\u2019\u20ac\u2009\u0660")
_CATEGORIES = {
    _op.CATEGORY_DIGIT: r"\d", _op.CATEGORY_NOT_DIGIT: r"\D", _op.CATEGORY_SPACE: r"\s",
    _op.CATEGORY_NOT_SPACE: r"\S", _op.CATEGORY_WORD: r"\w", _op.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip
_REPEATS = {_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT}


class ExponentialError(ValueError):
    """The pattern may take exponential time."""


@dataclass(slots=True)
class _Item:
    """One element of a pattern.

    Attributes:
        chars: what it may be made of. first: what it may begin with.
        may_be_empty: it may match nothing.
        repeats: it may be of any length. varies: it may be of several lengths.
        degree: how often its own repeats multiply, at worst.
        parts: of a group, its elements.
    """

    chars: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    may_be_empty: bool = True
    repeats: bool = False
    varies: bool = False
    degree: int = 0
    parts: list["_Item"] = field(default_factory=list)


def degree_of(pattern: str, flags: int = 0) -> int:
    """The power of the text's length with which the steps of a search may grow: 1 is linear, 2 quadratic.

    Raises:
        ExponentialError: no power bounds it.
        re.error: it is no regular expression.
    """
    try:
        tree = _parser.parse(pattern, flags)
        whole = _items(tree, tree.state.flags)
    except RecursionError as error:
        raise ExponentialError("it nests too deep") from error
    anchored = any(code is _op.AT and where in {_op.AT_BEGINNING, _op.AT_BEGINNING_STRING} for code, where in tree[:1])
    anchored = anchored and not tree.state.flags & re.MULTILINE
    # A search begins anew at each character, unless it may only begin at the first.
    return max(1, whole.degree + (0 if anchored else 1))


def _sequence(items: Sequence[_Item]) -> _Item:
    """Elements one after another."""
    flat = list(_flat(items))
    whole = _Item(parts=flat)
    whole.chars = frozenset().union(*(item.chars for item in flat))
    whole.may_be_empty = all(item.may_be_empty for item in flat)
    whole.repeats = any(item.repeats for item in flat)
    whole.varies = any(item.varies for item in flat)
    whole.first = _first(flat)
    whole.degree = _degree(flat)
    return whole


def _degree(flat: Sequence[_Item]) -> int:
    """The power with which the steps of matching a sequence grow, from one place on.

    Each repeat that may take what follows it is tried at each length, and all that follows with each of them; one that
    may not adds its length once.
    """
    degree = 0
    for place in range(len(flat) - 1, -1, -1):
        item, rest = flat[place], flat[place + 1 :]
        own = max(item.degree, 1 if item.repeats else 0)
        # What nothing must follow is never tried again: the search has found its end.
        if not own or _is_sure(rest) or _takes_all(item, rest):
            degree = max(degree, item.degree)
        elif _first(rest).isdisjoint(item.chars):
            degree = max(degree, own)
        else:
            degree += own
    return degree


def _is_sure(items: Sequence[_Item]) -> bool:
    """Whether a sequence matches whatever comes: it may be empty, or take all that there is."""
    for place, item in enumerate(items):
        if not item.may_be_empty:
            return False
        if _takes_all(item, items[place + 1 :]):
            return True
    return True


def _takes_all(item: _Item, rest: Sequence[_Item]) -> bool:
    """Whether an element is a repeat of anything, and no more than the end of the text is asked after it: ``.*$``."""
    return item.repeats and item.chars >= _SAMPLE and not any(other.chars for other in rest)


def _flat(items: Sequence[_Item]) -> Iterator[_Item]:
    """The elements, those of plain groups taken out of them."""
    for item in items:
        if item.parts:
            yield from _flat(item.parts)
        else:
            yield item


def _first(items: Sequence[_Item]) -> frozenset[str]:
    """What a sequence may begin with."""
    first: frozenset[str] = frozenset()
    for item in items:
        first |= item.first
        if not item.may_be_empty:
            break
    return first


def _item(code: Any, value: Any, flags: int) -> _Item:
    """One element of the parser's tree, which says what it is and of what it is made."""
    if code in _REPEATS:
        return _repeat(value, flags)
    if code in _MADE_OF_OTHERS:
        return _MADE_OF_OTHERS[code](value, flags)
    if code is _op.AT:
        return _at(value)
    if code is _op.GROUPREF:
        return _Item(_SAMPLE, _SAMPLE, may_be_empty=True, repeats=True, varies=True)
    chars = _chars(code, value, flags)
    return _Item(chars, chars, may_be_empty=False)


def _items(elements: Any, flags: int) -> _Item:
    """Elements of the parser's tree, one after another."""
    return _sequence([_item(code, value, flags) for code, value in elements])


def _group(value: Any, flags: int) -> _Item:
    _, added, removed, elements = value
    return _items(elements, (flags | added) & ~removed)


def _choice(value: Any, flags: int) -> _Item:
    return _branch([_items(branch, flags) for branch in value[1]])


def _conditional(value: Any, flags: int) -> _Item:
    return _branch([_items(branch, flags) for branch in value[1:] if branch is not None])


def _look(value: Any, flags: int) -> _Item:
    """What only looks ahead or back: it takes nothing, and costs what it looks at."""
    looked = _items(value[1], flags)
    return _Item(degree=max(looked.degree, 1 if looked.repeats else 0))


_MADE_OF_OTHERS: dict[Any, Callable[[Any, int], _Item]] = {
    _op.SUBPATTERN: _group,
    _op.ATOMIC_GROUP: _items,
    _op.BRANCH: _choice,
    _op.GROUPREF_EXISTS: _conditional,
    _op.ASSERT: _look,
    _op.ASSERT_NOT: _look,
}


def _at(where: Any) -> _Item:
    """A place: the end of the text follows nothing, and so no repeat may take what follows."""
    is_end = where in {_op.AT_END, _op.AT_END_STRING}
    return _Item(may_be_empty=not is_end)


def _branch(branches: Sequence[_Item]) -> _Item:
    """One of several."""
    return _Item(
        chars=frozenset().union(*(branch.chars for branch in branches)),
        first=frozenset().union(*(branch.first for branch in branches)),
        may_be_empty=any(branch.may_be_empty for branch in branches),
        repeats=any(branch.repeats for branch in branches),
        varies=any(branch.varies for branch in branches),
        degree=max(branch.degree for branch in branches),
    )


def _repeat(value: Any, flags: int) -> _Item:
    least, most, body = value
    inner = _items(body, flags)
    optional = least == 0 or inner.may_be_empty
    if most <= 1:
        return _Item(inner.chars, inner.first, optional, inner.repeats, inner.varies, inner.degree)
    # Asked of every repeat of more than one: (a+){16} is dear enough.
    if not _parts_in_one_way(inner, body, flags):
        raise ExponentialError("it repeats what may itself be of any length, with nothing certain between")
    repeats = most > _FEW or inner.repeats
    return _Item(inner.chars, inner.first, optional, repeats, inner.varies or least < most, inner.degree)


def _parts_in_one_way(inner: _Item, body: Any, flags: int) -> bool:
    """Whether a text can be parted into repetitions in no more than one way, as far as that is easily told."""
    flat = list(_flat(inner.parts))
    if not inner.varies and not any(item.may_be_empty for item in flat):
        return not _is_ambiguous_choice(body, flags)
    # Of elements that are always there, one that shares no character with the others marks where each begins.
    for place, item in enumerate(flat):
        others = [*flat[:place], *flat[place + 1 :]]
        around = frozenset[str]().union(*(other.chars for other in others))
        certain = not item.varies or not all(other.may_be_empty for other in others)
        if not item.may_be_empty and item.chars and item.chars.isdisjoint(around) and certain:
            return inner.degree <= 1
    return False


def _is_ambiguous_choice(body: Any, flags: int) -> bool:
    """Whether a repeated choice has two branches that may begin alike."""
    for code, value in body:
        if code is _op.SUBPATTERN and _is_ambiguous_choice(value[3], flags):
            return True
        if code is _op.BRANCH:
            seen: frozenset[str] = frozenset()
            for branch in value[1]:
                first = _items(branch, flags).first
                if not seen.isdisjoint(first):
                    return True
                seen |= first
    return False


def _chars(code: Any, value: Any, flags: int) -> frozenset[str]:
    """The characters that one element matches, of the sample and those that it names."""
    if code is _op.ANY:
        return _SAMPLE if flags & re.DOTALL else _SAMPLE - {"\n"}
    if code is _op.LITERAL:
        return _cases(chr(value)) if flags & re.IGNORECASE else frozenset(chr(value))
    if code is _op.NOT_LITERAL:
        return _SAMPLE - (_cases(chr(value)) if flags & re.IGNORECASE else {chr(value)})
    if code is not _op.IN:
        return _SAMPLE
    chars: frozenset[str] = frozenset()
    negated = False
    for kind, item in value:
        if kind is _op.NEGATE:
            negated = True
        elif kind is _op.LITERAL:
            chars |= _cases(chr(item)) if flags & re.IGNORECASE else {chr(item)}
        elif kind is _op.RANGE:
            low, high = item
            chars |= {char for char in _SAMPLE if low <= ord(char) <= high} | {chr(low), chr(min(high, sys.maxunicode))}
        elif kind is _op.CATEGORY:
            category = re.compile(_CATEGORIES[item])
            chars |= {char for char in _SAMPLE if category.match(char)}
    return _SAMPLE - chars if negated else chars


def _cases(char: str) -> frozenset[str]:
    return frozenset((char, *char.lower(), *char.upper()))
