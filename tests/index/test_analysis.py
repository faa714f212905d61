"""Text to tokens: the same for every store, whatever people do to letters."""

import sys
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import (
    BARRIER,
    compounds,
    fold,
    placed_compounds,
    prepare,
    tokens,
    tokens_with_places,
    without_armour,
)
from tests.extractors.linear_time import grows_faster

# Letters that change their number when they are folded, vanish, or melt into the one before.
UGLY = [
    *"aE2-_.,' \n", "\u0301", "\u0316", "\u0345", "\u00bd", "\ufb01", "\u33a7", "\u0130", "\u1e9e", "\u03a3", "\u200b",
    "\u202e", "\u00ad", "\u2019", "\u00b4", "\u2011", "\u1100", "\u1161", "\u11a8", "\uac00", "\uff76", "\uff9e",
    "\u09c7", "\u09be", "\u0e4d", "\u0e33", "\ufdfa", "\U0001f170", "\U0001f48a", "\U0001d4cd", "\u0430", "\u00e6",
    "\ud800", "\0", "\u302e",
]  # fmt: skip
WILD = st.lists(st.one_of(st.sampled_from(UGLY), st.text(max_size=3)), max_size=40).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10g MDMA 84%", "10g mdma 84"),
        ("5-MeO-DMT", f"5 meo dmt {BARRIER} 5meodmt"),
        ("2C\u2011B / 2c_b", f"2c b 2c b {BARRIER} 2cb"),
        ("3,5g or 3.5g, 1.", "3.5g or 3.5g 1"),
        ("Caf\u00e9 STRA\u00dfE \u0130stanbul", "cafe strasse istanbul"),
        ("\u24cd\u1d00\u0274\u0430\U0001d4cd", "xanax"),
        ("\u0421\u043e\u0441\u0430\u0456n\u0435", "cocaine"),
        ("\U0001f170\U0001f171\U0001f17e", "abo"),
        ("100\u00b5g 100\u03bcg 100ug", "100ug 100ug 100ug"),
        ("vendor's don\u2019t", "vendors dont"),
        ("di\u00adaze\u200bpam", "diazepam"),
        ("\u041c\u043e\u0441\u043a\u0432\u0430 \u043c\u043e\u0441\u043a\u0432\u0430", "mockba mockba"),
        ("\u5927\u9ebb", "\u5927\u9ebb"),
        ("\U0001f48a!!! ---", ""),
    ],
)  # fmt: skip
def test_text_reads(text: str, expected: str) -> None:
    assert prepare([text]) == expected


def test_texts_are_kept_apart() -> None:
    assert prepare(["blue", None, "", "dolphin"]) == f"blue {BARRIER} dolphin"


def test_armour_is_left_out_and_what_is_hidden_in_it_is_not() -> None:
    armour = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + "mQINBFabcDEF0123456789abcdef+/==\n" * 50
    key = armour + "hidden words\n-----END PGP PUBLIC KEY BLOCK-----"
    assert "mqinbf" not in prepare([f"before {key} after"])
    assert {"before", "hidden", "words", "after"} <= set(prepare([f"before {key} after"]).split())
    assert prepare([armour]).count(" ") > 40, "armour without an end is text"


@given(st.text(max_size=300))
def test_tokens_survive_every_store(text: str) -> None:
    for token in prepare([text]).split(" "):
        assert token in {BARRIER, ""} or _is_word(token)
        assert len(token.encode("utf-16-le")) // 2 <= 255
        assert not any(letter.isspace() or letter in "\0\"'" for letter in token)


def _is_word(token: str) -> bool:
    """Letters, digits, dots between digits, and the spacing marks that are part of words in some scripts."""
    return all(letter.isalnum() or letter == "." or unicodedata.category(letter)[0] in "MNL" for letter in token)


@given(st.text(max_size=200))
def test_folding_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=200))
def test_case_makes_no_difference(text: str) -> None:
    assert tokens(text.upper().lower()) == tokens(text.upper())


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=50))
def test_a_word_is_found_as_it_was_written(word: str) -> None:
    in_text = prepare([f"before {word} after"]).split(" ")
    for compound in compounds(word):
        assert set(compound.parts) <= set(in_text)


@given(st.integers(1, 200))
def test_time_grows_with_the_text_alone(blocks: int) -> None:
    """Armour that never ends must not be searched for again from each of its beginnings."""
    assert prepare(["-----BEGIN PGP " * blocks]) == " ".join(["begin", "pgp"] * blocks)


@pytest.mark.parametrize(
    ("text", "token", "shown"),
    [
        ("Buy COCA\u00cfNE now", "cocaine", "COCA\u00cfNE"),
        ("pure \u24cd\u1d00\u0274\u0430\U0001d4cd!", "xanax", "\u24cd\u1d00\u0274\u0430\U0001d4cd"),
        ("the vendor\u2019s terms", "vendors", "vendor\u2019s"),
        ("e\u0301t caf\u0065\u0301.", "cafe", "cafe\u0301"),
        ("di\u00adaze\u200bpam \u200b", "diazepam", "di\u00adaze\u200bpam"),
        ("5mg \u33a7 \ufb01ne", "fine", "\ufb01ne"),
        ("only 3,5 g", "3.5", "3,5"),
        ("old 2C\u2011B here", "2c", "2C"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af x", fold("\ud55c\uae00"), "\u1112\u1161\u11ab\u1100\u1173\u11af"),
    ],
)
def test_a_token_stands_where_it_was_written(text: str, token: str, shown: str) -> None:
    assert [text[found.start : found.end] for found in tokens_with_places(text) if found.token == token] == [shown]


def test_a_glued_compound_stands_where_its_parts_do() -> None:
    text = "buy 5\u2011MeO_DMT!"
    whole = placed_compounds(text)[1].glued
    assert (whole.token, text[whole.start : whole.end]) == ("5meodmt", "5\u2011MeO_DMT")


@given(WILD)
def test_tokens_with_places_are_the_tokens(text: str) -> None:
    placed = tokens_with_places(text)
    assert [one.token for one in placed] == tokens(text)
    assert [word.glued.token for word in placed_compounds(text)] == [word.glued for word in compounds(text)]
    last = 0
    for token, start, end in placed:
        assert last <= start < end <= len(text)
        assert token in tokens(text[start:end]), "what stands there reads so"
        last = start


def test_every_letter_that_melts_into_the_one_before_is_known() -> None:
    """For all of Unicode: two letters that are one in some normal form are never folded apart."""
    for number in range(sys.maxunicode + 1):
        letter = chr(number)
        pair = unicodedata.normalize("NFD", letter)
        if len(pair) > 1:
            assert [one.token for one in tokens_with_places(pair)] == tokens(pair), hex(number)
        first = unicodedata.normalize("NFKD", letter)[0]
        if unicodedata.combining(first):
            assert tokens(f"a{letter * 40}b") == [one.token for one in tokens_with_places(f"a{letter * 40}b")], hex(
                number
            )


@given(
    st.lists(st.sampled_from(["before ", "-----BEGIN PGP ", "-----END PGP ", "mQINBF" * 9, "\n", "\u00e9"])).map(
        "".join
    )
)
def test_without_armour_the_rest_stays_where_it_is(text: str) -> None:
    left = without_armour(text)
    assert len(left) == len(text)
    assert all(after in {before, " "} for before, after in zip(text, left, strict=True))


@pytest.mark.parametrize("read", [fold, tokens, tokens_with_places])
@pytest.mark.parametrize(
    "unit",
    [
        "\u0301\u0316",
        "\uff9e\u0301",
        "e\u0301\u0316 ",
        "\u1161",
        "1,",
        "a-",
        "don't ",
        "\ufdfa",
        "\U0001f48a\u0316\u0301",
    ],
)
def test_reading_takes_linear_time(read: Callable[[str], object], unit: str) -> None:
    assert grows_faster(read, unit) is None
