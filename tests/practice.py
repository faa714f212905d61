"""A workspace with a practice world in it, made without a server: pages as rendered, archived, indexed."""

import base64
import hashlib
from datetime import timedelta
from pathlib import Path

from archive.keys import load_or_create_key
from archive.reader import ArchiveReader
from archive.site_archive import SiteArchive
from extractors.layout import load_layout
from extractors.pipeline import build_pipeline
from index.ingest import IngestSummary, ingest
from index.sqlite_store import SqliteStore
from nightpost.clock import FixedClock
from nightpost.exchange import Exchange
from nightpost.onion import onion_checksum
from nightpost.workspace import Workspace, create_workspace
from replica.markets.saving import pages
from replica.world import World


def onion_of(name: str) -> str:
    """An onion address of nobody's: the same for the same name."""
    key = hashlib.sha256(name.encode()).digest()
    return base64.b32encode(key + onion_checksum(key) + b"\x03").decode().lower() + ".onion"


def practice_workspace(folder: Path, world: World) -> Workspace:
    """A new workspace in which every market of the world was captured once, page by page, and indexed."""
    workspace = create_workspace(folder, "tests")
    for market in world.markets:
        _capture(workspace, world, market.name)
    layouts = {market.name: load_layout(f"practice-{market.family}") for market in world.markets}
    with SqliteStore(workspace.folder / "index.sqlite") as store:
        summary: IngestSummary = ingest(
            ArchiveReader(workspace.archive), store, layouts, build_pipeline(), folder=workspace.state
        )
    assert (summary.rejected, summary.without_layout) == (0, [])
    return workspace


def _capture(workspace: Workspace, world: World, market: str) -> None:
    clock = FixedClock(world.start)
    archive = SiteArchive(
        workspace.archive,
        market,
        key=load_or_create_key(workspace.keys),
        software="tests",
        operator="tests",
        authority="TEST-1",
        limits=workspace.settings.archive_files,
        clock=clock,
    )
    with archive:
        for url, body in pages(world, market, f"http://{onion_of(market)}"):
            clock.at += timedelta(seconds=1)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
            archive.record(
                Exchange(
                    site=market,
                    run_id="run-1",
                    url=url,
                    fetched_at=clock.at,
                    request=f"GET {url} HTTP/1.1\r\n\r\n".encode(),
                    response=head.encode() + body,
                )
            )
