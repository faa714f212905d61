"""Registry numbers of chemical substances."""

import re

__all__ = ["checked_cas"]

_CAS = re.compile(r"([1-9]\d{1,6})-(\d\d)-(\d)")


def checked_cas(number: str) -> str:
    """A CAS registry number as it is, when its check digit is right.

    The check digit is the sum of the other digits, each times its place counted from the right, modulo 10 (Chemical
    Abstracts Service, "Check Digit Verification of CAS Registry Numbers").

    Raises:
        ValueError: it is not of the form of a number, or its check digit is wrong.
    """
    match = _CAS.fullmatch(number)
    if match is None:
        raise ValueError(f"{number!r} is no CAS number: it must look like 58-08-2")
    digits = (match[1] + match[2])[::-1]
    check = sum(place * int(digit) for place, digit in enumerate(digits, start=1)) % 10
    if check != int(match[3]):
        raise ValueError(f"{number!r} is no CAS number: its check digit should be {check}")
    return number
