# ruff: noqa: C901 - one branch a kind of line; sources as they are
"""Reader and writer of invented "desk" files, which have a dictionary beside them."""

import datetime
from collections.abc import Iterator, Sequence

from attrs import define, field, frozen

from capbuild.formats import (
    IssueLog,
    RecordReader,
    RecordValue,
    SurveyRecord,
    complete_form,
    find_missing_kind,
    is_false,
    personal_by_head,
)
from capbuild.model import (
    Answer,
    Choice,
    GeoPoint,
    Missing,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    ResponseStatus,
    Severity,
    SkipRule,
    Survey,
)
from capbuild.origin import Origin
from capbuild.plugins import (
    Claim,
    Companion,
    Confidence,
    InputFile,
    NoOptions,
    Reader,
    ReadItem,
    RenderContext,
    Writer,
    hookimpl,
)
from capbuild.reports import escape_formula
from capbuild.text import Text, Translation

CAPBUILD_API = 1

_DATA, _DICTIONARY = b"DESK 2", b"DESKBOOK 2"
_TYPES = {
    "text": QuestionType.TEXT,
    "whole": QuestionType.INTEGER,
    "number": QuestionType.DECIMAL,
    "day": QuestionType.DATE,
    "yesno": QuestionType.BOOLEAN,
    "one": QuestionType.SELECT_ONE,
    "many": QuestionType.SELECT_MULTIPLE,
}
_WORDS = {f"({kind.value})": kind for kind in Missing}
_STATUS = {"final": ResponseStatus.SUBMITTED, "open": ResponseStatus.PARTIAL, "trial": ResponseStatus.TEST}


@frozen(kw_only=True)
class DeskOptions:
    """Options of the desk reader.

    Attributes:
        book: Dictionary of the file.
        country: Country of all responses, if no question asks for it.
        drop_personal: Leave out answers that look personal.
    """

    book: InputFile | None = None
    country: str | None = None
    drop_personal: bool = False


def sniff(source: InputFile) -> Claim | None:
    """Claim files that begin with the mark of data or dictionary."""
    first = source.head().removeprefix(b"\xef\xbb\xbf").splitlines()[:1]
    known = first and first[0].strip() in {_DATA, _DICTIONARY}
    return Claim(Confidence.SIGNATURE, "it begins with the mark of desk files") if known else None


def explains(data: InputFile, book: InputFile) -> bool:
    """Tell whether a dictionary has the name that the data asks for."""
    wanted = next((cells[1] for _, cells in _lines(data) if cells[0] == "book" and len(cells) > 1), "")
    found = next((cells[1] for _, cells in _lines(book) if cells[0] == "form" and len(cells) > 1), None)
    return bool(wanted) and found == wanted


def _text(source: InputFile) -> str:
    try:
        return source.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise source.error(f"is not UTF-8: {error}", "DESK1", "save it as UTF-8") from error


def _lines(source: InputFile) -> Iterator[tuple[int, list[str]]]:
    """Yield row and cells of each line that has content, after the first."""
    cells = 0
    for row, line in enumerate(_text(source).split("\n"), start=1):
        parts = [_unescape(part) for part in line.rstrip("\r").split("\t")]
        cells += len(parts)
        source.limits.check_cells(source.name, cells)
        if row > 1 and any(part.strip() for part in parts):
            yield row, parts


def _unescape(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", "\t") if "\\" in text else text


@define
class Book:
    """A dictionary as it is read.

    Attributes:
        form: Its questionnaire.
        missing: Missing codes of all questions.
        log: Its issues.
    """

    form: Questionnaire
    missing: dict[str, Missing] = field(factory=dict[str, Missing])
    log: IssueLog = field(factory=lambda: IssueLog(""))


def read_book(source: InputFile) -> Book:
    """Return the questionnaire and the missing codes of a dictionary.

    Raises:
        ReadError: It is no dictionary, or names no form.
    """
    if not source.head().removeprefix(b"\xef\xbb\xbf").startswith(_DICTIONARY):
        raise source.error("is not a desk dictionary", "DESK2", "give the .deskbook file")
    log = IssueLog(source.name)
    languages = ["en"]
    head: list[str] | None = None
    missing: dict[str, Missing] = {}
    groups: dict[str, QuestionGroup] = {}
    questions: dict[str, dict[str, object]] = {}
    last: dict[str, object] | None = None
    ended = False
    for row, cells in _lines(source):
        kind, rest = cells[0], [*cells[1:], *[""] * 6]
        if kind == "form":
            if head is not None:
                log.add("DESK4", Severity.WARNING, "the form is named twice", row=row, remedy="keep one line")
            head = rest
        elif kind == "languages":
            if languages != ["en"]:
                log.add("DESK4", Severity.WARNING, "the languages are named twice", row=row, remedy="keep one line")
            languages = [tag for tag in rest if tag] or languages
        elif kind == "missing":
            found = find_missing_kind(rest[1], declared=True)
            if rest[0] in missing:
                log.add("DESK4", Severity.WARNING, f"code {rest[0]!r} is a duplicate", row=row, remedy="keep one line")
            elif found is None:
                log.add("DESK3", Severity.WARNING, f"{rest[1]!r} is no kind of missing", row=row,
                        remedy="use a phrase such as \"don't know\"")  # fmt: skip
            else:
                missing[rest[0]] = found
        elif kind in ("section", "repeat") and rest[0]:
            if rest[0] in groups:
                log.add("DESK4", Severity.WARNING, f"{kind} {rest[0]!r} is a duplicate", row=row, remedy="rename one")
                continue
            groups[rest[0]] = QuestionGroup(
                id=rest[0], title=_multilingual(rest[1:], languages) or rest[0], repeat=kind == "repeat"
            )
        elif kind == "ask" and rest[0]:
            last = None
            if rest[0] in questions:
                log.add("DESK4", Severity.WARNING, f"question {rest[0]!r} is a duplicate", row=row, remedy="rename one")
                continue
            name, type_name, group, *texts = rest
            if type_name not in _TYPES:
                log.add("DESK5", Severity.WARNING, f"{type_name!r} is no type of question", row=row,
                        remedy=f"use one of {', '.join(_TYPES)}")  # fmt: skip
            if group and group not in groups:
                log.add("DESK6", Severity.WARNING, f"{group!r} is no section", row=row, remedy="define it before")
            last = questions[name] = {
                "id": name,
                "type": _TYPES.get(type_name, QuestionType.UNKNOWN),
                "text": _multilingual(texts, languages) or name,
                "group": group if group in groups else None,
                "personal": personal_by_head(name) or personal_by_head(next(filter(None, texts), "")),
                "choices": [],
            }
        elif last is not None and kind in ("choice", "other", "only", "unit", "range", "if", "hint", "must"):
            _describe(last, kind, rest, languages, log, row)
        elif kind == "end":
            ended = True
        else:
            log.add("DESK7", Severity.WARNING, f"{kind!r} is no line of a dictionary here", row=row, remedy="delete it")
    if head is None:
        raise source.error("names no form", "DESK2", "export the dictionary again")
    if not ended:
        log.add("DESK8", Severity.WARNING, "the dictionary has no end: it may be cut off", remedy="export it again")
    form = Questionnaire(
        id=head[0] or source.name,
        version=head[1] or "1",
        title=_multilingual(head[2:], languages) or head[0] or source.name,
        languages=languages,
        groups=tuple(groups.values()),
        questions=[Question(**one) for one in questions.values()],  # type: ignore[arg-type]
    )
    return Book(form, missing, log)


def _describe(
    asked: dict[str, object], kind: str, rest: list[str], languages: list[str], log: IssueLog, row: int
) -> None:
    choices: list[Choice] = asked["choices"]  # type: ignore[assignment]
    if kind in ("choice", "other", "only"):
        if not rest[0] or any(one.code == rest[0] for one in choices):
            log.add("DESK4", Severity.WARNING, f"choice {rest[0]!r} has no code or is a duplicate", row=row,
                    remedy="give each a code")  # fmt: skip
            return
        label = _multilingual(rest[1:], languages) or rest[0]
        text = next(filter(None, rest[1:]), "")
        choices.append(
            Choice(
                code=rest[0], label=label, other=kind == "other", exclusive=kind == "only",
                missing=find_missing_kind(text, declared=False),
            )
        )  # fmt: skip
    elif kind == "unit":
        asked["unit"] = rest[0]
    elif kind == "range":
        try:
            low, high = (float(text) if text else None for text in rest[:2])
        except ValueError:
            log.add("DESK9", Severity.WARNING, f"{rest[:2]} is no range", row=row, remedy="give two numbers")
            return
        asked["minimum"], asked["maximum"] = low, high
    elif kind == "if":
        asked["skip"] = SkipRule(expression=f"v('{rest[0]}') = '{rest[1]}'", questions=[rest[0]])
    elif kind == "hint":
        asked["hint"] = _multilingual(rest, languages)
    else:
        asked["required"] = True


def _multilingual(texts: Sequence[str], languages: Sequence[str]) -> Text | None:
    """Return a text from cells, one a language; None if all are empty."""
    found = [(tag, text.strip()) for tag, text in zip(languages, texts, strict=False) if text.strip()]
    if not found:
        return None
    (tag, first), *others = found
    return Text(first, tag, {tag: Translation(text) for tag, text in others})


def read(source: InputFile, options: DeskOptions) -> Iterator[ReadItem]:
    """Yield what a dictionary or a data file says."""
    if source.head().removeprefix(b"\xef\xbb\xbf").startswith(_DICTIONARY):
        book = read_book(source)
        yield from RecordReader(book.form, source.name).read(())
        yield from book.log.close()
        return
    if not source.head().removeprefix(b"\xef\xbb\xbf").startswith(_DATA):
        raise source.error("does not begin with the mark of desk files", "DESK2", "export it again")
    log = IssueLog(source.name)
    records = list(_records(source, log))
    book = (
        read_book(options.book)
        if options.book
        else Book(Questionnaire(id=source.name, title=source.name, inferred=True))
    )
    form = complete_form(
        book.form, ((name, value, "") for one in records for name, _, value, _, _ in one.cells if value not in _WORDS)
    )
    yield from book.log.close()
    reader = RecordReader(form, source.name, options.country, None, {**_WORDS, **book.missing}, options.drop_personal)
    reader.account.rows_left_out["line about the file"] = 1
    reader.account.rows_left_out["end of a response"] = sum(one.ended for one in records)
    yield from reader.read(_survey_record(form, source.name, one, log) for one in records)
    yield from log.close()


@define
class Record:
    """The lines of one response.

    Attributes:
        head: Cells of its first line: id, moment, status, language.
        row: Its row.
        cells: Question, repeat, value, comment and row of each answer.
    """

    head: list[str]
    row: int
    cells: list[tuple[str, int, str, str, int]] = field(factory=list)
    lines: int = 1
    ended: bool = False


def _records(source: InputFile, log: IssueLog) -> Iterator[Record]:
    current: Record | None = None
    seen: set[tuple[str, int]] = set()
    for row, cells in _lines(source):
        kind, rest = cells[0], [*cells[1:], *[""] * 4]
        if current is not None and kind not in ("visit", "done"):
            current.lines += 1
        if kind == "visit":
            if current is not None:
                log.add("DESK10", Severity.WARNING, "a response has no end", row=current.row, remedy="export again")
                yield current
            current, seen = Record(rest[:4], row), set()
        elif kind == "done" and current is not None:
            current.ended = True
            yield current
            current = None
        elif kind in ("is", "each") and current is not None and rest[0]:
            name, *more = rest
            repeat = 0
            if kind == "each":
                if not more[0].isdecimal() or not int(more[0]):
                    log.add("DESK11", Severity.WARNING, f"{more[0]!r} is no number of a repeat", row=row,
                            remedy="count from 1")  # fmt: skip
                    continue
                repeat, more = int(more[0]), more[1:]
            if (name, repeat) in seen:
                log.add("DESK12", Severity.WARNING, f"{name} is answered twice", row=row, remedy="keep one answer")
                continue
            seen.add((name, repeat))
            current.cells.append((name, repeat, more[0], more[1] if len(more) > 1 else "", row))
        elif kind != "book":
            log.add(
                "DESK13", Severity.WARNING, f"{kind!r} is no line of a response here", row=row, remedy="export again"
            )
    if current is not None:
        log.add("DESK10", Severity.WARNING, "the last response has no end", row=current.row, remedy="export again")
        yield current


def _survey_record(form: Questionnaire, file: str, record: Record, log: IssueLog) -> SurveyRecord:
    name, moment, status, language = record.head
    if status and status not in _STATUS:
        log.add(
            "DESK14", Severity.WARNING, f"{status!r} is no status", row=record.row, remedy="use final, open or trial"
        )
    codes = {question: value for question, _, value, _, _ in record.cells}
    values = [
        _value(form[question], repeat, value, comment, Origin(file, row=row, column=4 if repeat else 3))
        for question, repeat, value, comment, row in record.cells
    ]
    answered = {value.question for value in values}
    asked = [one for one in form if one.id not in answered and one.type is not QuestionType.NOTE]
    repeats = {group.id for group in form.groups if group.repeat}
    at = Origin(file, row=record.row)
    for one in asked:
        if one.group in repeats:
            continue
        hidden = one.skip is not None and is_false(one.skip.expression, codes.get)
        values.append(RecordValue(one.id, None, at, Missing.NOT_ASKED if hidden else Missing.NO_ANSWER))
    return SurveyRecord(
        id=name or f"row {record.row}",
        values=values,
        origin=at,
        moment=moment,
        status=_STATUS.get(status, ResponseStatus.SUBMITTED),
        language=language or None,
        version=form.version,
        rows=record.lines,
    )


def _value(asked: Question, repeat: int, text: str, comment: str, origin: Origin) -> RecordValue:
    value: object = text
    if asked.type is QuestionType.SELECT_MULTIPLE:
        value = text.split(",") if text.strip() else None
        value = text if text in {"-8", "-9"} else value
    return RecordValue(
        asked.id, value, origin, Missing.NO_ANSWER, repeat, text if isinstance(value, list) else None, comment or None
    )


# --- surveys

#: A file of answers alone, whose dictionary is not written.
_LOSSES = (
    "kinds of question", "texts", "texts in other languages", "choices", "groups", "groups of questions",
    "blocks that repeat", "rows and details of questions", "required answers", "skip rules", "units and limits",
    "dimensions of questions", "mappings", "answers of an earlier round", "marks of what is inferred",
    "languages of the form", "id of the form", "version of the form", "respondents", "details of respondents",
    "dates of responses", "forms that responses name", "versions that responses name",
    "values", "texts as written", "citations",
)  # fmt: skip


def write_survey(subject: Survey, context: RenderContext, options: NoOptions) -> Iterator[str]:
    """Yield a desk file of the answers of a survey."""
    yield "DESK 2\n"
    yield _survey_line("book", subject.questionnaire.id if subject.questionnaire else "")
    names = {value: name for name, value in _STATUS.items()}
    for response in subject.responses:
        moment = (response.submitted or response.date or "") and (response.submitted or response.date).isoformat()
        yield _survey_line("visit", response.id, moment, names.get(response.status, ""), response.language or "")
        if response.place and not any(
            answer.raw == response.place or answer.value == response.place for answer in response
        ):
            yield _survey_line("is", "country", response.place)
        for answer in response:
            text = _answer_text(answer)
            if answer.repeat:
                yield _survey_line("each", answer.question, str(answer.repeat), text, answer.comment or "")
            else:
                yield _survey_line("is", answer.question, text, answer.comment or "")
        yield _survey_line("done")


def _answer_text(answer: Answer) -> str:
    value = answer.value
    if isinstance(value, Missing):
        return "" if value is Missing.NO_ANSWER else f"({value.value})"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, GeoPoint):
        return f"{value.latitude} {value.longitude}"
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)


def _survey_line(*cells: str) -> str:
    return (
        "\t".join(
            escape_formula(cell.replace("\t", "\\t").replace("\r", "").replace("\n", "\\n")) for cell in cells
        ).rstrip("\t")
        + "\n"
    )


@hookimpl
def register_readers() -> list[Reader]:
    """Return the reader."""
    return [
        Reader(
            name="desk",
            title="Desk files",
            sniff=sniff,
            read=read,
            options=DeskOptions,
            companions=[Companion(option="book", patterns=("{stem}.deskbook", "*.deskbook"), explains=explains)],
            suffixes=(".desk", ".deskbook"),
        )
    ]


@hookimpl
def register_writers() -> list[Writer]:
    """Return the writer."""
    return [
        Writer(
            name="desk", title="Desk files", accepts=(Survey,), write=write_survey, suffixes=(".desk",), loses=_LOSSES
        ),
    ]
