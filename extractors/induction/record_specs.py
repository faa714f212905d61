"""Records of a layout from what was learned: one a page, or one a row."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extractors.induction.addresses import Addresses
from extractors.induction.consensus import Learned, learn
from extractors.induction.fields import WANTED
from extractors.induction.rows import Rows, find_rows
from extractors.induction.samples import Sample
from extractors.induction.selectors import quoted
from extractors.induction.trial import Spec, Trial, same_value, transform_of
from extractors.records import RecordKind
from extractors.transforms.conventions import Conventions

# Fields without which a record is none, when they were learned on (nearly) all scopes.
_NEEDED: Mapping[RecordKind, tuple[str, ...]] = {
    "listing": ("title", "vendor", "price"), "vendor": ("handle", "registered_at"),
}  # fmt: skip
_BESIDE = frozenset(["handle", "pgp_keys"])
# What stands in addresses where a shape has one of these.
_VARYING = {"#": r"(\d+)", "*": r"([^/?&=#]+)"}
_NEARLY_ALL = 0.95
_OFTEN = 0.5
_PARTS = {"disputes_won": ("disputes", "won"), "disputes_lost": ("disputes", "lost")} | {
    name: ("rating", name) for name in ("positive", "neutral", "negative")
}


@dataclass(frozen=True, slots=True)
class Found:
    """A record as it was learned.

    Attributes:
        record: in a layout's words.
        learned: its fields.
        trials: the scopes.
        rows: the rows, for records of an index.
    """

    record: dict[str, Any]
    learned: dict[str, Learned]
    trials: Sequence[Trial]
    rows: Rows | None = None


def learn_subject(
    samples: Sequence[Sample], kind: RecordKind, conventions: Conventions, *,
    fixed: frozenset[str], known: Mapping[str, frozenset[str]], given: Mapping[str, Sequence[Spec]] | None = None,
) -> Found | None:  # fmt: skip
    """The record that each of these pages is about.

    Args:
        samples: pages of one kind.
        kind: the record.
        conventions: how the market writes values.
        fixed: texts of the template.
        known: values of fields that other pages of the market state, such as the titles of an index.
        given: ways of reading fields that held elsewhere.
    """
    trials = [
        Trial(number, sample.root, replace(conventions, fetched_at=sample.page.fetched_at), title=sample.title)
        for number, sample in enumerate(samples)
    ]
    learned = learn(trials, kind, given=given, fixed=fixed, known=known)
    if given is not None:
        # A page beside the record's own, such as that of a key: it repeats some of the fields and has few of its own.
        learned = {
            name: one
            for name, one in learned.items()
            if name in _BESIDE or dict(one.spec) in map(dict, given.get(name, ()))
        }
    if not any(name in learned for name in (*_NEEDED[kind], "pgp_keys")):
        return None
    return Found(_record(kind, learned), learned, trials)


def learn_rows(
    samples: Sequence[Sample], addresses: Addresses, conventions: Conventions, *, fixed: frozenset[str]
) -> Found | None:
    """The listings that these pages list."""
    rows = find_rows([sample.view for sample in samples], addresses)
    if rows is None:
        return None
    trials = [
        Trial(
            number,
            node,
            replace(conventions, fetched_at=sample.page.fetched_at),
            columns=rows.columns,
            lines=rows.lines,
        )
        for number, (sample, nodes) in enumerate(zip(samples, rows.nodes, strict=True))
        for node in nodes
    ]
    learned = learn(trials, "listing", fixed=fixed, link=rows.literal)
    learned.pop("description", None)
    if (
        "title" not in learned
        or max((learned[name].filled for name in ("price", "vendor") if name in learned), default=0.0) < _OFTEN
    ):
        return None
    fields = {name: _field(name, found, "listing") for name, found in learned.items() if name not in _PARTS}
    address: dict[str, Any] = {"css": f"a[href*={quoted(rows.literal)}]", "attr": "href"}
    fields["url"] = {**address, "as": "url"}
    required = _required(learned, "listing")
    number = _number_pattern(rows)
    if number:
        fields = {"listing_id": {**address, "match": number}, **fields}
    record = {
        "kind": "listing", "each": rows.each, "skip": [{"css": address["css"], "absent": True}], "at_least": 1,
        "confidence": round(rows.exact * learned["title"].confidence, 2),
        "evidence": f"parts with links like {rows.shape} to one listing each; {len(trials)} on {len(samples)} pages",
        "fields": fields, "require": required,
    }  # fmt: skip
    share = {name: round(found.filled * 0.6, 2) for name, found in learned.items()
             if found.filled > _OFTEN and name not in required and name not in _PARTS}  # fmt: skip
    if share and len(trials) >= 8:
        record["share"] = share
    return Found(record, learned, trials, rows)


def _record(kind: RecordKind, learned: Mapping[str, Learned]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, found in learned.items():
        if name in _PARTS:
            part, inner = _PARTS[name]
            fields.setdefault(part, {"fields": {}})["fields"][inner] = _field(name, found, kind)
        else:
            fields[name] = _field(name, found, kind)
    return {"kind": kind, "fields": fields, "require": _required(learned, kind)}


def _field(name: str, found: Learned, kind: RecordKind) -> dict[str, Any]:
    transform = transform_of(WANTED[kind][name])
    written = {key: value for key, value in found.spec.items() if key != "or"}
    written |= transform
    others = [{**other, **transform} for other in found.spec.get("or", ())]
    if others:
        written["or"] = others
    return {**written, "confidence": found.confidence, "evidence": found.evidence}


def _required(learned: Mapping[str, Learned], kind: RecordKind) -> list[str]:
    return [name for name in _NEEDED[kind] if name in learned and learned[name].filled >= _NEARLY_ALL]


def _number_pattern(rows: Rows) -> str | None:
    """What takes a listing's number or name out of its address: what follows its fixed part."""
    at = rows.shape.find(rows.literal) + len(rows.literal)
    varying = _VARYING.get(rows.shape[at : at + 1])
    return re.escape(rows.literal) + varying if varying else None


def values_of(found: Found, field: str) -> frozenset[str]:
    """The values of a field that was learned, as keys."""
    learned = found.learned.get(field)
    return frozenset(same_value(value) for value in learned.values.values()) if learned else frozenset()


def ways_of(found: Found) -> dict[str, list[Spec]]:
    """How the fields of a record that was learned are read, to be tried on pages of another kind."""
    return {
        name: [{key: value for key, value in learned.spec.items() if key != "or"}]
        for name, learned in found.learned.items()
    }
