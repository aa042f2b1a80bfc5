"""Fast initialisation and short representation of frozen classes with slots."""

from collections.abc import Callable
from typing import Any

import attrs

__all__ = ["as_open", "repr_set_fields"]

#: Makes an object, passed first, one of another class with the same slots, passed second.
#:
#: A frozen class sets its fields by way of Python code or of their descriptors, five times as slow as the interpreter
#: sets those of a plain class. So the constructor of a class that is made by the million turns the new object into one
#: of its open class (a base with `__slots__` and nothing else), sets the fields, and turns it back.
as_open: Callable[[Any, type], None] = object.__dict__["__class__"].__set__


def repr_set_fields(self: Any) -> str:
    """Return the class with its fields, without those that are empty, as by default.

    Example:
        >>> from capbuild.origin import Origin
        >>> Origin("a.csv", row=3)
        Origin(file='a.csv', row=3)
    """
    parts = []
    for one in attrs.fields(type(self)):
        default = one.default.factory() if isinstance(one.default, attrs.Factory) else one.default  # type: ignore[arg-type]
        value = getattr(self, one.name)
        is_empty = value is None or (type(value) is type(default) and value == default and not value)
        if one.repr and not (is_empty and not default):
            parts.append(f"{one.alias or one.name}={value!r}")
    return f"{type(self).__name__}({', '.join(parts)})"
