"""What markets keep in tooltips, widths, image names and nested rows; and parts made of parts."""

from decimal import Decimal
from pathlib import Path

import pytest

from extractors.layout import LayoutNotUsableError, parse_layout
from extractors.records import Listing, Review, Vendor
from tests.extractors.pages import SavedPages, codes, read

PROFILE = """
name: profile
pages:
  - kind: vendor
    when: [{css: h1}]
    records:
      - kind: vendor
        fields:
          handle: h1
          rating:
            fields:
              score:
                css: span.stars
                attr: title
                match: '^([\\d.]+) of'
                as: number
                or:
                  - {xpath: "count(//i[@class='full'])", as: number}
                  - {css: div.bar, attr: style, match: 'width: ([\\d.]+)%', as: number}
              scale: {css: span.stars, attr: title, match: 'of (\\d+)', as: number}
              positive: {css: img.up, attr: alt, as: count}
          external_ratings:
            each: "img.market"
            fields:
              market: {attr: src, match: '/([a-z_]+)_logo', as: market}
              sales: {attr: title, match: '([\\d,]+) sales', as: count}
              rating: {attr: title, match: '([\\d.]+)/5', as: number}
            require: [market]
      - kind: review
        each: "table.feedback tr"
        fields:
          rating: {css: img, attr: src, match: 'face_(\\w+)', map: {good: positive, bad: negative}}
          text: q
"""


@pytest.mark.parametrize(
    ("html", "score"),
    [
        ('<span class=stars title="4.8 of 5">*</span>', 4.8),
        ("<p><i class=full></i><i class=full></i><i class=full></i><i class=empty></i></p>", 3),
        ('<div class=bar style="color: red; width: 97.5%"></div>', 97.5),
        ("<p><i class=empty></i></p>", None),
    ],
)
def test_ratings_in_tooltips_images_and_widths(html: str, score: float | None) -> None:
    reading = read(f"<h1>alice</h1>{html}", parse_layout(PROFILE))
    (vendor,) = reading.records
    assert isinstance(vendor, Vendor)
    assert (vendor.rating and vendor.rating.score) == score
    assert reading.problems == []


def test_ratings_of_other_markets_in_the_names_of_images() -> None:
    html = """<h1>alice</h1><img class=market src=/i/dream_market_logo.png title="1,204 sales, 4.9/5">
        <img class=market src=/i/agora_logo.png title="new"><img class=market src=/i/ad.gif title="9 sales">
        <table class=feedback><tr><td><img src=face_good.png><q>fine</q>
        <tr><td><img src=face_odd.png><q>hm</q></table>"""
    vendor, good, odd = read(html, parse_layout(PROFILE)).records
    assert isinstance(vendor, Vendor)
    assert [(rating.market, rating.sales, rating.rating) for rating in vendor.external_ratings] == [
        ("dream-market", 1204, 4.9),
        ("agora", None, None),
    ]
    assert isinstance(good, Review)
    assert isinstance(odd, Review)
    assert (good.rating, odd.rating, odd.text) == ("positive", None, "hm")


NESTED = """
name: nested
pages:
  - kind: listing_index
    when: [{css: "table.vendors"}]
    records:
      - kind: listing
        each: "table.vendors > tr table.offers > tr"
        fields:
          title: {xpath: "td[1]"}
          vendor: {xpath: "ancestor::td[1]/preceding-sibling::th"}
          category: {xpath: "preceding-sibling::tr[th][1]/th", all: true}
          prices:
            each: {xpath: "td[2]//li"}
            fields:
              amount: {as: amount}
              currency: {as: currency}
              min_quantity: {match: '^(\\d+)x', as: number}
          shipping_options:
            each: {xpath: "td[3]/p"}
            fields:
              name: b
              price:
                fields: {amount: {css: i, as: amount}, currency: {css: i, as: currency}}
            require: [name]
        skip: [{css: th}]
        require: [title, vendor]
"""


def test_rows_in_rows_and_parts_in_parts() -> None:
    offer = "<tr><td>{}<td><ul><li>1x $5<li>10x $40</ul><td><p><b>Letter</b> <i>$1</i></p><p><i>$2</i></p></tr>"
    table = "<tr><th>{}<td><table class=offers><tr><th>Tea</tr>{}</table></tr>"
    html = "<table class=vendors>{}{}</table>".format(
        table.format("alice", offer.format("Green") + offer.format("Black")), table.format("bob", offer.format("White"))
    )
    reading = read(html, parse_layout(NESTED))
    assert reading.problems == []
    listings = [record for record in reading.records if isinstance(record, Listing)]
    assert [(one.title, one.vendor, one.category) for one in listings] == [
        ("Green", "alice", ["Tea"]),
        ("Black", "alice", ["Tea"]),
        ("White", "bob", ["Tea"]),
    ]
    assert [(step.min_quantity, step.amount, step.currency) for step in listings[2].prices] == [
        (Decimal(1), Decimal(5), "USD"),
        (Decimal(10), Decimal(40), "USD"),
    ]
    (way,) = listings[0].shipping_options
    assert (way.name, way.price and way.price.amount) == ("Letter", Decimal(1))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("{amount: {css: i", "{amuont: {css: i"), "'price' of a listing has no field 'amuont'"),
        (("name: b\n", "name: {fields: {amount: b}}\n"), "'name' of a listing is not made of fields"),
    ],
)
def test_a_fault_in_a_part_of_a_part_is_told_with_the_layout(change: tuple[str, str], told: str) -> None:
    assert change[0] in NESTED
    with pytest.raises(LayoutNotUsableError, match=told):
        parse_layout(NESTED.replace(*change))


@pytest.mark.parametrize(
    ("mapped", "expected"), [("[US, CA]", ["US", "CA"]), ("WW", "WW"), ("null", None), ("3", 3), ("true", True)]
)
def test_a_text_may_mean_any_value(mapped: str, expected: object) -> None:
    field = {"WW": "title", "3": "stock"}.get(mapped, "ships_to" if isinstance(expected, list) else "unit")
    if isinstance(expected, bool):
        field = "escrow"
    layout = parse_layout(
        "name: m\npages: [{kind: listing, when: [{css: b}], records: [{kind: listing, fields: "
        f"{{listing_id: u, {field}: {{css: b, map: {{sure: {mapped}}}}}}}}}]}}]"
    )
    reading = read("<u>7</u><b>Sure</b>", layout)
    (listing,) = reading.records
    if isinstance(expected, bool):
        # What a field cannot be is a problem, whatever a layout says that it is.
        assert codes(reading) == ["invalid_field"]
    else:
        assert getattr(listing, field) == expected


@pytest.mark.parametrize("field", ["map: {yes: x}", "map: {Off: x}", "blank: No", "blank: [none, on]", "map: {~: x}"])
def test_words_that_yaml_takes_for_truths_must_be_quoted(field: str) -> None:
    with pytest.raises(LayoutNotUsableError, match="put it in quotes"):
        parse_layout(PROFILE.replace("handle: h1", f"handle: {{css: h1, {field}}}"))


def test_numbers_of_a_map_need_no_quotes() -> None:
    layout = parse_layout(PROFILE.replace("handle: h1", "handle: {css: h1, map: {1: one, 2.5: more}}"))
    handles = [getattr(read(f"<h1>{text}</h1>", layout).records[0], "handle", None) for text in ("1", "2.5")]
    assert handles == ["one", "more"]


def test_real_pages_keep_ratings_in_tooltips_and_image_names(shared_data: Path) -> None:
    empire = SavedPages(shared_data, "empire")
    vendors = [empire.vendor(name) for name in empire.names() if name.startswith("users/")]
    imported = [rating for vendor in vendors for rating in vendor.external_ratings]
    assert imported
    assert all(rating.market and rating.sales is not None and rating.rating is not None for rating in imported)
    reviews = [
        record for record in empire.read("feedback/saved_empire_feedback_0").records if isinstance(record, Review)
    ]
    assert len(reviews) > 20
    assert {review.rating for review in reviews} <= {"positive", "neutral", "negative"}
    assert all(review.rating for review in reviews)
