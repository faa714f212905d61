"""How a market writes numbers and dates, and when and where the page was fetched: what transforms need to know."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal

DateOrder = Literal["mdy", "dmy", "ymd"]


class UnreadableError(ValueError):
    """A text is there, but it is not what the transform reads. The reading turns it into a problem."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a text means that does not say it.

    Attributes:
        date_order: of numeric dates such as 03/04/2019.
        timezone: of times without one.
        decimal: the mark before decimals; the other of ``.`` and ``,`` groups thousands.
        currency: of sums without one, or None: then they are unreadable.
        fetched_at: what relative times ("3 days ago") are counted from.
        url: what relative links are resolved against.
    """

    date_order: DateOrder = "ymd"
    timezone: tzinfo = UTC
    decimal: Literal[".", ","] = "."
    currency: str | None = None
    fetched_at: datetime | None = None
    url: str = ""
