"""What the levels that two accounts reach mean: each piece of evidence, with its weight and where it was seen."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple, get_args

from extractors.words import whole_characters
from linkage.account import Account, Clue, ClueKind, Sighting
from linkage.features import (
    amounts_of,
    counted_clues,
    destinations_of,
    goods_of,
    is_vouched,
    origins_of,
    passages_of,
    photos_of,
    price_bands_of,
    texts_of,
    title_forms_of,
)
from linkage.handle_masking import mask_handle
from linkage.identity import Evidence, EvidenceKind
from linkage.spread import ClueKey
from linkage.wording import WordingSpace

LEAST_WEIGHT = 0.05
"""Evidence that weighs less either way, in bits, is not worth a line."""

_MOST_NAMED = 8
_LONGEST_VALUE = 160

_WORDS: Mapping[str, str] = {
    "pgp_key:own shared": "both state this key as their own",
    "pgp_key:shared": "both show this key",
    "pgp_key:user id shared": "their keys are different and bear one name",
    "pgp_key:not shared": "they show keys, and none in common",
    "pgp_key:own differ": "each states a key of its own, and none is the other's",
    "crypto_address:shared": "both show this address",
    "crypto_address:none": "both show addresses, and none in common",
    "contact:shared": "both are reached here",
    "contact:none": "both name contacts, and none in common",
    "claim:each other": "each says that the other account is its own",
    "claim:vouched": "the market of one shows the other account as its own, which it had to prove",
    "claim:one the other": "one says that the other account is its own",
    "claim:both a third": "both say that one third account is theirs",
    "claim:none": "accounts elsewhere are claimed, and not the other",
    "handle:same": "one name",
    "handle:look-alike": "names that look the same",
    "handle:same root": "one name but for what is often added to names",
    "handle:near": "names that differ by a letter or two",
    "handle:other": "different names",
    "handover:moved on": "one was opened soon after the other was last seen",
    "handover:at one time": "both were in use at one time",
    "handover:long after": "long passed between the end of one and the opening of the other",
    "photo:shared": "one photograph, by its perceptual hash",
    "photo:none": "no photograph in common",
    "origin:same": "they send from the same places",
    "origin:overlap": "they send from some of the same places",
    "origin:disjoint": "they send from different places",
}

_SUBJECTS: Mapping[str, str] = {
    "passage": "passages that are nearly word for word the same",
    "title": "titles that differ in numbers and signs only",
    "wording": "words and spelling in common, beside what is usual for both",
    "style": "habits of writing in common, whatever is sold, beside what is usual for both",
    "goods": "what they sell",
    "offers": "which amounts of what they sell",
    "prices": "at which prices they sell the same amounts",
    "destinations": "where they send to",
}


class Reached(NamedTuple):
    """The level of a comparison that a pair reaches, by its label, and its weight in bits."""

    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Seen:
    """A value that both accounts show, and where each does."""

    value: str
    a: tuple[Sighting, ...]
    b: tuple[Sighting, ...]


class Explainer:
    """Names the evidence between accounts.

    Args:
        account: gives an account by its id.
        discounted: keys, addresses and contacts that prove nothing.
        counted: gives the numbers of the passages and forms of titles of an account that are compared: those that many
            show are not.
        space: the weights of n-grams, to tell rare words; None: no words are named.
    """

    def __init__(
        self,
        account: Callable[[str], Account],
        discounted: Collection[ClueKey],
        counted: Callable[[str], Collection[int]],
        space: WordingSpace | None = None,
    ) -> None:
        self._account = account
        self._discounted = discounted
        self._counted = counted
        self._space = space

    def evidence(self, a: str, b: str, reached: Mapping[str, Reached]) -> tuple[Evidence, ...]:
        """The evidence between two accounts, weightiest first, what speaks against it last.

        Of several values of one kind the first has the weight and the others have 0: they were weighed together.
        """
        found: list[Evidence] = []
        for kind, level in reached.items():
            if abs(level.weight) < LEAST_WEIGHT:
                continue
            for place, one in enumerate(self.named(a, b, kind, level.label)):
                found.append(one.model_copy(update={"weight": round(level.weight, 2) if not place else 0.0}))
        # Stable: what has no weight of its own stays behind what it belongs to.
        weights = {one.kind: one.weight for one in reversed(found) if one.weight}
        return tuple(sorted(found, key=lambda one: -weights.get(one.kind, 0.0)))

    def named(self, a: str, b: str, kind: str, label: str) -> list[Evidence]:
        """What two accounts show of one kind, at the level of that label, without its weight; one thing at least."""
        one, other = self._account(a), self._account(b)
        shown = list(self._shared(kind, label, one, other)) or [Seen(_unshared(kind, one, other), (), ())]
        return [
            Evidence(
                kind=evidence_kind(kind, label),
                value=_cut(seen.value),
                weight=0.0,
                seen_a=seen.a,
                seen_b=seen.b,
                words=_words(label),
            )
            for seen in shown[:_MOST_NAMED]
        ]

    def _shared(self, kind: str, label: str, one: Account, other: Account) -> Iterator[Seen]:
        if kind in get_args(ClueKind):
            yield from self._shared_clues(label, kind, one, other)
        elif kind == "claim":
            yield from _shared_claims(label, one, other)
        elif kind == "handle":
            yield Seen(f"{one.handle} / {other.handle}", one.sightings("handle"), other.sightings("handle"))
        elif kind == "passage":
            yield from self._matched(passages_of, one, other, _text_sightings)
        elif kind == "title_form":
            yield from self._matched(title_forms_of, one, other, _title_sightings)
        elif kind == "wording":
            words = self._space.shared_words(texts_of(one), texts_of(other), _MOST_NAMED) if self._space else []
            yield Seen(", ".join(words) or "letters only", (), ())
        elif kind == "style":
            yield Seen("capitals, spacing, signs, amounts", (), ())
        elif kind == "handover":
            yield Seen(f"{_span(one)} / {_span(other)}", _times_seen(one), _times_seen(other))
        elif kind in _LISTED:
            both = sorted(_LISTED[kind](one) & _LISTED[kind](other))
            if both:
                yield Seen(", ".join(both[:_MOST_NAMED]), (), ())

    def _shared_clues(self, label: str, kind: str, one: Account, other: Account) -> Iterator[Seen]:
        if label == "pgp_key:user id shared":
            bearers = [_key_names(counted_clues(account, self._discounted)) for account in (one, other)]
            for name in sorted(bearers[0].keys() & bearers[1].keys()):
                yield Seen(name, bearers[0][name], bearers[1][name])
            return
        mine, yours = (
            {clue.key: clue for clue in counted_clues(account, self._discounted) if clue.kind == kind}
            for account in (one, other)
        )
        both = [key for key in mine if key in yours]
        primaries = {mine[key].value for key in both}
        both = [key for key in both if mine[key].primary not in primaries]
        both.sort(key=lambda key: (not (mine[key].is_own_key and yours[key].is_own_key), key))
        yield from (Seen(mine[key].value, mine[key].sightings, yours[key].sightings) for key in both)

    def _matched(
        self,
        numbered: Callable[[Account], Mapping[int, str]],
        one: Account,
        other: Account,
        sightings: Callable[[Account, str], tuple[Sighting, ...]],
    ) -> Iterator[Seen]:
        """Each text of the one that the other has too, once."""
        mine, yours = numbered(one), numbered(other)
        counted = set(self._counted(one.id)) & set(self._counted(other.id))
        named: set[str] = set()
        for number, text in mine.items():
            if number in counted and number in yours and text not in named:
                named.add(text)
                yield Seen(text, sightings(one, text), sightings(other, yours[number]))


def _shared_claims(label: str, one: Account, other: Account) -> Iterator[Seen]:
    mine, yours = ({claim.name: claim for claim in account.claims if claim.name} for account in (one, other))
    found = []
    if other.own_name in mine:
        found.append((mine[other.own_name], other, True))
    if one.own_name in yours:
        found.append((yours[one.own_name], one, False))
    # What the market shows comes before what the account says, where that is what counted.
    found.sort(key=lambda claimed: label == "claim:vouched" and not is_vouched(claimed[0]))
    for claim, claimed, by_one in found:
        sides = (claim.sightings, claimed.sightings("handle"))
        yield Seen(str(claimed.own_name), *(sides if by_one else sides[::-1]))
    for name in sorted(mine.keys() & yours.keys()):
        yield Seen(name, mine[name].sightings, yours[name].sightings)


def _text_sightings(account: Account, passage: str) -> tuple[Sighting, ...]:
    """Where a passage is to be seen: the first field that holds it, however its lines are broken."""
    wanted = _squeezed(passage)
    for field, text in (("description", account.description), ("terms", account.terms)):
        if text and wanted in _squeezed(text):
            return account.sightings(field)
    offers = (offer for offer in account.offers if wanted in _squeezed(offer.description or ""))
    return tuple(offer.sighting("description") for offer in offers)[:1]


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _title_sightings(account: Account, title: str) -> tuple[Sighting, ...]:
    """Where a title, from which the account's handle was taken out, is to be seen."""
    offers = (offer for offer in account.offers if mask_handle(offer.title or "", account.handle) == title)
    return tuple(offer.sighting("title") for offer in offers)[:1]


def _times_seen(account: Account) -> tuple[Sighting, ...]:
    """Where the page states when the account was opened and last used."""
    times = {"registered_at": account.registered_at, "last_seen_at": account.last_seen_at}
    return tuple(seen for field, time in times.items() if time is not None for seen in account.sightings(field))


def _key_names(clues: Iterable[Clue]) -> dict[str, tuple[Sighting, ...]]:
    """The names that an account's own keys bear, each with where such a key is to be seen."""
    return {name.casefold(): clue.sightings for clue in clues if clue.is_own_key for name in clue.names}


def _priced(account: Account) -> set[str]:
    """What is sold at a price, without its band."""
    return {band.rpartition(" ")[0] for band in price_bands_of(account)}


_LISTED: Mapping[str, Callable[[Account], AbstractSet[str]]] = {
    "goods": goods_of,
    "offers": amounts_of,
    "prices": _priced,
    "photo": photos_of,
    "origin": origins_of,
    "destinations": destinations_of,
}


def _unshared(kind: str, one: Account, other: Account) -> str:
    """What to say of a comparison that found nothing in common."""
    if kind in {"origin", "destinations", "goods"}:
        sides = (", ".join(sorted(_LISTED[kind](account))[:_MOST_NAMED]) or "none" for account in (one, other))
        return " / ".join(sides)
    return "none in common"


def _span(account: Account) -> str:
    start, end = (
        moment.date().isoformat() if moment else "?" for moment in (account.registered_at, account.last_seen_at)
    )
    return f"{start} to {end}"


def evidence_kind(kind: str, label: str) -> EvidenceKind:
    """What the evidence of a comparison is called, at the level of that label."""
    if label == "pgp_key:user id shared":
        return "pgp_user_id"
    return "title" if kind == "title_form" else kind  # type: ignore[return-value]  # the comparisons are named so


def _words(label: str) -> str:
    if label in _WORDS:
        return _WORDS[label]
    kind = re.match(r"\w+", label)
    return _SUBJECTS.get(kind[0].replace("title_form", "title"), "") if kind else ""


def _cut(value: str) -> str:
    """A value that may be written anywhere: whole characters, and not too many."""
    value = whole_characters(value)
    return value if len(value) <= _LONGEST_VALUE else value[: _LONGEST_VALUE - 1] + "…"
