"""Which listing belongs to which account of a market."""

from collections import defaultdict
from collections.abc import Sequence

from replica.world.model import Account, Listing


class Shelves:
    """The accounts and listings of one market, each found by the other."""

    def __init__(self, accounts: Sequence[Account], listings: Sequence[Listing]) -> None:
        self.accounts = tuple(accounts)
        self.listings = tuple(listings)
        self._accounts = {account.number: account for account in accounts}
        self._handles = {account.handle.casefold(): account for account in accounts}
        self._listings = {listing.number: listing for listing in listings}
        self._by_account: dict[int, list[Listing]] = defaultdict(list)
        for listing in listings:
            self._by_account[listing.account].append(listing)

    def owner(self, listing: Listing) -> Account:
        """Whose listing it is."""
        return self._accounts[listing.account]

    def of(self, account: Account) -> Sequence[Listing]:
        """The listings of an account, by number."""
        return self._by_account.get(account.number, [])

    def account(self, handle: str) -> Account | None:
        """The account with a handle, in any case."""
        return self._handles.get(handle.casefold())

    def account_number(self, number: int) -> Account | None:
        """The account with a number."""
        return self._accounts.get(number)

    def listing(self, number: int) -> Listing | None:
        """The listing with a number."""
        return self._listings.get(number)
