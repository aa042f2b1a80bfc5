"""Entry point for hypothesis: registers strategies lazily."""

from enum import Enum
from typing import Any

import attrs
from hypothesis import strategies as st

from capbuild import model
from capbuild.origin import Origin
from capbuild.text import Text, Translation
from capbuild.undefined import Undefined


def classes() -> list[type[Any]]:
    """Return every class and enum with a strategy."""
    named = (getattr(model, name) for name in model.__all__)
    own = [cls for cls in named if isinstance(cls, type) and (attrs.has(cls) or issubclass(cls, Enum))]
    return [*own, Origin, Text, Translation, Undefined]


def _strategy(cls: type[Any]) -> st.SearchStrategy[Any]:
    from capbuild.testing.strategies import strategy

    return strategy(cls)


def register() -> None:
    """Register the strategies of the model with `st.from_type`."""
    for cls in classes():
        st.register_type_strategy(cls, _strategy)
