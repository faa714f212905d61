"""Text as it would be typed plainly: what hides an address from a search is undone, places in the text are kept.

Full-width, circled and mathematical letters become the letters they look like; characters of no width are left out.
"""

import re
import unicodedata
from functools import cache

__all__ = ["PlainText", "plain_text"]

_NO_WIDTH = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_FANCY = re.compile("[\u2100-\u214f\u2460-\u24ff\uff01-\uff5e\U0001d400-\U0001d7ff\U0001f130-\U0001f189]")


class PlainText:
    """A text without disguise, and where each of its characters stands in the text as written."""

    __slots__ = ("_places", "text")

    def __init__(self, text: str, places: list[int] | None = None) -> None:
        self.text = text
        self._places = places

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place, in the text as written, of what stands here."""
        if self._places is None or start >= end:
            return start, end
        return self._places[start], self._places[end - 1] + 1


def plain_text(text: str) -> PlainText:
    """A text without disguise."""
    if text.isascii():
        return PlainText(text)
    text = _FANCY.sub(lambda match: _plain_letter(match.group()), text)
    if _NO_WIDTH.search(text) is None:
        return PlainText(text)
    places = [place for place, letter in enumerate(text) if not _NO_WIDTH.match(letter)]
    return PlainText("".join(text[place] for place in places), places)


@cache
def _plain_letter(letter: str) -> str:
    """The one letter that a letter of another style stands for; itself when it stands for several or none."""
    if "\U0001f130" <= letter <= "\U0001f189":
        return chr(ord("A") + (ord(letter) - 0x1F130) % 0x20) if (ord(letter) - 0x1F130) % 0x20 < 26 else letter
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter
