# ruff: noqa: C901, E501 - as an author elsewhere wrote it
# fmt: off
"""Read tally books: a line a record, cells between bars, whose meaning is in a codebook beside it."""

import codecs
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from attrs import frozen

from capbuild.errors import ReadError
from capbuild.model import (
    Answer,
    Choice,
    ColumnUse,
    ColumnUsed,
    Issue,
    Missing,
    PersonalData,
    Question,
    Questionnaire,
    Respondent,
    Response,
    ResponseStatus,
    SheetReconciliation,
    SkipRule,
)
from capbuild.origin import Origin
from capbuild.plugins import Claim, Companion, Confidence, InputFile, Reader, ReadItem, hookimpl

CAPBUILD_API = 1
MARK = b"%TALLY"
KINDS = {
    "refused": Missing.REFUSED,
    "dont_know": Missing.DONT_KNOW,
    "not_asked": Missing.NOT_ASKED,
    "not_applicable": Missing.NOT_APPLICABLE,
    "confidential": Missing.CONFIDENTIAL,
}
STATUS = {"final": ResponseStatus.SUBMITTED, "part": ResponseStatus.PARTIAL, "trial": ResponseStatus.TEST}
TYPES = {
    "text": "text",
    "int": "integer",
    "num": "decimal",
    "flag": "boolean",
    "day": "date",
    "clock": "time",
    "one": "select one",
    "many": "select multiple",
}
FIXED = 4  # id, moment, status, respondent's kind


@frozen
class TallyOptions:
    """Options of tally books.

    Attributes:
        codebook: The codebook of the questions.
    """

    codebook: InputFile | None = None


@frozen
class Codebook:
    """Questions, codes of missing, and conditions of asking."""

    form: Questionnaire
    missing: Mapping[str, Missing]
    asked_if: Mapping[str, tuple[str, str]]
    country: str | None


def sniff(source: InputFile) -> Claim | None:
    """Claim files that begin with the mark."""
    return Claim(Confidence.SIGNATURE, "it begins with %TALLY") if source.head().startswith(MARK) else None


def explains(data: InputFile, other: InputFile) -> bool:
    """Return whether a file is a codebook of the data."""
    return other.head().startswith(b"%CODEBOOK")


def encoding_of(source: InputFile) -> str:
    """Return the encoding that the first line declares."""
    first = source.head().split(b"\n", 1)[0].decode("ascii", "replace").split()
    name = first[1] if len(first) > 1 else "utf-8"
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise ReadError(f"{source.name} declares an unknown encoding {name!r}", origin=Origin(source.name, row=1)) from error


def lines_of(source: InputFile) -> Iterator[tuple[int, str]]:
    """Yield the lines after the first, with their numbers."""
    encoding = encoding_of(source)
    number = 1
    try:
        with source.open() as stream:
            for number, raw in enumerate(stream, start=1):
                if number == 1:
                    continue
                yield number, raw.decode(encoding).rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise ReadError(f"{source.name} is not {encoding}", origin=Origin(source.name, row=number)) from error


def cells_of(line: str) -> list[str]:
    r"""Split a line at bars; `\|` is a bar, `\\` a backslash, `\n` a line end."""
    parts = re.split(r"(?<!\\)((?:\\\\)*)\|", line)
    joined = [parts[index] + (parts[index + 1] if index + 1 < len(parts) else "") for index in range(0, len(parts), 2)]
    return [unescape(one) for one in joined]


def unescape(text: str) -> str:
    """Undo the escapes of a cell."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def read_codebook(source: InputFile) -> Codebook:
    """Return what a codebook says."""
    questions: dict[str, dict[str, object]] = {}
    texts: dict[str, dict[str, str]] = {}
    choices: dict[str, list[tuple[str, dict[str, str], Missing | None]]] = {}
    missing: dict[str, Missing] = {}
    asked: dict[str, tuple[str, str]] = {}
    name, languages, country = "", ["en"], None
    for number, line in lines_of(source):
        if not line.strip():
            continue
        cells = cells_of(line)
        here = Origin(source.name, row=number)
        match cells:
            case ["F", name, spoken]:
                languages = spoken.split()
            case ["Q", one, kind, text, flags] if kind in TYPES:
                if one in questions:
                    raise ReadError(f"{source.name} has the question {one!r} twice", origin=here)
                words = flags.split()
                questions[one] = {"type": TYPES[kind], "required": "required" in words}
                if "personal" in words:
                    questions[one]["personal"] = PersonalData.EMAIL
                if "country" in words:
                    country = one
                texts[one] = {languages[0]: text}
            case ["T", one, language, text] if one in texts:
                texts[one][language] = text
            case ["C", one, code, label, kind] if one in questions and (not kind or kind in KINDS):
                choices.setdefault(one, []).append((code, {languages[0]: label}, KINDS.get(kind)))
            case ["L", one, code, language, label] if any(code == known for known, _, _ in choices.get(one, ())):
                next(words for known, words, _ in choices[one] if known == code)[language] = label
            case ["M", code, kind] if kind in KINDS:
                missing[code] = KINDS[kind]
            case ["I", one, other, value] if one in questions and other in questions:
                asked[one] = (other, value)
            case _:
                raise ReadError(f"{source.name} has a line that is none of a codebook: {line[:40]!r}", origin=here)
    made = []
    for one, fields in questions.items():
        skip = None
        if one in asked:
            other, value = asked[one]
            skip = SkipRule(expression=f"v({other!r}) = {value!r}", questions=[other])
        options = [Choice(code=code, label=label, missing=kind) for code, label, kind in choices.get(one, ())]
        made.append(Question(id=one, text=texts[one], choices=options, skip=skip, **fields))
    form = Questionnaire(id=name or source.name, title=name or source.name, languages=languages, questions=made)
    return Codebook(form, missing, asked, country)


def typed(question: Question, text: str) -> object:
    """Return the value of a text.

    Raises:
        ValueError: It is none.
    """
    kind = question.type.value
    if kind == "integer":
        if not re.fullmatch(r"[+-]?[0-9]+", text):
            raise ValueError(f"{text!r} is not an integer")
        return int(text)
    if kind == "decimal":
        if not re.fullmatch(r"[+-]?[0-9]+(,[0-9]+)?", text):
            raise ValueError(f"{text!r} is not a number with a decimal comma")
        return float(text.replace(",", "."))
    if kind == "boolean":
        if text not in ("J", "N"):
            raise ValueError(f"{text!r} is neither J nor N")
        return text == "J"
    if kind == "date":
        return dt.date.fromisoformat(text)
    if kind == "time":
        return dt.time.fromisoformat(text)
    if kind == "select one":
        choice = next((one for one in question.choices if one.code == text), None)
        if choice is None:
            raise ValueError(f"{text!r} is no choice")
        return choice.missing or choice.code
    if kind == "select multiple":
        codes = tuple(text.split("+"))
        known = {one.code: one for one in question.choices}
        if any(one not in known for one in codes) or len(set(codes)) < len(codes):
            raise ValueError(f"{text!r} are not all choices")
        kinds = [known[one].missing for one in codes if known[one].missing]
        if kinds and len(codes) > 1:
            raise ValueError(f"{text!r} has a choice that excludes others")
        return kinds[0] if kinds else codes
    return text


def read(source: InputFile, options: TallyOptions) -> Iterator[ReadItem]:
    """Yield the form and a response a line."""
    if options.codebook is None:
        raise ReadError(f"{source.name} has no codebook", origin=Origin(source.name), remedy="put it beside the data")
    book = read_codebook(options.codebook)
    yield book.form
    questions = book.form.questions
    seen: Counter[str] = Counter()
    rows, out, answers = 0, 0, 0
    left: Counter[str] = Counter()
    absent: Counter[Missing] = Counter()
    ended = False
    for number, line in lines_of(source):
        here = Origin(source.name, row=number)
        if ended:
            raise ReadError(f"{source.name} goes on after its end", origin=here)
        if line.startswith("%END"):
            ended = True
            left["end"] += 1
            if line.split() != ["%END", str(rows)]:
                yield Issue.error("TALLY4", f"the last line counts {line[5:]!r} records, the file has {rows}", origin=here)
            continue
        rows += 1
        cells = cells_of(line)
        if len(cells) != FIXED + len(questions):
            left["cells"] += 1
            yield Issue.error("TALLY1", f"the line has {len(cells)} cells instead of {FIXED + len(questions)}", origin=here)
            continue
        record, moment, status, kind = cells[:FIXED]
        if status == "void":
            left["void"] += 1
            continue
        seen[record] += 1
        if not record or seen[record] > 1:
            yield Issue.warning("TALLY2", f"the id {record!r} is there already, or empty", origin=here)
            record = f"{record}#{number}"
        sent = None
        if moment:
            try:
                sent = dt.datetime.fromisoformat(moment)
            except ValueError:
                yield Issue.warning("TALLY3", f"{moment!r} is no moment", origin=Origin(source.name, row=number, column=2))
        if status not in STATUS:
            yield Issue.warning("TALLY5", f"{status!r} is no status", origin=Origin(source.name, row=number, column=3))
        raws = {question.id: text for question, text in zip(questions, cells[FIXED:], strict=True)}
        made, place = [], None
        for column, question in enumerate(questions, start=FIXED + 1):
            text = raws[question.id]
            at = Origin(source.name, row=number, column=column)
            if text == "":
                value: object = Missing.NO_ANSWER
                if question.id in book.asked_if:
                    other, wanted = book.asked_if[question.id]
                    if raws[other] and wanted not in raws[other].split("+"):
                        value = Missing.NOT_ASKED
            elif text in book.missing:
                value = book.missing[text]
            else:
                try:
                    value = typed(question, text)
                except ValueError as error:
                    value = Missing.INVALID
                    yield Issue.error("CB201", f"{question.id}: {error}", origin=at)
            if isinstance(value, Missing):
                absent[value] += 1
            else:
                answers += 1
            if question.id == book.country:
                place = text or None
            made.append(Answer(question.id, value, raw=text, origin=at))
        out += 1
        yield Response(
            id=record,
            place=place,
            respondent=Respondent(pseudonym=record, kind=kind),
            questionnaire=book.form.id,
            version=book.form.version,
            status=STATUS.get(status, ResponseStatus.SUBMITTED),
            date=sent.date() if sent else None,
            submitted=sent if sent and sent.tzinfo else None,
            answers=made,
            origin=here,
        )
    if not ended:
        yield Issue.error("TALLY6", "the file ends without its last line", origin=Origin(source.name))
    headers = [("id", ColumnUse.RESPONDENT), ("moment", ColumnUse.METADATA), ("status", ColumnUse.METADATA), ("kind", ColumnUse.RESPONDENT)]
    columns = [ColumnUsed(name=name, column=index, use=use) for index, (name, use) in enumerate(headers, start=1)]
    for column, question in enumerate(questions, start=FIXED + 1):
        use = ColumnUse.COUNTRY if question.id == book.country else ColumnUse.ANSWER
        columns.append(ColumnUsed(name=question.id, column=column, use=use, personal=question.personal))
    yield SheetReconciliation(
        rows_in=rows + ended,
        rows_out=out,
        rows_left_out=dict(left),
        columns=columns,
        cells=answers + sum(absent.values()),
        answers=answers,
        absent={kind.value: count for kind, count in absent.items()},
    )


@hookimpl
def register_readers() -> list[Reader]:
    """Return the reader `ledger-lines`."""
    return [
        Reader(
            name="ledger-lines",
            title="Tally books",
            sniff=sniff,
            read=read,
            options=TallyOptions,
            suffixes=(".tbk",),
            companions=(Companion(option="codebook", patterns=("{stem}.tcb",), explains=explains),),
        )
    ]
