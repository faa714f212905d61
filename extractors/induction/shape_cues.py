"""What things look like: a heading, a link that carries a name, a sum of money, a key, a long text."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from extractors.induction.account_cues import account_links, handle_texts, sales_beside_handle
from extractors.induction.fields import Wanted
from extractors.induction.label_cues import ARROW, Cue, halves_of_route
from extractors.induction.looks import heading_weight, is_linked, named
from extractors.induction.selectors import selectors, text_selectors
from extractors.induction.sum_cues import sums
from extractors.induction.title_cues import known_texts, row_links, titles
from extractors.induction.trial import Spec, Trial
from extractors.records import RecordKind

_KEY_BEGIN, _KEY_END = "BEGIN PGP PUBLIC KEY BLOCK", "END PGP PUBLIC KEY BLOCK"
_LONG_TEXT = 60
_MOST_LONG_TEXTS = 4
# From here on a text looks like a heading, which may say of its own where something goes.
_HEADING = 0.28
_ROUTE = re.compile(rf"^(?P<ships_from>[^→➔➜>]{{2,60}}?)\s*(?:{ARROW})\s*(?P<ships_to>.{{2,200}})$")
_HALVES = halves_of_route(ARROW)
_INLINE = frozenset(
    ["br", "b", "i", "u", "em", "strong", "span", "font", "a", "small", "p", "ul", "ol", "li", "hr", "code", "big"]
)


def shape_cues(
    trial: Trial,
    kind: RecordKind,
    wanted: Mapping[str, Wanted],
    link: str | None = None,
    known: Mapping[str, frozenset[str]] | None = None,
) -> Iterator[Cue]:
    """What the look of things in a scope tells about the fields of a record.

    Args:
        trial: the scope.
        kind: the record.
        wanted: its fields.
        link: for rows, what the addresses of the listings have in common that they lead to.
        known: values (`same_value`) of fields that other pages of the market state.
    """
    if "title" in wanted and link is not None:
        yield from row_links(trial, link, wanted["title"])
    if "title" in wanted:
        yield from titles(trial, wanted["title"])
    for field in ("title", "handle"):
        if field in wanted and link is None and known and known.get(field):
            yield from known_texts(trial, field, wanted[field], known[field])
    if "vendor" in wanted:
        yield from account_links(trial, "vendor", wanted["vendor"])
    if "handle" in wanted:
        handles = [*account_links(trial, "handle", wanted["handle"]), *handle_texts(trial, wanted["handle"])]
        yield from handles
        if "sales" in wanted:
            yield from sales_beside_handle(trial, handles, wanted["sales"])
    if "price" in wanted:
        yield from sums(trial, wanted["price"])
    if "pgp_keys" in wanted:
        yield from _keys(trial, wanted["pgp_keys"])
    if "description" in wanted:
        yield from _long_texts(trial, wanted["description"])
    if "ships_from" in wanted and kind == "listing":
        yield from _routes(trial, wanted)


def _keys(trial: Trial, wanted: Wanted) -> Iterator[Cue]:
    """Elements that hold a whole public key block."""
    if _KEY_BEGIN not in "".join(trial.node.itertext()):
        return
    for element in trial.node.iter(
        "pre", "textarea", "code", "p", "div", "td", "span", "blockquote", "font", "center", "section"
    ):
        text = "".join(element.itertext())
        if _KEY_BEGIN not in text or _KEY_END not in text:
            continue
        inner = map("".join, (child.itertext() for child in element.iterchildren(etree.Element)))
        if any(_KEY_BEGIN in text and _KEY_END in text for text in inner):
            continue
        specs, value = _read_first(trial, element, wanted)
        if value is not None:
            score = 0.8 if element not in trial.view.chrome else 0.4
            yield Cue("pgp_keys", value, specs, score, "an OpenPGP key block", "key")


def _long_texts(trial: Trial, wanted: Wanted) -> Iterator[Cue]:
    """The longest texts that are not made of links: what a vendor wrote."""
    view = trial.view
    sizes: list[tuple[int, etree._Element]] = []
    for element in trial.node.iter(
        "div", "p", "pre", "td", "textarea", "section", "article", "blockquote", "span", "dd", "font"
    ):
        if element in view.chrome or any(child.tag not in _INLINE for child in element if isinstance(child.tag, str)):
            continue
        parent = element.getparent()
        if (
            parent is not None
            and parent.tag in {"div", "td", "section", "article", "dd"}
            and parent is not trial.node
            and all(child.tag in _INLINE for child in parent if isinstance(child.tag, str))
        ):
            continue
        text = view.text(element)
        linked = sum(len(view.text(link)) for link in element.iter("a"))
        if len(text) - 2 * linked >= _LONG_TEXT and _KEY_BEGIN not in text:
            sizes.append((len(text) - 2 * linked, element))
    sizes.sort(key=lambda pair: -pair[0])
    for rank, (_, element) in enumerate(sizes[:_MOST_LONG_TEXTS]):
        specs, value = _read_first(trial, element, wanted)
        if value is not None:
            score = 0.5 - 0.1 * rank + named(element, trial.node, "description")
            yield Cue("description", value, specs, score, "a long text", "prose")


def _read_first(trial: Trial, element: etree._Element, wanted: Wanted) -> tuple[tuple[Spec, ...], Any]:
    """The ways to say where an element stands, and the value of the first that reads one; None: none does."""
    specs = tuple(selectors(element, trial.node))
    return specs, next((read for spec in specs if (read := trial.read(spec, wanted)) is not None), None)


def _routes(trial: Trial, wanted: Mapping[str, Wanted]) -> Iterator[Cue]:
    """As in "Germany → Worldwide" without a label."""
    for unit in trial.view.units:
        found = _ROUTE.match(unit.text)
        if not found or is_linked(unit.parent) or heading_weight(unit, trial.node) >= _HEADING:
            continue
        read = {half: trial.transformed(found[half], wanted[half]) for half in _HALVES if half in wanted}
        if len(read) < 2 or not all(read.values()):
            continue
        for half, value in read.items():
            specs = tuple({**spec, "match": _HALVES[half]} for spec in text_selectors(unit, trial.node))
            yield Cue(half, value, specs, 0.7, "two places with an arrow between", "route")
