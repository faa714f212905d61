"""Whom a search names: a word that is exactly somebody's handle, key, address or contact puts that one first."""

from collections.abc import Iterable

from index.fields import normal_values

# What tells one seller from another, and is no word of a language.
NAME_FIELDS = ("vendor", "account", "pgp", "address", "contact")

# A search for more words than these is none for names.
MOST_NAMES = 8

# What a name adds to a score: more than any words can (`index.fields.TEXT_WEIGHTS`), and again for the account itself.
NAME_SCORE = 1_000_000.0


def name_values(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """For each field that names sellers the values that are looked for."""
    asked = list(names)[:MOST_NAMES]
    found = {field: tuple(normal_values(field, asked)) for field in NAME_FIELDS}
    return {field: values for field, values in found.items() if values}
