"""What labels tell: "Ships from" beside, above or below a value, before or after it in one text, or in a tooltip."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from extractors.induction.fields import Wanted
from extractors.induction.labels import LabelMatch, field_of_label, other_label
from extractors.induction.looks import is_linked
from extractors.induction.selectors import xpath_text
from extractors.induction.trial import Spec, Trial, place_key
from extractors.induction.units import Unit, string_value
from extractors.induction.words import cue_words
from extractors.records import RecordKind
from extractors.selection import label_key

_LONGEST_LABEL = 120
# A number as markets write counts, and what each transform's value looks like before a label.
_COUNT = r"([\d.,]+\s?[KkMm]?\+?)"
_BEFORE = {"count": _COUNT, "number": _COUNT, "money": r"(\S*\s?[\d.,]+\s?\S*)", "percent": r"([\d.,]+\s*%)"}
# What leads from one place to another, wherever it stands; beside a label also marks of paths, and words.
ARROW = r"→|➔|➜|➝|⟶|⇒|-+>|=+>"
_LEADS_TO = rf"{ARROW}|➞|»|\u203a|\bto\b|\bnach\b"
_LED = re.compile(rf".\s*(?:{_LEADS_TO})\s*.")
_SUFFIX = re.compile(
    r"\s*[\(\[|~\u2013\u2014•·].*$|\s*'s\b.*$|\s+-(?:\s.*)?$"
    r"|\s+[-+]?\d[\d.,]*\s?(?:[%/★]|\().*$|\s+[-+]?\d+[.,]\d+.*$|\s*[★☆✓✔].*$"
)
_BEFORE_SUFFIX = (
    r"^(.+?)\s*(?:[\(\[|~\u2013\u2014•·★☆✓✔]|'s\b|\s-(?:\s|$)|\s[-+]?\d[\d.,]*\s?[%/★(]|\s[-+]?\d+[.,]\d|$)"
)
_MARK = re.compile(r"\s*([:=\u2013-])")
_BETWEEN = re.compile(r"\s*[|·•;]\s*|,\s+|\s+[-\u2013\u2014]\s+")
_PART_END = r"[|·•;]"
_COUNTED = re.compile(r"(?P<count>\d[\d.,]*[KkMm]?\+?)\s+(?P<words>[^\W\d].*)")
_NO_CONTROL = "[not(self::select or self::input or descendant::select)]"
_TOOLTIPS = ("title", "aria-label", "data-original-title", "data-tooltip", "data-label")
_IN_CHROME = 0.4
_NO_MARK, _IN_PROSE = 0.85, 0.4
_PROSE = 80
# A link leads somewhere; it labels what stands beside it only seldom.
_LINKED = 0.6
_ACCOUNTS = frozenset(["vendor", "handle", "buyer"])
_ROUTE = frozenset(["ships_from", "ships_to"])
# What may stand above its label, as on tiles: figures. Words above a label are another label's.
_STANDS_ABOVE = frozenset(["count", "number", "percent", "money", "date"])
# How far below the best reading of a label the next is: what stands after it, in its column, before it.
_BESIDE, _COLUMN, _ABOVE, _INSIDE = 1.0, 0.95, 0.8, 1.0


@dataclass(frozen=True, slots=True)
class Cue:
    """A sign that something is a field.

    Attributes:
        field: of the record.
        value: what it would be.
        specs: ways to write it into a layout, the most lasting first.
        score: how sure, 0 to 1.
        why: what tells it, for a person; without anything that a vendor wrote.
        kind: what sort of sign, as two of one sort are not twice as sure.
    """

    field: str
    value: Any
    specs: tuple[Spec, ...]
    score: float
    why: str
    kind: str = "label"


@dataclass(slots=True)
class _Place:
    """A label at its place in a scope; ``text`` is the unit's, or that part of it which the label is in."""

    trial: Trial
    unit: Unit
    text: str
    match: LabelMatch
    name: str
    wanted: Wanted
    chrome: float
    is_first: bool


def label_cues(
    trial: Trial, kind: RecordKind, wanted: Mapping[str, Wanted], fixed: frozenset[str] = frozenset()
) -> Iterator[Cue]:
    """What the labels in a scope tell about the fields of a record.

    Args:
        trial: the scope.
        kind: the record.
        wanted: its fields.
        fixed: texts at places (`place_key`) that stand on pages of every kind: they label no record's field.
    """
    view = trial.view
    seen: set[str] = set()
    for unit in view.units:
        is_first = label_key(unit.text) not in seen
        seen.add(label_key(unit.text))
        if len(unit.text) > _LONGEST_LABEL or not any(map(str.isalpha, unit.text)):
            continue
        chrome = _IN_CHROME if unit.parent in view.chrome or place_key(unit) in fixed else 1.0
        chrome *= _LINKED if unit.parent.tag == "a" else 1.0
        for part in dict.fromkeys([unit.text, *_parts(unit.text)]):
            for match in field_of_label(part, kind=kind)[:4]:
                name = match.field.partition(".")[2]
                if name in wanted and (part == unit.text or match.rest or match.before):
                    yield from _cues(_Place(trial, unit, part, match, name, wanted[name], chrome, is_first))
    yield from _tooltip_cues(trial, kind, wanted)
    yield from _column_cues(trial, kind, wanted)


def _cues(place: _Place) -> Iterator[Cue]:
    match = place.match
    if match.rest:
        yield from _inside(place, after=True)
    elif match.before:
        yield from _inside(place, after=False)
    else:
        for factor, spec in _around(place):
            found = list(_valued(place, spec, factor))
            yield from found
            if found:
                return


def _parts(text: str) -> Iterator[str]:
    """The parts of a text that says several things: "Sales: 40 · Rating: 5", "18 sales so far, average 4.8"."""
    pieces = [piece.strip() for piece in _BETWEEN.split(text)]
    for piece in pieces:
        if len(pieces) > 1 and piece:
            yield piece
        counted = _COUNTED.match(piece)
        if counted:
            words = counted["words"].split()
            yield from (f"{counted['count']} {' '.join(words[:length])}" for length in (2, 1) if len(words) > length)


def _around(place: _Place) -> Iterator[tuple[float, Spec]]:
    """Where the value of a label may stand that fills its text, the likeliest first."""
    unit, wanted = place.unit, place.wanted
    element = _whole(unit)
    here = f".//{element.tag}[normalize-space()={xpath_text(string_value(element))}]"
    before = next(element.itersiblings("*", preceding=True), None)
    if (
        wanted.transform in _STANDS_ABOVE
        and before is not None
        and next(element.itersiblings("*"), None) is None
        and _is_figure(before)
    ):
        # A tile: the figure, and below it what it counts.
        yield _BESIDE, {"xpath": f"{here}/preceding-sibling::*[1]"}
    if wanted.transform == "coins":
        where = f".//text()[normalize-space()={xpath_text(unit.text)}]/.."
        for around in (f"{where}/following-sibling::*[1]", f"{where}/..", f"{where}/../following-sibling::*[1]"):
            yield _BESIDE, {"xpath": f"{around}//img/@alt", "all": True}
            yield _BESIDE, {"xpath": f"{around}//img/@title", "all": True}
    if place.is_first:
        # The reading takes the first label of that text.
        yield _BESIDE, {"beside": unit.text.rstrip(" :")}
    yield _BESIDE * 0.99, {"xpath": f"{here}/following-sibling::*[1]{_NO_CONTROL}"}
    yield _BESIDE * 0.97, {"xpath": f"{here}/following-sibling::text()[normalize-space()][1]"}
    if element.getparent() is not None and element.getparent().tag not in {"tr", "body"}:
        yield _BESIDE * 0.95, {"xpath": f"{here}/../following-sibling::*[1]{_NO_CONTROL}"}
    cell = element if element.tag in {"td", "th"} else next(element.iterancestors("td", "th"), None)
    if cell is not None:
        column = 1 + sum(1 for _ in cell.itersiblings("td", "th", preceding=True))
        row = f".//tr[*[{column}][normalize-space()={xpath_text(string_value(cell))}]]"
        yield _COLUMN, {"xpath": f"{row}/following-sibling::tr[1]/*[{column}]"}
        yield _COLUMN, {"xpath": f"{row}/ancestor::table[1]/tbody/tr[1]/td[{column}]"}
    if wanted.transform == "places":
        yield _ABOVE, {"xpath": f"{here}/following::img[1]/@alt"}
        yield _ABOVE, {"xpath": f"{here}/following::img[1]/@title"}
    if wanted.transform not in _STANDS_ABOVE:
        return
    yield _ABOVE, {"xpath": f"{here}/preceding-sibling::*[1]"}
    if element.getparent() is not None and element.getparent().tag not in {"tr", "body"}:
        yield _ABOVE, {"xpath": f"{here}/../preceding-sibling::*[1]"}


def _is_figure(element: etree._Element) -> bool:
    """Whether an element holds a figure or a date and no label of its own."""
    text = string_value(element)
    return element.tag not in {"td", "th", "tr", "dt"} and 0 < len(text) <= 24 and any(map(str.isdigit, text))


def _whole(unit: Unit) -> etree._Element:
    """The outermost of a few elements that hold nothing but the label."""
    element = unit.parent
    for _ in range(3):
        parent = element.getparent()
        if parent is None or not unit.alone or len(parent) != 1 or (parent.text or "").strip():
            break
        if (element.tail or "").strip() or parent.tag in {"td", "th", "tr", "body"}:
            break
        element = parent
    return element


def _inside(place: _Place, *, after: bool) -> Iterator[Cue]:
    """A label and its value in one text: "Ships from: Germany", "1,204 sales"."""
    text, match = place.text, place.match
    label = match.written
    # As a word of its own: "To" is not in "Tobacco".
    words = r"(?<!\w)" + r"\s+".join(re.escape(word) for word in label.split()) + r"(?!\w)"
    where = f".//text()[contains(., {xpath_text(label.split()[0])})][not(parent::option)]"
    if after:
        mark = _mark_after(text, label)
        if mark is None and place.wanted.nature in {"phrase", "prose"}:
            return
        between = rf"\s*{re.escape(mark[1])}\s*" if mark else r"\s+"
        pattern = rf"{words}{between}(.+?)\s*(?:{_until(place, match.rest)}{_PART_END}|$)"
    else:
        value = _BEFORE.get(place.wanted.transform)
        if value is None:
            return
        pattern = rf"{value}\s*{words}"
    yield from _valued(place, {"xpath": where, "match": pattern}, _INSIDE)


def _mark_after(text: str, label: str) -> re.Match[str] | None:
    """What parts a label from its value, such as a colon."""
    return _MARK.match(text, text.find(label) + len(label))


def _until(place: _Place, rest: str) -> str:
    """Where the value ends: at the next label in the same text, else with it."""
    words = rest.split()
    for start in range(1, len(words)):
        for other in field_of_label(" ".join(words[start:]), kind=None):
            if other.rest and other.weight > 0.5 and other.field != place.match.field:
                return rf"\b{re.escape(other.written)}|"
    return ""


def _valued(place: _Place, spec: Spec, factor: float) -> Iterator[Cue]:
    trial, name = place.trial, place.name
    score = min(0.98, place.match.weight) * factor * place.chrome
    if place.match.rest and not _mark_after(place.text, place.match.written):
        # Prose says "we ship from Germany" too, and titles do.
        score *= _IN_PROSE if len(place.unit.text) > _PROSE or is_linked(place.unit.parent) else _NO_MARK
    why = f"label {place.match.label!r} ({place.match.language})"
    if name in _ROUTE and "match" not in spec:
        raw = trial.read(spec, Wanted("text", "phrase"))
        if isinstance(raw, str) and _LED.search(raw):
            halves = {half: {**spec, "match": pattern} for half, pattern in halves_of_route(_LEADS_TO).items()}
            read = {half: trial.read(part, place.wanted) for half, part in halves.items()}
            if all(read.values()):
                for half, value in read.items():
                    yield Cue(half, value, (halves[half],), score, why)
                return
    value = trial.read(spec, place.wanted)
    if value is not None:
        value, spec = _without_suffix(value, spec, place.wanted)
        if name in _ACCOUNTS and _is_no_account(value):
            return
        yield Cue(name, value, (spec,), score, why)


def halves_of_route(arrow: str) -> dict[str, str]:
    """What takes each of two places out of a text that has this between them, by the field that the place is."""
    return {"ships_from": rf"^(.+?)\s*(?:{arrow})", "ships_to": rf"(?:{arrow})\s*(.+)$"}


def _is_no_account(name: str) -> bool:
    """Whether a text is a word of the market's pages rather than somebody's name: "Level 9", "View profile"."""
    is_word = name.casefold() in cue_words().link_words or other_label(name) is not None
    return is_word or bool(field_of_label(name)) or name.isdigit()


def _without_suffix(value: Any, spec: Spec, wanted: Wanted) -> tuple[Any, Spec]:
    """A name without what stands behind it, and the field that reads it so; other values as they are."""
    if wanted.nature != "name" or not isinstance(value, str) or "match" in spec:
        return value, spec
    own, pattern = name_in(value)
    return own, {**spec, "match": pattern} if pattern else spec


def name_in(text: str) -> tuple[str, str | None]:
    """The name that a text begins with, and the pattern that takes it out of the text: "bob (12)", "bob -"."""
    name = _SUFFIX.sub("", text).strip()
    words = name.split()
    for end in range(1, len(words)):
        # "bob Level 3": what stands behind a name is often labelled itself.
        label = next((one for one in field_of_label(" ".join(words[end:])) if one.rest), None)
        if label is not None:
            return " ".join(words[:end]), rf"^(.+?)\s+{re.escape(label.written)}\b"
    return (text, None) if name in {text, ""} else (name, _BEFORE_SUFFIX)


def _tooltip_cues(trial: Trial, kind: RecordKind, wanted: Mapping[str, Wanted]) -> Iterator[Cue]:
    """Elements whose tooltip names what they hold: ``<span title="Total sales">(12)</span>``."""
    for element in trial.node.iter(etree.Element):
        for attribute in _TOOLTIPS:
            label = element.get(attribute)
            if not label or len(label) > _LONGEST_LABEL or "'" in label:
                continue
            for match in field_of_label(label, kind=kind)[:2]:
                name = match.field.partition(".")[2]
                if name not in wanted or match.rest or match.before:
                    continue
                spec: Spec = {"css": f"{element.tag}[{attribute}='{label}']"}
                value = trial.read(spec, wanted[name])
                if value is not None:
                    value, spec = _without_suffix(value, spec, wanted[name])
                    why = f"tooltip {match.label!r} ({match.language})"
                    yield Cue(name, value, (spec,), 0.9 * match.weight, why, "tooltip")


def _column_cues(trial: Trial, kind: RecordKind, wanted: Mapping[str, Wanted]) -> Iterator[Cue]:
    """Cells of a row under the heads of its table's columns."""
    for number, head in enumerate(trial.columns, 1):
        for match in field_of_label(head, kind=kind)[:2] if head else ():
            name = match.field.partition(".")[2]
            if name not in wanted or match.before:
                continue
            cells: tuple[Spec, ...] = ({"xpath": f"*[{number}]"}, {"xpath": f"*[{number}]//a"})
            for spec in cells:
                value = trial.read(spec, wanted[name])
                if value is not None:
                    value, own = _without_suffix(value, spec, wanted[name])
                    why = f"column {match.label!r} ({match.language})"
                    yield Cue(name, value, (own,), match.weight * _COLUMN, why, "column")
                    break
