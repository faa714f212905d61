"""The choice of a store by its setting."""

from pathlib import Path

import pytest

from index.elasticsearch_store import ElasticsearchStore
from index.open import open_store
from index.sqlite_store import SqliteStore
from nightpost.errors import ConfigurationError
from nightpost.settings import Settings
from nightpost.workspace import Workspace, create_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "workspace", "tests")


def test_the_default_is_a_file_in_the_workspace(workspace: Workspace) -> None:
    with open_store(workspace.settings, workspace) as store:
        assert isinstance(store, SqliteStore)
    assert (workspace.folder / "index.sqlite").is_file()


def test_a_url_is_a_cluster(workspace: Workspace, elasticsearch_settings: Settings) -> None:
    with open_store(elasticsearch_settings, workspace) as store:
        assert isinstance(store, ElasticsearchStore)


def test_anything_else_is_a_wrong_setting(workspace: Workspace) -> None:
    with pytest.raises(ConfigurationError, match="takes sqlite:///FILE or the URL of an Elasticsearch"):
        open_store(Settings(index="redis://localhost"), workspace)
