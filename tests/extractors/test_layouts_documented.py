"""docs/layouts.md is part of the language: its example works, and it names every transform, key and problem."""

import re
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from extractors.layout import Layout, parse_layout
from extractors.layout_schema import (
    Condition,
    FieldSpec,
    LinkSpec,
    LinksSpec,
    PageSpec,
    PaginationSpec,
    PartSpec,
    RecordSpec,
    TotalsSpec,
)
from extractors.problems import Problem
from extractors.records import PageKind
from extractors.transforms.registry import TRANSFORMS
from tests.conftest import REPOSITORY
from tests.extractors.pages import only_listing, read

TEXT = (REPOSITORY / "docs" / "layouts.md").read_text("utf-8")


def test_the_example_reads_its_page() -> None:
    page, layout = (re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)[0] for language in ("html", "yaml"))
    reading = read(page, parse_layout(layout))
    listing = only_listing(reading)
    assert reading.problems == []
    assert (listing.listing_id, listing.title, listing.vendor) == ("7", "Ten bags of green tea", "alice")
    assert (listing.ships_from, listing.ships_to, listing.ships_excluded) == (["DE"], ["WW"], ["US"])
    assert [option.name for option in listing.shipping_options] == ["Letter", "Parcel"]
    assert listing.description == "Fresh this year.\nTwo flushes."
    assert [link.kind for link in reading.links] == ["listing_index", "vendor", "listing"]


@pytest.mark.parametrize("transform", sorted(TRANSFORMS))
def test_every_transform_is_documented(transform: str) -> None:
    assert f"`{transform}`" in TEXT


def test_the_versions_of_the_example_hold_from_their_days() -> None:
    example = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)[0]
    versions = next(block for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL) if "\nversions:" in block)
    layout = parse_layout(example + versions[versions.index("\nversions:") :])
    assert [state.from_ and f"{state.from_:%Y-%m-%d}" for state in layout.versions] == [
        "2020-06-15",
        "2020-03-01",
        None,
    ]
    assert [state.dates for state in layout.versions] == ["mdy", "dmy", "dmy"]


def test_the_pagination_rule_is_one() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    rules = yaml.safe_load(next(block for block in blocks if "pagination:" in block))
    (rule,) = LinksSpec.model_validate(rules["links"]).pagination
    assert (rule.kinds, rule.priority) == (("listing_index", "reviews"), 80)


MODELS = [
    Condition, FieldSpec, Layout, LinkSpec, LinksSpec, PageSpec, PaginationSpec, PartSpec, RecordSpec, TotalsSpec,
]  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_every_key_is_documented(model: type[BaseModel]) -> None:
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert [key for key in keys if f"`{key}" not in TEXT] == []


def test_every_page_kind_and_problem_is_documented() -> None:
    assert [kind for kind in get_args(PageKind) if kind not in TEXT] == []
    codes = re.findall(r"``(\w+)``", Problem.__doc__ or "")
    assert len(codes) > 12
    assert [code for code in codes if f"`{code}`" not in TEXT and code != "kind"] == []
