"""Table of a JSON document, with columns of nested objects."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile
from math import inf, prod
from typing import Any

from attrs import define, field, frozen

from capbuild._jsonpath import Path, json_path
from capbuild.formats.json_files.json_file import is_json_list, is_json_object, json_list, json_object
from capbuild.formats.places import is_code, is_country_name
from capbuild.formats.values.cells import Cell
from capbuild.formats.vocabulary import Role, header_meaning, shorten
from capbuild.model import Severity
from capbuild.text import numbered_name

#: Keys of a value, from the outside in.
KeyPath = tuple[str, ...]


def flatten(found: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Any]]:
    """Yield the values of nested objects, with their keys.

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
    """Return the keys of the inner list with rows.

    If they are found, the objects in that list of each item are the rows. These objects must name a country, as on a
    page of several countries, or a question with its answer. Other objects, such as partners or donors of an item that
    names its own country, are repeats of their item. The result is empty if there is no such list.

    Example:
        >>> find_inner_list([{"page": 1, "data": {"rows": [{"country": "Peru"}]}}, {"page": 2, "data": {"rows": []}}])
        ('data', 'rows')
        >>> find_inner_list([{"country": "Peru", "courses": [{"title": "Law", "days": 2}]}])
        ()
    """
    objects = [item for item in items if is_json_object(item)]
    lists: dict[KeyPath, list[Mapping[str, Any]]] = {}
    for record in objects:
        for keys, value in flatten(record):
            lists.setdefault(keys, []).extend(json_list(value))

    def are_rows(keys: KeyPath) -> bool:
        inner = key_roles(lists[keys])
        names_country = Role.COUNTRY in inner and Role.COUNTRY not in key_roles(objects, keys)
        return names_country or inner >= {Role.QUESTION, Role.ANSWER}

    fitting = [keys for keys, listed in lists.items() if listed and are_rows(keys)]
    return fitting[0] if len(fitting) == 1 else ()


def key_roles(objects: Iterable[Mapping[str, Any]], but: KeyPath = ()) -> set[Role]:
    """Return the roles named by the keys of objects.

    Nested keys count alone and joined. Keys in `but` are left out.
    """
    paths = {keys for record in objects for keys, _ in flatten(record) if keys != but}
    paths |= {keys[:depth] for keys in paths for depth in range(1, len(keys))}
    meanings = (header_meaning(".".join(keys)) for keys in paths)
    return {meaning.role for meaning in meanings if meaning is not None}


@define(eq=False)
class NestedColumns:
    """Column names of nested objects: keys joined by points.

    Attributes:
        inner: Keys of the list of objects in each object that has the rows; empty for none.
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
        """Yield the rows of an object.

        Each row has its position in the inner list and its values by column.
        """
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
        """Drop empty columns whose objects are other columns.

        Such a column has `{}` or null in some rows, and a filled object in others.

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
        """Return the path of a column's value.

        The path begins at the object. In a row of the inner list it includes the position of the item.
        """
        keys, depth = self.paths[name], len(self.inner)
        return (*self.inner, at, *keys[depth:]) if depth and keys[:depth] == self.inner else keys


#: Number of objects in the sample.
_SAMPLE = 20

#: Name of the column of values that have no name.
_VALUE = "value"

#: A text, which may be cut at the end, or a mark.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[\]{},]', re.DOTALL)

#: Words in keys of counts and of the place of a page among all.
_PAGING = re.compile(
    r"(?<![a-z])(?:counts?|totals?|number|limit|offset|size|start|skip|pages?|paging|pagination|next|prev|previous|more|"
    r"first|last|cursor|links?)(?![a-z])"
)

#: Keys of a dataset of JSON-stat that describe its values, or the format.
_OF_CUBE = ("dimension", "id", "size", "version", "class")


@frozen
class TableProblem:
    """Contradiction in the table of a JSON document.

    Attributes:
        code: Code of the issue.
        severity: Its severity.
        path: Keys and positions of the value.
        message: Problem.
        remedy: Action for the user.
    """

    code: str
    severity: Severity
    path: Path
    message: str
    remedy: str


@frozen(eq=False)
class JsonTable:
    """Table of a JSON document, with paths of its values.

    Attributes:
        items: The rows. Values that are no objects are no rows.
        place: Returns the path of a row, or of the value with some keys in it.
        above: Keys and positions above the table.
        depth: Number of steps above the step of the row; None if the document is the row.
        used: Paths next to the table that name its columns or categories.
        problems: Contradictions in it.

    Example:
        >>> table = find_table({"page": 1, "data": {"law": ["yes", "no"], "country": ["Peru", "Cuba"]}})
        >>> table.items[1], table.place(1, ("law",)), table.column_place(("law",))
        ({'law': 'no', 'country': 'Cuba'}, ('data', 'law', 1), '$.data.law[*]')
    """

    items: Sequence[object]
    place: Callable[[int, Path], Path]
    above: Path
    depth: int | None
    used: tuple[Path, ...] = ()
    problems: tuple[TableProblem, ...] = ()

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
    """Return the table of a document.

    A table is a list of objects: the only one, or the only one whose objects name countries. Otherwise it is an object
    for each country, a list of values for each column, or a list of rows below a list of names. A JSON-stat dataset is
    a table, and a document of one response is a row. The result is None if there is no table, or several.

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
    tables = named if len(named) == 1 else lists
    # Texts by language look like values by country.
    others = list(islice(_outermost(_tables(parts, _country_depth(value), texts=not lists)), 2))
    if is_json_object(value) and not others and _is_one_response(value):
        return JsonTable([value], lambda _, keys: keys, (), None)
    if len(others) == 1 and not named:
        return others[0]
    return JsonTable.of_records(tables[0][1], tables[0][0]) if len(tables) == 1 else None


def _is_one_response(value: Mapping[str, Any]) -> bool:
    """True if an object is one response.

    It must name its country, and may have only one list of objects, of questions with answers.
    """
    lists = any(json_list(part) for _, part in flatten(value))
    return Role.COUNTRY in key_roles([value]) and (not lists or bool(find_inner_list([value])))


def _country_depth(value: object) -> float:
    """Return the depth, in keys, of the document's country.

    It is infinite if the document names none.
    """
    depths: dict[str, int] = {}
    for keys, part in flatten(json_object(value)):
        if isinstance(part, str):
            depths[keys[-1]] = min(len(keys), depths.get(keys[-1], len(keys)))
    meanings = ((header_meaning(key), depth) for key, depth in depths.items())
    return min((depth for meaning, depth in meanings if meaning and meaning.role is Role.COUNTRY), default=inf)


def _tables(parts: Sequence[tuple[Path, Any]], depth: float, *, texts: bool) -> Iterator[JsonTable]:
    """Yield the tables that are not lists of objects.

    Outer tables come before those within them.

    Args:
        parts: The objects and lists of the document.
        depth: Number of keys of its own country. Objects by country at that depth or below are answers.
        texts: Whether an object with a text for each country is a table.
    """
    for path, part in parts:
        keyed = _keyed(path, part) if len(path) < depth and (texts or not _is_titles(part)) else None
        for table in (keyed, _columns(path, part)):
            if table is not None:
                yield table
    yield from _rows(parts)


def _is_titles(value: object) -> bool:
    """True if all values of an object are texts."""
    return all(isinstance(title, str) for title in json_object(value).values())


def _outermost(tables: Iterable[JsonTable]) -> Iterator[JsonTable]:
    """Yield the outermost tables.

    Objects by country may be the columns of a table, and are then not tables themselves.
    """
    known: set[Path] = set()
    for table in tables:
        if not any(table.above[:size] in known for size in range(len(table.above))):
            known.add(table.above)
            yield table


def names_country(objects: Sequence[Mapping[str, Any]], *, known: bool = False) -> bool:
    """True if objects name a country.

    Either a key has a word for country, or each of the first objects has a country's name as value.

    Args:
        objects: The objects.
        known: Whether some value must be a known country.

    Example:
        >>> [names_country(one) for one in ([{"pais": "x"}], [{"name": "Peru"}, {"name": "Cuba"}], [{"a": 1}])]
        [True, True, False]
    """
    first = [dict(flatten(record)) for record in objects[:_SAMPLE]]
    values = (value for record in first for value in record.values() if isinstance(value, str))
    if Role.COUNTRY in key_roles(objects) and (
        not known or any(is_country_name(text) or is_code(text) for text in values)
    ):
        return True
    named = (keys for keys in (first[0] if first else ()) if not any(map(str.isdigit, keys)))
    texts = ([record.get(keys) for record in first] for keys in named)
    return any(all(isinstance(text, str) and is_country_name(text) for text in column) for column in texts)


def is_empty(value: object) -> bool:
    """True if a document has no data.

    Such a document is an empty object, or has empty lists and otherwise only counts and page positions.

    Example:
        >>> [is_empty(one) for one in ([], {}, {"count": 0, "results": []}, {"count": 0}, {"a": [], "b": [1]})]
        [True, True, True, False, False]
        >>> is_empty({"name": "parser", "version": 1, "files": []})
        False
    """
    parts = list(flatten({"": value}))
    listed = any(is_json_list(part) for _, part in parts)
    filled = [(keys, part) for keys, part in parts if part and part is not True]
    return value == {} or (listed and all(is_paging(keys) and not is_json_list(part) for keys, part in filled))


def is_paging(keys: Iterable[str]) -> bool:
    """True if a key is a count or page number.

    Example:
        >>> [is_paging([key]) for key in ("totalCount", "has_more", "country", "version")]
        [True, True, False, False]
    """
    return any(_PAGING.search(re.sub("(?<=[a-z])(?=[A-Z])", "_", key).lower()) for key in keys)


def load_start(text: str) -> object:
    """Parse the start of a cut JSON document.

    Objects and lists that are open at the end are closed. The result is None if the text is not valid.

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
    """Yield objects and lists in a document with their paths.

    For each list, a list of the objects in it is yielded too.
    """
    inner = [(at, part) for at, part in enumerate(value) if json_list(part)] if is_json_list(value) else []
    if len(inner) == 1:  # beside an object that describes it
        yield (inner[0][0],), inner[0][1]
        return
    yield (), value
    for key, part in value.items() if is_json_object(value) else ():
        for path, within in _parts(part) if is_json_object(part) else [((), part)]:
            yield (key, *path), within


def _keyed(above: Path, value: object) -> JsonTable | None:
    """Return the table of an object keyed by country.

    The value of each country is an object, a list of objects or a single value.
    """
    rows = json_object(value)
    keyed: list[tuple[Path, Mapping[str, Any]]] = []
    for name, row in rows.items():
        if is_json_list(row) and row and len(json_list(row)) == len(row):
            keyed.extend(((name, at), item) for at, item in enumerate(row))
        else:
            keyed.append(((name,), row if is_json_object(row) else {_VALUE: row} if row != [] else {}))
    if not any(row for _, row in keyed) or not _are_countries(list(rows)):
        return None
    head = numbered_name("country", {key for _, row in keyed for key in row}.__contains__)

    def place(at: int, keys: Path) -> Path:
        step = keyed[at][0]
        bare = len(step) == 1 and not is_json_object(rows[str(step[0])])
        return (*above, *step, *(() if keys == (head,) or bare else keys))

    return JsonTable([{head: step[0], **row} for step, row in keyed], place, above, len(above))


def _columns(above: Path, value: object) -> JsonTable | None:
    """Return the table of an object keyed by column.

    The value of each column is a list, or an object by country or row number.
    """
    columns = json_object(value)
    cells = [_by_row(column) for column in columns.values()]
    steps = list(dict.fromkeys(step for cell in cells for step in cell))
    alike = not any(map(is_json_list, columns.values())) or len(set(map(len, cells))) == 1
    if not cells or not all(cells) or not alike:
        return None
    head = numbered_name("country", columns.__contains__) if len(cells) > 1 and _are_countries(steps) else ""
    if not head and Role.COUNTRY not in key_roles([dict.fromkeys(columns)]):
        return None
    names, first = list(columns), next(iter(columns))
    rows = [dict(zip(names, (cell.get(step) for cell in cells), strict=True)) for step in steps]

    def place(at: int, keys: Path) -> Path:
        return (*above, keys[0] if keys and keys != (head,) else first, steps[at], *keys[1:])

    rows = [{head: step, **row} for step, row in zip(steps, rows, strict=True)] if head else rows
    return JsonTable(rows, place, above, len(above) + 1)


def _cube(above: Path, value: object) -> JsonTable | None:
    """Return the table of a JSON-stat dataset.

    Each value has a row with its categories.
    """
    dataset = json_object(value)
    dimensions = json_object(dataset.get("dimension"))
    cells: object = dataset.get("value")
    inside = () if is_json_list(dataset.get("id")) else ("dimension",)  # as in its first version
    ids, sizes = (json_object(dimensions if inside else dataset).get(key) for key in ("id", "size"))
    names = [name for name in (ids if is_json_list(ids) else ()) if isinstance(name, str)]
    by_step: dict[Any, Any] = dict(enumerate(cells)) if is_json_list(cells) else dict(json_object(cells))
    if not (names and (dimensions or is_json_list(sizes)) and (by_step or is_json_list(cells))):
        return None
    labels = [_categories(json_object(dimensions.get(name))) for name in names]
    size = prod(map(len, labels))
    steps = [
        step for step in by_step if len(str(step)) <= len(str(size)) and str(step).isdecimal() and int(step) < size
    ]
    lacking = [name for name, among in zip(names, labels, strict=True) if not among]
    path: Path = ()
    message = ""
    if lacking:
        path, message = ("dimension", lacking[0]), f"the dimension {shorten(lacking[0])!r} has no categories"
    elif sizes != (counts := list(map(len, labels))):
        path, message = (*inside, "size"), f"`size` is {shorten(str(sizes))}; the dimensions have {counts} categories"
    if path:
        steps, message = [], f"{message}: no value is read"
    elif stray := len(by_step) - len(steps):
        path, message = ("value",), f"{stray:,} of {len(by_step):,} values have no place in the dimensions"
    elif is_json_list(cells) and len(cells) < size:
        path, message = ("value",), f"`value` has {len(cells):,} values; the dimensions make {size:,}"
    rows = [_coordinates(int(step), names, labels) | {_VALUE: by_step[step]} for step in steps]

    def place(at: int, _keys: Path) -> Path:
        return (*above, "value", steps[at])

    remedy = "ask for the file again; the values may be of other categories"
    problem = TableProblem("CB173", Severity.ERROR, (*above, *path), message, remedy)
    used = tuple((*above, key) for key in _OF_CUBE)
    return JsonTable(rows, place, (*above, "value"), len(above) + 1, used, (problem,) if path else ())


def _coordinates(at: int, names: Sequence[str], labels: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Return the categories of a value by dimension.

    In the order of values, the last dimension changes fastest.
    """
    coordinates: dict[str, Any] = {}
    for name, among in zip(reversed(names), reversed(labels), strict=True):
        at, step = divmod(at, len(among))
        coordinates[name] = among[step]
    return dict(reversed(coordinates.items()))


def _categories(dimension: Mapping[str, Any]) -> list[str]:
    """Return the category labels of a dimension, in order."""
    category = json_object(dimension.get("category"))
    labels, index = json_object(category.get("label")), category.get("index") or category.get("label")
    places = {code: place for code, place in json_object(index).items() if isinstance(place, int)}
    codes = map(str, index) if is_json_list(index) else sorted(json_object(index), key=lambda code: places.get(code, 0))
    return [str(labels.get(code, code)) for code in codes]


def _are_countries(names: Sequence[object]) -> bool:
    """True if most names are countries."""
    return 2 * sum(isinstance(name, str) and (is_country_name(name) or is_code(name)) for name in names) > len(names)


def _by_row(column: object) -> dict[Any, object]:
    """Return the values of a column by position.

    If the keys are countries or numbers, they are used as positions. The result is empty for other columns.
    """
    if is_json_list(column):
        return dict(enumerate(column))
    keys = list(column) if is_json_object(column) else []
    return dict(json_object(column)) if _are_countries(keys) or (keys and all(map(str.isdigit, keys))) else {}


def _rows(parts: Sequence[tuple[Path, Any]]) -> Iterator[JsonTable]:
    """Yield the tables of lists of rows.

    Column names are in another list, or in the first row.
    """
    headers: dict[int, list[tuple[Path, list[str]]]] = {}
    for path, part in parts:
        if (names := _names(part)) and not _are_countries(names):
            headers.setdefault(len(names), []).append((path, names))
    for path, part in parts:
        rows = part if is_json_list(part) and part and all(map(is_json_list, part)) else []
        widths = set(map(len, rows))
        beside = (
            [one for one in headers.get(max(widths), ()) if one[0][: len(path)] != path] if len(widths) == 1 else []
        )
        first = _names(rows[0]) if rows else []
        if len(first) > len(set(first)) or len(rows) < 2 or max(widths) > len(first):
            first = []
        candidates = [*beside, *([((*path, 0), first)] if first else [])]
        if candidates:
            header, names = max(candidates, key=lambda one: _rank(one[0], one[1], path))
            yield _listed_rows(path, rows, names, header)


def _rank(header: Path, names: Sequence[str], path: Path) -> tuple[bool, bool, bool, int]:
    """Rank a list as the header of rows.

    A header that names a country ranks first, then one next to the rows, then one of unique names, then the nearest.
    """
    near = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(header, path, strict=False)))
    named = Role.COUNTRY in key_roles([dict.fromkeys(names)])
    return named, header[: len(path)] != path, len(set(names)) == len(names), near


def _listed_rows(above: Path, rows: Sequence[Sequence[object]], names: Sequence[str], header: Path) -> JsonTable:
    """Return the table of listed rows.

    Its column names are in the list at the path `header`, which may be the first row.
    """
    start = 1 if header == (*above, 0) else 0
    at_name: dict[str | int, int] = {}
    problems = []
    for at, name in enumerate(names):
        kept = numbered_name(name, at_name.__contains__)
        at_name[kept] = at
        if kept != name:
            message = f"{shorten(name)!r} names two columns; the later one is kept as {shorten(kept)!r}"
            remedy = "rename one of them, or take one out"
            problems.append(TableProblem("CB113", Severity.WARNING, (*header, at), message, remedy))

    def place(at: int, keys: Path) -> Path:
        return (*above, at + start, *(at_name[key] for key in keys[:1]), *keys[1:])

    items = [dict(zip(at_name, row, strict=False)) for row in rows[start:]]
    return JsonTable(items, place, above, len(above), (header,), tuple(problems))


def _names(part: object) -> list[str]:
    """Return the column names in a list.

    Items are texts, or objects with a `name`. The result is empty for other values.
    """
    parts = part if is_json_list(part) else []
    names = [item.get("name") if is_json_object(item) else item for item in parts]
    texts = [name for name in names if isinstance(name, str) and name]
    return texts if len(texts) == len(names) > 1 else []


_PARTS = frozenset((str, int, float, type(None)))
#: Types of JSON values that are cells.
_PLAIN = _PARTS | {bool}


def json_cell(value: Any) -> Cell:
    """Convert a JSON value to a cell.

    Lists of texts, numbers and nulls become tuples, which their column reads as choices or figures. Other nested values
    become JSON text.

    Example:
        >>> json_cell(3), json_cell(["a; b", 2, None]), json_cell([]), json_cell([{"a": None}])
        (3, ('a; b', '2', ''), (), '[{"a": null}]')
    """
    if value.__class__ in _PLAIN:
        plain: Cell = value
        return plain
    if isinstance(value, list) and all(part.__class__ in _PARTS for part in value):
        return tuple("" if part is None else str(part).strip() for part in value)
    return json.dumps(value, ensure_ascii=False)
