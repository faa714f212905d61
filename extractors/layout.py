"""Layouts by name: the workspace's own first, then those that Nightpost brings in ``extractors/layouts``.

A file may extend another (``extends: NAME``), and hold versions that do so from a date on
(`extractors.layout_versions`).
"""

import difflib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from extractors.layout_schema import Layout
from extractors.layout_versions import History, VersionsError, history_of
from nightpost.errors import ConfigurationError

__all__ = ["BUILT_IN", "Layout", "LayoutNotUsableError", "layout_names", "load_layout", "parse_layout"]

BUILT_IN = Path(__file__).parent / "layouts"


class LayoutNotUsableError(ConfigurationError):
    """A layout is not there, or its file does not say what a layout must."""


def load_layout(name: str, folders: Sequence[Path] = ()) -> Layout:
    """The layout of that name.

    Args:
        name: without ``.yaml``.
        folders: where to look before the built-in ones.

    Raises:
        LayoutNotUsableError: there is none, or its file cannot be used; the message names file, place and reason.
    """
    return _checked(*_found(name, folders, seen=()))


def layout_names(folders: Sequence[Path] = ()) -> list[str]:
    """The names of all layouts, sorted."""
    return sorted({file.stem for folder in (*folders, BUILT_IN) for file in folder.glob("*.yaml")})


def parse_layout(text: str, *, file: str = "layout") -> Layout:
    """A layout from the text of its file (``extends`` names a built-in one).

    Raises:
        LayoutNotUsableError: it cannot be used.
    """
    given = _parsed(text, file)
    return _checked(_history(given, file, (), seen=()), file)


def _found(name: str, folders: Sequence[Path], *, seen: tuple[str, ...]) -> tuple[History, str]:
    candidates = (folder / f"{name}.yaml" for folder in (*folders, BUILT_IN))
    # A layout that extends its own name means the one further on: how a workspace amends a built-in layout.
    files = [file for file in candidates if file.is_file() and str(file) not in seen]
    if not files:
        raise LayoutNotUsableError(_not_there(name, folders))
    file = files[0]
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LayoutNotUsableError(f"{file} cannot be read: {error}; mend the file") from error
    given = _parsed(text, str(file))
    given.setdefault("name", name)
    return _history(given, str(file), folders, seen=(*seen, str(file))), str(file)


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        given = yaml.safe_load(text)
    # An impossible date (2020-13-01) and brackets without end are not told as YAML errors.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise LayoutNotUsableError(f"{file} is not YAML: {reason}; mend the file") from error
    if not isinstance(given, dict):
        raise LayoutNotUsableError(f"{file} holds no layout; see docs/layouts.md for what belongs there")
    return given


def _history(given: dict[str, Any], file: str, folders: Sequence[Path], *, seen: tuple[str, ...]) -> History:
    """What the layout was at each time, with what it extends."""
    base_name = given.pop("extends", None)
    base: History = []
    if base_name is not None:
        if not isinstance(base_name, str):
            raise LayoutNotUsableError(f"{file}: extends: the name of one layout belongs here, not {base_name!r}")
        base, _ = _found(base_name, folders, seen=seen)
    try:
        return history_of(given, base)
    except VersionsError as error:
        raise LayoutNotUsableError(f"{file}: {error}; see docs/layouts.md") from error


def _checked(history: History, file: str) -> Layout:
    """The newest state of a layout, which knows those before it."""
    states = []
    for start, given in history:
        try:
            states.append(Layout.model_validate({"market": given.get("name"), **given, "from": start}))
        except ValidationError as error:
            raise LayoutNotUsableError(_first_fault(error, file, start)) from error
    return states[-1].with_earlier(states[:-1])


def _first_fault(error: ValidationError, file: str, start: datetime | None) -> str:
    faults = error.errors()
    fault = faults[0]
    path = "".join(_step(step) for step in fault["loc"]).lstrip(".")
    reason = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        reason = "nothing of that name belongs here"
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    version = f"version from {start:%Y-%m-%d}: " if start else ""
    return f"{file}: {version}{path}: {reason}{more}; see docs/layouts.md"


def _step(step: int | str) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    # The tags of the union of fields are no part of the file.
    return "" if step in {"field", "part"} else f".{step}"


def _not_there(name: str, folders: Iterable[Path]) -> str:
    names = layout_names(tuple(folders))
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
    return f"no layout is called {name!r}; {hint}"
