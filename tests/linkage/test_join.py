"""Accounts that share a key, an address or a contact are one seller's; what proves nothing joins nobody."""

import math
import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.account import Account, Clue
from linkage.identity import identity_id_of
from linkage.join import LinkageError, LinkResult, link_accounts
from linkage.weights import ASSUMPTIONS, PRIOR_WEIGHT
from tests.linkage.accounts import account, bystanders, clue, key

ADDRESS = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
CROWD = [*bystanders("alpha", 60), *bystanders("beta", 60)]


def sets_of(result: LinkResult) -> set[frozenset[str]]:
    return {frozenset(one.id for one in identity.accounts) for identity in result.identities}


@pytest.mark.parametrize(
    ("kind", "value"),
    [("pgp_key", key("A")), ("crypto_address", ADDRESS), ("contact", "wickr:greenleaf")],
)
def test_one_shared_thing_joins_accounts_of_two_markets_and_is_named_with_its_captures(kind: str, value: str) -> None:
    shared = Clue.model_validate({"kind": kind, "value": value})
    result = link_accounts([*CROWD, account("alpha/leaf", shared), account("beta/green", shared)])
    assert sets_of(result) == {frozenset({"alpha/leaf", "beta/green"})}
    (link,) = result.links
    (evidence,) = link.evidence
    assert (link.a, link.b, evidence.kind, evidence.value) == ("alpha/leaf", "beta/green", kind, value)
    assert [one.capture_id for one in evidence.seen_a] == ["capture of alpha/leaf"]
    assert [one.capture_id for one in evidence.seen_b] == ["capture of beta/green"]
    assert result.identities[0].captures == ("capture of alpha/leaf", "capture of beta/green")
    assert link.probability > 0.9
    assert result.discounted == []


def test_weights_add_up_to_the_match_weight_and_give_the_probability() -> None:
    clues = [clue("pgp_key", key("A")), clue("contact", "email:a@b.cc"), clue("contact", "wickr:aaa")]
    (link,) = link_accounts([account("alpha/a", *clues), account("beta/a", *clues)]).links
    assert link.match_weight == pytest.approx(PRIOR_WEIGHT + sum(one.weight for one in link.evidence))
    assert link.probability == pytest.approx(1 / (1 + math.exp2(-link.match_weight)))
    # Two contacts of one profile are one piece of evidence: who copied one copied both.
    assert [one.weight for one in link.evidence] == [
        ASSUMPTIONS["pgp_key"].weight,
        ASSUMPTIONS["contact"].weight,
        0,
    ]


def test_a_subkey_joins_and_is_not_counted_beside_its_primary_key() -> None:
    primary, subkey = clue("pgp_key", key("A")), clue("pgp_key", key("B"), primary=key("A"))
    other = clue("pgp_key", key("B"), primary=key("C"))
    (link,) = link_accounts([account("alpha/a", primary, subkey), account("beta/a", primary, subkey)]).links
    assert [one.value for one in link.evidence] == [key("A")]
    (link,) = link_accounts([account("alpha/a", primary, subkey), account("beta/a", other)]).links
    assert [one.value for one in link.evidence] == [key("B")]


def test_links_chain_over_markets_into_one_identity() -> None:
    a, b = clue("pgp_key", key("A")), clue("contact", "email:a@b.cc")
    result = link_accounts([account("alpha/a", a), account("beta/a", a, b), account("gamma/z", b)])
    assert sets_of(result) == {frozenset({"alpha/a", "beta/a", "gamma/z"})}
    assert result.identities[0].markets == ("alpha", "beta", "gamma")
    assert result.identities[0].identity_id == identity_id_of(["alpha/a"])


def test_contacts_are_compared_without_case_and_addresses_and_accounts_with() -> None:
    result = link_accounts(
        [
            account("alpha/a", clue("contact", "wickr:GreenLeaf"), clue("crypto_address", "1AbC")),
            account("beta/a", clue("contact", "wickr:greenleaf")),
            account("gamma/a", clue("crypto_address", "1aBC")),
        ]
    )
    assert sets_of(result) == {frozenset({"alpha/a", "beta/a"})}


@pytest.mark.parametrize("holders", [2, 3, 20, 60])
@pytest.mark.parametrize(("kind", "value"), [("crypto_address", ADDRESS), ("contact", "email:desk@mail.onion")])
def test_an_address_or_contact_of_one_market_joins_none_of_its_accounts(kind: str, value: str, holders: int) -> None:
    shared = Clue.model_validate({"kind": kind, "value": value})
    accounts = [*CROWD, *(account(f"alpha/seller{number}", shared) for number in range(holders))]
    assert sets_of(link_accounts(accounts)) == set()


@pytest.mark.parametrize("size", [2, 4, 10, 100])
def test_the_key_that_a_market_puts_on_its_accounts_joins_none(size: int) -> None:
    market_key = clue("pgp_key", key("D"))
    result = link_accounts([*bystanders("alpha", size, market_key), account("beta/quotes-it", market_key)])
    assert result.links == []
    assert [(one.value, one.markets) for one in result.discounted] == [(key("D"), {"alpha": size, "beta": 1})]
    assert f"{size} of the {size} accounts of alpha" in result.discounted[0].why


def test_two_accounts_of_a_large_market_with_one_personal_key_are_one_seller() -> None:
    mine = clue("pgp_key", key("A"))
    accounts = [*CROWD, account("alpha/main", mine), account("alpha/second", mine)]
    assert sets_of(link_accounts(accounts)) == {frozenset({"alpha/main", "alpha/second"})}


@pytest.mark.parametrize("holders", [2, 3])
def test_a_key_that_accounts_of_one_market_only_quote_joins_none_of_them(holders: int) -> None:
    quoted = clue("pgp_key", key("D"))
    accounts = [*CROWD, *(account(f"alpha/seller{number}", quoted, quoted=True) for number in range(holders))]
    assert sets_of(link_accounts(accounts)) == set()
    # Stated by one as his own it still is not the others'.
    assert sets_of(link_accounts([*accounts, account("alpha/own", quoted)])) == set()


def test_a_key_quoted_in_a_profile_joins_accounts_of_two_markets() -> None:
    mine = clue("pgp_key", key("A"))
    accounts = [*CROWD, account("alpha/leaf", mine, quoted=True), account("beta/leaf", mine)]
    assert sets_of(link_accounts(accounts)) == {frozenset({"alpha/leaf", "beta/leaf"})}


@pytest.mark.parametrize(
    ("user_id", "joined"),
    [
        ("Alpha-Market <admin@alpha.onion>", False),
        ("alpha market support", False),
        ("AlphaMarket Official (2019) <x@y.z>", False),
        ("leaf (Alpha Market) <leaf@alpha-market.onion>", True),
        ("alpha marketeer <x@y.z>", True),
    ],
)
def test_a_key_whose_user_id_is_the_markets_joins_none(user_id: str, joined: bool) -> None:
    named = clue("pgp_key", key("E"), names=(user_id,))
    result = link_accounts([account("alpha-market/a", named), account("beta/b", named)])
    assert len(result.links) == joined
    assert [one.why for one in result.discounted] == ([] if joined else ["a key of a market, not of a seller"])


def test_a_contact_adds_to_a_personal_key_on_one_market() -> None:
    clues = [clue("pgp_key", key("A")), clue("contact", "wickr:greenleaf")]
    (link,) = link_accounts([*CROWD, account("alpha/main", *clues), account("alpha/second", *clues)]).links
    assert [one.kind for one in link.evidence] == ["pgp_key", "contact"]


def test_a_service_used_on_many_markets_joins_none() -> None:
    service = clue("contact", "telegram:reship")
    accounts = [account(f"market{number:02}/a", service) for number in range(13)]
    result = link_accounts(accounts)
    assert result.links == []
    assert "13 accounts of 13 markets" in result.discounted[0].why
    assert len(link_accounts(accounts[:12]).identities) == 1


@pytest.mark.parametrize(
    "value",
    [
        "email:you@example.com",
        "email:yourname@protonmail.com",
        "email:support@alphamarket.onion",
        "email:alphamarket@dnmx.org",
        "jabber:username@jabber.ru",
        "email:noreply@mail.com",
        "wickr:username",
        "telegram:@yourname",
        "telegram:alpha_market_support",
        "phone:+0000000000",
        "phone:+15555550123",
    ],
)
def test_a_placeholder_or_an_office_of_the_market_joins_none(value: str) -> None:
    nothing = clue("contact", value)
    result = link_accounts([account("alpha-market/a", nothing), account("beta/b", nothing)])
    assert result.links == []
    assert [one.value for one in result.discounted] == [value]


@pytest.mark.parametrize(
    "value", ["email:info.greenleaf@protonmail.com", "wickr:example420", "telegram:nameless", "email:alphadog@x.onion"]
)
def test_a_contact_that_only_resembles_a_placeholder_counts(value: str) -> None:
    assert (
        len(
            link_accounts([account("alpha/a", clue("contact", value)), account("beta/b", clue("contact", value))]).links
        )
        == 1
    )


@pytest.mark.parametrize(
    "address", ["1BitcoinEaterAddressDontSendf59kuE", "0x000000000000000000000000000000000000dEaD"]
)
def test_an_address_made_to_destroy_coins_joins_none(address: str) -> None:
    burn = clue("crypto_address", address)
    assert link_accounts([account("alpha/a", burn), account("beta/b", burn)]).links == []


def test_ids_must_be_unique() -> None:
    with pytest.raises(LinkageError, match="'alpha/a'"):
        link_accounts([account("alpha/a"), account("alpha/a")])


def test_no_account_is_no_identity() -> None:
    assert link_accounts([]) == LinkResult([], [], [])


MARKETS = ["alpha", "beta", "gamma"]
CLUES = [
    *(clue("pgp_key", key(digit)) for digit in "ABCDEF"),
    *(clue("crypto_address", f"1Address{number}") for number in range(4)),
    *(clue("contact", f"wickr:seller{number}") for number in range(4)),
    clue("contact", "email:you@example.com"),
]


@st.composite
def worlds(draw: st.DrawFn) -> list[Account]:
    """Up to thirty accounts on three markets, each with up to four clues of a small stock."""
    names = draw(st.lists(st.tuples(st.sampled_from(MARKETS), st.integers(0, 30)), max_size=30, unique=True))
    return [
        account(f"{market}/a{number:02}", *draw(st.lists(st.sampled_from(CLUES), max_size=4, unique=True)))
        for market, number in names
    ]


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_accounts_does_not_matter(accounts: list[Account], order: random.Random) -> None:
    shuffled = list(accounts)
    order.shuffle(shuffled)
    assert link_accounts(shuffled) == link_accounts(accounts)


@given(worlds())
def test_every_link_names_what_both_accounts_show_and_never_what_is_discounted(accounts: list[Account]) -> None:
    result = link_accounts(accounts)
    shown = {one.id: {found.key for found in one.clues} for one in accounts}
    markets = {one.id: one.market for one in accounts}
    discounted = {(one.kind, one.value) for one in result.discounted}
    for link in result.links:
        keys = {(one.kind, one.value) for one in link.evidence}
        assert keys
        assert keys <= shown[link.a]
        assert keys <= shown[link.b]
        assert not keys & discounted
        if markets[link.a] == markets[link.b]:
            assert "pgp_key" in {kind for kind, _ in keys}


@given(worlds())
def test_identities_are_exactly_the_connected_sets_of_links(accounts: list[Account]) -> None:
    result = link_accounts(accounts)
    identities = sets_of(result)
    members = [one for identity in identities for one in identity]
    assert len(members) == len(set(members))
    linked = {frozenset({link.a, link.b}) for link in result.links}
    for identity in identities:
        reached = {min(identity)}
        while grown := {one for pair in linked if pair & reached for one in pair} - reached:
            reached |= grown
        assert reached == identity
    assert {one for pair in linked for one in pair} == set(members)
    for first, second in combinations(identities, 2):
        assert not any(pair & first and pair & second for pair in linked)


@given(worlds())
def test_what_is_discounted_might_as_well_not_be_shown(accounts: list[Account]) -> None:
    result = link_accounts(accounts)
    discounted = {(one.kind, one.value) for one in result.discounted}
    bare = [
        one.model_copy(update={"clues": tuple(found for found in one.clues if found.key not in discounted)})
        for one in accounts
    ]
    assert link_accounts(bare).links == result.links
