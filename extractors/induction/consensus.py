"""One field from many scopes: the way of reading it that the signs on all of them agree with best.

Each scope gives signs of what the field's value is there, each with a score; signs of different sorts for the same
value add up as independent evidence does (1 - (1-a)(1-b)). Every way of reading that any scope suggests is then tried
on all of them, and its score is the mean of the scores of the values that it reads. This is the wrapper induction of
Dalvi, Kumar and Soliman, "Automatic wrappers for large scale web extraction" (VLDB 2011): noisy annotators on each
page, and the wrapper whose output the annotations of all pages make likeliest.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from extractors.induction.fields import WANTED, Wanted
from extractors.induction.label_cues import Cue, label_cues
from extractors.induction.selectors import beyond
from extractors.induction.shape_cues import shape_cues
from extractors.induction.trial import Spec, Trial, key_of, same_value
from extractors.records import RecordKind

# Scopes that suggest ways of reading, and scopes on which they are tried.
_MOST_LOOKED_AT = 30
_MOST_TRIED_ON = 60
_MOST_SPECS = 80
# A value that no sign speaks for, but that can be read.
_UNSIGNED = 0.08
_LASTING = 0.0005
# On so many scopes, a field that so few of them have is an accident's more likely than the template's.
_ENOUGH, _SELDOM, _ODD_ONE = 12, 0.08, 0.6
# From here on a sign says that a scope has the field.
_A_SIGN = 0.2
_NEVER_VARIES = 0.15
# A path by places, or the first element of a sort, breaks sooner than a name or a label.
_POSITIONAL, _BARE = 0.03, 0.02
_BY_PLACE = re.compile(r"^[a-z]+\d?(?:\[\d+\])?/|\[\d+\]/")
_BARE_TAG = re.compile(r"(?:a|b|font|span|div|p|td|tr|i|li)(?:::text)?")
_ENOUGH_TO_VARY, _ON_MOST = 4, 0.6
# That other pages of the market state the same value.
_KNOWN = 0.35
# That a way of reading held elsewhere.
_HINTED = 0.45


@dataclass(slots=True)
class Learned:
    """How a field is read, as induction found it.

    Attributes:
        spec: the field, as a layout's file writes it, without its transform.
        confidence: 0 to 1.
        evidence: what speaks for it, for a person.
        filled: the share of scopes on which it has a value.
        values: what it reads, by the number of the scope.
    """

    spec: dict[str, Any]
    confidence: float
    evidence: str
    filled: float
    values: dict[int, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Signs:
    """What the scopes say about one field."""

    scores: list[dict[str, float]]
    sorts: list[dict[str, dict[str, float]]]
    specs: dict[str, float] = field(default_factory=dict)
    why: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def learn(
    trials: Sequence[Trial],
    kind: RecordKind,
    *,
    given: Mapping[str, Sequence[Spec]] | None = None,
    fixed: frozenset[str] = frozenset(),
    known: Mapping[str, frozenset[str]] | None = None,
    link: str | None = None,
) -> dict[str, Learned]:
    """The fields of one kind of record that can be read on these scopes.

    Args:
        trials: the scopes: pages that are each about one record, or rows.
        kind: the record.
        given: ways of reading fields that held elsewhere: in an earlier layout, or on pages of another kind.
        fixed: texts (`same_value`) that stand on pages of every sort: the template's, not a record's.
        known: values (`same_value`) of fields that other pages of the market state.
        link: what the addresses of the listings have in common that rows lead to.
    """
    if not trials:
        return {}
    wanted = WANTED[kind]
    looked_at = _spread(trials, _MOST_LOOKED_AT)
    signs = {name: _Signs([{} for _ in looked_at], [{} for _ in looked_at]) for name in wanted}
    for number, trial in enumerate(looked_at):
        for cue in chain(
            label_cues(trial, kind, wanted, fixed),
            shape_cues(trial, kind, wanted, link, known),
            _hinted(trial, wanted, given),
            _beyond(trial, kind, wanted, fixed),
        ):
            _note(signs[cue.field], number, cue, fixed, (known or {}).get(cue.field, frozenset()))
    for name, found in signs.items():
        if wanted[name].varies and wanted[name].nature != "name":
            _demote_constant(found)
    learned = {}
    tried_on = list(looked_at) + [trial for trial in _spread(trials, _MOST_TRIED_ON) if trial not in looked_at]
    numbers = {trial: number for number, trial in enumerate(trials)}
    for name, found in signs.items():
        best = _best(found, wanted[name], tried_on)
        if best is not None:
            best.values = {numbers[tried_on[place]]: value for place, value in best.values.items()}
            learned[name] = best
    return learned


def _beyond(trial: Trial, kind: RecordKind, wanted: Mapping[str, Wanted], fixed: frozenset[str]) -> Iterator[Cue]:
    """Signs in the other lines of a record, read from its first."""
    for distance, line in trial.beyond():
        for cue in chain(label_cues(line, kind, wanted, fixed), shape_cues(line, kind, wanted)):
            for spec in cue.specs[:3]:
                moved = beyond(spec, distance)
                value = trial.read(moved, wanted[cue.field])
                if value is not None and same_value(value) == same_value(cue.value):
                    yield replace(cue, specs=(moved,))


def _hinted(trial: Trial, wanted: Mapping[str, Wanted], given: Mapping[str, Sequence[Spec]] | None) -> Iterator[Cue]:
    for name, specs in (given or {}).items():
        for spec in specs if name in wanted else ():
            value = trial.read(spec, wanted[name])
            if value is not None:
                yield Cue(name, value, (spec,), _HINTED, "it held before", "hint")


def _demote_constant(signs: _Signs) -> None:
    """Take the weight from values that most scopes have: a rate, a market's own key.

    Not from names: a vendor may be on every page, beside what else he offers.
    """
    if len(signs.scores) < _ENOUGH_TO_VARY:
        return
    counts = Counter(value for scores in signs.scores for value in scores)
    for scores in signs.scores:
        for value in scores:
            if counts[value] > _ON_MOST * len(signs.scores):
                scores[value] *= _NEVER_VARIES


def _spread(trials: Sequence[Trial], most: int) -> list[Trial]:
    """At most so many, from all over."""
    if len(trials) <= most:
        return list(trials)
    return [trials[number * len(trials) // most] for number in range(most)]


def _note(signs: _Signs, number: int, cue: Cue, fixed: frozenset[str], known: frozenset[str]) -> None:
    value = same_value(cue.value)
    score = max(0.0, cue.score) * (0.15 if value in fixed else 1.0)
    sorts = signs.sorts[number].setdefault(value, {})
    sorts[cue.kind] = max(sorts.get(cue.kind, 0.0), score)
    if value in known:
        sorts["known"] = _KNOWN
    against = 1.0
    for one in sorts.values():
        against *= 1 - one
    signs.scores[number][value] = 1 - against
    for rank, spec in enumerate(cue.specs):
        key = key_of(spec)
        # Earlier ways are the more lasting ones: they win among equals.
        signs.specs[key] = signs.specs.get(key, 0.0) + score * (1 - 0.03 * rank)
        signs.why[key][cue.why] += 1


def _best(signs: _Signs, wanted: Wanted, trials: Sequence[Trial]) -> Learned | None:
    """The way of reading that the signs agree with best. The scopes that gave signs are the first of the trials."""
    keys = sorted(signs.specs, key=lambda key: -signs.specs[key])[:_MOST_SPECS]
    tried = [_try(json.loads(key), signs, wanted, trials) for key in keys]
    scored = sorted(
        ((score - _LASTING * place - _frailty(keys[place]), place) for place, (score, _) in enumerate(tried)),
        key=lambda pair: -pair[0],
    )
    if not scored or scored[0][0] < wanted.least:
        return None
    score, place = scored[0]
    values = tried[place][1]
    why = signs.why[keys[place]]
    best = Learned(
        spec=json.loads(keys[place]),
        confidence=round(max(0.0, min(score, 0.99)), 2),
        evidence=_evidence(why, values, len(trials)),
        filled=len(values) / len(trials),
        values=values,
    )
    _complete(best, [(keys[other], tried[other]) for _, other in scored[1:]], signs, len(trials))
    return best


def _frailty(key: str) -> float:
    """What a way of reading loses because the next change of the market's pages is likely to break it."""
    spec = json.loads(key)
    if "xpath" in spec:
        return _POSITIONAL if _BY_PLACE.search(spec["xpath"]) else 0.0
    return _BARE if _BARE_TAG.fullmatch(spec.get("css", "")) else 0.0


def _try(spec: Spec, signs: _Signs, wanted: Wanted, trials: Sequence[Trial]) -> tuple[float, dict[int, Any]]:
    """The mean score of what a way of reading finds, over the scopes where there is a sign of the field at all."""
    total, stated = 0.0, 0
    values: dict[int, Any] = {}
    for number, trial in enumerate(trials):
        value = trial.read(spec, wanted)
        if value is not None:
            values[number] = value
        if number >= len(signs.scores):
            continue
        scores = signs.scores[number]
        strongest = max(scores.values(), default=0.0)
        if strongest >= _A_SIGN:
            stated += 1
            total += 0.0 if value is None else scores.get(same_value(value), _UNSIGNED)
        elif value is not None:
            stated += 1
            total += scores.get(same_value(value), _UNSIGNED)
    score = total / max(1, stated)
    if len(trials) >= _ENOUGH and len(values) < _SELDOM * len(trials):
        score *= _ODD_ONE
    if wanted.varies and len(values) >= 4:
        different = len({same_value(value) for value in values.values()})
        if different == 1:
            score *= _NEVER_VARIES
        elif wanted.nature != "name":
            # Titles and texts differ nearly always; one vendor has many listings.
            score *= min(1.0, 0.6 + different / len(values))
    return score, values


def _complete(
    best: Learned,
    others: Iterable[tuple[str, tuple[float, dict[int, Any]]]],
    signs: _Signs,
    scopes: int,
) -> None:
    """Other ways of reading for the scopes on which the best finds nothing though there are strong signs."""
    missing = {
        number
        for number in range(len(signs.scores))
        if number not in best.values and max(signs.scores[number].values(), default=0.0) >= 0.5
    }
    others = list(others)
    while missing and len(best.spec.get("or", [])) < 2:
        gains = [
            (_gain(values, signs, missing), key)
            for key, (_, values) in others
            if all(
                number not in best.values or same_value(best.values[number]) == same_value(value) or value is None
                for number, value in values.items()
            )
        ]
        gain, key = max(gains, default=(0.0, ""))
        if gain < 0.5:
            return
        best.spec.setdefault("or", []).append(json.loads(key))
        values = next(values for other, (_, values) in others if other == key)
        best.values = values | best.values
        best.filled = len(best.values) / scopes
        missing -= set(values)


def _gain(values: Mapping[int, Any], signs: _Signs, missing: set[int]) -> float:
    return sum(
        signs.scores[number].get(same_value(value), 0.0) for number, value in values.items() if number in missing
    )


def _evidence(why: Counter[str], values: Mapping[int, Any], scopes: int) -> str:
    reasons = ", ".join(reason for reason, _ in why.most_common(2))
    different = len({same_value(value) for value in values.values()})
    return f"{reasons}; {len(values)} of {scopes} have it, {different} different"
