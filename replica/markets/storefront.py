"""What the pages of every family are made from: a market at the time of the clock, its indexes, and its templates."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

import jinja2

from nightpost.clock import Clock
from replica.world import World
from replica.world.addressing import listing_path, picture_path, vendor_path
from replica.world.categories import Category, CategoryTree
from replica.world.model import Account, Listing, Market, Review
from replica.world.moment import Moment
from replica.world.showing import SHOWINGS, Showing
from replica.world.truth import rating_score

Item = TypeVar("Item")

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Ask:
    """What a browser asks for: a path, its query, and the scheme and host that it asked (``http://abc.onion``)."""

    path: str
    query: Mapping[str, str]
    base: str


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """One page of an index: its items, its place (from 0), the number of pages and of all items."""

    items: Sequence[Item]
    page: int
    pages: int
    total: int
    size: int

    @property
    def near(self) -> list[int]:
        """The pages that the bar of page numbers links to: those around this one."""
        return list(range(max(0, self.page - 3), min(self.pages, self.page + 4)))


def cut(items: Sequence[Item], page: int, size: int) -> Slice[Item] | None:
    """One page of an index; None beyond its last. An empty index has one empty page."""
    pages = max(1, -(-len(items) // size))
    if not 0 <= page < pages:
        return None
    return Slice(items[page * size : (page + 1) * size], page, pages, len(items), size)


class Storefront(ABC):
    """A market shown by one family of templates.

    A family derives from it: ``family`` names its templates, ``routes`` maps patterns of paths to the methods that make
    their pages, ``forbidden`` matches paths with queries where something would be bought, sent, changed or left.
    """

    family: ClassVar[str]
    page_size: ClassVar[int]
    review_page_size: ClassVar[int] = 20
    charset: ClassVar[str] = "utf-8"
    login_path: ClassVar[str]
    forbidden: ClassVar[re.Pattern[str]]
    media: ClassVar[re.Pattern[str]] = re.compile(r"\.(?:jpg|png|ico|css)$|^/(?:image|css-\d|captcha)\b")

    def __init__(self, world: World, market: Market, clock: Clock) -> None:
        self.world = world
        self.market = market
        self.shelves = world.shelves[market.name]
        self.tree = CategoryTree(self.family)
        self.showing: Showing = SHOWINGS[self.family]
        self._clock = clock
        self._moment = world.moment(market.name, clock.now())
        self._templates = _environment(self.family)

    @abstractmethod
    def routes(self) -> list[tuple[str, Callable[..., str | None]]]:
        """Patterns of whole paths, and what makes the page: called with the Ask and the pattern's groups."""

    def page(self, ask: Ask) -> str | None:
        """The HTML of a page; None when there is no such page."""
        for pattern, make in self._compiled:
            match = pattern.fullmatch(ask.path)
            if match:
                return make(ask, *match.groups())
        return None

    def is_forbidden(self, target: str) -> bool:
        """Whether a path with its query is one that an investigator must never ask for."""
        return self.forbidden.search(target) is not None

    @cached_property
    def _compiled(self) -> list[tuple[re.Pattern[str], Callable[..., str | None]]]:
        return [(re.compile(pattern), make) for pattern, make in self.routes()]

    @property
    def moment(self) -> Moment:
        """The market as it is now."""
        now = self._clock.now()
        if now != self._moment.at:
            self._moment = self.world.moment(self.market.name, now)
        return self._moment

    @property
    def now(self) -> datetime:
        """The time that the market's own clock shows."""
        return self.moment.at

    def render(self, template: str, ask: Ask, **context: object) -> str:
        """A page of a template; ``shop`` is this storefront and ``base`` what absolute links begin with."""
        return self._templates.get_template(template).render(shop=self, m=self.moment, base=ask.base, **context)

    def login_page(self, ask: Ask, token: str, *, failed: bool) -> str:
        """The form to log in; the token has to be sent back with it."""
        return self.render("login.html", ask, token=token, failed=failed)

    def missing_page(self, ask: Ask) -> str:
        """What is shown for a page that is not there."""
        return self.render("missing.html", ask)

    @cached_property
    def newest(self) -> list[Listing]:
        """All listings, the newest first."""
        return sorted(self.shelves.listings, key=lambda listing: (listing.posted_at, listing.number), reverse=True)

    @cached_property
    def _by_category(self) -> dict[int, list[Listing]]:
        found: dict[int, list[Listing]] = {category.number: [] for category in self.tree.all}
        for listing in self.newest:
            for category in self.tree.line(self.tree.of(listing.category)):
                found[category.number].append(listing)
        return found

    @cached_property
    def empty_shops(self) -> list[Account]:
        """Vendors who sell nothing yet: no index of listings leads to them, so the front page does."""
        return [account for account in self.shelves.accounts if not self.shelves.of(account)]

    def listed(self, category: Category) -> list[Listing]:
        """The listings of a category and of those below it, the newest first."""
        return self._by_category[category.number]

    def find(self, words: str) -> list[Listing]:
        """Listings with all those words in the title; all listings without a word."""
        wanted = words.casefold().split()
        return [listing for listing in self.newest if all(word in listing.title.casefold() for word in wanted)]

    def owner(self, listing: Listing) -> Account:
        """Whose listing it is."""
        return self.shelves.owner(listing)

    def category(self, listing: Listing) -> Category:
        """The category that a listing is in."""
        return self.tree.of(listing.category)

    def listing_url(self, listing: Listing) -> str:
        """Path and query of a listing's page."""
        return listing_path(self.family, listing, self.category(listing).number)

    def vendor_url(self, account: Account) -> str:
        """Path and query of a vendor's page."""
        return vendor_path(self.family, account)

    def picture_url(self, picture: int) -> str:
        """Path of a picture."""
        return picture_path(self.family, picture)

    def score(self, account: Account) -> Decimal | None:
        """A vendor's rating, in this family's scale."""
        return rating_score(self.showing, self.moment.reviews_of(account))

    def signs(self, account: Account, sign: str) -> list[Review]:
        """A vendor's reviews of one sign, newest first."""
        return [review for review in self.moment.reviews_of(account) if review.sign == sign]


def number(text: str | None) -> int:
    """A page number or offset of a query: 0 when absent, -1 (no such page) when it is not a number."""
    if not text:
        return 0
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _environment(family: str) -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES / family),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        keep_trailing_newline=True,
    )
