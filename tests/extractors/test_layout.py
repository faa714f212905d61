from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors.layout import BUILT_IN, LayoutNotUsableError, layout_names, load_layout, parse_layout
from nightpost.errors import ConfigurationError
from tests.extractors.pages import OFFER, SHOP, only_listing, read

PRACTICE = ("practice-harbour", "practice-lantern", "practice-orchard")


@pytest.mark.parametrize("name", [file.stem for file in BUILT_IN.glob("*.yaml")])
def test_every_built_in_layout_can_be_used(name: str) -> None:
    layout = load_layout(name)
    assert layout.name == name
    assert layout.source


def test_layouts_are_found_by_name() -> None:
    assert {"empire", "cryptonia", "generic", *PRACTICE} <= set(layout_names())
    assert [load_layout(name).market for name in PRACTICE] == ["harbour", "lantern", "orchard"]


def test_a_workspaces_own_layout_comes_first(tmp_path: Path) -> None:
    (tmp_path / "empire.yaml").write_text(SHOP.replace("name: shop", "name: empire"), "utf-8")
    assert load_layout("empire", [tmp_path]).currency == "EUR"
    assert "empire" in layout_names([tmp_path])
    assert load_layout("empire").currency is None


def test_an_unknown_layout_names_the_nearest() -> None:
    with pytest.raises(LayoutNotUsableError, match="did you mean 'empire'") as raised:
        load_layout("empyre")
    assert isinstance(raised.value, ConfigurationError)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("title: h1", "titel: h1"), r"records\[0\]: .*no field 'titel'; did you mean 'title'"),
        (("            fields:\n              name: b", "            fields:\n              nme: b"), "no field 'nme'"),
        (("stock: {beside: Stock, as: count, least: 1}", "stock: {beside: Stock, as: cuont}"), r"fields\.stock\.as: "),
        (('css: "div.offer"', 'css: "div["'), "is not a CSS selector"),
        (('xpath: ".//tr[td]"', 'xpath: ".//tr["'), "is not an XPath expression"),
        (("match: 'id=(\\d+)'", "match: 'id=('"), "is not a regular expression"),
        (("h1\n", "{css: h1, xpath: .//h1}\n"), "name one of css, xpath and beside"),
        (("kind: listing\n    when", "kind: offer\n    when"), r"pages\[0\]\.kind"),
        (("dates: dmy", "dates: dym"), "dates"),
        (("priority: 80", "priority: 800"), r"links\.follow\[1\]\.priority"),
        (("currency: EUR", "currency: EUR\ntimezone: Mars/Base"), "no time zone"),
        (("name: shop", "name: The Shop"), "name: "),
        (("market: shop", "markt: shop"), "markt: nothing of that name belongs here"),
        (('{css: "div.offer"}', "{absent: true}"), "a condition needs"),
        (("require: [title]", "require: [tittle]"), "no field 'tittle'"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_file_place_and_reason(change: tuple[str, str], told: str) -> None:
    assert change[0] in SHOP
    with pytest.raises(LayoutNotUsableError, match=told) as raised:
        parse_layout(SHOP.replace(*change, 1), file="shop.yaml")
    assert str(raised.value).startswith("shop.yaml: ")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "told"), [("- a\n- b", "holds no layout"), ("a: [", "is not YAML"), ("", "holds no layout")]
)
def test_what_is_no_layout_at_all(text: str, told: str) -> None:
    with pytest.raises(LayoutNotUsableError, match=told):
        parse_layout(text)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_bytes(b"name: \xff\xfe")
    with pytest.raises(LayoutNotUsableError, match=r"odd\.yaml cannot be read"):
        load_layout("odd", [tmp_path])


def test_extends_lays_one_layout_over_another(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, "utf-8")
    (tmp_path / "mirror.yaml").write_text(
        """
extends: shop
market: mirror
pages:
  - kind: listing
    records:
      - kind: listing
        fields:
          title: {css: h1, match: 'Ten (.*)'}
          stock: null
  - kind: not_found
    when: [{title: gone}]
""",
        "utf-8",
    )
    layout = load_layout("mirror", [tmp_path])
    listing = only_listing(read(OFFER, layout))
    assert (listing.market, listing.title, listing.stock, listing.vendor) == ("mirror", "Things", None, "alice")
    assert [page.kind for page in layout.pages] == ["not_found", "listing", "listing_index"]


def test_a_layout_of_a_built_in_name_may_extend_the_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "empire.yaml").write_text("extends: empire\ndates: ymd\n", "utf-8")
    amended = load_layout("empire", [tmp_path])
    assert (amended.dates, amended.pages) == ("ymd", load_layout("empire").pages)


def test_layouts_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("extends: two\n", "utf-8")
    (tmp_path / "two.yaml").write_text("extends: one\n", "utf-8")
    with pytest.raises(LayoutNotUsableError, match="no layout is called"):
        load_layout("one", [tmp_path])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda leaf: (
            st.lists(leaf, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["name", "market", "pages", "kind", "when", "records", "fields", "css", "links", "extends", "each"]
                ),
                leaf,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_yaml_is_a_layout_or_a_clear_fault(content: object) -> None:
    try:
        layout = parse_layout(yaml.safe_dump(content))
    except LayoutNotUsableError as error:
        assert "\n" not in str(error)  # noqa: PT017 - what is asked is that nothing else is raised
    else:
        assert layout.pages
