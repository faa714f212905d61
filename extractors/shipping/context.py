"""What stands before and after a place, brought to one form: words in small letters, one space, marks as words.

``|`` is where something else begins: an end of a sentence, a decoration, a line. What is read before and after a place
ends there, so that no pattern reads over it.
"""

import re
import unicodedata
from typing import NamedTuple

__all__ = ["Context", "context_of", "normal"]

_BEFORE = 140
_AFTER = 90
_MARKS = str.maketrans(
    {
        **dict.fromkeys('*~#"^!?;\n\r<\u2022\u00b7\u25ba\u25cf\u2605\u2606\u2714\u2713', "|"),
        **dict.fromkeys("{[", "("),
        **dict.fromkeys("}]", ")"),
        **dict.fromkeys("=>\u2192\u279c\u21d2\uff1a", ":"),
        **dict.fromkeys("\u2019\u2018`\xb4", "'"),
        **dict.fromkeys("\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\t\u00a0\u202f\u200b\ufe0f", " "),
        "\\": "/",
        "\u0142": "l",
        "\xf8": "o",
        "\xdf": "ss",
    }
)
# Numbers with what joins them ("1-3", "2.5"), words, arrows, runs of marks, wide gaps, single marks.
_TOKEN = re.compile(
    r"\d+(?:[.,/-]\d+)+|[^\W_]+(?:'[^\W_]+)*|-{1,3}:|[-/.+:]{2,}|_+| {3,}(?=[^\s:(-])|\.(?=[\s|)(,]|\Z)|[,:()+&/|$%-]"
)
# Dots that lead the eye to a number: "NL/DE ....... 2-3 days".
_LEADER = re.compile(r"(?<![._\u2026])[._\u2026]{3,60}(?=[ \t]{0,3}\d)")
_UNDERSCORE = re.compile(r"(?<![\W_])_(?![\W_])")
_HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
# After these a full stop ends no sentence.
_ABBREVIATIONS = frozenset({"excl", "exc", "exl", "incl", "eg", "g", "approx", "ca", "no", "max", "min", "est"})
# Capitals that stand alone where a text was damaged, and all other marks.
_STRAY = re.compile("(?<![^\\W\\d_])(?:[\xc0-\xdf\xe6][\xc0-\xff]{0,8}|[\u0100-\u02af])(?![^\\W\\d_])")
_OTHER = re.compile(r"[^\w\s'|,:()+&/.$%-]")


class Context(NamedTuple):
    """The words around a place: ``before`` ends with a space, ``after`` begins with one; a ``|`` is an end."""

    before: str
    after: str


def context_of(text: str, start: int, end: int, heading: str = "") -> Context:
    """The context of the characters from ``start`` to ``end``.

    Args:
        text: the text.
        start: the first character of the place.
        end: the character after the last.
        heading: what to read before instead of the text.
    """
    begin = max(0, start - _BEFORE)
    head = heading or ("|" if begin == 0 else "") + text[begin:start]
    before = normal(head)
    bar = before.rfind("|")
    before = f" {before[bar:].strip()} " if bar >= 0 else f" {before.strip()} "
    tail = text[end : end + _AFTER] + ("|" if end + _AFTER >= len(text) else "")
    after = normal(tail)
    bar = after.find("|")
    after = f" {after[: bar + 1].strip()} " if bar >= 0 else f" {after.strip()} "
    return Context(before, after)


def normal(text: str) -> str:  # noqa: C901, PLR0912 - one step for each mark, skipped where it is not there
    """A piece of text in the form in which cues are looked for."""
    if not text.isascii():
        text = _STRAY.sub("|", text)
    if "..." in text or "___" in text or "\u2026" in text:
        text = _LEADER.sub(" : ", text)
    text = text.translate(_MARKS)
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = _OTHER.sub("|", "".join(mark for mark in decomposed if not unicodedata.combining(mark)))
    text = text.lower()
    if "-" in text:
        text = _HYPHEN.sub(" ", text)
    if "_" in text:
        text = _UNDERSCORE.sub(" ", text)
    if "&" in text:
        text = text.replace("p&p", "pnp").replace("p & p", "pnp")
    words: list[str] = []
    for word in _TOKEN.findall(text):
        if word[0] == ".":
            if not words or len(word) > 1 or words[-1] not in _ABBREVIATIONS:
                words.append("|")
        elif word[0] in " _":
            words.append("|")
        elif len(word) > 1 and word[0] in "-/+:":
            words.append(":" if word[-1] == ":" and word[0] == "-" else "|")
        elif word.startswith("n'"):
            # French "n'exp\xe9dions pas".
            words += ["ne", word[2:]]
        else:
            words.append(word)
    return " ".join(words)
