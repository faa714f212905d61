"""Values: what a field of a layout finds in its scope, taken out, transformed and checked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError

from extractors.layout_schema import AnyField, Condition, FieldSpec, PartSpec, Selector
from extractors.problems import ProblemLog
from extractors.record_fields import PARTS
from extractors.records import Money
from extractors.selection import LabelIndex
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.registry import KEEP_LINES, TRANSFORMS, text_of
from extractors.transforms.texts import plain_text, tidy_lines

# What a selector finds: an element, or a text (of ``text()``, ``@attr``, ``string(...)``).
Node: TypeAlias = Any

# No field of a real page is longer; what is cut is reported.
MAX_TEXT = 200_000
# A pattern of a layout meets at most this much of a vendor's text, so that none can be made to take long.
_MAX_MATCHED = 20_000
MAX_PARTS = 500


@dataclass(slots=True)
class Scope:
    """Where a field is looked for: an element of a page (or a text, of a part that was selected as one)."""

    node: Node
    _labels: LabelIndex | None = None

    def select(self, selector: Selector) -> list[Node]:
        """What a selector finds here, in document order."""
        compiled = selector.compiled
        if compiled is None:
            return self._beside(selector.beside) if selector.beside else [self.node]
        if isinstance(self.node, str):
            return []
        found = compiled(self.node)
        if isinstance(found, list):
            return found
        # An XPath may give a text, a number or a truth instead of nodes.
        return [str(found)] if found not in (None, False, "") else []

    def _beside(self, labels: tuple[str, ...]) -> list[Node]:
        if isinstance(self.node, str):
            return []
        if self._labels is None:
            self._labels = LabelIndex(self.node)
        return [found for label in labels for found in self._labels.beside(label)]

    def part(self, selector: Selector | None) -> "Scope | None":
        """The first thing that a selector finds, as a scope; without a selector, this one."""
        if selector is None:
            return self
        found = self.select(selector)
        return Scope(found[0]) if found else None


@dataclass(slots=True)
class ValueReader:
    """Reads the fields of one page."""

    conventions: Conventions
    log: ProblemLog
    title: str = ""
    path: str = ""
    _fetched: dict[tuple[str | None, str | None], Conventions] = field(default_factory=dict)

    def holds(self, condition: Condition, scope: Scope) -> bool:
        """Whether a condition is met in a scope."""
        if condition.any:
            met = any(self.holds(other, scope) for other in condition.any)
        else:
            met = (
                (not condition.title or re.search(condition.title, self.title) is not None)
                and (not condition.url or re.search(condition.url, self.path) is not None)
                and (not condition.selects or self._is_there(condition, scope))
            )
        return met is not condition.absent

    def _is_there(self, condition: Condition, scope: Scope) -> bool:
        found = scope.select(condition)
        if not condition.match:
            return bool(found)
        return any(re.search(condition.match, _whole_text(node)[:_MAX_MATCHED]) for node in found[:MAX_PARTS])

    def fields(self, specs: Mapping[str, AnyField], scope: Scope, *, of: str) -> dict[str, Any]:
        """The values of fields that have one."""
        values: dict[str, Any] = {}
        for name, spec in specs.items():
            value = self.value(spec, scope, name=f"{of}.{name}", field=name)
            if value is not None and value != []:
                values[name] = value
        return values

    def value(self, spec: AnyField, scope: Scope, *, name: str, field: str) -> Any:
        """The value of one field, or None."""
        if isinstance(spec, PartSpec):
            return self._parts(spec, scope, name=name, model=PARTS[field])
        value = self._own_value(spec, scope, name)
        for other in spec.or_:
            if value is not None and value != []:
                break
            value = self._own_value(other, scope, name)
        return value

    def _own_value(self, spec: FieldSpec, scope: Scope, name: str) -> Any:
        texts = self._texts(spec, scope, name)
        if not texts:
            return None
        if spec.join is not None:
            texts = [spec.join.join(texts)]
        values: list[Any] = []
        for text in texts:
            value = self._transformed(spec, text, name)
            if isinstance(value, list):
                values.extend(value)
            elif value is not None:
                values.append(value)
                if not spec.all and not spec.split:
                    return value
        return list(dict.fromkeys(values)) if values else None

    def _texts(self, spec: FieldSpec, scope: Scope, name: str) -> list[str]:
        """The texts that a field is made of: the first that is not empty, or all."""
        several = spec.all or spec.join is not None
        texts: list[str] = []
        for node in scope.select(spec)[:MAX_PARTS]:
            text = self._text(spec, node, name)
            for old, new in spec.replace.items():
                text = text.replace(old, new)
            if spec.pattern is not None:
                found = spec.pattern.search(text[:_MAX_MATCHED])
                text = "" if found is None else (found[1] if found.re.groups else found[0]) or ""
            if spec.blank and text.strip() in spec.blank:
                continue
            if spec.split:
                texts.extend(part for part in map(str.strip, re.split(spec.split, text[:_MAX_MATCHED])) if part)
            elif text.strip():
                texts.append(spec.prefix + text.strip())
            if texts and not several:
                break
        return texts

    def _text(self, spec: FieldSpec, node: Node, name: str) -> str:
        if isinstance(node, str):
            text = tidy_lines(node) if spec.as_ in KEEP_LINES else " ".join(node.split())
        elif spec.attr is not None:
            text = node.get(spec.attr) or ""
        else:
            text = text_of(node, spec.as_)
        if len(text) > MAX_TEXT:
            self.log.add("text_cut", f"a text of {len(text)} characters was cut to {MAX_TEXT}", name)
            text = text[:MAX_TEXT]
        return text

    def _transformed(self, spec: FieldSpec, text: str, name: str) -> Any:
        if spec.folded_map is not None:
            return spec.folded_map.get(" ".join(text.split()).casefold())
        try:
            value = TRANSFORMS[spec.as_](text, self._conventions_of(spec))
        except UnreadableError as error:
            self.log.add("unreadable_field", str(error), name)
            return None
        return value if self._in_range(spec, value, name) else None

    def _conventions_of(self, spec: FieldSpec) -> Conventions:
        if spec.order is None and spec.currency is None:
            return self.conventions
        key = (spec.order, spec.currency)
        if key not in self._fetched:
            order, currency = spec.order or self.conventions.date_order, spec.currency or self.conventions.currency
            self._fetched[key] = replace(self.conventions, date_order=order, currency=currency)
        return self._fetched[key]

    def _in_range(self, spec: FieldSpec, value: object, name: str) -> bool:
        number = value.amount if isinstance(value, Money) else value
        if not isinstance(number, (int, float, Decimal)):
            return True
        if (spec.least is None or number >= spec.least) and (spec.most is None or number <= spec.most):
            return True
        self.log.add("out_of_range", f"{number} is not between {spec.least} and {spec.most}", name)
        return False

    def _parts(self, spec: PartSpec, scope: Scope, *, name: str, model: type[BaseModel]) -> Any:
        rows: Iterable[Scope] = [scope] if spec.each is None else map(Scope, scope.select(spec.each)[:MAX_PARTS])
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


def _whole_text(node: Node) -> str:
    return node if isinstance(node, str) else plain_text(node)
