"""What stands between two places: a list that goes on, a route from one to the other, an exception from the first."""

import re
from collections.abc import Sequence

from extractors.countries import EUROPE, WORLD
from extractors.places import Place, load_place_words
from extractors.shipping.context import Context, context_of, normal
from extractors.shipping.words import ShippingWords, alternation

__all__ = ["Gaps"]

_LONGEST_LIST_GAP = 24
_LONGEST_ARROW = 20
# Over so many characters a list may be excepted from, or go on after a remark.
_WIDEST = 40
_LONGEST_COLUMN_GAP = 60
_ARTICLES = r"(?:(?:the|to|all|la|le|les|l'|die|das|in|het|de|der|den|el|il|los|las|gli|i|lo)\s{1,2}){0,2}"
_HYPHEN = re.compile(r"\s?[-\u2013]{1,2}\s?")
_COLUMN = re.compile(r"(?:[\s,;:.\u2022*\u00b7>\u2714\u2713()_|-]|\([^()\n]{0,40}\)){1,24}")
_COMMENT = re.compile(r"\([^()\n]{0,40}\)|\)")


class Gaps:
    """What the text between places says, by the words of ``shipping.yaml``."""

    def __init__(self, words: ShippingWords) -> None:
        self._small_words = load_place_words().words
        also = rf"(?:{'|'.join(map(re.escape, words.conjunctions))})\s{{1,2}}(?:to\s{{1,2}})?"
        self._list = re.compile(
            rf"[\s\u00a0]{{0,2}}(?:(?:[,/&+;\u2022\u00b7][\s\u00a0]{{0,2}}){{1,2}}(?:{also})?{_ARTICLES}"
            rf"|(?<=\s){also}{_ARTICLES}|)",
            re.IGNORECASE,
        )
        arrows = "|".join(map(re.escape, sorted(words.arrows, key=len, reverse=True)))
        self._arrow = re.compile(
            rf"\s{{0,3}}[)\]]?\s{{0,3}}(?:{arrows})\s{{0,3}}[(\[]?\s{{0,2}}",
            re.IGNORECASE,
        )
        leading = alternation([*words.to, *words.fillers])
        self._to = re.compile(rf" (?:{alternation(words.to)})(?: (?:{leading})){{0,3}} ")
        self._from = re.compile(rf"\s(?:{alternation(words.from_)})(?: the)?\s", re.IGNORECASE)
        self._turn = re.compile(f" (?:{alternation([*words.except_, *words.turns])}) ")
        self._services = re.compile(rf" (?:{alternation([*words.services, *words.only])}) ")
        self._sellers = re.compile(rf" (?:{alternation(words.sellers)}) ")
        self._goods = re.compile(rf" (?:(?:-|&|and) )?(?:{alternation(words.goods)}) ")

    def lists(self, text: str, places: Sequence[Place]) -> list[list[Place]]:
        """The places in lists: those between which nothing stands but commas, "and" and the like."""
        lists: list[list[Place]] = []
        for place in places:
            if lists and self._joins(text, lists[-1][-1], place):
                lists[-1].append(place)
            else:
                lists.append([place])
        return lists

    def _joins(self, text: str, here: Place, there: Place) -> bool:
        gap = text[here.end : there.start]
        if len(gap) > _LONGEST_LIST_GAP or "\n" in gap:
            return False
        kinds = {here.kind, there.kind}
        if len(kinds) == 2 and "nationality" in kinds:
            return here.codes == there.codes and not gap.strip()
        if here.codes == there.codes:
            # "Germany (DE)" is one place; "UK-UK, UK-WW" are two routes.
            return not gap.strip(" ()")
        if gap.strip():
            return self._list.fullmatch(gap) is not None
        # "Ships from Germany worldwide" is no list, "EU WW" is.
        world = (WORLD,) in {here.codes, there.codes} and "code" not in kinds
        return not world and ("city" in kinds or (len(kinds) == 1 and kinds != {"nationality"}))

    def goes_on(self, gap: str) -> bool:
        """Whether a list goes on after a remark in brackets."""
        if "\n" in gap or len(gap) > _WIDEST:
            return False
        return self._list.fullmatch(_COMMENT.sub("", gap, count=1)) is not None

    def is_same_column(self, gap: str) -> bool:
        """Whether two places stand below each other, with nothing but bullets and remarks between them."""
        return "\n\n\n" not in gap and len(gap) <= _LONGEST_COLUMN_GAP and _COLUMN.fullmatch(gap) is not None

    def leads_to(self, gap: str) -> bool:
        """Whether a word of destination stands between an origin and this place, as in "desde Espana a Europa"."""
        if len(gap) > _LONGEST_ARROW or "\n" in gap:
            return False
        return self._to.fullmatch(f" {normal(gap).lstrip(', ')} ") is not None

    def comes_from(self, gap: str) -> bool:
        """Whether nothing but "from" stands in a gap: "worldwide from Germany"."""
        return self._from.fullmatch(gap) is not None

    def turns(self, gap: str) -> bool:
        """Whether a gap between places excepts the second: "WW excl. US", "worldwide (no AU)"."""
        if len(gap) > _WIDEST or "\n" in gap:
            return False
        words = f" {normal(gap)} "
        turn = self._turn.search(words)
        if turn is None:
            return False
        # A sentence may begin with the word of exception ("Worldwide. Except Australia"), but none may end after it.
        rest = words[turn.end() - 1 :]
        return "|" not in rest and len(rest.split()) <= 4

    def is_arrow(self, gap: str) -> bool:
        """Whether a gap is an arrow or a "to"."""
        return len(gap) <= _LONGEST_ARROW and self._arrow.fullmatch(gap) is not None

    def is_route(self, text: str, here: Sequence[Place], there: Sequence[Place], context: Context) -> bool:
        """Whether parcels go from one list to the next: "NL -> EU, US", "UK to UK", "US-US".

        Args:
            text: the text.
            here: the places before.
            there: the places after.
            context: of ``there``.
        """
        first, second = here[-1], there[0]
        gap = text[first.end : second.start]
        if "nationality" in {first.kind, second.kind} or first.codes == (WORLD,) or self._goods.match(context.after):
            return False
        if self.is_arrow(gap):
            return self._is_meant(text, first, second)
        if not _HYPHEN.fullmatch(gap) or len({place.codes for place in here}) > 1 or self._sellers.match(context.after):
            return False
        return self._is_hyphen_route(gap, first, second, context)

    def _is_hyphen_route(self, gap: str, first: Place, second: Place, context: Context) -> bool:
        """A hyphen is an arrow between the same places ("UK-UK"), before the world, and between bare codes."""
        if first.codes == second.codes:
            return True
        served = self._services.match(context.after) is not None
        if second.codes in {(WORLD,), (EUROPE,)}:
            return not (served and " " in gap)
        return not served and {first.kind, second.kind} <= {"code", "small", "name"} and " " not in gap

    def _is_meant(self, text: str, first: Place, second: Place) -> bool:
        """Whether "us to X" is a route: "us" and "can" are words."""
        loose = [
            place
            for place in (first, second)
            if place.kind == "weak" or (place.kind == "small" and place.name in self._small_words)
        ]
        mark = text[first.end : second.start].strip()
        if not loose or first.codes == second.codes or not mark.isalnum():
            return True
        if len(loose) == 2:
            return False
        if second in loose:
            return True
        before = context_of(text, first.start, first.end).before
        return before.rstrip().endswith(("|", "(", " from", " ships", ",", ":"))

    @staticmethod
    def is_alone(context: Context, places: Sequence[Place]) -> bool:
        """Whether the world, or several places, are a part of a title: "++ WORLDWIDE ++", "| EU & USA |"."""
        codes = {code for place in places for code in place.codes}
        kinds = {place.kind for place in places}
        if WORLD not in codes and (len(codes) < 2 or not kinds <= {"code", "name", "weak"}):
            return False
        if len(places) == 1 and kinds == {"doubtful"}:
            return False
        return context.before.rstrip().endswith(("|", "(")) and context.after.lstrip().startswith(("|", ")"))
