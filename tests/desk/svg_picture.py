"""An SVG picture read as a viewer would read it: its texts, its bars, its axis."""

import re
from dataclasses import dataclass

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"

# Nothing else is in a picture: nothing here loads, links, acts or styles.
PLAIN_TAGS = {"svg", "g", "title", "desc", "text", "rect", "line", "polyline", "circle"}
PLAIN_ATTRIBUTES = {
    "viewBox", "width", "height", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "points", "transform", "role",
    "class", "font-family", "font-size", "font-weight", "fill", "stroke", "stroke-width", "stroke-dasharray",
    "text-anchor",
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """A bar's horizontal place."""

    way: str
    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width


class SvgPicture:
    """A picture."""

    def __init__(self, svg: str) -> None:
        self.root = etree.fromstring(svg.encode("utf-8"))
        assert self.root.tag == f"{SVG}svg"

    @property
    def height(self) -> float:
        return float(self.root.get("height"))

    def texts(self, name: str) -> list[str]:
        """The text of every element of that class, in order."""
        return [one.text or "" for one in self.root.iter(f"{SVG}text") if one.get("class") == name]

    @property
    def bars(self) -> list[Bar]:
        return [
            Bar(one.get("class").removeprefix("bar "), float(one.get("x")), float(one.get("width")))
            for one in self.root.iter(f"{SVG}rect")
            if (one.get("class") or "").startswith("bar ")
        ]

    def places(self, name: str) -> list[tuple[float, str]]:
        """Where on the axis each text of that class is."""
        return [(float(one.get("x")), one.text) for one in self.root.iter(f"{SVG}text") if one.get("class") == name]

    @property
    def bits(self) -> tuple[float, float]:
        """Where 0 bits are, and how far 1 bit is, as the axis shows it."""
        ticks = [(at, float(text.replace("\u2212", "-"))) for at, text in self.places("bit")]
        (low_at, low), (high_at, high) = ticks[0], ticks[-1]
        one = (high_at - low_at) / (high - low)
        return low_at - low * one, one

    def assert_plain(self) -> None:
        """Nothing in it acts or loads, and no text in it hides anything."""
        for element in self.root.iter():
            assert isinstance(element.tag, str), "a comment or an instruction"
            assert element.tag.removeprefix(SVG) in PLAIN_TAGS
            assert set(element.attrib) <= PLAIN_ATTRIBUTES
            for name, value in element.attrib.items():
                assert re.fullmatch(r"[\w\s#.,()-]*", value), (name, value)
