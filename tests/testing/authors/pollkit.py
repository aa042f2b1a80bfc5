"""Read polls: JSON with the form, its texts in several languages, and the returns."""

import json

from attrs import frozen

from capbuild.errors import LimitError, ReadError
from capbuild.model import (
    Answer,
    Choice,
    Issue,
    Missing,
    PersonalData,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    Response,
    SheetReconciliation,
    SkipRule,
)
from capbuild.origin import Origin
from capbuild.plugins import Claim, Confidence, Reader, hookimpl

CAPBUILD_API = 1
TYPES = {
    "short": QuestionType.TEXT,
    "number": QuestionType.INTEGER,
    "single": QuestionType.SELECT_ONE,
    "multi": QuestionType.SELECT_MULTIPLE,
    "info": QuestionType.NOTE,
}
NONE = {"dk": Missing.DONT_KNOW, "na": Missing.NOT_APPLICABLE, "rf": Missing.REFUSED}


@frozen(kw_only=True)
class PollOptions:
    """Options of polls.

    Attributes:
        tests: Whether returns that are marked as tests are read.
    """

    tests: bool = False


def sniff(source):
    """Claim files with the mark of polls."""
    return Claim(Confidence.SIGNATURE, "the key pollkit") if b'"pollkit"' in source.head(2000) else None


def once(pairs):
    """Return an object whose keys all differ."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def parse(source):
    """Return the document."""
    try:
        text = source.content.decode("utf-8")
        document = json.loads(text, object_pairs_hook=once)
    except RecursionError as error:
        raise LimitError(f"{source.name} is nested too deeply", code="CB112") from error
    except ValueError as error:
        raise ReadError(f"{source.name} is no JSON: {error}", origin=Origin(source.name)) from error
    poll = document.get("poll") if isinstance(document, dict) else None
    if not isinstance(poll, dict) or not isinstance(document.get("returns"), list):
        raise ReadError(f"{source.name} has no poll", origin=Origin(source.name))
    return document


def text_of(value, fallback):
    """Return a text by language."""
    if isinstance(value, dict) and value and all(isinstance(one, str) and one.strip() for one in value.values()):
        return dict(value)
    return value if isinstance(value, str) and value.strip() else fallback


def make_question(item):
    """Return a question of the form."""
    options = item.get("options", [])
    condition = item.get("showIf")
    return Question(
        id=item["id"],
        type=TYPES[item["type"]],
        text=text_of(item.get("title"), item["id"]),
        hint=text_of(item.get("hint"), None),
        required=item.get("required") is True,
        group=item.get("group"),
        minimum=item.get("min"),
        personal=PersonalData.EMAIL if item.get("format") == "email" else None,
        choices=[
            Choice(
                code=str(one["value"]),
                label=text_of(one.get("label"), str(one["value"])),
                missing=NONE.get(one.get("none")),
            )
            for one in options
        ],
        skip=None
        if condition is None
        else SkipRule(expression=f"{condition['question']} = {condition['equals']}", questions=[condition["question"]]),
    )


def make_form(source, poll):
    """Return the form."""
    try:
        groups = [QuestionGroup(id=one["id"], title=text_of(one.get("title"), one["id"])) for one in poll["groups"]]
        questions = [make_question(item) for item in poll["questions"]]
        title = text_of(poll.get("title"), poll["id"])
        return Questionnaire(
            id=poll["id"], title=title, languages=poll["languages"], groups=groups, questions=questions
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReadError(f"{source.name} has a form that is none: {error!r}", origin=Origin(source.name)) from error


def is_shown(question, answers):
    """Return whether a question was shown."""
    if question.skip is None:
        return True
    wanted = question.skip.expression.partition(" = ")[2]
    return str(answers.get(question.skip.questions[0])) == wanted


def make_answer(question, answers, origin):
    """Return an answer, and whether it is bad."""
    value = answers.get(question.id)
    if value in (None, "", []):
        kind = Missing.NO_ANSWER if is_shown(question, answers) else Missing.NOT_ASKED
        return Answer(question.id, kind, origin=origin), False
    raw = value if isinstance(value, str) else json.dumps(value)
    codes = {choice.code: choice for choice in question.choices}
    if question.type is QuestionType.SELECT_ONE:
        choice = codes.get(str(value))
        if choice is not None and choice.missing is not None:
            return Answer(question.id, choice.missing, raw=raw, origin=origin), False
        if choice is not None:
            return Answer(question.id, choice.code, raw=raw, origin=origin), False
    elif question.type is QuestionType.SELECT_MULTIPLE:
        chosen = [str(one) for one in value] if isinstance(value, list) else []
        if chosen and all(one in codes for one in chosen) and len(set(chosen)) == len(chosen):
            return Answer(question.id, tuple(chosen), origin=origin), False
    elif question.type is QuestionType.INTEGER:
        fits = isinstance(value, int) and not isinstance(value, bool)
        if fits and (question.minimum is None or value >= question.minimum):
            return Answer(question.id, value, origin=origin), False
    elif isinstance(value, str) and value.strip():
        return Answer(question.id, value, origin=origin), False
    return Answer(question.id, Missing.INVALID, raw=raw, origin=origin), True


def read(source, options):
    """Yield the form, the responses and the account."""
    document = parse(source)
    form = make_form(source, document["poll"])
    yield form
    asked = [question for question in form.questions if question.type is not QuestionType.NOTE]
    out = given = cells = 0
    absent, left, names = {}, {}, set()
    for place, item in enumerate(document["returns"]):
        origin = Origin(source.name, path=f"$.returns[{place}]")
        answers = item.get("answers") if isinstance(item, dict) else None
        name = item.get("id") if isinstance(item, dict) else None
        if not isinstance(answers, dict) or not isinstance(name, str) or not name.strip() or name in names:
            left["no return"] = left.get("no return", 0) + 1
            yield Issue(code="PK1", severity="error", message=f"return {place + 1} is none", origin=origin)
            continue
        if item.get("test") is True and not options.tests:
            left["a test"] = left.get("a test", 0) + 1
            continue
        names.add(name)
        out += 1
        cells += len(asked)
        source.limits.check_cells(source.name, cells)
        for unknown in sorted(set(answers) - {question.id for question in asked}):
            yield Issue(code="PK2", severity="warning", message=f"{unknown!r} is no question", origin=origin)
        made = []
        for question in asked:
            where = Origin(source.name, path=f"{origin.path}.answers.{question.id}")
            answer, bad = make_answer(question, answers, where)
            made.append(answer)
            if bad:
                message = f"{answer.raw!r} does not answer {question.id}"
                yield Issue(code="PK3", severity="warning", message=message, origin=where)
            if answer.is_missing:
                absent[answer.value.value] = absent.get(answer.value.value, 0) + 1
            else:
                given += 1
        country = item.get("country")
        language = item.get("language")
        yield Response(
            id=name,
            place=country if isinstance(country, str) else None,
            language=language if isinstance(language, str) else None,
            status="submitted" if item.get("done") is True else "partial",
            questionnaire=form.id,
            answers=made,
            origin=origin,
        )
    count = len(document["returns"])
    yield SheetReconciliation(
        rows_in=count, rows_out=out, rows_left_out=left, cells=cells, answers=given, absent=absent
    )


@hookimpl
def register_readers():
    """Return the reader."""
    return [Reader(name="pollkit", title="Polls", sniff=sniff, read=read, options=PollOptions, suffixes=(".json",))]
