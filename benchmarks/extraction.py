"""How fast the text pipeline reads: ``python -m benchmarks.extraction [FOLDER OF RESEARCH DATA]``.

Prints texts a second and core, for titles and for descriptions of 3 kB, beside spaCy's blank tokenizer alone and beside
a pipeline of spaCy's own tok2vec and ner of the same release, in one run; and the time for one text as it grows.
How well it reads is measured by ``python -m evaluation``.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import spacy
from spacy.language import Language

from evaluation.research import RESEARCH, filed_titles
from evaluation.texts import labelled_texts
from extractors.facts import facts
from extractors.pipeline import build_pipeline, read_text, read_texts
from nightpost.errors import NightpostError

_TITLES, _DESCRIPTIONS = 4000, 100
_ROUNDS = 3
_SIZES = (125_000, 250_000, 500_000, 1_000_000)


def stock_pipeline() -> Language:
    """Stock tok2vec and ner of spaCy as they come, not trained: what weights say does not change how long they take."""
    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec")
    nlp.add_pipe("ner").add_label("DRUG")  # type: ignore[attr-defined]  # it is a trainable pipe
    nlp.initialize()
    return nlp


def rate(read: Callable[[Sequence[str]], Iterable[object]], texts: Sequence[str]) -> float:
    """Texts a second of processor time: other work on the machine does not count."""
    begin = time.process_time()
    for _ in read(texts):
        pass
    return len(texts) / (time.process_time() - begin)


def measure_rates(nlp: Language, samples: dict[str, Sequence[str]]) -> Iterator[str]:
    """For each sample of texts the rate of each way of reading, the best of some rounds in turns, as lines."""
    blank, stock = spacy.blank("en"), stock_pipeline()

    def with_facts(texts: Sequence[str]) -> Iterator[object]:
        read = read_texts(nlp, ((text, "benchmark") for text in texts))
        return (facts(mentions, text) for mentions, text in zip(read, texts, strict=True))

    ways: dict[str, Callable[[Sequence[str]], Iterable[object]]] = {
        "mentions": lambda texts: read_texts(nlp, ((text, "benchmark") for text in texts)),
        "mentions and facts": with_facts,
        "spaCy's blank tokenizer alone": lambda texts: map(blank, texts),
        "spaCy's tok2vec and ner, one by one": lambda texts: map(stock, texts),
        "spaCy's tok2vec and ner, in batches": lambda texts: stock.pipe(texts, batch_size=128),
    }
    for name, texts in samples.items():
        rates = {way: max(rate(read, texts) for _ in range(_ROUNDS)) for way, read in ways.items()}
        ours = rates["mentions"]
        for way, each in rates.items():
            yield f"{name}: {way}: {each:,.0f}/s; mentions are read {ours / each:.2f} times as fast"


def measure_growth(nlp: Language, titles: Sequence[str]) -> Iterator[str]:
    """The time for one text of growing length, as lines."""
    for size in _SIZES:
        text = ("\n".join(titles) * (size // 100_000 + 1))[:size]
        begin = time.process_time()
        read_text(nlp, text, source="benchmark")
        yield f"one text of {size:9,} characters: {time.process_time() - begin:.2f} s"


def main() -> int:
    """Measure all; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=RESEARCH)
    given = parser.parse_args()
    try:
        titles = [one.title for one in filed_titles(given.data)]
    except NightpostError as error:
        print(error, file=sys.stderr)
        return 1
    chance = random.Random(2)  # noqa: S311 - a sample, not a key
    sample = chance.sample(titles, _TITLES)
    descriptions = ["\n".join(chance.sample(sample, 75))[:3000] for _ in range(_DESCRIPTIONS)]
    nlp = build_pipeline()
    prose = "\n".join(text for _, text in labelled_texts("descriptions", given.data))
    samples: dict[str, Sequence[str]] = {
        "titles": sample,
        "3 kB of real descriptions": [prose[start : start + 3000] for start in range(0, len(prose), 3000)],
        "3 kB of titles": descriptions,
    }
    for line in measure_rates(nlp, samples):
        print(line, flush=True)
    for line in measure_growth(nlp, sample):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
