"""Evidence in words: what both show and what counted, where each shows it, and what it weighs."""

from collections.abc import Collection
from typing import Any

import pytest

from linkage.account import Account, Clue, Sighting
from linkage.claims import Claim
from linkage.comparisons import comparisons
from linkage.dialects import DUCKDB
from linkage.evidence import LEAST_WEIGHT, Explainer, Reached
from linkage.features import passages_of, texts_of, title_forms_of
from linkage.identity import Evidence
from linkage.spread import ClueKey
from linkage.wording import WordingSpace
from tests.linkage.accounts import account, clue, key
from tests.linkage.offers import day, offer, seller

PROFILE = "We have sold hand made soap since the spring of last year and wrap every bar of it twice."
TEMPLATE = "All sellers of this market agree to answer within two days and to send within three."
LABELS = [(comparison.kind, label) for comparison in comparisons(DUCKDB) for label in comparison.labels]


def explained(
    one: Account,
    other: Account,
    kind: str,
    label: str,
    weight: float = 3.0,
    *,
    discounted: Collection[ClueKey] = (),
    templates: Collection[int] = (),
    space: WordingSpace | None = None,
) -> tuple[Evidence, ...]:
    """The evidence between two accounts that reach a level."""
    by_id = {one.id: one, other.id: other}

    def counted(name: str) -> set[int]:
        return {*passages_of(by_id[name]), *title_forms_of(by_id[name])} - set(templates)

    explainer = Explainer(by_id.__getitem__, discounted, counted, space)
    return explainer.evidence(one.id, other.id, {kind: Reached(label, weight)})


def seen(one: Sighting) -> tuple[str, str, str | None]:
    return one.record, one.field, one.capture_id


BARE = (Account(id="m/a", market="m"), Account(id="n/b", market="n"))
SOAP = offer("Soap", grams=5, substances=("soap",), goods="drug", price_usd=9.0, photos=("00ff00ff00ff00ff",))


def full(name: str) -> Account:
    """An account that shows something of most kinds."""
    places: dict[str, Any] = {"ships_from": ("DE",), "ships_to": ("US",)}
    return seller(name, SOAP, description=PROFILE, registered_at=day("2020-01-01"), **places)


FULL = (full("m/leaf"), full("n/leaf"))


@pytest.mark.parametrize(("kind", "label"), LABELS)
def test_every_level_has_words_whatever_the_accounts_show(kind: str, label: str) -> None:
    for one, other in (BARE, FULL):
        (evidence,) = explained(one, other, kind, label)
        assert evidence.words
        assert evidence.value
        assert evidence.weight == 3.0


def test_levels_that_mean_different_things_have_different_words() -> None:
    told = {label: explained(*FULL, kind, label)[0].words for kind, label in LABELS}
    for kind in ("pgp_key", "crypto_address", "contact", "claim", "handle", "handover", "photo", "origin"):
        words = [told[label] for of, label in LABELS if of == kind]
        assert len(set(words)) == len(words), kind


def test_of_shared_clues_the_own_keys_come_first_and_subkeys_stay_with_their_key() -> None:
    keys = [clue("pgp_key", key("A")), clue("pgp_key", key("B")), clue("pgp_key", key("C"), primary=key("B"))]
    quoting = account("m/a", keys[0], quoted=True)
    one = quoting.model_copy(update={"clues": quoting.clues + account("m/a", *keys[1:]).clues})
    other = account("n/b", *keys, clue("pgp_key", key("D")))
    first, second = explained(one, other, "pgp_key", "pgp_key:own shared", 22.5)
    assert [(first.value, first.weight), (second.value, second.weight)] == [(key("B"), 22.5), (key("A"), 0.0)]
    assert [seen(at) for at in first.seen_a] == [("vendor:m/a", "pgp_keys", "capture of m/a")]
    assert [seen(at) for at in second.seen_a] == [("vendor:m/a", "description", "capture of m/a")]
    assert [seen(at) for at in second.seen_b] == [("vendor:n/b", "pgp_keys", "capture of n/b")]
    (only,) = explained(one, other, "pgp_key", "pgp_key:shared", discounted=[("pgp_key", key("B"))])
    assert only.value == key("A")


@pytest.mark.parametrize(
    ("kind", "values", "shared"),
    [
        ("crypto_address", ("1AbC", "1Market", "1Mine"), "1AbC"),
        ("contact", ("wickr:greenleaf", "email:you@example.com", "wickr:mine"), "wickr:greenleaf"),
    ],
)
def test_a_clue_is_named_when_both_show_it_and_it_counts(kind: str, values: tuple[str, str, str], shared: str) -> None:
    both, nothing, mine = (Clue.model_validate({"kind": kind, "value": value}) for value in values)
    one, other = account("m/a", both, nothing, mine), account("n/b", both, nothing)
    (evidence,) = explained(one, other, kind, f"{kind}:shared", discounted=[nothing.key])
    assert evidence.value == shared
    assert [seen(at) for at in evidence.seen_a + evidence.seen_b] == [
        ("vendor:m/a", "description", "capture of m/a"),
        ("vendor:n/b", "description", "capture of n/b"),
    ]
    (none,) = explained(one, other, kind, f"{kind}:none", -0.5, discounted=[nothing.key, both.key])
    assert (none.value, none.weight, none.seen_a) == ("none in common", -0.5, ())


def test_different_keys_of_one_name_are_evidence_of_another_kind() -> None:
    one = account("m/a", clue("pgp_key", key("A"), names=("Leaf <leaf@x.org>",)))
    other = account("n/b", clue("pgp_key", key("B"), names=("LEAF <leaf@x.org>", "other")))
    (evidence,) = explained(one, other, "pgp_key", "pgp_key:user id shared")
    assert (evidence.kind, evidence.value) == ("pgp_user_id", "leaf <leaf@x.org>")
    assert [seen(at) for at in evidence.seen_b] == [("vendor:n/b", "pgp_keys", "capture of n/b")]


def claiming(name: str, claimed: str, field: str) -> Account:
    market, handle = claimed.split("/")
    sighting = Sighting(record=f"vendor:{name}", field=field)
    return seller(name, claims=(Claim(market=market, handle=handle, sightings=(sighting,)),))


def test_a_claim_is_seen_where_it_is_made_and_the_claimed_account_by_its_handle() -> None:
    maker, claimed = claiming("harbour/leaf", "lantern/green", "external_ratings[0]"), seller("lantern/green")
    (evidence,) = explained(maker, claimed, "claim", "claim:vouched", 20.0)
    assert (evidence.kind, evidence.value) == ("claim", "lantern/green")
    assert [at.field for at in evidence.seen_a + evidence.seen_b] == ["external_ratings[0]", "handle"]
    (evidence,) = explained(claimed, maker, "claim", "claim:vouched", 20.0)
    assert [at.field for at in evidence.seen_a + evidence.seen_b] == ["handle", "external_ratings[0]"]


def test_what_the_market_vouches_for_comes_before_what_an_account_says() -> None:
    says = claiming("harbour/leaf", "lantern/green", "description")
    shown = claiming("lantern/green", "harbour/leaf", "external_ratings[0]")
    first, second = explained(says, shown, "claim", "claim:vouched", 20.0)
    assert [(one.value, one.weight) for one in (first, second)] == [("harbour/leaf", 20.0), ("lantern/green", 0.0)]
    assert [at.field for at in first.seen_a + first.seen_b] == ["handle", "external_ratings[0]"]
    third = claiming("quarry/c", "lantern/green", "terms"), claiming("orchard/d", "lantern/green", "description")
    (evidence,) = explained(*third, "claim", "claim:both a third")
    assert evidence.value == "lantern/green"
    assert [at.field for at in evidence.seen_a + evidence.seen_b] == ["terms", "description"]


def test_a_passage_is_seen_in_the_field_that_holds_it_however_its_lines_are_broken() -> None:
    one = seller("m/a", description="Hello there.", terms=PROFILE.replace("since", "since\n\n\n"))
    other = seller(
        "n/b", offer("x", description=f"New.\n\n{PROFILE}", record="listing:n/7"), description="Hello there."
    )
    (evidence,) = explained(one, other, "passage", "passage:1-8", 6.5)
    assert evidence.value.startswith("We have sold hand made soap since")
    assert [seen(at) for at in evidence.seen_a] == [("vendor:m/a", "terms", "capture of m/a")]
    assert [seen(at) for at in evidence.seen_b] == [("listing:n/7", "description", "capture of the listing")]


def test_a_template_is_not_named_for_a_passage_that_counted() -> None:
    text = f"{TEMPLATE}\n\n{PROFILE}"
    one, other = seller("m/a", description=text), seller("n/b", description=text)
    templates = passages_of(seller("m/t", description=TEMPLATE))
    (evidence,) = explained(one, other, "passage", "passage:1-8", templates=templates)
    assert evidence.value == PROFILE
    (none,) = explained(one, other, "passage", "passage:none", -1.3, templates=passages_of(one))
    assert (none.value, none.weight) == ("none in common", -1.3)


def test_a_title_is_seen_in_the_listing_that_has_it_with_the_handle_or_without() -> None:
    one = seller("m/GreenLeaf", offer("Other"), offer("GreenLeaf soap of lavender 7 g", record="listing:m/2"))
    other = seller("n/b", offer("Soap of Lavender ** 28 G", record="listing:n/3"))
    (evidence,) = explained(one, other, "title_form", "title_form:1-2")
    assert (evidence.kind, evidence.value.strip()) == ("title", "soap of lavender 7 g")
    assert [seen(at)[:2] for at in evidence.seen_a + evidence.seen_b] == [
        ("listing:m/2", "title"),
        ("listing:n/3", "title"),
    ]


def test_words_in_common_are_named_the_rarest_first() -> None:
    one, other = (seller(f"{market}/a", description="The alpaca wool is soft") for market in "mn")
    space = WordingSpace.of([texts_of(one), *([["the wool"]] * 5), *([["the"]] * 9)])
    (evidence,) = explained(one, other, "wording", "wording>=5", space=space)
    assert evidence.value.split(", ")[0] in {"alpaca", "is", "soft"}
    assert evidence.value.split(", ")[-2:] == ["wool", "the"]
    (evidence,) = explained(one, other, "wording", "wording>=5")
    assert evidence.value == "letters only"


@pytest.mark.parametrize(
    ("kind", "label", "value"),
    [
        ("goods", "goods:same", "soap"),
        ("offers", "offers>=1/2", "soap 5 g"),
        ("prices", "prices>=1/2", "soap 5 g"),
        ("photo", "photo:shared", "00ff00ff00ff00ff"),
        ("origin", "origin:same", "DE"),
        ("destinations", "destinations:same", "US"),
        ("handle", "handle:same", "leaf / leaf"),
    ],
)
def test_values_are_those_that_both_show(kind: str, label: str, value: str) -> None:
    more = offer(
        "x", grams=9, substances=("tea",), price_usd=1.0, ships_from=("FR",), ships_to=("FR",), photos=("0" * 16,)
    )
    wider = FULL[1].model_copy(update={"offers": (more, *FULL[1].offers)})
    (evidence,) = explained(FULL[0], wider, kind, label)
    assert evidence.value == value


def test_places_that_differ_are_named_on_both_sides() -> None:
    one, other = seller("m/a", ships_from=("DE", "NL")), seller("n/b", ships_from=("US",))
    assert explained(one, other, "origin", "origin:disjoint", -3.0)[0].value == "DE, NL / US"


def test_times_are_seen_where_each_page_states_them() -> None:
    one = seller("m/a", registered_at=day("2020-01-01"), last_seen_at=day("2020-05-01"))
    other = seller("n/b", registered_at=day("2020-06-01"))
    (evidence,) = explained(one, other, "handover", "handover:moved on")
    assert evidence.value == "2020-01-01 to 2020-05-01 / 2020-06-01 to ?"
    assert [at.field for at in evidence.seen_a] == ["registered_at", "last_seen_at"]
    assert [at.field for at in evidence.seen_b] == ["registered_at"]


def test_a_handle_of_an_account_known_by_its_listings_is_seen_there() -> None:
    listed = seller("m/leaf", offer("x", record="listing:m/1"), record=None)
    (evidence,) = explained(listed, FULL[1], "handle", "handle:same")
    assert [seen(at)[:2] for at in evidence.seen_a] == [("listing:m/1", "vendor")]


def test_what_weighs_next_to_nothing_is_left_out() -> None:
    for weight in (LEAST_WEIGHT / 2, -LEAST_WEIGHT / 2):
        assert explained(*FULL, "goods", "goods:same", weight) == ()
    assert explained(*FULL, "goods", "goods:same", -LEAST_WEIGHT) != ()


def test_the_weightiest_comes_first_and_what_speaks_against_last() -> None:
    keys = [clue("pgp_key", key(digit)) for digit in "AB"]
    one, other = account("m/a", *keys), account("n/b", *keys)
    explainer = Explainer({one.id: one, other.id: other}.__getitem__, (), lambda _: ())
    reached = {
        "origin": Reached("origin:disjoint", -3.0),
        "handle": Reached("handle:other", -2.0),
        "style": Reached("style>=2", 1.5),
        "pgp_key": Reached("pgp_key:own shared", 22.0),
    }
    found = explainer.evidence("m/a", "n/b", reached)
    assert [(one.kind, one.weight) for one in found] == [
        ("pgp_key", 22.0),
        ("pgp_key", 0.0),
        ("style", 1.5),
        ("handle", -2.0),
        ("origin", -3.0),
    ]


def test_a_hostile_value_is_cut_and_whole() -> None:
    long = Clue(kind="contact", value="wickr:" + "\ud83d" + "a" * 5000)
    one, other = account("m/a", long), account("n/b", long)
    (evidence,) = explained(one, other, "contact", "contact:shared")
    assert len(evidence.value) < 200
    assert evidence.value.startswith("wickr:\ufffda")
    assert evidence.model_dump_json()
    many = [clue("contact", f"wickr:name{number}") for number in range(500)]
    assert len(explained(account("m/a", *many), account("n/b", *many), "contact", "contact:shared")) < 20
