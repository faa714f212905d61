"""Origins, destinations and exclusions in free text, and places that are none."""

import time

import pytest
import spacy

from extractors.components import shipping
from extractors.findings import findings, prose_pieces
from extractors.pipeline import read_text
from extractors.shipping.words import load_shipping_words
from extractors.tokenizer import MarketTokenizer
from tests.extractors.reading_text import SOURCE, facts_of, mentions, pipeline, values

ROUTES = [
    # text, from, to, excluded
    ("1g cocaine ships from NL to EU and USA", ["NL"], ["EU", "US"], []),
    ("Hash shipped from the Netherlands, worldwide except AU/NZ", ["NL"], ["WW"], ["AU", "NZ"]),
    ("500 Gram [WW EXCL US]", [], ["WW"], ["US"]),
    ("ships worldwide except AU/NZ", [], ["WW"], ["AU", "NZ"]),
    ("UK to UK xtc", ["GB"], ["GB"], []),
    ("us to us", ["US"], ["US"], []),
    ("UK-UK only", ["GB"], ["GB"], []),
    ("UK2UK", ["GB"], ["GB"], []),
    ("NL -> EU cocaine", ["NL"], ["EU"], []),
    ("Germany to WW || 15 x 60mg", ["DE"], ["WW"], []),
    ("[US to US] FULL ESCROW", ["US"], ["US"], []),
    ("US only 1g heroin", [], ["US"], []),
    ("EU & USA shipping", [], ["EU", "US"], []),
    ("free shipping worldwide", [], ["WW"], []),
    ("Next Day Delivery UK", [], ["GB"], []),
    ("Free delivery in France", [], ["FR"], []),
    ("Domestic USA shipping", ["US"], ["US"], []),
    ("10g MDMA [FROM EUROPE]", ["EU"], [], []),
    ("UK seller", ["GB"], [], []),
    ("**Versand aus Deutschland**", ["DE"], [], []),
    ("We DO NOT ship to: CANADA, AUSTRALIA", [], [], ["CA", "AU"]),
    ("We ship to all EU countries except Italy and Poland. No shipping to USA.", [], ["EU"], ["IT", "PL", "US"]),
    ("Products are shipped from UK.", ["GB"], [], []),
]
TITLES = [
    ("US->US 20 tabs", "US", "US", ""),
    ("hash NL-WW", "NL", "WW", ""),
    ("[AUS2AUS] 5g ket", "AU", "AU", ""),
    ("US 2 US", "US", "US", ""),
    ("usa2usa", "US", "US", ""),
    ("Can to Can only", "CA", "CA", ""),
    ("GER2WW speed", "DE", "WW", ""),
    ("Lorazepam UK-UK, UK-Worldwide", "GB", "GB WW", ""),
    ("mdma sweden-us", "SE", "US", ""),
    ("[EU]>[WW] blotters", "EU", "WW", ""),
    ("DE > EU > WW", "DE", "EU WW", ""),
    ("\U0001f1e9\U0001f1ea -> \U0001f1ea\U0001f1fa", "DE", "EU", ""),
    ("1g coke UK NDD", "", "GB", ""),
    ("hash UK 1st class tracked delivery", "", "GB", ""),
    ("speed 5g EUshipping", "", "EU", ""),
    ("10 tabs - UKseller", "GB", "", ""),
    ("UK stock", "GB", "", ""),
    ("Aussie stock", "AU", "", ""),
    ("weed, Dutch vendor", "NL", "", ""),
    ("3.5g, German seller, fast", "DE", "", ""),
    ("Canadian orders only", "", "CA", ""),
    ("meth (international buyers welcome) (no Australian buyers)", "", "WW", "AU"),
    ("10g speed - from UK", "GB", "", ""),
    ("5g hash | from Amsterdam", "NL", "", ""),
    ("100pcs from USA", "US", "", ""),
    ("10g MDMA | Worldwide from Germany", "DE", "WW", ""),
    ("pure MDMA 5g +++ WORLDWIDE +++", "", "WW", ""),
    ("25g ketamine [GER + AT]", "", "DE AT", ""),
    ("MDMA 5g - to Canada", "", "CA", ""),
    ("MDMA 5g no US", "", "", "US"),
    ("WW, no US", "", "WW", "US"),
    ("only within Germany", "", "DE", ""),
    ("FREE SHIPPING [UK]", "", "GB", ""),
    ("free postage Australia", "", "AU", ""),
    ("shipped out of Los Angeles", "US", "", ""),
    ("5g speed paste from Germany", "DE", "", ""),
    ("100g MDMA crystal to USA from France", "FR", "US", ""),
    ("[Domestic/USA] 50 tabs", "US", "US", ""),
]
PROSE = [
    ("We ship from the Netherlands. We ship to all countries in Europe, except Germany.", "NL", "EU", "DE"),
    ("Sourced from labs in the Netherlands, dispatched from within the UK by Royal Mail.", "GB", "", ""),
    ("All of our products are imported from Colombia and shipped from Spain", "ES", "", ""),
    ("I ship daily from the east coast of the United States", "US", "", ""),
    ("Products are bought in India and ship from Singapore.", "SG", "", ""),
    ("Location: Berlin, Germany", "DE", "", ""),
    ("We ship worldwide. Except Australia and USA.", "", "WW", "AU US"),
    ("we ship everywhere but Australia and USA", "", "WW", "AU US"),
    ("We can ship to any country in the European Union, plus Norway and Switzerland", "", "EU NO CH", ""),
    ("I have a good record in shipping to strict countries, including Scandinavia, Israel", "", "DK NO SE IL", ""),
    ("to our customers in France and Spain", "", "FR ES", ""),
    ("domestic = Germany", "DE", "DE", ""),
    ("Sorry no shipping outside of the United States.", "", "US", ""),
    ("Please note we no longer ship to the United States or Israel.", "", "", "US IL"),
    ("we don't ship to Scandinavia", "", "", "DK NO SE"),
    ("Worldwide (USA excluded)", "", "WW", "US"),
    ("Not available in the USA.", "", "", "US"),
    ("Orders to AU/NZ are at your own risk to AU/NZ", "", "AU NZ", ""),
    ("We deliver inside Benelux and the Baltics", "", "BE NL LU EE LV LT", ""),
    ("Ships from: Netherlands\nShips to: Worldwide", "NL", "WW", ""),
    ("From: Germany\nTo: EU", "DE", "EU", ""),
    ("Ships from:\nUnited States \u2192 Worldwide", "US", "WW", ""),
    ("Ships to:\n- USA\n- Canada", "", "US CA", ""),
    ("Excluded countries:\nUSA\nAustralia (for now)\nCanada", "", "", "US AU CA"),
    ("Shipping times: UK 1-3 days; Europe 5-10 days; USA 7-14 days", "", "GB EU US", ""),
    ("* 1-3 workingdays (not weekend)   - Netherlands\n* 2-5 workingdays   - Germany", "", "NL DE", ""),
    ("NL 1-2 DAYS // BE 2-3 DAYS // EU 3-7 DAYS", "", "NL BE EU", ""),
    ("UK- NDD   EU-5DAYS  WW-14DAYS", "", "GB EU WW", ""),
    ("1. Germany: 1-2 days\n2. Rest of the world: +- 5 days", "", "DE WW", ""),
]
WITHIN_ONE_COUNTRY = [
    ("Only orders within the US", "US", "US", ""),
    ("We only ship within the United States.", "US", "US", ""),
    ("We ship within the EU", "", "EU", ""),
    ("I ship from the US, to the US, first class mail", "US", "US", ""),
    ("We are a direct supplier of pharma from India", "IN", "", ""),
    ("We are selling cocaine from Colombia", "", "", ""),
    ("Not send to Sweden and not in Poland", "", "", "SE PL"),
    ("Customers from Sweden and Norway: we don't ship to you at the moment", "", "", "SE NO"),
    ("NL/DE ....... 2-3 days\nEU .......... 3-6 days", "", "NL DE EU", ""),
    ("Non-delivery: UK 14 days must have passed", "", "", ""),
    ("SEND IT TO US", "", "", ""),
    ("No international, don't even ask", "", "", ""),
]
LANGUAGES = [
    ("Versand aus Deutschland nach \u00d6sterreich und in die Schweiz", "DE", "AT CH", ""),
    ("Wir versenden nur innerhalb Deutschlands", "DE", "DE", ""),
    ("Wir versenden aus Deutschland in die ganze EU, au\u00dfer nach Schweden und Finnland.", "DE", "EU", "SE FI"),
    ("Kein Versand in die Schweiz", "", "", "CH"),
    ("Verzending vanuit Nederland naar Belgi\u00eb", "NL", "BE", ""),
    ("geen verzending naar Duitsland", "", "", "DE"),
    ("Livraison en France et Belgique", "", "FR BE", ""),
    ("Envoi depuis la Belgique vers la France, d\u00e9lai 3 jours", "BE", "FR", ""),
    ("Nous n'exp\u00e9dions pas aux \u00c9tats-Unis", "", "", "US"),
    ("Env\u00edo desde Espa\u00f1a a toda Europa", "ES", "EU", ""),
    ("No enviamos a Estados Unidos ni Canad\u00e1", "", "", "US CA"),
    ("Spedizione dall'Italia in tutta Europa", "IT", "EU", ""),
    ("Отправка из Германии по всему миру", "DE", "WW", ""),
    ("Доставка по России", "", "RU", ""),
]  # fmt: skip
NO_SHIPPING = [
    "Colombian cocaine 1g",
    "Afghan heroin from Afghanistan",
    "Moroccan hash from Morocco, creamy",
    "Swiss MDMA",
    "contact us only by pgp",
    "Turkey is good",
    "made in the Netherlands",
    "worldwide BIN list",
    "IT IS BEST TO BE IN NO HURRY",
    "pure cocaine from Colombia",
    "Best price heroin (from Iran)",
    "NEW STOCK JUST ARRIVED FROM MOROCCO",
    "hash from Ketama, imported from Spain",
    "from our lab in the Netherlands comes this MDMA",
    "Dutch speed",
    "3.5g MDMA, import from Europe",
    "all templates from Australia",
    "We love the hash from Spain.\nIt is the best.",
    "Amsterdam Flame seeds",
    "California Orange 10 seeds",
    "1g MDMA [UK]",
    "UK passport",
    "USA driver license, free template",
    "US Visa card",
    "Australian bank drop",
    "German DHL account",
    "CC from USA",
    "EU credit card",
    "USA FULLZ INSTANT DELIVERY",
    "US-UK bank account",
    "US trial account 30 days",
    "USA 30 days trial",
    "American Express card",
    "sent with Australia Post",
    "NATIONAL ID CARD LUXEMBOURG",
    "no reship for USA",
    "refunds not to Australia",
    "we don't reship outside EU",
    "no refunds for Finland",
    "100% reship within EU, 50% reship for USA",
    "USA = 0% Refund\nAustralia = 0% Refund",
    "Reship policy:\nUK: 100% reship\nEU: 50% reship",
    "seized by US customs",
    "Our stealth is made for strict countries like Australia",
    "message us",
    "we will ship to us",
    "BUY FROM US AND SAVE",
    "CONTACT US ONLY",
    "YOU CAN ONLY ORDER 1",
    "WE SHIP IT TO YOU IN NO TIME",
    "the new world order",
    "Send credit to any phone in all countries",
    "Best quality in the UK",
    "vendor europe and bank are friends",
]


@pytest.mark.parametrize(("text", "ships_from", "ships_to", "excluded"), ROUTES)
def test_routes(text: str, ships_from: list[str], ships_to: list[str], excluded: list[str]) -> None:
    found = facts_of(text)
    assert found.ships_from == ships_from
    assert found.ships_to == ships_to
    assert found.ships_excluded == excluded


@pytest.mark.parametrize("text", NO_SHIPPING)
def test_places_that_are_no_shipping(text: str) -> None:
    assert values(text, "ship_from", "ship_to", "ship_excluded") == []


@pytest.mark.parametrize(
    ("text", "ships_from", "ships_to", "excluded"), [*TITLES, *PROSE, *WITHIN_ONE_COUNTRY, *LANGUAGES]
)
def test_what_a_careful_reader_takes(text: str, ships_from: str, ships_to: str, excluded: str) -> None:
    found = facts_of(text)
    assert sorted(found.ships_from) == sorted(ships_from.split())
    assert sorted(found.ships_to) == sorted(ships_to.split())
    assert sorted(found.ships_excluded) == sorted(excluded.split())


def test_the_world_alone_is_a_destination_of_drugs_only() -> None:
    assert facts_of("pure MDMA [WORLDWIDE]").ships_to == ["WW"]
    assert facts_of("banking guide [WORLDWIDE]").ships_to == []


def test_beside_the_world_a_large_region_says_no_more_and_a_small_one_does() -> None:
    text = "We ship to Worldwide. Asia 7-14 days. Scandinavia 3-7 days."
    assert facts_of(text).ships_to == ["WW", "DK", "NO", "SE"]
    assert len(facts_of("We ship to Asia").ships_to) > 30


def test_what_is_excluded_is_no_destination() -> None:
    found = facts_of("Ships to EU, UK, Norway. No shipping to Norway!")
    assert found.ships_to == ["EU", "GB"]
    assert found.ships_excluded == ["NO"]


def test_mentions_say_where_and_how_surely() -> None:
    text = "Ships from NL. EU only, not to Scandinavia"
    found = mentions(text, "ship_from", "ship_to", "ship_excluded")
    assert [(one.type, one.text, one.value) for one in found][:2] == [
        ("ship_from", "NL", "NL"),
        ("ship_to", "EU", "EU"),
    ]
    region = [one for one in found if one.type == "ship_excluded"]
    assert {one.text for one in region} == {"Scandinavia"}
    assert all(one.data == {"region": "scandinavia"} for one in region)
    sure = mentions("ships from NL", "ship_from")[0]
    unsure = mentions("hash | from NL", "ship_from")[0]
    assert 0 < unsure.confidence < sure.confidence < 1


def test_a_far_cue_in_another_sentence_or_line_says_nothing() -> None:
    assert values("Fast shipping!\n\nThis strain is loved in Germany", "ship_to", "ship_from") == []
    assert values("Free shipping. UK cheese 7g", "ship_to", "ship_from") == []


def test_every_list_of_words_is_used() -> None:
    words = load_shipping_words()
    empty = [name for name in type(words).model_fields if not getattr(words, name)]
    assert empty == []
    assert all(word == word.strip() != "" for word in words.verbs)


# Each is repeated: what proposes places, what is read around them, and what joins them.
NASTY = [
    "a", "1", " ", "(", "[(", "UK", "UK ", "UK, ", "UK\n", "- UK\n", "UK-", "UK to ", "US-US ", "from UK ", "ships ",
    "ships to UK ", "no UK ", "WW except ", "not ship ", "IT, ", "can to can ", "1-3 days UK ", "\xc4UK\xc4 ", "|",
    "the united states of america ", "the world ", "free next day ", "reship UK ", "Dutch vendor ", "AUS DE ", "- ",
    "\U0001f1e9", "\U0001f1e9\U0001f1ea",
]  # fmt: skip


def test_no_text_takes_more_than_linear_time() -> None:
    """A text four times as long takes about four times as long: each against its own quarter, with much room."""
    nlp = spacy.blank("en")
    nlp.tokenizer = MarketTokenizer(nlp.vocab)
    component = shipping.create(nlp, shipping.NAME)
    slow = []
    for unit in NASTY:
        text = (unit * 24_000)[:24_000]
        times = []
        for length in (6_000, 24_000):
            doc = nlp.make_doc(text[:length])
            prose_pieces(doc)
            begin = time.process_time()
            component(doc)
            times.append(time.process_time() - begin)
        if times[1] > 12 * times[0] + 0.3:
            slow.append((unit, *times))
    assert slow == []


def test_a_place_at_the_end_of_a_very_long_line_is_read() -> None:
    text = "x " * 90_000 + "ships from NL"
    assert [one.value for one in read_text(pipeline(), text, source=SOURCE) if one.type == "ship_from"] == ["NL"]


def test_the_component_works_alone() -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe(shipping.NAME)
    assert [(one.type, one.value) for one in findings(nlp("UK to EU"))] == [("ship_from", "GB"), ("ship_to", "EU")]
