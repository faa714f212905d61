"""What may be fetched: the one rule that links, redirects and the download handler are all held to.

The gate never resolves a name. Whatever it does not let through is refused with a reason of one or two words, which
the run's summary counts.
"""

import posixpath
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from crawler.site import Site, is_loopback, site_host
from nightpost.onion import OnionAddressError, check_onion_host

Refusal = Literal[
    "method",        # neither GET nor HEAD
    "scheme",        # neither http nor https
    "malformed",     # not a URL
    "too_long",      # longer than browsers send
    "credentials",   # user:password@ in the URL
    "clearnet",      # a host that is no onion service
    "bad_onion",     # an onion address of version 2, or with a wrong checksum
    "other_site",    # an onion service, but not of this site
    "file_type",     # its name says that it is no page
    "media",         # its content type says that it is no page
    "no_proxy",      # the request names no SOCKS proxy
    "wrong_proxy",   # the request names another proxy than the site's own
    "redirect_loop",  # redirected too often
]  # fmt: skip

MAX_URL = 2083

# Names that end so are no pages: media, archives, programs, style. A page of a market has none or .php, .html, ...
_FILE_TYPES = frozenset(
    {
        "7z", "aac", "ai", "apk", "avi", "avif", "bin", "bmp", "bz2", "css", "csv", "deb", "dmg", "doc", "docx",
        "eot", "epub", "exe", "flac", "flv", "gif", "gz", "heic", "ico", "iso", "jar", "jfif", "jpeg", "jpg", "js",
        "m4a", "m4v", "map", "mid", "mjs", "mkv", "mov", "mp3", "mp4", "mpeg", "mpg", "msi", "ods", "odt", "ogg",
        "ogv", "otf", "pdf", "png", "ppt", "pptx", "ps", "psd", "rar", "rpm", "rtf", "svg", "swf", "tar", "tgz",
        "tif", "tiff", "torrent", "ttf", "wav", "webm", "webp", "wma", "wmv", "woff", "woff2", "xls", "xlsx", "xz",
        "zip", "zst",
    }
)  # fmt: skip
_MEDIA_FAMILIES = ("image/", "video/", "audio/", "font/", "model/")
_FILE_CONTENT = frozenset(
    {
        "application/octet-stream", "application/zip", "application/pdf", "application/x-rar-compressed",
        "application/x-7z-compressed", "application/x-tar", "application/gzip", "application/x-bittorrent",
        "application/vnd.android.package-archive", "application/x-msdownload", "application/java-archive",
    }
)  # fmt: skip


class RefusedError(Exception):
    """A request did not pass the gate; ``reason`` is the word that is counted."""

    def __init__(self, reason: Refusal, url: str) -> None:
        super().__init__(f"{reason}: {url}")
        self.reason: Refusal = reason


class Gate:
    """The gate of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._hosts = site.hosts
        self._media = site.media
        self._known: dict[str, Refusal | None] = {}

    def refusal(self, url: str, method: str = "GET") -> Refusal | None:
        """Why a URL may not be fetched, or None when it may."""
        if method not in {"GET", "HEAD"}:
            return "method"
        if len(url) > MAX_URL:
            return "too_long"
        try:
            parts = urlsplit(url)
            host = site_host(url)
        except ValueError:
            return "malformed"
        if parts.scheme not in {"http", "https"}:
            return "scheme"
        if parts.username is not None or parts.password is not None:
            return "credentials"
        return self._host_refusal(host) or self._path_refusal(parts)

    def goes_direct(self, host: str) -> bool:
        """Whether a host is reached without Tor: this machine itself, for the labelled demo."""
        return self._site.allow_loopback and is_loopback(host)

    def content_refusal(self, content_type: str) -> Refusal | None:
        """Why a response may not be kept, judged by its Content-Type header, or None when it may."""
        kind = content_type.split(";", 1)[0].strip().lower()
        if not self._media and (kind.startswith(_MEDIA_FAMILIES) or kind in _FILE_CONTENT):
            return "media"
        return None

    def _host_refusal(self, host: str) -> Refusal | None:
        if host in self._hosts:  # the site's file was checked when it was read
            return None
        if host not in self._known:
            if len(self._known) > 4096:
                self._known.clear()
            self._known[host] = _foreign(host)
        return self._known[host]

    def _path_refusal(self, parts: SplitResult) -> Refusal | None:
        if self._media:
            return None
        extension = posixpath.splitext(parts.path)[1]
        return "file_type" if extension[1:].lower() in _FILE_TYPES else None


def _foreign(host: str) -> Refusal:
    """Why a host that is not the site's own is refused."""
    if not host:
        return "malformed"
    if not host.rstrip(".").endswith(".onion"):
        return "clearnet"
    try:
        check_onion_host(host)
    except OnionAddressError:
        return "bad_onion"
    return "other_site"
