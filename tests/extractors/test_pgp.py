"""OpenPGP keys in text: whole, mangled by a page, and broken."""

import quopri
import random
import re
import time
from collections.abc import Callable
from functools import cache

import pysequoia
import pytest
import spacy
from pydantic import ValidationError
from spacy.language import Language

from extractors.components import pgp
from extractors.findings import prose
from extractors.openpgp.fingerprints import KeyCues, load_key_cues
from extractors.tokenizer import MarketTokenizer
from tests.extractors.keys import public_key
from tests.extractors.reading_text import facts_of, mentions, values

USER = "A Vendor <vendor@example.org>"
# Of no key.
DIGITS = "A1B2C3D4E5F60718293A4B5C6D7E8F9001122334"
GROUPS = " ".join(DIGITS[place : place + 4] for place in range(0, 40, 4))
BEGIN, END = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"


def test_a_key_has_fingerprint_user_ids_and_subkeys() -> None:
    block, fingerprint = public_key(USER)
    (key,) = mentions(f"my key:\n{block}\nbye", "pgp_key")
    assert (key.value, key.text, key.confidence) == (fingerprint, block, 1.0)
    assert key.data["user_ids"] == [USER]
    assert key.data["subkeys"]
    assert all(len(subkey) == 40 for subkey in key.data["subkeys"])


@pytest.mark.parametrize("joint", [" ", "\n\n", "\n    ", "\r\n"])
def test_a_key_that_a_page_ran_together_has_the_same_fingerprint(joint: str) -> None:
    block, fingerprint = public_key(USER)
    lines = [line for line in block.splitlines() if line and not line.startswith("Comment")]
    assert values(joint.join(lines), "pgp_key") == [fingerprint]


def test_a_key_without_its_end_is_kept_and_says_why() -> None:
    block, _ = public_key(USER)
    (key,) = mentions(block[: len(block) // 4], "pgp_key")
    assert key.data["kind"] == "broken"
    assert key.data["why"]
    assert key.value.startswith("sha256:")


def test_a_key_with_a_changed_character_is_not_another_key() -> None:
    block, fingerprint = public_key(USER)
    place = block.index("\n\n") + 40
    changed = block[:place] + ("A" if block[place] != "A" else "B") + block[place + 1 :]
    (key,) = mentions(changed, "pgp_key")
    assert key.value != fingerprint
    assert key.data["kind"] == "broken"
    assert "checksum" in key.data["why"]
    assert facts_of(changed).pgp_fingerprints == []


def test_the_same_broken_key_has_the_same_value_however_it_is_wrapped() -> None:
    broken = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBFn0\nabcdefgh\n-----END PGP PUBLIC KEY BLOCK-----"
    wrapped = broken.replace("mQENBFn0\nabcdefgh", "mQENB\nFn0abc\ndefgh")
    assert values(broken, "pgp_key") == values(wrapped, "pgp_key")


def test_noise_in_armour_is_never_an_error() -> None:
    block, _ = public_key(USER)
    chance = random.Random(5)
    for _ in range(60):
        letters = list(block)
        for _ in range(chance.randrange(1, 40)):
            letters[chance.randrange(40, len(letters))] = chr(chance.randrange(1, 300))
        assert len(mentions("".join(letters), "pgp_key")) <= 2


def test_messages_are_no_prose_and_no_keys() -> None:
    text = "-----BEGIN PGP MESSAGE-----\n\nhQEMA cocaine 5g\n-----END PGP MESSAGE-----\nheroin 1g"
    assert values(text, "pgp_key") == []
    assert values(text, "drug") == ["heroin"]


def test_what_a_signed_message_says_is_prose() -> None:
    text = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nmy mirror, wickr: greenleaf\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCgAdFiEE\n-----END PGP SIGNATURE-----"
    )
    assert values(text, "wickr") == ["greenleaf"]


def _lines(block: str) -> list[str]:
    return [line for line in block.splitlines() if line]


def _body(block: str) -> str:
    return block.removeprefix(BEGIN).removesuffix(END)


def _within(block: str, change: Callable[[str], str]) -> str:
    return f"{BEGIN}{change(_body(block))}{END}"


def _without_checksum(block: str) -> str:
    return re.sub(r"\n=[A-Za-z0-9+/]{4}\n", "\n", block)


MANGLED: dict[str, Callable[[str], str]] = {
    "lines run together": lambda block: "".join(_lines(block)),
    "lines run together, no headers": lambda block: "".join(one for one in _lines(block) if ": " not in one),
    "no blank line": lambda block: "\n".join(_lines(block)),
    "indented": lambda block: "\n".join(f"      {line}" for line in block.splitlines()),
    "spaces at the ends": lambda block: "\n".join(f"{line}   " for line in block.splitlines()),
    "hard spaces": lambda block: block.replace(" ", "\xa0").replace("\n", "\xa0\n"),
    "quoted": lambda block: "\n".join(f"> {line}" for line in block.splitlines()),
    "en dashes": lambda block: block.replace("-----", "\u2013\u2013\u2013\u2013\u2013"),
    "em dashes": lambda block: block.replace("-----", "\u2014\u2014-"),
    "four dashes": lambda block: block.replace("-----", "----"),
    "no dashes": lambda block: block.replace("-----", ""),
    "dashes as entities": lambda block: block.replace("-----", "&#45;" * 5),
    "entities": lambda block: block.replace("+", "&#43;").replace("=", "&#61;").replace("/", "&#x2F;"),
    "breaks as tags": lambda block: block.replace("\n", "<br />"),
    "paragraphs": lambda block: "<p>" + block.replace("\n", "</p><p>") + "</p>",
    "escaped line ends": lambda block: block.replace("\n", "\\r\\n"),
    "no checksum": _without_checksum,
    "no checksum in one line": lambda block: " ".join(_lines(_without_checksum(block))),
    "no end": lambda block: block.removesuffix(END),
    "no end, then prose": lambda block: block.removesuffix(END) + "\nplease encrypt your address with it",
    "no end in one line, then prose": lambda block: " ".join(_lines(block.removesuffix(END))) + " please encrypt to it",
    "quoted-printable": lambda block: quopri.encodestring(block.encode()).decode(),
    "invisible characters": lambda block: _within(block, lambda body: re.sub("(.{30})", "\\1\u200b", body)),
    "plus signs lost": lambda block: _within(block, lambda body: body.replace("+", " ")),
    "in lower case": lambda block: block.replace("BEGIN PGP PUBLIC KEY BLOCK", "Begin PGP Public Key Block"),
    "without its armour": lambda block: "\n".join(one for one in _lines(_body(block)) if ": " not in one),
    "in a sentence": lambda block: f"My key: {block} Thanks!",
    "escaped in a signed message": lambda block: f"- {block}".replace("\n-----END", "\n- -----END"),
}


@pytest.mark.parametrize("name", MANGLED)
def test_a_mangled_key_has_the_same_fingerprint(name: str) -> None:
    # Several, as keys differ in where their base64 has "+", "/" and "=".
    for number in range(4):
        block, fingerprint = public_key(f"Vendor {number} <vendor{number}@example.org>")
        text = MANGLED[name](block)
        (key,) = mentions(text, "pgp_key")
        assert (key.value, key.data["kind"]) == (fingerprint, "key")
        assert text[key.start : key.end] == key.text


@pytest.mark.parametrize("name", ["no end, then prose", "no end in one line, then prose", "in a sentence"])
def test_what_stands_beside_a_key_stays_prose(name: str) -> None:
    block, _ = public_key(USER)
    assert values(MANGLED[name](block) + " wickr: greenleaf", "wickr") == ["greenleaf"]


def test_several_keys_of_a_text_are_each_read() -> None:
    (one, first), (other, second) = public_key(USER), public_key("Another <another@example.org>")
    assert values(f"old key\n{one}\nnew key\n{other}", "pgp_key") == [first, second]


def test_several_keys_of_a_block_are_each_read() -> None:
    keys = [pysequoia.Tsk.generate(f"Vendor {number}").extract_certificate() for number in range(2)]
    block = pysequoia.armor(b"".join(bytes(key) for key in keys), pysequoia.ArmorKind.PublicKey)
    found = mentions(block, "pgp_key")
    assert {key.value for key in found} == {str(key.fingerprint).upper() for key in keys}
    assert {(key.start, key.end) for key in found} == {(0, len(block.strip()))}


def test_a_private_key_is_flagged() -> None:
    secret = pysequoia.Tsk.generate(USER)
    text = f"my key\n{secret}"
    (key,) = mentions(text, "pgp_key")
    fingerprint = str(secret.extract_certificate().fingerprint).upper()
    assert (key.value, key.data["kind"], key.data["user_ids"]) == (fingerprint, "private_key", [USER])
    assert facts_of(text).pgp_fingerprints == [fingerprint]


def test_a_signed_message_names_who_signed_and_is_prose() -> None:
    secret = pysequoia.Tsk.generate(USER)
    message = b"My only wickr: greenleaf\n\n- no list\nI sell cocaine"
    signed = pysequoia.sign(secret.signer(), message, mode=pysequoia.SignatureMode.CLEAR).decode()
    (signature,) = mentions(signed, "pgp_key")
    assert signature.data["kind"] == "signature"
    assert len(signature.value) in {16, 40}
    assert signature.text.startswith("-----BEGIN PGP SIGNATURE-----")
    assert values(signed, "wickr", "drug") == ["greenleaf", "cocaine"]
    assert values(signed, "crypto_address") == []
    assert facts_of(signed).pgp_fingerprints == []


def test_an_encrypted_message_is_no_key_whatever_its_label() -> None:
    certificate = pysequoia.Tsk.generate(USER).extract_certificate()
    message = bytes(pysequoia.encrypt(b"an address", recipients=[certificate])).decode()
    assert values(message, "pgp_key") == []
    (key,) = mentions(message.replace("PGP MESSAGE", "PGP PUBLIC KEY BLOCK"), "pgp_key")
    assert key.data["kind"] == "broken"
    assert "message" in key.data["why"]


def test_a_key_labelled_as_a_message_is_a_key() -> None:
    block, fingerprint = public_key(USER)
    assert values(block.replace("PUBLIC KEY BLOCK", "MESSAGE"), "pgp_key") == [fingerprint]


def test_a_key_that_lost_its_tail_says_which_it_likely_was() -> None:
    block, fingerprint = public_key(USER)
    lines = block.splitlines()
    (key,) = mentions("\n".join([*lines[:10], END]), "pgp_key")
    assert (key.data["kind"], key.data["likely_fingerprint"]) == ("broken", fingerprint)
    assert facts_of(block[: len(block) // 2]).pgp_fingerprints == []


@pytest.mark.parametrize(
    "text",
    [
        f"paste your key from {BEGIN} to {END} and wickr: greenleaf",
        f"I want no {BEGIN} please, wickr: greenleaf",
        "BEGIN PGP MESSAGE is how it starts, wickr: greenleaf",
    ],
)
def test_talk_of_armour_is_prose(text: str) -> None:
    assert values(text, "pgp_key", "wickr") == ["greenleaf"]


@pytest.mark.parametrize(
    "written",
    [
        f"Fingerprint={GROUPS}",
        f"PGP fingerprint: {DIGITS}",
        f"pgp 0x{DIGITS}",
        f"openpgp4fpr:{DIGITS}",
        f"Key fingerprint = {GROUPS[:24]}  {GROUPS[25:]}",
        f"PGP Fingerprint:\n{GROUPS[:24]}\n{GROUPS[25:]}",
        "GPG: " + ":".join(DIGITS[place : place + 2] for place in range(0, 40, 2)),
        f"my pgp is {DIGITS.lower()}",
        f"Fingerabdruck {GROUPS}",
        f"https://keys.example/vks/v1/by-fingerprint/{DIGITS}",
        f"{DIGITS} (PGP fingerprint)",
        f"verify me: {GROUPS}",
    ],
)
def test_a_named_fingerprint_is_a_key(written: str) -> None:
    (key,) = mentions(written, "pgp_key")
    assert (key.value, key.data["kind"]) == (DIGITS, "fingerprint")
    assert written[key.start : key.end] == key.text
    assert facts_of(written).pgp_fingerprints == [DIGITS]


def test_a_fingerprint_of_version_6_has_64_digits() -> None:
    digits = "CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9"
    # RFC 9580, A.3.
    assert values(f"PGP fingerprint {digits}", "pgp_key") == [digits]


@pytest.mark.parametrize(
    "text",
    [
        f"order {DIGITS}",
        f"sha1: {DIGITS}",
        f"my pgp is below. git commit {DIGITS}",
        f"PGP on request. ETH 0x{DIGITS.lower()}",
        "PGP 1111 2222 3333 4444 5555 6666 7777 8888 9999 0000",
        "pgp call 0049 1234 5678 9012 3456 7890 1234 5678 9012 3456",
        "prices 10 20 30 40 50 60 70 80 90 10 20 30 40 50 60 70 80 90 10 20",
        "pgp " + "AB12 " * 9,
    ],
)
def test_other_digits_are_no_fingerprint(text: str) -> None:
    assert values(text, "pgp_key") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("PGP key id: 0xA1B2C3D4E5F60718", "A1B2C3D4E5F60718"),
        ("key ID A1B2C3D4E5F60718", "A1B2C3D4E5F60718"),
        ("keyid: 0xE5F60718", "E5F60718"),
        ("PGP Key ID: E5F60718", "E5F60718"),
        ("pub   rsa4096/0xA1B2C3D4E5F60718 2019-01-01 [SC]", "A1B2C3D4E5F60718"),
        ("pub  2048R/E5F60718 2014-05-06", "E5F60718"),
        ("pgp: 0xE5F60718", "E5F60718"),
        ("http://keys.example/pks/lookup?op=get&search=0xA1B2C3D4E5F60718", "A1B2C3D4E5F60718"),
    ],
)
def test_an_id_of_a_key_is_read_where_it_is_named(text: str, value: str) -> None:
    (key,) = mentions(text, "pgp_key")
    assert (key.value, key.data["kind"]) == (value, "key_id")
    assert key.confidence < 0.9
    assert facts_of(text).pgp_fingerprints == []


@pytest.mark.parametrize(
    "text",
    [
        "order id: A1B2C3D4E5F60718", "product key 12345678", "pgp since 20190101", "key id: 12345678",
        "call 0xE5F60718", "PGP key: 12345678", "batch E5F60718, PGP only",
    ],
)  # fmt: skip
def test_other_ids_are_no_key_s(text: str) -> None:
    assert values(text, "pgp_key") == []


def test_words_are_read_strictly() -> None:
    with pytest.raises(ValidationError):
        KeyCues.model_validate({**load_key_cues().model_dump(), "more": []})


@cache
def alone() -> Language:
    """The component by itself."""
    nlp = spacy.blank("en")
    nlp.tokenizer = MarketTokenizer(nlp.vocab)
    nlp.add_pipe(pgp.NAME)
    return nlp


NASTY = [
    "a", "1", " ", "-", "=", "\n", "ABCD ", "0123ABCD ", "12:", "-----BEGIN PGP ", f"{BEGIN}\n", f"{END}\n",
    f"{BEGIN}\nVersion: x\n", f"{BEGIN}\nmQENBFn0abcdefghijklmnopqrstuv\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n",
    "mQENBFn0abcdefghijklmnopqrstuv ", "mQENBFn0abcdefghijklmnopqrstuv",
    "pgp key id ", "pgp key id E5F60718 ", "pgp fingerprint ", "BEGIN PGP MESSAGE ", "&#45;", "pgp begin -",
    f"pgp {GROUPS} ",
]  # fmt: skip


@pytest.mark.parametrize("unit", NASTY)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    def seconds(size: int) -> float:
        doc = alone().make_doc((unit * (size // len(unit) + 1))[:size])
        # The prose is read once for all components, and is not what is measured.
        prose(doc)
        begin = time.process_time()
        alone().get_pipe(pgp.NAME)(doc)
        return time.process_time() - begin

    # A pattern that grows with the square would take a hundred times as long; other work on the machine is evened out.
    small = max(min(seconds(20_000) for _ in range(3)), 0.02)
    assert min(seconds(200_000) for _ in range(2)) < 40 * small
