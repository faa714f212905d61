"""How a market's addresses are built: which words are fixed, and which stand for a listing, an account, a number."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

from extractors.induction.units import components, path_word
from extractors.induction.words import cue_words

# A word with so many ways on from it is the market's, unless others beside it lead on alike; others are names.
_WAYS_ON = 3
_FEW_NAMES = 3
# What comes later in an address is told by itself alone.
_MOST_PARTS = 16
# Of the words that may follow one, so many are compared.
_MOST_COMPARED = 200
_NUMBER = re.compile(r"^\d+$")
_WORD_AND_NUMBER = re.compile(r"^([A-Za-z]{2,}[-_])\d{2,}(\.[a-z]{2,5})?$")
_CODE = re.compile(r"^(?=.*\d)[A-Za-z0-9_-]{8,}$|^[0-9a-f]{12,}$")
_SEPARATORS = re.compile(r"([/?&=#;]+)")


@dataclass(slots=True)
class _Node:
    below: set[tuple[str, ...]] = field(default_factory=set)
    children: "dict[str, _Node]" = field(default_factory=dict)

    def some_children(self) -> "Iterator[_Node]":
        """So many of the words that may follow that more would tell nothing new."""
        return islice(self.children.values(), _MOST_COMPARED)


class Addresses:
    """All the addresses of a market's pages, to tell fixed words from names."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._root = _Node()
        for path in dict.fromkeys(paths):
            parts = components(path)[:_MOST_PARTS]
            node = self._root
            for place, part in enumerate(parts):
                node.below.add(tuple(map(_kind_of_word, parts[place:])))
                node = node.children.setdefault(part, _Node())
            node.below.add(())
        self._shapes: dict[str, str] = {}

    def shape(self, path: str) -> str:
        """An address with ``*`` for names and ``#`` for numbers: "/u/*", "/welcome?action=show&listing=#"."""
        known = self._shapes.get(path)
        if known is None:
            known = self._shapes[path] = self._shape(path)
        return known

    def _shape(self, path: str) -> str:
        node: _Node | None = self._root
        parts = iter(components(path))
        built = []
        for piece in _SEPARATORS.split(path):
            if not piece or _SEPARATORS.fullmatch(piece):
                built.append(piece)
                continue
            part = next(parts, piece)
            # A word stays as it is written: what a selector looks for in links is not decoded either.
            built.append(_numbered(part) or ("*" if self._is_name(part, node) else piece))
            node = node.children.get(part) if node is not None else None
        return "".join(built)

    def _is_name(self, part: str, node: _Node | None) -> bool:
        if _CODE.match(part):
            return True
        child = node.children.get(part) if node is not None else None
        if node is None or child is None or path_word(part) in _path_words():
            return False
        if len(child.below) < _WAYS_ON:
            # At the root stand the market's own words, and names only where they lead on.
            few = sum(1 for other in node.some_children() if len(other.below) < _WAYS_ON)
            return few > _FEW_NAMES and (node is not self._root or len(child.below) > 1)
        # Names lead on alike: /user/bob/key and /user/bob/feedback, /user/eve/key and /user/eve/feedback.
        alike = sum(1 for other in node.some_children() if len(other.below & child.below) * 2 > len(child.below))
        return alike > _FEW_NAMES


@cache
def _path_words() -> frozenset[str]:
    """Words that addresses are made of, however few ways they lead on: "/?act=item&id=7" beside "/?act=help"."""
    words = cue_words()
    known = words.account_paths | words.category_paths | words.listing_paths | words.page_paths | words.contact_paths
    return known | words.link_words


def _kind_of_word(part: str) -> str:
    return _numbered(part) or ("*" if _CODE.match(part) else part)


def _numbered(part: str) -> str | None:
    """A number as "#", also one behind a word: "offer-20996.html" is "offer-#.html"."""
    if _NUMBER.match(part):
        return "#"
    found = _WORD_AND_NUMBER.match(part)
    return f"{found[1]}#{found[2] or ''}" if found else None


def pattern_of(shape: str) -> str:
    """A layout's pattern of links for a shape."""
    pieces = re.split(r"([*#])", shape)
    written = "".join({"*": r"[^/?&=#]+", "#": r"\d+"}.get(piece, re.escape(piece)) for piece in pieces)
    return f"^{written}$"


def words_of(shape: str) -> list[str]:
    """The words of a shape, to be looked up."""
    return [path_word(part) for part in re.split(r"[/?&=#*;]+", shape) if part]


def literal_of(shape: str) -> str:
    """The part of a shape that is in every address of it and tells it from others: its longest fixed part."""
    return max(re.split(r"[*#]", shape), key=len)
