"""From accounts to features: what is compared, in which form, and what is left out."""

import math
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.account import Account, Sighting
from linkage.claims import Claim
from linkage.common_texts import MOST_HOLDERS, common_texts, showing, without_texts
from linkage.feature_table import feature_table
from linkage.features import (
    PRICE_STEP,
    feature_rows,
    is_vouched,
    long_texts_of,
    passages_of,
    price_bands,
    texts_of,
    title_forms_of,
)
from linkage.spread import ClueKey
from tests.linkage.accounts import account, clue, key
from tests.linkage.offers import day, offer, seller

PROFILE = "We have sold hand made soap since the spring of last year and wrap every bar of it twice."


def row(one: Account, *discounted: ClueKey) -> dict[str, Any]:
    (made,) = feature_rows([one], discounted)
    assert feature_table([made]).num_rows == 1
    return made


def test_an_account_that_shows_nothing_has_a_row_of_nothing() -> None:
    made = row(Account(id="x", market="m"))
    assert {name: value for name, value in made.items() if value} == {"account_id": "x", "market": "m"}
    assert made["text_size"] == 0
    assert made["handle"] is None


def test_clues_are_sorted_by_what_they_are() -> None:
    own = account(
        "m/leaf",
        clue("pgp_key", key("A"), names=("Leaf <LEAF@x.org>",)),
        clue("pgp_key", key("B"), primary=key("A"), names=("Leaf <LEAF@x.org>",)),
        clue("crypto_address", "1AbC"),
        clue("contact", "wickr:GreenLeaf"),
    )
    quoted = account("m/leaf", clue("pgp_key", key("C"), names=("other",)), quoted=True)
    made = row(own.model_copy(update={"clues": own.clues + quoted.clues}))
    assert made["keys"] == [key("A"), key("B"), key("C")]
    assert made["own_keys"] == [key("A")]
    assert made["key_names"] == ["leaf <leaf@x.org>"]
    assert made["addresses"] == ["1AbC"]
    assert made["contacts"] == ["wickr:greenleaf"]


def test_what_proves_nothing_is_left_out_with_the_subkeys_of_such_a_key() -> None:
    one = account(
        "m/leaf",
        clue("pgp_key", key("A"), names=("market",)),
        clue("pgp_key", key("B"), primary=key("A"), names=("market",)),
        clue("contact", "email:You@Example.com"),
        clue("crypto_address", "1AbC"),
    )
    made = row(one, ("pgp_key", key("A")), ("contact", "email:you@example.com"))
    assert made["keys"] == made["own_keys"] == made["key_names"] == made["contacts"] == []
    assert made["addresses"] == ["1AbC"]


def test_names_and_claims_are_in_their_one_form() -> None:
    imported = Claim(
        market="Lantern Market", handle="Green Leaf", sightings=(Sighting(record="r", field="external_ratings[0]"),)
    )
    said = Claim(market="orchard", handle="GREENLEAF", sightings=(Sighting(record="r", field="description"),))
    made = row(seller("Harbour Market/GreenLeaf_Official", claims=(imported, said, Claim(market="quarry"))))
    assert made["name"] == "harbour/greenleaf_official"
    assert made["claims"] == ["lantern/green leaf", "orchard/greenleaf"]
    assert made["vouched"] == ["lantern/green leaf"]
    assert [is_vouched(one) for one in (imported, said)] == [True, False]
    assert made["handle"] == "greenleaf_official"
    assert made["handle_root"] in made["handle_skeleton"]


@pytest.mark.parametrize("handle", ["\ud83d", "\u200b\u200d", " "])
def test_a_handle_that_shows_nothing_is_none(handle: str) -> None:
    made = row(Account(id="x", market="m", handle=handle))
    assert (made["name"], made["handle"], made["handle_skeleton"], made["handle_root"]) == (None, None, None, None)


def test_texts_are_titles_and_lines_each_once_without_the_handle() -> None:
    one = seller(
        "m/GreenLeaf",
        offer("Soap by GreenLeaf", description="Wrapped twice.\n\nWrapped twice.\nSent at once."),
        offer("Soap by GreenLeaf"),
        offer(None),
        offer("  "),
        description="We are gr33n-leaf!\nSoap since May.",
        terms="No refunds.",
    )
    texts = texts_of(one)
    assert texts == ["Soap by", "We are  !", "Soap since May.", "No refunds.", "Wrapped twice.", "Sent at once."]
    assert long_texts_of(one) == [one.description, one.terms, one.offers[0].description]
    assert texts_of(Account(id="x", market="m")) == []


def test_forms_of_titles_leave_numbers_signs_case_and_the_handle_aside() -> None:
    titles = ("** SOAP of lavender ** 3.5g", "soap OF Lavender - 28g")
    one, other = (
        title_forms_of(seller(name, offer(title))) for name, title in zip(("m/a", "n/b"), titles, strict=True)
    )
    assert one.keys() == other.keys()
    assert list(one.values()) == [titles[0]]
    signed = title_forms_of(seller("m/GreenLeaf", offer("GreenLeaf soap of lavender 7 g")))
    assert signed.keys() == one.keys()
    assert title_forms_of(seller("m/a", offer("Custom order"), offer("12345678901234567890"), offer(None))) == {}


def test_what_more_accounts_show_than_one_seller_keeps_is_left_out() -> None:
    def shows(number: int) -> Account:
        own = " ".join(f"word{number}x{place}" for place in range(20))
        return seller(f"m/a{number}", offer("Custom listing for my friend"), description=f"{PROFILE}\n\n{own}")

    for holders, left_out in ((MOST_HOLDERS, False), (MOST_HOLDERS + 1, True)):
        own = feature_table(feature_rows([shows(number) for number in range(holders)], ()))
        rows = without_texts(own, common_texts(own)).to_pylist()
        assert showing(own, common_texts(own)).tolist() == [left_out] * holders
        template = set(passages_of(seller("m/t", description=PROFILE)))
        assert all(template.isdisjoint(made["passages"]) == left_out for made in rows)
        assert all((made["title_forms"] == []) == left_out for made in rows)
        assert all(len(set(made["passages"]) - template) >= len(template) for made in rows)


def test_offers_are_what_is_sold_in_which_amounts_at_which_prices() -> None:
    soap = offer("a", grams=3.5, substances=("soap", "lye"), goods="drug", price_usd=30.0, photos=("00ff00ff00ff00ff",))
    more = offer("b", goods="counterfeit", ships_from=("NL",), ships_to=("US", "EU"))
    made = row(seller("m/a", soap, more, offer("c", goods="drug"), ships_from=("NL", "DE"), ships_to=("US",)))
    assert made["goods"] == ["counterfeit", "lye", "soap"]
    assert made["offers"] == ["lye 3.5 g", "soap 3.5 g"]
    assert sorted({band.rsplit(" ", 1)[0] for band in made["prices"]}) == made["offers"]
    assert made["photos"] == ["00ff00ff00ff00ff"]
    assert made["origin"] == ["DE", "NL"]
    assert made["destinations"] == ["EU", "US"]
    assert made["text_size"] == 3


def test_times_are_days_and_may_be_before_1970() -> None:
    made = row(seller("m/a", registered_at=day("1970-01-03T23:59:00"), last_seen_at=day("1969-12-31")))
    assert (made["opened"], made["closed"]) == (2, -1)


@given(st.floats(0.01, 1e6), st.floats(1, 5))
def test_prices_of_one_amount_share_a_band_when_a_step_apart_and_none_when_two(price: float, times: float) -> None:
    one, other = (
        set(price_bands(offer("a", grams=1, substances=("soap",), price_usd=usd))) for usd in (price, price * times)
    )
    steps = math.log(times) / math.log(PRICE_STEP)
    if steps < 0.999:
        assert one & other
    elif steps > 2.001:
        assert not one & other
    assert {len(one), len(other)} <= {1, 2}


@pytest.mark.parametrize(
    "nothing",
    [
        offer("a", grams=1, substances=("soap",)),
        offer("a", grams=1, substances=("soap",), price_usd=0.0),
        offer("a", substances=("soap",), price_usd=9.0),
        offer("a", grams=1, price_usd=9.0),
    ],
)
def test_without_a_price_an_amount_or_a_substance_there_is_no_band(nothing: Any) -> None:
    assert list(price_bands(nothing)) == []


hostile = st.text(st.characters(), max_size=40)


@given(
    st.lists(
        st.builds(
            lambda market, handle, title, description: Account(
                id="",
                market=market,
                handle=handle,
                description=description,
                offers=(offer(title, description=description, grams=1e9, substances=("soap",), price_usd=1e-9),),
            ),
            st.sampled_from("mn"),
            st.none() | hostile,
            st.none() | hostile,
            st.none() | hostile,
        ),
        max_size=5,
    )
)
def test_rows_of_any_accounts_are_of_the_table_in_their_order(accounts: list[Account]) -> None:
    named = [one.model_copy(update={"id": f"a{number}"}) for number, one in enumerate(accounts)]
    table = feature_table(feature_rows(named, ()))
    assert table.column("account_id").to_pylist() == [one.id for one in named]
    assert Counter(table.column("market").to_pylist()) == Counter(one.market for one in named)
