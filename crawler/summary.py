"""What a crawl run did: the record of it that is kept."""

from collections import Counter
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from nightpost.errors import UnavailableError

FinishedReason = Literal[
    "finished",        # everything known was fetched
    "budget",          # max_pages were fetched
    "stopped",         # somebody stopped it; the next crawl goes on with this run
    "site_failing",    # page after page failed; the next crawl goes on with this run
    "site_unreachable",  # not one response came
    "error",           # see the error that was raised; the next crawl goes on with this run
]  # fmt: skip


class RunSummary(BaseModel):
    """One run, over all its interruptions so far.

    Attributes:
        fetched: responses that were kept.
        bytes: their size on the wire.
        by_status: responses by HTTP status.
        by_page_kind: pages read, by what they were.
        refused: links, redirects and responses that the gate refused, by reason; a link counts each time it is met.
        failed: URLs given up, by reason.
        retried: how often a page was asked for again.
        truncated: responses that are not whole, by reason (the words of WARC-Truncated).
        odd: what else was odd, by kind, such as ``bomb`` or ``excess_response``.
        interruptions: how often Tor was lost.
        queued_left: URLs that still wait.
        resumed: whether this call went on with a run that had begun before.
    """

    model_config = ConfigDict(extra="forbid")

    run_id: str
    site: str
    authority: str
    started_at: AwareDatetime
    finished_at: AwareDatetime
    finished_reason: FinishedReason
    error: str | None = None
    resumed: bool
    fetched: int = 0
    bytes: int = 0
    by_status: dict[str, int] = Field(default_factory=dict)
    by_page_kind: dict[str, int] = Field(default_factory=dict)
    refused: dict[str, int] = Field(default_factory=dict)
    failed: dict[str, int] = Field(default_factory=dict)
    retried: int = 0
    truncated: dict[str, int] = Field(default_factory=dict)
    odd: dict[str, int] = Field(default_factory=dict)
    interruptions: int = 0
    queued_left: int = 0

    def save(self, folder: Path) -> Path:
        """Write it to ``RUN_ID.json``, whole or not at all.

        Raises:
            UnavailableError: the folder cannot be written.
        """
        file = folder / f"{self.run_id}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(".new")
            draft.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")
            draft.replace(file)
        except OSError as error:
            raise UnavailableError(f"cannot write {file}: {error.strerror}; mend that first") from error
        return file


def families(tally: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Counts of the frontier, as a dictionary for each family, the most frequent first."""
    grouped: dict[str, dict[str, int]] = {}
    for (family, name), n in tally.most_common():
        grouped.setdefault(family, {})[name] = n
    return grouped
