"""Ways to reach somebody, and words that look like one."""

import time

import pytest
import spacy

from extractors.components.contacts import Contacts
from extractors.tokenizer import MarketTokenizer
from nightpost.onion import onion_checksum
from tests.extractors.reading_text import facts_of, mentions, values

TOX = "56A1ADE4B65B86BCD51CC73E2CD4E542179F47959FE3E0E21B4B0ACDADE51855D34D34D37CB5"


def onion() -> str:
    """An onion address with a true checksum that nobody runs."""
    import base64

    key = bytes(range(32))
    return base64.b32encode(key + onion_checksum(key) + b"\x03").decode().lower() + ".onion"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("email: The.Shop@SecMail.example", "email", "the.shop@secmail.example"),
        ("Jabber: shop@jabber.example.org", "jabber", "shop@jabber.example.org"),
        ("XMPP - shop@example.org", "jabber", "shop@example.org"),
        ("write shop@exploit.im", "jabber", "shop@exploit.im"),
        ("Telegram @shop_one", "telegram", "shop_one"),
        ("Telegram@Shop99", "telegram", "shop99"),
        ("telegram: ShopOne", "telegram", "shopone"),
        ("tg - @shop_one", "telegram", "shop_one"),
        ("https://t.me/shop_one", "telegram", "shop_one"),
        ("Wickr: shop.one", "wickr", "shop.one"),
        ("wickr me shopone", "wickr", "shopone"),
        ("Wickr username is shopone.", "wickr", "shopone"),
        ("Signal: shop.42", "signal", "shop.42"),
        ("signal +44 20 7946 0958", "signal", "+442079460958"),
        ("call +44 (20) 7946-0958", "phone", "+442079460958"),
        ("Threema ID: ABCD1234", "threema", "ABCD1234"),
        ("ICQ 123-456-789", "icq", "123456789"),
        ("ICQ: 123456789", "icq", "123456789"),
        ("discord.gg/AbCdEf", "discord", "AbCdEf"),
        ("discord: shop#1234", "discord", "shop#1234"),
        ("Session 05" + "ab" * 32, "session", "05" + "ab" * 32),
        (f"tox {TOX.lower()}", "tox", TOX),
    ],
)
def test_contacts_are_read(text: str, kind: str, value: str) -> None:
    assert values(text, kind) == [value]
    assert value in {one.value for one in facts_of(text).contacts}


@pytest.mark.parametrize(
    "text",
    [
        "wickr only", "telegram available soon", "Telegram: please ask", "good signal 5.5 today", "icq 12",
        "threema is fine", "discord", "the price is 5@10 each", "+1 2 3", "+999 123 456 789", "telegraph road",
    ],
)  # fmt: skip
def test_words_are_no_contacts(text: str) -> None:
    kinds = ("email", "jabber", "telegram", "wickr", "signal", "threema", "icq", "discord", "phone", "tox", "session")
    assert values(text, *kinds) == []


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("hit us up at greenshop on Wickr", "wickr", "greenshop"),
        ("Jabber shop@jabber.ru\nTG green_shop1", "telegram", "green_shop1"),
    ],
)
def test_names_after_few_words(text: str, kind: str, value: str) -> None:
    assert (kind, value) in [(one.type, one.value) for one in facts_of(text).contacts]


def test_a_time_by_airmail_is_no_address() -> None:
    assert facts_of("Europe airmail: 5-8 working days").contacts == []


def test_a_tox_id_with_a_wrong_checksum_is_none() -> None:
    assert values(TOX[:-1] + "4", "tox") == []


def test_onions_need_their_checksum() -> None:
    host = onion()
    assert values(f"mirror: http://{host}/shop", "onion") == [host]
    other = ("b" if host[0] != "b" else "c") + host[1:]
    assert values(f"mirror: {other}", "onion") == []


def test_a_url_ends_before_the_sentence_does() -> None:
    (url,) = mentions("see (https://example.org/a_b?c=1).", "url")
    assert url.text == "https://example.org/a_b?c=1"


def test_drugs_in_handles_and_urls_are_not_offered() -> None:
    assert values("mail cocaine.shop@example.org or http://cocaine.example.org/heroin", "drug") == []


@pytest.mark.parametrize(
    ("text", "contacts"),
    [
        ("Wickr/Telegram: greenman77", [("wickr", "greenman77"), ("telegram", "greenman77")]),
        ("wickr & telegram same name: greenman", [("wickr", "greenman"), ("telegram", "greenman")]),
        ("Wickr: greenman (same on telegram)", [("wickr", "greenman"), ("telegram", "greenman")]),
        ("t.me/greenmen and wickr is the same", [("telegram", "greenmen"), ("wickr", "greenmen")]),
        ("Kik:: ICQ:: Wikr:: (greenman)", [("wickr", "greenman")]),
        ("Telegram: @shop_a / @shop_b", [("telegram", "shop_a"), ("telegram", "shop_b")]),
        ("Wickr ID's: shop_1, shop_2", [("wickr", "shop_1"), ("wickr", "shop_2")]),
        ("add shop_one on wickr", [("wickr", "shop_one")]),
        ("Support: @shop_help (telegram)", [("telegram", "shop_help")]),
        ("wickr for a faster answer: shop_1", [("wickr", "shop_1")]),
        ("W1CKR = greenman", [("wickr", "greenman")]),
        ("Email/Wickr: a.b@mailhost.org / greenman", [("email", "a.b@mailhost.org"), ("wickr", "greenman")]),
        ("contact @shop_a on Telegram or Wickr: shop_b", [("telegram", "shop_a"), ("wickr", "shop_b")]),
        ("Ich bin auf Telegram unter @gruenermann", [("telegram", "gruenermann")]),
        ("телеграм: @green_man", [("telegram", "green_man")]),
        ("Join t.me/+Abc_dEf12345", [("telegram", "+Abc_dEf12345")]),
        ("Discord: green.man", [("discord", "green.man")]),
        ("Signal/WhatsApp: +44 20 7946 0958", [("signal", "+442079460958"), ("phone", "+442079460958")]),
        ("text me 347-460-2546", [("phone", "+13474602546")]),
        ("Call 0049 151 23456789", [("phone", "+4915123456789")]),
        ("German vendor. WhatsApp: 0151 23456789", [("phone", "+4915123456789")]),
    ],
)
def test_names_over_several_messengers_and_in_other_orders(text: str, contacts: list[tuple[str, str]]) -> None:
    assert sorted((one.type, one.value) for one in facts_of(text).contacts) == sorted(contacts)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("greenman(at)mailhost(dot)com", "greenman@mailhost.com"),
        ("greenman [at] mailhost [dot] co [dot] uk now", "greenman@mailhost.co.uk"),
        ("greenman(a)protonmail.com", "greenman@protonmail.com"),
        ("greenman at protonmail dot com", "greenman@protonmail.com"),
        ("greenman @ protonmail . com", "greenman@protonmail.com"),
        ("our mail is greenman@protonmail", "greenman@protonmail.com"),
        ("Tutanota: greenman", "greenman@tutanota.com"),
        ("ProtonMail: greenman@protonmail.com", "greenman@protonmail.com"),
        ("Email-greenman@mailhost.org", "greenman@mailhost.org"),
        ("write greenman@mailhost.com.Thanks", "greenman@mailhost.com"),
        ("Email: greenman@mailhost.comTelegram soon", "greenman@mailhost.com"),
        ("mail: \uff47\uff52\uff45\uff45\uff4e\uff4d\uff41\uff4e@mailhost.com", "greenman@mailhost.com"),
        ("mail: green\u200bman@mail\u200bhost.com", "greenman@mailhost.com"),
    ],
)
def test_emails_that_are_hidden_or_run_into_words(text: str, value: str) -> None:
    (email,) = mentions(text, "email")
    assert email.value == value
    assert email.text == text[email.start : email.end]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Jabber :\ngreenman@mailhost.org", ["jabber"]),
        ("Jabber (OMEMO/OTR): greenman@mailhost.org", ["jabber"]),
        ("Email/Jabber: greenman@mailhost.org", ["email", "jabber"]),
        ("Jabber: a.b@mailhost.org email: c.d@mailhost.org", ["jabber", "email"]),
        ("greenman@mailhost.org (xmpp)", ["jabber"]),
        ("xmpp:greenman@mailhost.org", ["jabber"]),
        ("Conversations: greenman@mailhost.org", ["jabber"]),
        ("Jabber or email, the mail is greenman@mailhost.org", ["email"]),
        ("reach greenman@mailhost.org", ["email"]),
    ],
)
def test_jabber_is_told_from_email(text: str, kinds: list[str]) -> None:
    assert values(text, "email", "jabber") != []
    assert [one.type for one in mentions(text, "email", "jabber")] == kinds


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Send your email (e.g. someshop@mailhost.org) encrypted", "example"),
        ("write as you@mailhost.org", "example"),
        ("he told me to write to badman@mailhost.org outside of the market", "quoted"),
        ("g***n: vendor asked me to use wickr: badman1", "quoted"),
        ("Beware of the fake telegram @green_fake !", "denied"),
        ("Do not write to greenman@mailhost.org, it is not us", "denied"),
        ("questions go to support@empiremarket.com", "market"),
        ("EMPIRE: http://abcdefgh234567ab.onion/", "market"),
        ("http://abcdefgh234567ab.onion/user/greenman", "market"),
    ],
)
def test_contacts_that_are_not_the_writer_s_are_no_facts(text: str, role: str) -> None:
    found = [one for one in mentions(text) if one.data.get("role")]
    assert {one.data["role"] for one in found} == {role}
    assert facts_of(text).contacts == []


@pytest.mark.parametrize(
    "text",
    [
        "Beware of fakes, our only telegram is @green_shop",
        "My shop is at example shops. Wickr: green_shop",
        "Scammers are everywhere! Telegram: @green_shop",
    ],
)
def test_a_warning_beside_an_own_contact_takes_nothing_away(text: str) -> None:
    assert [one.value for one in facts_of(text).contacts] == ["green_shop"]


@pytest.mark.parametrize(
    "text",
    [
        "wickr me for orders", "Wickr preferred", "signal only", "session is open", "Telegram: bank transfer accepted",
        "Telegram - fast replies", "We do not use Telegram, Wickr or any other messenger", "I'm on wickr 24/7",
        "Wickr: available 24/7", "NO WICKR\nHello friends", "wicker basket", "Session/Signal/Telegram on request",
        "Reach out on wickr or signal for bulk", "telegram or europe", "find us at the market dot com",
        "call FRANK on 0300 123 6600, UK", "tracking number 347-460-2546", "MDMA @ 84% pure", "1000+ 5000 sales 120",
        "text about order 12345678901", "batch number 07911 123456 UK",
    ],
)  # fmt: skip
def test_ordinary_words_and_numbers_are_no_contacts(text: str) -> None:
    assert facts_of(text).contacts == []


def test_a_version_2_onion_is_a_mention_that_says_so() -> None:
    (found,) = mentions("our shop abcdefgh234567ab.onion", "onion")
    assert (found.value, found.data) == ("abcdefgh234567ab.onion", {"version": 2})
    assert mentions("abcdefgh234567a.onion", "onion") == []


def test_contacts_inside_armour_are_not_read() -> None:
    armour = "-----BEGIN PGP MESSAGE-----\nwickr: greenman a@mailhost.org\n-----END PGP MESSAGE-----"
    assert facts_of(armour).contacts == []
    assert [one.value for one in facts_of(f"{armour}\nwickr: greenman").contacts] == ["greenman"]


def test_fancy_letters_are_read_and_their_place_is_exact() -> None:
    text = "⭐ \uff37ickr\uff1a gr\u200been\uff4dan \U0001f525"
    (found,) = mentions(text, "wickr")
    assert found.value == "greenman"
    assert found.text == "gr\u200been\uff4dan" == text[found.start : found.end]


HOSTILE = [
    "a", "1", " ", "[(", "a@", "@a ", "a at ", "a(at)", "protonmail:", "a@protonmail ", "wickr ", "wickr/",
    "telegram @a, ", "tg:", "t.me/", "+1-", "call 1", "e.g. ", "x@y.com ", "abcdefgh234567ab.onion ", "\u200b",
    "\uff41", "\u0130", "same on wickr ",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_contacts_take_linear_time(unit: str) -> None:
    nlp = spacy.blank("en")
    nlp.tokenizer = MarketTokenizer(nlp.vocab)
    component = Contacts()
    times = []
    for length in (25_000, 100_000):
        doc = nlp.make_doc((unit * length)[:length])
        begin = time.process_time()
        component(doc)
        times.append(time.process_time() - begin)
    assert times[1] < 12 * times[0] + 0.5
