"""In which role a text names substances: judged by the words around, over whole lists, in several languages."""

import pytest

from tests.extractors.linear_time import grows_faster
from tests.extractors.reading_text import facts_of, mentions

DENIED = [
    "We do not sell cocaine, heroin or meth.",
    "No fentanyl, no heroin, no cocaine here.",
    "Please don't ask us for heroin or any other opioids like fentanyl",
    "Coke is off the menu",
    "Cocaine and heroin are off the menu",
    "We stopped selling MDMA",
    "This batch is not cut with fentanyl",
    "Not mixed with amphetamine or meth.",
    "kein Kokain",
    "Wir verkaufen kein Heroin",
    "sin cocaina",
    "geen cocaine",
]
SPOKEN_OF = [
    "Helps with withdrawal from heroin",
    "cocaine test kit, 10 tests",
    "MDMA synthesis guide",
    "Do not combine with MDMA or cocaine",
    "fentanyl test strips x 10",
    "How to grow magic mushrooms",
    "weed grinder 4 parts",
    "Anyone who is addicted to heroin",
]
LIKENED = [
    "stronger than heroin and fentanyl",
    "feels like MDMA",
    "legal cocaine alternative",
    "a cocaine substitute",
    "stärker als Kokain",
    "mejor que cocaina",
]


@pytest.mark.parametrize(
    ("text", "role"),
    [(text, "negated") for text in DENIED]
    + [(text, "subject") for text in SPOKEN_OF]
    + [(text, "compared") for text in LIKENED],
)
def test_no_name_in_it_is_offered(text: str, role: str) -> None:
    assert role in {one.data["role"] for one in mentions(text, "drug")}
    assert facts_of(text).substances == []


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("We do not sell cocaine. We sell heroin.", ["heroin"]),
        ("Not selling heroin anymore, only cocaine 1g", ["cocaine"]),
        ("1g cocaine - no fentanyl - free shipping", ["cocaine"]),
        ("5g MDMA, better than speed", ["mdma"]),
        ("No FE, cocaine 1g", ["cocaine"]),
        ("No minimum order! Cocaine and MDMA", ["cocaine", "mdma"]),
        ("Speed, MDMA, cocaine and ketamine in stock", ["amphetamine", "mdma", "cocaine", "ketamine"]),
        ("Cocaine like never before", ["cocaine"]),
        ("What else do we sell? MDMA, LSD, cocaine, heroin, ketamine, 2C-B, DMT and hash", None),
    ],
)
def test_a_cue_reaches_no_further_than_its_list(text: str, offered: list[str] | None) -> None:
    expected = offered or ["mdma", "lsd", "cocaine", "heroin", "ketamine", "2c-b", "dmt", "cannabis"]
    assert facts_of(text).substances == expected


def test_words_that_are_only_there_to_be_found_are_no_offer() -> None:
    hidden = "cocaine, mdma, ketamine, heroin, lsd, xanax"
    assert facts_of(f"10g Amphetamine paste\nTags: {hidden}").substances == ["amphetamine"]
    assert facts_of(f"10g Amphetamine paste ({hidden})").substances == ["amphetamine"]
    assert facts_of("10g Amphetamine #cocaine #mdma #ketamine #heroin #lsd #xanax").substances == ["amphetamine"]
    assert {one.data["role"] for one in mentions(f"Tags: {hidden}", "drug")} == {"keyword"}


def test_what_a_buyer_says_is_no_offer() -> None:
    text = 'Best speed in town.\n"I ordered some cocaine from him before and it was great" - a buyer\n5g amphetamine'
    assert facts_of(text).substances == ["amphetamine"]
    assert [one.data["role"] for one in mentions(text, "drug") if one.value == "cocaine"] == ["quoted"]
    assert facts_of("Customer reviews: great cocaine!\n1g heroin").substances == ["heroin"]


@pytest.mark.parametrize("piece", ["no ", "cocaine ", "no cocaine, ", '"', "#cocaine ", "(cocaine, ", "not a the of "])
def test_a_long_text_is_judged_in_time_that_grows_with_it(piece: str) -> None:
    assert grows_faster(facts_of, piece) is None


@pytest.mark.parametrize(
    "title",
    [
        "Marquis reagent test kit MDMA 20 tests", "Cannabis Grow Bible 4th Edition", "DMT extraction tek",
        "Empty cannabis jars 100 pcs", "Stealth mylar bags for weed x 100",
        "Anleitung zur Herstellung von Crystal Meth",
        "Marijuana Botany, 2nd edition", "DMT machine x10", "MDMA synthesis from safrole, video",
    ],
)  # fmt: skip
def test_what_is_about_a_drug_does_not_offer_it(title: str) -> None:
    assert "offered" not in {one.data["role"] for one in mentions(title, "drug")}


@pytest.mark.parametrize(
    "title", ["Afghan heroin tester 0.1g", "10 empty stomach tested MDMA pills", "Heroin from Turkey"]
)
def test_what_is_offered_beside_such_words_stays_offered(title: str) -> None:
    assert [one.data["role"] for one in mentions(title, "drug")] == ["offered"]
