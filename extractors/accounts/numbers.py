"""Numbers beside a market's name: how many sales the writer has there, and which rating."""

import re

from extractors.accounts.market_context import any_phrase
from extractors.accounts.words import account_words

__all__ = ["BEFORE", "number_at", "numbers_before"]

_WORDS = account_words()
_COUNT = r"(?P<count>\d{1,3}(?:[.,' ]\d{3}){1,2}|\d{1,7}(?:[.,]\d)?)[ ]?(?P<thousands>[kK](?![a-zA-Z]))?[ ]?\+{0,2}"
_DEALS = rf"(?:[ ]?{any_phrase(_WORDS.deal_kinds)}){{0,3}}[ ]?{any_phrase(_WORDS.deals)}(?!\w)"
_SALES = re.compile(rf"{_COUNT}{_DEALS}", re.IGNORECASE)
_SALES_FIRST = re.compile(
    rf"{any_phrase(_WORDS.deals)}[ ]?[:=(-]{{1,2}}[ ]?{_COUNT}(?![\d.,/%])",
    re.IGNORECASE,
)
# Positive, neutral and negative feedback.
_TRIPLE = re.compile(r"(?P<positive>\d{1,6})[ ]?/[ ]?\d{1,5}[ ]?/[ ]?\d{1,5}(?![\d/])")
_RATED = re.compile(
    r"(?P<over>\d{1,3}(?:[.,]\d{1,3})?)[ ]?(?:/|out of|of|von|sur|de)[ ]?(?:5|10|100)(?:[.,]00?)?"
    r"(?![\d.,]\d|/|\d|[ ]?%?[ ]?[A-Za-z]{0,2}\d)[ ]?%?"
    rf"|(?P<percent>\d{{2,3}}(?:[.,]\d{{1,2}})?)[ ]?%(?![ ]?{any_phrase(_WORDS.other_percents)}(?!\w))"
    rf"|(?P<stars>[0-5](?:[.,]\d{{1,2}})?)[ ]?(?:\*|★|⭐|{any_phrase(_WORDS.stars)}(?!\w))"
    rf"|(?P<bare>[345][.,]\d{{1,2}})(?![\d%]|[ ]?{any_phrase(_WORDS.units)}(?!\w))",
    re.IGNORECASE,
)
# A number alone counts sales in brackets, or with a plus: "Dream (2300)", "Empire 500+".
_ALONE = re.compile(
    r"(?P<count>\d{1,3}(?:[.,]\d{3})|\d{2,6})(?P<thousands>[kK](?![a-zA-Z]))?[ ]?"
    r"(?:(?P<plus>\+)|(?=[ ]?[)\]]|[ ]{1,2}\(\d))"
)
# Or in a column of a table, or alone after a colon.
_COLUMN = re.compile(
    r"(?P<count>\d{1,3}(?:[.,]\d{3})|\d{2,6})(?P<thousands>[kK])?(?P<plus>\+?)(?=[ \t]{0,4}(?:[|,;/(]|\.(?!\d)|$|\n))"
)
_BAR_NEXT = re.compile(r"\d{2,6}[ ]{1,2}\|")
_YEAR = re.compile(r"20[12]\d")
_SKIP = re.compile(
    r"(?:[ \t:=@~|*()\[\]{,;><\u2013\u2014\u2192»•★⭐✔+-]|[ \t](?=\n)){0,8}"
    rf"(?:{any_phrase(_WORDS.fillers)}(?!\w)[ \t:=(~@|+-]{{0,5}}){{0,4}}",
    re.IGNORECASE,
)
# Between a number and the name of the market that it belongs to: "3000 sales ON Dream".
BEFORE = re.compile(
    rf"[ \t,:@&|+-]{{1,4}}(?:{any_phrase(_WORDS.before_on)}[ \t]{{1,2}}){{0,3}}"
    rf"{any_phrase(_WORDS.on)}[ \t]{{1,3}}(?:(?:the|old)[ \t]{{1,2}}){{0,2}}$",
    re.IGNORECASE,
)


def number_at(text: str, place: int, limit: int) -> tuple[int | None, float | None, int] | None:
    """The number that stands at a place or after words that lead to it.

    Args:
        text: the text.
        place: where what is known of a market ends so far.
        limit: where the next market's name begins, or the end.

    Returns:
        Sales or None, rating or None, and where the number ends; None when no number is there.
    """
    skip = _SKIP.match(text, place, limit)
    begin = skip.end() if skip else place
    column = any(sign in text[place:begin] for sign in ":|=\t") or _BAR_NEXT.match(text, begin, limit) is not None
    for pattern in (_TRIPLE, _SALES, _SALES_FIRST, _RATED, _ALONE, *((_COLUMN,) if column else ())):
        match = pattern.match(text, begin, limit)
        # "... 300+ sales on NEXT": the number is the next one's.
        if match is None or (
            limit < len(text) and limit - match.end() <= 24 and BEFORE.fullmatch(text, match.end(), limit)
        ):
            continue
        sales, rating = (None, _rating(match)) if pattern is _RATED else (_sales(match), None)
        if sales is not None or rating is not None:
            return sales, rating, match.end()
    return None


def numbers_before(text: str, begin: int, place: int) -> tuple[int | None, float | None]:
    """Sales and rating that stand before a market's name and belong to it: "3000+ sales on", "4.9/5 on"."""
    window = text[max(begin, place - 70) : place].rpartition("\n")[2]
    tail = BEFORE.search(window)
    if tail is None:
        return None, None
    # From the name backwards: what ends right before "on", then what ends right before that.
    end = tail.start()
    matches: list[tuple[int, int, int | None, float | None]] = []
    matches += [(match.start(), match.end(), _sales(match), None) for match in _SALES.finditer(window)]
    matches += [(match.start(), match.end(), None, _rating(match)) for match in _RATED.finditer(window)]
    sales: int | None = None
    rating: float | None = None
    for start, stop, count, score in sorted(matches, key=lambda one: -one[1]):
        if not -4 <= end - stop <= 14:
            continue
        if count is not None and sales is None:
            sales, end = count, start
        elif score is not None and rating is None and stop <= end + 4:
            rating, end = score, start
    return sales, rating


def _sales(match: re.Match[str]) -> int | None:
    if "positive" in match.re.groupindex:
        return int(match["positive"])
    written = match["count"]
    if match.re in {_ALONE, _COLUMN} and _YEAR.fullmatch(written) and not match["plus"]:
        return None
    thousands = bool(match["thousands"])
    if re.fullmatch(r"\d{1,3}(?:[.,' ]\d{3}){1,2}", written):
        return int(re.sub(r"\D", "", written))
    number = float(written.replace(",", "."))
    if thousands:
        number *= 1000
    return int(number) if number == int(number) and 0 < number < 10_000_000 else None


def _rating(match: re.Match[str]) -> float | None:
    written = match["over"] or match["percent"] or match["stars"] or match["bare"]
    rating = float(written.replace(",", "."))
    return rating if rating <= 100 else None
