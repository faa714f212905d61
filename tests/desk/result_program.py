"""Exports the reviews of an index, and prints the most memory (KiB) that the process ever held.

``python -m tests.desk.result_program INDEX OUT`` with INDEX a file of the embedded store.
"""

import resource
import sys
from pathlib import Path

from desk.exports.result_export import export_results
from index.search import Request
from index.sqlite_store import SqliteStore


def main(index: Path, out: Path) -> None:
    with SqliteStore(index) as store:
        export_results(store, Request(kinds=("review",)), out)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
