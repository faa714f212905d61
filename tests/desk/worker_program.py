"""A worker in a process of its own, with a stand-in for the crawl and a clock that may stand still.

``python -m tests.desk.worker_program WORKSPACE TIME SCRIPT``: TIME is ISO 8601, or ``now`` for the machine's clock;
SCRIPT is run by sh as each step, with the step's name and the site as ``$1`` and ``$2``.
"""

import sys
from datetime import datetime
from pathlib import Path

from desk.run_log import JobRun
from desk.scheduled_crawl import Command
from desk.worker import Worker
from nightpost.clock import FixedClock, SystemClock
from nightpost.log import configure_log
from nightpost.workspace import Workspace, find_workspace


def main(folder: str, time: str, script: str) -> None:
    def commands(workspace: Workspace, site: str) -> list[Command]:
        shell = ("sh", "-c", script, str(workspace.folder))
        return [Command("crawl", (*shell, "crawl", site)), Command("ingest", (*shell, "ingest", site))]

    def say(run: JobRun) -> None:
        print(run.model_dump_json(), flush=True)

    configure_log("ERROR")
    clock = SystemClock() if time == "now" else FixedClock(datetime.fromisoformat(time))
    Worker(find_workspace(Path(folder)), clock, commands=commands, on_run=say).run()
    print("stopped", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
