"""Copied texts: what resemblance must not join when the keys do not bear it out."""

from linkage.account import Account, Clue, Sighting
from linkage.backend import Backend
from linkage.copies import is_copy, same_titles
from linkage.linking import link_accounts, pairs_from
from linkage.model import load_model
from tests.linkage.backends import duckdb
from tests.linkage.offers import offer, seller
from tests.linkage.shops import shop

__all__ = ["duckdb"]

K, L, NONE = frozenset({"K"}), frozenset({"L"}), frozenset[str]()
TITLES = ["Amnesia Haze 5g", "Lemon Kush 7g", "Ketama Hash 10g", "Blue Dream 1oz"]


def shows(name: str, *titles: str) -> Account:
    return seller(name, *map(offer, titles))


def test_titles_are_the_same_to_the_letter_or_they_are_not() -> None:
    one = shows("x/a", *TITLES)
    assert same_titles(one, shows("y/b", *TITLES[:2])) == 1.0
    assert same_titles(one, shows("y/b", f" {TITLES[0]} ", "other", "more")) == 1 / 3
    assert same_titles(one, shows("y/b", TITLES[0].upper())) == 0.0
    assert same_titles(one, shows("y/b")) is None


def test_a_copy_is_one_by_its_titles_and_its_keys() -> None:
    one, copy, alike = shows("x/a", *TITLES), shows("y/a", *TITLES[:2], "new"), shows("y/a", TITLES[0], "b", "c")
    assert is_copy(one, copy, (K, L))
    assert is_copy(one, copy, (K, NONE))
    assert not is_copy(one, copy, (K, K | L))
    assert not is_copy(one, copy, (NONE, NONE))
    assert not is_copy(one, alike, (K, L))


def test_a_profile_without_listings_is_a_copy_only_where_each_states_another_key() -> None:
    one, bare = shows("x/a", *TITLES), shows("y/a")
    assert is_copy(one, bare, (K, L))
    assert not is_copy(one, bare, (K, NONE))


def says(name: str, lines: str, *quoted: str, own: str) -> Account:
    """An account with a profile, which states one key as its own and quotes others in its text."""
    clues = (
        Clue(kind="pgp_key", value=own, sightings=(Sighting(record=f"vendor:{name}", field="pgp_keys"),)),
        *(
            Clue(kind="pgp_key", value=one, sightings=(Sighting(record=f"vendor:{name}", field="description"),))
            for one in quoted
        ),
    )
    return seller(name, *map(offer, TITLES), description=lines, clues=clues)


def test_a_contact_in_a_copied_text_is_copied_too() -> None:
    profile = "Best hash in town\nwrite to hash@example.org\nno refunds"
    one, copy = says("x/haschmann", profile, own="K"), says("y/haschmann", profile, own="L")
    assert is_copy(one, copy, (K, L), hard=True)
    assert not is_copy(one, copy, (K, NONE), hard=True)
    assert is_copy(one, says("y/haschmann_official", profile, own="L"), (K, L), hard=True)
    assert not is_copy(one, says("y/zorro", profile, own="L"), (K, L), hard=True)
    assert is_copy(one, says("y/zorro", profile, own="L"), (K, L))
    rewritten = seller("y/haschmann", offer("Moroccan 5"), description="the old shop is closed\nhash@example.org")
    assert not is_copy(one, rewritten, (K, L), hard=True)


def test_who_names_the_key_of_the_other_did_not_copy_it_unless_the_other_names_it_in_a_text() -> None:
    one, moved = says("x/a", "hello", own="K"), says("y/a", "hello, my old key is K", "K", own="L")
    assert not is_copy(one, moved, (K, L), hard=True)
    assert not is_copy(moved, one, (L, K), hard=True)
    named = says("x/a", "hello, my key is K", "K", own="K")
    assert is_copy(named, moved, (K, L), hard=True)


def test_without_keys_a_copy_is_one_on_the_market_of_the_original_only() -> None:
    one = shows("x/a", *TITLES)
    assert is_copy(one, shows("x/b", *TITLES), (NONE, NONE))
    assert not is_copy(one, shows("x/b", *TITLES), (NONE, NONE), hard=True)
    assert not is_copy(one, shows("y/b", *TITLES), (NONE, NONE))


def test_the_handle_that_an_impersonator_puts_in_makes_no_other_title() -> None:
    one, copy = shows("x/haschmeister", "Haschmeister: Ketama 5g"), shows("y/hashm3ister", "hashm3ister: Ketama 5g")
    assert same_titles(one, copy) == 1.0


def with_keys(account: Account, *fingerprints: str) -> Account:
    seen = (Sighting(record=f"vendor:{account.id}", field="pgp_keys"),)
    clues = tuple(Clue(kind="pgp_key", value=one, sightings=seen) for one in fingerprints)
    return account.model_copy(update={"clues": clues})


def test_a_key_of_the_market_on_both_pages_does_not_hide_a_copy(duckdb: Backend) -> None:
    markets_own, titles = "F" * 40, shop(1)
    others = [
        with_keys(shows(f"{market}/other{at}", *shop(at + 10)), markets_own, f"{at:039X}{side}")
        for at in range(20)
        for side, market in enumerate(("alpha", "beta"))
    ]
    victim = with_keys(shows("alpha/zanderbrugg", *titles), markets_own, "A1" * 20)
    poser = with_keys(shows("beta/zanderbrugg", *titles), markets_own, "B2" * 20)
    everybody = [*others, victim, poser]
    found = link_accounts(everybody, duckdb, load_model())
    assert markets_own in {one.value for one in found.discounted}
    assert not [one for one in found.identities if {victim.id, poser.id} <= {account.id for account in one.accounts}]
    assert ("alpha/zanderbrugg", "beta/zanderbrugg", "copied texts") in {
        (one.pair.a, one.pair.b, one.why) for one in found.held_apart
    }
    pairs = {(one.a, one.b): one for one in pairs_from(everybody, duckdb, load_model(), 0.0)}
    doubtful = pairs["alpha/zanderbrugg", "beta/zanderbrugg"]
    assert doubtful.probability < 1e-6
    assert (doubtful.evidence[-1].kind, doubtful.evidence[-1].value) == ("doubt", "copied texts")
