"""Find the table of a JSON document."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod
from typing import Any

from attrs import evolve, frozen

from capbuild._jsonpath import Path, json_path
from capbuild.formats.headers import Role
from capbuild.formats.json_files.json_file import is_json_list, is_json_object, json_list, json_object
from capbuild.formats.json_files.nested_columns import find_inner_list, flatten, key_roles
from capbuild.formats.places import is_code, is_country_name
from capbuild.text import numbered_name

#: Objects whose values are looked at.
_SAMPLE = 20
#: Name of the column of values that have no name.
_VALUE = "value"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},]')


@frozen(eq=False)
class JsonTable:
    """Table of a JSON document: its rows as objects, and where their values are.

    Attributes:
        items: The rows. Values that are no objects are no rows.
        place: Returns the path of a row, or of the value with some keys in it.
        above: Keys and positions above the table.
        depth: Number of steps above the step of the row; None if the document is the row.
        header: Path of the list of column names, if it is beside the table.

    Example:
        >>> table = find_table({"page": 1, "data": {"law": ["yes", "no"], "country": ["Peru", "Cuba"]}})
        >>> table.items[1], table.place(1, ("law",)), table.column_place(("law",))
        ({'law': 'no', 'country': 'Cuba'}, ('data', 'law', 1), '$.data.law[*]')
    """

    items: Sequence[object]
    place: Callable[[int, Path], Path]
    above: Path
    depth: int | None
    header: Path = ()

    @classmethod
    def of_records(cls, items: Sequence[object], above: Path = ()) -> "JsonTable":
        """Return the table of a list of objects."""
        return cls(items, lambda at, keys: (*above, at, *keys), above, len(above))

    def column_place(self, keys: Path) -> str:
        """Return the path of a column as JSONPath."""
        path = self.place(0, keys)
        if self.depth is None:
            return json_path(path)
        return f"{json_path(path[: self.depth])}[*]{json_path(path[self.depth + 1 :])[1:]}"


def find_table(value: object) -> JsonTable | None:
    """Return the table of a document; None if it has none, or several. JSON-stat is a table.

    It is a list of objects: the only one, or the only one whose objects name a country. Else it is an object for each
    country, a list of values for each column, or a list of rows below a list of names. A document of one response is
    its row.

    Example:
        >>> find_table({"JM": {"law": "yes"}, "PE": {"law": "no"}}).items
        [{'country': 'JM', 'law': 'yes'}, {'country': 'PE', 'law': 'no'}]
        >>> find_table({"columns": ["country", "law"], "data": [["PE", "no"]]}).items
        [{'country': 'PE', 'law': 'no'}]
    """
    parts = list(_parts(value))
    if (cube := next(filter(None, (_cube(path, part) for path, part in parts)), None)) is not None:
        return cube
    lists = [(path, part) for path, part in parts if json_list(part)]
    sure = len(lists) > 1  # a model has lists of countries and of much else
    named = [(path, part) for path, part in lists if names_country(json_list(part), known=sure)]
    found = named if len(named) == 1 else lists
    others = [table for path, part in parts for find in (_keyed, _columns) if (table := find(path, part)) is not None]
    others.extend(_rows(parts))
    # The outermost counts: objects by country may be the columns of a table.
    others = [one for one in others if not any(_is_within(one, other) for other in others)]
    if is_json_object(value) and not others and _is_one_response(value):
        return JsonTable([value], lambda _, keys: keys, (), None)
    if len(others) == 1 and not named:
        return others[0]
    return JsonTable.of_records(found[0][1], found[0][0]) if len(found) == 1 else None


def _is_one_response(value: Mapping[str, Any]) -> bool:
    """True if an object names its country and has no list of objects but one of questions with their answers."""
    lists = any(json_list(part) for _, part in flatten(value))
    return Role.COUNTRY in key_roles([value]) and (not lists or bool(find_inner_list([value])))


def _is_within(inner: JsonTable, outer: JsonTable) -> bool:
    return inner.above != outer.above and inner.above[: len(outer.above)] == outer.above


def names_country(objects: Sequence[Mapping[str, Any]], *, known: bool = False) -> bool:
    """True if objects name a country: by a key, or by a value that is a country's name in each of the first ones.

    Args:
        objects: The objects.
        known: Whether some value must be a known country.

    Example:
        >>> [names_country(one) for one in ([{"pais": "x"}], [{"name": "Peru"}, {"name": "Cuba"}], [{"a": 1}])]
        [True, True, False]
    """
    first = [dict(flatten(one)) for one in objects[:_SAMPLE]]
    values = (value for one in first for value in one.values() if isinstance(value, str))
    if Role.COUNTRY in key_roles(objects) and (
        not known or any(is_country_name(one) or is_code(one) for one in values)
    ):
        return True
    named = (keys for keys in (first[0] if first else ()) if not any(map(str.isdigit, keys)))
    texts = ([one.get(keys) for one in first] for keys in named)
    return any(all(isinstance(text, str) and is_country_name(text) for text in column) for column in texts)


def is_empty(value: object) -> bool:
    """True if a document is a list without items, or an object with such lists only.

    Example:
        >>> [is_empty(one) for one in ([], {}, {"count": 0, "results": []}, {"count": 0}, {"a": [], "b": [1]})]
        [True, True, True, False, False]
    """
    lists = [part for _, part in flatten({"": value}) if is_json_list(part)]
    return value == {} or (bool(lists) and not any(lists))


def load_start(text: str) -> object:
    """Return what the beginning of a JSON document holds, as if it ended there; None if it is not valid.

    Example:
        >>> load_start('{"data": [{"law": "yes"}, {"law": "n'), load_start("[1, 2"), load_start('{"a": 1}')
        ({'data': [{'law': 'yes'}, {}]}, [1], {'a': 1})
    """
    closers: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            closers.append("]" if token[0] == "[" else "}")
        elif token[0] in "]}" and closers:
            closers.pop()
        elif token[0] != ",":
            continue
        end = token.start() if token[0] == "," else token.end()
    try:
        return json.loads(text if not closers else text[:end] + "".join(reversed(closers)))
    except (ValueError, RecursionError):
        return None


def _parts(value: object) -> Iterator[tuple[Path, Any]]:
    """Yield an object and the objects and lists in it, with their paths; of a list also a list of objects in it."""
    inner = [(at, part) for at, part in enumerate(value) if json_list(part)] if is_json_list(value) else []
    if len(inner) == 1:  # beside an object that describes it
        yield (inner[0][0],), inner[0][1]
        return
    yield (), value
    for key, part in value.items() if is_json_object(value) else ():
        for path, within in _parts(part) if is_json_object(part) else [((), part)]:
            yield (key, *path), within


def _keyed(above: Path, value: object) -> JsonTable | None:
    """Return the table of an object with an object, a list of objects or a value for each country."""
    rows = json_object(value)
    found: list[tuple[Path, Mapping[str, Any]]] = []
    for name, row in rows.items():
        if is_json_list(row) and len(json_list(row)) == len(row):
            found.extend(((name, at), one) for at, one in enumerate(row))
        else:
            found.append(((name,), row if is_json_object(row) else {_VALUE: row}))
    if not found or not _are_countries(list(rows)):
        return None
    head = numbered_name("country", {key for _, row in found for key in row}.__contains__)

    def place(at: int, keys: Path) -> Path:
        return (*above, *found[at][0], *(() if keys in ((head,), (_VALUE,)) else keys))

    return JsonTable([{head: step[0], **row} for step, row in found], place, above, len(above))


def _columns(above: Path, value: object) -> JsonTable | None:
    """Return the table of an object with a list for each column, or an object by country or by number of the row."""
    columns = json_object(value)
    cells = [_by_row(column) for column in columns.values()]
    steps = list(dict.fromkeys(step for one in cells for step in one))
    alike = not any(map(is_json_list, columns.values())) or len(set(map(len, cells))) == 1
    if not cells or not all(cells) or not alike:
        return None
    head = numbered_name("country", columns.__contains__) if len(cells) > 1 and _are_countries(steps) else ""
    if not head and Role.COUNTRY not in key_roles([dict.fromkeys(columns)]):
        return None
    names, first = list(columns), next(iter(columns))
    rows = [dict(zip(names, (one.get(step) for one in cells), strict=True)) for step in steps]

    def place(at: int, keys: Path) -> Path:
        return (*above, keys[0] if keys and keys != (head,) else first, steps[at], *keys[1:])

    rows = [{head: step, **row} for step, row in zip(steps, rows, strict=True)] if head else rows
    return JsonTable(rows, place, above, len(above) + 1)


def _cube(above: Path, value: object) -> JsonTable | None:
    """Return the table of a dataset of JSON-stat: a row for each value, with the categories of its dimensions."""
    dataset = json_object(value)
    dimensions, cells = json_object(dataset.get("dimension")), dataset.get("value")
    about = dataset if is_json_list(dataset.get("id")) else dimensions  # as in its first version
    names = [name for name in about.get("id") or () if is_json_object(dimensions.get(name))]
    labels = [_categories(dimensions[name]) for name in names]
    found: dict[Any, Any] = dict(enumerate(cells)) if is_json_list(cells) else dict(json_object(cells))
    if not names or not found or list(map(len, labels)) != about.get("size"):
        return None
    size = prod(map(len, labels))
    steps = [step for step in found if str(step).isdecimal() and int(step) < size]
    rows = [_coordinates(int(step), names, labels) | {_VALUE: found[step]} for step in steps]

    def place(at: int, keys: Path) -> Path:
        return (*above, "value", steps[at])

    return JsonTable(rows, place, (*above, "value"), len(above) + 1)


def _coordinates(at: int, names: Sequence[str], labels: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return the categories of a value by dimension; the last dimension changes first."""
    found: dict[str, Any] = {}
    for name, among in zip(reversed(names), reversed(labels), strict=True):
        at, step = divmod(at, len(among))
        found[name] = among[step]
    return dict(reversed(found.items()))


def _categories(dimension: Mapping[str, Any]) -> list[str]:
    """Return the labels of the categories of a dimension in their order."""
    category = json_object(dimension.get("category"))
    labels, index = json_object(category.get("label")), category.get("index") or category.get("label") or ()
    codes = sorted(index, key=lambda code: index[code]) if is_json_object(index) and index is not labels else index
    return [str(labels.get(code, code)) for code in codes]


def _are_countries(names: Sequence[object]) -> bool:
    """True if most names are countries."""
    return 2 * sum(isinstance(name, str) and (is_country_name(name) or is_code(name)) for name in names) > len(names)


def _by_row(column: object) -> dict[Any, object]:
    """Return the values of a column by position, or by key if the keys are countries or numbers; empty for others."""
    if is_json_list(column):
        return dict(enumerate(column))
    keys = list(column) if is_json_object(column) else []
    return dict(json_object(column)) if _are_countries(keys) or (keys and all(map(str.isdigit, keys))) else {}


def _rows(parts: Sequence[tuple[Path, Any]]) -> Iterator[JsonTable]:
    """Yield the tables of lists of rows, whose names are a list beside them or the first row."""
    heads = [(path, found) for path, part in parts if (found := _names(part))]
    for path, part in parts:
        rows = part if is_json_list(part) and part and all(map(is_json_list, part)) else []
        first = _names(rows[0]) if rows else []
        beside = [one for one in heads if all(len(row) == len(one[1]) for row in rows) and one[0][: len(path)] != path]
        header, names = beside[0] if len(beside) == 1 else ((), first)
        start = 0 if header else 1
        if names and len(rows) > start and max(map(len, rows)) <= len(names):
            yield evolve(_listed_rows(path, rows, names, start), header=header)


def _listed_rows(above: Path, rows: Sequence[Sequence[object]], names: Sequence[str], start: int) -> JsonTable:
    at_name: dict[str | int, int] = {name: at for at, name in enumerate(names)}

    def place(at: int, keys: Path) -> Path:
        return (*above, at + start, *(at_name[key] for key in keys[:1]), *keys[1:])

    return JsonTable([dict(zip(names, row, strict=False)) for row in rows[start:]], place, above, len(above))


def _names(part: object) -> list[str]:
    """Return the names of columns: distinct texts, or the `name` of objects; empty for others."""
    found = part if is_json_list(part) else []
    names = [one.get("name") if is_json_object(one) else one for one in found]
    texts = [one for one in names if isinstance(one, str) and one]
    return texts if len(set(texts)) == len(names) > 1 else []
