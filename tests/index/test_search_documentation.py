"""Every field and operator is documented, with an example that finds something, on both stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.elasticsearch_store import ElasticsearchStore
from index.fields import FIELDS
from index.query import parse
from index.search import Request
from index.sqlite_store import SqliteStore
from index.store import Store
from nightpost.clock import FixedClock
from nightpost.settings import Settings
from tests.documented import DOCUMENTED, is_documented, queries
from tests.index.example import moment

CLOCK = FixedClock(moment("2020-03-01"))


@pytest.fixture(params=["sqlite", "elasticsearch"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store
    if request.param == "sqlite":
        opened = SqliteStore(tmp_path / "index.sqlite")
    else:
        settings: Settings = request.getfixturevalue("elasticsearch_settings")
        opened = ElasticsearchStore(settings.index, settings.elasticsearch)
    with opened:
        assert opened.write(DOCUMENTED) == []
        opened.refresh()
        yield opened


def test_every_example_finds_something_and_not_everything(store: Store) -> None:
    for query in queries():
        total = store.search(Request(condition=parse(query, CLOCK).condition, kinds=())).total
        assert total > 0, query
        assert total < len(DOCUMENTED) - 1 or query == "*", query


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_field_is_documented_with_its_example(name: str) -> None:
    assert is_documented(name)
    assert FIELDS[name].example in queries()
