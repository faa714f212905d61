"""XPath's location paths, taken a few steps at a time.

libxml2 looks from every node that one step finds, and compares all that it finds with all that it has: on a page where
``<div>`` lies in ``<div>``, ``//div//b`` takes time with the square of the elements, times the depth. Taken in two, with
the second step only from those ``<div>`` that lie in no other of them, it takes each element once.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

# Steps that lead from several nodes to the same ones.
_AXES = r"(?:descendant|descendant-or-self|following|following-sibling|preceding|preceding-sibling|ancestor|ancestor-or-self)::"
_STEP = re.compile(rf"//|/(?={_AXES})")
_DOWN = re.compile(r"\.//|descendant")
# What is no plain path at its top: an operator, a variable, or words with spaces between.
_NO_PATH = re.compile(r"[|=<>+!,$]|[^\s/]\s+[^\s/]")
_GROUP = {"[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class _Stage:
    """Some steps of a path: looked from each node that the stage before found.

    ``leads_down``: only to what lies in the node.
    """

    steps: etree.XPath
    leads_down: bool


class SteppedPath:
    """A location path in stages, or a union of several. ``path`` is the path as it was written."""

    __slots__ = ("_alternatives", "_whole", "path")

    def __init__(self, path: str, compiled: Callable[[str], etree.XPath]) -> None:
        self.path = path
        self._whole = compiled(path)
        self._alternatives = tuple(
            tuple(_Stage(compiled(stage), _DOWN.match(stage) is not None) for stage in stages_of(alternative))
            for alternative in alternatives_of(path)
        )

    def __call__(self, node: etree._Element, spend: Callable[[int], None] | None = None) -> Any:
        """What the path finds, as `lxml.etree.XPath` gives it; ``spend`` is told how many nodes each stage has found."""
        found = [_followed(stages, node, spend) for stages in self._alternatives]
        found = [nodes for nodes in found if nodes]
        if len(found) < 2:
            return found[0] if found else []
        if any(isinstance(one, str) for nodes in found for one in nodes):
            # Of texts it cannot be told which stands first, nor which are the same.
            return self._whole(node)
        return _in_order(dict.fromkeys(one for nodes in found for one in nodes))


def stepped(path: str, compiled: Callable[[str], etree.XPath]) -> "etree.XPath | SteppedPath":
    """A path, in stages where that makes a difference.

    Args:
        path: XPath.
        compiled: compiles XPath; what it raises is raised.
    """
    if any(len(stages_of(alternative)) > 1 for alternative in alternatives_of(path)):
        return SteppedPath(path, compiled)
    return compiled(path)


def _followed(stages: Sequence[_Stage], node: etree._Element, spend: Callable[[int], None] | None) -> list[Any]:
    """What the stages of one path find."""
    found = stages[0].steps(node)
    for stage in stages[1:]:
        found = _from_each([one for one in found if not isinstance(one, str)], stage)
        if spend is not None:
            spend(len(found))
    return found


def _from_each(nodes: list[etree._Element], stage: _Stage) -> list[Any]:
    if len(nodes) > 1 and stage.leads_down:
        nodes = _outermost(nodes)
    if len(nodes) <= 1 or stage.leads_down:
        return [one for node in nodes for one in stage.steps(node)]
    found: dict[Any, None] = {}
    for node in nodes:
        found.update(dict.fromkeys(stage.steps(node)))
    return list(found) if any(isinstance(one, str) for one in found) else _in_order(found)


def _in_order(nodes: Mapping[Any, None]) -> list[Any]:
    """Nodes of a page in the order of the document."""
    order = {node: place for place, node in enumerate(next(iter(nodes)).getroottree().iter()) if node in nodes}
    return sorted(order, key=order.__getitem__)


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
    starts = [found.start() for found in _STEP.finditer(top) if top[: found.start()].strip(" \n\t.")]
    bounds = [0, *starts, len(path)]
    return list(_stages(path, bounds))


def alternatives_of(path: str) -> list[str]:
    """The paths that a union is made of."""
    top = _top_of(path)
    bounds = [-1, *(place for place, char in enumerate(top) if char == "|"), len(path)]
    parts = [path[start + 1 : end].strip() for start, end in zip(bounds[:-1], bounds[1:], strict=True)]
    return parts if all(parts) and not any(_NO_PATH.search(_top_of(part)) for part in parts) else [path]


def _stages(path: str, bounds: Sequence[int]) -> Iterator[str]:
    for start, end in zip(bounds[:-1], bounds[1:], strict=True):
        part = path[start:end]
        if start and part.startswith("//"):
            yield f".{part}"
        else:
            yield part[1:] if start else part


def _top_of(path: str) -> str:
    """The path, with all that stands in brackets, parentheses and quotes overwritten by underscores."""
    top = []
    closing: list[str] = []
    for char in path:
        if closing:
            if char == closing[-1]:
                closing.pop()
            elif closing[-1] not in "\"'" and char in "[(\"'":
                closing.append(_GROUP.get(char, char))
            top.append("_")
        else:
            if char in "[(\"'":
                closing.append(_GROUP.get(char, char))
            top.append("_" if char in "[\"'" else char)
    return "".join(top)
