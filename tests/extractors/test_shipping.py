"""Origins, destinations and exclusions in free text, and places that are none."""

import pytest

from tests.extractors.reading_text import facts_of, values

ROUTES = [
    # text, from, to, excluded
    ("1g cocaine ships from NL to EU and USA", ["NL"], ["EU", "US"], []),
    ("Hash shipped from the Netherlands, worldwide except AU/NZ", ["NL"], ["WW"], ["AU", "NZ"]),
    ("500 Gram [WW EXCL US]", [], ["WW"], ["US"]),
    ("ships worldwide except AU/NZ", [], ["WW"], ["AU", "NZ"]),
    ("UK to UK xtc", ["GB"], ["GB"], []),
    ("us to us", ["US"], ["US"], []),
    ("UK-UK only", ["GB"], ["GB"], []),
    ("UK2UK", ["GB"], ["GB"], []),
    ("NL -> EU cocaine", ["NL"], ["EU"], []),
    ("Germany to WW || 15 x 60mg", ["DE"], ["WW"], []),
    ("[US to US] FULL ESCROW", ["US"], ["US"], []),
    ("US only 1g heroin", [], ["US"], []),
    ("EU & USA shipping", [], ["EU", "US"], []),
    ("free shipping worldwide", [], ["WW"], []),
    ("Next Day Delivery UK", [], ["GB"], []),
    ("Free delivery in France", [], ["FR"], []),
    ("Domestic USA shipping", ["US"], ["US"], []),
    ("10g MDMA [FROM EUROPE]", ["EU"], [], []),
    ("UK seller", ["GB"], [], []),
    ("**Versand aus Deutschland**", ["DE"], [], []),
    ("We DO NOT ship to: CANADA, AUSTRALIA", [], [], ["CA", "AU"]),
    ("We ship to all EU countries except Italy and Poland. No shipping to USA.", [], ["EU"], ["IT", "PL", "US"]),
    ("Products are shipped from UK.", ["GB"], [], []),
]
NO_SHIPPING = [
    "Colombian cocaine 1g",
    "Afghan heroin from Afghanistan",
    "Moroccan hash from Morocco, creamy",
    "Swiss MDMA",
    "contact us only by pgp",
    "Turkey is good",
    "made in the Netherlands",
    "worldwide BIN list",
    "IT IS BEST TO BE IN NO HURRY",
]


@pytest.mark.parametrize(("text", "ships_from", "ships_to", "excluded"), ROUTES)
def test_routes(text: str, ships_from: list[str], ships_to: list[str], excluded: list[str]) -> None:
    found = facts_of(text)
    assert found.ships_from == ships_from
    assert found.ships_to == ships_to
    assert found.ships_excluded == excluded


@pytest.mark.parametrize("text", NO_SHIPPING)
def test_places_that_are_no_shipping(text: str) -> None:
    assert values(text, "ship_from", "ship_to", "ship_excluded") == []
