"""capbuild: national capacity-building programmes as typed data.

Countries, capacities and assessments as frozen classes; survey files of any format read without silent loss;
scores that say how sure they are and where they come from; reports that people keep.

Names are imported when first used: `import capbuild` itself loads nothing but this module.
"""

# Type checkers take a name so called as true; importing it from typing would double the cost of this module.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any

    from capbuild.countries import find_countries, match_countries, members
    from capbuild.documents import dump, dumps, load, loads
    from capbuild.io import country, iter_read, read, render, sniff, write
    from capbuild.model import (
        Answer,
        Assessment,
        AssessmentSet,
        Capacity,
        Country,
        Criterion,
        Finding,
        Framework,
        Issue,
        Limits,
        Missing,
        Money,
        Programme,
        Questionnaire,
        Reading,
        Recipe,
        Response,
        Score,
    )
    from capbuild.origin import Origin
    from capbuild.plugins import Host, hookimpl
    from capbuild.scoring import assess
    from capbuild.text import Text
    from capbuild.workspace import new_programme, open_workspace, run

__all__ = [
    "Answer",
    "Assessment",
    "AssessmentSet",
    "Capacity",
    "Country",
    "Criterion",
    "Finding",
    "Framework",
    "Host",
    "Issue",
    "Limits",
    "Missing",
    "Money",
    "Origin",
    "Programme",
    "Questionnaire",
    "Reading",
    "Recipe",
    "Response",
    "Score",
    "Text",
    "__version__",
    "assess",
    "country",
    "dump",
    "dumps",
    "find_countries",
    "hookimpl",
    "iter_read",
    "load",
    "loads",
    "match_countries",
    "members",
    "new_programme",
    "open_workspace",
    "read",
    "render",
    "run",
    "sniff",
    "write",
]

_HOME = {
    "countries": ("find_countries", "match_countries", "members"),
    "documents": ("dump", "dumps", "load", "loads"),
    "io": ("country", "iter_read", "read", "render", "sniff", "write"),
    "origin": ("Origin",),
    "plugins": ("Host", "hookimpl"),
    "scoring": ("assess",),
    "text": ("Text",),
    "workspace": ("new_programme", "open_workspace", "run"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> "Any":
    from importlib import import_module

    if name == "__version__":
        value: Any = import_module("importlib.metadata").version("capbuild")
    elif name in _MODULE_OF:
        value = getattr(import_module(f"capbuild.{_MODULE_OF[name]}"), name)
    elif name in __all__:
        value = getattr(import_module("capbuild.model"), name)
    else:
        raise AttributeError(f"module 'capbuild' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
