"""Names of products: cannabis varieties, pill stamps, imprints of medicines."""

from itertools import chain

import pytest
import yaml

from extractors.drugs.product_names import Company, load_product_names, strength_of_imprint
from extractors.lexicon import Sense, key_of, load_lexicon
from extractors.lexicon_files import FOLDER
from tests.extractors.test_lexicon_data import COMMON_WORDS


def senses(name: str, substance: str) -> list[Sense]:
    """The senses of a name that mean a substance."""
    return [one for one in load_lexicon().senses_of(name) if one.substance.name == substance]


@pytest.mark.parametrize("name", ["OG Kush", "Zkittlez", "Chem-dawg", "Super Silver Haze", "Alaskan Thunder Fuck"])
def test_the_name_of_a_variety_means_cannabis_flowers(name: str) -> None:
    assert {(one.form, one.uncertain) for one in senses(name, "cannabis")} == {("flower", None)}


@pytest.mark.parametrize(
    ("name", "substance"),
    [
        ("Wedding Cake", "cannabis"), ("Gelato", "cannabis"), ("Diesel", "cannabis"), ("Mimosa", "cannabis"),
        ("Tesla", "mdma"), ("Pharaoh", "mdma"), ("Rolex", "mdma"), ("Red Bull", "mdma"),
        ("K9", "oxycodone"), ("N8", "buprenorphine"), ("R35", "clonazepam"),
    ],
)  # fmt: skip
def test_a_name_that_is_also_something_else_needs_company(name: str, substance: str) -> None:
    found = senses(name, substance)
    assert found
    assert all(one.uncertain is not None and one.uncertain.needs for one in found)


@pytest.mark.parametrize(
    ("mark", "substance", "strength"),
    [
        ("M30", "oxycodone", 30), ("m-30", "oxycodone", 30), ("A215", "oxycodone", 30), ("V 48 12", "oxycodone", 30),
        ("M523", "oxycodone", 10), ("IP 110", "hydrocodone", 10), ("G3722", "alprazolam", 2), ("B707", "alprazolam", 2),
        ("R039", "alprazolam", 2), ("GG 257", "alprazolam", 0.5), ("b 974", "amphetamine", 30),
        ("TEVA 833", "clonazepam", 1),
    ],
)  # fmt: skip
def test_an_imprint_tells_substance_and_strength(mark: str, substance: str, strength: float) -> None:
    assert senses(mark, substance)
    assert strength_of_imprint(mark) == strength


@pytest.mark.parametrize("mark", ["", "M31", "30", "oxycodone", "S489"])
def test_no_strength_is_told_of_what_is_no_imprint_or_has_several(mark: str) -> None:
    assert strength_of_imprint(mark) is None


def test_products_are_many() -> None:
    count = {"cannabis": 0, "mdma": 0, "imprint": 0}
    for product in load_product_names():
        kind = product.substance if product.substance in count else "imprint"
        count[kind] += len(product.names)
    assert count["cannabis"] >= 250
    assert count["mdma"] >= 80
    assert count["imprint"] >= 100


def test_a_product_that_needs_no_company_has_no_common_name_and_means_one_substance() -> None:
    lexicon = load_lexicon()
    for product in load_product_names():
        for name in product.names:
            assert not key_of(name)[0].isdigit(), name
            if product.company is None:
                assert name not in COMMON_WORDS
                certain = {one.substance.name for one in lexicon.senses_of(name) if one.uncertain is None}
                assert certain == {product.substance}, name


def test_words_of_company_are_single_words() -> None:
    for product in load_product_names():
        company = product.company or Company(needs=["pills"])
        for word in chain(company.near, company.unless):
            assert key_of(word) == (word, frozenset()), (product.names[0], word)


def test_the_files_name_known_sources() -> None:
    known = set(yaml.safe_load((FOLDER / "sources.yaml").read_text("utf-8")))
    for file in ("strains.yaml", "pill_stamps.yaml", "imprints.yaml"):
        assert set(yaml.safe_load((FOLDER / file).read_text("utf-8"))["sources"]) <= known


def test_strengths_by_name_are_of_substances_of_the_lexicon() -> None:
    content = yaml.load((FOLDER / "strengths.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    assert set(content) == {"sources", "milligrams"}
    assert set(content["milligrams"]) <= set(load_lexicon().substances)
    assert all(0 < mg <= 1000 for strengths in content["milligrams"].values() for mg in strengths)
