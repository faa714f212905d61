"""Handles: what sellers call themselves, what strangers choose alike, and what look-alikes make of them."""

import random

from replica.sellers.vocabulary import wording

_LEET = str.maketrans({"o": "0", "i": "1", "e": "3", "a": "4", "s": "5"})
_ALIKE = str.maketrans({"l": "I", "I": "l", "o": "0", "O": "0", "m": "rn"})
SYLLABLES = (
    *("ba", "be", "bo", "bri", "cha", "da", "de", "dro", "fi", "fro", "ga", "go", "gri", "ha", "he", "jo", "ka", "ki"),
    *("kro", "la", "le", "lo", "ma", "mi", "mo", "na", "ni", "no", "pa", "pi", "pro", "qua", "ra", "ri", "ro", "sa"),
    *("se", "shi", "ska", "ta", "te", "tho", "tri", "va", "ve", "vi", "vo", "wa", "wi", "xa", "xe", "ya", "za", "zo"),
)


def draw_handle(draw: random.Random) -> str:
    """A new handle. Some are words that others choose too."""
    words = wording().handles
    noun, adjective = draw.choice(words.nouns), draw.choice(words.adjectives)
    made = "".join(draw.choices(SYLLABLES, k=draw.randint(2, 4)))
    form = draw.random()
    if form < 0.03:
        handle = draw.choice(words.plain)
    elif form < 0.35:
        handle = draw.choice(("", "", "_", "-", ".")).join((adjective, noun))
    elif form < 0.5:
        handle = noun + str(draw.choice((draw.randint(1, 99), draw.randint(1, 9999), 420, 24)))
    elif form < 0.65:
        handle = draw.choice(("", "_")).join((made, noun))
    elif form < 0.72:
        handle = draw.choice(("the", "mr", "dr", "Dr", "mister", "lil", "big")) + noun + draw.choice(("", made[:3]))
    else:
        handle = made + draw.choice(("", "", "", str(draw.randint(1, 999))))
    style = draw.random()
    if style < 0.35:
        return handle.title().replace("'", "")
    return handle.upper() if style < 0.42 else handle.translate(_LEET) if style < 0.45 else handle


def variant(draw: random.Random, handle: str) -> str:
    """The handle as its own owner writes it on another market: with a suffix, in other capitals, with other joins."""
    choice = draw.random()
    if choice < 0.5:
        return handle + draw.choice(wording().handles.suffixes)
    if choice < 0.7:
        return handle.swapcase() if handle.islower() else handle.lower()
    if choice < 0.85:
        return handle.replace("_", "").replace("-", "").replace(".", "") + draw.choice(("", "_", "1"))
    return handle.translate(_LEET)


def lookalike(draw: random.Random, handle: str) -> str:
    """A handle that a hasty reader takes for the given one, never the same without regard to case."""
    found = draw.choice(
        (
            handle.translate(_ALIKE),
            handle.lower().translate(_LEET),
            handle + draw.choice(wording().handles.suffixes),
            handle + handle[-1],
            f"_{handle}",
        )
    )
    return found if found.casefold() != handle.casefold() else handle + "_"
