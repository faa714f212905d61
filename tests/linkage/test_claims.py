"""Claimed accounts: their names match the names of the accounts that they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from extractors.pipeline import build_pipeline, read_text
from extractors.records import ExternalRating
from linkage.account import Account
from linkage.claims import Claim, account_name, claims_of_mentions, claims_of_ratings, merge_claims, normal_market
from linkage.sighting import Sighting

SEEN = Sighting(record="vendor:empire/leaf", field="description")


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build_pipeline()


@pytest.mark.parametrize(
    "written",
    ["AlphaBay", "alphabay", "ALPHABAY MARKET", "alpha bay", "AB", "alphabay-2017", "AlphaBay 2016", "alpha-bay"],
)
def test_a_known_market_has_one_name(written: str) -> None:
    assert normal_market(written) == "alphabay"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Dream", "dream-market"),
        ("dream market", "dream-market"),
        ("White House Market", "white-house"),
        ("white-house-2020", "white-house"),
        ("Kalypso Harbour", "kalypso-harbour"),
        ("Kalypso Market", "kalypso"),
        ("market", "market"),
        ("", None),
        ("-!-", None),
        ("☠", None),
    ],
)
def test_other_markets(written: str, name: str | None) -> None:
    assert normal_market(written) == name


@given(st.text(max_size=30))
def test_a_name_of_a_market_is_its_own(written: str) -> None:
    name = normal_market(written)
    assert name is None or normal_market(name) == name


def test_a_claim_in_a_text_names_the_account_it_means(nlp: Language) -> None:
    mentions = read_text(nlp, "You know me from AlphaBay as Green_Leaf, 4.9, 1200 sales.", source="x")
    (claim,) = claims_of_mentions(mentions, SEEN)
    assert claim == Claim(market="alphabay", handle="Green_Leaf", sightings=(SEEN,))
    assert (
        claim.name == Account(id="1", market="AlphaBay Market", handle="GREEN_LEAF").own_name == "alphabay/green_leaf"
    )


def test_a_rating_may_name_only_the_market() -> None:
    shown = [
        ExternalRating(market="Dream Market", handle="Leaf"),
        ExternalRating(market="agora"),
        ExternalRating(market="-"),
    ]
    claims = claims_of_ratings(shown, SEEN)
    assert [(one.market, one.handle, one.name) for one in claims] == [
        ("dream-market", "Leaf", "dream-market/leaf"), ("agora", None, None),
    ]  # fmt: skip


def test_claims_are_merged_and_those_of_itself_left_out() -> None:
    other = Sighting(record="vendor:empire/leaf", field="terms")
    claims = [
        Claim(market="dream-market", handle="Leaf", sightings=(other,)),
        Claim(market="dream-market", handle="leaf", sightings=(SEEN,)),
        Claim(market="dream-market", sightings=(SEEN,)),
        Claim(market="empire", handle="LEAF", sightings=(SEEN,)),
        Claim(market="empire", sightings=(SEEN,)),
        Claim(market="empire", handle="OldLeaf", sightings=(SEEN,)),
    ]
    merged = merge_claims(reversed(claims), market="Empire Market", handle="Leaf")
    assert merged == merge_claims(claims, market="empire", handle="Leaf")
    assert [(one.name, one.market, one.sightings) for one in merged] == [
        (None, "dream-market", (SEEN,)),
        ("dream-market/leaf", "dream-market", (SEEN, other)),
        ("empire/oldleaf", "empire", (SEEN,)),
    ]


def test_a_name_needs_both_parts() -> None:
    assert account_name("empire", None) is account_name("", "leaf") is account_name("empire", " \u200b ") is None
    assert account_name("empire", "a/b") == "empire/a/b"
