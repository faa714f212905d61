"""Real pages changed by a script: their layout reports it on the first page; learning with it as a hint mends it."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from extractors.induction.induce import Induction, SavedPage, induce
from extractors.induction.repair import Earlier
from extractors.induction.samples import parse_samples
from extractors.layout import Layout, load_layout
from extractors.page_kinds import KindGuess, classify
from extractors.reading import read_page
from tests.extractors.changed_pages import PAGES, without_classes
from tests.extractors.induction.markets import FETCHED, HOST, kinds_as_told, market_pages
from training.learning_cases import TruePage, real_market, score

MARKETS = ("empire", "cryptonia")
# Labels of both markets, and what German markets write.
GERMAN = {
    "Origin Country": "Versandland", "Ships from": "Versand aus", "Ships From": "Versand aus",
    "Ships to": "Versand nach", "Ships To": "Versand nach", "Purchase price": "Preis", "Price": "Preis",
    "Member since": "Mitglied seit", "Last online": "Zuletzt online",
}  # fmt: skip
# What the shipped layouts read of a kind of page: (market, change) that a repair is known to read less of, and what.
# Cryptonia's sales stand in brackets behind the name, without a label, in one of two builds of its profiles.
UNREPAIRED = {("cryptonia", "classes"): {"vendor.sales"}, ("cryptonia", "all"): {"vendor.sales"}}


def with_a_column(html: str) -> str:
    return re.sub(r"<tr\b([^>]*)>", r"<tr\1><td>neu</td>", html)


def translated(html: str) -> str:
    for label, german in GERMAN.items():
        html = re.sub(rf">(\s*){label}(?=\s*[:<])", rf">\g<1>{german}", html)
    return html


CHANGES: dict[str, Callable[[str], str]] = {
    "classes": without_classes,
    "column": with_a_column,
    "labels": translated,
    "all": lambda html: with_a_column(translated(without_classes(html))),
}
CHANGED = pytest.mark.parametrize(("market", "change"), [(market, change) for market in MARKETS for change in CHANGES])


@cache
def market_of(market: str, change: str | None = None) -> list[TruePage]:
    """The saved pages, changed or as they are, with what the shipped layout reads on those that are not changed."""
    pages = real_market(market)
    if change is None:
        return pages
    return [
        TruePage(
            page.name, None, CHANGES[change](page.body.decode("utf-8", "replace")).encode(), page.kind, page.records
        )
        for page in pages
    ]


@cache
def repaired(market: str, change: str | None = None) -> Induction:
    saved = [SavedPage(page.name, page.body, None, FETCHED) for page in market_of(market, change)]
    return induce(saved, name=market, hint=load_layout(market), guess_kind=classify)


@pytest.mark.parametrize(
    ("market", "name"), [(market, name) for market in MARKETS for name in PAGES[market] if "feedback" not in name]
)
@pytest.mark.parametrize("change", ["classes", "all"])
def test_the_first_page_of_each_kind_is_reported(shared_data: Path, market: str, name: str, change: str) -> None:
    html = (shared_data / "pages" / market / name).read_text("utf-8")
    layout = load_layout(market)
    assert read_page(html.encode(), url=HOST, fetched_at=FETCHED, layout=layout).problems == []
    assert read_page(CHANGES[change](html).encode(), url=HOST, fetched_at=FETCHED, layout=layout).problems != []


@pytest.mark.parametrize("market", MARKETS)
def test_a_translated_listing_is_reported(shared_data: Path, market: str) -> None:
    html = (shared_data / "pages" / market / PAGES[market][0]).read_text("utf-8")
    reading = read_page(translated(html).encode(), url=HOST, fetched_at=FETCHED, layout=load_layout(market))
    assert {"listing.price", "listing.ships_from"} <= {problem.field for problem in reading.problems}


@CHANGED
def test_a_repaired_layout_reads_what_the_earlier_one_read(shared_data: Path, market: str, change: str) -> None:
    layout = repaired(market, change).layout
    result = score(
        market_of(market, change),
        lambda page: read_page(page.body, url=HOST, fetched_at=FETCHED, layout=layout, with_links=False),
    )
    left_out = UNREPAIRED.get((market, change), set())
    tallies = {name: tally for name, tally in result.tallies.items() if name not in left_out}
    found = sum(tally.found for tally in tallies.values())
    missed = sum(tally.missed for tally in tallies.values())
    wrong = sum(tally.wrong for tally in tallies.values())
    assert found > 200
    assert found / (found + missed) >= 0.95, tallies
    assert found / (found + wrong) >= 0.95, tallies
    assert {name for name, tally in tallies.items() if (tally.recall or 0) < 0.85} == set()
    assert result.kinds_right / result.pages >= 0.9


@CHANGED
def test_what_could_not_be_repaired_is_named(shared_data: Path, market: str, change: str) -> None:
    """Every field of our records that the shipped layout read, and the repaired one reads nowhere, is in the notes."""
    before, after = (_fields_read(market, None), _fields_read(market, change))
    notes = " ".join(repaired(market, change).notes)
    silent = {
        f"{kind}.{name}"
        for kind, name in before - after
        if f"{kind}.{name};" not in notes and f"the {kind}s;" not in notes
    }
    assert silent == set()
    assert not [name for name in UNREPAIRED.get((market, change), set()) if f"place of {name};" not in notes]


def _fields_read(market: str, change: str | None) -> set[tuple[str, str]]:
    layout = load_layout(market) if change is None else repaired(market, change).layout
    return {
        (record.kind, name)
        for page in market_of(market, change)
        for record in read_page(page.body, url=HOST, fetched_at=FETCHED, layout=layout, with_links=False).records
        for name, value in record.model_dump().items()
        if value not in (None, [])
    }


@pytest.mark.parametrize("market", MARKETS)
def test_a_hint_that_still_fits_is_kept_as_it_is(shared_data: Path, market: str) -> None:
    learned, hint = repaired(market), load_layout(market)
    assert learned.notes == []
    assert learned.layout.market == hint.market
    for page in market_of(market):
        old, new = (
            read_page(page.body, url=HOST, fetched_at=FETCHED, layout=layout, with_links=False)
            for layout in (hint, learned.layout)
        )
        assert (new.page_kind, new.records, new.problems) == (old.page_kind, old.records, old.problems), page.name


def test_a_persons_correction_outlives_learning() -> None:
    """The description is what a person says it is, and so is what a text means."""
    pages = market_pages("english")
    saved = [page.saved for page in pages]
    first = induce(saved, name="tea", guess_kind=kinds_as_told(pages))
    corrected = first.layout.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    listing = next(page for page in corrected["pages"] if page["kind"] == "listing")["records"][0]
    listing["fields"]["title"] = {"css": "h1", "replace": {"green": "Green"}}
    hint = type(first.layout).model_validate(corrected)
    again = induce(saved, name="tea", hint=hint, guess_kind=kinds_as_told(pages))
    assert again.notes == []
    tea = next(page for page in pages if "green" in page.html)
    record = read_page(tea.html.encode(), url=HOST, fetched_at=FETCHED, layout=again.layout).records[0]
    assert record.kind == "listing"
    assert record.title == tea.truth[0]["title"].replace("green", "Green")


def test_what_a_hint_says_of_the_whole_market_is_kept() -> None:
    pages = market_pages("english")
    saved, guess = [page.saved for page in pages], kinds_as_told(pages)
    said = {"charset": "koi8-r", "dates": "mdy", "timezone": "Europe/Riga", "decimal": ",", "currency": "EUR"}
    hint = induce(saved, name="tea", guess_kind=guess).layout.model_copy(update=said)
    again = induce(saved, name="tea", hint=hint, guess_kind=guess).layout
    assert again.model_dump(include=set(said)) == said


def test_pages_that_state_no_character_set_are_in_that_of_the_hint() -> None:
    page = SavedPage("a.html", "<title>Чай</title><p>Чай</p>".encode("koi8-r"))
    assert parse_samples([page], charset="koi8-r")[0][0].title == "Чай"


def test_a_hint_tells_pages_by_their_address_too() -> None:
    page = SavedPage("a.html", b"<p>Tea", url=f"{HOST}/stall/4?tab=key")
    given = {"name": "tea", "market": "tea", "pages": [{"kind": "vendor", "when": [{"url": "^/stall/"}]}]}
    samples, _ = parse_samples([page], lambda *_, **__: KindGuess("vendor", 1.0, {"vendor": 1.0}))
    hint = Layout.model_validate(given)
    assert Earlier.of(hint, samples).told == hint.pages


def test_a_renamed_class_is_repaired_and_noted() -> None:
    pages = market_pages("english")
    hint = induce([page.saved for page in pages], name="tea", guess_kind=kinds_as_told(pages)).layout
    changed = [type(page)(page.path, page.kind, without_classes(page.html), page.truth) for page in pages]
    again = induce([page.saved for page in changed], name="tea", hint=hint, guess_kind=kinds_as_told(changed))
    for page in changed:
        reading = read_page(page.html.encode(), url=HOST + page.path, fetched_at=FETCHED, layout=again.layout)
        assert reading.page_kind == page.kind
        assert [
            record.model_dump()["title" if record.kind == "listing" else "handle"] for record in reading.records
        ] == [truth["title" if truth["kind"] == "listing" else "handle"] for truth in page.truth]
    assert any("another now" in note or "otherwise now" in note for note in again.notes)
