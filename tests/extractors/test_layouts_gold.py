"""The layouts of Empire and Cryptonia against what older parsers were expected to give for their saved pages.

What is not met is listed below, each read by hand on the page: the page, not the expectation, decides.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.extractors.gold import WITHOUT_FIELD, Expectation, expectations, gold_entries
from tests.extractors.gold_files import file_expectations

_PROFILE = "users/saved_cryptonia_user_profile_"
_LISTING = "listings/saved_cryptonia_listing_"
_TWICE = "the older parser took the disputes that were won for those that were lost too"
_DIGITAL = "digital goods: the page states no place, the older parser the world"

# (page, field): why our value stands.
JUDGED = {
    ("pgp/saved_empire_pgp_0", "page_kind listing"): "a profile's PGP tab is no listing",
    (f"{_PROFILE}2", "disputes"): f"the page shows 1/0; {_TWICE}",
    (f"{_PROFILE}7", "disputes"): f"the page shows 2/1; {_TWICE}",
    (f"{_PROFILE}9", "disputes"): f"the page shows 1/0; {_TWICE}",
    (f"{_PROFILE}15", "disputes"): f"the page shows 0/2; {_TWICE}",
    (f"{_PROFILE}17", "disputes"): f"the page shows 1/2; {_TWICE}",
    (f"{_PROFILE}18", "disputes"): f"the page shows 0/1; {_TWICE}",
    (f"{_PROFILE}21", "disputes"): f"the page shows 1/0; {_TWICE}",
    (f"{_PROFILE}16", "external_ratings"): "'10~20 deals' states no number; 15 is a guess",
    (f"{_PROFILE}1", "description"): "the market's words for a profile that nobody wrote are no profile",
    (f"{_LISTING}5", "ships_from"): _DIGITAL,
    (f"{_LISTING}5", "ships_to"): _DIGITAL,
    (f"{_LISTING}6", "ships_from"): _DIGITAL,
    (f"{_LISTING}6", "ships_to"): _DIGITAL,
    (f"{_LISTING}7", "ships_from"): _DIGITAL,
    (f"{_LISTING}7", "ships_to"): _DIGITAL,
}
JUDGED_FILES = {
    (f"{_PROFILE}1", "description"): JUDGED[f"{_PROFILE}1", "description"],
    (f"{_PROFILE}4", "description"): JUDGED[f"{_PROFILE}1", "description"],
    (f"{_PROFILE}2", "description"): "the page has the ticks before its points, which the older parser dropped",
    (f"{_PROFILE}2", "terms"): "the page has the ticks before its points, which the older parser dropped",
}


@pytest.fixture(scope="module")
def literal(shared_data: Path) -> list[Expectation]:
    return [
        *expectations(shared_data, "empire", named=True),
        *expectations(shared_data, "cryptonia", named=True),
        *expectations(shared_data, "cryptonia", named=False),
    ]


@pytest.fixture(scope="module")
def in_files(shared_data: Path) -> list[Expectation]:
    return list(file_expectations(shared_data))


def test_literal_expectations_are_met_or_judged(literal: list[Expectation]) -> None:
    _check("literal expectations", literal, JUDGED)
    assert len(literal) == 314


def test_texts_and_tables_are_met_or_judged(in_files: list[Expectation]) -> None:
    _check("texts and tables", in_files, JUDGED_FILES)
    assert len(in_files) == 86


def _check(what: str, found: list[Expectation], judged: dict[tuple[str, str], str]) -> None:
    """Every miss is judged, and what was judged is still missed."""
    missed = [one for one in found if not one.met]
    met = len(found) - len(missed)
    print(f"{what}: {met} of {len(found)} met ({met / len(found):.3f}), {len(missed)} where the page says otherwise")
    assert [_shown(one) for one in missed if (one.page, one.field) not in judged] == []
    assert set(judged) == {(one.page, one.field) for one in missed}


def _shown(one: Expectation) -> str:
    return f"{one.entry} {one.page} {one.field}: expected {one.expected!r}, read {one.read!r}"


def test_every_entry_is_compared_or_states_no_field(shared_data: Path, literal: list[Expectation]) -> None:
    """No entry is left out without a reason."""
    entries = gold_entries(shared_data)
    without: list[dict[str, Any]] = [entry for entry in entries if entry["function"] in WITHOUT_FIELD]
    compared = {one.entry for one in literal}
    print(f"{len(entries)} entries, {len(without)} without a field of ours")
    silent = {entry["test"].partition(".")[2] for entry in entries if entry not in without} - compared
    # Goods without automatic dispatch: it says nothing of their stock.
    assert silent == {"test_has_unlimited_dispatch_one"}
    assert Counter(entry["function"] for entry in without).keys() == WITHOUT_FIELD.keys()
    assert (len(entries), len(without)) == (179, 22)
