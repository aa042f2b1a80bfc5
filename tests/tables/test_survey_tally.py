"""Tallies of a survey's questions: the same figures as pandas computes from the wide frame."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import ModelError
from capbuild.model import Answer, Choice, Question, Questionnaire, Response, Survey

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Jamaica", "Belize"]),
        st.sampled_from(["yes", "no", "don't know", "partly"]),
        st.one_of(st.just(""), st.integers(0, 9).map(str)),
        st.integers(1, 4).map(str),
    ),
    min_size=6,
    max_size=40,
)


def survey_of(rows):
    lines = [",".join(row) for row in rows]
    return cb.read("\n".join(["country,law,staff,weight", *lines, ""]).encode(), name="a.csv")


@settings(max_examples=40)
@given(ROWS)
def test_shares_and_means_are_those_of_pandas(rows):
    survey = survey_of([*rows, ("Jamaica", "yes", "1", "1"), ("Belize", "no", "2", "1")])
    frame = survey.wide()
    shares = pd.crosstab(frame["country"], frame["law"], normalize="index")
    means = frame.groupby("country")["staff"].mean()
    table = survey.tally("law", "staff", by="country").to_pandas()
    for row in table[table["figure"].eq("share")].itertuples():
        assert row.value == pytest.approx(shares.loc[row.country, row.option])
    for row in table[table["figure"].eq("mean")].itertuples():
        assert row.value == pytest.approx(means[row.country])
        assert row.n == frame[frame["country"].eq(row.country)]["staff"].notna().sum()
    assert list(dict.fromkeys(table["question"])) == ["law", "staff"]


@settings(max_examples=40)
@given(ROWS)
def test_weights_are_used(rows):
    survey = survey_of([*rows, ("Jamaica", "yes", "1", "1")])
    frame = survey.wide().dropna(subset=["staff"])
    wanted = (frame["staff"] * frame["weight"]).sum() / frame["weight"].sum()
    (cell,) = survey.tally("staff", weight="weight")
    assert cell.mean == pytest.approx(float(wanted))


def test_labels_stand_beside_codes_and_small_cells_are_left_out():
    survey = survey_of([("Jamaica", "yes", "1", "1")] * 6 + [("Belize", "no", "2", "1")] * 2)
    found = survey.tally("law", by="country", minimum_n=5)
    assert found["Jamaica", "law", "yes"].mean == 1
    assert found["Belize", "law", "no"].suppressed
    assert found["BLZ", "law", "no"] is found["Belize", "law", "no"]
    hidden = found.to_pandas().set_index(["country", "option"]).loc[("Belize", "no")]
    assert hidden[["value", "n", "missing"]].isna().all()
    with pytest.raises(ModelError, match="did you mean 'law'"):
        survey.tally("lw")
    with pytest.raises(ModelError, match="must name a question"):
        survey.tally()


def test_domains_are_named_by_the_labels_of_their_options():
    area = Question(
        id="area",
        text="Area",
        type="select one",
        choices=[Choice(code="1", label="Rural"), Choice(code="2", label="2")],
    )
    answers = [[cb.Answer("area", str(1 + n % 2)), cb.Answer("law", "yes" if n % 3 else "no")] for n in range(8)]
    survey = cb.Survey(
        file="a.sav",
        format="test",
        questionnaire=Questionnaire(id="a", title="A", questions=[area, Question(id="law", text="Law")]),
        responses=[Response(id=str(n), answers=own) for n, own in enumerate(answers)],
    )
    found = survey.tally("law", by="area")
    assert [cell.domain_labels for cell in found] == [("Rural",), ("Rural",), ("2",), ("2",)]
    assert list(found.to_pandas()["area"].unique()) == ["Rural", "2"]
    assert found["Rural", "law", "yes"] is found["1", "law", "yes"]
    assert "Rural" in repr(survey.tally("law", by="area")._repr_mimebundle_()["text/plain"])


def test_names_are_taken_one_by_one_or_as_a_list():
    survey = cb.read(b"country,law,staff\nJamaica,yes,3\nBelize,no,4\n", name="a.csv")
    assert survey.tally(["law", "staff"], by=["country"]) == survey.tally("law", "staff", by="country")
    assert survey.select(["law", "st*"]).questions.items == survey.select("law", "st*").questions.items
    with pytest.raises(ModelError, match="must be the id of a question, not 3"):
        survey.tally(["law", 3])


def test_domains_of_several_options_have_their_labels():
    asked = [
        Question(id="media", text="?", type="select multiple", choices=[Choice(code=c, label=c.upper()) for c in "ab"]),
        Question(id="n", text="?", type="integer"),
    ]
    told = [Response(id=str(n), place="X", answers=[Answer("media", ("a", "b")), Answer("n", n)]) for n in range(3)]
    form = Questionnaire(id="f", title="F", questions=asked)
    survey = Survey(file="a", format="made", questionnaire=form, responses=told)
    assert [cell.domain_labels for cell in survey.tally("n", by="media")] == [("A, B",)]
