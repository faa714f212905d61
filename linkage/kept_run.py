"""What a run of linkage keeps for the next one, in a folder: accounts, features, wording, and the pairs it compared.

A run is kept whole or not at all: it is written beside, and then renamed to ``run-NUMBER``. The one of the greatest
number is in force; older ones are removed once it is there. So a run that is killed leaves the one before it.

| file | what |
| --- | --- |
| ``manifest.json`` | see `Manifest` |
| ``accounts.parquet`` | of each account what it was read as, as digests (`linkage.account_digests`) |
| ``features.parquet`` | its features, each row by its account alone |
| ``common-texts.npy`` | the numbers of texts that many accounts show (`linkage.common_texts`) |
| ``space.npz``, ``usual.npz`` | the weights of n-grams; what is usual for each account |
| ``vectors-VIEW.npz``, ``cohort-VIEW.npz`` | the wording of the accounts, and of those they are measured against |
| ``pairs.parquet`` | the scored pairs, with ``evidence_weight`` in place of ``match_weight``: the prior is not in it |
| ``findings.json`` | what proves nothing, and the pairs held apart |

The accounts have one order in all files: that of their ids.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from scipy import sparse

from linkage.agglomeration import Objection
from linkage.identity import Discounted, Identity
from linkage.likeness import Likeness
from linkage.model import LinkageModel
from linkage.resemblance import Usual
from linkage.wording import VIEWS, Vectors, WordingSpace
from nightpost import __version__
from nightpost.errors import NightpostError

VERSION = 1
"""Of what is kept and how it is computed; to be raised when either changes."""

_Read = TypeVar("_Read")

_NAME = re.compile(r"run-(\d{8})")
_UNFINISHED = ".unfinished-"
_MANIFEST, _FINDINGS, _COMMON_TEXTS = "manifest.json", "findings.json", "common-texts.npy"


class KeptRunError(NightpostError):
    """What a run kept cannot be read or written."""


class OtherVersionError(KeptRunError):
    """What a run kept was made by another version."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _MadeBy(BaseModel):
    """What the manifest of every version says."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: int
    software: str


class Manifest(_Part):
    """What a kept run is.

    Attributes:
        version: `VERSION`.
        software: the version of Nightpost that made it.
        number: of the run; each is greater than the one before.
        model: the digest of the weights (`digest_of_model`).
        accounts: how many there were.
        full_accounts: how many there were when the weights of n-grams were counted and the cohort was chosen.
        identities: the digest of the identities that the run made (`digest_of_identities`).
    """

    version: int
    software: str
    number: int
    model: str
    accounts: int
    full_accounts: int
    identities: str


class KeptApart(_Part):
    """Two accounts that a run held apart although their pair weighs enough to join them."""

    a: str
    b: str
    why: Objection


class Findings(_Part):
    """What else a run found."""

    discounted: tuple[Discounted, ...]
    held_apart: tuple[KeptApart, ...]


@dataclass(frozen=True, slots=True)
class RunState:
    """What a run hands on: the parts of a kept run, see the table of the module."""

    accounts: pa.Table
    features: pa.Table
    common_texts: NDArray[np.int64]
    likeness: Likeness
    pairs: pa.Table
    findings: Findings


class KeptRun:
    """A run that was kept; its parts are read when they are asked for.

    Args:
        folder: of this run alone.

    Raises:
        OtherVersionError: another version made it.
        KeptRunError: it cannot be read; so does every part.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        made_by = self._read(_MANIFEST, lambda path: _MadeBy.model_validate_json(path.read_bytes()))
        if made_by != _MadeBy(version=VERSION, software=__version__):
            raise OtherVersionError(
                f"the run of linkage in {folder} was made by another version of Nightpost; run: nightpost link"
            )
        self.manifest: Manifest = self._read(_MANIFEST, lambda path: Manifest.model_validate_json(path.read_bytes()))

    @cached_property
    def accounts(self) -> pa.Table:
        """The digests of the accounts."""
        return self._read("accounts.parquet", pq.read_table)

    @cached_property
    def features(self) -> pa.Table:
        """The features of the accounts, each row by its account alone."""
        return self._read("features.parquet", pq.read_table)

    @cached_property
    def names(self) -> pa.Table:
        """Of the features, ``account_id`` and the forms of the handle."""
        columns = ["account_id", "handle", "handle_skeleton", "handle_root"]
        return self._read("features.parquet", lambda path: pq.read_table(path, columns=columns))

    @cached_property
    def common_texts(self) -> NDArray[np.int64]:
        """The numbers of texts that many accounts showed."""
        return self._read(_COMMON_TEXTS, lambda path: np.asarray(np.load(path, allow_pickle=False), np.int64))

    @cached_property
    def space(self) -> WordingSpace:
        """The weights of n-grams."""
        return self._read("space.npz", WordingSpace.load)

    @cached_property
    def cohort(self) -> Vectors:
        """The accounts that all are measured against."""
        return self._vectors("cohort")

    @cached_property
    def likeness(self) -> Likeness:
        """The accounts by their wording."""
        return Likeness(self.space, self._vectors("vectors"), self._read("usual.npz", _load_usual), self.cohort)

    @cached_property
    def pairs(self) -> pa.Table:
        """The scored pairs, with ``evidence_weight``."""
        return self._read("pairs.parquet", pq.read_table)

    def pair(self, a: str, b: str) -> pa.Table:
        """One scored pair, a before b; no row when it was not compared, or weighed too little to be kept."""
        wanted = (pc.field("a") == a) & (pc.field("b") == b)
        return self._read("pairs.parquet", lambda path: pq.read_table(path, filters=wanted))

    @cached_property
    def findings(self) -> Findings:
        """What else the run found."""
        return self._read(_FINDINGS, lambda path: Findings.model_validate_json(path.read_bytes()))

    def _vectors(self, name: str) -> Vectors:
        return Vectors(tuple(self._read(f"{name}-{view.name}.npz", _load_matrix) for view in VIEWS))

    def _read(self, name: str, read: Callable[[Path], _Read]) -> _Read:
        try:
            return read(self._folder / name)
        except (OSError, ValueError, KeyError, BadZipFile, ValidationError, pa.ArrowException) as error:
            raise KeptRunError(
                f"{self._folder / name}, which the last run of linkage kept, cannot be read"
                f" ({type(error).__name__}); make it anew with: nightpost link --anew"
            ) from error


def last_run(folder: Path) -> KeptRun | None:
    """The run that is in force; None when none was kept.

    Raises:
        OtherVersionError: another version made it.
        KeptRunError: it cannot be read.
    """
    runs = _runs(folder)
    return KeptRun(runs[max(runs)]) if runs else None


def keep(
    folder: Path, state: RunState, model: LinkageModel, identities: Collection[Identity], full_accounts: int
) -> int:
    """Keep a run, in force from then on, and remove older ones; its number.

    Args:
        folder: of all runs; it is made.
        state: what to keep.
        model: the weights.
        identities: those that the run made.
        full_accounts: see `Manifest`.

    Raises:
        KeptRunError: it cannot be written; the run before is still there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _runs(folder)
        number = max(before, default=0) + 1
        manifest = Manifest(
            version=VERSION,
            software=__version__,
            number=number,
            model=digest_of_model(model),
            accounts=state.accounts.num_rows,
            full_accounts=full_accounts,
            identities=digest_of_identities(identities),
        )
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder) as beside:
            _write(Path(beside) / "run", state, manifest)
            (Path(beside) / "run").rename(folder / f"run-{number:08}")
        for old in before.values():
            shutil.rmtree(old)
        for left in folder.glob(f"{_UNFINISHED}*"):  # of runs that were killed
            shutil.rmtree(left)
    except OSError as error:
        reason = error.strerror or str(error)
        raise KeptRunError(f"cannot keep the run of linkage in {folder}: {reason}; mend that and link again") from error
    return number


def digest_of_model(model: LinkageModel) -> str:
    """A digest of the weights."""
    return hashlib.sha256(model.model_dump_json().encode()).hexdigest()


def digest_of_identities(identities: Collection[Identity]) -> str:
    """A digest of identities, in whatever order."""
    found = hashlib.sha256()
    for one in sorted(identities, key=lambda identity: identity.identity_id):
        found.update(one.model_dump_json().encode() + b"\n")
    return found.hexdigest()


def _runs(folder: Path) -> dict[int, Path]:
    """The folders of kept runs by their numbers."""
    found = ((_NAME.fullmatch(path.name), path) for path in folder.glob("run-*"))
    return {int(name[1]): path for name, path in found if name}


def _write(folder: Path, state: RunState, manifest: Manifest) -> None:
    folder.mkdir()
    pq.write_table(state.accounts, folder / "accounts.parquet")
    pq.write_table(state.features, folder / "features.parquet")
    np.save(folder / _COMMON_TEXTS, state.common_texts, allow_pickle=False)
    # Small groups of rows: one pair is found without reading the others.
    pq.write_table(state.pairs, folder / "pairs.parquet", row_group_size=50_000)
    state.likeness.space.save(folder / "space.npz")
    usual = state.likeness.usual
    np.savez(folder / "usual.npz", allow_pickle=False, mean=usual.mean, deviation=usual.deviation)
    for name, vectors in (("vectors", state.likeness.vectors), ("cohort", state.likeness.others)):
        for view, matrix in zip(VIEWS, vectors.views, strict=True):
            sparse.save_npz(folder / f"{name}-{view.name}.npz", matrix, compressed=False)
    (folder / _FINDINGS).write_text(state.findings.model_dump_json(), encoding="utf-8")
    (folder / _MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _load_usual(path: Path) -> Usual:
    with path.open("rb") as file, np.load(file) as kept:
        return Usual(kept["mean"], kept["deviation"])


def _load_matrix(path: Path) -> sparse.csr_matrix:
    with path.open("rb") as file:  # closed also when it is damaged, which the library does not do
        return sparse.csr_matrix(sparse.load_npz(file))
