"""Handles are taken out of texts, and nothing else is."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkage.handle_masking import mask_handle


@pytest.mark.parametrize(
    ("handle", "written"),
    [
        ("GreenLeaf", "GREENLEAF"),
        ("GreenLeaf", "Green Leaf"),
        ("GreenLeaf", "green_leaf"),
        ("GreenLeaf", "G r e e n L e a f"),
        ("GreenLeaf", "gr33nl3af"),
        ("GreenLeaf", "gr\u0435\u0435nl\u0435af"),
        ("GreenLeaf", "GreenLeaaf"),
        ("TheGreenLeaf_UK", "GreenLeaf"),
        ("green.leaf", "GreenLeaf"),
        ("\u041c\u0430\u0440\u0438\u044f", "\u041c\u0410\u0420\u0418\u042f"),
        ("深夜商店", "深夜商店"),
        ("a1", "A1"),
        ("☠☠", "☠☠"),
        ("wickedstuff", "vvicked stuff"),
    ],
)
def test_a_handle_is_taken_out_however_it_is_written(handle: str, written: str) -> None:
    assert mask_handle(f"hello, {written}, best hash", handle).split() == ["hello,", ",", "best", "hash"]


@pytest.mark.parametrize(
    ("handle", "text"),
    [
        ("max", "maximum"),
        ("leaf", "leaflet"),
        ("GreenLeaf", "green hash, new leaf"),
        (None, "hello"),
        ("", "hello"),
        ("☠", "hello"),
    ],
)
def test_what_is_no_handle_stays(handle: str | None, text: str) -> None:
    assert mask_handle(text, handle) == text


def test_line_ends_stay_and_names_do_not_run_over_them() -> None:
    assert mask_handle("my green\nleaf\nGreenLeaf\n", "GreenLeaf") == "my green\nleaf\n \n"


@given(st.text(max_size=60), st.text(max_size=30))
@example("[(*+?", "[(*+?")
@example("İstanbul İ", "İ")
def test_any_text_and_any_handle(text: str, handle: str) -> None:
    masked = mask_handle(text, handle)
    assert len(masked) <= len(text)
    assert set(masked) <= {*text, " "}


@pytest.mark.parametrize("written", ["@", "e", "_", "g r e e n l ", "greenlea ", "vv", "rn", "ee "])
def test_a_text_that_is_nearly_the_handle_all_along_is_read_in_linear_time(written: str) -> None:
    # Backtracking over so long a text would not end within the time of the whole suite.
    text = written * (200_000 // len(written))
    assert mask_handle(text, "GreenLeafmw") == text
