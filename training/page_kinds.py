"""Training of the page-kind classifier: ``python -m training.page_kinds`` writes its weights, ``--evaluate`` measures.

The saved pages of the real markets must lie beside the project (see `training.examples`); the same pages give the same
files, byte for byte.
"""

import argparse
import hashlib
import sys
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

from sklearn.exceptions import ConvergenceWarning

from extractors.page_kinds.features import features
from extractors.page_kinds.model import PACKAGE, save_model
from nightpost.errors import NightpostError
from training.evaluation import evaluate, report
from training.examples import Example, facade_examples, practice_examples, real_examples
from training.fitting import Sample, fit
from training.sketches import sketch_market

SKETCHED_MARKETS = 600
_PROBED_MARKETS = 6


def all_examples(sketched: int = SKETCHED_MARKETS) -> list[Example]:
    """Everything that the shipped model is trained on.

    Raises:
        NoExamplesError: the saved pages of the real markets are not there.
    """
    known = real_examples() + practice_examples() + facade_examples()
    return known + [example for seed in range(sketched) for example in sketch_market(seed)]


def samples_of(examples: Sequence[Example]) -> list[Sample]:
    """Examples as features; empty pages are left out.

    Addresses help, but a model that trusts them fails on saved pages, which have none or those of a folder: every
    second page is taken without its address, and every eighth with that of another page.
    """
    samples = []
    for number, example in enumerate(examples):
        root = example.root()
        if root is not None:
            url = examples[number - 1].url if number % 8 == 1 else example.url if number % 2 else ""
            samples.append(Sample(example.market, example.kind, features(root, url=url)))
    return samples


def digest_of(examples: Iterable[Example]) -> str:
    """A digest of what is trained on: the pages, what they are, and the order."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(f"{example.market}\0{example.kind}\0{example.url}\0{len(example.body)}\0".encode())
        digest.update(example.body)
    return digest.hexdigest()


def probe() -> str:
    """A digest by which to tell, in seconds and without the saved pages, that the weights must be trained anew.

    It changes with the facades, with the sketches, and with the features that are read from them.
    """
    digest = hashlib.sha256(digest_of(facade_examples(vendors=4, listings=10)).encode())
    sketched = [example for seed in range(_PROBED_MARKETS) for example in sketch_market(seed)]
    for sample in samples_of(sketched):
        values = sorted((name, round(value, 4)) for name, value in sample.features.items())
        digest.update(f"{sample.kind}{values}".encode())
    return digest.hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.page_kinds", description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="measure, leaving markets out; write nothing")
    parser.add_argument("--out", type=Path, help="write the weights to this folder, not into the package")
    given = parser.parse_args(arguments)
    # The number of rounds is fixed: whether more would change anything is for --evaluate to say.
    warnings.simplefilter("ignore", ConvergenceWarning)
    try:
        examples = all_examples()
    except NightpostError as error:
        print(error, file=sys.stderr)
        return 1
    samples = samples_of(examples)
    result = evaluate(samples)
    if given.evaluate:
        print(report(result))
        return 0
    folder = given.out or PACKAGE
    folder.mkdir(parents=True, exist_ok=True)
    model = fit(samples, temperature=result.temperature)
    save_model(model, folder, examples=digest_of(examples), probe=probe())
    return 0


if __name__ == "__main__":
    sys.exit(main())
