"""Text to tokens: the same for every store, whatever people do to letters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import BARRIER, compounds, fold, prepare, tokens


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
