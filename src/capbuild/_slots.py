"""Fast initialisation and short representation of frozen classes with slots."""

from collections.abc import Callable, Sized
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
    """Return an object as its class and fields.

    Optional fields without content are left out.

    Example:
        >>> from capbuild.origin import Origin
        >>> Origin("a.csv", row=3)
        Origin(file='a.csv', row=3)
    """
    parts = []
    for field in attrs.fields(type(self)):
        value = getattr(self, field.name)
        if isinstance(field.default, attrs.Factory):  # type: ignore[arg-type]
            empty = isinstance(value, Sized) and not len(value)
        else:
            empty = field.default is not attrs.NOTHING and not field.default and value == field.default
        if field.repr and not empty:
            parts.append(f"{field.alias or field.name}={value!r}")
    return f"{type(self).__name__}({', '.join(parts)})"
