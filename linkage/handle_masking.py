"""An account's handle taken out of its texts, so that what two accounts write is compared and not how they sign."""

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
# One letter for all that may be written for it, and for what parts letters; a character stays one character.
_AS_ONE = str.maketrans("l10€3@4$578_", "iioeeaasstb ")
_STROKE = re.compile(r"(?<=[^\W_])[!|](?=[^\W_])")
_PAIRS = {"m": "(?:m|rn)", "w": "(?:w|vv)"}
# What may part two letters of a name.
_PARTED = r"[^\w\n]{0,2}"
_APART = re.compile(r"\W+")
_REPEATED = re.compile(r"(\w)\1+")


def mask_handle(text: str, handle: str | None) -> str:
    """A text with a blank in place of each mention of a handle, and of its root without "the", "official" and so on.

    In any case, with marks or spaces between its letters, in look-alike letters, and with digits for letters. Time
    grows linearly with the text.

    Args:
        text: any text, of any length.
        handle: the account's own; None when it has none, which leaves the text as it is.
    """
    written, spelled = _names(handle) if handle else ("", ())
    if not written:
        return text
    read = _as_one(text)
    # To make the pattern takes longer than to see that most texts do not need it.
    bare = _bare(read)
    if written not in read and not any(_bare(form) in bare for form in spelled):
        return text
    parts, place = [], 0
    for found in _pattern(written, spelled).finditer(read):
        parts += [text[place : found.start()], " "]
        place = found.end()
    return "".join([*parts, text[place:]])


@lru_cache(maxsize=1024)
def _names(handle: str) -> tuple[str, tuple[str, ...]]:
    """What is looked for: the handle as written, and its skeleton and root where they are long enough."""
    spelled = {form for form in (skeleton(handle), root(handle)) if len(form) >= _LEAST_SPELLED and form.isalnum()}
    longest_first = sorted(map(_as_one, spelled), key=lambda form: (-len(form), form))
    return _as_one(normal_handle(handle)), tuple(longest_first)


def _as_one(text: str) -> str:
    """A text of the same length, in which all that may be written for a letter is that letter."""
    read = text.lower() if text.isascii() else "".join(map(_read_as, text))
    return _STROKE.sub("i", read).translate(_AS_ONE)


@lru_cache(maxsize=20_000)
def _read_as(letter: str) -> str:
    """A character in small letters without its disguise; itself where it would become several, or nothing."""
    folded = fold(unicodedata.normalize("NFKC", letter))
    return folded if len(folded) == 1 else letter


def _bare(read: str) -> str:
    """Only letters and digits, none repeated: what holds no name here does not hold it in the text."""
    return _REPEATED.sub(r"\1", _APART.sub("", read).replace("rn", "m").replace("vv", "w"))


@lru_cache(maxsize=1024)
def _pattern(written: str, spelled: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join([*map(_spelled, spelled), rf"(?<!\w){re.escape(written)}(?!\w)"]))


def _spelled(form: str) -> str:
    """A pattern for a name: each letter once or more, and between any two of them what parts letters."""
    spelled = _PARTED.join(map(_repeated, form))
    return spelled if len(form) >= _LEAST_INSIDE else rf"(?<!\w){spelled}(?!\w)"


def _repeated(letter: str) -> str:
    written = _PAIRS.get(letter, re.escape(letter))
    return f"{written}(?:{_PARTED}{written})*"
