"""Records of an export become responses, typed by the definition of their questions."""

import datetime
import json
from collections import Counter
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import ReadError
from capbuild.formats import (
    DecodedCell,
    DefinitionOptions,
    RecordColumn,
    RecordReader,
    RecordValue,
    SurveyRecord,
    ValueTyper,
    json_cell,
    json_value,
    load_json,
    survey_records,
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
from capbuild.model.response import count_answers, has_deferred_answers
from capbuild.origin import Origin
from capbuild.plugins import InputFile
from capbuild.tables import ResponseTable
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


# --- records of a table, by column ---

TABLE = Questionnaire(
    id="t",
    title="T",
    questions=[
        Question(id="country", text="Country"),
        Question(id="law", text="Law", type="select one", choices=[Choice(code="1", label="Yes")]),
        Question(id="staff", text="Staff", type="integer"),
        Question(id="mail", text="E-mail", personal="e-mail"),
    ],
)
CELLS = st.tuples(
    *map(st.sampled_from, (["Peru", "Cuba", ""], ["1", "Yes", "2", ""], ["3", "few", "-9", ""], ["a@example.org", ""]))
)


@given(
    rows=st.lists(CELLS, max_size=12),
    lengths=st.lists(st.integers(1, 3), min_size=12, max_size=12),
    drop=st.booleans(),
    sample=st.integers(1, 5),
)
def test_a_table_is_read_by_column_as_by_value(rows, lengths, drop, sample):
    def place(row, column):
        return Origin("a.csv", row=row, column=column + 1)

    def decode(column, cells):
        if column == 3 and cells[0] == "":  # such a row has no answer
            return
        yield DecodedCell(TABLE.questions[column].id, cells[0], Missing.REFUSED, cells[0].upper() or None, where=column)

    numbered, groups = list(enumerate(rows, start=2)), []
    for length in lengths:
        group, numbered = numbered[:length], numbered[length:]
        groups += [group] if group else []
    about = [{"id": f"r{len(group)}", "origin": place(group[0][0], 0), "rows": len(group)} for group in groups]
    values = [
        [
            RecordValue(one.question, one.value, place(row, one.where), one.absent, 0, one.raw)
            for row, cells in group
            for column, cell in enumerate(cells)
            for one in decode(column, (cell,))
        ]
        for group in groups
    ]

    def reader():
        return RecordReader(TABLE, "a.csv", missing={"-9": Missing.DONT_KNOW}, drop_personal=drop)

    one_by_one = [SurveyRecord(**facts, values=own) for facts, own in zip(about, values, strict=True)]
    plain = list(reader().read(one_by_one))
    columns = [RecordColumn((column,), partial(decode, column)) for column in range(4)]
    records = [(SurveyRecord(**facts), group) for facts, group in zip(about, groups, strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(survey_records, "_TOGETHER", sample)
        by_column, again = (list(reader().read_rows(records, columns, place)) for _ in range(2))
    counts = [count_answers(item) for item in by_column if isinstance(item, Response)]
    assert by_column == plain
    assert counts == [len(item.answers) for item in plain if isinstance(item, Response)]
    origins = [
        [answer.origin for r in items if isinstance(r, Response) for answer in r] for items in (plain, by_column)
    ]
    assert origins[0] == origins[1]
    tables = [ResponseTable.from_responses(r for r in items if isinstance(r, Response)) for items in (plain, again)]
    assert list(tables[0]) == list(tables[1])
    assert tables[0].codebook == tables[1].codebook
    assert tables[0].frame.equals(tables[1].frame)


@given(st.lists(st.integers(1, 3), min_size=2, max_size=9))
def test_elements_with_places_of_their_own_in_each_record_are_scanned_as_they_are_read(positions):
    def items():
        about = (SurveyRecord(id=str(n), origin=Origin("a.xml", path=f"/r[{n}]")) for n in range(len(positions)))
        records = [(record, [(n, [str(n % 2)])]) for n, record in enumerate(about)]
        column = RecordColumn((0,), lambda cells: [DecodedCell("staff", cells[0], where="staff")])
        reader = RecordReader(TABLE, "a.xml", country="Peru")
        found = reader.read_rows(records, [column], place, fixed_columns=False)
        return [item for item in found if isinstance(item, Response)]

    def place(row, _):
        return Origin("a.xml", path=f"/r[{row}]/item[{positions[row]}]")

    assert [answer.origin.path for response in items() for answer in response] == [
        f"/r[{n}]/item[{position}]" for n, position in enumerate(positions)
    ]
    paths = [answer.origin.path for response in ResponseTable.from_responses(items()) for answer in response]
    same = len(set(positions)) == 1  # else a table has the place of the record
    assert paths == [f"/r[{n}]" + f"/item[{position}]" * same for n, position in enumerate(positions)]


def test_each_distinct_cell_is_decoded_once():
    seen = []

    def decode(cells):
        seen.append(cells)
        yield DecodedCell("staff", cells[0])

    records = ((SurveyRecord(id=str(n), origin=Origin("a.csv", row=n)), [(n, [str(n % 7)])]) for n in range(1, 6000))
    reader = RecordReader(TABLE, "a.csv", country="Peru")
    items = reader.read_rows(records, [RecordColumn((0,), decode)], lambda row, _: Origin("a.csv", row=row))
    read = [item for item in items if isinstance(item, Response)]
    assert len(seen) == 7
    assert all(map(has_deferred_answers, read))
    assert [response["staff"].value for response in read] == [n % 7 for n in range(1, 6000)]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()


@given(st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)))
def test_a_json_cell_is_its_value(value):
    cell = json_cell(value)
    back = json_value(cell)
    assert json.dumps(back) == json.dumps(value)
    assert hash(cell) == hash(json_cell(back))
    assert (cell == json_cell(True)) is (value is True)
    assert (cell == json_cell(1)) is (type(value) is int and value == 1)
