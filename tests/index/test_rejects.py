"""The reject file."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import StoreUnavailableError
from index.rejects import Reject, Rejects


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rejects.jsonl"


def silent(_line: str) -> None:
    pass


def page(capture: str, reason: str = "torn", attempts: int = 1) -> Reject:
    return Reject(site="plain", capture=capture, captures=[capture], reason=reason, attempts=attempts)


def test_one_line_for_each_page_or_document(file: Path) -> None:
    rejects = Rejects(file, silent)
    listing = Reject(site="plain", captures=["a", "b"], document="listing:plain/1", reason="too long")
    rejects.add([page("a"), listing])
    rejects.add([page("b"), page("a")])
    Rejects(file, silent).add(
        [listing.model_copy(update={"captures": ["a", "b", "c"], "reason": "too wide"}), page("b")]
    )
    assert [(one.capture, one.document, one.reason, one.captures) for one in rejects.present()] == [
        ("a", None, "torn", ["a"]),
        (None, "listing:plain/1", "too wide", ["a", "b", "c"]),
        ("b", None, "torn", ["b"]),
    ]
    assert len(file.read_text().splitlines()) == 3


def test_what_is_tried_again_leaves_or_is_counted(file: Path) -> None:
    rejects = Rejects(file, silent)
    rejects.add([page("a"), page("b"), page("c")])
    document = Reject(site="plain", captures=["a"], document="listing:plain/1", reason="too long")
    rejects.retried({page("a").key, page("b").key}, [page("b", "still torn"), document])
    rejects.retried({page("b").key}, [page("b", "torn again")])
    assert rejects.present() == [page("c"), document, page("b", "torn again", attempts=3)]


def test_a_reason_may_quote_anything(file: Path) -> None:
    rejects = Rejects(file, silent)
    rejects.add([page("a", "half a \ud800 character, a \u2028 line, a \x00"), page("b", "x" * 1_000_000)])
    first, second = Rejects(file, silent).present()
    assert first.reason == "half a \\ud800 character, a \u2028 line, a \x00"
    assert len(second.reason) == 1000
    assert len(file.read_bytes()) < 3000


def test_a_line_that_was_torn_does_not_tear_the_next(file: Path) -> None:
    file.write_bytes(page("a").model_dump_json().encode() + b'\n{"site": "pl')
    told: list[str] = []
    rejects = Rejects(file, told.append)
    rejects.add([page("b")])
    assert [one.capture for one in Rejects(file, silent).present()] == ["a", "b"]
    assert len(told) == 1
    assert f"{file}, line 2, is no reject" in told[0]
    rejects.retried({page("a").key, page("b").key}, [])
    assert file.read_bytes() == b'{"site": "pl\n'


def test_a_file_takes_the_place_of_another_and_forgets_nothing_on_the_way(file: Path) -> None:
    old, new = Rejects(file, silent), Rejects(file.with_name("new.jsonl"), silent)
    old.add([page("a"), page("b")])
    new.add([page("b", "worse"), page("c")])

    def names() -> list[str | None]:
        return [one.capture for one in Rejects(file, silent).present()]

    def interrupted() -> None:
        with new.replacing(old):
            assert names() == ["a", "b", "c"]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert old.present() == [page("a"), page("b")]
    with new.replacing(old):
        assert names() == ["a", "b", "c"]
    assert old.present() == [page("b", "worse"), page("c")]
    assert not file.with_name("new.jsonl").exists()


@pytest.mark.parametrize(
    "change", [lambda rejects: rejects.add([page("a")]), lambda rejects: rejects.retried(set(), []), Rejects.present]
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, change: Callable[[Rejects], object]) -> None:
    (tmp_path / "rejects.jsonl").mkdir()
    with pytest.raises(StoreUnavailableError, match=r"cannot use .*rejects\.jsonl: Is a directory; give it space"):
        change(Rejects(tmp_path / "rejects.jsonl", silent))
