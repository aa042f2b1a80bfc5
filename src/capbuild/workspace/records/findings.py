"""Findings of assessors: tables by criterion or indicator, and the registers of visits, meetings and desk reviews."""

import csv
import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from attrs import define, evolve, field

from capbuild.documents.toml import TomlTable, load_toml
from capbuild.errors import CapbuildError, ReadError, did_you_mean
from capbuild.frameworks.spreadsheets.headers import name_judgement_columns
from capbuild.io.cells import read_cells
from capbuild.model import (
    Country,
    Evidence,
    EvidenceKind,
    Finding,
    Framework,
    Issue,
    Meeting,
    Missing,
    Source,
    SourceKind,
    Visit,
)
from capbuild.origin import Origin
from capbuild.plugins import CellTable
from capbuild.scoring.answer_words import names_evidence
from capbuild.scoring.finding_rows import FindingParser, FindingRow
from capbuild.text import Text, as_text
from capbuild.workspace.paths import find_named_file
from capbuild.workspace.records.evidence import EvidenceStore
from capbuild.workspace.records.folder_tables import VISIT_FINDINGS
from capbuild.workspace.records.plain_tables import PlainTable, decode_text, read_plain_table, split_table
from capbuild.workspace.records.table import Places, check_table, load_plain_table, load_sheet_table

#: Columns that a checklist prints as help, without data on the country.
QUIET = ("why", "text", "check")
#: Alternative names of columns in checklists and tables of judgements.
_SAME = {"evidence": "evidence_title", "level": "answer", "verdict": "answer"}

#: All columns that a findings table may have.
_KNOWN = (*VISIT_FINDINGS.columns, *QUIET, *_SAME, "indicator", "country", "assessor")

#: Suffixes of such tables. Workbooks up to this size are opened to check their first rows.
_TEXTS, _WORKBOOKS = (".csv", ".tsv", ".txt"), (".xlsx", ".xlsm", ".ods")
_LARGEST, _TOP = 2**20, 20

_FILL_IN = "fill it in, or delete the row"

Place = Callable[[str, Origin], Country | None]


def has_judgements(header: Collection[str]) -> bool:
    """True for the header of a judgement table.

    Such a table has an indicator and a level, but no criterion.
    """
    return "criterion" not in header and "indicator" in header and bool({"level", "answer"}.intersection(header))


def has_assessors(path: Path, name: str) -> bool:
    """True if a file has a table that names assessors.

    Text files and small workbooks are checked.
    """
    suffix = path.suffix.lower()
    if suffix in _TEXTS:
        return _has_assessor_names(_read_header(path, name, "assessor")) or _read_judgements(path, name) is not None
    return suffix in _WORKBOOKS and path.stat().st_size <= _LARGEST and _find_sheet(path, name) is not None


def _has_assessor_names(header: Collection[str]) -> bool:
    return "assessor" in header and bool({"indicator", "criterion"}.intersection(header))


def _is_under_our_names(header: Collection[str]) -> bool:
    """True if a header has our column names.

    It has criteria, or judgements without other columns, such as an id next to the indicator.
    """
    return "criterion" in header or (has_judgements(header) and {*header} <= {*_KNOWN, ""})


def _find_sheet(path: Path, name: str) -> tuple[CellTable, bool] | None:
    """Return the sheet with assessors, and whether it has judgements.

    The result is None if the workbook has no such sheet.
    """
    try:
        sheets = read_cells(path, name=name)
    except CapbuildError:
        return None
    for sheet in sheets:
        for position, row in enumerate(sheet.rows[:_TOP]):
            header = {cell.strip().lower() for cell in row}
            named = None if _is_under_our_names(header) else name_judgement_columns(row)
            if named is not None:
                return evolve(sheet, rows=(*sheet.rows[:position], named, *sheet.rows[position + 1 :])), True
            if _has_assessor_names(header):
                return sheet, has_judgements(header)
    return None


def _read_header(path: Path, name: str, column: str) -> tuple[str, ...]:
    """Return the column names of a table."""
    try:
        return read_plain_table(path, name, [column]).header
    except (OSError, ReadError, csv.Error):
        return ()


def _read_judgements(path: Path, name: str) -> PlainTable | None:
    """Read a judgement table with its columns renamed to ours.

    The result is None if the file has no judgement table, or already has our column names.
    """
    try:
        text, _, issue = decode_text(path.read_bytes(), name)
        header = _read_header(path, name, "assessor")
        if _is_under_our_names(header):
            return None
        if split_table("".join(text.splitlines(keepends=True)[:_TOP]), name_judgement_columns)[1] is None:
            return None
        rows, top, delimiter = split_table(text, name_judgement_columns)
    except (OSError, ReadError, csv.Error):
        return None
    named = None if top is None else name_judgement_columns(rows[top])
    if top is None or named is None:
        return None
    stripped = [tuple(cell.strip() for cell in row) for row in rows]
    stripped[top] = named
    return PlainTable(rows=stripped, top=top, delimiter=delimiter, issue=issue)


@define
class FindingsTable:
    """Reader of one findings table.

    Attributes:
        framework: Framework of the findings.
        issues: Collects problems.
        evidence: Evidence, by country.
        store: Evidence kept by the programme.
    """

    framework: Framework
    issues: list[Issue]
    evidence: dict[Country, list[Evidence]] = field(factory=dict)
    store: EvidenceStore = EvidenceStore()
    _rows: FindingParser = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._rows = FindingParser(self.framework, self.issues, "CB603")

    def read(self, path: Path, name: str, source: Source, place: Place) -> Iterator[Finding]:
        """Yield the findings of a table.

        Args:
            path: The file.
            name: File name for origins.
            source: Source of the findings; gives the country if the table has no country column.
            place: Resolves the text of a country column.
        """
        header, rows, sheet = self._read_lines(path, name)
        findings: dict[tuple[object, ...], Finding] = {}
        self._rows.fit_shares(FindingRow(cells, {}) for _, cells in rows)
        for row, cells in rows:
            at = {column_name: Origin(name, sheet, row, column) for column, column_name in enumerate(header, start=1)}
            country = place(cells["country"], at["country"]) if cells.get("country") else source.country
            self._check_filled(cells, at, source)
            if country is not None and cells.get("criterion"):
                finding_row = FindingRow(cells, at)
                finding = self._rows.parse_finding(finding_row, source, country)
                if finding is not None:
                    finding = self._check_repeated(finding, findings)
                    cited = self._register_evidence(finding_row, source, country)
                    support = self._keep(country, self.store.find_support(finding))
                    yield evolve(finding, evidence=dict.fromkeys((*cited, *support)))
        self._rows.report_unread()

    def _check_filled(self, cells: Mapping[str, str], at: Mapping[str, Origin], source: Source) -> None:
        """Report an answer whose country, criterion or assessor is blank."""
        if not cells.get("answer"):
            return
        for column, what in (("country", "country"), ("criterion", "criterion or indicator")):
            if not cells.get(column) and (column != "country" or source.country is None):
                self._rows.add_error(
                    f"the row names no {what}: it was not read", at.get(column, at["answer"]), _FILL_IN
                )
        if "assessor" in at and not cells.get("assessor"):
            message = "the row names no assessor: it counts as one of its own"
            self._rows.issues.append(Issue.warning("CB603", message, at["assessor"], "write a role or a pseudonym"))

    def _check_repeated(self, finding: Finding, findings: dict[tuple[object, ...], Finding]) -> Finding:
        """Check a finding against the assessor's earlier one.

        It becomes invalid if both are of the same day and their values differ. Of two records of a consensus, the
        lower value counts, with a warning.
        """
        if finding.respondent is None or isinstance(finding.value, Missing):
            return finding
        speaker = "consensus" if finding.consensus else finding.respondent
        first = findings.setdefault((finding.country, finding.target, speaker, finding.as_of), finding)
        if first.value == finding.value:
            return finding
        row = "" if first.origin is None else f" in row {first.origin.row}"
        message = f"{finding.country.name}: {finding.target}: {finding.respondent!r} gives {finding.value} here and "
        if finding.consensus:
            message += f"{first.value}{row}; the lower counts"
            remedy = "remove one, or write the day of each in as_of: the latest counts"
            self._rows.issues.append(Issue.warning("CB672", message, finding.origin, remedy))
            return finding
        message += f"{first.value}{row}; the first counts"
        self._rows.add_error(
            message, finding.origin, "remove one; what the assessors agreed on has the assessor consensus"
        )
        return evolve(finding, value=Missing.INVALID, raw=finding.raw or str(finding.value))

    def _read_lines(self, path: Path, name: str) -> tuple[list[str], list[tuple[int, dict[str, str]]], str | None]:
        """Read header, rows and sheet."""
        in_workbook = path.suffix.lower() in _WORKBOOKS
        sheet, judged = (_find_sheet(path, name) if in_workbook else None) or (None, False)
        named = None if in_workbook else _read_judgements(path, name)
        if sheet is not None:
            table = load_sheet_table(sheet, name, ["indicator" if judged else "criterion"], self.issues, _KNOWN)
        elif named is not None:
            judged = True
            table = check_table(named, name, ["indicator"], self.issues, _KNOWN)
        else:
            columns = _read_header(path, name, "indicator")
            judged = has_judgements(columns) or ("criterion" not in columns and "assessor" in columns)
            table = load_plain_table(path, name, ["indicator" if judged else "criterion"], self.issues, _KNOWN)
        if table is None:
            return [], [], None
        if judged and not {"level", "answer", "verdict"}.intersection(table.header):
            message = f"{name} has no column 'level': nothing in it was read"
            origin = Origin(name, None if sheet is None else sheet.name, row=(table.top or 0) + 1)
            self._rows.add_error(message, origin, "name the column with the level of each row level")
            return [], [], None
        same = {**_SAME, "indicator": "criterion"} if judged else _SAME
        header, days = [same.get(column, column) for column in table.header], table.days
        rows = [(row, dict(zip(header, cells, strict=False))) for row, cells in table.filled]
        for _, cells in rows:
            if cells.get("as_of"):
                cells["as_of"] = days.day(cells["as_of"]) or cells["as_of"]
        return header, rows, None if sheet is None else sheet.name

    def _keep(self, country: Country, items: Iterable[Evidence]) -> tuple[str, ...]:
        """Return the ids of evidence, after storing new items."""
        kept = self.evidence.setdefault(country, []) if (new_items := list(items)) else []
        kept += [item for item in new_items if item not in kept]
        return tuple(item.id for item in new_items)

    def _register_evidence(self, row: FindingRow, source: Source, country: Country) -> tuple[str, ...]:
        """Store a row's evidence, and return its ids."""
        title, link = row.cell_text("evidence_title"), row.cell_text("evidence_link")
        kind = self._rows.parse_enum(row, "evidence_kind", EvidenceKind) or EvidenceKind.DOCUMENT
        if not link and not names_evidence(title):
            return ()
        stored = self.store.find(filter(None, map(str.strip, title.split(";"))), country) if title else []
        if stored:
            return self._keep(country, stored)
        kept = self.evidence.setdefault(country, [])
        name = f"{source.id}-e{len(kept) + 1}"
        kept.append(
            Evidence(
                id=name,
                kind=kind,
                title=Text(title or link, row.cell_text("note_language") or source.language or "und"),
                link=link,
                date=source.start,
                marking=row.cell_text("evidence_marking"),
                origin=row.at.get("evidence_title") or row.at.get("evidence_link"),
            )
        )
        return (name,)


#: Folder, register, its array, and kind of source.
REGISTERS = (
    ("visits", "visits", SourceKind.VISIT),
    ("meetings", "meetings", SourceKind.MEETING),
    ("desk", "reviews", SourceKind.DESK),
)
#: Tables next to the registers that are not findings.
_NOT_FINDINGS = ("needs.csv", "template.csv")


@define
class Fieldwork:
    """Reads fieldwork of assessors.

    Attributes:
        folder: The programme's folder.
        places: Resolves countries, and collects problems as issues.
        tables: Reads the findings tables, and stores their evidence.
        origins: Line of each occasion, by its id.
    """

    folder: Path
    places: Places
    tables: FindingsTable
    origins: dict[str, Origin] = field(factory=dict)

    def collect(
        self, round_id: str, files: dict[str, Path]
    ) -> Iterator[tuple[Source, Visit | Meeting | None, list[Finding]]]:
        """Yield a round's occasions with findings.

        Files that are used are added to `files`.
        """
        rounds = [round_.id for round_ in self.places.settings.programme.rounds]
        seen: set[object] = set()  # distinguishes findings of visits, meetings and desk reviews
        for folder, array, kind in REGISTERS:
            name = f"{folder}/{folder}.toml"
            path = self.folder / name
            top = load_toml(path, name, self.places.issues) if path.is_file() else None
            tables = list(top.tables(array)) if top is not None else []
            self._check_files(folder, {str(table.data.get("findings")) for table in tables})
            if top is None:
                continue
            files[name] = path
            top.report_unknown()
            for table in tables:
                if (own := table.data.get("id")) in seen:
                    table.add_error("id", f"{own!r} is the id of an earlier entry too", "give each its own id")
                    continue
                seen.add(own)
                of = table.get("round", str, rounds[0])
                if of not in rounds:
                    message = f"there is no round {of!r}{did_you_mean(of, rounds)}"
                    table.add_error("round", message, f"rounds are: {', '.join(rounds)}")
                elif of == round_id and not self._is_of_other_round(table, of):
                    yield from self._read_occasion(table, folder, kind, files)

    def _is_of_other_round(self, table: TomlTable, of: str) -> bool:
        """True if an entry without a round begins in another.

        An issue is added.
        """
        start, rounds = table.data.get("start"), {round_.id: round_ for round_ in self.places.settings.programme.rounds}
        day = start if type(start) is datetime.date and "round" not in table.data else None
        if (other := self.places.settings.find_other_round(day, rounds[of])) is None:
            return False
        message = f"{table.data.get('id')} began on {day}, in round {other.id!r}, and is not used in {of!r}"
        origin, remedy = table.origin("start"), f'add round = "{other.id}", or round = "{of}"'
        self.places.issues.append(Issue.warning("CB606", message, origin, remedy))
        return True

    def _check_files(self, folder: str, named: set[str]) -> None:
        """Warn about findings tables that no register names."""
        for path in sorted((self.folder / folder).glob("*.csv")):
            name = f"{folder}/{path.name}"
            if path.name not in (*named, *_NOT_FINDINGS):
                message = f"no entry of {folder}/{folder}.toml names {path.name}: it is not read"
                remedy = f'add findings = "{path.name}" to its entry, or take the file out'
                self.places.issues.append(Issue.warning("CB604", message, Origin(name), remedy))

    def _read_occasion(
        self, table: TomlTable, folder: str, kind: SourceKind, files: dict[str, Path]
    ) -> Iterator[tuple[Source, Visit | Meeting | None, list[Finding]]]:
        where = self.places(table.get("country", str, ""), table.origin("country"))
        people = tuple(
            place
            for text in table.names("participants")
            if (place := self.places(text, table.origin("participants"))) is not None
        )
        visit = partial(
            Visit, host=table.get("host", str, ""), sites=table.names("sites"), agenda=table.names("agenda")
        )
        meeting = partial(
            Meeting, level=table.get("level", str, ""), participants=people, minutes=as_text(table.text("minutes"))
        )
        makers: dict[SourceKind, Callable[..., Visit | Meeting]] = {
            SourceKind.VISIT: visit,
            SourceKind.MEETING: meeting,
        }
        findings_file, title = table.get("findings", str, ""), table.text("title", kind.value.capitalize())
        source = table.build(Source, kind=kind, title=title, country=where, respondent="", late=False)
        unplaced = kind is SourceKind.VISIT and where is None and table.get("country", str, "")
        if source is None or unplaced:  # an unknown country is one issue, not one a row
            return
        self.origins[source.id] = table.origin("id")
        findings: list[Finding] = []
        if findings_file:
            file = find_named_file(table, "findings", findings_file, self.places.settings.paths(self.folder), folder)
            if file is not None:
                name, files[file[0]] = file
                findings = list(self.tables.read(files[name], name, source, self.places))
        yield source, makers[kind](source=source) if kind in makers else None, findings
