"""Which layout a command means: one of the workspace's own, one that Nightpost brings, or a file."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import typer

from extractors.layout import BUILT_IN, Layout, LayoutNotUsableError, load_layout
from nightpost.errors import ConfigurationError
from nightpost.workspace import find_workspace

SLUG = re.compile(r"^[a-z0-9][a-z0-9-]*$")
"""What a layout and a market may be called."""
_SUFFIX = ".yaml"


def layout_folders(context: typer.Context) -> list[Path]:
    """Where a workspace's own layouts are, when the command is run in one; none is needed."""
    named = context.find_root().obj
    if named is not None:
        return [find_workspace(named).layouts]
    try:
        return [find_workspace(None).layouts]
    except ConfigurationError:
        return []


def layout_search(named: str, folders: Sequence[Path]) -> tuple[str, list[Path]]:
    """The name of the layout that is meant, and the folders to look for it before the built-in ones.

    Args:
        named: a name; or a path, which has a separator or ends in ``.yaml``.
        folders: of the workspace.

    Returns:
        For a path, the file's folder stands first. For a name that is neither in the workspace nor built in, the
        present folder stands last: there an induced layout lies before it is put into a workspace.

    Raises:
        LayoutNotUsableError: a path leads to no layout file.
    """
    if named.endswith(_SUFFIX) or os.sep in named:
        file = Path(named)
        if file.suffix != _SUFFIX:
            raise LayoutNotUsableError(f"{file} is no layout file; its name must end in {_SUFFIX}")
        if not file.is_file():
            raise LayoutNotUsableError(f"{file} is not there; check the path")
        return file.stem, [file.parent, *folders]
    known = any((folder / f"{named}{_SUFFIX}").is_file() for folder in (*folders, BUILT_IN))
    if not known and Path(f"{named}{_SUFFIX}").is_file():
        return named, [*folders, Path()]
    return named, list(folders)


def chosen_layout(context: typer.Context, named: str) -> Layout:
    """The layout that is meant; see `layout_search`.

    Raises:
        LayoutNotUsableError: there is none, or its file cannot be used.
    """
    return load_layout(*layout_search(named, layout_folders(context)))


def of_market(layout: Layout, market: str) -> Layout:
    """The layout, in all its versions, with records of another market."""
    newest, *earlier = (version.model_copy(update={"market": market}) for version in layout.versions)
    return newest.with_earlier(earlier[::-1])
