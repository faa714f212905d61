"""Regular expressions of a layout, which meet what vendors wrote: compiled once, and bounded in what they may cost.

Python's `re` cannot be stopped. So what a pattern may cost is told from the pattern (`extractors.pattern_cost`): one
that may take exponential time is refused with the layout, and one whose steps grow with a power of the text's length
looks at no more of a text than keeps them within `_MOST_STEPS`.
"""

import re
from functools import lru_cache

from extractors.pattern_cost import degree_of

# Some 10 to 50 ns each: one search that meets the worst text ends within a second.
_MOST_STEPS = 20_000_000
# However cheap the pattern: no field of a real page is looked for in more.
_MOST_TEXT = 20_000


class BoundedPattern:
    """A pattern that looks at no more of a text than it can be made to take long over.

    Attributes:
        most: the characters that it looks at.
        groups: the groups that it has.
    """

    __slots__ = ("_pattern", "groups", "most")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern = re.compile(pattern, flags)
        self.groups = self._pattern.groups
        self.most = min(_MOST_TEXT, int(_MOST_STEPS ** (1 / degree_of(pattern, flags))))

    def search(self, text: str) -> re.Match[str] | None:
        """The first place where the pattern matches, in as much of the text as it looks at."""
        return self._pattern.search(text, 0, self.most)

    def split(self, text: str) -> list[str]:
        """The pieces of a text between the places where the pattern matches."""
        return [piece or "" for piece in self._pattern.split(text[: self.most])]


@lru_cache(maxsize=4096)
def bounded(pattern: str, flags: int = 0) -> BoundedPattern:
    """The pattern, compiled.

    Raises:
        re.error: it is no regular expression.
        ExponentialError: what it may cost cannot be bounded.
    """
    return BoundedPattern(pattern, flags)
