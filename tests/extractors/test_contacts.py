"""Ways to reach somebody, and words that look like one."""

import pytest

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
