"""Clauses for all plugins: interface and import cost."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, TypeVar

import attrs
import pytest

from capbuild.documents import dumps, loads
from capbuild.errors import OptionError
from capbuild.plugins import HOOK_API, Host, PluginStatus, make_options
from capbuild.plugins.guards import unguarded
from capbuild.testing.conformance.interpreters import first_difference, list_modules, run_bare, run_elsewhere
from capbuild.testing.contract import fail_clause, require_clause

T = TypeVar("T")

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: Modules that are slow to import; allowed only when something is read or written.
HEAVY = (
    "altair",
    "docx",
    "highspy",
    "jinja2",
    "lxml",
    "matplotlib",
    "narwhals",
    "numpy",
    "openpyxl",
    "pandas",
    "polars",
    "pyarrow",
    "pyreadstat",
    "requests",
    "scipy",
    "typst",
    "xlsxwriter",
)


@lru_cache(maxsize=4)
def _host(plugin: ModuleType | None) -> Host:
    """Return a host with a plugin and the built-in ones.

    The host is cached, because each clause uses it.
    """
    return Host(plugins={} if plugin is None else {plugin.__name__: plugin}, discover=False)


@lru_cache(maxsize=4)
def _status_fault(plugin: ModuleType | None) -> str:
    """Return the status of a plugin, empty if it works.

    The status is known before anything is read or written.
    """
    if plugin is None:
        return ""
    info = next(plugin_info for plugin_info in _host(plugin).plugin_infos if plugin_info.name == plugin.__name__)
    return "" if info.status is PluginStatus.ACTIVE else f"{info.status.value}: {info.reason}"


class PluginConformance:
    """Clauses for plugins of every kind.

    Attributes:
        plugin: The module that registers; None for a built-in plugin.
        waived: Clauses that do not apply to this plugin, each with its reason; tests report them as skipped.
        golden: Folder of golden files: what is read of each sample, or written of each subject, checked once.
            `pytest --golden-update` writes them.
    """

    plugin: ClassVar[ModuleType | None] = None
    waived: ClassVar[Mapping[str, str]] = {}
    golden: ClassVar[Path | None] = None

    #: Attribute of the host to query, such as `writers`.
    _kind: ClassVar[str]

    @property
    def host(self) -> Host:
        """Host with this plugin and the built-in ones only."""
        return _host(self.plugin)

    @property
    def _package(self) -> str:
        return "" if self.plugin is None else self.plugin.__name__.partition(".")[0]

    def _compare_elsewhere(self, here: str, describe: Callable[..., str], *arguments: Any) -> None:
        """Require that other interpreters give the same description."""
        try:
            elsewhere = run_elsewhere(self.plugin, describe, *arguments)
        except RuntimeError as error:
            fail_clause("same elsewhere", f"in another interpreter: {error}")
        for there in elsewhere or ():
            require_clause(here == there, "same elsewhere", f"in another interpreter: {first_difference(here, there)}")

    def clause(self, name: str) -> None:
        """Skip the test if its clause is waived."""
        if name in self.waived:
            pytest.skip(f"clause {name!r} is waived: {self.waived[name]}")

    def registered(self, name: str, kind: type[T]) -> T:
        """Return the object that the plugin registers under a name.

        Args:
            name: The name.
            kind: Its class, such as `Writer`.

        Raises:
            AssertionError: The plugin does not work, or registers nothing under the name.
        """
        host = self.host
        fault = _status_fault(self.plugin)
        require_clause(not fault, "registered", f"the plugin is {fault}")
        known = getattr(host, self._kind)
        require_clause(name in known, "registered", f"no {name!r} among the {self._kind}: {', '.join(known) or 'none'}")
        item: object = unguarded(known[name])
        if not isinstance(item, kind):
            fail_clause("registered", f"{name!r} is not a {kind.__name__}")
        return item

    def test_interface(self) -> None:
        """Check that the plugin declares its hook interface version."""
        if self.plugin is None:
            pytest.skip("a built-in plugin moves with the interface")
        stated = getattr(self.plugin, "CAPBUILD_API", None)
        known = type(stated) is int and 1 <= stated <= HOOK_API
        require_clause(known, "interface", f"CAPBUILD_API is {stated!r}, and this capbuild has 1 to {HOOK_API}")

    def test_light_import(self) -> None:
        """Check that listing registered objects imports nothing heavy.

        The objects are listed in a separate interpreter.
        """
        self.clause("light import")
        try:
            modules = run_bare(self.plugin, list_modules, self._kind).split()
        except RuntimeError as error:
            fail_clause("light import", str(error))
        loaded = [heavy for heavy in HEAVY if heavy in modules]
        require_clause(not loaded, "light import", f"it loads {', '.join(loaded)}")


def check_name(name: str, title: str) -> None:
    """Check a name and a title."""
    require_clause(_NAME.fullmatch(name), "registered", f"{name!r} is not in kebab case")
    require_clause(title.strip(), "registered", f"{name!r} has no title")


def check_options(options: type, owner: str) -> None:
    """Check an options class for the clause `options`."""
    doc = "\n".join(cls.__doc__ or "" for cls in options.__mro__ if attrs.has(cls))
    for field in attrs.fields(options):
        require_clause(
            re.search(rf"^\s*{field.alias}:", doc, re.MULTILINE), "options", f"{field.alias!r} is not documented"
        )
    try:
        make_options(options, {"no_such_option": 1}, owner)
    except OptionError as error:
        require_clause("options are" in (error.remedy or ""), "options", f"no remedy: {error}")
    else:
        require_clause(False, "options", "'no_such_option' was taken")


def check_round_trip(thing: object) -> None:
    """Check that a value survives a round trip."""
    text = dumps(thing)
    again = loads(text)
    require_clause(again == thing, "travels", "another value came back")
    require_clause(dumps(again) == text, "travels", "another document came of it")
