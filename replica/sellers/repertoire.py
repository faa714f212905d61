"""What a seller says about himself: his own sentences, and the profile and terms that he makes of them."""

import random
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace

from replica.sellers.hand import Hand, written
from replica.sellers.vocabulary import wording

_SLOTS = string.Formatter()
_LENGTHS = ((0, 15), (1, 12), (3, 25), (6, 25), (10, 15), (18, 8))
"""So many sentences has a profile, and how often: some have none, few are long."""


@dataclass(frozen=True, slots=True)
class Repertoire:
    """A seller's sentences by subject, the handle still a slot; ``terms`` too; ``template`` is copied terms or ""."""

    sections: tuple[tuple[str, tuple[str, ...]], ...]
    terms: tuple[str, ...]
    template: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that may stand in a description."""
        return tuple(text for name, texts in self.sections if name not in ("opening", "closing") for text in texts)


def draw_repertoire(draw: random.Random, hand: Hand) -> Repertoire:
    """A new seller's sentences, in his favourite words; some are everybody's."""
    words = wording()
    length = draw.choices([size for size, _ in _LENGTHS], weights=[weight for _, weight in _LENGTHS])[0]
    sections = []
    left = length
    for name in draw.sample(sorted(words.profile), len(words.profile)):
        count = min(left, len(words.profile[name]), draw.randint(1, 2 if name in ("opening", "closing") else 8))
        chosen = [_sentence(draw, text, hand) for text in draw.sample(words.profile[name], count)]
        sections.append((name, tuple(chosen)))
        left -= count
    if length and draw.random() < 0.5:
        sections.append(("common", tuple(draw.sample(words.common, draw.randint(1, 3)))))
    order = ("opening", "common", "about", "shipping", "address", "closing")
    sections.sort(key=lambda section: order.index(section[0]))
    terms = [_sentence(draw, text, hand) for text in draw.sample(words.terms, draw.choice((0, 0, 2, 4, 7)))]
    template = draw.choice(words.templates) if draw.random() < 0.2 else ""
    return Repertoire(tuple(sections), tuple(terms), template)


def rewritten(repertoire: Repertoire, draw: random.Random, hand: Hand, *, kept: float) -> Repertoire:
    """The same seller's texts later: so large a part of the sentences is kept, some are said anew."""
    words = wording()

    def passed(texts: Sequence[str], source: Sequence[str]) -> tuple[str, ...]:
        chosen = [text for text in texts if draw.random() < kept]
        new = sum(draw.random() < (1 - kept) * 0.7 for _ in texts)
        said = [_sentence(draw, text, hand) for text in draw.sample(source, min(new, len(source)))]
        return tuple(dict.fromkeys(chosen + said))

    sections = tuple(
        (name, texts if name == "common" else passed(texts, words.profile[name])) for name, texts in repertoire.sections
    )
    return replace(repertoire, sections=sections, terms=passed(repertoire.terms, words.terms))


def borrowed(repertoire: Repertoire, other: Repertoire, draw: random.Random) -> Repertoire:
    """A seller's texts after he copied another's terms and much of the other's profile."""
    sections = tuple(
        (name, tuple(text for text in texts if draw.random() < 0.6)) if name != "opening" else (name, ())
        for name, texts in other.sections
    )
    own = tuple((name, texts[:2]) for name, texts in repertoire.sections)
    return Repertoire(own + sections, other.terms or repertoire.terms, other.template or repertoire.template)


def profile(repertoire: Repertoire, hand: Hand, handle: str) -> list[str]:
    """The paragraphs of a profile."""
    paragraphs = []
    for name, texts in repertoire.sections:
        if not texts:
            continue
        ended = [_ended(text.format(handle=handle), hand, at) for at, text in enumerate(texts)]
        lines = [written(hand, text, hand.profile_capitals) for text in ended]
        plain = name in ("opening", "closing", "common") or not hand.bullet
        body = ("  " if hand.double_spaces else " ").join(lines) if plain else "\n".join(hand.bullet + x for x in lines)
        heading = hand.heading.format(name.upper()) + "\n" if hand.heading and name in ("shipping", "address") else ""
        paragraphs.append(heading + body)
    return paragraphs


def terms(repertoire: Repertoire, hand: Hand) -> str:
    """The terms: own rules, or copied ones as they were copied, or both; "" of who has none."""
    rules = [hand.bullet + written(hand, text, hand.profile_capitals) for text in repertoire.terms]
    return "\n".join([*rules, *([repertoire.template] if repertoire.template else [])])


def _sentence(draw: random.Random, text: str, hand: Hand) -> str:
    """A sentence with its slots filled from the writer's favourite words; the handle stays a slot."""
    out = []
    for literal, slot, _, _ in _SLOTS.parse(text):
        out.append(literal)
        if slot == "handle":
            out.append("{handle}")
        elif slot:
            first, second = hand.favourites[slot]
            out.append(first if draw.random() < 0.8 else second)
    sentence = "".join(out)
    return sentence if sentence.startswith("{") else sentence[0].upper() + sentence[1:]


def _ended(text: str, hand: Hand, at: int) -> str:
    if not hand.full_stops:
        text = text.rstrip(".")
    return text.rstrip(".") + hand.end if hand.end and at % 3 == 0 else text
