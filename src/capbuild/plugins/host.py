"""Host that discovers plugins on first use and isolates broken ones."""

import os
from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from threading import RLock
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import pluggy
from attrs import define, field

from capbuild._logs import logger
from capbuild.errors import PluginConflict, PluginError, ReadError
from capbuild.frozen import FrozenMap
from capbuild.plugins import hookspecs
from capbuild.plugins.info import BUILT_IN, PluginInfo, PluginStatus
from capbuild.plugins.types import Reader, Writer

if TYPE_CHECKING:
    from capbuild.countries import CodeList
    from capbuild.model import Catalogue, Framework, Questionnaire
    from capbuild.scoring.methods import RegisteredMethod

__all__ = ["Host", "default_host"]

T = TypeVar("T")
_DEFAULT_LOCK = RLock()


def _names_from_environment(variable: str) -> frozenset[str] | None:
    """Names in an environment variable, or None if it is unset."""
    text = os.environ.get(variable)
    return None if text is None else frozenset(name.strip() for name in text.split(",") if name.strip())


class _thread_safe_property(Generic[T]):  # noqa: N801 - used as a decorator, as `cached_property` is
    """Property computed once, also with several threads."""

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
        found: T = vars(host)[self.name]
        return found


@define(eq=False, slots=False)
class Host:
    """Plugins of one application, discovered on first use.

    Attributes:
        plugins: Plugins by name, used beside the built-in ones; with `discover` they come before installed ones.
        block: Names of plugins that are not loaded.
        allow: Names of installed plugins that are loaded; None for all. The built-in ones always are.
        discover: Whether installed plugins are looked for (entry-point group `capbuild`).

    Raises:
        PluginConflict: Two plugins register one name (when that kind of thing is asked for).

    Example:
        >>> host = Host(discover=False)
        >>> "csv" in host.readers, [info.status.value for info in host.plugin_infos][0]
        (True, 'active')
    """

    plugins: Mapping[str, Any] = field(factory=dict, kw_only=True)
    block: frozenset[str] = field(default=frozenset(), kw_only=True)
    allow: frozenset[str] | None = field(default=None, kw_only=True)
    discover: bool = field(default=True, kw_only=True)
    _lock: RLock = field(factory=RLock, init=False, repr=False)

    @classmethod
    def from_environment(cls) -> "Host":
        """Return a host that obeys `CAPBUILD_PLUGINS` and `CAPBUILD_BLOCK`.

        `CAPBUILD_PLUGINS` allows only the plugins it names, none if it is empty.
        """
        return cls(
            allow=_names_from_environment("CAPBUILD_PLUGINS"),
            block=_names_from_environment("CAPBUILD_BLOCK") or frozenset(),
        )

    @_thread_safe_property
    def _load_plugins(self) -> tuple[pluggy.PluginManager, tuple[PluginInfo, ...]]:
        with self._lock:
            manager = pluggy.PluginManager("capbuild")
            manager.add_hookspecs(hookspecs)
            infos = [
                self._add_plugin(manager, name, "built in", partial(import_module, module)) for name, module in BUILT_IN
            ]
            infos += [
                self._add_plugin(manager, name, "given", partial(_plugin_name, plugin))
                for name, plugin in self.plugins.items()
            ]
            for point in sorted(entry_points(group="capbuild"), key=lambda p: p.name) if self.discover else ():
                infos.append(self._add_plugin(manager, point.name, _distribution(point), point.load))
            return manager, tuple(infos)

    def _add_plugin(self, manager: pluggy.PluginManager, name: str, source: str, load: Callable[[], Any]) -> PluginInfo:
        """Load and register one plugin; errors are recorded, not raised."""
        if name in self.block:
            return PluginInfo(name, source, PluginStatus.BLOCKED, "blocked by name")
        if self.allow is not None and name not in self.allow and source not in ("built in", "given"):
            return PluginInfo(name, source, PluginStatus.BLOCKED, "not among the plugins allowed")
        try:
            plugin = load()
            api = getattr(plugin, "CAPBUILD_API", hookspecs.HOOK_API)
            if api > hookspecs.HOOK_API:
                why = f"written for hook interface {api}, this capbuild has {hookspecs.HOOK_API}: upgrade capbuild"
                return PluginInfo(name, source, PluginStatus.TOO_NEW, why)
            manager.register(plugin, name=name)
            manager.check_pending()
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises, the others go on
            if manager.has_plugin(name):
                manager.unregister(name=name)
            logger.warning("plugin %s of %s does not work: %s: %s", name, source, type(error).__name__, error)
            return PluginInfo(name, source, PluginStatus.BROKEN, f"{type(error).__name__}: {error}")
        hooks = tuple(sorted(h.name for h in manager.get_hookcallers(plugin) or ()))
        return PluginInfo(name, source, PluginStatus.ACTIVE, "", hooks)

    @property
    def manager(self) -> pluggy.PluginManager:
        """Plugin manager, for tracing."""
        return self._load_plugins[0]

    @property
    def plugin_infos(self) -> tuple[PluginInfo, ...]:
        """All plugins found, with the reason of those that fail."""
        return self._load_plugins[1]

    def call(self, hook: str, **arguments: Any) -> tuple[tuple[str, Any], ...]:
        """Call a hook of every plugin; return (plugin name, answer) pairs.

        Raises:
            PluginError: A plugin raised; names the plugin and the hook.
            ReadError: A plugin refused a file.
        """
        answers: list[tuple[str, Any]] = []
        for implementation in sorted(getattr(self.manager.hook, hook).get_hookimpls(), key=lambda i: i.plugin_name):
            wanted = {name: arguments[name] for name in implementation.argnames}
            try:
                answer = implementation.function(**wanted)
                answers.append((implementation.plugin_name, answer))
            except ReadError:
                raise  # it speaks of the file, not of the plugin
            except Exception as error:
                name = implementation.plugin_name
                raise PluginError(
                    f"plugin {name!r} failed in {hook}: {type(error).__name__}: {error}",
                    plugin=name,
                    remedy=f"set CAPBUILD_BLOCK={name} to work without it, and report this to its authors",
                ) from error
        return tuple(answers)

    def joined(self, hook: str, **arguments: Any) -> tuple[Any, ...]:
        """Call a hook of every plugin, and join the lists."""
        return tuple(item for _, items in self.call(hook, **arguments) for item in items or ())

    def _collect_registered(self, hook: str, key: Callable[[T], str]) -> FrozenMap[str, T]:
        """Registered objects by name; duplicate names are an error."""
        found: dict[str, tuple[str, T]] = {}
        for plugin, items in self.call(hook):
            for item in items or ():
                name = key(item)
                if name in found:
                    other = found[name][0]
                    raise PluginConflict(
                        f"plugins {other!r} and {plugin!r} both register {name!r} ({hook})",
                        plugin=plugin,
                        remedy=f"block one of them: CAPBUILD_BLOCK={other} or CAPBUILD_BLOCK={plugin}",
                    )
                found[name] = (plugin, item)
        return FrozenMap({name: item for name, (_, item) in sorted(found.items())})

    @_thread_safe_property
    def readers(self) -> FrozenMap[str, Reader]:
        """Survey formats by name."""
        return self._collect_registered("register_readers", lambda reader: reader.name)

    @_thread_safe_property
    def writers(self) -> FrozenMap[str, Writer]:
        """Output formats by name."""
        return self._collect_registered("register_writers", lambda writer: writer.name)

    def writer_name(self, name: str) -> str:
        """Return the writer's name for a name or alias.

        A name of no writer stays as it is.
        """
        if name in self.writers:
            return name
        word = name.casefold()
        return next((one.name for one in self.writers.values() if word == one.name or word in one.aliases), name)

    @_thread_safe_property
    def frameworks(self) -> "FrozenMap[str, Framework]":
        """Frameworks by id and edition, such as `police-cyber 1.0`."""
        return self._collect_registered("register_frameworks", lambda framework: framework.key)

    @_thread_safe_property
    def questionnaires(self) -> "FrozenMap[str, Questionnaire]":
        """Questionnaires by id and version."""
        return self._collect_registered("register_questionnaires", lambda form: f"{form.id} {form.version}")

    @_thread_safe_property
    def methods(self) -> "FrozenMap[str, RegisteredMethod]":
        """Methods by name."""
        return self._collect_registered("register_methods", lambda method: method.name)

    @_thread_safe_property
    def catalogues(self) -> "FrozenMap[str, Catalogue]":
        """Catalogues of activities by id and edition."""
        return self._collect_registered("register_catalogues", lambda catalogue: f"{catalogue.id} {catalogue.edition}")

    @_thread_safe_property
    def code_lists(self) -> "FrozenMap[str, CodeList]":
        """Country code lists by id, built-in ones included."""
        return self._collect_registered("register_code_lists", lambda codes: codes.id)

    def resolve_country(self, text: str, language: str | None = None) -> str | None:
        """Return the first plugin's alpha-2 code for a text, or None."""
        return next((code for _, code in self.call("resolve_country", text=text, language=language) if code), None)


def _plugin_name(plugin: Any) -> Any:
    return plugin


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else "unknown distribution"


@cache
def _make_default() -> Host:
    return Host.from_environment()


def default_host() -> Host:
    """Return the default host, made on first use."""
    with _DEFAULT_LOCK:
        return _make_default()
