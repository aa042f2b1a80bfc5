"""Read bundles: an archive with the form and the answers as two tables."""

import csv
import io

from capbuild.errors import ReadError
from capbuild.model import (
    Answer,
    Choice,
    ColumnUsed,
    Issue,
    Missing,
    Question,
    Questionnaire,
    Response,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, NoOptions, Reader, hookimpl

CAPBUILD_API = 1
ANSWERS = "answers.csv"
FORM = "form.csv"
FIELDS = ["name", "kind", "label", "choices"]
KINDS = {"text": "text", "count": "integer", "pick": "select one", "picks": "select multiple"}
SHADES = {"?": Missing.DONT_KNOW, "#": Missing.NOT_APPLICABLE}


def sniff(source):
    """Claim archives with both tables."""
    both = {ANSWERS, FORM} <= set(source.members)
    return Claim(Confidence.SIGNATURE, "form.csv and answers.csv") if both else None


def table_of(source, member):
    """Return the line and cells of each row."""
    if member not in source.members:
        raise ReadError(f"{source.name} has no {member}", origin=Origin(source.name))
    try:
        text = source.member(member).decode("utf-8-sig")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows, line = [], 1
        for row in reader:
            rows.append((line, row))
            line = reader.line_num + 1
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReadError(f"{member} is no table: {error}", origin=Origin(source.name, sheet=member)) from error
    return [(line, row) for line, row in rows if any(cell.strip() for cell in row)]


def make_form(source):
    """Return the form."""
    rows = table_of(source, FORM)
    if not rows or rows[0][1] != FIELDS:
        raise ReadError(f"{FORM} has another header", origin=Origin(source.name, sheet=FORM))
    questions = []
    try:
        for _, (name, kind, label, listed) in rows[1:]:
            pairs = [one.partition("=") for one in listed.split("|") if one.strip()]
            choices = [Choice(code=code.strip(), label=text.strip()) for code, _, text in pairs]
            questions.append(Question(id=name, type=KINDS[kind], text=label, choices=choices))
        return Questionnaire(id="bundle", title="Bundle", questions=questions)
    except (ValueError, KeyError) as error:
        raise ReadError(f"{FORM} is no form: {error}", origin=Origin(source.name, sheet=FORM)) from error


def value_of(question, text):
    """Return a value, or None for a bad one."""
    codes = {choice.code for choice in question.choices}
    if question.type == "integer":
        return int(text) if text.lstrip("-").isdecimal() and text.isascii() and text.count("-") < 2 else None
    if question.type == "select one":
        return text if text in codes else None
    if question.type == "select multiple":
        chosen = tuple(one.strip() for one in text.split(";") if one.strip())
        return chosen if chosen and set(chosen) <= codes and len(set(chosen)) == len(chosen) else None
    return text


def read(source, options):
    """Yield the form, the responses and the account."""
    form = make_form(source)
    yield form
    rows = table_of(source, ANSWERS)
    header = rows[0][1] if rows else []
    wanted = ["key", "country", *(question.id for question in form.questions)]
    if header != wanted:
        raise ReadError(f"{ANSWERS} does not fit {FORM}", origin=Origin(source.name, sheet=ANSWERS, row=1))
    absent, left, names = {}, {}, set()
    out = given = cells = 0
    for line, row in rows[1:]:
        origin = Origin(source.name, sheet=ANSWERS, row=line)
        key = row[0].strip()
        if len(row) != len(wanted) or not key or key in names:
            left["no return"] = left.get("no return", 0) + 1
            yield Issue(code="BN1", severity="error", message=f"line {line} is no return", origin=origin)
            continue
        names.add(key)
        out += 1
        cells += len(form.questions)
        source.limits.check_cells(source.name, cells)
        answers = []
        for column, question in enumerate(form.questions, start=3):
            text = row[column - 1]
            where = Origin(source.name, sheet=ANSWERS, row=line, column=column)
            value = SHADES.get(text.strip(), Missing.NO_ANSWER) if text.strip() in ("", *SHADES) else None
            if value is None:
                value = value_of(question, text.strip())
            if value is None:
                value = Missing.INVALID
                message = f"{text!r} does not answer {question.id}"
                yield Issue(code="BN2", severity="warning", message=message, origin=where)
            if isinstance(value, Missing):
                absent[value.value] = absent.get(value.value, 0) + 1
            else:
                given += 1
            answers.append(Answer(question.id, value, raw=text if value != text and text else None, origin=where))
        yield Response(id=key, place=row[1].strip() or None, questionnaire="bundle", answers=answers, origin=origin)
    uses = ["respondent", "country", *["answer"] * len(form.questions)]
    columns = [
        ColumnUsed(name=name, column=place, use=use)
        for place, (name, use) in enumerate(zip(wanted, uses, strict=True), start=1)
    ]
    yield SheetReconciliation(
        sheet=ANSWERS,
        rows_in=len(rows) - 1,
        rows_out=out,
        rows_left_out=left,
        columns=columns,
        cells=cells,
        answers=given,
        absent=absent,
    )


@hookimpl
def register_readers():
    """Return the reader."""
    return [Reader(name="bundles", title="Bundles", sniff=sniff, read=read, options=NoOptions, suffixes=(".zip",))]
