"""The schema of a layout file: what may be written where. The language is described in docs/layouts.md."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AwareDatetime, Field, PrivateAttr, field_validator, model_validator

from extractors.layout_fields import AnyField, FieldSpec, PartSpec
from extractors.layout_links import LinkSpec, LinksSpec, PaginationSpec
from extractors.layout_selectors import Condition, Learned, Selector, Spec
from extractors.record_fields import check_fields
from extractors.records import PageKind, RecordKind
from extractors.selection import label_key

__all__ = [
    "AnyField",
    "Condition",
    "FieldSpec",
    "Layout",
    "LinkSpec",
    "LinksSpec",
    "PageSpec",
    "PaginationSpec",
    "PartSpec",
    "RecordSpec",
    "Selector",
    "TotalsSpec",
]

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Share = Annotated[float, Field(ge=0, le=1)]


class RecordSpec(Learned):
    """A record of the page, or with ``each`` one a row.

    Attributes:
        within: the part of the page that rows and fields are looked for in (the first that it selects).
        each: the rows.
        skip: rows on which one of these holds are no records.
        fields: the record's fields, looked for in the row.
        common: fields that all rows share, looked for in the whole page.
        require: fields without which the record is a problem.
        at_least: fewer rows than this are a problem, unless ``empty`` holds.
        empty: says that there are rightly no rows ("No listings found").
        share: the share of rows (0 to 1) that must state a field, if only to say that there is none (``blank``).
        distinct: the share of rows (0 to 1) whose value of a field must be another than that of the rows before.
    """

    kind: RecordKind
    within: Selector | None = None
    each: Selector | None = None
    skip: tuple[Condition, ...] = ()
    fields: dict[str, AnyField] = Field(min_length=1)
    common: dict[str, AnyField] = Field(default_factory=dict)
    require: tuple[str, ...] = ()
    at_least: int = Field(0, ge=0)
    empty: tuple[Condition, ...] = ()
    share: dict[str, Share] = Field(default_factory=dict)
    distinct: dict[str, Share] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _rows_are_counted(self) -> Self:
        for key, asserted in (("share", self.share), ("distinct", self.distinct)):
            if asserted and self.each is None:
                raise ValueError(f"{key} counts rows, and there are none without each; require names fields")
            if unread := [name for name in asserted if name not in self.fields]:
                raise ValueError(f"{key} names {unread[0]!r}, which is none of the row's fields")
        return self

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        check_fields(self.kind, (*self.fields, *self.common, *self.require))
        _check_parts(self.kind, self.fields | self.common)
        return self


def _check_parts(kind: RecordKind, specs: Mapping[str, AnyField]) -> None:
    """Check the fields that parts are made of, and the parts of those."""
    for name, spec in specs.items():
        if isinstance(spec, PartSpec):
            check_fields(kind, (*spec.fields, *spec.require), part=name)
            _check_parts(kind, spec.fields)


class TotalsSpec(Spec):
    """Totals that a page declares, such as ``Drugs [44365]``: one a row."""

    within: Selector | None = None
    each: Selector
    name: FieldSpec
    count: FieldSpec


class PageSpec(Learned):
    """One kind of page: all of ``when`` hold on it. Pages are tried in the order of the file.

    ``name`` tells two builds of one kind apart ("listing" in a list, in a grid), and lets a file that extends this one
    change the right one.
    """

    kind: PageKind
    name: str | None = None
    when: tuple[Condition, ...] = Field(min_length=1)
    records: tuple[RecordSpec, ...] = ()
    totals: TotalsSpec | None = None

    @cached_property
    def cheapest_first(self) -> tuple[Condition, ...]:
        """``when``, what is told by title or URL alone before what the page is searched for, and whole texts last."""
        return tuple(sorted(self.when, key=lambda condition: condition.cost))


class Layout(Spec):
    """One market's layout, as it holds at one time.

    Attributes:
        name: what ``--layout`` and a site's file call it.
        market: the ``market`` of its records; the name, unless said.
        source: what the layout was written from.
        charset: what pages are in that do not say.
        dates: order of numeric dates. timezone: what times are in. decimal: the mark before decimals.
        currency: of sums without one.
        from_: the time from which it holds (``from`` of a version); None: from the beginning.
    """

    name: Slug
    market: Slug
    source: str | None = None
    charset: str | None = None
    dates: Literal["mdy", "dmy", "ymd"] = "ymd"
    timezone: str = "UTC"
    decimal: Literal[".", ","] = "."
    currency: str | None = None
    pages: tuple[PageSpec, ...] = Field(min_length=1)
    links: LinksSpec = LinksSpec()
    from_: AwareDatetime | None = Field(None, alias="from")
    # What held before, newest first: the versions of the file.
    _earlier: "tuple[Layout, ...]" = PrivateAttr(())

    def at(self, moment: datetime | None) -> "Layout":
        """The layout as it held at a time (UTC, unless it says otherwise); without one, the newest."""
        if self.from_ is None or moment is None:
            return self
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return next(state for state in self.versions if state.from_ is None or state.from_ <= moment)

    def with_earlier(self, earlier: "Sequence[Layout]") -> "Layout":
        """This layout, as the newest version of those, which are given oldest first; the first has no ``from_``."""
        newest = self.model_copy()
        newest._earlier = tuple(reversed(earlier))  # noqa: SLF001 - its own kind's
        return newest

    @cached_property
    def labels(self) -> frozenset[str]:
        """All labels that values stand beside, as they are compared."""
        return frozenset(map(label_key, _labels(self)))

    @property
    def versions(self) -> "tuple[Layout, ...]":
        """What held at each time, newest first, this one included."""
        return (self, *self._earlier)

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is no time zone of the IANA database") from error
        return name


def _labels(part: object) -> Iterator[str]:
    """The labels that a part of a layout names, wherever."""
    if isinstance(part, Selector):
        yield from part.beside
    if isinstance(part, Spec):
        for name in type(part).model_fields:
            yield from _labels(getattr(part, name))
    elif isinstance(part, tuple):
        for one in part:
            yield from _labels(one)
    elif isinstance(part, dict):
        for one in part.values():
            yield from _labels(one)
