"""Report duplicate keys in JSON objects.

Parsers keep only the last value; this keeps all.
"""

import json
import math
from collections.abc import Iterator
from typing import Any

from attrs import define, evolve, field, frozen

from capbuild._jsonpath import Path, json_path
from capbuild.display import counted
from capbuild.formats.json_files.surrogates import mended
from capbuild.formats.normalisation import shorten
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild.text import numbered_name

#: Duplicate keys that are reported one by one.
_SHOWN = 10
_LENGTH = 200


@frozen
class Twice:
    """A duplicate key in a JSON object.

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
        stands = f"the key {shorten(self.key)!r} stands {times} in one object"
        texts = [shorten(_to_json(value), _LENGTH) for value in self.values]
        if self.kept:
            names = " and ".join(repr(shorten(name)) for name in self.kept)
            told = f"{stands}, with {' and '.join(texts)}; the last counts, what came before is kept as {names}"
            return self._issue(file, Severity.WARNING, told)
        return self._issue(file, Severity.NOTE, f"{stands}, each time with {texts[0]}")

    def _issue(self, file: str, severity: Severity, message: str) -> Issue:
        origin = Origin(file, row=self.row, path=None if self.row else self.path)
        remedy = "ask whoever makes the export which value is right"
        return Issue(code="CB171", severity=severity, message=message, origin=origin, remedy=remedy)


@define(eq=False)
class DuplicateKeyDecoder:
    """JSON decoder that keeps all values of duplicate keys.

    The last value keeps the key, as in every parser. Earlier values that differ get keys of their own: `q (2)`, `q
    (3)`. Duplicates are detected while objects are built, which adds a tenth to the decoding time.

    Attributes:
        met: Duplicate keys so far, in file order.
        halves: Number of lone surrogates so far; they are replaced with U+FFFD.
        far: Numbers so far that are out of range; they are kept as text.
        moved: Path of the original key, by the path of each renamed value.

    Example:
        >>> keeper = DuplicateKeyDecoder()
        >>> keeper.loads('{"unit": "yes", "staff": 2, "unit": "no"}')
        {'unit': 'no', 'staff': 2, 'unit (2)': 'yes'}
        >>> keeper.met[0].path, keeper.met[0].values
        ('$.unit', ('yes', 'no'))
    """

    met: list[Twice] = field(factory=list)
    halves: int = 0
    far: list[str] = field(factory=list)
    moved: dict[str, str] = field(factory=dict)
    _fresh: list[tuple[dict[str, Any], Twice]] = field(factory=list)
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
        text, halves = mended(text)
        self.halves += halves
        try:
            value = self._decoder.decode(text)
            if self._fresh:
                self._place(value, row)
        finally:
            self._fresh.clear()
        return value

    def issues(self, file: str) -> Iterator[Issue]:
        """Yield issues of duplicate keys (the first ones each, the rest counted), numbers and surrogates.

        Args:
            file: Name of the file.
        """
        for twice in self.met[:_SHOWN]:
            yield twice.issue(file)
        if len(self.met) > _SHOWN:
            message = f"{len(self.met) - _SHOWN:,} more like this, {len(self.met):,} in all"
            yield Issue.note("CB171", message, Origin(file))
        if self.far:
            shown = shorten(self.far[0], 40)
            many = counted(len(self.far), "number is", "numbers are")
            message = f"{many} too large to count with, such as {shown}, and kept as written"
            remedy = "ask whoever makes the export for the number, or for the kind of missing value that it stands for"
            yield Issue.warning("CB201", message, Origin(file), remedy)
        if self.halves:
            message = f"{self.halves:,} times half a character, as of an emoji cut in two; \ufffd stands in its place"
            remedy = "ask for the texts again if they matter"
            yield Issue.note("CB172", message, Origin(file), remedy)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self._settle(found, pairs)
        return found

    def _number(self, text: str) -> float | str:
        number = float(text)
        if math.isfinite(number):
            return number
        self.far.append(text)
        return text

    def _constant(self, text: str) -> str:
        """Return NaN as text, which tables read as no answer.

        Infinity is reported as out of range.
        """
        if text != "NaN":
            self.far.append(text)
        return text

    def _integer(self, text: str) -> int | str:
        try:
            return int(text)
        except ValueError:  # thousands of digits
            self.far.append(text)
            return text

    def _settle(self, found: dict[str, Any], pairs: list[tuple[str, Any]]) -> None:
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
                self._fresh.append((found, Twice(key, tuple(all_values), tuple(kept))))

    def _place(self, value: Any, row: int | None) -> None:
        """Add JSON paths to the duplicates.

        The decoder works from the inside out and does not know them.
        """
        wanted: dict[int, list[Twice]] = {}
        for found, twice in self._fresh:
            wanted.setdefault(id(found), []).append(twice)
        waiting: list[tuple[Any, Path]] = [(value, ())]
        while waiting:
            part, path = waiting.pop()
            if isinstance(part, dict):
                for twice in wanted.get(id(part), ()):
                    place = json_path((*path, twice.key))
                    self.met.append(evolve(twice, path=place, row=row))
                    self.moved |= {json_path((*path, name)): place for name in twice.kept}
                waiting += [(inner, (*path, key)) for key, inner in reversed(part.items())]
            elif isinstance(part, list):
                waiting += [(inner, (*path, at)) for at, inner in reversed(list(enumerate(part)))]


def _to_json(value: Any) -> str:
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False)


def _differing(values: list[Any]) -> list[Any]:
    """Return distinct values before the last that also differ from it; true is not 1."""
    told = {json.dumps(values[-1], sort_keys=True)}
    found = []
    for value in values[:-1]:
        text = json.dumps(value, sort_keys=True)
        if text not in told:
            told.add(text)
            found.append(value)
    return found
