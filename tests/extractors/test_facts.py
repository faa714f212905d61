"""Facts: the JSON that other programs read, and what kind of goods a text is about."""

import json

import pytest

from extractors.facts import Facts, facts
from tests.extractors.reading_text import facts_of

KEYS = [
    "substances", "total", "strength", "purity_pct", "ships_from", "ships_to", "ships_excluded", "carriers",
    "delivery_days", "stealth", "tracking", "payment", "contacts", "crypto_addresses", "pgp_fingerprints",
    "other_accounts", "goods",
]  # fmt: skip


def test_the_json_has_the_keys_of_the_contract_and_no_other() -> None:
    assert list(json.loads(facts_of("anything").model_dump_json())) == KEYS


def test_a_text_that_says_nothing_has_empty_facts() -> None:
    assert facts([], "") == Facts()


def test_one_title_whole() -> None:
    title = "100 x 2mg Xanax bars UK to EU, no tracking, 1-3 days delivery, wickr: greenleaf"
    assert json.loads(facts_of(title).model_dump_json()) == {
        "substances": ["alprazolam"],
        "total": {"value": 100.0, "unit": "items"},
        "strength": {"value": 2.0, "unit": "mg"},
        "purity_pct": None,
        "ships_from": ["GB"],
        "ships_to": ["EU"],
        "ships_excluded": [],
        "carriers": [],
        "delivery_days": [{"min": 1, "max": 3, "scope": None}],
        "stealth": False,
        "tracking": "no",
        "payment": [],
        "contacts": [{"type": "wickr", "value": "greenleaf"}],
        "crypto_addresses": [],
        "pgp_fingerprints": [],
        "other_accounts": [],
        "goods": "drug",
    }


@pytest.mark.parametrize(
    ("title", "goods"),
    [
        ("5g cocaine", "drug"),
        ("MDMA synthesis tutorial PDF", "guide"),
        ("The Cannabis Grower's Companion", "guide"),
        ("Metonitazene sample", "drug"),
        ("Glock 19 gen 4 pistol with ammo", "firearm"),
        ("US passport novelty, hologram", "counterfeit"),
        ("Fresh CVV and fullz, USA", "fraud"),
        ("Netflix premium account lifetime", "digital"),
        ("Rolex watch with diamond ring", "jewellery"),
        ("custom listing for Bob", "other"),
    ],
)
def test_goods(title: str, goods: str) -> None:
    assert facts_of(title).goods == goods


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Trenbolone Acetate 100mg x 10ml", "mg/ml"),
        ("Testosterone Enanthate 250mg/ml 10ml vial", "mg/ml"),
        ("Testosterone Enanthate 250mg 10 amps", "mg"),
        ("Methadone 10mg tablets", "mg"),
    ],
)
def test_milligrams_of_what_is_injected_are_those_of_a_millilitre(title: str, unit: str) -> None:
    strength = facts_of(title).strength
    assert strength is not None
    assert strength.unit == unit
