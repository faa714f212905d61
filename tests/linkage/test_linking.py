"""Linking accounts: what joins them and what does not, in whatever order they come, and judgements that win."""

import math
import random
from collections.abc import Iterator
from itertools import combinations

import pyarrow as pa
import pytest

from linkage.account import Account, Clue
from linkage.backend import Backend
from linkage.identity import Link, LinkageError, identity_id_of
from linkage.judgements import Verdict
from linkage.linking import (
    FEWEST_ACCOUNTS,
    PARTNERS,
    Corpus,
    LinkResult,
    accounts_by_id,
    at_size,
    identities_of,
    join_rules,
    link_accounts,
    prior_weight,
    scored_pairs,
)
from linkage.model import load_model
from tests.linkage.accounts import account, bystanders, clue, key
from tests.linkage.backends import duckdb
from tests.linkage.offers import offer, seller
from tests.linkage.scored_pairs import judge
from tests.linkage.shops import shop

__all__ = ["duckdb"]

MODEL = load_model()
ADDRESS = "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
ESCROW = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7k00000"


def with_titles(name: str, titles: list[str], *clues: Clue) -> Account:
    """An account of these listings and clues."""
    offers = (offer(title, record=f"listing:{name}/{at}") for at, title in enumerate(titles))
    return seller(name, *offers, clues=account(name, *clues).clues)


def handle_of(number: int) -> str:
    """A handle that is like no other."""
    rng = random.Random(number)
    return "".join(rng.choice("bcdfghjklmnpqrstvwxz") + rng.choice("aeiou") for _ in range(5))


def market_of(market: str, first: int) -> list[Account]:
    """Forty-five shops of a market, each with its own wares; on all of alpha's are its key and its escrow address."""
    shared = (clue("pgp_key", key("D")), clue("crypto_address", ESCROW), clue("contact", "email:you@example.com"))
    return [
        with_titles(f"{market}/{handle_of(number)}", shop(number, 3), *(shared if market == "alpha" else shared[2:]))
        for number in range(first, first + 45)
    ]


CROWD = [*market_of("alpha", 1000), *market_of("beta", 2000)]
MINE, YOURS = clue("pgp_key", key("A"), names=("seller",)), clue("pgp_key", key("B"))

# Sellers with two accounts, each known by something else.
BY_KEY = (account("alpha/bykey", MINE), account("beta/keeper", MINE))
PAID = clue("crypto_address", ADDRESS)
BY_ADDRESS = (account("alpha/payhere", PAID), account("beta/wallet", PAID))
BY_CONTACT = (
    account("alpha/textme", clue("contact", "wickr:GreenLeaf")),
    account("beta/callme", clue("contact", "wickr:greenleaf")),
)
BY_WORDING = (with_titles("alpha/zebrafinch", shop(1, 12)), with_titles("beta/ZebraFinch", shop(1, 24)[12:]))
# A seller with a key, and who copies his name, his titles and everything but the key.
REAL = with_titles("beta/Quicksilver", shop(2, 12), YOURS)
IMPOSTOR = with_titles("beta/Quicksi1ver", shop(2, 12), clue("pgp_key", key("C")))
# Who only shows what the market put there, on the other market.
QUOTING = account("beta/quoting", clue("pgp_key", key("D")), clue("crypto_address", ESCROW))

EVERYBODY = [*CROWD, *BY_KEY, *BY_ADDRESS, *BY_CONTACT, *BY_WORDING, REAL, IMPOSTOR, QUOTING]


def sets_of(result: LinkResult) -> set[frozenset[str]]:
    return {frozenset(one.id for one in identity.accounts) for identity in result.identities}


def in_order(one: Account, other: Account) -> tuple[str, str]:
    """The ids of two accounts, as a pair has them."""
    return min(one.id, other.id), max(one.id, other.id)


def names(*accounts: Account) -> frozenset[str]:
    return frozenset(one.id for one in accounts)


@pytest.fixture(scope="module")
def everybody(duckdb: Backend) -> LinkResult:
    return link_accounts(EVERYBODY, duckdb, MODEL)


def link_between(result: LinkResult, accounts: tuple[Account, ...]) -> Link:
    (link,) = [link for link in result.links if frozenset({link.a, link.b}) == names(*accounts)]
    return link


@pytest.mark.parametrize(
    ("accounts", "kind", "value"),
    [
        (BY_KEY, "pgp_key", key("A")),
        (BY_ADDRESS, "crypto_address", ADDRESS),
        (BY_CONTACT, "contact", "wickr:GreenLeaf"),
    ],
)
def test_one_shared_thing_joins_accounts_of_two_markets_and_is_named_with_its_captures(
    everybody: LinkResult, accounts: tuple[Account, ...], kind: str, value: str
) -> None:
    assert names(*accounts) in sets_of(everybody)
    link = link_between(everybody, accounts)
    evidence = link.evidence[0]
    assert (evidence.kind, evidence.value) == (kind, value)
    assert [one.capture_id for one in evidence.seen_a] == [f"capture of {link.a}"]
    assert [one.capture_id for one in evidence.seen_b] == [f"capture of {link.b}"]
    (identity,) = [one for one in everybody.identities if one.accounts[0].id == link.a]
    assert identity.captures == (f"capture of {link.a}", f"capture of {link.b}")
    assert identity.markets == ("alpha", "beta")
    assert identity.links == (link,)
    assert link.probability > 0.5


def test_an_unusual_name_and_the_same_wording_join(everybody: LinkResult) -> None:
    assert names(*BY_WORDING) in sets_of(everybody)
    link = link_between(everybody, BY_WORDING)
    assert {"handle", "wording"} <= {one.kind for one in link.evidence if one.weight > 0}


def test_nothing_else_is_joined(everybody: LinkResult) -> None:
    assert sets_of(everybody) == {names(*pair) for pair in (BY_KEY, BY_ADDRESS, BY_CONTACT, BY_WORDING)}


def test_who_copies_all_but_the_key_is_held_apart(everybody: LinkResult) -> None:
    (held,) = [one for one in everybody.held_apart if (one.pair.a, one.pair.b) == in_order(REAL, IMPOSTOR)]
    assert held.pair.probability >= 0.5
    assert held.why in {"different keys", "copied texts"}


def test_what_a_market_puts_on_its_accounts_is_set_aside_and_told(everybody: LinkResult) -> None:
    told = {one.value: one for one in everybody.discounted}
    assert told[key("D")].markets == told[ESCROW].markets == {"alpha": 45, "beta": 1}
    assert "45 of the" in told[key("D")].why
    assert "documentation" in told["email:you@example.com"].why
    assert len(told) == 3


def test_evidence_adds_up_to_the_match_weight(everybody: LinkResult) -> None:
    sized = at_size(MODEL, len(EVERYBODY))
    for link in everybody.links:
        total = prior_weight(sized) + sum(one.weight for one in link.evidence)
        # A line of less than 0.05 bits is left out, and each is rounded.
        assert link.match_weight == pytest.approx(total, abs=0.05 * len(MODEL.comparisons))
        assert link.probability == pytest.approx(MODEL.calibration.probability(link.match_weight), abs=0.01)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_accounts_makes_no_difference(duckdb: Backend, everybody: LinkResult, seed: int) -> None:
    shuffled = list(EVERYBODY)
    random.Random(seed).shuffle(shuffled)
    result = link_accounts(shuffled, duckdb, MODEL)
    assert result.identities == everybody.identities
    assert result.links == everybody.links
    assert result.discounted == everybody.discounted
    assert result.held_apart == everybody.held_apart


def test_every_link_names_clues_that_both_accounts_show_and_that_count(everybody: LinkResult) -> None:
    shown = {one.id: {(found.kind, found.value.casefold()) for found in one.clues} for one in EVERYBODY}
    discounted = {(one.kind, one.value.casefold()) for one in everybody.discounted}
    found = 0
    for link in everybody.links:
        for one in link.evidence:
            if one.kind in {"pgp_key", "crypto_address", "contact"} and one.weight > 0:
                clue_shown = (one.kind, one.value.casefold())
                assert clue_shown in shown[link.a] & shown[link.b] - discounted
                found += 1
    assert found == 3


def test_what_is_discounted_might_as_well_not_be_shown(duckdb: Backend, everybody: LinkResult) -> None:
    discounted = {(one.kind, one.value) for one in everybody.discounted}
    bare = [
        one.model_copy(update={"clues": tuple(found for found in one.clues if found.key not in discounted)})
        for one in EVERYBODY
    ]
    assert link_accounts(bare, duckdb, MODEL).links == everybody.links


def test_a_judgement_of_same_joins_and_one_of_different_parts(duckdb: Backend, everybody: LinkResult) -> None:
    strangers, copied = in_order(CROWD[0], CROWD[-1]), in_order(REAL, IMPOSTOR)
    judged: list[tuple[tuple[str, str], Verdict]] = [
        (strangers, "same"),
        (in_order(*BY_KEY), "different"),
        (copied, "same"),
        (in_order(*BY_WORDING), "unsure"),
    ]
    judgements = [judge(number, a, b, verdict) for number, ((a, b), verdict) in enumerate(judged, start=1)]
    result = link_accounts(EVERYBODY, duckdb, MODEL, judgements=judgements, former=everybody.identities)
    assert sets_of(result) == {frozenset(strangers), frozenset(copied), names(*BY_ADDRESS), names(*BY_CONTACT)}
    (link,) = [link for link in result.links if (link.a, link.b) == strangers]
    assert (link.probability, link.evidence[0].kind) == (1.0, "judgement")


def test_an_identity_keeps_the_id_of_the_run_before(duckdb: Backend, everybody: LinkResult) -> None:
    (before,) = [one for one in everybody.identities if one.accounts[0].id == "alpha/bykey"]
    assert before.identity_id == identity_id_of(["alpha/bykey"])
    accounts = [*BY_KEY, account("alpha/aaa", MINE), *CROWD]
    anew = link_accounts(accounts, duckdb, MODEL)
    kept = link_accounts(accounts, duckdb, MODEL, former=everybody.identities)
    assert sets_of(anew) == sets_of(kept) == {frozenset({"alpha/aaa", "alpha/bykey", "beta/keeper"})}
    assert anew.identities[0].identity_id == identity_id_of(["alpha/aaa"])
    assert kept.identities[0].identity_id == before.identity_id


def test_links_chain_over_markets_into_one_identity_with_a_link_for_each_pair(duckdb: Backend) -> None:
    wickr = clue("contact", "wickr:greenleaf")
    accounts = [account("alpha/a", MINE), account("beta/b", MINE, wickr), account("gamma/c", wickr)]
    (identity,) = link_accounts(accounts, duckdb, MODEL).identities
    assert [one.id for one in identity.accounts] == ["alpha/a", "beta/b", "gamma/c"]
    assert identity.markets == ("alpha", "beta", "gamma")
    links = {(link.a, link.b): link for link in identity.links}
    assert set(links) == set(combinations(("alpha/a", "beta/b", "gamma/c"), 2))
    by_way = links["alpha/a", "gamma/c"]
    assert (by_way.evidence[0].kind, by_way.evidence[0].value) == ("chain", "alpha/a - beta/b - gamma/c")
    steps = links["alpha/a", "beta/b"].probability * links["beta/b", "gamma/c"].probability
    assert by_way.probability == pytest.approx(steps)


def test_a_key_quoted_in_a_profile_joins_accounts_of_two_markets(duckdb: Backend) -> None:
    accounts = [account("alpha/leaf", MINE, quoted=True), account("beta/leaf", MINE)]
    assert sets_of(link_accounts([*CROWD, *accounts], duckdb, MODEL)) == {names(*accounts)}


def test_two_accounts_of_a_large_market_with_one_personal_key_are_one_seller(duckdb: Backend) -> None:
    clues = [MINE, clue("contact", "wickr:greenleaf")]
    pair = (account("alpha/main", *clues), account("alpha/second", *clues))
    result = link_accounts([*CROWD, *pair], duckdb, MODEL)
    assert sets_of(result) == {names(*pair)}
    assert [one.kind for one in result.links[0].evidence][:2] == ["pgp_key", "contact"]


@pytest.mark.parametrize(
    ("kind", "value", "holders"),
    [("crypto_address", ADDRESS, 2), ("crypto_address", ADDRESS, 20), ("contact", "email:desk@mail.onion", 4)],
)
def test_an_address_or_contact_of_many_accounts_of_a_market_joins_none_of_them(
    duckdb: Backend, kind: str, value: str, holders: int
) -> None:
    shared = Clue.model_validate({"kind": kind, "value": value})
    accounts = [*CROWD, *(account(f"alpha/{handle_of(number)}", shared) for number in range(holders))]
    assert sets_of(link_accounts(accounts, duckdb, MODEL)) == set()


def test_there_may_be_no_account_one_or_none_that_shows_anything(duckdb: Backend) -> None:
    for accounts in (
        [],
        [BY_WORDING[0]],
        [Account(id="a", market="m")],
        [Account(id=one, market=one) for one in "abc"],
    ):
        result = link_accounts(accounts, duckdb, MODEL)
        assert (result.identities, result.links, result.discounted, result.held_apart) == ([], [], [], [])


def test_halves_of_characters_are_mended_and_nothing_fails(duckdb: Backend) -> None:
    broken = clue("pgp_key", key("A"), names=("\udcff name",)), clue("contact", "wickr:\ud83dleaf")
    title = offer("\ud83d title of some length")
    shown = account("m/odd", *broken).clues
    odd = seller("m\ud83d/\ud83d leaf", title, description="\ud83d", clues=shown, record="vendor:1", sources={})
    other = seller("n/\udcff", title, clues=shown, record="vendor:2", sources={})
    result = link_accounts([odd, other], duckdb, MODEL)
    (identity,) = result.identities
    assert [one.id for one in identity.accounts] == ["m\ufffd/\ufffd leaf", "n/\ufffd"]
    assert identity.model_dump_json()


def test_two_accounts_of_one_id_are_refused() -> None:
    with pytest.raises(LinkageError, match="'alpha/a'"):
        Corpus([account("alpha/a"), account("beta/a"), account("alpha/a")])
    with pytest.raises(LinkageError, match="two accounts"):
        accounts_by_id([Account(id="a\ud83d", market="m"), Account(id="a\udc00", market="m")])


def test_pairs_that_are_asked_for_are_compared_whatever_they_share(duckdb: Backend) -> None:
    corpus = Corpus(EVERYBODY)
    asked = pa.table({"a": [CROWD[0].id, CROWD[5].id], "b": [CROWD[-1].id, CROWD[1].id]})
    pairs = corpus.score(duckdb, MODEL, pairs=asked, least_weight=-math.inf).pairs
    compared = set(zip(pairs.column("a").to_pylist(), pairs.column("b").to_pylist(), strict=True))
    assert {
        tuple(sorted(pair)) for pair in zip(*(asked.column(name).to_pylist() for name in "ab"), strict=True)
    } <= compared


def test_scored_pairs_are_hard_when_only_the_seller_can_show_what_they_share(duckdb: Backend) -> None:
    corpus = Corpus(EVERYBODY)
    scored = corpus.score(duckdb, MODEL)
    hard = {(one.a, one.b) for one in scored_pairs(scored.pairs, at_size(MODEL, len(EVERYBODY))) if one.hard}
    assert hard == {in_order(*pair) for pair in (BY_KEY, BY_ADDRESS, BY_CONTACT)}
    assert identities_of(corpus, scored, at_size(MODEL, len(EVERYBODY))).scored is scored


def test_a_handful_of_accounts_counts_as_a_sample() -> None:
    assert {at_size(MODEL, accounts).prior for accounts in (0, 1, 3, 100, 500)} == {PARTNERS / FEWEST_ACCOUNTS}


@pytest.mark.parametrize("accounts", [1_000, 10**7])
def test_the_more_accounts_the_less_likely_is_a_pair_without_evidence(accounts: int) -> None:
    sized, larger = at_size(MODEL, accounts), at_size(MODEL, 10 * accounts + 10)
    assert 0 < larger.prior < sized.prior < PARTNERS / FEWEST_ACCOUNTS
    assert prior_weight(larger) < prior_weight(sized)
    assert MODEL.calibration.probability(join_rules(sized).join_weight) == pytest.approx(0.5)


# What proves nothing is known without any weight: by its spread, or by what it is.


def discounted(*accounts: Account) -> list[tuple[str, str]]:
    return [(one.value, one.why) for one in Corpus(accounts).shared_but_discounted()]


@pytest.mark.parametrize("size", [2, 4, 10, 100])
def test_a_key_that_a_market_puts_on_its_accounts_is_the_markets(size: int) -> None:
    market_key = clue("pgp_key", key("D"))
    ((value, why),) = discounted(*bystanders("alpha", size, market_key), account("beta/quotes-it", market_key))
    assert value == key("D")
    assert f"{size} of the {size} accounts of alpha" in why


@pytest.mark.parametrize(("kind", "fewest"), [("pgp_key", 4), ("crypto_address", 2), ("contact", 4)])
def test_from_so_many_accounts_of_one_market_on_a_thing_is_the_markets(kind: str, fewest: int) -> None:
    shared = Clue.model_validate({"kind": kind, "value": key("A")})
    crowd = bystanders("alpha", 60)
    for holders, told in ((fewest - 1, 0), (fewest, 1)):
        holding = [account(f"alpha/seller{number}", shared) for number in range(holders)]
        assert len(discounted(*crowd, *holding)) == told


@pytest.mark.parametrize(
    ("user_id", "counts"),
    [
        ("Alpha-Market <admin@alpha.onion>", False),
        ("alpha market support", False),
        ("AlphaMarket Official (2019) <x@y.z>", False),
        ("leaf (Alpha Market) <leaf@alpha-market.onion>", True),
        ("alpha marketeer <x@y.z>", True),
    ],
)
def test_a_key_whose_user_id_is_the_markets_is_the_markets(user_id: str, counts: bool) -> None:
    named = clue("pgp_key", key("E"), names=(user_id,))
    found = discounted(account("alpha-market/a", named), account("beta/b", named))
    assert [why for _, why in found] == ([] if counts else ["a key of a market, not of a seller"])


def test_what_is_on_more_accounts_than_one_seller_keeps_is_a_service() -> None:
    service = clue("contact", "telegram:reship")
    accounts = [account(f"market{number:02}/a", service) for number in range(13)]
    assert discounted(*accounts[:12]) == []
    ((_, why),) = discounted(*accounts)
    assert "13 accounts of 13 markets" in why


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
def test_a_placeholder_or_an_office_of_the_market_is_nobodys(value: str) -> None:
    nothing = clue("contact", value)
    found = discounted(account("alpha-market/a", nothing), account("beta/b", nothing))
    assert [shown for shown, _ in found] == [value]


@pytest.mark.parametrize(
    "value", ["email:info.greenleaf@protonmail.com", "wickr:example420", "telegram:nameless", "email:alphadog@x.onion"]
)
def test_a_contact_that_only_resembles_a_placeholder_counts(value: str) -> None:
    assert discounted(account("alpha/a", clue("contact", value)), account("beta/b", clue("contact", value))) == []


@pytest.mark.parametrize(
    "address", ["1BitcoinEaterAddressDontSendf59kuE", "0x000000000000000000000000000000000000dEaD"]
)
def test_an_address_made_to_destroy_coins_is_nobodys(address: str) -> None:
    burn = clue("crypto_address", address)
    assert len(discounted(account("alpha/a", burn), account("beta/b", burn))) == 1


def test_addresses_are_told_apart_by_case_and_contacts_are_not() -> None:
    def shown(one: str, other: str) -> Iterator[Account]:
        for name, address, contact in (("alpha/a", one, "wickr:GREEN"), ("beta/b", other, "wickr:green")):
            yield account(name, clue("crypto_address", address), clue("contact", contact))

    rows = Corpus(shown("1AbC", "1aBC")).features.to_pylist()
    assert rows[0]["contacts"] == rows[1]["contacts"]
    assert rows[0]["addresses"] != rows[1]["addresses"]
