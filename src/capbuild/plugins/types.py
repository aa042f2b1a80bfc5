"""Descriptors that plugins return: frozen classes with functions."""

import datetime
import hashlib
import io
import zipfile
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from enum import IntEnum
from fnmatch import fnmatchcase
from functools import cached_property, partial
from itertools import takewhile
from pathlib import Path, PurePath
from threading import RLock
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeVar
from weakref import ReferenceType, ref

from attrs import define, evolve, field, fields, frozen, has
from attrs.converters import optional

from capbuild._lazy import import_object
from capbuild._typed import model
from capbuild.checks import identifier, to_map, to_tuple
from capbuild.errors import LimitError, ReadError, did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import AnswerValue, Issue, Issues, Question, Questionnaire, Response, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins.limits import ReadBudget, ReadLimits, check_member_name, unpack_member

if TYPE_CHECKING:
    from capbuild.model import AssessmentSet, Dossier, Programme


T = TypeVar("T")


@define(eq=False)
class RenderCache:
    """Cache of results for one subject, audience and language.

    The caller ensures that subject and context are the same for all writers that share it.

    Attributes:
        common: Cache of what is the same in every language; this one by default.

    Example:
        >>> shared = RenderCache()
        >>> shared.get("report", lambda: ["made"]) is shared.get("report", lambda: ["made again"])
        True
    """

    common: "RenderCache | None" = field(default=None, repr=False)
    _made: dict[Hashable, Any] = field(factory=dict, init=False, repr=False)
    _lock: RLock = field(factory=RLock, init=False, repr=False)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the value of a key, computed on first use."""
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
            cached: T = self._made[key]
            return cached


class Progress(Protocol):
    """Callback that receives progress.

    An exception cancels the work and propagates unchanged; no file is left half written.
    """

    def __call__(self, done: int, total: int | None, what: str, /) -> None:
        """Report progress.

        Args:
            done: Amount of work done.
            total: Amount of all work; None if unknown.
            what: The current item.
        """


@define
class StepCounter:
    """Counter that reports each step before it starts.

    Attributes:
        progress: The callback, if there is one.
        done: Steps taken.

    Example:
        >>> steps = StepCounter(lambda done, total, what: print(done, what))
        >>> steps.begin("Read: a.csv")
        0 Read: a.csv
        >>> steps.begin("Read: b.csv")
        1 Read: b.csv
    """

    progress: Progress | None = None
    done: int = 0

    def begin(self, what: str) -> None:
        """Report the start of a step."""
        if self.progress is not None:
            self.progress(self.done, None, what)
        self.done += 1


#: Bytes examined at the start of every file, minimum text lines, and their maximum length.
_START, _LINES, _LONGEST = 1 << 16, 4, 1 << 20

#: Start bytes of formats with packed columns, where a cell may take less than a bit: Parquet, SPSS, Stata.
_PACKED, _STATA = (b"PAR1", b"$FL3", b"$FL2", b"<stata_dta>"), (b"\1\1\0", b"\2\1\0")


def _empty_dossier() -> "Dossier":
    # Imported here: the dossier imports plans, training and networks, which reading does not need.
    from capbuild.model import Dossier

    return Dossier()


class Confidence(IntEnum):
    """Confidence of a reader's claim, in three steps."""

    #: Name or general kind matches: generic table readers.
    NAME = 1
    #: Structure matches: headers, keys.
    SHAPE = 2
    #: Signature that no other format has.
    SIGNATURE = 3


@frozen
class Claim:
    """Claim of a reader on a file.

    Attributes:
        confidence: Its confidence.
        why: Reason in a few words, shown to the user.
    """

    confidence: Confidence
    why: str


@frozen(eq=False)
class InputFile:
    """Input file: a path or bytes, within limits and read-only.

    Attributes:
        name: Its name, as origins print it.
        data: Its bytes, if there is no path.
        path: Its path.
        limits: Limits in force.
        folder: Base folder of relative companion names; files outside are never opened. None: the working folder,
            without this restriction.

    Raises:
        LimitError: It exceeds the size limit.
    """

    name: str
    data: bytes | None = field(default=None, repr=False)
    path: Path | None = None
    limits: ReadLimits = ReadLimits()
    folder: Path | None = None

    def __attrs_post_init__(self) -> None:
        self.limits.check_size(self.name, self.size)
        budget = ReadBudget(partial(_written_size, ref(self)))
        object.__setattr__(self, "limits", evolve(self.limits, budget=budget))

    def __reduce__(self) -> tuple[type["InputFile"], tuple[object, ...]]:
        """Pickle the file as given: another process has a budget of its own."""
        path = None if self.path is None else self.path.resolve()
        return type(self), (self.name, self.data, path, evolve(self.limits, budget=None), self.folder)

    @property
    def size(self) -> int:
        """Number of bytes."""
        if self.path is not None:
            return self.path.stat().st_size
        return len(self.data or b"")

    def error(self, problem: str, code: str, remedy: str = "") -> ReadError:
        """Return the error for a file that cannot be read.

        Args:
            problem: Problem, as the rest of a sentence that begins with the name of the file.
            code: Code of the error.
            remedy: Action for the user.

        Example:
            >>> raise InputFile("a.csv").error("has no header row", "MINE1", "export the table again")
            Traceback (most recent call last):
            capbuild.errors.ReadError: MINE1 a.csv: a.csv has no header row
              remedy: export the table again
        """
        return ReadError(f"{self.name} {problem}", code=code, origin=Origin(self.name), remedy=remedy)

    @property
    def suffix(self) -> str:
        """Last suffix of the name, such as `.csv`."""
        return PurePath(self.name).suffix.lower()

    def open(self) -> IO[bytes]:
        """Return the bytes as a stream."""
        return self.path.open("rb") if self.path is not None else io.BytesIO(self.data or b"")

    def digest(self) -> str:
        """Return the SHA-256 of the bytes, read in blocks."""
        with self.open() as stream:
            # both kinds of stream work here; the stubs have a narrower protocol
            return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]

    @cached_property
    def content(self) -> bytes:
        """All bytes at once; formats that can stream use `open`."""
        with self.open() as stream:
            return stream.read()

    @cached_property
    def start(self) -> bytes:
        """First 64 KiB, read once."""
        with self.open() as stream:
            return stream.read(_START)

    @cached_property
    def first_lines(self) -> bytes:
        """First lines of the file, to detect its format.

        There are at least four lines, unless the file is shorter or they exceed 1 MiB.
        """
        if len(self.start) < _START or self.start.count(b"\n") >= _LINES:
            return self.start
        with self.open() as stream:
            return b"".join(stream.readline(_LONGEST) for _ in range(_LINES))[:_LONGEST]

    def head(self, size: int = 8192) -> bytes:
        """Return the first bytes, at most 64 KiB."""
        return self.start[:size]

    @cached_property
    def _infos(self) -> tuple[zipfile.ZipInfo, ...]:
        if not self.start.startswith(b"PK"):
            return ()
        try:
            with self.open() as stream, zipfile.ZipFile(stream) as archive:
                self.limits.check_archive(self.name, archive.infolist())
                return tuple(archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
            return ()  # a damaged archive has no members; its reader reports it

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Member names of a zip archive.

        XLSX and ODS files are zip archives; other files have no members.

        Raises:
            LimitError: The archive exceeds the limits, or a member lies outside it.
        """
        for name in self.listed_members:
            check_member_name(self.name, name)
        return self.listed_members

    @property
    def listed_members(self) -> tuple[str, ...]:
        """Member names of a zip archive, valid or not.

        Members outside the archive are included, though they cannot be opened. Files of other formats have no members.

        Raises:
            LimitError: The archive exceeds the limits.
        """
        return tuple(info.filename for info in self._infos)

    @cached_property
    def unpacked_size(self) -> int:
        """Number of bytes, unpacked for a zip archive."""
        return max(self.size, sum(info.file_size for info in self._infos))

    def member(self, name: str) -> bytes:
        """Return the bytes of one archive member, within the limits.

        Raises:
            LimitError: The archive has no such member, it lies outside, or it or the archive exceeds the limits.
            ReadError: CB122, the member is damaged, or has a password.
        """
        with self.open_members() as unpack:
            return unpack(name)

    @contextmanager
    def open_members(self) -> Iterator[Callable[[str], bytes]]:
        """Open the archive once for many members.

        The result is a function that returns the bytes of a member. `member` would read the directory of the archive
        each time.

        Raises:
            LimitError: The function raises it as `member` does.
            ReadError: CB122, likewise.
        """
        with ExitStack() as stack:
            yield partial(self._unpack, stack, [])

    def _unpack(self, stack: ExitStack, opened: list[zipfile.ZipFile], name: str) -> bytes:
        check_member_name(self.name, name)
        if name not in self._member_sizes:
            raise LimitError(f"{self.name} has no member {name!r}", code="CB112")
        self.limits.check_size(f"{self.name}/{name}", self._member_sizes[name])
        try:
            if not opened:
                opened.append(stack.enter_context(zipfile.ZipFile(stack.enter_context(self.open()))))
            return unpack_member(opened[0], name)
        except Exception as error:  # each compression method raises its own
            raise ReadError(
                f"{name} cannot be unpacked: {error}",
                code="CB122",
                origin=Origin(self.name, sheet=name),
                remedy="ask for the archive again, without a password",
            ) from error

    @cached_property
    def _member_sizes(self) -> dict[str, int]:
        return {info.filename: info.file_size for info in self._infos}


def _written_size(reference: "ReferenceType[InputFile]") -> int | None:
    """Return the unpacked bytes of a file's cells.

    The result is None if columns are packed, or the file is gone.
    """
    source = reference()
    if source is None or source.start.startswith(_PACKED) or source.start[1:4] in _STATA:
        return None
    return source.unpacked_size


#: Items that a reader yields. A sheet's reconciliation follows the rows of that sheet.
ReadItem = Response | Questionnaire | Issue | SheetReconciliation


@frozen
class CellTable:
    """Table or sheet of raw cells.

    Returned forms and framework files are read from it.

    Attributes:
        name: Name of the sheet; empty for a text file.
        rows: Its rows from row 1, every cell as text.
        indents: Indentation of cells in steps or spaces, by row and column from 1.
        marks: Rows from 1 that the file hides or strikes through, with `hidden` or `struck through`.
    """

    name: str
    rows: tuple[tuple[str, ...], ...] = field(repr=False, converter=to_tuple)
    indents: FrozenMap[tuple[int, int], int] = field(factory=FrozenMap, repr=False, converter=to_map)
    marks: FrozenMap[int, str] = field(factory=FrozenMap, repr=False, converter=to_map)


@frozen(kw_only=True)
class ProgrammeDraft:
    """Programme read from a file, to start a folder.

    Attributes:
        programme: The programme, as far as the file describes it.
        options: Writer options with the rest, by name of the writer, as in `[reports.options]`.
        issues: Issues about content not understood or not kept.
    """

    programme: "Programme"
    options: FrozenMap[str, FrozenMap[str, Any]] = field(factory=FrozenMap, converter=to_map)
    issues: Issues = Issues()


@model(kw_only=True)
class DerivedAnswers:
    """Answers derived from other answers.

    For example, a region is derived from a place.

    Attributes:
        question: The question, with a new id; its mappings count like others.
        values: Value, or kind of missing, by response id; other responses have no answer.
    """

    question: Question
    values: FrozenMap[str, AnswerValue] = field(converter=to_map)


@frozen(kw_only=True)
class NoOptions:
    """Options of readers and writers without any."""


@frozen(kw_only=True)
class Companion:
    """File that defines the columns of a data file.

    An example is a data dictionary.

    The host opens it within the limits, and sets the option to an `InputFile`; without a file the option keeps its
    default. If the user names none, the host searches next to the data, and a note names the file used.

    Attributes:
        option: Option of the reader for it, such as `definition`.
        patterns: Names to search for next to the data, the likeliest first, with `*` and `?`; `{stem}` is the name of
            the data file without its suffix. Without patterns the user must name it.
        explains: True if a file (second argument) describes the data (first), by content; None: a unique matching name
            is enough.

    Example:
        >>> Companion(option="dictionary", patterns=("{stem}.dcf", "*.dcf")).patterns[0]
        '{stem}.dcf'
    """

    option: str = field(validator=identifier)
    patterns: tuple[str, ...] = field(default=(), converter=to_tuple)
    explains: Callable[[InputFile, InputFile], bool] | None = None


@frozen
class LazyFunction:
    """Function of a plugin, imported on its first call.

    A plugin can thus register a costly parser without importing it.

    Attributes:
        home: Its module and name, as in an entry point.

    Example:
        >>> LazyFunction("capbuild.formats:fold_word")("  Yes ")
        'yes'
    """

    home: str = field(validator=identifier)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Import the function, and call it."""
        return import_object(self.home)(*args, **options)


@frozen(kw_only=True, eq=False)
class Reader:
    """Reader of a survey format.

    Attributes:
        name: Name for `format=`, in kebab case.
        title: Display name.
        sniff: Examines the start of a file; returns a claim, or None. One that raises `ReadError` claims nothing; the
            error is shown if no reader claims the file.
        read: Yields responses, questionnaires, issues and reconciliations of sheets. A bad row is an issue; a bad file
            raises `ReadError`.
        scan: Returns the same answers as a columnar table, if there is a fast path.
        draft: Returns a draft of a file's layout as text, to correct and pass as an option.
        cells: Returns the tables of a file as raw cells.
        facts: Returns counts of a file by name, in terms of its format: plain values, lists, tables.
        options: An attrs class of options.
        suffixes: Usual suffixes, for messages.
        companions: Companion files, each with its option.
        experimental: True if it was not tested with real files.
    """

    name: str = field(validator=identifier)
    title: str = field(validator=identifier)
    sniff: Callable[[InputFile], Claim | None]
    read: Callable[[InputFile, Any], Iterable[ReadItem]]
    scan: Callable[[InputFile, Any], Any] | None = None
    draft: Callable[[InputFile], str] | None = None
    cells: Callable[[InputFile], Iterable[CellTable]] | None = None
    facts: Callable[[InputFile], Mapping[str, Any]] | None = None
    options: type = NoOptions
    suffixes: tuple[str, ...] = field(default=(), converter=to_tuple)
    companions: tuple[Companion, ...] = field(default=(), converter=to_tuple)
    experimental: bool = False


@frozen
class OutputFile:
    """One file of a writer's output.

    Attributes:
        name: Path below the target folder, with `/`.
        chunks: Its content, all text or all bytes.
    """

    name: str
    chunks: Iterable[str] | Iterable[bytes] = field(eq=False)


@frozen(kw_only=True, eq=False)
class RenderContext:
    """Context of a writer, in addition to its subject.

    Attributes:
        language: Language of the output.
        audience: Audience of the output.
        programme: The programme, for titles, notices and the disclosure policy.
        dossier: Needs, plan, change and training, as content of reports.
        sections: Returns sections that plugins add to a report.
        kind: Kind of report, of `capbuild.reports.kinds`; empty for the subject's default. Only for writers with
            `reports`.
        country: Name or code of a profile's country, if the subject has several.
        period: First and last day of a donor report; None for the programme up to the round.
        pages: Addresses of other documents by kind of report, for links; `{country}` is replaced by the alpha-2 code.
        settings: Further facts, such as the software version.
        progress: Progress callback; may raise to cancel. The host calls it for each part that a writer yields; writers
            may call it during long parts.
        shared: Cache shared by several writers of the same subject; None for one writer.
        issues: Issues of the output. Limits of a format are declared by `Writer.loses`.
        rounds: All rounds reported to the audience; combined, they must not disclose withheld results. Default: the
            round that is written, and the earlier one of the dossier.
        publications: Earlier publications by audience, a `capbuild.disclosure.Publications`; the new one is added. None
            if there is no register.
        disclosure: Limits on the data shown, a `capbuild.disclosure.Disclosure`. The host sets it before it calls a
            writer; subject, programme and dossier then contain no more than that. None before.
    """

    language: str = "en"
    audience: str = "team"
    programme: Any = None
    dossier: "Dossier" = field(factory=_empty_dossier)
    sections: Callable[[Any, str], Iterable[Any]] = field(default=lambda _report, _audience: ())
    kind: str = ""
    country: str = ""
    period: tuple[datetime.date, datetime.date] | None = None
    pages: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    settings: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    progress: Progress | None = None
    shared: RenderCache | None = None
    issues: list[Issue] = field(factory=list, repr=False)
    rounds: "tuple[AssessmentSet, ...]" = field(default=(), converter=to_tuple)
    publications: Any = None
    disclosure: Any = None

    def is_invented(self, *subjects: object) -> bool:
        """True if the programme or a subject has invented answers.

        Every output must then show a notice.

        Args:
            subjects: Objects that are shown.
        """
        all_shown = (*subjects, self.programme, self.dossier.earlier, self.dossier.needs)
        return any(bool(getattr(shown, "invented", False)) for shown in all_shown)

    def once(self, key: Hashable, make: Callable[[], T], *, any_language: bool = False) -> T:
        """Return a value that is computed once and then cached.

        Args:
            key: The key, such as a package name and a word.
            make: Computes the value, which must not be changed afterwards.
            any_language: Whether it is the same in every language.
        """
        cache = self.shared
        if cache is not None and any_language and cache.common is not None:
            cache = cache.common
        return make() if cache is None else cache.get(key, make)


#: Kinds of content of surveys that a format can lose: of the form, of responses, and of answers.
LOSS_KINDS = (
    "questions", "names of questions", "kinds of question", "order of questions", "texts", "languages of texts",
    "texts in other languages", "states of translations", "choices", "order of choices", "absences among choices",
    "scores of choices", "exclusive and other choices", "groups", "names of groups", "order of groups",
    "groups within groups", "groups of questions", "blocks that repeat", "rows and details of questions",
    "required answers", "skip rules", "wording of skip rules", "units and limits", "dimensions of questions",
    "personal marks", "mappings", "answers of an earlier round", "marks of what is inferred", "languages of the form",
    "id of the form", "version of the form",
    "responses", "ids of responses", "order of responses", "countries", "countries as written", "respondents",
    "details of respondents", "languages of answers", "dates of responses", "times of sending", "states of responses",
    "forms that responses name", "versions that responses name",
    "answers", "answers of repeated blocks", "values", "zones of times", "kinds of missing", "texts as written",
    "comments", "citations",
)  # fmt: skip


def _check_losses(instance: "Writer", _attribute: object, value: tuple[str, ...] | None) -> None:
    models = [cls for cls in instance.accepts if has(cls)] if any("." in kind for kind in value or ()) else []
    known = (*LOSS_KINDS, *(f"{cls.__name__}.{attribute.alias}" for cls in models for attribute in fields(cls)))
    unknown = next((kind for kind in value or () if kind not in known), None)
    if unknown is not None:
        raise ValueError(f"Writer.loses: {unknown!r} is no kind of loss{did_you_mean(unknown, known)}")


@frozen(kw_only=True, eq=False)
class Writer:
    """Writer of an output format.

    Attributes:
        name: Name for `format=`, in kebab case.
        title: Display name.
        accepts: Classes it can write.
        write: Yields text, or bytes, or `OutputFile` objects. The host owns paths and atomic replacement.
        suffixes: Suffixes that select it.
        options: An attrs class of options.
        discloses: True if it shows an audience only data allowed by the policy. Other writers are used for audiences
            that the policy names by default only, such as the team.
        reports: True if it renders the report model, and so every kind of report. Other writers never receive a kind.
        aliases: Alternative names, such as `markdown` for `md`.
        loses: Content that the format cannot store at all or in full; empty if it stores everything, None if unknown.
            Kinds of `LOSS_KINDS` for surveys and questionnaires; fields for other classes, such as `Programme.rounds`.
    """

    name: str = field(validator=identifier)
    title: str = field(validator=identifier)
    accepts: tuple[type, ...] = field(converter=to_tuple)
    write: Callable[[Any, RenderContext, Any], Iterable[str] | Iterable[bytes] | Iterable[OutputFile]]
    suffixes: tuple[str, ...] = field(default=(), converter=to_tuple)
    options: type = NoOptions
    discloses: bool = False
    reports: bool = False
    aliases: tuple[str, ...] = field(default=(), converter=to_tuple)
    loses: tuple[str, ...] | None = field(default=None, converter=optional(to_tuple), validator=_check_losses)


@frozen(kw_only=True, eq=False)
class ChartKind:
    """Kind of chart.

    Attributes:
        name: Name for `capbuild.charts.draw`, in kebab case.
        title: Display name.
        accepts: Classes it can draw.
        draw: Takes the subject, a `language` by keyword, and settings of its own; returns an Altair chart, which
            `capbuild.charts.finish_chart` gives the look of the others.
    """

    name: str = field(validator=identifier)
    title: str = field(validator=identifier)
    accepts: tuple[type, ...] = field(converter=to_tuple)
    draw: Callable[..., Any]


#: Maximum files of a folder to examine, most similar names first.
_MOST = 20


def find_companion(companion: Companion, source: InputFile) -> InputFile | None:
    """Return the companion of a data file.

    The result is None if there is no companion or no unique best one. The host searches before it reads; a reader calls
    this only to claim a file by its companions.

    Args:
        companion: The companion to search for.
        source: The data file; without a path it has no companions.
    """
    input_files = list_companions(companion, source)
    return input_files[0] if len(input_files) == 1 else None


def list_companions(companion: Companion, source: InputFile) -> tuple[InputFile, ...]:
    """Return the equally good companions of a data file.

    These match the first pattern that any file matches; of those that `explains` accepts, only the ones with the
    longest common start of the name are returned. Without `explains`, a data file with a suffix of the patterns is
    itself a companion, and has none.

    Args:
        companion: The companion to search for.
        source: The data file.

    Raises:
        LimitError: A companion found by name alone exceeds the limits.
    """
    if source.path is None or source.path.is_dir():
        return ()
    own, explains = source.path, companion.explains
    if explains is None and source.suffix in {PurePath(pattern).suffix.lower() for pattern in companion.patterns}:
        return ()
    try:
        paths = [path for path in own.parent.iterdir() if path.name != own.name and path.is_file()]
    except OSError:
        return ()
    for pattern in companion.patterns:
        wanted = pattern.replace("{stem}", _escape(own.stem)).casefold()
        fitting = [path for path in paths if fnmatchcase(path.name.casefold(), wanted)]
        fitting.sort(key=lambda path: (-_beginning(own, path), path.name))
        if explains is None and fitting:
            return tuple(_open(path, source) for path in fitting if path.stat().st_size)
        small = [path for path in fitting if 0 < path.stat().st_size <= source.limits.file_size][:_MOST]
        files = [file for file in (_open(path, source) for path in small) if explains and explains(source, file)]
        if files:
            nearest = max(_beginning(own, Path(input_file.name)) for input_file in files)
            return tuple(input_file for input_file in files if _beginning(own, Path(input_file.name)) == nearest)
    return ()


def _open(path: Path, source: InputFile) -> InputFile:
    name = PurePath(source.name).with_name(path.name).as_posix()
    return InputFile(name, path=path, limits=source.limits, folder=source.folder)


def _escape(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)


def _beginning(one: Path, other: Path) -> int:
    """Return the length of two names' common prefix."""
    pairs = zip(one.stem.casefold(), other.stem.casefold(), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
