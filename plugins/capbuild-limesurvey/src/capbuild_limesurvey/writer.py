"""Writers of surveys and responses for LimeSurvey.

Surveys are a tab-separated structure or XML; responses are an archive or a VV file.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape

from capbuild.errors import WriteError
from capbuild.escaping import xml_text
from capbuild.frameworks import survey_questionnaire
from capbuild.model import Framework, Questionnaire, Survey
from capbuild.plugins import RenderContext
from capbuild_limesurvey.answer_columns import (
    ABOUT,
    WrittenColumn,
    index_answers,
    list_response_cells,
    list_written_columns,
)
from capbuild_limesurvey.options import LimeSurveyWriteOptions
from capbuild_limesurvey.questionnaire import BETWEEN_TITLES
from capbuild_limesurvey.survey_layout import SurveyLayout, WrittenQuestion, WrittenSection, plan_layout, text_in

#: Table version of the XML: LimeSurvey 6.0 and later read it.
_DB_VERSION = "600"

_COLUMN_NAMES = (
    "id related_id class type/scale name relevance text help language validation mandatory encrypted other default "
    "same_default same_script assessment_value cssclass date_format exclude_all_others max_num_value_n "
    "min_num_value_n num_value_int_only other_replace_text suffix"
)

_COLUMNS = _COLUMN_NAMES.split()

_BREAK = re.compile(r"\r\n?")

#: Number of the survey until LimeSurvey assigns one.
SURVEY = "1"


def _code(language: str) -> str:
    """Return a language tag as LimeSurvey's code."""
    return language.replace("-x-", "-")


def _write_language_settings(section: WrittenSection, language: str) -> str:
    return BETWEEN_TITLES.join(text_in(title, language) for title in section.above)


def _make_line(**cells: str) -> dict[str, str]:
    return {name.replace("type_scale", "type/scale").replace("kind", "class"): cell for name, cell in cells.items()}


def _list_structure_rows(survey: SurveyLayout) -> Iterator[Mapping[str, str]]:
    main, *more = (_code(language) for language in survey.languages)
    yield _make_line(kind="S", name="sid", text=SURVEY)
    yield _make_line(kind="S", name="format", text="G")
    yield _make_line(kind="S", name="language", text=main)
    yield _make_line(kind="S", name="additional_languages", text=" ".join(more))
    for language in survey.languages:
        yield _make_line(
            kind="SL", name="surveyls_title", text=text_in(survey.title, language), language=_code(language)
        )
    for language in survey.languages:
        number = 0
        for position, section in enumerate(survey.sections, start=1):
            yield _make_line(
                kind="G",
                type_scale=str(position),
                name=text_in(section.title, language),
                relevance="1",
                text=_write_language_settings(section, language),
                language=_code(language),
            )
            for written in section.questions:
                number += 1
                yield from _list_question_rows(written, str(number), language)


def _list_question_rows(written: WrittenQuestion, number: str, language: str) -> Iterator[Mapping[str, str]]:
    code = _code(language)
    yield {
        **_make_line(
            id=number,
            kind="Q",
            type_scale=written.letter,
            name=written.code,
            relevance=written.relevance,
            text=text_in(written.question.text, language),
            help=text_in(written.question.hint, language),
            language=code,
            mandatory="Y" if written.question.required else "N",
            other="Y" if written.other else "N",
            other_replace_text=text_in(written.other_text, language),
        ),
        **written.attributes,
    }
    for row in written.rows:
        yield _make_line(
            kind="SQ", type_scale="0", name=row.code, relevance="1", text=text_in(row.text, language), language=code
        )
    for answer in written.answers:
        yield _make_line(
            id=number,
            kind="A",
            type_scale="0",
            name=answer.code,
            text=text_in(answer.text, language),
            language=code,
            assessment_value=_format_whole(answer.value),
        )


def _format_whole(value: float | None) -> str:
    """Return a rounded score: LimeSurvey stores integers."""
    return str(round(value)) if value is not None else ""


def _write_structure(survey: SurveyLayout) -> Iterator[bytes]:
    """Yield the tab-separated structure, with LimeSurvey's UTF-8 byte order mark."""
    yield b"\xef\xbb\xbf"
    stream = io.StringIO()
    writer = csv.DictWriter(stream, _COLUMNS, restval="", delimiter="\t", lineterminator="\n")
    writer.writeheader()
    # The csv module does not quote a lone carriage return, so it would end the row.
    rows = ({name: _BREAK.sub("\n", cell) for name, cell in row.items()} for row in _list_structure_rows(survey))
    writer.writerows(rows)
    yield stream.getvalue().encode("utf-8")


Rows = list[dict[str, str]]


def _make_tables(survey: SurveyLayout) -> tuple[dict[str, Rows], dict[str, str]]:
    """Return LimeSurvey's tables, and question numbers by code."""
    names = (
        "answers answer_l10ns groups group_l10ns questions subquestions question_l10ns question_attributes surveys "
        "surveys_languagesettings"
    )
    tables: dict[str, Rows] = {name: [] for name in names.split()}
    numbers = _Numbers(tables, survey.languages)
    for position, section in enumerate(survey.sections, start=1):
        group = str(position)
        tables["groups"].append({"gid": group, "sid": SURVEY, "group_order": group, "grelevance": "1"})
        for language in survey.languages:
            tables["group_l10ns"].append(
                {
                    "id": str(len(tables["group_l10ns"]) + 1),
                    "gid": group,
                    "group_name": text_in(section.title, language),
                    "description": _write_language_settings(section, language),
                    "language": _code(language),
                }
            )
        for order, written in enumerate(section.questions, start=1):
            numbers.add(written, group, order)
    main, *more = (_code(language) for language in survey.languages)
    tables["surveys"].append(
        {"sid": SURVEY, "format": "G", "language": main, "additional_languages": " ".join(more), "assessments": "Y"}
    )
    tables["surveys_languagesettings"] += [
        {
            "surveyls_survey_id": SURVEY,
            "surveyls_language": _code(language),
            "surveyls_title": text_in(survey.title, language),
        }
        for language in survey.languages
    ]
    return tables, numbers.by_code


class _Numbers:
    """Builder of table rows for questions, with unique numbers."""

    def __init__(self, tables: dict[str, Rows], languages: tuple[str, ...]) -> None:
        self.tables = tables
        self.languages = languages
        self.last = 0
        self.by_code: dict[str, str] = {}

    def _format_row(self, table: str, written: WrittenQuestion, group: str, order: int, **cells: str) -> str:
        self.last += 1
        number = str(self.last)
        self.tables[table].append(
            {
                "qid": number,
                "parent_qid": "0",
                "sid": SURVEY,
                "gid": group,
                "type": written.letter,
                "title": written.code,
                "other": "N",
                "mandatory": "N",
                "question_order": str(order),
                "scale_id": "0",
                "same_default": "0",
                "relevance": "1",
                **cells,
            }
        )
        return number

    def add(self, written: WrittenQuestion, group: str, order: int) -> None:
        """Add a question with its subquestions, answers and settings."""
        number = self._format_row(
            "questions",
            written,
            group,
            order,
            other="Y" if written.other else "N",
            mandatory="Y" if written.question.required else "N",
            relevance=written.relevance,
        )
        self.by_code[written.code] = f"{SURVEY}X{group}X{number}"
        self._add_text(number, {tag: text_in(written.question.text, tag) for tag in self.languages}, written)
        for position, row in enumerate(written.rows, start=1):
            below = self._format_row(
                "subquestions", written, group, position, title=row.code, parent_qid=number, type="T"
            )
            self._add_text(below, {tag: text_in(row.text, tag) for tag in self.languages}, None)
        for position, answer in enumerate(written.answers, start=1):
            self._answer(number, position, answer.code, _format_whole(answer.value) or "0")
            self._label(str(len(self.tables["answers"])), {tag: text_in(answer.text, tag) for tag in self.languages})
        self.tables["question_attributes"] += [
            {"qid": number, "attribute": name, "value": value} for name, value in written.attributes.items()
        ]
        if written.other_text is not None:
            self.tables["question_attributes"] += [
                {"qid": number, "attribute": "other_replace_text", "value": text, "language": _code(tag)}
                for tag in self.languages
                if (text := text_in(written.other_text, tag))
            ]

    def _add_text(self, number: str, texts: Mapping[str, str], written: WrittenQuestion | None) -> None:
        rows = self.tables["question_l10ns"]
        for tag, text in texts.items():
            hint = text_in(written.question.hint, tag) if written is not None else ""
            cells = {"question": text, "help": hint, "language": _code(tag)}
            rows.append({"id": str(len(rows) + 1), "qid": number, **cells})

    def _answer(self, number: str, place: int, code: str, value: str) -> None:
        rows = self.tables["answers"]
        cells = {"code": code, "sortorder": str(place), "assessment_value": value, "scale_id": "0"}
        rows.append({"aid": str(len(rows) + 1), "qid": number, **cells})

    def _label(self, number: str, texts: Mapping[str, str]) -> None:
        rows = self.tables["answer_l10ns"]
        for tag, text in texts.items():
            rows.append({"id": str(len(rows) + 1), "aid": number, "answer": text, "language": _code(tag)})


def _write_table(name: str, rows: Rows, headers: Sequence[str] = ()) -> Iterator[str]:
    fields = headers or dict.fromkeys(field for row in rows for field in row)
    yield f" <{name}>\n  <fields>\n"
    yield from (f"   <fieldname>{field}</fieldname>\n" for field in fields)
    yield "  </fields>\n  <rows>\n"
    for row in rows:
        cells = "".join(f"    <{field}>{escape(xml_text(text))}</{field}>\n" for field, text in row.items())
        yield f"   <row>\n{cells}   </row>\n"
    yield f"  </rows>\n </{name}>\n"


def dump(kind: str, languages: Sequence[str], tables: Mapping[str, Rows], headers: Sequence[str] = ()) -> bytes:
    """Return tables as LimeSurvey's XML.

    Args:
        kind: Document type, such as `Survey`.
        languages: Languages, as tags.
        tables: Rows by table; a cell that a row lacks is NULL.
        headers: Fields of the tables; the fields of the rows when empty.
    """
    listed = "".join(f"  <language>{escape(xml_text(_code(tag)))}</language>\n" for tag in languages)
    parts = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<document>\n <LimeSurveyDocType>{kind}</LimeSurveyDocType>\n'
        f" <DBVersion>{_DB_VERSION}</DBVersion>\n <languages>\n{listed} </languages>\n"
    ]
    for name, rows in tables.items():
        if rows or headers:
            parts += _write_table(name, rows, headers)
    return "".join([*parts, "</document>\n"]).encode("utf-8", "replace")


def write_survey_bytes(survey: SurveyLayout) -> bytes:
    """Return a survey as LimeSurvey's XML."""
    return dump("Survey", survey.languages, _make_tables(survey)[0])


def list_database_columns(survey: SurveyLayout, columns: Sequence[WrittenColumn]) -> list[str]:
    """Return the database names of answer columns."""
    numbers = _make_tables(survey)[1]
    return [f"{numbers[column.written.code]}{column.tail}" for column in columns]


def _write_xml(survey: SurveyLayout) -> Iterator[bytes]:
    yield write_survey_bytes(survey)


def write_survey(
    subject: Framework | Questionnaire, _context: RenderContext, options: LimeSurveyWriteOptions, layout: str
) -> Iterator[bytes]:
    """Yield a survey in all its languages, with skip rules.

    Args:
        subject: A questionnaire, or a framework, for its survey questionnaire.
        options: Options in force.
        layout: `lss` or `tab`, if not in the options.

    Raises:
        WriteError: LIME6, a skip rule has no equivalent in LimeSurvey, and the options do not drop it.
    """
    form = survey_questionnaire(subject) if isinstance(subject, Framework) else subject
    survey = plan_layout(form, options)
    yield from (_write_structure if (options.layout or layout) == "tab" else _write_xml)(survey)


#: Marks in VV files for characters that would end a cell; a null byte would make the file binary.
_VV_MARKS = str.maketrans(
    {"{": "{lbrace}", "}": "{rbrace}", '"': "{quote}", "\t": "{tab}", "\r": "{cr}", "\n": "{newline}", "\0": "\ufffd"}
)

_VV_UNSHOWN = "{question_not_shown}"

#: Earliest day of an archive member, for reproducible bytes.
_DAY = (1980, 1, 1, 0, 0, 0)


def _lay_out_responses(reading: Survey, options: LimeSurveyWriteOptions) -> SurveyLayout:
    """Return the survey layout of responses.

    Questions with comments become lists with a comment.
    """
    form: Questionnaire | None = reading.questionnaire
    if form is None:
        raise WriteError(
            f"{reading.file} has no questionnaire, and LimeSurvey keeps no answers without one",
            code="CB711",
            remedy="give the definition when the responses are read",
        )
    commented = frozenset(a.question for response in reading.responses for a in response.answers if a.comment)
    return plan_layout(form, options, commented)


def _list_rows(reading: Survey, columns: tuple[WrittenColumn, ...]) -> Iterator[list[str | None]]:
    for number, response in enumerate(reading.responses, start=1):
        answers = index_answers(response)
        yield [*list_response_cells(response, number), *(column.cell(answers) for column in columns)]


def write_archive(reading: Survey, _context: RenderContext, options: LimeSurveyWriteOptions) -> Iterator[bytes]:
    """Yield an archive of the survey and the responses.

    Raises:
        WriteError: There is no questionnaire, or a skip rule has no equivalent in LimeSurvey and the options refuse it.
    """
    survey = _lay_out_responses(reading, options)
    columns = list_written_columns(survey)
    names = [*ABOUT, *list_database_columns(survey, columns)]
    tags = [f"_{name}" if name[:1].isdigit() else name for name in names]
    rows = [
        {tag: cell for tag, cell in zip(tags, cells, strict=True) if cell is not None}
        for cells in _list_rows(reading, columns)
    ]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (
            (f"survey_{SURVEY}.lss", write_survey_bytes(survey)),
            (f"survey_{SURVEY}_responses.lsr", dump("Responses", survey.languages, {"responses": rows}, names)),
        ):
            member = zipfile.ZipInfo(name, _DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    yield stream.getvalue()


def write_vv(reading: Survey, _context: RenderContext, options: LimeSurveyWriteOptions) -> Iterator[bytes]:
    """Yield a tab-separated VV file: texts, names, then responses.

    Raises:
        WriteError: There is no questionnaire, or a skip rule has no equivalent in LimeSurvey and the options refuse it.
    """
    columns = list_written_columns(_lay_out_responses(reading, options))
    headers: list[str | None] = [*ABOUT, *(column.text for column in columns)]
    lines: list[list[str | None]] = [
        headers,
        [*ABOUT, *(column.name for column in columns)],
        *_list_rows(reading, columns),
    ]
    for line in lines:
        cells = (_VV_UNSHOWN if cell is None else cell.translate(_VV_MARKS) for cell in line)
        yield ("\t".join(cells) + "\n").encode("utf-8", "replace")
