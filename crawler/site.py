"""A site: one market as one identity, described by ``sites/NAME.toml``."""

import ipaddress
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from nightpost.errors import ConfigurationError
from nightpost.onion import OnionAddressError, check_onion_url

# Tor Browser 15 on Windows (Firefox 140 ESR): what most visitors of an onion service send.
TOR_BROWSER = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


class AuthorityError(ConfigurationError):
    """A site may not be crawled: nobody authorised it, or the authorisation has ended."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Authority(_Model):
    """Why this site may be watched: the reference of the decision, who holds it, and its last day."""

    reference: str = Field(min_length=1)
    holder: str = Field(min_length=1)
    expires_at: date


class Pacing(_Model):
    """How hard a site is asked. Defaults are those of a patient reader.

    Attributes:
        delay_seconds: mean pause between two requests (each is varied by half of it); 0 for none.
        concurrency: requests under way at one time.
        max_pages: responses that one run may fetch.
        timeout_seconds: what one page may take as a whole; what had arrived by then is kept.
        retry_seconds: pause before a failed page is asked for again, doubled each time.
        max_tries: how often a page is asked for before it counts as failed.
    """

    delay_seconds: float = Field(1.0, ge=0)
    concurrency: int = Field(2, ge=1, le=64)
    max_pages: int = Field(2000, ge=1)
    timeout_seconds: float = Field(120.0, gt=0)
    retry_seconds: float = Field(10.0, ge=0)
    max_tries: int = Field(3, ge=1, le=10)


class Site(_Model):
    """A market that is watched, as one identity.

    Attributes:
        name: lower-case letters, digits and hyphens; also the name of its file and of its folder in the archive.
        layout: name of the layout that reads its pages.
        urls: its version 3 onion addresses; the first is fetched, the others are mirrors that links may name.
        authority: without one, or after its last day, nothing is fetched.
        seeds: paths where a crawl begins, each resolved against the first URL.
        media: whether images and other files may be fetched and kept.
        allow_loopback: lets 127.0.0.1, ::1 and localhost through without Tor; for the labelled demo only.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    layout: str = Field(min_length=1)
    urls: list[str] = Field(min_length=1)
    authority: Authority | None = None
    seeds: list[str] = Field(default=["/"], min_length=1)
    pacing: Pacing = Pacing()
    user_agent: str = Field(TOR_BROWSER, pattern=r"^[\x20-\x7e]+$")
    media: bool = False
    allow_loopback: bool = False

    @field_validator("seeds")
    @classmethod
    def _seeds_are_paths(cls, seeds: list[str]) -> list[str]:
        for seed in seeds:
            if not seed.startswith("/") or seed.startswith("//"):
                raise ValueError(f"{seed!r} is not a path; a seed begins with one slash")
        return seeds

    @model_validator(mode="after")
    def _urls_are_onion_services(self) -> Self:
        for url in self.urls:
            if self.allow_loopback and is_loopback(_host(url)) and urlsplit(url).scheme in {"http", "https"}:
                continue
            try:
                check_onion_url(url)
            except OnionAddressError as error:
                raise ValueError(str(error)) from error
        return self

    @property
    def hosts(self) -> frozenset[str]:
        """Where the site and its mirrors are, as `site_host` names it."""
        return frozenset(site_host(url) for url in self.urls)

    @property
    def is_loopback(self) -> bool:
        """Whether all of it is on this machine: a practice site, that needs no Tor."""
        return all(is_loopback(_host(url)) for url in self.urls)

    def check_authority(self, today: date) -> Authority:
        """The authority, valid on that day.

        Raises:
            AuthorityError: there is none, or its last day is past.
        """
        if self.authority is None:
            raise AuthorityError(
                f"site {self.name!r} has no authority; add its reference, holder and expires_at to its file first"
            )
        if self.authority.expires_at < today:
            raise AuthorityError(
                f"the authority {self.authority.reference!r} for site {self.name!r} expired on "
                f"{self.authority.expires_at}; have it renewed and write the new date into the site's file"
            )
        return self.authority


def site_host(url: str) -> str:
    """What tells one site's URLs from another's: the host in lower case; on this machine with its port.

    Raises:
        ValueError: it is not a URL.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if not host.endswith(".onion") and is_loopback(host):
        return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    return host


def is_loopback(host: str) -> bool:
    """Whether a host is literally this machine: ``localhost`` or a loopback address. Nothing is resolved."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_site(folder: Path, name: str) -> Site:
    """Read ``NAME.toml``.

    Raises:
        ConfigurationError: there is no such site, or its file cannot be used.
    """
    file = folder / f"{name}.toml"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        known = ", ".join(sorted(path.stem for path in folder.glob("*.toml"))) or "none"
        raise ConfigurationError(
            f"there is no site {name!r} (known sites: {known}); add it with: nightpost site add"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}; mend the file") from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}; mend the file") from error
    try:
        site = Site.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "site"
        raise ConfigurationError(f"{file}: {place}: {first['msg']}; mend the file") from error
    if site.name != name:
        raise ConfigurationError(f"{file} describes site {site.name!r}; the file must be named {site.name}.toml")
    return site


def load_sites(folder: Path) -> list[Site]:
    """All sites of a folder, by name.

    Raises:
        ConfigurationError: one of the files cannot be used.
    """
    return [load_site(folder, path.stem) for path in sorted(folder.glob("*.toml"))]


def save_site(folder: Path, site: Site) -> Path:
    """Write ``NAME.toml``, whole or not at all; returns its path.

    Raises:
        ConfigurationError: the folder cannot be written.
    """
    file = folder / f"{site.name}.toml"
    # TOML knows dates, so `expires_at` stays one; it knows no null, so what is absent is left out.
    text = tomli_w.dumps(site.model_dump(exclude_none=True))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".toml.new")
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        raise ConfigurationError(f"cannot write {file}: {error.strerror}; mend that first") from error
    return file


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
