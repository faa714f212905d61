"""Captures a second that the archive writes, over records a second of bare warcio, in the same run.

Both write the same pages of 22 kB with their requests. Ours also digests with SHA-256, journals, chains and seals.

    python benchmarks/archive_writing.py [PAGES]
"""

import hashlib
import io
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from warcio.warcwriter import WARCWriter

from archive.reader import ArchiveReader
from archive.site_archive import SiteArchive
from archive.verify import verify
from nightpost.clock import SystemClock
from nightpost.exchange import Exchange
from nightpost.settings import ArchiveSettings

PAGE_BYTES = 22_000
ROW = (
    '<tr class="row"><td><a href="/listing/{0}" class="title">{0} grams of {1} escrow</a></td>'
    '<td><a href="/user/{1}">{1}</a></td><td class="price">USD {0}.{2}</td><td>Ships from {3} to worldwide</td></tr>\n'
)


def exchanges(count: int) -> list[Exchange]:
    """Index pages; they compress to about an eighth, as the market pages that people saved do."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = []
    for number in range(count):
        rows = []
        for row in range(PAGE_BYTES // 180):
            noise = hashlib.sha256(f"{number} {row}".encode()).hexdigest()
            rows.append(ROW.format(int(noise[:3], 16), noise[3:9], noise[9:11], noise[11:13]))
        page = "".join(rows)[:PAGE_BYTES]
        made.append(
            Exchange(
                site="market",
                run_id="benchmark",
                url=f"http://market.onion/listing/{number}",
                fetched_at=start + timedelta(seconds=number),
                request=b"GET /listing HTTP/1.1\r\nHost: market.onion\r\nAccept: text/html\r\n\r\n",
                response=b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode(),
            )
        )
    return made


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def write_with_warcio(folder: Path, pages: list[Exchange]) -> None:
    """The baseline: warcio as its manual shows it, WARC/1.1, gzip a record."""
    with (folder / "baseline.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream, gzip=True, warc_version="1.1")
        for page in pages:
            response = writer.create_warc_record(page.url, "response", payload=io.BytesIO(page.response))
            request = writer.create_warc_record(page.url, "request", payload=io.BytesIO(page.request))
            writer.write_request_response_pair(request, response)


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    pages = exchanges(count)
    key = Ed25519PrivateKey.generate()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        baseline = seconds(lambda: write_with_warcio(folder, pages))
        with SiteArchive(
            folder / "archive",
            "market",
            key=key,
            software="benchmark",
            operator="benchmark",
            authority="none",
            limits=ArchiveSettings(),
            clock=SystemClock(),
        ) as archive:
            ours = seconds(lambda: [archive.record(page) for page in pages])
        reader = ArchiveReader(folder / "archive")
        captures = [capture for _, capture in reader.captures("market")]
        reading = seconds(lambda: [reader.payload(capture) for capture in captures])
        verifying = seconds(lambda: verify(folder / "archive", key.public_key()))
        size = sum(file.stat().st_size for file in folder.glob("archive/*/*.warc.gz"))
    print(f"pages of {PAGE_BYTES} bytes: {count}, stored in {size / count:.0f} bytes each")
    print(f"bare warcio:   {count / baseline:8.0f} captures/s")
    print(f"archive:       {count / ours:8.0f} captures/s, {ours / count * 1000:.2f} ms a capture")
    print(f"ratio:         {baseline / ours:8.2f} (archive over bare warcio; above 1 is faster)")
    print(f"reading back:  {count / reading:8.0f} payloads/s, at random places")
    print(f"verification:  {count / verifying:8.0f} captures/s")


if __name__ == "__main__":
    main()
