"""Readers of definitions.

`xlsform` reads workbooks and text files, `odk-xform` XML.
"""

import re
from collections.abc import Iterator

from capbuild_sheets.sheets import Sheet
from capbuild_sheets.workbook import is_workbook, peek_workbook

from capbuild.formats import read_first_rows
from capbuild.model import Issue, PersonalData, QuestionType, SheetReconciliation
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, NoOptions, Reader, ReadItem
from capbuild_xlsform.definitions.definition_sheets import is_survey_header, parse_header
from capbuild_xlsform.definitions.files import LoadedForm, load_sheets, load_xform, read_start
from capbuild_xlsform.definitions.form import Form
from capbuild_xlsform.definitions.question_types import Structure, parse_type
from capbuild_xlsform.definitions.questionnaire import find_choice_issues, find_unmapped_issue, to_questionnaire
from capbuild_xlsform.definitions.rows import find_duplicate_labels
from capbuild_xlsform.facts import count_form, count_xform
from capbuild_xlsform.options import FormOptions
from capbuild_xlsform.text_tables import cell_text

_XFORM = re.compile(rb"<(?:\w+:)?html[\s>]")
_XFORMS_MARK = b"http://www.w3.org/2002/xforms"
_EXTERNAL_ONLY = frozenset({"name", "label"})


def _split_rows(source: InputFile) -> list[list[str]]:
    """Return the first non-blank rows of a text file.

    Cells of the first two rows are stripped of white space.
    """
    rows = [row for row in read_first_rows(source) if any(map(str.strip, row))]
    return [*([cell.strip() for cell in row] for row in rows[:2]), *rows[2:]]


def _sniff_text(source: InputFile) -> Claim | None:
    if source.suffix not in (".csv", ".tsv", ".txt", ""):
        return None
    rows = _split_rows(source)
    if not rows:
        return None
    first = rows[0]
    if first[0].casefold() == "survey" and len(rows) > 1 and not any(first[1:]) and is_survey_header(rows[1][1:]):
        return Claim(Confidence.SIGNATURE, "a section 'survey' with the headers type and name")
    names = [parse_header(cell).name for cell in first]
    if is_survey_header(first) and "name" in names and _has_known_types(rows[1:], names.index("type")):
        return Claim(Confidence.SIGNATURE, "the headers type and name of an XLSForm")
    if {"list_name", "name"} <= set(names) and "label" in names:
        return Claim(Confidence.SIGNATURE, "the headers list_name, name and label of an XLSForm")
    if _is_choice_list(first, len(rows)):
        return Claim(Confidence.SHAPE, "the headers label and name of choices beside a form")
    return None


def _has_known_types(rows: list[list[str]], at: int) -> bool:
    """True if most of a column are question types.

    The header `type` alone proves nothing, as many tables have it.
    """
    types = [row[at].strip() for row in rows if at < len(row) and row[at].strip()]
    kinds = [parse_type(written) for written in types]
    known = [kind for kind in kinds if kind.type is not QuestionType.UNKNOWN or kind.structure is not Structure.ITEM]
    return bool(types) and 2 * len(known) >= len(types)


def _is_choice_list(first: list[str], rows: int) -> bool:
    """True for a choice list of `select_one_from_file`.

    Such a file is known by its headers name and label only.
    """
    plain = [cell.casefold() for cell in first]
    # With a type column it would be a survey sheet, with known types.
    return (
        set(plain) >= _EXTERNAL_ONLY
        and "type" not in plain
        and len(plain) <= 4
        and rows > 1
        and all(re.fullmatch(r"\w+", c) for c in plain)
    )


def _has_questions(sheet: Sheet) -> bool:
    """True if a sheet has the headers of questions.

    If there are cells below `type`, at least one must be a known type.
    """
    rows = [[cell_text(cell) for cell in row] for row in sheet.rows]
    for number, row in enumerate(rows[:20], start=1):
        if is_survey_header(row):
            at = [parse_header(cell).name for cell in row].index("type")
            below = [row[at] for row in rows[number:] if at < len(row) and row[at]]
            return not below or any(_has_known_types([[written]], 0) for written in below)
    return False


def _sniff_xlsform(source: InputFile) -> Claim | None:
    if not is_workbook(source):
        return _sniff_text(source)
    book = peek_workbook(source)
    if book is None:
        return None
    for sheet in book.sheets:
        named = sheet.name.strip().casefold() == "survey"
        if named and _has_questions(sheet):
            return Claim(Confidence.SIGNATURE, f"a sheet {sheet.name!r} with the headers type and name")
    return None


def _find_personal(form: Form, file: str) -> Iterator[Issue]:
    questions: dict[PersonalData, list[str]] = {}
    for item in form.items:
        if item.personal is not None:
            questions.setdefault(item.personal, []).append(item.name)
    for kind, names in questions.items():
        message = f"it asks for personal data ({kind.value}): {', '.join(names)}"
        yield Issue.note("CB132", message, Origin(file))


def _list_items(loaded: LoadedForm, file: str) -> Iterator[ReadItem]:
    yield from loaded.issues
    yield to_questionnaire(loaded.form)
    yield from find_choice_issues(loaded.form)
    yield from find_duplicate_labels(loaded.form)
    yield from _find_personal(loaded.form, file)
    yield from find_unmapped_issue(loaded.form, file)
    yield from loaded.accounts or [SheetReconciliation()]


def _read_xlsform(source: InputFile, options: FormOptions) -> Iterator[ReadItem]:
    yield from _list_items(load_sheets(source, options.files), source.name)


def _sniff_xform(source: InputFile) -> Claim | None:
    head = read_start(source)
    if head.lstrip()[:1] != b"<" or _XFORMS_MARK not in head or not _XFORM.search(head):
        return None
    return Claim(Confidence.SIGNATURE, "XHTML with an XForms model")


def _read_xform(source: InputFile, _options: NoOptions) -> Iterator[ReadItem]:
    yield from _list_items(load_xform(source), source.name)


XLSFORM = Reader(
    name="xlsform",
    title="XLSForm: the definition of a form (XLSX, XLS, CSV)",
    sniff=_sniff_xlsform,
    read=_read_xlsform,
    facts=count_form,
    options=FormOptions,
    suffixes=(".xlsx", ".xls", ".csv"),
    companions=(Companion(option="files"),),
)
ODK_XFORM = Reader(
    name="odk-xform",
    title="ODK XForm: the definition of a form (XML)",
    sniff=_sniff_xform,
    read=_read_xform,
    facts=count_xform,
    suffixes=(".xml",),
)
