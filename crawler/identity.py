"""Who a site sees: one identity a site, kept between runs and shared with no other site.

It is the SOCKS user and password (Tor builds separate circuits for separate credentials: IsolateSOCKSAuth, on by
default), the cookies, and the headers of a Tor Browser in their order.
"""

import json
import os
import secrets
from contextlib import suppress
from http.cookiejar import LoadError, LWPCookieJar
from pathlib import Path

from scrapy import Request
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

from crawler.site import Site
from nightpost.errors import ConfigurationError

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Identity:
    """The identity of one site, in its state folder."""

    def __init__(self, site: Site, folder: Path) -> None:
        """Read it, or make it.

        Raises:
            ConfigurationError: its files cannot be used.
        """
        self._site = site
        self._file = folder / "identity.json"
        self._cookie_file = folder / "cookies.lwp"
        self.socks_user, self.socks_password = self._credentials()
        self._jar = CookieJar()
        self._changed = False
        self._load_cookies()

    def proxy_url(self, host: str, port: int) -> str:
        """The SOCKS proxy with this identity's credentials; ``socks5h``: the proxy resolves host names."""
        shown = f"[{host}]" if ":" in host else host
        return f"socks5h://{self.socks_user}:{self.socks_password}@{shown}:{port}"

    def dress(self, request: Request) -> None:
        """Give a request the headers of a Tor Browser that follows a bookmark, in that browser's order."""
        headers = request.headers
        headers.clear()
        headers["User-Agent"] = self._site.user_agent
        headers["Accept"] = _ACCEPT
        headers["Accept-Language"] = "en-US,en;q=0.5"
        # The browser also offers br and zstd; what is offered here is what every reader of the evidence can undo.
        headers["Accept-Encoding"] = "gzip, deflate"
        headers["Connection"] = "keep-alive"
        self._jar.add_cookie_header(request)
        headers["Upgrade-Insecure-Requests"] = "1"
        headers["Sec-Fetch-Dest"] = "document"
        headers["Sec-Fetch-Mode"] = "navigate"
        headers["Sec-Fetch-Site"] = "none"
        headers["Sec-Fetch-User"] = "?1"
        headers["Priority"] = "u=0, i"

    def learn(self, response: Response, request: Request) -> None:
        """Keep the cookies that a response sets.

        Scrapy's own cookie middleware cannot be used: it asks tldextract, which downloads the public suffix list over
        the clear net when the first cookie comes. A jar for one site needs no such list.
        """
        if "Set-Cookie" in response.headers:
            self._jar.extract_cookies(response, request)
            self._changed = True

    def save(self) -> None:
        """Write the cookies down, if they changed.

        Raises:
            ConfigurationError: the folder cannot be written.
        """
        if not self._changed:
            return
        store = LWPCookieJar(str(self._cookie_file.with_suffix(".new")))
        for cookie in self._jar:
            store.set_cookie(cookie)
        try:
            _touch_private(Path(store.filename or ""))
            store.save(ignore_discard=True)
            Path(store.filename or "").replace(self._cookie_file)
        except OSError as error:
            raise ConfigurationError(f"cannot write {self._cookie_file}: {error.strerror}; mend that first") from error
        self._changed = False

    def _load_cookies(self) -> None:
        store = LWPCookieJar(str(self._cookie_file))
        try:
            with suppress(FileNotFoundError):
                store.load(ignore_discard=True)
        except (LoadError, OSError) as error:
            raise ConfigurationError(f"{self._cookie_file} cannot be read: {error}; remove it to begin anew") from error
        for cookie in store:
            self._jar.set_cookie(cookie)

    def _credentials(self) -> tuple[str, str]:
        try:
            with suppress(FileNotFoundError):
                data = json.loads(self._file.read_text(encoding="ascii"))
                return str(data["socks_user"]), str(data["socks_password"])
            user, password = f"{self._site.name}-{secrets.token_hex(8)}", secrets.token_hex(16)
            _touch_private(self._file)
            self._file.write_text(json.dumps({"socks_user": user, "socks_password": password}), encoding="ascii")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigurationError(
                f"the identity {self._file} cannot be used: {error}; remove the file to get a new one"
            ) from error
        return user, password


def _touch_private(file: Path) -> None:
    """Make a file that only its owner can read."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
