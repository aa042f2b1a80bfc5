"""Listing of the public API.

It has every name that a package exports, with its signature; `tests/test_public_api.py` compares it.

Type checkers cannot see what a lazy package loads on first use: for them, a stub beside it imports each name.

uv run python -m tools.public_api            # write docs/reference/public-api.txt, and the stubs
uv run python -m tools.public_api --check    # say what differs from them
"""

import difflib
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Collection, Iterator
from enum import Enum
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, get_origin

import attrs

import capbuild

LISTING = Path(__file__).resolve().parents[1] / "docs" / "reference" / "public-api.txt"
HEAD = """\
# What capbuild exports, one line a name; a class has a line a public member.
# A line that goes or changes breaks somebody; one that comes adds. Written by: uv run python -m tools.public_api
"""
#: Not for others: the command line is used by its commands.
PRIVATE = ("cli",)


def packages() -> Iterator[ModuleType]:
    """Yield the package and its exporting parts, by name."""
    yield capbuild
    for info in sorted(pkgutil.iter_modules(capbuild.__path__), key=lambda found: found.name):
        if info.name not in PRIVATE and not info.name.startswith("_"):
            module = importlib.import_module(f"capbuild.{info.name}")
            if hasattr(module, "__all__"):
                yield module


def _default(value: Any) -> str:
    """Return a default in a stable form.

    It is empty without a default, and short for objects.
    """
    if value is inspect.Parameter.empty:
        return ""
    plain = value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum))
    return f"={value!r}" if plain else "=..."


def signature(thing: Any) -> str:
    """Return a callable's parameters without types.

    Each version of Python prints types in its own way.
    """
    try:
        found = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return "(...)"
    parts, keyword = [], False
    for one in found:
        if one.kind is one.KEYWORD_ONLY and not keyword:
            parts += [] if any(p.startswith("*") for p in parts) else ["*"]
            keyword = True
        stars = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
        if one.name not in ("self", "cls"):
            parts.append(f"{stars}{one.name}{_default(one.default)}")
    return f"({', '.join(parts)})"


def _exported(cls: type) -> Collection[str]:
    """Return the names that the package of a class exports."""
    names: Collection[str] = getattr(importlib.import_module(cls.__module__.rpartition(".")[0]), "__all__", ())
    return names


def _members(name: str, cls: type) -> Iterator[str]:
    if issubclass(cls, Enum):
        yield f"{name} = {' | '.join(cls.__members__)}"
        return
    if issubclass(cls, BaseException):
        yield f"{name}({', '.join(base.__name__ for base in cls.__bases__)})"
        return
    yield f"{name}{signature(cls) if attrs.has(cls) or '__init__' in vars(cls) else ''}"
    # What a public class takes from one of no public name is its own.
    homes = [
        base
        for base in reversed(cls.__mro__[1:])
        if base.__module__.startswith(f"{cls.__module__.rpartition('.')[0]}.")
    ]
    hidden = [base for base in homes if base.__name__ not in _exported(cls)]
    every = {member: value for base in (*hidden, cls) for member, value in vars(base).items()}
    for member, value in sorted(every.items()):
        if member.startswith("_"):
            continue
        bare = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if isinstance(bare, FunctionType):
            yield f"  .{member}{signature(bare)}"
        elif isinstance(value, property) or type(value).__name__ == "cached_property":
            yield f"  .{member}"


def lines() -> Iterator[str]:
    """Yield the lines of the listing."""
    for module in packages():
        yield ""
        yield f"[{module.__name__}]"
        for name in sorted(module.__all__):
            thing = getattr(module, name)
            if isinstance(thing, type):
                # What one package exports of another is listed with all its members there.
                home = thing.__module__.split(".")[:2]
                own = module.__name__.split(".") == home or module.__name__ == thing.__module__
                yield from _members(name, thing) if own else [name]
            elif isinstance(thing, ModuleType):
                yield f"{name} (module)"
            else:
                named = callable(thing) and hasattr(thing, "__name__") and get_origin(thing) is None
                yield f"{name}{signature(thing)}" if named else name


def listing() -> str:
    """Return the listing as text."""
    return HEAD + "\n".join(lines()) + "\n"


def stub(module: ModuleType) -> str:
    """Return the stub of a lazy package."""
    homes: dict[str, list[str]] = {}
    home_of = {name: home for home, names in module._NAMES.items() for name in names.split()}
    for name in module.__all__:
        home = home_of[name]
        homes.setdefault(home if home.startswith("capbuild.") else f"{module.__name__}.{home}", []).append(name)
    text = [f'"""Names of `{module.__name__}`, for type checkers. Written by: uv run python -m tools.public_api"""', ""]
    for home, names in sorted(homes.items()):
        line = f"from {home} import {', '.join(names)}"
        text += [line] if len(line) <= 120 else [f"from {home} import (", *(f"    {name}," for name in names), ")"]
    return "\n".join([*text, "", "__all__ = [", *(f'    "{name}",' for name in module.__all__), "]", ""])


def stubs() -> dict[Path, str]:
    """Return the stubs by file."""
    lazy = [module for module in packages() if hasattr(module, "_NAMES") and not hasattr(module, "TYPE_CHECKING")]
    return {Path(module.__file__ or "").with_suffix(".pyi"): stub(module) for module in lazy}


def differences() -> list[str]:
    """Return differences between stored and present files."""
    found: list[str] = []
    for path, text in {LISTING: listing(), **stubs()}.items():
        kept = path.read_text("utf-8") if path.is_file() else ""
        found += difflib.unified_diff(kept.splitlines(), text.splitlines(), path.name, "now", lineterm="", n=0)
    return found


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit("\n".join(differences()) or None)
    for path, text in {LISTING: listing(), **stubs()}.items():
        path.write_text(text, encoding="utf-8")
