"""Trying a field on a scope: what the reading would make of it. Nothing is learned that the reader cannot read."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree
from pydantic import BaseModel, ValidationError

from extractors.induction.fields import Wanted
from extractors.induction.units import ScopeView, Unit
from extractors.layout_schema import FieldSpec, Selector
from extractors.problems import ProblemLog
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.registry import TRANSFORMS
from extractors.values import Scope, ValueReader

# A field as a layout's file writes it.
Spec = Mapping[str, Any]

_LONGEST_NAME = 40
_LONGEST_PHRASE = 250
_NAME_WORDS = 4
_MOST_UNITS = 12
_CONTROLS = frozenset(["select", "input", "option"])
_LISTS = frozenset(["places", "excluded_places", "coins", "keys", "text", "lines"])
_LONGEST_VALUE, _PER_VALUE = 60, 30


@dataclass(slots=True, eq=False)
class Trial:
    """One scope on which fields are tried.

    Attributes:
        page: the number of the page that it is on.
        node: the scope.
        conventions: how the market writes dates and sums, as far as that is known.
        title: the page's title.
        columns: the heads of the columns, when the scope is a line of a table.
        lines: how many elements make up the record, of which the scope is the first.
    """

    page: int
    node: etree._Element
    conventions: Conventions
    title: str = ""
    columns: tuple[str, ...] = ()
    lines: int = 1
    _view: ScopeView | None = None
    _scope: Scope | None = None
    _values: dict[tuple[str, str], Any] = field(default_factory=dict)

    @property
    def view(self) -> ScopeView:
        """What stands in the scope."""
        if self._view is None:
            self._view = ScopeView(self.node)
        return self._view

    def beyond(self) -> "Iterator[tuple[int, Trial]]":
        """The other lines of the record, each with its distance from the first."""
        for distance, element in enumerate(islice(self.node.itersiblings("*"), self.lines - 1), 1):
            yield distance, Trial(self.page, element, self.conventions)

    def read(self, spec: Spec, wanted: Wanted) -> Any:
        """The value that a field has here, checked for what the field must be like; None when there is none."""
        key = (key_of(spec), wanted.transform)
        if key not in self._values:
            self._values[key] = self._read(spec, wanted)
        return self._values[key]

    def _read(self, spec: Spec, wanted: Wanted) -> Any:
        compiled = _compiled(key_of({**spec, **transform_of(wanted)}))
        if compiled is None:
            return None
        if self._scope is None:
            self._scope = Scope(self.node)
        if any(_is_control(node) for node in self._scope.select(compiled)[:1]):
            return None
        reader = ValueReader(conventions=self.conventions, log=ProblemLog(), title=self.title)
        value = reader.value(compiled, self._scope, name="tried", field="tried")
        if not is_like(value, wanted) or self._is_buried(spec, value, wanted, reader):
            return None
        return value

    def _is_buried(self, spec: Spec, value: Any, wanted: Wanted, reader: ValueReader) -> bool:
        """Whether a value was found in a text too long for it: a country in a page's menu, a sum in prose."""
        if wanted.transform in {"text", "lines", "keys"} or self._scope is None:
            return False
        if self._runs_together(spec, value, wanted):
            return True
        plain = _compiled(key_of({key: part for key, part in spec.items() if key != "all"}))
        text = reader.value(plain, self._scope, name="tried", field="tried") if plain is not None else None
        values = len(value) if isinstance(value, list) else 1
        return isinstance(text, str) and len(text) > _LONGEST_VALUE + _PER_VALUE * values

    def _runs_together(self, spec: Spec, value: Any, wanted: Wanted) -> bool:
        """Whether a value is made of several: the cells "1" and "116.68 EUR" of a row are no 1,116.68 EUR."""
        selected = self._scope.select(Selector.model_validate(_place_of(spec))) if self._scope else []
        node: Any = next(iter(selected), None)
        if not etree.iselement(node) or len(node) == 0 or wanted.transform in _LISTS:
            return False
        alone = [self.transformed(unit.text, wanted) for unit in islice(ScopeView(node).units, _MOST_UNITS)]
        read = {same_value(one) for one in alone if one is not None}
        return bool(read) and same_value(value) not in read

    def transformed(self, text: str, wanted: Wanted) -> Any:
        """The value of a text, checked for what the field must be like."""
        try:
            value = TRANSFORMS[wanted.transform](text, self.conventions)
        except UnreadableError:
            return None
        return value if is_like(value, wanted) else None


def _place_of(spec: Spec) -> dict[str, Any]:
    return {key: part for key, part in spec.items() if key in {"css", "xpath", "beside"}}


def _is_control(node: Any) -> bool:
    """Whether it is something to choose from or to fill in: a filter's list of countries states no origin."""
    return bool(etree.iselement(node)) and (node.tag in _CONTROLS or node.find(".//select") is not None)


def transform_of(wanted: Wanted) -> dict[str, str]:
    """The transform as a layout's file names it; the default is left out."""
    return {} if wanted.transform == "text" else {"as": wanted.transform}


def is_like(value: Any, wanted: Wanted) -> bool:
    """Whether a value can be one of the field, by its length and words."""
    if value is None or value == []:
        return False
    if isinstance(value, str) and wanted.transform in {"text", "lines"}:
        if not any(character.isalnum() for character in value):
            return False
        if wanted.nature == "name":
            return len(value) <= _LONGEST_NAME and len(value.split()) <= _NAME_WORDS
        if wanted.nature == "phrase":
            return 2 < len(value) <= _LONGEST_PHRASE
        if wanted.nature == "prose":
            return len(value) >= 20
    return True


def same_value(value: Any) -> str:
    """A value as a key: texts without spaces and case, as two ways of reading one text part words differently."""
    if isinstance(value, str):
        return "".join(value.split()).casefold()
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    if isinstance(value, list):
        return "|".join(same_value(one) for one in value)
    return str(value)


def place_key(unit: Unit) -> str:
    """A text with the sort of element that it stands in, as a key: a filter's "Ships to" is not that of a table."""
    following = next(unit.parent.itersiblings("*"), None)
    of_control = "control " if following is not None and following.tag in _CONTROLS else ""
    return f"{of_control}{unit.parent.tag}.{unit.parent.get('class') or ''}>{same_value(unit.text)}"


def key_of(spec: Spec) -> str:
    """A field's text in a file, as a key."""
    return json.dumps(spec, sort_keys=True, ensure_ascii=False)


@lru_cache(maxsize=20_000)
def _compiled(key: str) -> FieldSpec | None:
    try:
        return FieldSpec.model_validate(json.loads(key))
    except ValidationError:
        # A class or id of a hostile page that no selector can name.
        return None
