"""The views of a facade: what its shop holds, in the facade's words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from replica.facades.native import native_review, native_texts
from replica.facades.shop import Shop
from replica.facades.views import (
    BuyerView,
    CategoryView,
    ContactView,
    ExternalView,
    ListingView,
    MarketView,
    PagerView,
    PriceView,
    RateView,
    ReviewView,
    ShippingView,
    VendorView,
)
from replica.world.categories import Category
from replica.world.model import SIGNS, Account, BulkStep, Listing, Review
from replica.world.streams import stream

_SIMILAR, _SHOWN_REVIEWS = 4, 15
_BUYERS = (
    "lazydog",
    "mr_white",
    "night0wl",
    "bluejay",
    "sunnyboy",
    "realtalk",
    "justme",
    "quietone",
    "tripper",
    "johnny",
)
_FULL_PRICE = BulkStep(1, Decimal(1))


class Showing:
    """Makes the views of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._style = shop.style
        self._words = shop.wording
        # Pages show the same categories and rows again and again.
        self._categories: dict[int, CategoryView] = {}
        self._rows: dict[int, ListingView] = {}

    @cached_property
    def market(self) -> MarketView:
        """The market on every page."""
        shop, words = self._shop, self._words
        draw = stream(shop.seed, "market")
        balance = shop.convert(Decimal(draw.choice((0, draw.randint(500, 60000)))) / 100, self._style.coin)
        return MarketView(
            name=self._style.title,
            host=shop.host,
            me=self._style.me,
            balance=words.money(balance, self._style.coin),
            rates=tuple(
                RateView(coin, currency, words.money(shop.rate(coin) / shop.rate(currency), currency))
                for coin, currency in self._style.rates
            ),
            categories=tuple(map(self.category, shop.tree.children(None))),
            now=words.date(shop.moment.at, "now"),
            user_count=words.count(draw.randint(900, 160000)),
        )

    def category(self, category: Category) -> CategoryView:
        """A category and those below it."""
        if category.number not in self._categories:
            self._categories[category.number] = self._category(category)
        return self._categories[category.number]

    def _category(self, category: Category) -> CategoryView:
        shop = self._shop
        listed = len(shop.listed(category))
        return CategoryView(
            number=category.number,
            name=self._style.categories.get(category.name, category.name),
            url=shop.written(shop.category_target(category)),
            # A market's declared count is of all its listings; these pages show but a few of them.
            count=self._words.count(listed * 37 + category.number if listed else 0),
            children=tuple(map(self.category, shop.tree.children(category.number))),
        )

    def row(self, listing: Listing) -> ListingView:
        """A listing as rows show it: without reviews and similar ones, its title perhaps cut."""
        if listing.number not in self._rows:
            self._rows[listing.number] = self._row(listing)
        return self._rows[listing.number]

    def _row(self, listing: Listing) -> ListingView:
        shop, words = self._shop, self._words
        owner, tree = shop.shelves.owner(listing), shop.tree
        usd = shop.moment.usd(listing)
        stock = shop.moment.stock(listing)
        return ListingView(
            id=str(listing.number),
            number=listing.number,
            url=shop.written(shop.listing_target(listing)),
            title=shop.title(listing),
            description=listing.description,
            vendor=owner.handle,
            vendor_url=shop.written(shop.vendor_target(owner)),
            vendor_sales=words.count(shop.moment.sales(owner)),
            vendor_score=self._score(shop.moment.reviews_of(owner)),
            price=words.money(*shop.price(listing)),
            price_coin=words.money(shop.convert(usd, self._style.coin), self._style.coin),
            price_other=tuple(words.money(shop.convert(usd, other), other) for other in self._style.others),
            prices=self._prices(listing),
            category=tuple(map(self.category, tree.line(tree.of(listing.category)))),
            origin=words.place_list(listing.ships_from),
            origin_code=listing.ships_from[0].lower() if listing.ships_from else "",
            destinations=words.destinations(listing.ships_to, listing.ships_excluded),
            destination_codes=tuple(code.lower() for code in listing.ships_to),
            excluded=words.place_list(listing.ships_excluded) if listing.ships_excluded else "",
            shipping=self._shipping(listing),
            payment=tuple(self._style.coins[coin] for coin in listing.payment),
            escrow=self._style.escrow[listing.escrow],
            stock=self._style.unlimited if stock is None else words.count(stock),
            sold=words.count(shop.moment.sold(listing)),
            views=words.count(shop.moment.views(listing)),
            posted=words.date(listing.posted_at, "posted"),
            images=tuple(shop.url("image", number=picture) for picture in listing.pictures),
            unit=listing.unit,
        )

    def listing(self, listing: Listing) -> ListingView:
        """A listing as its own page shows it."""
        shop = self._shop
        others = [other for other in shop.newest if other is not listing]
        similar = stream(shop.seed, "similar", listing.number).sample(others, min(_SIMILAR, len(others)))
        return replace(
            self.row(listing),
            title=listing.title,
            reviews=tuple(map(self.review, shop.moment.reviews(listing)[:_SHOWN_REVIEWS])),
            similar=tuple(map(self.row, similar)),
        )

    def review(self, review: Review) -> ReviewView:
        """A review."""
        shop = self._shop
        listing = shop.shelves.listing(review.listing)
        assert listing is not None, "reviews are made of listings"
        currency = shop.price(listing)[1]
        return ReviewView(
            buyer=review.buyer,
            rating=self._style.signs[review.sign],
            sign=review.sign,
            stars=review.stars,
            text=native_review(shop.seed, review, native_texts(self._style.language)),
            amount=self._words.money(shop.convert(review.usd, currency), currency),
            posted=self._words.date(review.posted_at, "review"),
            listing=self.row(listing),
        )

    def vendor(self, account: Account) -> VendorView:
        """A vendor."""
        shop, words = self._shop, self._words
        reviews = shop.moment.reviews_of(account)
        by_sign = {sign: words.count(sum(review.sign == sign for review in reviews)) for sign in SIGNS}
        return VendorView(
            number=account.number,
            handle=account.handle,
            url=shop.written(shop.vendor_target(account)),
            pgp_url=shop.written(shop.vendor_target(account, "pgp")),
            reviews_url=shop.written(shop.vendor_target(account, "reviews")),
            about=account.description,
            terms=account.terms or "",
            pgp=account.key.armored if account.key else "",
            fingerprint=account.key.fingerprint if account.key else "",
            registered=words.date(account.registered_at, "registered"),
            last_seen=words.date(shop.moment.last_seen(account), "seen"),
            level=str(account.level),
            trust=str(account.trust_level),
            score=self._score(reviews),
            positive=by_sign["positive"],
            neutral=by_sign["neutral"],
            negative=by_sign["negative"],
            feedback=words.count(len(reviews)),
            sales=words.count(shop.moment.sales(account)),
            disputes_won=str(account.disputes_won),
            disputes_lost=str(account.disputes_lost),
            finalize_early=account.finalize_early,
            contacts=tuple(ContactView(contact.type, contact.value) for contact in account.contacts),
            ships_from=words.place_list(account.ships_from),
            ships_from_code=account.ships_from[0].lower() if account.ships_from else "",
            ships_to=words.place_list(account.ships_to),
            external=tuple(
                ExternalView(other.market, words.count(other.sales), words.number(other.rating))
                for other in account.others
            ),
            listings=tuple(map(self.row, shop.shelves.of(account)[: self._style.page_size])),
            reviews=tuple(map(self.review, reviews[:_SHOWN_REVIEWS])),
        )

    def buyer(self, number: int) -> BuyerView:
        """One of the accounts that only buy."""
        shop, words = self._shop, self._words
        draw, now = stream(shop.seed, "buyer", number), shop.moment.at
        name = f"{draw.choice(_BUYERS)}{draw.randint(1, 999)}"
        reviews = [review for listing in shop.newest for review in shop.moment.reviews(listing)]
        orders = draw.randint(0, 60)
        spent = Decimal(orders * draw.randint(2000, 9000)) / 100
        return BuyerView(
            name=name,
            url=shop.url("buyer", handle=name, number=number),
            registered=words.date(now - timedelta(days=draw.randint(20, 900)), "registered"),
            last_seen=words.date(now - timedelta(hours=draw.randint(1, 400)), "seen"),
            orders=words.count(orders),
            spent=words.money(shop.convert(spent, self._style.currencies[0]), self._style.currencies[0]),
            trust=str(draw.randint(1, 5)),
            disputes=str(draw.randint(0, 2)),
            reviews=tuple(map(self.review, draw.sample(reviews, min(4, len(reviews))))),
        )

    def pager(self, kind: str, page: int, pages: int, total: int, category: Category | None = None) -> PagerView:
        """The place of a page, from 1, among those of an index (``kind`` of URL: index or category)."""
        shop = self._shop

        def url_of(number: int) -> str:
            target = shop.category_target(category, number) if category else shop.target(kind, page=number)
            return shop.written(target)

        return PagerView(
            page=page,
            pages=pages,
            total=self._words.count(total),
            url_of=url_of,
            next=url_of(page + 1) if page < pages else "",
            prev=url_of(page - 1) if page > 1 else "",
        )

    def _prices(self, listing: Listing) -> tuple[PriceView, ...]:
        """The price table, from one unit on; empty when nothing is cheaper in bulk."""
        if not listing.steps:
            return ()
        shop, currency = self._shop, self._shop.price(listing)[1]
        steps = (_FULL_PRICE, *listing.steps)
        ends = [str(step.min_quantity - 1) for step in steps[1:]] + [""]
        sums = [shop.convert(shop.moment.usd(listing) * step.factor, currency) for step in steps]
        return tuple(
            PriceView(str(step.min_quantity), end, self._words.money(amount, currency))
            for step, end, amount in zip(steps, ends, sums, strict=True)
        )

    def _shipping(self, listing: Listing) -> tuple[ShippingView, ...]:
        currency = self._shop.price(listing)[1]
        return tuple(
            ShippingView(
                name=option.name,
                price=self._words.money(self._shop.convert(option.price, currency), currency),
                days=self._style.days.format(min=option.days_min, max=option.days_max),
            )
            for option in listing.options
        )

    def _score(self, reviews: Sequence[Review]) -> str:
        """A vendor's rating: the mean number of stars, or the percentage of good reviews; empty without any."""
        if not reviews:
            return ""
        if self._style.score == "stars":
            mean = Decimal(sum(review.stars for review in reviews)) / len(reviews)
            return self._words.number(mean.quantize(Decimal("0.01")))
        good = sum(review.sign == "positive" for review in reviews)
        return f"{self._words.number((Decimal(100 * good) / len(reviews)).quantize(Decimal('0.1')))}%"
