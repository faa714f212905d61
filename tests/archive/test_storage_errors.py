"""A full disk, a limit, a folder that must not be written: a clear error, nothing half-written, the archive valid."""

import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.keys import load_or_create_key
from archive.reader import ArchiveReader
from archive.verify import verify
from tests.archive.conftest import Evidence, exchange
from tests.requirements import missing


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    if os.geteuid() != 0:
        missing("root", "mounting a small file system needs it")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        missing("mount", "this machine lets nobody mount a tmpfs")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def _fill_up(record: Callable[[int], str]) -> tuple[list[str], str]:
    kept = []
    for number in range(1000):
        try:
            kept.append(record(number))
        except ArchiveError as error:
            return kept, str(error)
    raise AssertionError("the disk never got full")


def _page(number: int) -> bytes:
    return b"HTTP/1.1 200 OK\r\n\r\n" + number.to_bytes(2, "big") + os.urandom(10_000)


def test_a_full_disk_is_told_and_what_was_recorded_stays_valid(small_disk: Path) -> None:
    evidence = Evidence(small_disk / "archive")
    archive = evidence.open()
    kept, message = _fill_up(lambda number: archive.record(exchange(number, response=_page(number))))
    assert len(kept) > 10
    assert "No space left on device" in message
    assert "mend the disk" in message
    assert len(message.splitlines()) == 1
    report = verify(evidence.folder, evidence.key.public_key())
    assert (report.ok, report.captures) == (True, len(kept))
    # The half-written record is cut off, so smaller ones still find room; then no seal may fit either.
    ballast = small_disk / "ballast"
    try:
        ballast.write_bytes(bytes(1 << 20))
    except OSError:
        assert ballast.stat().st_size < 1 << 20
    with pytest.raises(ArchiveError, match="No space left"):
        archive.close()
    subprocess.run(["mount", "-o", "remount,size=2m", str(small_disk)], check=True)
    with evidence.open() as again:
        assert [identity for _, identity in again.captured("run-1")] == kept
        again.record(exchange(999))
    report = verify(evidence.folder, evidence.key.public_key())
    assert (report.ok, report.unsealed, report.captures) == (True, 0, len(kept) + 1)


def test_a_disk_that_has_room_again_takes_the_same_page(small_disk: Path) -> None:
    evidence = Evidence(small_disk / "archive")
    with evidence.open() as archive:
        kept, _ = _fill_up(lambda number: archive.record(exchange(number, response=_page(number))))
        subprocess.run(["mount", "-o", "remount,size=1m", str(small_disk)], check=True)
        kept.append(archive.record(exchange(500)))
    report = verify(evidence.folder, evidence.key.public_key())
    assert (report.ok, report.captures, report.unsealed) == (True, len(kept), 0)


LIMITED = """
    import os, resource, sys
    from pathlib import Path
    from archive.errors import ArchiveError
    from tests.archive.conftest import Evidence, exchange
    from archive.keys import load_or_create_key

    folder = Path(sys.argv[1])
    archive = Evidence(folder / "archive", key=load_or_create_key(folder / "keys")).open()
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    number = 0
    try:
        while True:
            archive.record(exchange(
                number, request=b"", response=b"HTTP/1.1 200 OK\\r\\n\\r\\n" + os.urandom(int(sys.argv[3]))
            ))
            number += 1
    except ArchiveError as error:
        print(number, error)
"""


@pytest.mark.parametrize(("limit", "size", "file"), [(40_000, 3_000, ".warc.gz"), (8_000, 10, "journal.jsonl")])
def test_a_limit_on_the_size_of_files_is_told_for_both_files(tmp_path: Path, limit: int, size: int, file: str) -> None:
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(LIMITED), str(tmp_path), str(limit), str(size)],
        capture_output=True,
        check=True,
        text=True,
    )
    count, _, message = run.stdout.strip().partition(" ")
    assert int(count) > 3
    assert file in message
    assert "File too large" in message
    evidence = Evidence(tmp_path / "archive", key=load_or_create_key(tmp_path / "keys"))
    assert verify(evidence.folder, evidence.key.public_key()).ok
    with evidence.open() as archive:
        assert not archive.recovery
        assert len(archive) == int(count)
    assert verify(evidence.folder, evidence.key.public_key()).unsealed == 0


def test_a_folder_that_must_not_be_written_is_told(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    if os.geteuid() == 0:
        (tmp_path / "file").write_text("in the way")
        shut = tmp_path / "file"
    with pytest.raises(ArchiveError, match=r"cannot make .*: (Permission denied|Not a directory); mend the disk"):
        Evidence(shut / "archive").open()


UNPRIVILEGED = """
    import os, sys
    from pathlib import Path
    from archive.errors import ArchiveError
    from archive.reader import ArchiveReader
    from tests.archive.conftest import Evidence, exchange

    os.setgid(65534)
    os.setuid(65534)
    folder = Path(sys.argv[1])
    print(len(list(ArchiveReader(folder).captures("market"))))
    try:
        Evidence(folder).open()
    except ArchiveError as error:
        print(error)
"""


def test_without_permission_to_write_the_evidence_can_be_read_and_the_error_is_clear() -> None:
    if os.geteuid() != 0:
        missing("root", "becoming another user needs it")
    folder = Path("/tmp") / f"nightpost-permission-{os.getpid()}"
    try:
        Evidence(folder).fill(2)
        run = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(UNPRIVILEGED), str(folder)],
            capture_output=True,
            check=True,
            text=True,
        )
    finally:
        shutil.rmtree(folder)
    count, message = run.stdout.splitlines()
    assert count == "2"
    assert "Permission denied; mend the disk or its permissions" in message


def test_a_full_disk_while_reading_is_no_matter(small_disk: Path) -> None:
    evidence = Evidence(small_disk / "archive")
    (identity,) = evidence.fill(1)
    reader = ArchiveReader(evidence.folder)
    try:
        (small_disk / "ballast").write_bytes(bytes(1 << 20))
    except OSError:
        assert reader.exchange(reader.get(identity)) == exchange(0)
    assert verify(evidence.folder, evidence.key.public_key()).ok
