"""Reships, refunds, and until when orders go out on the same day."""

import pytest

from extractors.components.reship import policy_spans
from extractors.words import pieces
from tests.extractors.reading_text import mentions, values


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("100% reship", [("reship", "100")]),
        ("We do not offer reships or refunds", [("reship", "no"), ("refund", "no")]),
        ("Reships are usually 75%. Refunds range between 30% to 60%.", [("reship", "75"), ("refund", "30")]),
        ("USA = 0% refund", [("refund", "no")]),
        ("free reship if seized", [("reship", "yes")]),
        ("not entitled to a refund or reship", [("refund", "no"), ("reship", "no")]),
        ("kein Reship, keine Rückerstattung", [("reship", "no"), ("refund", "no")]),
        ("pas de remboursement", [("refund", "no")]),
        ("возврат 50%", [("refund", "50")]),
        ("read my refund & reship policy", []),
        ("tracking for the reship", []),
        ("pharma grade, shipped daily", []),
    ],
)
def test_reship_and_refund(text: str, stated: list[tuple[str, str]]) -> None:
    assert [(one.type, one.value) for one in mentions(text, "reship", "refund")] == stated


def test_the_condition_of_a_reship_is_in_the_data() -> None:
    (found,) = mentions("Hello. 50% reship for buyers with 10+ orders. Bye", "reship")
    assert (found.value, found.unit) == ("50", "%")
    assert found.data == {"condition": "50% reship for buyers with 10+ orders", "min_orders": 10}


def test_the_range_and_the_places_of_a_refund_are_in_the_data() -> None:
    (found,) = mentions("refund between 30 and 60% in Germany", "refund")
    assert (found.value, found.data["share_max"], found.data["places"]) == ("30", 60, ["DE"])


def test_policy_spans_hold_the_places_that_are_no_destinations() -> None:
    text = "Ships to France.\nNo reship to:\n- Spain\n- Italy\n\nShips from Germany."
    spans = policy_spans(text, pieces(text))
    inside = [text[span.start : span.end] for span in spans]
    assert len(inside) == 1
    assert "Spain" in inside[0]
    assert "Italy" in inside[0]
    assert "France" not in inside[0]
    assert "Germany" not in inside[0]


@pytest.mark.parametrize(
    ("text", "value", "data"),
    [
        ("orders before 2pm are shipped same day, Mon-Fri", "14:00", {"days": "mon-fri"}),
        ("Place your orders before 11.30am for same day shipment", "11:30", {}),
        ("DEADLINE is 7:00 PM pacific", "19:00", {"timezone": "PACIFIC"}),
        ("cut-off 14:00 CET", "14:00", {"timezone": "CET"}),
        ("Bestellungen bis 13 Uhr werden am gleichen Tag versendet (Mo - Fr)", "13:00", {"days": "mon-fri"}),
        ("commandes avant 12h30 expédiées le jour même", "12:30", {}),
        ("order by noon for same day dispatch", "12:00", {}),
    ],
)
def test_order_cutoff(text: str, value: str, data: dict[str, str]) -> None:
    (found,) = mentions(text, "order_cutoff")
    assert (found.value, found.data) == (value, data)


@pytest.mark.parametrize(
    "text", ["arrives at 1pm", "10 am tired", "before 2 days it ships", "open 9am to 5pm", "we ship 24/7", "at 25:61"]
)
def test_other_times_of_day(text: str) -> None:
    assert values(text, "order_cutoff") == []
