"""Marks of pages: names of elements, forms, labels, heads, the tab that is open, pieces of the title. Some tell a kind.

Sets of pages are whole numbers, bit by bit: thousands of marks are compared with each other.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from extractors.induction.addresses import Addresses, literal_of
from extractors.induction.labels import field_of_label
from extractors.induction.samples import Sample
from extractors.induction.selectors import LASTING, quoted, xpath_text
from extractors.induction.units import UNWRITABLE, Unit, is_plain
from extractors.layout_schema import Condition

_SPLIT_TITLE = re.compile(r"\s+[-|:\u2013\u2014»]\s+|:\s+")
# Below this a mark that one page alone has is a vendor's more likely than the market's.
_ONE_PAGE = 0.5
# How lasting marks of each sort are likely to be, 0 to 1.
_OF_AN_ID, _OF_A_FORM, _OF_A_CLASS, _OF_A_TAB = 0.9, 0.85, 0.8, 0.8
_OF_A_TITLE, _OF_A_LABEL, _OF_A_KEY, _OF_A_HEAD, _OF_SOME_WORDS, _OF_A_TEXT = 0.75, 0.75, 0.7, 0.6, 0.5, 0.4
_HEADS = frozenset(["h1", "h2", "h3", "h4", "th", "legend", "button", "label", "dt"])
_LIKELY = 0.6
_MOST_CLASSES = 4
_LONGEST_HEAD, _LONGEST_ANNOUNCED, _LONGEST_TAB, _LONGEST_PIECE = 40, 80, 30, 60
# What templates call the tab or the entry of a menu that is open.
_CHOSEN = re.compile(r"(?:^|[-_ ])(?:active|focus|current|selected|chosen|on|open)(?:$|[-_ ])", re.IGNORECASE)


@dataclass(slots=True)
class Marks:
    """All marks of some pages.

    Attributes:
        samples: the pages.
        pages: the pages that have a mark, by mark.
        worth: how lasting a mark is likely to be, 0 to 1.
    """

    samples: Sequence[Sample]
    pages: dict[str, int] = field(default_factory=dict)
    worth: dict[str, float] = field(default_factory=dict)
    _tried: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, samples: Sequence[Sample], addresses: Addresses) -> "Marks":
        """The marks of these pages."""
        pages: dict[str, int] = defaultdict(int)
        worth: dict[str, float] = {}
        for number, sample in enumerate(samples):
            for mark, value in _marks_of(sample, addresses):
                pages[mark] |= 1 << number
                worth[mark] = value
        kept = {
            mark: numbers
            for mark, numbers in pages.items()
            if numbers.bit_count() > 1 or worth[mark] > _ONE_PAGE or len(samples) < 3
        }
        return cls(samples, kept, worth)

    def verify(self, mark: str) -> bool:
        """Try a mark as the reading will, and correct the pages that it is on; whether it was right."""
        if mark in self._tried:
            return True
        self._tried.add(mark)
        condition = Condition.model_validate(condition_of(mark))
        held = 0
        for number, sample in enumerate(self.samples):
            held |= int(sample.holds([condition])) << number
        was_right = held == self.pages[mark]
        self.pages[mark] = held
        return was_right


def condition_of(mark: str) -> dict[str, Any]:
    """A mark as a condition in a layout's words."""
    if mark.startswith("not "):
        return {**condition_of(mark.removeprefix("not ")), "absent": True}
    way, _, text = mark.partition("\t")
    if way == "match":
        css, _, pattern = text.partition("\t")
        return {"css": css, "match": pattern}
    return {way: text}


def _marks_of(sample: Sample, addresses: Addresses) -> Iterator[tuple[str, float]]:
    """The marks of one page, each with how lasting it is likely to be."""
    for element in filter(is_plain, sample.root.iter(etree.Element)):
        yield from _marks_of_element(element, addresses)
    for unit in sample.view.units:
        if is_plain(unit.parent):
            yield from _marks_of_text(unit)
    if "BEGIN PGP PUBLIC KEY BLOCK" in "".join(sample.root.itertext()):
        yield "xpath\t//text()[contains(., 'BEGIN PGP PUBLIC KEY BLOCK')]", _OF_A_KEY
    yield from _marks_of_title(sample.title)


def _marks_of_element(element: etree._Element, addresses: Addresses) -> Iterator[tuple[str, float]]:
    tag = str(element.tag)
    name = element.get("id")
    if name and LASTING.match(name):
        yield f"css\t{tag}#{name}", _OF_AN_ID
    for one in (element.get("class") or "").split()[:_MOST_CLASSES]:
        if LASTING.match(one):
            yield f"css\t{tag}.{one}", _OF_A_CLASS
    if tag in {"input", "select", "textarea", "button"} and LASTING.match(element.get("name") or ""):
        yield f"css\t{tag}[name='{element.get('name')}']", _OF_A_FORM
    elif tag == "form" and element.get("action"):
        literal = literal_of(addresses.shape(element.get("action") or ""))
        if len(literal) > 2 and re.search("[a-z]", literal) and not UNWRITABLE.search(literal):
            yield f"css\tform[action*={quoted(literal)}]", _OF_A_FORM


def _marks_of_text(unit: Unit) -> Iterator[tuple[str, float]]:
    if len(unit.text) <= _LONGEST_HEAD and unit.alone and any(map(str.isalpha, unit.text)):
        yield f"xpath\t//{unit.parent.tag}[normalize-space()={xpath_text(unit.text)}]", _text_worth(unit)
    if len(unit.text) <= _LONGEST_ANNOUNCED:
        announced = next((match for match in field_of_label(unit.text) if match.rest and match.weight >= _LIKELY), None)
        if announced is not None and len(announced.written) > 3:
            yield f"xpath\t//text()[contains(., {xpath_text(announced.written)})]", _OF_A_LABEL
    around = unit.parent.getparent()
    element = unit.parent if unit.parent.get("class") or not unit.alone or around is None else around
    names = element.get("class") or ""
    if len(unit.text) <= _LONGEST_TAB and is_plain(element) and _CHOSEN.search(names):
        css = f"{element.tag}.{'.'.join(one for one in names.split() if LASTING.match(one))}".rstrip(".")
        yield f"match\t{css}\t^{re.escape(unit.text)}", _OF_A_TAB


def _marks_of_title(title: str) -> Iterator[tuple[str, float]]:
    for piece in _SPLIT_TITLE.split(title)[:4] if title else ():
        if 2 < len(piece) < _LONGEST_PIECE:
            yield f"title\t{re.escape(piece)}", _OF_A_TITLE
    words = title.split()
    for count in range(1, min(4, len(words))):
        yield f"title\t^{re.escape(' '.join(words[:count]))}", _OF_SOME_WORDS
        yield f"title\t{re.escape(' '.join(words[-count:]))}$", _OF_SOME_WORDS


def _text_worth(unit: Unit) -> float:
    """How likely a text is the template's: a label, a head; any other text only when several pages have it."""
    matches = field_of_label(unit.text)
    if matches and matches[0].weight >= _LIKELY and not matches[0].rest and not matches[0].before:
        return _OF_A_KEY
    return _OF_A_HEAD if unit.parent.tag in _HEADS else _OF_A_TEXT
