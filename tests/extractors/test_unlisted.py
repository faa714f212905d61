"""Names that are in no list: misspelt and new names, stamps on pills, strains; and what is not made a drug of."""

import pytest

from extractors.pipeline import build_pipeline, read_text
from tests.extractors.linear_time import grows_faster
from tests.extractors.reading_text import facts_of, mentions

NAME = "nightpost_unlisted_drugs"


def by(text: str) -> list[tuple[str, str]]:
    """How the unlisted substances of a text were told, and what they are."""
    return [(str(one.data["by"]), one.value) for one in mentions(text, "drug") if one.extractor == NAME]


@pytest.mark.parametrize(
    ("title", "substance"),
    [
        ("25 tarmadoll 100mg tablets", "tramadol"),
        ("Buprenorhpine 8mg x 10", "buprenorphine"),
        ("10g Kettamiine crystals", "ketamine"),
        ("5g metamphetamien", "methamphetamine"),
        ("50x Clonazepaam 2mg", "clonazepam"),
        ("1g Etizolamm powder", "etizolam"),
    ],
)
def test_a_misspelt_name_is_the_name(title: str, substance: str) -> None:
    assert by(title) == [("misspelling", substance)]
    assert facts_of(title).substances == [substance]


@pytest.mark.parametrize(
    ("title", "substance"),
    [
        ("20x Yellow Spongebobz 240mg", "mdma"),
        ("3.5g Zorblatt Kush x Purple Widow Indoor", "cannabis"),
        ("10 x Golden Teacherz caps dried 7g", "psilocybin"),
    ],
)
def test_a_stamp_or_strain_that_no_list_has_is_told_by_what_is_around(title: str, substance: str) -> None:
    assert facts_of(title).substances == [substance]


def test_a_new_name_with_a_known_stem_is_a_substance_of_its_own() -> None:
    (found,) = [one for one in mentions("10g Flubrozonitazene powder 99%", "drug") if one.extractor == NAME]
    assert (found.value, found.text, found.data["class"]) == ("flubrozonitazene", "Flubrozonitazene", "opioid")
    assert found.confidence < 0.7


@pytest.mark.parametrize(
    "text",
    [
        "Netflix premium account lifetime",
        "Rolex Submariner replica AAA",
        "Fresh CVV fullz USA",
        "How to cash out bank drops 2020 guide",
        "Windows 10 license key",
        "Custom listing for a good customer",
        "Hello, thank you for your order. Please leave feedback.",
        "",
        "12 34 56",
    ],
)
def test_what_offers_no_drug_names_none(text: str) -> None:
    assert mentions(text, "drug") == []


def test_prose_of_a_description_names_nothing_that_is_not_there() -> None:
    text = (
        "Welcome to our shop!\n\nWe ship 3 times a week.\nPlease read our terms before you order.\n"
        "Refunds: 50% after 21 days.\nOrders before 12:00 are sent the same day.\nWe have 4 years of experience."
    )
    assert mentions(text, "drug") == []


def test_spans_are_what_stands_there_in_a_text_of_several_lines() -> None:
    text = "Price list\n10 tarmadoll 100mg\n\n20 dizapam 10mg\nthanks"
    found = [one for one in mentions(text, "drug") if one.extractor == NAME]
    assert [text[one.start : one.end] for one in found] == [one.text for one in found]


def test_without_the_trained_model_there_is_none_of_it() -> None:
    nlp = build_pipeline(statistical=False)
    assert NAME not in nlp.pipe_names
    assert [one for one in read_text(nlp, "25 tarmadoll 100mg", source="x") if one.type == "drug"] == []


@pytest.mark.parametrize("piece", ["qwertz 5g\n", "a\n", "tramadaol ", "xx yy 10mg\n", "\n", "é\n"])
def test_a_long_text_is_read_in_time_that_grows_with_it(piece: str) -> None:
    assert grows_faster(mentions, piece) is None
