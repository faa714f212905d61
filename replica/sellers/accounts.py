"""The accounts of the practice world, one after another, and the truth about each."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from replica.sellers.careers import Opening, plan_careers
from replica.sellers.evidence import Shown, evidence_of, evidence_of_impersonator
from replica.sellers.hand import Hand, draw_hand, drifted
from replica.sellers.lines import AccountLine, ListingLine, TruthLine
from replica.sellers.repertoire import Repertoire, borrowed, draw_repertoire, profile, rewritten, terms
from replica.sellers.shop import Shop, draw_shop, listings, restocked
from replica.sellers.vocabulary import markets
from replica.world.streams import stream

_NO_LISTINGS, _BOILERPLATE = 0.06, 0.5
_DRIFTS = ((0.04, 25), (0.18, 35), (0.38, 28), (0.7, 12))
"""How much of a seller's habits changes with an account, and how often."""
_KEPT = ((1.0, 25), (0.75, 40), (0.4, 22), (0.0, 13))
"""How much of his profile a seller takes along, and how often."""


@dataclass(frozen=True, slots=True)
class _Seller:
    """A seller: how he writes, what he says, what he sells."""

    hand: Hand
    repertoire: Repertoire
    shop: Shop


class SellerWorld:
    """A practice world: the same seed and number of sellers give the same accounts.

    Attributes:
        hard_evidence: whether keys, addresses, contacts and claims are shown; nothing else depends on it.
    """

    def __init__(self, seed: int, sellers: int, *, hard_evidence: bool = True) -> None:
        self.seed, self.sellers, self.hard_evidence = seed, sellers, hard_evidence
        self._careers = plan_careers(seed, sellers)
        self._seller = lru_cache(maxsize=None)(self._make_seller)

    @cached_property
    def _order(self) -> list[Opening]:
        """Every account, in an order that says nothing."""
        order = [opening for career in self._careers for opening in career]
        stream(self.seed, "order").shuffle(order)
        return order

    @cached_property
    def _ids(self) -> dict[tuple[int, int], str]:
        return {(one.seller, one.place): f"a{at:06d}" for at, one in enumerate(self._order)}

    def accounts(self) -> Iterator[AccountLine]:
        """The accounts, in an order that says nothing of who runs them."""
        for opening in self._order:
            yield self._account(opening)

    def truth(self) -> Iterator[TruthLine]:
        """Who runs each, in the same order."""
        for one in self._order:
            of = self._ids[one.of] if one.of else None
            yield TruthLine(id=self._ids[one.seller, one.place], seller=one.seller, kind=one.kind, of=of)

    def _account(self, one: Opening) -> AccountLine:
        line = self._copied_account(one, one.of) if one.of else self._own_account(one)
        shown = self._shown(one) if self.hard_evidence else Shown()
        span = markets().markets[one.market]
        draw = stream(self.seed, "page", one.seller, one.place)
        paragraphs = [line["description"]] if line["description"] else []
        if draw.random() < _BOILERPLATE:
            paragraphs.insert(draw.randint(0, len(paragraphs)), span.boilerplate)
        paragraphs[draw.randint(0, len(paragraphs)) :] = ["\n".join(shown.lines)] if shown.lines else []
        line["description"] = "\n\n".join(paragraphs) or None
        line["pgp_keys"], line["contacts"], line["external_ratings"] = shown.keys, shown.contacts, shown.ratings
        return line

    def _own_account(self, one: Opening) -> AccountLine:
        seller = self._seller(one.seller)
        draw = stream(self.seed, "account", one.seller, one.place)
        hand, repertoire, shop = seller.hand, seller.repertoire, seller.shop
        if one.place:
            hand = drifted(hand, draw, _one_of(draw, _DRIFTS))
            repertoire = rewritten(repertoire, draw, hand, kept=_one_of(draw, _KEPT))
            shop = restocked(shop, draw, kept=draw.choice((0.1, 0.3, 0.6, 0.85)), sentences=repertoire.sentences)
        most = 0 if draw.random() < _NO_LISTINGS else min(80, 1 + round(draw.lognormvariate(1.9, 1.1)))
        line = self._empty(one)
        line["description"] = "\n\n".join(profile(repertoire, hand, one.handle)) or None
        line["terms"] = terms(repertoire, hand) or None
        line["ships_from"], line["ships_to"] = list(shop.origin), list(shop.destinations)
        line["listings"] = _numbered(listings(shop, hand, draw, one.handle, most=most), line["id"])
        return line

    def _copied_account(self, one: Opening, of: tuple[int, int]) -> AccountLine:
        """An impersonator's account: the victim's profile and terms word for word, most of his titles, lower prices."""
        victim = self._careers[of[0]][of[1]]
        copied = self._own_account(victim)
        draw = stream(self.seed, "account", one.seller, one.place)
        share, cheaper = draw.uniform(0.5, 1.0), draw.uniform(0.6, 1.0)
        line = self._empty(one)
        line["description"], line["terms"] = copied["description"], copied["terms"]
        line["ships_from"], line["ships_to"] = copied["ships_from"], copied["ships_to"]
        taken = [listing for listing in copied["listings"] if draw.random() < share]
        for listing in taken:
            listing["price_usd"] = round((listing["price_usd"] or 0) * cheaper, 2)
        line["listings"] = _numbered(taken, line["id"])
        return line

    def _empty(self, one: Opening) -> AccountLine:
        return AccountLine(
            id=self._ids[one.seller, one.place],
            market=one.market,
            handle=one.handle,
            description=None,
            terms=None,
            pgp_keys=[],
            contacts=[],
            external_ratings=[],
            registered_at=one.opened.isoformat(),
            last_seen_at=one.last_seen.isoformat(),
            ships_from=[],
            ships_to=[],
            listings=[],
        )

    def _shown(self, one: Opening) -> Shown:
        if one.of:
            return evidence_of_impersonator(self.seed, one, self._careers[one.of[0]][one.of[1]])
        return evidence_of(self.seed, self._careers[one.seller])[one.place]

    def _make_seller(self, number: int) -> _Seller:
        draw = stream(self.seed, "seller", number)
        hand = draw_hand(draw)
        repertoire = draw_repertoire(draw, hand)
        if self._careers[number][0].kind == "copier" and number:
            copied = stream(self.seed, "seller", draw.randrange(number))
            repertoire = borrowed(repertoire, draw_repertoire(copied, draw_hand(copied)), draw)
        return _Seller(hand, repertoire, draw_shop(draw, repertoire.sentences))


def _one_of(draw: random.Random, weights: tuple[tuple[float, int], ...]) -> float:
    return draw.choices([value for value, _ in weights], weights=[weight for _, weight in weights])[0]


def _numbered(offered: list[ListingLine], account: str) -> list[ListingLine]:
    """The listings with ids of their own."""
    for at, listing in enumerate(offered):
        listing["id"] = f"{account}-{at}"
    return offered
