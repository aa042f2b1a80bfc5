"""Names that a package exports and imports only when they are first used."""

# Importing typing would double the cost of `import capbuild`; type checkers take a name so called as true.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["lazily"]


def lazily(package: str, homes: "dict[str, str]") -> "tuple[Callable[[str], Any], Callable[[], list[str]]]":
    """Return the `__getattr__` and `__dir__` of a package whose names are imported on first use.

    Args:
        package: Name of the package.
        homes: Module that holds each name, by name; relative to the package when it begins with a dot.

    Example:
        >>> look_up, _ = lazily("capbuild", {"Origin": ".origin"})
        >>> look_up("Origin").__name__
        'Origin'
    """

    def look_up(name: str) -> "Any":
        from importlib import import_module

        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(home, package), name)
        setattr(import_module(package), name, value)
        return value

    return look_up, lambda: sorted(homes)
