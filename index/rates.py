"""What currencies and coins cost in US dollars, day by day: the workspace's ``rates.csv``.

The operator fills it from published rates (a central bank's for money, an exchange's daily close for coins). Nothing is
fetched and nothing is guessed: without a rate there is no price in dollars.
"""

import csv
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, DecimalException
from pathlib import Path

from nightpost.errors import ConfigurationError

COLUMNS = ["date", "currency", "usd"]

# Banks publish none on weekends and holidays; from the Thursday before Easter to Easter Monday it is 4 days.
_OLDEST_DAYS = 4

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CURRENCY = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_RATE = re.compile(r"\d{1,15}(?:\.\d{1,30})?")


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency cost in US dollars, and on which day it was published."""

    usd: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class Rates:
    """Known rates: for each currency its days in order, and the rate of each."""

    _days: dict[str, list[date]] = field(default_factory=dict)
    _usd: dict[str, list[Decimal]] = field(default_factory=dict)

    @classmethod
    def of(cls, rates: Iterable[tuple[str, Rate]]) -> "Rates":
        """The rates of currencies, in any order; no currency twice on one day."""
        made = cls()
        for currency, rate in sorted(rates, key=lambda one: one[1].day):
            made._days.setdefault(currency, []).append(rate.day)
            made._usd.setdefault(currency, []).append(rate.usd)
        return made

    def rate(self, currency: str, day: date) -> Rate | None:
        """The rate of that day, else the latest of the 4 days before it; None when there is none."""
        days = self._days.get(currency, [])
        at = bisect_right(days, day) - 1
        if at < 0 or (day - days[at]).days > _OLDEST_DAYS:
            return None
        return Rate(self._usd[currency][at], days[at])

    def usd(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """An amount of a currency in US dollars, at the rate of a day; None when there is none. Dollars need none."""
        if currency == "USD":
            return amount
        rate = self.rate(currency, day)
        return None if rate is None else amount * rate.usd


def load_rates(file: Path) -> Rates:
    """Read a file of rates; when there is none, none are known.

    Raises:
        ConfigurationError: a line cannot be used, with its number.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Rates()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read the rates {file}: {error}; mend that first") from error
    rows = csv.reader(text.splitlines(), strict=True)
    rates: dict[tuple[str, date], Rate] = {}
    try:
        if (heading := next(rows, [])) != COLUMNS:
            raise _unusable(file, 1, f"the heading is {','.join(heading)!r}, not {','.join(COLUMNS)}")
        for row in rows:
            if row:
                currency, rate = _read(file, rows.line_num, row)
                if (currency, rate.day) in rates:
                    raise _unusable(file, rows.line_num, f"there is a rate of {currency} on {rate.day} already")
                rates[currency, rate.day] = rate
    except csv.Error as error:
        raise _unusable(file, rows.line_num, str(error)) from error
    return Rates.of((currency, rate) for (currency, _day), rate in rates.items())


def _read(file: Path, line: int, row: list[str]) -> tuple[str, Rate]:
    if len(row) != len(COLUMNS):
        raise _unusable(file, line, f"it has {len(row)} columns, not {','.join(COLUMNS)}")
    day, currency, usd = (cell.strip() for cell in row)
    currency = currency.upper()
    if not _CURRENCY.fullmatch(currency):
        raise _unusable(file, line, f"{currency!r} is no code of a currency, such as EUR or BTC")
    if currency == "USD":
        raise _unusable(file, line, "US dollars need no rate")
    try:
        published = date.fromisoformat(day) if _DAY.fullmatch(day) else None
    except ValueError:
        published = None
    if published is None:
        raise _unusable(file, line, f"{day!r} is no day such as 2019-05-31")
    try:
        rate = Decimal(usd) if _RATE.fullmatch(usd) else Decimal(0)
    except DecimalException:
        rate = Decimal(0)
    if rate <= 0:
        raise _unusable(file, line, f"{usd!r} is no rate above 0, such as 1.1052")
    return currency, Rate(rate, published)


def _unusable(file: Path, line: int, why: str) -> ConfigurationError:
    return ConfigurationError(f"{file} line {line}: {why}; mend the line")
