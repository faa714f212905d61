"""The features of a text's words: the word, runs of three to five of its letters, and the word after it.

All are hashed into a fixed number of buckets (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning",
2009), so that the model holds no text and needs no list of words.
"""

from collections.abc import Sequence
from typing import Final
from zlib import crc32

from extractors.words import Piece

__all__ = ["BUCKETS", "GAP", "pair_buckets", "shapes", "word_buckets"]

BUCKETS: Final = 1 << 16
# Stands where a name was left out, in training, so that what is around a name is learned without it.
GAP: Final = "\0"
_SHORTEST, _LONGEST = 3, 5
# Of a run of letters without end, the first say enough.
_LETTERS = 24


def shapes(words: Sequence[Piece], *, left_out: Sequence[tuple[int, int]] = ()) -> list[str]:
    """The folded words of a text; words inside a range that is left out become one `GAP`.

    Args:
        words: the text's pieces.
        left_out: ranges of characters.
    """
    kept: list[str] = []
    for word in words:
        if any(word.start < end and start < word.end for start, end in left_out):
            if not kept or kept[-1] != GAP:
                kept.append(GAP)
        else:
            kept.append(word.text[:_LETTERS])
    return kept


def word_buckets(word: str) -> list[int]:
    """The buckets of a word's own features."""
    if word == GAP:
        return []
    if word.isdigit():
        return _hashed([f"digits {len(word)}", f"number {word}"])
    framed = f"<{word}>"
    runs = [
        framed[start : start + length]
        for length in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(framed) - length + 1)
    ]
    return _hashed([f"word {word}", *runs])


def pair_buckets(first: str, second: str) -> list[int]:
    """The buckets of two words that follow each other; a number also counts by how long it is."""
    if first.isdigit():
        return _hashed([f"pair {first} {second}", f"counted {len(first)} {second}"])
    return _hashed([f"pair {first} {second}"])


def _hashed(features: Sequence[str]) -> list[int]:
    return [crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS for feature in features]
