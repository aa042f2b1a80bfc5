"""TOML reader that reports every problem, and writer of values."""

import datetime
import json
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, TypeVar, overload

import attrs
from attrs import NOTHING, define, field

from capbuild._typed import field_types
from capbuild.documents._json import MAX_DEPTH
from capbuild.errors import CapbuildError, ModelError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.text import Text, Translation, TranslationStatus, as_text, is_language

T = TypeVar("T")

Choice = TypeVar("Choice", bound=StrEnum)

#: Path of a value: keys, and indexes from 0.
_Path = tuple[str | int, ...]

_TOKEN = re.compile(
    # A string without an end is one token too: searched for from each quotation mark, it would take the square.
    r'"""(?:\\.|[^\\])*?(?:"{3,5}|\Z)|\'\'\'.*?(?:\'{3,5}|\Z)'
    r'|"(?:\\.|[^"\\\n])*"?|\'[^\'\n]*\'?|#[^\n]*|[\[\]{}=,\n]|[^\s\[\]{}=,"\'#]+',
    re.DOTALL,
)

#: Length of a number or bare key; Python refuses integers of more digits.
_LONGEST_WORD = 4300

_BAD_LINE = re.compile(r"at line (\d+)")

_KINDS = {
    str: ("a text", '{key} = "..."'),
    bool: ("true or false", "{key} = true, without quotation marks"),
    int: ("a whole number", "{key} = 3000, without quotation marks or signs between thousands"),
    float: ("a number", "{key} = 2500.5, without quotation marks or signs between thousands"),
    list: ("an array", '{key} = ["..."]'),
    dict: ("a table", "[{key}], with its keys below"),
    datetime.date: ("a date such as 2016-05-31", "{key} = 2016-05-31, without quotation marks"),
}

_READ_ON = "see docs/reference/workspace.md"
_WRITE_TAG = "write a tag such as 'en', 'es', 'fr' or 'nl'"


def toml_lines(text: str) -> dict[_Path, int]:
    r"""Return the lines of keys, tables and items by path.

    Example:
        >>> toml_lines('a = 1\n[[b]]\nc = [\n  {d = "x"},\n]\n')[("b", 0, "c", 0, "d")]
        4
    """
    return _LineIndexer(text).lines


class _LineIndexer:
    """Indexes the lines of a TOML text by path."""

    def __init__(self, text: str) -> None:
        self.lines: dict[_Path, int] = {(): 1}
        self._tokens: list[tuple[str, int]] = []
        line = 1
        for match in _TOKEN.finditer(text):
            token = match[0]
            if not token.startswith("#"):
                self._tokens.append((token, line))
            line += token.count("\n")
        self._at = 0
        self._counts: dict[_Path, int] = {}
        self._walk_document()

    def _take_next_token(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _take_token(self) -> tuple[str, int]:
        self._at += 1
        return self._tokens[self._at - 1]

    def _note_line(self, path: _Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)

    def _walk_document(self) -> None:
        table: _Path = ()
        while self._take_next_token():
            if self._take_next_token() == "\n":
                self._take_token()
            elif self._take_next_token() == "[":
                table = self._walk_header()
            else:
                self._walk_pair(table)

    def _walk_header(self) -> _Path:
        _, line = self._take_token()
        several = self._take_next_token() == "["
        if several:
            self._take_token()
        path = self._resolve_header(self._walk_key())
        if several:
            place = self._counts.get(path, 0)
            self._counts[path] = place + 1
            self._note_line(path, line)
            path = (*path, place)
        self.lines[path] = line
        while self._take_next_token() not in {"\n", ""}:
            self._take_token()
        return path

    def _resolve_header(self, keys: list[str]) -> _Path:
        """Return the path of a header."""
        path: _Path = ()
        for key in keys:
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
            path = (*path, key)
        return path

    def _walk_key(self) -> list[str]:
        words = ""
        while self._take_next_token() not in {"=", "]", ""}:
            words += self._take_token()[0]
        # The parser handles dots and quotation marks in keys.
        data: Any = tomllib.loads(f"{words} = 0")
        keys: list[str] = []
        while isinstance(data, dict):
            ((key, data),) = data.items()
            keys.append(key)
        return keys

    def _walk_pair(self, table: _Path) -> None:
        line = self._tokens[self._at][1]
        path = (*table, *self._walk_key())
        self._take_token()  # the equals sign
        self._note_line(path, line)
        self._walk_value(path)

    def _walk_value(self, path: _Path) -> None:
        if self._take_next_token() in {"[", "{"}:
            opening, _ = self._take_token()
            closing, place = {"[": "]", "{": "}"}[opening], 0
            while self._take_next_token() != closing:
                if self._take_next_token() in {",", "\n"}:
                    self._take_token()
                elif opening == "{":
                    self._walk_pair(path)
                else:
                    self.lines[(*path, place)] = self._tokens[self._at][1]
                    self._walk_value((*path, place))
                    place += 1
            self._take_token()
        else:
            while self._take_next_token() not in {",", "\n", "]", "}", ""}:
                self._take_token()


class _ReportedError(Exception):
    """Error for a missing required value, already reported."""


@define
class TomlTable:
    """Table of a TOML file that reports keys never read.

    Attributes:
        file: Name of the file.
        path: Path of the table inside it, empty for the top.
        data: Its keys and values.
        issues: Collects problems; shared by all tables of a file.
        lines: Line of each path of the file, or its origin if a table was made from cells.
        code: Code of its problems.
    """

    file: str
    path: _Path
    data: Mapping[str, Any]
    issues: list[Issue]
    lines: Mapping[_Path, int | Origin] = field(factory=dict, repr=False)
    code: str = "CB603"
    _asked: set[str] = field(factory=set, init=False)

    def origin(self, key: str | int = "") -> Origin:
        """Return the origin of a key, or of the table."""
        path = (*self.path, key) if key != "" else self.path
        line = next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), None)
        if isinstance(line, Origin):
            return line
        path_text = ""
        for step in path:  # arrays count from 1, like rows
            path_text += f"[{step + 1}]" if isinstance(step, int) else f"{'.' if path_text else ''}{step}"
        return Origin(self.file, row=line or 1, path=path_text or None)

    def add_error(self, key: str, message: str, remedy: str = "", code: str = "") -> None:
        """Add an error about a key."""
        self.issues.append(Issue.error(code or self.code, message, self.origin(key), remedy or _READ_ON))

    def _check_type(self, key: str, value: object, kind: type) -> bool:
        """True if a value has a type; else reported."""
        wrong = isinstance(value, bool) and kind is not bool
        wrong = wrong or (isinstance(value, datetime.datetime) and kind is datetime.date)
        if isinstance(value, int | float if kind is float else kind) and not wrong:
            return True
        what, example = _KINDS[kind]
        self.add_error(key, f"{key} must be {what}, not {_describe_value(value)}", f"write {example.format(key=key)}")
        return False

    def get(self, key: str, kind: type[T], default: T) -> T:
        """Return a value of a type, or the default."""
        self._asked.add(key)
        value = self.data.get(key, default)
        return value if key not in self.data or self._check_type(key, value, kind) else default

    def required(self, key: str) -> str:
        """Return a required text.

        A missing text is reported and ends the function that `make` called, so this is for such functions only.
        """
        if key not in self.data:
            self._asked.add(key)
            self.add_error(key, f"{key} is missing", f'add {key} = "..."')
            raise _ReportedError
        before = len(self.issues)
        text = self.get(key, str, "")
        if len(self.issues) > before:
            raise _ReportedError
        return text

    @overload
    def number(self, key: str) -> float | None: ...
    @overload
    def number(self, key: str, default: float) -> float: ...
    def number(self, key: str, default: float | None = None) -> float | None:
        """Return a whole or decimal number."""
        self._asked.add(key)
        value = self.data.get(key)
        if value is None or not self._check_type(key, value, float):
            return default
        number = float(value) if isinstance(value, float) else value
        if abs(number) < float("inf"):
            return value  # type: ignore[no-any-return]
        self.add_error(key, f"{key} must be a finite number, not {value!r}", "leave it out where it is not known")
        return default

    def day(self, key: str) -> datetime.date | None:
        """Return a date, or None."""
        self._asked.add(key)
        value = self.data.get(key)
        return value if value is not None and self._check_type(key, value, datetime.date) else None

    def text(self, key: str, default: str = "") -> Text:
        """Return a text from a string or language table.

        The first language of a table is the source.
        """
        self._asked.add(key)
        value = self.data.get(key, default)
        if isinstance(value, Mapping):
            inner = self.table(key)
            value = inner.make(lambda: _read_languages(inner)) or default
        elif not isinstance(value, str):
            message = f"{key} must be a text, or a table of languages, not {_describe_value(value)}"
            self.add_error(key, message, f'write {key} = "...", or {key} = {{ en = "...", es = "..." }}')
            value = default
        parsed = self.make(lambda: as_text(value or default), key)
        return parsed if parsed is not None else as_text(default)

    def texts(self, key: str) -> list[Text]:
        """Return an array of texts, without invalid ones.

        An item is a string, a table of languages, or a table with `text`. An invalid item is reported.
        """
        items: list[Any] = self.get(key, list, [])
        texts = []
        for position, item in enumerate(items):
            data = item if isinstance(item, Mapping) and "text" in item else {"text": item}
            inner = self._make_inner((*self.path, key, position), data)
            before = len(self.issues)
            text = inner.text("text")
            inner.report_unknown()
            if any(text.get(tag).strip() for tag in text.languages):
                texts.append(text)
            elif len(self.issues) == before:
                self.add_error(key, f"{key}[{position + 1}] is empty", "write a text, or leave it out")
        return texts

    def names(self, key: str) -> tuple[str, ...]:
        """Return an array of texts."""
        items: list[Any] = self.get(key, list, [])
        good = tuple(item for item in items if isinstance(item, str))
        if len(good) != len(items):
            self.add_error(key, f"{key} must hold texts only", f'write {key} = ["..."]')
        return good

    def language(self, key: str) -> str | None:
        """Return a language tag, or None if absent.

        A tag that is not in ISO 639 is reported and gives None.
        """
        tag = self.get(key, str, "")
        return tag if tag and self._check_language(key, tag) else None

    def languages(self, key: str) -> tuple[str, ...]:
        """Return the known language tags of an array."""
        return tuple(tag for tag in self.names(key) if self._check_language(key, tag))

    def _check_language(self, key: str, tag: str) -> bool:
        known = is_language(tag)
        if not known:
            self.add_error(key, f"{tag!r} is not a language of ISO 639", _WRITE_TAG)
        return known

    def _make_inner(self, path: _Path, data: Mapping[str, Any]) -> "TomlTable":
        return TomlTable(self.file, path, data, self.issues, self.lines, self.code)

    def table(self, key: str) -> "TomlTable":
        """Return a table inside this one, empty if absent."""
        data: dict[str, Any] = self.get(key, dict, {})
        return self._make_inner((*self.path, key), data)

    def tables(self, key: str) -> Iterator["TomlTable"]:
        """Yield the tables of an array."""
        items: list[Any] = self.get(key, list, [])
        for position, item in enumerate(items):
            if isinstance(item, dict):
                yield self._make_inner((*self.path, key, position), item)
            else:
                message = f"{key}[{position + 1}] must be a table, not {_describe_value(item)}"
                self.add_error(key, message, f"write [[{key}]], with its keys below")

    def make(self, build: Callable[[], T], key: str = "") -> T | None:
        """Return the result of a function, or report its error."""
        try:
            return build()
        except _ReportedError:
            return None
        except CapbuildError as error:
            model = error if isinstance(error, ModelError) else None
            own = model.field.rpartition(".")[2] if model is not None else ""
            at = key or (own if own in self.data else "")
            remedy = error.remedy or (f"correct {own}: {_READ_ON}" if own else "")
            message, code = (error.message, error.code) if model is None else (model.plain_message, "")
            self.add_error(at, message, remedy, code)
        except (ValueError, TypeError) as error:
            self.add_error(key, str(error))
        return None

    def build(self, cls: type[T], key: str = "", **given: Any) -> T | None:
        """Return an object from the table, or None.

        Each field is read from the key of its name, by its type. Unknown keys and errors are reported; an object with
        errors is None. A text without default is required.

        Args:
            cls: Class of the model.
            key: Key that errors of the object are about.
            given: Values of fields that are read in another way.
        """
        values, complete = dict(given), True
        for name, (kind, default) in field_types(cls).items():  # type: ignore[arg-type]
            read = _find_reader(kind)
            if name in given or read is None:
                continue
            self._asked.add(name)
            if name in self.data or default is NOTHING:
                try:
                    values[name] = read(self, name, default)
                except _ReportedError:
                    complete = False
        built = self.make(lambda: cls(**values), key) if complete else None
        self.report_unknown()
        return built

    def mapping(self, key: str, read: Callable[["TomlTable", str], T | None]) -> dict[str, T]:
        """Return the valid values of an inner table by key.

        Args:
            key: Key of the inner table.
            read: Reads the value of a key; None if it is invalid.
        """
        inner = self.table(key)
        return {name: value for name in inner.data if (value := read(inner, name)) is not None}

    def report_unknown(self, *, ignore: Callable[[str], bool] = lambda _key: False) -> None:
        """Report every key that was not read."""
        for key in self.data:
            if key not in self._asked and not ignore(key):
                self.add_error(key, f"unknown key {key!r}{did_you_mean(key, self._asked)}", "correct or remove it")

    def remaining(self) -> dict[str, Any]:
        """Return the unread keys and mark them as read."""
        left = {key: value for key, value in self.data.items() if key not in self._asked}
        self._asked.update(left)
        return left


def _read_languages(table: TomlTable) -> Text:
    """Read a table of languages as text.

    Each value is a string, or a table of `text`, `status` and `source_hash`.
    """
    source, language, translations = None, "und", {}
    for tag, value in table.data.items():
        translation = Translation(value) if isinstance(value, str) else None
        if isinstance(value, Mapping):
            inner = table.table(tag)
            words, status = (
                inner.get("text", str, ""),
                read_choice(inner, "status", TranslationStatus, TranslationStatus.DRAFT),
            )
            translation = Translation(words, status, inner.get("source_hash", str, ""))
            inner.report_unknown()
        elif translation is None:
            table.get(tag, str, "")  # the error shows a valid text
        if translation is None or not translation.text:
            continue
        if source is None:
            source, language = translation.text, tag
        else:
            translations[tag] = translation
    return Text(source or "", language, translations)


def _describe_value(value: object) -> str:
    """Return a short form of a value."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "an array"
    return repr(value)[:80] if not isinstance(value, datetime.date) else value.isoformat()


def read_choice(table: TomlTable, key: str, kind: type[Choice], default: Choice) -> Choice:
    """Return the enum member with a value."""
    word = table.get(key, str, default.value)
    try:
        return kind(word)
    except ValueError:
        known = [member.value for member in kind]
        what = f"{'an' if key[0] in 'aeiou' else 'a'} {key.replace('_', ' ')}"
        message = f"{word!r} is not {what}{did_you_mean(word, known)}"
        table.add_error(key, message, f"one of: {', '.join(known)}")
        return default


#: Reads a field by its type; takes table, key and default.
_FIELD_READERS: dict[Any, Callable[[TomlTable, str, Any], Any]] = {
    str: lambda table, key, default: table.required(key) if default is NOTHING else table.get(key, str, default),
    bool: lambda table, key, default: table.get(key, bool, default),
    int: lambda table, key, default: table.get(key, int, default),
    float: lambda table, key, default: table.number(key, 0.0 if default is NOTHING else default),
    datetime.date: lambda table, key, _: table.day(key),
    Text: lambda table, key, _: table.text(key),
    tuple[str, ...]: lambda table, key, _: table.names(key),
    tuple[Text, ...]: lambda table, key, _: table.texts(key),
    FrozenMap[str, int]: lambda table, key, _: table.mapping(key, lambda inner, name: inner.get(name, int, 0)),
    FrozenMap[str, float]: lambda table, key, _: table.mapping(key, TomlTable.number),
    FrozenMap[str, Text]: lambda table, key, _: table.mapping(key, TomlTable.text),
}


def _find_reader(kind: Any) -> Callable[[TomlTable, str, Any], Any] | None:
    """Return the reader of a field type."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return lambda table, key, default: read_choice(table, key, kind, default or next(iter(kind)))
    return _FIELD_READERS.get(kind)


def read_names(table: TomlTable, key: str, known: Collection[str], what: str) -> tuple[str, ...]:
    """Return the known names in an array, and report others.

    Any name is accepted if none are known.
    """
    names = table.names(key)
    for name in names:
        if known and name not in known:
            table.add_error(key, f"there is no {what} {name!r}{did_you_mean(name, known)}", "correct the id", "CB840")
    return tuple(name for name in names if not known or name in known)


def decode_toml(text: str) -> dict[str, Any]:
    """Return the values of a TOML text.

    Raises:
        ValueError: It is not valid, or too long a word or nested too deeply: the parser would take the square of
            the depth.
    """
    dots = depth = 0
    for match in _TOKEN.finditer(text):
        match word := match[0]:
            case "[" | "{":
                dots, depth = 0, depth + 1
            case "]" | "}":
                dots, depth = 0, depth - 1
            case "=" | "," | "\n":
                dots = 0
            case _ if word[0] not in "\"'#":
                dots += word.count(".")
                if len(word) > _LONGEST_WORD:
                    raise _make_error(f"a word of more than {_LONGEST_WORD:,} characters", match)
        if max(dots, depth) > MAX_DEPTH:
            raise _make_error(f"it nests deeper than {MAX_DEPTH} levels", match)
    return tomllib.loads(text)


def _make_error(problem: str, match: re.Match[str]) -> ValueError:
    return ValueError(f"{problem} (at line {match.string.count(chr(10), 0, match.start()) + 1})")


def parse_toml(text: str, name: str, issues: list[Issue], code: str = "CB603") -> TomlTable | None:
    """Return the top table of a TOML text, or None.

    An invalid text is reported.

    Args:
        text: The text.
        name: File name for origins.
        issues: Collects problems.
        code: Code of its problems.
    """
    try:
        data = decode_toml(text)
    except ValueError as error:
        line = _BAD_LINE.search(str(error))
        row = int(line[1]) if line is not None else max(text.rstrip().count("\n") + 1, 1)
        issues.append(
            Issue.error(
                code,
                f"{name} is not valid TOML: {error}",
                Origin(name, row=row),
                "correct the line, or the one above it: quotation marks, brackets, one key a line",
            )
        )
        return None
    return TomlTable(name, (), data, issues, toml_lines(text.replace("\r\n", "\n")), code)


def read_toml_text(path: Path, name: str, issues: list[Issue], code: str = "CB603") -> str | None:
    """Return the text of a TOML file, or None.

    A file that cannot be read is reported.

    Args:
        path: The file.
        name: File name for origins.
        issues: Collects problems.
        code: Code of its problems.
    """
    remedy = "save it as text in UTF-8"
    try:
        if path.exists() and not path.is_file():  # a pipe would wait for its writer
            raise OSError("it is a folder, a pipe or a device")
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problem, code, remedy = f"{name} is missing", "CB604", "add it: capbuild new programme NAME shows one"
    except (UnicodeDecodeError, OSError) as error:
        problem = f"{name} cannot be read: {error}"
    issues.append(Issue.error(code, problem, Origin(name), remedy))
    return None


def load_toml(path: Path, name: str, issues: list[Issue], code: str = "CB603") -> TomlTable | None:
    """Return the top table of a TOML file, or None.

    A file that is missing, unreadable or invalid is reported.

    Args:
        path: The file.
        name: File name for origins.
        issues: Collects problems.
        code: Code of its problems.
    """
    text = read_toml_text(path, name, issues, code)
    return None if text is None else parse_toml(text, name, issues, code)


_BARE = re.compile(r"[A-Za-z0-9_-]+")


def changed_fields(one: Any, *left_out: str) -> dict[str, Any]:
    """Return the fields of an object that have other values than by default.

    Example:
        >>> from capbuild.model import Interval
        >>> changed_fields(Interval(lower=1, upper=2), "upper")
        {'lower': 1}
    """
    changed = {}
    for one_field in attrs.fields(type(one)):
        default, value = one_field.default, getattr(one, one_field.name)
        usual = default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]
        if one_field.name not in left_out and value is not None and value != usual:
            changed[one_field.name] = value
    return changed


def text_table(text: Text) -> str | dict[str, Any]:
    """Return a text as a TOML value.

    The value is a string, or a table of languages with the source first.

    Example:
        >>> text_table(Text("yes")), text_table(Text("yes", "en"))
        ('yes', {'en': 'yes'})
    """
    if text.languages == ("und",):
        return text.source
    others: dict[str, Any] = {}
    for tag, translation in text.translations.items():
        more = {"status": translation.status.value} if translation.status is not TranslationStatus.DRAFT else {}
        more |= {"source_hash": translation.source_hash} if translation.source_hash else {}
        others[tag] = {"text": translation.text, **more} if more else translation.text
    return {text.language: text.source, **others}


def _quote(text: str) -> str:
    """Quote a TOML string, like JSON with one more escape."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_key(name: str) -> str:
    """Return a key, quoted if necessary."""
    return name if _BARE.fullmatch(name) else _quote(name)


def toml_value(value: Any) -> str:
    """Return a value in TOML syntax.

    Example:
        >>> toml_value({"a b": [1, True, "x"]})
        '{ "a b" = [1, true, "x"] }'
    """
    if isinstance(value, Text):
        return toml_value(text_table(value))
    if isinstance(value, Enum):
        return toml_value(value.value)
    if isinstance(value, str):
        return _quote(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml_key(name)} = {toml_value(item)}" for name, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, Iterable):
        return f"[{', '.join(map(toml_value, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
