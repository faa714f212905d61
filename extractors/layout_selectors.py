"""Places in a page, and conditions on it, as a layout's file names them."""

import re
import warnings
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from extractors.pattern_cost import ExponentialError
from extractors.patterns import BoundedPattern, bounded
from extractors.selection import Compiled, compile_css, compile_xpath


def _compiled(pattern: str) -> str:
    try:
        with warnings.catch_warnings():
            # Python warns of what a later version will read otherwise.
            warnings.simplefilter("error", FutureWarning)
            bounded(pattern)
    except (re.error, OverflowError, FutureWarning) as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    except ExponentialError as error:
        raise ValueError(f"{pattern!r} may take for ever on a hostile text: {error}; write it more simply") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiled)]


def as_text(given: object) -> object:
    """A text that YAML took for something else: a number as it is written; a truth or nothing, which must be quoted.

    Raises:
        ValueError: YAML reads yes, no, on, off, and ~ as no texts.
    """
    if given is None or isinstance(given, bool):
        raise ValueError(f"YAML reads this as {given}, not as a text; put it in quotes")
    return str(given) if isinstance(given, (int, float)) else given


Text = Annotated[str, BeforeValidator(as_text)]
Texts = Annotated[
    tuple[Text, ...], BeforeValidator(lambda given: given if isinstance(given, (list, tuple)) else (given,))
]


# An absolute path, or a step that leads to what comes before, after or around.
_OUTSIDE = re.compile(r"(?:^|[(|,\[=\s])\s*/|\bid\(|\.\.|(?:ancestor|following|parent|preceding)[a-z-]*::")


class Spec(BaseModel):
    """A part of a layout's file: what it may hold is named, and nothing else may stand there."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def __getstate__(self) -> dict[Any, Any]:
        """To be sent to another process: without what is compiled, which is compiled there when it is asked for."""
        state = super().__getstate__()
        stated = {name: value for name, value in state["__dict__"].items() if name in type(self).model_fields}
        return {**state, "__dict__": stated}


class Selector(Spec):
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
    def leaves_scope(self) -> bool:
        """Whether it may look outside the scope that it is asked in, at the whole page."""
        return self.xpath is not None and _OUTSIDE.search(self.xpath) is not None

    @cached_property
    def is_union(self) -> bool:
        """Whether it joins what several paths find."""
        return "," in (self.css or "") or "|" in (self.xpath or "")

    @cached_property
    def compiled(self) -> Compiled | None:
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

    @cached_property
    def cost(self) -> int:
        """How dear it is, to be compared with that of others."""
        own = 0 if not self.selects else 2 if self.match else 1
        return max((own, *(condition.cost for condition in self.any)))

    @cached_property
    def pattern(self) -> BoundedPattern | None:
        """``match``, compiled."""
        return bounded(self.match) if self.match else None

    @cached_property
    def title_pattern(self) -> BoundedPattern | None:
        """``title``, compiled."""
        return bounded(self.title) if self.title else None

    @cached_property
    def url_pattern(self) -> BoundedPattern | None:
        """``url``, compiled."""
        return bounded(self.url) if self.url else None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.selects or self.title or self.url or self.any):
            raise ValueError("a condition needs css, xpath, beside, title, url or any")
        return self


class Learned(Spec):
    """Something that may have been learned from pages rather than written: how sure that is (0 to 1), and why."""

    confidence: float | None = Field(None, ge=0, le=1)
    evidence: str | None = None
