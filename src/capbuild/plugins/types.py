"""Descriptors that plugins return: frozen classes with functions."""

import datetime
import hashlib
import io
import zipfile
from collections.abc import Callable, Hashable, Iterable, Mapping
from enum import IntEnum
from functools import cached_property, partial
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any, TypeVar
from weakref import ReferenceType, ref

from attrs import evolve, field, frozen

from capbuild._typed import model
from capbuild.checks import identifier, to_map, to_tuple
from capbuild.errors import LimitError, ReadError
from capbuild.frozen import FrozenMap
from capbuild.model import AnswerValue, Issue, Issues, Question, Questionnaire, Response, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins.limits import ReadBudget, ReadLimits
from capbuild.plugins.progress import Progress
from capbuild.plugins.render_cache import RenderCache

if TYPE_CHECKING:
    from capbuild.model import AssessmentSet, Dossier, Programme

__all__ = [
    "CellTable",
    "Claim",
    "Companion",
    "Confidence",
    "DerivedAnswers",
    "InputFile",
    "NoOptions",
    "OutputFile",
    "ProgrammeDraft",
    "ReadItem",
    "Reader",
    "RenderContext",
    "Writer",
]

#: Bytes that every file is looked at by, and lines of text; what they hold is not longer than that.
_START, _LINES, _LONGEST = 1 << 16, 4, 1 << 20
#: Starts of files whose columns are packed, so that a cell may take less than a bit: Parquet, SPSS, Stata.
_PACKED, _STATA = (b"PAR1", b"$FL3", b"$FL2", b"<stata_dta>"), (b"\1\1\0", b"\2\1\0")


T = TypeVar("T")


def _empty_dossier() -> "Dossier":
    # The dossier knows plans, training and networks: whoever only reads files does not pay for them.
    from capbuild.model import Dossier

    return Dossier()


class Confidence(IntEnum):
    """Confidence of a reader's claim, in three steps."""

    #: The name or the general kind fits: generic table readers.
    NAME = 1
    #: The shape fits: heads, keys.
    SHAPE = 2
    #: A mark that no other format has.
    SIGNATURE = 3


@frozen
class Claim:
    """Claim of a reader on a file.

    Attributes:
        confidence: How sure it is.
        why: What it saw, in a few words that are shown to the user.
    """

    confidence: Confidence
    why: str


@frozen(eq=False)
class InputFile:
    """Input file: a path or bytes, within limits and read-only.

    Attributes:
        name: Its name, as origins print it.
        data: Its bytes, when there is no path.
        path: Where it lies.
        limits: Limits in force.
        folder: Folder from which relative names of companion files count, and outside which none is opened; None for
            no such bound, and the process's folder.

    Raises:
        LimitError: It is larger than the limits allow.
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

    @property
    def size(self) -> int:
        """Number of bytes."""
        if self.path is not None:
            return self.path.stat().st_size
        return len(self.data or b"")

    @property
    def suffix(self) -> str:
        """Last suffix of the name in lower case, such as `.csv`."""
        return PurePath(self.name).suffix.lower()

    def open(self) -> IO[bytes]:
        """Return the bytes as a stream."""
        return self.path.open("rb") if self.path is not None else io.BytesIO(self.data or b"")

    def digest(self) -> str:
        """Return the SHA-256 of the bytes, read in blocks."""
        with self.open() as stream:
            # Both kinds of stream have what is asked of one here; the stubs know a narrower protocol.
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
        """First four lines at least, within 64 KiB to 1 MiB."""
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
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return ()  # what is damaged has no members; its reader says so

    @cached_property
    def members(self) -> tuple[str, ...]:
        """Names in a zip archive (also XLSX and ODS), or empty.

        Raises:
            LimitError: It is larger, deeper or fuller than the limits allow.
        """
        return tuple(info.filename for info in self._infos)

    @property
    def unpacked_size(self) -> int:
        """Number of bytes, of a zip archive when unpacked."""
        return max(self.size, sum(info.file_size for info in self._infos))

    def member(self, name: str) -> bytes:
        """Return the bytes of one archive member, within the limits.

        Raises:
            LimitError: The archive has no such member, or is larger than the limits allow.
            ReadError: CB122, the member is damaged, or has a password.
        """
        if name not in self.members:
            raise LimitError(f"{self.name} has no member {name!r}", code="CB112")
        try:
            with self.open() as stream, zipfile.ZipFile(stream) as archive:
                return archive.read(name)
        except Exception as error:  # each way of packing raises its own
            raise ReadError(
                f"{name} cannot be unpacked: {error}",
                code="CB122",
                origin=Origin(self.name, sheet=name),
                remedy="ask for the archive again, without a password",
            ) from error


def _written_size(reference: "ReferenceType[InputFile]") -> int | None:
    """Return the bytes in which the cells of a file are written; None where columns are packed, or it is gone."""
    source = reference()
    if source is None or source.start.startswith(_PACKED) or source.start[1:4] in _STATA:
        return None
    return source.unpacked_size


#: What a reader yields. A sheet's account comes after the rows of that sheet.
ReadItem = Response | Questionnaire | Issue | SheetReconciliation


@frozen
class CellTable:
    """Table or sheet of raw cells, for returned forms and frameworks.

    Attributes:
        name: Name of the sheet; empty for a text file.
        rows: Its rows from row 1 on, every cell as text.
        indents: Steps or spaces by which cells are indented, by row and column from 1.
    """

    name: str
    rows: tuple[tuple[str, ...], ...] = field(repr=False, converter=to_tuple)
    indents: FrozenMap[tuple[int, int], int] = field(factory=FrozenMap, repr=False, converter=to_map)


@frozen(kw_only=True)
class ProgrammeDraft:
    """Programme described by a file, to start a folder with.

    Attributes:
        programme: The programme, as far as the file says it.
        options: Options of writers that hold the rest, by the name of the writer, as `[reports.options]` has them.
        issues: What was not understood or not kept.
    """

    programme: "Programme"
    options: FrozenMap[str, FrozenMap[str, Any]] = field(factory=FrozenMap, converter=to_map)
    issues: Issues = Issues()


@model(kw_only=True)
class DerivedAnswers:
    """Answers to one question that follow from others, such as a region from a place.

    Attributes:
        question: The question, with an id that the survey does not have; its mappings count like any other.
        values: Value, or kind of missing, by id of the response; a response that is not named has no answer to it.
    """

    question: Question
    values: FrozenMap[str, AnswerValue] = field(converter=to_map)


@frozen(kw_only=True)
class NoOptions:
    """Options of readers and writers without any."""


@frozen(kw_only=True)
class Companion:
    """File beside a data file that says what its columns mean: a dictionary, a definition.

    The host opens it, within the limits, and sets the option to an `InputFile`; without one the option keeps its
    default. Where the user names none, it is looked for beside the data, and a note says which file is used.

    Attributes:
        option: Option of the reader that holds it, such as `definition`.
        patterns: Names to look for beside the data, the likeliest first, with `*` and `?`; `{stem}` is the name of the
            data file without its suffix. Without patterns it must be named.
        explains: Whether a file (the second) describes the data (the first), by what both hold; None: the name is
            enough, where no other file has one that fits.

    Example:
        >>> Companion(option="dictionary", patterns=("{stem}.dcf", "*.dcf")).patterns[0]
        '{stem}.dcf'
    """

    option: str = field(validator=identifier)
    patterns: tuple[str, ...] = field(default=(), converter=to_tuple)
    explains: Callable[[InputFile, InputFile], bool] | None = None


@frozen(kw_only=True, eq=False)
class Reader:
    """Survey format that can be read.

    Attributes:
        name: Name for `format=`, in kebab case.
        title: Name for people.
        sniff: Looks at the head of a file and claims it, or returns None.
        read: Yields responses, questionnaires, issues and accounts of sheets. A bad row is an issue; a bad file
            raises `ReadError`.
        scan: Returns the same answers as a columnar table, where there is a fast path.
        draft: Returns a draft of how a file is laid out, as text that a person corrects and gives back as an option.
        cells: Returns the tables of a file as their cells stand.
        facts: Returns what can be counted in a file, by name, in the words of its format: plain values, lists, tables.
        options: An attrs class of options.
        suffixes: Usual suffixes, for messages.
        companions: Files that describe the data, each with the option that holds it.
        experimental: Whether it was tried on no file from the field.
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
    """Context of a writer beside the object it writes.

    Attributes:
        language: Language of the output.
        audience: Who it is for.
        programme: The programme, for titles, notices and the disclosure policy.
        dossier: Needs, plan, change and training, for reports to draw on.
        sections: Sections that plugins add to a report (asked of the host).
        kind: What kind of report is asked for, of `capbuild.reports.kinds`; empty for the one that the subject has of
            its own. Only for writers that say `reports`.
        country: Name or code of the country that a profile is of, where the subject holds several.
        period: First and last day that a report to a donor covers; None for the programme up to the round.
        pages: Addresses of the documents beside this one by kind of report, for links between them; `{country}` stands
            for the alpha-2 code.
        settings: Further facts, such as the software version.
        progress: Told how far the work has come; may raise to cancel it. The host tells it of each part that a writer
            yields; a writer that is long over one part may tell it too.
        shared: Keeps what several writers of the same make of it; None where there is one writer.
        issues: What a person should know of the output; a writer adds what its format cannot hold.
        rounds: All rounds of which the audience gets reports: what is shown of one must not tell, beside the others,
            what is withheld. The one that is written, and the earlier one of the dossier, where they are not given.
        publications: What every audience was given before, a `capbuild.disclosure.Publications`; what is given now is
            added to it. None where nothing is kept of that.
        disclosure: What the audience is shown and what is withheld from it, a `capbuild.disclosure.Disclosure`, where
            what is written, the programme and the dossier hold no more than that. The host sees to it before it
            calls a writer; None before.
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
        """True if answers are invented.

        By the programme, or by what is shown. Every output says so then.

        Args:
            subjects: What is shown.
        """
        every = (*subjects, self.programme, self.dossier.earlier, self.dossier.needs)
        return any(bool(getattr(one, "invented", False)) for one in every)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the cached value of a key for subject and context.

        Args:
            key: What it is, such as the name of the package that makes it and a word.
            make: Makes it; nothing may change it afterwards.
        """
        return make() if self.shared is None else self.shared.get(key, make)


@frozen(kw_only=True, eq=False)
class Writer:
    """Format that can be written.

    Attributes:
        name: Name for `format=`, in kebab case.
        title: Name for people.
        accepts: Classes it can write.
        write: Yields text, or bytes, or `OutputFile` objects. The host owns paths and atomic replacement.
        suffixes: Suffixes by which it is chosen.
        options: An attrs class of options.
        discloses: Whether it shows an audience only what the policy lets it see. A writer that does not is never
            asked to write for others than those the policy names by default, such as the team.
        reports: Whether it renders the report model, and so every kind of report. One that does not is never asked
            for a kind.
        aliases: Other names that people type, such as `markdown` for `md`.
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
