"""One record of an earlier layout against the pages as they are now: which of its fields are kept, which replaced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lxml import etree

from extractors.induction.consensus import Learned
from extractors.induction.fields import WANTED, Nature
from extractors.induction.record_specs import Found
from extractors.induction.samples import Sample
from extractors.induction.trial import Trial, same_value
from extractors.layout_schema import AnyField, FieldSpec, RecordSpec, Selector
from extractors.problems import ProblemLog
from extractors.records import PageKind
from extractors.scope import Scope
from extractors.transforms.conventions import Conventions
from extractors.transforms.texts import plain_text
from extractors.values import ValueReader

# A field of the earlier layout stays when it has a value on this share of the records on which the learned one has it,
_STILL_FILLED = 0.6
# ... and says the same on this share of those on which both have one.
_STILL_RIGHT = 0.6
# Rows, and the part of the page that holds a record, are still found when so much of them is.
_STILL_HOLDS = 0.9
# How sure what was learned must be to overrule what a person wrote and what still reads something: least of names and
# titles, which any text may be; more of values, which their transforms have checked already; of long texts nothing is.
_SURE_ENOUGH: Mapping[Nature, float] = {"name": 0.5, "phrase": 0.5, "value": 0.75, "prose": 1.0}
_ROWS_LOOKED_AT = 5
# What is kept although these pages may rightly state nothing.
_SELDOM = 0.01
# Fields that are read from the address of the link by which a row was found.
_OF_ROW_LINK = frozenset(["url", "listing_id"])
_OF_TEXT = {"replace", "blank", "order", "currency", "least", "most"}
# How much longer a text may be that holds another, to be at the same place: a cell with its unit, not a whole list.
_AROUND = 3


@dataclass(slots=True)
class RepairNotes:
    """What was replaced, and what could not be, over all pages of a layout."""

    _done: list[str] = field(default_factory=list)
    _read: set[str] = field(default_factory=set)
    _held: set[tuple[str, str]] = field(default_factory=set)
    _unread: dict[tuple[str, str], bool] = field(default_factory=dict)

    def add(self, note: str) -> None:
        """Note what was done, once."""
        if note not in self._done:
            self._done.append(note)

    def read(self, name: str) -> None:
        """A field (``kind.field``) that a page of the layout reads."""
        self._read.add(name)

    def held(self, name: str, spec: AnyField) -> None:
        """A field that is kept as it is."""
        self._held.add((name, spec.model_dump_json()))

    def holds(self, name: str, spec: AnyField) -> bool:
        """Whether the same field is kept on another page: then those of this page may rightly state nothing."""
        return (name, spec.model_dump_json()) in self._held

    def unread(self, page: str, name: str, *, is_required: bool) -> None:
        """A field that a page names and that has no value on any, or on few though each must have it."""
        self._unread[page, name] = is_required

    def lines(self) -> list[str]:
        """All notes. A field that need not be there, and that another page has, is not missing."""
        missing = [
            f"{page}: nothing was found in the place of {name}; correct it by hand"
            for (page, name), is_required in self._unread.items()
            if is_required or name not in self._read
        ]
        return self._done + missing


def repaired_record(
    old: RecordSpec, found: Found | None, kind: PageKind, *, positions: frozenset[int], samples: Sequence[Sample],
    conventions: Conventions, notes: RepairNotes,
) -> dict[str, Any]:  # fmt: skip
    """A record of the earlier layout, with the fields replaced that no longer read what they should.

    Args:
        old: the record.
        found: what was learned from the pages of that kind, if anything was.
        kind: the kind of page that it is on.
        positions: which of the pages of that kind are meant, as the trials of what was learned count them.
        samples: those pages.
        conventions: how the market writes values.
        notes: takes what was done.
    """
    return _RecordRepair(
        old, found, kind, positions=positions, samples=samples, conventions=conventions, notes=notes
    ).done()


class _RecordRepair:
    def __init__(
        self, old: RecordSpec, found: Found | None, kind: PageKind, *, positions: frozenset[int],
        samples: Sequence[Sample], conventions: Conventions, notes: RepairNotes,
    ) -> None:  # fmt: skip
        self._old, self._kind, self._samples, self._conventions, self._notes = old, kind, samples, conventions, notes
        is_alike = found is not None and found.record["kind"] == old.kind and (old.each is None) == (found.rows is None)
        self._found = found if is_alike else None
        self._positions = positions
        self._trials = {n: trial for n, trial in enumerate(found.trials) if trial.page in positions} if found else {}
        self._written = old.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        self._within, self._each = old.within, old.each

    def done(self) -> dict[str, Any]:
        """The record in a layout's words."""
        if not self._is_still_there():
            if self._found is None:
                self._notes.add(
                    f"{self._kind}: nothing was found in the place of the {self._old.kind}s; correct it by hand"
                )
                return self._written
            self._move(self._found)
        for name, spec in self._old.fields.items():
            self._repair(name, spec, is_common=False)
        for name, spec in self._old.common.items():
            self._repair(name, spec, is_common=True)
        if not self._written["fields"]:
            # All of them are looked for in the whole page now.
            self._written.pop("within", None)
            self._written["fields"] = self._written.pop("common")
        return self._written

    def _is_still_there(self) -> bool:
        """Whether the part of the page, or the rows, that the earlier layout names are still found."""
        parts = [Scope(sample.root).part(self._old.within) for sample in self._samples]
        if self._old.each is None:
            return sum(part is not None for part in parts) >= _STILL_HOLDS * len(parts)
        selected = [part.select(self._old.each) if part is not None else [] for part in parts]
        if self._found is None or self._found.rows is None:
            return any(selected) or any(map(self._is_rightly_empty, self._samples))
        nodes = [self._found.rows.nodes[position] for position in sorted(self._positions)]
        right = sum(len(set(ours) & set(theirs)) for ours, theirs in zip(selected, nodes, strict=True))
        total = sum(map(len, selected)) + sum(map(len, nodes))
        return total == 0 or 2 * right >= _STILL_HOLDS * total

    def _is_rightly_empty(self, sample: Sample) -> bool:
        return any(sample.holds([condition]) for condition in self._old.empty)

    def _move(self, found: Found) -> None:
        """Look for the record where it was learned to be."""
        self._written.pop("within", None)
        self._within = None
        if self._old.each is not None:
            self._written["each"], self._written["skip"] = found.record["each"], found.record["skip"]
            self._each = Selector.model_validate(found.record["each"])
        self._notes.add(f"{self._kind}: the part of the page that held a {self._old.kind} is another now")

    def _repair(self, name: str, spec: AnyField, *, is_common: bool) -> None:
        learned = None if is_common and self._each is not None else self._learned(name, spec)
        within = None if is_common else self._within
        if learned is None or not isinstance(spec, FieldSpec):
            share = self._share_read(name, spec, within, is_common=is_common)
        elif self._still_reads(name, spec, learned, within) or self._notes.holds(self._named(name), spec):
            self._notes.held(self._named(name), spec)
            share = max(_SELDOM, self._share_read(name, spec, within, is_common=is_common))
        else:
            moved = not is_common and within is not None and self._each is None
            self._replace(name, f"({learned.evidence})", moved=moved)
            share = learned.filled
        if not share and self._each is not None and not is_common and name in _OF_ROW_LINK and self._spare(name):
            self._replace(name, "(the row's link to its listing)", moved=False)
            share = 1.0
        if share >= _STILL_FILLED or (share and not self._is_asserted(name)):
            self._notes.read(self._named(name))
            return
        self._notes.unread(self._kind, self._named(name), is_required=self._is_asserted(name))
        if not share:
            self._assert_no_more(name)

    def _is_asserted(self, name: str) -> bool:
        """Whether the earlier layout says that each record, or nearly each, has a field."""
        return name in self._old.require or name in self._old.share

    def _learned(self, name: str, spec: AnyField) -> Learned | None:
        """What was learned of a field, if it has a value on these pages."""
        if self._found is None or not isinstance(spec, FieldSpec) or name not in WANTED[self._old.kind]:
            return None
        learned = self._found.learned.get(name)
        return learned if learned is not None and self._trials.keys() & learned.values.keys() else None

    def _still_reads(self, name: str, spec: FieldSpec, learned: Learned, within: Selector | None) -> bool:
        """Whether a field of the earlier layout has values enough, and those that were learned or at the same place."""
        expected = self._trials.keys() & learned.values.keys()
        filled = both = same = 0
        for number, trial in self._trials.items():
            part = Scope(trial.node).part(within if self._each is None else None)
            if part is None:
                continue
            value = self._reader(trial.conventions.fetched_at).value(spec, part, name=name, field=name)
            is_here = number in expected and _alike(part, spec, trial, learned)
            if value in (None, []) and not (spec.blank and is_here):
                continue
            filled += 1
            both += number in expected
            same += number in expected and (is_here or same_value(value) == same_value(learned.values[number]))
        if filled and filled >= _STILL_FILLED * len(expected) and same >= _STILL_RIGHT * both:
            return True
        return filled > 0 and learned.confidence < _SURE_ENOUGH[WANTED[self._old.kind][name].nature]

    def _replace(self, name: str, why: str, *, moved: bool) -> None:
        """Write what was learned in the place of a field; what was learned was looked for in the whole page, or row."""
        spec = {**_as_a_person_said(self._old, name), **(self._spare(name) or {})}
        for where in ("fields", "common"):
            if name in self._written.get(where, {}):
                del self._written[where][name]
                self._written.setdefault("common" if moved else where, {})[name] = spec
                break
        self._notes.add(f"{self._kind}: {self._named(name)} is read otherwise now {why}")

    def _spare(self, name: str) -> Mapping[str, Any] | None:
        spec: Mapping[str, Any] | None = self._found.record["fields"].get(name) if self._found is not None else None
        return spec

    def _share_read(self, name: str, spec: AnyField, within: Selector | None, *, is_common: bool) -> float:
        """The share of the records on which a field has a value, or rightly none."""
        read = looked_at = 0
        for sample in self._samples:
            part = Scope(sample.root).part(within)
            reader = self._reader(sample.page.fetched_at)
            rows = [] if part is None else [part]
            if part is not None and self._each is not None and not is_common:
                rows = [Scope(row) for row in part.select(self._each)[:_ROWS_LOOKED_AT]]
            looked_at += len(rows)
            read += sum(self._says_something(name, spec, row, reader) for row in rows)
        return read / max(1, looked_at)

    def _says_something(self, name: str, spec: AnyField, row: Scope, reader: ValueReader) -> bool:
        """Whether a field has a value, or its place is there and says that there is none."""
        reader.said_nothing.clear()
        if reader.value(spec, row, name=name, field=name) not in (None, []) or name in reader.said_nothing:
            return True
        return not self._is_asserted(name) and isinstance(spec, FieldSpec) and _first_text(row, spec) != ""

    def _assert_no_more(self, name: str) -> None:
        """Take a field that nothing reads out of what a record must have: a note says so once, not every page."""
        if name in self._written.get("require", []):
            self._written["require"] = [other for other in self._written["require"] if other != name]
        for asserted in ("share", "distinct"):
            self._written.get(asserted, {}).pop(name, None)

    def _reader(self, fetched_at: datetime | None) -> ValueReader:
        return ValueReader(conventions=replace(self._conventions, fetched_at=fetched_at), log=ProblemLog())

    def _named(self, name: str) -> str:
        return f"{self._old.kind}.{name}"


def _as_a_person_said(old: RecordSpec, name: str) -> dict[str, Any]:
    """What the earlier layout says of a field's text wherever it stands: what is replaced in it, what means nothing."""
    spec = (old.fields | old.common)[name]
    return spec.model_dump(mode="json", by_alias=True, exclude_defaults=True, include=_OF_TEXT)


def _alike(part: Scope, old: FieldSpec, trial: Trial, learned: Learned) -> bool:
    """Whether a field was looked for at the place that was learned; a person may have had it read otherwise there."""
    place = {key: where for key, where in learned.spec.items() if key in {"css", "xpath", "beside"}}
    texts = [_first_text(part, old), _first_text(Scope(trial.node), Selector.model_validate(place))]
    short, long = sorted(texts, key=len)
    return short != "" and short in long and len(long) <= _AROUND * len(short)


def _first_text(scope: Scope, selector: Selector) -> str:
    nodes = scope.select(selector)
    if not nodes:
        return ""
    return same_value(plain_text(nodes[0]) if etree.iselement(nodes[0]) else str(nodes[0]))
