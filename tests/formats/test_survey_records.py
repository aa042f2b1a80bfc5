"""Records of an export become responses, typed by the definition of their questions."""

import datetime
from collections import Counter

import pytest

from capbuild.errors import ReadError
from capbuild.formats import (
    DefinitionOptions,
    RecordReader,
    RecordValue,
    SurveyRecord,
    ValueTyper,
    load_json,
)
from capbuild.model import (
    Choice,
    Issue,
    Missing,
    Question,
    Questionnaire,
    Response,
    ResponseStatus,
    SheetReconciliation,
)
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild.text import Text, Translation

UNITS = (
    Choice(code="1", label=Text("CERT", "en", {"es": Translation("Equipo")})),
    Choice(code="2", label="Lab"),
    Choice(code="9", label="Don't know", missing=Missing.DONT_KNOW),
)
NINE = datetime.datetime(2016, 3, 31, 9, tzinfo=datetime.UTC)


def form(*questions):
    return Questionnaire(id="f", title="F", questions=questions)


def question(type_, name="q", **more):
    return Question(id=name, text=more.pop("text", name), type=type_, **more)


def typed(type_, found, **more):
    return ValueTyper(form(question(type_, **more)))("q", found)


@pytest.mark.parametrize(
    ("type_", "found", "value", "raw"),
    [
        ("text", " as typed ", " as typed ", None),
        ("text", 7, "7", None),
        ("integer", "012", 12, "012"),
        ("integer", 12, 12, None),
        ("decimal", "4.50", 4.5, "4.50"),
        ("decimal", "-.5", -0.5, "-.5"),
        ("boolean", "yes", True, "yes"),
        ("boolean", False, False, None),
        ("boolean", "0", False, "0"),
        ("date", "2016-03-31", datetime.date(2016, 3, 31), None),
        ("datetime", "2016-03-31T09:00:00Z", NINE, "2016-03-31T09:00:00Z"),
        ("datetime", "2016-03-31 09:00", "2016-03-31 09:00", None),
        ("unknown", 2**70, str(2**70), None),
        ("unknown", float("nan"), "NaN", None),
        ("unknown", {"a": 1}, '{"a": 1}', None),
        ("file", [{"name": "law.pdf", "content": "x"}], "law.pdf", '[{"name": "law.pdf", "content": "x"}]'),
        ("calculated", "4.0", 4.0, None),
        ("calculated", "n/a yet", "n/a yet", None),
        ("text", None, Missing.NO_ANSWER, None),
        ("text", "  ", Missing.NO_ANSWER, None),
        ("select multiple", [], Missing.NO_ANSWER, "[]"),
    ],
)  # fmt: skip
def test_values_are_typed_as_their_question_asks(type_, found, value, raw):
    made = typed(type_, found)
    assert (made.value, made.raw, made.problem) == (value, raw, "")
    assert made.value.__class__ is value.__class__


@pytest.mark.parametrize(
    ("type_", "found"),
    [("integer", "few"), ("decimal", "1,5"), ("boolean", "2"), ("date", "03/04/2016"), ("datetime", "noon")],
)
def test_what_does_not_fit_is_kept_with_a_problem(type_, found):
    made = typed(type_, found)
    assert made.value == found
    assert made.problem


@pytest.mark.parametrize(
    ("type_", "found", "value", "raw"),
    [
        ("select one", "1", "1", None),
        ("select one", 2, "2", None),
        ("select one", "equipo", "1", "equipo"),
        ("select one", "9", Missing.DONT_KNOW, "9"),
        ("select multiple", ["1", "Lab"], ("1", "2"), '["1", "Lab"]'),
        ("select multiple", [2, 1], ("2", "1"), "[2, 1]"),
        ("select multiple", "1", ("1",), "1"),
        ("ranking", ["2", "1"], ("2", "1"), None),
    ],
)
def test_choices_are_found_by_code_and_label(type_, found, value, raw):
    made = typed(type_, found, choices=UNITS)
    assert (made.value, made.raw, made.problem) == (value, raw, "")


def test_a_text_beside_the_choices_needs_a_choice_for_it():
    assert typed("select one", "Ministry", choices=UNITS).problem == "'Ministry' is not a choice of q"
    other = (*UNITS, Choice(code="o", label="Other", other=True))
    assert typed("select one", "Ministry", choices=other) == ("Ministry", None, "")


def record(name, *values, row=2, **more):
    cells = [RecordValue(question, value, Origin("a.csv", row=row, column=i)) for i, (question, value) in
             enumerate(values, 1)]  # fmt: skip
    return SurveyRecord(id=name, values=cells, origin=Origin("a.csv", row=row), **more)


def read(made, *records, **options):
    left = options.pop("rows_left_out", Counter())
    given = DefinitionOptions(**options)
    reader = RecordReader(made, "a.csv", given.country, given.country_question, given.missing)
    reader.account.rows_left_out.update(left)
    items = list(reader.read(records))
    (account,) = [item for item in items if isinstance(item, SheetReconciliation)]
    assert account.adds_up
    issues = [item.code for item in items if isinstance(item, Issue)]
    return [item for item in items if isinstance(item, Response)], issues, account


def test_the_country_is_found_by_text_or_answers_and_shown_by_its_label():
    places = (Choice(code="1", label="Jamaica"), Choice(code="2", label="Peru"))
    coded = form(question("select one", "q1", text="Where do you work?", choices=places))
    answers = [record("1", ("q1", "1")), record("2", ("q1", "2"))]
    assert [r.place for r in read(coded, *answers)[0]] == ["Jamaica", "Peru"]
    named = form(question("text", "q1", text="País"), question("text", "q2"))
    assert read(named, record("1", ("q2", "x"), ("q1", "Cuba")))[0][0].place == "Cuba"
    found, issues, _ = read(form(question("text", "q1")), record("1", ("q1", "Cuba")))
    assert (found[0].place, issues) == (None, ["CB104"])
    assert read(form(question("text", "q1")), record("1", ("q1", "x")), country="Cuba")[0][0].place == "Cuba"
    with pytest.raises(ReadError, match="no question 'q7'"):
        read(form(question("text", "q1")), record("1"), country_question="q7")


def test_dates_keep_their_moment_only_with_a_zone():
    asked = form(question("text", "country"))
    found, issues, _ = read(
        asked,
        record("1", moment="2016-03-31T23:30:00-05:00"),
        record("2", moment="2016-03-31 09:00"),
        record("3", moment="yesterday"),
        record("4", moment="2016-03-31T10:00:00Z", status=ResponseStatus.PARTIAL),
    )
    day = datetime.date(2016, 3, 31)
    assert [response.date for response in found] == [day, day, None, day]
    assert [response.submitted is not None for response in found] == [True, False, False, False]
    assert issues == ["CB201"]


def test_duplicate_ids_are_made_unique_and_reported():
    asked = form(question("text", "country"))
    found, issues, _ = read(asked, record("1"), record("1"), record("1 (2)"), record("1"))
    assert len({response.id for response in found}) == 4
    assert issues == ["CB212"] * 3


def test_everything_is_counted():
    asked = form(question("integer", "country"), question("text", "note"))
    records = [record("1", ("country", "3"), ("note", "-9"), rows=2), record("2", ("note", ""))]
    found, _, account = read(asked, *records, missing={"-9": "refused"}, rows_left_out=Counter(blank=1))
    assert (account.rows_in, account.rows_out, account.answers) == (4, 3, 1)
    assert dict(account.absent) == {"refused": 1, "no answer": 1}
    assert len(found) == 2


@pytest.mark.parametrize(("data", "code"), [(b"{", "CB128"), (b"\xff", "CB119"), (b"[" * 101, "CB118")])
def test_json_that_cannot_be_read_is_refused(data, code):
    with pytest.raises(ReadError) as caught:
        load_json(InputFile("a.json", data=data))
    assert caught.value.code == code


def test_duplicate_keys_of_json_are_issues():
    issues = []
    assert load_json(InputFile("a.json", data=b'{"a": 1, "a": 2}'), issues) == {"a": 2, "a (2)": 1}
    assert [issue.code for issue in issues] == ["CB171"]


@pytest.mark.parametrize("type_", ["select one", "select multiple", "text"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_declared_word_is_missing_as_text_code_and_label(type_, language):
    words = {"en": "No idea", "es": "Ni idea"}
    choices = [Choice(code="7", label=words), Choice(code="1", label={"en": "One", "es": "Uno"})]
    asked = form(question(type_, **({} if type_ == "text" else {"choices": choices})))
    typer = ValueTyper(asked, {words[language]: Missing.DONT_KNOW})
    given = [words[language], words[language].upper()] + ([] if type_ == "text" else ["7", words["es"]])
    assert [typer("q", text).value for text in given] == [Missing.DONT_KNOW] * len(given)
    assert typer("q", given[0]).raw == given[0]
    assert (
        ValueTyper(asked)("q", given[0]).value
        == ({"text": given[0], "select one": "7", "select multiple": ("7",)}[type_])
    )
