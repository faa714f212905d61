"""``python -m replica.sellers --sellers 5000 --seed 7 --out DIR``: writes accounts.jsonl and truth.jsonl."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from nightpost.errors import NightpostError
from replica.sellers.accounts import SellerWorld
from replica.sellers.writing_lines import write_lines


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
    world = SellerWorld(given.seed, given.sellers, hard_evidence=not given.without_hard_evidence)
    try:
        count = write_lines(given.out, zip(world.accounts(), world.truth(), strict=True))
    except NightpostError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{count} accounts of {given.sellers} sellers and their impersonators in {given.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
