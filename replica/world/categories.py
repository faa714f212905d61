"""A market's tree of categories, in the words of its family, each with a number."""

from dataclasses import dataclass

from replica.world.catalogue import catalogue


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the tree: its number, its names from the root on, and its parent's number (None at the root)."""

    number: int
    path: tuple[str, ...]
    parent: int | None

    @property
    def name(self) -> str:
        """Its own name."""
        return self.path[-1]


class CategoryTree:
    """The categories of a family of templates, numbered in the order of their names' first use."""

    def __init__(self, family: str) -> None:
        self._by_path: dict[tuple[str, ...], Category] = {}
        self._leaf: dict[str, Category] = {}
        for key, paths in catalogue().categories.items():
            path = paths[family]
            for depth in range(1, len(path) + 1):
                self._add(path[:depth])
            self._leaf[key] = self._by_path[path]
        self.all = tuple(self._by_path.values())
        self._by_number = {category.number: category for category in self.all}

    def _add(self, path: tuple[str, ...]) -> None:
        if path not in self._by_path:
            parent = self._by_path[path[:-1]].number if len(path) > 1 else None
            self._by_path[path] = Category(len(self._by_path) + 1, path, parent)

    def of(self, key: str) -> Category:
        """The category that the catalogue's key stands for."""
        return self._leaf[key]

    def number(self, number: int) -> Category | None:
        """The category with a number."""
        return self._by_number.get(number)

    def children(self, parent: int | None) -> list[Category]:
        """The categories right below one, or the roots."""
        return [category for category in self.all if category.parent == parent]

    def line(self, category: Category) -> list[Category]:
        """The category and what is above it, root first."""
        return [self._by_path[category.path[:depth]] for depth in range(1, len(category.path) + 1)]
