"""The text pipeline as a whole: spans, sizes, damage, and texts made to hurt."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from extractors.components import (
    amounts,
    carriers,
    contacts,
    crimes,
    crypto,
    delivery,
    drugs,
    order_times,
    other_accounts,
    packaging,
    payment,
    pgp,
    price,
    purity,
    reship,
    shipping,
    unlisted,
)  # fmt: skip
from extractors.findings import Finding, findings
from extractors.pipeline import COMPONENTS, VERSION, build_pipeline, read_text, read_texts
from extractors.tokenizer import MarketTokenizer
from extractors.words import pieces
from tests.extractors.keys import public_key
from tests.extractors.linear_time import grows_faster, seconds
from tests.extractors.reading_text import SOURCE, facts_of, mentions, pipeline, values

WORDS = [
    "cocaine", "2C-B", "MDMA", "10x200mg", "ships from", "NL", "->", "EU", "worldwide except", "AU/NZ", "3.5g",
    "half oz", "84%", "pure", "wickr: someone", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "\xc2\x8a\xc2\x85\xc3\x84", "130\xce\xbcg", "\n", "\u00a0", "\u017f", "\u0130", "\u03b1-pvp", "+44 20 7946 0958",
    "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----", "€20/g",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)))
def test_a_mention_s_text_is_exactly_its_span(text: str) -> None:
    for mention in mentions(text):
        assert text[mention.start : mention.end] == mention.text != ""
        assert mention.value
        assert mention.source == SOURCE
        assert mention.version == VERSION


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join)))
def test_the_tokenizer_keeps_every_character(text: str) -> None:
    tokenizer = MarketTokenizer(pipeline().vocab)
    assert tokenizer(text).text == text


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("2C-B", ["2", "C", "-", "B"]),
        ("10x200mg", ["10", "x", "200", "mg"]),
        ("€20/g", ["€", "20", "/", "g"]),
        ("5-MeO-DMT 1g", ["5", "-", "MeO", "-", "DMT", "1", "g"]),
        ("NLÂ\x8aMDMA", ["NL", "Â", "\x8a", "MDMA"]),
    ],
)
def test_units_and_damage_are_cut_from_words(text: str, tokens: list[str]) -> None:
    assert [token.text for token in pipeline().make_doc(text)] == tokens


def test_pieces_are_folded_and_keep_their_place() -> None:
    text = "Qualität \u03b1-PVP"
    assert [(piece.text, text[piece.start : piece.end]) for piece in pieces(text)] == [
        ("qualitat", "Qualität"),
        ("a", "\u03b1"),
        ("pvp", "PVP"),
    ]


def test_mentions_come_in_order_of_place() -> None:
    found = mentions("ships from NL: 100 x 2mg Xanax bars, wickr: someone, 1BoatSLRHtKNngkdXEeobR76b53LETtpyT")
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert {one.extractor for one in found} <= set(COMPONENTS)


@pytest.mark.parametrize(
    ("component", "text", "value"),
    [
        (crypto, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
        (contacts, "mail me: A.Vendor@Example.org", "a.vendor@example.org"),
        (drugs, "pure cocaine", "cocaine"),
        (amounts, "3.5g", "3.5"),
        (shipping, "ships from Germany", "DE"),
        (carriers, "sent by DHL", "dhl"),
        (pgp, "PGP fingerprint " + "6EF3 A9F6" * 5, "6EF3A9F6" * 5),
        (other_accounts, "Vendor on Dream Market, 1200 sales", "dream-market"),
        (crimes, "Glock 19", "pistol"),
        (unlisted, "25 tarmadoll 100mg tablets", "tramadol"),
        (purity, "92% pure", "92"),
        (delivery, "delivery takes 2-4 days", "2-4"),
        (packaging, "sent with tracking", "yes"),
        (reship, "We do 50% reships.", "50"),
        (order_times, "Orders before 2pm are shipped the same day", "14:00"),
        (payment, "we accept monero", "xmr"),
        (price, "only $50 for all", "50"),
    ],
)  # fmt: skip
def test_a_component_is_usable_alone(component: object, text: str, value: str) -> None:
    nlp: Language = spacy.blank("en")
    nlp.add_pipe(str(vars(component)["NAME"]))
    found: list[Finding] = findings(nlp(text))
    assert [one.value for one in found] == [value]


def test_a_long_text_is_read_to_its_end() -> None:
    filler = "nothing to see in this line\n" * 30_000
    text = f"1g cocaine\n{filler}wickr: lastword"
    assert len(text) > 800_000
    found = mentions(text)
    assert [one.value for one in found] == ["1", "cocaine", "lastword"]
    assert text[found[-1].start : found[-1].end] == "lastword"


def test_a_key_across_the_place_of_a_cut_is_read_whole() -> None:
    key_block, _ = public_key("A Vendor <vendor@example.org>")
    # Parts are 200,000 characters long: the block lies over the first cut.
    text = "word \n" * 33_300 + key_block + "\n" + "word \n" * 20_000
    assert text.find("-----BEGIN") < 200_000 < text.find("-----END")
    (key,) = mentions(text, "pgp_key")
    assert key.data["kind"] == "key"
    assert key.text == key_block


# Each is repeated to 80,000 characters: within one part, where nothing but the patterns themselves bounds the time.
NASTY = [
    "a", "1", " ", "a.", "a@", "[(", "1 ", "1x", "1/", "1-1%", "1,111,", "-----BEGIN PGP ", "+1 ", "wickr me ",
    "telegram id ", "discord ", "http://", "from us ", "UK to ", "UK, ", "cocaine ", "ice speed ", "5 meo ",
    "abcd ", "1" + "b" * 33 + " ",
    "\xc3\x84", "test e-",
    "not sell ", "10 x 10 ", "glock ", "#cocaine ", "no cocaine, ", "10mg x\n", "we accept btc. ", "$5/g ",
    "Dream 4.9 ",
    "tracking number ", "ships to ", "05" + "a" * 64, "1 up to ",
]  # fmt: skip


def test_no_text_takes_more_than_linear_time() -> None:
    """A text four times as long takes about four times as long: each against its own quarter, with much room."""
    slow = [said for unit in NASTY if (said := grows_faster(facts_of, unit))]
    assert slow == []


def test_a_megabyte_takes_as_long_as_its_parts_together() -> None:
    line = "10g cocaine 92% from NL to UK, $500, wickr: greenleaf, 2-4 days tracked, no reship, BTC or XMR\n"
    quarter = line * (250_000 // len(line))
    assert seconds(facts_of, quarter * 4) < 6 * seconds(facts_of, quarter)


def test_findings_are_spans_of_the_doc_too() -> None:
    doc = pipeline()("10g cocaine 92% pure")
    assert [(span.label_, span.id_, span.text) for span in doc._.mentions] == [
        ("quantity", "10", "10g"),
        ("drug", "cocaine", "cocaine"),
        ("purity", "92", "92%"),
    ]


@pytest.mark.parametrize("half", [chr(0xD800), chr(0xDFFF), chr(0xDC80)])
def test_half_a_character_is_read_as_one_that_is_missing(half: str) -> None:
    found = mentions(f"5g {half}hash, wickr: green{half}leaf {half}")
    assert {one.value for one in found if one.type in {"quantity", "drug"}} == {"5", "cannabis"}
    assert all(half not in one.text for one in found)
    assert facts_of(f"{half}5g hash").substances == ["cannabis"]


def test_many_texts_are_read_as_each_alone() -> None:
    texts = [(f"{number}g cocaine word{number}", f"text:{number}") for number in range(1, 400)] * 20
    read = list(read_texts(pipeline(), texts))
    assert len(read) == len(texts)
    assert read[7] == read_text(pipeline(), texts[7][0], source=texts[7][1])
    assert [one.value for one in read[-1] if one.type == "drug"] == ["cocaine"]


def test_a_page_of_damage_is_still_read() -> None:
    title = "Â\x8aÂ\x85Ã\x84 2 GrÂ\x8aÂ\x85Ã\x84 94% PURE COCAINEÂ\x8aÂ\x85Ã\x84FREE SHIPPING"
    assert values(title, "drug") == ["cocaine"]
    assert values(title, "purity") == ["94"]
    assert values(title, "quantity") == ["2"]


def test_the_same_text_gives_the_same_mentions_again() -> None:
    text = "100 x 2mg Xanax bars UK to EU, 84% pure MDMA 5g"
    assert read_text(build_pipeline(), text, source=SOURCE) == read_text(pipeline(), text, source=SOURCE)
