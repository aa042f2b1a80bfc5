"""Reading a table of a TOML file key by key, so that every problem is told with its place and none stops the others."""

import datetime
import tomllib
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from attrs import define, field

from capbuild.errors import ModelError, did_you_mean
from capbuild.model import Issue, Severity
from capbuild.origin import Origin
from capbuild.text import Text, as_text

__all__ = ["Table", "choice", "load_toml"]

T = TypeVar("T")


@define
class Table:
    """One table of a TOML file; what is asked for is ticked off, and what is left over is unknown.

    Attributes:
        file: Name of the file.
        path: Path of the table inside it, empty for the top.
        data: Its keys and values.
        issues: Where problems go; shared by all tables of a file.
    """

    file: str
    path: str
    data: Mapping[str, Any]
    issues: list[Issue]
    _asked: set[str] = field(factory=set, init=False)

    def origin(self, key: str = "") -> Origin:
        """Return the place of a key."""
        return Origin(self.file, path=".".join(part for part in (self.path, key) if part) or None)

    def problem(self, key: str, message: str, remedy: str = "", code: str = "CB602") -> None:
        """Record an error about a key."""
        self.issues.append(
            Issue(code=code, severity=Severity.ERROR, message=message, origin=self.origin(key), remedy=remedy)
        )

    def get(self, key: str, kind: type[T], default: T) -> T:
        """Return a value of a type; the default when it is absent or of another type."""
        self._asked.add(key)
        value = self.data.get(key, default)
        wrong_bool = isinstance(value, bool) and kind is not bool
        if not isinstance(value, kind) or wrong_bool:
            self.problem(key, f"{key} must be {_article(kind)}, not {value!r}")
            return default
        return value

    def number(self, key: str, default: float | None = None) -> float | None:
        """Return a whole or decimal number."""
        self._asked.add(key)
        value = self.data.get(key, default)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            self.problem(key, f"{key} must be a number, not {value!r}")
            return default
        return value

    def day(self, key: str) -> datetime.date | None:
        """Return a date, or None."""
        self._asked.add(key)
        value = self.data.get(key)
        if isinstance(value, datetime.datetime) or (value is not None and not isinstance(value, datetime.date)):
            self.problem(key, f"{key} must be a date such as 2016-05-31, not {value!r}")
            return None
        return value

    def text(self, key: str, default: str = "") -> Text:
        """Return a text: a string, or a table of languages with the source language first."""
        self._asked.add(key)
        value = self.data.get(key, default)
        if isinstance(value, str) or (
            isinstance(value, Mapping) and value and all(isinstance(v, str) for v in value.values())
        ):
            return as_text(value)
        self.problem(key, f"{key} must be a text, or a table of languages, not {value!r}")
        return as_text(default)

    def names(self, key: str) -> tuple[str, ...]:
        """Return an array of texts."""
        found: list[Any] = self.get(key, list, [])
        good = tuple(item for item in found if isinstance(item, str))
        if len(good) != len(found):
            self.problem(key, f"{key} must hold texts only")
        return good

    def table(self, key: str) -> "Table":
        """Return a table inside this one, empty when it is absent."""
        data: dict[str, Any] = self.get(key, dict, {})
        return Table(self.file, ".".join(part for part in (self.path, key) if part), data, self.issues)

    def tables(self, key: str) -> Iterator["Table"]:
        """Yield the tables of an array."""
        items: list[Any] = self.get(key, list, [])
        for number, item in enumerate(items, start=1):
            place = f"{self.path}.{key}" if self.path else key
            if isinstance(item, dict):
                yield Table(self.file, f"{place}[{number}]", item, self.issues)
            else:
                self.problem(key, f"{key}[{number}] must be a table")

    def make(self, build: Callable[[], T]) -> T | None:
        """Return what a function builds, or None with a problem when the model refuses it."""
        try:
            return build()
        except (ModelError, ValueError) as error:
            self.problem("", error.message if isinstance(error, ModelError) else str(error))
            return None

    def done(self, *, ignore: Callable[[str], bool] = lambda _key: False) -> None:
        """Tell of every key that nobody asked for."""
        for key in self.data:
            if key not in self._asked and not ignore(key):
                self.problem(key, f"unknown key {key!r}{did_you_mean(key, self._asked)}", "correct or remove it")

    def rest(self) -> dict[str, Any]:
        """Return the keys that nobody asked for yet, and tick them off."""
        left = {key: value for key, value in self.data.items() if key not in self._asked}
        self._asked.update(left)
        return left


def _article(kind: type) -> str:
    return {str: "a text", bool: "true or false", int: "a whole number", list: "an array", dict: "a table"}.get(
        kind, kind.__name__
    )


def choice(table: Table, key: str, kind: type[StrEnum], default: Any) -> Any:
    """Return a member of an enumeration by its value."""
    word = table.get(key, str, default.value)
    try:
        return kind(word)
    except ValueError:
        table.problem(key, f"{key} must be one of {', '.join(repr(m.value) for m in kind)}, not {word!r}")
        return default


def load_toml(path: Path, name: str, issues: list[Issue]) -> Table | None:
    """Return the top table of a TOML file, or None with an issue when it cannot be read."""
    try:
        data = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        problem, code = f"{name} is missing", "CB604"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        problem, code = f"{name} cannot be read: {error}", "CB602"
    else:
        return Table(name, "", data, issues)
    issues.append(
        Issue(
            code=code,
            severity=Severity.ERROR,
            message=problem,
            origin=Origin(name),
            remedy="capbuild new programme NAME writes one that works",
        )
    )
    return None
