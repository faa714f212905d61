"""The training of the page-kind classifier: it is what is shipped, it repeats, and it holds on markets left out."""

import warnings
from pathlib import Path

import pytest
from sklearn.exceptions import ConvergenceWarning

from extractors.page_kinds.model import DESCRIPTION, NUMBERS, load_model, save_model, shipped_model
from training.evaluation import Evaluation, evaluate, folds, report
from training.examples import REAL_MARKETS, NoExamplesError, facade_examples, practice_examples, real_examples
from training.fitting import SKETCHES, Sample, fit
from training.page_kinds import digest_of, probe, samples_of
from training.sketches import sketch_market

# A quarter of what the shipped model is trained on, and fewer networks, so that the test takes half a minute. With
# all of it: ``python -m training.page_kinds --evaluate``.
SKETCHED_MARKETS, VENDORS, LISTINGS, NETWORKS = 150, 4, 10, 2

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.fixture(scope="module")
def evaluation(shared_data: Path) -> Evaluation:
    """Every page of every market, guessed by models that saw no page of its market."""
    examples = real_examples(shared_data / "pages") + practice_examples()
    examples += facade_examples(vendors=VENDORS, listings=LISTINGS)
    examples += [example for seed in range(SKETCHED_MARKETS) for example in sketch_market(seed)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return evaluate(samples_of(examples), networks=NETWORKS)


@pytest.mark.parametrize("market", REAL_MARKETS)
def test_a_real_market_that_was_left_out_is_told(evaluation: Evaluation, market: str) -> None:
    assert evaluation.accuracy(market) >= 0.95


def test_most_facades_that_were_left_out_are_told(evaluation: Evaluation) -> None:
    assert evaluation.right.mean() >= 0.90


def test_confidence_means_what_it_says(evaluation: Evaluation) -> None:
    assert evaluation.calibration_error <= 0.04
    lines = report(evaluation).splitlines()
    assert any(line.startswith("0.99 to 1.00") for line in lines)
    assert any(line.startswith("empire ") for line in lines)


def test_no_market_is_trained_on_when_it_is_left_out() -> None:
    markets = dict.fromkeys((*REAL_MARKETS, "harbour", "lantern", "orchard", "one", "two", "three", "four", "five"))
    left_out = folds(markets)
    assert sorted(market for fold in left_out for market in fold) == sorted(markets)
    assert all((market,) in left_out for market in REAL_MARKETS)


def test_the_shipped_weights_are_those_of_what_is_here() -> None:
    """When this fails, features, sketches or facades have changed: run ``python -m training.page_kinds``."""
    assert shipped_model().description.probe == probe()


def test_training_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    examples = [example for seed in range(12) for example in sketch_market(seed)]
    assert digest_of(examples) == digest_of([example for seed in range(12) for example in sketch_market(seed)])
    samples = [Sample(f"{one.market}-", one.kind, one.features) for one in samples_of(examples)]
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        save_model(fit(samples, networks=1), tmp_path / name, examples="digest", probe="probe")
    for name in (DESCRIPTION, NUMBERS):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    loaded = load_model(tmp_path / "first")
    assert loaded.description.examples == "digest"
    guesses = [
        max(kinds, key=kinds.__getitem__) for kinds in map(loaded.probabilities, (one.features for one in samples))
    ]
    right = sum(guess == one.kind for guess, one in zip(guesses, samples, strict=True))
    assert right / len(samples) > 0.9


def test_sketches_are_of_all_kinds_and_of_no_market() -> None:
    examples = [example for seed in range(30) for example in sketch_market(seed)]
    assert len({example.kind for example in examples}) == 15
    assert all(example.market.startswith(SKETCHES) for example in examples)
    assert all(example.root() is not None for example in examples)


def test_training_without_the_saved_pages_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoExamplesError, match="training needs the research data"):
        real_examples(tmp_path / "pages")
