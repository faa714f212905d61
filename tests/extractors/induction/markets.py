"""Small markets of our own in three languages, each built in its own way, with what their pages truly say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from extractors.induction.samples import SavedPage
from extractors.page_kinds import KindGuess
from extractors.records import PageKind

FETCHED = datetime(2024, 5, 20, 12, 0, tzinfo=UTC)
HOST = "http://" + "m" * 56 + ".onion"
# Base64 of nothing in particular, in the armour of a key.
_ARMOUR = "mQENBF{}xXk8tNfGqkzP0sVbRjWcYhUeLmDaIoTnZpQrBvCxSwEfGhJkLyUiOpAsDfGh\nJkLzXcVbNmQwErTyUiOpAsDf0{}GhJkLzXcVbNm=\n=a1b2"


@dataclass(frozen=True)
class Offer:
    """What a market offers: its number, title, seller, price in its currency, and ISO codes of origin and destinations."""

    number: int
    title: str
    vendor: str
    price: str
    ships_from: str
    ships_to: str
    text: str


@dataclass(frozen=True)
class Seller:
    """A seller of a market: its name, the day since which it is there (ISO), how much it sold, what it writes."""

    handle: str
    since: str
    sales: int
    text: str

    @property
    def key(self) -> str:
        """Its public key block; no real key."""
        body = _ARMOUR.format(self.handle, len(self.handle))
        return f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{body}\n-----END PGP PUBLIC KEY BLOCK-----"


@dataclass(frozen=True)
class Page:
    """A page of a market, where it was, and what it says, by field, as the records have it."""

    path: str
    kind: PageKind
    html: str
    truth: list[dict[str, Any]] = field(default_factory=list)

    @property
    def saved(self) -> SavedPage:
        """The page as it was saved."""
        return SavedPage(self.path, self.html.encode(), HOST + self.path, FETCHED)


OFFERS = (
    Offer(4101, "Blue Dream indoor flowers 5 grams", "quietfox", "38.50", "DE", "WW", "Grown slowly and cured for six weeks in glass jars."),
    Offer(4102, "Sencha green tea, first flush", "leafline", "12.00", "GB", "EU", "Harvested in spring by hand, packed without air on the same day."),
    Offer(4107, "Darjeeling black tea in a tin", "quietfox", "21.75", "NL", "US", "A tin with a double lid that keeps the leaves fresh for a year."),
    Offer(4110, "Twenty stickers for your laptop", "papergull", "4.20", "DE", "DE", "They stick on every surface and come off without leaving a trace."),
    Offer(4118, "Handmade beeswax candle set", "leafline", "17.30", "FR", "WW", "Six candles of pure wax from a small farm in the mountains."),
    Offer(4125, "Roasted coffee beans, one bag", "papergull", "9.90", "US", "US", "Roasted on Monday and sent on Tuesday, whole beans only."),
)  # fmt: skip
SELLERS = (
    Seller("quietfox", "2021-03-14", 1204, "We answer every message within a day and send on weekdays only."),
    Seller("leafline", "2022-11-02", 87, "A small family that has been in the tea trade for two generations."),
    Seller("papergull", "2020-07-29", 4415, "Paper goods and more since many years, with care and good humour."),
)

_PLACES = {
    "en": {"DE": "Germany", "GB": "United Kingdom", "NL": "Netherlands", "US": "United States", "FR": "France", "WW": "Worldwide", "EU": "Europe"},
    "de": {"DE": "Deutschland", "GB": "Großbritannien", "NL": "Niederlande", "US": "USA", "FR": "Frankreich", "WW": "Weltweit", "EU": "Europa"},
    "ru": {"DE": "Германия", "GB": "Великобритания", "NL": "Нидерланды", "US": "США", "FR": "Франция", "WW": "Весь мир", "EU": "Европа"},
}  # fmt: skip


def english() -> list[Page]:
    """Rows of a table, facts in a definition list, sums in dollars."""
    place = _PLACES["en"]

    def around(title: str, body: str) -> str:
        return f"""<html><head><title>{title} | Tea Corner</title></head><body>
<div id="topbar"><a href="/">Home</a> <a href="/list?page=1">Browse</a> <a href="/orders">Orders</a> <a href="/wallet">$0.00</a>
Logged in as <a href="/user/visitor9">visitor9</a> <a href="/logout">Logout</a></div>
<div id="main">{body}</div><div id="footer"><a href="/rules">Rules</a> <a href="/faq">FAQ</a></div></body></html>"""

    pages = [
        Page(f"/offer/{offer.number}", "listing", around(offer.title, f"""<div class="offer-box"><h1>{offer.title}</h1>
<p class="cost">${offer.price}</p><dl class="facts"><dt>Vendor</dt><dd><a href="/user/{offer.vendor}">{offer.vendor}</a></dd>
<dt>Ships from</dt><dd>{place[offer.ships_from]}</dd><dt>Ships to</dt><dd>{place[offer.ships_to]}</dd></dl>
<form action="/cart/add/{offer.number}" method="post"><input name="amount" value="1"><button>Buy now</button></form>
<div class="about"><h3>Description</h3><p>{offer.text}</p></div></div>"""), [_listing(offer, "USD")])
        for offer in OFFERS
    ]  # fmt: skip
    pages += [
        Page(f"/user/{seller.handle}", "vendor", around(f"Vendor {seller.handle}", f"""<div class="seller-box">
<h2>{seller.handle}</h2><table class="numbers"><tr><td>Sales</td><td>{seller.sales:,}</td></tr>
<tr><td>Member since</td><td>{seller.since}</td></tr><tr><td>Positive feedback</td><td>98 %</td></tr></table>
<div class="about"><p>{seller.text}</p></div><h3>PGP key</h3><pre>{seller.key}</pre>
<a href="/message?to={seller.handle}">Send message</a></div>"""), [_vendor(seller)])
        for seller in SELLERS
    ]  # fmt: skip
    for number, part in enumerate((OFFERS[:3], OFFERS[3:]), 1):
        rows = "".join(
            f"""<tr class="row"><td><a href="/offer/{offer.number}">{offer.title}</a></td>
<td><a href="/user/{offer.vendor}">{offer.vendor}</a></td><td>${offer.price}</td></tr>"""
            for offer in part
        )
        body = f"""<h2>Offers</h2><table class="list"><tr><th>Offer</th><th>Vendor</th><th>Price</th></tr>{rows}</table>
<p class="pages"><a href="/list?page=1">1</a> <a href="/list?page=2">2</a></p>"""
        pages.append(
            Page(f"/list?page={number}", "listing_index", around("Offers", body), [_row(offer, "USD") for offer in part])
        )
    return pages


def german() -> list[Page]:
    """Cards, facts in lines of "label: value", sums and dates as in German."""
    place = _PLACES["de"]

    def around(title: str, body: str) -> str:
        return f"""<html><head><meta charset="utf-8"><title>{title} - Teestube</title></head><body>
<nav><a href="/start">Startseite</a> <a href="/angebote?seite=1">Angebote</a> <a href="/bestellungen">Bestellungen</a>
<a href="/abmelden">Abmelden</a></nav><main>{body}</main><footer><a href="/regeln">Regeln</a> <a href="/hilfe">Hilfe</a></footer></body></html>"""

    pages = [
        Page(f"/angebot/{offer.number}", "listing", around(offer.title, f"""<section class="angebot"><h2>{offer.title}</h2>
<div class="preis">{_comma(offer.price)} €</div><p>Verkäufer: <a href="/haendler/{offer.vendor}">{offer.vendor}</a></p>
<p>Versand aus: <b>{place[offer.ships_from]}</b></p><p>Versand nach: <b>{place[offer.ships_to]}</b></p>
<form action="/warenkorb" method="post"><input name="menge" value="1"><button>In den Warenkorb</button></form>
<h3>Beschreibung</h3><div class="text">{offer.text}</div></section>"""), [_listing(offer, "EUR")])
        for offer in OFFERS
    ]  # fmt: skip
    pages += [
        Page(f"/haendler/{seller.handle}", "vendor", around(f"Händler {seller.handle}", f"""<section class="haendler">
<h2>{seller.handle}</h2><ul><li>Verkäufe: <b>{seller.sales}</b></li><li>Mitglied seit: <b>{_dotted(seller.since)}</b></li></ul>
<div class="text">{seller.text}</div><textarea readonly>{seller.key}</textarea>
<a href="/nachricht/{seller.handle}">Nachricht</a></section>"""), [_vendor(seller)])
        for seller in SELLERS
    ]  # fmt: skip
    for number, part in enumerate((OFFERS[:3], OFFERS[3:]), 1):
        cards = "".join(
            f"""<div class="karte"><a href="/angebot/{offer.number}"><h4>{offer.title}</h4></a>
<span class="preis">{_comma(offer.price)} €</span> <small>von <a href="/haendler/{offer.vendor}">{offer.vendor}</a></small></div>"""
            for offer in part
        )
        body = f"""<h1>Alle Angebote</h1><div class="karten">{cards}</div>
<div><a href="/angebote?seite=1">1</a> <a href="/angebote?seite=2">2</a></div>"""
        pages.append(
            Page(f"/angebote?seite={number}", "listing_index", around("Angebote", body), [_row(offer, "EUR") for offer in part])
        )
    return pages


def russian() -> list[Page]:
    """Tables of labels and values without any class, sums in roubles, addresses that are queries."""
    place = _PLACES["ru"]

    def around(title: str, body: str) -> str:
        return f"""<html><head><title>Чайная: {title}</title></head><body><table width="100%"><tr><td>
<a href="/?act=home">Главная</a> | <a href="/?act=list&amp;p=1">Все товары</a> | <a href="/?act=help">Помощь</a> |
<a href="/?act=exit">Выход</a></td></tr><tr><td>{body}</td></tr></table></body></html>"""

    pages = [
        Page(f"/?act=item&id={offer.number}", "listing", around(offer.title, f"""<h2>{offer.title}</h2><table border="1">
<tr><td>Продавец</td><td><a href="/?act=seller&amp;name={offer.vendor}">{offer.vendor}</a></td></tr>
<tr><td>Цена</td><td>{offer.price} руб.</td></tr><tr><td>Откуда</td><td>{place[offer.ships_from]}</td></tr>
<tr><td>Куда</td><td>{place[offer.ships_to]}</td></tr></table><h3>Описание</h3><p>{offer.text}</p>
<form action="/?act=buy" method="post"><input name="count"><input type="submit" value="Купить"></form>"""),
             [_listing(offer, "RUB")])
        for offer in OFFERS
    ]  # fmt: skip
    pages += [
        Page(f"/?act=seller&name={seller.handle}", "vendor", around(f"Продавец {seller.handle}", f"""<h2>{seller.handle}</h2>
<table border="1"><tr><td>Продаж</td><td>{seller.sales}</td></tr><tr><td>Дата регистрации</td><td>{_dotted(seller.since)}</td></tr>
</table><p>{seller.text}</p><pre>{seller.key}</pre><a href="/?act=write&amp;to={seller.handle}">Написать сообщение</a>"""),
             [_vendor(seller)])
        for seller in SELLERS
    ]  # fmt: skip
    for number, part in enumerate((OFFERS[:3], OFFERS[3:]), 1):
        rows = "".join(
            f"""<tr><td><a href="/?act=item&amp;id={offer.number}">{offer.title}</a></td><td>{offer.price} руб.</td>
<td><a href="/?act=seller&amp;name={offer.vendor}">{offer.vendor}</a></td></tr>"""
            for offer in part
        )
        body = f"""<h2>Все товары</h2><table border="1"><tr><th>Название</th><th>Цена</th><th>Продавец</th></tr>{rows}</table>
<a href="/?act=list&amp;p=1">1</a> <a href="/?act=list&amp;p=2">2</a>"""
        pages.append(
            Page(f"/?act=list&p={number}", "listing_index", around("Все товары", body), [_row(offer, "RUB") for offer in part])
        )
    return pages


MARKETS: dict[str, Callable[[], list[Page]]] = {"english": english, "german": german, "russian": russian}


def kinds_as_told(pages: list[Page]) -> Callable[..., KindGuess]:
    """A classifier that knows what kind each of these pages is, for tests of what comes after it."""
    told = {HOST + page.path: page.kind for page in pages}

    def guess(root: etree._Element, *, url: str = "") -> KindGuess:
        kind = told.get(url, "other")
        return KindGuess(kind, 1.0, {kind: 1.0})

    return guess


def _listing(offer: Offer, currency: str) -> dict[str, Any]:
    return {
        "kind": "listing", "title": offer.title, "vendor": offer.vendor, "price": (Decimal(offer.price), currency),
        "ships_from": [offer.ships_from], "ships_to": [offer.ships_to],
    }  # fmt: skip


def _row(offer: Offer, currency: str) -> dict[str, Any]:
    price = (Decimal(offer.price), currency)
    return {"kind": "listing", "title": offer.title, "vendor": offer.vendor, "price": price}


def _vendor(seller: Seller) -> dict[str, Any]:
    return {
        "kind": "vendor", "handle": seller.handle, "registered_at": seller.since, "sales": seller.sales,
        "pgp_keys": [seller.key],
    }  # fmt: skip


def _comma(price: str) -> str:
    return price.replace(".", ",")


def _dotted(day: str) -> str:
    return ".".join(reversed(day.split("-")))
