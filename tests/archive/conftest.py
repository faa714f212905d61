"""A small archive to write into, and exchanges to write."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.site_archive import SiteArchive
from nightpost.clock import FixedClock
from nightpost.exchange import Exchange, Truncation
from nightpost.settings import ArchiveSettings

START = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
HOST = "http://" + "a" * 56 + ".onion"


@dataclass
class Evidence:
    """An archive's folder with its key and clock; opens its sites."""

    folder: Path
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))

    def open(self, site: str = "market", limits: ArchiveSettings | None = None) -> SiteArchive:
        return SiteArchive(
            self.folder,
            site,
            key=self.key,
            software="nightpost 0.1.0",
            operator="Postal Inspection",
            authority="CASE-7",
            limits=limits or ArchiveSettings(),
            clock=self.clock,
        )

    def fill(self, count: int, site: str = "market", limits: ArchiveSettings | None = None) -> list[str]:
        with self.open(site, limits) as archive:
            return [archive.record(exchange(number, site=site)) for number in range(count)]

    def files(self, pattern: str) -> list[Path]:
        return sorted(self.folder.glob(pattern))


def exchange(
    number: int = 0,
    *,
    site: str = "market",
    run_id: str = "run-1",
    response: bytes | None = None,
    request: bytes | None = None,
    url: str | None = None,
    truncated: Truncation | None = None,
) -> Exchange:
    page = f"<html><title>Listing {number}</title><p>from DE to WW</p></html>".encode()
    return Exchange(
        site=site,
        run_id=run_id,
        url=url or f"{HOST}/listing/{number}",
        fetched_at=START + timedelta(seconds=number),
        request=b"GET /listing HTTP/1.1\r\nHost: a.onion\r\n\r\n" if request is None else request,
        response=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n" + page
        if response is None
        else response,
        truncated=truncated,
    )


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path / "archive")
