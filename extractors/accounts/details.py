"""What stands beside a market's name, taken together: numbers, a handle, a link."""

import re
from collections.abc import Set
from typing import NamedTuple

from extractors.accounts.handles import handle_after
from extractors.accounts.numbers import number_at, numbers_before

__all__ = ["Details", "details_beside"]

# What is said of an account is said within this many characters.
_REACH = 220
_LINK = re.compile(
    r"[ \t:=\u2013\u2192>(|-]{0,6}(?:\n[ \t]{0,4})?"
    r"(?:https?://[^\s<>\"]{3,400}|(?:www\.)?[a-z0-9.-]{3,80}\.onion[^\s<>\"]{0,400})",
    re.IGNORECASE,
)


class Details(NamedTuple):
    """What is said of one account; ``end`` is where that ends, ``said`` whether words name the handle, or a sign."""

    end: int
    sales: int | None = None
    rating: float | None = None
    handle: str | None = None
    said: bool = False
    linked: bool = False

    @property
    def stated(self) -> bool:
        """Whether a number is stated."""
        return self.sales is not None or self.rating is not None


def details_beside(
    text: str, begin: int, start: int, end: int, limit: int, *, known: Set[str] = frozenset()
) -> Details:
    """What is said beside a market's name.

    Args:
        text: the text.
        begin: where what is said of the name before ends.
        start: where the name begins.
        end: where it ends.
        limit: where the next name begins, or the end of the text.
        known: names that the writer has, in small letters without marks.
    """
    sales, rating = numbers_before(text, begin, start)
    found = Details(end, sales, rating)
    limit = min(limit, end + _REACH)
    link = _LINK.match(text, end, limit)
    if link is not None:
        return found._replace(end=link.end(), linked=True)
    for _ in range(5):
        more = _more(text, found, limit, known)
        if more is None:
            break
        found = more
    if text[found.end : found.end + 1] in {")", "]"} and found.end > end:
        found = found._replace(end=found.end + 1)
    return found


def _more(text: str, found: Details, limit: int, known: Set[str]) -> Details | None:
    """What is known, with the next number or handle; None when none follows. A handle comes before numbers."""
    named = handle_after(text, found.end, limit, known) if found.handle is None else None
    if named is not None and not found.stated:
        return found._replace(handle=named.handle, said=named.said, end=named.end)
    number = number_at(text, found.end, limit)
    if number is not None:
        sales, rating, end = number
        if (sales is not None and found.sales is None) or (rating is not None and found.rating is None):
            return found._replace(sales=sales or found.sales, rating=rating or found.rating, end=end)
    return found._replace(handle=named.handle, said=named.said, end=named.end) if named is not None else None
