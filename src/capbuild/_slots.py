"""Fast initialisation of frozen classes with slots."""

from collections.abc import Callable
from typing import Any

__all__ = ["as_open"]

#: Makes an object, passed first, one of another class with the same slots, passed second.
#:
#: A frozen class sets its fields by way of Python code or of their descriptors, five times as slow as the interpreter
#: sets those of a plain class. So the constructor of a class that is made by the million turns the new object into one
#: of its open class (a base with `__slots__` and nothing else), sets the fields, and turns it back.
as_open: Callable[[Any, type], None] = object.__dict__["__class__"].__set__
