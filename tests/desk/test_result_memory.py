"""An export of ten times as many documents takes no more memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from desk.exports.result_export import FORMATS
from index.sqlite_store import SqliteStore
from tests.conftest import REPOSITORY
from tests.desk.result_documents import generated_reviews

FEW, MANY = 20_000, 200_000
# SQLite fills its page cache (64 MiB, see index/sqlite_schema.py) and the scan remembers 8 bytes a document.
BOUND_KIB = (64 + 16) * 1024


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    files = {count: tmp_path_factory.mktemp("memory") / f"{count}.sqlite" for count in (FEW, MANY)}
    for count, file in files.items():
        with SqliteStore(file) as store:
            batch = []
            for document in generated_reviews(count):
                batch.append(document)
                if len(batch) == 4000:
                    assert store.write(batch) == []
                    batch.clear()
    return files


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_peak_is_the_same_for_ten_times_as_many(indexes: dict[int, Path], tmp_path: Path, suffix: str) -> None:
    peaks, sizes = {}, {}
    for count, index in indexes.items():
        out = tmp_path / f"{count}{suffix}"
        command = [sys.executable, "-m", "tests.desk.result_program", str(index), str(out)]
        ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
        peaks[count], sizes[count] = int(ended.stdout), out.stat().st_size
    assert sizes[MANY] > 8 * sizes[FEW]
    assert peaks[MANY] - peaks[FEW] < BOUND_KIB, peaks
