"""Checks of hook results, and guards of plugin functions."""

import datetime
import inspect
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from functools import partial
from importlib import import_module
from typing import Any, NoReturn, TypeVar
from weakref import WeakKeyDictionary

import attrs
from attrs import define, evolve, field

from capbuild.errors import CapbuildError, ModelError, PluginError, ReadError, did_you_mean
from capbuild.model import Answer, GeoPoint, Issue, Missing, Questionnaire, Response, SheetReconciliation
from capbuild.model.response import count_answers, has_deferred_answers
from capbuild.origin import Origin
from capbuild.plugins.boundary import (
    HookItems,
    HookText,
    InvalidHookValue,
    PluginSource,
    failure_issue,
    list_of,
    show_value,
)
from capbuild.plugins.types import (
    CellTable,
    ChartKind,
    Claim,
    Companion,
    Confidence,
    InputFile,
    OutputFile,
    Reader,
    ReadItem,
    RenderContext,
    Writer,
)

_ALPHA_2 = re.compile(r"[A-Z]{2}")
_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _require(holds: object, found: str) -> None:
    if not holds:
        raise InvalidHookValue(found)


def _check_descriptor(made: Any, calls: Mapping[str, bool]) -> None:
    """Raise `InvalidHookValue` for a descriptor with invalid field types.

    Args:
        made: The reader or writer.
        calls: Names of its functions, with True for optional ones.
    """
    kind = type(made).__name__.lower()
    what = f"{kind} {show_value(made.name)}"
    _require(isinstance(made.name, str) and _KEBAB.fullmatch(made.name), _not_kebab(kind, made.name))
    for name, optional in calls.items():
        value = getattr(made, name)
        fits = callable(value) or (optional and value is None)
        _require(fits, f"registered the {what} with {name}={show_value(value)}, not a function")
    options = isinstance(made.options, type) and attrs.has(made.options)
    _require(options, f"registered the {what} with options={show_value(made.options)}, not an attrs class")
    for suffix in made.suffixes:
        fits = isinstance(suffix, str) and suffix.startswith(".") and len(suffix) > 1 and not set(suffix) & set("/\\\0")
        _require(fits, f"registered the {what} with the suffix {show_value(suffix)}, which is none")


def _check_companions(reader: Reader) -> None:
    """Reject companion files without an option of the reader."""
    known = [option.alias for option in attrs.fields(reader.options) if option.init]
    for companion in reader.companions:
        what = f"registered the reader {reader.name!r} with"
        _require(isinstance(companion, Companion), f"{what} the companion {show_value(companion)}, which is none")
        patterns: tuple[Any, ...] = companion.patterns
        names = all(isinstance(pattern, str) and "/" not in pattern for pattern in patterns)
        _require(names, f"{what} a companion with patterns that are not file names")
        callable_or_none = companion.explains is None or callable(companion.explains)
        _require(callable_or_none, f"{what} a companion with explains={show_value(companion.explains)}")
        _require(companion.option in known, f"{what} a companion in {companion.option!r}, which is no option of it")


def _check_claim(value: Any) -> Any:
    if value is not None:
        _require(isinstance(value, Claim), f"returned {show_value(value)}, not a Claim or None")
        confidence, why = value.confidence, value.why
        _require(isinstance(confidence, Confidence), f"claimed with {show_value(confidence)}, which is no Confidence")
        _require(isinstance(why, str), f"claimed because of {show_value(why)}, which is no text")
    return value


def _check_iterator(value: Any) -> Iterator[Any]:
    _require(isinstance(value, Iterable), f"returned {show_value(value)}, which yields nothing")
    return iter(value)


def _as_is(value: Any) -> Any:
    return value


def _instance_of(kind: type | tuple[type, ...], what: str) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        _require(isinstance(value, kind), f"returned {show_value(value)}, not {what}")
        return value

    return check


_END = object()
#: Characters that some system forbids in names, or treats as a path out of the folder.
_NOT_IN_NAMES = frozenset('\\:*?"<>|')
#: Devices of Windows: no file has such a name, with any suffix.
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\..*)?", re.IGNORECASE)


def _value_error(error: ModelError, origin: Origin) -> ReadError:
    """Return the error for a value the model refuses."""
    return ReadError(
        f"{origin.file} has a value that no survey has: {error.message}",
        code="CB135",
        origin=origin,
        remedy="correct the value, or ask for the file again",
    )


#: Classes of values that need no further check.
_PLAIN = frozenset((str, bool, int, Missing, GeoPoint, datetime.date, datetime.datetime, datetime.time))

_TEXTS = frozenset((str, type(None)))


def _is_plain(answer: Any) -> bool:
    """True if an answer and its parts are plain."""
    return (
        answer.__class__ is Answer
        and answer.value.__class__ in _PLAIN
        and answer.question.__class__ is str
        and answer.raw.__class__ in _TEXTS
        and answer.comment.__class__ in _TEXTS
        and answer.repeat.__class__ is int
        and answer.origin.__class__ is Origin
    )


def is_answer_value(value: Any) -> bool:
    """True if a value can be that of an answer."""
    if isinstance(value, tuple):
        return all(isinstance(code, str) for code in value)
    return math.isfinite(value) if isinstance(value, float) else isinstance(value, tuple(_PLAIN))


def _answer_fault(answer: Any) -> str:
    """Return an answer's fault, empty for a valid one.

    The class `Answer` itself makes no checks, for speed.
    """
    if not isinstance(answer, Answer):
        return f"the answer {show_value(answer)}"
    if not is_answer_value(answer.value):
        return f"an answer of {show_value(answer.value)}"
    for name, kinds in _ANSWER_FIELDS.items():
        if not isinstance(attribute := getattr(answer, name), kinds):
            return f"an answer whose {name} is {show_value(attribute)}"
    return ""


_ANSWER_FIELDS: Mapping[str, tuple[type, ...]] = {
    "question": (str,),
    "raw": (str, type(None)),
    "comment": (str, type(None)),
    "repeat": (int,),
    "origin": (Origin, type(None)),
}


@define(eq=False)
class _ReadItems:
    """Checked items of one reading, and their faults."""

    source: PluginSource
    reader: Reader
    last: Origin
    count: int = 0
    forms: int = 0
    form: Questionnaire | None = None
    answered: dict[str, Answer] = field(factory=dict)
    reported: set[tuple[object, ...]] = field(factory=set)
    wrong: int = 0
    first_wrong: str = ""
    unaccounted: list[str] = field(factory=list)

    @property
    def where(self) -> str:
        return f"read of reader {self.reader.name!r}"

    def stop(self, error: BaseException) -> NoReturn:
        """Raise the error of a failed reader."""
        if isinstance(error, MemoryError):
            raise ReadError(f"{self.last.file} does not fit in memory", code="CB105", origin=self.last) from error
        if isinstance(error, ModelError):
            raise _value_error(error, self.last) from error
        failure = self.source.failure(self.where, error, passes=CapbuildError, code="CB115", origin=self.last)
        if failure is None:
            raise error
        raise failure from error

    def is_fit(self, item: Any) -> bool:
        """True if an item can be passed on."""
        self.count += 1
        if not isinstance(item, ReadItem):
            self.first_wrong = self.first_wrong or show_value(item)
            self.wrong += 1
            return False
        self.last = getattr(item, "origin", None) or self.last
        if isinstance(item, Response):
            answers = () if has_deferred_answers(item) else item.answers
            fault = next((answer_fault for a in answers if not _is_plain(a) and (answer_fault := _answer_fault(a))), "")
            self.first_wrong = self.first_wrong or (fault and f"a response with {fault}")
            self.wrong += bool(fault)
            for answer in answers if not fault else ():
                if answer.question not in self.answered:
                    self.answered[answer.question] = answer
            return not fault
        if isinstance(item, Issue) and item.origin is not None:
            self.reported.add(_find_row(item.origin))
        if isinstance(item, SheetReconciliation) and not item.adds_up:
            self.unaccounted.append(item.sheet)
        if not isinstance(item, Questionnaire):
            return True
        self.forms += 1
        self.form = self.form or item
        return self.forms == 1

    def unasked(self) -> Iterator[Issue]:
        """Yield an issue for each question that has answers, and is not in the form.

        Excepted are details of a question of the form, such as `law [basis]`, and rows with an issue of the reader. The
        reader has made deferred answers from the columns of the form.
        """
        known = self.answered if self.form is None else self.form.by_id
        for name, answer in self.answered.items():
            origin = answer.origin or self.last
            if name not in known and name.partition(" [")[0] not in known and _find_row(origin) not in self.reported:
                shown = answer.value.value if isinstance(answer.value, Missing) else show_value(answer.value)
                yield unasked_issue(name, origin, f", first {shown}")

    def faults(self) -> Iterator[PluginError]:
        """Yield errors for rejected items, or for an empty reading."""
        make = partial(self.source.error, self.where, origin=self.last)
        if self.wrong:
            yield make(f"yielded {self.wrong} things that cannot be used, first {self.first_wrong},", "CB515")
        if self.forms > 1:
            yield make(f"yielded {self.forms} questionnaires (the first is kept)", "CB511")
        if self.unaccounted:
            sheets = ", ".join(repr(sheet) for sheet in self.unaccounted[:5] if sheet)
            yield make(f"does not account for every row and cell{sheets and f' of sheet {sheets}'}", "CB518")
        if not self.count:
            yield make("claimed the file and yielded nothing", "CB512")


def _find_row(origin: Origin) -> tuple[object, ...]:
    return origin.file, origin.sheet, origin.row, origin.path


#: End of the message about answers without a question.
UNASKED = "is no question of the form"


def unasked_issue(question: str, origin: Origin, first: str = "") -> Issue:
    """Return the issue for answers to a question that is not in the form."""
    message = f"{question!r} has answers{first}, and {UNASKED}"
    return Issue.warning("CB131", message, origin, "give the definition of the version that was answered")


def guard_read(source: PluginSource, reader: Reader) -> Callable[[InputFile, Any], Iterator[ReadItem]]:
    """Return a reader's `read` that yields valid items only.

    It yields one questionnaire at most, and an issue for each invalid item.
    """

    def read(file: InputFile, options: Any) -> Iterator[ReadItem]:
        read_items, cells = _ReadItems(source, reader, Origin(file.name)), 0
        file.limits.restart()
        try:
            items = _check_iterator(reader.read(file, options))
        except BaseException as error:  # noqa: BLE001 - `stop` raises
            read_items.stop(error)
        while True:
            try:
                item = next(items)
            except StopIteration:
                break
            except BaseException as error:  # noqa: BLE001 - `stop` raises
                read_items.stop(error)
            if read_items.is_fit(item):
                # each item counts, so that a reader without end stops
                cells += max(1, count_answers(item)) if isinstance(item, Response) else 1
                file.limits.check_cells(file.name, cells)
                yield item
        yield from read_items.unasked()
        for fault in read_items.faults():
            source.record(read_items.where, fault)
            yield failure_issue(fault)

    return read


def _guard_scan(source: PluginSource, reader: Reader) -> Callable[[InputFile, Any], Any]:
    where = f"scan of reader {reader.name!r}"

    def scan(file: InputFile, options: Any) -> Any:
        from capbuild.tables import ResponseTable  # imported only for scans

        def fits(value: Any) -> Any:
            _require(value is None or isinstance(value, ResponseTable), f"returned {show_value(value)}, not a table")
            return value

        def own(error: BaseException) -> bool:
            watch = getattr(file, "watch", None)
            return watch is not None and watch.progress.raised is error

        file.limits.restart()
        origin = Origin(file.name)
        rules: dict[str, Any] = {"passes": CapbuildError, "own": own, "code": "CB115", "origin": origin}
        try:
            scanned: Any = source.call(where, reader.scan or _as_is, file, options, check=_as_is, **rules)
        except ModelError as error:
            raise _value_error(error, origin) from error
        table = source.attempt(where, lambda: scanned, check=fits)
        return None if table is None else _with_unasked(table, origin)

    return scan


def _with_unasked(table: Any, origin: Origin) -> Any:
    """Return a scanned table with an issue for each column whose question is not in the form."""
    known = table.codebook.questionnaire.by_id
    lost = {column.question: column.place for column in table.codebook.columns if column.question not in known}
    issues = [unasked_issue(name, evolve(origin, column=place)) for name, place in lost.items()]
    return evolve(table, issues=[*table.issues, *issues]) if issues else table


def _guard_reader(source: PluginSource, reader: Reader) -> Reader:
    """Return a reader with guarded functions."""
    _check_descriptor(
        reader, {"sniff": False, "read": False, "scan": True, "draft": True, "cells": True, "facts": True}
    )
    _check_companions(reader)

    def sniff(file: InputFile) -> Claim | None:
        claim: Claim | None = source.attempt(
            f"sniff of reader {reader.name!r}", reader.sniff, file, check=_check_claim, passes=ReadError
        )
        return claim

    def guard(name: str, check: Callable[[Any], Any]) -> Any:
        function = getattr(reader, name)
        where = f"{name} of reader {reader.name!r}"
        if function is None:
            return None
        return lambda file: source.call(where, function, file, check=check, passes=CapbuildError, code="CB115")

    return evolve(
        reader,
        sniff=sniff,
        read=guard_read(source, reader),
        scan=None if reader.scan is None else _guard_scan(source, reader),
        draft=guard("draft", _instance_of(str, "a text")),
        cells=guard("cells", list_of(CellTable)),
        facts=guard("facts", _instance_of(Mapping, "a mapping")),
        companions=[_guard_companion(source, reader.name, companion) for companion in reader.companions],
    )


def _guard_companion(source: PluginSource, reader: str, companion: Companion) -> Companion:
    """Return a companion with a guarded `explains`.

    A file for which `explains` fails is not a companion.
    """
    explains = companion.explains
    if explains is None:
        return companion

    def guarded(data: InputFile, other: InputFile) -> bool:
        rules: dict[str, Any] = {"check": _instance_of(bool, "a truth"), "passes": (ReadError, ModelError)}
        try:
            return bool(source.attempt(f"explains of reader {reader!r}", explains, data, other, **rules))
        except (ReadError, ModelError):
            return False

    return evolve(companion, explains=guarded)


def check_file_name(name: object) -> str:
    """Return an output file's name if it is valid.

    Raises:
        InvalidHookValue: It is not a relative path with `/`, leaves the folder, has invalid characters, or is a name
            that no file of Windows can have.
    """
    shown = f"yielded a file named {show_value(name)}"
    if not isinstance(name, str):
        raise InvalidHookValue(f"{shown}, which is no text")
    parts = name.split("/")
    inside = all(part not in ("", ".", "..") and len(part) <= 255 for part in parts)
    _require(inside, f"{shown}, which is not inside its folder")
    _require(name.isprintable() and not set(name) & _NOT_IN_NAMES, f"{shown}, with letters that names cannot have")
    windows = all(part.rstrip(" .") == part and not _DEVICE.fullmatch(part) for part in parts)
    _require(windows, f"{shown}, a name that Windows cannot use")
    return name


def _kind_of_chunk(item: Any, kinds: set[type]) -> Any:
    """Check that chunks are all text or all bytes."""
    if item is not _END:
        _require(isinstance(item, str | bytes), f"yielded {show_value(item)}, not text, bytes or files")
        kinds.add(bytes if isinstance(item, bytes) else str)
        _require(len(kinds) == 1, "yielded text and bytes for one file")
    return item


@define(eq=False)
class _Output:
    """Checked output of a writer."""

    source: PluginSource
    writer: Writer
    context: RenderContext
    names: set[str] = field(factory=set)
    loose: set[type] = field(factory=set)

    def items(self, items: Iterator[Any], check: Callable[[Any], Any]) -> Iterator[Any]:
        """Yield the checked items of the writer."""
        while (item := self.step(next, items, _END, check=check)) is not _END:
            yield item

    def step(self, function: Callable[..., Any], *arguments: Any, check: Callable[[Any], Any]) -> Any:
        """Call the writer; exceptions of the progress callback pass through."""
        where = f"write of writer {self.writer.name!r}"
        return self.source.call(
            where, function, *arguments, check=check, passes=CapbuildError, own=self._is_callback, code="CB715"
        )

    def _is_callback(self, error: BaseException) -> bool:
        return getattr(self.context.progress, "raised", None) is error

    def check(self, item: Any) -> Any:
        """Check a chunk, or a file with its chunks."""
        if not isinstance(item, OutputFile):
            return _kind_of_chunk(item, self.loose)
        name = check_file_name(item.name).casefold()
        _require(name not in self.names, f"yielded the file {show_value(item.name)} twice")
        self.names.add(name)
        chunks = _check_iterator([item.chunks] if isinstance(item.chunks, str | bytes) else item.chunks)
        return evolve(item, chunks=self.items(chunks, partial(_kind_of_chunk, kinds=set())))


def _guard_write(source: PluginSource, writer: Writer) -> Callable[..., Iterator[Any]]:
    """Return a writer's `write` that yields valid output only."""

    def write(subject: Any, context: RenderContext, options: Any) -> Iterator[Any]:
        output = _Output(source, writer, context)
        items = output.step(writer.write, subject, context, options, check=_check_iterator)
        yield from output.items(items, output.check)

    return write


def _guard_writer(source: PluginSource, writer: Writer) -> Writer:
    """Return a writer with a guarded `write`."""
    _check_descriptor(writer, {"write": False})
    what = f"registered the writer {writer.name!r}"
    accepts: tuple[Any, ...] = writer.accepts
    aliases: tuple[Any, ...] = writer.aliases
    _require(accepts and all(isinstance(accept, type) for accept in accepts), f"{what} that accepts no class")
    _require(all(isinstance(aliase, str) for aliase in aliases), f"{what} with aliases that are no texts")
    return evolve(writer, write=_guard_write(source, writer))


def _check_figure(value: Any) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool) and not math.isinf(value)
    _require(number, f"returned {show_value(value)}, which is no figure")
    return float(value)


def _check_bounds(value: Any) -> tuple[float, float]:
    _require(isinstance(value, tuple | list) and len(value) == 2, f"returned {show_value(value)}, not two figures")
    return _check_figure(value[0]), _check_figure(value[1])


def _check_settings(function: Callable[..., Any], settings: Mapping[str, Any]) -> None:
    """Raise `ModelError` for settings that a method does not accept.

    Such settings are an error of the framework, not of the plugin.
    """
    parameters = list(inspect.signature(function).parameters.values())
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return
    known = [
        parameter.name
        for parameter in parameters
        if parameter.kind is parameter.KEYWORD_ONLY or parameter.default is not parameter.empty
    ]
    for name in settings:
        if name not in known:
            rule = f"must be one of {known}{did_you_mean(name, known)}"
            raise ModelError(
                "Method.parameters", name, rule if known else "must be left out: the method has no settings"
            )
    for parameter in parameters:
        if parameter.name in known and parameter.default is parameter.empty and parameter.name not in settings:
            raise ModelError("Method.parameters", sorted(settings), f"must have {parameter.name!r}")


def _guard_method(source: PluginSource, method: Any) -> Any:
    """Return a method with guarded functions."""
    _require(callable(method.function), f"registered the method {method.name!r} without a function")

    def guard(name: str, check: Callable[[Any], Any]) -> Callable[..., Any] | None:
        function, where = getattr(method, name), f"{name} of method {method.name!r}"
        if function is None:
            return None

        def call(*arguments: Any, **settings: Any) -> Any:
            _check_settings(function, settings)
            return source.call(where, lambda: function(*arguments, **settings), check=check, passes=CapbuildError)

        return call

    return evolve(method, function=guard("function", _check_figure), bounds=guard("bounds", _check_bounds))


def _guard_chart(source: PluginSource, kind: ChartKind) -> ChartKind:
    """Return a kind of chart with a guarded `draw`."""
    _require(_KEBAB.fullmatch(kind.name), _not_kebab("chart", kind.name))
    _require(callable(kind.draw), f"registered the chart {kind.name!r} without a function")
    accepts: tuple[Any, ...] = kind.accepts
    fits = accepts and all(isinstance(accept, type) for accept in accepts)
    _require(fits, f"registered the chart {kind.name!r} that accepts no class")

    def check(value: Any) -> Any:
        _require(callable(getattr(value, "to_dict", None)), f"returned {show_value(value)}, not an Altair chart")
        return value

    def draw(*arguments: Any, **settings: Any) -> Any:
        function = partial(kind.draw, *arguments, **settings)
        return source.call(f"draw of chart {kind.name!r}", function, check=check, passes=CapbuildError, code="CB715")

    return evolve(kind, draw=draw)


def _guard_command(source: PluginSource, command: Any) -> Any:
    """Return a command whose run is guarded.

    The command may still exit with a status, or raise an error of click.
    """
    import click  # only the command line needs commands

    _require(isinstance(command.name, str) and _KEBAB.fullmatch(command.name), _not_kebab("command", command.name))
    passes = (CapbuildError, click.ClickException, click.exceptions.Exit, click.Abort, SystemExit)
    guarded = copy(command)
    guarded.invoke = lambda context: source.call(
        f"command {command.name!r}", command.invoke, context, check=_as_is, passes=passes
    )
    return guarded


def _not_kebab(what: str, name: object) -> str:
    return f"registered the {what} {show_value(name)}, not in kebab case"


_GUARDS: Mapping[str, Callable[[PluginSource, Any], Any]] = {
    "register_readers": _guard_reader,
    "register_writers": _guard_writer,
    "register_methods": _guard_method,
    "register_charts": _guard_chart,
    "register_commands": _guard_command,
}
#: Module and class of each hook's items, imported on first use of the hook.
_KINDS = {
    "register_readers": ("capbuild.plugins.types", "Reader"),
    "register_writers": ("capbuild.plugins.types", "Writer"),
    "register_frameworks": ("capbuild.model", "Framework"),
    "register_questionnaires": ("capbuild.model", "Questionnaire"),
    "register_methods": ("capbuild.scoring.methods", "RegisteredMethod"),
    "register_catalogues": ("capbuild.model", "Catalogue"),
    "register_code_lists": ("capbuild.countries", "CodeList"),
    "register_languages": ("capbuild.reports", "LanguageTexts"),
    "register_charts": ("capbuild.plugins.types", "ChartKind"),
    "register_commands": ("click", "Command"),
    "read_programmes": ("capbuild.plugins.types", "ProgrammeDraft"),
    "enrich_reading": ("capbuild.plugins.types", "DerivedAnswers"),
    "check_reading": ("capbuild.model", "Issue"),
    "check_assessment": ("capbuild.model", "Issue"),
    "report_sections": ("capbuild.reports", "ReportSection"),
}
#: Hooks with one result: the first counts.
FIRST_RESULT = ("read_programmes", "resolve_country")
_NAMES: Mapping[str, Callable[[Any], str]] = {
    "register_frameworks": lambda framework: framework.key,
    "register_questionnaires": lambda form: form.key,
    "register_catalogues": lambda catalogue: f"{catalogue.id} {catalogue.edition}",
    "register_code_lists": lambda codes: codes.id,
    "register_languages": lambda texts: texts.tag,
    "report_sections": lambda section: section.id,
}
#: Original descriptors by guarded descriptor.
_ORIGINALS: "WeakKeyDictionary[Any, Any]" = WeakKeyDictionary()
D = TypeVar("D")


def unguarded(descriptor: D) -> D:
    """Return a reader, writer or method as registered."""
    original: D = _ORIGINALS.get(descriptor, descriptor)
    return original


def item_name(hook: str, item: Any) -> str:
    """Return the name of an item of a hook."""
    name: str = _NAMES[hook](item) if hook in _NAMES else item.name
    return name


def make_check(hook: str, source: PluginSource) -> Callable[[Any], Any]:
    """Return the check of a hook's result.

    Args:
        hook: Name of the hook.
        source: The plugin.
    """

    def check(value: Any) -> Any:
        if hook == "resolve_country":
            return None if value is None else HookText(_check_country(value), source.name)
        home, kind = _KINDS[hook]
        named = hook.startswith("register_") or hook == "report_sections"
        items = list_of(getattr(import_module(home), kind), partial(item_name, hook) if named else None)(value)
        if hook in _GUARDS:
            items = tuple(_guard(hook, source, item) for item in items)
        return None if hook == "read_programmes" and not items else HookItems(items, source.name)

    return check


def _guard(hook: str, source: PluginSource, item: Any) -> Any:
    guarded = _GUARDS[hook](source, item)
    _ORIGINALS[guarded] = item
    return guarded


def _check_country(value: Any) -> str:
    """Check for a two-letter code."""
    fits = isinstance(value, str) and _ALPHA_2.fullmatch(value)
    _require(fits, f"returned {show_value(value)}, which is no alpha-2 code")
    return str(value)


def check_results(check: Callable[[Any], Any], results: Any) -> list[HookItems]:
    """Return a hook's results as a wrapper left them, checked.

    Results that the wrapper added count as its plugin's own.

    Args:
        check: Check of one answer of the wrapper's plugin.
        results: Answers of all plugins, as the wrapper returned them.
    """
    _require(isinstance(results, list), f"returned {show_value(results)}, not the list of all answers")
    return [result if isinstance(result, HookItems) else check(result) for result in results]
