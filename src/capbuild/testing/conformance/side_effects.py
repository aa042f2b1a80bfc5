"""Side effects of plugin code: files, network, processes, interpreter state."""

import builtins
import contextlib
import csv
import decimal
import functools
import gc
import importlib
import io
import locale
import logging
import os
import random
import signal
import site
import socket
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from attrs import define, field, fields, has

#: Kinds of watched side effects, by prefix of the audit event.
_EVENTS: Mapping[str, str] = {
    "open": "files",
    "os.listdir": "files",
    "os.scandir": "files",
    "os.remove": "files",
    "os.rename": "files",
    "os.rmdir": "files",
    "os.mkdir": "files",
    "os.chmod": "files",
    "os.chown": "files",
    "os.link": "files",
    "os.symlink": "files",
    "os.truncate": "files",
    "os.utime": "files",
    "os.chdir": "files",
    "shutil.": "files",
    "glob.glob": "files",
    "sqlite3.connect": "files",
    "socket.": "network",
    "urllib.": "network",
    "http.": "network",
    "smtplib.": "network",
    "ftplib.": "network",
    "webbrowser.": "network",
    "subprocess.": "processes",
    "os.system": "processes",
    "os.exec": "processes",
    "os.fork": "processes",
    "os.forkpty": "processes",
    "os.posix_spawn": "processes",
    "os.spawn": "processes",
    "os.startfile": "processes",
    "os.kill": "processes",
    "pty.": "processes",
    "os.putenv": "environment",
    "os.unsetenv": "environment",
    "sys.settrace": "interpreter",
    "sys.setprofile": "interpreter",
    "pickle.find_class": "unpickling",
}
_HARMLESS = ("/dev/null", "/dev/urandom", "/etc/localtime", "/etc/mime.types", "/proc/self", "/usr/share/zoneinfo")


@define
class Watch:
    """Record of a package's side effects.

    Attributes:
        files: Files that it may read.
        temporary: Folder for temporary files, which it must remove.
        events: Its side effects with their kinds: `files`, `network`, `processes`, `environment`, `interpreter`.
    """

    files: tuple[str, ...] = ()
    package: str = ""
    events: list[tuple[str, str]] = field(factory=list)
    temporary: str = ""

    def faults(self, allowed: Mapping[str, str]) -> list[str]:
        """Return the side effects that are not allowed.

        Args:
            allowed: Allowed kinds of side effects, each with its reason.
        """
        return list(dict.fromkeys(f"{kind}: {what}" for kind, what in self.events if kind not in allowed))


_WATCHES: list[Watch] = []
#: Names of builtins; those with an underscore are of the interactive interpreter and of gettext.
_BUILTINS = {*vars(builtins), "_", "__"}


@functools.cache
def _install() -> None:
    """Install the audit hook, which Python cannot remove.

    It does nothing unless a block is watched.
    """
    sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if not _WATCHES:
        return
    kind = _EVENTS.get(event) or _EVENTS.get(event.partition(".")[0] + ".")
    if kind is None:
        return
    observed = _WATCHES[-1]
    if kind == "unpickling" and _caller() not in (observed.package, "capbuild"):
        return
    if kind == "files":
        shown = _file_event(event, arguments, observed)
        if shown:
            observed.events.append((kind, shown))
    elif event != "socket.gethostname":
        observed.events.append((kind, f"{event}{_format_arguments(arguments)}"))


def _caller() -> str:
    """Return the package of the calling code."""
    frame: Any = sys._getframe(2)
    while frame is not None:
        package = frame.f_globals.get("__name__", "").partition(".")[0]
        if package not in sys.stdlib_module_names:
            return str(package)
        frame = frame.f_back
    return ""


def _format_arguments(arguments: Sequence[Any]) -> str:
    try:
        return repr(tuple(arguments))[:120]
    except Exception:  # noqa: BLE001 - a repr may fail
        return ""


@functools.cache
def _readable() -> tuple[str, ...]:
    """Return the folders that contain code."""
    root = Path(__file__).resolve().parents[3]
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(os.__file__).parent), str(root)]
    return (*map(os.path.realpath, [*places, *site.getsitepackages()]), "/usr/lib", "/usr/share", "/lib", *_HARMLESS)


def _file_event(event: str, arguments: Sequence[Any], observed: Watch) -> str:
    """Describe a file event; empty if harmless."""
    path = arguments[0] if arguments else ""
    if event.startswith(("os.remove", "os.rmdir")) and arguments[-1] not in (-1, None):
        return ""  # within a folder opened before
    if isinstance(path, int) or path is None:
        return "" if event != "os.listdir" else f"{event}{_format_arguments(arguments)}"
    text = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else str(path)
    if event == "sqlite3.connect" and text in (":memory:", ""):
        return ""
    address = urlsplit(text) if event == "sqlite3.connect" and text.startswith("file:") else None
    real = os.path.realpath(text if address is None else url2pathname(address.path))
    if real == "/dev/null" or (observed.temporary and _is_within(real, (observed.temporary,))):
        return ""
    reads = event in ("os.listdir", "os.scandir", "glob.glob") or (
        event == "open" and not _opens_for_writing(arguments)
    )
    if real in observed.files and (reads or (address is not None and "mode=ro" in address.query.split("&"))):
        return ""
    code = _is_within(real, (*_readable(), *(os.path.realpath(folder) for folder in sys.path if folder)))
    if reads and (code or real.endswith((".py", ".pyc", ".so", "__pycache__"))):
        return ""
    return "" if "__pycache__" in real else f"{event} {text}"


def _is_within(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip("/") + "/") for folder in folders)


def _opens_for_writing(arguments: Sequence[Any]) -> bool:
    mode, flags = (*arguments[1:3], None, None)[:2]
    if isinstance(mode, str):
        return any(sign in mode for sign in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


@contextlib.contextmanager
def watch(package: str, *files: Path) -> Iterator[Watch]:
    """Watch the side effects of a block.

    Audit events, output, temporary files and interpreter state are recorded.

    Args:
        package: Package of the plugin.
        files: Files that it may read.
    """
    _install()
    observed = Watch(package=package, files=tuple(os.path.realpath(file) for file in files))
    out, usual = io.StringIO(), tempfile.tempdir
    with contextlib.ExitStack() as undo:  # changes of the block are undone, also if it fails
        undo.callback(_unusual_state())
        undo.callback(vars(builtins).update, {name: vars(builtins).pop(name) for name in _added_builtins()})
        before = interpreter_state()
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(out),
            tempfile.TemporaryDirectory() as folder,
            warnings.catch_warnings(record=True) as caught,
        ):
            warnings.simplefilter("always")
            filters = _warning_filters()
            tempfile.tempdir, observed.temporary = folder, os.path.realpath(folder)
            _WATCHES.append(observed)
            try:
                yield observed
            finally:
                _WATCHES.remove(observed)
                tempfile.tempdir = usual
            if _warning_filters() != filters:
                observed.events.append(("interpreter", "warnings.filters is changed"))
            left = [path.name for path in Path(folder).iterdir()]
        after = interpreter_state()
        changed = [name for name in before if before[name] != after.get(name)]
        changed += [f"builtins.{name}" for name in _added_builtins()]
    observed.events += [("interpreter", f"{name} is changed") for name in changed]
    observed.events += [("files", f"{name} is left behind") for name in sorted(left)]
    observed.events += [("output", f"it warns {warning.message}") for warning in caught]
    if out.getvalue().strip():
        observed.events.append(("output", f"it prints {out.getvalue().strip()[:60]!r}"))


def _added_builtins() -> list[str]:
    return sorted(vars(builtins).keys() - _BUILTINS)


def _numpy_random() -> Any:
    """Return numpy's global random state; None if not imported."""
    return getattr(sys.modules.get("numpy"), "random", None)


def _warning_filters() -> list[str]:
    return list(map(str, warnings.filters))


def _unusual_state() -> Callable[[], None]:
    """Set shared interpreter state to unusual values.

    The result is a function that restores it.
    """
    context, root = decimal.getcontext(), logging.getLogger()
    chance, limit, timeout = random.getstate(), csv.field_size_limit(), socket.getdefaulttimeout()
    depth, level, precision = sys.getrecursionlimit(), root.level, context.prec
    spoken, hook, pause = locale.setlocale(locale.LC_ALL), sys.excepthook, sys.getswitchinterval()
    digits, thresholds = sys.get_int_max_str_digits(), gc.get_threshold()
    umask = os.umask(0o026)
    main = threading.current_thread() is threading.main_thread()
    handlers = {number: signal.getsignal(number) for number in _SIGNALS} if main else {}
    collecting, drawn = gc.isenabled(), _numpy_random()
    draws = None if drawn is None else drawn.get_state()
    dialects = {name: csv.get_dialect(name) for name in csv.list_dialects()}

    def restore() -> None:
        if drawn is not None:
            drawn.set_state(draws)
        for name in csv.list_dialects():
            csv.unregister_dialect(name)
        for name, dialect in dialects.items():
            csv.register_dialect(name, dialect)  # type: ignore[arg-type]  # takes any dialect
        os.umask(umask)
        sys.excepthook = hook
        sys.setswitchinterval(pause)
        sys.set_int_max_str_digits(digits)
        gc.set_threshold(*thresholds)
        gc.enable() if collecting else gc.disable()
        for number, handler in handlers.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        random.setstate(chance)
        csv.field_size_limit(limit)
        socket.setdefaulttimeout(timeout)
        sys.setrecursionlimit(depth)
        root.setLevel(level)
        context.prec = precision
        locale.setlocale(locale.LC_ALL, spoken)

    usual = locale.setlocale(locale.LC_NUMERIC, "")
    with contextlib.suppress(locale.Error):  # where the system has another one
        locale.setlocale(locale.LC_NUMERIC, "C" if usual != "C" else "C.UTF-8")
    random.seed("capbuild")
    csv.field_size_limit(limit + 17)
    socket.setdefaulttimeout(98_765.0)
    sys.setrecursionlimit(depth + 17)
    root.setLevel(level + 1 if level else logging.WARNING + 1)
    context.prec = precision + 1
    sys.excepthook = _print_exception
    sys.setswitchinterval(pause + 0.001)
    sys.set_int_max_str_digits(digits + 17 if digits else 4_317)
    gc.set_threshold(thresholds[0] + 17, *thresholds[1:])
    gc.enable()
    if drawn is not None:
        drawn.seed(98_765)
    for name in dialects.keys() - {"excel", "excel-tab", "unix"}:
        csv.unregister_dialect(name)
    for number in handlers:
        signal.signal(number, _stop)
    return restore


_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _print_exception(*details: Any) -> None:
    sys.__excepthook__(*details)


def _stop(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(number)


#: Shared modules of the standard library; plugins must not replace their content.
_SHARED = ("builtins", "csv", "json", "datetime", "os", "os.path", "re", "io", "zipfile", "pathlib", "time", "logging")


def interpreter_state() -> dict[str, Any]:
    """Return the shared state of the interpreter by name."""
    umask = os.umask(0o22)
    os.umask(umask)
    root = logging.getLogger()
    return {
        "os.environ": dict(os.environ),
        "the working folder": str(Path.cwd()),
        "the umask": umask,
        "the locale": locale.setlocale(locale.LC_ALL),
        "sys.path": list(sys.path),
        "sys.argv": list(sys.argv),
        "sys.stdout": (id(sys.stdout), id(sys.stderr), id(sys.stdin)),
        "a hook of sys": (id(sys.excepthook), id(sys.displayhook), len(sys.meta_path), len(sys.path_hooks)),
        "sys.getrecursionlimit()": sys.getrecursionlimit(),
        "sys.get_int_max_str_digits()": sys.get_int_max_str_digits(),
        "the root logger": (root.level, tuple(map(id, root.handlers)), logging.root.manager.disable),
        "the decimal context": (decimal.getcontext().prec, decimal.getcontext().rounding),
        "the state of random": hash(random.getstate()),
        "the state of numpy.random": None if (drawn := _numpy_random()) is None else str(drawn.get_state()),
        "csv.field_size_limit()": csv.field_size_limit(),
        "csv.list_dialects()": csv.list_dialects(),
        "socket.getdefaulttimeout()": socket.getdefaulttimeout(),
        "signal handlers": [signal.getsignal(signal_) for signal_ in sorted(signal.valid_signals())],
        "sys.getswitchinterval()": sys.getswitchinterval(),
        "time.tzname": time.tzname,
        "the garbage collector": (gc.isenabled(), gc.get_threshold()),
        "the running threads": sorted(thread.name for thread in threading.enumerate()),
        **{f"the module {name}": _module_items(importlib.import_module(name)) for name in _SHARED},
        **_methods_of_model(),
        **{
            f"the logger {name}": _logger_state(name)
            for name, logger in _loggers()
            if isinstance(logger, logging.Logger)
        },
    }


def list_faults(package: str, act: Callable[[], Sequence[str]]) -> list[str]:
    """Return the side effects of an action that is repeated.

    Variables of the package that the second call changes are included.

    Args:
        package: Package of the plugin.
        act: The action; returns its side effects.
    """
    faults = [fault for fault in act() if not fault.startswith("interpreter: warnings.filters")]
    before = module_state(package)
    faults = faults or list(act())
    after = module_state(package)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return faults + [f"interpreter: {name} is {why}" for why, names in (
        ("changed", changed), ("shared by all objects of its class", list_shared_defaults(package))) for name in names
    ]  # fmt: skip


def list_shared_defaults(package: str) -> list[str]:
    """Return fields whose mutable default has got content.

    All objects of the class share such a default. The classes are attrs classes of the package. Defaults that are
    variables of a module are left out: `module_state` watches these.
    """
    modules = [module for name, module in list(sys.modules.items()) if f"{name}.".startswith(f"{package}.")]
    variables = {id(value) for module in modules for value in vars(module).values()}
    classes = {
        member for module in modules for member in vars(module).values() if isinstance(member, type) and has(member)
    }
    return sorted(
        f"{cls.__qualname__}.{member.name}"
        for cls in classes
        for member in fields(cls)
        if cls.__module__.partition(".")[0] == package
        and isinstance(member.default, list | dict | set)
        and member.default
        and id(member.default) not in variables
    )


def changes_elsewhere(found: Sequence[str] | None, allowed: Mapping[str, str]) -> list[str]:
    """Return the forbidden changes of state in other interpreters.

    Args:
        found: Names of changed state, one a line, for each interpreter.
        allowed: Allowed kinds of side effects.
    """
    names = {name for lines in found or () for name in lines.split("\n") if name}
    kinds = {name: "environment" if name == "os.environ" else "interpreter" for name in names}
    return sorted(name for name, kind in kinds.items() if kind not in allowed)


def _methods_of_model() -> dict[str, int]:
    """Return the methods of shared classes."""
    kinds = (FunctionType, staticmethod, classmethod, property)
    return {
        f"{module}.{cls.__name__}.{name}": id(value)
        for module in list(sys.modules)
        if module.startswith("capbuild.model.")
        for cls in list(vars(sys.modules[module]).values())
        if isinstance(cls, type) and cls.__module__ == module
        for name, value in list(vars(cls).items())
        if isinstance(value, kinds) and not name.startswith("__")
    }


def _loggers() -> list[tuple[str, object]]:
    return sorted(logging.root.manager.loggerDict.items())


def _logger_state(name: str) -> tuple[object, ...]:
    logger = logging.getLogger(name)
    return (
        logger.level,
        tuple(map(id, logger.handlers)),
        tuple(map(id, logger.filters)),
        logger.propagate,
        logger.disabled,
    )


def _module_items(module: ModuleType) -> dict[str, int]:
    return {name: id(value) for name, value in vars(module).items() if callable(value)}


def module_state(package: str) -> dict[str, int]:
    """Return sizes and values of variables in a package's modules."""
    state: dict[str, int] = {}
    for name, module in list(sys.modules.items()):
        if name != package and not name.startswith(f"{package}."):
            continue
        for variable, value in list(vars(module).items()):
            owners = [(variable, value)]
            if isinstance(value, type) and value.__module__ == name:
                owners += [(f"{variable}.{member}", inner) for member, inner in list(vars(value).items())]
            for label, member in owners:
                if isinstance(member, list | dict | set | bytearray) and not label.rpartition(".")[2].startswith("__"):
                    state[f"{name}.{label}"] = len(member)
                elif isinstance(member, int | float | str | bytes) and not label.startswith("__"):
                    state[f"{name}.{label}"] = hash(member)
    return state
