"""XPath's location paths, taken a few steps at a time.

libxml2 looks from every node that one step finds, and compares all that it finds with all that it has: on a page where
``<div>`` lies in ``<div>``, ``//div//b`` takes time with the square of the elements, times the depth. Taken in two,
with the second step only from those ``<div>`` that lie in no other of them, it takes each element once.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lxml import etree

# Steps that lead from several nodes to the same ones.
_AXES = r"(?:(?:descendant|ancestor)(?:-or-self)?|(?:following|preceding)(?:-sibling)?)::"
_STEP = re.compile(rf"//|/(?={_AXES})")
_AROUND = re.compile(r"/(?:ancestor|following|preceding)[a-z-]*::[^/]+(?=/)")
_DOWN = re.compile(r"\.//|descendant")
# What is no plain path at its top: an operator, a variable, or words with spaces between.
_NO_PATH = re.compile(r"[|=<>+!,$]|[^\s/]\s+[^\s/]")
# A step to any depth, and predicates that are (or may be) a number: the place among the nodes of one element.
_ANY_DEPTH = re.compile(r"//(?P<test>[\w*-]+)(?P<predicates>\x01*)(?=/|$)")
_COUNTS = re.compile(
    r"\[\s*(?:[\d$]|-\s*\d|(?:position|last|count|number|sum|floor|ceiling|round|string-length)\s*\()"
    r"|\b(?:position|last)\s*\(|\s[-+*]\s|\b(?:div|mod)\b"
)
_HIDDEN = "\x01"
_GROUP = {"[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class _Stage:
    """Some steps of a path: looked from each node that the stage before found.

    ``leads_down``: only to what lies in the node.
    """

    steps: etree.XPath
    leads_down: bool


class SteppedPath:
    """A location path in stages, or a union of several.

    Attributes:
        path: it, as it was written.
        whole: the same, compiled as one.
    """

    __slots__ = ("_alternatives", "path", "whole")

    def __init__(self, path: str, compiled: Callable[[str], etree.XPath]) -> None:
        self.path = path
        self.whole = compiled(path)
        self._alternatives = tuple(
            tuple(_Stage(compiled(stage), _DOWN.match(stage) is not None) for stage in stages_of(alternative))
            for alternative in alternatives_of(path)
        )

    def __call__(self, node: etree._Element, spend: Callable[[int], None] | None = None) -> Any:
        """What the path finds, as `lxml.etree.XPath` gives it; ``spend`` is told how many nodes each stage found."""
        found = [_followed(stages, node, spend) for stages in self._alternatives]
        found = [nodes for nodes in found if nodes]
        if len(found) < 2:
            return found[0] if found else []
        if any(isinstance(one, str) for nodes in found for one in nodes):
            # Of texts it cannot be told which stands first, nor which are the same.
            return self.whole(node)
        return _in_order({one for nodes in found for one in nodes})


def stepped(path: str, compiled: Callable[[str], etree.XPath]) -> "etree.XPath | SteppedPath":
    """A path, in stages where that makes a difference.

    Args:
        path: XPath.
        compiled: compiles XPath; what it raises is raised.
    """
    path = " | ".join(map(_direct, alternatives_of(path)))
    if any(len(stages_of(alternative)) > 1 for alternative in alternatives_of(path)):
        return SteppedPath(path, compiled)
    return compiled(path)


def _direct(path: str) -> str:
    """The path with ``descendant::`` for ``//``, which libxml2 takes for two steps when predicates follow.

    They differ only for predicates that count: ``//b[1]`` is the first in each element, not the first of all.
    """
    top = _top_of(path)
    if _NO_PATH.search(top) or top.lstrip().startswith("("):
        return path
    direct, place = [], 0
    for found in _ANY_DEPTH.finditer(top):
        if not _COUNTS.search(path[found.start("predicates") : found.end("predicates")]):
            direct.append(path[place : found.start()] + "/descendant::")
            place = found.start("test")
    return "".join([*direct, path[place:]])


def _followed(stages: Sequence[_Stage], node: etree._Element, spend: Callable[[int], None] | None) -> list[Any]:
    """What the stages of one path find."""
    found: list[Any] = stages[0].steps(node)
    for stage in stages[1:]:
        found = _from_each([one for one in found if not isinstance(one, str)], stage, spend)
    return found


def _from_each(nodes: list[etree._Element], stage: _Stage, spend: Callable[[int], None] | None) -> list[Any]:
    """What a stage finds from each of several nodes, in document order."""
    if len(nodes) > 1 and stage.leads_down:
        nodes = _outermost(nodes)
    found: list[Any] = []
    seen: set[Any] = set()
    for node in nodes:
        there = stage.steps(node)
        if spend is not None:
            spend(len(there))
        if not stage.leads_down:
            there = [one for one in there if isinstance(one, str) or one not in seen]
            seen.update(there)
        found += there
    if len(nodes) <= 1 or stage.leads_down or any(isinstance(one, str) for one in found):
        return found
    return _in_order(seen)


def _in_order(nodes: set[Any]) -> list[Any]:
    """Nodes of a page in the order of the document."""
    if len(nodes) < 2:
        return list(nodes)
    return [node for node in next(iter(nodes)).getroottree().iter() if node in nodes]


def _outermost(nodes: list[etree._Element]) -> list[etree._Element]:
    """Those of some elements, in document order, that lie in no other of them."""
    kept: list[etree._Element] = []
    known: set[etree._Element] = set()
    for node in nodes:
        parent = node.getparent()
        # Rows beside each other are the rule.
        if (kept and parent is kept[-1].getparent()) or not any(around in known for around in node.iterancestors()):
            kept.append(node)
            known.add(node)
    return kept


def stages_of(path: str) -> list[str]:
    """The stages of a path, as paths; one that is no plain location path is one stage."""
    top = _top_of(path)
    if _NO_PATH.search(top) or top.lstrip().startswith("("):
        return [path]
    starts = {found.start() for found in _STEP.finditer(top) if top[: found.start()].strip(" \n\t.")}
    # What several nodes lead to is taken once, before it is looked on from there.
    starts |= {found.end() for found in _AROUND.finditer(top) if found.end() < len(top)}
    return list(_stages(path, [0, *sorted(starts), len(path)]))


def alternatives_of(path: str) -> list[str]:
    """The paths that a union is made of."""
    top = _top_of(path)
    bounds = [-1, *(place for place, char in enumerate(top) if char == "|"), len(path)]
    parts = [path[start + 1 : end].strip() for start, end in pairwise(bounds)]
    return parts if all(parts) and not any(_NO_PATH.search(_top_of(part)) for part in parts) else [path]


def _stages(path: str, bounds: Sequence[int]) -> Iterator[str]:
    for start, end in pairwise(bounds):
        part = path[start:end]
        if start and part.startswith("//"):
            yield f".{part}"
        else:
            yield part[1:] if start else part


def _top_of(path: str) -> str:
    """The path, with all that stands in brackets, parentheses and quotes overwritten."""
    top = []
    closing: list[str] = []
    for char in path:
        if closing:
            if char == closing[-1]:
                closing.pop()
            elif closing[-1] not in "\"'" and char in "[(\"'":
                closing.append(_GROUP.get(char, char))
            top.append(_HIDDEN)
        else:
            if char in "[(\"'":
                closing.append(_GROUP.get(char, char))
            top.append(_HIDDEN if char in "[\"'" else char)
    return "".join(top)
