"""The family ``orchard``: few scripts with long queries, relative links, a grid of divs, tables without closing tags.

Prices in the vendor's currency before the amount (``EUR 1,089.50``, ``BTC 0.01204``), ``27 Oct 2019`` for dates, counts
such as ``1.2K+``, ``Worldwide except ...``, in windows-1252 that only the page declares.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from urllib.parse import quote_plus

from replica.markets.storefront import Ask, Storefront, cut, number
from replica.world.catalogue import places
from replica.world.model import Account, Escrow, Listing, ShippingOption
from replica.world.showing import count_text

_ESCROWS: dict[Escrow, str] = {
    "escrow": "Escrow Listing",
    "finalize_early": "FE Listing",
    "multisig": "Multisig Listing",
    "partial": "Partial FE Listing",
}


class Orchard(Storefront):
    """A market in the manner of ``orchard``."""

    family = "orchard"
    page_size = 40
    charset = "windows-1252"
    login_path = "/login"
    forbidden = re.compile(
        r"^/(?:sendmessage|cart|buy|wallet|logout|report|settings|orders|deposit)(?:\?|/|$)"
        r"|^/welcome\?(?:.*&)?action=(?:buy|addtocart|report|favorite)(?:&|$)"
    )

    def routes(self) -> list[tuple[str, Callable[..., str | None]]]:
        """``welcome`` shows indexes and listings, ``userinfo`` vendors, ``reviews`` what buyers wrote."""
        return [
            (r"/", self._front),
            (r"/welcome", self._welcome),
            (r"/userinfo", self._vendor),
            (r"/reviews", self._reviews),
        ]

    def destinations(self, listing: Listing) -> str:
        """Where goods are sent, in this market's words."""
        if not listing.ships_from:
            return "Digital / Service"
        names = self.names(listing.ships_to)
        return f"{names} except {self.names(listing.ships_excluded)}" if listing.ships_excluded else names

    def origin(self, listing: Listing) -> str:
        """Where goods are sent from, in this market's words."""
        return self.names(listing.ships_from) or "Digital / Service"

    def names(self, codes: Sequence[str]) -> str:
        """Countries by name, separated by commas."""
        return ", ".join(places().name(code) for code in codes)

    def escrow(self, listing: Listing) -> str:
        """How a sale is secured, in this market's words."""
        return _ESCROWS[listing.escrow]

    def price(self, listing: Listing, factor: Decimal = Decimal(1)) -> str:
        """``EUR 1,089.50``; whole sums have no decimals."""
        currency = self.showing.currency(listing)
        return money_text(self.moment.price(listing, currency, factor), currency)

    def elsewhere(self, listing: Listing) -> str:
        """The price in the other currencies, as a reader's aid: ``$ 117.00 £ 91.20``."""
        signs = {"USD": "$", "EUR": "\u20ac", "GBP": "\u00a3"}
        currency = self.showing.currency(listing)
        return " ".join(
            f"{sign} {self.moment.price(listing, code)}" for code, sign in signs.items() if code != currency
        )

    def option_price(self, listing: Listing, option: ShippingOption) -> str:
        """What a way of sending costs, in the listing's currency."""
        currency = self.showing.currency(listing)
        return money_text(self.moment.convert(option.price, currency), currency)

    def days(self, option: ShippingOption) -> str:
        """``3-7 days``."""
        if option.days_min == option.days_max:
            return f"{option.days_max} day{'s' if option.days_max > 1 else ''}"
        return f"{option.days_min}-{option.days_max} days"

    def count(self, value: int) -> str:
        """``1.2K+``."""
        return count_text(value)

    def sum(self, usd: Decimal) -> str:
        """A buyer's payment, in euros."""
        return money_text(self.moment.convert(usd, "EUR"), "EUR")

    def ends(self, listing: Listing) -> list[tuple[int, int | None, Decimal]]:
        """The rows of the price table: from, to (None: or more), and the part of the full price."""
        starts = [(1, Decimal(1)), *((step.min_quantity, step.factor) for step in listing.steps)]
        lasts = [quantity - 1 for quantity, _ in starts[1:]]
        return [(*start[:1], last, start[1]) for start, last in zip(starts, [*lasts, None], strict=True)]

    def _front(self, ask: Ask) -> str:
        return self.render("front.html", ask, latest=self.newest[:4])

    def _welcome(self, ask: Ask) -> str | None:
        query = ask.query
        if query.get("action") == "show":
            return self._listing(ask, number(query.get("listing")))
        page = number(query.get("page"))
        node = self.tree.number(number(query.get("c") or query.get("sc")))
        if node is not None:
            parameter = "c" if "c" in query else "sc"
            return self._index(ask, self.listed(node), page, f"{parameter}={node.number}", " - ".join(node.path))
        if "seller" in query:
            account = self.shelves.account(query["seller"])
            found = [] if account is None else list(self.shelves.of(account))
            return None if account is None else self._index(ask, found, page, f"seller={account.handle}", "Listings")
        if "searchterm" in query:
            words = query["searchterm"]
            return self._index(ask, self.find(words), page, f"searchterm={quote_plus(words)}", "Search")
        return self._index(ask, self.newest, page, "display=all", "All")

    def _index(self, ask: Ask, listings: Sequence[Listing], page: int, query: str, title: str) -> str | None:
        index = cut(listings, page, self.page_size)
        return None if index is None else self.render("index.html", ask, index=index, query=query, title=title)

    def _listing(self, ask: Ask, listing_number: int) -> str | None:
        listing = self.shelves.listing(listing_number)
        if listing is None:
            return None
        return self.render("listing.html", ask, listing=listing, account=self.owner(listing))

    def _vendor(self, ask: Ask) -> str | None:
        account = self.shelves.account(ask.query.get("user", ""))
        if account is None:
            return None
        if ask.query.get("tab") == "pgp":
            return self.render("pgp.html", ask, account=account) if account.key else None
        page = number(ask.query.get("page"))
        index = cut(list(self.shelves.of(account)), page, self.page_size)
        return None if index is None else self._profile(ask, account, index=index)

    def _profile(self, ask: Ask, account: Account, **context: object) -> str:
        return self.render("vendor.html", ask, account=account, **context)

    def _reviews(self, ask: Ask) -> str | None:
        page = number(ask.query.get("page"))
        if "vendor" in ask.query:
            account = self.shelves.account(ask.query["vendor"])
            if account is None:
                return None
            found, query = self.moment.reviews_of(account), f"vendor={account.handle}"
        else:
            listing = self.shelves.listing(number(ask.query.get("listing")))
            if listing is None:
                return None
            account = self.owner(listing)
            found, query = self.moment.reviews(listing), f"listing={listing.number}"
        index = cut(found, page, self.review_page_size)
        return None if index is None else self.render("reviews.html", ask, account=account, index=index, query=query)


def money_text(amount: Decimal, currency: str) -> str:
    """``EUR 1,089.50``, ``EUR 1,089``, ``BTC 0.01204``: decimals that are zero are left out."""
    if currency == "BTC":
        return f"BTC {amount.normalize():f}"
    return f"{currency} {amount:,.0f}" if amount == amount.to_integral_value() else f"{currency} {amount:,.2f}"
