"""Rules for links, as a layout's file names them: where a crawl goes on."""

from functools import cached_property
from typing import Annotated, ClassVar, Self

from pydantic import BeforeValidator, Field, model_validator

from extractors.layout_selectors import Pattern, Selector, Spec
from extractors.link_rules import LinkRules
from extractors.patterns import BoundedPattern, bounded
from extractors.records import PageKind


def _one_or_several(given: object) -> object:
    return [given] if isinstance(given, dict) else given


class LinkSpec(Spec):
    """Links that are followed: their path and query match ``path``; with ``within``, they stand in what it selects."""

    path: Pattern
    kind: PageKind
    priority: int = Field(50, ge=0, le=100)
    within: Selector | None = None

    @cached_property
    def pattern(self) -> BoundedPattern:
        """``path``, compiled."""
        return bounded(self.path)


class PaginationSpec(Spec):
    """Links to the other pages of an index: what is expected there is a page of the kind that they stand on.

    They stand in what ``within`` selects, or their path and query match ``path``, or both; on pages of these ``kinds``,
    or of any kind that the layout knows.
    """

    path: Pattern | None = None
    within: Selector | None = None
    kinds: tuple[PageKind, ...] = ()
    priority: int = Field(80, ge=0, le=100)
    # What is told apart here is told on every link of every page: by this, not by the class, which pydantic makes dear.
    kind: ClassVar[None] = None

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.path is None and self.within is None:
            raise ValueError("pagination needs path or within, or every link would be one")
        return self

    @cached_property
    def pattern(self) -> BoundedPattern:
        """``path``, compiled; without one, any path fits."""
        return bounded(self.path or "")


class LinksSpec(Spec):
    """Where a crawl goes on: the first rule that fits a link decides, and a link that fits none is left.

    ``pagination`` are the rules that are asked first: of further pages of the same index. ``never`` are patterns of
    paths that are not followed, besides those that no layout may follow (`extractors.link_rules`).
    """

    pagination: Annotated[tuple[PaginationSpec, ...], BeforeValidator(_one_or_several)] = ()
    follow: tuple[LinkSpec, ...] = ()
    never: tuple[Pattern, ...] = ()

    @cached_property
    def ordered(self) -> tuple[PaginationSpec | LinkSpec, ...]:
        """All rules, in the order in which they are asked."""
        return (*self.pagination, *self.follow)

    @cached_property
    def rules(self) -> LinkRules:
        """The rules' patterns, compiled."""
        return LinkRules([rule.pattern for rule in self.ordered], [bounded(pattern) for pattern in self.never])
