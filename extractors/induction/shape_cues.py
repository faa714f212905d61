"""What things look like: a heading, a link that carries a name, a sum of money, a key, a long text."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from extractors.induction.account_cues import account_links, handle_texts, sales_beside_handle
from extractors.induction.fields import Wanted
from extractors.induction.label_cues import Cue
from extractors.induction.looks import heading_weight, is_linked, named
from extractors.induction.selectors import selectors, text_selectors
from extractors.induction.sum_cues import sums
from extractors.induction.title_cues import known_texts, row_links, titles
from extractors.induction.trial import Spec, Trial
from extractors.records import RecordKind

_KEY_BEGIN, _KEY_END = "BEGIN PGP PUBLIC KEY BLOCK", "END PGP PUBLIC KEY BLOCK"
_LONG_TEXT = 60
_MOST_LONG_TEXTS = 4
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


def _specs(found: Iterator[Spec]) -> tuple[Spec, ...]:
    return tuple(found)


def _keys(trial: Trial, wanted: Wanted) -> Iterator[Cue]:
    """Elements that hold a whole public key block."""
    seen: set[etree._Element] = set()
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
        if element in seen:
            continue
        seen.add(element)
        specs = _specs(selectors(element, trial.node))
        value = next((read for spec in specs if (read := trial.read(spec, wanted)) is not None), None)
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
        specs = _specs(selectors(element, trial.node))
        value = next((read for spec in specs if (read := trial.read(spec, wanted)) is not None), None)
        if value is not None:
            score = 0.5 - 0.1 * rank + named(element, trial.node, "description")
            yield Cue("description", value, specs, score, "a long text", "prose")


_HEADING = 0.28
_ROUTE = re.compile(r"^(?P<origin>[^→➔➜>]{2,60}?)\s*(?:→|➔|➜|➝|⟶|⇒|-+>|=+>)\s*(?P<destination>.{2,200})$")


def _routes(trial: Trial, wanted: Mapping[str, Wanted]) -> Iterator[Cue]:
    """As in "Germany → Worldwide" without a label."""
    for unit in trial.view.units:
        found = _ROUTE.match(unit.text)
        # A title may say so too, of its own.
        if not found or is_linked(unit.parent) or heading_weight(unit, trial.node) >= _HEADING:
            continue
        read = {half: trial.transformed(found[name], wanted[half]) for half, name in _HALVES.items() if half in wanted}
        if len(read) < 2 or not all(read.values()):
            continue
        for half, value in read.items():
            specs = tuple({**spec, "match": _HALF_PATTERNS[half]} for spec in text_selectors(unit, trial.node))
            yield Cue(half, value, specs, 0.7, "two places with an arrow between", "route")


_HALVES = {"ships_from": "origin", "ships_to": "destination"}
_HALF_PATTERNS = {
    "ships_from": r"^(.+?)\s*(?:→|➔|➜|➝|⟶|⇒|-+>|=+>)",
    "ships_to": r"(?:→|➔|➜|➝|⟶|⇒|-+>|=+>)\s*(.+)$",
}
