"""Keys that a text names by their digits: fingerprints, written in groups or not, and ids of 16 or 8 digits."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words
from extractors.phrases import one_of

__all__ = ["KeyCues", "NamedKey", "find_named_keys", "load_key_cues"]

# Two digits at a time, so that groups of two and of four are read alike; which they are is looked at afterwards.
_GAP = r"[ \t\xa0:.\-\n]{0,3}"
_FINGERPRINT = re.compile(
    rf"(?<![0-9A-Za-z])(?:0[xX])?((?:[0-9A-Fa-f]{{2}}{_GAP}){{19}}[0-9A-Fa-f]{{2}}(?:(?:{_GAP}[0-9A-Fa-f]{{2}}){{12}})?)"
    r"(?![0-9A-Za-z])"
)
# Groups of four in upper case are so much a fingerprint's look that no word is needed.
_GROUPS = re.compile(r"[0-9A-F]{4}[ \xa0]{1,2}[0-9A-F]{4}[ \xa0]{1,2}[0-9A-F]{4}[ \xa0]{1,2}[0-9A-F]{4}")
_WINDOW = 60
_AFTER = 30
_GROUP = re.compile(r"[0-9A-Fa-f]+")

_EIGHT = re.compile(r"[0-9A-Fa-f]{8}")
_ID = r"(0[xX])?([0-9A-Fa-f]{16}|[0-9A-Fa-f]{8})(?![0-9A-Za-z])"
# As GnuPG lists keys: "pub   rsa4096/0x0123456789ABCDEF", "pub  2048R/01234567".
_LISTED = re.compile(rf"(?<!\w)(?:pub|sec|sub|ssb)[ \t]{{1,4}}(?:[a-z]{{2,8}})?\d{{3,5}}[A-Za-z]?/{_ID}")
_LOOKUP = re.compile(rf"pks/lookup\?[^\s]{{0,40}}?search={_ID}", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?<!\w)(?:pgp|gpg|openpgp)(?:[ \t]{{1,2}}(?:public|pub|key|is|my)){{0,3}}\W{{1,4}}{_ID}", re.IGNORECASE
)


class KeyCues(BaseModel):
    """``cues.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: dict[str, str]
    fingerprint: list[str]
    other: list[str]
    key_id: list[str]


class NamedKey(NamedTuple):
    """Digits that name a key; ``value`` is in upper case, without anything between."""

    kind: Literal["fingerprint", "key_id"]
    start: int
    end: int
    value: str
    confidence: float


@cache
def load_key_cues() -> KeyCues:
    """The words of the package."""
    return read_words(Path(__file__).with_name("cues.yaml"), KeyCues)


class _Patterns(NamedTuple):
    cue: re.Pattern[str]
    stems: tuple[str, ...]
    key_id: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    words = load_key_cues()
    return _Patterns(
        cue=re.compile(
            rf"(?<!\w)(?:(?P<key>{one_of(words.fingerprint)})|(?P<other>{one_of(words.other)}))(?!\w)",
            re.IGNORECASE,
        ),
        stems=tuple(_stems((*words.fingerprint, *words.key_id, "pub ", "sec ", "pks/lookup"))),
        key_id=re.compile(rf"(?<!\w)(?:{one_of(words.key_id)})\W{{1,8}}(?:is\W{{1,3}})?{_ID}", re.IGNORECASE),
    )


def _stems(phrases: Iterable[str]) -> list[str]:
    """The phrases that hold none of the others: where one of all stands, one of these does."""
    kept: list[str] = []
    for phrase in sorted(phrases, key=len):
        if not any(one in phrase for one in kept):
            kept.append(phrase)
    return kept


def find_named_keys(text: str) -> list[NamedKey]:
    """The fingerprints and ids of keys in prose, in order."""
    # Nearly no text names a key: that is told by the cheapest search there is.
    lower = text.lower()
    if not any(stem in lower for stem in _patterns().stems) and not _GROUPS.search(text):
        return []
    found = list(_fingerprints(text))
    taken = [(one.start, one.end) for one in found]
    found += [one for one in _ids(text) if not any(start <= one.start < end for start, end in taken)]
    return sorted(found, key=lambda one: one.start)


def _fingerprints(text: str) -> Iterator[NamedKey]:
    for match in _FINGERPRINT.finditer(text):
        groups = _GROUP.findall(match.group(1))
        sizes = {len(group) for group in groups}
        # People part digits evenly, or by fours here and there: anything else is numbers that stand side by side.
        if len(sizes) > 1 and any(size % 4 for size in sizes):
            continue
        digits = "".join(groups)
        grouped = sizes == {4}
        if digits.isdigit() or len(set(digits.upper())) < 4:
            continue
        cue = _nearest_cue(text, match.start(), match.end())
        if cue == "key":
            yield NamedKey("fingerprint", match.start(), match.end(), digits.upper(), 0.95 if grouped else 0.9)
        elif cue is None and grouped and len(digits) == 40 and digits == digits.upper():
            yield NamedKey("fingerprint", match.start(), match.end(), digits, 0.8)


def _nearest_cue(text: str, start: int, end: int) -> str | None:
    """Which kind of word stands nearest before, or else right after."""
    before = [match.lastgroup for match in _patterns().cue.finditer(text, max(0, start - _WINDOW), start)]
    if before:
        return before[-1]
    after = _patterns().cue.search(text, end, end + _AFTER)
    return after.lastgroup if after and "\n" not in text[end : after.start()] else None


def _ids(text: str) -> Iterator[NamedKey]:
    if not _EIGHT.search(text):
        return
    seen: set[int] = set()
    for pattern, sure in ((_LISTED, True), (_LOOKUP, True), (_patterns().key_id, True), (_NAMED, False)):
        for match in pattern.finditer(text):
            prefixed, digits = match.group(1), match.group(2).upper()
            start = match.start(1) if prefixed else match.start(2)
            # Eight digits without "0x" are a number to most: they need a letter among them, and a word for an id.
            vague = len(digits) == 8 and not prefixed and (not sure or digits.isdigit() or digits.isalpha())
            if start in seen or vague or (digits.isdigit() and not prefixed and not sure):
                continue
            seen.add(start)
            yield NamedKey("key_id", start, match.end(), digits, 0.8 if len(digits) == 16 else 0.6)
