"""From accounts to the table of features: one row for each account, all that the engine compares but the wording."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import numpy as np

from linkage.account import Account, Clue
from linkage.claims import Claim
from linkage.handle_masking import mask_handle
from linkage.handles import normal_handle, root, skeleton
from linkage.offer import Offer
from linkage.passages import number_of, signatures
from linkage.spread import ClueKey

PRICE_STEP = 1.25
"""Prices within one step of each other are in one band, or in the next: the first figure is what exchange rates and a
year's inflation move a price by."""

FEWEST_TITLE_LETTERS = 12
"""A title with fewer letters is one that anybody may write ("Custom order")."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_vouched(claim: Claim) -> bool:
    """Whether the market says so too: it shows the rating of the other account, which it let its owner prove."""
    return any(seen.field.startswith("external_ratings") for seen in claim.sightings)


def texts_of(account: Account) -> list[str]:
    """What an account wrote, each a title or a passage, its own handle taken out; nothing twice."""
    written = chain(
        (offer.title for offer in account.offers),
        chain.from_iterable((text or "").splitlines() for text in (account.description, account.terms)),
        chain.from_iterable((offer.description or "").splitlines() for offer in account.offers),
    )
    masked = (mask_handle(text, account.handle).strip() for text in written if text)
    return list(dict.fromkeys(text for text in masked if text))


def long_texts_of(account: Account) -> list[str]:
    """The profile, the terms and the descriptions, as far as there are any; each once."""
    written = (account.description, account.terms, *(offer.description for offer in account.offers))
    return list(dict.fromkeys(text for text in written if text))


def passages_of(account: Account) -> dict[int, str]:
    """The signatures of the passages that an account shows, with the passage of each."""
    return signatures(long_texts_of(account))


def title_forms_of(account: Account) -> dict[int, str]:
    """The forms of an account's titles, numbers and signs aside, as whole numbers, with a title of each form."""
    forms: dict[int, str] = {}
    for offer in account.offers:
        title = mask_handle(offer.title or "", account.handle)
        form = " ".join("".join(one if one.isalpha() else " " for one in title.casefold()).split())
        if sum(map(str.isalpha, form)) >= FEWEST_TITLE_LETTERS:
            forms.setdefault(number_of(form.encode(errors="replace")), title)
    return forms


def feature_rows(accounts: Iterable[Account], discounted: Collection[ClueKey]) -> Iterator[dict[str, Any]]:
    """The rows of the table of features (`linkage.feature_table`), in the order of the accounts.

    Each depends on its account alone: texts that many show are still in (`linkage.common_texts`).

    Args:
        accounts: any.
        discounted: the keys, addresses and contacts that prove nothing.
    """
    for account in accounts:
        yield {
            **_clues(account, discounted),
            "account_id": account.id,
            "market": account.market,
            "name": account.own_name,
            "claims": sorted({claim.name for claim in account.claims if claim.name is not None}),
            "vouched": sorted({claim.name for claim in account.claims if claim.name is not None and is_vouched(claim)}),
            **_names(account.handle),
            "passages": sorted(passages_of(account)),
            "title_forms": sorted(title_forms_of(account)),
            "goods": sorted(goods_of(account)),
            "offers": sorted(amounts_of(account)),
            "prices": sorted(price_bands_of(account)),
            "photos": sorted(photos_of(account)),
            "origin": sorted(origins_of(account)),
            "destinations": sorted(destinations_of(account)),
            "text_size": len(account.offers),
            "opened": _days(account.registered_at),
            "closed": _days(account.last_seen_at),
        }


def goods_of(account: Account) -> set[str]:
    """What an account sells: substances, and kinds of goods that are no drug."""
    goods: set[str] = set()
    for offer in account.offers:
        goods.update(
            offer.substances or ({offer.goods} if offer.goods and offer.goods not in {"drug", "other"} else ())
        )
    return goods


def amounts_of(account: Account) -> set[str]:
    """Which amounts of what it sells."""
    return {amount for offer in account.offers for amount in _amounts(offer)}


def price_bands_of(account: Account) -> set[str]:
    """At which prices it sells them: the amount, and each band of the price."""
    return {band for offer in account.offers for band in price_bands(offer)}


def photos_of(account: Account) -> set[str]:
    """The perceptual hashes of its photographs."""
    return {photo for offer in account.offers for photo in offer.photos}


def origins_of(account: Account) -> set[str]:
    """Where it sends from: as its page states it, and each of its listings."""
    return {*account.ships_from, *(place for offer in account.offers for place in offer.ships_from)}


def destinations_of(account: Account) -> set[str]:
    """Where it sends to, likewise."""
    return {*account.ships_to, *(place for offer in account.offers for place in offer.ships_to)}


def _amounts(offer: Offer) -> list[str]:
    if offer.total is None:
        return []
    return [f"{substance} {offer.total.value:g} {offer.total.unit}" for substance in offer.substances]


def price_bands(offer: Offer) -> Iterator[str]:
    """What is sold at what price: substance, amount, and the two bands that the price is nearest to."""
    if not offer.price_usd:
        return
    step = np.log(offer.price_usd) / np.log(PRICE_STEP)
    for amount in _amounts(offer):
        for band in {int(np.floor(step)), int(np.ceil(step))}:
            yield f"{amount} {band}"


def _names(handle: str | None) -> dict[str, str | None]:
    if not handle or not normal_handle(handle):
        return {"handle": None, "handle_skeleton": None, "handle_root": None}
    return {"handle": normal_handle(handle), "handle_skeleton": skeleton(handle), "handle_root": root(handle)}


def counted_clues(account: Account, discounted: Collection[ClueKey]) -> list[Clue]:
    """The clues of an account that prove something; a subkey of a key that proves nothing does not either."""
    return [
        clue
        for clue in account.clues
        if clue.key not in discounted and (clue.primary is None or ("pgp_key", clue.primary) not in discounted)
    ]


def _clues(account: Account, discounted: Collection[ClueKey]) -> dict[str, list[str]]:
    by_kind: Mapping[str, list[Clue]] = defaultdict(list)
    for clue in counted_clues(account, discounted):
        by_kind[clue.kind].append(clue)
    own = [clue for clue in by_kind["pgp_key"] if clue.is_own_key]
    return {
        "keys": sorted(clue.value for clue in by_kind["pgp_key"]),
        "own_keys": sorted({clue.primary or clue.value for clue in own}),
        "key_names": sorted({name.casefold() for clue in own for name in clue.names}),
        "addresses": sorted(clue.value for clue in by_kind["crypto_address"]),
        "contacts": sorted(clue.key[1] for clue in by_kind["contact"]),
    }


def _days(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH).days
