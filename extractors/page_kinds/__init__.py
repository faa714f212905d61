"""What kind a page is, on a market that no layout knows: a small trained classifier on structure and words.

    guess = classify(root, url="http://example.onion/item/7")
    guess.kind, guess.confidence

Trained by ``python -m training.page_kinds``; the weights lie beside this file. How sure it is means what it says: of
the guesses made with confidence 0.9, about nine in ten are right on markets that it was not trained on.
"""

from dataclasses import dataclass

from lxml import etree

from extractors.page_kinds.features import features
from extractors.page_kinds.model import Model, shipped_model
from extractors.records import PageKind

__all__ = ["KindGuess", "classify"]


@dataclass(frozen=True, slots=True)
class KindGuess:
    """What a page most probably is.

    Attributes:
        kind: the most probable kind.
        confidence: its probability, 0 to 1.
        probabilities: of every kind; together 1.
    """

    kind: PageKind
    confidence: float
    probabilities: dict[PageKind, float]


def classify(root: etree._Element, *, url: str = "", model: Model | None = None) -> KindGuess:
    """Guess what kind of page this is.

    Args:
        root: the page's tree (`extractors.page.parse_page`); only its first 25,000 elements are looked at.
        url: where it was fetched, if known; what is not ``http(s)`` is not looked at.
        model: what tells; the one that Nightpost brings, unless said.
    """
    probabilities = (model or shipped_model()).probabilities(features(root, url=url))
    kind = max(probabilities, key=lambda one: (probabilities[one], one))
    return KindGuess(kind, probabilities[kind], probabilities)
