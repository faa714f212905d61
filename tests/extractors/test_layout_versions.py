"""Versions of a layout: which one reads a page, and what another layout that extends it makes of them."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from extractors.layout import LayoutNotUsableError, load_layout, parse_layout
from extractors.reading import read_page
from tests.extractors.pages import HOST, OFFER, SHOP, only_listing

MARCH = datetime(2020, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

# In March the title moved, in June the vendor's label was translated.
VERSIONS = """
versions:
  - from: 2020-06-01
    pages:
      - kind: listing
        records:
          - kind: listing
            fields:
              vendor: {beside: Verkäufer}
  - from: 2020-03-01
    dates: mdy
    pages:
      - kind: listing
        records:
          - kind: listing
            fields:
              title: h2
"""


def _titles(html: str, at: datetime | None) -> tuple[str | None, str | None]:
    layout = parse_layout(SHOP + VERSIONS)
    listing = only_listing(read_page(html.encode(), url=f"{HOST}/page", fetched_at=at, layout=layout))
    return listing.title, listing.vendor


def test_a_page_is_read_by_the_version_of_its_day() -> None:
    moved = OFFER.replace("h1", "h2")
    translated = moved.replace("Vendor:", "Verkäufer:")
    assert _titles(OFFER, MARCH - SECOND) == ("Ten Things", "alice")
    assert _titles(moved, MARCH - SECOND) == (None, "alice")
    assert _titles(moved, MARCH) == ("Ten Things", "alice")
    assert _titles(moved, datetime(2020, 5, 31, 23, 59, tzinfo=UTC)) == ("Ten Things", "alice")
    assert _titles(translated, datetime(2020, 6, 1, tzinfo=UTC)) == ("Ten Things", "alice")
    assert _titles(moved, datetime(2021, 1, 1, tzinfo=UTC)) == ("Ten Things", None)


def test_without_a_time_the_newest_holds() -> None:
    layout = parse_layout(SHOP + VERSIONS)
    assert layout.at(None) is layout
    assert layout.from_ == datetime(2020, 6, 1, tzinfo=UTC)
    assert [state.from_ for state in layout.versions] == [datetime(2020, 6, 1, tzinfo=UTC), MARCH, None]


def test_a_version_changes_what_it_names_and_nothing_else() -> None:
    layout = parse_layout(SHOP + VERSIONS)
    before, march = layout.at(MARCH - SECOND), layout.at(MARCH)
    assert (before.dates, march.dates) == ("dmy", "mdy")
    assert before == parse_layout(SHOP)
    assert [page.kind for page in march.pages] == [page.kind for page in before.pages]
    assert (march.name, march.market, march.links) == (before.name, before.market, before.links)


def test_a_version_holds_from_midnight_utc_or_from_a_stated_time() -> None:
    layout = parse_layout(SHOP + "versions: [{from: 2020-03-01T12:00:00+02:00, dates: ymd}]")
    ten = datetime(2020, 3, 1, 10, tzinfo=UTC)
    assert layout.at(ten - SECOND).dates == "dmy"
    assert layout.at(ten).dates == "ymd"
    assert layout.at(ten.astimezone(timezone(timedelta(hours=5)))).dates == "ymd"
    # A time without zone is UTC, as all of Nightpost's are.
    assert layout.at(ten.replace(tzinfo=None)).dates == "ymd"


def _write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")


def test_a_layout_over_one_with_versions_has_them_too(tmp_path: Path) -> None:
    _write(tmp_path, shop=SHOP + VERSIONS, mirror="extends: shop\nmarket: mirror\ncurrency: USD\n")
    mirror = load_layout("mirror", [tmp_path])
    assert [state.from_ for state in mirror.versions] == [datetime(2020, 6, 1, tzinfo=UTC), MARCH, None]
    assert {(state.name, state.market, state.currency) for state in mirror.versions} == {("mirror", "mirror", "USD")}
    assert [state.dates for state in mirror.versions] == ["mdy", "mdy", "dmy"]


def test_what_lies_above_wins_at_every_time(tmp_path: Path) -> None:
    over = "extends: shop\ndates: ymd\nversions: [{from: 2020-04-01, dates: dmy}]\n"
    _write(tmp_path, shop=SHOP + VERSIONS, mirror=over)
    mirror = load_layout("mirror", [tmp_path])
    starts = [datetime(2020, month, 1, tzinfo=UTC) for month in (6, 4, 3)]
    assert [state.from_ for state in mirror.versions] == [*starts, None]
    assert [state.dates for state in mirror.versions] == ["dmy", "dmy", "ymd", "ymd"]
    # Where it says nothing, what lies below holds as of that time.
    april, june = mirror.at(starts[1]), mirror.at(starts[0])
    shop = load_layout("shop", [tmp_path])
    assert april.pages == shop.at(starts[1]).pages != june.pages == shop.at(starts[0]).pages


def test_null_removes_from_a_date_on(tmp_path: Path) -> None:
    _write(tmp_path, shop=SHOP, mirror="extends: shop\nversions: [{from: 2020-04-01, currency: null}]\n")
    mirror = load_layout("mirror", [tmp_path])
    assert [state.currency for state in mirror.versions] == [None, "EUR"]


@pytest.mark.parametrize(
    ("versions", "told"),
    [
        ("{}", r"versions: a list belongs here"),
        ("[2020-03-01]", r"versions\[0\]: a version is a mapping"),
        ("[{dates: ymd}]", r"versions\[0\]\.from: the date"),
        ("[{from: soon}]", r"versions\[0\]\.from: the date"),
        ("[{from: 2020}]", r"versions\[0\]\.from: the date"),
        ("[{from: 2020-13-01}]", "is not YAML: month"),
        ("[{from: 2020-03-01}, {from: 2020-03-01}]", r"versions\[1\]\.from: another version holds from 2020-03-01"),
        ("[{from: 2020-03-01, name: other}]", r"versions\[0\]\.name: this is the same of all versions"),
        ("[{from: 2020-03-01, extends: generic}]", r"versions\[0\]\.extends"),
        ("[{from: 2020-03-01, versions: []}]", r"versions\[0\]\.versions"),
        ("[{from: 2020-03-01, dates: dym}]", "version from 2020-03-01: dates: "),
        ("[{from: 2020-03-01, pages: null}]", "version from 2020-03-01: pages: "),
    ],
)
def test_a_fault_in_a_version_is_told_with_its_place(versions: str, told: str) -> None:
    with pytest.raises(LayoutNotUsableError, match=told) as raised:
        parse_layout(f"{SHOP}\nversions: {versions}\n", file="shop.yaml")
    assert str(raised.value).startswith("shop.yaml")
    assert "\n" not in str(raised.value)


def test_a_date_belongs_into_a_version() -> None:
    with pytest.raises(LayoutNotUsableError, match="from: this belongs into a version"):
        parse_layout(SHOP + "from: 2020-03-01\n")
