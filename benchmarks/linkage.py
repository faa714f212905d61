"""Linkage of very many accounts: ``python -m benchmarks.linkage [--sizes 10000,100000] [--out FILE]``.

Each size in a process of its own, on two cores: the seconds of each stage, the peak of its memory, candidate pairs and
the recall of blocking, precision and recall of identities; between sizes the exponent with which the time grows (1 is
in proportion). And the same pairs from DuckDB and Spark. The accounts are generated (`replica.sellers.scale`) and in
memory, as linkage has them when their texts are read; reading texts is measured apart, on some, and told for all.

A million accounts (``--sizes 1000000``) take about half an hour and 16 GB of memory.
"""

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.generated_accounts import agreement, generated_accounts
from evaluation.linkage_compared import identities_by_account, read_lines
from evaluation.linkage_pairs import score_identities
from linkage.backend import Backend, open_backend
from linkage.blocking import block
from linkage.linking import Corpus, at_size, identified, join_rules
from linkage.links import ScoredLinks
from linkage.model import load_model
from linkage.scoring import prepared
from nightpost.errors import NightpostError
from replica.sellers.scale import scaled_accounts

SIZES = (10_000, 100_000)
SPARK_SIZE = 2_000
_READ, _EXPLAINED = 1_000, 2_000


class Stages:
    """The seconds of each stage, those of processor time, and the peak of memory up to its end."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.processor: dict[str, float] = {}
        self.peak: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what is done within."""
        begin, begin_processor = time.perf_counter(), time.process_time()
        yield
        self.seconds[name] = time.perf_counter() - begin
        self.processor[name] = time.process_time() - begin_processor
        self.peak[name] = peak_gigabytes()
        print(
            f"    {name}: {self.seconds[name]:.1f} s ({self.processor[name]:.1f} s of processor),"
            f" peak {self.peak[name]:.2f} GB",
            file=sys.stderr,
            flush=True,
        )


def measure(size: int) -> dict[str, Any]:
    """Link so many accounts; what was measured, by name."""
    stages = Stages()
    with stages.stage("accounts (not linkage)"):
        generated = generated_accounts(size)
    owners = generated.owners
    with stages.stage("what proves nothing"):
        corpus = Corpus(generated.accounts)
    del generated
    with stages.stage("features"):
        features = corpus.features
    with stages.stage("wording"):
        likeness = corpus.likeness
    with stages.stage("nearest in wording"):
        near = corpus.near
    model = at_size(load_model(), size)
    with open_backend("duckdb") as backend:
        with stages.stage("blocking, to measure it"):
            left, right = candidates(backend, features, near)
        same = owners[left] == owners[right]
        pairs, right_ones = len(left), int(same.sum())
        del left, right, same
        with stages.stage("blocking, comparing, weighing"):
            scored = corpus.score(backend, model)
    del likeness
    with stages.stage("identities"):
        found = identified(corpus, scored.pairs, model)
    links = ScoredLinks(scored.pairs, model)
    explain, least = corpus.explainer(), join_rules(model).join_weight
    step = max(1, len(found.clusters) // _EXPLAINED)
    explained = 0
    with stages.stage("links of some identities explained"):
        for one in found.clusters[::step]:
            list(links.within(one.cluster.accounts, (), explain, least))
            explained += 1
    truth = dict(zip(corpus.accounts, owners.tolist(), strict=True))
    identities = score_identities(identities_by_account(found), truth)
    true = sum(count * (count - 1) // 2 for count in np.bincount(owners).tolist())
    return {
        "accounts": size,
        "seconds": stages.seconds,
        "processor": stages.processor,
        "linking_seconds": sum(stages.seconds[name] for name in LINKING),
        "linking_processor": sum(stages.processor[name] for name in LINKING),
        "all_links_explained_seconds": stages.seconds["links of some identities explained"]
        * (len(found.clusters) / max(1, explained)),
        "peak_gigabytes": stages.peak,
        "candidates": pairs,
        "blocking_recall": right_ones / true,
        "kept_pairs": scored.pairs.num_rows,
        "identities": len(found.clusters),
        "precision": identities.precision,
        "recall": identities.recall,
    }


LINKING = (
    "what proves nothing",
    "features",
    "wording",
    "nearest in wording",
    "blocking, comparing, weighing",
    "identities",
)
"""The stages that linkage consists of."""


def candidates(backend: Backend, features: pa.Table, near: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The candidate pairs, by the places of their accounts in the order of ids."""
    with prepared(backend, features) as accounts:
        backend.load("linkage_given", accounts.numbered(near))
        block(backend, accounts.table, "linkage_candidates", given="linkage_given")
        found = backend.fetch("select uid_l, uid_r from linkage_candidates")
        backend.drop("linkage_given")
        backend.drop("linkage_candidates")
    left, right = (found.column(name).to_numpy() for name in ("uid_l", "uid_r"))
    return left, right


def reading() -> float:
    """The seconds in which the text pipeline reads an account, on two cores, the pipeline's start left out."""
    lines = [line for line, _ in scaled_accounts(3 * _READ)]
    begin = time.perf_counter()
    read_lines(lines[:_READ])
    middle = time.perf_counter()
    read_lines(lines[_READ:])
    # The start is in both and falls out of the difference.
    return (time.perf_counter() - middle - (middle - begin)) / _READ


def same_from_both(size: int) -> str:
    """Whether DuckDB and Spark give the same pairs, and how long each takes, as a line."""
    corpus = Corpus(generated_accounts(size).accounts)
    seconds, tables = [], []
    model = at_size(load_model(), size)
    for name in ("duckdb", "spark"):
        assert name in {"duckdb", "spark"}
        with open_backend(name) as backend:
            begin = time.perf_counter()
            tables.append(corpus.score(backend, model, least_weight=-math.inf).pairs)
            seconds.append(time.perf_counter() - begin)
    one, other = tables
    same = one.select(["a", "b"]).equals(other.select(["a", "b"]))
    apart = (
        np.abs(one.column("match_weight").to_numpy() - other.column("match_weight").to_numpy()).max() if same else None
    )
    return (
        f"{size} accounts: DuckDB {one.num_rows} pairs in {seconds[0]:.1f} s, Spark {other.num_rows} pairs in"
        f" {seconds[1]:.1f} s; {'the same pairs' if same else 'NOT the same pairs'},"
        f" match weights at most {apart} bits apart"
    )


def told(measured: dict[str, Any]) -> Iterator[str]:
    """What was measured of a size, as lines."""
    size = measured["accounts"]
    yield (
        f"{size} accounts: linked in {measured['linking_seconds']:.0f} s ({measured['linking_processor']:.0f} s of"
        f" processor), peak of memory {peak_of(measured):.2f} GB"
    )
    for name, seconds in measured["seconds"].items():
        processor = measured["processor"][name]
        each = 1e6 * processor / size
        yield f"    {name}: {seconds:.1f} s ({processor:.1f} s of processor, {each:.0f} us an account)"
    yield f"    all links explained, by those that were: {measured['all_links_explained_seconds']:.0f} s"
    yield (
        f"    candidate pairs: {measured['candidates']} ({measured['candidates'] / size:.1f} an account), recall of"
        f" blocking {measured['blocking_recall']:.4f}; {measured['kept_pairs']} pairs kept"
    )
    yield (
        f"    {measured['identities']} identities: precision {measured['precision']:.4f},"
        f" recall {measured['recall']:.4f}"
    )


def growth(smaller: dict[str, Any], larger: dict[str, Any]) -> Iterator[str]:
    """The exponents with which time, memory and candidate pairs grow from one size to another, as lines."""
    steps = math.log(larger["accounts"] / smaller["accounts"])

    def exponent(one: float, other: float) -> str:
        return f"{math.log(other / one) / steps:.2f}" if one > 0 and other > 0 else "none"

    yield (
        f"from {smaller['accounts']} to {larger['accounts']} accounts, exponents of growth: linking"
        f" {exponent(smaller['linking_seconds'], larger['linking_seconds'])} (processor time"
        f" {exponent(smaller['linking_processor'], larger['linking_processor'])}), candidate pairs"
        f" {exponent(smaller['candidates'], larger['candidates'])}, memory"
        f" {exponent(peak_of(smaller), peak_of(larger))}"
    )
    stages = (f"{name} {exponent(smaller['processor'][name], larger['processor'][name])}" for name in LINKING)
    yield f"    by processor time: {', '.join(stages)}"


def peak_of(measured: dict[str, Any]) -> float:
    """The peak of memory of a size, in GB."""
    return float(max(measured["peak_gigabytes"].values()))


def peak_gigabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def measured_apart(size: int) -> dict[str, Any]:
    """What `measure` finds in a process of its own: the peak of memory never falls.

    Raises:
        NightpostError: the process failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.linkage", "--one", str(size)], stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise NightpostError(f"the linking of {size} accounts failed ({done.returncode}); see above, or measure fewer")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linkage", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of accounts, parted by commas")
    parser.add_argument("--no-spark", action="store_true", help="leave Spark out")
    parser.add_argument("--out", type=Path, help="a file for the figures, as JSON")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.one:
        print(json.dumps(measure(given.one)))
        return 0
    try:
        found: list[dict[str, Any]] = []
        for size in map(int, given.sizes.split(",")):
            found.append(measured_apart(size))
            print("\n".join(told(found[-1])), flush=True)
            if len(found) > 1:
                print("\n".join(growth(*found[-2:])), flush=True)
            if given.out is not None:
                given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        seconds = reading()
        print(
            f"reading texts: {1e3 * seconds:.1f} ms an account; "
            + ", ".join(f"{one['accounts']} accounts: {one['accounts'] * seconds / 60:.1f} minutes" for one in found)
        )
        goods, total = agreement()
        print(f"looked up as the pipeline reads it: goods of {goods:.3f} of the titles, amounts of {total:.3f}")
        if not given.no_spark:
            print(same_from_both(SPARK_SIZE))
    except NightpostError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
