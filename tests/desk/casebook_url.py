"""An empty casebook at each of the two databases, and what is done behind its back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

_VERSION_1 = Path(__file__).with_name("casebook_version_1.sql").read_text(encoding="utf-8")
_DIALECTS = {
    "sqlite": {"{moment}": "DATETIME", "{serial}": "INTEGER", "{utc}": ""},
    "postgresql": {"{moment}": "TIMESTAMP WITH TIME ZONE", "{serial}": "SERIAL", "{utc}": "+00"},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty casebook's URL at each of the two databases."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'casebook.sqlite'}"
        return
    server = str(request.getfixturevalue("postgresql_url"))
    yield server
    execute(server, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


def execute(url: str, *statements: str) -> None:
    """Something done behind the casebook's back."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement.replace(":", "\\:")))
    engine.dispose()


def write_version_1(url: str) -> None:
    """A casebook as Nightpost wrote it when its tables were of version 1: one lead, two entries in the log."""
    statements = _VERSION_1
    for name, word in _DIALECTS["sqlite" if url.startswith("sqlite") else "postgresql"].items():
        statements = statements.replace(name, word)
    execute(url, *(one for one in statements.split(";\n") if one.strip()))
