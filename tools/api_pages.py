"""Writer of the pages of the API reference.

Each package has a page, with every public name that no other page describes.

Classes without a public name that public ones return, such as the charts behind `.plot`, are on the page of their
package. Plugins without an entry point are libraries: each of their modules has a page too.

The docs are built with them (`docs/conf.py`). Sphinx reads signatures, types, parameters and methods from the code.
"""

import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from tools.public_api import packages

__all__ = ["described_names", "foreign_bases", "write_api_pages"]

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
_DIRECTIVE = re.compile(r"^\.\. (?:auto|py:)\w+:: (\S+)", flags=re.MULTILINE)


def described_names(docs: Path = DOCS, *, beside: str = "reference/api/") -> dict[str, str]:
    """Return the names that written pages describe, by page.

    Args:
        docs: Folder of the pages.
        beside: Folder of the generated ones, which are left out.
    """
    found: dict[str, str] = {}
    for page in sorted(docs.rglob("*.md")):
        short = page.relative_to(docs).as_posix()
        if not short.startswith(beside):
            found |= {name.rpartition(".")[2]: short for name in _DIRECTIVE.findall(page.read_text("utf-8"))}
    return found


def _public_classes() -> list[type]:
    found = (getattr(module, name) for module in packages() for name in module.__all__)
    return [one for one in found if isinstance(one, type) and one.__module__.startswith("capbuild")]


def foreign_bases() -> str:
    """Return the foreign bases of public classes.

    No page describes their members; the names are as Sphinx takes them.
    """
    bases = {base for cls in _public_classes() for base in cls.__mro__ if not base.__module__.startswith("capbuild")}
    return ",".join(sorted({base.__name__ for base in bases}))


def _returned(thing: object) -> Iterator[type]:
    """Yield our classes that a callable returns.

    It is a function, or a public member of a class.
    """
    if isinstance(thing, type):
        for name, member in inspect.getmembers_static(thing):
            bare = next((getattr(member, at) for at in ("fget", "func", "__func__") if hasattr(member, at)), member)
            if (name == "__getitem__" or not name.startswith("_")) and inspect.isfunction(bare):
                yield from _returned(bare)
        return
    waiting = [getattr(thing, "__annotations__", {}).get("return")]
    while waiting:
        one = waiting.pop()
        waiting += get_args(one)
        if isinstance(one, type) and one.__module__.startswith("capbuild."):
            yield one


def _nameless_classes(described: dict[str, str]) -> list[type]:
    """Return returned classes that have no public name.

    Public names return them, directly or through each other.
    """
    named = {name for module in packages() for name in module.__all__} | {*described}
    waiting: list[object] = [getattr(module, name) for module in packages() for name in module.__all__]
    found: dict[type, None] = {}
    while waiting:
        new = [one for one in _returned(waiting.pop()) if one.__name__ not in named and one not in found]
        found |= dict.fromkeys(one for one in new if not one.__name__.startswith("_"))
        waiting += new
    return [*found]


def _library_modules() -> Iterator[ModuleType]:
    """Yield the modules of plugins that are libraries."""
    for project in sorted((ROOT / "plugins").glob("*/pyproject.toml")):
        if "entry-points" not in tomllib.loads(project.read_text("utf-8"))["project"]:
            for place in sorted(project.parent.glob("src/*/__init__.py")):
                package = importlib.import_module(place.parent.name)
                yield package
                for info in pkgutil.iter_modules(package.__path__):
                    if not info.name.startswith("_"):
                        yield importlib.import_module(f"{package.__name__}.{info.name}")


def _directive(module: ModuleType, name: str) -> str:
    """Return the Sphinx directive of a name.

    Classes and functions of ours have their docstring; other values have only the name.
    """
    thing: Any = getattr(module, name)
    own = str(getattr(thing, "__module__", "")).startswith("capbuild")
    if own and isinstance(thing, type):
        return "autoexception" if issubclass(thing, BaseException) else "autoclass"
    return "autofunction" if own and hasattr(thing, "__code__") else "py:data"


def _page(module: ModuleType, described: dict[str, str], nameless: list[type]) -> Iterator[str]:
    """Yield the lines of a package's page."""
    title = module.__name__
    head = (module.__doc__ or "").strip().splitlines()[0]
    yield from (f"# {title}", "", head, "")
    known = sorted(name for name in module.__all__ if name in described)
    if known:
        yield "Described elsewhere: " + ", ".join(f"[`{name}`](../../{described[name]})" for name in known) + "."
        yield ""
    new = sorted(name for name in module.__all__ if name not in described and not isinstance(
        getattr(module, name), ModuleType))  # fmt: skip
    own = [one for one in nameless if one.__module__.startswith(f"{title}.") and module.__name__ != "capbuild"]
    lines = [f".. {_directive(module, name)}:: {title}.{name}" for name in new]
    lines += [f".. autoclass:: {one.__module__}.{one.__qualname__}" for one in own]
    if lines:
        yield from ("```{eval-rst}", *lines, "```", "")
    described |= dict.fromkeys(new, f"reference/api/{title}.md")


def write_api_pages(folder: Path = DOCS / "reference" / "api") -> dict[str, str]:
    """Write a page per package; return each public name's page."""
    folder.mkdir(parents=True, exist_ok=True)
    described = described_names()
    nameless = _nameless_classes(described)
    written = ["# All public names", "", "Every name that a package exports, by package.", "", "```{toctree}", ""]
    for module in reversed(list(packages())):  # the face last: what it exports is described where it is made
        if module.__all__:
            (folder / f"{module.__name__}.md").write_text(
                "\n".join(_page(module, described, nameless)), encoding="utf-8"
            )
            written.append(module.__name__)
    for module in _library_modules():
        lines = (f"# {module.__name__}", "", "```{eval-rst}", f".. automodule:: {module.__name__}", "```", "")
        (folder / f"{module.__name__}.md").write_text("\n".join(lines), encoding="utf-8")
        written.append(module.__name__)
    (folder / "index.md").write_text("\n".join([*written, "```", ""]), encoding="utf-8")
    return described
