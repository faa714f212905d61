"""A workspace: the folder that holds one team's settings, sites, evidence and databases."""

import os
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from nightpost.errors import ConfigurationError
from nightpost.settings import SETTINGS_FILE, Settings, load_settings

WORKSPACE_VARIABLE = "NIGHTPOST_WORKSPACE"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace that is there, with its settings. Paths are absolute."""

    folder: Path
    settings: Settings

    @property
    def sites(self) -> Path:
        """One TOML file a site."""
        return self.folder / "sites"

    @property
    def layouts(self) -> Path:
        """Layouts of this workspace's own, found before the ones that Nightpost brings."""
        return self.folder / "layouts"

    @property
    def archive(self) -> Path:
        """The evidence."""
        return self.folder / self.settings.archive

    @property
    def rates(self) -> Path:
        """What currencies and coins cost in US dollars, day by day; may be absent."""
        return self.folder / "rates.csv"

    @property
    def keys(self) -> Path:
        """Signing keys, readable by the owner alone."""
        return self.folder / "keys"

    @property
    def state(self) -> Path:
        """What crawls remember between runs: frontiers, identities, run summaries, Tor's own data."""
        return self.folder / "state"

    @property
    def linkage(self) -> Path:
        """What the last run of linkage found, from which the next one goes on; made by the first."""
        return self.folder / "linkage"

    def database_url(self, url: str) -> str:
        """An SQLite URL with its file relative to the workspace made absolute; any other URL as it is."""
        prefix = "sqlite:///"
        if url.startswith(prefix):
            return prefix + str(self.folder / url.removeprefix(prefix))
        return url


def create_workspace(folder: Path, operator: str) -> Workspace:
    """Make a workspace in a new or empty folder.

    Raises:
        ConfigurationError: there is a workspace or something else already, or the folder cannot be written.
    """
    folder = folder.absolute()
    if (folder / SETTINGS_FILE).exists():
        raise ConfigurationError(f"{folder} is a workspace already; choose another folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise ConfigurationError(f"{folder} is not empty; choose a new folder")
    try:
        for name in ("sites", "layouts", "archive", "state"):
            (folder / name).mkdir(parents=True)
        (folder / "keys").mkdir(mode=0o700)
        (folder / SETTINGS_FILE).write_text(tomli_w.dumps({"operator": operator}), encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"cannot make a workspace in {folder}: {error.strerror}; mend that first") from error
    return Workspace(folder, load_settings(folder))


def find_workspace(folder: Path | None) -> Workspace:
    """The workspace that a command works on.

    It is the folder given, else the one that NIGHTPOST_WORKSPACE names, else the present folder or the nearest one
    above it that holds a ``nightpost.toml``.

    Raises:
        ConfigurationError: there is none, or its settings cannot be used.
    """
    named = folder or (Path(os.environ[WORKSPACE_VARIABLE]) if os.environ.get(WORKSPACE_VARIABLE) else None)
    if named is not None:
        if not (named / SETTINGS_FILE).is_file():
            raise ConfigurationError(f"{named} is not a workspace; make one with: nightpost init {named}")
        return Workspace(named.absolute(), load_settings(named.absolute()))
    here = Path.cwd()
    for candidate in (here, *here.parents):
        if (candidate / SETTINGS_FILE).is_file():
            return Workspace(candidate, load_settings(candidate))
    raise ConfigurationError(
        f"no workspace in {here} or above it; make one with: nightpost init DIR, or name one with --workspace DIR"
    )
