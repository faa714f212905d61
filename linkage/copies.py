"""Texts that are copied rather than written alike: what an impersonator leaves, and what must not join accounts.

Who poses as a seller copies his name, his profile and his titles to the letter, and shows a key of his own, or the only
key. Everything that is compared in texts then speaks for one seller, and means nothing; so do a contact and an address
that were copied with the text around them. Accounts whose texts are mostly the same to the letter are a copy, then,

- when each states another key, and no contact or address is shared, or it may have been copied: the names are alike;
- when only one states any, and no contact, address or key is shared;
- when they are on one market, and nothing of that kind is shared: nobody keeps two shops with the same goods there.

Nor are accounts of different keys of which one has no listings more than a profile, which anybody can copy. What cannot
be copied (`linkage.linking.PROOF_LEVELS`) is never doubted, nor is an account that names the other's key where the
other does not name it in a text. An analyst sees copies as held apart, and may judge otherwise.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from linkage.account import KEY_FIELD, Account
from linkage.handle_masking import mask_handle
from linkage.handles import root, similarity

MOSTLY = 0.5
"""Of the titles of the account with fewer, or the lines of the shorter profile, so many to the letter the same are a
copy."""

ALIKE = 0.8
"""From this similarity on, a handle may pass for another."""


def is_copy(
    one: Account, other: Account, keys: tuple[AbstractSet[str], AbstractSet[str]], *, hard: bool = False
) -> bool:
    """Whether what the two accounts have in common may be a copy, their keys considered.

    Args:
        one: an account.
        other: another.
        keys: those that each states as its own, without what proves nothing.
        hard: whether they share a contact, an address or a key that one of them only quotes.
    """
    if keys[0] & keys[1] or names_key_of(one, other, keys[1]) or names_key_of(other, one, keys[0]):
        return False
    if not all(keys):
        # The texts are read last: of most pairs something else decides.
        doubtful = not hard and (any(keys) or one.market == other.market)
        return doubtful and _is_mostly(same_titles(one, other))
    if hard:
        return has_name_of(one, other) and (_is_mostly(same_titles(one, other)) or _is_mostly(same_lines(one, other)))
    titles = same_titles(one, other)
    return titles is None or _is_mostly(titles)


def same_titles(one: Account, other: Account) -> float | None:
    """Which share of the titles of the account with fewer the other has to the letter; None when one has no titles."""
    return _shared(*(_texts(account, (offer.title for offer in account.offers)) for account in (one, other)))


def same_lines(one: Account, other: Account) -> float | None:
    """Which share of the lines of the shorter profile the other has to the letter; None when one has no profile."""
    return _shared(*(_texts(account, (account.description or "").splitlines()) for account in (one, other)))


def has_name_of(one: Account, other: Account) -> bool:
    """Whether one account may pass for the other by its handle; so it is held to be where a handle is not known.

    Who copies goods and texts under a name of his own puts in his own contact; who poses as the seller may leave his.
    """
    if one.handle is None or other.handle is None:
        return True
    return root(one.handle) == root(other.handle) or similarity(one.handle, other.handle) >= ALIKE


def names_key_of(one: Account, other: Account, keys: AbstractSet[str]) -> bool:
    """Whether one account names a key of the other's that it cannot have from the other's texts.

    Args:
        one: who names it.
        other: whose key it is.
        keys: those that the other states as its own, without what proves nothing.
    """
    quoted = {
        clue.value
        for clue in other.clues
        if clue.kind == "pgp_key" and not all(seen.field.startswith(KEY_FIELD) for seen in clue.sightings)
    }
    return any(clue.kind == "pgp_key" and clue.value in keys - quoted for clue in one.clues)


def _is_mostly(share: float | None) -> bool:
    return share is not None and share >= MOSTLY


def _shared(mine: AbstractSet[str], yours: AbstractSet[str]) -> float | None:
    """Which share of the smaller set is in the other; None where one is empty."""
    return len(mine & yours) / min(len(mine), len(yours)) if mine and yours else None


def _texts(account: Account, written: Iterable[str | None]) -> set[str]:
    """What was written, the account's own handle taken out: an impersonator puts in his own."""
    masked = (" ".join(mask_handle(text, account.handle).split()) for text in written if text)
    return {text for text in masked if text}
