from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from extractors.records import Money
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.dates import read_date
from extractors.transforms.money import read_money
from extractors.transforms.numbers import read_count, read_number, read_percent
from extractors.transforms.payment import read_coins, read_escrow
from extractors.transforms.places import read_excluded_places, read_places
from extractors.transforms.registry import TRANSFORMS
from extractors.transforms.texts import plain_text, read_keys, read_lines, read_url

NOW = datetime(2019, 11, 10, 12, 30, 15, tzinfo=UTC)
PLAIN = Conventions(date_order="mdy", fetched_at=NOW, url="http://x.onion/a/b")
GERMAN = replace(PLAIN, decimal=",", date_order="dmy", currency="EUR")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("USD 2.00", "2.00", "USD"), ("$35", "35", "USD"), ("0.00013823 BTC", "0.00013823", "BTC"),
        ("USD 1,106.71", "1106.71", "USD"), ("1,234,567.89 EUR", "1234567.89", "EUR"), ("€ 5", "5", "EUR"),
        ("5€", "5", "EUR"), ("£.50", ".50", "GBP"), ("USD + 5.00 / order", "5.00", "USD"), ("AU$12", "12", "AUD"),
        ("485.00 USD/112g", "485.00", "USD"), ("100.00 USD/$400", "100.00", "USD"), ("Price: 12 euro", "12", "EUR"),
        ("3.072669 XMR", "3.072669", "XMR"), ("0,5 EUR", "0.5", "EUR"), ("FREE 5 USD", "5", "USD"),
    ],
)  # fmt: skip
def test_money(text: str, amount: str, currency: str) -> None:
    assert read_money(text, PLAIN) == Money(amount=Decimal(amount), currency=currency)


def test_money_as_the_market_writes_it() -> None:
    assert read_money("1.234,50", GERMAN) == Money(amount=Decimal("1234.50"), currency="EUR")
    assert read_money("$5", replace(PLAIN, currency="AUD")) == Money(amount=Decimal(5), currency="AUD")
    assert read_money("  ", PLAIN) is None


@pytest.mark.parametrize("text", ["free", "12.50", "USD"])
def test_money_is_not_guessed(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"currency|no sum"):
        read_money(text, PLAIN)


@pytest.mark.parametrize(
    ("text", "count"),
    [("1067 sold", 1067), ("1,067", 1067), ("1.2K+", 1200), ("5k", 5000), ("2M", 2_000_000), ("(385)", 385),
     ("Unlimited", None), ("n/a", None), ("---", None), ("", None), ("∞", None), ("17 112g", 17)],
)  # fmt: skip
def test_counts(text: str, count: int | None) -> None:
    assert read_count(text, PLAIN) == count


@pytest.mark.parametrize("text", ["many", "1.5"])
def test_what_is_no_count_is_reported(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_count(text, PLAIN)


def test_numbers_and_percentages() -> None:
    assert read_number("0.02 days", PLAIN) == Decimal("0.02")
    assert read_number("1.234,5", GERMAN) == Decimal("1234.5")
    assert read_number("---", PLAIN) is None
    assert read_percent("99.7 %", PLAIN) == 99.7
    with pytest.raises(UnreadableError, match="percentage"):
        read_percent("101 %", PLAIN)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2019-10-25", "2019-10-25T00:00:00"), ("2019-04-15 13:19:58", "2019-04-15T13:19:58"),
        ("2019-04-15T13:19:58+02:00", "2019-04-15T11:19:58"), ("March 22, 2019", "2019-03-22T00:00:00"),
        ("Sep 27, 2019 20:49", "2019-09-27T20:49:00"), ("Wednesday, Nov 6, 2019 21:16:37", "2019-11-06T21:16:37"),
        ("6 November 2019", "2019-11-06T00:00:00"), ("6th of Nov 2019 9:05 pm", "2019-11-06T21:05:00"),
        ("12. März 2019", "2019-03-12T00:00:00"), ("3 août 2019", "2019-08-03T00:00:00"),
        ("5 мая 2019", "2019-05-05T00:00:00"), ("03/04/2019", "2019-03-04T00:00:00"),
        ("3 days ago", "2019-11-07T00:00:00"), ("2 hours ago", "2019-11-10T10:00:00"),
        ("10 minutes ago", "2019-11-10T12:20:00"), ("a week ago", "2019-11-03T00:00:00"),
        ("1 month ago", "2019-10-10T00:00:00"), ("1 year 2 months ago", "2018-09-10T00:00:00"),
        ("vor 3 Tagen", "2019-11-07T00:00:00"), ("yesterday", "2019-11-09T00:00:00"),
        ("Today, 09:15", "2019-11-10T09:15:00"), ("just now", "2019-11-10T12:30:15"),
    ],
)  # fmt: skip
def test_dates(text: str, iso: str) -> None:
    assert read_date(text, PLAIN) == datetime.fromisoformat(iso).replace(tzinfo=UTC)


def test_dates_in_the_markets_order_and_time_zone() -> None:
    assert read_date("03/04/2019", GERMAN) == datetime(2019, 4, 3, tzinfo=UTC)
    assert read_date("03.04.19", GERMAN) == datetime(2019, 4, 3, tzinfo=UTC)
    berlin = replace(GERMAN, timezone=ZoneInfo("Europe/Berlin"))
    assert read_date("03.04.2019 14:00", berlin) == datetime(2019, 4, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "31/02/2019", "Nov 6", "2019-13-01", "within the last 24 hours"])
def test_a_date_is_not_guessed(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_date(
            text, PLAIN if text.startswith("2019") else GERMAN if "/" in text else replace(PLAIN, fetched_at=None)
        )


def test_a_relative_date_needs_the_capture_time() -> None:
    with pytest.raises(UnreadableError, match="capture time"):
        read_date("3 days ago", replace(PLAIN, fetched_at=None))
    assert read_date("never", PLAIN) is None


@given(st.integers(0, 400), st.sampled_from(["minutes", "hours", "days", "weeks", "months", "years"]))
def test_what_was_ago_is_never_after_the_capture(count: int, unit: str) -> None:
    moment = read_date(f"{count} {unit} ago", PLAIN)
    assert moment is not None
    assert moment <= NOW


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))  # noqa: DTZ001 - given its zone below
def test_an_iso_date_reads_back(moment: datetime) -> None:
    stated = moment.replace(microsecond=0, tzinfo=UTC)
    assert read_date(stated.strftime("%Y-%m-%d %H:%M:%S"), PLAIN) == stated


def test_places() -> None:
    assert read_places("Worldwide except USA", PLAIN) == ["WW"]
    assert read_excluded_places("Worldwide except USA", PLAIN) == ["US"]
    assert read_places(" ", PLAIN) is None
    assert read_places("Undeclared", PLAIN) is None
    assert read_places("Digital goods", PLAIN) is None
    with pytest.raises(UnreadableError, match="no place"):
        read_places("the moon", PLAIN)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Escrow", "escrow"), ("ESCROW", "escrow"), ("FE Required", "finalize_early"),
     ("Finalize Early", "finalize_early"), ("No escrow", "finalize_early"),
     ("2/3 Multisig Escrow", "multisig"), ("50% FE", "partial"),
     ("Partial FE Listing", "partial"), ("Treuhand", "escrow"), ("", None),
     ("Ohne Treuhand", "finalize_early"), ("Séquestre", "escrow"), ("Без гаранта", "finalize_early"),
     ("Через гаранта", "escrow"), ("Bez escrow", "finalize_early")],
)  # fmt: skip
def test_escrow(text: str, kind: str | None) -> None:
    assert read_escrow(text, PLAIN) == kind


def test_escrow_words_inside_other_words_do_not_count() -> None:
    with pytest.raises(UnreadableError, match="no kind of escrow"):
        read_escrow("safe cafe", PLAIN)


def test_coins() -> None:
    assert read_coins("BTC / LTC / XMR", PLAIN) == ["btc", "ltc", "xmr"]
    assert read_coins("Bitcoin Cash, Monero (XMR)", PLAIN) == ["bch", "xmr"]
    assert read_coins("/image/btc_small.png", PLAIN) == ["btc"]
    assert read_coins("\u20bf, Монеро", PLAIN) == ["btc", "xmr"]
    with pytest.raises(UnreadableError, match="no coin"):
        read_coins("gold", PLAIN)


def test_lines_are_those_that_a_reader_sees() -> None:
    element = html.fromstring(
        "<div>a<br>b <b>c</b>\n d<p>x<script>no</script>y</p><div>z<!-- c -->z</div><div>q</div></div>"
    )
    assert read_lines(element) == "a\nb c d\n\nxy\n\nzz\nq"
    assert plain_text(element) == "a b c d xy zz q"


def test_typed_lines_and_preformatted_text() -> None:
    assert read_lines(html.fromstring("<p style='white-space: pre-wrap'>a\n\n\n  b<i>\nc</i></p>")) == "a\n\nb\nc"
    paragraphs = html.fromstring("<div><p>a\nb</p>\n<p>c</p></div>")
    assert read_lines(paragraphs) == "a b\n\nc"
    assert read_lines(paragraphs, typed=True) == "a\nb\n\nc"


def test_keys_are_kept_as_they_stand() -> None:
    key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nVersion: 1\n\nabc=\n-----END PGP PUBLIC KEY BLOCK-----"
    assert read_keys(f"mine:\n{key}\nand\n{key}") == [key, key]
    assert read_keys("no key") == []


def test_urls_are_absolute() -> None:
    assert read_url("../c?d=1", PLAIN) == "http://x.onion/c?d=1"
    assert read_url("data:image/png;base64,AAAA", PLAIN) is None


@pytest.mark.parametrize("name", sorted(TRANSFORMS))
@given(
    text=st.text(max_size=300) | st.from_regex(r"[A-Z$€ ]{0,4}[0-9.,']{1,30}[kKM%+ ]{0,3}[a-z]{0,8}", fullmatch=True)
)
def test_a_transform_reads_or_says_that_it_cannot(name: str, text: str) -> None:
    transform = next(run for known, run in TRANSFORMS.items() if known == name)
    for conventions in (PLAIN, GERMAN):
        try:
            value = transform(text, conventions)
        except UnreadableError as error:
            assert str(error)  # noqa: PT017 - what is asked is that nothing else is raised
        else:
            assert value != ""
