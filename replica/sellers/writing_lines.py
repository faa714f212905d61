"""Writes accounts and their truth to files as they come."""

import json
from collections.abc import Iterable
from pathlib import Path

from nightpost.errors import UnavailableError
from replica.sellers.lines import AccountLine, TruthLine

ACCOUNTS, TRUTH = "accounts.jsonl", "truth.jsonl"


def write_lines(folder: Path, lines: Iterable[tuple[AccountLine, TruthLine]]) -> int:
    """Write ``accounts.jsonl`` and ``truth.jsonl`` into a folder, which is made; returns how many accounts.

    Raises:
        UnavailableError: the folder cannot be written to.
    """
    count = 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            (folder / ACCOUNTS).open("w", encoding="utf-8") as said,
            (folder / TRUTH).open("w", encoding="utf-8") as so,
        ):
            for account, truth in lines:
                said.write(json.dumps(account, ensure_ascii=False) + "\n")
                so.write(json.dumps(truth) + "\n")
                count += 1
    except OSError as error:
        raise UnavailableError(f"cannot write accounts to {folder}: {error}; choose another folder") from error
    return count
