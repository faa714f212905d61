"""Hard evidence: the keys, addresses, contacts and claims that accounts show, the seller's own and what is anybody's.

How often accounts show each is after saved profiles of two markets: most show a key, a third a contact, few an address.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from replica.sellers.careers import Opening
from replica.sellers.lines import ContactLine, RatingLine
from replica.sellers.vocabulary import MarketSpan, markets, wording
from replica.world.addresses import CHAIN_WEIGHTS, make_address
from replica.world.contacts import make_contact, write_contact
from replica.world.model import Contact
from replica.world.openpgp import make_key
from replica.world.streams import stream, weighted

_CONTACT_KINDS = {"email": 30, "wickr": 25, "telegram": 20, "jabber": 15, "session": 4, "signal": 3, "threema": 2}
_HAS_KEY, _HAS_CONTACT, _HAS_ADDRESS = 0.88, 0.42, 0.06  # of sellers
_SHOWS_KEY, _SHOWS_CONTACT, _SHOWS_ADDRESS = 0.94, 0.82, 0.7  # of their accounts
_NEW_KEY, _SAYS_OLD_KEY = 0.25, 0.6
_NEW_CONTACT = 0.2
_IMPORTS_RATING, _CLAIMS, _CLAIMED_BACK = 0.25, 0.2, 0.08
_ARMORED = 0.04
_RESELLERS = 12
_OF_RESELLER, _QUOTES_ESCROW, _QUOTES_MARKET_KEY, _PLACEHOLDER = 0.012, 0.1, 0.05, 0.07


@dataclass(slots=True)
class Shown:
    """What an account shows: in the fields for it, and as lines in its profile."""

    keys: list[str] = field(default_factory=list)
    contacts: list[ContactLine] = field(default_factory=list)
    ratings: list[RatingLine] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def evidence_of(seed: int, career: Sequence[Opening]) -> list[Shown]:
    """What the accounts of one seller show, in their order."""
    draw = stream(seed, "evidence", career[0].seller)
    shown = [Shown() for _ in career]
    _show_keys(draw, career, shown)
    _show_contacts(draw, career, shown)
    _show_addresses(draw, shown)
    _show_claims(draw, career, shown)
    for opening, one in zip(career, shown, strict=True):
        one.lines += _of_anybody(seed, draw, opening.market)
    return shown


def evidence_of_impersonator(seed: int, one: Opening, victim: Opening) -> Shown:
    """An impersonator's: a key of his own in the victim's name, contacts of his own, at most a false claim."""
    draw = stream(seed, "evidence", one.seller)
    shown = Shown()
    if draw.random() < 0.9:
        shown.keys.append(_key(draw, victim.handle, one, armored=draw.random() < _ARMORED))
    if draw.random() < 0.4:
        _add_contact(draw, shown, _contact(draw, victim.handle))
    if draw.random() < 0.3:
        text = draw.choice(wording().claims.passing)
        shown.lines.append(text.format(handle=victim.handle, market=victim.market.title()))
    shown.lines += _of_anybody(seed, draw, one.market)
    return shown


def _show_keys(draw: random.Random, career: Sequence[Opening], shown: Sequence[Shown]) -> None:
    if draw.random() >= _HAS_KEY:
        return
    armored = draw.random() < _ARMORED
    key = _key(draw, career[0].handle, career[0], armored=armored)
    for at, (opening, one) in enumerate(zip(career, shown, strict=True)):
        old = None
        if at and draw.random() < _NEW_KEY:
            old, key = key, _key(draw, opening.handle, opening, armored=armored)
        if draw.random() >= _SHOWS_KEY:
            continue
        one.keys.append(key)
        if old and draw.random() < _SAYS_OLD_KEY:
            if draw.random() < 0.5 or old.startswith("-"):
                one.keys.append(old)
            else:
                one.lines.append(draw.choice(wording().claims.key).format(fingerprint=old))


def _show_contacts(draw: random.Random, career: Sequence[Opening], shown: Sequence[Shown]) -> None:
    if draw.random() >= _HAS_CONTACT:
        return
    own = [_contact(draw, career[0].handle) for _ in range(draw.choice((1, 1, 2)))]
    for at, one in enumerate(shown):
        if at and draw.random() < _NEW_CONTACT:
            own[0] = _contact(draw, career[at].handle)
        if draw.random() < _SHOWS_CONTACT:
            for contact in own:
                _add_contact(draw, one, contact)


def _show_addresses(draw: random.Random, shown: Sequence[Shown]) -> None:
    if draw.random() >= _HAS_ADDRESS:
        return
    address = make_address(draw, weighted(draw, CHAIN_WEIGHTS)).address
    for one in shown:
        if draw.random() < _SHOWS_ADDRESS:
            one.lines.append(f"Donations / direct deals: {address}")


def _show_claims(draw: random.Random, career: Sequence[Opening], shown: Sequence[Shown]) -> None:
    for at, (opening, one) in enumerate(zip(career, shown, strict=True)):
        if not at:
            continue
        before = career[draw.randrange(at)]
        if before.market == opening.market:
            continue
        words = wording().claims
        if draw.random() < _IMPORTS_RATING:
            one.ratings.append(RatingLine(market=before.market, handle=before.handle))
        if draw.random() < _CLAIMS:
            one.lines.append(_claim(draw, words.before, before))
        if draw.random() < _CLAIMED_BACK:
            shown[before.place].lines.append(_claim(draw, words.after, opening))


def _of_anybody(seed: int, draw: random.Random, market: str) -> list[str]:
    """Lines that prove nothing: the market's escrow address and key, a placeholder, a reseller's wallet."""
    lines = []
    span = markets().markets[market]
    if draw.random() < _QUOTES_ESCROW:
        lines.append(span.escrow.format(address=make_address(stream(seed, "escrow", market), "btc").address))
    if draw.random() < _QUOTES_MARKET_KEY:
        lines.append(span.key_note.format(fingerprint=market_fingerprint(seed, market, span)))
    if draw.random() < _PLACEHOLDER:
        lines.append(f"If you want tracking send your mail address (such as {markets().placeholder}) with the order.")
    if draw.random() < _OF_RESELLER:
        address = make_address(stream(seed, "reseller", draw.randrange(_RESELLERS)), "btc").address
        lines.append(draw.choice(wording().claims.reseller).format(address=address))
    return lines


def market_fingerprint(seed: int, market: str, span: MarketSpan) -> str:
    """The fingerprint of a market's own key."""
    return _fingerprint(stream(seed, "market key", market, span.opened))


def _claim(draw: random.Random, texts: Sequence[str], account: Opening) -> str:
    return draw.choice(texts).format(handle=account.handle, market=account.market.title())


def _contact(draw: random.Random, handle: str) -> Contact:
    return make_contact(draw, weighted(draw, _CONTACT_KINDS), handle)


def _add_contact(draw: random.Random, shown: Shown, contact: Contact) -> None:
    """A contact in the field for it, or in the profile, or in both."""
    in_field = draw.random() < 0.4
    if in_field:
        shown.contacts.append(ContactLine(type=contact.type, value=contact.value))
    if not in_field or draw.random() < 0.3:
        shown.lines.append(write_contact(draw, contact))


def _key(draw: random.Random, name: str, opening: Opening, *, armored: bool) -> str:
    if not armored:
        return _fingerprint(draw)
    made = datetime.combine(opening.opened, time(12, tzinfo=UTC))
    return make_key(draw, f"{name} <{name.lower()}@{opening.market}.example>", made).armored


def _fingerprint(draw: random.Random) -> str:
    return draw.randbytes(20).hex().upper()
