"""Ingests an archive in small batches and after each says so and waits for a line: a process for tests that kill it.

With nothing on standard input it does not wait.

``python -m tests.index.ingesting ARCHIVE INDEX STATE JOBS`` with INDEX a file of the embedded store.
"""

import sys
from pathlib import Path

from archive.reader import ArchiveReader
from index import pages
from index.ingest import Progress, ingest
from index.sqlite_store import SqliteStore
from tests.index.market import LAYOUT

PAGES_A_BATCH = 3


def main(archive: Path, index: Path, state: Path, jobs: int) -> None:
    pages._BATCH_PAGES = PAGES_A_BATCH
    with SqliteStore(index) as store:
        ingest(ArchiveReader(archive), store, {"plain": LAYOUT}, folder=state, jobs=jobs, progress=_say_and_wait)


def _say_and_wait(progress: Progress) -> None:
    print(progress.site, progress.pages, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
