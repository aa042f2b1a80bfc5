"""How a found value is named in a message, and the error that carries it out of a hook."""

import json

_LONGEST = 60
_CONTAINERS = {dict: "an object", list: "a list", tuple: "a list", type(None): "null"}


class Misfit(ValueError):
    """A value that does not fit its place; the message says what would. Never leaves the package."""


def shown(value: object) -> str:
    """Return a found JSON value in a few words.

    Example:
        >>> shown([1, 2]), shown("no"), shown(None), shown(True)
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


def misfit(rule: str, value: object) -> Misfit:
    """Return the error for a value in the place of something else.

    Example:
        >>> print(misfit("a text", 3))
        must be a text, not 3
    """
    return Misfit(f"must be {rule}, not {shown(value)}")


def noted(error: Exception, note: str) -> Exception:
    """Return the error with one more note, which says where it was met."""
    error.__notes__ = [*getattr(error, "__notes__", []), note]
    return error
