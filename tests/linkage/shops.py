"""Texts of made-up shops: each has words and habits of its own, and much that all shops have."""

import random

_SYLLABLES = ("ba", "do", "ki", "mu", "ra", "ze", "lo", "ti", "ne", "fu", "sha", "gri")
_COMMON = ("best price and quick stealth shipping", "top quality from the source", "order today and enjoy tomorrow")
_FORMS = ("{a} {b} {c} {n}", "{a} {c} {n} {b}", "{n} {a} {c} {b}", "{c} {a} {n}")
_SIGNS = (" -- ", " | ", " *** ", " / ", ", ", " ~ ", "! ", " + ", " : ", " >> ")
_UNITS = ("g", "gr", " grams", "G", " gm", "x")


def shop(seed: int, titles: int = 8) -> list[str]:
    """The titles of the shop of that number, more of the same shop when ``titles`` is larger; the same each time."""
    own = random.Random(seed)
    words = [_word(own) for _ in range(12)]
    form = own.choice(_FORMS).replace(" ", own.choice(_SIGNS), 1).replace("} {", "}" + own.choice(_SIGNS) + "{", 1)
    unit, write = own.choice(_UNITS), own.choice((str, str.upper, str.title))
    made = []
    for number in range(titles):
        rng = random.Random(f"{seed} {number}")
        a, b = map(write, rng.sample(words, 2))
        made.append(form.format(a=a, b=b, c=rng.choice(_COMMON), n=f"{rng.choice((1, 3.5, 7, 28))}{unit}"))
    return made


def _word(rng: random.Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 4)))
