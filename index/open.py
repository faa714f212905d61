"""The choice of a store by the setting ``index``."""

from pathlib import Path

from index.sqlite_store import SqliteStore
from index.store import Store
from nightpost.errors import ConfigurationError
from nightpost.settings import Settings
from nightpost.workspace import Workspace

SQLITE = "sqlite:///"
"""What the URL of an embedded store begins with, before its file."""


def open_store(settings: Settings, workspace: Workspace) -> Store:
    """The store that ``settings.index`` names; it is made when it is not there yet.

    Raises:
        ConfigurationError: the setting names no kind of store that there is.
        StoreUnavailableError: the store cannot be reached.
    """
    url = workspace.database_url(settings.index)
    if url.startswith(SQLITE):
        return SqliteStore(Path(url.removeprefix(SQLITE)), search_seconds=settings.search_seconds)
    if url.startswith(("http://", "https://")):
        # Elasticsearch's client takes half a second to load, which a search in the embedded store need not wait for.
        from index.elasticsearch_store import ElasticsearchStore  # noqa: PLC0415

        return ElasticsearchStore(url, settings.elasticsearch, search_seconds=settings.search_seconds)
    raise ConfigurationError(f"setting 'index' is {url!r}; it takes sqlite:///FILE or the URL of an Elasticsearch")
