"""One field from many pages: what most pages say wins over what single ones seem to say."""

from collections.abc import Sequence
from decimal import Decimal

from extractors.induction.consensus import Learned, learn
from extractors.induction.trial import Trial
from extractors.page import parse_page
from extractors.records import Money, RecordKind
from extractors.transforms.conventions import Conventions

TITLES = (
    "Green tea from Kyoto",
    "A tin of black tea",
    "White tea in leaves",
    "Seven sorts of herbs",
    "Two cups of clay",
)
SELLERS = ("quietfox", "leafline", "papergull", "mosslane", "greenkey")


def trials(bodies: Sequence[str], titles: Sequence[str] = ()) -> list[Trial]:
    """Scopes of whole pages with these bodies."""
    found = []
    for number, body in enumerate(bodies):
        root = parse_page(f"<html><body>{body}</body></html>".encode(), declared=None).root
        assert root is not None
        title = titles[number] if titles else ""
        found.append(Trial(number, root, Conventions(date_order="dmy"), title=title))
    return found


def learned(bodies: Sequence[str], kind: RecordKind = "listing", **given: frozenset[str]) -> dict[str, Learned]:
    return learn(trials(bodies), kind, known=given or None)


def offer(number: int, more: str = "", extra: str = "") -> str:
    return (
        f"<h1>{TITLES[number]}</h1>{extra}<table><tr><td>Price</td><td>USD {number + 5}.50</td></tr>"
        f"<tr><td>Vendor</td><td>{SELLERS[number]}</td></tr><tr><td>Ships from</td><td>Germany</td></tr>{more}</table>"
    )


def amounts(one: Learned) -> list[object]:
    return [value.amount if isinstance(value, Money) else value for _, value in sorted(one.values.items())]


def test_agreeing_signs_give_every_page_its_value() -> None:
    found = learned([offer(number) for number in range(5)])
    assert list(found["title"].values.values()) == list(TITLES)
    assert list(found["vendor"].values.values()) == list(SELLERS)
    assert amounts(found["price"]) == [Decimal(f"{number + 5}.50") for number in range(5)]
    assert found["ships_from"].values == {number: ["DE"] for number in range(5)}


def test_a_noisy_sign_on_one_page_loses() -> None:
    """One vendor writes a price and an origin of his own into the page; four pages say where they stand."""
    loud = "<h1 class=price>Price: USD 999.00</h1><p>Ships from: France</p>"
    found = learned([offer(number, extra=loud if number == 2 else "") for number in range(5)])
    assert amounts(found["price"])[2] == Decimal("7.50")
    assert found["ships_from"].values[2] == ["DE"]


def test_each_field_says_how_sure_it_is_and_why() -> None:
    found = learned([offer(number) for number in range(5)])
    for one in found.values():
        assert 0 < one.confidence < 1
        assert "5 of 5 have it" in one.evidence
        assert one.filled == 1.0
    assert "label 'vendor'" in found["vendor"].evidence.casefold()


def test_evidence_repeats_nothing_that_a_vendor_wrote() -> None:
    found = learned([offer(number) for number in range(5)])
    assert not any(word in one.evidence for one in found.values() for word in (*TITLES, *SELLERS))


def test_what_never_varies_is_the_templates_and_no_name() -> None:
    bodies = [f"<h1>The Tea Corner</h1><h3>{TITLES[n]}</h3><p>Vendor: {SELLERS[n]}</p>" for n in range(5)]
    found = learned(bodies)
    assert "The Tea Corner" not in found["title"].values.values()


def test_a_field_that_no_page_states_is_not_learned() -> None:
    found = learned([f"<h1>{title}</h1>" for title in TITLES])
    assert not {"price", "vendor", "ships_from", "ships_to", "sold", "stock"} & set(found)


def test_a_page_that_lacks_a_field_has_no_value() -> None:
    bodies = [offer(number) for number in range(5)]
    bodies[3] = bodies[3].replace("<tr><td>Ships from</td><td>Germany</td></tr>", "")
    found = learned(bodies)
    assert set(found["ships_from"].values) == {0, 1, 2, 4}
    assert found["ships_from"].filled == 0.8


def test_another_way_of_reading_is_kept_where_the_best_finds_nothing() -> None:
    """Two builds of a page: one has a table, the other a line of text."""
    lines = [
        f"<h1>{TITLES[n]}</h1><p>Vendor: <a href=/user/{SELLERS[n]}>{SELLERS[n]}</a></p><p>Ships from: Japan</p>"
        for n in range(3, 5)
    ]
    found = learned([*(offer(number) for number in range(3)), *lines])
    assert found["ships_from"].values == {0: ["DE"], 1: ["DE"], 2: ["DE"], 3: ["JP"], 4: ["JP"]}


def test_what_other_pages_state_counts_as_a_sign() -> None:
    bodies = [f"<div><p>Thing {number}</p><p>{TITLES[number]}</p></div>" for number in range(5)]
    known = frozenset("".join(title.split()).casefold() for title in TITLES)
    assert "title" not in learned(bodies)
    assert list(learned(bodies, title=known)["title"].values.values()) == list(TITLES)


def test_a_way_that_held_before_is_tried() -> None:
    bodies = [f"<div><p>{SELLERS[number]}</p><i>{TITLES[number]}</i></div>" for number in range(5)]
    assert "vendor" not in learn(trials(bodies), "listing")
    found = learn(trials(bodies), "listing", given={"vendor": [{"css": "div > p"}]})
    assert found["vendor"].spec == {"css": "div > p"}
    assert list(found["vendor"].values.values()) == list(SELLERS)


def test_without_pages_nothing_is_learned() -> None:
    assert learn([], "listing") == {}
    assert learned(["", "<p></p>"], "vendor") == {}
