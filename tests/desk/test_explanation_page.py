"""The page that explains a link: it says all there is, needs nothing, and is inert."""

from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup, Tag

from desk.explanation_page import explanation_page, page_of
from linkage.explanation import Explanation
from linkage.judgements import Judgement
from tests.desk.explained_links import CAPTURE, HOSTILE, PRIOR, USUAL, A, B, evidence, hidden_in, link
from tests.desk.svg_picture import PLAIN_TAGS, SvgPicture

_TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "b", "bdi", "div", "table", "colgroup", "col",
    "thead", "tbody", "tr", "th", "td", "ul", "li", "br", "code",
}  # fmt: skip


def judgement(reason: str, user: str = "ana") -> Judgement:
    return Judgement(
        number=3, user=user, at=datetime(2026, 3, 1, 12, tzinfo=UTC), reason=reason, a=A, b=B, judgement="different"
    )


def opened(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "lxml")


def rows(page: str) -> list[list[Tag]]:
    return [row.select("td") for row in opened(page).select("tr.step")]


def assert_inert(page: str) -> None:
    """Whichever parser reads it, only the page's own elements are there, and none of them loads or acts."""
    for parser in ("lxml", "html.parser"):
        document = BeautifulSoup(page, parser)
        assert {tag.name for tag in document.find_all(True)} <= _TAGS | PLAIN_TAGS
        for tag in document.find_all(True):
            assert not [name for name in tag.attrs if name.startswith("on") or "href" in name or "src" in name]
        [policy] = document.select("head > meta[http-equiv='Content-Security-Policy']")
        assert str(policy["content"]).startswith("default-src 'none'")
        [style] = document.select("style")
        assert "url(" not in style.text
        assert "@import" not in style.text
        # The only address is the name of the language of pictures.
        attributes = " ".join(str(value) for tag in document.find_all(True) for value in tag.attrs.values())
        assert attributes.replace("http://www.w3.org/2000/svg", "").count("://") == 0
    assert hidden_in(page) == set()


def test_the_table_says_all_there_is() -> None:
    prior, key, passage, second, origin = rows(explanation_page(USUAL, PRIOR, "alpha/GreenLeaf", "beta/GreenLeaf UK"))
    assert [cell.text for cell in prior[2:5]] == [
        "\u221213.29",
        "before any evidence: about 10,000 to 1 against",
        "\u221213.29",
    ]
    assert key[0].get_text(" ") == "pgp key " + "A1" * 20
    assert [cell.text for cell in key[1:5]] == [
        "both state this key as their own",
        "+12.40",
        "about 5,400 times likelier if one seller runs both",
        "\u22120.89",
    ]
    assert key[5].get_text(" ") == f"vendor:{A}/0 ,  terms {CAPTURE}"
    assert key[6].get_text(" ") == f"listing:{B}/0 ,  title"
    assert [cell.text for cell in second[2:5]] == ["", "weighed together with others of its kind", "+3.91"]
    assert origin[3].text == "about 9.3 times likelier if two sellers run them"
    assert passage[4].text == second[4].text


def test_a_judgement_is_not_said_to_be_weighed() -> None:
    found = link(evidence("judgement", "same", 0.0, "ana: one text"), evidence("handle", "x", 9.0), calibrated=1.0)
    [_, judged, _] = rows(explanation_page(found, PRIOR, "a", "b"))
    assert [cell.text for cell in judged[1:4]] == ["ana: one text", "", "no weight: it decides, unless it is unsure"]


def test_the_page_holds_the_picture_and_both_names() -> None:
    document = opened(explanation_page(USUAL, PRIOR, "alpha/GreenLeaf", "beta/GreenLeaf UK"))
    assert document.h1 is not None
    assert document.h1.text == "alpha/GreenLeaf and beta/GreenLeaf UK: one seller?"
    [picture] = document.select("div.picture > svg")
    assert len(SvgPicture(str(picture)).bars) == 5


def test_what_is_held_against_it_is_said_before_the_picture() -> None:
    explanation = Explanation(USUAL, PRIOR, held_apart="different keys", judgements=(judgement("no such key"),))
    document = opened(page_of(explanation, "alpha/GreenLeaf", "beta/GreenLeaf UK"))
    assert "different keys" in document.select("p.held-apart")[0].text
    [said] = document.select("p.judgement")
    assert "Judgement 3: different, by ana on 2026-03-01 12:00 UTC: no such key" in said.text
    quiet = opened(page_of(Explanation(USUAL, PRIOR), "a", "b"))
    assert quiet.select("p.held-apart, p.judgement") == []


@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_text_is_text(attack: str) -> None:
    hostile = link(evidence("handle", attack, 9.0, attack)).model_copy(update={"a": attack, "b": attack})
    seen = hostile.evidence[0].seen_a[0].model_copy(update={"record": attack, "field": attack, "capture_id": attack})
    found = hostile.evidence[0].model_copy(update={"seen_a": (seen,), "seen_b": (seen,)})
    hostile = hostile.model_copy(update={"evidence": (found,)})
    page = explanation_page(
        hostile, PRIOR, attack, attack, held_apart=attack, judgements=[judgement(attack, user=attack)]
    )
    assert_inert(page)
    assert len(rows(page)) == 2


def test_of_many_sightings_the_first_are_shown_and_the_others_counted() -> None:
    [_, found] = rows(explanation_page(link(evidence("handle", "x", 9.0, seen=500)), PRIOR, "a", "b"))
    items = found[5].select("li")
    assert items[-1].text == f"and {500 - (len(items) - 1)} more"
    assert len(items) < 30
