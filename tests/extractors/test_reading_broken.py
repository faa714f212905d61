"""A market changes its HTML: classes renamed, a column added, a label translated. The first page tells of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.reading import Reading, read_page
from extractors.records import Record
from tests.extractors.pages import FETCHED, HOST, SavedPages, codes

# One page of each kind that holds records, none of them cut off.
PAGES = {
    "empire": [
        "listings/saved_empire_listing_9",
        "search_results/saved_empire_search_result_0",
        "users/saved_empire_user_0",
        "feedback/saved_empire_feedback_0",
        "saved_empire_category_index_0",
    ],
    "cryptonia": [
        "listings/saved_cryptonia_listing_0",
        "search_results/saved_cryptonia_search_result_in_category_0",
        "users/saved_cryptonia_user_profile_0",
        "saved_cryptonia_category_index_0",
    ],
}
EVERY_PAGE = [(market, name) for market, names in PAGES.items() for name in names]
# What many pages rightly have none of, so that nothing is missed when it is gone.
OPTIONAL = {"images", "rating"}
# Fields that their layout asserts nothing of, by the class that they hang on.
UNSEEN = {"cryptonia": {"prod_buynow_desc", "good", "bad", "toolbar_link"}}
# What the assertions of a layout say of a page that it does not fit.
BROKEN = {"unknown_page", "missing_field", "row_left_out", "too_few_rows", "too_few_with_field", "rows_alike"}
UNREADABLE = {"unreadable_field", "out_of_range", "invalid_field"}
_CLASS = re.compile(r"(?P<before>\bclass\s*=\s*)(?P<quote>[\"']?)(?P<names>(?<=[\"'])[^\"']*|(?<![\"'])[^\"'\s>]+)")


def _read(pages: SavedPages, name: str, html: str) -> Reading:
    return read_page(html.encode(), url=f"{HOST}/{name}", fetched_at=FETCHED, layout=pages.layout)


def _renamed(html: str, only: str | None = None) -> str:
    """The page with its classes renamed, all or one."""

    def rename(found: re.Match[str]) -> str:
        names = (f"x{name}x" if only in {None, name} else name for name in found["names"].split())
        return f"{found['before']}{found['quote']}{' '.join(names)}"

    return _CLASS.sub(rename, html)


def _classes(html: str) -> Iterator[str]:
    yield from sorted({name for found in _CLASS.finditer(html) for name in found["names"].split()})


def _said(record: Record) -> dict[str, object]:
    """What a record says that is not optional."""
    return record.model_dump(exclude=OPTIONAL)


def _is_changed(before: Reading, after: Reading) -> bool:
    return before.page_kind != after.page_kind or list(map(_said, before.records)) != list(map(_said, after.records))


@pytest.mark.parametrize(("market", "name"), EVERY_PAGE)
def test_renamed_classes_are_reported(shared_data: Path, market: str, name: str) -> None:
    pages = SavedPages(shared_data, market)
    html = (pages.folder / name).read_text("utf-8")
    assert pages.read(name).problems == []
    broken = _read(pages, name, _renamed(html))
    assert BROKEN & set(codes(broken)), broken.problems
    assert not any(record.kind == "listing" and record.price for record in broken.records)


@pytest.mark.parametrize(("market", "name"), EVERY_PAGE)
def test_no_class_is_renamed_unseen(shared_data: Path, market: str, name: str) -> None:
    pages = SavedPages(shared_data, market)
    html = (pages.folder / name).read_text("utf-8")
    whole = pages.read(name)
    changed, unseen = 0, []
    for renamed in _classes(html):
        reading = _read(pages, name, _renamed(html, only=renamed))
        if _is_changed(whole, reading):
            changed += 1
            if not BROKEN & set(codes(reading)):
                unseen.append(renamed)
    assert set(unseen) <= UNSEEN.get(market, set())
    assert changed > 0


@pytest.mark.parametrize(
    ("market", "name", "row"),
    [
        ("empire", "feedback/saved_empire_feedback_0", r"<tr[^>]*>\s*(?=<td)"),
        ("empire", "search_results/saved_empire_search_result_0", r"(?=<div class=\"head\")"),
        ("cryptonia", "search_results/saved_cryptonia_search_result_in_category_0", r"<tr[^>]*>\s*(?=<td)"),
        ("cryptonia", "users/saved_cryptonia_user_profile_0", r"<tr[^>]*>\s*(?=<td)"),
    ],
)
def test_a_column_added_never_passes_for_another(shared_data: Path, market: str, name: str, row: str) -> None:
    pages = SavedPages(shared_data, market)
    html = (pages.folder / name).read_text("utf-8")
    whole = pages.read(name)
    cell = "<div>new</div>" if "<div" in row else "<td>new</td>"
    widened = re.sub(row, lambda found: found[0] + cell, html)
    assert widened != html
    reading = _read(pages, name, widened)
    # Either the selectors hold, or what they find now is told to be wrong.
    assert not _is_changed(whole, reading) or (BROKEN | UNREADABLE) & set(codes(reading)), reading.records


@pytest.mark.parametrize(
    ("market", "name", "label", "field"),
    [
        ("empire", "listings/saved_empire_listing_9", "Ships to", "listing.ships_to"),
        ("empire", "listings/saved_empire_listing_9", "Origin Country", "listing.ships_from"),
        ("empire", "listings/saved_empire_listing_9", "Purchase price", "listing.price"),
        ("empire", "users/saved_empire_user_0", "Member since", "vendor.registered_at"),
        ("empire", "search_results/saved_empire_search_result_0", "Sales", "listing.sold"),
        ("cryptonia", "listings/saved_cryptonia_listing_0", "Ships from", "listing.ships_from"),
        ("cryptonia", "listings/saved_cryptonia_listing_0", "Price", "listing.price"),
        ("cryptonia", "users/saved_cryptonia_user_profile_0", "Member since", "vendor.registered_at"),
    ],
)
def test_a_translated_label_is_reported(shared_data: Path, market: str, name: str, label: str, field: str) -> None:
    pages = SavedPages(shared_data, market)
    html = (pages.folder / name).read_text("utf-8")
    translated = re.sub(rf"(>\s*){label}(?=\s*:?\s*<)", r"\1Übersetzt", html)
    assert translated != html
    reading = _read(pages, name, translated)
    assert field in {problem.field for problem in reading.problems}, reading.problems
    record, _, missing = field.partition(".")
    assert not any(getattr(one, missing) for one in reading.records if one.kind == record)


@pytest.mark.parametrize(
    ("market", "name", "kind"),
    [
        ("empire", "listings/saved_empire_listing_9", "a listing page"),
        ("empire", "users/saved_empire_user_0", "a vendor page"),
        ("cryptonia", "search_results/saved_cryptonia_search_result_in_category_0", "a listing index page"),
    ],
)
def test_a_page_that_is_known_no_more_is_told_by_what_it_looks_like(
    shared_data: Path, market: str, name: str, kind: str
) -> None:
    pages = SavedPages(shared_data, market)
    html = (pages.folder / name).read_text("utf-8")
    gone = _renamed(html).replace("<title>", "<title>New ").replace(" id=", " data-id=")
    reading = _read(pages, name, gone)
    (problem,) = reading.problems
    assert problem.code == "unknown_page"
    assert re.search(rf"it looks like {kind} \([01]\.\d\d\): the market may have changed its HTML$", problem.message)
    # What it looks like is no more than a hint: its kind is not guessed.
    assert (reading.page_kind, reading.kind_confidence, reading.records) == ("other", None, [])
