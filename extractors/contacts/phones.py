"""Telephone numbers: with a country code anywhere, without one only where a word and a country say what they are."""

import re
from collections.abc import Iterator
from functools import cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

from extractors.contacts.words import Contacted, any_of, contact_words

__all__ = ["phones"]

_INTERNATIONAL = re.compile(r"(?<![\w+])(?:\+|\(\+)[ ]?\d(?:[ ().\u2010-\u2015/-]{0,3}\d){6,14}(?!\d)")
_NATIONAL = re.compile(r"(?<![\w+.,/-])\(?\d(?:[ ().\u2010-\u2015/-]{0,2}\d){6,14}(?![\d%]|[.,]\d)")
# How people of North America write theirs, which so needs no country beside it.
_AMERICAN = re.compile(r"\(?[2-9]\d\d\)?[ .-]{1,2}[2-9]\d\d[ .-]\d{4}")
_CUE_WIDTH = 32
# Before numbers of parcels and goods.
_NOT_CALLED = re.compile(r"track|order|batch|stamp|invoice|\bcas\b|icq")
# Numbers of services and helplines are nobody's contact.
_OWN = frozenset({
    PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.VOIP,
})  # fmt: skip


def phones(text: str, lower: str) -> Iterator[Contacted]:
    """The telephone numbers of a text, as E.164; ``lower`` is the text in lower case."""
    done: list[tuple[int, int]] = []
    if "+" in text:
        for match in _INTERNATIONAL.finditer(text):
            number = _parsed(match.group().replace("(+", "+"), None)
            if number is not None:
                done.append(match.span())
                yield from _contacts(text, match.start() + match.group().index("+"), match.end(), number)
    if not any(cue in lower for cue in contact_words().phone_cues):
        return
    regions: list[str] | None = None
    for match in _NATIONAL.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in done) or not _called(text, match.start()):
            continue
        if regions is None:
            regions = _regions(text)
        digits = match.group()
        tried = ["US", *regions] if _AMERICAN.fullmatch(digits) else regions
        if digits.startswith("00"):
            number = _parsed("+" + digits[2:], None)
        else:
            number = next((read for region in tried if (read := _parsed(digits, region))), None)
        if number is not None and phonenumbers.number_type(number) in _OWN:
            yield from _contacts(text, match.start(), match.end(), number, confidence=0.7)


def _parsed(digits: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _contacts(text: str, start: int, end: int, number: PhoneNumber, confidence: float = 0.9) -> Iterator[Contacted]:
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    data = {"region": phonenumbers.region_code_for_number(number)}
    said = text[max(0, start - _CUE_WIDTH) : start].lower().rpartition("\n")[2]
    signal = _signal_cue().search(said)
    after = text[end : end + 12].lower()
    if signal or re.match(r"[ ]{0,2}(?:[(\[]|on )[ ]?signal", after):
        yield Contacted("signal", start, end, value, confidence, data)
        # "Signal/WhatsApp: +44 ...": a number that is on both is a telephone's too.
        if not (signal and ("whats" in said or " wa" in said)):
            return
    yield Contacted("phone", start, end, value, confidence, data)


@cache
def _signal_cue() -> re.Pattern[str]:
    words = contact_words()
    between = any_of({*words.links, *words.phone_cues, "or", "and", "no", "app", "telegram"})
    return re.compile(rf"(?<!\w)signal(?!\w)[^\w\n]{{0,6}}(?:{between}(?!\w)[^\w\n]{{0,6}}){{0,4}}$")


@cache
def _phone_cue() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(contact_words().phone_cues)}(?!\w)[^\n]{{0,16}}$")


def _called(text: str, start: int) -> bool:
    """Whether a word of telephones stands before a number in its line, and none of parcels' numbers."""
    said = text[max(0, start - _CUE_WIDTH) : start].lower().rpartition("\n")[2]
    return _phone_cue().search(said) is not None and _NOT_CALLED.search(said) is None


@cache
def _region_words() -> tuple[re.Pattern[str], dict[str, str]]:
    regions = {name: code for code, names in contact_words().phone_regions.items() for name in names}
    return re.compile(rf"(?<!\w){any_of(regions)}(?!\w)"), regions


def _regions(text: str) -> list[str]:
    """The countries that a text names, in order; "us" in small letters is a word."""
    pattern, regions = _region_words()
    lower = text[:20_000].lower()
    found = [
        regions[re.sub(r" +", " ", match.group())]
        for match in pattern.finditer(lower)
        if match.group() != "us" or text[match.start() : match.end()] == "US"
    ]
    return list(dict.fromkeys(found))
