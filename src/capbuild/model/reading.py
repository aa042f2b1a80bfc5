"""Result of reading a survey file."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, overload

from attrs import field

from capbuild._lazy import provided
from capbuild._typed import model
from capbuild.checks import between, identifier, to_map, to_tuple
from capbuild.display import FrameConversion, HtmlPage, NotebookDisplay, counted
from capbuild.errors import CapbuildError, IssuesError
from capbuild.escaping import terminal_text
from capbuild.frozen import FrozenMap
from capbuild.model.questionnaire import PersonalData, Questionnaire
from capbuild.model.response import Response
from capbuild.model.survey_methods import SurveyMethods
from capbuild.origin import Origin


@model(kw_only=True)
class DetectedTable:
    """Table found in a sheet, with its layout.

    Attributes:
        sheet: Name of the sheet, empty for a text file.
        range: Its cells, such as `A4:F28`.
        shape: Kind of rows: `records`, `long`, `across`, `marks` or `form`.
        steps: The steps of the layout, as text.
        confidence: Probability, from 0 to 1, that the layout is correct, fitted on generated tables.
        runner_up: Shape of the next best layout, empty for none.
        margin: Difference in score from the runner-up.

    Example:
        >>> print(DetectedTable(sheet="Q2", range="A4:F28", shape="long", confidence=0.97))
        Q2!A4:F28: long, confidence 0.97
    """

    sheet: str = ""
    range: str = field(validator=identifier)
    shape: str = field(validator=identifier)
    steps: tuple[str, ...] = field(default=(), converter=to_tuple)
    confidence: float = field(default=1.0, validator=between(0, 1))
    runner_up: str = ""
    margin: float | None = None

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.range}" if self.sheet else self.range
        return f"{place}: {self.shape}, confidence {self.confidence:.2f}"


@model(kw_only=True)
class Layout(NotebookDisplay):
    """Tables of a file, with their layouts.

    Attributes:
        file: Name of the file.
        format: Name of its reader.
        sha256: Hash of its bytes.
        personal_dropped: True if personal data was left out.
        tables: The tables; empty for formats without tables to find.

    Example:
        >>> table = DetectedTable(range="A1:C9", shape="records", confidence=0.9, runner_up="long", margin=0.33)
        >>> Layout(file="a.csv", format="csv", tables=[table])
        Layout('a.csv', 1 table, confidence 0.90)
    """

    file: str
    format: str
    sha256: str = ""
    personal_dropped: bool = False
    tables: tuple[DetectedTable, ...] = field(default=(), converter=to_tuple)

    @property
    def confidence(self) -> float:
        """Confidence of the least certain table; 1 without tables."""
        return min((table.confidence for table in self.tables), default=1.0)

    def show(self, source: Any = None, *, options: Any = None) -> HtmlPage:
        """Draw each sheet with its cells coloured by use.

        The file is read again, since a survey does not keep cells. Personal data is hidden.

        Args:
            source: The file, as a path, bytes or a stream; by default its original location.
            options: Reader options of the original reading.

        Raises:
            ReadError: The file is missing, has changed, or gets another layout with these options.
            OptionError: It has no tables to draw.
        """
        page: HtmlPage = provided("layout_view")(self, source, options)
        return page

    def __repr__(self) -> str:
        tables = counted(len(self.tables), "table")
        return f"Layout({self.file!r}, {tables}, confidence {self.confidence:.2f})"


class Severity(StrEnum):
    """Severity of an issue: only errors certainly change results."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


_ORDER = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


@model(kw_only=True)
class Issue(NotebookDisplay):
    """Problem in a file that a person should know about.

    Attributes:
        code: Stable code, such as `CB201`.
        severity: Error, warning or note.
        message: Description.
        origin: Location.
        remedy: Remedy.

    Example:
        >>> print(Issue(code="CB201", severity="warning", message="'maybe' is not an answer to INF-1.2b.",
        ...             origin=Origin("wave1.xlsx", "Q2", 17, 4), remedy="correct the cell"))
        CB201 warning wave1.xlsx!Q2:D17: 'maybe' is not an answer to INF-1.2b. Remedy: correct the cell
    """

    code: str = field(validator=identifier)
    severity: Severity
    message: str
    origin: Origin | None = None
    remedy: str = ""

    @classmethod
    def error(cls, code: str, message: str, origin: Origin | None = None, remedy: str = "") -> "Issue":
        """Return an error; the fields in their order."""
        return cls(code=code, severity=Severity.ERROR, message=message, origin=origin, remedy=remedy)

    @classmethod
    def warning(cls, code: str, message: str, origin: Origin | None = None, remedy: str = "") -> "Issue":
        """Return a warning; the fields in their order."""
        return cls(code=code, severity=Severity.WARNING, message=message, origin=origin, remedy=remedy)

    @classmethod
    def note(cls, code: str, message: str, origin: Origin | None = None, remedy: str = "") -> "Issue":
        """Return a note; the fields in their order."""
        return cls(code=code, severity=Severity.NOTE, message=message, origin=origin, remedy=remedy)

    @classmethod
    def from_error(cls, error: CapbuildError, file: str = "") -> "Issue":
        """Return an error as an issue.

        Args:
            error: The error.
            file: Default file, if the error has no origin.
        """
        return cls.error(
            error.code, error.message, error.origin or (Origin(file) if file else None), error.remedy or ""
        )

    def __str__(self) -> str:
        place = f" {self.origin}" if self.origin is not None else ""
        cure = f" Remedy: {self.remedy}" if self.remedy else ""
        return terminal_text(f"{self.code} {self.severity.value}{place}: {self.message}{cure}")

    def __repr__(self) -> str:
        return f"Issue({str(self)!r})"


@model
class Issues(NotebookDisplay):
    """Issues in the order of discovery.

    Attributes:
        items: The issues.

    Example:
        >>> found = Issues([Issue(code="CB103", severity="error", message="The file is empty.")])
        >>> len(found), found.count("error"), found[0].code, bool(Issues())
        (1, 1, 'CB103', False)
    """

    items: tuple[Issue, ...] = field(default=(), converter=to_tuple)

    def count(self, severity: Severity | str) -> int:
        """Return the number of issues of a severity."""
        return sum(issue.severity == severity for issue in self.items)

    @property
    def worst_first(self) -> tuple[Issue, ...]:
        """Issues by severity, then in the order of discovery."""
        return tuple(sorted(self.items, key=lambda issue: _ORDER.index(issue.severity)))

    def raise_if(self, severity: Severity | str = Severity.ERROR) -> None:
        """Raise `IssuesError` for issues of a severity or worse.

        Raises:
            IssuesError: There is at least one such issue.
        """
        limit = _ORDER.index(Severity(severity))
        bad = [issue for issue in self.worst_first if _ORDER.index(issue.severity) <= limit]
        if bad:
            raise IssuesError(f"{len(bad)} issue{'s' if len(bad) != 1 else ''} of severity {severity} or worse", bad)

    def __add__(self, other: "Issues") -> "Issues":
        return Issues((*self.items, *other.items))

    @overload
    def __getitem__(self, place: int) -> Issue: ...

    @overload
    def __getitem__(self, place: slice) -> "Issues": ...

    def __getitem__(self, place: int | slice) -> "Issue | Issues":
        return Issues(self.items[place]) if isinstance(place, slice) else self.items[place]

    def __iter__(self) -> Iterator[Issue]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __str__(self) -> str:
        counts = Counter(issue.severity for issue in self.items)
        named = [f"{counts[s]} {s.value}{'s' if counts[s] != 1 else ''}" for s in _ORDER if counts[s]]
        return ", ".join(named) or "no issues"


class ColumnUse(StrEnum):
    """Use of a column by a reader."""

    COUNTRY = "country"
    RESPONDENT = "respondent"
    QUESTION = "question"
    ANSWER = "answer"
    METADATA = "metadata"
    REMARK = "remark"
    PERSONAL = "personal"
    IGNORED = "ignored"


@model(kw_only=True)
class ColumnUsed:
    """Column with its use.

    Attributes:
        name: Its name in the file.
        column: Its position, from 1.
        use: Its use.
        reason: Reason, if not obvious; always given for an ignored column.
        personal: Kind of personal data in it.
    """

    name: str
    column: int = field(validator=between(1))
    use: ColumnUse
    reason: str = ""
    personal: PersonalData | None = None


@model(kw_only=True)
class SheetReconciliation:
    """Reconciliation of one sheet, or of a text file's table.

    Attributes:
        sheet: Its name, empty for a text file.
        rows_in: Rows below the header.
        rows_out: Rows that became responses or parts of them.
        rows_left_out: Rows that did not, by reason.
        columns: Every column and its use.
        cells: Cells for answers, in the rows used.
        answers: Cells that became values.
        absent: Cells that became a kind of missing, by kind.
        left_out: Cells not used, by reason.
        skipped: Reason for skipping the whole sheet, if any.
        filled: Cells with content, counted before interpretation; 0 if the reader does not count them.
        buckets: Use of these cells, except those left out: answer, header, key, comment, title, private.
        tables: Tables found in it, with their layouts.
    """

    sheet: str = ""
    rows_in: int = field(default=0, validator=between(0))
    rows_out: int = field(default=0, validator=between(0))
    rows_left_out: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    columns: tuple[ColumnUsed, ...] = field(default=(), converter=to_tuple)
    cells: int = field(default=0, validator=between(0))
    answers: int = field(default=0, validator=between(0))
    absent: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    left_out: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    skipped: str = ""
    filled: int = field(default=0, validator=between(0))
    buckets: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    tables: tuple[DetectedTable, ...] = field(default=(), converter=to_tuple)

    @property
    def accounted(self) -> int:
        """Number of cells with a known use."""
        return self.answers + sum(self.absent.values()) + sum(self.left_out.values())

    @property
    def adds_up(self) -> bool:
        """True if every row and cell is accounted for."""
        rows = self.rows_out + sum(self.rows_left_out.values())
        cells = self.accounted == self.cells
        booked = not self.filled or sum(self.buckets.values()) + sum(self.left_out.values()) == self.filled
        return cells and booked and rows == self.rows_in


@model(kw_only=True)
class Reconciliation(NotebookDisplay):
    """Reconciliation of a whole file: everything is counted or reported.

    Attributes:
        sheets: One reconciliation per sheet.
    """

    sheets: tuple[SheetReconciliation, ...] = field(default=(), converter=to_tuple)

    @property
    def adds_up(self) -> bool:
        """True if every sheet adds up."""
        return all(sheet.adds_up for sheet in self.sheets)

    def total(self, name: str) -> int:
        """Return the sum of a count over all sheets.

        Args:
            name: Field of `SheetReconciliation`, such as `answers`.
        """
        values = (getattr(sheet, name) for sheet in self.sheets)
        return sum(value if isinstance(value, int) else sum(value.values()) for value in values)

    def __repr__(self) -> str:
        if not self.sheets:
            return "Reconciliation(no sheets)"
        rows, out, verdict = self.total("rows_in"), self.total("rows_out"), "" if self.adds_up else "does not add up"
        return f"Reconciliation({rows} rows in, {out} out, {self.total('cells')} cells, {verdict or 'adds up'})"


@model(kw_only=True)
class Survey(SurveyMethods, NotebookDisplay, FrameConversion):
    """Everything that a reader extracted from one file.

    Attributes:
        file: Name of the file.
        format: Name of the reader.
        why: Reason for choosing the reader.
        sha256: Hash of the bytes read.
        questionnaire: The form, given in the file or inferred.
        responses: The responses in file order.
        issues: Issues found.
        reconciliation: Reconciliation of rows, columns and cells.
        details: Properties of the file: dialect, encoding, versions.
        companions: Hash of each companion file, by name.
    """

    file: str
    format: str
    why: str = ""
    sha256: str = ""
    questionnaire: Questionnaire | None = None
    responses: tuple[Response, ...] = field(default=(), converter=to_tuple)
    issues: Issues = Issues()
    reconciliation: Reconciliation = Reconciliation()
    details: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)
    companions: FrozenMap[str, str] = field(factory=FrozenMap, converter=to_map)

    @property
    def layout(self) -> Layout:
        """Tables found in the file, with their layouts."""
        sheets = self.reconciliation.sheets
        return Layout(
            file=self.file,
            format=self.format,
            sha256=self.sha256,
            personal_dropped=any(sheet.buckets.get("private") for sheet in sheets),
            tables=[table for sheet in sheets for table in sheet.tables],
        )

    def __str__(self) -> str:
        counts = f"{counted(len(self.responses), 'response')}, {counted(len(self.questions), 'question')}"
        return terminal_text(f"{self.file}: {counts}, {self.issues} ({self.format})")
