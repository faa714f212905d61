"""A crawl in a process of its own, for tests that kill it: PORT, STATE, how many records until it dies, and where.

Prints one line a kept page, and the summary as JSON at the end.
"""

import os
import signal
import sys
from pathlib import Path

import structlog

from crawler.run import crawl
from crawler.tor import TorEndpoint
from nightpost.exchange import Exchange
from tests.crawler.conftest import site_of
from tests.crawler.stand_ins import LAYOUT, FileEvidence, read_links


class DyingEvidence(FileEvidence):
    """Dies by SIGKILL at the n-th record: before it is written, or after, before the frontier hears of it."""

    def __init__(self, file: Path, left: int, moment: str) -> None:
        super().__init__(file)
        self._left = left
        self._moment = moment

    def record(self, exchange: Exchange) -> str:
        self._left -= 1
        if self._left == 0 and self._moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        capture_id = super().record(exchange)
        if self._left == 0 and self._moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        sys.stdout.write("kept\n")
        sys.stdout.flush()
        return capture_id


def main(port: str, state: str, left: str, moment: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    folder = Path(state)
    folder.mkdir(exist_ok=True)
    evidence = DyingEvidence(folder / "evidence.jsonl", int(left), moment)
    summary = crawl(
        site_of(),
        layout=LAYOUT,
        evidence=evidence,
        state=folder,
        tor=TorEndpoint("127.0.0.1", int(port)),
        read=read_links,
    )
    evidence.close()
    sys.stdout.write(summary.model_dump_json() + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
