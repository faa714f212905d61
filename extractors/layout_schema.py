"""The schema of a layout file: what may be written where. The language is described in docs/layouts.md."""

import re
from functools import cached_property
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml import etree
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from extractors.link_rules import LinkRules
from extractors.record_fields import check_fields
from extractors.records import PageKind, RecordKind
from extractors.selection import compile_css, compile_xpath
from extractors.transforms.registry import TransformName

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


def _compiled(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiled)]
Texts = Annotated[tuple[str, ...], BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)]


class _Spec(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Selector(_Spec):
    """A place in a page: CSS, or XPath, or the text of a label that it stands beside. A bare text is CSS."""

    css: str | None = None
    xpath: str | None = None
    beside: Texts = ()

    @model_validator(mode="before")
    @classmethod
    def _bare_css(cls, given: object) -> object:
        return {"css": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(map(bool, (self.css, self.xpath, self.beside))) > 1:
            raise ValueError("name one of css, xpath and beside, not several")
        # Compiled while the file is loaded, so that a wrong selector is named there and not met on a page.
        _ = self.compiled
        return self

    @cached_property
    def selects(self) -> bool:
        """Whether it names a place; one that does not means the scope itself."""
        return bool(self.css or self.xpath or self.beside)

    @cached_property
    def compiled(self) -> etree.XPath | None:
        """CSS or XPath, compiled."""
        if self.css:
            return compile_css(self.css)
        return compile_xpath(self.xpath) if self.xpath else None


class Condition(Selector):
    """Something that must be on a page, or with ``absent`` must not.

    Attributes:
        match: the text of something that is selected matches this.
        title: the page's title matches this.
        url: the path and query of the page's URL match this.
        any: instead of the above: at least one of these holds.
    """

    match: Pattern | None = None
    title: Pattern | None = None
    url: Pattern | None = None
    any: "tuple[Condition, ...]" = ()
    absent: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.selects or self.title or self.url or self.any):
            raise ValueError("a condition needs css, xpath, beside, title, url or any")
        return self


class FieldSpec(Selector):
    """One field: where it is, which part of it, and what it is.

    Attributes:
        attr: take this attribute of the selected element instead of its text.
        all: take everything that is selected (a list), not the first.
        join: take everything that is selected, as one text with this between.
        match: the part of the text that this matches: its first group, or all of it; no match, no value.
        replace: pieces of text that are replaced in the text, before anything else is done with it.
        prefix: goes before the text ("/product/" before a number that makes a path).
        split: the text is several values with this between.
        as_: the transform (``as`` in the file).
        map: what a text (lower case, one space) means; a text that is not in the map has no value.
        order: order of numeric dates, where it differs from the layout's.
        currency: currency where none is written, where it differs from the layout's.
        blank: texts that mean that there is none ("No comment left").
        least, most: a number or amount outside is no value but a problem.
        or_: where else to look when this finds no value (``or`` in the file).
    """

    attr: str | None = None
    all: bool = False
    join: str | None = None
    match: Pattern | None = None
    replace: dict[str, str] = Field(default_factory=dict)
    prefix: str = ""
    split: Pattern | None = None
    as_: TransformName = Field("text", alias="as")
    map: dict[str, Any] | None = None
    blank: Texts = ()
    order: Literal["mdy", "dmy", "ymd"] | None = None
    currency: str | None = None
    least: float | None = None
    most: float | None = None
    or_: "tuple[FieldSpec, ...]" = Field((), alias="or")

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """``match``, compiled."""
        return re.compile(self.match, re.DOTALL) if self.match else None

    @cached_property
    def folded_map(self) -> dict[str, Any] | None:
        """``map`` with its keys folded."""
        return (
            None if self.map is None else {" ".join(key.split()).casefold(): value for key, value in self.map.items()}
        )


class PartSpec(_Spec):
    """A field that is itself made of fields: one (``rating``), or with ``each`` several (``shipping_options``)."""

    each: Selector | None = None
    skip: tuple[Condition, ...] = ()
    require: tuple[str, ...] = ()
    fields: "dict[str, AnyField]"


def _field_or_part(given: object) -> str:
    return "part" if isinstance(given, PartSpec) or (isinstance(given, dict) and "fields" in given) else "field"


AnyField = Annotated[
    Annotated[FieldSpec, Tag("field")] | Annotated[PartSpec, Tag("part")], Discriminator(_field_or_part)
]


class RecordSpec(_Spec):
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

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        check_fields(self.kind, (*self.fields, *self.common, *self.require))
        parts = {name: spec for name, spec in (self.fields | self.common).items() if isinstance(spec, PartSpec)}
        for name, part in parts.items():
            check_fields(self.kind, (*part.fields, *part.require), part=name)
        return self


class TotalsSpec(_Spec):
    """Totals that a page declares, such as ``Drugs [44365]``: one a row."""

    within: Selector | None = None
    each: Selector
    name: FieldSpec
    count: FieldSpec


class PageSpec(_Spec):
    """One kind of page: all of ``when`` hold on it. Pages are tried in the order of the file.

    ``name`` tells two builds of one kind apart ("listing" in a list, in a grid), and lets a file that extends this one
    change the right one.
    """

    kind: PageKind
    name: str | None = None
    when: tuple[Condition, ...] = Field(min_length=1)
    records: tuple[RecordSpec, ...] = ()
    totals: TotalsSpec | None = None


class LinkSpec(_Spec):
    """Links that are followed: their path and query match ``path``; with ``within``, they stand in what it selects."""

    path: Pattern
    kind: PageKind
    priority: int = Field(50, ge=0, le=100)
    within: Selector | None = None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """``path``, compiled."""
        return re.compile(self.path)


class LinksSpec(_Spec):
    """Where a crawl goes on: the first rule that fits a link decides, and a link that fits none is left.

    ``never`` are patterns of paths that are not followed, besides those that no layout may follow (`extractors.links`).
    """

    follow: tuple[LinkSpec, ...] = ()
    never: tuple[Pattern, ...] = ()

    @cached_property
    def rules(self) -> LinkRules:
        """The rules, compiled."""
        return LinkRules([rule.pattern for rule in self.follow], [re.compile(pattern) for pattern in self.never])


class Layout(_Spec):
    """One market's layout, as it holds at one time.

    Attributes:
        name: what ``--layout`` and a site's file call it.
        market: the ``market`` of its records; the name, unless said.
        source: what the layout was written from.
        charset: what pages are in that do not say.
        dates: order of numeric dates. timezone: what times are in. decimal: the mark before decimals.
        currency: of sums without one.
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

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"{name!r} is no time zone of the IANA database") from error
        return name
