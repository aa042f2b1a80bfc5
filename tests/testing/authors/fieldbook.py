"""Read field books: a CSV with a fixed code book, codes for what is missing, and a question asked under a condition."""

import csv
import datetime
import io

from capbuild.errors import ReadError
from capbuild.model import (
    Answer,
    Choice,
    ColumnUsed,
    Issue,
    Missing,
    PersonalData,
    Question,
    Questionnaire,
    Response,
    ResponseStatus,
    SheetReconciliation,
    SkipRule,
)
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, NoOptions, Reader, hookimpl

CAPBUILD_API = 1
HEADER = ["book", "country", "sent", "state", "law", "staff", "share", "since", "unit", "email", "remark"]
KINDS = {"-9": Missing.DONT_KNOW, "-8": Missing.REFUSED, "n/a": Missing.NOT_APPLICABLE}
STATES = {"complete": ResponseStatus.SUBMITTED, "begun": ResponseStatus.PARTIAL}
YES_NO = [
    Choice(code="1", label={"en": "yes", "es": "sí"}),
    Choice(code="2", label={"en": "no", "es": "no"}),
    Choice(code="9", label={"en": "unsure", "es": "sin certeza"}, missing=Missing.DONT_KNOW),
]
FORM = Questionnaire(
    id="fieldbook",
    title="Field book",
    languages=["en", "es"],
    inferred=True,
    questions=[
        Question(id="law", type="select one", text={"en": "A law?", "es": "¿Ley?"}, choices=YES_NO),
        Question(id="staff", type="integer", text="Staff"),
        Question(id="share", type="decimal", text="Share", skip=SkipRule(expression="law = 1", questions=["law"])),
        Question(id="since", type="date", text="Since"),
        Question(id="unit", type="boolean", text="A unit?"),
        Question(id="email", text="E-mail", personal=PersonalData.EMAIL),
        Question(id="remark", text="Remark"),
    ],
)


def sniff(source):
    """Claim files that begin with the header."""
    start = source.head(64).removeprefix(b"\xef\xbb\xbf").replace(b'"', b"")
    return Claim(Confidence.SIGNATURE, "the header") if start.startswith(b"book,country,sent,state") else None


def convert(kind, text):
    """Return a value of a type."""
    if kind == "integer":
        return int(text)
    if kind == "decimal":
        return float(text)
    if kind == "date":
        return datetime.date.fromisoformat(text)
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    return text


def make_answer(question, text, origin, asked):
    """Return an answer and, for a bad one, an issue."""
    stripped = text.strip()
    if not stripped:
        return Answer(question.id, Missing.NO_ANSWER if asked else Missing.NOT_ASKED, origin=origin), None
    choice = question.choice(stripped)
    if choice is not None and choice.missing is not None:
        return Answer(question.id, choice.missing, raw=text, origin=origin), None
    if stripped in KINDS:
        return Answer(question.id, KINDS[stripped], raw=text, origin=origin), None
    try:
        if question.choices and choice is None:
            raise ValueError(stripped)
        value = convert(question.type.value, stripped)
    except (ValueError, KeyError):
        issue = Issue(code="FB1", severity="warning", message=f"{text!r} is no {question.type.value}", origin=origin)
        return Answer(question.id, Missing.INVALID, raw=text, origin=origin), issue
    return Answer(question.id, value, raw=text if value != text else None, origin=origin), None


def rows_of(source):
    """Yield the line and the cells of each row."""
    try:
        text = source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{source.name} is not UTF-8", origin=Origin(source.name)) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise ReadError(f"{source.name}: {error}", origin=Origin(source.name, row=line)) from error


def read(source, options):
    """Yield the form, the responses and the account."""
    rows = rows_of(source)
    _, header = next(rows, (1, []))
    if header != HEADER:
        raise ReadError(f"{source.name} has another header", origin=Origin(source.name, row=1))
    yield FORM
    total = used = given = cells = 0
    absent, left = {}, {}
    names = set()
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        total += 1
        cells += len(FORM.questions)
        source.limits.check_cells(source.name, cells)
        origin = Origin(source.name, row=line)
        if len(row) != len(HEADER) or not row[0].strip() or row[0] in names:
            cells -= len(FORM.questions)
            left["rows that are no returns"] = left.get("rows that are no returns", 0) + 1
            yield Issue(code="FB2", severity="error", message=f"row {line} is no return", origin=origin)
            continue
        names.add(row[0])
        used += 1
        answers = []
        for question, text in zip(FORM.questions, row[4:], strict=True):
            place = Origin(source.name, row=line, column=HEADER.index(question.id) + 1)
            asked = question.skip is None or row[4].strip() == "1"
            answer, issue = make_answer(question, text, place, asked)
            answers.append(answer)
            if issue is not None:
                yield issue
            if answer.is_missing:
                absent[answer.value.value] = absent.get(answer.value.value, 0) + 1
            else:
                given += 1
        try:
            date = datetime.date.fromisoformat(row[2])
        except ValueError:
            date = None
            yield Issue(code="FB3", severity="warning", message=f"{row[2]!r} is no day", origin=origin)
        if row[3] not in STATES:
            yield Issue(code="FB4", severity="warning", message=f"{row[3]!r} is no state", origin=origin)
        yield Response(
            id=row[0],
            place=row[1],
            status=STATES.get(row[3], ResponseStatus.PARTIAL),
            date=date,
            questionnaire="fieldbook",
            answers=answers,
            origin=origin,
        )
    uses = ["respondent", "country", "metadata", "metadata", *["answer"] * len(FORM.questions)]
    columns = [
        ColumnUsed(name=name, column=place, use=use)
        for place, (name, use) in enumerate(zip(HEADER, uses, strict=True), start=1)
    ]
    yield SheetReconciliation(
        rows_in=total, rows_out=used, rows_left_out=left, columns=columns, cells=cells, answers=given, absent=absent
    )


@hookimpl
def register_readers():
    """Return the reader."""
    return [
        Reader(name="fieldbook", title="Field books", sniff=sniff, read=read, options=NoOptions, suffixes=(".csv",))
    ]
