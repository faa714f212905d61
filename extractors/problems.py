"""What went wrong while a page was read: counted and reported, never raised."""

from pydantic import BaseModel, ConfigDict

# A page that is wrong everywhere says so once a field, not once a row.
MOST_PROBLEMS = 200


class Problem(BaseModel):
    """One thing that is wrong with a page, or with what a layout makes of it.

    Attributes:
        code: what kind: of the page's bytes ``empty``, ``too_large``, ``too_deep``, ``null_bytes``, ``unparsable``,
            ``wrong_charset``; of its meaning ``unknown_page``, ``missing_field``, ``unreadable_field``,
            ``out_of_range``, ``invalid_field``, ``too_few_rows``, ``too_few_with_field``, ``rows_alike``,
            ``row_left_out``; of limits that were reached ``too_many_rows``, ``too_many_values``, ``too_many_links``,
            ``text_cut``, ``too_costly``; of the layout ``selector_failed``.
        field: ``kind.field`` of the record that it concerns, if any.
        message: one line for a person.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    field: str | None = None
    message: str


class ProblemLog:
    """Collects the problems of one page; the same problem of one field on many rows becomes one, with its count."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str | None], str] = {}
        self._counts: dict[tuple[str, str | None], int] = {}

    def add(self, code: str, message: str, field: str | None = None) -> None:
        """Note a problem."""
        key = (code, field)
        if key not in self._first and len(self._first) >= MOST_PROBLEMS:
            return
        self._first.setdefault(key, message)
        self._counts[key] = self._counts.get(key, 0) + 1

    def problems(self) -> list[Problem]:
        """All of them, in the order in which they were first met."""
        return [
            Problem(code=code, field=field, message=message + self._times(self._counts[code, field]))
            for (code, field), message in self._first.items()
        ]

    @staticmethod
    def _times(count: int) -> str:
        return f" (and {count - 1} more)" if count > 1 else ""
