"""Onion addresses: version 3 with a true checksum, and nothing else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightpost.onion import OnionAddressError, check_onion_host, check_onion_url, onion_checksum

# The Tor Project's own onion service, as published in its list of onion services.
TOR_PROJECT = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"


def onion_of(key: bytes, version: bytes = b"\x03") -> str:
    return base64.b32encode(key + onion_checksum(key) + version).decode().lower() + ".onion"


def test_a_published_address_is_accepted_with_and_without_subdomain_and_in_capitals() -> None:
    assert check_onion_host(TOR_PROJECT) == TOR_PROJECT
    assert check_onion_host("www." + TOR_PROJECT.upper()) == TOR_PROJECT


@given(st.binary(min_size=32, max_size=32))
def test_every_key_has_one_address(key: bytes) -> None:
    assert check_onion_host(onion_of(key)) == onion_of(key)


@given(st.integers(0, 55), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_changed_character_is_refused(position: int, letter: str) -> None:
    changed = TOR_PROJECT[:position] + letter + TOR_PROJECT[position + 1 :]
    if changed == TOR_PROJECT:
        assert check_onion_host(changed) == TOR_PROJECT
    else:
        with pytest.raises(OnionAddressError, match=r"checksum|onion version"):
            check_onion_host(changed)


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("example.com", "not an onion address"),
        ("onion", "not an onion address"),
        ("127.0.0.1", "not an onion address"),
        ("expyuzz4wqqyqhjn.onion", "version 2"),
        ("abc.onion", "not a version 3"),
        (onion_of(bytes(32), b"\x02"), "onion version 2"),
        (TOR_PROJECT + ".example.com", "not an onion address"),
    ],
)
def test_anything_else_is_refused_with_the_reason(host: str, why: str) -> None:
    with pytest.raises(OnionAddressError, match=why):
        check_onion_host(host)


@pytest.mark.parametrize("url", ["ftp://" + TOR_PROJECT, "http://", "http://[::1", "javascript:alert(1)", ""])
def test_only_http_urls_of_onion_services_are_urls_to_fetch(url: str) -> None:
    with pytest.raises(OnionAddressError):
        check_onion_url(url)
