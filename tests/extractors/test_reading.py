from datetime import UTC, datetime
from decimal import Decimal

import pytest

from extractors.layout import load_layout, parse_layout
from extractors.reading import read_links, read_page
from extractors.records import Listing, Money
from tests.extractors.pages import FETCHED, HOST, OFFER, codes, only_listing, read, shop

ROWS = """<title>Shop</title><div id=main><h2>alice</h2><ul class=categories><li><a>Tea</a> [<b>1,204</b>]</ul>
<table class=rows><tr><th>What</th></tr>
<tr><td><a href="/offer?id=1">One</a></td><td class=price>1 EUR</td></tr>
<tr><td><a href="offer?id=2">Two</a></td><td class=price>cheap</td></tr>
<tr><td class=advert>Buy</td></tr>{more}</table>
<a href="/list?page=2">next</a><a href="/seller/alice">alice</a></div><a href="/seller/me">me</a>"""


# A layout that would follow anything.
EVERYTHING = "name: all\npages: [{kind: error, when: [{title: never}]}]\nlinks: {follow: [{path: ., kind: other}]}"


def test_a_listing_page_in_full() -> None:
    reading = read(OFFER, capture_id="c1")
    listing = only_listing(reading)
    assert (reading.page_kind, reading.problems) == ("listing", [])
    assert (listing.market, listing.listing_id, listing.url) == ("shop", "7", f"{HOST}/page")
    assert (listing.title, listing.vendor) == ("Ten Things", "alice")
    assert listing.price == Money(amount=Decimal("12.50"), currency="EUR")
    assert listing.stock == 1200
    assert (listing.ships_from, listing.ships_to, listing.ships_excluded) == (["DE"], ["WW"], ["US", "CA"])
    assert listing.posted_at == datetime(2019, 4, 3, 14, 5, tzinfo=UTC)
    assert listing.description == "One\ntwo\n\nthree"
    (option,) = listing.shipping_options
    assert (option.name, option.price) == ("Letter", Money(amount=Decimal(2), currency="EUR"))
    assert listing.captures == ["c1"]


def test_index_rows_are_partial_listings() -> None:
    reading = read(ROWS.format(more=""))
    listings = [record for record in reading.records if isinstance(record, Listing)]
    assert [(row.title, row.vendor, row.url) for row in listings] == [
        ("One", "alice", f"{HOST}/offer?id=1"),
        ("Two", "alice", f"{HOST}/offer?id=2"),
    ]
    assert [row.price for row in listings] == [Money(amount=Decimal(1), currency="EUR"), None]
    assert codes(reading) == ["unreadable_field"]
    assert reading.problems[0].field == "listing.price"
    assert [(total.name, total.count) for total in reading.totals] == [("Tea", 1204)]


def test_a_listing_without_a_number_gets_one_that_is_the_same_each_time() -> None:
    first, again = (only_listing(read(OFFER.replace("id=7", "id=x"))) for _ in range(2))
    other = only_listing(read(OFFER.replace("id=7", "id=x").replace("Ten", "Six")))
    assert first.listing_id == again.listing_id != other.listing_id
    assert first.listing_id.startswith("t-")


def test_what_a_page_must_hold_and_does_not_is_a_problem() -> None:
    reading = read(OFFER.replace("alice", ""))
    assert [(problem.code, problem.field) for problem in reading.problems] == [("missing_field", "listing.vendor")]
    assert only_listing(reading).vendor is None


def test_a_row_without_what_it_must_hold_is_left_out_and_counted() -> None:
    reading = read(ROWS.format(more="<tr><td>broken</td></tr>" * 3))
    assert len(reading.records) == 2
    left_out = next(problem for problem in reading.problems if problem.code == "row_left_out")
    assert left_out.message.endswith("(and 2 more)")


def test_too_few_rows_are_a_problem_unless_the_page_says_so() -> None:
    empty = "<title>Shop</title><table class=rows></table>"
    assert codes(read(empty)) == ["too_few_rows"]
    assert codes(read(empty + "<p class=none>nothing here</p>")) == []


def test_a_value_out_of_range_is_no_value() -> None:
    reading = read(OFFER.replace("1.2K+", "0"))
    assert only_listing(reading).stock is None
    assert codes(reading) == ["out_of_range"]


def test_a_translated_label_is_one_of_those_named() -> None:
    assert only_listing(read(OFFER.replace("Ships from", "Versand aus"))).ships_from == ["DE"]


def test_a_page_that_nothing_recognises() -> None:
    reading = read("<title>Elsewhere</title><p>hello</p><a href=/offer?id=1>x</a><a href=/somewhere>y</a>")
    assert (reading.page_kind, reading.records, codes(reading)) == ("other", [], ["unknown_page"])
    # Nor does it look like anything to one who knows no market.
    assert reading.problems[0].message == "no page of the layout 'shop' looks like this"
    # Its links are followed all the same, known ones first: an index of saved pages, a notice before the market.
    assert [(link.url, link.kind, link.priority) for link in reading.links] == [
        (f"{HOST}/offer?id=1", "listing", 50),
        (f"{HOST}/somewhere", "other", 10),
    ]


def test_links_of_a_known_page() -> None:
    reading = read(ROWS.format(more='<tr><td><a href="/offer?id=13">no</a><a href="/unruled">no</a></td></tr>'))
    assert [(link.url.removeprefix(HOST), link.kind, link.priority) for link in reading.links] == [
        ("/list?page=2", "listing_index", 80),
        ("/seller/alice", "vendor", 60),
        ("/offer?id=1", "listing", 50),
        ("/offer?id=2", "listing", 50),
    ]


@pytest.mark.parametrize(
    "href",
    [
        "http://other.onion/list", "//other.onion/list", "https://" + "a" * 56 + ".onion/list", "javascript:list()",
        "mailto:list@example.org", "#list", "", "http://[/list", "http://" + "a" * 56 + ".onion:81/list", "ftp://x/list",
        "data:text/html,list", "/list/photo.jpg", "/list/" + "x" * 5000,
    ],
)  # fmt: skip
def test_links_that_lead_elsewhere_are_not_given(href: str) -> None:
    assert read(f"<title>x</title><a href='{href}'>x</a>").links == []


@pytest.mark.parametrize(
    "path",
    [
        "/logout", "/login", "/index/logout", "/register", "/order/7", "/orders", "/cart/add/7", "/balance/bitcoin",
        "/message/newmsg_u/abc", "/Message/newMsg_u/abc", "/messages/new/alice", "/sendmessage?receiver=alice",
        "/profile/addFavorite_listing/7", "/Profile/addBlock/alice", "/product_list/markalert/1", "/report?listing=7",
        "/welcome?action=buy&listing=7", "/welcome?action=addtocart&listing=7", "/support/newticket", "/wallet",
        "/buy.php?id=7", "/settings", "/Product_List/reportPage/1/2", "/disputes", "/checkout",
        "/Product_List/setQueue/1/2", "/welcome?do=logout", "/welcome?action=favorite&vendor=alice",
    ],
)  # fmt: skip
def test_nothing_is_followed_that_does_something(path: str) -> None:
    layout = parse_layout(EVERYTHING)
    assert read(f"<title>x</title><a href='{path}'>x</a>", layout).links == []


@pytest.mark.parametrize(
    "path",
    ["/listings/saved_login_page_0", "/users/1", "/d/payment-card-reviews", "/product/1/2", "/products/all/Accounts"],
)
def test_pages_about_such_things_are_followed(path: str) -> None:
    assert [link.url for link in read(f"<title>x</title><a href='{path}'>x</a>").links] == [HOST + path]


@pytest.mark.parametrize(
    "handle", ["NewLife", "BuyMeds", "payday420", "Order_of_Tea", "AddyKing", "contact.high", "Rate-my-tea"]
)
def test_a_vendor_may_be_called_like_something_that_is_done(handle: str) -> None:
    layout = parse_layout(EVERYTHING.replace("path: .", "path: '^/(user/|seen[?]user=)'"))
    for path in (f"/user/{handle}", f"/user/{handle}/2", f"/seen?user={handle}"):
        assert [link.url for link in read(f"<title>x</title><a href='{path}'>x</a>", layout).links] == [HOST + path]


def test_a_wait_leads_on() -> None:
    generic = load_layout("generic")
    reading = read("<head><meta http-equiv=Refresh content='2; URL=/index?a=1'></head>", generic)
    assert reading.page_kind == "queue"
    assert [(link.url, link.priority) for link in reading.links] == [(f"{HOST}/index?a=1", 90)]
    assert read("<meta http-equiv=refresh content='0; /logout'>", generic).links == []


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("<title>Sign in</title><form><input type=password></form>", "login"),
        ("<title>x</title><form><img src=/Captcha/1.png><input name=code></form>", "captcha"),
        ("<title>404 Not Found</title><h1>Not Found</h1>", "not_found"),
        ("<title>Under maintenance</title>", "maintenance"),
        ("<title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>", "error"),
        ("<title>About 500 pills</title><p>x", "other"),
    ],
)
def test_pages_that_every_market_shows(page: str, kind: str) -> None:
    assert read(page, load_layout("generic")).page_kind == kind


@pytest.mark.parametrize(
    ("body", "charset", "read_as", "problems"),
    [
        ("Grüße".encode(), None, "utf-8", []),
        ("Grüße".encode(), "utf-8", "utf-8", []),
        ("Grüße".encode("cp1252"), "iso-8859-1", "cp1252", []),
        (b"<meta charset=windows-1252>" + "Grüße".encode("cp1252"), None, "cp1252", []),
        (b"\xef\xbb\xbf" + "Grüße".encode(), "windows-1252", "utf-8", []),
        ("Grüße".encode("utf-16"), None, "utf-16-le", []),
        ("Grüße".encode("cp1252"), "utf-8", "cp1252", ["wrong_charset"]),
        (b"<meta charset=utf-8>" + "Grüße".encode("cp1252"), None, "cp1252", ["wrong_charset"]),
        ("Grüße".encode(), "ascii", "cp1252", []),
        ("Привет Grüße".encode("koi8-r", "replace").replace(b"Gr??e", b"") + b" x", "koi8-r", "koi8-r", []),
        ("Grüße".encode(), "no-such-charset", "utf-8", []),
        ("Grüße".encode(), "hex", "utf-8", []),
    ],
)
def test_charsets(body: bytes, charset: str | None, read_as: str, problems: list[str]) -> None:
    page = b"<title>x</title><p>" + body if not body.startswith((b"\xef", b"\xff")) else body
    reading = read_page(page, url=HOST, fetched_at=FETCHED, layout=shop(), charset=charset)
    assert reading.charset == read_as
    assert [code for code in codes(reading) if code != "unknown_page"] == problems


def test_a_wrong_charset_leaves_the_text_readable() -> None:
    reading = read_page(
        OFFER.replace("Ten  Things", "Größe").encode("cp1252"),
        url=HOST,
        fetched_at=FETCHED,
        layout=shop(),
        charset="utf-8",
    )
    assert only_listing(reading).title == "Größe"
    assert codes(reading) == ["wrong_charset"]


def test_a_few_bad_bytes_do_not_make_another_charset() -> None:
    body = OFFER.replace("Ten  Things", "Привет " * 40).encode() + b"\xff"
    reading = read_page(body, url=HOST, fetched_at=FETCHED, layout=shop())
    assert (only_listing(reading).title or "").startswith("Привет")
    assert reading.charset == "utf-8"


def test_relative_dates_count_from_the_capture() -> None:
    page = OFFER.replace("03/04/2019 14:05", "3 days ago")
    assert only_listing(read(page)).posted_at == datetime(2019, 11, 7, tzinfo=UTC)
    late = read_page(page.encode(), url=HOST, fetched_at=None, layout=shop())
    assert codes(late) == ["unreadable_field"]


@pytest.mark.parametrize(
    ("status", "kind", "problems"),
    [(404, "not_found", []), (410, "not_found", []), (503, "error", []), (200, "other", ["unknown_page"])],
)
def test_what_the_layout_does_not_know_is_told_by_its_status(status: int, kind: str, problems: list[str]) -> None:
    reading = read("<title>nginx</title><p>gone</p>", status=status)
    assert (reading.page_kind, codes(reading)) == (kind, problems)
    assert read(OFFER, status=status).page_kind == "listing"


def test_a_crawl_reads_links_alone_and_an_ingest_records_alone() -> None:
    page = ROWS.format(more="").encode()
    whole = read(page.decode())
    links = read_links(page, url=f"{HOST}/page", fetched_at=FETCHED, layout=shop())
    assert (links.page_kind, links.links, links.records) == (whole.page_kind, whole.links, [])
    records = read(page.decode(), with_links=False)
    assert (records.page_kind, records.links, records.records) == (whole.page_kind, [], whole.records)
    assert whole.links
    assert whole.records
