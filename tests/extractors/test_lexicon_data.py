"""The lexicon's data: names mean one thing, schedules and registry numbers are right, what is controlled is there."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from extractors.drugs.registry_numbers import checked_cas
from extractors.lexicon import Lexicon, Substance, key_of, load_lexicon

COMMON_WORDS = frozenset(Path(__file__).with_name("common_words.txt").read_text("utf-8").split())

# Synonyms of the list that sellers use for something else, and what was taken off the schedules since.
OTHERWISE = {
    "Captagon": "what is sold as Captagon is amphetamine",
    "fentanyl": "the list gives the kind, not a name",
    "Fenfluramine": "not controlled since 2022", "Pondimin": "as fenfluramine", "Ponderal": "as fenfluramine",
}  # fmt: skip
# Lines of the schedules that name a group of substances.
GROUPS = {"Anabolic steroids", "Barbituric acid derivative", "Stimulant compounds previously excepted"}
# Lines that name a weaker preparation of a substance, in a schedule of its own.
PREPARATION = re.compile(
    r"preparations?|combination product|dosage forms?|suppository|noncontrolled|alkaloid|FDA|bulk|mg/|ug AtSO4|Food a"
)


def certain(one: Substance) -> Iterator[str]:
    """The names of a substance that need no company."""
    if one.name_is_alias:
        yield one.name
    yield from one.aliases
    yield from chain(*one.forms.values())


def test_the_lexicon_is_large_and_each_class_has_its_share() -> None:
    lexicon = load_lexicon()
    count: dict[str, int] = defaultdict(int)
    for kind in lexicon.classes.values():
        count[kind] += 1
    assert len(lexicon.substances) >= 1500
    for kind, least in {
        "opioid": 250, "benzodiazepine": 75, "stimulant": 200, "psychedelic": 200, "synthetic cannabinoid": 150,
        "dissociative": 40, "steroid": 100, "pharmaceutical": 250, "precursor": 50, "adulterant": 25, "poison": 10,
    }.items():  # fmt: skip
        assert count[kind] >= least, kind


def test_no_certain_name_means_two_substances() -> None:
    meant: dict[str, set[str]] = defaultdict(set)
    for one in load_lexicon().substances.values():
        for name in certain(one):
            meant[key_of(name)[0]].add(one.name)
    assert {name: who for name, who in meant.items() if len(who) > 1} == {}


def test_no_certain_name_is_a_common_word() -> None:
    found = [
        (one.name, name)
        for one in load_lexicon().substances.values()
        for name in certain(one)
        if name.casefold() in COMMON_WORDS
    ]
    assert found == []
    assert len(COMMON_WORDS) > 900


def test_certain_names_are_long_enough_to_mean_one_thing() -> None:
    """Names of two letters are words or units; of three they must be abbreviations that have no other use."""
    for one in load_lexicon().substances.values():
        for name in certain(one):
            assert len(key_of(name)[0]) >= 3, (one.name, name)


def test_no_certain_name_has_a_digit_alone() -> None:
    for one in load_lexicon().substances.values():
        for name in certain(one):
            assert any(letter.isalpha() for letter in name), (one.name, name)


def test_a_doubtful_name_does_not_hide_a_certain_one_of_its_substance() -> None:
    """The longest name wins: "black hash" in need of company would hide "hash", which needs none."""
    lexicon = load_lexicon()
    for one in lexicon.substances.values():
        for name in chain(*(uncertain.names for uncertain in one.uncertain)):
            for part in parts_of(name):
                senses = [sense for sense in lexicon.senses_of(part) if sense.uncertain is None]
                assert all(sense.substance.name != one.name for sense in senses), (one.name, name, part)


def parts_of(name: str) -> Iterator[str]:
    """The shorter names that stand in a name."""
    words = name.split()
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            if last - first < len(words):
                yield " ".join(words[first:last])


def test_words_of_company_are_single_words_without_accents() -> None:
    """They are compared with folded pieces of the text: another form would never match."""
    for one in load_lexicon().substances.values():
        for uncertain in one.uncertain:
            for word in chain(uncertain.near, uncertain.unless):
                assert key_of(word) == (word, frozenset()), (one.name, word)


def test_names_that_need_company_name_the_words() -> None:
    for one in load_lexicon().substances.values():
        for uncertain in one.uncertain:
            assert uncertain.near or "near" not in uncertain.needs, one.name


def test_registry_numbers_belong_to_one_substance_each() -> None:
    substances = load_lexicon().substances.values()
    for numbers in ([one.cas for one in substances if one.cas], [one.pubchem for one in substances if one.pubchem]):
        assert len(numbers) == len(set(numbers))
    assert sum(one.cas is not None for one in substances) > 1000


@pytest.mark.parametrize("number", ["58-08-2", "50-36-2", "437-38-7", "7732-18-5"])
def test_a_registry_number_with_its_check_digit_is_taken(number: str) -> None:
    assert checked_cas(number) == number


@pytest.mark.parametrize("number", ["58-08-3", "50-63-2", "058-08-2", "58-8-2", "58-08-2 ", "58082", "", "5-08-2"])
def test_a_wrong_registry_number_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="no CAS number"):
        checked_cas(number)


@pytest.mark.parametrize(
    ("name", "un"),
    [
        ("heroin", "1961-IV"), ("cocaine", "1961-I"), ("codeine", "1961-II"), ("lsd", "1971-I"), ("ghb", "1971-II"),
        ("amphetamine", "1971-II"), ("buprenorphine", "1971-III"), ("diazepam", "1971-IV"), ("ephedrine", "1988-I"),
        ("acetone", "1988-II"), ("ketamine", None), ("tramadol", None),
    ],
)  # fmt: skip
def test_the_lists_of_the_united_nations_are_stated(name: str, un: str | None) -> None:
    one = load_lexicon().substances[name]
    assert one.un == un
    assert un is None or f"un-{un[:4]}" in one.sources


def test_precursors_are_a_fact_only_where_no_drug_is_named() -> None:
    lexicon = load_lexicon()
    assert all(one.adjunct for one in lexicon.substances.values() if lexicon.classes[one.name] == "precursor")


@pytest.mark.parametrize("kind", ["precursor", "adulterant", "poison", "synthetic cannabinoid"])
def test_whole_classes_carry_a_hazard(kind: str) -> None:
    lexicon = load_lexicon()
    assert all(one.hazard for one in lexicon.substances.values() if lexicon.classes[one.name] == kind)


@pytest.mark.parametrize(
    ("name", "substance"),
    [
        ("Кокаин", "cocaine"), ("cocaïne", "cocaine"), ("cocaína", "cocaine"), ("Kokain", "cocaine"),
        ("Haschisch", "cannabis"), ("hachís", "cannabis"), ("гашиш", "cannabis"), ("wiet", "cannabis"),
        ("марихуана", "cannabis"), ("мефедрон", "mephedrone"), ("героин", "heroin"), ("héroïne", "heroin"),
        ("Zauberpilze", "psilocybin"), ("paddo's", "psilocybin"), ("setas mágicas", "psilocybin"), ("лсд", "lsd"),
        ("амфетамин", "amphetamine"), ("metanfetamina", "methamphetamine"), ("éxtasis", "mdma"),
        ("lachgas", "nitrous oxide"),
        ("Oxygesic", "oxycodone"), ("Skenan", "morphine"), ("Tavor", "lorazepam"), ("Rivotril", "clonazepam"),
        ("Elvanse", "lisdexamfetamine"), ("Stilnox", "zolpidem"), ("Lyrica", "pregabalin"), ("Ozempic", "semaglutide"),
        ("RU-486", "mifepristone"), ("BPC-157", "bpc-157"), ("5cl-adb-a", "5cl-adb-a"),
        ("etonitazepyne", "n-pyrrolidino-etonitazene"),
        ("1P-LSD", "1p-lsd"), ("ALD-52", "ald-52"), ("3-MeO-PCP", "3-meo-pcp"), ("phenylpiracetam", "phenotropil"),
        ("Phentermin", "phentermine"), ("clonozepam", "clonazepam"), ("mirtazipine", "mirtazapine"),
        ("Alprazolan", "alprazolam"),
    ],
)  # fmt: skip
def test_names_of_other_languages_brands_and_misspellings_are_known(name: str, substance: str) -> None:
    senses = [sense for sense in load_lexicon().senses_of(name) if sense.uncertain is None]
    assert [sense.substance.name for sense in senses][:1] == [substance]


# --- what is controlled in the United States


@pytest.fixture
def controlled(shared_data: Path) -> list[tuple[str, str, list[str]]]:
    """(substance as the list writes it, schedule, synonyms)."""
    rows: dict[tuple[str, str], list[str]] = defaultdict(list)
    with (shared_data / "lexicons" / "dea_controlled.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["substance"], row["schedule"]].append(row["synonym"])
    return [(name, schedule, synonyms) for (name, schedule), synonyms in rows.items()]


def ways_to_write(name: str) -> Iterator[str]:
    """A name of the list, and what of it may be the name alone."""
    yield name
    yield re.sub(r"\s*[(\[].*", "", name)
    yield from re.split(r"[,;&]| and ", re.sub(r"\s*[(\[].*", "", name))
    yield re.sub(r"\s+(?:HCl|in an?)\b.*", "", name)
    yield re.sub(r"\s+(?:preparations?|combination product|dosage forms|suppository|bulk|\d).*", "", name)
    yield from re.findall(r"\(([^()]+)\)", name)


def certainly(lexicon: Lexicon, names: Iterator[str]) -> list[Substance]:
    """The substances that one of these names certainly means."""
    return [
        sense.substance
        for name in names
        if any(letter.isalnum() for letter in name)
        for sense in lexicon.senses_of(name)
        if sense.uncertain is None
    ]


def test_every_controlled_substance_is_in_the_lexicon(controlled: list[tuple[str, str, list[str]]]) -> None:
    lexicon = load_lexicon()
    missing = []
    for name, _, synonyms in controlled:
        systematic = name[0].isdigit() or len(name) < 4 or name.startswith(("N-", "(1", "Methyl 2", "Ethyl 2"))
        names = [*ways_to_write(name), *(chain(*map(ways_to_write, synonyms)) if systematic else ())]
        if name not in GROUPS and not certainly(lexicon, iter(names)):
            missing.append(name)
    assert missing == []


def test_schedules_are_those_of_the_list(controlled: list[tuple[str, str, list[str]]]) -> None:
    lexicon = load_lexicon()
    wrong = []
    for name, schedule, synonyms in controlled:
        if PREPARATION.search(name) or name in GROUPS:
            continue
        for written in {name, *synonyms} - set(OTHERWISE):
            for one in certainly(lexicon, ways_to_write(written)):
                wrong += [(written, one.name, one.schedule, schedule)] if one.schedule != schedule else []
    assert wrong == []


def test_the_groups_and_preparations_are_still_in_the_list(controlled: list[tuple[str, str, list[str]]]) -> None:
    names = {name for name, _, _ in controlled}
    assert names >= GROUPS
    assert any(PREPARATION.search(name) for name in names)
