"""Host of plugins.

It discovers plugins on first use, disables those that fail, and describes all of them.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache, partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from threading import RLock
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import pluggy
from attrs import define, evolve, field, frozen

from capbuild._logs import logger
from capbuild.checks import to_tuple
from capbuild.errors import OptionError, PluginError, ReadError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import Issue
from capbuild.plugins import hookspecs
from capbuild.plugins.boundary import InvalidHookValue, PluginSource, collect_failures, failure_issue, show_value
from capbuild.plugins.guards import FIRST_RESULT, check_results, guard_read, item_name, make_check
from capbuild.plugins.types import ChartKind, InputFile, ProgrammeDraft, Reader, Writer
from capbuild.text import translate

if TYPE_CHECKING:
    import click

    from capbuild.countries import CodeList
    from capbuild.model import Catalogue, Framework, Questionnaire
    from capbuild.scoring.methods import RegisteredMethod


#: Source of a built-in plugin, instead of a distribution.
BUILT_IN_SOURCE = "built in"

#: Built-in plugins, imported by name to avoid upward imports.
BUILT_IN = (
    ("capbuild-csv", "capbuild.formats.csv_files.table"),
    ("capbuild-json", "capbuild.formats.json_files.native_json"),
    ("capbuild-json-lines", "capbuild.formats.json_files.json_lines"),
    ("capbuild-parquet", "capbuild.formats.parquet_table"),
    ("capbuild-countries", "capbuild.plugins.bundled_codes"),
    ("capbuild-frameworks", "capbuild.frameworks.registration"),
    ("capbuild-reports", "capbuild.reports.writers"),
)

#: Charts of `capbuild.charts` by the names that a plugin's would have.
BUILT_IN_CHARTS = ("change", "country-map", "gaps", "heat", "levels", "needs", "plan", "ranges", "tiles")

#: Suffixes of formats with a plugin that may not be installed, with the extra that provides it.
KNOWN_PLUGINS = {
    ".xlsx": "sheets",
    ".xlsm": "sheets",
    ".xls": "sheets",
    ".ods": "sheets",
    ".lss": "limesurvey",
    ".lsa": "limesurvey",
    ".lsg": "limesurvey",
    ".lsq": "limesurvey",
    ".lsr": "limesurvey",
    ".vv": "limesurvey",
    ".qsf": "qualtrics",
    ".dcf": "cspro",
    ".csdb": "cspro",
    ".sav": "spss",
    ".zsav": "spss",
    ".por": "spss",
    ".dta": "spss",
    ".sas7bdat": "spss",
    ".xpt": "spss",
    ".html": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "slides",
}

#: Extra that reads files of each suffix; other plugins only write them.
READING_PLUGINS = {
    **{suffix: extra for suffix, extra in KNOWN_PLUGINS.items() if extra not in ("docx", "html", "pdf", "slides")},
    **dict.fromkeys((".docx", ".docm", ".pdf"), "documents"),
}


class PluginStatus(StrEnum):
    """Status of a plugin."""

    ACTIVE = "active"
    #: It raised or returned a wrong value, and is disabled there.
    FAILING = "failing"
    #: A registered name clashes with another plugin.
    CONFLICT = "conflict"
    BLOCKED = "blocked"
    BROKEN = "broken"
    TOO_NEW = "too new"


def failure_reason(error: PluginError) -> str:
    """Return the description of a failure without the plugin's name."""
    return error.message.removeprefix(f"plugin {error.plugin!r} ({error.distribution}) ")


@frozen
class PluginInfo:
    """Information about a plugin.

    Attributes:
        name: Name of its entry point.
        source: Distribution and version, `built in` or `given`.
        status: Its status.
        reason: Reason, if it does not work.
        hooks: Hooks it implements.
    """

    name: str
    source: str
    status: PluginStatus
    reason: str = ""
    hooks: tuple[str, ...] = ()

    def with_failures(self, failures: Iterable[PluginError]) -> "PluginInfo":
        """Return the plugin with its status updated by failures.

        Args:
            failures: Failures of all plugins.
        """
        mine = (self.name, self.source)
        own = [error for error in failures if (error.plugin, error.distribution) == mine or self.name in error.also]
        own = [error for error in own if error.code != "CB513"]
        if self.status is not PluginStatus.ACTIVE or not own:
            return self
        clashes = all(error.code in ("CB502", "CB514") for error in own)
        status = PluginStatus.CONFLICT if clashes else PluginStatus.FAILING
        return evolve(self, status=status, reason="; ".join(map(failure_reason, own)))

    @property
    def remedy(self) -> str:
        """Remedy for its status; empty if none."""
        if self.status is PluginStatus.BROKEN:
            return f"upgrade {self.source.split()[0]}, or set CAPBUILD_BLOCK={self.name} to work without it"
        if self.status is PluginStatus.FAILING:
            return f"set CAPBUILD_BLOCK={self.name} to work without it, and report this to its authors"
        if self.status is PluginStatus.CONFLICT:
            return f"set CAPBUILD_BLOCK={self.name}, or CAPBUILD_PREFER={self.name} if it is to be used"
        if self.status is PluginStatus.TOO_NEW:
            return "pip install --upgrade capbuild"
        if self.status is PluginStatus.BLOCKED:
            return "take it out of CAPBUILD_BLOCK, or name it in CAPBUILD_PLUGINS, to use it"
        return ""


T = TypeVar("T")

_DEFAULT_LOCK = RLock()

_INTENDED = "nothing, if this is as intended; else take the plugin out of `prefer`"

#: Registration hook of each kind of object, by attribute of the host.
_KINDS = {
    kind: f"register_{kind}"
    for kind in (
        "readers",
        "writers",
        "frameworks",
        "questionnaires",
        "methods",
        "catalogues",
        "code_lists",
        "languages",
        "charts",
    )
}


def _names_from_environment(variable: str) -> frozenset[str] | None:
    """Return the names in an environment variable."""
    text = os.environ.get(variable)
    return None if text is None else frozenset(name.strip() for name in text.split(",") if name.strip())


class _thread_safe_property(Generic[T]):  # noqa: N801 - used as a decorator, as `cached_property` is
    """Property computed once, safe across threads."""

    def __init__(self, function: Callable[["Host"], T]) -> None:
        self.function = function
        self.name = function.__name__
        self.__doc__ = function.__doc__

    @overload
    def __get__(self, host: None, owner: type) -> "_thread_safe_property[T]": ...

    @overload
    def __get__(self, host: "Host", owner: type) -> T: ...

    def __get__(self, host: "Host | None", owner: type) -> "T | _thread_safe_property[T]":
        if host is None:
            return self
        with host._lock:
            if self.name not in vars(host):
                vars(host)[self.name] = self.function(host)
        value: T = vars(host)[self.name]
        return value


@define(eq=False, slots=False)
class Host:
    """Plugins of one application, discovered on first use.

    A plugin that fails is disabled in the hook or function that failed, and the others continue to work. `plugin_infos`
    has its status, and `issues` its failures.

    Attributes:
        plugins: Plugins by name, in addition to the built-in ones; they precede installed ones.
        block: Names of plugins that are not loaded.
        allow: Names of installed plugins to load; None for all. Built-in ones are always loaded.
        discover: True to load installed plugins (entry-point group `capbuild`).
        prefer: Names of plugins that may replace objects of others, including built-in ones; the first wins.
        isolate: Names of readers to run in a child process with limits and without network.

    Example:
        >>> host = Host(discover=False)
        >>> "csv" in host.readers, [info.status.value for info in host.plugin_infos][0]
        (True, 'active')
    """

    plugins: Mapping[str, Any] = field(factory=dict, kw_only=True)
    block: frozenset[str] = field(default=frozenset(), kw_only=True)
    allow: frozenset[str] | None = field(default=None, kw_only=True)
    discover: bool = field(default=True, kw_only=True)
    prefer: tuple[str, ...] = field(default=(), kw_only=True, converter=to_tuple)
    isolate: frozenset[str] = field(default=frozenset(), kw_only=True)
    _lock: RLock = field(factory=RLock, init=False, repr=False)
    _failures: dict[tuple[str, str], PluginError] = field(factory=dict, init=False, repr=False)
    _owners: dict[tuple[str, str], PluginSource] = field(factory=dict, init=False, repr=False)
    _preferring: "dict[tuple[str, ...], Host]" = field(factory=dict, init=False, repr=False)

    @classmethod
    def from_environment(cls) -> "Host":
        """Return a host configured by environment variables.

        `CAPBUILD_PLUGINS` names the only plugins to load; if empty, none. `CAPBUILD_BLOCK`, `CAPBUILD_PREFER` and
        `CAPBUILD_ISOLATE` set `block`, `prefer` and `isolate`. Names are separated by commas.
        """
        return cls(
            allow=_names_from_environment("CAPBUILD_PLUGINS"),
            block=_names_from_environment("CAPBUILD_BLOCK") or frozenset(),
            prefer=sorted(_names_from_environment("CAPBUILD_PREFER") or ()),
            isolate=_names_from_environment("CAPBUILD_ISOLATE") or frozenset(),
        )

    def preferring(self, names: Iterable[str]) -> "Host":
        """Return this host with further plugins preferred.

        Args:
            names: Names of plugins that may replace objects of others, in order of precedence.

        Raises:
            OptionError: There is no such plugin.
        """
        wanted = tuple(dict.fromkeys([*to_tuple(names), *self.prefer]))
        if wanted == self.prefer:
            return self
        known = [info.name for info in self._load_plugins[1]]
        for name in wanted:
            if name not in known:
                raise OptionError(
                    f"there is no plugin {name!r} to prefer{did_you_mean(name, known)}",
                    remedy=f"plugins are: {', '.join(known)}",
                )
        with self._lock:
            return self._preferring.setdefault(wanted, evolve(self, prefer=wanted))

    @_thread_safe_property
    def _load_plugins(self) -> tuple[pluggy.PluginManager, tuple[PluginInfo, ...]]:
        manager = pluggy.PluginManager("capbuild")
        manager.add_hookspecs(hookspecs)
        infos = [
            self._add_plugin(manager, name, BUILT_IN_SOURCE, partial(import_module, module))
            for name, module in BUILT_IN
        ]
        infos += [
            self._add_plugin(manager, name, "given", partial(_plugin_name, plugin))
            for name, plugin in self.plugins.items()
        ]
        for point in sorted(entry_points(group="capbuild"), key=lambda p: p.name) if self.discover else ():
            infos.append(self._add_plugin(manager, point.name, _distribution(point), point.load))
        return manager, tuple(infos)

    def _add_plugin(self, manager: pluggy.PluginManager, name: str, source: str, load: Callable[[], Any]) -> PluginInfo:
        """Load and register one plugin; failures are recorded, not raised."""
        if name in self.block:
            return PluginInfo(name, source, PluginStatus.BLOCKED, "blocked by name")
        if self.allow is not None and name not in self.allow and source not in (BUILT_IN_SOURCE, "given"):
            return PluginInfo(name, source, PluginStatus.BLOCKED, "not among the plugins allowed")
        if manager.has_plugin(name):
            why = "has the name of another plugin, which stays"
            self._failures[name, "import"] = PluginSource(name, source, self._record).error("import", why, "CB502")
            return PluginInfo(name, source, PluginStatus.CONFLICT, why)
        asked = PluginSource(name, source, self._record)
        try:
            plugin, api = asked.call("import", load, check=_check_version, code="CB501")
            if api > hookspecs.HOOK_API:
                why = f"written for hook interface {api}, this capbuild has {hookspecs.HOOK_API}: upgrade capbuild"
                return PluginInfo(name, source, PluginStatus.TOO_NEW, why)
            hooks = asked.call("import", partial(self._register, manager, asked, plugin), check=tuple, code="CB501")
        except PluginError as error:
            if manager.has_plugin(name):
                manager.unregister(name=name)
            return PluginInfo(name, source, PluginStatus.BROKEN, failure_reason(error))
        return PluginInfo(name, source, PluginStatus.ACTIVE, "", hooks)

    def _register(self, manager: pluggy.PluginManager, source: PluginSource, plugin: Any) -> list[str]:
        """Register a plugin with guarded hooks; return the hook names."""
        manager.register(plugin, name=source.name)
        manager.check_pending()
        callers = manager.get_hookcallers(plugin) or []
        for caller in callers:
            for hookimpl in caller.get_hookimpls():
                if hookimpl.plugin is plugin:
                    # pluggy stores the called function here; replacing it keeps order, wrappers and tracing.
                    object.__setattr__(hookimpl, "function", self._guard(source, caller.name, hookimpl))
        return sorted(caller.name for caller in callers)

    def _guard(self, source: PluginSource, hook: str, implementation: pluggy.HookImpl) -> Callable[..., Any]:
        """Return the guarded function of a hook implementation."""
        check = make_check(hook, source)
        passes = ReadError if hook == "read_programmes" else ()
        if not (implementation.wrapper or implementation.hookwrapper):
            return source.guard_hook(hook, implementation.function, check=check, passes=passes)
        whole = check if hook in FIRST_RESULT else partial(check_results, check)
        return source.guard_wrapper(hook, implementation.function, whole, old=implementation.hookwrapper)

    def _record(self, where: str, error: PluginError) -> None:
        """Record the first failure of each hook or function."""
        with self._lock:
            if (error.plugin, where) not in self._failures:
                self._failures[error.plugin, where] = error
                logger.warning("%s", error.message)

    @property
    def manager(self) -> pluggy.PluginManager:
        """Plugin manager, for tracing."""
        return self._load_plugins[0]

    @property
    def plugin_infos(self) -> tuple[PluginInfo, ...]:
        """All plugins found, with status and failures."""
        self._ask_all()
        failures = tuple(self._failures.values())
        return tuple(info.with_failures(failures) for info in self._load_plugins[1])

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Failures so far, one per failed hook or function."""
        self._ask_all()
        return self.hook_issues(*(error.hook for error in tuple(self._failures.values())))

    def registration_issues(self, *kinds: str) -> tuple[Issue, ...]:
        """Return the failures of plugins during registration.

        Args:
            kinds: Kinds of objects, such as `readers`; all by default.
        """
        self._ask_all(*kinds)
        return self.hook_issues(*(_KINDS[kind] for kind in kinds or _KINDS))

    def hook_issues(self, *hooks: str) -> tuple[Issue, ...]:
        """Return the failures of plugins so far in given hooks.

        Args:
            hooks: Names of hooks, such as `report_sections`.
        """
        return tuple(failure_issue(error) for error in tuple(self._failures.values()) if error.hook in hooks)

    def _ask_all(self, *kinds: str) -> None:
        for kind in kinds or _KINDS:
            getattr(self, kind)

    def _call(self, hook: str, **arguments: Any) -> Any:
        """Call a hook of every plugin through pluggy."""
        return getattr(self.manager.hook, hook)(**arguments)

    def ask(self, hook: str, **arguments: Any) -> list[tuple[PluginSource, tuple[Any, ...]]]:
        """Call a hook, and return each plugin's result."""
        return [(self._source(answer.plugin), tuple(answer)) for answer in self._call(hook, **arguments)]

    def joined(self, hook: str, **arguments: Any) -> tuple[Any, ...]:
        """Call a hook of every plugin, and join the lists.

        Failures of plugins are added to the result of hooks that return issues, and recorded for the others.
        """
        with collect_failures() as failures:
            items = tuple(item for answer in self._call(hook, **arguments) for item in answer)
        if hook in ("check_reading", "check_assessment"):
            return (*items, *map(failure_issue, failures.values()))
        for error in failures.values():
            self._source(error.plugin).report(error)
        return items

    def _source(self, plugin: str) -> PluginSource:
        return PluginSource(plugin, next(i.source for i in self._load_plugins[1] if i.name == plugin), self._record)

    def _collect_registered(self, hook: str, core: Iterable[str] = ()) -> FrozenMap[str, Any]:
        """Return registered objects by name.

        Of several objects with one name, the preferred or built-in one is used, else none.

        Args:
            hook: The hook that registers them.
            core: Names of the core's own objects, which cannot be replaced.
        """
        offers: dict[str, list[tuple[PluginSource, Any]]] = {}
        for answer in self._call(hook):
            for item in answer:
                offers.setdefault(item_name(hook, item), []).append((self._source(answer.plugin), item))
        registered = {}
        for name, offered in sorted(offers.items()):
            own = [(PluginSource("capbuild", BUILT_IN_SOURCE, self._record), None)] if name in core else []
            chosen = self._settle(hook, repr(name), [*own, *offered], () if own else self.prefer)
            if chosen is not None and chosen[1] is not None:
                self._owners[hook, name] = chosen[0]
                registered[name] = chosen[1]
        return FrozenMap(registered)

    def _translate(self, items: FrozenMap[str, Any]) -> FrozenMap[str, Any]:
        """Return registered objects with the phrases of languages."""
        for language in self.languages.values():
            items = translate(items, language.tag, language.phrases) if language.phrases else items
        return items

    def _settle(
        self, hook: str, what: str, offered: Sequence[tuple[PluginSource, Any]], prefer: Sequence[str]
    ) -> tuple[PluginSource, Any] | None:
        """Return the preferred or built-in offer, or None."""
        if len(offered) == 1:
            return offered[0]
        by_plugin = {source.name: (source, item) for source, item in offered}
        chosen = next((by_plugin[name] for name in prefer if name in by_plugin), None)
        names = " and ".join(f"{source.name!r} ({source.distribution})" for source, _ in offered)
        if chosen is not None:
            replaced = " and ".join(repr(source.name) for source, _ in offered if source is not chosen[0])
            error = chosen[0].error(hook, f"replaces {what} of {replaced}, as preferred,", "CB513", remedy=_INTENDED)
            chosen[0].report(error)
            return chosen
        built_in = next((offer for offer in offered if offer[0].distribution == BUILT_IN_SOURCE), None)
        others = [source for source, _ in offered if built_in is None or source is not built_in[0]]
        remedy = f"block one of them, such as CAPBUILD_BLOCK={others[-1].name}, or name the one to use in `prefer`"
        used = "the built-in one is used" if built_in is not None else "neither is used"
        clash = f"clashes over {what} of {names}; {used}"
        error = others[-1].error(hook, clash, "CB502", remedy=remedy, also=tuple(source.name for source in others[:-1]))
        others[-1].report(error)
        return built_in

    def choose(self, hook: str, what: str, items: Sequence[T]) -> T | None:
        """Return the object with precedence, or None if undecided.

        Args:
            hook: Hook that registered them.
            what: Their common property, such as a suffix.
            items: Readers, or writers.
        """
        offered = [(self._owners[hook, item_name(hook, item)], item) for item in items]
        chosen = self._settle(hook, what, offered, self.prefer)
        return None if chosen is None else chosen[1]

    def preferred(self, hook: str, items: Sequence[T]) -> T | None:
        """Return the first object of a preferred plugin, if any.

        Args:
            hook: Hook that registered them.
            items: Readers, or writers.
        """
        owned = [(self._owners[hook, item_name(hook, item)].name, item) for item in items]
        return next((item for plugin in self.prefer for name, item in owned if name == plugin), None)

    def plugin_of(self, hook: str, item: Any) -> str:
        """Return the name and distribution of the plugin that registered an object.

        Args:
            hook: Hook that registered it.
            item: The object.
        """
        source = self._owners[hook, item_name(hook, item)]
        return f"plugin {source.name!r} ({source.distribution})"

    def list_registered(self, plugin: str) -> tuple[tuple[str, str, Any], ...]:
        """Return kind, name and object of everything that a plugin registered, commands included.

        Args:
            plugin: Name of the plugin.
        """
        by_kind = {kind: getattr(self, kind) for kind in _KINDS} | {"commands": self.commands()}
        return tuple(
            (kind, name, item)
            for kind, items in by_kind.items()
            for name, item in items.items()
            if self._owners[f"register_{kind}", name].name == plugin
        )

    @_thread_safe_property
    def readers(self) -> FrozenMap[str, Reader]:
        """Survey formats by name."""
        readers = self._collect_registered("register_readers")
        return (
            FrozenMap({name: self._isolated(reader) for name, reader in readers.items()}) if self.isolate else readers
        )

    def _isolated(self, reader: Reader) -> Reader:
        """Isolate a reader in a child process, if requested."""
        if reader.name not in self.isolate:
            return reader
        from capbuild.plugins.isolation import isolate_reader

        source = self._owners["register_readers", reader.name]
        if source.distribution == "given":
            raise OptionError(
                f"reader {reader.name!r} comes from a plugin that was given to the host, and cannot be isolated",
                remedy="install the plugin: a child process finds it by its entry point",
            )
        isolated = isolate_reader(reader, source.name)
        return evolve(isolated, read=guard_read(source, isolated))

    def isolating(self, names: Iterable[str]) -> "Host":
        """Return this host with further readers in child processes.

        Args:
            names: Names of readers.

        Raises:
            OptionError: There is no such reader.
        """
        wanted = self.isolate | frozenset(names)
        if wanted == self.isolate:
            return self
        for name in sorted(wanted):
            if name not in self.readers:
                raise OptionError(
                    f"there is no reader {name!r} to isolate{did_you_mean(name, self.readers)}",
                    remedy="`capbuild plugins` lists the readers",
                )
        with self._lock:
            return self._preferring.setdefault((*self.prefer, "isolate", *sorted(wanted)), evolve(self, isolate=wanted))

    @_thread_safe_property
    def writers(self) -> FrozenMap[str, Writer]:
        """Output formats by name."""
        return self._collect_registered("register_writers")

    def writer_name(self, name: str) -> str:
        """Return a writer's name from its name or alias.

        An unknown name is returned unchanged.
        """
        if name in self.writers:
            return name
        word = name.casefold()
        fitting = [writer for writer in self.writers.values() if word == writer.name or word in writer.aliases]
        chosen = self.choose("register_writers", f"the alias {word!r}", fitting) if fitting else None
        return name if chosen is None else chosen.name

    @_thread_safe_property
    def frameworks(self) -> "FrozenMap[str, Framework]":
        """Frameworks by id and edition, such as `police-cyber 1.0`."""
        return self._translate(self._collect_registered("register_frameworks"))

    @_thread_safe_property
    def questionnaires(self) -> "FrozenMap[str, Questionnaire]":
        """Questionnaires by id and version."""
        return self._translate(self._collect_registered("register_questionnaires"))

    @_thread_safe_property
    def methods(self) -> "FrozenMap[str, RegisteredMethod]":
        """Methods that plugins add to the built-in ones, by name."""
        from capbuild.scoring.methods import BUILT_IN_METHODS  # reading a file needs no scoring

        return self._collect_registered("register_methods", BUILT_IN_METHODS)

    @_thread_safe_property
    def catalogues(self) -> "FrozenMap[str, Catalogue]":
        """Catalogues of activities by id and edition."""
        return self._translate(self._collect_registered("register_catalogues"))

    @_thread_safe_property
    def code_lists(self) -> "FrozenMap[str, CodeList]":
        """Country code lists by id, including built-in ones."""
        return self._collect_registered("register_code_lists")

    @_thread_safe_property
    def languages(self) -> FrozenMap[str, Any]:
        """`LanguageTexts` of reports by language, including built-in ones."""
        return self._collect_registered("register_languages")

    @_thread_safe_property
    def charts(self) -> FrozenMap[str, ChartKind]:
        """Kinds of charts that plugins add to the built-in ones."""
        return self._collect_registered("register_charts", BUILT_IN_CHARTS)

    def commands(self, own: Iterable[str] = ()) -> "FrozenMap[str, click.Command]":
        """Return the commands of plugins by name.

        Args:
            own: Names of capbuild's own commands, which cannot be replaced.
        """
        return self._collect_registered("register_commands", own)

    def read_programmes(self, source: InputFile) -> tuple[ProgrammeDraft, ...] | None:
        """Return the programmes in a file.

        They come from the first plugin that can read the file; the result is None if no plugin can.

        Args:
            source: The file.

        Raises:
            ReadError: A plugin rejected the file.
        """
        drafts: tuple[ProgrammeDraft, ...] | None = self._call("read_programmes", source=source)
        return drafts

    def resolve_country(self, text: str, language: str | None = None, known: str | None = None) -> str | None:
        """Return the alpha-2 code of a text, or None.

        Args:
            text: The text.
            language: Language of the text.
            known: Code from the built-in resolver, which has precedence unless the plugin is preferred.
        """
        code = self._call("resolve_country", text=text, language=language)
        if code is None or known is None or code == known:
            return code or known
        source = self._source(code.plugin)
        problem = f"takes {show_value(text)} for {code}, which is {known} for capbuild"
        if source.name in self.prefer:
            source.report(source.error("resolve_country", f"{problem}, and is preferred,", "CB513", remedy=_INTENDED))
            return str(code)
        remedy = f"set CAPBUILD_BLOCK={source.name} to work without it, or name it in `prefer` if it is right"
        source.report(source.error("resolve_country", f"{problem} and stays so", "CB514", remedy=remedy))
        return known


def _check_version(plugin: Any) -> tuple[Any, int]:
    """Return a plugin and its hook interface version."""
    api = getattr(plugin, "CAPBUILD_API", hookspecs.HOOK_API)
    if not isinstance(api, int):
        raise InvalidHookValue(f"states CAPBUILD_API = {show_value(api)}, which is no number")
    return plugin, api


def _plugin_name(plugin: Any) -> Any:
    return plugin


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else "unknown distribution"


@cache
def _make_default() -> Host:
    return Host.from_environment()


def default_host() -> Host:
    """Return the default host, created on first use."""
    with _DEFAULT_LOCK:
        return _make_default()
