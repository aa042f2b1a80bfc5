"""Readers of exported tables: `kobo-csv`, `kobo-xlsx` and `odk-zip`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from types import MappingProxyType

from attrs import evolve
from capbuild_sheets.workbook import is_workbook, peek_workbook

from capbuild.errors import ReadError
from capbuild.formats import IssueLog, drop_edges, read_first_rows
from capbuild.model import Issue, SheetReconciliation
from capbuild.plugins import Claim, Companion, Confidence, InputFile, Reader, ReadItem
from capbuild_xlsform.definitions.files import stem
from capbuild_xlsform.definitions.form import Form
from capbuild_xlsform.definitions.question_types import parse_type
from capbuild_xlsform.exports.commcare_tables import is_commcare, read_commcare_tables, translate_rows
from capbuild_xlsform.exports.linked_sheets import LinkedSheets
from capbuild_xlsform.exports.submission_sheet import scan_sheet
from capbuild_xlsform.facts import count_table
from capbuild_xlsform.options import KoboCsvOptions, SubmissionOptions
from capbuild_xlsform.submissions.metadata import normalise_meta_name
from capbuild_xlsform.submissions.responses import SubmissionReader
from capbuild_xlsform.submissions.submission_file import SubmissionFile, make_no_submission_error, select_forms
from capbuild_xlsform.text_tables import (
    Table,
    cell_text,
    list_csv_members,
    list_tables,
    read_archived_table,
    read_csv_rows,
)
from capbuild_xlsform.values import MARK

_MARKS = frozenset(
    [
        "meta/instanceID",
        "_submission_time",
        "_parent_table_name",
        "_submission__uuid",
        "_submission__id",
        "__version__",
        "formhub/uuid",
        "_xform_id_string",
        "PARENT_KEY",
        "_media_all_received",
        "*meta-instance-id*",
        "*meta-submission-date*",
    ]
)
#: Headers of SurveyCTO and Survey123, which have readers in the workbook plugin.
_WIDE = (frozenset({"formdef_version", "KEY"}), frozenset({"ObjectID", "GlobalID"}))
#: Start time as devices write it and spreadsheets display it; a date alone does not match.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4} \d{1,2}:\d{2}")
_DEVICE = frozenset({"start", "end", "deviceid", "today", "username", "simserial", "subscriberid", "phonenumber"})


def _claim(rows: Iterable[Sequence[str]]) -> Claim | None:
    """Return the claim on a table, None without one.

    Evidence is its headers and, if these are ambiguous, start times below `start`.
    """
    stream = iter(rows)
    headers = next(filter(any, stream), ())
    names = {normalise_meta_name(head.strip()) for head in headers}
    claim = None if any(wide <= names for wide in _WIDE) else _claim_by_names(names)
    if claim is not None and claim.confidence is Confidence.SHAPE and not _DEVICE & names - {"start", "end"}:
        # Any table may have these two headers, so the cells below must be start times.
        begun = [place for place, head in enumerate(headers) if head == "start"]
        texts = [row[place] for row in stream for place in begun if place < len(row) and row[place]]
        claim = claim if all(map(_MOMENT.match, texts)) else None
    return claim if claim is None or claim.confidence is Confidence.SIGNATURE or len(headers) > 1 else None


def _claim_by_names(names: Set[str]) -> Claim | None:
    last = {name.rpartition("/")[2] for name in names}
    marks = sorted(names & _MARKS) or sorted({MARK} & last)
    if ("KEY" in names and "meta/instanceID" in names) or {"SubmissionDate", "KEY"} <= names:
        marks = ["KEY", "SubmissionDate"]
    if not marks and "instanceID" in names and "_uuid" in names:
        marks = ["_uuid", "instanceID"]
    if marks:
        return Claim(Confidence.SIGNATURE, f"the headers {' and '.join(marks[:3])} of ODK submissions")
    if is_commcare(names):
        return Claim(Confidence.SHAPE, "the headers formid and form. of CommCare")
    device = sorted(_DEVICE & {name for name in last if parse_type(name).meta})
    if len(device) >= 2 and {"start", "end"} <= set(device):
        return Claim(Confidence.SHAPE, f"the headers {', '.join(device[:3])} that ODK devices fill in")
    return None


def _sniff_csv(source: InputFile) -> Claim | None:
    if source.suffix not in (".csv", ".tsv", ".txt", ""):
        return None
    return _claim([cell.strip() for cell in row] for _, row in drop_edges(enumerate(read_first_rows(source)[:30]), {}))


def _sniff_xlsx(source: InputFile) -> Claim | None:
    try:
        book = peek_workbook(source) if is_workbook(source) else None
    except ReadError:  # reported by the reader of the archive
        return None
    for sheet in book.sheets if book is not None else ():
        rows = drop_edges(enumerate(sheet.rows), {})
        if claim := _claim([cell_text(cell).strip() for cell in row] for _, row in rows):
            return claim
    return None


def _read_csv(source: InputFile, options: KoboCsvOptions) -> Iterator[ReadItem]:
    issues: list[Issue] = []

    def rows() -> Iterator[tuple[int, tuple[str, ...]]]:
        issues.clear()
        return translate_rows(read_csv_rows(source, issues, delimiter=options.delimiter, encoding=options.encoding))

    def open_sheet(form: Form | None, log: IssueLog) -> LinkedSheets | None:
        sheet = scan_sheet(source.name, None, rows, form, log)
        return None if sheet is None else LinkedSheets(source.name, sheet)

    yield from _read_sheets(source, options, open_sheet)
    yield from issues


def _read_xlsx(source: InputFile, options: SubmissionOptions) -> Iterator[ReadItem]:
    yield from _read_linked(source, options, list_tables(source))


def _sniff_zip(source: InputFile) -> Claim | None:
    if not source.start.startswith(b"PK"):
        return None
    try:
        names = list_csv_members(source)
        head = read_archived_table(source, min(names, key=len)).rows[:1] if names else []
    except ReadError:  # an archive of other files
        return None
    # An archive has one table per repeat for every product, so no other reader competes.
    claim = _claim_by_names({normalise_meta_name(name) for name in head[0][1]}) if head else None
    return evolve(claim, why=f"an archive of tables with {claim.why}") if claim is not None else None


def _read_zip(source: InputFile, options: SubmissionOptions) -> Iterator[ReadItem]:
    names = list_csv_members(source)
    tables = [read_archived_table(source, name) for name in sorted(names, key=len)]
    source.limits.check_cells(source.name, sum(len(cells) for table in tables for _, cells in table.rows))
    yield from _read_linked(source, options, tables)
    others = len(source.members) - len(names)
    if others:
        yield SheetReconciliation(sheet="other files", skipped=f"{others} files that are no tables of answers")


def _read_linked(source: InputFile, options: SubmissionOptions, tables: list[Table]) -> Iterator[ReadItem]:
    for table in tables:
        yield from table.issues
    headers = {table.sheet: table.rows[0][1] for table in tables if table.rows}
    translated = read_commcare_tables(tables)
    yield from _read_sheets(source, options, lambda form, log: LinkedSheets.of(translated, form, log), headers)


def _read_sheets(
    source: InputFile,
    options: SubmissionOptions,
    open_sheets: Callable[[Form | None, IssueLog], LinkedSheets | None],
    headers: Mapping[str | None, Sequence[str]] = MappingProxyType({}),
) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliations of an export.

    Args:
        source: The file.
        options: Options in force.
        open_sheets: Returns its sheets; None if all are blank.
        headers: Headers as written by sheet, if they were translated.
    """
    forms, issues, observed = select_forms(source, options, SubmissionFile())
    yield from issues
    log = IssueLog(source.name)
    linked = open_sheets(observed.form, log)
    if linked is None:
        raise source.error("has no header and no rows", "CB103", "ask for it again")
    yield from log.close()
    linked.observe(observed)
    work = SubmissionReader(source.name, options, forms, linked.records, stem(source.name), observed)
    yield from work.read()
    yield from linked.issues()
    if not any(sheet.count for sheet in linked.sheets):
        yield make_no_submission_error(source)
    for sheet in linked.sheets:
        account = sheet.reconciliation(work.answering)
        # A title above the table is shorter than its header, and names no column.
        names = dict(enumerate(headers.get(sheet.sheet, ()), 1))
        whole = all(column.column in names for column in account.columns)
        columns = [evolve(column, name=names[column.column]) if whole else column for column in account.columns]
        yield evolve(account, columns=columns)
    yield from linked.passed_over


KOBO_CSV = Reader(
    name="kobo-csv",
    title="Submissions of KoboToolbox, ODK and Ona (CSV)",
    sniff=_sniff_csv,
    read=_read_csv,
    facts=lambda source: count_table(source, list(_read_csv(source, KoboCsvOptions()))),
    options=KoboCsvOptions,
    suffixes=(".csv",),
    companions=(Companion(option="form"),),
)
KOBO_XLSX = Reader(
    name="kobo-xlsx",
    title="Submissions of KoboToolbox, ODK and Ona (XLSX, XLS)",
    sniff=_sniff_xlsx,
    read=_read_xlsx,
    facts=lambda source: count_table(source, list(_read_xlsx(source, SubmissionOptions()))),
    options=SubmissionOptions,
    suffixes=(".xlsx", ".xls"),
    companions=(Companion(option="form"),),
)
ODK_ZIP = Reader(
    name="odk-zip",
    title="Submissions of ODK Central and Briefcase (archive of CSV)",
    sniff=_sniff_zip,
    read=_read_zip,
    facts=lambda source: count_table(source, list(_read_zip(source, SubmissionOptions()))),
    options=SubmissionOptions,
    suffixes=(".zip",),
    companions=(Companion(option="form"),),
)
