"""Repeating records: the rows, cards or table lines of an index, by the links to listings in them.

A row is the largest part of the page that holds the links to one listing and to no other: a tighter form of the record
boundaries of Liu, Grossman and Zhai, "Mining data records in Web pages" (KDD 2003), which needs no equal siblings.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree

from extractors.induction.addresses import Addresses, literal_of, words_of
from extractors.induction.selectors import class_names, quoted, xpath_text
from extractors.induction.units import Anchor, ScopeView, is_plain, string_value
from extractors.induction.words import cue_words
from extractors.layout_schema import Selector

_LEAST_ROWS = 2
_MOST_LINES = 4
_MONEY = re.compile(
    r"[$€£¥฿₿₽]\s?\d|\d\s?[$€£¥฿₿₽]|\b(?:USD|EUR|GBP|AUD|CAD|BTC|XMR|LTC|CHF|RUB|SEK|NOK|DKK|PLN)\b|\u0440\u0443\u0431|\d[.,]\d"
)
_LASTING = re.compile(r"^[A-Za-z_][\w-]*$")


@dataclass(slots=True)
class Group:
    """Links of one shape on one page, as candidates for the titles of rows."""

    shape: str
    targets: dict[str, list[Anchor]]
    blocks: dict[str, etree._Element] = field(default_factory=dict)
    score: float = 0.0


@dataclass(slots=True)
class Rows:
    """The rows of pages of one kind.

    Attributes:
        shape: of the addresses that rows lead to.
        literal: what those addresses have in common.
        each: the selector of rows, as a layout's file writes it.
        nodes: the rows of each page.
        columns: the heads of the columns, when rows are lines of a table.
        exact: how well the selector finds just those rows (0 to 1).
        lines: how many elements beside each other make up one record; a row is the first of them.
    """

    shape: str
    literal: str
    each: dict[str, str]
    nodes: list[list[etree._Element]]
    columns: tuple[str, ...]
    exact: float
    lines: int = 1


def find_rows(views: Sequence[ScopeView], addresses: Addresses) -> Rows | None:
    """The rows that pages of one kind list, or None.

    Args:
        views: the pages.
        addresses: all addresses of the market.
    """
    groups = [{group.shape: group for group in _groups(view, addresses)} for view in views]
    totals: dict[str, float] = {}
    for page in groups:
        for shape, group in page.items():
            totals[shape] = totals.get(shape, 0.0) + group.score
    if not totals:
        return None
    shape, total = max(totals.items(), key=lambda pair: pair[1])
    if total <= 0:
        return None
    chosen = [page.get(shape) for page in groups]
    nodes = _settled([group.blocks if group else {} for group in chosen])
    literal = literal_of(shape)
    each, exact = _selector(views, nodes, literal)
    if not exact:
        return None
    nodes = [_selected(each, view, literal) for view in views]
    return Rows(shape, literal, each, nodes, _columns(nodes), exact, _lines(nodes))


def _groups(view: ScopeView, addresses: Addresses) -> list[Group]:
    by_shape: dict[str, dict[str, list[Anchor]]] = defaultdict(dict)
    for anchor in view.anchors:
        shape = addresses.shape(anchor.path)
        if "*" in shape or "#" in shape:
            by_shape[shape].setdefault(anchor.path.partition("#")[0], []).append(anchor)
    groups = []
    for shape, targets in by_shape.items():
        if len(targets) >= _LEAST_ROWS:
            group = Group(shape, targets)
            group.blocks = _blocks(view, targets)
            if group.blocks:
                group.score = _score(view, group)
                groups.append(group)
    return groups


def _blocks(view: ScopeView, targets: dict[str, list[Anchor]]) -> dict[str, etree._Element]:
    """For each target the largest element with no other target in it."""
    inside: dict[etree._Element, set[str]] = defaultdict(set)
    for target, anchors in targets.items():
        for anchor in anchors:
            for element in (anchor.element, *anchor.element.iterancestors()):
                inside[element].add(target)
                if element is view.node:
                    break
    blocks = {}
    for target, anchors in targets.items():
        best = max(anchors, key=lambda anchor: len(anchor.text))
        element = best.element
        parent = element.getparent()
        while parent is not None and parent is not view.node and parent.tag != "body" and len(inside[parent]) == 1:
            element, parent = parent, parent.getparent()
        if is_plain(element):
            blocks[target] = element
    return blocks


def _score(view: ScopeView, group: Group) -> float:
    """How likely a group of links are the titles of listings, and how many they are."""
    titles = [max((anchor.text for anchor in anchors), key=len) for anchors in group.targets.values()]
    told = [title for title in titles if any(map(str.isalpha, title))]
    if len(told) * 2 < len(titles):
        return 0.0
    sums = sum(1 for block in group.blocks.values() if _MONEY.search(view.text(block))) / len(group.blocks)
    words = sum(len(title.split()) for title in told) / len(told)
    different = len(set(told)) / len(told)
    chrome = sum(1 for anchors in group.targets.values() if anchors[0].element in view.chrome) / len(group.targets)
    own_name = sum(
        1 for anchors in group.targets.values() for anchor in anchors[:1]
        if anchor.text.casefold() in {part.casefold() for part in anchor.components}
    ) / len(group.targets)  # fmt: skip
    parts = words_of(group.shape)
    factor = 1.0
    factor *= 1.4 if any(part in cue_words().listing_paths for part in parts) else 1.0
    factor *= 0.5 if any(part in cue_words().account_paths for part in parts) else 1.0
    factor *= 0.4 if any(part in cue_words().category_paths for part in parts) else 1.0
    factor *= 1 - 0.8 * chrome
    factor *= 1 - 0.7 * own_name
    return math.log1p(len(titles)) * (0.15 + sums) * min(1.0, words / 4) * different * factor


def _settled(pages: list[dict[str, etree._Element]]) -> list[list[etree._Element]]:
    """Blocks brought to the form that most listings have: the last row of a list is often taken with what follows it.

    Listings are counted once each: a box of featured ones shows the same few on every page.
    """
    listed = {(target, _form(block)) for page in pages for target, block in page.items()}
    if not listed:
        return [[] for _ in pages]
    forms = Counter(form for _, form in sorted(listed))
    usual = forms.most_common(1)[0][0]
    prevails = 2 * forms[usual] >= len({target for target, _ in listed})
    settled = []
    for page in pages:
        rows = []
        for block in page.values():
            if _form(block) != usual:
                inner = [element for element in block.iter(str(usual[0])) if _form(element) == usual]
                outer = [element for element in block.iterancestors(str(usual[0])) if _form(element) == usual]
                found = inner if len(inner) == 1 else outer if outer and not inner else []
                if not found and prevails:
                    continue
                rows.append(found[0] if found else block)
                continue
            rows.append(block)
        settled.append(list(dict.fromkeys(rows)))
    return settled


def _form(element: etree._Element) -> tuple[str, str, str]:
    parent = element.getparent()
    around = str(parent.tag) if parent is not None else ""
    # Zebra stripes and marks of single rows ("odd", "featured") are no part of the form.
    names = class_names(element)
    return str(element.tag), names[0] if names else "", around


def _selector(
    views: Sequence[ScopeView], nodes: Sequence[Sequence[etree._Element]], literal: str
) -> tuple[dict[str, str], float]:
    """The selector that finds these rows best, the simplest among equals."""
    rows = [row for page in nodes for row in page]
    tag = str(Counter(str(row.tag) for row in rows).most_common(1)[0][0])
    alike = [row for row in rows if row.tag == tag]
    shared = set(class_names(alike[0])).intersection(*(set(class_names(row)) for row in alike[1:]))
    link = f".//a[contains(@href, {xpath_text(literal)})]"
    candidates: list[dict[str, str]] = []
    for name in [name for name in class_names(alike[0]) if name in shared and _LASTING.match(name)][:3]:
        candidates.append({"css": f"{tag}.{name}"})
        candidates.append({"xpath": f".//{tag}[contains(concat(' ', @class, ' '), ' {name} ')][{link}]"})
    parents = Counter(_parent_css(row) for row in alike)
    for css, _ in parents.most_common(2):
        if css:
            candidates.append({"css": f"{css} > {tag}"})
            candidates.append({"css": f"{css} > {tag}:has(a[href*={quoted(literal)}])"})
    candidates.append({"xpath": f".//{tag}[{link}][not(.//{tag}[{link}])]"})
    depths = Counter(_depth(row, literal) for row in alike).most_common(2)
    candidates += [{"xpath": f"{link}/ancestor::{tag}[{depth}]"} for depth, _ in depths if depth]
    candidates.append({"xpath": f".//{tag}[{link}]"})
    scored = [(_exactness(candidate, views, nodes), -place) for place, candidate in enumerate(candidates)]
    best, place = max(scored, key=lambda pair: (round(pair[0], 2), pair[1]))
    return candidates[-place], best


def _parent_css(row: etree._Element) -> str:
    parent = row.getparent()
    for element in (parent, parent.getparent() if parent is not None else None):
        if element is None:
            continue
        name = element.get("id")
        if name and _LASTING.match(name) and not re.search(r"\d{3}", name):
            css = f"{element.tag}#{name}"
        elif class_names(element):
            css = f"{element.tag}." + ".".join(class_names(element)[:2])
        else:
            continue
        return css if element is parent else f"{css} > {parent.tag if parent is not None else '*'}"
    return ""


def _depth(row: etree._Element, literal: str) -> int:
    """Which of the ancestors of its kind a row is to its link, from 1."""
    for link in row.iter("a"):
        if literal in (link.get("href") or ""):
            same = list(link.iterancestors(str(row.tag)))
            return same.index(row) + 1 if row in same else 0
    return 0


def _exactness(
    candidate: dict[str, str], views: Sequence[ScopeView], nodes: Sequence[Sequence[etree._Element]]
) -> float:
    """The F1 of a selector's rows against the rows that were found."""
    try:
        compiled = Selector.model_validate(candidate).compiled
    except ValueError:
        return 0.0
    if compiled is None:
        return 0.0
    right = selected = wanted = 0
    for view, rows in zip(views, nodes, strict=True):
        found = compiled(view.node)
        if not isinstance(found, list):
            return 0.0
        right += len(set(found) & set(rows))
        selected += len(found)
        wanted += len(rows)
    return 2 * right / (selected + wanted) if selected + wanted else 0.0


def _selected(each: dict[str, str], view: ScopeView, literal: str) -> list[etree._Element]:
    """What the selector finds on a page, with a link to a listing in it."""
    compiled = Selector.model_validate(each).compiled
    found = compiled(view.node) if compiled is not None else []
    return [row for row in found if any(literal in (link.get("href") or "") for link in row.iter("a"))]


def _lines(nodes: Sequence[Sequence[etree._Element]]) -> int:
    """How many elements lead from one row to the next: of records of two table lines, every second line is a row."""
    gaps: Counter[int] = Counter()
    for rows in nodes:
        for row, following in pairwise(rows):
            between = list(row.itersiblings("*"))
            if following in between:
                gaps[between.index(following) + 1] += 1
    if not gaps:
        return 1
    lines, count = gaps.most_common(1)[0]
    return lines if lines <= _MOST_LINES and count >= 0.6 * sum(gaps.values()) else 1


def _columns(nodes: Sequence[Sequence[etree._Element]]) -> tuple[str, ...]:
    """The heads of the columns of the table that rows are lines of."""
    for row in (page[0] for page in nodes if page):
        if row.tag != "tr":
            return ()
        table = next(row.iterancestors("table"), None)
        if table is None:
            return ()
        heads = [line for line in table.iter("tr") if next(line.iterancestors("table"), None) is table][:3]
        for line in heads:
            if line is row:
                break
            cells = [cell for cell in line if cell.tag in {"th", "td"}]
            if len(cells) > 1 and len(cells) == len([cell for cell in row if cell.tag in {"th", "td"}]):
                return tuple(map(string_value, cells))
        return ()
    return ()
