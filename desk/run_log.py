"""What the worker did: one JSON line a scheduled crawl, in the workspace."""

import json
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from nightpost.errors import NightpostError

Outcome = Literal["done", "failed", "stopped", "already running"]


class Step(BaseModel):
    """One command that was run: its exit code (minus the signal that ended it), and the last line that it said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    exit_code: int
    last_line: str


class JobRun(BaseModel):
    """One scheduled crawl with the ingest after it.

    ``stopped`` means that the worker was told to stop and passed that on; ``already running`` that the site was still
    being crawled, so that this run was left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: str
    due_at: AwareDatetime
    started_at: AwareDatetime
    ended_at: AwareDatetime
    outcome: Outcome
    steps: list[Step]


class RunLog:
    """The file of runs; several workers may append to it at once."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def append(self, run: JobRun) -> None:
        """Add a run.

        Raises:
            NightpostError: the file cannot be written.
        """
        line = json.dumps(run.model_dump(mode="json"), ensure_ascii=True) + "\n"
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # One write in append mode lands in one piece (POSIX, write(2) with O_APPEND).
            with self._file.open("ab", buffering=0) as log:
                log.write(line.encode())
        except OSError as error:
            raise NightpostError(f"cannot write {self._file}: {error.strerror}; mend that first") from error

    def runs(self) -> list[JobRun]:
        """Every run, in the order in which they ended.

        Raises:
            NightpostError: the file cannot be read, or a line in it is no run.
        """
        try:
            lines = self._file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise NightpostError(f"cannot read {self._file}: {error.strerror}; mend that first") from error
        try:
            return [JobRun.model_validate_json(line) for line in lines]
        except ValidationError as error:
            raise NightpostError(f"{self._file} holds a line that is no run; move the file away") from error
