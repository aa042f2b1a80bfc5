"""Text files of documents, and JSON within limits."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from capbuild._jsonpath import Path as JsonPath
from capbuild._jsonpath import json_path
from capbuild.errors import DocumentError, ReadError
from capbuild.origin import Origin

#: Maximum nesting of objects and lists.
MAX_DEPTH = 100

_WIDTH = 110
# Possessive, so that an unfinished string costs a single pass.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_compact = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class _DuplicateKeyError(ValueError):
    pass


def read_text(path: Path) -> str:
    """Read a UTF-8 text file without its byte order mark.

    Raises:
        ReadError: CB107, the path is a folder; CB108, the file cannot be opened.
        DocumentError: CB013, the file is not UTF-8.
    """
    origin = Origin(str(path))
    if path.is_dir():
        raise ReadError("the path is a folder, not a file", code="CB107", origin=origin)
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadError(f"the file cannot be opened: {error.strerror or error}", origin=origin) from error
    except UnicodeDecodeError as error:
        message = f"not valid JSON: byte {error.start + 1} is not UTF-8"
        raise DocumentError(message, code="CB013", origin=origin) from None


def parse_json(text: str, name: str) -> Any:
    """Return the value of a JSON text.

    Args:
        text: The text.
        name: File name for messages.

    Raises:
        DocumentError: CB013, the text is not JSON or has duplicate keys; CB118, it nests too deeply.
    """
    _check_depth(text, name)
    try:
        return json.loads(text, object_pairs_hook=_to_object)
    except json.JSONDecodeError as error:
        origin = Origin(name, row=error.lineno, column=error.colno)
        what = f"{error.msg} at line {error.lineno}, column {error.colno}" if text.strip() else "the text is empty"
        raise _make_json_error(what, origin) from None
    except ValueError as error:
        raise _make_json_error(str(error), Origin(name)) from None


def _make_json_error(what: str, origin: Origin) -> DocumentError:
    return DocumentError(f"not valid JSON: {what}", code="CB013", origin=origin)


def _to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    by_key = dict(pairs)
    if len(by_key) != len(pairs):
        names = [name for name, _ in pairs]
        duplicate = next(name for name in names if names.count(name) > 1)
        raise _DuplicateKeyError(f"an object has the key {duplicate!r} twice")
    return by_key


def _check_depth(text: str, name: str) -> None:
    """Refuse a text that nests too deeply."""
    depth = 0
    for token in _TOKEN.finditer(text):
        mark = text[token.start()]
        if mark in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                line = text.count("\n", 0, token.start()) + 1
                raise _make_depth_error(Origin(name, row=line))
        elif mark in "]}":
            depth -= 1


def _make_depth_error(origin: Origin | None) -> DocumentError:
    return DocumentError(f"the document nests more than {MAX_DEPTH} objects and lists", code="CB118", origin=origin)


def write_json(value: Any) -> str:
    """Return a value as readable JSON text.

    Values that fit stay on one line; others are indented by two spaces.

    Raises:
        DocumentError: A number is not finite, or the value nests too deeply to be read back.

    Example:
        >>> print(write_json({"id": "TEC-2", "criteria": []}))
        {"id": "TEC-2", "criteria": []}
    """
    try:
        parts: list[str] = []
        _write_lines(value, 0, parts)
        text = "".join(parts)
    except ValueError:
        problems = [(json_path(path), "must be a finite number") for path in _check_finite(value, ())]
        raise DocumentError("the document cannot be written", problems=problems) from None
    # A lone surrogate cannot be encoded; its escape can, and reads back unchanged.
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _write_lines(value: Any, depth: int, parts: list[str]) -> None:
    """Add a value to the parts of a text."""
    if depth > MAX_DEPTH:
        raise _make_depth_error(None)
    if _compute_room(value, _WIDTH - 2 * depth) >= 0 or not isinstance(value, dict | list):
        parts.append(_compact(value))
        return
    indent = "\n" + "  " * (depth + 1)
    opened, closed = "{}" if isinstance(value, dict) else "[]"
    items = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    parts.append(opened)
    for number, (key, item) in enumerate(items):
        parts.append(f"{',' if number else ''}{indent}")
        if key is not None:
            parts.append(f"{_compact(key)}: ")
        _write_lines(item, depth + 1, parts)
    parts.append(f"\n{'  ' * depth}{closed}")


def _compute_room(value: Any, room: int) -> int:
    """Return the characters left on a line after a value.

    The number is negative if the value does not fit.
    """
    if isinstance(value, str):
        return room - len(value) - 2
    if isinstance(value, dict):
        for key, item in value.items():
            room = _compute_room(item, room - len(key) - 6)
            if room < 0:
                break
        return room - 2
    if isinstance(value, list):
        for item in value:
            room = _compute_room(item, room - 2)
            if room < 0:
                break
        return room - 2
    return room - 4


def _check_finite(value: Any, path: JsonPath) -> Iterator[JsonPath]:
    if isinstance(value, float) and not abs(value) < float("inf"):
        yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield from _check_finite(item, (*path, key))
