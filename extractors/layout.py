"""Layouts by name: the workspace's own first, then those that Nightpost brings in ``extractors/layouts``.

A file may extend another (``extends: NAME``): its values are laid over the other's, pages are matched by kind and name,
mappings are merged, ``null`` removes, and anything else replaces.
"""

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from extractors.layout_schema import Layout
from nightpost.errors import ConfigurationError

__all__ = ["BUILT_IN", "Layout", "LayoutNotUsableError", "layout_names", "load_layout", "parse_layout"]

BUILT_IN = Path(__file__).parent / "layouts"
_MATCHED_LISTS = frozenset(["pages", "records"])
_FIELDS = frozenset(["fields", "common", "totals"])


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
    return _checked(*_merged(name, folders, seen=()))


def layout_names(folders: Sequence[Path] = ()) -> list[str]:
    """The names of all layouts, sorted."""
    return sorted({file.stem for folder in (*folders, BUILT_IN) for file in folder.glob("*.yaml")})


def parse_layout(text: str, *, file: str = "layout") -> Layout:
    """A layout from the text of its file (``extends`` names a built-in one).

    Raises:
        LayoutNotUsableError: it cannot be used.
    """
    given = _parsed(text, file)
    return _checked(_extended(given, file, (), seen=()), file)


def _merged(name: str, folders: Sequence[Path], *, seen: tuple[str, ...]) -> tuple[dict[str, Any], str]:
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
    return _extended(given, str(file), folders, seen=(*seen, str(file))), str(file)


def _parsed(text: str, file: str) -> dict[str, Any]:
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise LayoutNotUsableError(f"{file} is not YAML: {reason}; mend the file") from error
    if not isinstance(given, dict):
        raise LayoutNotUsableError(f"{file} holds no layout; see docs/layouts.md for what belongs there")
    return given


def _extended(given: dict[str, Any], file: str, folders: Sequence[Path], *, seen: tuple[str, ...]) -> dict[str, Any]:
    base_name = given.pop("extends", None)
    if base_name is None:
        return given
    if not isinstance(base_name, str):
        raise LayoutNotUsableError(f"{file}: extends: the name of one layout belongs here, not {base_name!r}")
    base, _ = _merged(base_name, folders, seen=seen)
    base.pop("name", None)
    return _overlay(base, given)


def _overlay(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = base.get(key)
        if value is None:
            merged.pop(key, None)
        elif key in _MATCHED_LISTS and isinstance(value, list) and isinstance(below, list):
            merged[key] = _overlay_matched(below, value)
        elif key in _FIELDS and isinstance(value, dict) and isinstance(below, dict):
            # A field is replaced whole: half of one selector and half of another would select nothing.
            merged[key] = {name: spec for name, spec in {**below, **value}.items() if spec is not None}
        elif isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _overlay(below, value)
        else:
            merged[key] = value
    return merged


def _overlay_matched(base: list[Any], over: list[Any]) -> list[Any]:
    """Lists of mappings, matched by kind and name; what is new stands first, as pages are tried in order."""
    merged = list(base)
    new = []
    for item in over:
        same = [place for place, other in enumerate(merged) if _identity(other) == _identity(item)]
        if same and isinstance(item, dict):
            merged[same[0]] = _overlay(merged[same[0]], item)
        else:
            new.append(item)
    return new + merged


def _identity(item: object) -> object:
    return (item.get("kind"), item.get("name")) if isinstance(item, dict) else id(item)


def _checked(given: dict[str, Any], file: str) -> Layout:
    given.setdefault("market", given.get("name"))
    try:
        return Layout.model_validate(given)
    except ValidationError as error:
        raise LayoutNotUsableError(_first_fault(error, file)) from error


def _first_fault(error: ValidationError, file: str) -> str:
    faults = error.errors()
    fault = faults[0]
    path = "".join(_step(step) for step in fault["loc"]).lstrip(".")
    reason = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        reason = "nothing of that name belongs here"
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{file}: {path}: {reason}{more}; see docs/layouts.md"


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
