"""The schedule: which site is crawled when. One file in the workspace, which a person may read and edit too."""

import fcntl
import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import tomli_w
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from desk.cron import cron_test
from nightpost.errors import ConfigurationError, NightpostError

SCHEDULE_FILE = "schedule.toml"


class ScheduleError(NightpostError):
    """The schedule holds no such entry."""


def _checked_cron(expression: str) -> str:
    try:
        cron_test(expression)
    except ConfigurationError as error:
        raise ValueError(str(error)) from error
    return " ".join(expression.split())


class ScheduledCrawl(BaseModel):
    """A site and when it is crawled: a cron expression, in UTC."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    cron: Annotated[str, AfterValidator(_checked_cron)]
    enabled: bool = True

    def is_due(self, minute: datetime) -> bool:
        """Whether the site is to be crawled in that minute."""
        return self.enabled and cron_test(self.cron)(minute)


class _ScheduleFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    crawl: list[ScheduledCrawl] = Field(default_factory=list)


class Schedule:
    """The schedule of one workspace; each site stands in it once."""

    def __init__(self, workspace: Path) -> None:
        self._file = workspace / SCHEDULE_FILE

    def entries(self) -> list[ScheduledCrawl]:
        """Every entry, by site.

        Raises:
            ConfigurationError: the file cannot be read, or an entry in it cannot be used.
        """
        try:
            text = self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"cannot read {self._file}: {error}; mend the file") from error
        try:
            read = _ScheduleFile.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"{self._file} is not valid TOML: {error}; mend the file") from error
        except ValidationError as error:
            raise ConfigurationError(f"{self._file}: {_first_fault(error)}; mend the file") from error
        return sorted(read.crawl, key=lambda entry: entry.site)

    def add(self, site: str, cron: str, *, enabled: bool = True) -> ScheduledCrawl:
        """Schedule a site; an entry that it has already is replaced.

        Raises:
            ConfigurationError: the site's name or the cron expression cannot be used, or the file cannot be written.
        """
        try:
            entry = ScheduledCrawl(site=site, cron=cron, enabled=enabled)
        except ValidationError as error:
            raise ConfigurationError(f"cannot schedule {site!r}: {_first_fault(error)}") from error
        with self._held():
            self._write([*(one for one in self.entries() if one.site != site), entry])
        return entry

    def remove(self, site: str) -> ScheduledCrawl:
        """Take a site out of the schedule; returns what its entry was.

        Raises:
            ScheduleError: it is not in it.
            ConfigurationError: the file cannot be read or written.
        """
        with self._held():
            entries = {one.site: one for one in self.entries()}
            removed = entries.pop(site, None)
            if removed is None:
                raise ScheduleError(f"{site!r} is not scheduled; list what is with: nightpost schedule list")
            self._write(list(entries.values()))
        return removed

    def due(self, minute: datetime) -> list[ScheduledCrawl]:
        """The entries whose time is that minute.

        Raises:
            ConfigurationError: the file cannot be read, or an entry in it cannot be used.
        """
        return [entry for entry in self.entries() if entry.is_due(minute)]

    @contextmanager
    def _held(self) -> Iterator[None]:
        """One writer at a time, so that none undoes what another added."""
        try:
            folder = os.open(self._file.parent, os.O_RDONLY)
        except OSError as error:
            raise ConfigurationError(f"cannot open {self._file.parent}: {error.strerror}; mend that first") from error
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    def _write(self, entries: list[ScheduledCrawl]) -> None:
        ordered = sorted(entries, key=lambda entry: entry.site)
        text = tomli_w.dumps({"crawl": [entry.model_dump() for entry in ordered]})
        temporary = self._file.with_suffix(".new")
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self._file)
        except OSError as error:
            raise ConfigurationError(f"cannot write {self._file}: {error.strerror}; mend that first") from error


def _first_fault(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg'].removeprefix('Value error, ')}"
