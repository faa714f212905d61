"""A facade's market on the day of its pages: what is sold, at which sums, under which URLs."""

from decimal import Decimal
from functools import cached_property
from urllib.parse import quote

from replica.facades.conventions import Conventions, Currency
from replica.facades.wares import facade_seed, stock
from replica.facades.wording import Wording
from replica.world.categories import Category, CategoryTree
from replica.world.model import Account, Listing
from replica.world.streams import stream

_DEFAULT_URLS = {
    "listing": "/listing/{number}",
    "vendor": "/vendor/{handle}",
    "category": "/category/{category}?page={page}",
    "index": "/listings?page={page}",
    "buyer": "/user/{handle}",
    "pgp": "/vendor/{handle}/pgp",
    "reviews": "/vendor/{handle}/feedback",
    "image": "/images/{number}.jpg",
    "home": "/",
}
_MORE_RATES: dict[Currency, str] = {"AUD": "0.6520", "CAD": "0.7310", "RUB": "0.0109", "PLN": "0.2540", "SEK": "0.0955"}
"""US dollars for one unit of the currencies that worlds do not know; plausible, not any day's."""
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


class Shop:
    """What the pages of a facade are made from; the same arguments give the same shop."""

    def __init__(self, name: str, style: Conventions, *, seed: int, vendors: int, listings: int) -> None:
        self.name = name
        self.style = style
        self.seed = facade_seed(name, seed)
        self.moment = stock(name, style, seed=seed, vendors=vendors, listings=listings)
        self.shelves = self.moment.shelves
        self.wording = Wording(style, self.moment.at)
        self.tree = CategoryTree(style.family)
        draw = stream(self.seed, "host")
        self.host = "".join(draw.choices(_BASE32, k=style.onion)) + ".onion"

    @cached_property
    def newest(self) -> list[Listing]:
        """All listings, the newest first."""
        return sorted(self.shelves.listings, key=lambda listing: (listing.posted_at, listing.number), reverse=True)

    def listed(self, category: Category) -> list[Listing]:
        """The listings of a category and of those below it, the newest first."""
        return self._by_category.get(category.number, [])

    @cached_property
    def _by_category(self) -> dict[int, list[Listing]]:
        found: dict[int, list[Listing]] = {}
        for listing in self.newest:
            for category in self.tree.line(self.tree.of(listing.category)):
                found.setdefault(category.number, []).append(listing)
        return found

    def rate(self, currency: Currency) -> Decimal:
        """US dollars for one unit of a currency."""
        worth = self.style.worth.get(currency) or _MORE_RATES.get(currency)
        return Decimal(worth) if worth else self.moment.rate(currency)

    def convert(self, usd: Decimal, currency: Currency) -> Decimal:
        """A sum in US dollars in another currency, as exactly as pages write it."""
        return self.wording.shown(usd / self.rate(currency), currency)

    def fiat(self, account: Account) -> Currency:
        """The currency that a vendor prices in."""
        return self.style.currencies[account.number % len(self.style.currencies)]

    def price(self, listing: Listing) -> tuple[Decimal, Currency]:
        """The main price as pages state it, and its currency."""
        currency = self.style.coin if self.style.price_shown == "coin" else self.fiat(self.shelves.owner(listing))
        return self.convert(self.moment.usd(listing), currency), currency

    def title(self, listing: Listing) -> str:
        """The title as rows show it."""
        limit = self.style.row_title
        if limit is None or len(listing.title) <= limit:
            return listing.title
        return listing.title[:limit].rstrip() + "..."

    def target(self, kind: str, **values: object) -> str:
        """Path and query of a page by the kind of its URL."""
        pattern = self.style.urls.get(kind) or _DEFAULT_URLS.get(kind) or f"/{kind}"
        subject = stream(self.seed, "hash", kind, values.get("number"), values.get("handle"))
        blanks: dict[str, object] = {
            "number": 0,
            "vendor_number": 0,
            "category": 0,
            "handle": "",
            "slug": "",
            "page": 1,
        }
        filled = {**blanks, "hash": f"{subject.getrandbits(96):024x}", **values}
        return pattern.format(**{key: quote(str(value)) for key, value in filled.items()})

    def url(self, kind: str, **values: object) -> str:
        """A page's URL as links write it: a path, or all of it."""
        return self.written(self.target(kind, **values))

    def written(self, target: str) -> str:
        """A path and query as links write it."""
        return f"http://{self.host}{target}" if self.style.absolute else target

    def listing_target(self, listing: Listing) -> str:
        """Path and query of a listing's page."""
        category = self.tree.of(listing.category).number
        owner = self.shelves.owner(listing)
        return self.target(
            "listing",
            number=listing.number,
            slug=slug(listing.title),
            category=category,
            handle=owner.handle,
            vendor_number=owner.number,
        )

    def vendor_target(self, account: Account, kind: str = "vendor") -> str:
        """Path and query of one of a vendor's pages: ``vendor``, ``pgp`` or ``reviews``."""
        return self.target(kind, number=account.number, vendor_number=account.number, handle=account.handle)

    def category_target(self, category: Category, page: int = 1) -> str:
        """Path and query of a page of a category's index."""
        number = category.number
        namesakes = sum(other.name == category.name for other in self.tree.all)
        name = category.name if namesakes == 1 else " ".join(category.path[-2:])
        return self.target("category", category=number, number=number, slug=slug(name), page=page)


def slug(text: str) -> str:
    """A text as URLs spell it: lower-case ASCII letters and digits with hyphens."""
    spaced = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in text.lower())
    return "-".join(spaced.split())[:60] or "item"
