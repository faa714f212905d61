"""The floors of reading: what a change may not fall below, on the labelled texts of the research data.

The figures themselves are in ``docs/extraction.md``; a floor is a little below them. Measure with ``make eval``.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from evaluation.__main__ import FIELDS, read_all
from evaluation.scoring import Score, scores
from evaluation.texts import labelled_texts
from tests.extractors.reading_text import pipeline

FLOORS = {
    "titles": {
        "substances": 0.95,
        "total": 0.96,
        "strength": 0.94,
        "purity_pct": 0.94,
        "ships_from": 0.90,
        "ships_to": 0.95,
        "drug_or_not": 0.975,
        "goods": 0.87,
    },
    "descriptions": {
        "substances": 0.78,
        "ships_from": 0.84,
        "ships_to": 0.90,
        "ships_excluded": 0.99,
        "delivery_days": 0.90,
        "stealth": 0.90,
        "tracking": 0.85,
        "payment": 0.90,
        "contacts": 0.95,
        "other_accounts": 0.85,
        "drug_or_not": 0.83,
        "goods": 0.70,
    },
}


@pytest.fixture(scope="module")
def measured(shared_data: Path) -> Mapping[str, Mapping[str, Score]]:
    """The scores of every field, by kind of text."""
    found = {}
    for kind, fields in FIELDS.items():
        read = read_all(pipeline(), labelled_texts(kind, shared_data))
        found[kind] = scores(((label, facts) for label, _, facts in read), fields)
    return found


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, floors in FLOORS.items() for field in floors])
def test_no_field_falls_below_its_floor(measured: Mapping[str, Mapping[str, Score]], kind: str, field: str) -> None:
    assert measured[kind][field].f1 >= FLOORS[kind][field]
