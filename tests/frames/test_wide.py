"""Surveys as wide frames: nothing is lost between the answers and the columns, whatever the format."""

import datetime
from collections import Counter

import attrs
import pandas as pd
import polars as pl
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import CapbuildError, ModelError
from capbuild.model import (
    Answer,
    Choice,
    Missing,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    Response,
    ResponseStatus,
    Survey,
)
from capbuild.model.survey_questions import answer_code, answer_label

SEX = Question(
    id="sex",
    type="select one",
    text="Sex",
    choices=[Choice(code="1", label="Male"), Choice(code="2", label="Female"), Choice(code="9", label="Other")],
)
UNITS = Question(
    id="units",
    type="select multiple",
    text="Units",
    choices=[Choice(code="lab", label="Laboratory"), Choice(code="hot", label="Hotline")],
)
STAFF = Question(id="staff", type="integer", text="Staff", unit="posts")
SINCE = Question(id="since", type="date", text="Since")
NOTE = Question(id="note", text="Anything else?")
HELD = Question(id="held", type="date", text="Held on", group="course")
FORM = Questionnaire(
    id="f",
    title="Form",
    groups=[QuestionGroup(id="course", title="Course", repeat=True)],
    questions=[SEX, UNITS, STAFF, SINCE, NOTE, HELD],
)
DAYS = st.dates(datetime.date(1700, 1, 1), datetime.date(2200, 1, 1))
VALUES = {
    "sex": st.sampled_from(["1", "2", "7"]),
    "units": st.lists(st.sampled_from(["lab", "hot"]), unique=True, max_size=2).map(tuple),
    "staff": st.integers(-(2**70), 2**70),
    "since": DAYS,
    "note": st.one_of(st.text(max_size=8), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), DAYS),
}


@st.composite
def surveys(draw):
    """Return surveys in which each question has values and kinds of missing, or is not answered at all."""
    responses = []
    for number in range(draw(st.integers(0, 5))):
        answers = [
            Answer(name, draw(st.one_of(values, st.sampled_from(Missing))))
            for name, values in VALUES.items()
            if draw(st.integers(0, 4))
        ]
        answers += [Answer("held", draw(DAYS), repeat=time) for time in range(1, draw(st.integers(1, 3)))]
        responses.append(Response(id=str(number), answers=answers))
    return Survey(file="made.csv", format="csv", questionnaire=FORM, responses=responses)


def cells(frame, name):
    """Return the cells of a column, None for a null, from pandas or polars."""
    if isinstance(frame, pl.DataFrame):
        return frame[name].to_list()
    return [None if not isinstance(cell, list) and pd.isna(cell) else cell for cell in frame[name]]


def plain(value):
    """Return a value as any frame may hold it."""
    if isinstance(value, tuple | list):
        return [str(part) for part in value]
    if isinstance(value, datetime.datetime):
        return value.date()
    return value


@pytest.mark.parametrize("frame", ["pandas", "polars"])
@given(survey=surveys())
def test_every_value_is_in_its_cell_and_every_null_has_its_kind(frame, survey):
    wide, why = survey.wide(frame=frame), survey.why_missing(frame=frame)
    keys = ["response"] if survey.responses else ["response", "country"]
    assert list(wide.columns) == list(why.columns) == [*keys, *VALUES]
    for name in VALUES:
        answers = [response.get(name) for response in survey]
        for answer, cell, kind in zip(answers, cells(wide, name), cells(why, name), strict=True):
            if answer is None:
                assert (cell, kind) == (None, "not asked")
            elif answer.is_missing:
                assert (cell, kind) == (None, answer.value.value)
            else:
                label = answer_label(FORM[name], answer.value)
                assert kind is None
                assert plain(cell) in (plain(label), answer_code(label) if not isinstance(label, tuple) else None) or (
                    str(cell) == (label.isoformat() if isinstance(label, datetime.date) else str(label))
                )


@given(survey=surveys())
def test_repeated_blocks_have_a_row_each_time(survey):
    times = [(response.id, answer.repeat, answer.value) for response in survey for answer in response if answer.repeat]
    assert survey.repeats == (("course",) if times else ())
    if times:
        assert survey.wide(repeat="course", frame="polars").select("response", "repeat", "held").rows() == times
    with pytest.raises(ModelError, match="must be a repeated block"):
        survey.wide(repeat="cours")


@given(survey=surveys())
def test_indicators_say_what_lists_say(survey):
    listed = survey.wide(frame="polars")
    marked = survey.wide(multiple="indicators", frame="polars")
    for option in ("Laboratory", "Hotline"):
        wanted = [None if cell is None else option in cell for cell in listed["units"].to_list()]
        assert marked[f"units/{option}"].to_list() == wanted
    assert "units" not in marked.columns


def test_columns_have_the_types_of_the_questions():
    day = datetime.date(2016, 5, 31)
    answers = [
        Answer("sex", "2"), Answer("units", ("lab",)), Answer("staff", 3), Answer("since", day), Answer("note", "x")
    ]  # fmt: skip
    survey = Survey(file="a", format="csv", questionnaire=FORM, responses=[Response(id="1", answers=answers)])
    wide = survey.wide()
    assert list(wide["sex"].cat.categories) == ["Male", "Female", "Other"]
    assert wide["sex"].cat.ordered
    assert [str(wide[name].dtype) for name in ("staff", "since", "note")] == ["Int64", "datetime64[s]", "string"]
    assert list(survey.wide(labels=False)["sex"]) == ["2"]
    assert survey.wide(frame="polars").dtypes[1] == pl.Enum(["Male", "Female", "Other"])
    with pytest.raises(ModelError, match="must be 'pandas' or 'polars'"):
        survey.wide(frame="spark")


@given(survey=surveys())
def test_questions_count_what_responses_hold(survey):
    for one in survey.questions:
        values = [answer.value for response in survey for answer in response if answer.question == one.id]
        missing = Counter(value for value in values if isinstance(value, Missing))
        assert one.missing == missing
        assert one.answered == len(values) - missing.total()
        assert list(survey[one.id].values) == values


@pytest.mark.parametrize("status", ResponseStatus)
def test_one_rule_says_which_responses_count_and_every_frame_has_the_status(status):
    made = cb.read(b"country,law,staff\nJamaica,yes,3\nBelize,no,\nPeru,no,12\n", name="a.csv")
    survey = attrs.evolve(made, responses=[*made.responses[:2], attrs.evolve(made.responses[2], status=status)])
    unused = status in (ResponseStatus.TEST, ResponseStatus.WITHDRAWN, ResponseStatus.SUPERSEDED)
    law = survey["law"]
    assert sum(law.counts.values()) == law.answered == survey.questions["law"].answered == 3 - unused
    assert {cell.n for cell in survey.tally("law")} == {3 - unused}
    assert survey["staff"].numbers == ((3.0,) if unused else (3.0, 12.0))
    assert len(law.values) == len(survey) == 3
    frame = survey.wide(frame="polars")
    assert ("status" in frame.columns) is (status is not ResponseStatus.SUBMITTED)
    assert survey.to_polars().filter(question="law")["status"].to_list() == ["submitted", "submitted", status.value]
    again = cb.read(survey.to_polars(), name="again")
    assert [one.status for one in again] == [one.status for one in survey]


def test_responses_are_filtered_by_facts_options_and_kinds_of_missing():
    data = "country,law,staff\nJamaica,yes,3\nBelize,no,\nJamaica,no,12\n"
    survey = cb.read(data.encode(), name="a.csv")
    assert [one.id for one in survey.filter(country="jamaïca")] == ["2", "4"]
    assert [one.id for one in survey.filter(country=["JM", "Belize"], law="no")] == ["3", "4"]
    assert [one.id for one in survey.filter(staff=Missing.NO_ANSWER)] == ["3"]
    assert [one.id for one in survey.filter(staff=lambda value: isinstance(value, int) and value > 5)] == ["4"]
    assert [one.id for one in survey.filter({"law": "no"}, country="JM")] == ["4"]
    assert [one.id for one in survey.filter(lambda response: len(response) == 2)] == ["2", "3", "4"]
    with pytest.raises(ModelError, match="did you mean 'staff'"):
        survey.filter(staf=3)
    with pytest.raises(CapbuildError, match="Atlantis"):
        survey.filter(country="Atlantis")
    labelled = Survey(
        file="a", format="csv", questionnaire=FORM, responses=[Response(id="1", answers=[Answer("sex", "2")])]
    )
    assert len(labelled.filter(sex="Female")) == len(labelled.filter(sex="2")) == len(labelled.filter(sex=2)) == 1


def test_numbers_with_labels_at_the_ends_stay_numbers(tmp_path):
    made = pd.DataFrame({"country": ["Jamaica"] * 11, "sat": [float(n) for n in range(11)]})
    pyreadstat.write_sav(made, tmp_path / "sat.sav", variable_value_labels={"sat": {0: "Not at all", 10: "Fully"}})
    survey = cb.read(tmp_path / "sat.sav")
    assert survey.wide()["sat"].mean() == 5
    assert [cell.mean for cell in survey.tally("sat")] == [5]


def test_a_question_comes_before_the_fact_of_its_name(tmp_path):
    days = [datetime.date(2020, 1, 1), datetime.date(2021, 1, 1)]
    pyreadstat.write_sav(pd.DataFrame({"country": ["Jamaica"] * 2, "date": days}), tmp_path / "own.sav")
    assert len(cb.read(tmp_path / "own.sav").filter(date=days[0])) == 1


def test_options_are_found_in_any_language_and_unknown_ones_refused():
    units = attrs.evolve(UNITS, choices=[Choice(code="lab", label={"en": "Laboratory", "es": "Laboratorio"})])
    form = attrs.evolve(FORM, questions=[units], languages=["en", "es"], groups=[])
    survey = Survey(
        file="a", format="csv", questionnaire=form, responses=[Response(id="1", answers=[Answer("units", ("lab",))])]
    )
    assert len(survey.filter(units="Laboratorio")) == len(survey.filter(units="Laboratory")) == 1
    with pytest.raises(ModelError, match="did you mean 'Laboratory'"):
        survey.filter(units="Laboratoy")
    with pytest.raises(ModelError, match="must be a language of the form"):
        survey.wide(language="fr")


def test_an_empty_survey_keeps_its_columns_and_tallies_nothing():
    survey = cb.read(b"country,law\nJamaica,yes\n", name="a.csv")
    none = survey.filter(law="no")
    assert list(none.wide().columns) == list(survey.wide().columns) == ["response", "country", "law"]
    assert len(none.tally("law", by="country")) == 0


def test_codes_that_stand_for_no_value_are_counted_in_the_codebook(tmp_path):
    made = pd.DataFrame({"country": ["Jamaica"] * 4, "trust": [1.0, 8.0, 8.0, None]})
    labels = {"trust": {1: "Never", 8: "Don't know"}}
    pyreadstat.write_sav(made, tmp_path / "a.sav", variable_value_labels=labels, missing_ranges={"trust": [8]})
    frame = cb.read(tmp_path / "a.sav").codebook(frame="polars").filter(pl.col("question") == "trust")
    assert frame.select("label", "answers").rows() == [("Never", 1), ("Don't know", 2), ("no answer", 1)]


def test_questions_are_selected_by_id_and_pattern():
    survey = cb.read(b"country,law,staff_m,staff_f\nJamaica,yes,3,4\n", name="a.csv")
    chosen = survey.select("law", "staff*")
    assert chosen == survey.select("*")
    assert [one.id for one in survey.select("staff*").questions] == ["staff_m", "staff_f"]
    with pytest.raises(ModelError, match="must fit a question"):
        survey.select("st?ff")
    with pytest.raises(KeyError, match="did you mean 'law'"):
        survey["laww"]


def test_codebooks_count_options_other_answers_and_kinds_of_missing(tmp_path):
    values = ["1", "1", "2", "7", Missing.REFUSED]
    responses = [Response(id=str(n), answers=[Answer("sex", value)]) for n, value in enumerate(values)]
    survey = Survey(file="a.csv", format="csv", questionnaire=FORM, responses=responses)
    frame = survey.codebook(frame="polars").filter(pl.col("question") == "sex")
    assert frame.select("option", "label", "answers", "is_missing").rows() == [
        ("1", "Male", 2, False),
        ("2", "Female", 1, False),
        ("9", "Other", 0, False),
        (None, None, 1, False),
        (None, "refused", 1, True),
    ]
    html = survey.write_codebook(tmp_path / "a.html").read_text("utf-8")
    assert "<td>Female</td><td>1</td>" in html.replace("<td>2</td>", "")
    assert (
        survey.write_codebook(tmp_path / "a.csv").read_text("utf-8").splitlines()[1] == "sex,Sex,select one,1,Male,2,no"
    )
    with pytest.raises(CapbuildError, match="no codebook is written as"):
        survey.write_codebook(tmp_path / "a.docx")


def test_a_codebook_in_ddi_is_read_back(tmp_path):
    survey = Survey(
        file="a & b.csv", format="csv", questionnaire=FORM, responses=[Response(id="1", answers=[Answer("sex", "2")])]
    )
    again = cb.read(survey.write_codebook(tmp_path / "codebook.xml"))
    assert again.format == "ddi"
    assert [(q.id, q.text.source) for q in again.questionnaire.questions] == [
        (q.id, q.text.source) for q in FORM.questions
    ]
    assert [(c.code, c.label.source) for c in again.questionnaire["sex"].choices] == [
        (c.code, c.label.source) for c in SEX.choices
    ]
    assert [(q.id, q.type, list(q.choices)) for q in again.questionnaire.questions if q.type == "select multiple"] == [
        (q.id, q.type, list(q.choices)) for q in FORM.questions if q.type == "select multiple"
    ]


def test_types_of_questions_come_back_from_ddi(tmp_path):
    coded = [kind for kind in QuestionType if kind.value in ("select one", "select multiple", "ranking")]
    asked = [
        Question(id=kind.value.replace(" ", "_"), text="?", type=kind, choices=SEX.choices if kind in coded else [])
        for kind in QuestionType
    ]
    form = Questionnaire(id="f", title="F", questions=asked)
    again = cb.read(Survey(file="a", format="made", questionnaire=form).write_codebook(tmp_path / "codebook.xml"))
    assert {q.id: q.type for q in again.questionnaire.questions} == {q.id: q.type for q in asked}


@pytest.mark.corpus
def test_of_every_real_file_wide_frames_hold_what_answers_hold(corpus):
    tried = 0
    for path in sorted((corpus / "formats").rglob("*")):
        try:
            survey = cb.read(path) if path.is_file() and path.stat().st_size < 400_000 else None
        except CapbuildError:
            continue
        if survey is None or not survey.responses:
            continue
        counted = pl.Series([response.status.counts for response in survey])  # as `answered` counts
        wide, why = survey.wide(frame="polars").filter(counted), survey.why_missing(frame="polars").filter(counted)
        for one in survey.questions:
            name = one.id if one.id in wide.columns else f"{one.id} (answer)"
            if name in wide.columns and not any(a.repeat for a in survey[one.id]):
                counts = [Counter(a.question for a in response)[one.id] for response in survey]
                if max(counts, default=0) <= 1 and name not in ("country", "respondent", "date", "response"):
                    assert len(wide) - wide[name].null_count() == one.answered, (path.name, name)
                    assert why[name].null_count() == one.answered, (path.name, name)
        tried += 1
    assert tried > 50


def test_times_of_statistical_files_are_dates(tmp_path):
    made = pd.DataFrame(
        {
            "country": ["Jamaica", "Peru"],
            "day": pd.to_datetime(["2016-05-31", "2016-06-01"]),
            "began": pd.to_datetime(["2016-05-31 10:20", "2016-06-01 00:00"]),
        }
    )
    pyreadstat.write_sav(made, str(tmp_path / "a.sav"))
    pyreadstat.write_dta(made, str(tmp_path / "a.dta"))
    for name in ("a.sav", "a.dta"):
        frame = cb.read(tmp_path / name).wide()
        assert frame["day"].dt.date.to_list() == [datetime.date(2016, 5, 31), datetime.date(2016, 6, 1)]
        assert frame["began"].to_list() == made["began"].to_list()


def test_a_text_that_is_no_time_leaves_the_column_text():
    asked = Questionnaire(id="f", title="F", questions=[Question(id="t", type="datetime", text="T")])
    given = [Response(id=str(n), answers=[Answer("t", text)]) for n, text in enumerate(["2016-05-31 10:20", "at noon"])]
    frame = Survey(file="a", format="made", questionnaire=asked, responses=given).wide()
    assert frame["t"].to_list() == ["2016-05-31 10:20", "at noon"]


@pytest.mark.parametrize(("answer", "own"), [("Peru", []), ("pe", ["country (answer)"])])
def test_a_question_that_only_repeats_a_fact_has_no_column(answer, own):
    given = Response(id="1", place="Peru", answers=[Answer("country", answer)])
    survey = Survey(file="a", format="made", responses=[given])
    assert list(survey.wide()) == ["response", "country", *own]


def test_the_long_form_read_back_keeps_whole_decimals():
    survey = cb.read(b"country,x\nJamaica,1.0\nPeru,2\n", name="a.csv")
    back = cb.read(survey.to_pandas())["x"].values
    assert [(value, type(value)) for value in back] == [(1.0, float), (2, int)]


def test_a_wide_frame_is_read_back_row_by_row():
    """The column of response ids counts rows; it is no column of answers, whatever it is called."""
    rows = [(c, s, t) for c in ("Jamaica", "Belize", "Cuba") for s in ("Male", "Female") for t in ("Often", "Never")]
    text = "country,sex,trust,n\n" + "".join(f"{','.join(row)},{n}\n" for n, row in enumerate(rows))
    survey = cb.read(text.encode(), name="a.csv")
    for again in (cb.read(survey.wide(), name="w"), cb.read(survey.wide().to_csv(index=False).encode(), name="w.csv")):
        assert len(again) == len(survey) == 12
        assert again.wide()[["country", "sex", "trust", "n"]].equals(survey.wide()[["country", "sex", "trust", "n"]])


LAW = {"1": "Sí", "2": "No"}
ASKED = [
    Question(id="law", text="?", type="select one", choices=[Choice(code=c, label=t) for c, t in LAW.items()]),
    Question(id="age", text="?", type="integer"),
    Question(id="day", text="?", type="date"),
]
GIVEN = [
    ("1", 44, datetime.date(2024, 4, 5)),
    ("2", 7, Missing.NO_ANSWER),
    (Missing.REFUSED, Missing.DONT_KNOW, datetime.date(2024, 4, 6)),
]


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ({"law": "si"}, [0]), ({"law": "SÍ"}, [0]), ({"law": 1}, [0]), ({"law": "refused"}, [2]),
        ({"law": Missing.REFUSED}, [2]), ({"law": ["no", "Refused"]}, [1, 2]), ({"age": "44"}, [0]),
        ({"age": 44.0}, [0]), ({"age": "Don't know"}, [2]), ({"age": range(5, 50)}, [0, 1]),
        ({"day": "2024-04-05"}, [0]), ({"day": datetime.date(2024, 4, 6)}, [2]),
        ({"day": lambda day: day is Missing.NO_ANSWER}, [1]),
        ({"law": "maybe"}, None), ({"age": "abc"}, None), ({"day": "April"}, None), ({"status": "lost"}, None),
    ],
)  # fmt: skip
def test_a_filter_takes_any_spelling_of_an_answer_and_refuses_what_can_be_none(wanted, kept):
    names = [question.id for question in ASKED]
    given = [Response(id=str(n), place="X", answers=map(Answer, names, row)) for n, row in enumerate(GIVEN)]
    form = Questionnaire(id="f", title="F", questions=ASKED)
    survey = Survey(file="a", format="made", questionnaire=form, responses=given)
    if kept is None:
        with pytest.raises(ModelError, match=r"must be (a number|a date|an option)"):
            survey.filter(**wanted)
    else:
        assert [int(one.id) for one in survey.filter(**wanted)] == kept


@settings(max_examples=60, deadline=None)
@given(st.lists(st.datetimes(timezones=st.timezones() | st.just(datetime.UTC)), min_size=1, max_size=3))
def test_moments_of_any_year_and_zone_are_the_same_in_both_frames(moments):
    lines = "".join(f'{{"country":"Peru","when":"{one.isoformat()}"}}\n' for one in moments)
    survey = cb.read(lines.encode(), name="a.jsonl")
    if survey.questionnaire.by_id["when"].type is not QuestionType.DATETIME:
        return  # offsets with seconds, and others that are no ISO 8601, stay text
    pandas, polars = survey.wide()["when"], survey.wide(frame="polars")["when"]
    assert pandas.astype("int64").to_list() == polars.dt.epoch("us").to_list()
