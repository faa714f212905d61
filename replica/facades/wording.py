"""How a facade writes sums, counts, dates and countries, and what a reader can make of that."""

import gettext
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal

import pycountry

from replica.facades.conventions import Conventions
from replica.world.catalogue import places

COINS = frozenset({"BTC", "LTC", "XMR"})
_SYMBOLS = {
    "USD": "$", "EUR": "€", "GBP": "£", "AUD": "A$", "CAD": "C$", "RUB": "₽", "PLN": "zł", "SEK": "kr", "BTC": "฿",
    "LTC": "Ł", "XMR": "ɱ",
}  # fmt: skip
_GROUPS = {"plain": "", "comma": ",", "dot": ".", "space": " "}
_MONTH_DAYS, _YEAR_DAYS = 30, 365


@dataclass(frozen=True, slots=True)
class Wording:
    """A facade's way of writing values; ``now`` is what relative dates count from."""

    style: Conventions
    now: datetime

    def shown(self, amount: Decimal, currency: str) -> Decimal:
        """A sum as exactly as pages write it."""
        places_after = self.style.coin_decimals if currency in COINS else self.style.fiat_decimals
        return amount.quantize(Decimal(1).scaleb(-places_after), ROUND_HALF_UP)

    def money(self, amount: Decimal, currency: str) -> str:
        """A sum with its currency."""
        patterns = self.style.money
        general = "coin" if currency in COINS else "*"
        pattern = patterns.get(currency) or patterns.get(general) or "{amount} {code}"
        symbol = self.style.symbols.get(currency, _SYMBOLS[currency])
        return pattern.format(amount=self.number(self.shown(amount, currency)), code=currency, symbol=symbol)

    def number(self, value: Decimal) -> str:
        """A number with the facade's decimal mark and its mark between thousands."""
        marks = {",": self.style.thousands, ".": self.style.decimal}
        return "".join(marks.get(letter, letter) for letter in f"{value:,f}")

    def count(self, value: int) -> str:
        """A count."""
        if self.style.counts != "short":
            return f"{value:,d}".replace(",", _GROUPS[self.style.counts])
        if value < 1000:
            return str(value)
        return f"{(Decimal(value // 100) / 10).normalize():f}K+"

    def counted(self, value: int) -> int:
        """A count as far as pages state it: of ``1.2K+`` that is 1200."""
        return value // 100 * 100 if self.style.counts == "short" and value >= 1000 else value

    def date(self, moment: datetime, what: Literal["registered", "seen", "posted", "review", "now"]) -> str:
        """A date or time."""
        pattern = self.style.dates.pattern(what)
        if pattern == "relative":
            return self._ago(moment)
        for directive in ("%B", "%b"):
            if self.style.months and directive in pattern:
                month = self.style.months[moment.month - 1]
                pattern = pattern.replace(directive, month if directive == "%B" else month[:3])
        return moment.strftime(pattern)

    def dated(self, moment: datetime, what: Literal["registered", "posted"]) -> datetime | None:
        """A date as far as pages state it; None when they tell only how long ago it was, or not the day."""
        pattern = self.style.dates.pattern(what)
        if "%" not in pattern or not any(day in pattern for day in ("%d", "%-d", "%e", "%c", "%x", "%D", "%F")):
            return None
        if not any(hour in pattern for hour in ("%H", "%-H", "%I", "%-I", "%c", "%X", "%T", "%R")):
            return moment.replace(hour=0, minute=0, second=0, microsecond=0)
        if not any(second in pattern for second in ("%S", "%c", "%X", "%T")):
            return moment.replace(second=0, microsecond=0)
        return moment.replace(microsecond=0)

    def place(self, code: str) -> str:
        """The facade's word for a country code, ``EU`` or ``WW``."""
        fixed = {"WW": self.style.worldwide, "EU": self.style.europe}
        return fixed.get(code) or self.style.places.get(code) or _country(code, self.style.language)

    def place_list(self, codes: Sequence[str]) -> str:
        """Countries as one text; what stands for goods that are not sent when there are none."""
        return self.style.list_mark.join(map(self.place, codes)) if codes else self.style.digital

    def placed(self, codes: Sequence[str]) -> list[str]:
        """The countries that a reader can make of `place_list`."""
        if not codes and self.style.digital:
            return ["WW"] if self.style.digital == self.style.worldwide else []
        return list(codes)

    def destinations(self, codes: Sequence[str], excluded: Sequence[str]) -> str:
        """Where something is sent, with the exceptions where the facade names them in the same breath."""
        text = self.place_list(codes)
        if excluded and self.style.excepting:
            return f"{text} {self.style.excepting} {self.place_list(excluded)}"
        return text

    def _ago(self, moment: datetime) -> str:
        words, passed = self.style.relative, self.now - moment
        minutes, days = int(passed.total_seconds() // 60), passed.days
        spans = (
            (days // _YEAR_DAYS, words.year), (days // _MONTH_DAYS, words.month), (days, words.day),
            (minutes // 60, words.hour), (minutes, words.minute),
        )  # fmt: skip
        for count, (one, many) in spans:
            if count > 0:
                span = words.number.format(count=count, word=one if count == 1 else many)
                return words.pattern.format(span=span)
        return words.now


@cache
def _country(code: str, language: str) -> str:
    """A country's name in a language, after the translations of Debian's iso-codes that pycountry carries."""
    if language == "en" and code in places().countries:
        return places().name(code)
    country = pycountry.countries.get(alpha_2=code)
    assert country is not None, f"{code} is no country of ISO 3166-1"
    name = str(getattr(country, "common_name", country.name))
    if language == "en":
        return name
    return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language]).gettext(name)
