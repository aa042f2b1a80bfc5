"""JSON decoding within limits.

Duplicate keys are reported, and lone surrogates are replaced.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard, cast

from attrs import define, evolve, field, frozen

from capbuild._jsonpath import Path, json_path
from capbuild.display import counted
from capbuild.formats.csv_files.encoding import Encoding
from capbuild.formats.vocabulary import shorten
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild.text import numbered_name

#: All escapes, so that none is matched inside another; a surrogate pair first.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)

_INSTEAD = r"\ufffd"


def replace_lone_surrogates(text: str) -> tuple[str, int]:
    r"""Replace lone surrogates in JSON text with U+FFFD; count them.

    Example:
        >>> replace_lone_surrogates(r'{"q": "cut \ud83d", "whole": "\ud83d\ude00", "escaped": "\\ud83d"}')
        ('{"q": "cut \\ufffd", "whole": "\\ud83d\\ude00", "escaped": "\\\\ud83d"}', 1)
    """
    if "\\ud" not in text and "\\uD" not in text:
        return text, 0
    count = 0

    def whole(match: re.Match[str]) -> str:
        nonlocal count
        count += match[1] is not None
        return match[0] if match[1] is None else _INSTEAD

    return _ESCAPE.sub(whole, text), count


#: Duplicate keys that are reported one by one.
_SHOWN = 10

_LENGTH = 200


@frozen
class DuplicateKey:
    """Duplicate key in a JSON object.

    Attributes:
        key: The key.
        values: Its values in file order; the last one counts.
        kept: New keys for the values before the last; empty if all values are equal.
        path: Its JSON path, such as `$[3]['lab/staff']`.
        row: Line of a JSON Lines file, counted from 1; None for other files.
    """

    key: str
    values: tuple[Any, ...]
    kept: tuple[str, ...]
    path: str = "$"
    row: int | None = None

    def issue(self, file: str) -> Issue:
        """Return the issue that reports it."""
        times = "twice" if len(self.values) == 2 else f"{len(self.values)} times"
        occurrence = f"the key {shorten(self.key)!r} stands {times} in one object"
        texts = [shorten(_to_json(value), _LENGTH) for value in self.values]
        if self.kept:
            names = " and ".join(repr(shorten(name)) for name in self.kept)
            problem = f"{occurrence}, with {' and '.join(texts)}; the last counts, what came before is kept as {names}"
            return self._issue(file, Severity.WARNING, problem)
        return self._issue(file, Severity.NOTE, f"{occurrence}, each time with {texts[0]}")

    def _issue(self, file: str, severity: Severity, message: str) -> Issue:
        origin = Origin(file, row=self.row, path=None if self.row else self.path)
        remedy = "ask whoever makes the export which value is right"
        return Issue(code="CB171", severity=severity, message=message, origin=origin, remedy=remedy)


@define(eq=False)
class DuplicateKeyDecoder:
    """JSON decoder that keeps all values of duplicate keys.

    The last value keeps the key, as in other parsers. Earlier values that differ get the keys `q (2)`, `q (3)` and so
    on. Duplicates are detected while objects are built, which adds a tenth to the decoding time.

    Attributes:
        duplicates: Duplicate keys so far, in file order.
        lone_surrogates: Number of lone surrogates so far; they are replaced with U+FFFD.
        out_of_range: Numbers so far that are out of range; they are kept as text.
        moved: Path of the original key, by the path of each renamed value.

    Example:
        >>> keeper = DuplicateKeyDecoder()
        >>> keeper.loads('{"unit": "yes", "staff": 2, "unit": "no"}')
        {'unit': 'no', 'staff': 2, 'unit (2)': 'yes'}
        >>> keeper.duplicates[0].path, keeper.duplicates[0].values
        ('$.unit', ('yes', 'no'))
    """

    duplicates: list[DuplicateKey] = field(factory=list)
    lone_surrogates: int = 0
    out_of_range: list[str] = field(factory=list)
    moved: dict[str, str] = field(factory=dict)
    _fresh: list[tuple[dict[str, Any], DuplicateKey]] = field(factory=list)
    _decoder: json.JSONDecoder = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=self._number,
            parse_int=self._integer,
            parse_constant=self._constant,
        )

    def loads(self, text: str, row: int | None = None) -> object:
        """Decode a JSON text.

        Args:
            text: The text.
            row: Its line number in a JSON Lines file.

        Raises:
            ValueError: The text is not valid JSON.
            RecursionError: It is nested too deeply.
        """
        text, lone_surrogates = replace_lone_surrogates(text)
        self.lone_surrogates += lone_surrogates
        try:
            value = self._decoder.decode(text)
            if self._fresh:
                self._add_paths(value, row)
        finally:
            self._fresh.clear()
        return value

    def issues(self, file: str) -> Iterator[Issue]:
        """Yield issues of duplicate keys, numbers and surrogates.

        Each of the first duplicate keys has an issue; the others are counted in one.

        Args:
            file: Name of the file.
        """
        for duplicate in self.duplicates[:_SHOWN]:
            yield duplicate.issue(file)
        if len(self.duplicates) > _SHOWN:
            message = f"{len(self.duplicates) - _SHOWN:,} more like this, {len(self.duplicates):,} in all"
            yield Issue.note("CB171", message, Origin(file))
        if self.out_of_range:
            shown = shorten(self.out_of_range[0], 40)
            many = counted(len(self.out_of_range), "number is", "numbers are")
            message = f"{many} too large to count with, such as {shown}, and kept as written"
            remedy = "ask whoever makes the export for the number, or for the kind of missing value that it means"
            yield Issue.warning("CB201", message, Origin(file), remedy)
        if self.lone_surrogates:
            times = f"{self.lone_surrogates:,} times"
            message = f"{times} half a character, as of an emoji cut in two; \ufffd stands in its place"
            remedy = "ask for the texts again if they matter"
            yield Issue.note("CB172", message, Origin(file), remedy)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        by_key = dict(pairs)
        if len(by_key) != len(pairs):
            self._keep_earlier_values(by_key, pairs)
        return by_key

    def _number(self, text: str) -> float | str:
        number = float(text)
        if math.isfinite(number):
            return number
        self.out_of_range.append(text)
        return text

    def _constant(self, text: str) -> str:
        """Return NaN as text, which tables read as no answer.

        Infinity is returned as text too, and reported as out of range.
        """
        if text != "NaN":
            self.out_of_range.append(text)
        return text

    def _integer(self, text: str) -> int | str:
        try:
            return int(text)
        except ValueError:  # thousands of digits
            self.out_of_range.append(text)
            return text

    def _keep_earlier_values(self, found: dict[str, Any], pairs: list[tuple[str, Any]]) -> None:
        values: dict[str, list[Any]] = {}
        for key, value in pairs:
            values.setdefault(key, []).append(value)
        for key, all_values in values.items():
            if len(all_values) > 1:
                kept = []
                for value in _differing(all_values):
                    name = numbered_name(key, found.__contains__)
                    found[name] = value
                    kept.append(name)
                self._fresh.append((found, DuplicateKey(key, tuple(all_values), tuple(kept))))

    def _add_paths(self, value: Any, row: int | None) -> None:
        """Add JSON paths to the duplicates.

        The decoder does not know paths, since it builds inner objects first.
        """
        wanted: dict[int, list[DuplicateKey]] = {}
        for object_, duplicate in self._fresh:
            wanted.setdefault(id(object_), []).append(duplicate)
        waiting: list[tuple[Any, Path]] = [(value, ())]
        while waiting:
            part, path = waiting.pop()
            if isinstance(part, dict):
                for duplicate in wanted.get(id(part), ()):
                    place = json_path((*path, duplicate.key))
                    self.duplicates.append(evolve(duplicate, path=place, row=row))
                    self.moved |= {json_path((*path, name)): place for name in duplicate.kept}
                waiting += [(inner, (*path, key)) for key, inner in reversed(part.items())]
            elif isinstance(part, list):
                waiting += [(inner, (*path, at)) for at, inner in reversed(list(enumerate(part)))]


def _to_json(value: Any) -> str:
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False)


def _differing(values: list[Any]) -> list[Any]:
    """Return distinct values that differ from the last one.

    True and 1 differ.
    """
    encoded = {json.dumps(values[-1], sort_keys=True)}
    differing = []
    for value in values[:-1]:
        text = json.dumps(value, sort_keys=True)
        if text not in encoded:
            encoded.add(text)
            differing.append(value)
    return differing


def load_json(
    source: InputFile,
    issues: list[Issue] | None = None,
    keeper: DuplicateKeyDecoder | None = None,
    encoding: Encoding | None = None,
) -> object:
    """Load a JSON file.

    Args:
        source: The file.
        issues: List to which issues of duplicate keys and invalid Unicode are added.
        keeper: Decoder, if the caller reports these issues.
        encoding: Encoding of the file; UTF-8, UTF-16 or UTF-32 by default, detected from its first bytes.

    Raises:
        ReadError: CB119, the file is not in its encoding; CB128, it is not valid JSON.
        LimitError: CB118, it is nested too deeply.

    Example:
        >>> load_json(InputFile("a.json", data=b'{"id": "1"}'))
        {'id': '1'}
    """
    keeper = keeper or DuplicateKeyDecoder()
    try:
        known = encoding or Encoding(json.detect_encoding(source.content))
        text = source.content.decode(known.name, known.errors).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise source.error(
            f"is not {error.encoding.upper()} at byte {error.start:,}", "CB119", "save the file as UTF-8"
        ) from error
    try:
        source.limits.check_json_nesting(source.name, text.encode())
        value = keeper.loads(text)
    except (ValueError, RecursionError) as error:
        raise source.error(f"is not valid JSON: {error}", "CB128", "ask for the file again") from error
    if issues is not None:
        issues.extend(keeper.issues(source.name))
    return value


def json_origin(file: str, *steps: str | int) -> Origin:
    """Return the origin of a value in a JSON file.

    Args:
        file: Name of the file.
        steps: Keys, and list positions from 0.

    Example:
        >>> print(json_origin("a.json", "data", 0, "law in force"))
        a.json $.data[0]['law in force']
    """
    return Origin(file, path=json_path(steps))


def json_cell(value: object) -> str | tuple[str]:
    """Return a JSON value as a cell that can be hashed, and equals only the cells of the same value.

    A text is itself, any other value a tuple of its JSON text.

    Example:
        >>> json_cell("1"), json_cell(1), json_cell(True), json_value(json_cell([1]))
        ('1', ('1',), ('true',), [1])
    """
    return value if isinstance(value, str) else (json.dumps(value),)


def json_value(cell: str | tuple[str]) -> object:
    """Return the JSON value of a cell.

    Example:
        >>> json_value(json_cell({"a": None})), json_value("1")
        ({'a': None}, '1')
    """
    value: object = cell if isinstance(cell, str) else json.loads(cell[0])
    return value


def json_list(value: object) -> list[Mapping[str, Any]]:
    """Return the objects in a JSON list.

    The result is empty for other values.

    Example:
        >>> json_list([{"a": 1}, 2]), json_list("a")
        ([{'a': 1}], [])
    """
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Mapping[str, Any]", item) for item in items if isinstance(item, dict)]


def foreign_items(file: str, items: Iterable[object], at: str = "$") -> Iterator[Issue]:
    """Report items of a JSON list that are not objects.

    Args:
        file: Name of the file.
        items: The list.
        at: Path of the list.

    Example:
        >>> [str(issue.origin) for issue in foreign_items("a.json", [{"id": 1}, 7], "$.data")]
        ['a.json $.data[1]']
    """
    for position, item in enumerate(items):
        if not isinstance(item, dict):
            yield Issue.error(
                "CB170",
                "the item is no JSON object and was left out",
                Origin(file, path=f"{at}[{position}]"),
                "ask for the export again; each item must be one whole object",
            )


def json_object(value: object) -> Mapping[str, Any]:
    """Return a JSON object; empty for other values."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def is_json_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """True for a JSON object."""
    return isinstance(value, dict)


def is_json_list(value: object) -> TypeGuard[list[Any]]:
    """True for a JSON list."""
    return isinstance(value, list)
