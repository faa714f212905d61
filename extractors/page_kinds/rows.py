"""Repeating rows: how many parts of a page are built alike and hold a link and a sum, a date and a text, a count.

A part counts when it holds both things itself and no part inside it does; parts are alike when they and what they
stand in have the same tag and they have the same class. What counts is the largest group of parts that are alike.
"""

from dataclasses import dataclass, field

_MAX_TARGETS = 4
# A label with its value is of few texts, and short.
_MOST_TEXTS, _SHORT = 4, 120
# Whatever holds no link is a row by two texts at least.
_FEWEST_TEXTS = 2
ROW_KINDS = (
    "offer", "pictured offer", "linked offer", "counted link", "pictured link", "dated", "dated masked", "dated sum",
    "starred", "sum", "pair",
)  # fmt: skip
_Sign = tuple[str, str, str]


@dataclass(slots=True)
class Row:
    """A part of a page, and what was found in it besides menus.

    Attributes:
        tag, outer, css_class: of its element; ``outer`` is the tag of what it stands in.
        place: where it began.
        named_menu: whether it calls itself a menu. form: whether it is one; searches: whether a part
            of it says that it searches.
        characters: of its texts that are no bare counts; link_characters: of those in links.
        texts, links, images, fields, passwords, money, dates, stars, masked, numbers: how many it holds.
        targets: where its links lead: the first few different ones.
        inside: the kinds of row that it, or a part of it, is.
    """

    tag: str
    outer: str
    css_class: str
    place: int = 0
    named_menu: bool = False
    form: bool = False
    searches: bool = False
    passwords: int = 0
    characters: int = 0
    link_characters: int = 0
    texts: int = 0
    links: int = 0
    images: int = 0
    fields: int = 0
    money: int = 0
    dates: int = 0
    stars: int = 0
    masked: int = 0
    numbers: int = 0
    targets: list[str] = field(default_factory=list)
    inside: set[str] = field(default_factory=set)

    def text(self, text: str, shapes: tuple[str, ...], *, linked: bool) -> None:
        """A text of these shapes stands in it."""
        self.texts += 1
        if "number" not in shapes:
            self.characters += len(text)
            if linked:
                self.link_characters += len(text)
        for shape in shapes:
            if shape == "money":
                self.money += 1
            elif shape == "date":
                self.dates += 1
            elif shape == "number":
                self.numbers += 1
            elif shape == "stars":
                self.stars += 1
            elif shape == "masked":
                self.masked += 1

    def link(self, target: str) -> None:
        """A link to this target stands in it."""
        self.links += 1
        if len(self.targets) < _MAX_TARGETS and target not in self.targets:
            self.targets.append(target)

    def take(self, inner: "Row") -> None:
        """Add what a part of it holds."""
        if not (inner.texts or inner.links or inner.images or inner.fields or inner.searches):
            return
        self.inside |= inner.inside
        self.characters += inner.characters
        self.link_characters += inner.link_characters
        self.texts += inner.texts
        self.links += inner.links
        self.images += inner.images
        self.fields += inner.fields
        self.passwords += inner.passwords
        self.searches |= inner.searches
        self.money += inner.money
        self.dates += inner.dates
        self.stars += inner.stars
        self.masked += inner.masked
        self.numbers += inner.numbers
        for target in inner.targets:
            if len(self.targets) < _MAX_TARGETS and target not in self.targets:
                self.targets.append(target)


class RowFinder:
    """Groups of rows that are alike, by what they hold."""

    def __init__(self) -> None:
        self._met: list[tuple[str, Row]] = []

    def close(self, row: Row, outer: Row | None) -> None:
        """A part is over: keep it if it is a row, and add what it holds to the part that it stands in."""
        for kind in _kinds(row):
            if kind not in row.inside:
                self._met.append((kind, row))
                row.inside.add(kind)
        if outer is not None:
            outer.take(row)

    def summary(self, zones: list[str]) -> dict[str, int]:
        """By kind of row: the size of the largest group, how many different links lead out of it, its characters.

        ``zones`` says for each place what menu it is in; rows of menus are summed up apart.
        """
        groups: dict[str, dict[_Sign, list[Row]]] = {}
        for kind, row in self._met:
            name = f"menu {kind}" if zones[row.place] else kind
            groups.setdefault(name, {}).setdefault((row.tag, row.outer, row.css_class), []).append(row)
        found: dict[str, int] = {}
        for name, group in groups.items():
            _, rows = max(group.items(), key=lambda entry: (len(entry[1]), entry[0]))
            found[name] = len(rows)
            found[f"{name}:targets"] = len({row.targets[0] for row in rows if row.targets})
            found[f"{name}:characters"] = sum(row.characters for row in rows)
        return found


def _kinds(row: Row) -> list[str]:
    """The kinds of row that a part is."""
    if row.texts < _FEWEST_TEXTS and not row.targets:
        return []
    several, short = row.texts > 1, row.texts > 1 and row.texts <= _MOST_TEXTS and row.characters < _SHORT
    linked = bool(row.targets)
    signs = {
        "offer": linked and row.money,
        "pictured offer": linked and row.money and row.images,
        "linked offer": len(row.targets) > 1 and row.money,
        "counted link": linked and row.numbers and not row.money and row.texts < _MOST_TEXTS,
        "pictured link": linked and row.images,
        "dated": several and row.dates,
        "dated masked": several and row.dates and row.masked,
        "dated sum": several and row.dates and row.money,
        "starred": several and row.stars,
        "sum": several and row.money and not linked,
        "pair": short and not linked,
    }
    return [kind for kind, holds in signs.items() if holds]
