"""Counts of the n-grams of characters of many texts at once, by their hashes.

The counts are those of scikit-learn's ``HashingVectorizer(analyzer="char", alternate_sign=False, norm=None)``, an order
of magnitude faster: the n-grams are never made. They are hashed where they stand, all of one size in one step, by the
same function (Appleby's MurmurHash3, the 32-bit one, over UTF-8). Only those with a character that is not ASCII, whose
length in bytes differs, are hashed one by one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils import murmurhash3_32

_SPACES = re.compile(r"\s\s+")
_AT_ONCE = 500_000
_FIRST, _SECOND = np.uint32(0xCC9E2D51), np.uint32(0x1B873593)
_LEAST_INT = -(2**31)

_Words = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class CharacterNgrams:
    """Counts n-grams of characters.

    Attributes:
        shortest, longest: how many characters they have.
        n_features: into how many hashes they fall.
    """

    shortest: int
    longest: int
    n_features: int

    def transform(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """How often each text has each n-gram, shape (texts, n_features)."""
        parts = [self._count(part) for part in _parts(_SPACES.sub(" ", text) for text in texts)]
        return sparse.vstack(parts, format="csr") if len(parts) > 1 else parts[0]

    def _count(self, held: list[str]) -> sparse.csr_matrix:
        lengths = np.array([len(text) for text in held], np.int64)
        flat = "".join(held)
        characters = np.frombuffer(flat.encode("utf-32-le", errors="surrogatepass"), np.uint32)
        owner = np.repeat(np.arange(len(held), dtype=np.int32), lengths)
        # How many characters of its text there are from each on.
        left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(characters))
        wide = np.append(0, np.cumsum(characters > 127))
        rows, columns = [], []
        for size in range(self.shortest, self.longest + 1):
            starts = np.flatnonzero(left >= size)
            plain = wide[starts + size] == wide[starts]
            for places, hashes in (
                (starts[plain], _hashes(characters, starts[plain], size)),
                (starts[~plain], _hashes_one_by_one(flat, starts[~plain], size)),
            ):
                rows.append(owner[places])
                columns.append(_folded(hashes, self.n_features))
        place = (np.concatenate(rows), np.concatenate(columns))
        ones = np.ones(len(place[0]), np.float32)
        return sparse.coo_matrix((ones, place), shape=(len(held), self.n_features)).tocsr()


def _parts(texts: Iterable[str]) -> Iterator[list[str]]:
    """The texts in parts of about so many characters, one at least; each character takes 100 bytes for a moment."""
    part: list[str] = []
    held = 0
    for text in texts:
        part.append(text)
        held += len(text)
        if held >= _AT_ONCE:
            yield part
            part, held = [], 0
    yield part


def _hashes(characters: _Words, starts: NDArray[np.int64], size: int) -> NDArray[np.int32]:
    """MurmurHash3 of so many ASCII characters from each start on."""
    hashed = np.zeros(len(starts), np.uint32)
    whole = size - size % 4
    for at in range(0, whole, 4):
        hashed ^= _mixed(_packed(characters, starts + at, 4))
        hashed = _rotated(hashed, 13) * np.uint32(5) + np.uint32(0xE6546B64)
    if size > whole:
        hashed ^= _mixed(_packed(characters, starts + whole, size - whole))
    hashed ^= np.uint32(size)
    hashed ^= hashed >> np.uint32(16)
    hashed *= np.uint32(0x85EBCA6B)
    hashed ^= hashed >> np.uint32(13)
    hashed *= np.uint32(0xC2B2AE35)
    hashed ^= hashed >> np.uint32(16)
    return hashed.view(np.int32)


def _packed(characters: _Words, starts: NDArray[np.int64], size: int) -> _Words:
    """Up to four characters from each start on as one number, the first as its lowest byte."""
    packed = characters[starts]
    for at in range(1, size):
        packed |= characters[starts + at] << np.uint32(8 * at)
    return packed


def _mixed(words: _Words) -> _Words:
    return _rotated(words * _FIRST, 15) * _SECOND


def _rotated(words: _Words, bits: int) -> _Words:
    return (words << np.uint32(bits)) | (words >> np.uint32(32 - bits))


def _hashes_one_by_one(flat: str, starts: NDArray[np.int64], size: int) -> NDArray[np.int32]:
    ngrams = [flat[start : start + size] for start in starts.tolist()]
    return np.fromiter(
        (murmurhash3_32(one.encode("utf-8", errors="surrogatepass")) for one in ngrams), np.int32, len(ngrams)
    )


def _folded(hashes: NDArray[np.int32], number: int) -> NDArray[np.int32]:
    """Hashes as features: the remainder of their absolute value; the one that has none counts as 2 ** 31 - number."""
    folded = np.abs(hashes) % np.int32(number)
    folded[hashes == _LEAST_INT] = (2**31 - number) % number
    return folded.astype(np.int32)
