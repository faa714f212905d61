"""``explain``: from the last run where that knows the two, else compared now; on an index of archived pages."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest

from index.sqlite_store import SqliteStore
from linkage.backend import Backend, open_backend
from linkage.explaining import explain
from linkage.explanation import Explanation, ExplanationError
from linkage.indexed import link_index
from linkage.indexed_accounts import read_accounts
from linkage.judgements import Judgement
from linkage.kept_run import Findings, KeptApart
from linkage.linking import LinkResult, at_size, prior_weight
from linkage.model import load_model
from nightpost.errors import NightpostError
from nightpost.workspace import Workspace
from tests.linkage.backends import opened

MODEL = load_model()


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    yield from opened("duckdb")


@pytest.fixture(scope="module")
def closed() -> Backend:
    """A database that can compute nothing any more."""
    with open_backend("duckdb", memory="1GB") as backend:
        pass
    return backend


@pytest.fixture
def own(indexed_world: Workspace, tmp_path: Path) -> Iterator[SqliteStore]:
    """An index of the test's own."""
    shutil.copyfile(indexed_world.folder / "index.sqlite", tmp_path / "index.sqlite")
    with SqliteStore(tmp_path / "index.sqlite") as opened_store:
        yield opened_store


@pytest.fixture
def linked(own: SqliteStore, backend: Backend, tmp_path: Path) -> LinkResult:
    return link_index(own, backend, MODEL, folder=tmp_path / "linkage")


def different(a: str, b: str) -> Judgement:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Judgement(number=1, user="ana", at=at, reason="no", a=a, b=b, judgement="different")


def total(found: Explanation) -> float:
    return found.prior_weight + sum(one.weight for one in found.link.evidence)


def test_a_link_is_explained_as_the_run_found_it_without_comparing(
    own: SqliteStore, closed: Backend, tmp_path: Path, linked: LinkResult
) -> None:
    direct = [link for link in linked.links if link.evidence[0].kind != "chain"]
    assert len(direct) >= 5
    identity_of = {account.id: one.identity_id for one in linked.identities for account in one.accounts}
    prior = prior_weight(at_size(MODEL, len(read_accounts(own))))
    for link in direct:
        found = explain(own, tmp_path / "linkage", link.b, link.a, backend=closed, model=MODEL)
        assert found == Explanation(link, prior, identity_id=identity_of[link.a])
        # Evidence of hardly any weight is not named.
        assert total(found) == pytest.approx(found.link.match_weight, abs=0.3)


def test_two_that_were_not_compared_are_compared_now(
    own: SqliteStore, backend: Backend, closed: Backend, tmp_path: Path, linked: LinkResult
) -> None:
    assert linked.scored is not None
    columns = (linked.scored.pairs.column(name).to_pylist() for name in "ab")
    known = set(zip(*columns, strict=True))
    ids = sorted(account.id for account in read_accounts(own))
    a, b = next(pair for pair in combinations(ids, 2) if pair not in known)
    found = explain(own, tmp_path / "linkage", a, b, backend=backend, model=MODEL)
    assert (found.link.a, found.link.b, found.identity_id, found.held_apart) == (a, b, None, None)
    assert found.link.probability < 0.5
    assert found.link.match_weight < MODEL.report_from
    assert total(found) == pytest.approx(found.link.match_weight, abs=0.3)
    with pytest.raises(NightpostError):
        explain(own, tmp_path / "linkage", a, b, backend=closed, model=MODEL)


def test_an_account_that_changed_is_compared_as_it_is_and_as_the_next_run_does(
    own: SqliteStore, backend: Backend, tmp_path: Path, linked: LinkResult
) -> None:
    link = next(one for one in linked.links if own.get("vendor", one.a) is not None and one.evidence[0].kind != "chain")
    vendor = own.get("vendor", link.a)
    assert vendor is not None
    text = "Nothing of what was said before is said here; a new hand wrote this page for its own new customers."
    own.write([vendor.model_copy(update={"body": {**vendor.body, "description": text}})])
    own.refresh()
    now = explain(own, tmp_path / "linkage", link.a, link.b, backend=backend, model=MODEL)
    assert now.link != link
    again = link_index(own, backend, MODEL, folder=tmp_path / "linkage")
    assert again.run is not None
    assert (again.run.full, again.run.changed >= 1) == (None, True)
    after = explain(own, tmp_path / "linkage", link.a, link.b, backend=backend, model=MODEL)
    assert now.link == after.link


def test_judgements_between_the_two_are_named_and_win(
    own: SqliteStore, closed: Backend, tmp_path: Path, linked: LinkResult
) -> None:
    link = next(one for one in linked.links if one.evidence[0].kind != "chain")
    judged = different(link.a, link.b)
    found = explain(own, tmp_path / "linkage", link.a, link.b, backend=closed, model=MODEL, judgements=[judged])
    assert (found.judgements, found.link.probability, found.link.evidence[0].kind) == ((judged,), 0.0, "judgement")
    others = different("a", "b")
    found = explain(own, tmp_path / "linkage", link.a, link.b, backend=closed, model=MODEL, judgements=[others])
    assert found.judgements == ()


def test_what_held_two_apart_is_kept_with_the_run(
    own: SqliteStore, closed: Backend, tmp_path: Path, linked: LinkResult
) -> None:
    assert linked.scored is not None
    joined = {(link.a, link.b) for link in linked.links}
    columns = (linked.scored.pairs.column(name).to_pylist() for name in "ab")
    a, b = next(pair for pair in zip(*columns, strict=True) if pair not in joined)
    [file] = (tmp_path / "linkage").glob("*/findings.json")
    found = Findings.model_validate_json(file.read_bytes())
    apart = (*found.held_apart, KeptApart(a=a, b=b, why="different keys"))
    file.write_text(found.model_copy(update={"held_apart": apart}).model_dump_json(), "utf-8")
    said = explain(own, tmp_path / "linkage", b, a, backend=closed, model=MODEL)
    assert (said.held_apart, said.identity_id) == ("different keys", None)
    link = linked.links[0]
    assert explain(own, tmp_path / "linkage", link.a, link.b, backend=closed, model=MODEL).held_apart is None


def test_without_a_run_to_explain_by_it_says_what_to_do(
    own: SqliteStore, closed: Backend, tmp_path: Path, linked: LinkResult
) -> None:
    link = linked.links[0]
    for folder, model, why in (
        (tmp_path / "nothing", MODEL, "no run of linkage is kept"),
        (tmp_path / "linkage", MODEL.model_copy(update={"report_from": 1.0}), "was made with other weights"),
    ):
        with pytest.raises(ExplanationError, match=f"{why}.*run: nightpost link"):
            explain(own, folder, link.a, link.b, backend=closed, model=model)
    with pytest.raises(ExplanationError, match="there is no account 'harbour/nobody'"):
        explain(own, tmp_path / "linkage", link.a, "harbour/nobody", backend=closed, model=MODEL)
