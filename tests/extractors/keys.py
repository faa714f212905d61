"""OpenPGP keys for the tests, made for them and belonging to nobody."""

from functools import cache

import pysequoia


@cache
def public_key(user_id: str) -> tuple[str, str]:
    """A new key's armoured public part and its fingerprint in upper case."""
    certificate = pysequoia.Tsk.generate(user_id).extract_certificate()
    return str(certificate).strip(), str(certificate.fingerprint).upper()
