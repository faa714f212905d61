"""The explanation of a link as one HTML page that needs nothing: no script, no network, nothing beside it.

The waterfall picture, and a table of all the evidence with its words, its weight and where it was seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from desk.page_sanitising import POLICY
from desk.pictures import drawn, fitted
from desk.terminal import visible
from desk.waterfall import conclusion, title_of, waterfall_svg
from desk.weight_steps import PRIOR, WeightStep, weight_steps
from desk.weight_words import bits_text, likelier, odds_text
from linkage.explanation import Explanation
from linkage.identity import Link
from linkage.judgements import Judgement
from linkage.sighting import Sighting

_TEMPLATE = "explanation.html"
_TITLE_CELLS = 80
_VALUE_CELLS = 400
_WORDS_CELLS = 1000
_MOST_SIGHTINGS = 12

# What has no weight because it is no evidence of its own; all else without one belongs to what has it.
_WEIGHTLESS = {"judgement": "no weight: it decides, unless it is unsure", "chain": "no weight of its own"}


@dataclass(frozen=True, slots=True)
class _Row:
    """A step of the match weight in the words of the page."""

    kind: str
    value: str
    words: str
    weight: str
    meaning: str
    total: str
    seen_a: tuple[Sighting, ...]
    more_a: int
    seen_b: tuple[Sighting, ...]
    more_b: int


def explanation_page(
    link: Link,
    prior_weight: float,
    a_title: str,
    b_title: str,
    *,
    held_apart: str | None = None,
    judgements: Iterable[Judgement] = (),
) -> str:
    """The text of the page.

    Args:
        link: the two accounts and the evidence; all of it may be hostile.
        prior_weight: the weight before any evidence, in bits.
        a_title: what to call the link's ``a``.
        b_title: what to call its ``b``.
        held_apart: why the accounts stay apart although their weight would join them.
        judgements: those in force between the two.

    Raises:
        WeightError: a weight is infinite or not a number.
    """
    names = [fitted(title, _TITLE_CELLS) for title in (a_title, b_title)]
    title = title_of(a_title, b_title)
    return drawn(
        _TEMPLATE,
        policy=POLICY,
        title=title,
        names=names,
        ids=[fitted(link.a, _VALUE_CELLS), fitted(link.b, _VALUE_CELLS)],
        conclusion=conclusion(link),
        odds=odds_text(link.match_weight),
        held_apart=visible(held_apart or ""),
        judgements=[
            {
                "number": one.number,
                "judgement": one.judgement,
                "user": fitted(one.user, _TITLE_CELLS),
                "at": f"{one.at:%Y-%m-%d %H:%M} UTC",
                "reason": fitted(one.reason, _WORDS_CELLS),
            }
            for one in judgements
        ],
        # The only markup that is not the page's own; its template escaped what is in it.
        picture=Markup(waterfall_svg(link, prior_weight, title)),  # noqa: S704
        rows=[_row(step) for step in weight_steps(link, prior_weight)],
        total=bits_text(link.match_weight),
    )


def page_of(explanation: Explanation, a_title: str, b_title: str) -> str:
    """The page of what linkage says of two accounts."""
    return explanation_page(
        explanation.link,
        explanation.prior_weight,
        a_title,
        b_title,
        held_apart=explanation.held_apart,
        judgements=explanation.judgements,
    )


def meaning(step: WeightStep) -> str:
    """How much likelier a step makes it, in words."""
    if step.kind == PRIOR:
        return f"before any evidence: {odds_text(step.weight)}"
    return (
        likelier(step.weight) if step.weight else _WEIGHTLESS.get(step.kind, "weighed together with others of its kind")
    )


def _row(step: WeightStep) -> _Row:
    evidence = step.evidence
    seen_a, seen_b = (evidence.seen_a, evidence.seen_b) if evidence is not None else ((), ())
    return _Row(
        kind=step.kind.replace("_", " "),
        value=fitted(step.value, _VALUE_CELLS),
        words=fitted(evidence.words, _WORDS_CELLS) if evidence is not None else "",
        weight=bits_text(step.weight) if step.weight else "",
        meaning=meaning(step),
        total=bits_text(step.after),
        seen_a=_visible(seen_a),
        more_a=max(0, len(seen_a) - _MOST_SIGHTINGS),
        seen_b=_visible(seen_b),
        more_b=max(0, len(seen_b) - _MOST_SIGHTINGS),
    )


def _visible(seen: Sequence[Sighting]) -> tuple[Sighting, ...]:
    """The first sightings, made fit to be shown."""
    return tuple(
        Sighting(
            record=fitted(one.record, _VALUE_CELLS),
            field=fitted(one.field, _VALUE_CELLS),
            capture_id=fitted(one.capture_id, _VALUE_CELLS) if one.capture_id is not None else None,
        )
        for one in seen[:_MOST_SIGHTINGS]
    )
