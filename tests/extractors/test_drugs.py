"""Substances in titles like real ones, doubtful names in and out of company, and roles."""

import pytest

from tests.extractors.reading_text import facts_of, mentions, values

TITLES = [
    ("100x XANAX Blotters with 2.2mg Alprazolam (STRONGER)", ["alprazolam"]),
    ("1G HIGH GRADE COLOMBIAN COCAINE 90%", ["cocaine"]),
    ("14g fishscale, uncut", ["cocaine"]),
    ("0.5g crack rocks", ["cocaine"]),
    ("25gr Dutch Speedpaste 73%", ["amphetamine"]),
    ("30 x Adderall 20mg IR", ["amphetamine"]),
    ("1 oz crystal meth shards", ["methamphetamine"]),
    ("ICE 3.5g", ["methamphetamine"]),
    ("5g MDMA crystals 84%", ["mdma"]),
    ("100 blue XTC pills 200mg", ["mdma"]),
    ("50 x Purple Supreme pills 220mg", ["mdma"]),
    ("200ug LSD-25 blotter x 10", ["lsd"]),
    ("10 tabs 105ug Hofmann", ["lsd"]),
    ("1/8 oz magic mushrooms", ["psilocybin"]),
    ("15g psilocybe truffles atlantis", ["psilocybin"]),
    ("1g S-Isomer Ketamine", ["ketamine"]),
    ("500ml GBL 99.9%", ["gbl"]),
    ("Bk MMDMA (2-A1MP) 3 gram", ["2-a1mp"]),
    ("4-fluoro-butyrfentanyl 1g", ["parafluorobutyrylfentanyl"]),
    ("10g furanyl-fentanyl", ["furanylfentanyl"]),
    ("5f-mdmb-2201 10g", ["5f-mdmb-2201"]),
    ("1g \u03b1-PVP crystals", ["a-pvp"]),
    ("3.5g OG Kush", ["cannabis"]),
    ("10g of Ketama hash", ["cannabis"]),
    ("28g Blue Dream Shatter", ["cannabis"]),
    ("5g high grade pollen from Morocco", ["cannabis"]),
    ("10 regular seeds - Lemon Haze", ["cannabis"]),
    ("PURE CBD oil 1000mg", ["cbd"]),
    ("Test E 250mg/ml 10ml vial", ["testosterone"]),
    ("Sustanon 250", ["testosterone"]),
    ("40 tabs Tadalafil 20mg (Cialis)", ["tadalafil"]),
    ("Percocet 10/325 x 50", ["oxycodone"]),
    ("Oxycodone-Acetaminophen 10mg/325mg", ["oxycodone"]),
    ("Paracetamol 500mg tabs", ["paracetamol"]),
    ("50 x 1.4mg GammaGoblin DOB tabs", ["dob"]),
    ("10 x GammaGoblin 100ug", ["lsd"]),
    ("100g MAB-CHMINACA high purity white powder", ["mab-chminaca"]),
    ("Suboxone strips 8mg", ["buprenorphine"]),
    ("Marlboro cigarettes 10 packs", ["tobacco"]),
    ("Vyvanse 70mg", ["lisdexamfetamine"]),
    ("Roche Diazepam 13 x 10mg", ["diazepam"]),
    ("500mg Clonazolam and 1g Etizolam", ["clonazolam", "etizolam"]),
]
NO_DRUGS = [
    "White gold ring 18k",
    "Ice cream maker replica",
    "Snow White DVD account",
    "Girl's handbag replica AAA",
    "Netflix premium account 4K Ultra HD",
    "Spice Girls ebook collection",
    "High speed VPN, lifetime account",
    "5g gold bar PAMP veriscan",
    "Glock 17 with 2 magazines and speed loader",
    "How to make crystal radio guide",
    "ENGLISH TEST E-BOOK",
    "AMT of bank account: 500",
    "Molly Ringwald photo",
    "Supreme hoodie replica",
    "custom listing for bars",
]


@pytest.mark.parametrize(("title", "substances"), TITLES)
def test_titles_name_their_substances(title: str, substances: list[str]) -> None:
    assert facts_of(title).substances == substances


@pytest.mark.parametrize("title", NO_DRUGS)
def test_other_goods_name_none(title: str) -> None:
    assert values(title, "drug") == []


@pytest.mark.parametrize(
    ("title", "offered", "other", "role"),
    [
        ("DXE 5g (replacement of MXE)", ["deschloroketamine"], "mxe", "compared"),
        ("Kamagra 100mg works like Viagra", ["sildenafil"], "sildenafil", "compared"),
        ("Hexen 5g, similar to cocaine", ["hexen"], "cocaine", "compared"),
        ("5g heroin, stronger than fentanyl", ["heroin"], "fentanyl", "compared"),
        ("1g uncut heroin, no fentanyl", ["heroin"], "fentanyl", "negated"),
        ("1g heroin, fentanyl-free", ["heroin"], "fentanyl", "negated"),
        ("4-CEC 10g, MDMA replacement", ["4-cec"], "mdma", "compared"),
    ],
)
def test_a_compared_or_denied_substance_is_no_fact(title: str, offered: list[str], other: str, role: str) -> None:
    assert facts_of(title).substances == offered
    assert role in {one.data["role"] for one in mentions(title, "drug") if one.value == other}


def test_a_title_that_only_ships_free_denies_nothing() -> None:
    assert facts_of("Cocaine free shipping").substances == ["cocaine"]


def test_a_mention_says_class_schedule_form_and_hazard() -> None:
    (hash_,) = mentions("10g Moroccan hash", "drug")
    assert hash_.data["form"] == "hash"
    assert (hash_.data["class"], hash_.data["schedule"]) == ("cannabinoid", "I")
    (fentanyl,) = mentions("fentanyl hcl", "drug")
    assert "lethal" in fentanyl.data["hazard"]


def test_cbd_is_named_only_where_nothing_says_cannabis() -> None:
    assert facts_of("CBD crystals 5g").substances == ["cbd"]
    assert facts_of("THC CBD oil 5g").substances == ["cannabis"]


def test_the_end_of_an_unknown_chemical_name_is_another_substance() -> None:
    (unknown,) = mentions("1g 7-MeO-DMT", "drug")
    assert (unknown.value, unknown.text, unknown.data["derived_from"]) == ("7-meo-dmt", "7-MeO-DMT", "dmt")
    assert "schedule" not in unknown.data
    assert facts_of("1g 3-MeO-MDMA").substances == ["3-meo-mdma"]


def test_a_doubtful_name_is_less_certain() -> None:
    (certain,) = mentions("5g cocaine", "drug")
    (doubtful,) = mentions("5g speed", "drug")
    assert doubtful.value == "amphetamine"
    assert doubtful.confidence < certain.confidence


@pytest.mark.parametrize(
    ("title", "substances"),
    [
        ("Tusi Pink Cocaine 3.5g strawberry", ["2c-b"]),
        ("Delta-8 THC distillate 1 litre", ["delta-8-thc"]),
        ("HHC Blüten 10g", ["hhc"]),
        ("Шишки, гидропоника", ["cannabis"]),
        ("Mef 2g VHQ", ["mephedrone"]),
        ("teenth of charlie 1.75g", ["cocaine"]),
        ("Clam tabs 1mg 100pc", ["clonazolam"]),
        ("Bundle (10 bags) dope NYC", ["heroin"]),
        ("Molly caps x 20", ["mdma"]),
        ("Flex MDPV monkey dust 5g", ["mdpv"]),
        ("Oxalic acid 100g", []),
        ("DOM, 10 blotter strip, 2.5mg/tab", ["dom"]),
        ("Moroccan filtered hash 100g plates, Ferrari stamp", ["cannabis"]),
        ("100 x K2 vapes", ["synthetic cannabinoids"]),
    ],
)
def test_names_of_other_years_and_countries(title: str, substances: list[str]) -> None:
    assert facts_of(title).substances == substances
