"""The name of a site, as a folder bears it."""

import re

from archive.errors import ArchiveError

_NAME = re.compile(r"\A[a-z0-9][a-z0-9-]{0,62}\Z")


def check_site_name(name: str) -> str:
    """The name itself, when a folder can bear it.

    Raises:
        ArchiveError: it has other letters than a-z, 0-9 and hyphens, or is too long.
    """
    if not _NAME.match(name):
        raise ArchiveError(f"{name!r} cannot name a site: up to 63 of the letters a-z, digits and hyphens")
    return name
