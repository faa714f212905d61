"""Menus: the blocks of a page that lead elsewhere and say nothing about what it is.

A block is a menu when it is a form of search, when it calls itself one (``nav``, ``class="sidebar"``) and holds links,
or when it is nearly all short links. Its text, links and rows are looked at apart. What is in a menu does not count for
the block around it, so that a page of one sentence between menus is not a menu as a whole.
"""

from typing import NamedTuple

from extractors.page_kinds.rows import Row

_TAGS = frozenset({"nav", "footer", "aside"})
_WORDS = frozenset(
    {"nav", "navbar", "navigation", "menu", "sidebar", "footer", "topbar", "header", "breadcrumb", "breadcrumbs",
     "mainmenu", "submenu", "foot", "topnav", "sidenav", "usermenu"}
)  # fmt: skip
_BLOCKS = frozenset(
    {"div", "ul", "ol", "table", "td", "section", "p", "tr", "dl", "tbody", "center", "form", "article", "li"}
)
# What calls itself a menu, but holds so much text besides links, is a page whose menu was never closed.
_MOST_TEXT = 600
# So many links make a menu; fewer a bar: tabs, actions, page numbers.
_BAR_LINKS, _MENU_LINKS = 5, 9
_LINK_SHARE = 0.65
_LONGEST_LINK = 30


# A form of search, filters, sorting.
SEARCH_FORM = "search form"


class Menu(NamedTuple):
    """A menu from one place in the page up to another."""

    begin: int
    end: int
    zone: str


class Menus:
    """The menus of a page, none inside another."""

    def __init__(self) -> None:
        self.found: list[Menu] = []

    def close(self, row: Row, place: int) -> bool:
        """A block is over at this place: whether it is a menu. It takes the place of the menus in it."""
        zone = _zone(row)
        if not zone:
            return False
        while self.found and self.found[-1].begin > row.place:
            self.found.pop()
        self.found.append(Menu(row.place, place, zone))
        return True

    def zones(self, places: int) -> list[str]:
        """For each place of the page, from 0: the zone of the menu that it is in, or ""."""
        zones = [""] * (places + 1)
        for menu in self.found:
            zones[menu.begin : menu.end + 1] = [menu.zone] * (menu.end + 1 - menu.begin)
        return zones


def is_named_menu(tag: str, css_class: str, name: str) -> bool:
    """Whether an element calls itself a menu."""
    if tag in _TAGS:
        return True
    if tag not in _BLOCKS or not (css_class or name):
        return False
    words = f"{css_class} {name}".lower().replace("-", " ").replace("_", " ").split()
    return not _WORDS.isdisjoint(words)


def _zone(row: Row) -> str:
    if row.form and row.searches and not row.passwords and row.characters - row.link_characters < _MOST_TEXT:
        return SEARCH_FORM
    if row.named_menu and row.links > 1 and row.characters - row.link_characters < _MOST_TEXT:
        return "menu"
    if row.tag not in _BLOCKS or row.links < _BAR_LINKS or row.fields:
        return ""
    short = row.link_characters <= _LONGEST_LINK * row.links
    bare = row.images * 3 <= row.links and (row.money + row.dates) * 5 <= row.links
    if short and bare and row.link_characters >= _LINK_SHARE * row.characters:
        return "menu" if row.links >= _MENU_LINKS else "bar"
    return ""
