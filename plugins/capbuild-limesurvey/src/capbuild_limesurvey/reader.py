"""Reader of LimeSurvey files.

Formats of all exports are recognised by content; without a survey file, the survey is drafted.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from enum import Enum
from itertools import chain, islice
from pathlib import PurePath

from attrs import define, evolve, field
from capbuild_sheets.hidden_cells import unseen_issues
from capbuild_sheets.sheets import Sheet, Workbook, grid_rows
from capbuild_sheets.workbook import open_workbook, peek_workbook

from capbuild.errors import ReadError
from capbuild.formats import (
    MISSING_WORDS,
    ErrorCell,
    GridRow,
    IssueLog,
    TextTable,
    are_exceptions,
    cell_text,
    cell_words,
    declared_delimiter,
    drop_edges,
    find_encoding,
    fold_word,
    log_edges,
    mark_missing,
    sample_text,
)
from capbuild.formats import Cell as TableCell
from capbuild.model import Issue, Questionnaire, Severity, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, InputFile, ReadItem
from capbuild.text import numbered_name
from capbuild_limesurvey.definition import Part, Survey, clean
from capbuild_limesurvey.fields import normalise_header
from capbuild_limesurvey.lss_reader import read_survey_tables
from capbuild_limesurvey.options import LimeSurveyOptions
from capbuild_limesurvey.questionnaire import Form
from capbuild_limesurvey.response_table import (
    Cell,
    ResponseTable,
    find_day_order,
    is_response_header,
    normalise_headers,
)
from capbuild_limesurvey.responses import ResponseReader
from capbuild_limesurvey.tsv_reader import is_structure, read_structure
from capbuild_limesurvey.values import parse_tick
from capbuild_limesurvey.xml_dump import TableDump, describe_unmapped, read_dump

_MARK = re.compile(rb"<LimeSurveyDocType>\s*(?:<!\[CDATA\[)?\s*(\w+)")

#: Start of a JSON object. It has no header row; its one long line would become thousands of headers.
_JSON = re.compile(rb'\s*+(?:\[\s*+)?\{\s*+"[^"\n]*"\s*+:')

#: First bytes of workbooks: archives, or containers of old formats.
_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")

_MEMBER = re.compile(rb"\.ls[sr]")


class Variant(Enum):
    """File formats that LimeSurvey exports, with the evidence for each."""

    XML = "the mark of a LimeSurvey XML export"
    ARCHIVE = "a LimeSurvey archive: a zip file with a survey"
    STRUCTURE = "the headers of a tab-separated LimeSurvey structure"
    VV = "the two header rows of a LimeSurvey VV file"
    RESPONSES = "headers of a LimeSurvey response export"
    WORKBOOK = "headers of a LimeSurvey response export in a workbook"


def _find_header_rows(text: str) -> tuple[list[str], list[str], str]:
    """Return a text table's first two rows and delimiter."""
    lines = text.lstrip("\ufeff")
    if declared_delimiter(lines.split("\n", 1)[0]) is not None:
        lines = lines.partition("\n")[2]
    delimiter = max("\t;,", key=lines.split("\n", 1)[0].count)
    reader = csv.reader(io.StringIO(lines, newline=""), delimiter=delimiter)
    try:
        return next(reader, []), next(reader, []), delimiter
    except csv.Error:
        return [], [], delimiter


def find_variant(source: InputFile) -> Variant | None:
    """Return a file's export format, None if not LimeSurvey.

    Raises:
        ReadError: It is a workbook that cannot be read.
    """
    variant = _find_marked(source)
    if variant is not None or not source.start.startswith(_WORKBOOKS):
        return variant
    book = peek_workbook(source)
    return Variant.WORKBOOK if book is not None and find_response_sheet(book) is not None else None


def _find_marked(source: InputFile) -> Variant | None:
    """Return the format of an export, workbooks excepted."""
    head = source.head(4096)
    if head.startswith(b"PK"):
        names = _MEMBER.search(source.start) is not None or source.suffix == ".lsa"
        is_archive = names and any(name.lower().endswith((".lss", ".lsr")) for name in source.members)
        return Variant.ARCHIVE if is_archive else None
    if b"\0" in head[:256] and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return None
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Variant.XML if _MARK.search(head) is not None else None
    if _JSON.match(head.removeprefix(b"\xef\xbb\xbf")):
        return None
    first, second, delimiter = _find_header_rows(sample_text(source))
    if is_structure(first):
        return Variant.STRUCTURE
    if delimiter == "\t" and is_response_header(second) and "startlanguage" in second:
        return Variant.VV
    return Variant.RESPONSES if is_response_header(first) else None


def find_response_sheet(book: Workbook) -> Sheet | None:
    """Return the first visible sheet with LimeSurvey's response headers."""
    for sheet in book.sheets:
        headers = [cell_text(cell) for cell in sheet.rows[0] if isinstance(cell, str)] if sheet.rows else []
        if not sheet.hidden and is_response_header(headers):
            return sheet
    return None


def sniff(source: InputFile) -> Claim | None:
    """Claim LimeSurvey exports by signature or response headers."""
    variant = find_variant(source)
    if variant is None:
        return None
    sure = Confidence.SHAPE if variant in (Variant.RESPONSES, Variant.WORKBOOK) else Confidence.SIGNATURE
    return Claim(sure, variant.value)


_BOTH = re.compile(r"([A-Za-z_][\w\[\]#]*)\. (.+)", re.DOTALL)

_BRACKETS = re.compile(r"(.*?) ?\[([^\[\]]*)\]", re.DOTALL)

_LANGUAGE = "und"

#: Companion columns of answers, with the type letter that has each.
_BESIDE = {"comment": "O", "filecount": "|"}

_TAILS = ("other", *_BESIDE)


@define
class _DraftQuestion:
    """Question under construction from its columns."""

    code: str
    text: str
    rows: dict[str, tuple[str, list[Cell]]] = field(factory=dict)
    other: bool = False
    comments: bool = False
    alone: bool = False
    letter: str = ""

    def parts(self) -> Iterator[Part]:
        """Yield the question in one or two parts.

        If it has a column of its own beside rows, the rows are a separate part.
        """
        if self.alone and self.rows:
            yield evolve(self, rows={}, other=False, comments=False).part()
            yield evolve(self, letter="").part(" rows")
        else:
            yield self.part()

    def part(self, tail: str = "") -> Part:
        """Return the question.

        If nearly all cells are ticks it is multi-select, otherwise an array of rows.
        """
        rows = [(code, text) for code, (text, _) in self.rows.items()]
        written = [[cell for cell in cells if cell and cell.strip()] for _, cells in self.rows.values()]
        filled = [cell for cells in written for cell in cells]
        # 1 and 2 may be ticks with N recoded to 2, or values of a scale. As answers neither is lost.
        marks = {fold_word(cell) for cell in filled if parse_tick(cell)}  # an export uses only one word for a tick
        odd = [[cell for cell in cells if parse_tick(cell) is None or cell.strip() == "2"] for cells in written]
        words = [fold_word(cell) for cells in odd for cell in cells]
        answers = {"2", *MISSING_WORDS} | cell_words("partly", "options")
        few = max(map(len, odd), default=0) < 2 and are_exceptions(len(words), len(filled) - len(words))
        ticks = bool(filled) and len(marks) <= 1 and (not words or (few and answers.isdisjoint(words)))
        letter = ("P" if self.comments else "M") if rows and ticks else "Q" if rows else self.letter
        return Part(
            key=f"draft {self.code}{tail}",
            code=self.code,
            type=letter,
            texts={_LANGUAGE: self.text},
            other=self.other,
            parts=tuple(Part(key="", code=code, texts={_LANGUAGE: text}) for code, text in rows),
        )


def _split_variable(name: str, headers: Set[str]) -> tuple[str, str]:
    """Split a variable name into question and row."""
    lead, mark, tail = name.rpartition("_")
    known = lead in headers if tail in _TAILS else f"{lead}_other" in headers and lead not in headers
    own = tail == "other" and any(head != name and head.startswith(f"{lead}_") for head in headers)
    return (lead, tail) if mark and lead and (known or own) else (name, "")


def _split_header(head: str, headers: Set[str]) -> tuple[str, str, str, str]:
    """Split a header into codes and texts.

    Returns question code, question text, row code and row text; those of a row may be empty.
    """
    both = _BOTH.fullmatch(head.strip())
    code, text = (both[1], both[2]) if both else (head.strip(), "")
    coded = _BRACKETS.fullmatch(code)
    match = _BRACKETS.fullmatch(text) if text else None
    if coded is None or not coded[1]:
        lead, tail = _split_variable(code, headers)
        return lead, clean(text) or lead, tail, tail
    question = match[1] if match else text
    row = coded[2].strip()
    return coded[1].strip(), clean(question) or coded[1], row, clean(match[2]) if match else row


def infer_parts(headers: Mapping[int, str], sample: Sequence[Sequence[Cell]]) -> tuple[Part, ...]:
    """Infer questions for columns without a definition.

    Args:
        headers: Headers by column position, from 0.
        sample: Sample rows to distinguish ticks from answers.
    """
    drafts: dict[str, _DraftQuestion] = {}
    whole = frozenset(headers.values())
    for index, head in headers.items():
        code, text, row, row_text = _split_header(head, whole)
        code = normalise_header(code) or f"column {index + 1}"
        drafted = drafts.setdefault(code, _DraftQuestion(code, text))
        if row in ("other", "othercomment"):
            drafted.other = True
        elif row in _BESIDE:
            drafted.letter = _BESIDE[row]
        elif row.endswith("comment") and row.removesuffix("comment") in drafted.rows:
            drafted.comments = True
        elif row:
            drafted.rows[row] = row_text, [cells[index] if index < len(cells) else None for cells in sample]
        else:
            drafted.alone = True
    return tuple(part for drafted in drafts.values() for part in drafted.parts())


def infer_survey(table: ResponseTable, headers: Mapping[int, str], sample: Sequence[Sequence[Cell]]) -> Survey:
    """Infer the survey of an export."""
    return Survey(titles={}, questions=infer_parts(headers, sample), version="", kind=table.sheet or "draft")


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
    "timings": "it contains the time spent on each question",
    "label set": "it contains lists of labels that questions may use",
}

_NOT_SHOWN = "{question_not_shown}"

#: Text for a database NULL in exports with texts.
_NOT_ANSWERABLE = frozenset(("N/A",))


def _find_stem(source: InputFile) -> str:
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
    yield from mark_missing(_read_items(source, options), options.missing)


def _read_items(source: InputFile, options: LimeSurveyOptions) -> Iterator[ReadItem]:
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
            table, notes = _read_workbook_responses(source, _NOT_ANSWERABLE)
            yield from _read_responses(source, options, table, _load_given_survey(options))
            yield from notes
        case _:
            raise _make_no_export_error(source)


def _make_no_export_error(source: InputFile) -> ReadError:
    return source.error("is no export of LimeSurvey", "LIME1", "name another reader with format=")


def _read_xml(source: InputFile, options: LimeSurveyOptions) -> Iterator[ReadItem]:
    dump = read_dump(source)
    if dump.kind.lower() == "responses":
        yield from _read_responses(source, options, _dump_responses(source, dump, None), _load_given_survey(options))
        return
    survey = read_survey_tables(dump)
    yield from _read_survey(source, survey)
    other = _OTHER_KINDS.get(dump.kind.lower())
    if other is not None:
        yield Issue.warning(
            "LIME7",
            f"the file contains neither a survey nor answers: {other}",
            Origin(source.name),
            "ask for the survey (.lss), its archive (.lsa) or an export of its responses",
        )
    yield SheetReconciliation(skipped=other or "it contains the survey, not responses")


def _read_survey(source: InputFile, survey: Survey) -> Iterator[ReadItem]:
    """Yield a survey's questionnaire and issues."""
    form = Form(survey).questionnaire(_find_stem(source))
    yield form
    yield from _list_definition_issues(source, survey, form)


def _list_definition_issues(source: InputFile, survey: Survey, form: Questionnaire) -> Iterator[Issue]:
    """Yield the issues of a survey definition.

    They name what a questionnaire cannot store, and what was not read.
    """
    unmapped = describe_unmapped(survey)
    if unmapped:
        yield Issue.note(
            "LIME5",
            f"a questionnaire has no place for some of the survey: {unmapped}",
            Origin(source.name),
            "keep the file beside the questionnaire",
        )
    yield from survey.doubts(form)


def _read_structure(source: InputFile) -> Iterator[ReadItem]:
    survey, unread = read_structure(source)
    log = IssueLog(source.name)
    yield from _read_survey(source, survey)
    encoding = find_encoding(source, None)
    if encoding.issue is not None:
        yield encoding.issue
    for row, why in unread:
        log.add("LIME4", Severity.WARNING, f"the row has no use: {why}", row=row, remedy="correct the class")
    yield from log.close()
    yield SheetReconciliation(skipped="it contains the survey, not responses")


def _dump_responses(source: InputFile, dump: TableDump, member: str | None) -> ResponseTable:
    """Return a dump's responses, missing fields as NULL."""
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
    """Read the survey and responses of an archive.

    Participants and timings are skipped, with an issue.
    """
    surveys = sorted(name for name in source.members if name.lower().endswith(".lss"))
    answers = sorted(
        (name for name in source.members if name.lower().endswith(".lsr")),
        key=lambda name: (not name.lower().endswith("_responses.lsr"), name),
    )
    survey = _load_given_survey(options)
    if surveys:
        survey = read_survey_tables(read_dump(source, surveys[0]))
    if answers:
        dump = read_dump(source, answers[0])
        yield from _read_responses(source, options, _dump_responses(source, dump, answers[0]), survey)
    elif survey is not None:
        yield from _read_survey(source, survey)
    for name in source.members:
        if name not in (*surveys[:1], *answers[:1]):
            yield SheetReconciliation(sheet=name, skipped=_skip_reason(name))


def _skip_reason(name: str) -> str:
    if "token" in name.lower():
        return _OTHER_KINDS["tokens"]
    if "timing" in name.lower():
        return _OTHER_KINDS["timings"]
    if name.lower().endswith((".lss", ".lsr")):
        return "the archive contains another survey or file of this kind; only the first is read"
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
    raise _make_no_export_error(source)


def _load_given_survey(options: LimeSurveyOptions) -> Survey | None:
    """Return the survey given in the options."""
    return None if options.definition is None else read_survey(options.definition)


def _make_plain(cell: object) -> Cell:
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

    log = IssueLog(source.name)

    def cells() -> Iterator[tuple[int, Sequence[Cell]]]:
        for number, row in rows:
            if any(row) and len(row) < len(headers):
                message = f"the row has {len(row)} cells below {len(headers)} headers; absent cells count as blank"
                log.add("CB109", Severity.WARNING, message, row=number, remedy="export the file again")
            plain = [_make_plain(cell) for cell in row]
            yield number, _unescape_vv(plain) if variant is Variant.VV else plain

    unseen = _NOT_ANSWERABLE if variant is Variant.RESPONSES else frozenset((_NOT_SHOWN,))
    names = tuple((_make_plain(head) or "").strip() for head in headers)
    for item in _read_responses(
        source, options, ResponseTable(source.name, names, cells(), unseen=unseen), _load_given_survey(options)
    ):
        if isinstance(item, SheetReconciliation):
            yield from table.issues
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
    """Add a draft question for each unknown column."""
    sample = list(islice(table.rows, _SAMPLE))
    order = find_day_order(table.headers, sample)
    table = evolve(table, rows=chain(sample, table.rows), order=order, sample=sample)
    known = survey or Survey(titles={})
    unknown = ResponseReader(evolve(table, rows=iter(())), Form(known), options, log).unknown_headers()
    renamed = _rename_duplicates(table.headers, unknown)
    for index, name in renamed.items():
        message = f"the header {table.headers[index]!r} is a duplicate; this column is called {name!r}"
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


def _number_header(question: str, part: str, used: Collection[str]) -> str:
    return numbered_name(question, lambda stem: normalise_header(f"{stem}{part}") in used) + part


def _rename_duplicates(headers: Sequence[str], unknown: Mapping[int, str]) -> dict[int, str]:
    """Return unique names for unknown columns with duplicate headers."""
    used = {normalise_header(head) for index, head in enumerate(headers) if index not in unknown}
    named: dict[int, str] = {}
    for index, head in unknown.items():
        question = head.partition("[")[0].rstrip()
        name = _number_header(question, head.removeprefix(question), used)
        used.add(normalise_header(name))
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
    questionnaire = form.questionnaire(_find_stem(source))
    yield questionnaire
    if survey is not None:
        yield from _list_definition_issues(source, survey, questionnaire)
    _note_columns(reader, log)
    yield from log.drain()
    yield from reader.responses()
    if reader.account.rows_out == 0:
        log.add("CB117", Severity.ERROR, "the file contains no response", remedy="ask for the export again")
    yield from log.close()
    yield reader.reconciliation()


def _note_columns(reader: ResponseReader, log: IssueLog) -> None:
    if reader.place is None and reader.options.country is None:
        remedy = 'set country = "..." for the whole file'
        log.add("CB104", Severity.WARNING, "no question asks for the country", remedy=remedy)
    for column in reader.columns():
        if column.personal is not None and not reader.options.drop_personal:
            message = f"{column.name!r} looks personal ({column.personal.value})"
            remedy = "drop_personal = true leaves such columns out"
            log.add("CB132", Severity.WARNING, message, column=column.column, remedy=remedy)


def _read_text(cell: TableCell) -> str:
    return cell.text if isinstance(cell, ErrorCell) else cell_text(cell)


def _read_workbook_responses(source: InputFile, unseen: frozenset[str]) -> tuple[ResponseTable, list[ReadItem]]:
    """Return a workbook's responses, issues and skipped sheets.

    Args:
        source: The workbook.
        unseen: Texts that mean "this question was not shown".

    Raises:
        ReadError: LIME1, no sheet has responses; or the workbook cannot be read.
    """
    book = open_workbook(source)
    sheet = find_response_sheet(book)
    if sheet is None:
        raise _make_no_export_error(source)
    rows = grid_rows(sheet.rows, sheet.width)
    headers = tuple(_read_text(cell).strip() for cell in next(rows)[1])

    def cells() -> Iterator[tuple[int, Sequence[Cell]]]:
        for number, row in rows:
            yield number, [_read_text(cell) for cell in row]

    notes: list[ReadItem] = [*book.issues, *unseen_issues(source.name, sheet)]
    others = (other.name for other in book.sheets if other is not sheet)
    notes += [SheetReconciliation(sheet=name, skipped="it contains no responses of LimeSurvey") for name in others]
    return ResponseTable(source.name, headers, cells(), sheet=sheet.name, unseen=unseen), notes
