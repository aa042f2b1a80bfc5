"""The tidy table of answers comes back as the answers it was made of, and says what does not fit."""

import datetime
import io

import pandas as pd
import polars as pl
import pytest

import capbuild as cb
from capbuild.model import Answer, Choice, GeoPoint, Missing, Question, QuestionGroup, Questionnaire, Response, Survey
from capbuild.plugins import Host

HOST = Host(discover=False)
CSV = "country,P1,P2,P2 [comment]\nJamaica,3,n/a,none yet\nBelize,0.5,don't know,\nJM,sí,,\n".encode()


@pytest.fixture
def reading():
    return cb.read(CSV, name="a.csv", host=HOST)


@pytest.mark.parametrize("library", ["to_polars", "to_pandas"])
def test_answers_countries_and_places_come_back(reading, library):
    again = cb.read(getattr(reading, library)(), host=HOST)
    assert [one.answers for one in again.responses] == [one.answers for one in reading.responses]
    assert [one.country for one in again.responses] == [one.country for one in reading.responses]
    assert [one.id for one in again.responses] == [one.id for one in reading.responses]
    told = [[str(answer.origin) for answer in one] for one in again.responses]
    assert told == [[str(answer.origin) for answer in one] for one in reading.responses]
    assert (list(again.issues), again.reconciliation.adds_up) == ([], True)


@pytest.mark.parametrize("form", [None, "parquet"])
def test_a_parquet_file_of_pandas_is_read_as_its_frame(reading, tmp_path, form):
    wide = pd.read_csv(io.BytesIO(CSV))
    for name, frame in {"wide": wide[wide["P1"] != "0.5"], "long": reading.to_pandas()}.items():
        frame.to_parquet(path := tmp_path / f"{name}.parquet")
        found = cb.read(path, format=form, name=name, host=HOST)
        known = cb.read(frame, name=name, host=HOST)
        assert (found.responses, found.issues) == (known.responses, known.issues)
        assert len(cb.scan(path, host=HOST)) == len(known)


def test_what_was_filtered_is_gone_and_nothing_else(reading):
    kept = reading.to_polars().filter(pl.col("question") == "P1").with_columns(more=pl.lit(1))
    again = cb.read(kept, host=HOST)
    told = {one.id: [answer.value for answer in one] for one in again.responses}
    assert told == {one.id: [one["P1"].value] for one in reading.responses}
    (account,) = again.reconciliation.sheets
    assert [one.name for one in account.columns if one.reason] == ["more"]


def test_problems_are_named_at_their_cells(reading):
    table = reading.to_polars().with_row_index("n")
    n = pl.col("n")
    spoilt = table.with_columns(
        missing=pl.when(n == 0).then(pl.lit("shy")).otherwise("missing"),
        question=pl.when(n == 1).then(None).otherwise("question"),
        country=pl.when(n >= 4).then(pl.lit("QQ")).otherwise("country"),
        date=pl.when(n >= 4).then(pl.lit("spring")).otherwise("date"),
    ).drop("n", "label")  # labels need not be there
    again = cb.read(spoilt, name="t", host=HOST)
    assert [(str(issue.origin), issue.code) for issue in again.issues] == [
        ("t:I3", "CB208"), ("t:O2", "CB201"), ("t:B6", "CB401"), ("t:G6", "CB208"),
    ]  # fmt: skip
    assert again.responses[0]["P1"].value is Missing.INVALID
    (account,) = again.reconciliation.sheets
    assert (dict(account.rows_left_out), account.adds_up) == ({"names no question": 1}, True)


@pytest.mark.parametrize("library", ["to_polars", "to_pandas"])
def test_nothing_chosen_is_an_answer(library):
    question = Question(id="q", text="Q", type="select multiple", choices=[Choice(code="a", label="A")])
    given = [Response(id=str(n), place="X", answers=[Answer("q", value)]) for n, value in
             enumerate([("a",), (), Missing.NO_ANSWER])]  # fmt: skip
    survey = Survey(file="a", format="made", questionnaire=Questionnaire(id="f", title="F", questions=[question]),
                    responses=given)  # fmt: skip
    again = cb.read(getattr(survey, library)(), host=HOST)
    assert [one["q"].value for one in again.responses] == [("a",), (), Missing.NO_ANSWER]


TYPED = {
    "geopoint": [GeoPoint(13.5, -59.6, accuracy=4.5), GeoPoint(-1.25, 36.75, 10.0, 3.0)],
    "text": ["007", "yes; no"],
    "integer": [3, 2**53],
    "decimal": [3.0, 0.5],
    "boolean": [True, False],
    "date": [datetime.date(2016, 5, 31), datetime.date(1999, 1, 2)],
    "time": [datetime.time(9, 30), datetime.time(0, 0, 1)],
    "datetime": [datetime.datetime(2016, 5, 31, 9, 30), datetime.datetime(2016, 6, 1)],
    "select one": ["1", "2"],
    "select multiple": [("1", "2"), ()],
    "ranking": [("2", "1"), ("1",)],
}


@pytest.mark.parametrize("through", ["pandas", "polars", "csv", "xlsx"])
def test_types_and_options_come_back(tmp_path, through):
    choices = [Choice(code="1", label="Yes, all"), Choice(code="2", label="No")]
    questions = [
        Question(id=kind, text=kind, type=kind, choices=choices if kind in ("select one", "select multiple") else [])
        for kind in TYPED
    ]
    given = [
        Response(
            id=str(n),
            place="Peru",
            answers=[Answer(kind, [*values, Missing.REFUSED][n]) for kind, values in TYPED.items()],
        )
        for n in range(3)
    ]
    survey = Survey(
        file="a", format="made", questionnaire=Questionnaire(id="f", title="F", questions=questions), responses=given
    )
    frame = survey.to_polars() if through == "polars" else survey.to_pandas()
    if through == "xlsx":
        frame.to_excel(tmp_path / "a.xlsx", index=False)
    source = {"csv": lambda: survey.to_pandas().to_csv().encode(), "xlsx": lambda: tmp_path / "a.xlsx"}
    again = cb.read(source.get(through, lambda: frame)())
    assert [[answer.value for answer in one] for one in again] == [[answer.value for answer in one] for one in survey]
    assert [(q.id, q.question.type) for q in again.questions] == [(q.id, q.question.type) for q in survey.questions]
    assert again["select one"].labels == survey["select one"].labels
    assert (list(again.issues), again.reconciliation.adds_up) == ([], True)


def test_personal_answers_of_the_long_form_are_dropped():
    survey = cb.read(b"country,law,email\nPeru,yes,a@b.org\n", name="a.csv", host=HOST)
    again = cb.read(survey.to_pandas(), drop_personal=True)
    assert [[answer.question for answer in one] for one in again] == [["law"]]


@pytest.mark.parametrize("again", [lambda one: cb.read(one.to_pandas()), lambda one: cb.harmonise({"a": one}).survey])
def test_two_repeated_blocks_stay_two(again):
    groups = [QuestionGroup(id=name, title=name, repeat=True) for name in ("members", "plots")]
    asked = [Question(id="name", text="Name", group="members"), Question(id="crop", text="Crop", group="plots")]
    answers = [Answer("name", "Ana", repeat=1), Answer("name", "Bea", repeat=2), Answer("crop", "maize", repeat=1)]
    form = Questionnaire(id="f", title="F", groups=groups, questions=asked)
    survey = again(Survey(file="a", format="made", questionnaire=form, responses=[Response(id="1", answers=answers)]))
    assert survey.repeats == ("members", "plots")
    rows = {name: survey.wide(repeat=name).iloc[:, 1:].values.tolist() for name in survey.repeats}
    assert rows == {"members": [[1, "Ana"], [2, "Bea"]], "plots": [[1, "maize"]]}
