"""Handles: their normal form, what they look like, what stays of them, and how alike they are."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from linkage.handles import FEWEST_LETTERS, normal_handle, root, similarity, skeleton

# Words of letters that no rule changes and that spell no word of the list, so that what is put on them is told apart.
WORDS = st.text("dgmpyz", min_size=5, max_size=12)
ANY_SCRIPT = st.text(
    st.characters(codec="utf-8", min_codepoint=0x20)
    | st.sampled_from(
        "\u0430\u0435\u043e\u0440\u0410\u0412\u043f\u0416日本\u03b1βΣß中文ﷺل\u0627กำ\u0301\u200d☠🔥_-. 01345$@x"
    ),
    max_size=40,
)


@settings(max_examples=400)
@given(ANY_SCRIPT | st.text(max_size=300))
@example("ﷺ" * 40)
@example("the_" * 60)
@example("\ud800x\udfff")
@example("x" * 500)
def test_each_form_is_its_own_form(handle: str) -> None:
    for form in (normal_handle, skeleton, root):
        assert form(form(handle)) == form(handle)


@given(ANY_SCRIPT)
def test_what_shows_nothing_and_case_change_no_form(handle: str) -> None:
    for form in (normal_handle, skeleton, root):
        assert form(f" \u200b{handle}\u200d ") == form(handle)
        if handle.isascii():
            assert form(handle.upper()) == form(handle.lower()) == form(handle)


@pytest.mark.parametrize(
    "looks_like",
    [
        "GREENLEAF",
        "green_leaf",
        "Green-Leaf",
        "Green Leaf",
        "g.r.e.e.n.leaf",
        "GreenIeaf",
        "gr33nleaf",
        "gr3enl3af",
        "Greenleeaf",
        "gr\u0435\u0435nl\u0435af",
        "\uff47\uff52\uff45\uff45\uff4e\uff4c\uff45\uff41\uff46",
        "grèenleáf",
        "gree\u200bnleaf",
        "GREENLE@F",
    ],
)
def test_what_looks_like_one_name_has_one_skeleton(looks_like: str) -> None:
    assert skeleton(looks_like) == skeleton("GreenLeaf")
    assert similarity(looks_like, "GreenLeaf") == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("wickedstuff", "vvickedstuff"),
        ("burnerman", "bumerman"),
        ("c0ca1n3", "cocaine"),
        ("Lilly", "IiIIy"),
        ("wi1d", "wild"),
    ],
)
def test_letters_that_digits_and_pairs_stand_for(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("greenleaf", "greenhouse"),
        ("harbour420", "harbour"),
        ("harbour42", "harbour43"),
        ("kingpin", "kingpins"),
        ("\u043c\u0430\u0440\u0438\u044f", "\u043c\u0430\u0440\u0438\u043d\u0430"),
        ("深夜", "深海"),
        ("☠", "🔥"),
        ("420", "421"),
        ("αλφα", "ομεγα"),
    ],
)
def test_different_names_have_different_skeletons(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)
    assert similarity(one, other) < 1.0


AFFIXED = [
    "The{}",
    "the_{}",
    "{}Official",
    "{}_0ff1cial",
    "{}UK",
    "{}-uk",
    "{}_DE",
    "{} NL",
    "{}Shop",
    "{}VENDOR",
    "{}2.0",
    "{}_v2",
    "{}420",
    "{}2017",
    "xX{}Xx",
    "The_Real_{}",
    "original{}",
    "-={}=-",
    "{}!",
    "theoriginal{}official2.0",
    "420{}",
]


@pytest.mark.parametrize("affixed", AFFIXED)
@given(WORDS)
def test_what_sellers_add_is_not_in_the_root(affixed: str, word: str) -> None:
    assume(len(skeleton(word)) >= FEWEST_LETTERS)
    assert root(affixed.format(word)) == root(word) == skeleton(word)


@pytest.mark.parametrize(
    "handle", ["TheShop", "Official", "the", "UK420", "shop24", "a", "x", "DrugUK", "xxx", "the_official_uk_shop"]
)
def test_letters_enough_stay_in_a_root(handle: str) -> None:
    letters = sum(one.isalpha() for one in skeleton(handle))
    assert sum(one.isalpha() for one in root(handle)) >= min(letters, FEWEST_LETTERS)


@pytest.mark.parametrize(
    "handle", ["parade", "adieu", "nexus", "limit", "theta", "shopping", "seabed", "parrot", "Marcus"]
)
def test_ends_of_words_are_no_affixes(handle: str) -> None:
    assert root(handle) == skeleton(handle)


def test_what_would_be_an_ordinary_word_keeps_what_tells_it_apart() -> None:
    assert len({root(handle) for handle in ("user501", "user6969", "Dutch_Official", "TheDutchShop", "dutch")}) == 5
    assert root("dutchhouse_official") == root("TheDutchHouse")


@given(ANY_SCRIPT, ANY_SCRIPT)
def test_similarity_is_the_same_in_either_order_and_between_0_and_1(one: str, other: str) -> None:
    assert 0.0 <= similarity(one, other) == similarity(other, one) <= 1.0


def test_a_slip_of_the_pen_is_more_alike_than_another_name() -> None:
    assert (
        similarity("greenleaf", "greenlaef") > similarity("greenleaf", "greenhouse") > similarity("greenleaf", "zorro")
    )
    assert similarity("", "zorro") == similarity("", "") == 0.0
