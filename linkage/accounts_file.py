"""Accounts from a file: one JSON object a line, with what their texts show read out.

A line: ``{"id","market","handle"|null,"description"|null,"pgp_keys":[..],"listings":[{"title","description"?,
"price_usd"?,"category"?,"ships_from"?,"ships_to"?,"images"?,"id"?}],"terms"?,"contacts"?:[{"type","value"}],
"external_ratings"?:[{"market","handle"}],"registered_at"?,"last_seen_at"?,"ships_from"?,"ships_to"?}``. Keys are
armoured, or fingerprints. Further fields are let through: other programs put more into such files.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from extractors.facts import Facts, facts
from extractors.records import Mention
from linkage.account import Account, Clue, Sighting, clue_of_contact, clues_of_mention, fingerprint, merge_clues
from linkage.account_line import AccountLine, ListingLine, NoAccountError, read_line
from linkage.claims import Claim, claims_of_mentions, claims_of_ratings, merge_claims
from linkage.offer import Offer, codes, field_at, read_in_texts

__all__ = ["AccountsRead", "LineFault", "LineRead", "ReadTexts", "collect", "read_account_lines", "read_accounts"]

ReadTexts = Callable[[Iterable[tuple[str, str]]], Iterator[list[Mention]]]
"""Reads texts out: (text, source) of each to mentions of each. In the product: the spaCy pipeline of the extractors."""


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that is no account, or a second one of an id, or a part of a line that cannot be used: it was left out."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}; left out"


class LineRead(NamedTuple):
    """What came of a line: an account, or None; and what was left out."""

    line: int
    account: Account | None
    faults: tuple[LineFault, ...]


@dataclass(slots=True)
class AccountsRead:
    """The accounts of a file, and what was left out: lines, and parts of them."""

    accounts: list[Account] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)


def read_accounts(lines: Iterable[str], read_texts: ReadTexts, *, queries: bool = False) -> AccountsRead:
    """Read accounts, one a line; empty lines are passed over, what cannot be used is reported by the line's number.

    Args:
        lines: of the file, read as UTF-8; bytes that are none may have become halves of characters.
        read_texts: reads texts out.
        queries: whether a line may be a single listing's text, ``{"id","text"}`` or ``{"id","title",...}``, whose
            market is not known: an account of one offer, on the market ``""``.
    """
    return collect(read_account_lines(enumerate(lines, start=1), read_texts, queries=queries))


def read_account_lines(
    lines: Iterable[tuple[int, str]], read_texts: ReadTexts, *, queries: bool = False
) -> Iterator[LineRead]:
    """As `read_accounts`, line by line and at constant memory, for numbered lines; ids may be there twice."""
    for number, line in lines:
        if not line.strip():
            continue
        try:
            parsed = read_line(line, query=queries)
        except NoAccountError as error:
            yield LineRead(number, None, (LineFault(number, str(error)),))
            continue
        faults = tuple(LineFault(number, f"{parsed.id}: {why}") for why in parsed.dropped)
        yield LineRead(number, _account(parsed, read_texts), faults)


def collect(lines: Iterable[LineRead]) -> AccountsRead:
    """The accounts of some lines, of each id the first."""
    read = AccountsRead()
    seen: dict[str, int] = {}
    for line in lines:
        read.faults.extend(line.faults)
        if line.account is None:
            continue
        first = seen.setdefault(line.account.id, line.line)
        if first == line.line:
            read.accounts.append(line.account)
        else:
            why = f"the id {line.account.id!r} is that of line {first} already"
            read.faults.append(LineFault(line.line, why))
    return read


class _Said(NamedTuple):
    """What one text says, and where it stands."""

    text: str
    mentions: list[Mention]
    sighting: Sighting


def _account(parsed: AccountLine, read_texts: ReadTexts) -> Account:
    said = _read(parsed, read_texts)
    clues = list(_stated_clues(parsed))
    claims: list[Claim] = claims_of_ratings(
        parsed.external_ratings, Sighting(record=parsed.id, field="external_ratings")
    )
    for one in said.values():
        clues += [clue for mention in one.mentions for clue in clues_of_mention(mention, one.sighting)]
        claims += claims_of_mentions(one.mentions, one.sighting)
    profile = [facts(said[name].mentions, said[name].text) for name in ("description", "terms") if name in said]
    return Account(
        id=parsed.id,
        market=parsed.market,
        handle=parsed.handle,
        clues=merge_clues(clues),
        claims=merge_claims(claims, market=parsed.market, handle=parsed.handle),
        description=parsed.description,
        terms=parsed.terms,
        offers=tuple(_offer(parsed.id, listing, said) for listing in parsed.listings),
        ships_from=parsed.ships_from or codes(next((one.ships_from for one in profile if one.ships_from), ())),
        ships_to=parsed.ships_to or codes(next((one.ships_to for one in profile if one.ships_to), ())),
        registered_at=parsed.registered_at,
        last_seen_at=parsed.last_seen_at,
        record=parsed.id,
    )


def _read(parsed: AccountLine, read_texts: ReadTexts) -> dict[str, _Said]:
    """What each text of an account says, by its place."""
    texts = dict(_texts(parsed))
    mentions = read_texts((text, f"{parsed.id}#{place}") for place, text in texts.items())
    return {
        place: _Said(text, found, Sighting(record=parsed.id, field=place))
        for (place, text), found in zip(texts.items(), mentions, strict=True)
    }


def _texts(parsed: AccountLine) -> Iterator[tuple[str, str]]:
    """Every text of an account that may show something, with the name of its field."""
    for name, text in (("description", parsed.description), ("terms", parsed.terms)):
        if text:
            yield name, text
    for at, key in enumerate(parsed.pgp_keys):
        if fingerprint(key) is None:
            yield f"pgp_keys[{at}]", key
    for listing in parsed.listings:
        for name, text in (("title", listing.title), ("description", listing.description)):
            if text:
                yield field_at(listing.place, name), text


def _stated_clues(parsed: AccountLine) -> Iterator[Clue]:
    """The clues that fields of their own state."""
    for at, text in enumerate(parsed.pgp_keys):
        stated = fingerprint(text)
        if stated is not None:
            sighting = Sighting(record=parsed.id, field=f"pgp_keys[{at}]")
            yield Clue(kind="pgp_key", value=stated, sightings=(sighting,))
    for contact in parsed.contacts:
        yield clue_of_contact(contact, Sighting(record=parsed.id, field="contacts"))


def _offer(account: str, listing: ListingLine, said: dict[str, _Said]) -> Offer:
    places = [place for name in ("title", "description") if (place := field_at(listing.place, name)) in said]
    texts: list[Facts] = [facts(said[place].mentions, said[place].text) for place in dict.fromkeys(places)]
    read = read_in_texts(texts)
    stated = {
        name: codes_stated
        for name, codes_stated in (("ships_from", listing.ships_from), ("ships_to", listing.ships_to))
        if codes_stated
    }
    return Offer(
        record=account,
        place=listing.place,
        listing_id=listing.listing_id,
        title=listing.title,
        description=listing.description,
        category=listing.category,
        price_usd=listing.price_usd,
        photos=listing.photos,
        **{**read, **stated},
    )
