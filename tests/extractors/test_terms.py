"""Carriers, delivery time, tracking, stealth and payment in plain words."""

import pytest

from tests.extractors.reading_text import facts_of, values


@pytest.mark.parametrize(
    ("text", "carriers"),
    [
        ("sent by USPS Priority or Royal Mail", ["usps", "royal mail"]),
        ("Wir versenden mit der Deutschen Post", ["deutsche post"]),
        ("the dhlx ups and downs", []),
    ],
)
def test_carriers(text: str, carriers: list[str]) -> None:
    assert facts_of(text).carriers == carriers


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("UK to EU. 3 up to 15 working days delivery", [(3, 15, None)]),
        ("Domestic shipping: 1-3 days", [(1, 3, "domestic")]),
        ("International delivery takes 2-3 weeks", [(14, 21, "international")]),
        ("Lieferzeit 2 bis 4 Werktage", [(2, 4, None)]),
        ("I was away for 3 days", []),
        ("delivery in 500 days", []),
    ],
)
def test_delivery_days(text: str, days: list[tuple[int, int, str | None]]) -> None:
    assert [(one.min, one.max, one.scope) for one in facts_of(text).delivery_days] == days


@pytest.mark.parametrize(
    ("text", "tracking"),
    [
        ("all orders are tracked", "yes"),
        ("no tracking", "no"),
        ("tracking available", "optional"),
        ("ohne Tracking oder mit Tracking", "optional"),
        ("fast delivery", None),
    ],
)
def test_tracking(text: str, tracking: str | None) -> None:
    assert facts_of(text).tracking == tracking


def test_stealth_and_payment() -> None:
    found = facts_of("Vacuum sealed, great stealth. Pay with Monero or BTC, escrow accepted")
    assert found.stealth
    assert found.payment == ["xmr", "btc", "escrow"]
    assert not facts_of("plain envelope").stealth
    assert values("dashing ethics", "payment") == []
