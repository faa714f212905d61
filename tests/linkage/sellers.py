"""The practice world of sellers, as accounts that were read from its lines."""

import json
from functools import cache, partial

from extractors.pipeline import build_pipeline, read_texts
from linkage.account import Account
from linkage.accounts_file import read_accounts
from replica.sellers.accounts import SellerWorld


@cache
def accounts_of_sellers(sellers: int, seed: int = 7) -> tuple[Account, ...]:
    """The accounts of so many sellers, in the order of their ids."""
    lines = (json.dumps(line) for line in SellerWorld(seed, sellers).accounts())
    read = read_accounts(lines, partial(read_texts, build_pipeline()))
    assert not read.faults
    return tuple(sorted(read.accounts, key=lambda account: account.id))
