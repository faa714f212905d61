"""Every notebook runs from top to bottom, and what it counts is what is true."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from index.sqlite_store import SqliteStore
from linkage.backend import open_backend
from linkage.indexed import link_index
from linkage.model import load_model
from nightpost.workspace import WORKSPACE_VARIABLE, Workspace, create_workspace
from replica.world import World
from tests.practice import practice_workspace

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SECONDS = 300

# It brings types of its own for some of its functions only.
untyped_nbformat: Any = nbformat

# Run after the last cell: what the notebook found, as JSON.
FOUND = """
import json
print("FOUND " + json.dumps({
    "overview": overview.to_dict("index"),
    "by_substance": by_substance.to_dict("index"),
    "origins": origins.to_dict(),
    "active": active["listings"].to_dict(),
    "priced": priced[["market", "listing", "per_gram"]].to_dict("records"),
    "sellers": sellers["accounts"].tolist(),
    "figures": len(plt.get_fignums()),
}))
"""


@pytest.fixture(scope="module")
def world() -> World:
    return World.generate(seed=4, vendors=12, listings=60)


@pytest.fixture(scope="module")
def workspace(world: World, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = practice_workspace(tmp_path_factory.mktemp("practice") / "workspace", world)
    with SqliteStore(made.folder / "index.sqlite") as store, open_backend("duckdb") as backend:
        link_index(store, backend, load_model())
    return made


def executed(name: str, workspace: Workspace, more: str = "") -> Any:
    """The notebook after it has run on a workspace, with one more cell at its end."""
    notebook = untyped_nbformat.read(NOTEBOOKS / name, as_version=4)
    if more:
        notebook.cells.append(untyped_nbformat.v4.new_code_cell(more))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(WORKSPACE_VARIABLE, str(workspace.folder))
        # The kernel writes nothing below the user's home.
        patch.setenv("JUPYTER_RUNTIME_DIR", str(workspace.folder / "jupyter"))
        patch.setenv("IPYTHONDIR", str(workspace.folder / "ipython"))
        patch.setenv("MPLCONFIGDIR", str(workspace.folder / "matplotlib"))
        NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(workspace.folder)}}).execute()
    return notebook


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def found_in(notebook: Any) -> dict[str, Any]:
    (text,) = [one["text"] for one in outputs(notebook) if one.get("text", "").startswith("FOUND ")]
    found: dict[str, Any] = json.loads(text.removeprefix("FOUND "))
    return found


@pytest.fixture(scope="module")
def overview(workspace: Workspace) -> Any:
    return executed("market_overview.ipynb", workspace, FOUND)


def test_the_overview_counts_what_is_true(world: World, overview: Any) -> None:
    found = found_in(overview)
    listings: dict[str, dict[str, Any]] = {}
    for market in world.markets:
        truth = world.truth(market.name)
        assert found["overview"][market.name]["listings"] == len(truth["listings"]) == 60
        assert found["overview"][market.name]["vendors"] == len(truth["vendors"]) == 12
        listings |= {f"{market.name}/{one['listing_id']}": one for one in truth["listings"]}
    origins = Counter(origin for one in listings.values() for origin in one["ships_from"] or ["not stated"])
    assert found["origins"] == origins
    active = Counter(f"{one['market']}/{one['vendor'].casefold()}" for one in listings.values())
    assert {account: count for account, count in found["active"].items() if count} == active
    assert sum(sum(row.values()) for row in found["by_substance"].values()) > len(listings) / 2
    assert found["priced"]
    for row in found["priced"]:
        assert 0 < row["per_gram"] <= listings[f"{row['market']}/{row['listing']}"]["price"]["amount"] * 1000


def test_the_overview_names_the_sellers_on_several_markets(world: World, overview: Any) -> None:
    pairs = world.identities()["pairs"]
    true = {frozenset({pair["a"], pair["b"]}) for pair in pairs if pair["hard_evidence"]}
    found = {frozenset(accounts.split(", ")) for accounts in found_in(overview)["sellers"]}
    assert true <= found
    assert true


def test_the_overview_draws_its_figures_and_shows_its_tables(overview: Any) -> None:
    kinds = Counter(kind for output in outputs(overview) for kind in output.get("data", {}))
    assert kinds["image/png"] == 4
    assert kinds["text/html"] == 4
    assert not [one for one in outputs(overview) if one.output_type == "error" or one.get("name") == "stderr"]


def test_the_overview_of_an_empty_workspace_says_so_and_does_not_fail(tmp_path: Path) -> None:
    notebook = executed("market_overview.ipynb", create_workspace(tmp_path / "empty", "tests"), FOUND)
    assert found_in(notebook)["sellers"] == []
    said = "".join(one.get("text", "") for one in outputs(notebook))
    assert "no listing names a substance" in said


@pytest.mark.parametrize("file", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda file: file.name)
def test_a_notebook_is_kept_without_outputs_and_without_paths_of_a_machine(file: Path) -> None:
    notebook = untyped_nbformat.read(file, as_version=4)
    assert outputs(notebook) == []
    assert all(cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
    assert not re.search(r"(/home/|/root/|/tmp/|/Users/|[A-Z]:\\\\)", file.read_text(encoding="utf-8"))
