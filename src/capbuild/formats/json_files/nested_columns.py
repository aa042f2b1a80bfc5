"""Columns of nested JSON objects."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from attrs import define, field

from capbuild.formats.headers import Role, header_meaning
from capbuild.formats.json_files.json_file import is_json_list, is_json_object, json_list
from capbuild.text import numbered_name

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


def find_inner_list(items: Iterable[object]) -> KeyPath:
    """Return the keys of the list of objects in each item whose objects are the rows of a table; empty for none.

    They name a country, as on a page of several, or a question with its answer. Others are repeats of their item, as
    are partners or donors of an item that names its own country.

    Example:
        >>> find_inner_list([{"page": 1, "data": {"rows": [{"country": "Peru"}]}}, {"page": 2, "data": {"rows": []}}])
        ('data', 'rows')
        >>> find_inner_list([{"country": "Peru", "courses": [{"title": "Law", "days": 2}]}])
        ()
    """
    objects = [one for one in items if is_json_object(one)]
    lists: dict[KeyPath, list[Mapping[str, Any]]] = {}
    for one in objects:
        for keys, value in flatten(one):
            lists.setdefault(keys, []).extend(json_list(value))

    def are_rows(keys: KeyPath) -> bool:
        inner = key_roles(lists[keys])
        names_country = Role.COUNTRY in inner and Role.COUNTRY not in key_roles(objects, keys)
        return names_country or inner >= {Role.QUESTION, Role.ANSWER}

    found = [keys for keys, listed in lists.items() if listed and are_rows(keys)]
    return found[0] if len(found) == 1 else ()


def key_roles(objects: Iterable[Mapping[str, Any]], but: KeyPath = ()) -> set[Role]:
    """Return the roles that the keys of objects name, alone or joined, but those of one value."""
    paths = {keys for one in objects for keys, _ in flatten(one) if keys != but}
    paths |= {keys[:depth] for keys in paths for depth in range(1, len(keys))}
    meanings = (header_meaning(".".join(keys)) for keys in paths)
    return {meaning.role for meaning in meanings if meaning is not None}


@define(eq=False)
class NestedColumns:
    """Names of the columns of nested objects: keys joined by points.

    Attributes:
        inner: Keys of a list of objects in each object, whose items are the rows; empty for none.
        paths: Keys of each column, in order of first occurrence.

    Example:
        >>> columns = NestedColumns()
        >>> [row for found in ({"country": {"code": "JM"}}, {"country.code": "PE"}) for _, row in columns.rows(found)]
        [{'country.code': 'JM'}, {'country.code (2)': 'PE'}]
        >>> list(NestedColumns(("rows",)).rows({"page": 1, "rows": [{"law": "yes"}, {"law": "no"}]}))
        [(0, {'page': 1, 'law': 'yes'}), (1, {'page': 1, 'law': 'no'})]
    """

    inner: KeyPath = ()
    paths: dict[str, KeyPath] = field(factory=dict, init=False)
    _renamed: dict[KeyPath, str] = field(factory=dict, init=False)
    _nested: bool = field(default=False, init=False)

    def rows(self, found: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the rows of an object: position in the inner list, and values by column."""
        values = dict(flatten(found)) if self.inner else {}
        items = values.pop(self.inner, None)
        if not self.inner or (items and not is_json_list(items)):
            yield 0, self.row(found)
            return
        outer = {self._name(keys): value for keys, value in values.items()}
        if not items:
            yield 0, outer
        for at, item in enumerate(items or ()):
            parts = flatten(item) if is_json_object(item) else [((), item)]
            yield at, outer | {self._name((*self.inner, *keys), keys): value for keys, value in parts}

    def row(self, found: dict[str, Any]) -> dict[str, Any]:
        """Return the values of an object by column."""
        self._nested = self._nested or bool(self.inner) or dict in set(map(type, found.values()))
        if self._nested:
            return {self._name(keys): value for keys, value in flatten(found)}
        if not found.keys() <= self.paths.keys():
            self.paths.update((key, (key,)) for key in found if key not in self.paths)
        return found

    def _name(self, keys: KeyPath, shown: KeyPath = ()) -> str:
        name = self._renamed.get(keys) or ".".join(shown or keys)
        if self.paths.get(name) != keys:
            name = numbered_name(name, self.paths.__contains__)
            self._renamed[keys] = name
            self.paths[name] = keys
        return name

    def drop_objects(self, find_filled: Callable[[Collection[str]], Collection[str]]) -> None:
        """Drop columns that are the objects of other columns and have no value: `{}` or null beside filled objects.

        Args:
            find_filled: Returns those of some columns that have a value; called once at most.
        """
        objects = {keys[:depth] for keys in self.paths.values() for depth in range(1, len(keys))}
        names = [name for name, keys in self.paths.items() if keys in objects]
        filled = find_filled(names) if names else ()
        for name in names:
            if name not in filled:
                del self.paths[name]

    def place(self, name: str, at: int) -> tuple[str | int, ...]:
        """Return the path in its object of a column's value, in the row of an item of the inner list."""
        keys, depth = self.paths[name], len(self.inner)
        return (*self.inner, at, *keys[depth:]) if depth and keys[:depth] == self.inner else keys
