"""What was found, marked in the text that a vendor wrote, for a terminal."""

import re
from collections.abc import Sequence
from itertools import pairwise

from rich.text import Text

from desk.terminal import visible
from index.excerpts import Fragment

__all__ = ["marked"]

MARK = "bold underline"
_ELLIPSIS = " \u2026 "
_BLANKS = re.compile(r"[ \n\r\t]+")


def marked(fragments: Sequence[Fragment], *, width: int | None = None, style: str = "") -> Text:
    """Excerpts of one text as a line to look at, what was found in them marked.

    Args:
        fragments: of one text, in any order; they are shown in the order of the text, an ellipsis between them.
        width: cut to so many cells of the terminal; None leaves it as it is.
        style: of what is not marked.

    Controls and formats are written out, never obeyed, and nothing is read as markup.
    """
    line = Text(style=style)
    in_order = sorted(fragments, key=lambda fragment: fragment.start)
    for before, fragment in pairwise([None, *in_order]):
        assert fragment is not None
        if fragment.start > (before.end if before else 0):
            line.append(_ELLIPSIS if before else _ELLIPSIS.lstrip())
        _append(line, fragment)
    if in_order and in_order[-1].more:
        line.append(_ELLIPSIS.rstrip())
    if width is not None:
        line.truncate(width, overflow="ellipsis")
    return line


def _append(line: Text, fragment: Fragment) -> None:
    at = 0
    for start, end in fragment.spans:
        line.append(_shown(fragment.text[at:start]))
        line.append(_shown(fragment.text[start:end]), MARK)
        at = end
    line.append(_shown(fragment.text[at:]))


def _shown(text: str) -> str:
    return visible(_BLANKS.sub(" ", text))
