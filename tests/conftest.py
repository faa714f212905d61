"""Fixtures that every room's tests share."""

from pathlib import Path

import pytest

pytest_plugins = [
    "tests.servers.elasticsearch",
    "tests.servers.namespace",
    "tests.servers.tor",
    "tests.servers.practice",  # after the ones that it builds on
]

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The research data that lies beside the repository; it is no part of the project, so its absence is a skip."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the research data is not beside the repository (../shared/data)")
    return folder
