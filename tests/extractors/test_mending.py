"""Damaged characters: what is put together again, what is left alone, and that places stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.mending import mended
from extractors.words import pieces
from tests.extractors.reading_text import facts_of, mentions


@pytest.mark.parametrize("charset", ["latin-1", "cp1252"])
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Versand aus Köln", ["versand", "aus", "koln"]),
        ("cocaïne colombienne", ["cocaine", "colombienne"]),
        ("Grüße ÜBER Straße", ["grusse", "uber", "strasse"]),
        ("80€ je Stück", ["80", "je", "stuck"]),
        ("It\u2019s \u2013 good \u2605", ["it", "s", "good"]),
    ],
)
def test_words_are_whole_again_in_their_place(charset: str, text: str, words: list[str]) -> None:
    damaged = text.encode().decode(charset, "replace" if charset == "cp1252" else "strict")
    whole = mended(damaged)
    assert len(whole) == len(damaged)
    assert [piece.text for piece in pieces(whole)] == words


@pytest.mark.parametrize(
    "text", ["Qualität", "déjà vu", "QUALITÄ\u201c", "naïve café", "Ærø Łódź", "кокаин", "100\xb5g"]
)
def test_what_is_whole_is_left_alone(text: str) -> None:
    assert mended(text) == text


def test_what_is_lost_becomes_blanks() -> None:
    assert mended("\x8a\x85\xc4MDMA").split() == ["MDMA"]


@given(st.text(max_size=60))
def test_the_length_stays(text: str) -> None:
    assert len(mended(text)) == len(text)
    assert len(mended(text.encode("utf-8", "replace").decode("latin-1"))) == len(text.encode("utf-8", "replace"))


def test_a_damaged_text_is_read_with_spans_of_what_stands_there() -> None:
    damaged = "5g Kokain \u20ac80, Versand aus Köln".encode().decode("cp1252")
    assert facts_of(damaged).substances == ["cocaine"]
    assert all(damaged[one.start : one.end] == one.text for one in mentions(damaged))
    assert ("80", "EUR") in {(one.value, one.unit) for one in mentions(damaged, "price")}
