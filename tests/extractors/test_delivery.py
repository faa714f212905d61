"""Delivery times: how many days, and for whom."""

import pytest
import spacy
from spacy.language import Language

from extractors.components import delivery
from extractors.delivery.durations import load_duration_words
from extractors.delivery.words import load_delivery_words
from extractors.tokenizer import MarketTokenizer
from tests.extractors.linear_time import grows_faster
from tests.extractors.reading_text import facts_of, mentions

Days = list[tuple[int, int, str | None]]


def days_of(text: str) -> Days:
    return [(one.min, one.max, one.scope) for one in facts_of(text).delivery_days]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Domestic shipping: 1-3 days", [(1, 3, "domestic")]),
        ("International delivery takes 2-3 weeks", [(14, 21, "international")]),
        ("UK to EU. 3 up to 15 working days delivery", [(3, 15, "EU")]),
        ("UK 1-2 days, EU 5-10, rest of the world 7-21 days", [(1, 2, "GB"), (5, 10, "EU"), (7, 21, "WW")]),
        ("USA: 3 to 5 business days", [(3, 5, "US")]),
        ("delivery takes about a week", [(7, 7, None)]),
        ("MDMA 28g - Next Day Delivery UK", [(1, 1, "GB")]),
        ("Cocaine 1g free UK NDD", [(1, 1, "GB")]),
        ("PURE COKE - NDD - 1g", [(1, 1, None)]),
        ("Morphine 60mg, overnight available", [(1, 1, None)]),
        ("trusted team 2 Days Domestic", [(2, 2, "domestic")]),
        ("Delivery 24-48h", [(1, 2, None)]),
        ("Delivery up to 10 days", [(1, 10, None)]),
        ("delivery time max. 14 days", [(1, 14, None)]),
        ("!!!SHIPPING 2 DAYS!!!", [(2, 2, None)]),
        ("Free 1-3 Day Priority Mail Shipping", [(1, 3, None)]),
        ("should arrive in two to three days", [(2, 3, None)]),
        ("Delivery: 3 days to 2 weeks", [(3, 14, None)]),
        ("Russia 10+ Business Days", [(10, 10, "RU")]),
    ],
)
def test_days_and_their_destination(text: str, days: Days) -> None:
    assert days_of(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Lieferzeit 2 bis 4 Werktage", [(2, 4, None)]),
        ("Versand innerhalb Deutschlands 1-3 Tage, EU 2 Wochen", [(1, 3, "DE"), (14, 14, "EU")]),
        ("Levertijd: Nederland 1-2 werkdagen, Duitsland 2 tot 4 dagen", [(1, 2, "NL"), (2, 4, "DE")]),
        ("Livraison en France 2 à 3 jours ouvrés", [(2, 3, "FR")]),
        ("Envío a España 24-48 horas, Europa de 5 a 10 días", [(1, 2, "ES"), (5, 10, "EU")]),
        ("Consegna in Italia 1-2 giorni lavorativi", [(1, 2, "IT")]),
        ("Доставка по России 3-5 дней", [(3, 5, "RU")]),
    ],
)
def test_other_languages(text: str, days: Days) -> None:
    assert days_of(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2-3 days UK, 5-10 days EU", [(2, 3, "GB"), (5, 10, "EU")]),
        ("1-3 days domestic, UK 1-2 days", [(1, 3, "domestic"), (1, 2, "GB")]),
        ("Delivery times:\nUK: 1-2 days\nEU: 5-10 days", [(1, 2, "GB"), (5, 10, "EU")]),
        ("Domestic:\n2-3 days\nInternational:\n7-14 days", [(2, 3, "domestic"), (7, 14, "international")]),
        ("Benelux 2-4 working days", [(2, 4, "BE"), (2, 4, "NL"), (2, 4, "LU")]),
        ("Germany 2-3 days, outside EU 10-20 days", [(2, 3, "DE"), (10, 20, "international")]),
        ("from NL to EU 2-5 days, to US 7-14 days", [(2, 5, "EU"), (7, 14, "US")]),
        ("Delivery (days): UK 1-2, EU 3-5", [(1, 2, "GB"), (3, 5, "EU")]),
        ("transit is 5 to 7 days to Australia and 3-4 to New Zealand", [(5, 7, "AU"), (3, 4, "NZ")]),
        ("We dispatch daily. DE: 1-2 days | EU: 3-7 days | WW: 7-20 days", [(1, 2, "DE"), (3, 7, "EU"), (7, 20, "WW")]),
        ("NL volgende dag, BE 2 dagen, DE 2-3 dagen", [(1, 1, "NL"), (2, 2, "BE"), (2, 3, "DE")]),
        ("nach Österreich und in die Schweiz 3-6 Werktage", [(3, 6, "AT"), (3, 6, "CH")]),
        ("UK: 1st class 1-2 days or special delivery next day", [(1, 2, "GB"), (1, 1, "GB")]),
        ("Other countries in Europe 4-5 working days", [(4, 5, "EU")]),
        ("Ships to EU, no tracking, 1-3 days delivery", [(1, 3, None)]),
    ],
)
def test_tables_and_lists(text: str, days: Days) -> None:
    assert days_of(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("sent out within 24-48 hours and arrives in 2-3 days", [(2, 3, None)]),
        ("Please allow 24 hours for dispatch and 3-5 days for delivery", [(3, 5, None)]),
        ("Dispatch time: 24 hours. Delivery time: 2-3 days", [(2, 3, None)]),
        ("Versand innerhalb von 24 Stunden, Lieferung in 2-4 Tagen", [(2, 4, None)]),
        ("We ship to the EU in 3-5 days", [(3, 5, "EU")]),
        ("Delivery 2-4 days. If it is not there after 10 days write me.", [(2, 4, None)]),
    ],
)
def test_the_time_until_dispatch_is_told_apart(text: str, days: Days) -> None:
    assert days_of(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "ships within 24 hours",
        "WE SHIP WITHIN 24 HOURS!! USA ONLY",
        "All parcels are shipped in 2 or 3 business days",
        "Orders to US are shipped within 2 days",
        "I promise to ship it same or next working day",
        "it takes 24-36 hours to be shipped",
        "if not arrived after 21 days contact us",
        "If you do not receive within 7 days (UK) or 21 days (WW) open a ticket",
        "contact us after 14 business days",
        "If it doesn't land in 10 days hit me up",
        "Please leave 21 working days before messaging us",
        "envoi sous 24h",
        "Please wait 14 days before opening a dispute",
        "Refunds:\nUK: 14 days\nEU: 21 days",
        "Reships: only after 21 business days",
        "we answer within 24h",
        "open 7 days a week",
        "10 years experience",
        "auto-finalize after 14 days",
        "90 days aged eBay account",
        "48 Hours Sale Total Store",
        "People may still feel the effects the next day",
        "detected in urine for 2 to 3 days",
        "take 2 tablets twice daily for 2 days",
        "I was away for 3 days",
        "get rich overnight",
        "SMS with voice mail just 3 DAYS",
        "delivery in 500 days",
        "delivery costs $5 days",
        "We are on holiday for 10 days, delivery resumes later",
    ],
)
def test_other_times_are_no_delivery_times(text: str) -> None:
    assert days_of(text) == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("I'm in Canada and ship worldwide.\nCanada: 3-5 days\nUSA: 5-9 days", [(3, 5, "CA"), (5, 9, "US")]),
        ("SHIPPINGTIME\nEU .......... 3-6 days\nUSA ......... 5-14 days", [(3, 6, "EU"), (5, 14, "US")]),
        ("US: Small packet air, delivered by USPS, 7-12 business days, no tracking", [(7, 12, "US")]),
        ("Canada Post Xpresspost with tracking, 1-3 business days", [(1, 3, None)]),
        ("We post 1st class. 1-2 days, sometimes 3.", [(1, 2, None)]),
        ('We ship from the UK.\n"got my order in 2 days" - a***y', []),
        ("Tracking No. will be offered within 2 days after shipping", []),
        ("Delivery 3-7 days\nDelivery to Europe: 3-7 days", [(3, 7, "EU")]),
    ],
)
def test_times_in_long_texts(text: str, days: Days) -> None:
    assert days_of(text) == days


def test_a_finding_has_its_span_and_its_days() -> None:
    text = "Lieferzeit (EU): 3 bis 5 Werktage"
    (found,) = mentions(text, "delivery_time")
    assert (found.text, found.value, found.unit) == ("3 bis 5 Werktage", "3-5", "days")
    assert found.data == {"min": 3, "max": 5, "scope": "EU"}


def test_the_words_of_times_are_in_every_language_we_read() -> None:
    words = load_duration_words()
    assert {"days", "tage", "dagen", "jours", "días", "giorni", "дней"} <= set(words.days)
    assert load_delivery_words().sources == ["market"]


@pytest.mark.parametrize(
    "unit", ["1-", "1 day ", "days ", "a week ", "UK 1-2 days, ", "delivery ", "EU ", "(", "within ", "- ", ", UK"]
)
def test_hostile_texts_take_linear_time(unit: str) -> None:
    nlp: Language = spacy.blank("en")
    nlp.tokenizer = MarketTokenizer(nlp.vocab)
    nlp.add_pipe(delivery.NAME)
    assert grows_faster(nlp, unit, short=40_000, long=160_000) is None
