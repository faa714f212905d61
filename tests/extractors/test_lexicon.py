"""The substance lexicon: its files, and how names are matched."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.lexicon import Lexicon, Sense, Substance, key_of, load_contexts, load_lexicon
from extractors.words import pieces

# Words that vendors use for drugs and everybody for other things: no file may list them as certain.
AMBIGUOUS = [
    "white", "ice", "snow", "bars", "bar", "girl", "molly", "tina", "spice", "speed", "crystal", "x", "h", "k", "e",
    "boy", "pot", "grass", "glass", "horse", "brown", "blow", "acid", "tabs", "base", "charlie", "mandy", "buds",
    "hearts",
]  # fmt: skip


def test_the_lexicon_is_large_and_each_class_is_there() -> None:
    lexicon = load_lexicon()
    assert len(lexicon.substances) >= 900
    assert set(lexicon.classes.values()) == {
        "adulterant", "benzodiazepine", "cannabinoid", "depressant", "dissociative", "empathogen", "opioid",
        "pharmaceutical", "poison", "precursor", "psychedelic", "steroid", "stimulant", "synthetic cannabinoid",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "schedule"),
    [
        ("cannabis", "cannabinoid", "I"), ("cocaine", "stimulant", "II"), ("heroin", "opioid", "I"),
        ("2c-b", "psychedelic", "I"),
        ("5-meo-dmt", "psychedelic", "I"), ("alprazolam", "benzodiazepine", "IV"), ("ketamine", "dissociative", "III"),
        ("ghb", "depressant", "I"), ("gbl", "depressant", None), ("testosterone", "steroid", "III"),
        ("mda", "empathogen", "I"),
        ("tobacco", "stimulant", None), ("sildenafil", "pharmaceutical", None), ("lisdexamfetamine", "stimulant", "II"),
        ("methylphenidate", "stimulant", "II"), ("buprenorphine", "opioid", "III"), ("furanylfentanyl", "opioid", "I"),
    ],
)  # fmt: skip
def test_substances_have_the_names_that_everybody_uses(name: str, kind: str, schedule: str | None) -> None:
    lexicon = load_lexicon()
    assert lexicon.classes[name] == kind
    assert lexicon.substances[name].schedule == schedule


@pytest.mark.parametrize("word", AMBIGUOUS)
def test_ambiguous_words_need_company(word: str) -> None:
    senses = load_lexicon().senses_of(word)
    assert senses
    assert all(sense.uncertain is not None for sense in senses)


def test_a_certain_name_means_one_substance_only() -> None:
    lexicon = load_lexicon()
    names = [alias for one in lexicon.substances.values() for alias in (*one.aliases, *chain(*one.forms.values()))]
    double = {
        name: {sense.substance.name for sense in lexicon.senses_of(name) if sense.uncertain is None} for name in names
    }
    assert {name: substances for name, substances in double.items() if len(substances) > 1} == {}


def test_no_name_is_a_number() -> None:
    lexicon = load_lexicon()
    for one in lexicon.substances.values():
        doubtful = chain(*(uncertain.names for uncertain in one.uncertain))
        for name in (one.name, *one.aliases, *chain(*one.forms.values()), *doubtful):
            assert not key_of(name)[0].isdigit(), (one.name, name)


def test_what_kills_in_micrograms_carries_a_hazard() -> None:
    lexicon = load_lexicon()
    for name in ("fentanyl", "carfentanil", "isotonitazene", "u-47700", "5f-adb"):
        assert lexicon.substances[name].hazard


def test_no_context_word_is_read_as_a_truth_value() -> None:
    contexts = load_contexts()
    assert "on" in contexts.plain_words


@pytest.mark.parametrize("text", ["2C-B", "2cb", "2-CB", "2c b", "2 C B", "2C.B", "2c\u2011b"])
def test_a_name_is_found_however_its_parts_are_joined(text: str) -> None:
    lexicon = load_lexicon()
    (match,) = lexicon.matches(text, pieces(text))
    assert match.senses[0].substance.name == "2c-b"


@pytest.mark.parametrize("text", ["heroineworld", "mdmax", "2cbx", "am phetamine", "coc aine", "2c/b", "2c  -  b"])
def test_a_name_is_not_found_in_parts_of_words(text: str) -> None:
    assert load_lexicon().matches(text, pieces(text)) == []


def test_the_longest_name_wins() -> None:
    text = "5-MeO-DMT and DMT"
    found = load_lexicon().matches(text, pieces(text))
    assert [match.senses[0].substance.name for match in found] == ["5-meo-dmt", "dmt"]


def made(*names: str) -> Lexicon:
    """A lexicon of substances with these names."""
    substances = [Substance(name=name, schedule=None, sources=["inn"], aliases=[]) for name in names]
    return Lexicon((one.name, Sense(one, "test", None, None, frozenset())) for one in substances)


@given(
    st.lists(st.from_regex(r"[a-z]{2,5}(?:-[a-z0-9]{1,4}){0,2}", fullmatch=True), min_size=1, max_size=6, unique=True)
)
def test_every_name_is_found_where_it_stands_alone(names: list[str]) -> None:
    lexicon = made(*names)
    for name in names:
        text = f"({name.upper()})"
        (match,) = lexicon.matches(text, pieces(text))
        assert key_of(name)[0] in {key_of(sense.substance.name)[0] for sense in match.senses}
