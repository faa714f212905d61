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

# The files that take longest, the longest first: with several workers they begin first, so that none of them is left
# to be run at the end while the other workers have nothing to do. The rest is in the order of its names.
LONGEST = (
    "index/test_ingest_processes.py",
    "end_to_end/test_practice_markets.py",
    "index/test_elasticsearch_faults.py",
    "index/test_concurrency.py",
    "replica/test_tor.py",
    "desk/test_result_memory.py",
    "linkage/test_scoring.py",
    "end_to_end/test_saved_pages.py",
    "index/test_elasticsearch_store.py",
    "servers/test_elasticsearch.py",
    "end_to_end/test_kills.py",
    "crawler/test_fail_closed.py",
    "extractors/test_generic_reading.py",
    "extractors/induction/test_repair.py",
    "extractors/test_page_kinds_training.py",
    "extractors/test_reading_hostile_limits.py",
    "extractors/test_pipeline.py",
    "index/test_parity.py",
    "desk/test_layout_tutorial.py",
    "desk/test_scheduled_practice.py",
    "extractors/induction/test_learning_saved.py",
    "index/test_query_fuzzing.py",
    "index/test_order_of_captures.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first."""
    place = {REPOSITORY / "tests" / name: at for at, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The research data that lies beside the repository; it is no part of the project, so its absence is a skip."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the research data is not beside the repository (../shared/data)")
    return folder
