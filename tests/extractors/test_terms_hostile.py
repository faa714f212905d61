"""Hostile texts for the components that read phrases: each takes time that grows linearly with the text."""

import pytest
import spacy
from spacy.language import Language

from extractors.components import carriers, order_times, packaging, payment, reship
from extractors.tokenizer import MarketTokenizer
from tests.extractors.linear_time import grows_faster

UNITS = [
    "no tracking ", "stealth, ", "not ", "no reship 50% ", "refund or ", "reship: ", "before 2pm same day ", "10:",
    "btc, ", "accept btc ", "FE ", "escrow: ", "UPS, ", "no dhl or ", "first class post UK ", "an post ", "(", ". ",
    "a", "1 ",
]  # fmt: skip


@pytest.mark.parametrize("component", [carriers, order_times, packaging, payment, reship])
def test_hostile_texts_take_linear_time(component: object) -> None:
    nlp: Language = spacy.blank("en")
    nlp.tokenizer = MarketTokenizer(nlp.vocab)
    nlp.add_pipe(str(vars(component)["NAME"]))
    slow = [said for unit in UNITS if (said := grows_faster(nlp, unit, short=25_000, long=100_000))]
    assert slow == []
