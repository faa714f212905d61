"""How addresses are told from what is none: ``python -m benchmarks.addresses [FOLDER OF RESEARCH DATA]``.

Prints, for each chain, how many tagged addresses are accepted and each that is refused with its reason; how many of
10,000 mutations of one character are accepted; and what the search for candidates costs in ordinary text.
"""

import argparse
import csv
import gzip
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from extractors.addresses import CHAINS, read_address
from extractors.components import crypto

# The names that the tags give to chains of ours, beside the tickers.
_ALIASES = {"BEP2": "BNB", "BEP20": "BNB", "BSC": "BNB", "Ripple": "XRP"}
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_MUTATIONS = 10_000


def read_tagged(data: Path) -> list[tuple[str, str]]:
    """(chain, address) of every tagged address of our chains; spaces at the ends are the list's, not the address's."""
    with gzip.open(data / "crypto" / "tagged-addresses.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [
            (_ALIASES.get(row["currency"], row["currency"]), row["address"].strip()) for row in csv.DictReader(file)
        ]
    return [(chain, address) for chain, address in rows if chain in CHAINS]


def reason_refused(text: str) -> str:
    """Why a text that somebody took for an address is none."""
    if len(text) == 64 and set(text) <= set("0123456789abcdef"):
        return "a hash or a payment id"
    if set(text) <= set("0123456789abcdef"):
        return "hexadecimal digits without 0x"
    if text[0] in "13" and set(text) - set(_BASE58):
        return "letters that are not of the alphabet: its case was changed"
    if text[0] in "48" and len(text) < 95:
        return f"cut short: {len(text)} characters"
    if text[0] in "13" and len(text) > 34:
        return f"too long: {len(text)} characters"
    return f"wrong checksum, {len(text)} characters"


def measure_tagged(tagged: Sequence[tuple[str, str]]) -> None:
    """Print what is read of each chain, and every address that is refused."""
    for chain in CHAINS:
        mine = [address for one, address in tagged if one == chain]
        read = Counter(one.chain if one else "refused" for one in (read_address(text, chain=chain) for text in mine))
        print(f"{chain:5} {len(mine):6} tagged; read as {dict(read)}")
        for text in mine:
            if read_address(text, chain=chain) is None:
                print(f"      {text[:6]}…{text[-4:]}: {reason_refused(text)}")


def measure_mutations(tagged: Sequence[tuple[str, str]]) -> None:
    """Print how many changes of one character leave an address that counts as checked."""
    chance = random.Random(1)  # noqa: S311 - a sample, not a key
    checked = [text for _, text in tagged if (one := read_address(text)) and one.checked]
    accepted = 0
    for _ in range(_MUTATIONS):
        address = chance.choice(checked)
        # The "0x" and "bc1" before the checked part decide which checksum there is.
        place = chance.randrange(4, len(address))
        letters = "0123456789abcdef" if address.startswith("0x") else _BASE58
        letter = chance.choice(letters.replace(address[place].lower(), "").replace(address[place], ""))
        one = read_address(address[:place] + letter + address[place + 1 :])
        accepted += one is not None and one.checked
    print(f"of {_MUTATIONS} mutations of one character {accepted} accepted")


def measure_candidates(titles: Sequence[str]) -> None:
    """Print what the search for candidates costs in titles and in 3 kB of them, beside splitting the text at spaces."""
    texts = [("a title", list(titles[:5000]))]
    whole = "\n".join(titles)
    texts.append(("3 kB of text", [whole[place : place + 3000] for place in range(0, 300_000, 3000)]))
    for name, sample in texts:
        begin = time.process_time()
        for text in sample:
            list(crypto.candidates(text))
        middle = time.process_time()
        for text in sample:
            text.split()
        ours, split = middle - begin, time.process_time() - middle
        print(f"candidates in {name}: {ours / len(sample) * 1e6:.1f} µs, {ours / split:.1f} times str.split")


def measure_addresses(data: Path, titles: Sequence[str]) -> None:
    """Print all of it."""
    tagged = read_tagged(data)
    measure_tagged(tagged)
    measure_mutations(tagged)
    measure_candidates(titles)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=Path(__file__).parents[2] / "shared" / "data")
    options = parser.parse_args()
    if not options.data.is_dir():
        sys.exit(f"no research data at {options.data}: say where it is")
    with gzip.open(options.data / "listings" / "alphabay-2017.csv.gz", "rt", encoding="utf-8", newline="") as file:
        measure_addresses(options.data, [row["title"] for row in csv.DictReader(file)])


if __name__ == "__main__":
    main()
