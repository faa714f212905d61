"""Values: what a field of a layout finds in its scope, taken out, transformed and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError

from extractors.layout_schema import AnyField, Condition, FieldSpec, PartSpec
from extractors.problems import ProblemLog
from extractors.record_fields import PARTS
from extractors.records import Money
from extractors.scope import MAX_SELECTED, Node, Scope
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.registry import KEEP_LINES, TRANSFORMS, text_of
from extractors.transforms.texts import plain_text, tidy_lines

__all__ = ["MAX_TEXT", "Scope", "ValueReader"]

# No field of a real page is longer; what is cut is reported.
MAX_TEXT = 200_000
_LONG_TEXT = 1000
_UNREAD = object()


@dataclass(slots=True)
class ValueReader:
    """Reads the fields of one page.

    Attributes:
        conventions: how the market writes what it writes.
        log: takes what is wrong.
        title: the page's title. path: the path and query of its URL.
        said_nothing: fields (``kind.field``) of which the last scope said that there is none: by a text that is
            ``blank``, or one such as "Unlimited".
    """

    conventions: Conventions
    log: ProblemLog
    title: str = ""
    path: str = ""
    said_nothing: set[str] = field(default_factory=set)
    _changed: dict[tuple[str | None, str | None], Conventions] = field(default_factory=dict)
    # Rows of one page say the same again and again: a currency, a country, an amount.
    _transformed: dict[tuple[int, str], Any] = field(default_factory=dict)

    def holds(self, condition: Condition, scope: Scope) -> bool:
        """Whether a condition is met in a scope."""
        if condition.any:
            met = any(self.holds(other, scope) for other in condition.any)
        else:
            met = (
                (condition.title_pattern is None or condition.title_pattern.search(self.title) is not None)
                and (condition.url_pattern is None or condition.url_pattern.search(self.path) is not None)
                and (not condition.selects or self._is_there(condition, scope))
            )
        return met is not condition.absent

    def _is_there(self, condition: Condition, scope: Scope) -> bool:
        found = scope.select(condition)
        pattern = condition.pattern
        if pattern is None:
            return bool(found)
        scope.spend_on_texts(min(len(found), MAX_SELECTED))
        return any(pattern.search(self._whole_text(node, scope)) is not None for node in found[:MAX_SELECTED])

    @staticmethod
    def _whole_text(node: Node, scope: Scope) -> str:
        if isinstance(node, str):
            return node
        if len(node):
            scope.spend_on_text(node)
        return plain_text(node)

    def fields(self, specs: Mapping[str, AnyField], scope: Scope, *, of: str) -> dict[str, Any]:
        """The values of fields that have one."""
        values: dict[str, Any] = {}
        for name, spec in specs.items():
            value = self._value(spec, scope, f"{of}.{name}", name)
            if value is not None and value != []:
                values[name] = value
        return values

    def value(self, spec: AnyField, scope: Scope, *, name: str, field: str) -> Any:
        """The value of one field, or None."""
        return self._value(spec, scope, name, field)

    def _value(self, spec: AnyField, scope: Scope, name: str, field: str) -> Any:
        if spec.is_part:
            return self._parts(spec, scope, name=name, model=PARTS[field])
        value = self._several(spec, scope, name) if spec.takes_several else self._one(spec, scope, name)
        for other in spec.or_:
            if value is not None and value != []:
                break
            value = self._value(other, scope, name, field)
        return value

    def _one(self, spec: FieldSpec, scope: Scope, name: str) -> Any:
        """The value of the first text that is not empty."""
        nodes = scope.select(spec)
        for node in nodes if len(nodes) <= MAX_SELECTED else nodes[:MAX_SELECTED]:
            text = self._text(spec, node, scope, name)
            if text:
                return self._meaning(spec, text, name)
        return None

    def _several(self, spec: FieldSpec, scope: Scope, name: str) -> list[Any] | Any | None:
        """The values of all texts; of texts that are joined, the value of the whole."""
        nodes = scope.select(spec)
        if len(nodes) > MAX_SELECTED:
            self.log.add("too_many_values", f"only the first {MAX_SELECTED} of {len(nodes)} were read", name)
        scope.spend_on_texts(min(len(nodes), MAX_SELECTED))
        texts = [text for node in nodes[:MAX_SELECTED] if (text := self._text(spec, node, scope, name))]
        if spec.split_pattern is not None:
            if not (spec.all or spec.join is not None):
                texts = texts[:1]
            texts = [part for text in texts for part in map(str.strip, spec.split_pattern.split(text)) if part]
        if spec.join is not None and texts:
            texts = [spec.join.join(texts)]
        values: list[Any] = []
        for text in texts:
            value = self._meaning(spec, text, name)
            if isinstance(value, list):
                values.extend(value)
            elif value is not None:
                values.append(value)
                if spec.join is not None and not spec.all and spec.split_pattern is None:
                    return value
        return list(dict.fromkeys(values)) if values else None

    def _text(self, spec: FieldSpec, node: Node, scope: Scope, name: str) -> str:
        """The text that a node gives a field: stripped, the part that is wanted; or nothing."""
        if isinstance(node, str):
            text = tidy_lines(node) if spec.as_ in KEEP_LINES else " ".join(node.split())
        elif spec.attr is not None:
            text = (node.get(spec.attr) or "").strip()
        else:
            if len(node):
                scope.spend_on_text(node)
            text = text_of(node, spec.as_) if spec.as_ in KEEP_LINES else plain_text(node)
        if len(text) > _LONG_TEXT:
            scope.spend_on_characters(len(text))
        if len(text) > MAX_TEXT:
            self.log.add("text_cut", f"a text of {len(text)} characters was cut to {MAX_TEXT}", name)
            text = text[:MAX_TEXT]
        return self._edited(spec, text, name) if text and spec.edits else text

    def _edited(self, spec: FieldSpec, text: str, name: str) -> str:
        """The part of a text that is wanted, or nothing."""
        for old, new in spec.replace.items():
            text = text.replace(old, new)
        if spec.pattern is not None:
            found = spec.pattern.search(text)
            if len(text) > spec.pattern.most and (found is None or found.end() == spec.pattern.most):
                self.log.add("text_cut", f"match looked at {spec.pattern.most} of {len(text)} characters", name)
            if found is None:
                return ""
            text = (found[1] if spec.pattern.groups else found[0]) or ""
        text = text.strip()
        if spec.blank and text in spec.blank:
            self.said_nothing.add(name)
            return ""
        return spec.prefix + text if text else ""

    def _meaning(self, spec: FieldSpec, text: str, name: str) -> Any:
        """What a text means, by ``map`` or the transform; None when it has no value."""
        if spec.folded_map is not None:
            return spec.folded_map.get(" ".join(text.split()).casefold())
        if spec.as_ == "text":
            return text
        key = (id(spec), text)
        value = self._transformed.get(key, _UNREAD)
        if value is _UNREAD:
            try:
                value = TRANSFORMS[spec.as_](text, self._conventions_of(spec))
            except UnreadableError as error:
                self.log.add("unreadable_field", str(error), name)
                return None
            if isinstance(value, list):
                value = list(dict.fromkeys(value))
            self._transformed[key] = value
        if value is None or value == []:
            self.said_nothing.add(name)
            return value
        if not (spec.least is None and spec.most is None) and not self._in_range(spec, value, name):
            return None
        return value

    def _conventions_of(self, spec: FieldSpec) -> Conventions:
        if spec.order is None and spec.currency is None:
            return self.conventions
        key = (spec.order, spec.currency)
        if key not in self._changed:
            order, currency = spec.order or self.conventions.date_order, spec.currency or self.conventions.currency
            self._changed[key] = replace(self.conventions, date_order=order, currency=currency)
        return self._changed[key]

    def _in_range(self, spec: FieldSpec, value: object, name: str) -> bool:
        number = value.amount if isinstance(value, Money) else value
        if not isinstance(number, (int, float, Decimal)):
            return True
        if (spec.least is None or number >= spec.least) and (spec.most is None or number <= spec.most):
            return True
        self.log.add("out_of_range", f"{number} is not between {spec.least} and {spec.most}", name)
        return False

    def _parts(self, spec: PartSpec, scope: Scope, *, name: str, model: type[BaseModel]) -> Any:
        rows = [scope] if spec.each is None else scope.rows(spec.each, most=MAX_SELECTED, of=name)
        built = []
        for row in rows:
            if any(self.holds(condition, row) for condition in spec.skip):
                continue
            values = self.fields(spec.fields, row, of=name)
            if values and all(needed in values for needed in spec.require):
                part = self._built(model, values, name)
                if part is not None:
                    built.append(part)
        if spec.each is None:
            return built[0] if built else None
        return built or None

    def _built(self, model: type[BaseModel], values: dict[str, Any], name: str) -> BaseModel | None:
        try:
            return model(**values)
        except ValidationError as error:
            fault = error.errors()[0]
            place = ".".join(str(step) for step in fault["loc"])
            self.log.add("invalid_field", f"{place}: {fault['msg']}", name)
            return None
