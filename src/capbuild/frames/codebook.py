"""Codebook of a survey: frame, page, table or DDI."""

import html
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from attrs import frozen

from capbuild._atomic import write_atomic
from capbuild.display import counted
from capbuild.errors import WriteError
from capbuild.escaping import format_csv, isolate_direction, source_hash, xml_text
from capbuild.frames.wide import WideColumn, WideKind, make_frame
from capbuild.model import AnswerValue, Missing, Question, QuestionType, Survey
from capbuild.model.survey_questions import answer_code

_NUMERIC = (QuestionType.INTEGER, QuestionType.DECIMAL)
#: Response domains of DDI Codebook 2.5. Types without one are written as `other`, with their own name.
_DOMAINS = {
    QuestionType.TEXT: "text",
    QuestionType.SELECT_ONE: "category",
    QuestionType.SELECT_MULTIPLE: "multiple",
    **dict.fromkeys(_NUMERIC, "numeric"),
    **dict.fromkeys((QuestionType.DATE, QuestionType.TIME, QuestionType.DATETIME), "datetime"),
}


@frozen(kw_only=True)
class CodebookRow:
    """Row of a codebook.

    A row counts an option, a kind of missing, or all other answers to a question.

    Attributes:
        question: The question.
        option: Code of the option; empty for other rows.
        label: Its label, or the kind of missing; empty for other answers.
        answers: Number of answers.
        is_missing: Whether it is a missing value.
    """

    question: Question
    option: str = ""
    label: str = ""
    answers: int = 0
    is_missing: bool = False


def codebook_rows(survey: Survey) -> Iterator[CodebookRow]:
    """Yield the rows of a codebook, question by question."""
    for summary in survey.questions:
        question, answers = summary.question, survey[summary.id]
        given = Counter(code for value in answers.values for code in _list_codes(value))
        # A missing code is the raw answer: `8` for "don't know".
        missing_codes = {choice.code: choice.missing for choice in question.choices if choice.missing is not None}
        raw_counts = Counter(
            answer.raw
            for answer in answers
            if answer.raw in missing_codes and answer.value is missing_codes[answer.raw]
        )
        codes = {choice.code for choice in question.choices}
        for choice in question.choices:
            yield CodebookRow(
                question=question,
                option=choice.code,
                label=choice.label.source,
                answers=given[choice.code] or raw_counts[choice.code],
                is_missing=choice.missing is not None,
            )
        others = sum(not codes.issuperset(_list_codes(value)) for value in answers.values)
        if others or not question.choices:
            yield CodebookRow(question=question, answers=others)
        for kind, count in answers.missing.items():
            left = count - sum(raw_counts[code] for code, meaning in missing_codes.items() if meaning is kind)
            if left:
                yield CodebookRow(question=question, label=kind.value, answers=left, is_missing=True)


def _list_codes(value: AnswerValue) -> tuple[str, ...]:
    """Return an answer's codes; none for a missing value."""
    if isinstance(value, Missing):
        return ()
    return value if isinstance(value, tuple) else (answer_code(value),)


def _group_by_question(survey: Survey) -> Iterator[tuple[Question, list[CodebookRow]]]:
    for _, rows in groupby(codebook_rows(survey), key=lambda row: row.question.id):
        own = list(rows)
        yield own[0].question, own


def codebook_frame(survey: Survey, frame: str) -> Any:
    """Return the codebook as a frame; see `Survey.codebook`."""
    rows = list(codebook_rows(survey))
    texts: Mapping[str, Callable[[CodebookRow], str]] = {
        "question": lambda row: row.question.id,
        "text": lambda row: row.question.text.source,
        "type": lambda row: row.question.type.value,
        "unit": lambda row: row.question.unit,
        "group": lambda row: row.question.group or "",
        "option": lambda row: row.option,
        "label": lambda row: row.label,
    }
    columns = [
        WideColumn(name=name, kind=WideKind.TEXT, cells=[take(row) or None for row in rows])
        for name, take in texts.items()
    ]
    columns.append(WideColumn(name="answers", kind=WideKind.INTEGER, cells=[row.answers for row in rows]))
    columns.append(WideColumn(name="is_missing", kind=WideKind.BOOLEAN, cells=[row.is_missing for row in rows]))
    return make_frame(columns, frame)


def write_codebook(survey: Survey, path: str | Path) -> Path:
    """Write a codebook in the format of the path's suffix.

    The formats are those of `Survey.write_codebook`.
    """
    target = Path(path)
    make = _MAKERS.get(target.suffix.lower())
    if make is None:
        known = ", ".join(_MAKERS)
        raise WriteError(f"{target.name}: no codebook is written as {target.suffix!r}", remedy=f"one of: {known}")
    write_atomic(target, make(survey))
    return target


def _to_csv(survey: Survey) -> str:
    rows: list[tuple[str | int, ...]] = [("question", "text", "type", "option", "label", "answers", "is_missing")]
    for row in codebook_rows(survey):
        asked = row.question
        cells = (asked.id, asked.text.source, asked.type.value, row.option, row.label)
        rows.append((*cells, row.answers, "yes" if row.is_missing else "no"))
    return format_csv(rows)


_STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: .25rem 0 1.5rem }
caption { text-align: left; padding: .25rem 0 }
th, td { text-align: left; padding: .15rem .75rem .15rem 0; border-bottom: 1px solid #8884; vertical-align: top }
td:last-child, th:last-child { text-align: right; font-variant-numeric: tabular-nums } code { font-weight: 600 }
"""


def _to_html(survey: Survey) -> str:
    tables = []
    for question, own in _group_by_question(survey):
        rows = "".join(
            f"<tr><td>{_escape(row.option)}</td><td>{_escape(row.label or 'other answers')}</td>"
            f"<td>{row.answers:,}</td></tr>"
            for row in own
        )
        tables.append(
            f"<table><caption><code>{_escape(question.id)}</code> {_escape(question.text.source)}</caption>"
            f"<tr><th>Code</th><th>Answer</th><th>Given</th></tr>{rows}</table>"
        )
    title = _escape(_make_title(survey))
    policy = f"default-src 'none'; style-src {source_hash(_STYLE)}; base-uri 'none'; form-action 'none'"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>"
        f"<p>{counted(len(survey), 'response')}, {counted(len(tables), 'question')}.</p>{''.join(tables)}</html>\n"
    )


def _escape(text: str) -> str:
    return html.escape(isolate_direction(text))


def _escape_xml(text: str) -> str:
    return escape(xml_text(text))


def _make_title(survey: Survey) -> str:
    form = survey.questionnaire
    return f"Codebook of {survey.file if form is None else form.title.source}"


def _to_ddi(survey: Survey) -> str:
    """Return the codebook as DDI Codebook 2.5, in schema order."""
    title = _escape_xml(_make_title(survey))
    groups: list[str] = []
    variables: list[str] = []
    for question, rows in _group_by_question(survey):
        members = _split_by_option(survey, question, rows)
        first = len(variables) + 1
        variables += [_format_variable(place, question, *member) for place, member in enumerate(members, start=first)]
        if members[0][0] != question.id:
            places = " ".join(f"V{place}" for place in range(first, len(variables) + 1))
            head = f'<varGrp ID="G{len(groups) + 1}" type="multipleResp" name={_quote(question.id)} var="{places}">'
            groups.append(f"    {head}<labl>{_escape_xml(question.text.source)}</labl></varGrp>")
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<codeBook xmlns="ddi:codebook:2_5" version="2.5">',
            f"  <stdyDscr><citation><titlStmt><titl>{title}</titl></titlStmt></citation></stdyDscr>",
            f'  <fileDscr ID="F1"><fileTxt><fileName>{_escape_xml(survey.file)}</fileName></fileTxt></fileDscr>',
            "  <dataDscr>",
            *groups,
            *variables,
            "  </dataDscr>",
            "</codeBook>",
            "",
        ]
    )


def _split_by_option(
    survey: Survey, question: Question, rows: list[CodebookRow]
) -> list[tuple[str, str, list[CodebookRow]]]:
    """Return name, label and rows of a question's variables.

    A multi-select question has a variable per option, any other question just one.
    """
    options = [row for row in rows if row.option and not row.is_missing]
    if question.type is not QuestionType.SELECT_MULTIPLE or not options:
        return [(question.id, question.text.source, rows)]
    answered = sum(not isinstance(value, Missing) for value in survey[question.id].values)
    absent = [row for row in rows if row.is_missing]
    return [
        (
            f"{question.id}/{row.option}",
            row.label,
            [
                CodebookRow(question=question, option="1", label="Chosen", answers=row.answers),
                CodebookRow(question=question, option="0", label="Not chosen", answers=answered - row.answers),
                *absent,
            ],
        )
        for row in options
    ]


def _format_variable(place: int, question: Question, name: str, label: str, rows: list[CodebookRow]) -> str:
    mark = {True: ' missing="Y"', False: ""}
    categories = "".join(
        f"<catgry{mark[row.is_missing]}><catValu>{_escape_xml(row.option)}</catValu>"
        f'<labl>{_escape_xml(row.label)}</labl><catStat type="freq">{row.answers}</catStat></catgry>'
        for row in rows
        if row.option
    )
    kind, domain = question.type, _DOMAINS.get(question.type)
    asked = f'"{domain}"' if domain else f'"other" otherResponseDomainType="{kind.value.replace(" ", "-")}"'
    measured = ' intrvl="contin"' if kind in _NUMERIC else ""
    whole = ' dcml="0"' if kind is QuestionType.INTEGER else ""
    stored = "numeric" if kind in _NUMERIC else "character"
    category = f' category="{kind.value}"' if kind in (QuestionType.DATE, QuestionType.TIME) else ""
    return (
        f'    <var ID="V{place}" name={_quote(name)} files="F1"{whole}{measured}><labl>{_escape_xml(label)}</labl>'
        f"<qstn responseDomainType={asked}><qstnLit>{_escape_xml(question.text.source)}</qstnLit></qstn>{categories}"
        f'<varFormat type="{stored}"{category}/></var>'
    )


def _quote(text: str) -> str:
    return quoteattr(xml_text(text))


_MAKERS: Mapping[str, Callable[[Survey], str]] = {".html": _to_html, ".csv": _to_csv, ".xml": _to_ddi}
