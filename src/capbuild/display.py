"""The one place where a model object learns how to show itself in a notebook."""

from importlib import import_module
from typing import Any

__all__ = ["Displayed"]


class Displayed:
    """Mixin: in a notebook, ask `capbuild.notebook` how to draw the object.

    The module is imported by name when a notebook asks, so no import goes up and nothing is paid before.
    """

    __slots__ = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        bundle: dict[str, str] = import_module("capbuild.notebook").mimebundle(self)
        return bundle
