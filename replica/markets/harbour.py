"""The family ``harbour``: absolute links, tables in tables, tabs that are pages of their own, offsets for pages.

Prices in US dollars, ``Oct 27, 2019`` and ``October 27, 2019`` for dates, UTF-8, gzip when the browser takes it.
"""

import base64
import re
from collections.abc import Callable, Sequence

from replica.markets.storefront import Ask, Storefront, cut, number
from replica.world.catalogue import places
from replica.world.model import Account, Escrow, Listing

_TABS = {"p_feedback": "positive", "n_feedback": "negative", "c_feedback": "neutral"}
_ESCROWS: dict[Escrow, str] = {
    "escrow": "Escrow",
    "finalize_early": "Finalize Early",
    "multisig": "Multisig Escrow",
    "partial": "50% Finalize Early",
}


class Harbour(Storefront):
    """A market in the manner of ``harbour``."""

    family = "harbour"
    page_size = 15
    login_path = "/login"
    forbidden = re.compile(
        r"^/(?:order|cart|message|balance|support|autoshop|myinfo|listings|notifications|queue|disputes|sales)(?:/|$|\?)"
        r"|^/index/logout|^/product_list/(?:setqueue|reportpage|markalert)|^/profile/(?:add|block|favorite)",
        re.IGNORECASE,
    )

    def routes(self) -> list[tuple[str, Callable[..., str | None]]]:
        """Paths in the manner of CodeIgniter: words and numbers, the last one an offset."""
        return [
            (r"/(?:home)?", self._front),
            (r"/category/categories/(\d+)(?:/(\d+))?", self._category),
            (r"/home/searchProducts(?:/(\d+))?", self._search),
            (r"/product/(\d+)/\d+/\d+", self._listing),
            (r"/Product_List/setTab/(\d+)/\d+/\d+/(desc|feedback|refund)", self._listing),
            (r"/u/([^/]+)", self._vendor),
            (r"/store/([^/]+)(?:/(\d+))?", self._store),
            (r"/profile/setUserTab/(about|pgp|[pnc]_feedback)/([A-Za-z0-9=_-]+)(?:/(\d*))?", self._tab),
        ]

    def token(self, account: Account) -> str:
        """The opaque word by which links name a vendor."""
        return base64.urlsafe_b64encode(f"{self.market.name}:{account.number}".encode()).decode()

    def destinations(self, codes: Sequence[str]) -> str:
        """Where goods are sent, in this market's words."""
        return ", ".join("World Wide" if code == "WW" else places().name(code) for code in codes)

    def escrow(self, listing: Listing) -> str:
        """How a sale is secured, in this market's words."""
        return _ESCROWS[listing.escrow]

    def coins(self, listing: Listing) -> str:
        """The price in every coin that is accepted: ``0.005749 BTC / 0.846262 XMR``."""
        coins = [coin.upper() for coin in listing.payment]
        return " / ".join(f"{self.moment.price(listing, coin):.6f} {coin}" for coin in coins)

    def _front(self, ask: Ask) -> str:
        return self.render("front.html", ask, latest=self.newest[:5])

    def _category(self, ask: Ask, category: str, offset: str | None) -> str | None:
        node = self.tree.number(int(category))
        if node is None:
            return None
        path = f"/category/categories/{node.number}/"
        return self._index(ask, self.listed(node), offset, path, title=node.name, trail=self.tree.line(node))

    def _search(self, ask: Ask, offset: str | None) -> str | None:
        words = ask.query.get("searchText", "")
        return self._index(ask, self.find(words), offset, "/home/searchProducts/", title="Search Results", words=words)

    def _store(self, ask: Ask, handle: str, offset: str | None) -> str | None:
        account = self.shelves.account(handle)
        if account is None:
            return None
        path, title = f"/store/{account.handle}/", f"Store of {account.handle}"
        return self._index(ask, list(self.shelves.of(account)), offset, path, title=title)

    def _index(
        self, ask: Ask, listings: Sequence[Listing], offset: str | None, path: str, **context: object
    ) -> str | None:
        index = cut(listings, self._page(offset, self.page_size), self.page_size)
        if index is None:
            return None
        return self.render("index.html", ask, index=index, path=path, **{"trail": [], "words": "", **context})

    def _listing(self, ask: Ask, listing_number: str, tab: str = "desc") -> str | None:
        listing = self.shelves.listing(int(listing_number))
        if listing is None:
            return None
        return self.render("listing.html", ask, listing=listing, account=self.owner(listing), tab=tab)

    def _vendor(self, ask: Ask, handle: str) -> str | None:
        account = self.shelves.account(handle)
        return None if account is None else self._profile(ask, account, "about", None)

    def _tab(self, ask: Ask, tab: str, token: str, offset: str | None) -> str | None:
        account = self._account(token)
        return None if account is None else self._profile(ask, account, tab, offset)

    def _profile(self, ask: Ask, account: Account, tab: str, offset: str | None) -> str | None:
        reviews = self.signs(account, _TABS[tab]) if tab in _TABS else []
        index = cut(reviews, self._page(offset, self.review_page_size), self.review_page_size)
        if index is None:
            return None
        path = f"/profile/setUserTab/{tab}/{self.token(account)}/"
        sign = _TABS.get(tab, "")
        return self.render("vendor.html", ask, account=account, tab=tab, sign=sign, index=index, path=path)

    def _account(self, token: str) -> Account | None:
        try:
            market, _, account = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        except ValueError:
            return None
        return self.shelves.account_number(number(account)) if market == self.market.name else None

    def _page(self, offset: str | None, size: int) -> int:
        """The page that begins with an offset; -1 when none does."""
        start = number(offset)
        return start // size if start % size == 0 else -1
