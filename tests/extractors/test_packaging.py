"""Stealth and tracking, and where they are denied."""

import pytest

from tests.extractors.reading_text import facts_of


@pytest.mark.parametrize(
    ("text", "tracking"),
    [
        ("all orders are tracked", "yes"),
        ("Your order will always be sent with free tracking", "yes"),
        ("Don't ask for tracking before 5 days", "yes"),
        ("if your tracking does not show as delivered we reship", "yes"),
        ("tracking, no signature required", "yes"),
        ("NO signature required for trackable parcels", "yes"),
        ("no tracking", "no"),
        ("UK to EU, no tracking, 1-3 days", "no"),
        ("Tracking: NO | Stealth: 10/10", "no"),
        ("Tracking - yes", "yes"),
        ("Sorry we can't provide tracking numbers", "no"),
        ("tracking is not provided", "no"),
        ("untracked letter", "no"),
        ("Versand ohne Sendungsverfolgung", "no"),
        ("zonder track en trace", "no"),
        ("envoi sans suivi", "no"),
        ("envío sin seguimiento", "no"),
        ("отправка без трека", "no"),
        ("tracking available", "optional"),
        ("Tracking on request", "optional"),
        ("We provide tracking for orders over 100g", "optional"),
        ("ohne Tracking oder mit Tracking", "optional"),
        ("suivi en option", "optional"),
        ("BULK DISCOUNTS, TRACKING, best quality", "yes"),
        ("colis suivi", "yes"),
        ("spedizione tracciata", "yes"),
        ("fast delivery", None),
        ("cell phone tracking", None),
        ("tracksuit, backtrack, track 1/2 dumps", None),
        ("400 tracking stickers", None),
    ],
)
def test_tracking(text: str, tracking: str | None) -> None:
    assert facts_of(text).tracking == tracking


@pytest.mark.parametrize(
    "text",
    [
        "Vacuum sealed, great stealth",
        "all parcels are vacuum packed",
        "discreet shipping",
        "we always use a decoy",
        "MBB and visual barrier",
        "SuperStealth delivery",
        "diskreter Versand, vakuumiert",
        "onopvallende enveloppe",
        "emballage discret, sous vide",
        "envasado al vacío",
        "busta anonima, sottovuoto",
        "стелс упаковка",
    ],
)
def test_stealth(text: str) -> None:
    assert facts_of(text).stealth


@pytest.mark.parametrize(
    "text",
    [
        "plain envelope",
        "We do not vacuum seal. We do not use decoys.",
        "no stealth needed",
        "kein Vakuum bei Briefen",
        "stealth PayPal accounts",
        "stealth knife card",
        "laptop with discrete GPU",
        "vac purged wax",
        "MBB 14cm x 20cm",
        "vacuum pump oil",
    ],
)
def test_no_stealth(text: str) -> None:
    assert not facts_of(text).stealth


@pytest.mark.parametrize(
    ("text", "tracking"),
    [
        ("Tracking? -> No. Never.", "no"),
        ("Q: Do I get a tracking number?\nA: On request, after 5 days.", "optional"),
        ("TRACKING\nNot available, don't ask.", "no"),
        ("Tracking we don't have.", "no"),
        ("No tracking on first class.", "no"),
        ("Tracking with GLS only.", "optional"),
        ("Sendungsnummer nur bei Paketen und nur auf Nachfrage", "optional"),
        ("Le num\xe9ro de suivi est donn\xe9 sur demande uniquement", "optional"),
        ("No tracking unless you ask for it", "optional"),
        ("All parcels are tracked. We resend only if tracking didn't update for 6 days", "yes"),
    ],
)
def test_tracking_in_questions_and_conditions(text: str, tracking: str) -> None:
    assert facts_of(text).tracking == tracking
