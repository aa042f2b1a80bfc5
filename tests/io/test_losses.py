"""The loss report sees every change that a reading can suffer: each field of each class is changed, one at a time."""

import datetime
import enum
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from capbuild.countries import country_by_code
from capbuild.frozen import FrozenMap
from capbuild.io.losses import find_losses, find_moved
from capbuild.model import (
    Answer,
    Choice,
    Citation,
    Country,
    Missing,
    PersonalData,
    PreviousAnswer,
    Question,
    QuestionGroup,
    QuestionMapping,
    Questionnaire,
    QuestionType,
    Respondent,
    Response,
    ResponseStatus,
    SkipRule,
    Survey,
)
from capbuild.text import Text, Translation, TranslationStatus

JAMAICA = country_by_code("JM")


def text(words: str) -> Text:
    return Text(words, "en", {"es": Translation(f"{words} (es)", TranslationStatus.REVIEWED, "abcd1234")})


def full_reading() -> Survey:
    """A reading in which every field of every class says something, and zero and no are said too."""
    choices = [
        Choice(code="x", label=text("X"), score=0.0, exclusive=True),
        Choice(code="y", label=text("Y"), score=1.0, other=True),
        Choice(code="dk", label=text("Don't know"), missing=Missing.DONT_KNOW),
    ]
    rule = SkipRule(expression="a", dialect="xpath", questions=("a",))
    form = Questionnaire(
        id="f", version="3", title=text("Form"), languages=("en", "es"), inferred=True,
        previous={"a": PreviousAnswer(value="yes", question="A1", framework="f 1", round="baseline")},
        groups=[
            QuestionGroup(id="g", title=text("G")), QuestionGroup(id="h", title=text("H"), parent="g", repeat=True),
        ],
        questions=[
            Question(id="a", type=QuestionType.SELECT_ONE, text=text("A"), hint=text("Help"), group="g", required=True,
                     personal=PersonalData.NAME, inferred=True, choices=choices),
            Question(id="b", type=QuestionType.INTEGER, text=text("B"), parent="a", group="h", unit="km", minimum=0,
                     maximum=0, skip=rule, dimensions={"year": "2016"}),
        ],
        mappings=[QuestionMapping(question="a", target="T-1", choice="x", answers={"x": "yes"}, factor=2.0)],
    )  # fmt: skip
    who = Respondent(pseudonym="p", kind="k", country=JAMAICA, role="r", language="en", official=False)
    first = Response(
        id="r1", place="Jamaica", country=JAMAICA, respondent=who, questionnaire="f", version="3", language="en",
        status=ResponseStatus.PARTIAL, date=datetime.date(2016, 1, 1),
        submitted=datetime.datetime(2016, 1, 1, tzinfo=datetime.UTC),
        answers=[
            Answer("a", "x", "X", "because", 0, (Citation("Act", "https://example.org"),)), Answer("b", 0, "0", "", 1),
            Answer("b", Missing.REFUSED, "", "c", 2),
        ],
    )  # fmt: skip
    return Survey(file="i", format="j", questionnaire=form, responses=[first, Response(id="r2")])


#: What is of a file and not of the survey.
OF_THE_FILE = {"origin", "file", "format", "why", "sha256", "issues", "reconciliation", "details", "companions"}


def other_scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, enum.Enum):
        yield next(other for other in type(value) if other is not value)
    elif isinstance(value, str):
        yield from (f"{value}z", "") if value else (f"{value}z",)
    elif isinstance(value, int | float):
        yield value + 1
    elif isinstance(value, datetime.date):
        yield value + datetime.timedelta(days=1)


def changed(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield a value with one thing in it changed or left out, for every such thing, and the path to it."""
    if attrs.has(type(value)) and not isinstance(value, Country):
        for field in attrs.fields(type(value)):
            if field.init and field.name not in OF_THE_FILE:
                yield from changed_field(value, field, f"{path}.{field.name}")
    elif isinstance(value, tuple):
        yield from changed_items(value, path)
    elif isinstance(value, FrozenMap):
        for key in value:
            yield f"{path}[{key}] gone", FrozenMap({k: v for k, v in value.items() if k != key})
            for name, other in changed(value[key], f"{path}[{key}]"):
                yield name, FrozenMap({**value, key: other})
    else:
        for other in other_scalars(value):
            yield path, other


def changed_items(value: tuple[Any, ...], path: str) -> Iterator[tuple[str, Any]]:
    for at, item in enumerate(value):
        yield f"{path}[{at}] gone", (*value[:at], *value[at + 1 :])
        for name, other in changed(item, f"{path}[{at}]"):
            yield name, (*value[:at], other, *value[at + 1 :])
    if len(value) > 1:
        yield f"{path} turned", value[::-1]


def changed_field(whole: Any, field: Any, path: str) -> Iterator[tuple[str, Any]]:
    value = getattr(whole, field.name)
    found = list(changed(value, path))
    default = field.default
    if default is not attrs.NOTHING:
        found.append((f"{path} to its default", default.factory() if isinstance(default, attrs.Factory) else default))
    for name, other in found:
        try:
            made = attrs.evolve(whole, **{field.name: other})
        except ValueError:  # the model does not allow it, so that no file can say it
            continue
        if other != value:
            yield name, made


CHANGES = list(changed(full_reading()))
#: What the report leaves out, and says so: the order in which different questions were answered; no comment is none.
NOT_COUNTED = {".responses[0].answers turned", ".responses[0].answers[1].comment to its default"}
#: What is no loss when it is there afterwards only: a text beside a value, a country that was recognised, a form.
NO_HARM = NOT_COUNTED | {
    ".questionnaire to its default",
    ".responses[0].country to its default",
    ".responses[0].respondent.country to its default",
    *(f".responses[0].answers[{at}].raw to its default" for at in (0, 1, 2)),
}


def test_every_field_of_every_class_is_changed():
    assert len(CHANGES) > 280
    touched = {step.partition("[")[0].split()[0] for name, _ in CHANGES for step in name.split(".") if step}
    classes = (
        Choice,
        Question,
        QuestionGroup,
        Questionnaire,
        QuestionMapping,
        SkipRule,
        Response,
        Respondent,
        Answer,
        Citation,
    )
    wanted = {field.name for cls in classes for field in attrs.fields(cls) if field.init}
    assert wanted - OF_THE_FILE - touched == set()


def test_every_change_is_named():
    before = full_reading()
    assert {name for name, after in CHANGES if find_losses(before, after).is_exact} == NOT_COUNTED


def test_what_was_not_there_before_is_named_too():
    after = full_reading()
    assert {name for name, before in CHANGES if find_losses(before, after).is_exact} == NO_HARM


def renamed_reading() -> Survey:
    """The full reading, with the names of its questions and groups written as some formats must."""
    reading = full_reading()
    form = reading.questionnaire
    names = {"a": "A", "b": "B", "g": "G", "h": "H_", None: None}
    questions = [
        attrs.evolve(
            q, id=names[q.id], group=names[q.group], parent=names[q.parent],
            skip=q.skip and attrs.evolve(q.skip, questions=["A"]),
        )
        for q in form.questions
    ]  # fmt: skip
    groups = [attrs.evolve(g, id=names[g.id], parent=names[g.parent]) for g in form.groups]
    mappings = [attrs.evolve(m, question=names[m.question]) for m in form.mappings]
    previous = {names[question]: earlier for question, earlier in form.previous.items()}
    form = attrs.evolve(form, questions=questions, groups=groups, mappings=mappings, previous=previous)
    first, second = reading.responses
    answers = [Answer(names[a.question], a.value, a.raw, a.comment, a.repeat, a.citations) for a in first.answers]
    return attrs.evolve(reading, questionnaire=form, responses=[attrs.evolve(first, answers=answers), second])


def test_what_has_a_new_name_is_not_lost():
    report = find_losses(full_reading(), renamed_reading())
    assert {loss.kind: (loss.count, loss.of) for loss in report} == {
        "names of questions": (2, 2),
        "names of groups": (2, 2),
    }
    assert report.kept == report.answers == 3


def test_a_moment_told_by_another_clock_is_the_same_moment():
    there = datetime.timezone(datetime.timedelta(hours=-5))
    moments = [datetime.datetime(2016, 1, 1, 10, tzinfo=there), datetime.datetime(2016, 1, 1, 15, tzinfo=datetime.UTC)]
    before, after = (
        Survey(file="f", format="x", responses=[Response(id="1", submitted=m, answers=[Answer("q", m)])])
        for m in moments
    )
    report = find_losses(before, after)
    assert [(loss.kind, loss.count, loss.of) for loss in report] == [("zones of times", 2, 2)]
    assert report.kept == 1


def test_responses_with_one_id_are_compared_by_their_place():
    one, two = (Response(id="1", answers=[Answer("q", value)]) for value in (1, 2))
    before = Survey(file="f", format="x", responses=[one, two])
    report = find_losses(before, attrs.evolve(before, responses=[two]))
    assert {loss.kind: loss.count for loss in report} == {"values": 1, "responses": 1, "answers": 1}


@pytest.mark.parametrize(
    ("before", "after", "out"),
    [("abcd", "abcd", ""), ("abcd", "bcda", "a"), ("abcd", "dabc", "d"), ("abcd", "xbycz", ""), ("abc", "cba", "ab")],
)
def test_what_moved_is_the_least_that_must_have(before, after, out):
    assert find_moved(list(before), list(after)) == list(out)
