"""Boundary to plugins: calls their hooks and checks what they return.

Hooks are guarded when a plugin is loaded, descriptors when they are registered; exceptions of a reader while it reads
are caught in `capbuild.plugins.guards`. A plugin that raises or returns a wrong value is disabled there for the job,
which reports one issue.
"""

import inspect
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any, TypeVar

from attrs import evolve, frozen

from capbuild.errors import PluginError
from capbuild.model import Issue, Severity
from capbuild.origin import Origin

T = TypeVar("T")

#: Failures of one job by plugin and hook, or function of a descriptor.
Failures = dict[tuple[str, str], PluginError]

#: Maximum items of one hook.
_MOST = 10_000
_SEVERITIES = {"CB512": Severity.ERROR, "CB515": Severity.ERROR, "CB518": Severity.ERROR, "CB513": Severity.NOTE}
_JOB: ContextVar[Failures | None] = ContextVar("capbuild_plugin_failures", default=None)


class InvalidHookValue(Exception):
    """Raised for a value that a hook may not return."""


class HookItems(tuple[Any, ...]):
    """Items that one plugin returned.

    Attributes:
        plugin: Name of the plugin.
    """

    plugin: str

    def __new__(cls, items: Iterable[Any], plugin: str) -> "HookItems":
        """Return the items with the name of their plugin."""
        answer = super().__new__(cls, items)
        answer.plugin = plugin
        return answer


class HookText(str):
    """Text that one plugin returned.

    Attributes:
        plugin: Name of the plugin.
    """

    plugin: str

    def __new__(cls, text: str, plugin: str) -> "HookText":
        """Return the text with the name of its plugin."""
        answer = super().__new__(cls, text)
        answer.plugin = plugin
        return answer


@contextmanager
def collect_failures() -> Iterator[Failures]:
    """Collect the failures of plugins in one job."""
    errors: Failures = {}
    token = _JOB.set(errors)
    try:
        yield errors
    finally:
        _JOB.reset(token)


def failure_issue(error: PluginError) -> Issue:
    """Convert a plugin's failure to an issue."""
    return evolve(Issue.from_error(error), severity=_SEVERITIES.get(error.code, Severity.WARNING))


def show_value(value: object) -> str:
    """Return a value as a short text, even without `repr`."""
    if value is None or isinstance(value, bool | int | float | str):
        text = repr(value[:61] if isinstance(value, str) else value)
        return text if len(text) <= 60 else f"{text[:60]}…"
    return f"an object of class {type(value).__name__}"


def _show_error(error: BaseException) -> str:
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - an error without a printable text still has a class
        text = ""
    name = type(error).__name__
    return f"{name}: {text[:300]}" if text else name


def list_of(kind: type, key: Callable[[Any], object] | None = None) -> Callable[[Any], tuple[Any, ...]]:
    """Return a check for lists of one class.

    Args:
        kind: Class of the items.
        key: Returns the name of an item, unique within one answer.
    """

    def check(value: Any) -> tuple[Any, ...]:
        if value is None:
            return ()
        if inspect.iscoroutine(value):
            value.close()
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
            raise InvalidHookValue(f"returned {show_value(value)}, not a list of {kind.__name__}")
        items = tuple(islice(value, _MOST + 1))
        if len(items) > _MOST:
            raise InvalidHookValue(f"returned more than {_MOST:,} items")
        for item in items:
            if not isinstance(item, kind):
                raise InvalidHookValue(f"returned a list with {show_value(item)}, not with {kind.__name__} only")
        names = [key(item) for item in items] if key is not None else []
        repeated = next((name for position, name in enumerate(names) if name in names[:position]), None)
        if repeated is not None:
            raise InvalidHookValue(f"registered {show_value(repeated)} twice")
        return items

    return check


def _never(_error: BaseException) -> bool:
    return False


@frozen
class PluginSource:
    """Plugin that values come from.

    Attributes:
        name: Name of the plugin.
        distribution: Distribution and version, `built in` or `given`.
        record: Receives each failure, for the status of the plugin.
    """

    name: str
    distribution: str
    record: Callable[[str, PluginError], None]

    def error(
        self,
        where: str,
        found: str,
        code: str,
        *,
        origin: Origin | None = None,
        remedy: str = "",
        also: tuple[str, ...] = (),
    ) -> PluginError:
        """Return the error for a plugin's failure.

        Args:
            where: Hook, or function of a descriptor.
            found: The failure, as the end of a sentence.
            code: Code of the error.
            origin: Last origin reached in a file.
            remedy: Remedy; by default to block the plugin.
            also: Names of other plugins concerned.
        """
        block = f"set CAPBUILD_BLOCK={self.name} to work without it, and report this to its authors"
        error = PluginError(
            f"plugin {self.name!r} ({self.distribution}) {found} in {where}",
            plugin=self.name,
            code=code,
            origin=origin,
            remedy=remedy or block,
        )
        error.distribution, error.hook, error.also = self.distribution, where, also
        return error

    def report(self, error: PluginError) -> None:
        """Add a failure to the plugin's status and job issues."""
        self.record(error.hook, error)
        if (job := _JOB.get()) is not None:
            job.setdefault((self.name, error.hook), error)

    def has_failed(self, where: str) -> bool:
        """True if it already failed there in this job."""
        job = _JOB.get()
        return job is not None and (self.name, where) in job

    def call(
        self,
        where: str,
        function: Callable[..., Any],
        *arguments: Any,
        check: Callable[[Any], T],
        passes: type[BaseException] | tuple[type[BaseException], ...] = (),
        own: Callable[[BaseException], bool] = _never,
        code: str = "CB503",
        origin: Origin | None = None,
    ) -> T:
        """Call a function of the plugin and check its value.

        Args:
            where: Hook, or function of a descriptor.
            function: The function.
            arguments: Its arguments.
            check: Returns the value, or raises `InvalidHookValue`.
            passes: Exceptions that the plugin may raise on purpose.
            own: True for exceptions of others, such as of a callback.
            code: Code for an exception.
            origin: Last origin reached in a file.

        Raises:
            PluginError: The function raised, or returned a wrong value.
        """
        try:
            return check(function(*arguments))
        except BaseException as error:  # any exception, including `SystemExit`, must not stop other plugins
            failure = None if own(error) else self.failure(where, error, passes=passes, code=code, origin=origin)
            if failure is None:
                raise
            raise failure from (None if isinstance(error, InvalidHookValue) else error)

    def failure(
        self,
        where: str,
        error: BaseException,
        *,
        passes: type[BaseException] | tuple[type[BaseException], ...],
        code: str,
        origin: Origin | None,
    ) -> PluginError | None:
        """Record an exception, and return its error.

        The result is None if the exception must propagate.

        Args:
            where: Hook, or function of a descriptor.
            error: The exception.
            passes: Exceptions that the plugin may raise on purpose.
            code: Code for an exception.
            origin: Last origin reached in a file.
        """
        if isinstance(error, (KeyboardInterrupt, passes)):
            return None
        wrong = isinstance(error, InvalidHookValue)
        what = str(error) if wrong else f"raised {_show_error(error)}"
        failure = self.error(where, what, "CB511" if wrong else code, origin=origin)
        self.record(where, failure)
        return failure

    def attempt(self, where: str, function: Callable[..., Any], *arguments: Any, **rules: Any) -> Any:
        """Call a function of the plugin, and report a failure.

        The result is None after a failure. A function that failed before in the job is not called again.

        Args:
            where: Hook, or function of a descriptor.
            function: The function.
            arguments: Its arguments.
            rules: As for `call`.
        """
        if self.has_failed(where):
            return None
        try:
            return self.call(where, function, *arguments, **rules)
        except PluginError as error:
            self.report(error)
            return None

    def guard_hook(self, hook: str, function: Callable[..., Any], **rules: Any) -> Callable[..., Any]:
        """Return a guarded hook function."""

        def guarded(*arguments: Any) -> Any:
            return self.attempt(hook, function, *arguments, **rules)

        return guarded

    def guard_wrapper(
        self, hook: str, function: Callable[..., Any], check: Callable[[Any], Any], *, old: bool
    ) -> Callable[..., Generator[Any, Any, Any]]:
        """Return a hook wrapper that cannot break its hook.

        If the wrapper fails, the result of the hook stays unchanged.

        Args:
            hook: The hook.
            function: The wrapper.
            check: Returns the complete result, or raises `InvalidHookValue`.
            old: True for the old style, which receives a `pluggy.Result`.
        """

        def guarded(*arguments: Any) -> Generator[Any, Any, Any]:
            running = self.attempt(hook, _start, function, arguments, check=lambda made: made)
            result = yield
            if running is None:
                return result
            before = result.get_result() if old else result
            after = self.attempt(hook, _finish, running, result, check=lambda made: made)
            if old and after is not None:
                after = (result.get_result(),)
            kept = None if after is None else self.attempt(hook, lambda: after[0], check=lambda made: (check(made),))
            made = before if kept is None else kept[0]
            if old:
                result.force_result(made)
            return made

        return guarded


def _start(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Generator[Any, Any, Any]:
    running: Generator[Any, Any, Any] = function(*arguments)
    next(running)
    return running


def _finish(running: Generator[Any, Any, Any], result: Any) -> tuple[Any]:
    try:
        running.send(result)
    except StopIteration as stop:
        return (stop.value,)
    raise InvalidHookValue("yielded twice")
