"""Write the pages of the API reference: one a package, with every public name that no other page describes.

The docs are built with them (`docs/conf.py`). Sphinx reads signatures, types, parameters and methods from the code.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.public_api import packages

__all__ = ["described_names", "write_api_pages"]

DOCS = Path(__file__).resolve().parents[1] / "docs"
_DIRECTIVE = re.compile(r"^\.\. (?:auto|py:)\w+:: (\S+)", flags=re.MULTILINE)


def described_names(docs: Path = DOCS, *, beside: str = "reference/api/") -> dict[str, str]:
    """Return the names that written pages describe, each with its page.

    Args:
        docs: Folder of the pages.
        beside: Folder of the generated ones, which are left out.
    """
    found = {}
    for page in sorted(docs.rglob("*.md")):
        short = page.relative_to(docs).as_posix()
        if not short.startswith(beside):
            found |= {name.rpartition(".")[2]: short for name in _DIRECTIVE.findall(page.read_text("utf-8"))}
    return found


def _directive(module: ModuleType, name: str) -> str:
    """Return what describes a name: the docstring of a class or function of ours; of other values the name alone."""
    thing: Any = getattr(module, name)
    own = str(getattr(thing, "__module__", "")).startswith("capbuild")
    if own and isinstance(thing, type):
        return "autoexception" if issubclass(thing, BaseException) else "autoclass"
    return "autofunction" if own and hasattr(thing, "__code__") else "py:data"


def _page(module: ModuleType, described: dict[str, str]) -> Iterator[str]:
    """Yield the lines of the page of a package."""
    title = module.__name__
    head = (module.__doc__ or "").strip().splitlines()[0]
    yield from (f"# {title}", "", head, "")
    known = sorted(name for name in module.__all__ if name in described)
    if known:
        yield "Described elsewhere: " + ", ".join(f"[`{name}`](../../{described[name]})" for name in known) + "."
        yield ""
    new = sorted(name for name in module.__all__ if name not in described and not isinstance(
        getattr(module, name), ModuleType))  # fmt: skip
    if new:
        yield from ("```{eval-rst}", *(f".. {_directive(module, name)}:: {title}.{name}" for name in new), "```", "")
    described |= dict.fromkeys(new, f"reference/api/{title}.md")


def write_api_pages(folder: Path = DOCS / "reference" / "api") -> dict[str, str]:
    """Write a page a package, and return where each public name is described."""
    folder.mkdir(parents=True, exist_ok=True)
    described = described_names()
    written = ["# All public names", "", "Every name that a package exports, by package.", "", "```{toctree}", ""]
    for module in reversed(list(packages())):  # the face last: what it exports is described where it is made
        if module.__all__:
            (folder / f"{module.__name__}.md").write_text("\n".join(_page(module, described)), encoding="utf-8")
            written.append(module.__name__)
    (folder / "index.md").write_text("\n".join([*written, "```", ""]), encoding="utf-8")
    return described
