"""A gallery: a folder of saved pages as a site, so that real pages can be crawled like a live market.

One gallery is one site of one market. Pages are served byte for byte as they were saved, with the dead links that they
hold; an index page links to each. What can be asked for is the list of pages found at the start and nothing else, so
no path leads out of the folder.
"""

import html
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from nightpost.errors import NightpostError

_SNIFFED_BYTES = 4096
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)


class GalleryError(NightpostError):
    """A folder cannot be shown as a gallery."""


@dataclass(frozen=True, slots=True)
class SavedPages:
    """What is in a folder.

    Attributes:
        pages: each saved page's file by its path in the gallery, without the slash before it, in reading order.
        skipped: the paths of files that are none: not HTML, not readable, or leading out of the folder.
    """

    pages: dict[str, Path]
    skipped: list[str]


def find_pages(folder: Path) -> SavedPages:
    """Look for saved pages in a folder and the folders in it, by their content, whatever they are called.

    Raises:
        GalleryError: there is no such folder, or no page in it.
    """
    root = folder.resolve()
    if not root.is_dir():
        raise GalleryError(f"there is no folder {folder}; name the folder of the saved pages")
    files = [Path(within) / name for within, _, names in os.walk(root) for name in names]
    pages, skipped = {}, []
    for file in sorted(files, key=lambda file: _reading_order(file.relative_to(root).as_posix())):
        path = file.relative_to(root).as_posix()
        if _is_utf8(path) and file.resolve().is_relative_to(root) and _is_html(file):
            pages[path] = file
        else:
            skipped.append(path)
    if not pages:
        raise GalleryError(f"no HTML page is in {folder}; name the folder of the saved pages")
    return SavedPages(pages, skipped)


def gallery(folder: Path, *, page_size: int | None = None) -> Starlette:
    """The ASGI app of a gallery: its index at ``/`` (then ``/?page=2`` and so on), each page at its path.

    Args:
        folder: the saved pages; later changes to the list of files are not seen.
        page_size: how many links an index page has; None: all.

    Raises:
        GalleryError: there is no such folder, or no page in it.
    """
    saved = find_pages(folder)
    paths = list(saved.pages)
    size = page_size or len(paths)
    last = -(-len(paths) // size)

    def index(request: Request) -> Response:
        asked = request.query_params.get("page", "1")
        number = int(asked) if re.fullmatch("[1-9][0-9]{0,8}", asked) else 0
        if not 1 <= number <= last:
            raise HTTPException(404)
        return HTMLResponse(_index_page(folder.name, paths[(number - 1) * size : number * size], number, last))

    def page(request: Request) -> Response:
        file = saved.pages.get(request.path_params["path"])
        if file is None:
            raise HTTPException(404)
        # The type names no charset: the page's own word for it is part of what was saved.
        return Response(file.read_bytes(), headers={"content-type": "text/html"})

    return Starlette(routes=[Route("/", index), Route("/{path:path}", page)])


def _index_page(title: str, paths: list[str], number: int, last: int) -> str:
    links = [f'<li><a href="/{html.escape(quote(path))}">{html.escape(path)}</a></li>' for path in paths]
    turns = []
    if number > 1:
        turns.append(f'<a rel="prev" href="/?page={number - 1}">previous</a>')
    if number < last:
        turns.append(f'<a rel="next" href="/?page={number + 1}">next</a>')
    heading = html.escape(title)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{heading}</title></head>\n'
        f"<body><h1>{heading}</h1>\n<ul>\n" + "\n".join(links) + "\n</ul>\n"
        f"<p>page {number} of {last} {' '.join(turns)}</p></body></html>\n"
    )


def _reading_order(path: str) -> list[tuple[int, str]]:
    """Numbers in names count as numbers: page2 comes before page10."""
    return [(int(part) if part.isdigit() else -1, part) for part in re.split("([0-9]+)", path)]


def _is_utf8(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_html(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        return _HTML.search(stream.read(_SNIFFED_BYTES)) is not None
