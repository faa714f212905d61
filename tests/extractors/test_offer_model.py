"""The model of offers: what it learns is told by words, its file repeats, and its numbers add up."""

import random
from pathlib import Path

import numpy as np
import pytest

from extractors.lexicon import load_lexicon
from extractors.offer_model.features import BUCKETS, GAP, pair_buckets, shapes, word_buckets
from extractors.offer_model.model import DESCRIPTION, DRUG, NUMBERS, PACKAGE, load_offer_model, save_offer_model
from extractors.words import pieces
from training.offer_inventions import misspelt
from training.offer_titles import OfferText
from training.offers import digest_of, fit

TEXTS = [
    OfferText("a", f"{amount} {name} {tail}", offer, (), found=True)
    for offer, names in {
        "cocaine": ("fishscale flake", "colombian flake", "uncut coke"),
        "cannabis": ("lemon haze", "purple kush", "indoor weed"),
        "fraud": ("fresh fullz", "cvv dumps", "bank logins"),
    }.items()
    for name in names
    for amount in ("1g", "5 g", "10x")
    for tail in ("", "free shipping", "uk")
]


def test_a_text_is_told_and_the_words_that_decided_are_named() -> None:
    model = fit(TEXTS)
    words = shapes(pieces("25g purple haze tracked"))
    guess = model.read(words)
    assert guess.best[0] == "cannabis"
    assert guess.probabilities.sum() == pytest.approx(1, abs=1e-5)
    deciding = guess.deciding("cannabis")
    assert set(sorted(range(len(words)), key=deciding.__getitem__)[-2:]) == {2, 3}


def test_a_word_that_was_never_seen_is_told_by_its_letters() -> None:
    guess = fit(TEXTS).read(shapes(pieces("fishscaale")))
    assert guess.best[0] == "cocaine"


def test_the_same_texts_give_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        save_offer_model(fit(TEXTS), folder)
        written.append([(folder / file).read_bytes() for file in (NUMBERS, DESCRIPTION)])
        again = load_offer_model(folder)
        assert again.read(["haze"]).best[0] == "cannabis"
    assert written[0] == written[1]


def test_what_is_trained_on_is_told_by_a_digest() -> None:
    assert digest_of(TEXTS) == digest_of(list(TEXTS))
    assert digest_of(TEXTS) != digest_of(TEXTS[1:])


def test_the_shipped_model_is_small_and_knows_its_classes() -> None:
    model = load_offer_model()
    assert (PACKAGE / NUMBERS).stat().st_size < 15 * 1024**2
    assert {"cannabis", "cocaine", "mdma", "drug", "fraud", "guide", "other"} <= set(model.description.classes)
    assert model.drugs.isdisjoint(model.description.goods)
    assert model.weights.shape == (BUCKETS, len(model.description.classes))


def test_every_class_of_the_shipped_model_is_a_substance_of_the_lexicon() -> None:
    """When this fails a substance was renamed: run ``python -m training.offers``."""
    lexicon = load_lexicon()
    for name in load_offer_model().drugs - {DRUG}:
        assert name in {sense.substance.name for sense in lexicon.senses_of(name)}


def test_long_texts_and_words_cost_no_more_than_their_beginning() -> None:
    model = load_offer_model()
    assert np.array_equal(model.read(["weed"] * 100_000).probabilities, model.read(["weed"] * 48).probabilities)
    assert len(word_buckets(shapes(pieces("a" * 1_000_000))[0])) < 100


def test_what_is_left_out_leaves_one_gap() -> None:
    words = pieces("10g blue dream kush")
    assert shapes(words, left_out=[(4, 14)]) == ["10", "g", GAP, "kush"]
    assert word_buckets(GAP) == []
    assert len(pair_buckets("10", "g")) == 2


def test_a_slip_changes_a_name_a_little() -> None:
    chance = random.Random(1)
    written = {misspelt("ketamine", chance) for _ in range(200)}
    assert len(written) > 10
    assert all(word[0] == "k" and 7 <= len(word) <= 9 for word in written)
