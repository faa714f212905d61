"""Dates that are typed on the command line."""

from datetime import datetime

import typer

from desk.rooms import CLOCK
from index.values import from_milliseconds, read_date


def moment_of(text: str | None, option: str) -> datetime | None:
    """The last moment of the year, month, day or moment that is named; None when none is.

    Raises:
        BadParameter: it is no date.
    """
    if text is None:
        return None
    bounds = read_date(text, CLOCK.now())
    if bounds is None:
        raise typer.BadParameter(f"{text!r} is no date such as 2019, 2019-05-31 or now-7d", param_hint=option)
    return from_milliseconds(bounds[1])
