"""Marks of pages: names of elements, forms, labels, heads, the tab that is open, pieces of the title. Some tell a kind.

Sets of pages are whole numbers, bit by bit: thousands of marks are compared with each other.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from extractors.induction.addresses import Addresses, literal_of
from extractors.induction.labels import field_of_label
from extractors.induction.samples import Sample
from extractors.induction.selectors import quoted, xpath_text
from extractors.induction.units import UNWRITABLE, Unit
from extractors.layout_schema import Condition
from extractors.problems import ProblemLog
from extractors.transforms.conventions import Conventions
from extractors.values import Scope, ValueReader

_LASTING = re.compile(r"^[A-Za-z_][A-Za-z_-]*\d{0,2}$")
_SPLIT_TITLE = re.compile(r"\s+[-|:\u2013\u2014»]\s+|:\s+")
# Below this a mark that one page alone has is a vendor's more likely than the market's.
_ONE_PAGE = 0.5
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
            reader = ValueReader(conventions=Conventions(), log=ProblemLog(), title=sample.title)
            held |= int(reader.holds(condition, Scope(sample.root))) << number
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


def _marks_of(sample: Sample, addresses: Addresses) -> "list[tuple[str, float]]":
    found: dict[str, float] = {}
    for element in sample.root.iter(etree.Element):
        tag = str(element.tag)
        name = element.get("id")
        if name and _LASTING.match(name):
            found[f"css\t{tag}#{name}"] = 0.9
        for one in (element.get("class") or "").split()[:4]:
            if _LASTING.match(one):
                found[f"css\t{tag}.{one}"] = 0.8
        if tag in {"input", "select", "textarea", "button"} and _LASTING.match(element.get("name") or ""):
            found[f"css\t{tag}[name='{element.get('name')}']"] = 0.85
        elif tag == "form" and element.get("action"):
            literal = literal_of(addresses.shape(element.get("action") or ""))
            if len(literal) > 2 and re.search("[a-z]", literal) and not UNWRITABLE.search(literal):
                found[f"css\tform[action*={quoted(literal)}]"] = 0.85
    for unit in sample.view.units:
        if len(unit.text) <= 40 and unit.alone and any(map(str.isalpha, unit.text)):
            found[f"xpath\t//{unit.parent.tag}[normalize-space()={xpath_text(unit.text)}]"] = _text_worth(unit)
        if len(unit.text) <= 80:
            announced = next((match for match in field_of_label(unit.text) if match.rest and match.weight >= 0.6), None)
            if announced is not None and len(announced.written) > 3:
                found[f"xpath\t//text()[contains(., {xpath_text(announced.written)})]"] = 0.75
        names = unit.parent.get("class") or (unit.parent.getparent().get("class") if unit.alone else None) or ""
        if len(unit.text) <= 30 and _CHOSEN.search(names):
            element = unit.parent if unit.parent.get("class") else unit.parent.getparent()
            css = f"{element.tag}.{'.'.join(one for one in names.split() if _LASTING.match(one))}".rstrip(".")
            found[f"match\t{css}\t^{re.escape(unit.text)}"] = 0.8
    if "BEGIN PGP PUBLIC KEY BLOCK" in "".join(sample.root.itertext()):
        found["xpath\t//text()[contains(., 'BEGIN PGP PUBLIC KEY BLOCK')]"] = 0.7
    title = sample.title
    for piece in _SPLIT_TITLE.split(title)[:4] if title else ():
        if 2 < len(piece) < 60:
            found[f"title\t{re.escape(piece)}"] = 0.75
    words = title.split()
    for count in range(1, min(4, len(words))):
        found[f"title\t^{re.escape(' '.join(words[:count]))}"] = 0.5
        found[f"title\t{re.escape(' '.join(words[-count:]))}$"] = 0.5
    return list(found.items())


def _text_worth(unit: Unit) -> float:
    """How likely a text is the template's: a label, a head; any other text only when several pages have it."""
    matches = field_of_label(unit.text)
    if matches and matches[0].weight >= 0.6 and not matches[0].rest and not matches[0].before:
        return 0.7
    return 0.6 if unit.parent.tag in {"h1", "h2", "h3", "h4", "th", "legend", "button", "label", "dt"} else 0.4
