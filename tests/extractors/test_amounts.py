"""Totals, strengths and purities of titles like real ones."""

import time
from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from extractors.amounts.facts import Measured
from extractors.components import amounts, purity
from extractors.findings import Finding, findings
from extractors.tokenizer import MarketTokenizer
from tests.extractors.reading_text import facts_of, mentions

AMOUNTS = [
    # title, total, strength, purity
    ("100 x 2mg Xanax bars", (100, "items"), (2, "mg"), None),
    ("2 x 5g MDMA", (10, "g"), None, None),
    ("10x5g cannabis", (50, "g"), None, None),
    ("5g x 2 ketamine", (10, "g"), None, None),
    ("Valium 10mg x 50", (50, "items"), (10, "mg"), None),
    ("Clonazepam Roche 2 mg x 50 pills x 90$ HOT SALE", (50, "items"), (2, "mg"), None),
    ("norco 10/325 (v3601) x50~$11 per pill", (50, "items"), (10, "mg"), None),
    ("Ketamine HCL 50mg/ml, 10ml Injection", (10, "ml"), (50, "mg/ml"), None),
    ("QP - 1/4 lb - Organic Trim - weed", (113.4, "g"), None, None),
    ("HP of weed", (226.8, "g"), None, None),
    ("1 lb weed", (453.6, "g"), None, None),
    ("1/2oz Premium Shake weed", (14.175, "g"), None, None),
    ("Half Ounce of Fire Kush", (14.175, "g"), None, None),
    ("1 oz OG Kush", (28.35, "g"), None, None),
    ("an eighth of OG Kush", (3.54, "g"), None, None),
    ("8ball of cocaine", (3.5, "g"), None, None),
    ("0,4g (400mg) of fentanyl hcl", (0.4, "g"), None, None),
    ("2,5g heroin #3", (2.5, "g"), None, None),
    (".5 g heroin", (0.5, "g"), None, None),
    ("1KG (1000g) amphetamine paste 61-70%", (1000, "g"), None, 61),
    ("25gr Speedpaste 73% Amphetamine [FE]", (25, "g"), None, 73),
    ("Flunitrazolam 500mg", (0.5, "g"), None, None),
    ("35 pcs 550 ug - Fentanyl blotters", (35, "items"), (550, "ug"), None),
    ("1,000 x 150mg XTC", (1000, "items"), (150, "mg"), None),
    ("200 Blue Dominos XTC pills 200mg", (200, "items"), (200, "mg"), None),
    ("( 15) 5mg/ 325mg Hydrocodone", (15, "items"), (5, "mg"), None),
    ("5 blisters valium 10mg", (50, "items"), (10, "mg"), None),
    ("1 strip of diazepam", (10, "items"), None, None),
    ("Suboxone 8mg/2mg x 5 strips", (5, "items"), (8, "mg"), None),
    ("3.5g/7g/14g weed", (3.5, "g"), None, None),
    ("1g-5g-10g cocaine 90% pure 10% discount 100% legit", (1, "g"), None, 90),
    ("5/10/20 g MDMA", (5, "g"), None, None),
    ("MDMA 84% pure, 100% escrow, 5% off", None, None, 84),
    ("Ketamine - 88% - 1KG", (1000, "g"), None, 88),
    ("100% quality cocaine 1g", (1, "g"), None, None),
    ("100% pure cocaine 1g", (1, "g"), None, 100),
    ("speed 20€/g", None, None, None),
    ("100mcg/hr fentanyl patch", None, (100, "ug/h"), None),
    ("10 pre-rolled joints of weed", (10, "items"), None, None),
    ("500 ml GBL", (500, "ml"), None, None),
    ("2 liter GBL", (2000, "ml"), None, None),
    ("5x Pink Nintendo Kirby | 200-220mg MDMA!", (5, "items"), (200, "mg"), None),
    ("100 Green Stars - 210mg+ MDMA", (100, "items"), (210, "mg"), None),
    ("10gr pure heroin (( GET 1GR EXTRA FOR FREE ))", (10, "g"), None, None),
    ("10g free shipping cocaine", (10, "g"), None, None),
    ("cocaine", None, None, None),
]


@pytest.mark.parametrize(("title", "total", "strength", "purity"), AMOUNTS)
def test_amounts(
    title: str, total: tuple[float, str] | None, strength: tuple[float, str] | None, purity: float | None
) -> None:
    found = facts_of(title)
    assert (found.total and (round(found.total.value, 3), found.total.unit)) == total
    assert (found.strength and (found.strength.value, found.strength.unit)) == strength
    assert found.purity_pct == purity


def _ways_of_writing() -> list[tuple[str, str, str, str]]:
    """A title a line, invented, with its total, strength and purity, "-" where it states none."""
    lines = Path(__file__).with_name("amount_titles.txt").read_text("utf-8").splitlines()
    rows = [line.rsplit(" | ", 3) for line in lines]
    return [(title.replace(" ¦ ", " | "), total, strength, purity) for title, total, strength, purity in rows]


@pytest.mark.parametrize(("title", "total", "strength", "purity"), _ways_of_writing())
def test_every_way_of_writing_an_amount(title: str, total: str, strength: str, purity: str) -> None:
    found = facts_of(title)
    assert _written(found.total) == total
    assert _written(found.strength) == strength
    assert ("-" if found.purity_pct is None else f"{found.purity_pct:g}") == purity


def _written(measured: Measured | None) -> str:
    return f"{measured.value:.4g} {measured.unit}" if measured else "-"


@pytest.mark.parametrize("title", ["5g gold bar", "10x streaming accounts", "50,000 business emails"])
def test_an_amount_of_something_else_is_no_total(title: str) -> None:
    assert facts_of(title).total is None


@pytest.mark.parametrize(("title", "grams"), [("Platinum Panda (3.5 Gram)", 3.5), ("20g King Sultan", 20)])
def test_a_drug_by_an_unknown_name_is_weighed(title: str, grams: float) -> None:
    assert facts_of(title).total == Measured(value=grams, unit="g")


@pytest.mark.parametrize(
    ("text", "amount", "role"),
    [
        ("MDMA 5g + 1g free", "1", "extra"),
        ("cocaine 10g, get 2g extra", "2", "extra"),
        ("cocaine 10g free shipping", "10", None),
        ("free 1g with weed 28g", "1", "extra"),
    ],
)
def test_what_comes_on_top_says_so(text: str, amount: str, role: str | None) -> None:
    (found,) = (one for one in mentions(text, "quantity") if one.value == amount)
    assert found.data.get("role") == role


def test_what_is_given_away_is_the_total_where_nothing_else_is() -> None:
    assert facts_of("free 1g sample of MDMA").total == Measured(value=1, unit="g")


def test_the_unit_says_the_form() -> None:
    found = mentions("LSD 10 blotters, 5 pills xanax", "quantity")
    assert [one.data.get("form") for one in found] == ["blotter", "pill"]


DESCRIPTION = """Finest ketamine from our own lab, tested by a friendly chemist. The S-isomer, dry needles.

5g - 150 EUR
10g - 280 EUR
25g - 600 EUR

Dosage: take 0.05 g to begin with, and never more than 0.2 g a day without experience.
Orders over 100g get tracking for free. Our reships are 50%, refunds range between 30% and 60%.
Vendor since 2015, 99.1% positive, 2300 sales. The batch is of 88% purity, as the last 3 batches were.
Write to us for more than 500g, we are online 24/7 and answer within 12 hours on most days of the week.
"""


def test_a_description_offers_the_smallest_of_its_list_and_not_what_it_advises() -> None:
    found = facts_of(DESCRIPTION)
    assert found.total == Measured(value=5, unit="g")
    assert found.purity_pct == 88
    roles = {one.value: one.data.get("role") for one in mentions(DESCRIPTION, "quantity")}
    assert roles["0.05"] == "advised"
    assert roles["0.2"] == "advised"
    assert roles["100"] == "condition"
    assert roles["25"] is None


@pytest.mark.parametrize("title", ["100 x 2mg Foobarium", "250mg/ml 10ml", "5g 90% pure", "10 tabs"])
def test_the_components_work_alone(title: str) -> None:
    alone = spacy.blank("en")
    alone.tokenizer = MarketTokenizer(alone.vocab)
    alone.add_pipe(amounts.NAME)
    alone.add_pipe(purity.NAME)
    found = findings(alone(title))
    assert {one.type for one in found} & {"quantity", "strength"}
    assert all(one.start < one.end <= len(title) for one in found)


# Each is repeated to a long text.
NASTY = [
    "a", "9", " ", "(", "1 ", "1x", "9x", "1/2", "1.", "1,", "5g+", "5 g ", "1g + ", "10% ", "half ", "gram ", "½ ",
    "½oz", "10mg ", "10mg\n", "2 strip of ", "7x 10mg ", "2 boxes of ", "(5) ", "purity ", "purity: 9", "1-", "%",
    "x 30 pct ", "90+ pure ", "s90-3 ", "5cl-a", "1g+1g free ", "extract 5x ",
    "1 000 ", "10 red ", "xanax 5 ", "5+1 free ", "of 10 ", "per ", "5/", "\u0445",
]  # fmt: skip


@pytest.mark.parametrize("unit", NASTY)
def test_no_text_takes_more_than_linear_time(unit: str) -> None:
    """A text four times as long takes about four times as long, with much room."""
    seconds = []
    for length in (20_000, 80_000):
        doc = MarketTokenizer(Vocab())((unit * length)[:length])
        begin = time.process_time()
        purity.Purity()(amounts.Amounts()(doc))
        seconds.append(time.process_time() - begin)
    assert seconds[1] < 10 * seconds[0] + 0.5


def test_many_names_of_medicines_beside_numbers_take_linear_time() -> None:
    def seconds(count: int) -> float:
        text = "valium 10 " * count
        doc = MarketTokenizer(Vocab())(text)
        places = [number * len("valium 10 ") for number in range(count)]
        data = {"sold_as": "pill", "role": "offered"}
        findings(doc).extend(Finding("drug", at, at + 6, "diazepam", "names", data=dict(data)) for at in places)
        begin = time.process_time()
        amounts.Amounts()(doc)
        return time.process_time() - begin

    seconds(100)
    assert seconds(8_000) < 10 * seconds(2_000) + 0.5


@given(st.text(alphabet="0123456789gmlxX/.,%+-() ½ofktabsice\n", max_size=60))
def test_whatever_is_written_is_read_without_error(text: str) -> None:
    doc = purity.Purity()(amounts.Amounts()(MarketTokenizer(Vocab())(text)))
    for one in findings(doc):
        assert 0 <= one.start < one.end <= len(text)
        assert 0 < float(one.value) <= 1e9


def test_a_doubtful_count_is_less_certain() -> None:
    (count,) = mentions("24 Cosmic Clouds (100 mg each)", "quantity")
    assert (count.value, count.unit) == ("24", "items")
    assert count.confidence < 0.7
