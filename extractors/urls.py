"""URLs: where a link leads, seen from the page that it stands on."""

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

# What needs no more than to be put behind the page's host or folder: no scheme or host, no fragment, no query or
# parameters without content, nothing that a URL may not hold.
_FROM_HOST = re.compile(r"/[^\s\x00-\x1f#;]*(?<!\?)\Z")
_FROM_FOLDER = re.compile(r"[^\s\x00-\x1f:#;/?][^\s\x00-\x1f:#;]*(?<!\?)\Z")


def plainly_resolved(base: str, href: str) -> str | None:
    """The absolute URL of a link that is a plain path, on the host of the page; None: ask `resolved`.

    Most links are such, and a page has hundreds: they are put together without being taken apart.
    """
    host, folder = _places(base)
    # Empty segments are taken out of a path, and those of dots lead upwards.
    if host and "//" not in href and "/." not in href and href[:1] != ".":
        if _FROM_HOST.match(href):
            return host + href
        if _FROM_FOLDER.match(href):
            return folder + href
    return None


def resolved(base: str, href: str) -> str:
    """The absolute URL of a link (RFC 3986, section 5).

    Raises:
        ValueError: it is no URL.
    """
    plain = plainly_resolved(base, href)
    return urljoin(base, href) if plain is None else plain


def origin(url: str) -> str:
    """``scheme://host`` of an http URL, else nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""


@lru_cache(maxsize=256)
def _places(base: str) -> tuple[str, str]:
    """The host of an http URL and the folder of its page, both to put a path behind; nothing of another URL."""
    host = origin(base)
    path = urlsplit(base).path if host else ""
    if not host or "/." in path or "//" in path or not base.isascii():
        return "", ""
    return host, host + (path[: path.rindex("/") + 1] or "/" if path else "/")
