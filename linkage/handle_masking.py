"""An account's handle taken out of its texts: what two accounts write is compared, not the names that they sign with."""

import re
import unicodedata
from functools import lru_cache

from index.analysis import fold
from linkage.handles import normal_handle, root, skeleton

__all__ = ["mask_handle"]

# A name of fewer letters and digits is part of too many words to be taken out of the midst of one.
_LEAST_INSIDE = 6
# A name of fewer is only taken out as it is written.
_LEAST_SPELLED = 3
# What letters of a skeleton may be written as, besides by repeating them.
_WRITTEN = {
    "o": "[o0]", "i": "[il1!|]", "e": "[e3€]", "a": "[a4@]", "s": "[s5$]", "t": "[t7]", "b": "[b8]",
    "m": "(?:m|rn)", "w": "(?:w|vv)",
}  # fmt: skip
# What may part two letters: no sign that stands for a letter, so that there is one way only to read a text.
_PARTED = r"(?:[^\w@€$!|\n]|_){0,2}"


def mask_handle(text: str, handle: str | None) -> str:
    """A text with a blank in place of each mention of a handle, and of its root without "the", "official" and so on.

    In any case, with marks or spaces between its letters, in look-alike letters, and with digits for letters. Time
    grows linearly with the text.

    Args:
        text: any text, of any length.
        handle: the account's own; None when it has none, which leaves the text as it is.
    """
    names = _names(handle) if handle else ()
    if not names or not text:
        return text
    pattern = _pattern(names)
    read = text.lower() if text.isascii() else "".join(map(_read_as, text))
    parts, place = [], 0
    for found in pattern.finditer(read):
        parts += [text[place : found.start()], " "]
        place = found.end()
    return "".join([*parts, text[place:]])


def _names(handle: str) -> tuple[str, ...]:
    """What is looked for: the handle as written, its skeleton and its root, the longest first."""
    written = "".join(map(_read_as, normal_handle(handle)))
    spelled = {form for form in (skeleton(handle), root(handle)) if len(form) >= _LEAST_SPELLED and form.isalnum()}
    return (written, *sorted(spelled, key=lambda form: (-len(form), form))) if written else ()


@lru_cache(maxsize=1024)
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    written, *spelled = names
    return re.compile("|".join([*map(_spelled, spelled), rf"(?<!\w){re.escape(written)}(?!\w)"]))


def _spelled(form: str) -> str:
    """A pattern for a skeleton: each letter once or more, and between any two of them what parts letters."""
    spelled = _PARTED.join(map(_repeated, form))
    return spelled if len(form) >= _LEAST_INSIDE else rf"(?<![^\W_]){spelled}(?![^\W_])"


def _repeated(letter: str) -> str:
    written = _WRITTEN.get(letter, re.escape(letter))
    return f"{written}(?:{_PARTED}{written})*"


@lru_cache(maxsize=20_000)
def _read_as(letter: str) -> str:
    """A character in small letters without its disguise; itself where it would become several, or nothing."""
    folded = fold(unicodedata.normalize("NFKC", letter))
    return folded if len(folded) == 1 else letter
