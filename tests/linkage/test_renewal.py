"""A run that goes on from the one before finds what a run over everything finds, and does no more than it must."""

import errno
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from linkage.account import Account, Clue
from linkage.backend import Backend, open_backend
from linkage.features import texts_of
from linkage.identity import Identity
from linkage.judgements import Judgement
from linkage.kept_run import KeptRun, KeptRunError, last_run
from linkage.likeness import Likeness
from linkage.linking import Corpus, LinkResult, at_size, identities_of
from linkage.model import LinkageModel, load_model
from linkage.renewal import renew
from linkage.resemblance import usual
from linkage.run_summary import STEPS, RunSummary
from tests.linkage.backends import opened
from tests.linkage.sellers import accounts_of_sellers

MODEL = load_model()
SELLERS = 200
NEW, GONE, ALTERED = 9, 4, 5


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    yield from opened("duckdb")


@pytest.fixture(scope="module")
def closed() -> Backend:
    """A database that can compute nothing any more."""
    with open_backend("duckdb", memory="1GB") as backend:
        pass
    return backend


@pytest.fixture(scope="module")
def today() -> list[Account]:
    """The accounts of the world, without some that are gone by today."""
    return list(accounts_of_sellers(SELLERS)[GONE:])


@pytest.fixture(scope="module")
def yesterday() -> list[Account]:
    """Without those that are new today, and some before they put up their last listings."""
    before = list(accounts_of_sellers(SELLERS))[:-NEW]
    with_offers = [at for at, account in enumerate(before) if len(account.offers) > 2 and at >= GONE]
    for at in with_offers[:: len(with_offers) // ALTERED][:ALTERED]:
        before[at] = before[at].model_copy(update={"offers": before[at].offers[:-2]})
    return before


@pytest.fixture(scope="module")
def first(
    yesterday: list[Account], backend: Backend, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, LinkResult]:
    folder = tmp_path_factory.mktemp("kept") / "linkage"
    return folder, renew(yesterday, folder, backend, MODEL)


@pytest.fixture
def folder(first: tuple[Path, LinkResult], tmp_path: Path) -> Path:
    """A copy of what the first day's run kept."""
    copy = tmp_path / "linkage"
    for run in first[0].iterdir():
        (copy / run.name).mkdir(parents=True)
        for file in run.iterdir():
            (copy / run.name / file.name).write_bytes(file.read_bytes())
    return copy


class SeenAs(Corpus):
    """All accounts, by the weights of n-grams and against the cohort of a kept run."""

    def __init__(self, accounts: Sequence[Account], kept: KeptRun) -> None:
        super().__init__(accounts)
        self._kept = kept

    @cached_property
    def likeness(self) -> Likeness:
        vectors = self._kept.space.vectors([texts_of(account) for account in self.accounts.values()])
        return Likeness(self._kept.space, vectors, usual(vectors, self._kept.cohort), self._kept.cohort)


def run_of(result: LinkResult) -> RunSummary:
    assert result.run is not None
    return result.run


def pairs_of(result: LinkResult) -> dict[tuple[str, str], dict[str, object]]:
    assert result.scored is not None
    return {(row["a"], row["b"]): row for row in result.scored.pairs.to_pylist()}


def sets_of(identities: Sequence[Identity]) -> set[tuple[str, ...]]:
    return {tuple(account.id for account in identity.accounts) for identity in identities}


def test_a_day_more_gives_what_a_run_over_everything_gives(
    folder: Path, first: tuple[Path, LinkResult], today: list[Account], backend: Backend
) -> None:
    kept = last_run(folder)
    assert kept is not None
    everything = SeenAs(today, kept)
    full = identities_of(
        everything, everything.score(backend, MODEL), at_size(MODEL, len(today)), (), first[1].identities
    )
    result = renew(today, folder, backend, MODEL, former=first[1].identities)
    run = run_of(result)
    assert (run.number, run.full, run.accounts, run.new, run.gone) == (2, None, len(today), NEW, GONE)
    assert ALTERED <= run.changed < len(today) / 5
    assert full.scored is not None
    assert 0 < run.compared < full.scored.candidates / 3
    mine, theirs = pairs_of(result), pairs_of(full)
    assert len(mine) > 150
    for pair in mine.keys() & theirs.keys():
        for name, value in mine[pair].items():
            if name != "rule":
                assert value == pytest.approx(theirs[pair][name], abs=1e-6), (pair, name)
    # Which pairs are candidates may differ where nothing but nearness in wording makes them so.
    assert {(mine | theirs)[pair]["rule"] for pair in mine.keys() ^ theirs.keys()} <= {"given"}
    assert len(mine.keys() ^ theirs.keys()) <= len(mine) / 50
    assert sets_of(result.identities) == sets_of(full.identities)
    assert [one.identity_id for one in result.identities] == [one.identity_id for one in full.identities]
    likely = [link.probability for link in result.links]
    assert likely == pytest.approx([link.probability for link in full.links], abs=1e-9)
    assert [one.model_copy(update={"probability": 0}) for one in result.links] == [
        one.model_copy(update={"probability": 0}) for one in full.links
    ]
    assert [(one.pair.a, one.pair.b, one.why) for one in result.held_apart] == [
        (one.pair.a, one.pair.b, one.why) for one in full.held_apart
    ]
    assert result.discounted == full.discounted


def test_a_run_that_finds_nothing_changed_compares_nothing(
    folder: Path, first: tuple[Path, LinkResult], yesterday: list[Account], closed: Backend
) -> None:
    before = first[1]
    result = renew(reversed(yesterday), folder, closed, MODEL, former=before.identities)
    run = run_of(result)
    assert (run.full, run.new, run.changed, run.gone, run.compared) == (None, 0, 0, 0, 0)
    assert run.kept > 150
    assert result.identities == before.identities
    assert result.links == before.links
    assert result.held_apart == before.held_apart
    assert [path.name for path in folder.iterdir()] == ["run-00000002"]


def test_evidence_that_was_named_is_not_looked_for_again(
    folder: Path,
    first: tuple[Path, LinkResult],
    yesterday: list[Account],
    closed: Backend,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def looked(*_: object) -> object:
        raise AssertionError("evidence was looked for")

    monkeypatch.setattr("linkage.evidence.Explainer._shared", looked)
    assert renew(yesterday, folder, closed, MODEL, former=first[1].identities).links == first[1].links
    with pytest.raises(AssertionError, match="looked for"):
        renew(yesterday, folder, closed, MODEL, former=first[1].identities[1:])


def test_what_only_other_captures_show_is_named_with_them_and_not_compared(
    folder: Path, first: tuple[Path, LinkResult], yesterday: list[Account], closed: Backend
) -> None:
    def seen_again(clue: Clue) -> Clue:
        sightings = tuple(one.model_copy(update={"capture_id": "c2"}) for one in clue.sightings)
        return clue.model_copy(update={"sightings": sightings})

    again = [one.model_copy(update={"clues": tuple(map(seen_again, one.clues))}) for one in yesterday]
    result = renew(again, folder, closed, MODEL, former=first[1].identities)
    assert (run_of(result).changed, run_of(result).compared) == (0, 0)
    keys = [one for link in result.links for one in link.evidence if one.kind == "pgp_key" and one.seen_a]
    assert keys
    assert {seen.capture_id for one in keys for seen in (*one.seen_a, *one.seen_b)} == {"c2"}


def test_judgements_are_applied_in_every_run(
    folder: Path, first: tuple[Path, LinkResult], yesterday: list[Account], closed: Backend
) -> None:
    link = first[1].links[0]
    judged = Judgement(
        number=1,
        user="ana",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        reason="no",
        a=link.a,
        b=link.b,
        judgement="different",
    )
    result = renew(yesterday, folder, closed, MODEL, judgements=[judged], former=first[1].identities)
    assert run_of(result).compared == 0
    assert not any({link.a, link.b} <= {account.id for account in one.accounts} for one in result.identities)
    undone = renew(yesterday, folder, closed, MODEL, former=result.identities)
    assert sets_of(undone.identities) == sets_of(first[1].identities)


def test_a_text_that_becomes_common_speaks_for_nobody_any_more(tmp_path: Path, backend: Backend) -> None:
    profile = "we send every parcel on the morning after your payment has arrived and never on a sunday"

    def shows(number: int) -> Account:
        own = " ".join(f"word{number}x{place}" for place in range(20))
        return Account(id=f"m{number % 6}/a{number:02}", market=f"m{number % 6}", description=f"{profile}\n\n{own}")

    alone = [Account(id=f"n/{number}", market="n") for number in range(60)]
    day_one, day_two = ([*alone, *map(shows, range(count))] for count in (12, 13))
    before = renew(day_one, tmp_path, backend, MODEL)
    after = renew(day_two, tmp_path, backend, MODEL, former=before.identities)
    assert (run_of(after).full, run_of(after).new, run_of(after).changed) == (None, 1, 12)
    assert {row["passage_level"] for row in pairs_of(before).values()} != {"no data", "passage:none"}
    assert {row["passage_level"] for row in pairs_of(after).values()} <= {"no data", "passage:none"}
    rarer = renew(day_one, tmp_path, backend, MODEL, former=after.identities)
    assert (run_of(rarer).gone, run_of(rarer).changed) == (1, 12)
    assert pairs_of(rarer).keys() == pairs_of(before).keys()


def other_weights(model: LinkageModel) -> LinkageModel:
    return model.model_copy(update={"report_from": model.report_from + 0.5})


def test_everything_is_compared_anew_when_that_is_called_for(
    folder: Path, first: tuple[Path, LinkResult], yesterday: list[Account], backend: Backend, tmp_path: Path
) -> None:
    few = yesterday[: len(yesterday) // 4]
    assert run_of(renew(few, tmp_path / "new", backend, MODEL)).full == "no run was kept before"
    assert run_of(renew(few, tmp_path / "new", backend, MODEL, anew=True)).full == "as asked"
    reason = run_of(renew(few, tmp_path / "new", backend, other_weights(MODEL))).full
    assert reason == "the last run was made with other weights"
    manifest = tmp_path / "new" / "run-00000003" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "version": 0, "more": 1}), "utf-8")
    reason = run_of(renew(few, tmp_path / "new", backend, MODEL)).full
    assert reason == "the last run was made by another version of Nightpost"
    shrunk = run_of(renew(few, folder, backend, MODEL, former=first[1].identities))
    assert shrunk.full == f"the last full run was over {len(yesterday)} accounts"
    # A fifth more is not yet growth; what counts is the last full run.
    more = yesterday[: len(few) + len(few) // 5]
    assert run_of(renew(more, folder, backend, MODEL)).full is None
    assert run_of(renew(yesterday[: len(more) + 5], folder, backend, MODEL)).full is not None


def test_a_run_that_is_cut_off_leaves_the_one_before(
    folder: Path,
    first: tuple[Path, LinkResult],
    today: list[Account],
    backend: Backend,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(_: object) -> None:
        raise KeyboardInterrupt

    def full_disk(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left")

    with pytest.raises(KeyboardInterrupt):
        renew(today, folder, backend, MODEL, former=first[1].identities, put=killed)
    with monkeypatch.context() as patched:
        patched.setattr("scipy.sparse.save_npz", full_disk)
        with pytest.raises(KeptRunError, match=r"cannot keep the run of linkage in .*: No space left; mend that"):
            renew(today, folder, backend, MODEL, former=first[1].identities)
    assert [path.name for path in folder.iterdir()] == ["run-00000001"]
    (folder / ".unfinished-killed" / "run").mkdir(parents=True)
    result = renew(today, folder, backend, MODEL, former=first[1].identities)
    assert (run_of(result).full, run_of(result).number, run_of(result).new) == (None, 2, NEW)
    assert [path.name for path in folder.iterdir()] == ["run-00000002"]


@pytest.mark.parametrize(
    "name", ["manifest.json", "pairs.parquet", "vectors-words.npz", "space.npz", "accounts.parquet"]
)
def test_a_damaged_run_is_refused_with_what_to_do(
    folder: Path, yesterday: list[Account], closed: Backend, name: str
) -> None:
    file = folder / "run-00000001" / name
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(KeptRunError, match=f"{name}, which the last run of linkage kept, cannot be read"):
        renew(yesterday, folder, closed, MODEL)
    file.unlink()
    with pytest.raises(KeptRunError, match="make it anew with: nightpost link --anew"):
        renew(yesterday, folder, closed, MODEL)


def test_no_accounts_are_a_run_too(tmp_path: Path, backend: Backend) -> None:
    for number in (1, 2):
        result = renew([], tmp_path, backend, MODEL)
        assert (result.identities, run_of(result).number, run_of(result).accounts) == ([], number, 0)


def test_each_step_is_told_once(
    folder: Path, yesterday: list[Account], closed: Backend, first: tuple[Path, LinkResult]
) -> None:
    told: list[int] = []
    renew(yesterday, folder, closed, MODEL, former=first[1].identities, progress=told.append)
    assert told == list(range(1, len(STEPS)))


def test_a_kept_run_has_pairs_without_prior_and_what_was_held_apart(
    folder: Path, first: tuple[Path, LinkResult]
) -> None:
    kept = last_run(folder)
    assert kept is not None
    weights = [kept.pairs.column(f"{one.kind}_weight").to_numpy() for one in MODEL.comparisons]
    np.testing.assert_allclose(kept.pairs.column("evidence_weight"), np.sum(weights, axis=0), atol=1e-9)
    held = [(one.a, one.b, one.why) for one in kept.findings.held_apart]
    assert held == [(one.pair.a, one.pair.b, one.why) for one in first[1].held_apart]
    assert held
    a, b = next(iter(pairs_of(first[1])))
    assert pa.Table.equals(kept.pair(a, b), kept.pairs.slice(kept.pairs.column("a").to_pylist().index(a), 1))
    assert kept.pair(b, a).num_rows == 0
