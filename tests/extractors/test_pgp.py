"""OpenPGP keys in text: whole, mangled by a page, and broken."""

import random

import pytest

from tests.extractors.keys import public_key
from tests.extractors.reading_text import facts_of, mentions, values

USER = "A Vendor <vendor@example.org>"


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
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nmy mirror, wickr: someone\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCgAdFiEE\n-----END PGP SIGNATURE-----"
    )
    assert values(text, "wickr") == ["someone"]


def test_a_named_fingerprint_is_a_key() -> None:
    text = "Fingerprint=6EF3 A9F6 9688 F4B5 F09F  C6DF 6E8B E8E2 9A42 8BA6"
    (key,) = mentions(text, "pgp_key")
    assert key.value == "6EF3A9F69688F4B5F09FC6DF6E8BE8E29A428BA6"
    assert facts_of(text).pgp_fingerprints == [key.value]
    assert values("order 6EF3A9F69688F4B5F09FC6DF6E8BE8E29A428BA6", "pgp_key") == []
