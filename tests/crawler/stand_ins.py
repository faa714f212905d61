"""Small stand-ins for the rooms to the crawler's right: a reader of pages, and places where evidence is kept."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urljoin

from extractors.records import PageKind
from nightpost.exchange import Exchange

LAYOUT: Any = object()  # the reader below needs none


@dataclass(frozen=True)
class SeenLink:
    url: str
    kind: PageKind
    priority: int


@dataclass(frozen=True)
class Seen:
    page_kind: PageKind
    links: list[SeenLink]


def read_links(
    body: bytes, *, url: str, fetched_at: datetime | None, layout: object, charset: str | None = None
) -> Seen:
    """Every href of a page; the page's title is its kind; ``?p=N`` in a link is its priority."""
    text = body.decode(charset or "utf-8", "replace")
    title = re.search("<title>(.*?)</title>", text)
    kind: Any = title[1] if title and title[1] in get_args(PageKind) else "other"
    found = []
    for target in re.findall('href="(.*?)"', text):
        priority = re.search(r"[?&]p=(\d+)", target)
        try:
            absolute = urljoin(url, target)
        except ValueError:
            absolute = target
        found.append(SeenLink(absolute, "listing", int(priority[1]) if priority else 0))
    return Seen(kind, found)


@dataclass
class MemoryEvidence:
    """Keeps exchanges in memory."""

    kept: list[Exchange] = field(default_factory=list)

    def record(self, exchange: Exchange) -> str:
        self.kept.append(exchange)
        return str(len(self.kept) - 1)

    def captured(self, run_id: str) -> Iterator[tuple[str, str]]:
        for number, exchange in enumerate(self.kept):
            if exchange.run_id == run_id:
                yield exchange.url, str(number)

    def exchange(self, capture_id: str) -> Exchange:
        return self.kept[int(capture_id)]

    def close(self) -> None:
        pass

    @property
    def urls(self) -> list[str]:
        return [exchange.url for exchange in self.kept]


class FileEvidence:
    """Keeps exchanges in a file, a line each; a torn last line, left by a kill, is cut off."""

    def __init__(self, file: Path) -> None:
        self._file = file
        if file.exists():
            whole = file.read_bytes().rpartition(b"\n")
            file.write_bytes(whole[0] + whole[1])
        self._out = file.open("ab", buffering=0)

    def record(self, exchange: Exchange) -> str:
        line = {
            "site": exchange.site,
            "run_id": exchange.run_id,
            "url": exchange.url,
            "fetched_at": exchange.fetched_at.isoformat(),
            "request": base64.b64encode(exchange.request).decode(),
            "response": base64.b64encode(exchange.response).decode(),
            "truncated": exchange.truncated,
        }
        data = json.dumps(line).encode() + b"\n"
        self._out.write(data)
        return hashlib.sha256(data).hexdigest()

    def captured(self, run_id: str) -> Iterator[tuple[str, str]]:
        for line in self._file.read_bytes().splitlines(keepends=True):
            data = json.loads(line)
            if data["run_id"] == run_id:
                yield data["url"], hashlib.sha256(line).hexdigest()

    def exchange(self, capture_id: str) -> Exchange:
        for line in self._file.read_bytes().splitlines(keepends=True):
            if hashlib.sha256(line).hexdigest() == capture_id:
                data = json.loads(line)
                data["fetched_at"] = datetime.fromisoformat(data["fetched_at"])
                data["request"] = base64.b64decode(data["request"])
                data["response"] = base64.b64decode(data["response"])
                return Exchange(**data)
        raise KeyError(capture_id)

    def close(self) -> None:
        self._out.close()
