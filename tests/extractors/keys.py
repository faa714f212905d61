"""OpenPGP keys for the tests, made for them and belonging to nobody."""

import warnings
from functools import cache

import pysequoia


@cache
def public_key(user_id: str) -> tuple[str, str]:
    """A new key's armoured public part and its fingerprint in upper case."""
    with warnings.catch_warnings():
        # pysequoia announces a newer way to make a key that its stable interface does not have yet.
        warnings.simplefilter("ignore", DeprecationWarning)
        key = pysequoia.Cert.generate(user_id)
    return str(key).strip(), str(key.fingerprint).upper()
