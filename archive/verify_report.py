"""What verification found."""

from dataclasses import dataclass, field
from typing import Protocol

from archive.errors import DamagedArchiveError


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing of a site that is not what was written.

    Attributes:
        file: relative to the archive's folder.
        offset: the byte in that file where the touched record or line begins; None when it is the whole file.
        record: the WARC-Record-ID, or ``line N`` of a journal or manifest; None when it is the whole file.
        why: what is wrong with it.
    """

    file: str
    offset: int | None
    record: str | None
    why: str

    def __str__(self) -> str:
        """One line for a person."""
        place = "" if self.offset is None else f" at byte {self.offset}"
        record = "" if self.record is None else f" ({self.record})"
        return f"{self.file}{place}{record}: {self.why}"


class TouchedError(DamagedArchiveError):
    """Ends the verification of a site at its first fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(slots=True)
class VerifyReport:
    """What was read again, and the first fault of each site.

    Attributes:
        sites: sites looked at.
        files: WARC files read.
        records: WARC records read, with every digest recomputed.
        captures: captures held against the journal.
        size: bytes read.
        unsealed: captures that no seal covers yet: they are checked against the journal, which is not signed so far.
        set_aside: lines that a recovery moved out of the journal (``set-aside.jsonl``).
        seals: digest of each site's last line of the manifest. Noted outside, it proves later that nothing was taken
            off the end (`verify`'s `noted`).
        faults: the first fault of each site that has one, sites in order of their names.
    """

    sites: int = 0
    files: int = 0
    records: int = 0
    captures: int = 0
    size: int = 0
    unsealed: int = 0
    set_aside: int = 0
    seals: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything is what was written."""
        return not self.faults

    @property
    def first_fault(self) -> Fault | None:
        """The first record, line or file that was touched."""
        return self.faults[0] if self.faults else None


class VerifyProgress(Protocol):
    """Is told how far the reading is, in bytes of WARC files."""

    def __call__(self, done: int, total: int) -> None:
        """So many bytes of so many are read."""
        ...
