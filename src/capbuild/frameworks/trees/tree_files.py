"""Values of tree-shaped files with their locations."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import evolve, field, frozen

from capbuild._jsonpath import json_path
from capbuild.checks import to_map
from capbuild.frozen import FrozenMap
from capbuild.origin import Origin


@frozen(kw_only=True)
class Tree:
    """Object in a tree-shaped file.

    Attributes:
        file: Name of the file.
        value: Its keys and values; empty if it is not an object.
        path: Its path: keys, and indexes from 0.
        lines: Line of each object of the file, by path; empty if the format has none.
        open_relative: Function that returns the tree of another file by relative path; None without one.
    """

    file: str
    value: Mapping[str, Any] = field(factory=dict, repr=False)
    path: tuple[str | int, ...] = ()
    lines: FrozenMap[tuple[str | int, ...], int] = field(factory=FrozenMap, converter=to_map, repr=False)
    open_relative: "Callable[[str], Tree | None]" = field(default=lambda _: None, repr=False)

    @property
    def origin(self) -> Origin:
        """Its origin."""
        return Origin(self.file, row=self.lines.get(self.path), path=json_path(self.path) if self.path else None)

    def __contains__(self, key: str) -> bool:
        return self.value.get(key) is not None

    def text(self, *keys: str) -> str:
        """Return the first non-blank value of some keys, as text."""
        for key in keys:
            value = self.value.get(key)
            if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
        return ""

    def number(self, key: str) -> float | int | None:
        """Return a number, or None."""
        text = self.text(key)
        try:
            found = float(text)
        except ValueError:
            return None
        return int(found) if found.is_integer() else found if abs(found) < float("inf") else None

    def flag(self, key: str) -> bool:
        """True if a value is true."""
        return self.value.get(key) is True

    def names(self, key: str) -> tuple[str, ...]:
        """Return the texts in a list, or in a comma-separated text."""
        value = self.value.get(key)
        found = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else ()
        return tuple(str(one).strip() for one in found if isinstance(one, str | int | float) and str(one).strip())

    def tree(self, key: str) -> "Tree":
        """Return the object at a key."""
        value = self.value.get(key)
        return evolve(self, value=value if isinstance(value, dict) else {}, path=(*self.path, key))

    def trees(self, key: str) -> "Iterator[Tree]":
        """Yield the objects in the list at a key; a single object counts as a list."""
        value = self.value.get(key)
        if isinstance(value, dict):
            yield self.tree(key)
        for place, one in enumerate(value if isinstance(value, list) else ()):
            if isinstance(one, dict):
                yield evolve(self, value=one, path=(*self.path, key, place))
