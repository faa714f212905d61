"""Digests of accounts, by which a run knows which of them are as they were when they were compared last."""

import hashlib
from collections.abc import Collection, Mapping

import pyarrow as pa

from linkage.account import Account
from linkage.spread import ClueKey

_PLACES = {"__all__": {"sightings": {"__all__": {"capture_id"}}}}
_CAPTURES = {"sources": True, "offers": {"__all__": {"captures", "sources"}}, "clues": _PLACES, "claims": _PLACES}


def content_digest(account: Account) -> str:
    """A digest of all that is compared; which captures show it makes no difference."""
    return _digest(account.model_dump_json(exclude=_CAPTURES))  # type: ignore[arg-type]  # nested as pydantic reads it


def whole_digest(account: Account) -> str:
    """A digest of all that an explanation names, the captures as well."""
    return _digest(account.model_dump_json())


def account_digests(accounts: Mapping[str, Account], discounted: Collection[ClueKey]) -> pa.Table:
    """For each account ``account_id``, ``content``, ``whole``, and ``discounted``: which of its clues prove nothing."""
    return pa.table(
        {
            "account_id": pa.array(accounts, pa.string()),
            "content": pa.array(map(content_digest, accounts.values()), pa.string()),
            "whole": pa.array(map(whole_digest, accounts.values()), pa.string()),
            "discounted": pa.array((_discounted(one, discounted) for one in accounts.values()), pa.string()),
        }
    )


def _discounted(account: Account, discounted: Collection[ClueKey]) -> str:
    return _digest("\n".join(sorted(":".join(clue.key) for clue in account.clues if clue.key in discounted)))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
