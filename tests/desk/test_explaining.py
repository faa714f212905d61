"""``nightpost link explain``: what it prints, writes and refuses; linkage's own part is stood in for."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

from desk.casebook import open_casebook
from desk.cli.explaining import add_commands
from desk.rooms import CLOCK
from index.documents import Document
from index.sqlite_store import SqliteStore
from index.store import Store
from linkage.explanation import Explanation
from linkage.judgements import Judgement
from nightpost.errors import NightpostError
from nightpost.workspace import Workspace, find_workspace
from tests.desk.explained_links import CAPTURE, HOSTILE, PRIOR, USUAL, A, B, evidence, hidden_in, link
from tests.desk.svg_picture import SvgPicture

Explained = Callable[..., Result]


@dataclass
class Linkage:
    """Stands in for linkage: has one answer, and keeps what it was asked."""

    answer: Explanation = field(default_factory=lambda: Explanation(USUAL, PRIOR))
    asked: list[tuple[str, str]] = field(default_factory=list)

    def explain(self, _: Workspace, __: Store, a: str, b: str, judgements: Sequence[Judgement]) -> Explanation:
        self.asked.append((a, b))
        return replace(self.answer, judgements=tuple(judgements))


@pytest.fixture
def linkage() -> Linkage:
    return Linkage()


@pytest.fixture
def explained(workspace: Path, linkage: Linkage) -> Explained:
    """Runs ``link explain`` with the arguments, on an index that holds the two accounts."""
    vendors = [("alpha", "GreenLeaf"), ("beta", "GreenLeaf_UK")]
    with SqliteStore(workspace / "index.sqlite") as store:
        store.write(
            [
                Document(
                    kind="vendor",
                    id=f"{market}/{handle.casefold()}",
                    body={"market": market, "handle": handle},
                    words={},
                )
                for market, handle in vendors
            ]
        )
        store.refresh()
    group = typer.Typer()
    group.callback()(lambda: None)
    add_commands(group, linkage.explain)
    return lambda *arguments: CliRunner().invoke(group, ["explain", *map(str, arguments)])


def test_it_prints_each_piece_of_evidence_and_what_it_comes_to(explained: Explained, linkage: Linkage) -> None:
    linkage.answer = Explanation(USUAL, PRIOR, held_apart="different keys", identity_id="id-1")
    result = explained("alpha/GREENLEAF", B)
    assert (result.exit_code, result.stderr) == (0, "")
    assert linkage.asked == [(A, B)]
    lines = result.stdout.splitlines()
    [key] = [line for line in lines if "A1" * 20 in line]
    cells = [cell.strip() for cell in key.strip("│").split("│")]
    assert cells == [
        "pgp_key",
        "A1" * 20,
        "+12.40",
        "\u22120.89",
        "about 5,400 times likelier if one seller runs both",
        "both state this key as their own",
    ]
    assert [line for line in lines if f"vendor:{A}/0" in line and "terms" in line and CAPTURE in line]
    assert [line for line in lines if f"listing:{B}/0" in line and "title" in line]
    assert lines[-3:] == [
        "match weight w = +0.69 bits; probability 0.617, which is 2^w / (1 + 2^w)",
        "one identity: id-1",
        "held apart although the weight would join them: different keys",
    ]


def test_a_narrow_terminal_cuts_no_fingerprint_and_no_capture(
    linkage: Linkage, monkeypatch: pytest.MonkeyPatch, explained: Explained
) -> None:
    monkeypatch.setattr("desk.cli.explaining.output", lambda: Console(width=80))
    text = "".join(explained(A, B).stdout.split())
    for whole, letters in (("A1" * 20, "A1"), (CAPTURE, "c4")):
        columns = [cells for line in text.splitlines() for cells in line.split("│")]
        assert "".join(cell for cell in columns if cell and set(cell) <= set(letters)).startswith(whole)
    assert "\u2026" not in text


def test_judgements_in_force_are_asked_with_and_named(explained: Explained, workspace: Path) -> None:
    with open_casebook(find_workspace(workspace), CLOCK) as casebook:
        casebook.add_judgement(A, B, "same", user="ana", reason="one text")
        casebook.add_judgement(A, B, "different", user="ben", reason="no such key")
    last = explained(A, B).stdout.splitlines()[-1]
    assert last.startswith("judgement 2: different, by ben on 20")
    assert last.endswith(": no such key")
    [said] = json.loads(explained(A, B, "--json").stdout)["judgements"]
    assert (said["number"], said["judgement"], said["reason"]) == (2, "different", "no such key")


def test_json_is_one_object_with_all_there_is(explained: Explained, linkage: Linkage) -> None:
    linkage.answer = Explanation(USUAL, PRIOR, held_apart="different keys", identity_id="id-1")
    [line] = explained(A, B, "--json").stdout.splitlines()
    said = json.loads(line)
    assert (said["a"], said["b"], said["prior_weight"]) == (A, B, PRIOR)
    assert (said["match_weight"], said["probability"]) == (USUAL.match_weight, USUAL.probability)
    assert (said["held_apart"], said["identity"]) == ("different keys", "id-1")
    assert [one["total"] for one in said["evidence"]] == pytest.approx([-0.89, 3.91, 3.91, 0.69])
    assert said["evidence"][0]["seen_a"] == [{"record": f"vendor:{A}/0", "field": "terms", "capture_id": CAPTURE}]
    assert said["evidence"][0]["words"] == "both state this key as their own"


def test_hostile_text_cannot_act_on_the_terminal(explained: Explained, linkage: Linkage) -> None:
    linkage.answer = Explanation(
        link(*(evidence("handle", attack, 1.0, f"[red]{attack}") for attack in HOSTILE)), PRIOR, held_apart="\x1b[2J"
    )
    result = explained(A, B)
    assert result.exit_code == 0
    assert hidden_in(result.stdout) == set()
    assert "[red]" in result.stdout
    assert hidden_in(explained(A, B, "--json").stdout) == set()


def test_a_picture_and_a_page_are_written_whole(explained: Explained, tmp_path: Path) -> None:
    svg, page = tmp_path / "link.svg", tmp_path / "link.HTML"
    result = explained(A, B, "--picture", svg)
    assert result.stdout.splitlines()[-1] == f"wrote {svg}"
    picture = SvgPicture(svg.read_text("utf-8"))
    assert len(picture.bars) == 5
    assert "alpha/GreenLeaf and beta/GreenLeaf_UK" in svg.read_text("utf-8")
    result = explained(A, B, "--picture", page, "--json")
    assert len(result.stdout.splitlines()) == 1
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert sorted(tmp_path.glob("*link*")) == [page, svg]


def test_a_picture_that_cannot_be_written_leaves_nothing(explained: Explained, tmp_path: Path) -> None:
    result = explained(A, B, "--picture", tmp_path / "missing" / "link.svg")
    assert isinstance(result.exception, NightpostError)
    assert "choose another place" in str(result.exception)
    taken = tmp_path / "link.html"
    taken.mkdir()
    assert isinstance(explained(A, B, "--picture", taken).exception, NightpostError)
    assert [one.name for one in tmp_path.iterdir() if "link" in one.name] == ["link.html"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((A, "beta/nobody"), "no account 'beta/nobody' in the index; find one with: nightpost search --kind vendor"),
        (("greenleaf", B), "no account 'greenleaf'"),
        ((A, "alpha/GreenLeaf"), "are one account; name two"),
    ],
)
def test_what_cannot_be_explained_is_said(
    explained: Explained, linkage: Linkage, arguments: tuple[str, str], words: str
) -> None:
    result = explained(*arguments)
    assert isinstance(result.exception, NightpostError)
    assert words in str(result.exception)
    assert linkage.asked == []


@pytest.mark.parametrize("arguments", [(A,), (A, B, "--picture", "link.png"), (A, B, "--picture", "link")])
def test_wrong_usage_is_exit_code_two(explained: Explained, linkage: Linkage, arguments: tuple[str, ...]) -> None:
    assert explained(*arguments).exit_code == 2
    assert linkage.asked == []
