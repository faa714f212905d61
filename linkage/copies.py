"""Texts that are copied rather than written alike: what an impersonator leaves, and what resemblance must not join.

Who poses as a seller copies his name, his profile and his titles to the letter, and shows a key of his own, or the only
key. Everything that is compared in texts then speaks for one seller, and means nothing. So two accounts whose titles
are mostly the same to the letter are not joined by resemblance when the keys do not bear it out: each states another
key, or only one states any. Nor are accounts of different keys of which one has no listings: nothing there is more than
a profile, which anybody can copy. An analyst sees them as held apart, and may judge otherwise.
"""

from collections.abc import Set as AbstractSet

from linkage.account import Account

MOSTLY = 0.5
"""Of the titles of the account with fewer, so many to the letter the same are a copy."""


def is_copy(one: Account, other: Account, keys: tuple[AbstractSet[str], AbstractSet[str]]) -> bool:
    """Whether what the two accounts have in common may be a copy, their keys considered.

    Args:
        one: an account.
        other: another.
        keys: those that each states as its own, without what proves nothing.
    """
    if not any(keys) or keys[0] & keys[1]:
        return False
    share = same_titles(one, other)
    return share >= MOSTLY if share is not None else all(keys)


def same_titles(one: Account, other: Account) -> float | None:
    """Which share of the titles of the account with fewer the other has to the letter; None when one has no titles."""
    mine, yours = ({offer.title.strip() for offer in account.offers if offer.title} for account in (one, other))
    return len(mine & yours) / min(len(mine), len(yours)) if mine and yours else None
