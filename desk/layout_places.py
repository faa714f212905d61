"""Where in which file each field of a layout is written, so that a person finds the line to correct.

The file on top is asked first, then what it extends, as in `extractors.layout`; in a file, its versions that hold are
asked before what stands outside of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from desk.layout_text import LayoutField
from extractors.layout import BUILT_IN, LayoutNotUsableError
from extractors.layout_schema import PageSpec

# No layout extends more: a ring of files that extend each other ends here.
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a file, counted from 1."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class LayoutPlaces:
    """The places of one layout's fields.

    Args:
        name: of the layout, without ``.yaml``.
        folders: where its file and those that it extends are looked for, before the built-in ones.
    """

    def __init__(self, name: str, folders: Sequence[Path]) -> None:
        self._files = list(_files(name, folders))

    @property
    def file(self) -> Path | None:
        """The layout's own file."""
        return self._files[0][0] if self._files else None

    def page(self, page: PageSpec, since: datetime | None = None) -> Place | None:
        """Where a kind of page begins, in the version that holds since then; None when no file can be told."""
        for file, layer in self._layers(since):
            found = _page(layer, page)
            if found is not None:
                return Place(file, _line(found))
        return None

    def field(self, field: LayoutField) -> Place | None:
        """Where a field is written; None when no file can be told."""
        for file, layer in self._layers(field.since):
            page = _page(layer, field.page)
            record = _record(page, field) if page is not None else None
            line = _field(record, field) if record is not None else None
            if line is not None:
                return Place(file, line)
        return None

    def _layers(self, since: datetime | None) -> Iterator[tuple[Path, yaml.MappingNode]]:
        """The parts of the files that are laid over each other, the uppermost first."""
        for file, top in self._files:
            yield from ((file, version) for version in _versions(top, since))
            yield file, top


def _files(name: str, folders: Sequence[Path]) -> Iterator[tuple[Path, yaml.MappingNode]]:
    """The layout's file and those that it extends, one after another."""
    seen: list[Path] = []
    wanted: str | None = name
    while wanted is not None and len(seen) < _DEEPEST:
        files = [folder / f"{wanted}.yaml" for folder in (*folders, BUILT_IN)]
        file = next((file for file in files if file.is_file() and file not in seen), None)
        top = _composed(file) if file is not None else None
        if file is None or top is None:
            return
        seen.append(file)
        yield file, top
        extends = _value(top, "extends")
        wanted = extends.value if isinstance(extends, yaml.ScalarNode) else None


def _composed(file: Path) -> yaml.MappingNode | None:
    """A file as YAML's nodes, which know their lines."""
    try:
        top = yaml.compose(file.read_text("utf-8"), Loader=yaml.SafeLoader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise LayoutNotUsableError(f"{file} cannot be read: {error}; mend the file") from error
    return top if isinstance(top, yaml.MappingNode) else None


def _versions(top: yaml.MappingNode, start: datetime | None) -> list[yaml.MappingNode]:
    """The versions of a file that hold from a time on or earlier, the newest first."""
    if start is None:
        return []
    holding: list[tuple[datetime, yaml.MappingNode]] = []
    for version in _items(_value(top, "versions")):
        since = _value(version, "from")
        moment = _moment(since.value) if isinstance(since, yaml.ScalarNode) else None
        if moment is not None and moment <= start:
            holding.append((moment, version))
    return [version for _, version in sorted(holding, key=lambda item: item[0], reverse=True)]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _page(top: yaml.MappingNode, page: PageSpec) -> yaml.MappingNode | None:
    for item in _items(_value(top, "pages")):
        if _text(item, "kind") == page.kind and _text(item, "name") == page.name:
            return item
    return None


def _record(page: yaml.MappingNode, field: LayoutField) -> yaml.MappingNode | None:
    """The same record of a page: of its kind, and the same one among those of its kind."""
    before = field.page.records[: field.record_number]
    nth = sum(record.kind == field.record.kind for record in before)
    same = [item for item in _items(_value(page, "records")) if _text(item, "kind") == field.record.kind]
    return same[nth] if nth < len(same) else None


def _field(record: yaml.MappingNode, field: LayoutField) -> int | None:
    node: yaml.Node | None = _value(record, field.group)
    line = None
    for step, name in enumerate(field.path):
        if step:
            node = _value(node, "fields") if isinstance(node, yaml.MappingNode) else None
        entry = _entry(node, name) if isinstance(node, yaml.MappingNode) else None
        if entry is None:
            return None
        key, node = entry
        # An alias (*name) stands for what is written further up: that is the line to correct.
        line = min(_line(key), _line(node))
    return line


def _entry(node: yaml.MappingNode, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    merged: list[yaml.Node] = []
    for key, value in node.value:
        if key.value == name:
            return key, value
        if key.tag == "tag:yaml.org,2002:merge":
            merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
    found = (_entry(other, name) for other in merged if isinstance(other, yaml.MappingNode))
    return next((entry for entry in found if entry is not None), None)


def _value(node: yaml.MappingNode, name: str) -> yaml.Node | None:
    entry = _entry(node, name)
    return entry[1] if entry is not None else None


def _text(node: yaml.MappingNode, name: str) -> str | None:
    value = _value(node, name)
    return value.value if isinstance(value, yaml.ScalarNode) else None


def _items(node: yaml.Node | None) -> list[yaml.MappingNode]:
    if not isinstance(node, yaml.SequenceNode):
        return []
    return [item for item in node.value if isinstance(item, yaml.MappingNode)]


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
