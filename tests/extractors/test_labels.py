import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from extractors.induction.labels import field_of_label, known_labels, other_label
from extractors.records import Disputes, Listing, Rating, Review, Vendor

RECORDS: dict[str, type[BaseModel]] = {"listing": Listing, "vendor": Vendor, "review": Review}


def fields(text: str, kind: str | None = None) -> list[str]:
    return [match.field for match in field_of_label(text, kind=kind)]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Ships from", "listing.ships_from"), ("SHIPS FROM:", "listing.ships_from"),
        ("Ships-from", "listing.ships_from"),
        ("  (Ships from) ...", "listing.ships_from"), ("Ships\xa0from\xa0:", "listing.ships_from"),
        ("Versand aus:", "listing.ships_from"), ("Expédié de :", "listing.ships_from"),
        ("EXPEDIE DE", "listing.ships_from"), ("Envío desde", "listing.ships_from"), ("Откуда", "listing.ships_from"),
        ("Verzonden vanuit", "listing.ships_from"), ("Wysyłka z", "listing.ships_from"),
        ("Spedito da", "listing.ships_from"), ("Enviado de", "listing.ships_from"),
        ("Destination", "listing.ships_to"), ("Lieferung nach", "listing.ships_to"), ("Куда:", "listing.ships_to"),
        ("Vendor", "listing.vendor"), ("Vendor(s):", "listing.vendor"), ("Sold by", "listing.vendor"),
        ("Verkäufer", "listing.vendor"), ("VERKAEUFER", "listing.vendor"), ("Продавец", "listing.vendor"),
        ("Price", "listing.price"), ("Price (USD):", "listing.price"), ("Preis in EUR", "listing.price"),
        ("Цена:", "listing.price"), ("Item #", "listing.listing_id"), ("Member since:", "vendor.registered_at"),
        ("Mitglied seit", "vendor.registered_at"), ("Дата регистрации:", "vendor.registered_at"),
        ("Total sales", "vendor.sales"), ("PGP Public Key", "vendor.pgp_keys"), ("T&C", "vendor.terms"),
        ("Refund Policy:", "vendor.terms"), ("Buyer", "review.buyer"),
    ],
)  # fmt: skip
def test_a_label_alone(text: str, field: str) -> None:
    found = field_of_label(text)
    assert (found[0].field if found else "") == field
    assert all((match.rest, match.before) == ("", "") for match in found)


@pytest.mark.parametrize(
    ("text", "field", "rest"),
    [
        ("Ships from: Germany", "listing.ships_from", "Germany"),
        ("Ships from Germany", "listing.ships_from", "Germany"),
        ("Ships from - UK & Ireland", "listing.ships_from", "UK & Ireland"),
        ("From Germany", "listing.ships_from", "Germany"),
        ("Member since 12 May 2019", "vendor.registered_at", "12 May 2019"),
        ("Last seen today", "vendor.last_seen_at", "today"),
        ("Vendor bob (123)", "listing.vendor", "bob (123)"), ("Price (USD): 12", "listing.price", "12"),
        ("Цена: 12 рублей", "listing.price", "12 рублей"), ("Item # 234", "listing.listing_id", "234"),
        ("Positive (98)", "vendor.positive", "(98)"), ("Sales | 12", "vendor.sales", "12"),
        ("Quantity left: Unlimited", "listing.stock", "Unlimited"),
        ("Sold by alice - 5 sold since Apr 2, 2019", "listing.vendor", "alice - 5 sold since Apr 2, 2019"),
    ],
)  # fmt: skip
def test_a_label_before_its_value(text: str, field: str, rest: str) -> None:
    best = field_of_label(text)[0]
    assert (best.field, best.rest, best.before) == (field, rest, "")
    assert best.weight > 0.5


@pytest.mark.parametrize(
    ("text", "field", "before"),
    [
        ("1,204 sales", "vendor.sales", "1,204"), ("23 sold", "listing.sold", "23"),
        ("98% positive", "vendor.positive", "98%"),
        ("1.2K+ orders", "vendor.sales", "1.2K+"), ("(12) views", "listing.views", "(12)"),
        ("4.8/5 rating", "vendor.rating", "4.8/5"),
        ("1 204 Verkäufe", "vendor.sales", "1 204"), ("15 продаж", "vendor.sales", "15"),
        ("7 in stock", "listing.stock", "7"),
    ],
)  # fmt: skip
def test_a_label_after_its_number(text: str, field: str, before: str) -> None:
    found = next(match for match in field_of_label(text) if match.field == field)
    assert (found.before, found.rest) == (before, "")
    assert found.weight >= 0.7


def test_a_number_a_label_and_a_date() -> None:
    found = {match.field: match for match in field_of_label("5 sold since Apr 2, 2019", kind="listing")}
    assert found["listing.sold"].before == "5"
    assert found["listing.posted_at"].rest == "Apr 2, 2019"


def test_the_kind_of_record_restricts() -> None:
    assert fields("Sales", "listing") == ["listing.sold"]
    assert fields("Sales", "vendor") == ["vendor.sales"]
    assert set(fields("Sales")) == {"listing.sold", "vendor.sales"}


def test_what_is_sure_stands_first_and_a_sentence_is_less_sure() -> None:
    by_weight = [match.weight for match in field_of_label("From: Germany")]
    assert by_weight == sorted(by_weight, reverse=True)
    named, sentence = field_of_label("Ships from: Germany")[0], field_of_label("Ships from the best lab in town")[0]
    assert sentence.weight < named.weight
    place, no_place = (
        field_of_label("From Germany", kind="listing")[0],
        field_of_label("From the best growers", kind="listing")[0],
    )
    assert no_place.weight < 0.3 < place.weight


def test_the_qualifier_of_a_label() -> None:
    assert [field_of_label(text)[0].qualifier for text in ("Price (USD)", "Preis in EUR:", "Price")] == [
        "USD",
        "EUR",
        "",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "   ", "12", "12 days ago", "Vendor's items", "Vendor-friendly shop", "Vendor listings", "Search results",
     "-----", "5 grams of tea", "Vendor " + "and so on " * 200],
)  # fmt: skip
def test_what_is_no_label(text: str) -> None:
    assert field_of_label(text) == []


@pytest.mark.parametrize(
    ("text", "group"),
    [("Balance: 0.00 BTC", "money"), ("Log out", "session"), ("Sort by", "search"), ("Vendor listings", "headings"),
     ("Product class: Digital", "goods"), ("Vendor: bob", None), ("Balance of nature", None), ("", None)],
)  # fmt: skip
def test_labels_of_no_field(text: str, group: str | None) -> None:
    assert other_label(text) == group


def test_every_label_is_found_as_it_stands_in_the_file() -> None:
    for label, meanings in known_labels().items():
        assert set(fields(label)) == {meaning.field for meaning in meanings}, label


def test_every_label_means_a_field_of_a_record() -> None:
    parts = {*Rating.model_fields, *(f"disputes_{name}" for name in Disputes.model_fields), "listing", "fingerprint"}
    named = {meaning.field for meanings in known_labels().values() for meaning in meanings}
    for kind, _, field in (name.partition(".") for name in named):
        assert field in RECORDS[kind].model_fields or field in parts, field


def test_every_field_has_labels_in_all_languages() -> None:
    languages: dict[str, set[str]] = {}
    for meaning in (meaning for meanings in known_labels().values() for meaning in meanings):
        languages.setdefault(meaning.field, set()).add(meaning.language)
    for field in (
        "listing.vendor",
        "listing.price",
        "listing.ships_from",
        "listing.ships_to",
        "vendor.registered_at",
        "vendor.sales",
    ):
        assert languages[field] == {"en", "de", "fr", "es", "it", "nl", "ru", "pt", "pl"}, field


# The first example loads the names of all countries: no deadline.
@settings(deadline=None)
@given(
    st.sampled_from(sorted(known_labels())), st.sampled_from([": ", " - ", " | ", "\n", " ", ""]), st.text(max_size=40)
)
def test_rest_and_before_are_ends_of_the_text(label: str, separator: str, value: str) -> None:
    for text in (label + separator + value, value + separator + label):
        for match in field_of_label(text):
            assert 0 < match.weight <= 1
            assert text.strip().endswith(match.rest)
            assert text.strip().startswith(match.before)
            assert match.written in text
            assert not (match.rest and match.before)


# The first example loads the names of all countries: no deadline.
@settings(deadline=None)
@given(st.text(max_size=1500))
def test_any_text_is_asked(text: str) -> None:
    for match in field_of_label(text):
        assert match.label in known_labels()
