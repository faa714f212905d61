"""Dates as markets of many countries write them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.dates import read_date
from extractors.transforms.relative_dates import read_age

NOW = datetime(2019, 11, 10, 12, 30, 15, tzinfo=UTC)
ISO = Conventions(fetched_at=NOW)
EUROPE, AMERICA = replace(ISO, date_order="dmy"), replace(ISO, date_order="mdy")
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2019/05/12", "2019-05-12"), ("12.05.19", "2019-05-12"), ("12. 05. 2019", "2019-05-12"),
        ("May 12th, 2019, 3:04 pm", "2019-05-12T15:04"), ("12.05.2019, 13.04 Uhr", "2019-05-12T13:04"),
        ("12:30 12.05.2019", "2019-05-12T12:30"), ("2019-05-12T13:04:05Z", "2019-05-12T13:04:05"),
        ("2019-05-12T13:04:05.123+02:00", "2019-05-12T11:04:05"), ("12 May 2019 15:04 MSK", "2019-05-12T12:04"),
        ("12 May 2019 15:04 UTC+2", "2019-05-12T13:04"), ("12 May 2019 15:04 (EST)", "2019-05-12T20:04"),
        ("Sun, 12 May 2019 13:04:05 GMT", "2019-05-12T13:04:05"), ("12-Mar-2019", "2019-03-12"),
        ("12-Mar-19", "2019-03-12"),
        ("12 Mar '19", "2019-03-12"), ("Mar-12-2019", "2019-03-12"), ("Aug. 12, 2018", "2018-08-12"),
        ("12 sept. 2019", "2019-09-12"), ("1er mars 2019", "2019-03-01"), ("12 de março de 2019", "2019-03-12"),
        ("12-го марта 2019 г.", "2019-03-12"), ("paź 3, 2019", "2019-10-03"),  # noqa: RUF001 - Russian
        ("Mitglied seit 12.05.2019", "2019-05-12"),
        ("Sep 2019", "2019-09-01"), ("Member since September 2019", "2019-09-01"),
        ("3d ago", "2019-11-07"), ("about 2 hours ago", "2019-11-10T10:00"), ("2h 5m ago", "2019-11-10T10:25"),
        ("2 years, 3 months ago", "2017-08-10"), ("last month", "2019-10-10"),
        ("less than a minute ago", "2019-11-10T12:29"),
        ("vor etwa 3 Tagen", "2019-11-07"), ("vor einer Stunde", "2019-11-10T11:00"), ("seit 2 Jahren", "2017-11-10"),
        ("il y a 2 jours", "2019-11-08"), ("hace 3 días", "2019-11-07"), ("una settimana fa", "2019-11-03"),
        ("3 dagen geleden", "2019-11-07"), ("3 дня назад", "2019-11-07"), ("неделю назад", "2019-11-03"),
        ("2 года назад", "2017-11-10"), ("há 3 dias", "2019-11-07"), ("3 dias atrás", "2019-11-07"),
        ("5 minut temu", "2019-11-10T12:25"),
        ("вчера в 13:04", "2019-11-09T13:04"), ("vorgestern", "2019-11-08"), ("aujourd'hui", "2019-11-10"),
        ("yesterday at 3pm", "2019-11-09T15:00"), ("только что", "2019-11-10T12:30:15"),
        ("Online", "2019-11-10T12:30:15"),
        ("Ships within 3 days, joined 2 months ago", "2019-09-10"),
    ],
)  # fmt: skip
def test_dates_that_say_all_themselves(text: str, iso: str) -> None:
    stated = datetime.fromisoformat(iso).replace(tzinfo=UTC)
    for conventions in (ISO, EUROPE):
        assert read_date(text, conventions) == stated


def test_numbers_in_the_markets_order() -> None:
    assert read_date("Joined 12/05/2019", EUROPE) == datetime(2019, 5, 12, tzinfo=UTC)
    assert read_date("Joined 12/05/2019", AMERICA) == datetime(2019, 12, 5, tzinfo=UTC)
    assert read_date("25/12/2019", ISO) == datetime(2019, 12, 25, tzinfo=UTC)
    assert read_date("12/25/2019", ISO) == datetime(2019, 12, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["03/04/2019", "19-05-12", "31/02/2019", "2019", "12", "Nov 6", "12 Mar 19", "Market 5 2019", "jui 3 2019",
     "5 May 1204 sales", "24 orders in September 2019", "1.5 years ago",
     "within the last 24 hours", "3 days", "in 3 days", "20190512"],
)  # fmt: skip
def test_a_date_is_not_guessed(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_date(text, ISO)


def test_a_market_of_another_order_is_told_and_not_bent() -> None:
    with pytest.raises(UnreadableError, match="month"):
        read_date("12/25/2019", EUROPE)


@pytest.mark.parametrize("text", ["Never", "-", "N/A", "nie", "никогда", "(unknown)"])
def test_no_date_is_stated(text: str) -> None:
    assert read_date(text, ISO) is None


@pytest.mark.parametrize("language", sorted(MONTHS))
def test_every_month_in_every_language(language: str) -> None:
    for number, name in enumerate(MONTHS[language].split(), 1):
        stated = datetime(2019, number, 3, tzinfo=UTC)
        for text in (f"3 {name} 2019", f"{name} 3, 2019", f"3. {name.upper()} 2019"):
            assert read_date(text, ISO) == stated


@pytest.mark.parametrize(
    ("text", "iso"),
    [("412 days", "2018-09-24"), ("2 years, 3 months", "2017-08-10"), ("3d", "2019-11-07"),
     ("for 2 years", "2017-11-10"), ("5 Monate", "2019-06-10"), ("3d ago", "2019-11-07")],
)  # fmt: skip
def test_an_age_counts_back(text: str, iso: str) -> None:
    assert read_age(text, ISO) == datetime.fromisoformat(iso).replace(tzinfo=UTC)


def test_what_is_no_age() -> None:
    assert read_age(" - ", ISO) is None
    for text, conventions in (("12", ISO), ("delivery in 3 days by mail", ISO), ("3d", replace(ISO, fetched_at=None))):
        with pytest.raises(UnreadableError):
            read_age(text, conventions)


@given(st.dates(date(1970, 1, 1), date(2098, 12, 31)), st.sampled_from("/-"))
def test_a_numeric_date_reads_back(day: date, mark: str) -> None:
    stated = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert read_date(f"{day.day}{mark}{day.month}{mark}{day.year}", EUROPE) == stated
    assert read_date(f"{day.month}{mark}{day.day}{mark}{day.year}", AMERICA) == stated
    assert read_date(f"{day.day}.{day.month}.{day.year}", ISO) == stated


@given(st.text(alphabet="0123456789/.-: ,'agodysvrTnhmpiluetькдня", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    for conventions in (ISO, EUROPE, AMERICA):
        for read in (read_date, read_age):
            try:
                moment = read(text, conventions)
            except UnreadableError:
                continue
            assert moment is None or moment.utcoffset() == timedelta(0)
