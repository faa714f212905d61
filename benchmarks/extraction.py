"""How well and how fast the text pipeline reads: ``python benchmarks/extraction.py [FOLDER OF RESEARCH DATA]``.

Prints, for each category of real titles that names a substance, the share of titles in which it is found; the verdicts
on tagged addresses and on mutations of them; and throughput beside spaCy's blank English tokenizer in the same run.
"""

import argparse
import csv
import gzip
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import spacy
from spacy.language import Language

from extractors.addresses import read_address
from extractors.pipeline import build_pipeline, read_text

# Category of the titles -> the substances of which one must be found. Categories of mixed goods are not here.
CATEGORIES: dict[str, set[str]] = {
    "D&C > stims > cocaine": {"cocaine"},
    "D&C > stims > crack": {"cocaine"},
    "D&C > stims > meth": {"methamphetamine"},
    "D&C > stims > speed": {"amphetamine"},
    "D&C > opiods > heroin": {"heroin"},
    "D&C > ecstasy > MDMA": {"mdma"},
    "D&C > ecstasy > pills": {"mdma"},
    "D&C > ecstasy > mda": {"mda"},
    "D&C > psych > lsd": {"lsd"},
    "D&C > psych > dmt": {"dmt", "5-meo-dmt", "4-aco-dmt"},
    "D&C > psych > mushrooms": {"psilocybin", "4-aco-dmt"},
    "D&C > psych > 2cb": {"2c-b"},
    "D&C > psych > mescaline": {"mescaline"},
    "D&C > dissoc > ketamine": {"ketamine"},
    "D&C > dissoc > mxe": {"mxe", "deschloroketamine", "o-pce"},
    "D&C > cannabis > flowers": {"cannabis"},
    "D&C > cannabis > hash": {"cannabis"},
    "D&C > cannabis > concentrates": {"cannabis", "cbd"},
    "D&C > cannabis > edibles": {"cannabis", "cbd"},
    "D&C > cannabis > seeds": {"cannabis"},
    "D&C > cannabis > shake": {"cannabis"},
    "D&C > cannabis > preroll": {"cannabis"},
}
# Here the category names a class: one substance of it must be found.
CLASSES: dict[str, set[str]] = {
    "D&C > stims > adderall": {"stimulant"},
    "D&C > ecstasy > methylone": {"stimulant", "empathogen"},
    "D&C > opiods > fentanyl": {"opioid"},
    "D&C > opiods > pills": {"opioid"},
    "D&C > benzos > pills": {"benzodiazepine"},
    "D&C > benzos > powder": {"benzodiazepine"},
    "D&C > psych > nbome": {"psychedelic"},
    "D&C > cannabis > synthetic": {"synthetic cannabinoid"},
    "D&C > steroids > steriods": {"steroid"},
}
OTHER_GOODS = {"Guides & tutorials", "Counterfeit items", "Weapons", "Software & malware", "Jewels & gold"}
CHAINS = ("BTC", "LTC", "BCH", "DOGE", "DASH", "ETH", "XMR", "TRX")
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def read_titles(data: Path) -> list[tuple[str, str]]:
    """(category, title) of every real title."""
    with gzip.open(data / "listings" / "alphabay-2017.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [(row["category"], row["title"]) for row in csv.DictReader(file)]


def measure_categories(nlp: Language, titles: Sequence[tuple[str, str]], show: int) -> None:
    """Print the share of titles in which the category's substance is found, and some misses."""
    found: Counter[str] = Counter()
    total: Counter[str] = Counter()
    misses: dict[str, list[str]] = defaultdict(list)
    misfiled = 0
    drugs_in_other = Counter[str]()
    other = 0
    for category, title in titles:
        drugs = [one for one in read_text(nlp, title, source="benchmark") if one.type == "drug"]
        if category in OTHER_GOODS:
            other += 1
            drugs_in_other[category] += bool(drugs)
        if category not in CATEGORIES and category not in CLASSES:
            continue
        total[category] += 1
        names = {one.value for one in drugs}
        classes = {str(one.data["class"]) for one in drugs}
        if names & CATEGORIES.get(category, set()) or classes & CLASSES.get(category, set()):
            found[category] += 1
        else:
            misfiled += bool(names)
            misses[category].append(f"{title!r} -> {sorted(names)}")
    chance = _chance(3)
    for category in (*CATEGORIES, *CLASSES):
        print(f"{category:36} {found[category]:5} of {total[category]:5}  {found[category] / total[category]:.3f}")
        for miss in chance.sample(misses[category], min(show, len(misses[category]))):
            print("     ", miss)
    print(
        f"all of these {sum(found.values())} of {sum(total.values())} = {sum(found.values()) / sum(total.values()):.3f}"
    )
    missed = sum(total.values()) - sum(found.values())
    print(f"of the {missed} misses {misfiled} name another substance; in {missed - misfiled} none is read")
    print(f"titles of other goods in which a drug is read: {sum(drugs_in_other.values())} of {other}: {drugs_in_other}")


def measure_addresses(data: Path) -> None:
    """Print how many tagged addresses of our chains are accepted, and how many mutations."""
    with gzip.open(data / "crypto" / "tagged-addresses.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [(row["currency"], row["address"]) for row in csv.DictReader(file) if row["currency"] in CHAINS]
    for chain in CHAINS:
        mine = [address for currency, address in rows if currency == chain]
        read = Counter(one.chain if one else "refused" for one in map(read_address, mine))
        print(f"{chain:5} {len(mine):6} tagged; read as {dict(read)}")
    chance = _chance(1)
    accepted = 0
    checked = [address for currency, address in rows if (one := read_address(address)) and one.checked]
    for _ in range(10_000):
        address = chance.choice(checked)
        # The "0x" and "bc1" before the checked part decide which checksum there is.
        place = chance.randrange(4, len(address))
        letter = chance.choice(_ALPHABET.replace(address[place], ""))
        if address.startswith("0x"):
            letter = chance.choice("0123456789abcdef".replace(address[place].lower(), ""))
        one = read_address(address[:place] + letter + address[place + 1 :])
        accepted += one is not None and one.checked
    print(f"of 10000 mutations of one character {accepted} accepted")


def _chance(seed: int) -> random.Random:
    """Chance that falls the same way at each run; nothing here is secret."""
    return random.Random(seed)  # noqa: S311 - a sample, not a key


def rate(read: Callable[[str], object], texts: Iterable[str]) -> float:
    """Texts a second of processor time: other work on the machine does not count."""
    batch = list(texts)
    begin = time.process_time()
    for text in batch:
        read(text)
    return len(batch) / (time.process_time() - begin)


def measure_speed(nlp: Language, titles: Sequence[str]) -> None:
    """Print throughput beside spaCy's blank tokenizer, for titles and for descriptions of 3 kB made of titles."""
    blank = spacy.blank("en")
    chance = _chance(2)
    sample = chance.sample(list(titles), 5000)
    descriptions = []
    for _ in range(300):
        text = ""
        while len(text) < 3000:
            text += chance.choice(sample) + "\n"
        descriptions.append(text)
    for name, texts in (("titles", sample), ("3 kB descriptions", descriptions)):
        ours = rate(lambda text: read_text(nlp, text, source="benchmark"), texts)
        theirs = rate(blank, texts)
        print(f"{name}: read_text {ours:,.0f}/s; spacy.blank('en') alone {theirs:,.0f}/s; ratio {ours / theirs:.2f}")
    for size in (125_000, 250_000, 500_000, 1_000_000):
        text = ("\n".join(sample) * (size // 100_000 + 1))[:size]
        begin = time.process_time()
        read_text(nlp, text, source="benchmark")
        print(f"one text of {size:9,} characters: {time.process_time() - begin:.2f} s")


def main() -> None:
    """Measure all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--misses", type=int, default=0, help="how many misses to show for each category")
    options = parser.parse_args()
    if not options.data.is_dir():
        sys.exit(f"no research data at {options.data}: say where it is")
    nlp = build_pipeline()
    titles = read_titles(options.data)
    measure_categories(nlp, titles, options.misses)
    measure_addresses(options.data)
    measure_speed(nlp, [title for _, title in titles])


if __name__ == "__main__":
    main()
