"""Passages that two accounts share nearly word for word: profiles, terms and descriptions that were carried along.

A passage is a paragraph or a few sentences. Its shingles (three words in a row) make a MinHash, and the MinHash is cut
into bands: two passages that have a band in common are nearly the same (Broder, "On the resemblance and containment of
documents", 1997; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", chapter 3). With 8 bands of 4 a pair
with nine tenths of its shingles in common has a band in common almost always (0.9997), with half of them in two cases
of five.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache

from datasketch import MinHash

SHINGLE = 3
"""Words in a row."""

FEWEST_WORDS = 8
"""A passage of fewer words is a phrase that anybody may write."""

MOST_PASSAGES = 40
"""Of an account with more passages, the first so many are compared."""

MOST_WORDS = 120
"""A passage is cut after so many words, so that a sentence put in shifts only what stands beside it."""

BANDS, ROWS = 8, 4

_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"\n\s*\n|\n(?=\s*[-*•\d])|(?<=[.!?])\s+(?=[^\W\d_])")


def passages(text: str) -> Iterator[str]:
    """The passages of a text, each of `FEWEST_WORDS` words or more; short sentences are taken with what follows."""
    held: list[str] = []
    words = 0
    for part in _BREAK.split(text):
        held.append(part.strip())
        words += len(_WORD.findall(part))
        if words >= FEWEST_WORDS:
            yield " ".join(held)
            held, words = [], 0


def signatures(texts: Iterable[str]) -> dict[int, str]:
    """The signatures of the passages of an account's texts: each band's number, and the passage that it is of."""
    found: dict[int, str] = {}
    for count, passage in enumerate(passage for text in texts for passage in passages(text)):
        if count == MOST_PASSAGES:
            break
        for band in _bands(passage):
            found.setdefault(band, passage)
    return found


def _bands(passage: str) -> list[int]:
    words = [word.casefold() for word in _WORD.findall(passage)[:MOST_WORDS]]
    sketch = _empty().copy()
    sketch.update_batch(
        [" ".join(words[at : at + SHINGLE]).encode(errors="replace") for at in range(len(words) - SHINGLE + 1)]
    )
    digests = sketch.digest()
    return [number_of(band.to_bytes() + digests[band * ROWS : (band + 1) * ROWS].tobytes()) for band in range(BANDS)]


@cache
def _empty() -> MinHash:
    """A sketch of nothing; its permutations are dear to make."""
    return MinHash(num_perm=BANDS * ROWS, seed=1)


def number_of(content: bytes) -> int:
    """A signed 64-bit number that stands for some bytes: BLAKE2b, so that nobody finds two with the same by chance."""
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big", signed=True)
