"""The documents say what there is: every command, every setting; and every link in them leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from desk.cli import COMMANDS
from nightpost.settings import Settings
from tests.conftest import REPOSITORY

DOCUMENTS = [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
EVERYTHING = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)


def setting_names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every setting with its dotted name."""
    for name, field in model.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from setting_names(annotation, f"{prefix}{name}.")
        else:
            yield prefix + name


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert re.search(rf"nightpost (--workspace \S+ )?{command}\b", EVERYTHING) or f"make {command}" in EVERYTHING


@pytest.mark.parametrize("name", sorted(setting_names(Settings)))
def test_every_setting_is_documented(name: str) -> None:
    operator = (REPOSITORY / "docs" / "operator.md").read_text(encoding="utf-8")
    assert f"| `{name}` |" in operator


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert all((document.parent / target).exists() for target in local), local
