"""Damaged characters put together again, where it is safe: UTF-8 that was read as Latin-1 or windows-1252.

Bytes that are UTF-8 of two to four bytes are hardly ever anything else; what does not decode is left as it is. The text
keeps its length, so that places in it stay what they are: a letter is followed by `FILL`, which is a letter to patterns
and nothing to `extractors.words.fold`, and another character by blanks. What is left of characters that cannot be put
together again (control characters of Latin-1) becomes blanks.
"""

import re

from extractors.words import FILL

__all__ = ["mended"]

# What windows-1252 has in place of Latin-1's control characters, as those.
_TO_CONTROLS = {
    ord(bytes([byte]).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}
}
_SPECIAL = "".join(map(chr, _TO_CONTROLS))
_LATIN = "[\x80-\xbf]"
_EITHER = f"[\x80-\xbf{_SPECIAL}]"
# Two characters of windows-1252 that stand side by side may be meant ("QUALITÄ\u201c"): only after the two letters that
# begin all of western Europe's are they damage.
_DAMAGE = re.compile(
    f"[\xc2\xc3]{_EITHER}|[\xc4-\xdf]{_LATIN}|[\xe0-\xef]{_LATIN}{{2}}|\xe2{_EITHER}{{2}}|[\xf0-\xf4]{_LATIN}{{3}}|\xf0{_EITHER}{{3}}"
)
_REMAINS = re.compile("[\xa0-\xff]?[\x80-\x9f][\x80-\xff]*")


def mended(text: str) -> str:
    """The text with damaged characters put together again, of the same length."""
    if text.isascii():
        return text
    return _REMAINS.sub(lambda match: " " * len(match.group()), _DAMAGE.sub(_decoded, text))


def _decoded(match: re.Match[str]) -> str:
    damaged = match.group()
    try:
        whole = damaged.translate(_TO_CONTROLS).encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return damaged
    return whole.ljust(len(damaged), FILL) if whole.isalpha() else whole.rjust(len(damaged))
