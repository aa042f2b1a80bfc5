"""Exports with a table for each repeat.

Tables are linked by row number or key.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import PurePosixPath

from attrs import define, evolve, field

from capbuild.formats import IssueLog
from capbuild.model import Issue, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild_xlsform.definitions.form import Form, FormGroup
from capbuild_xlsform.definitions.rows import make_issue
from capbuild_xlsform.exports.export_headers import choose_separator, find_separator
from capbuild_xlsform.exports.submission_sheet import TableSheet, scan_sheet
from capbuild_xlsform.submissions.draft import DraftHints
from capbuild_xlsform.submissions.metadata import LINKS, is_meta, normalise_meta_name
from capbuild_xlsform.submissions.records import Record
from capbuild_xlsform.submissions.schema import ObservedQuestions
from capbuild_xlsform.text_tables import Table

_INDEX, _PARENT, _TABLE = LINKS
#: Link columns of ODK Central and Briefcase.
_KEY, _PARENT_KEY = "KEY", "PARENT_KEY"
#: Link columns of repeat sheets and main sheet by submission id, which survive sorting and filtering.
_SUBMISSION = (("_submission__uuid", "_uuid"), ("_submission__id", "_id"))
_POSITION = re.compile(r"\[\d+\]")
#: Longest sheet name in spreadsheets.
_SHEET_NAME = 31
#: Sheet names cut by KoboToolbox: dots, and a number for duplicates.
_CUT = re.compile(r"(.*?)\.\.\.(?: \(\d+\))?")
_NUMBERED = re.compile(r"(?<=.)[_ ]?\(?\d+\)?$")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_Places = tuple[tuple[str, int], ...]


@define(eq=False)
class _ParentRow:
    """Parent row in another sheet.

    Attributes:
        record: Its submission.
        places: Its position in repeats.
    """

    record: Record
    places: _Places


@define(eq=False)
class LinkedSheets:
    """Sheets of one export.

    Attributes:
        main: Sheet with one row per submission.
        repeats: Sheets of repeats, outer ones first, each with the path of its repeat and its parent sheet.
        passed_over: Reconciliations of skipped sheets.
        lost: Number of rows without a parent in the file, by sheet.
        unlinked: Names of sheets without a link column.
    """

    file: str
    main: TableSheet
    repeats: list[tuple[TableSheet, str, str]] = field(factory=list)
    passed_over: list[SheetReconciliation] = field(factory=list)
    lost: dict[str, int] = field(factory=dict)
    unlinked: list[str] = field(factory=list)
    _made: list[Record] | None = None

    @classmethod
    def of(cls, tables: Sequence[Table], form: Form | None, log: IssueLog) -> "LinkedSheets | None":
        """Return a workbook's sheets, None if all are blank.

        Args:
            tables: The sheets.
            form: The merged definition of all versions; None for none.
            log: Log of issues.
        """
        passed = [SheetReconciliation(sheet=t.sheet or "", skipped="it is empty") for t in tables if not t.rows]
        filled = [table for table in tables if table.rows]
        parents = _find_sheets(_index_parents(filled), filled)
        children = [table for table in filled if table.sheet in parents]
        mains = [table for table in filled if table.sheet not in parents] or children[:1]
        if not mains:
            return None
        first = _scan(mains[0], form, log, "")
        separator = ""
        if any(_PARENT_KEY in table.rows[0][1] for table in children):  # only headers of the first table show it
            headers = mains[0].rows[0][1]
            separator = choose_separator(form, headers) if form is not None else find_separator(headers)
        linked_sheets = cls(mains[0].file, first, passed_over=passed)
        for table in mains[1:]:
            rows = len(table.rows) - 1
            why = f"it has {rows} rows that no column links to a submission"
            linked_sheets.passed_over.append(SheetReconciliation(sheet=table.sheet or "", skipped=why))
            linked_sheets.unlinked.append(table.sheet or "")
        paths: dict[str, str] = {}
        waiting = [table for table in children if table is not mains[0]]
        while waiting:
            ready = [
                t for t in waiting if not any(parents[t.sheet] == o.sheet for o in waiting if o is not t)
            ] or waiting
            for table in ready:
                parent = parents[table.sheet]
                path = _repeat_path(table, paths.get(parent, ""), form, mains[0].sheet or "", set(paths.values()))
                paths[table.sheet or ""] = path
                linked_sheets.repeats.append((_scan(table, form, log, path, separator), path, parent))
            waiting = [table for table in waiting if table not in ready]
        return linked_sheets

    @property
    def sheets(self) -> list[TableSheet]:
        """All sheets read."""
        return [self.main, *(sheet for sheet, _, _ in self.repeats)]

    def observe(self, observed: ObservedQuestions) -> None:
        """Add the questions and metadata of all sheets."""
        if self.repeats:
            self.records()  # finds lost rows
        self.main.observe(observed)
        for sheet, path, _ in self.repeats:
            sheet.observe(observed, repeat=path, meta=bool(self.lost.get(sheet.sheet or "")))
        observed.draft.hints = DraftHints.joined(sheet.hints for sheet in self.sheets)

    def records(self) -> Iterator[Record]:
        """Yield the submissions, each with its rows from all sheets."""
        if not self.repeats:
            return self.main.records()
        if self._made is None:
            self._made = list(self._link_records())
        return iter(self._made)

    def _link_records(self) -> Iterator[Record]:
        owners: dict[str, dict[str, _ParentRow]] = {}
        main_name = self.main.sheet or ""
        records: list[Record] = []
        mine = owners.setdefault(main_name, {})
        known: dict[tuple[str, str], list[_ParentRow]] = defaultdict(list)
        for number, record in enumerate(self.main.records(), start=1):
            records.append(record)
            owner = _ParentRow(record, ())
            mine.update(dict.fromkeys(_list_names(record, number), owner))
            for below, own_name in _SUBMISSION:
                known[below, record.meta.get(own_name, "")].append(owner)
        for sheet, path, parent in self.repeats:
            table = parent if parent in owners else main_name
            own = owners.setdefault(sheet.sheet or "", {})
            times: dict[_ParentRow, int] = defaultdict(int)
            for number, row in enumerate(sheet.records(), start=1):
                link = row.meta.get(_PARENT) or row.meta.get(_PARENT_KEY, "")
                named = _find_submission(row, known) if table == main_name or not link else None
                linked = named or owners[table].get(link)
                if linked is None:
                    self.lost[sheet.sheet or ""] = self.lost.get(sheet.sheet or "", 0) + 1
                    records.append(row)
                    continue
                times[linked] += 1
                places = (*linked.places, (path, times[linked]))
                linked.record.entries.extend(evolve(entry, places=(*places, *entry.places)) for entry in row.entries)
                # A row is a repeat instance even without content.
                linked.record.counts.setdefault(path, []).append(tuple(number for _, number in places))
                own.update(dict.fromkeys(_list_names(row, number), _ParentRow(linked.record, places)))
        yield from records

    def issues(self) -> Iterator[Issue]:
        """Yield the problems with links."""
        for name in self.unlinked:
            message = f"no column links the rows of {name!r} to a submission; the sheet is passed over"
            yield make_issue(
                "XF305", Severity.WARNING, message, Origin(self.file, name), "save it as a file of its own"
            )
        for name, count in self.lost.items():
            message = f"{count} rows of {name!r} belong to submissions that are not in the file; each is kept by itself"
            remedy = "ask for the whole export"
            yield make_issue("XF302", Severity.WARNING, message, Origin(self.file, name), remedy)


def _find_submission(row: Record, known: Mapping[tuple[str, str], Sequence[_ParentRow]]) -> _ParentRow | None:
    """Return the submission of a repeat's row, if unique."""
    for name, _ in _SUBMISSION:
        value = row.meta.get(name)
        rows = known.get((name, value), ()) if value else ()
        if len(rows) == 1:
            return rows[0]
    return None


def _list_names(row: Record, number: int) -> tuple[str, ...]:
    """Return a row's number and key, which other sheets use."""
    return tuple(name for name in (row.meta.get(_INDEX) or str(number), row.meta.get(_KEY, "")) if name)


def _scan(table: Table, form: Form | None, log: IssueLog, prefix: str, separator: str = "") -> TableSheet:
    sheet = scan_sheet(table.file, table.sheet, lambda: table.rows, form, log, prefix=prefix, separator=separator)
    assert sheet is not None  # noqa: S101 - tables without rows were ignored
    sheet.blank += table.blank
    return sheet


def _read_column(table: Table, name: str) -> list[str]:
    """Return the cells below a header, empty without it."""
    headers = table.rows[0][1]
    if name not in headers:
        return []
    at = headers.index(name)
    return [cells[at] for _, cells in table.rows[1:] if at < len(cells)]


def _index_parents(tables: Sequence[Table]) -> Mapping[str | None, str]:
    """Return each repeat table's parent table.

    Tables of submissions are left out.
    """
    keys = {table.sheet or "": set(_read_column(table, _KEY)) - {""} for table in tables}
    parents: dict[str | None, str] = {}
    for table in tables:
        parent = _find_parent(table)
        if parent is None:
            parent = _find_submissions(table, tables)
        links = set(_read_column(table, _PARENT_KEY)) - {""}
        if parent is None and _PARENT_KEY in table.rows[0][1]:
            parent = next((name for name, own in keys.items() if name != table.sheet and links & own), "")
        if parent is not None:
            parents[table.sheet] = parent
    return parents


def _find_submissions(table: Table, tables: Sequence[Table]) -> str | None:
    """Return the main sheet linked by submission id, or None."""
    for below, own in _SUBMISSION:
        links = set(_read_column(table, below)) - {""}
        for other in tables if links else ():
            if other is not table and links & set(_read_column(other, own)):
                return other.sheet or ""
    return None


def _find_parent(table: Table) -> str | None:
    """Return a sheet's parent sheet, None for submissions."""
    headers = table.rows[0][1]
    if _PARENT not in headers:
        return None
    at = headers.index(_PARENT)
    links = {cells[at] for _, cells in table.rows[1:] if at < len(cells)} - {""}
    if len(table.rows) == 1 and _TABLE in headers:
        return ""  # An empty repeat: the main sheet has no parent, or comes first.
    if not links or links == {"-1"}:
        return None if _TABLE not in headers or links else _find_linked_table(table, headers)
    return _find_linked_table(table, headers) or ""


def _find_linked_table(table: Table, headers: Sequence[str]) -> str | None:
    if _TABLE not in headers:
        return None
    at = headers.index(_TABLE)
    return next((cells[at] for _, cells in table.rows[1:] if at < len(cells) and cells[at]), None)


def _find_sheets(parents: Mapping[str | None, str], tables: Sequence[Table]) -> Mapping[str | None, str]:
    """Return the parent sheet of each table.

    A link column may have the full name of a sheet whose own name was cut. If two names are cut to the same text, names
    and sheets are matched in order, as exporters write them.
    """
    sheets = [table.sheet or "" for table in tables if _INDEX in table.rows[0][1]] or [t.sheet or "" for t in tables]
    sheets_by_name: dict[str, str] = {}
    for name in dict.fromkeys(parents.values()):
        fitting = [sheet for sheet in sheets if _is_same_sheet(name, sheet)]
        free = [sheet for sheet in fitting if sheet not in sheets_by_name.values()]
        exact = [sheet for sheet in fitting if sheet == name]
        sheets_by_name[name] = next(iter((*exact, *free, *fitting)), name)
    return {table: sheets_by_name[name] for table, name in parents.items()}


def _is_same_sheet(one: str, other: str) -> bool:
    """True if two names may be of one sheet.

    Either name may be cut, with or without dots and a number.
    """
    short, long = sorted((_make_plain_name(one), _make_plain_name(other)), key=len)
    if not short or short == long:
        return bool(short)
    cut = _CUT.fullmatch(short)
    return len(short) == _SHEET_NAME and long.startswith(cut[1] if cut is not None else short)


def _make_plain_name(name: str) -> str:
    """Return a lower-case sheet name without invalid characters."""
    return _FORBIDDEN.sub("_", name.strip().casefold())


def _find_key_path(table: Table, above: str) -> str:
    """Return the path of a repeat from its keys.

    The key `uuid:1/lab/staff[2]` belongs to `uuid:1`. The result is empty if keys have no path.
    """
    for key, parent in zip(_read_column(table, _KEY), _read_column(table, _PARENT_KEY), strict=False):
        if parent and key.startswith(f"{parent}/"):
            below = _POSITION.sub("", key.removeprefix(f"{parent}/"))
            return f"{above}/{below}" if above else below
    return ""


def _find_own_name(name: str, main: str) -> str:
    """Return the repeat name of a sheet.

    In an archive, tables are named after the form and the repeat.
    """
    if not name.casefold().endswith(".csv"):
        return name.strip()
    stem, form = PurePosixPath(name).stem, PurePosixPath(main).stem
    return stem.removeprefix(f"{form}-").partition("~")[0].strip() or stem


def _repeat_path(table: Table, above: str, form: Form | None, main: str, used_paths: Set[str]) -> str:
    """Return a sheet's repeat path, preferring an unused one."""
    spelt = _find_key_path(table, above)
    if spelt and (form is None or spelt in form.group_by_path):
        return spelt
    name = _find_own_name(table.sheet or "repeat", main)
    if form is not None:
        repeats = [group for group in form.groups if group.repeat]
        numbered = _NUMBERED.sub("", name)  # The second of two sheets with one name has a number.
        fitting = [group.path for group in repeats if _is_repeat_name(group, name)]
        fitting = fitting or [group.path for group in repeats if _is_repeat_name(group, numbered)]
        inside = [path for path in fitting if path.startswith(f"{above}/")] if above else []
        wanted = inside or fitting
        if wanted:
            free = [path for path in wanted if path not in used_paths] or wanted
            return max(free, key=lambda path: _count_known_headers(table, form, path))
    lead = _find_common_lead(table)
    if lead:
        return lead
    tidy = "_".join(name.replace("/", " ").split())
    return f"{above}/{tidy}" if above else tidy


def _is_repeat_name(group: FormGroup, name: str) -> bool:
    """Return True if a sheet name matches a repeat."""
    own = (group.path.rpartition("/")[2], group.path.replace("/", "_"), group.path)
    return any(
        _is_same_sheet(spelt, name) for spelt in (*own, *(" ".join(title.split()) for title in group.labels.values()))
    )


def _count_known_headers(table: Table, form: Form, path: str) -> int:
    """Count a sheet's headers that match a repeat's questions."""
    headers = {head.rpartition("/")[2] for head in table.rows[0][1]} | set(table.rows[0][1])
    own = [item for item in form.items if item.path.startswith(f"{path}/")]
    labels = [{item.name, item.path, *(" ".join(label.split()) for label in item.labels.values())} for item in own]
    return sum(bool(names & headers) for names in labels)


def _find_common_lead(table: Table) -> str:
    """Return the group common to all headers with full paths.

    The result is empty if a header has no group, or there is no common one.
    """
    headers = [head for head in table.rows[0][1] if head and not is_meta(normalise_meta_name(head))]
    leads = {head.rpartition("/")[0] for head in headers} - set(headers)  # A question with options is not a group.
    if not leads or "" in leads:
        return ""
    shortest = min(leads, key=len)
    return shortest if all(lead == shortest or lead.startswith(f"{shortest}/") for lead in leads) else ""
