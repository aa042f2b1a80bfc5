"""Findings of assessors: tables by criterion or indicator, and the registers of visits, meetings and desk reviews."""

import csv
import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path

from attrs import define, evolve, field, frozen

from capbuild.display import counted
from capbuild.documents.toml import TomlTable, load_toml
from capbuild.errors import CapbuildError, ReadError, did_you_mean
from capbuild.frameworks.spreadsheets.headers import fold, name_judgement_columns, read_judgement_line
from capbuild.frameworks.spreadsheets.template_reading import ASIDE
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
from capbuild.workspace.records.table import Places, check_table, load_plain_table

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
    small = suffix in _WORKBOOKS and path.stat().st_size <= _LARGEST
    return small and any(found is not None for _, found in _find_sheets(path, name))


def _has_assessor_names(header: Collection[str]) -> bool:
    return "assessor" in header and bool({"indicator", "criterion"}.intersection(header))


def _is_under_our_names(header: Collection[str]) -> bool:
    """True if a header has our column names.

    It has criteria, or judgements without other columns, such as an id next to the indicator.
    """
    return "criterion" in header or (has_judgements(header) and {*header} <= {*_KNOWN, ""})


#: Value and cell by column, from the lines above a table.
_Given = Mapping[str, tuple[str, tuple[int, int]]]


@frozen
class _JudgementTable:
    """Table of findings in rows of cells.

    Attributes:
        top: Index of its header row.
        header: Its column names; ours if the table is a foreign one.
        given: Values above it, by column.
        judged: Whether it has judgements of indicators, not of criteria.
    """

    top: int
    header: tuple[str, ...]
    given: _Given
    judged: bool = True


def _read_above(rows: Sequence[Sequence[str]]) -> _Given:
    """Return the country, assessor and day that lines above a table give for all its rows."""
    given: dict[str, tuple[str, tuple[int, int]]] = {}
    for number, row in enumerate(rows, start=1):
        if (line := read_judgement_line(row)) is not None:
            column, place, text = line
            given.setdefault(column, (text, (number, place + 1)))
    return given


def _find_judgements(rows: Sequence[Sequence[str]]) -> _JudgementTable | None:
    """Find the judgement table under foreign column names.

    The result is None without one.
    """
    for top, row in enumerate(rows[:_TOP]):
        header, given = {cell.strip().lower() for cell in row}, _read_above(rows[:top])
        ours = _is_under_our_names(header) and not {"assessor", "criterion"}.isdisjoint(header)
        named = None if ours else name_judgement_columns(row, given)
        if named is not None:
            return _JudgementTable(top, named, given)
    return None


def _find_sheets(path: Path, name: str) -> Iterator[tuple[CellTable, _JudgementTable | None]]:
    """Yield the sheets of a workbook, with their table of assessors."""
    try:
        sheets = read_cells(path, name=name)
    except CapbuildError:
        return
    for sheet in sheets:
        found = _find_judgements(sheet.rows)
        for top, row in enumerate(sheet.rows[:_TOP] if found is None else ()):
            header = tuple(cell.strip().lower() for cell in row)
            if _has_assessor_names(header):
                found = _JudgementTable(top, header, _read_above(sheet.rows[:top]), has_judgements(header))
                break
        yield sheet, found


def _read_header(path: Path, name: str, column: str) -> tuple[str, ...]:
    """Return the column names of a table."""
    try:
        return read_plain_table(path, name, [column]).header
    except (OSError, ReadError, csv.Error):
        return ()


def _read_judgements(path: Path, name: str) -> tuple[PlainTable, _JudgementTable] | None:
    """Read a judgement table with its columns renamed to ours.

    The result is None if the file has no judgement table, or already has our column names.
    """
    try:
        text, _, issue = decode_text(path.read_bytes(), name)
        if _is_under_our_names(_read_header(path, name, "assessor")):
            return None
        start = "".join(text.splitlines(keepends=True)[:_TOP])
        if split_table(start, partial(name_judgement_columns, given=("assessor",)))[1] is None:
            return None
        rows, _, delimiter = split_table(text, partial(name_judgement_columns, given=("assessor",)))
    except (OSError, ReadError, csv.Error):
        return None
    found = _find_judgements(rows)
    if found is None:
        return None
    stripped = [tuple(cell.strip() for cell in row) for row in rows]
    return PlainTable(rows=stripped, top=found.top, delimiter=delimiter, issue=issue), found


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
        rows = list(self._read_lines(path, name))
        findings: dict[tuple[object, ...], Finding] = {}
        self._rows.fit_shares(rows)
        for row in rows:
            cells, at = row.cells, row.at
            country = place(cells["country"], at["country"]) if cells.get("country") else source.country
            self._check_filled(cells, at, source)
            if country is not None and cells.get("criterion"):
                finding = self._rows.parse_finding(row, source, country)
                if finding is not None:
                    finding = self._check_repeated(finding, findings)
                    cited = self._register_evidence(row, source, country)
                    support = self._keep(country, self.store.find_support(finding))
                    yield evolve(finding, evidence=dict.fromkeys((*cited, *support)))
        if source.country is None:
            self._check_countries(rows)
        self._rows.report_unread()

    def _check_countries(self, rows: Sequence[FindingRow]) -> None:
        """Report tables that have no country at all, once each."""
        lost = [row.at["answer"] for row in rows if "country" not in row.at and row.cells.get("answer")]
        for sheet, cells in groupby(lost, lambda cell: cell.sheet):
            cell, *others = cells
            message = f"no column or line names the country: {counted(len(others) + 1, 'row')} not read"
            where = "add a column country, or a line such as `Country: Peru` above the table"
            if cell.file.startswith("returns/"):
                where += f', or country = "..." under [read."{cell.file}"] in programme.toml'
            self._rows.add_error(message, Origin(cell.file, sheet, cell.row), where)

    def _check_filled(self, cells: Mapping[str, str], at: Mapping[str, Origin], source: Source) -> None:
        """Report an answer whose country, criterion or assessor is blank."""
        if not cells.get("answer"):
            return
        for column, what in (("country", "country"), ("criterion", "criterion or indicator")):
            if column in at and not cells.get(column) and (column != "country" or source.country is None):
                self._rows.add_error(f"the row names no {what}: it was not read", at[column], _FILL_IN)
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

    def _read_lines(self, path: Path, name: str) -> Iterator[FindingRow]:
        """Yield the rows of a file, with the cell of each value."""
        if path.suffix.lower() in _WORKBOOKS:
            sheets = list(_find_sheets(path, name))
            if all(found is None for _, found in sheets):
                message = f"{name} has no sheet that names assessors: nothing in it was read"
                self._rows.add_error(message, Origin(name), "head its columns indicator, assessor and level")
                return
            for sheet, found in sheets:
                if found is not None:
                    rows = [tuple(cell.strip() for cell in row) for row in sheet.rows]
                    yield from self._list_rows(PlainTable(rows=rows, top=found.top), name, found, sheet.name)
                elif any(map(any, sheet.rows)) and fold(sheet.name) not in ASIDE:
                    message = f"the sheet {sheet.name!r} names no assessors, and was not read"
                    remedy = "head its columns indicator, assessor and level, if it has judgements"
                    self._rows.issues.append(Issue.note("CB603", message, Origin(name, sheet.name, 1), remedy))
            return
        own = _read_judgements(path, name)
        if own is not None:
            table, found = own
        else:
            columns = _read_header(path, name, "indicator")
            judged = has_judgements(columns) or ("criterion" not in columns and "assessor" in columns)
            wanted = ["indicator" if judged else "criterion"]
            loaded = load_plain_table(path, name, wanted, self.issues, _KNOWN)
            if loaded is None or loaded.top is None:
                return
            above = _read_above(loaded.rows[: loaded.top])
            table, found = loaded, _JudgementTable(loaded.top, loaded.header, above, judged)
        yield from self._list_rows(table, name, found, None, checked=own is None)

    def _list_rows(
        self, table: PlainTable, name: str, found: _JudgementTable, sheet: str | None, *, checked: bool = False
    ) -> Iterator[FindingRow]:
        """Yield the rows of a table.

        A row with levels of several assessors is one row for each.

        Args:
            table: The table.
            name: File name for origins.
            found: Where its header is, and what is above it.
            sheet: Its sheet; None for a text table.
            checked: Whether its columns were checked.
        """
        header = list(found.header)
        if not checked:
            known = [column for column in header if column in _KNOWN or "@" in column]
            foreign = tuple(header) != table.header
            check_table(table, name, [], self.issues, () if foreign else _KNOWN, sheet=sheet)
            unread = [
                place
                for place, column in enumerate(header)
                if foreign and column not in known and any(any(cells[place : place + 1]) for _, cells in table.filled)
            ]
            for place in unread:
                message = f"the column {table.rows[found.top][place]!r} was not read"
                remedy = "nothing, if it has no part in the judgement; else head it as the page on own frameworks says"
                cell = Origin(name, sheet, found.top + 1, place + 1)
                self._rows.issues.append(Issue.note("CB603", message, cell, remedy))
        own = {column.partition("@")[0] for column in header}
        if found.judged and own.isdisjoint(("level", "answer", "verdict")):
            message = f"{name} has no column 'level': nothing in it was read"
            origin = Origin(name, sheet, row=found.top + 1)
            self._rows.add_error(message, origin, "name the column with the level of each row level")
            return
        same = {**_SAME, "indicator": "criterion"} if found.judged else _SAME
        places: dict[str, dict[str, int]] = {}  # columns of each assessor, those of all under an empty name
        for place, column in enumerate(header):
            name_, _, assessor = column.partition("@")
            places.setdefault(assessor, {})[same.get(name_, name_)] = place
        given = {column: cell for column, cell in found.given.items() if column not in places.get("", {})}
        above = {column: Origin(name, sheet, *cell) for column, (_, cell) in given.items()}
        for row, cells in table.filled:
            for assessor in [key for key in places if key] or [""]:
                columns = {**places.get("", {}), **places.get(assessor, {})}
                values = {column: cells[place] for column, place in columns.items() if place < len(cells)}
                at = {column: Origin(name, sheet, row, place + 1) for column, place in columns.items()}
                if assessor and not values.get("answer"):
                    continue
                if assessor:
                    values["assessor"], at["assessor"] = assessor, at["answer"]
                values |= {column: text for column, (text, _) in given.items() if column not in values}
                if values.get("as_of"):
                    values["as_of"] = table.days.day(values["as_of"]) or values["as_of"]
                yield FindingRow(values, {**above, **at})

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
