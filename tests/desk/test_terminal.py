"""What vendors wrote cannot act on the analyst's terminal."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from desk.terminal import cell, print_json, visible

RED_AND_CLEAR = "\x1b[31mfree\x1b[2J"
REVERSED = "invoice\u202egpj.exe"


def test_escapes_and_overrides_are_written_out() -> None:
    assert visible(RED_AND_CLEAR) == r"\x1b[31mfree\x1b[2J"
    assert visible(REVERSED) == r"invoice\u202egpj.exe"
    assert visible("café ❤\nnew line") == "café ❤ new line"


@given(st.text())
def test_nothing_hidden_is_left(text: str) -> None:
    assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs"} for character in visible(text))


def test_a_cell_is_never_read_as_markup() -> None:
    console = Console(width=80, force_terminal=False)
    with console.capture() as captured:
        console.print(cell("[bold red]10[/] g [link=http://x]a[/link]"))
    assert captured.get().rstrip() == "[bold red]10[/] g [link=http://x]a[/link]"


def test_a_long_cell_is_cut_and_an_absent_one_is_empty() -> None:
    assert cell("x" * 100, width=10).plain == "xxxxxxxxx…"
    assert cell(None).plain == ""
    assert cell(["NL", "DE"]).plain == "NL, DE"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_output_is_one_safe_line_that_reads_back(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr("sys.stdout.write", written.append)
        print_json({"title": text})
    line = "".join(written)
    assert json.loads(line) == {"title": text}
    assert all(unicodedata.category(character) not in {"Cc", "Cf"} for character in line.removesuffix("\n"))
