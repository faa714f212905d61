"""Each room opened on a workspace: the one place where the rooms are joined to settings, keys and the clock."""

from pathlib import Path

from archive.keys import load_or_create_key, load_public_key
from archive.reader import ArchiveReader
from archive.seals import Seals
from archive.site_archive import SiteArchive
from archive.verify import VerifyProgress, VerifyReport, verify
from crawler.site import Site, load_sites
from extractors.layout import Layout, load_layout
from index.open import SQLITE, open_store
from index.store import Store
from nightpost import __version__
from nightpost.clock import Clock, SystemClock
from nightpost.errors import ConfigurationError
from nightpost.workspace import Workspace

CLOCK: Clock = SystemClock()
"""The clock of the command line; everything below it is handed one."""


def open_site_archive(workspace: Workspace, site: Site) -> SiteArchive:
    """The evidence of one site, to write to; the site's authority must be valid today.

    Raises:
        AuthorityError: there is no authority, or it has expired.
        ArchiveError: the archive cannot be opened.
    """
    return _site_archive(workspace, site.name, site.check_authority(CLOCK.now().date()).reference)


def seal_site(workspace: Workspace, site: str) -> None:
    """Seal what a site's evidence holds; nothing is added, so that no authority is needed.

    Raises:
        ArchiveError: the archive cannot be opened or sealed.
    """
    with _site_archive(workspace, site, "none: sealing only") as evidence:
        evidence.seal()


def open_reader(workspace: Workspace) -> ArchiveReader:
    """The evidence of all sites, to read."""
    return ArchiveReader(workspace.archive)


def open_seals(workspace: Workspace) -> Seals:
    """The seals over the evidence of all sites.

    Raises:
        ArchiveError: there is no public key.
    """
    return Seals(workspace.archive, load_public_key(workspace.keys))


def open_index(workspace: Workspace) -> Store:
    """The store that the settings name.

    Raises:
        ConfigurationError: the setting names none.
        StoreUnavailableError: it cannot be reached.
    """
    return open_store(workspace.settings, workspace)


def open_other_index(workspace: Workspace, url: str) -> Store:
    """An index beside the workspace's own, to compare with: it must be there; Elasticsearch is signed in to as set.

    Raises:
        ConfigurationError: the URL names none, names the workspace's own, or a file that is not there.
        StoreUnavailableError: it cannot be reached.
    """
    other = workspace.database_url(url)
    if other == workspace.database_url(workspace.settings.index):
        raise ConfigurationError(f"{url} is the workspace's own index; name another one to compare it with")
    file = Path(other.removeprefix(SQLITE))
    if other.startswith(SQLITE) and not file.is_file():
        raise ConfigurationError(f"there is no index {file}; fill one with: NIGHTPOST_INDEX={url} nightpost ingest")
    return open_store(workspace.settings.model_copy(update={"index": url}), workspace)


def site_layout(workspace: Workspace, site: Site) -> Layout:
    """The layout that a site names: one of the workspace's own, else one that Nightpost brings.

    Raises:
        ConfigurationError: there is none of that name, or it cannot be used.
    """
    return load_layout(site.layout, [workspace.layouts])


def site_layouts(workspace: Workspace) -> dict[str, Layout]:
    """The layout of each site, by the site's name.

    Raises:
        ConfigurationError: a site's file or layout cannot be used.
    """
    return {site.name: site_layout(workspace, site) for site in load_sites(workspace.sites)}


def verify_archive(workspace: Workspace, progress: VerifyProgress) -> VerifyReport:
    """Read all evidence again and check every byte of it.

    Raises:
        ArchiveError: the archive or the public key cannot be read.
    """
    return verify(workspace.archive, load_public_key(workspace.keys), progress=progress)


def _site_archive(workspace: Workspace, site: str, authority: str) -> SiteArchive:
    return SiteArchive(
        workspace.archive,
        site,
        key=load_or_create_key(workspace.keys),
        software=f"nightpost/{__version__}",
        operator=workspace.settings.operator,
        authority=authority,
        limits=workspace.settings.archive_files,
        clock=CLOCK,
    )
