"""Accounts on other markets: what vendors claim, and names of markets that claim nothing."""

import time

import pytest
import spacy
import yaml

from extractors.components.other_accounts import OtherAccounts
from extractors.lexicon_files import FOLDER
from extractors.market_names import known_market, market_name, named_markets
from extractors.tokenizer import MarketTokenizer
from extractors.words import pieces
from tests.extractors.reading_text import facts_of, mentions

Accounts = list[tuple[str, str | None]]


def accounts(text: str) -> Accounts:
    """The other accounts of a text's facts."""
    return [(one.market, one.handle) for one in facts_of(text).other_accounts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("same handle on Dream and Empire", [("dream-market", None), ("empire", None)]),
        ("also on: Wall Street Market: GreenTwo", [("wall-street-market", "GreenTwo")]),
        ("You can find me on Empire as greenman", [("empire", "greenman")]),
        ("Vendor on SR2, Agora, Evolution", [("silk-road-2", None), ("agora", None), ("evolution", None)]),
        ("my only other account is on Cannazon under the name GreenMan", [("cannazon", "GreenMan")]),
        ("This is GreenBoss from Dream Market", [("dream-market", "GreenBoss")]),
        (
            "I am greenman on Dream, Empire and Versus.",
            [("dream-market", "greenman"), ("empire", "greenman"), ("versus", "greenman")],
        ),
        ("on Dream as Bear88 and on Empire as BearUK", [("dream-market", "Bear88"), ("empire", "BearUK")]),
        (
            "Empire/Dream/Versus: greenman",
            [("empire", "greenman"), ("dream-market", "greenman"), ("versus", "greenman")],
        ),
        ("GreenMan@Dream", [("dream-market", "GreenMan")]),
        ("find us on Dream (4.9/5) as GreenMan", [("dream-market", "GreenMan")]),
        ("My accounts: greenman (AlphaBay), greenman2 (Hansa)", [("alphabay", "greenman"), ("hansa", "greenman2")]),
        ("Adderall XR - Greeny from Abraxas - quality", [("abraxas", "Greeny")]),
        ("EMPIRE/ TORREZ / WHM VERIFIED VENDOR", [("empire", None), ("torrez", None), ("white-house", None)]),
        ("FORMER DREAM MARKET VENDOR", [("dream-market", None)]),
        ("Hi, you may know me from Dreammarket. On DM i have a good reputation", [("dream-market", None)]),
        ("this is the same PGP key I was using since Dream", [("dream-market", None)]),
        ("We moved from AlphaBay after it got seized", [("alphabay", None)]),
        ("Dread: /u/greenman, find us there", [("dread", "greenman")]),
        ("Previously on Zeta Market (1200 sales)", [("zeta", None)]),
        (
            "5 years of experience: SR1, Agora, Evo, AB, WSM",
            [
                ("silk-road", None),
                ("agora", None),
                ("evolution", None),
                ("alphabay", None),
                ("wall-street-market", None),
            ],
        ),
    ],
)
def test_accounts_in_sentences(text: str, expected: Accounts) -> None:
    assert accounts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "I'm also selling on the following markets\n\nApollon\n\nEmpire\n\nBerlusconi",
            ["apollon", "empire", "berlusconi"],
        ),
        (
            "Dream: GreenA\nEmpire: GreenB\nCannazon - GreenC",
            ["dream-market/GreenA", "empire/GreenB", "cannazon/GreenC"],
        ),
        (
            "all with the same name “GreenCo”\n\nWallstreet CannaZone Core Market",
            ["wall-street-market/GreenCo", "cannazon/GreenCo", "core/GreenCo"],
        ),
        ("Find us on:\n- Versus: TulipX\n- Monopoly (TulipX)", ["versus/TulipX", "monopoly/TulipX"]),
        (
            "EMPIRE: http://abcdefgh234567ab.onion/\n\nBERLUSCONI: http://abcdefgh234567ac.onion/?a=login",
            ["empire", "berlusconi"],
        ),
    ],
)
def test_accounts_in_lists(text: str, expected: list[str]) -> None:
    assert [one.value for one in mentions(text, "other_account")] == expected


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Dream 4.9 1200 sales", [("dream-market", 1200, 4.9)]),
        ("Formerly of AlphaBay (500+ sales, 99%)", [("alphabay", 500, 99.0)]),
        ("Dream Market: 4.95/5 (2300)", [("dream-market", 2300, 4.95)]),
        (
            "We are on Dream (4.92/5, 3k sales), WSM (4.8, 900+)",
            [("dream-market", 3000, 4.92), ("wall-street-market", 900, 4.8)],
        ),
        (
            "3000+ Sales on Dream @ 4.97/5 Feedback 200+ Sales on Wall St @ 4.9/5 Feedback",
            [("dream-market", 3000, 4.97), ("wall-street-market", 200, 4.9)],
        ),
        ("Dream | 1200 | 4.9\nEmpire | 300 | 99%", [("dream-market", 1200, 4.9), ("empire", 300, 99.0)]),
        ("Dream: 4600 deals, 4.95/5 Alphabay: 346/3/1", [("dream-market", 4600, 4.95), ("alphabay", 346, None)]),
        ("DREAM MARKET 4.94*\n\nTOCHKA MARKET 5*", [("dream-market", None, 4.94), ("tochka", None, 5.0)]),
        (
            "★ AlphaBay: 1,250 sales - 99.4% ★ Dream: 2.1k sales ★",
            [("alphabay", 1250, 99.4), ("dream-market", 2100, None)],
        ),
        ("vendor on Dream (2015-2018)", [("dream-market", None, None)]),
    ],
)
def test_sales_and_ratings(text: str, stated: list[tuple[str, int | None, float | None]]) -> None:
    found = mentions(text, "other_account")
    assert [(one.data["market"], one.data["sales"], one.data["rating"]) for one in found] == stated


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ihr findet uns auch auf Empire und Cannazon", [("empire", None), ("cannazon", None)]),
        ("Wir sind nicht auf Dream, nur auf Empire", [("empire", None)]),
        ("Bekannt aus DIDW und Crimenetwork", [("deutschland-im-deep-web", None), ("crimenetwork", None)]),
        ("Wij zijn ook te vinden op Dream en Empire", [("dream-market", None), ("empire", None)]),
        ("Nous sommes aussi sur Cannazon sous le nom GreenMan", [("cannazon", "GreenMan")]),
        ("tambien estoy en Dream", [("dream-market", None)]),
        (
            "Somos de Dream y Wall Street, mismo nombre: PoloBlanco",
            [("dream-market", "PoloBlanco"), ("wall-street-market", "PoloBlanco")],
        ),
        ("Siamo presenti anche su Empire con il nome PizzaX", [("empire", "PizzaX")]),
        ("Мы также на Hydra и Empire", [("hydra", None), ("empire", None)]),
    ],
)
def test_accounts_in_other_languages(text: str, expected: Accounts) -> None:
    assert accounts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we are ONLY on Empire, every other market is a scammer using our name", [("empire", None)]),
        ("there is a scammer on Nightmare using my name. I only have accounts on Empire", [("empire", None)]),
        ("Not only on Dream but also on Empire", [("dream-market", None), ("empire", None)]),
        ("we are no longer on Dream", [("dream-market", None)]),
    ],
)
def test_what_is_denied_beside_what_is_claimed(text: str, expected: Accounts) -> None:
    assert accounts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "we are not on Nightmare",
        "I have no accounts on other markets such as Dream or Tochka",
        "I do not sell on Empire, anyone claiming to be me there is a scammer",
        "Beware of the fake GreenMan on Dream, we are not there",
        "We read a long-time Empire vendor's feedback",
        "INVITATION CODE FOR HANSA MARKETPLACE",
        "INVITES TO DREAM + SILKKITIE + ACROPOLIS MARKETS",
        "IF YOU CAN'T FIND IT ON DREAM MARKET YOU WILL FIND IT HERE",
        "RIP Dream. RIP WSM. Long live Empire.",
        "This guide will teach you how to withdraw from Empire Market and WSM safely",
        "sweet dreams",
        "Blue Dream 7g",
        "28g Blue Dream Shatter",
        "Dream Sand DMT",
        "Tangerine Dream, Northern Lights",
        "Build your own empire",
        "Our empire is growing, quality versus quantity",
        "Apollon Kush 5g",
        "King of Zion box",
        "100 POINT ID KIT",
        "1 Point 84% MDMA",
        "Project Neptune 2.0 (Keylogger)",
        "DM us for prices",
        "evolution of speed",
        "the core of the business",
        "the best on any market",
        "This market is the best",
        "dream@mailhost.org",
        "http://dream.example.org/empire",
        "wickr: dream_empire",
        "Sell my Empire account lvl 5",
        "Dreamweaver CS6",
        "Like on Dream Market we accept escrow only",
        "white house party",
    ],
)
def test_names_of_markets_that_claim_no_account(text: str) -> None:
    assert accounts(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Agora - greenman (1500+ deals 4.9/5)\nNucleus - greenman2",
            [("agora", "greenman"), ("nucleus", "greenman2")],
        ),
        (
            "Other accounts:\nDream - greenman / Empire - green_man",
            [("dream-market", "greenman"), ("empire", "green_man")],
        ),
        ("On Hansa we are GreenMan_NL because the name was taken", [("hansa", "GreenMan_NL")]),
        ("You know us from Cannazon where we sold as GreenMan", [("cannazon", "GreenMan")]),
        (
            "Empire 1290 sales | Apollon 320 sales (GreenMan everywhere)",
            [("empire", "GreenMan"), ("apollon", "GreenMan")],
        ),
        ("You may know me from SR2 and Agora (GreenMan22)", [("silk-road-2", None), ("agora", "GreenMan22")]),
        ("GreenMan22 on Evolution (RIP) and BlackBank", [("evolution", "GreenMan22"), ("black-bank", "GreenMan22")]),
        (
            "We were on Hansa as GreenMan, also on CNW unter gleichem Namen",
            [("hansa", "GreenMan"), ("crimenetwork", "GreenMan")],
        ),
        ("Find us on Archetyp too (nordmann)\nMail: nordmann@host.example", [("archetyp", "nordmann")]),
        ("Monopoly: GreenMan22\nVersus - coming soon", [("monopoly", "GreenMan22")]),
        ("If someone sell on our name on Dream - is fake", []),
        ("We are the best vendor of Empire market", []),
    ],
)
def test_accounts_in_long_texts(text: str, expected: Accounts) -> None:
    assert accounts(text) == expected


def test_a_boast_is_less_sure_than_an_account() -> None:
    (boast,) = mentions("The cheapest prices on Cryptonia Market", "other_account")
    (account,) = mentions("find us on Cryptonia", "other_account")
    assert boast.confidence < account.confidence


def test_an_account_s_span_holds_what_is_said_of_it() -> None:
    (found,) = mentions("find me on Dream Market (4.9/5) now", "other_account")
    assert found.text == "Dream Market (4.9/5)"


def test_a_market_with_and_without_its_handle_is_one_fact() -> None:
    assert accounts("find us on Dream. We are GreenMan on Dream") == [("dream-market", "GreenMan")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dream Market", "dream-market"), ("DM", "dream-market"), ("Wall Street", "wall-street-market"),
        ("T chka", "tochka"), ("Point", "tochka"), ("Silk Road 3.1", "silk-road-3"), ("Dark0de Reborn", "dark0de"),
        ("python", None), ("Python Market", "python-market"), ("Somewhere", None), ("market", None),
    ],
)  # fmt: skip
def test_known_markets(text: str, name: str | None) -> None:
    assert known_market(text) == name


def test_a_market_that_is_not_known_has_its_own_name() -> None:
    assert market_name("Some Where") == "some-where"
    assert market_name("...") is None


def test_no_spelling_names_two_markets() -> None:
    content = yaml.safe_load((FOLDER.parent / "market_names.yaml").read_text("utf-8"))
    stated = [
        (market, spelling)
        for market, names in content["markets"].items()
        for kind in ("sure", "words", "short", "also")
        for spelling in names.get(kind, [])
    ]
    assert len(stated) > 250
    assert [(market, one, known_market(one)) for market, one in stated if known_market(one) != market] == []


def test_the_words_are_in_small_letters_and_have_sources() -> None:
    sources = set(yaml.safe_load((FOLDER / "sources.yaml").read_text("utf-8")))
    beside = ("accounts/words.yaml", "accounts/market_words.yaml", "contacts/handle_words.yaml")
    for file in (FOLDER / "contacts.yaml", *(FOLDER.parent / name for name in beside)):
        content = yaml.safe_load(file.read_text("utf-8"))
        assert set(content["sources"]) <= sources, file
        for name, words in content.items():
            if isinstance(words, list):
                assert [word for word in words if word != word.lower()] == [], (file, name)


def test_markets_are_named_however_they_are_written() -> None:
    text = "dreammarket, Dream-Market; WALL STREET MARKET silk road 2.0 Tor2Door"
    found = [one.market for one in named_markets(text, pieces(text))]
    assert found == ["dream-market", "dream-market", "wall-street-market", "silk-road-2", "tor2door"]


@pytest.mark.parametrize(
    "address", ["1PqHxdndvd9E7EKmtTSG26fPgcg65vFyRt", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLz", "0F" * 20]
)
def test_an_address_after_a_market_is_no_account_though_it_was_mistyped(address: str) -> None:
    assert accounts(f"Market escrow address of Dream: {address}") == []
    assert accounts("my account on Dream: SuperGreatVendorOfficial2024") == [
        ("dream-market", "SuperGreatVendorOfficial2024")
    ]


HOSTILE = [
    "a", "1", " ", "[(", "\n", "Dream ", "dream, ", "Dream/", "Dream: 1", "not on Dream ", "on Dream as ab ",
    "4.9/5 on Dream ", "Zeta Market ", "1 sales on ", "name: ", "Dream\n", "ex Dream ", "as ", "\u0130",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_accounts_take_linear_time(unit: str) -> None:
    nlp = spacy.blank("en")
    nlp.tokenizer = MarketTokenizer(nlp.vocab)
    component = OtherAccounts()
    times = []
    for length in (12_000, 48_000):
        doc = nlp.make_doc((unit * length)[:length])
        begin = time.process_time()
        component(doc)
        times.append(time.process_time() - begin)
    assert times[1] < 12 * times[0] + 0.5
