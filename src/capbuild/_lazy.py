"""Lazy imports of exported names and of higher layers."""

# Importing typing would double the cost of `import capbuild`; type checkers take a name so called as true.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["import_object", "lazy_exports", "provide", "provided"]

#: Homes of the functions that the face provides, as `module:function`.
_HOMES: "dict[str, str]" = {}


def provide(homes: "dict[str, str]") -> None:
    """Register functions of higher layers, by name.

    The package `capbuild` calls it once, on import.

    Args:
        homes: `module:function` by the name that `provided` asks for.
    """
    _HOMES.update(homes)


def provided(name: str) -> "Callable[..., Any]":
    """Return a registered function of a higher layer.

    Example:
        >>> provided("find_country").__name__
        'country'
    """
    function: Callable[..., Any] = import_object(_HOMES[name])
    return function


def import_object(home: str) -> "Any":
    """Import an object by module and name.

    Example:
        >>> import_object("capbuild.origin:Origin").__name__
        'Origin'
    """
    from importlib import import_module

    module, _, name = home.partition(":")
    return getattr(import_module(module), name)


def lazy_exports(package: str, names: "dict[str, str]") -> "tuple[Callable[[str], Any], Callable[[], list[str]]]":
    """Return `__getattr__` and `__dir__` of a lazy package.

    Args:
        package: Name of the package.
        names: Names by module, separated by spaces; a module is one of the package, or begins with `capbuild.`.

    Example:
        >>> look_up, _ = lazy_exports("capbuild", {"origin": "Origin"})
        >>> look_up("Origin").__name__
        'Origin'
    """
    homes = {
        name: module if module.startswith("capbuild.") else f"{package}.{module}"
        for module, listed in names.items()
        for name in listed.split()
    }

    def look_up(name: str) -> "Any":
        from importlib import import_module

        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(home), name)
        setattr(import_module(package), name, value)
        return value

    return look_up, lambda: sorted(homes)
