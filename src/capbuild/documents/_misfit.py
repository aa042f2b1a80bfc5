"""Errors for invalid values, with their wording."""

import json

_LONGEST = 60
_CONTAINERS = {dict: "an object", list: "a list", tuple: "a list", type(None): "null"}


class InvalidValueError(ValueError):
    """Invalid value.

    The message says what is valid. Never leaves the package.
    """


def describe_value(value: object) -> str:
    """Return a short description of a JSON value.

    Example:
        >>> describe_value([1, 2]), describe_value("no"), describe_value(None), describe_value(True)
        ('a list', '"no"', 'null', 'true')
    """
    words = _CONTAINERS.get(type(value))
    if words is not None:
        return words
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def invalid_value(rule: str, value: object) -> InvalidValueError:
    """Return the error for an invalid value.

    Example:
        >>> print(invalid_value("a text", 3))
        must be a text, not 3
    """
    return InvalidValueError(f"must be {rule}, not {describe_value(value)}")


def with_note(error: Exception, note: str) -> Exception:
    """Return the error with another note on its location."""
    error.__notes__ = [*getattr(error, "__notes__", []), note]
    return error
