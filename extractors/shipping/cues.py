"""What the words right before and after a place say of parcels: from it, to it, both, or not to it."""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import NamedTuple

from extractors.countries import EUROPE, WORLD
from extractors.places import Place
from extractors.shipping.after import WordsAfter
from extractors.shipping.before import WordsBefore
from extractors.shipping.context import Context
from extractors.shipping.words import ShippingWords

__all__ = ["Meaning", "ShippingCues", "Verdict"]


class Meaning(Enum):
    """What a place is to a parcel; ``NOTHING`` when the words say something else of it."""

    FROM = auto()
    TO = auto()
    BOTH = auto()
    EXCLUDED = auto()
    NOTHING = auto()


class Verdict(NamedTuple):
    """A meaning, and how sure the words are that say it."""

    meaning: Meaning
    confidence: float


_SURE, _LIKELY, _WEAK = 0.95, 0.9, 0.75
_NOTHING = Verdict(Meaning.NOTHING, 1)


class _Look(NamedTuple):
    """What is judged: a list of places, and the words around it."""

    before: str
    after: str
    places: Sequence[Place]

    @property
    def is_world(self) -> bool:
        return any(place.codes == (WORLD,) for place in self.places)

    @property
    def is_only_world(self) -> bool:
        return all(place.codes == (WORLD,) for place in self.places)

    @property
    def is_plain(self) -> bool:
        """Whether no name in the list may be a word."""
        return all(place.kind != "doubtful" for place in self.places)


_Rule = Callable[[_Look], Verdict | None]


class ShippingCues:
    """Rules in their order: the first that says something decides."""

    def __init__(self, words: ShippingWords) -> None:
        self._words = words
        self._before = WordsBefore(words)
        self._after = WordsAfter(words)
        self._surest: tuple[_Rule, ...] = (self._refused, self._excepted, self._sent_from, self._sent_to)
        self._usual: tuple[_Rule, ...] = (
            self._other_subject, self._sold_from, self._domestic, *self._surest, self._of_city, self._goods,
            self._excepted_beside, self._opening, self._from_here, self._timed, self._served_before,
            self._served_after, self._only,
        )  # fmt: skip
        self._weak: tuple[_Rule, ...] = (self._other_subject, *self._surest, self._timed)
        self._national: tuple[_Rule, ...] = (self._sold_from, self._other_subject, self._domestic, self._of_nation)

    def verdict(self, context: Context, places: Sequence[Place]) -> Verdict | None:
        """What the words around a list of places say of all of them; None when they say nothing of parcels.

        Args:
            context: of the list.
            places: the list, at least one.
        """
        look = _Look(context.before, context.after, places)
        kinds = {place.kind for place in places}
        if self.is_second_try(context) or self._is_post(look):
            return None
        rules = self._national if "nationality" in kinds else self._weak if kinds == {"weak"} else self._usual
        found = next((verdict for rule in rules if (verdict := rule(look))), _NOTHING)
        return None if found.meaning is Meaning.NOTHING else found

    def is_second_try(self, context: Context) -> bool:
        """Whether what follows a place is what is not sent again or paid back there: "USA = 0% refund"."""
        return self._after.second_try.match(context.after) is not None

    def closes_title(self, context: Context, places: Sequence[Place]) -> bool:
        """Whether a title ends with "from X", and X is no country that goods are famous for."""
        look = _Look(context.before, context.after, places)
        named = all(place.kind in {"name", "code"} for place in places) and not look.is_world
        if not named or self._is_grown(look) or not self._after.end.match(look.after):
            return False
        return self._before.closing.search(look.before) is not None

    def is_trouble(self, context: Context) -> bool:
        """Whether it is told what went wrong there: "too many problems with international"."""
        return self._before.trouble.search(context.before) is not None

    def is_sent_to(self, context: Context) -> bool:
        """Whether "to" stands right before a place."""
        return context.before.endswith((" to ", " to the "))

    def _other_subject(self, look: _Look) -> Verdict | None:
        """After "no reship to": a vendor may still be from X, and nothing else is said."""
        if not self._before.second_try.search(look.before):
            return None
        return self._sold_from(look) or _NOTHING

    def _sold_from(self, look: _Look) -> Verdict | None:
        if look.places[0].codes == (WORLD,) or self._after.goods.match(look.after):
            return None
        if not self._after.seller.match(look.after):
            return None
        return Verdict(Meaning.BOTH if self._after.domestic.match(look.after) else Meaning.FROM, _LIKELY)

    def _domestic(self, look: _Look) -> Verdict | None:
        if look.is_world or self._after.goods.match(look.after):
            return None
        return Verdict(Meaning.BOTH, _SURE) if self._after.domestic.match(look.after) else None

    def _refused(self, look: _Look) -> Verdict | None:
        if self._after.refused.match(look.after) and not self._before.origin.search(look.before):
            return Verdict(Meaning.EXCLUDED, _LIKELY)
        refused = self._before.not_to.search(look.before)
        if refused:
            return Verdict(Meaning.TO if " outside " in refused[0] else Meaning.EXCLUDED, _SURE)
        return None

    def _excepted(self, look: _Look) -> Verdict | None:
        return Verdict(Meaning.EXCLUDED, _LIKELY) if self._before.excepted.search(look.before) else None

    def _sent_from(self, look: _Look) -> Verdict | None:
        if self._before.origin.search(look.before):
            return _NOTHING if look.is_only_world else Verdict(Meaning.FROM, _SURE)
        if not self._before.based.search(look.before):
            return None
        if not look.is_world and self._before.introduced.search(look.before):
            return Verdict(Meaning.FROM, _LIKELY)
        # "New stock just arrived from Morocco".
        grown = self._is_grown(look) and self._before.from_here.search(look.before)
        return None if grown else _NOTHING if look.is_only_world else Verdict(Meaning.FROM, _LIKELY)

    def _sent_to(self, look: _Look) -> Verdict | None:
        if self._is_one_country(look) and self._before.within.search(look.before):
            return Verdict(Meaning.BOTH, _LIKELY)
        sent = self._before.to.search(look.before)
        if sent:
            return _NOTHING if " outside " in sent[0] else Verdict(Meaning.TO, _SURE)
        return Verdict(Meaning.TO, _LIKELY) if self._before.served.search(look.before) else None

    def _of_city(self, look: _Look) -> Verdict | None:
        """Of a city less is believed than of a country: it is a strain, a brand or a stamp as well."""
        if all(place.kind != "city" for place in look.places):
            return None
        if self._before.opening.search(look.before) and self._after.end.match(look.after):
            return Verdict(Meaning.FROM, _WEAK)
        return Verdict(Meaning.TO, _WEAK) if self._after.service.match(look.after) else _NOTHING

    def _goods(self, look: _Look) -> Verdict | None:
        """A "UK passport", "US customs"; and what is near a place is not there."""
        goods = self._after.goods.match(look.after) or self._before.beside.search(look.before)
        return _NOTHING if goods else None

    def _of_nation(self, look: _Look) -> Verdict | None:
        """A word such as "Dutch" says where goods are from, unless a vendor, buyers or a delivery are Dutch."""
        if self._after.buyers.match(look.after):
            turned = self._before.no.search(look.before) or self._refused(look) or self._excepted(look)
            return Verdict(Meaning.EXCLUDED if turned else Meaning.TO, _LIKELY)
        served = self._after.service.match(look.after) or self._after.only.match(look.after)
        return Verdict(Meaning.TO, _WEAK) if served and not self._is_post_office(look) else None

    def _excepted_beside(self, look: _Look) -> Verdict | None:
        ends = self._after.end.match(look.after)
        if self._after.excepted.match(look.after) or (look.is_plain and ends and look.before.endswith(" no ")):
            return Verdict(Meaning.EXCLUDED, _LIKELY)
        follows = ends or self._after.service.match(look.after) or self._after.buyers.match(look.after)
        return Verdict(Meaning.EXCLUDED, _LIKELY) if follows and self._before.no.search(look.before) else None

    def _opening(self, look: _Look) -> Verdict | None:
        """Whether "from X" a part of its own, and X no country that goods are famous for."""
        if look.is_world or not look.is_plain or self._is_grown(look):
            return None
        counted = self._before.counted.search(look.before) and self._after.end.match(look.after)
        return Verdict(Meaning.FROM, _WEAK) if counted or self._before.opening.search(look.before) else None

    def _from_here(self, look: _Look) -> Verdict | None:
        """Read "flake from the UK with free delivery"; what else "from" says is where goods are from."""
        if not self._before.from_here.search(look.before):
            return None
        sent = look.is_plain and not look.is_world and not self._is_grown(look)
        return Verdict(Meaning.FROM, _WEAK) if sent and self._after.with_service.match(look.after) else _NOTHING

    def _timed(self, look: _Look) -> Verdict | None:
        timed = self._before.days.search(look.before) or self._after.days.match(look.after)
        return Verdict(Meaning.TO, _LIKELY) if timed else None

    def _served_before(self, look: _Look) -> Verdict | None:
        """Read "free delivery UK", "domestic (US)", "we ship worldwide", "- to Canada"."""
        if self._before.opening_to.search(look.before) and self._after.end.match(look.after):
            return Verdict(Meaning.TO, _WEAK)
        if look.is_world:
            served = self._before.sent.search(look.before) or self._before.service.search(look.before)
            return Verdict(Meaning.TO, _LIKELY) if served else None
        if self._before.domestic.search(look.before):
            return Verdict(Meaning.BOTH, _LIKELY)
        ends = self._after.end_of_service.match(look.after) and self._before.service.search(look.before)
        return Verdict(Meaning.TO, _LIKELY) if ends or self._before.next_day.search(look.before) else None

    def _served_after(self, look: _Look) -> Verdict | None:
        """Read "UK next day delivery", "US customers", "EU orders welcome"."""
        if look.places[0].name in self._words.vague or self._is_post_office(look):
            return _NOTHING
        after = self._after
        served = after.service.match(look.after) or after.buyers.match(look.after) or after.welcome.match(look.after)
        return Verdict(Meaning.TO, _LIKELY) if served else None

    def _only(self, look: _Look) -> Verdict | None:
        if look.is_world:
            return None
        opens = look.is_plain and self._before.only.search(look.before) and self._after.end_of_wish.match(look.after)
        return Verdict(Meaning.TO, _LIKELY) if opens or self._after.only.match(look.after) else None

    @staticmethod
    def _is_one_country(look: _Look) -> bool:
        codes = {code for place in look.places for code in place.codes}
        return len(codes) == 1 and codes.isdisjoint({WORLD, EUROPE}) and not look.places[0].is_region

    def _is_grown(self, look: _Look) -> bool:
        return any(code in self._words.producers for place in look.places for code in place.codes)

    def _is_post(self, look: _Look) -> bool:
        return look.after.startswith(" post ") and look.places[-1].name in self._words.carriers

    def _is_post_office(self, look: _Look) -> bool:
        """Whether it is the name of a carrier, as in "Australia Post"."""
        named = any(place.name in self._words.carriers for place in look.places)
        return named and self._after.post_office.match(look.after) is not None
