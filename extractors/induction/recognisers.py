"""How pages of one kind are told from all others: the fewest marks that all of them have and no other page has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractors.induction.addresses import Addresses
from extractors.induction.marks import Marks, condition_of
from extractors.induction.samples import Sample

_MOST_MARKS = 3
_FEW, _MOST_ALTERNATIVES = 10, 5
_MOST_BUILDS = 4
_MOST_STARTS = 60
# How often marks that turn out to hold elsewhere too are put right and the choice is made anew.
_MOST_CORRECTIONS = 30
# What is absent tells less than what is there.
_ABSENT = 0.7


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Conditions (a layout's ``when``), how many of the chosen pages they hold on, and how many others."""

    when: tuple[dict[str, Any], ...]
    pages: frozenset[int]
    others: int


class Recognisers:
    """What tells the kinds of a market's pages from each other."""

    def __init__(self, samples: Sequence[Sample], addresses: Addresses) -> None:
        self._marks = Marks.of(samples, addresses)
        self._everyone = (1 << len(samples)) - 1

    def of(self, chosen: frozenset[int]) -> list[Recogniser]:
        """What tells the chosen pages from the others: one recogniser for each way in which they are built."""
        wanted = sum(1 << number for number in chosen)
        missing = wanted
        found: list[Recogniser] = []
        while missing and len(found) < _MOST_BUILDS:
            best = self._verified(missing, wanted)
            if best is None:
                break
            used, held = best
            pages = frozenset(number for number in chosen if held >> number & 1)
            found.append(Recogniser(self._conditions(used, missing, wanted), pages, (held & ~wanted).bit_count()))
            missing &= ~held
        return found

    def _conditions(self, used: list[str], missing: int, wanted: int) -> tuple[dict[str, Any], ...]:
        """The marks as conditions; where few pages were seen, one of several marks is enough.

        What all of three pages have may be missing on the fourth; that it lacks five such things is less likely.
        """
        conditions = tuple(map(condition_of, used))
        if len(used) > 1 or wanted.bit_count() > _FEW:
            return conditions
        marks = self._marks
        alike = [mark for mark, pages in marks.pages.items() if pages & missing == missing and not pages & ~wanted]
        others: list[str] = []
        for mark in sorted(alike, key=lambda mark: -marks.worth[mark]):
            if len(others) == _MOST_ALTERNATIVES:
                break
            if mark in used or not marks.verify(mark):
                continue
            others.append(mark)
        return ({"any": [*conditions, *map(condition_of, others)]},) if others else conditions

    def _verified(self, missing: int, wanted: int) -> tuple[list[str], int] | None:
        for _ in range(_MOST_CORRECTIONS):
            best = self._best(missing, wanted)
            if best is None or self._are_right(best[0]):
                return best
        return None

    def _are_right(self, used: Sequence[str]) -> bool:
        """Try marks as the reading will; all of them, so that all are put right at once."""
        verified = [self._marks.verify(mark.removeprefix("not ")) for mark in used]
        return all(verified)

    def _best(self, missing: int, wanted: int) -> tuple[list[str], int] | None:
        """The marks that hold on most of the missing pages and on no page of another kind, and where they hold."""
        marks = self._marks
        narrowing: dict[str, tuple[int, float]] = {
            mark: (pages, marks.worth[mark]) for mark, pages in marks.pages.items()
        }
        narrowing |= {
            f"not {mark}": (self._everyone & ~pages, marks.worth[mark] * _ABSENT)
            for mark, pages in marks.pages.items()
            if not pages & missing
        }
        starts = sorted(
            (item for item in marks.pages.items() if item[1] & missing),
            key=lambda item: (-(item[1] & missing).bit_count(), (item[1] & ~wanted).bit_count(), -marks.worth[item[0]]),
        )
        best: tuple[tuple[float, ...], list[str], int] | None = None
        for start, pages in starts[:_MOST_STARTS]:
            used, held = _narrowed(start, pages, narrowing, missing, wanted)
            others = (held & ~wanted).bit_count()
            worth = sum(narrowing[mark][1] for mark in used) / len(used)
            rank = ((held & missing).bit_count() - 2.0 * others, -len(used), worth)
            if held & missing and (best is None or rank > best[0]):
                best = (rank, used, held)
        if best is None or (best[2] & ~wanted).bit_count() >= (best[2] & wanted).bit_count():
            return None
        return best[1], best[2]


def _narrowed(
    start: str, pages: int, narrowing: Mapping[str, tuple[int, float]], missing: int, wanted: int
) -> tuple[list[str], int]:
    """Marks that hold together with a first one on fewer pages of other kinds, until on none."""
    used, held = [start], pages
    while held & ~wanted and len(used) < _MOST_MARKS:
        others = held & ~wanted
        own = held & missing
        mark, (narrower, _) = min(
            narrowing.items(),
            key=lambda item: ((others & item[1][0]).bit_count() + 3 * (own & ~item[1][0]).bit_count(), -item[1][1]),
        )
        if mark in used or (held & narrower & ~wanted).bit_count() >= others.bit_count():
            break
        held &= narrower
        used.append(mark)
    return used, held
