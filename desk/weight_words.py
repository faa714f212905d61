"""Weights and probabilities as a person reads them.

A weight is the base-2 logarithm of a Bayes factor (Fellegi and Sunter, "A Theory for Record Linkage", 1969); a person
is told the factor.
"""

import math
from decimal import ROUND_HALF_EVEN, Decimal

MINUS = "\u2212"

# Factors are said with two digits: the weights are not known any better.
_NAMED = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_GREATEST_BITS = math.log2(1e15)
_HARDLY_BITS = math.log2(1.05)

# Nobody can know more than this of two accounts, whatever the arithmetic says.
_MOST_DIGITS = 9


def bits_text(weight: float) -> str:
    """A weight in bits with its sign and two decimals: ``+22.25``; the minus is the sign, not a hyphen."""
    rounded = round(weight, 2)
    if not rounded:
        return "0.00"
    return f"{'+' if rounded > 0 else MINUS}{abs(rounded):.2f}"


def factor_text(bits: float) -> str:
    """Two to the power of so many bits, whatever their sign: ``about 1,000``, ``about 5 million``."""
    bits = abs(bits)
    if bits >= _GREATEST_BITS:
        return "more than a thousand trillion"
    factor = float(f"{math.exp2(bits):.2g}")
    for size, name in _NAMED:
        if factor >= size:
            return f"about {factor / size:,g} {name}"
    return f"about {factor:,g}"


def likelier(weight: float) -> str:
    """How many times likelier a piece of evidence of so many bits is if one seller runs both accounts, or if two do."""
    if abs(weight) < _HARDLY_BITS:
        return "hardly likelier either way"
    which = "if one seller runs both" if weight > 0 else "if two sellers run them"
    return f"{factor_text(weight)} times likelier {which}"


def odds_text(weight: float) -> str:
    """Odds of so many bits: ``about 10,000 to 1 against``."""
    if abs(weight) < _HARDLY_BITS:
        return "about even"
    return f"{factor_text(weight)} to 1 {'for' if weight > 0 else 'against'}"


def probability_text(probability: float) -> str:
    """A probability from 0 to 1 with the digits that say something: ``0.48``, ``0.99998``, ``0.0001``.

    It is never said to be 0 or 1: beyond nine digits it is ``more than 0.999999999`` or ``less than 0.000000001``.
    """
    far = min(probability, 1 - probability)
    if far < 10**-_MOST_DIGITS:
        least = Decimal(1).scaleb(-_MOST_DIGITS)
        return f"more than {1 - least:f}" if probability > far else f"less than {least:f}"
    # Two digits of the distance to the nearer end, and never fewer than three after the point.
    digits = min(max(3, 1 - math.floor(math.log10(far))), _MOST_DIGITS)
    rounded = Decimal(probability).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    whole, _, decimals = f"{rounded:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0') or '0'}"
