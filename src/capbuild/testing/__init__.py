"""Strategies, conformance classes and made files for the tests of plugins; needs `pip install "capbuild[testing]"`.

Each part is imported when it is first used:

    from capbuild.testing import ReaderConformance, Sample, strategies
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from capbuild.testing import contract, strategies, tables
    from capbuild.testing.conformance.reader import ReaderConformance, Sample

__all__ = ["ReaderConformance", "Sample", "contract", "strategies", "tables"]

#: Names that do not stand in a module of their own name.
_HOME = {
    "ReaderConformance": "conformance.reader",
    "Sample": "conformance.reader",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOME.get(name, name)}")
    return getattr(module, name) if name in _HOME else module


def __dir__() -> list[str]:
    return sorted(__all__)
