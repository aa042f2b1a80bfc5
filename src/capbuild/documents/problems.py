"""Flat list of problems from cattrs' nested groups."""

from collections.abc import Iterator
from typing import Any

import attrs
from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError

from capbuild._jsonpath import Path, json_path
from capbuild.errors import ModelError, did_you_mean


def list_problems(error: BaseException, raw: object, at: Path = ()) -> tuple[tuple[str, str], ...]:
    """Return all problems of a failed `structure`, in document order.

    Each problem is a path and a message.

    Args:
        error: The exception of cattrs.
        raw: The original value, for the order of problems.
        at: Path of that value in the document.

    Example:
        >>> list_problems(ValueError("must be a text, not 3"), 3, ("data",))
        (('$.data', 'must be a text, not 3'),)
    """
    problems = list(dict.fromkeys(_flatten(error, ())))
    problems.sort(key=lambda problem: _find_position(raw, problem[0]))
    return tuple((json_path((*at, *path)), message) for path, message in problems)


def _flatten(error: BaseException, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(error, ClassValidationError):
        fields, whole = error.group_exceptions()
        for inner, note in fields:
            yield from _flatten(inner, (*path, note.name))
        for inner in whole:
            yield from _list_object_problems(inner, error.cl, path)
    elif isinstance(error, IterableValidationError):
        items, rest = error.group_exceptions()
        for inner, place in items:
            yield from _flatten(inner, (*path, place.index))
        for inner in rest:
            yield from _flatten(inner, path)
    else:
        yield path, _format_problem_message(error)


def _list_object_problems(error: BaseException, cls: type[Any], path: Path) -> Iterator[tuple[Path, str]]:
    """List the problems of an object."""
    if isinstance(error, ForbiddenExtraKeysError):
        known = [attribute.name for attribute in attrs.fields(cls)]
        for name in error.extra_fields:
            yield (*path, name), f"is not a field of {cls.__name__}{did_you_mean(name, known)}"
        return
    class_name, _, field = error.field.partition(".") if isinstance(error, ModelError) else ("", "", "")
    own = class_name == cls.__name__ and field in {attribute.name for attribute in attrs.fields(cls)}
    yield from _flatten(error, (*path, field) if own else path)


def _format_problem_message(error: BaseException) -> str:
    if isinstance(error, KeyError):
        return "is required"
    if isinstance(error, ModelError):
        return error.message
    return str(error)


def _find_position(raw: Any, path: Path) -> tuple[int, ...]:
    """Return the document order of a path, for sorting.

    A path that the document lacks comes last in its object.
    """
    places: list[int] = []
    for step in path:
        keys = list(raw) if isinstance(raw, dict) else None
        if keys is None:
            place = step if isinstance(step, int) else 0
            raw = raw[place] if isinstance(raw, list) and place < len(raw) else None
        else:
            place = keys.index(step) if step in keys else len(keys)
            raw = raw.get(step)
        places.append(place)
    return tuple(places)
