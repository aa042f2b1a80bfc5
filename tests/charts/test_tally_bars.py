"""Charts of tallies: what is drawn is what was counted."""

import pytest
from attrs import evolve

import capbuild as cb
from capbuild.errors import ModelError
from capbuild.tables import Tally

ROWS = [
    f"{country},{law},{staff}" for country in ("Jamaica", "Belize") for law, staff in zip("ynyy", "1234", strict=True)
]
SURVEY = cb.read("\n".join(["country,law,staff", *ROWS, ""]).encode(), name="a.csv")


def drawn(chart):
    spec = chart.to_dict()
    (rows,) = spec["datasets"].values() if "datasets" in spec else [spec["data"]["values"]]
    return spec, rows


def test_shares_have_their_intervals_under_the_text_of_the_question():
    form = evolve(SURVEY.questionnaire, questions=[evolve(q, text=f"{q.id}?") for q in SURVEY.questionnaire.questions])
    tally = evolve(SURVEY, questionnaire=form).tally("law", by="country")
    spec, rows = drawn(tally.plot())
    assert {(row["domain"], row["option"]): row["value"] for row in rows} == {
        ("Belize", "n"): 0.25,
        ("Belize", "y"): 0.75,
        ("Jamaica", "n"): 0.25,
        ("Jamaica", "y"): 0.75,
    }
    assert [(row["low"], row["high"]) for row in rows] == [(cell.estimate.low, cell.estimate.high) for cell in tally]
    bars, lines = spec["layer"]
    assert (bars["encoding"]["x"]["field"], lines["encoding"]["x"]["field"]) == ("value", "low")
    assert {"interval", "respondents"} <= {one["field"] for one in bars["encoding"]["tooltip"]}
    assert {row["respondents"] for row in rows} == {4}
    assert spec["title"]["text"] == "law? (by country)"
    assert "Belize y: 75%" in spec["description"]


def test_means_have_their_interval_and_suppressed_cells_no_mark():
    tally = SURVEY.tally("staff", by="country")
    _, rows = drawn(tally.plot())
    assert [row["value"] for row in rows] == [2.5, 2.5]
    assert all(row["low"] < 2.5 < row["high"] for row in rows)
    _, hidden = drawn(SURVEY.tally("staff", by="country", minimum_n=9).plot())
    assert [(row["value"], row["low"], row["words"]) for row in hidden] == [(None, None, "not shown")] * 2
    with pytest.raises(ModelError, match="must have cells"):
        Tally(by=(), cells=()).plot()


def test_a_notebook_gets_the_chart_without_network():
    bundle = SURVEY["law"].plot().properties(width=300)._repr_mimebundle_()
    spec, svg = (next(value for kind, value in bundle.items() if word in kind) for word in ("vega", "svg"))
    assert spec["width"] == 300
    assert svg.startswith("<svg")
    assert "http" not in svg.replace("http://www.w3.org/", "")
    assert "text/html" not in bundle  # Altair's own asks a server for its scripts
    assert "y: 75%" in bundle["text/plain"]
