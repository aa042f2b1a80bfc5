"""Findings from a tidy frame of any library."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from capbuild.display import TextDisplay
from capbuild.errors import CountryError, ModelError, ReadError, did_you_mean
from capbuild.formats.answer_table import cell_text
from capbuild.frames.rows import frame_rows
from capbuild.frames.tidy import FINDINGS
from capbuild.io import country
from capbuild.model import (
    ColumnUse,
    ColumnUsed,
    Country,
    Finding,
    FindingStatus,
    Framework,
    Interval,
    Issue,
    Issues,
    SheetReconciliation,
    Source,
    SourceKind,
)
from capbuild.origin import Origin
from capbuild.plugins import Host
from capbuild.scoring.finding_rows import FindingParser, FindingRow

_NEEDED = ("country", "criterion", "answer")
_HEADS = tuple(column.name for column in FINDINGS)
#: Alternative column names in the tidy set and in tables of scores.
_SAME = {"capacity": "criterion", "target": "criterion", "raw": "written"}
_DOES_NOT_FIT = "CB208"


@frozen(kw_only=True, repr=False)
class FindingsRead(TextDisplay):
    """Findings read from a frame, with issues.

    Attributes:
        findings: The findings, in the order of the rows.
        sources: Their sources: those given, and those only named in the frame.
        issues: Issues, each with row and column.
        account: Reconciliation of every row and column.

    Example: see `docs/reference/frames.md`.
    """

    findings: tuple[Finding, ...]
    sources: tuple[Source, ...]
    issues: Issues
    account: SheetReconciliation

    def __str__(self) -> str:
        return f"{len(self.findings)} findings from {len(self.sources)} sources; {self.issues}"


@define
class _FindingRows:
    """Rows of one frame as findings."""

    rows: FindingParser
    sources: dict[str, Source]
    default: Source | None
    column_names: Mapping[int, str]
    host: Host | None
    overrides: Mapping[str, str | None] | None
    column: frozenset[str]
    countries: dict[str, Country | None] = field(factory=dict)
    left_out: dict[str, int] = field(factory=dict)

    def read_finding(self, row: FindingRow) -> Finding | None:
        """Return the finding of a row."""
        if not row.cell_text("criterion"):
            self.leave_out("names no criterion", row, "criterion", "fill in the id of a criterion or capacity")
            return None
        place = self.read_country(row)
        if place is None:
            return None
        source = self.read_source(row)
        if source is None:
            self.leave_out("names no source", row, "source", "fill in a column `source`, or give source=")
            return None
        finding = self.rows.parse_finding(row, source, place, **self.extra_fields(row))
        if finding is None:
            self.count("is no finding")
        return finding

    def extra_fields(self, row: FindingRow) -> dict[str, Any]:
        """Return the fields of a finding that only frames have.

        These are status, respondent, evidence, interval and the first origin.
        """
        status = self.rows.parse_enum(row, "status", FindingStatus)
        read_from = self.origin(row)
        given = {
            "status": status,
            "respondent": row.cells.get("respondent"),
            "raw": row.cells.get("written"),
            "evidence": tuple(filter(None, row.cells.get("evidence", "").split("; "))) or None,
            "origin": read_from,
            "interval": self.read_interval(row),
        }
        own = {name: value for name, value in given.items() if value is not None}
        return own | ({"as_of": self.rows.parse_date(row, "as_of")} if "as_of" in self.column_names.values() else {})

    def origin(self, row: FindingRow) -> Origin | None:
        file = row.cells.get("file")
        line, column = self.rows.parse_integer(row, "row"), self.rows.parse_integer(row, "column")
        return Origin(file, row.cells.get("sheet"), line or None, column or None) if file else None

    def read_interval(self, row: FindingRow) -> Interval | None:
        """Return a row's interval, or report an invalid one."""
        lower, upper, nominal = (self.rows.parse_number(row, column) for column in ("lower", "upper", "nominal"))
        if lower is None or upper is None:
            return None
        try:
            return Interval(lower=lower, upper=upper, nominal=nominal)
        except ModelError as error:
            self.rows.add_error(error.message, row.at["lower"])
            return None

    def count(self, reason: str) -> None:
        self.left_out[reason] = self.left_out.get(reason, 0) + 1

    def leave_out(self, reason: str, row: FindingRow, column: str, remedy: str) -> None:
        self.count(reason)
        self.rows.add_error(f"the row {reason}", row.at[column], remedy)

    def read_country(self, row: FindingRow) -> Country | None:
        """Return a row's country, or report an unknown one."""
        text = row.cell_text("country")
        if not text:
            self.count("names no country")
            self.rows.add_error("the row names no country", row.at["country"], "fill in a name or an ISO code", "CB206")
            return None
        if text not in self.countries:
            try:
                self.countries[text] = country(text, overrides=self.overrides, column=self.column, host=self.host)
            except CountryError as error:
                self.countries[text] = None
                self.rows.add_error(error.message, row.at["country"], error.remedy or "", error.code)
        if self.countries[text] is None:
            self.count(f"country {text!r} is not known")
        return self.countries[text]

    def read_source(self, row: FindingRow) -> Source | None:
        """Return the source of a row.

        A source that is only named counts as a survey, so that its findings are claims.
        """
        name = row.cell_text("source")
        if not name:
            return self.default
        if name not in self.sources:
            kind = self.rows.parse_enum(row, "source_kind", SourceKind) or SourceKind.SURVEY
            self.sources[name] = Source(id=name, kind=kind, title=row.cells.get("source_title") or name)
        return self.sources[name]


def read_findings(
    frame: Any,
    framework: Framework,
    *,
    name: str = "frame",
    source: Source | None = None,
    sources: Iterable[Source] = (),
    overrides: Mapping[str, str | None] | None = None,
    host: Host | None = None,
) -> FindingsRead:
    """Return the findings of a frame, one per row.

    The columns are those of `to_polars("findings")`. `country`, `criterion` (or `capacity`) and `answer` are required,
    all others optional. Without a column `status`, a finding is confirmed only if its source could observe it; a source
    without a description counts as a survey.

    Args:
        frame: A frame of any library that narwhals knows; a lazy one is collected.
        framework: Framework of the findings, with answer words in all languages.
        name: Name for origins; row 2 is the first below the header, as in a sheet.
        source: Default source of findings.
        sources: Sources named in the column `source`.
        overrides: Spellings of countries with their alpha-2 codes.
        host: Plugin host, to resolve countries.

    Raises:
        ReadError: It is not a frame, or lacks a required column. Invalid rows are issues.
        CapbuildError: CB501, narwhals is not installed.
    """
    (_, header), *body = frame_rows(frame)
    named = {place: _format_column_name(cell) for place, cell in enumerate(header, start=1)}
    _check_columns(name, named)
    issues = _list_unknown_columns(name, named)
    known = {known_source.id: known_source for known_source in (*sources, *([] if source is None else [source]))}
    rows = FindingParser(framework, issues, _DOES_NOT_FIT)
    table = [_to_row(name, named, number, cells) for number, cells in body]
    column = frozenset(row.cell_text("country") for row in table)
    read = _FindingRows(rows, known, source, named, host, overrides, column)
    parsed = [read.read_finding(row) for row in table]
    rows.report_unread()
    findings = [finding for finding in parsed if finding is not None]
    used = {finding.source for finding in findings}
    return FindingsRead(
        findings=tuple(findings),
        sources=tuple(named_source for named_source in read.sources.values() if named_source.id in used),
        issues=Issues(issues),
        account=SheetReconciliation(
            rows_in=len(body),
            rows_out=len(findings),
            rows_left_out=read.left_out,
            columns=[_make_column(place, title) for place, title in named.items()],
        ),
    )


def _format_column_name(header: object) -> str:
    text = str(header).strip().lower()
    return _SAME.get(text, text)


def _check_columns(name: str, columns: Mapping[int, str]) -> None:
    present = list(columns.values())
    lacking = [column for column in _NEEDED if column not in present]
    duplicates = sorted({column for column in present if present.count(column) > 1})
    if lacking or duplicates:
        faults = [f"no column {column!r}" for column in lacking] + [f"two columns {column!r}" for column in duplicates]
        message = f"{name} has {' and '.join(faults)}; it has {', '.join(present) or 'none'}"
        remedy = f"a table of findings has the columns {', '.join(_HEADS)}; {', '.join(_NEEDED)} are needed"
        raise ReadError(message, origin=Origin(name, row=1), remedy=remedy)


def _list_unknown_columns(name: str, columns: Mapping[int, str]) -> list[Issue]:
    return [
        Issue.warning(
            _DOES_NOT_FIT,
            f"column {column!r} is not read{did_you_mean(column, _HEADS)}",
            Origin(name, row=1, column=place),
            "rename it to a column of findings, or leave it: it is ignored",
        )
        for place, column in columns.items()
        if column not in _HEADS
    ]


def _to_row(name: str, columns: Mapping[int, str], number: int, cells: Sequence[Any]) -> FindingRow:
    texts = {column: cell_text(cell) for column, cell in zip(columns.values(), cells, strict=True)}
    at = {column: Origin(name, row=number, column=place) for place, column in columns.items()}
    at = {**dict.fromkeys(_HEADS, Origin(name, row=number)), **at}
    return FindingRow({column: text for column, text in texts.items() if text is not None}, at)


def _make_column(place: int, column: str) -> ColumnUsed:
    uses = {"country": ColumnUse.COUNTRY, "criterion": ColumnUse.QUESTION, "answer": ColumnUse.ANSWER}
    column_use = uses.get(column, ColumnUse.METADATA if column in _HEADS else ColumnUse.IGNORED)
    reason = "no column of findings" if column_use is ColumnUse.IGNORED else ""
    return ColumnUsed(name=column, column=place, use=column_use, reason=reason)
