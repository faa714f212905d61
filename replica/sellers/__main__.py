"""``python -m replica.sellers --sellers 5000 --seed 7 --out DIR``: writes accounts.jsonl and truth.jsonl."""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from replica.sellers.accounts import SellerWorld


def write_lines(path: Path, lines: Iterable[Mapping[str, object]]) -> int:
    """Write objects as JSON, one a line, as they come; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m replica.sellers", description=__doc__)
    parser.add_argument("--sellers", type=int, default=5000, help="how many sellers, impersonators apart")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same world")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to; it is made")
    parser.add_argument("--without-hard-evidence", action="store_true", help="no keys, addresses, contacts or claims")
    given = parser.parse_args(arguments)
    if given.sellers < 1:
        parser.error("--sellers must be at least 1")
    given.out.mkdir(parents=True, exist_ok=True)
    world = SellerWorld(given.seed, given.sellers, hard_evidence=not given.without_hard_evidence)
    count = write_lines(given.out / "accounts.jsonl", world.accounts())
    write_lines(given.out / "truth.jsonl", world.truth())
    print(f"{count} accounts of {given.sellers} sellers and their impersonators in {given.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
