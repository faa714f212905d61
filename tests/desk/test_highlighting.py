"""What was found is marked in a terminal, and what a vendor wrote cannot act on it."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from desk.highlighting import MARK, marked
from desk.terminal import visible
from index.conditions import Word
from index.excerpts import Fragment, Mark, excerpts
from index.fields import TEXTS
from index.highlight import marks


def _marks(line: Text) -> list[str]:
    return [line.plain[span.start : span.end] for span in line.spans if span.style == MARK]


def test_excerpts_are_joined_in_the_order_of_the_text() -> None:
    fragments = [Fragment("the mdma here", ((4, 8),), 100, more=True), Fragment("more mdma", ((5, 9),), 30, more=True)]
    line = marked(fragments)
    assert line.plain == "\u2026 more mdma \u2026 the mdma here \u2026"
    assert _marks(line) == ["mdma", "mdma"]


def test_excerpts_that_touch_are_one() -> None:
    line = marked([Fragment("ab", ((0, 2),), 0, more=True), Fragment("cd", ((0, 1),), 2)])
    assert line.plain == "abcd"


def test_what_is_hidden_is_written_out_and_marks_stay_on_their_words() -> None:
    text = "\x1b[2J\u202e[red]COC\u200bAINE[/red]\n\r\n x \x9b31m"
    line = marked([Fragment(text, ((10, 18),), 0)])
    assert line.plain == r"\x1b[2J\u202e[red]COC\u200bAINE[/red] x \x9b31m"
    assert _marks(line) == [r"COC\u200bAINE"]
    console = Console(file=io.StringIO(), width=120, force_terminal=False)
    console.print(line)
    assert console.file.getvalue() == line.plain + "\n"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("width", "plain"), [(8, "\U0001f48a md\\x\u2026"), (20, "\U0001f48a md\\x1bma"), (None, "\U0001f48a md\\x1bma")]
)
def test_a_line_is_cut_to_cells(width: int | None, plain: str) -> None:
    assert marked([Fragment("\U0001f48a md\x1bma", ((2, 7),), 0)], width=width).plain == plain


def test_nothing_is_nothing() -> None:
    assert marked([]).plain == ""


HOSTILE = st.lists(
    st.one_of(st.sampled_from(["mdma", " ", "\x1b[", "\u202e", "[b]", "\n", "\ud800"]), st.text(max_size=3))
)


@given(HOSTILE.map("".join), st.integers(1, 50))
def test_whatever_is_found_is_shown_safely(text: str, width: int) -> None:
    found = marks(text, Word(TEXTS, "mdma"), "text")
    line = marked(excerpts(text, found or [Mark(0, 0, 0)], width=width, most=3))
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in line.plain)
    if len(text) <= width:
        assert _marks(line) == [visible(text[mark.start : mark.end]) for mark in found]
