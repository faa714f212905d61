"""A worker in a process of its own, on a clock that stands still.

``python -m tests.desk.worker_program WORKSPACE TIME [SCRIPT]``: TIME is ISO 8601. SCRIPT stands for the commands:
sh runs it as each step, with the step's name and the site as ``$1`` and ``$2``; without it the real ones are run.
"""

import sys
from datetime import datetime
from pathlib import Path

from desk.run_log import JobRun
from desk.scheduled_crawl import Command, nightpost_commands
from desk.worker import Worker
from nightpost.clock import FixedClock
from nightpost.log import configure_log
from nightpost.workspace import Workspace, find_workspace


def main(folder: str, time: str, script: str | None = None) -> None:
    def commands(workspace: Workspace, site: str) -> list[Command]:
        if script is None:
            return nightpost_commands(workspace, site)
        shell = ("sh", "-c", script, str(workspace.folder))
        return [Command("crawl", (*shell, "crawl", site)), Command("ingest", (*shell, "ingest", site))]

    def say(run: JobRun) -> None:
        # One write: print would let another thread's line come between the text and its end.
        sys.stdout.write(run.model_dump_json() + "\n")
        sys.stdout.flush()

    configure_log("ERROR")
    clock = FixedClock(datetime.fromisoformat(time))
    Worker(find_workspace(Path(folder)), clock, commands=commands, on_run=say).run()
    print("stopped", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
