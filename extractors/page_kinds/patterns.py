"""Shapes of text that say what a page holds in any language: sums of money, dates, shares, masked names, PGP blocks."""

import re

# What stands at a sum: signs, codes of money and of coins, and words (the Russian one for roubles in escapes).
_SIGN = r"(?:[$€£¥₽₿฿₴]|(?:US|AU|CA|A|C)\$)"
_CODE = (
    r"(?:USDT?|EUR|GBP|AUD|CAD|CHF|RUB|BRL|SEK|NOK|DKK|PLN|CZK|m?BTC|XMR|LTC|ETH|BCH|DASH|euros?|dollars?"
    r"|\u0440\u0443\u0431\w*|reais|z\u0142|K\u010d|kr)"
)
_NUMBER = r"\d[\d.,' \u00a0]*"
_MONEY = re.compile(
    rf"{_SIGN}\s?{_NUMBER}|{_NUMBER}\s?{_SIGN}|\b{_CODE}:?\s?{_NUMBER}|{_NUMBER}\s?{_CODE}\b", re.IGNORECASE
)
# A sum is often cut in two elements: "USD" and "12.50".
_MONEY_START = re.compile(rf"(?:{_SIGN}|\b{_CODE}):?\s*\Z", re.IGNORECASE)
_MONEY_END = re.compile(rf"\s*(?:{_SIGN}|{_CODE}\b)", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"\s*\d[\d.,']*\s*\Z")

_MONTH = (
    r"(?:jan|feb|mar|m[aä]r|apr|may|mai|maj|mag|mei|jun|jul|aug|ago|ao[uû]|sep|set|oct|okt|out|ott|nov|dec|dez|dic|d[eé]c"
    r"|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек)\w{0,8}\.?"
)
_UNIT = (
    r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?"
    r"|heures?|jours?|semaines?|mois|ans?|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|a[nñ]os?|minuti|or[ae]|giorn[oi]"
    r"|settiman[ae]|mes[ei]|ann[oi]|uur|uren|dag(?:en)?|weken|week|maanden?|jaar|минут\w*|час\w*|дн\w*|день|недел\w*"
    r"|месяц\w*|год\w*|лет|dias?|anos?)"
)
_DATE = re.compile(
    rf"\b(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s(?:de\s)?{_MONTH}(?:\sde)?,?\s\d{{4}}|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}"
    rf"|\d{{1,3}}\s{_UNIT}\s(?:ago|fa|geleden|назад|atr[aá]s)|(?:vor|il y a|hace|h[aá])\s(?:\w+\s)?\d{{1,3}}\s{_UNIT})",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_PERCENT = re.compile(r"\d\s?%")
# "p***k", "a**": how markets show who bought.
_MASKED = re.compile(r"(?<![\w*])\w{1,3}\*{2,}\w{0,3}(?![\w*])")
_STARS = re.compile(r"[★☆⭐]|\b[0-5](?:[.,]\d{1,2})?\s?/\s?5(?:[.,]0+)?\b|\([0-5][.,]\d{1,2}\)")
_STAR_SIGNS = frozenset("★☆⭐/(")
# "(1 335)", "[44365]", or a bare number: what stands beside a category.
_COUNT = re.compile(r"[(\[]?\d{1,3}(?:[., ]?\d{3})*[)\]]?\Z")
_LONGEST_READ = 300

# The shape of a text with an OpenPGP block in it; it has one of the shapes of `_PGP_BLOCKS` as well.
PGP = "pgp"
_PGP_BEGIN = "-----BEGIN PGP"
_PGP_BLOCKS = {
    "-----BEGIN PGP PUBLIC KEY": "public key",
    "-----BEGIN PGP MESSAGE": "pgp message",
    "-----BEGIN PGP SIGNED": "signed",
}


def shapes(text: str, before: str) -> tuple[str, ...]:
    """The shapes of a text: money, date, percent, number, masked, stars, or those of OpenPGP blocks alone.

    Args:
        text: without space around.
        before: the end of the text before it, which a sum may begin in.
    """
    if _PGP_BEGIN in text:
        return (PGP, *(name for begin, name in _PGP_BLOCKS.items() if begin in text))
    short = text[:_LONGEST_READ]
    found = []
    if "**" in short and _MASKED.search(short):
        found.append("masked")
    if not _STAR_SIGNS.isdisjoint(short) and _STARS.search(short):
        found.append("stars")
    counted = _DIGIT.search(short) is not None
    if _is_sum(short, before, counted=counted):
        found.append("money")
    if counted:
        if _DATE.search(short):
            found.append("date")
        if _PERCENT.search(short):
            found.append("percent")
        if _COUNT.match(short):
            found.append("number")
    return tuple(found)


def _is_sum(text: str, before: str, *, counted: bool) -> bool:
    if not counted:
        return bool(_PLAIN_NUMBER.match(before) and _MONEY_END.match(text))
    return bool(_MONEY.search(text) or (_PLAIN_NUMBER.match(text) and _MONEY_START.search(before)))
