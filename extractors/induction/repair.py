"""An earlier layout brought up to date: what of it still holds is kept, what no longer does is replaced by what was learned.

A person's corrections are in the earlier layout; so nothing in it is touched that still reads the pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractors.induction.fields import WANTED
from extractors.induction.record_specs import Found
from extractors.induction.samples import Sample
from extractors.induction.trial import same_value
from extractors.layout_schema import FieldSpec, Layout, PageSpec, RecordSpec, Selector
from extractors.problems import ProblemLog
from extractors.records import PageKind
from extractors.scope import Scope
from extractors.transforms.conventions import Conventions
from extractors.values import ValueReader

# A field of the earlier layout stays when it has a value on this share of the records on which what was learned has one,
_STILL_FILLED = 0.6
# ... and the same value on this share of those on which both have one.
_STILL_RIGHT = 0.6
_STILL_HOLDS = 0.9
# What was learned with less than this does not overrule what a person wrote and what still reads something.
_SURE = 0.5


@dataclass(slots=True)
class Repair:
    """The pages of a repaired layout, in a layout's words, and what was done, a line each."""

    pages: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)


def told_by_hint(hint: Layout, samples: Sequence[Sample]) -> None:
    """Let an earlier layout say what kind a page is, where its own recognisers (not those of all markets) still hold."""
    own = [page for page in hint.pages if page.records]
    for sample in samples:
        scope, reader = _scope(sample)
        kind = next((page.kind for page in own if all(reader.holds(one, scope) for one in page.when)), None)
        if kind is not None:
            sample.kind, sample.confidence = kind, 1.0


def repair(
    hint: Layout, learned: Sequence[Mapping[str, Any]], found: Mapping[PageKind, Found], samples: Sequence[Sample],
    conventions: Conventions,
) -> Repair:  # fmt: skip
    """The earlier layout's pages with what no longer holds replaced.

    Args:
        hint: the earlier layout.
        learned: the pages that were learned, in a layout's words.
        found: the records that were learned, by the kind of page.
        samples: the market's pages as they are now.
        conventions: how the market writes values.
    """
    done = Repair([])
    retold: set[str] = set()
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for new in learned:
        by_kind.setdefault(str(new["kind"]), []).append(new)
    for page in hint.pages:
        written = _written(page)
        own = [sample for sample in samples if sample.kind == page.kind]
        if own and page.records:
            news = by_kind.get(page.kind, [])
            if not _recognises(page, own, samples):
                if news and page.kind in retold:
                    done.notes.append(
                        f"{page.kind}: {page.name or 'another build'} is not told apart any more, left out"
                    )
                    continue
                if news:
                    retold.add(page.kind)
                    written["when"] = news[0]["when"]
                    done.notes.append(f"{page.kind}: recognised by other marks now")
                else:
                    done.notes.append(f"{page.kind}: not recognised any more, and nothing tells it; correct its 'when'")
            if page.kind in found:
                written["records"] = [
                    _record(record, found[page.kind], page.kind, own, conventions, done) for record in page.records
                ]
        done.pages.append(written)
    known = {page.kind for page in hint.pages}
    done.pages += [dict(new) for new in learned if new["kind"] not in known]
    return done


def _record(
    old: RecordSpec, found: Found, kind: str, samples: Sequence[Sample], conventions: Conventions, done: Repair
) -> dict[str, Any]:
    """A record of the earlier layout, with the fields replaced that no longer read what they should."""
    written = _written(old)
    if old.kind != found.record["kind"] or (old.each is None) != (found.rows is None):
        return written
    within, each = old.within, old.each
    if not _is_still_there(old, found, samples):
        written.pop("within", None)
        within = None
        if old.each is not None:
            written["each"], each = found.record["each"], Selector.model_validate(found.record["each"])
            written["skip"] = found.record["skip"]
        done.notes.append(f"{kind}: the part of the page that held a {old.kind} is another now")
    fields = written["fields"]
    for name, spec in old.fields.items():
        wanted = WANTED[old.kind].get(name)
        learned = found.learned.get(name)
        if not isinstance(spec, FieldSpec) or wanted is None or learned is None:
            if not _reads_anywhere(spec, name, within, each, samples, conventions):
                done.notes.append(f"{kind}: nothing was found in the place of {old.kind}.{name}; correct it by hand")
                _assert_no_more(written, name)
            continue
        filled, agreeing = _reads_still(spec, found, name, within)
        enough = filled >= _STILL_FILLED * min(len(learned.values), len(found.trials))
        if (enough and agreeing) or (filled and learned.confidence < _SURE):
            continue
        fields[name] = found.record["fields"].get(name, fields[name])
        done.notes.append(f"{kind}: {old.kind}.{name} is read otherwise now ({learned.evidence})")
        if within is not None and found.rows is None:
            # What was learned was learned on the whole page.
            written.pop("within", None)
            within = None
    if "url" in found.record["fields"] and "url" in fields and each is not old.each:
        fields["url"] = found.record["fields"]["url"]
        fields["listing_id"] = found.record["fields"].get("listing_id", fields.get("listing_id"))
    written["fields"] = {name: spec for name, spec in fields.items() if spec is not None}
    return written


def _is_still_there(old: RecordSpec, found: Found, samples: Sequence[Sample]) -> bool:
    """Whether the part of the page, or the rows, that the earlier layout names are still found."""
    if found.rows is None or old.each is None:
        if old.within is None:
            return True
        there = sum(1 for sample in samples if Scope(sample.root).select(old.within))
        return there >= _STILL_HOLDS * len(samples)
    selected = wanted = right = 0
    for sample, rows in zip(samples, found.rows.nodes, strict=True):
        part = Scope(sample.root).part(old.within)
        nodes = set(part.select(old.each)) if part is not None else set()
        selected, wanted, right = selected + len(nodes), wanted + len(rows), right + len(nodes & set(rows))
    return selected > 0 and 2 * right / (selected + wanted) >= _STILL_HOLDS


def _reads_still(spec: FieldSpec, found: Found, name: str, within: Selector | None) -> tuple[int, bool]:
    """On how many records a field of the earlier layout has a value, and whether those are what was learned."""
    learned = found.learned[name].values
    filled = same = both = 0
    for number, trial in enumerate(found.trials):
        whole = Scope(trial.node)
        scope = whole.part(within) if found.rows is None else whole
        reader = ValueReader(conventions=trial.conventions, log=ProblemLog())
        value = reader.value(spec, scope, name=name, field=name) if scope is not None else None
        if value is None or value == []:
            continue
        filled += 1
        if number in learned:
            both += 1
            same += same_value(value) == same_value(learned[number])
    return filled, same >= _STILL_RIGHT * both


def _assert_no_more(record: dict[str, Any], name: str) -> None:
    """Take a field that nothing reads out of what a record must have: the note says so once, not every page."""
    if name in record.get("require", []):
        record["require"] = [other for other in record["require"] if other != name]
    for asserted in ("share", "distinct"):
        record.get(asserted, {}).pop(name, None)


def _reads_anywhere(
    spec: Any,
    name: str,
    within: Selector | None,
    each: Selector | None,
    samples: Sequence[Sample],
    conventions: Conventions,
) -> bool:
    reader = ValueReader(conventions=conventions, log=ProblemLog())
    for sample in samples:
        part = Scope(sample.root).part(within)
        rows = [] if part is None else [part] if each is None else map(Scope, part.select(each)[:5])
        if any(reader.value(spec, row, name="tried", field=name) is not None for row in rows):
            return True
    return False


def _recognises(page: PageSpec, own: Sequence[Sample], samples: Sequence[Sample]) -> bool:
    held = [sample for sample in samples if _holds(page, sample)]
    mine = sum(1 for sample in held if sample.kind == page.kind)
    return mine >= _STILL_HOLDS * len(own) and mine == len(held)


def _holds(page: PageSpec, sample: Sample) -> bool:
    scope, reader = _scope(sample)
    return all(reader.holds(one, scope) for one in page.when)


def _scope(sample: Sample) -> tuple[Scope, ValueReader]:
    return Scope(sample.root), ValueReader(conventions=Conventions(), log=ProblemLog(), title=sample.title)


def _written(spec: PageSpec | RecordSpec) -> dict[str, Any]:
    """A part of a layout as its file would write it."""
    return spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
