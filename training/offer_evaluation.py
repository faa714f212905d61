"""How well offers are told of vendors, and of a market, that the model was not trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zlib import crc32

from extractors.offer_model.features import shapes
from extractors.offer_model.model import DRUG, OfferModel
from extractors.words import pieces
from training.offer_inventions import INVENTED
from training.offer_titles import OfferText

__all__ = ["evaluate"]

_MARKET_LEFT_OUT = "white-house"
_LEVELS = (0.3, 0.5, 0.7, 0.9)


@dataclass(frozen=True, slots=True)
class _Told:
    text: OfferText
    guess: str
    probability: float
    drug: float


def evaluate(texts: Sequence[OfferText], fit: Callable[[Sequence[OfferText]], OfferModel]) -> str:
    """The report of a model that saw neither one market nor a fifth of the other's vendors."""
    left_out = [text for text in texts if _is_left_out(text)]
    model = fit([text for text in texts if not _is_left_out(text)])
    told = [_tell(model, text) for text in left_out if pieces(text.text)]
    lines = []
    for name in (_MARKET_LEFT_OUT, "vendors"):
        these = [one for one in told if one.text.source.startswith(_MARKET_LEFT_OUT) == (name == _MARKET_LEFT_OUT)]
        lines += [f"{name}: {len(these)} titles left out", *_lines(these, model)]
    return "\n".join(lines)


def _is_left_out(text: OfferText) -> bool:
    chosen = text.source != INVENTED and crc32(text.source.encode()) % 5 == 0
    return chosen or text.source.startswith(_MARKET_LEFT_OUT)


def _tell(model: OfferModel, text: OfferText) -> _Told:
    guess = model.read(shapes(pieces(text.text)))
    return _Told(text, *guess.best, guess.drug)


def _lines(told: Sequence[_Told], model: OfferModel) -> list[str]:
    right = sum(one.guess == one.text.offer for one in told) / len(told)
    is_drug = sum((one.drug > 0.5) == (one.text.offer in model.drugs) for one in told) / len(told)
    lines = [f"  offer as filed {right:.3f}; drug or not as filed {is_drug:.3f}"]
    unlisted = [one for one in told if not one.text.found]
    named = sum(one.text.offer in model.drugs - {DRUG} for one in unlisted)
    for level in _LEVELS:
        given = [one for one in unlisted if one.probability >= level and one.guess in model.drugs - {DRUG}]
        agreed = sum(one.guess == one.text.offer for one in given)
        lines.append(
            f"  where the lexicon finds nothing ({len(unlisted)} titles, {named} filed under a substance): at {level} "
            f"a substance is given {len(given)} times, as filed {agreed} times"
        )
    return lines
