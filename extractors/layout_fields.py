"""Fields, as a layout's file names them: where each is, which part of it, and what it is."""

import re
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from extractors.layout_selectors import Condition, Learned, Pattern, Selector, Text, Texts
from extractors.patterns import BoundedPattern, bounded
from extractors.transforms.registry import TransformName

# What a text may mean: a value, several, or nothing.
MapValue = str | int | float | bool | list[str] | None


class FieldSpec(Selector, Learned):
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

    # Asked on every field of every row: an attribute, as pydantic makes isinstance dear.
    is_part: ClassVar[Literal[False]] = False

    attr: str | None = None
    all: bool = False
    join: str | None = None
    match: Pattern | None = None
    replace: dict[str, str] = Field(default_factory=dict)
    prefix: str = ""
    split: Pattern | None = None
    as_: TransformName = Field("text", alias="as")
    map: dict[Text, MapValue] | None = None
    blank: Texts = ()
    order: Literal["mdy", "dmy", "ymd"] | None = None
    currency: str | None = None
    least: float | None = None
    most: float | None = None
    or_: "tuple[FieldSpec, ...]" = Field((), alias="or")

    @cached_property
    def pattern(self) -> BoundedPattern | None:
        """``match``, compiled."""
        return bounded(self.match, re.DOTALL) if self.match else None

    @cached_property
    def split_pattern(self) -> BoundedPattern | None:
        """``split``, compiled."""
        return bounded(self.split) if self.split else None

    @cached_property
    def edits(self) -> bool:
        """Whether it changes a text before the transform sees it."""
        return bool(self.replace or self.match or self.prefix or self.blank)

    @cached_property
    def takes_several(self) -> bool:
        """Whether its value is made of more than the first text."""
        return self.all or self.join is not None or self.split is not None

    @cached_property
    def folded_map(self) -> dict[str, MapValue] | None:
        """``map`` with its keys folded."""
        return (
            None if self.map is None else {" ".join(key.split()).casefold(): value for key, value in self.map.items()}
        )


class PartSpec(Learned):
    """A field that is itself made of fields: one (``rating``), or with ``each`` several (``shipping_options``)."""

    each: Selector | None = None
    skip: tuple[Condition, ...] = ()
    require: tuple[str, ...] = ()
    fields: "dict[str, AnyField]"
    is_part: ClassVar[Literal[True]] = True


def _field_or_part(given: object) -> str:
    return "part" if isinstance(given, PartSpec) or (isinstance(given, dict) and "fields" in given) else "field"


AnyField = Annotated[
    Annotated[FieldSpec, Tag("field")] | Annotated[PartSpec, Tag("part")], Discriminator(_field_or_part)
]
