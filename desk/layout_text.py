"""A layout in words: its selectors and fields on one line, and the whole as YAML that can be loaded again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import yaml

from extractors.layout_schema import AnyField, Condition, FieldSpec, Layout, PageSpec, PartSpec, RecordSpec, Selector

UNSURE = 0.6
"""A field that was learned with less confidence is one to look at."""
_LEARNED = {"confidence", "evidence"}
_WIDE = 10**6
Group = Literal["fields", "common"]
_GROUPS: tuple[Group, ...] = ("fields", "common")


@dataclass(frozen=True, slots=True)
class LayoutField:
    """One field of a layout, at its place.

    Attributes:
        number: its place among all fields of the layout.
        page: the kind of page; record: the record on it, of that page's records the ``record_number``-th.
        group: whether it is looked for in the row or in the whole page.
        path: its name; of a part of a field, the field's name first.
        spec: what the layout says.
        since: the version of the layout that it is of: from when it holds; None: from the beginning.
    """

    number: int
    page: PageSpec
    record: RecordSpec
    record_number: int
    group: Group
    path: tuple[str, ...]
    spec: AnyField
    since: datetime | None = None

    @property
    def name(self) -> str:
        """Its name with a dot before that of a part."""
        return ".".join(self.path)

    @property
    def is_required(self) -> bool:
        """Whether a record without it is a problem."""
        return len(self.path) == 1 and self.path[0] in self.record.require

    @property
    def confidence(self) -> float | None:
        """How sure it is: its own, or that of the field that it is a part of; None where a person wrote it."""
        if self.spec.confidence is not None or len(self.path) == 1:
            return self.spec.confidence
        whole = getattr(self.record, self.group)[self.path[0]]
        return whole.confidence if isinstance(whole, PartSpec) else None


def layout_fields(*versions: Layout) -> list[LayoutField]:
    """Every field that a layout reads, in its order; of several versions, one version after another."""
    return [
        LayoutField(number, page, record, record_number, group, path, spec, version.from_)
        for number, (version, page, record_number, record, group, path, spec) in enumerate(
            (version, page, record_number, record, group, path, spec)
            for version in versions
            for page in version.pages
            for record_number, record in enumerate(page.records)
            for group in _GROUPS
            for path, spec in _paths(getattr(record, group))
        )
    ]


def _paths(specs: dict[str, AnyField], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], AnyField]]:
    for name, spec in specs.items():
        yield (*above, name), spec
        if isinstance(spec, PartSpec):
            yield from _paths(spec.fields, (*above, name))


def page_title(page: PageSpec) -> str:
    """A page's kind, with its name where there is one."""
    return f"{page.kind} ({page.name})" if page.name else page.kind


def record_title(record: RecordSpec) -> str:
    """What a record is, and whether there are many."""
    return f"{record.kind} rows" if record.each is not None else record.kind


def selector_text(selector: Selector | None) -> str:
    """A selector, as one would write it into the file, on one line; a bare text is CSS."""
    if selector is None:
        return ""
    given = selector.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=_LEARNED)
    if list(given) == ["css"]:
        return str(given["css"])
    return _one_line(given)


def field_text(spec: AnyField) -> str:
    """Where a field stands and what is done with it, on one line; of a field made of fields, its rows."""
    if isinstance(spec, FieldSpec):
        return selector_text(spec) or "the row's own text"
    return f"each {selector_text(spec.each)}" if spec.each is not None else "one, made of"


def condition_text(condition: Condition) -> str:
    """A condition on one line."""
    return selector_text(condition)


def layout_yaml(layout: Layout) -> str:
    """The whole layout as the text of a file, without what it extends and without earlier versions."""
    given = layout.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"from_"})
    return yaml.safe_dump(given, sort_keys=False, allow_unicode=True, width=_WIDE)


def _one_line(given: Mapping[str, object]) -> str:
    """A mapping as YAML writes it between braces, without them."""
    return ", ".join(f"{_scalar(key)}: {_flow(value)}" for key, value in given.items())


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return f"{{{_one_line(value)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str):
        return _scalar(value)
    return json.dumps(value)


def _scalar(text: str) -> str:
    """A text bare where YAML reads it as that text, else in the quotes that need the least escaping."""
    try:
        if yaml.safe_load(f"{{{text}: {text}}}") == {text: text}:
            return text
    except (yaml.YAMLError, ValueError, RecursionError):
        pass
    if "'" in text and not set(text) & {'"', "\\"}:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"
