"""A quicker way to fill frozen classes of which millions are made."""

from collections.abc import Callable
from typing import Any

import attrs

__all__ = ["slot_setters"]


def slot_setters(cls: type[Any]) -> tuple[Callable[[Any, Any], None], ...]:
    """Return what fills each field of a frozen attrs class with slots, for a constructor of its own.

    Args:
        cls: The class; its fields are taken in order.

    Example:
        >>> from capbuild.origin import Origin
        >>> len(slot_setters(Origin))
        5
    """
    return tuple(getattr(cls, attribute.name).__set__ for attribute in attrs.fields(cls))
