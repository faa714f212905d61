"""The family ``lantern``: unquoted attributes, labels beside values, everything of a vendor on one page.

Prices by the unit (``485.00 USD/112g``), ``2019-10-27 13:32:05`` for dates, UTF-8 that only the page declares, sent in
chunks.
"""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote_plus

from replica.markets.storefront import Ask, Storefront, cut, number
from replica.world.catalogue import places
from replica.world.model import Account, Escrow, Listing

_ESCROWS: dict[Escrow, str] = {
    "escrow": "ESCROW",
    "finalize_early": "FE Required",
    "multisig": "MULTISIG",
    "partial": "PARTIAL FE",
}
_COINS = {"btc": "Bitcoin (BTC)", "ltc": "Litecoin (LTC)", "xmr": "Monero (XMR)"}


class Lantern(Storefront):
    """A market in the manner of ``lantern``."""

    family = "lantern"
    page_size = 25
    review_page_size = 15
    login_path = "/login"
    forbidden = re.compile(r"^/(?:orders?|cart|messages|account|wallet|logout|withdraw|products/mine)(?:/|$|\?)")

    def routes(self) -> list[tuple[str, Callable[..., str | None]]]:
        """Short paths, with queries for categories and pages."""
        return [
            (r"/", self._front),
            (r"/products/?", self._products),
            (r"/products/([^/]+)", self._store),
            (r"/product/(\d+)", self._listing),
            (r"/user/([^/]+)", self._vendor),
            (r"/user/([^/]+)/feedback", self._feedback),
            (r"/user/([^/]+)/pgp", self._pgp),
        ]

    def destinations(self, codes: Sequence[str]) -> str:
        """Where goods are sent, in this market's words."""
        return ", ".join(places().name(code) for code in codes)

    def escrow(self, listing: Listing) -> str:
        """How a sale is secured, in this market's words."""
        return _ESCROWS[listing.escrow]

    def coin(self, coin: str) -> str:
        """A coin's name, as the picture of it is labelled."""
        return _COINS[coin]

    def price(self, listing: Listing, factor: Decimal = Decimal(1)) -> str:
        """``485.00 USD/112g``."""
        currency = self.showing.currency(listing)
        return f"{self.moment.price(listing, currency, factor)} {currency}/{listing.unit}"

    def price_in_bitcoin(self, listing: Listing, factor: Decimal = Decimal(1)) -> str:
        """``0.05199685 BTC/112g``."""
        return f"{self.moment.price(listing, 'BTC', factor):.8f} BTC/{listing.unit}"

    def last_online(self, account: Account) -> str:
        """When the vendor was last there: a time, or that it was within a day."""
        seen = self.moment.last_seen(account)
        return "Within the last 24 hours" if self.now - seen < timedelta(days=1) else f"{seen:%Y-%m-%d %H:%M}"

    def _front(self, ask: Ask) -> str:
        return self.render("front.html", ask, latest=self.newest[:6])

    def _products(self, ask: Ask) -> str | None:
        category, words = ask.query.get("category"), ask.query.get("q", "")
        if category and category != "0":
            node = self.tree.number(number(category))
            if node is None:
                return None
            return self._index(ask, self.listed(node), f"/products?category={node.number}", title=node.name)
        path = f"/products?q={quote_plus(words)}" if words else "/products"
        return self._index(ask, self.find(words), path, title="All", words=words)

    def _store(self, ask: Ask, handle: str) -> str | None:
        account = self.shelves.account(handle)
        if account is None:
            return None
        return self._index(ask, list(self.shelves.of(account)), f"/products/{account.handle}", title=account.handle)

    def _index(self, ask: Ask, listings: Sequence[Listing], path: str, *, title: str, words: str = "") -> str | None:
        index = cut(listings, number(ask.query.get("page", "1")) - 1, self.page_size)
        if index is None:
            return None
        mark = "&" if "?" in path else "?"
        return self.render("index.html", ask, index=index, path=f"{path}{mark}page=", title=title, words=words)

    def _listing(self, ask: Ask, listing_number: str) -> str | None:
        listing = self.shelves.listing(int(listing_number))
        if listing is None:
            return None
        reviews = self.moment.reviews(listing)[: self.review_page_size]
        return self.render("listing.html", ask, listing=listing, account=self.owner(listing), reviews=reviews)

    def _vendor(self, ask: Ask, handle: str) -> str | None:
        account = self.shelves.account(handle)
        if account is None:
            return None
        reviews = self.moment.reviews_of(account)
        return self.render(
            "vendor.html", ask, account=account, reviews=reviews[: self.review_page_size], total=len(reviews)
        )

    def _feedback(self, ask: Ask, handle: str) -> str | None:
        account = self.shelves.account(handle)
        if account is None:
            return None
        page = number(ask.query.get("page", "1")) - 1
        index = cut(self.moment.reviews_of(account), page, self.review_page_size)
        return None if index is None else self.render("feedback.html", ask, account=account, index=index)

    def _pgp(self, ask: Ask, handle: str) -> str | None:
        account = self.shelves.account(handle)
        return None if account is None or account.key is None else self.render("pgp.html", ask, account=account)
