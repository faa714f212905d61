"""``python -m evaluation.linkage`` (``make eval-linkage``): how well accounts are linked.

On practice worlds, whose truth is known, with all evidence and without keys, addresses, contacts and claims:
identities, candidate pairs, calibration, and what each kind of evidence is worth. On the research data, whose truth is
not known: vendors split in two, accounts of one market ranked for those of another, and an open set. Baselines are
measured in the same run. The weights are the shipped ones (`training.linkage`), which saw neither these worlds nor
these splits; the vendors of AlphaBay they did see.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.linkage_ablation import ablation
from evaluation.linkage_baselines import pairs_of_baselines
from evaluation.linkage_calibration import draw, reliability
from evaluation.linkage_compared import Compared, practice_world
from evaluation.linkage_pairs import PairScore
from evaluation.linkage_ranks import ranked_by_linkage
from evaluation.linkage_research import open_set, split_vendors
from evaluation.rankings import RankScore
from evaluation.research import RESEARCH
from evaluation.research_sellers import Rank, Task, answered, halves, macro_f1, measured, same_handle, single_titles
from evaluation.text_baselines import BASELINES, linear_svm
from linkage.backend import Backend, open_backend
from linkage.model import LinkageModel, load_model
from nightpost.errors import NightpostError

SEEDS = (7, 8)
"""Of the practice worlds; the weights are calibrated on that of seed 1."""

SELLERS = 5_000


@dataclass(frozen=True, slots=True)
class _Run:
    """What a measure needs: where to compute, the weights, and what was asked for."""

    backend: Backend
    model: LinkageModel
    data: Path
    sellers: int
    plots: Path | None


def measure_worlds(run: _Run) -> Iterator[str]:
    """Identities, candidate pairs, calibration and ablation on the practice worlds, as lines."""
    for seed in SEEDS:
        for hard_evidence in (True, False):
            title = f"practice world {seed}, {'all evidence' if hard_evidence else 'no hard evidence'}"
            world = practice_world(seed, run.sellers, hard_evidence=hard_evidence)
            compared = Compared.of(world.accounts, world.truth, run.backend, run.model, world.impersonators)
            yield (
                f"== {title}: {run.sellers} sellers, {len(world.accounts)} accounts, {len(world.impersonators)} of"
                " impersonators"
            )
            yield f"linkage: {compared.score()}"
            for name, found in pairs_of_baselines(compared.corpus, world.truth).items():
                yield f"baseline, {name}: {_pairs(found)}"
            yield from _blocking(compared)
            yield from _calibration(compared, run, title)
            if seed == SEEDS[0]:
                yield from _ablation(compared)


def measure_split_vendors(run: _Run) -> Iterator[str]:
    """Calibration on vendors of AlphaBay split in two, as lines."""
    for by_category in (False, True):
        compared = split_vendors(run.backend, run.model, run.data, by_category=by_category)
        title = f"AlphaBay vendors split in two {'by category' if by_category else 'at random'}"
        yield f"== {title}: {len(compared.truth)} accounts"
        yield f"linkage: {compared.score()}"
        yield from _blocking(compared)
        yield from _calibration(compared, run, title)


def measure_open_set(run: _Run) -> Iterator[str]:
    """White House against AlphaBay at the default threshold, as lines."""
    for handles in (False, True):
        found = open_set(run.backend, run.model, run.data, handles=handles)
        yield (
            f"== open set, {'with handles' if handles else 'handles masked'}: {found.queries} accounts of White House"
            f" and {found.pool} of AlphaBay, {found.linked.true} of the same handle (which is gold, and not truth)"
        )
        yield f"linkage, pairs of the two markets: {_pairs(found.linked)}"
        yield f"baseline, character TF-IDF at its best threshold: {_pairs(found.best_cosine)}"
        yield from _blocking(found.compared)


def measure_rankings(run: _Run) -> Iterator[str]:
    """Accounts ranked for accounts, and for single titles, as lines."""
    titles = single_titles(run.data)
    tasks = [same_handle(run.data), titles, *(halves(run.data, by_category=by) for by in (False, True))]
    for task in tasks:
        yield f"== {task}"
        best = 0.0
        for name, rank in (BASELINES | ({"linear SVM": linear_svm} if task is titles else {})).items():
            score, line = _ranked(task, name, rank)
            best = max(best, score.reciprocal)
            yield line
        score, line = _ranked(task, "linkage", ranked_by_linkage(run.backend, run.model))
        yield f"{line}; {score.reciprocal / best:.2f} times the best baseline's MRR"


MEASURES: dict[str, Callable[[_Run], Iterator[str]]] = {
    "worlds": measure_worlds,
    "split": measure_split_vendors,
    "open": measure_open_set,
    "rankings": measure_rankings,
}


def _ranked(task: Task, name: str, rank: Rank) -> tuple[RankScore, str]:
    found = answered(task, rank)
    score = measured(found, task)
    return score, f"{name}: {score}, macro-F1 {macro_f1(found, task):.3f}"


def _pairs(score: PairScore) -> str:
    return (
        f"precision {score.precision:.4f}, recall {score.recall:.4f}, F1 {score.f1:.4f} ({score.right} of"
        f" {score.given} right, {score.true} true)"
    )


def _blocking(compared: Compared) -> Iterator[str]:
    score = compared.blocking()
    yield (
        f"candidate pairs: {score.candidates} ({score.per_account:.1f} an account, {score.reduction:.5f} of all pairs"
        f" spared), recall {score.completeness:.4f} of {score.true} true pairs"
    )


def _calibration(compared: Compared, run: _Run, title: str) -> Iterator[str]:
    for at_true_share in (False, True):
        every, looked_at = reliability(compared, at_true_share=at_true_share)
        yield str(every)
        yield f"{looked_at}\n{looked_at.width.table}"
        if run.plots is not None:
            share = f"{'true' if at_true_share else 'supposed'} share of partners"
            file = run.plots / f"reliability-{title}-{share}.svg".replace(", ", "-").replace(" ", "-")
            draw(share, looked_at.width, file)
            yield f"drawn: {file}"


def _ablation(compared: Compared) -> Iterator[str]:
    yield "precision, recall and F1 of identities without a kind of evidence; of pairs with it alone, at the threshold"
    yield "of the best F1; impersonators merged without it"
    whole = compared.score()
    yield f"{'(all)':15} {_three(whole.pairs)}   {'':20}   {whole.merged}"
    for one in ablation(compared):
        yield f"{one.name:15} {_three(one.without.pairs):23} {_three(one.alone):23} {one.without.merged}"


def _three(score: PairScore) -> str:
    return f"{score.precision:.4f} {score.recall:.4f} {score.f1:.4f}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.linkage", description=__doc__)
    parser.add_argument("--data", type=Path, default=RESEARCH, help="the folder of the research data")
    parser.add_argument("--only", choices=list(MEASURES), action="append", help="measure only this; may be repeated")
    parser.add_argument("--sellers", type=int, default=SELLERS, help="of a practice world")
    parser.add_argument("--plots", type=Path, help="a folder for reliability plots (SVG); it is made")
    given = parser.parse_args(arguments)
    try:
        with open_backend("duckdb") as backend:
            run = _Run(backend, load_model(), given.data, given.sellers, given.plots)
            for name in given.only or MEASURES:
                begin = time.perf_counter()
                for line in MEASURES[name](run):
                    print(line, flush=True)
                print(f"({name}: {time.perf_counter() - begin:.0f} s)\n", flush=True)
    except NightpostError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
