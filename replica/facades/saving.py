"""A facade's pages as files whose names say nothing, with the truth beside them."""

import json
from pathlib import Path

from replica.facades.pages import render
from replica.world.streams import stream


def save(name: str, folder: Path, *, seed: int = 1, vendors: int = 12, listings: int = 40) -> int:
    """Write the pages of a facade, shuffled, as ``page-0001.html`` and so on, and return how many.

    ``truth.jsonl`` beside them has one object a page: ``file``, ``url``, ``kind``, ``records``.

    Raises:
        FacadeError: there is no such facade, or it cannot be rendered.
        WorldError: a number is not positive.
        OSError: the folder cannot be written to.
    """
    pages = render(name, seed=seed, vendors=vendors, listings=listings)
    stream(seed, "files", name).shuffle(pages)
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for number, page in enumerate(pages, start=1):
        file = f"page-{number:04}.html"
        (folder / file).write_bytes(page.html)
        lines.append(json.dumps({"file": file, "url": page.url, "kind": page.kind, "records": page.records}))
    (folder / "truth.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(pages)
