"""Reader of LimeSurvey files of all export formats."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import PurePath

from attrs import evolve
from capbuild_sheets.cell_conversion import grid_rows
from capbuild_sheets.hidden_cells import unseen_issues
from capbuild_sheets.workbook import open_workbook

from capbuild.errors import ReadError
from capbuild.formats import Cell as TableCell
from capbuild.formats import ErrorCell, GridRow, IssueLog, TextTable, cell_text, drop_edges, log_edges
from capbuild.model import Issue, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import InputFile, ReadItem
from capbuild.text import numbered_name
from capbuild_limesurvey.definition import Survey
from capbuild_limesurvey.draft import infer_parts, infer_survey
from capbuild_limesurvey.fields import canonical_header
from capbuild_limesurvey.lss import read_survey_tables
from capbuild_limesurvey.options import LimeSurveyOptions
from capbuild_limesurvey.questionnaire import Form
from capbuild_limesurvey.response_table import Cell, ResponseTable, find_day_order, normalise_headers
from capbuild_limesurvey.responses import ResponseReader
from capbuild_limesurvey.sniffer import Variant, find_variant, response_sheet
from capbuild_limesurvey.structure import read_structure
from capbuild_limesurvey.unmapped_content import describe_unmapped
from capbuild_limesurvey.xml_dump import TableDump, read_dump

#: Rows used to infer the type of a column.
_SAMPLE = 500
#: Marks in VV files for characters that would end a cell.
_VV_MARKS = (
    ("{quote}", '"'),
    ("{tab}", "\t"),
    ("{cr}", "\r"),
    ("{newline}", "\n"),
    ("{rbrace}", "}"),
    ("{lbrace}", "{"),
)
#: Other LimeSurvey files, which are neither survey nor responses, by document type.
_OTHER_KINDS = {
    "tokens": "it lists the participants, who are not part of the answers",
    "timings": "it holds how long each question took",
    "label set": "it holds lists of labels that questions may use",
}
_NOT_SHOWN = "{question_not_shown}"
#: Text for a database NULL in exports with texts.
_NOT_ANSWERABLE = frozenset(("N/A",))


def _stem(source: InputFile) -> str:
    return PurePath(source.name).stem


def read_file(source: InputFile, options: LimeSurveyOptions) -> Iterator[ReadItem]:
    """Yield the questionnaire, responses, issues and reconciliation of a file.

    Args:
        source: An export of LimeSurvey.
        options: Options in force.

    Raises:
        ReadError: It cannot be read, or is not a LimeSurvey export.
        LimitError: It exceeds the limits of size, nesting or cells.
    """
    variant = find_variant(source)
    match variant:
        case Variant.XML:
            yield from _read_xml(source, options)
        case Variant.ARCHIVE:
            yield from _read_archive(source, options)
        case Variant.STRUCTURE:
            yield from _read_structure(source)
        case Variant.VV | Variant.RESPONSES:
            yield from _read_table(source, options, variant)
        case Variant.WORKBOOK:
            table, notes = _workbook_responses(source, _NOT_ANSWERABLE)
            yield from _read_responses(source, options, table, _given_survey(options))
            yield from notes
        case _:
            raise _no_export(source)


def _no_export(source: InputFile) -> ReadError:
    return source.error("is no export of LimeSurvey", "LIME1", "name another reader with format=")


def _read_xml(source: InputFile, options: LimeSurveyOptions) -> Iterator[ReadItem]:
    dump = read_dump(source)
    if dump.kind.lower() == "responses":
        yield from _read_responses(source, options, _dump_responses(source, dump, None), _given_survey(options))
        return
    survey = read_survey_tables(dump)
    yield Form(survey).questionnaire(_stem(source))
    other = _OTHER_KINDS.get(dump.kind.lower())
    if other is not None:
        yield Issue.warning(
            "LIME7",
            f"the file is no survey and holds no answers: {other}",
            Origin(source.name),
            "ask for the survey (.lss), its archive (.lsa) or an export of its responses",
        )
    yield from _unmapped_notes(survey, source.name)
    yield SheetReconciliation(skipped=other or "it holds the survey, not responses")


def _unmapped_notes(survey: Survey, name: str) -> Iterator[Issue]:
    """Yield a note on survey content that a questionnaire cannot store."""
    found = describe_unmapped(survey)
    if found:
        yield Issue.note(
            "LIME5",
            f"the survey also holds what a questionnaire has no place for: {found}",
            Origin(name),
            "keep the file beside the questionnaire",
        )


def _read_structure(source: InputFile) -> Iterator[ReadItem]:
    survey, unread = read_structure(source)
    log = IssueLog(source.name)
    yield Form(survey).questionnaire(_stem(source))
    yield from _unmapped_notes(survey, source.name)
    for row, why in unread:
        log.add("LIME4", Severity.WARNING, f"the row says nothing: {why}", row=row, remedy="correct the class")
    yield from log.close()
    yield SheetReconciliation(skipped="it holds the survey, not responses")


def _dump_responses(source: InputFile, dump: TableDump, member: str | None) -> ResponseTable:
    """Return the responses of a dump; fields that a row lacks are NULL."""
    names = dump.fields.get("responses", ())
    rows = dump.rows("responses")
    if not names:
        names = tuple(dict.fromkeys(name.lstrip("_") for row in rows for name in row.cells))
    tags = tuple((f"_{name}" if name[:1].isdigit() else name).replace("#", "-") for name in names)

    def cells() -> Iterator[tuple[int, Sequence[Cell]]]:
        for row in rows:
            yield row.number, [row.cells.get(tag, row.cells.get(n)) for tag, n in zip(tags, names, strict=True)]

    return ResponseTable(source.name, names, cells(), sheet=member, path="/document/responses/rows/row", tags=tags)


def _read_archive(source: InputFile, options: LimeSurveyOptions) -> Iterator[ReadItem]:
    """Read the survey of an archive and its responses; report skipped participants and timings."""
    surveys = sorted(name for name in source.members if name.lower().endswith(".lss"))
    answers = sorted(
        (name for name in source.members if name.lower().endswith(".lsr")),
        key=lambda name: (not name.lower().endswith("_responses.lsr"), name),
    )
    survey = _given_survey(options)
    if surveys:
        survey = read_survey_tables(read_dump(source, surveys[0]))
        yield from _unmapped_notes(survey, source.name)
    if answers:
        dump = read_dump(source, answers[0])
        yield from _read_responses(source, options, _dump_responses(source, dump, answers[0]), survey)
    elif survey is not None:
        yield Form(survey).questionnaire(_stem(source))
    for name in source.members:
        if name not in (*surveys[:1], *answers[:1]):
            yield SheetReconciliation(sheet=name, skipped=_skip_reason(name))


def _skip_reason(name: str) -> str:
    if "token" in name.lower():
        return _OTHER_KINDS["tokens"]
    if "timing" in name.lower():
        return _OTHER_KINDS["timings"]
    if name.lower().endswith((".lss", ".lsr")):
        return "the archive holds another survey or file of this kind; only the first is read"
    return "it is no table of answers, and no survey"


def read_survey(source: InputFile) -> Survey:
    """Return the survey defined by a file.

    Raises:
        ReadError: It defines none.
    """
    match find_variant(source):
        case Variant.XML:
            return read_survey_tables(read_dump(source))
        case Variant.STRUCTURE:
            return read_structure(source)[0]
        case Variant.ARCHIVE:
            for name in sorted(source.members):
                if name.lower().endswith(".lss"):
                    return read_survey_tables(read_dump(source, name))
    raise _no_export(source)


def _given_survey(options: LimeSurveyOptions) -> Survey | None:
    """Return the survey given in the options."""
    return None if options.definition is None else read_survey(options.definition)


def _plain(cell: object) -> Cell:
    if isinstance(cell, str):
        return cell
    return cell.text if isinstance(cell, ErrorCell) else cell_text(None)


def _unescape_vv(cells: Sequence[Cell]) -> list[Cell]:
    """Reverse the VV escapes of cells."""
    plain: list[Cell] = []
    for cell in cells:
        if cell is None or cell == _NOT_SHOWN:
            plain.append(cell)
            continue
        for mark, text in _VV_MARKS:
            cell = cell.replace(mark, text)  # noqa: PLW2901 - one mark after the other
        plain.append(cell)
    return plain


def _read_table(source: InputFile, options: LimeSurveyOptions, variant: Variant) -> Iterator[ReadItem]:
    table = TextTable.open(source, delimiter="\t" if variant is Variant.VV else None)
    notes: dict[int, str] = {}
    rows = drop_edges(_check_size(table.rows(), source), notes)
    headers = next(rows, (1, []))[1]
    if variant is Variant.VV:
        headers = next(rows, (2, []))[1]

    def cells() -> Iterator[tuple[int, Sequence[Cell]]]:
        for number, row in rows:
            plain = [_plain(cell) for cell in row]
            yield number, _unescape_vv(plain) if variant is Variant.VV else plain

    unseen = _NOT_ANSWERABLE if variant is Variant.RESPONSES else frozenset((_NOT_SHOWN,))
    names = tuple((_plain(head) or "").strip() for head in headers)
    for item in _read_responses(
        source, options, ResponseTable(source.name, names, cells(), unseen=unseen), _given_survey(options)
    ):
        if isinstance(item, SheetReconciliation):
            yield from table.issues
            log = IssueLog(source.name)
            log_edges(notes, log)
            yield from log.close()
        yield item


def _check_size(rows: Iterator[GridRow], source: InputFile) -> Iterator[GridRow]:
    cells = 0
    for row in rows:
        cells += len(row[1])
        source.limits.check_cells(source.name, cells)
        yield row


def _add_draft_questions(
    table: ResponseTable, survey: Survey | None, options: LimeSurveyOptions, log: IssueLog
) -> tuple[Form, ResponseTable]:
    """Add a draft question to the survey for each unknown column."""
    sample = list(islice(table.rows, _SAMPLE))
    order = find_day_order(table.headers, sample)
    table = evolve(table, rows=chain(sample, table.rows), order=order, sample=sample)
    known = survey or Survey(titles={})
    unknown = ResponseReader(evolve(table, rows=iter(())), Form(known), options, log).unknown_headers()
    renamed = _rename_duplicates(table.headers, unknown)
    for index, name in renamed.items():
        message = f"the head {table.headers[index]!r} stands again; this column is called {name!r}"
        log.add("CB203", Severity.WARNING, message, column=index + 1, remedy="give each column a head of its own")
    unknown |= renamed
    table = evolve(table, headers=tuple(unknown.get(index, head) for index, head in enumerate(table.headers)))
    cells = [[None if cell in table.unseen else cell for cell in row] for _, row in sample]
    if survey is None:
        drafted = infer_survey(table, unknown, cells)
        return Form(drafted, frozenset(part.key for part in drafted.questions)), table
    parts = infer_parts(unknown, cells)
    for head in unknown.values():
        message = f"the survey has no question for the column {head!r}; it is kept as a draft question"
        log.add("CB131", Severity.WARNING, message, remedy="give the definition of the version that was answered")
    whole = evolve(survey, questions=(*survey.questions, *parts))
    return Form(whole, frozenset(part.key for part in parts)), table


def _numbered_header(question: str, part: str, used: Collection[str]) -> str:
    return numbered_name(question, lambda made: canonical_header(f"{made}{part}") in used) + part


def _rename_duplicates(headers: Sequence[str], unknown: Mapping[int, str]) -> dict[int, str]:
    """Return unique names for unknown columns with duplicate headers."""
    used = {canonical_header(head) for index, head in enumerate(headers) if index not in unknown}
    named: dict[int, str] = {}
    for index, head in unknown.items():
        question = head.partition("[")[0].rstrip()
        name = _numbered_header(question, head.removeprefix(question), used)
        used.add(canonical_header(name))
        if name != head:
            named[index] = name
    return named


def _read_responses(
    source: InputFile, options: LimeSurveyOptions, table: ResponseTable, survey: Survey | None
) -> Iterator[ReadItem]:
    log = IssueLog(source.name, table.sheet)
    table = evolve(table, headers=normalise_headers(table.headers))
    form, table = _add_draft_questions(table, survey, options, log)
    reader = ResponseReader(table, form, options, log)
    yield form.questionnaire(_stem(source))
    _note_columns(reader, log)
    yield from log.drain()
    yield from reader.responses()
    if reader.account.rows_out == 0:
        log.add("CB117", Severity.ERROR, "the file holds no response", remedy="ask for the export again")
    yield from log.close()
    yield reader.reconciliation()


def _note_columns(reader: ResponseReader, log: IssueLog) -> None:
    if reader.place is None and reader.options.country is None:
        remedy = 'say country = "..." for the whole file'
        log.add("CB104", Severity.WARNING, "no question asks for the country", remedy=remedy)
    for column in reader.columns():
        if column.personal is not None and not reader.options.drop_personal:
            message = f"{column.name!r} looks personal ({column.personal.value})"
            remedy = "drop_personal = true leaves such columns out"
            log.add("CB132", Severity.WARNING, message, column=column.column, remedy=remedy)


def _text(cell: TableCell) -> str:
    return cell.text if isinstance(cell, ErrorCell) else cell_text(cell)


def _workbook_responses(source: InputFile, unseen: frozenset[str]) -> tuple[ResponseTable, list[ReadItem]]:
    """Return the responses in a workbook, and issues and skipped sheets.

    Args:
        source: The workbook.
        unseen: Texts that mean "this question was not shown".

    Raises:
        ReadError: LIME1, no sheet has responses; or the workbook cannot be read.
    """
    book = open_workbook(source)
    sheet = response_sheet(book)
    if sheet is None:
        raise ReadError(
            f"no sheet of {source.name} holds responses of LimeSurvey",
            code="LIME1",
            origin=Origin(source.name),
            remedy="name another reader with format=",
        )
    rows = grid_rows(sheet.rows, sheet.width)
    headers = tuple(_text(cell).strip() for cell in next(rows)[1])

    def cells() -> Iterator[tuple[int, Sequence[Cell]]]:
        for number, row in rows:
            yield number, [_text(cell) for cell in row]

    notes: list[ReadItem] = [*book.issues, *unseen_issues(source.name, sheet)]
    others = (other.name for other in book.sheets if other is not sheet)
    notes += [SheetReconciliation(sheet=name, skipped="it holds no responses of LimeSurvey") for name in others]
    return ResponseTable(source.name, headers, cells(), sheet=sheet.name, unseen=unseen), notes
