"""Hostile pages, and selectors that match everything, read within enforced limits of memory and processor time."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import REPOSITORY

# What the page is reported for, whatever the layout.
OF_THE_PAGE = {
    "100,000 nested tags": "too_deep",
    "100,000 nested tables": "too_deep",
    "2,000 nested tags around 60,000": "too_deep",
    "rows in rows": "too_deep",
    "50 MB": "too_large",
    "50 MB of tags": "too_large",
    "one line of 10 MB": "too_large",
    "one attribute of 10 MB": "too_large",
    "null bytes": "null_bytes",
    "mixed charsets": "wrong_charset",
    "attributes": "too_large",
    "rows": "too_large",
    "links": "too_many_links",
}
# What a reading of the offer says, however much else the page holds.
AN_OFFER = {"50 MB", "one line of 10 MB", "an entity bomb", "a parameter entity", "an offer"}


@pytest.fixture(scope="module")
def readings() -> dict[tuple[str, str], dict[str, Any]]:
    """What each case came to."""
    command = [sys.executable, "-m", "tests.extractors.hostile_reading"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    cases = [json.loads(line) for line in done.stdout.splitlines()]
    return {(case.pop("layout"), case.pop("page")): case for case in cases}


@pytest.mark.parametrize("layout", ["shop", "greedy", "nested", "slow"])
def test_every_page_is_read_within_the_limits(readings: dict[tuple[str, str], dict[str, Any]], layout: str) -> None:
    cases = {page: case for (name, page), case in readings.items() if name == layout}
    assert len(cases) == 20
    assert {page: case for page, case in cases.items() if "codes" not in case} == {}
    missed = {page: code for page, code in OF_THE_PAGE.items() if code not in cases[page]["codes"]}
    assert missed == {}
    # What a reading says is no larger than the largest pages that are read.
    assert max(case["size"] for case in cases.values()) < 8 * 1024**2


def test_what_costs_too_much_is_told(readings: dict[tuple[str, str], dict[str, Any]]) -> None:
    costly = {page for (layout, page), case in readings.items() if layout == "greedy" and "too_costly" in case["codes"]}
    assert {"100,000 nested tags", "2,000 nested tags around 60,000", "rows in rows", "rows", "links"} <= costly
    assert not any("too_costly" in case["codes"] for (layout, _), case in readings.items() if layout == "shop")


def test_a_hostile_page_does_not_hide_the_offer_before_it(readings: dict[tuple[str, str], dict[str, Any]]) -> None:
    for page in AN_OFFER:
        codes = set(readings["shop", page]["codes"])
        assert codes <= {"too_large"}, page
