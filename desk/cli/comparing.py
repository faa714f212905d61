"""``doctor --compare``: whether two indexes hold the same."""

from dataclasses import asdict

from rich.table import Table

from desk.cli.state_line import StateLine
from desk.rooms import open_index, open_other_index
from desk.terminal import cell, messages, output, print_json
from index.compare import Comparison, Difference
from nightpost.errors import NightpostError
from nightpost.workspace import Workspace

_TOLD_EVERY = 500


def compare_indexes(workspace: Workspace, url: str, *, limit: int, json_output: bool) -> None:
    """Compare the workspace's index with another; show counts by kind and the first differences.

    Raises:
        NightpostError: they differ, or one cannot be read.
    """
    with open_index(workspace) as here, open_other_index(workspace, url) as there:
        comparison = Comparison(here, there)
        first = _first_differences(comparison, limit)
    if json_output:
        for difference in first:
            print_json(asdict(difference))
        for kind, tally in comparison.tallies.items():
            print_json({"kind": kind, **asdict(tally)})
    else:
        _print_tables(comparison, first)
    if comparison.different:
        raise NightpostError(
            f"the indexes differ in {comparison.different} of {comparison.compared} documents; bring both up to date "
            "with: nightpost ingest; if they still differ, with: nightpost ingest --replay"
        )


def _first_differences(comparison: Comparison, limit: int) -> list[Difference]:
    """Go through all; keep so many differences."""
    first: list[Difference] = []
    with StateLine(messages(), "compare") as progress:
        for number, difference in enumerate(comparison.differences(), 1):
            if difference is not None and len(first) < limit:
                first.append(difference)
            if number % _TOLD_EVERY == 0:
                progress.show(f"{number} documents, {comparison.different} differ")
    return first


def _print_tables(comparison: Comparison, first: list[Difference]) -> None:
    counts = Table("kind", "same", "differ", "only here", "only there")
    for kind, tally in comparison.tallies.items():
        counts.add_row(
            kind, *(cell(number) for number in (tally.same, tally.differs, tally.only_here, tally.only_there))
        )
    output().print(counts)
    if not first:
        return
    table = Table("kind", "id", "what", "here", "there")
    for difference in first:
        name = (difference.kind, cell(difference.id, 60))
        if not difference.parts:
            table.add_row(*name, cell(difference.how.replace("_", " ")))
        for part in difference.parts:
            table.add_row(*name, cell(part.part), cell(part.here), cell(part.there))
    output().print(table)
