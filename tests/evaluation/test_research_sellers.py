"""Tasks of finding the same seller again: what is masked, how vendors are split, what a ranking is worth."""

import gzip
from pathlib import Path

import pytest

from evaluation.research_sellers import (
    Task,
    alphabay,
    answered,
    halves,
    macro_f1,
    masked,
    measured,
    same_handle,
    single_titles,
    white_house,
)
from evaluation.text_baselines import character_tfidf, linear_svm, main, word_tfidf
from nightpost.errors import ConfigurationError
from replica.sellers.lines import AccountLine


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of research data as small as can be: two vendors of many titles, one of them on both markets."""
    (tmp_path / "listings").mkdir()
    rows = ["category,title,vendor,price_usd,sold"]
    for at in range(24):
        kind, grams = ("weed", "speed")[at % 2], at + 1
        rows += [f"A > {kind},{grams}g {kind} QuietFox best buds,Quiet_Fox,{grams}.50,1"]
        rows += [f"A > {kind},=== {grams} gramm of {kind} ===,loudowl,,1"]
    with gzip.open(tmp_path / "listings" / "alphabay-2017.csv.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(rows))
    (tmp_path / "pages" / "white-house").mkdir(parents=True)
    (tmp_path / "pages" / "white-house" / "silver.csv").write_text(
        "Product,Product URL,Category,Vendor,Vendor URL,Price in AUD,Shipping From,Shipping To,Date Time Recorded\n"
        'QUIET FOX 7g best buds,u1,Weed,quiet_fox,,"1,000",United Kingdom,Worldwide,\n'
        "QUIET FOX 7g best buds,u1,Weed,quiet_fox,,100,United Kingdom,Worldwide,\n"
        "licence,u2,Other,third,,N/A,Digital / Service,Digital / Service,\n"
    )
    return tmp_path


def titles(account: AccountLine) -> list[str]:
    return [listing["title"] for listing in account["listings"]]


@pytest.mark.parametrize(
    ("text", "handle", "left"),
    [
        ("by QUIETFOX, quiet.fox and Quiet_Fox", "quiet_fox", "by  ,   and  "),
        ("quietest foxes", "quiet_fox", "quietest foxes"),
        ("ab abc", "ab", "  abc"),
        ("a.b+c", "a.b+c", " "),
        ("★ shop ★", "★", "  shop  "),
        ("nothing", "", "nothing"),
    ],
)
def test_a_handle_is_masked_in_any_case_and_spacing(text: str, handle: str, left: str) -> None:
    assert masked(text, handle) == left


def test_accounts_show_no_handle_anywhere(data: Path) -> None:
    for accounts in (alphabay(data), white_house(data)):
        for handle, account in accounts.items():
            assert account["handle"] is None
            shown = " ".join([account["id"], *titles(account)]).casefold()
            assert handle.replace("_", "") not in shown.replace(" ", "").replace("_", "")


def test_rows_are_read_once_with_their_places_and_prices(data: Path) -> None:
    found = white_house(data)
    (listing,) = found["quiet_fox"]["listings"]
    assert (listing["price_usd"], listing["ships_from"], listing["ships_to"]) == (73.0, ["GB"], ["WW"])
    (digital,) = found["third"]["listings"]
    assert (digital["price_usd"], digital["ships_from"], digital["ships_to"]) == (None, [], [])
    assert {listing["price_usd"] for listing in alphabay(data)["loudowl"]["listings"]} == {None}


def test_the_same_handle_is_the_right_answer_and_others_have_none(data: Path) -> None:
    task = same_handle(data)
    assert (len(task.queries), len(task.pool)) == (2, 2)
    assert task.right == {white_house(data)["quiet_fox"]["id"]: {alphabay(data)["quiet_fox"]["id"]}}


def test_a_quarter_of_the_titles_is_asked_for_and_is_not_in_the_pool(data: Path) -> None:
    task = single_titles(data)
    assert (len(task.queries), len(task.pool), len(task.right)) == (12, 2, 12)
    known = {title for account in task.pool for title in titles(account)}
    assert not known & {title for query in task.queries for title in titles(query)}
    assert all(len(query["listings"]) == 1 for query in task.queries)
    assert single_titles(data) == task
    assert single_titles(data, seed=2) != task


def test_halves_share_no_listing_and_by_category_no_goods(data: Path) -> None:
    for by_category in (False, True):
        task = halves(data, by_category=by_category)
        pool = {account["id"]: account for account in task.pool}
        for query in task.queries:
            (right,) = task.right[query["id"]]
            assert len(query["listings"]) == len(pool[right]["listings"]) == 12
            assert query["market"] != pool[right]["market"]
            assert not set(titles(query)) & set(titles(pool[right]))
            if by_category:
                kinds = [{listing["category"] for listing in one["listings"]} for one in (query, pool[right])]
                assert not kinds[0] & kinds[1]


@pytest.mark.parametrize("rank", [word_tfidf, character_tfidf, linear_svm])
def test_each_baseline_tells_two_very_different_writers_apart(data: Path, rank: object) -> None:
    assert callable(rank)
    task = single_titles(data)
    found = answered(task, rank)
    assert measured(found, task).recall_at_1 == 1.0
    assert macro_f1(found, task) == 1.0


def test_macro_f1_is_a_mean_over_accounts() -> None:
    task = Task("by hand", [], [], {"1": {"a"}, "2": {"a"}, "3": {"a"}, "4": {"b"}})
    # a: two of two given are right, of three: F1 0.8. b: one of two given is right, of one: F1 2/3.
    found = {"1": ["a"], "2": ["a", "b"], "3": ["b", "a"], "4": ["b"]}
    assert macro_f1(found, task) == pytest.approx((0.8 + 2 / 3) / 2)
    assert macro_f1({"1": [], "2": [], "3": [], "4": []}, task) == 0.0


def test_without_the_data_it_is_said_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigurationError, match="no research data"):
        alphabay(tmp_path)
    assert main([str(tmp_path)]) == 1
    assert "no research data" in capsys.readouterr().err


def test_the_research_data_has_its_known_numbers_of_sellers(shared_data: Path) -> None:
    task = same_handle(shared_data)
    assert (len(task.queries), len(task.pool), len(task.right)) == (479, 3938, 45)
