"""The crimes around the drugs: what is meant by a name that strains, stamps and games share."""

import pytest

from tests.extractors.linear_time import grows_faster
from tests.extractors.reading_text import mentions

CRIMES = [
    ("Glock 19 gen 4 with 2 mags", "firearm", "pistol"),
    ("Ruger LCR .38 Special, new in box", "firearm", "pistol"),
    ("AK-47 rifle 7.62x39, 3 magazines", "firearm", "rifle"),
    ("100 rounds 9mm Luger FMJ ammo", "firearm", "ammunition"),
    ("Solvent trap kit 1/2x28", "firearm", "part"),
    ("Stun gun 5 million volt", "firearm", "less lethal"),
    ("We clean dirty money fast", "laundering", "laundering"),
    ("Best bitcoin mixer, no logs", "laundering", "mixer"),
    ("Cash for bitcoin by mail", "laundering", "cash exchange"),
    ("UK bank drop with card", "laundering", "money mule"),
    ("20 x 50 EUR counterfeit notes, pass pen test", "counterfeit", "banknotes"),
    ("Falschgeld 50er", "counterfeit", "banknotes"),
    ("California scannable fake ID with hologram", "counterfeit", "document"),
    ("Editable PSD utility bill template", "counterfeit", "document"),
    ("Fresh CVV with fullz USA", "fraud", "payment card"),
    ("Chase bank login high balance", "fraud", "bank account"),
    ("SSN DOB MMN profiles 750+ score", "fraud", "identity"),
]
OTHER = [
    ("AK-47 strain 28g", "firearm"),
    ("10 feminized AK47 seeds", "firearm"),
    ("XTC pills Kalashnikov 250mg", "firearm"),
    ("Colt seavers pills 200mg xtc", "firearm"),
    ("Netflix account shotgun", "firearm"),
    ("Electric hand mixer from kitchenaid", "laundering"),
    ("Orders are shipped to your drops", "laundering"),
    ("Please read the notes below", "counterfeit"),
    ("Your profiles and your bin day", "fraud"),
    ("hash 10g, glue gun free", "firearm"),
]


@pytest.mark.parametrize(("text", "kind", "offer"), CRIMES)
def test_what_is_offered_is_told(text: str, kind: str, offer: str) -> None:
    found = mentions(text, kind)
    assert offer in {one.value for one in found}
    assert all(text[one.start : one.end] == one.text for one in found)


@pytest.mark.parametrize(("text", "kind"), OTHER)
def test_a_shared_name_is_not_taken_for_it(text: str, kind: str) -> None:
    assert mentions(text, kind) == []


def test_a_firearm_says_its_calibre_and_a_doubtful_name_is_less_certain() -> None:
    (rifle,) = [
        one for one in mentions("AK-47 rifle 7.62x39", "firearm") if one.value == "rifle" and one.text == "rifle"
    ]
    assert rifle.data["calibre"] == "7.62x39"
    (certain, doubtful) = (mentions("pistol", "firearm"), mentions("Beretta 9mm with 2 mags", "firearm"))
    assert certain[0].confidence > min(one.confidence for one in doubtful)


@pytest.mark.parametrize("piece", ["glock ", "gun gun ", "9mm ", "5 5 5 ", "cvv,", "fake ", "\u00e9\u00e9 bills "])
def test_a_long_text_is_read_in_time_that_grows_with_it(piece: str) -> None:
    assert grows_faster(mentions, piece) is None
