"""JSON files, decoded within limits."""

import json
from collections.abc import Mapping
from typing import Any, TypeGuard, cast

from capbuild._jsonpath import json_path
from capbuild.formats.csv_files.encoding import Encoding
from capbuild.formats.json_files.duplicate_keys import DuplicateKeyDecoder
from capbuild.model import Issue
from capbuild.origin import Origin
from capbuild.plugins import InputFile


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
        encoding: Encoding of the file; UTF-8, UTF-16 or UTF-32 by default, as its first bytes say.

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


def json_list(value: object) -> list[Mapping[str, Any]]:
    """Return the objects in a JSON list; empty for other values.

    Example:
        >>> json_list([{"a": 1}, 2]), json_list("a")
        ([{'a': 1}], [])
    """
    items = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Mapping[str, Any]", item) for item in items if isinstance(item, Mapping)]


def json_object(value: object) -> Mapping[str, Any]:
    """Return a JSON object; empty for other values."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def is_json_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    """True for a JSON object."""
    return isinstance(value, Mapping)


def is_json_list(value: object) -> TypeGuard[list[Any]]:
    """True for a JSON list."""
    return isinstance(value, list)
