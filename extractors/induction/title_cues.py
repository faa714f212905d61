"""Where a listing's title stands: a heading, what the page's title repeats, its row's link, what an index calls it."""

from collections.abc import Iterator

from lxml import etree

from extractors.induction.account_cues import pattern_around
from extractors.induction.fields import Wanted
from extractors.induction.label_cues import Cue
from extractors.induction.labels import field_of_label
from extractors.induction.looks import heading_weight, is_linked
from extractors.induction.selectors import quoted, selectors, text_selectors
from extractors.induction.sum_cues import is_sum
from extractors.induction.trial import Spec, Trial, is_like, same_value
from extractors.induction.units import Unit
from extractors.induction.words import cue_words

_MOST_WORDS = 8
_EDGES = " :,;.'\"()[]"


def titles(trial: Trial, wanted: Wanted) -> Iterator[Cue]:
    """Headings, and texts that the page's title repeats."""
    view = trial.view
    page_title = " ".join(trial.title.split())
    for unit in view.units:
        text = unit.text
        if not is_like(text, wanted) or not any(map(str.isalpha, text)):
            continue
        weight = heading_weight(unit, trial.node)
        in_title = len(text) > 4 and text in page_title and text != page_title
        is_title = len(text) > 4 and text == page_title
        if not (weight or in_title or is_title):
            continue
        labels = field_of_label(text)
        if labels and labels[0].weight > 0.3 and len(text) < 40:
            continue
        score = weight + (0.3 if in_title else 0.2 if is_title else 0.0) + min(0.1, len(text.split()) * 0.02)
        score += 0.05 if unit.order < 40 else 0.0
        score *= 0.3 if unit.parent in view.chrome else 1.0
        specs = tuple(text_selectors(unit, trial.node))
        yield Cue(
            "title", text, specs, min(score, 0.85), "a heading" if weight else "the page's title repeats it", "heading"
        )


def known_texts(trial: Trial, field: str, wanted: Wanted, known: frozenset[str]) -> Iterator[Cue]:
    """Texts that other pages state as this field, where they are no links to somewhere else."""
    for unit in trial.view.units:
        words = unit.text.split()
        if field == "handle" and 1 < len(words) <= _MOST_WORDS and not is_linked(unit.parent):
            name = next((word for word in words if same_value(word.strip(_EDGES)) in known), "").strip(_EDGES)
            if name and is_like(name, wanted):
                specs = tuple({**spec, **pattern_around(unit.text, name)} for spec in text_selectors(unit, trial.node))
                yield Cue(field, name, specs, 0.4, "a text with a name that other pages state", "stated")
        if same_value(unit.text) in known and is_like(unit.text, wanted):
            linked = is_linked(unit.parent)
            specs = tuple(text_selectors(unit, trial.node))
            yield Cue(field, unit.text, specs, 0.2 if linked else 0.45, "other pages state the same", "stated")


def row_links(trial: Trial, link: str, wanted: Wanted) -> Iterator[Cue]:
    """The texts of a row's links to its listing: the longest is the title."""
    found = [anchor for anchor in trial.view.anchors if link in anchor.path and is_like(anchor.text, wanted)]
    found.sort(key=lambda anchor: -len(anchor.text))
    for rank, anchor in enumerate(found[:3]):
        if anchor.text.casefold() in cue_words().link_words or is_sum(anchor.text):
            continue
        inside = [unit for unit in trial.view.units if _is_within(unit.parent, anchor.element)]
        if len(inside) > 1:
            yield from _titles_of_card(trial, inside, wanted, link, 0.85 - 0.25 * rank)
            continue
        specs: tuple[Spec, ...] = ({"css": f"a[href*={quoted(link)}]"}, *selectors(anchor.element, trial.node))
        yield Cue("title", anchor.text, specs, 0.85 - 0.25 * rank, "the row's link to its listing", "link")
        tooltip = anchor.element.get("title") or ""
        cut = anchor.text.rstrip(" .…")
        if cut and tooltip.startswith(cut) and len(tooltip) > len(anchor.text):
            whole = tuple({**spec, "attr": "title"} for spec in specs)
            yield Cue("title", tooltip, whole, 0.9, "the whole title in the tooltip of the row's link", "tooltip")


def _titles_of_card(trial: Trial, inside: list[Unit], wanted: Wanted, link: str, score: float) -> Iterator[Cue]:
    """The title among the texts of a link that is a whole card: not a label, not a sum, most often the longest."""
    told = [
        unit
        for unit in inside
        if is_like(unit.text, wanted) and not is_sum(unit.text) and not field_of_label(unit.text)
    ]
    told.sort(key=lambda unit: (-heading_weight(unit, trial.node), -len(unit.text)))
    for rank, unit in enumerate(told[:3]):
        specs = tuple(text_selectors(unit, trial.node))
        if not unit.alone and unit.parent.tag == "a":
            specs = ({"css": f"a[href*={quoted(link)}]::text"}, *specs)
        yield Cue("title", unit.text, specs, score - 0.2 * rank, "a text of the row's link to its listing", "link")


def _is_within(element: etree._Element, outer: etree._Element) -> bool:
    return element is outer or any(around is outer for around in element.iterancestors())
