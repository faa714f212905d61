"""Repeatable randomness: every part of a world draws from a stream of its own, named after what it is for.

So a part that draws once more does not change any other part, and a part can be made late, or never.
"""

import random
from collections.abc import Mapping


def stream(seed: int, *names: object) -> random.Random:
    """The stream of that name; the same seed and names always give the same draws."""
    return random.Random("/".join([str(seed), *map(str, names)]))  # noqa: S311 - practice data has to be repeatable


def weighted(draw: random.Random, weights: Mapping[str, float]) -> str:
    """One of the keys, as often as its weight says."""
    return draw.choices(list(weights), weights=list(weights.values()))[0]
