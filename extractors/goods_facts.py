"""What kind of goods a text is about: the trained model's guess, weighed against the substances that were found.

A title is one text to the model. Of a longer text the model reads the first words, and counts for less: what is offered
decides there, and without any, the words of ``lexicons/goods.yaml``.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal, get_args

from extractors.goods import goods_phrases
from extractors.offer_model.features import shapes
from extractors.offer_model.model import load_offer_model
from extractors.records import Mention
from extractors.words import Piece, pieces

__all__ = ["Goods", "goods_of"]

Goods = Literal["drug", "firearm", "counterfeit", "fraud", "digital", "guide", "service", "jewellery", "other"]
_KINDS: tuple[Goods, ...] = get_args(Goods)

_CERTAIN = 0.9
# So probable must a drug be to the model, with a certain name in the text, with a doubtful one, and with none.
_WITH_CERTAIN, _WITH_DOUBTFUL, _WITH_NONE = 0.03, 0.3, 0.55
# And where substances are named and none is offered.
_ONLY_SPOKEN_OF = 0.9
# With a certain name but no number: vendors of drugs say how much, books about them do not.
_UNMEASURED = 0.1
# Longer texts are prose, which the model was not trained on.
_TITLE = 60
# A text is read so far; what it is about is said before.
_FIRST = 20_000
# A kind needs so many words of its own in a longer text.
_FEWEST = 2


def goods_of(text: str, named: Sequence[Mention]) -> Goods:
    """The kind of goods that a text is about.

    Args:
        text: a title or a description.
        named: the mentions of substances, in every role.
    """
    drugs = [one for one in named if one.data["role"] == "offered"]
    words = pieces(text[:_FIRST])
    if not words:
        return "other"
    if len(words) > _TITLE:
        return "drug" if drugs else _by_words(text, words, _FEWEST)
    # What a title does not offer ("cocaine test kit") is left out of what the model reads of it.
    spoken_of = [] if drugs else [(one.start, one.end) for one in named]
    guess = load_offer_model().read(shapes(words, left_out=spoken_of))
    least = _ONLY_SPOKEN_OF if named else _WITH_NONE
    if drugs:
        measured = any(word.text.isdecimal() for word in words)
        certain = any(one.confidence >= _CERTAIN for one in drugs)
        least = (_WITH_CERTAIN if measured else _UNMEASURED) if certain else _WITH_DOUBTFUL
    if guess.drug >= least:
        return "drug"
    return max((kind for kind in _KINDS if kind != "drug"), key=guess.probability)


def _by_words(text: str, words: Sequence[Piece], fewest: int) -> Goods:
    counts = Counter(phrase.meaning for phrase in goods_phrases().find(text, words))
    return max((kind for kind in _KINDS if counts[kind] >= fewest), key=lambda kind: counts[kind], default="other")
