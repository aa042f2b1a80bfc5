"""Scores explained in workbooks: recalculated by a spreadsheet, their formulas give the scores again."""

import csv
import datetime
import io
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from capbuild_sheets import open_workbook
from capbuild_workbooks.explaining import explanation_book

import capbuild as cb
from capbuild.frameworks import load_bundled, load_pack
from capbuild.model import (
    Capacity,
    Country,
    Criterion,
    Finding,
    Framework,
    Level,
    Method,
    Missing,
    Recipe,
    Round,
    RoundingMode,
    RoundingRule,
    Scale,
    Source,
    Verdict,
)
from capbuild.plugins import InputFile
from capbuild.scoring import assess
from capbuild.scoring.simulation import SimulationScenario, simulate_round

ROUND = Round(id="r", kind="baseline", title="R", reference_date=datetime.date(2016, 3, 31))
LAND = Country(alpha_2="XA", alpha_3="XAX", name="Country XA")
LEVELS = [Level(code=f"L{n}", order=n, label=f"Level {n}") for n in range(1, 6)]
RESULTS = ("Exactly", "Value", "Level", "Lowest level", "Highest level")


@pytest.fixture(scope="session")
def soffice():
    """The spreadsheet program; without it formulas are checked by the evaluator of `tests/scoring` only."""
    program = shutil.which("soffice")
    if program is None or not any(Path(program).resolve().parent.glob("*sclo*")):  # Writer may be there without Calc
        pytest.skip("LibreOffice Calc is not installed: no workbook is recalculated by a real spreadsheet")
    return program


def recalculated(data, soffice, folder):
    """Every sheet's cells as a spreadsheet computes them, as text: {sheet: rows}."""
    # What the writer computed is made wrong first, so that only a recalculation can put it right.
    book = openpyxl.load_workbook(io.BytesIO(data))  # openpyxl drops computed values when it saves
    path = folder / "book.xlsx"
    book.save(path)
    filters = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = [soffice, "--headless", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", filters]
    subprocess.run([*command, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=180)
    found = {}
    for name in book.sheetnames:
        with (folder / f"book-{name}.csv").open(encoding="utf-8", newline="") as file:
            found[name] = list(csv.reader(file))
    return found


def expected(score):
    """What the cells beside these words must show."""
    if score.capacity.criteria and score.plausible is not None:
        return {"Lowest level": score.plausible.lowest, "Highest level": score.plausible.highest}
    if score.exact is not None:
        return {"Exactly": score.exact, "Value": score.value}
    return {} if score.level is None else {"Level": score.level}


def shown(rows):
    """The figures beside the words that stand for results."""
    return {
        row[0]: float(row[1])
        for row in rows
        if len(row) > 1
        and row[0] in RESULTS
        and row[1] != "no figure"
        and str(row[1]).replace(".", "").lstrip("-").isdigit()
    }


def compare(assessment, soffice, folder):
    scores = list(assessment)
    data = explanation_book(scores)
    sheets = recalculated(data, soffice, folder)
    read = {sheet.name: sheet.rows for sheet in open_workbook(InputFile("x.xlsx", data=data)).sheets}
    assert len(sheets) == len(read) == len(scores)
    for score, (name, rows) in zip(scores, sheets.items(), strict=True):
        wanted = expected(score)
        for found in (shown(rows), shown(read[name])):  # recalculated, and as the writer left it
            assert {word: found[word] for word in wanted} == pytest.approx(wanted, abs=1e-9), name
        assert not any("#" in cell or "Err:" in cell for row in rows for cell in row[1:2]), name
    return sheets


def simulated(framework, recipe=None):
    made = simulate_round(framework, SimulationScenario(countries=4, visited=2), seed=3)
    return assess(made.findings, framework, recipe or Recipe(replications=50), round=ROUND, sources=made.sources)


def test_the_built_in_staircases(soffice, tmp_path):
    found = simulated(load_bundled("police_cyber"))
    sheets = compare(found.assessments[0], soffice, tmp_path)
    assert len(sheets) > 25


METHODS = [
    Method(name="mean"),
    Method(name="mean", parameters={"floor d0": 30, "ceiling": 25}),
    Method(name="minimum"),
    Method(name="geometric"),
    Method(name="geometric", parameters={"minimum_share": 0.5, "floor d1": 99, "ceiling": 41.5}),
    Method(name="harmonic"),
    Method(name="generalised", parameters={"power": 2.0}),
    Method(name="mazziotta-pareto"),
]


@pytest.mark.parametrize("mode", RoundingMode)
def test_nodes_of_every_kind(mode, soffice, tmp_path):
    """One framework with a node for each method; what is directly judged lies below, points beside it."""
    rule = RoundingRule(digits=1, mode=mode)
    nodes = []
    for number, method in enumerate(METHODS):
        leaves = [
            Capacity(id=f"d{n}" if not number else f"m{number}d{n}", title="D", weight=w, method=Method(name="value"))
            for n, w in enumerate((1.0, 2.5, 4.0, 1.0))
        ]
        settings = {k.replace("floor d", f"floor m{number}d"): v for k, v in method.parameters.items()}
        own = Method(name=method.name, parameters=settings if number else method.parameters)
        nodes.append(Capacity(id=f"n{number}", kind="node", title="=1+1", method=own, children=leaves))
    criteria = [Criterion(id=f"c{n}", text="=HYPERLINK(1)", points=1 + n) for n in range(6)]
    points = Method(name="points", parameters={"maximum": 120, "partly": 0.5})
    nodes.append(Capacity(id="p", kind="node", title="P", method=points, criteria=criteria))
    framework = Framework(
        id="f", edition="1", title="F", scales=[Scale(id="s", kind="percent")], roots=nodes, rounding={"node": rule}
    )
    visit = Source(id="v", kind="visit", title="V", country=LAND)
    values = {
        leaf.id: (20.5, 61.25, 99.0)[int(leaf.id[-1])]
        for leaf in framework.indicators
        if not leaf.criteria and not leaf.id.endswith("d3")
    }
    answers = dict(
        zip(
            (c.id for c in criteria),
            [Verdict.YES, Verdict.PARTLY, Verdict.NO, Missing.NOT_OBSERVED, Missing.NOT_APPLICABLE, Missing.NOT_ASKED],
            strict=True,
        )
    )
    findings = [Finding(country=LAND, target=k, value=v, source="v") for k, v in (values | answers).items()]
    found = assess(findings, framework, Recipe(replications=20), round=ROUND, sources=[visit])
    sheets = compare(found["XA"], soffice, tmp_path)
    # The mean of 20.5, 61.25 and 99, weighed 1, 2.5 and 4; nothing is known of the fourth.
    assert shown(sheets["n0"])["Exactly"] == pytest.approx(75.95)


def test_levels_given_as_a_whole_and_scaled(soffice, tmp_path):
    leaves = [Capacity(id=f"D{n}", title="D", scale="l", method=Method(name="scaled")) for n in range(4)]
    root = Capacity(id="T", title="T", method=Method(name="mean"), children=leaves)
    scales = [Scale(id="s", kind="percent"), Scale(id="l", levels=LEVELS)]
    compare(
        simulated(Framework(id="d", edition="1", title="D", scales=scales, roots=[root])).assessments[0],
        soffice,
        tmp_path,
    )


def test_the_example_programme(soffice, tmp_path, example_programme):
    found = example_programme.assess("baseline")
    compare(found.assessments[0], soffice, tmp_path)


def test_the_framework_of_who_spar(soffice, tmp_path):
    """Levels times 20, means of indicators, and a total of rounded means, with invented answers."""
    framework = load_pack("spar-2").framework
    desk = Source(id="d", kind="desk", title="D", country=LAND)
    findings = [
        Finding(country=LAND, target=node.id, value=1 + number * number % 5, source="d")
        for number, node in enumerate(framework.indicators)
    ]
    found = assess(findings, framework, Recipe(replications=0), round=ROUND, sources=[desk])["XA"]
    assert found["total"].value is not None
    compare(found, soffice, tmp_path)


def _staircase():
    criteria = [Criterion(id=f"c{step}", step=step, text="There is one.") for step in (2, 3)]
    node = Capacity(id="TEC-2", title="Laboratory", criteria=criteria)
    framework = Framework(id="f", edition="1", title="F", scales=[Scale(id="l", levels=LEVELS)], roots=[node])
    visit = Source(id="v", kind="visit", title="V", country=LAND)
    findings = [Finding(country=LAND, target=c.id, value=Verdict.YES, source="v") for c in criteria]
    return assess(findings, framework, Recipe(replications=0), round=ROUND, sources=[visit])["XA"]


def test_an_answer_changed_in_the_workbook_moves_the_level(soffice, tmp_path):
    data = explanation_book([_staircase()["TEC-2"]])
    assert shown(recalculated(data, soffice, tmp_path)["TEC-2"])["Lowest level"] == 3
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["TEC-2"]
    state = next(row[3] for row in sheet.iter_rows() if row[1].value == "c3")
    assert state.value == "met"
    state.value = "open"
    stream = io.BytesIO()
    book.save(stream)
    found = shown(recalculated(stream.getvalue(), soffice, tmp_path)["TEC-2"])
    assert (found["Lowest level"], found["Highest level"]) == (2, 3)


def test_written_by_the_public_function_and_the_same_bytes_twice(tmp_path):
    score = _staircase()["TEC-2"]
    cb.write(score, tmp_path / "tec2.xlsx")
    cb.write(score.explain(), tmp_path / "again.xlsx")
    assert (tmp_path / "tec2.xlsx").read_bytes() == (tmp_path / "again.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(tmp_path / "tec2.xlsx")["TEC-2"]
    formulas = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) > 10
    assert sheet.data_validations.dataValidation


def test_a_country_gets_a_sheet_a_score_and_invented_answers_say_so(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(cb.render(_staircase(), "explain-country-xlsx") for _ in [0])))
    assert book.sheetnames == ["TEC-2"]
    data = explanation_book([_staircase()["TEC-2"]], notice="Answers are invented.")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet["A2"].value == "Answers are invented."
    (read,) = open_workbook(InputFile("x.xlsx", data=data)).sheets
    assert shown(read.rows)["Lowest level"] == 3
