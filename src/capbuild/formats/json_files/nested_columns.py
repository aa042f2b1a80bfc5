"""Columns of nested JSON objects."""

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field

from capbuild.text import numbered_name

__all__ = ["NestedColumns", "flatten"]

#: Keys of a value, from the outside in.
KeyPath = tuple[str, ...]


def flatten(found: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    """Yield the values of an object and of the objects in it, with their keys.

    Example:
        >>> list(flatten({"country": {"code": "JM"}, "staff": 3, "note": {}}))
        [(('country', 'code'), 'JM'), (('staff',), 3), (('note',), None)]
    """
    waiting: list[tuple[KeyPath, Iterator[tuple[str, Any]]]] = [((), iter(found.items()))]
    while waiting:
        above, items = waiting[-1]
        for key, value in items:
            if isinstance(value, dict) and value:
                waiting.append(((*above, key), iter(value.items())))
                break
            yield (*above, key), None if value == {} else value
        else:
            waiting.pop()


@define(eq=False)
class NestedColumns:
    """Names of the columns of nested objects: keys joined by points.

    Attributes:
        paths: Keys of each column, in order of first occurrence.

    Example:
        >>> columns = NestedColumns()
        >>> columns.row({"country": {"code": "JM"}, "law": True}), columns.row({"country.code": "PE"})
        ({'country.code': 'JM', 'law': True}, {'country.code (2)': 'PE'})
    """

    paths: dict[str, KeyPath] = field(factory=dict)
    _renamed: dict[KeyPath, str] = field(factory=dict, init=False)
    _nested: bool = field(default=False, init=False)

    def row(self, found: dict[str, Any]) -> dict[str, Any]:
        """Return the values of an object by column."""
        self._nested = self._nested or dict in set(map(type, found.values()))
        if self._nested:
            return {self._name(path): value for path, value in flatten(found)}
        if not found.keys() <= self.paths.keys():
            self.paths.update((key, (key,)) for key in found if key not in self.paths)
        return found

    def _name(self, path: KeyPath) -> str:
        name = self._renamed.get(path) or ".".join(path)
        if self.paths.get(name) != path:
            name = numbered_name(name, self.paths.__contains__)
            self._renamed[path] = name
            self.paths[name] = path
        return name
