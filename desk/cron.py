"""Cron expressions: five fields, as `huey.crontab` reads them, in UTC."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from huey import crontab

from nightpost.errors import ConfigurationError

_FIELDS = ("minute", "hour", "day", "month", "day_of_week")


class CronError(ConfigurationError):
    """A cron expression that says no times."""


def cron_test(expression: str) -> Callable[[datetime], bool]:
    """What tells whether a moment (with its time zone) lies in a minute that the expression names.

    The fields are minute, hour, day of the month, month and day of the week (0 and 7 are Sunday), each ``*``, ``*/n``,
    ``n``, ``m-n``, or several of these joined by commas; days and weekdays must both fit.

    Raises:
        CronError: it is no such expression.
    """
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        raise CronError(
            f"{expression!r} has {len(fields)} fields; a cron expression has five: minute hour day month weekday, "
            "such as '30 2 * * *' for 02:30 UTC every day"
        )
    for name, value in zip(_FIELDS, fields, strict=True):
        try:
            crontab(**{name: value}, strict=True)
        except ValueError as error:
            readable = name.replace("_", " ")
            raise CronError(
                f"{value!r} is no {readable} in {expression!r} ({error}); write numbers, ranges such as 1-5, or */n"
            ) from error
    fits = cast("Callable[[datetime], bool]", crontab(**dict(zip(_FIELDS, fields, strict=True)), strict=True))
    return lambda moment: fits(moment.astimezone(UTC))
