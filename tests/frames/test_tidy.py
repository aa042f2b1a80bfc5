"""Frames out and in: every library gives the same cells, columns are as documented, nothing becomes a zero."""

import math
import re
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from capbuild.errors import CapbuildError, ReadError
from capbuild.frames import harmonise
from capbuild.frames.tidy import to_table
from capbuild.io import read
from capbuild.model import Limits, Missing, Money, Need, Needs, Plan
from capbuild.planning import CostLine, cost, gaps
from capbuild.plugins import Host
from capbuild.tracking import compare

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "frames.md"
HOST = Host(discover=False)
#: A third round that is the first again.
SERIES = ("baseline", "endline", "baseline")


@pytest.fixture(scope="module")
def subjects(capbuild_programme, capbuild_survey):
    needs = Needs(needs=[Need(id="N1", kind="skill", statement="Examiners", countries=["BB", "JM"])], invented=True)
    return {
        "AssessmentSet, Assessment": capbuild_programme.baseline,
        "Gaps": gaps(capbuild_programme.baseline),
        "Needs": needs,
        "Plan": Plan(limits=Limits(budget=Money(1, "USD")), invented=True),
        "Change": compare(capbuild_programme.baseline, capbuild_programme.endline),
        "ChangeSeries, table change_counts": compare(*[getattr(capbuild_programme, name) for name in SERIES]),
        "Costing": cost([CostLine(id="a", indicator="P1", level=2, payment="once", price=Money(5))], scores={"P1": 1}),
        "Survey": capbuild_survey,
    }


def test_the_page_names_every_column_in_its_order(subjects):
    rows = re.findall(r"^\| `(.+?)` \| .+? \| (.+) \|$", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    named = {of.replace("`", ""): re.findall(r"`(\w+)`", columns) for of, columns in rows}
    found = {of: list(to_table(subject).column_names) for of, subject in subjects.items()}
    findings = to_table(subjects["AssessmentSet, Assessment"], "findings").column_names
    questions = to_table(subjects["Survey"], "questions").column_names
    both = harmonise([subjects["Survey"]])
    assert named == found | {
        "HarmonisedSurveys": list(to_table(both).column_names),
        "HarmonisedSurveys, table crosswalk; QuestionCrosswalk": list(to_table(both, "crosswalk").column_names),
        "AssessmentSet, Assessment, table findings; collections of Finding": list(findings),
        "Survey, table questions; QuestionTable": list(questions),
    }


def test_every_library_gives_the_same_cells(subjects):
    for subject in subjects.values():
        frame = subject.to_polars()
        rows = frame.rows()
        assert pa.table(subject).to_pylist() == frame.to_dicts()
        found = subject.to_pandas().itertuples(index=False)
        assert [tuple(None if cell is pd.NA else cell for cell in row) for row in found] == rows


def test_an_engine_that_takes_arrow_gets_the_same_cells(subjects):
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed: uv sync --group engines")
    for subject in subjects.values():
        assert duckdb.from_arrow(pa.table(subject)).fetchall() == subject.to_polars().rows()


def test_scores_are_those_of_the_object_and_what_is_open_is_null(capbuild_programme):
    rows = {(row["country"], row["capacity"]): row for row in capbuild_programme.baseline.to_polars().to_dicts()}
    assert (rows["BB", "LAW-1"]["level"], rows["BB", "LAW-1"]["verified"]) == (3, True)
    open_ = rows["JM", "LAW-2"]
    assert (open_["level"], open_["lowest"], open_["highest"], open_["value"]) == (None, 1, 2, None)
    assert {row["notice"] for row in rows.values()} == {"Invented answers"}
    one = capbuild_programme.baseline["JM"].to_polars()
    assert one.height == 6


def test_answers_are_values_numbers_or_kinds_of_missing():
    reading = read(b"country,P1,P2\nJamaica,3,\nBelize,0,don't know\n", name="a.csv", host=HOST)
    told = [(row["number"], row["value"], row["missing"]) for row in reading.to_polars().to_dicts()]
    assert told == [(3.0, "3", None), (None, None, "no answer"), (0.0, "0", None), (None, None, "don't know")]


def test_changes_and_needs_have_a_row_each(subjects, capbuild_programme):
    change = subjects["Change"]
    assert change.to_polars().height == len(change.criteria) > 0
    assert subjects["Needs"].to_polars()["countries"].to_list() == ["BB JM"]


def test_counts_of_a_series_are_those_of_its_moves(subjects):
    series = subjects["ChangeSeries, table change_counts"]
    counts, moves = series.to_polars(), series.to_polars("changes")
    assert counts.height == sum(len(one.matched) for one in series.changes)
    assert moves.height == sum(len(one.criteria) for one in series.changes) > 0
    # Each move is counted once: in a cause's column, as like for like and reliable, or as uncertain.
    counted = ["gained", "lost", "uncertain", "source", "respondents", "method", "framework", "newly_observed",
               "no_longer_observed"]  # fmt: skip
    assert counts.select(counted).sum_horizontal().sum() == moves.height
    assert moves.filter("counts").height == counts["gained"].sum() + counts["lost"].sum()
    assert moves.filter(pl.col("move").is_null() & pl.col("counts")).is_empty()


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({"country": ["Jamaica", "Belize"], "P1": [3, None], "P2": ["yes", None]}),
        pl.LazyFrame({"country": ["Jamaica", "Belize"], "P1": [3, None], "P2": ["yes", None]}),
        pd.DataFrame({"country": ["Jamaica", "Belize"], "P1": [3, math.nan], "P2": ["yes", None]}),
        pd.DataFrame({"country": ["Jamaica", "Belize"], "P1": pd.array([3, None], "Int64"), "P2": ["yes", pd.NA]}),
        pa.table({"country": ["Jamaica", "Belize"], "P1": [3, None], "P2": ["yes", None]}),
        "select * from (values ('Jamaica', 3, 'yes'), ('Belize', null, null)) t(country, P1, P2)",
    ],
    ids=["polars", "lazy", "pandas", "pandas nullable", "pyarrow", "duckdb"],
)
def test_a_frame_of_any_library_is_read_as_a_file_is(frame):
    if isinstance(frame, str):
        frame = pytest.importorskip("duckdb", reason="DuckDB is not installed: uv sync --group engines").sql(frame)
    reading = read(frame, name="returns", host=HOST)
    assert [response.country.alpha_2 for response in reading.responses] == ["JM", "BZ"]
    assert [(a.question, a.value) for a in reading.responses[0]] == [("P1", 3), ("P2", "yes")]
    assert {a.value for a in reading.responses[1]} == {Missing.NO_ANSWER}
    assert str(reading.responses[1]["P2"].origin) == "returns:C3"
    assert reading.reconciliation.adds_up
    assert (reading.file, reading.format) == ("returns", "frame")


def test_options_overrides_and_limits_hold_for_frames_too():
    frame = pl.DataFrame({"land": ["here"], "P1": ["x"]})
    options, overrides = {"columns": {"land": "country"}, "missing": {"x": "refused"}}, {"here": "BB"}
    reading = read(frame, options=options, overrides=overrides, host=HOST)
    assert (reading.responses[0].country.alpha_2, reading.responses[0]["P1"].value) == ("BB", Missing.REFUSED)
    with pytest.raises(TypeError, match="no option 'nonsense'"):
        read(frame, options={"nonsense": 1}, host=HOST)


def test_what_is_no_frame_and_has_none_is_told():
    with pytest.raises(ReadError, match="dict is neither a path, bytes nor a frame"):
        read({"country": ["Jamaica"]}, host=HOST)
    with pytest.raises(CapbuildError, match="Limits has no frame") as caught:
        to_table(Limits(budget=Money(1, "USD")))
    assert caught.value.code == "CB508"
