"""What tells the pages of one kind from all others, tried as the reading will try it."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.induction.addresses import Addresses
from extractors.induction.marks import condition_of
from extractors.induction.recognisers import Recogniser, Recognisers
from extractors.induction.samples import Sample, SavedPage, parse_samples
from extractors.layout_schema import Condition
from extractors.problems import ProblemLog
from extractors.scope import Scope
from extractors.transforms.conventions import Conventions
from extractors.values import ValueReader
from tests.extractors.induction.markets import MARKETS, kinds_as_told, market_pages


def page(title: str, body: str) -> str:
    return f"<html><head><title>{title}</title></head><body><div id=menu><a href=/>Home</a></div>{body}</body></html>"


def samples_of(*pages: str) -> list[Sample]:
    saved = [SavedPage(str(number), html.encode()) for number, html in enumerate(pages)]
    samples, _ = parse_samples(saved, kinds_as_told([]))
    assert len(samples) == len(pages)
    return samples


def recognisers(samples: Sequence[Sample]) -> Recognisers:
    return Recognisers(samples, Addresses(anchor.path for sample in samples for anchor in sample.view.anchors))


def holds(recogniser: Recogniser, sample: Sample) -> bool:
    """Whether a reader would take the page for one of these."""
    reader = ValueReader(conventions=Conventions(), log=ProblemLog(), title=sample.title)
    conditions = [Condition.model_validate(when) for when in recogniser.when]
    return all(reader.holds(condition, Scope(sample.root)) for condition in conditions)


def test_each_kind_of_a_market_is_told_from_the_others() -> None:
    for market in MARKETS:
        pages = market_pages(market)
        samples, _ = parse_samples([one.saved for one in pages], kinds_as_told(pages))
        learned = recognisers(samples)
        for kind in ("listing", "vendor", "listing_index"):
            chosen = frozenset(number for number, one in enumerate(pages) if one.kind == kind)
            [recogniser] = learned.of(chosen)
            assert (recogniser.pages, recogniser.others) == (chosen, 0)
            assert [holds(recogniser, sample) for sample in samples] == [one.kind == kind for one in pages]


def test_a_mark_that_other_pages_have_too_is_narrowed() -> None:
    both = "<div class=box>x</div><p class=cost>1</p>"
    samples = samples_of(
        page("A", both), page("B", both), page("C", "<div class=box>x</div>"), page("D", "<p class=cost>1</p>")
    )
    [recogniser] = recognisers(samples).of(frozenset([0, 1]))
    assert [holds(recogniser, sample) for sample in samples] == [True, True, False, False]
    assert len(recogniser.when) >= 2


def test_what_is_absent_tells_pages_that_have_nothing_of_their_own() -> None:
    plain, more = "<div class=box>x</div>", "<div class=box>x</div><form id=basket><input name=amount></form>"
    samples = samples_of(page("One", plain), page("Two", plain), page("Three", more), page("Four", more))
    [recogniser] = recognisers(samples).of(frozenset([0, 1]))
    assert [holds(recogniser, sample) for sample in samples] == [True, True, False, False]
    assert any(when.get("absent") for when in recogniser.when)


def test_two_builds_of_a_kind_have_a_recogniser_each() -> None:
    samples = samples_of(
        page("A", "<div class=grid>1</div>"), page("B", "<div class=grid>2</div>"),
        page("C", "<table class=lines></table>"), page("D", "<table class=lines></table>"),
        *(page(letter, f"<p class={letter * 3}></p>") for letter in "efghij"),
    )  # fmt: skip
    learned = recognisers(samples).of(frozenset([0, 1, 2, 3]))
    assert sorted(map(sorted, (one.pages for one in learned))) == [[0, 1], [2, 3]]
    assert not any(holds(one, sample) for one in learned for sample in samples[4:])


def test_pages_that_nothing_tells_apart_have_no_recogniser() -> None:
    samples = samples_of(*[page("Same", "<p>same</p>")] * 4)
    assert recognisers(samples).of(frozenset([0])) == []


def test_the_tab_that_is_open_tells_kinds_of_one_template() -> None:
    tabs = ("Profile", "Feedback", "Key")

    def tabbed(chosen: str) -> str:
        return (
            "<ul>"
            + "".join(f"<li class='tab{' active' if one == chosen else ''}'>{one}</li>" for one in tabs)
            + "</ul>"
        )

    samples = samples_of(*(page("Shop", tabbed(chosen)) for chosen in tabs for _ in range(2)))
    [recogniser] = recognisers(samples).of(frozenset([2, 3]))
    assert [holds(recogniser, sample) for sample in samples] == [False, False, True, True, False, False]


def test_a_condition_is_written_in_the_words_of_a_layout() -> None:
    assert condition_of("css\tdiv#offer") == {"css": "div#offer"}
    assert condition_of("not css\tdiv#offer") == {"css": "div#offer", "absent": True}
    assert condition_of("match\tli.active\t^Key") == {"css": "li.active", "match": "^Key"}


_ODD = st.one_of(
    st.sampled_from(["it's", 'a"b', "]]>", "a\nb", "\x01", "[", "(?", "\\", "on", "open", "{x}", "é"]),
    st.text(st.characters(exclude_characters="<>&\"'", exclude_categories=["Cs"]), max_size=10),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_ODD, _ODD, _ODD, _ODD), min_size=2, max_size=5))
def test_marks_of_any_page_are_conditions_that_hold_where_they_should(parts: list[tuple[str, str, str, str]]) -> None:
    samples = samples_of(
        *(
            page(
                title.replace("<", ""),
                f'<b id="{name}" class="{name} active">{text}</b><form action="/{path}"><input name="{path}"></form>',
            )
            for title, name, text, path in (tuple(one.replace('"', "&quot;") for one in part) for part in parts)
        )
    )
    learned = recognisers(samples)
    for number in range(len(samples)):
        for recogniser in learned.of(frozenset([number])):
            assert all(holds(recogniser, samples[one]) for one in recogniser.pages)
