"""The report workbook: numbers as numbers, sheets as the disclosure policy allows, formulas that hold."""

import datetime
import io
import json
from importlib.resources import files

import capbuild_sheets
import capbuild_workbooks
import openpyxl
import pytest
from attrs import evolve
from capbuild_sheets import open_workbook
from capbuild_workbooks.words import load_words

import capbuild as cb
from capbuild.errors import WriteError
from capbuild.model import (
    Activity,
    Catalogue,
    Dossier,
    Gap,
    Limits,
    Money,
    Need,
    Needs,
    Plan,
    PlannedActivity,
)
from capbuild.plugins import Host, InputFile
from capbuild.reports.languages import BUILT_IN_LANGUAGES

HOST = Host(plugins={"capbuild-sheets": capbuild_sheets, "capbuild-workbooks": capbuild_workbooks}, discover=False)


@pytest.fixture(scope="module")
def workspace(example_programme):
    return example_programme


@pytest.fixture(scope="module")
def baseline(workspace):
    return workspace.assess("baseline")


@pytest.fixture(scope="module")
def render(workspace, baseline):
    def run(subject=None, **values):
        shown = baseline if subject is None else subject
        data = cb.render(shown, "xlsx", programme=workspace.programme, host=HOST, **values)
        return openpyxl.load_workbook(io.BytesIO(data))

    return run


@pytest.fixture(scope="module")
def team(render):
    return render()


def _table(sheet, name):
    """Rows of a table by its headers."""
    first, last = sheet.tables[name].ref.split(":")
    headers, *rows = ([cell.value for cell in row] for row in sheet[f"{first}:{last}"])
    return [dict(zip(headers, row, strict=True)) for row in rows]


def test_sheets_and_tables(team):
    names = ["About", "Heat map", "One country", "Standing", "Countries", "Scores", "Findings", "Sources", "Evidence"]
    assert team.sheetnames == names
    assert {name for sheet in team for name in sheet.tables} == {
        "t_standing", "t_countries", "t_scores", "t_findings", "t_sources", "t_evidence",
    }  # fmt: skip


def test_every_sheet_says_that_answers_are_invented(team):
    for sheet in team:
        assert "Invented answers" in {sheet[f"A{row}"].value for row in range(1, 4)}, sheet.title
        assert sheet.oddHeader.left.text == "Invented answers"
        assert sheet.oddHeader.right.text == "TLP:AMBER+STRICT"
        assert "Not affiliated" in sheet.oddFooter.left.text
    for sheet in (team["Standing"], team["Countries"]):
        (chart,) = sheet._charts
        assert "Invented answers" in chart.title.tx.rich.p[0].r[0].t


def test_the_heat_map_holds_the_levels(team, baseline):
    sheet = team["Heat map"]
    headers = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "Country")
    rows = {row[0]: row[1:] for row in sheet.iter_rows(values_only=True)}
    for assessment in baseline:
        cells = rows[assessment.country.name]
        for head, cell in zip(headers[1:], cells, strict=True):
            levels = assessment[head.split(" ")[0]].plausible
            assert cell == (levels.lowest if levels.settled else f"{levels.lowest}–{levels.highest}")


def test_scores_leave_a_level_blank_that_is_not_confirmed(team, baseline):
    rows = {(row["Country"], row["Id"]): row for row in _table(team["Scores"], "t_scores")}
    assert len(rows) == sum(len(a) for a in baseline)
    for assessment in baseline:
        for score in assessment.indicators:
            row, levels = rows[assessment.country.name, score.capacity.id], score.plausible
            assert (row["Level"], row["Lowest"], row["Highest"]) == (
                levels.lowest if levels.settled else None, levels.lowest, levels.highest
            )  # fmt: skip
            assert (row["Criteria lacking"] or "").split() == list(score.lacking)


def test_findings_are_all_there_with_their_dates(team, baseline):
    rows = _table(team["Findings"], "t_findings")
    findings = [f for a in baseline for f in a.findings]
    assert len(rows) == len(findings)
    dates = [f.as_of.isoformat() if f.as_of else None for f in findings]
    shown = [row["As of"] for row in rows]
    assert sorted(str(d) for d in dates) == sorted(
        str(d.date() if isinstance(d, datetime.datetime) else d) for d in shown
    )


def test_counts_add_up_to_the_countries(team, baseline):
    for row in _table(team["Standing"], "t_standing"):
        assert sum(value for value in row.values() if isinstance(value, int)) == len(baseline)


def test_a_chosen_country_is_looked_up(team):
    sheet = team["One country"]
    (rule,) = sheet.data_validations.dataValidation
    assert rule.type == "list"
    assert "Heat map" in rule.formula1
    formulas = [row[2].value for row in sheet.iter_rows() if row[2].data_type == "f"]
    assert len(formulas) == 25
    assert all("MATCH($B$" in formula for formula in formulas)


def test_no_text_is_a_formula(render):
    for sheet in render(language="nl"):
        if sheet.title != "Eén land":
            assert not [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_others_see_no_country_that_has_not_consented(render, baseline, workspace):
    book = render(audience="regional", language="es")
    assert "Hallazgos" not in book.sheetnames
    assert "Evidencia" not in book.sheetnames
    assert "Criterios" in book.sheetnames
    texts = " ".join(str(c.value) for s in book for row in s.iter_rows() for c in row if c.value is not None)
    consented = {c.country.alpha_2 for c in workspace.programme.disclosure.consents}
    hidden = [cb.countries.country_name(a.country, "es") for a in baseline if a.country.alpha_2 not in consented]
    assert hidden
    assert not [name for name in hidden if name in texts]


def test_an_audience_without_a_label_is_refused(render):
    with pytest.raises(WriteError) as refused:
        render(audience="public")
    assert refused.value.code == "CB703"


def test_one_country_shows_its_staircase(render, baseline):
    book = render(baseline["BB"], audience="country")
    assert book.sheetnames[:2] == ["About", "Levels"]
    rows = {row[0]: row for row in book["Levels"].iter_rows(values_only=True)}
    for score in baseline["BB"].indicators:
        drawn = [cell for cell in rows[score.capacity.id][2:7] if cell]
        levels = score.plausible
        assert drawn == [f"L{n}" for n in range(levels.lowest, levels.highest + 1)]


@pytest.fixture
def dossier(baseline):
    needs = [Need(id="N1", kind="law", statement="A law", countries=["BB", "JM"])]
    gaps = [Gap(country=baseline["BB"].country, capacity="MAN-1", level=1, target=3, size=2.5)]
    session = PlannedActivity(id="S1", activity="A01", start=datetime.date(2016, 11, 7), end=datetime.date(2017, 1, 9),
                              seats={"BB": 4, "JM": 2}, cost=Money(1000, "CAD"))  # fmt: skip
    return Dossier(
        needs=Needs(needs=needs, gaps=gaps),
        plan=Plan(activities=[session], limits=Limits(budget=Money(5000, "CAD"))),
        catalogue=Catalogue(id="c", title="C", activities=[Activity(id="A01", kind="legal advice", title="Advice")]),
    )


def test_needs_and_plan_stand_where_there_are_any(render, dossier):
    book = render(dossier=dossier)
    (need,) = _table(book["Needs"], "t_needs")
    assert (need["Statement"], need["Countries"], need["Kind"]) == ("A law", "Barbados, Jamaica", "law")
    (session,) = _table(book["Plan"], "t_sessions")
    assert (session["Title"], session["Kind"], session["Seats"], session["Cost"]) == (
        "Advice",
        "legal advice",
        6,
        771.4,  # CAD 1,000 in the programme's currency, at 0.7714
    )
    assert session["Start"] == datetime.datetime(2016, 11, 7)
    head = next(row for row in book["Plan"].iter_rows(values_only=True) if row[0] == "Session")
    months = [m.date() for m in head if isinstance(m, datetime.datetime)]
    assert months == [datetime.date(2016, 11, 1), datetime.date(2016, 12, 1), datetime.date(2017, 1, 1)]
    rules = [r.formula[0] for area in book["Plan"].conditional_formatting for r in area.rules]
    assert any("DATE(YEAR(" in rule for rule in rules)
    assert _table(book["Gaps"], "t_gaps")[0]["Size"] == 2.5


def test_one_country_has_its_own_needs_and_sessions(render, baseline, dossier):
    book = render(baseline["JM"], dossier=dossier)
    assert [row["Need"] for row in _table(book["Needs"], "t_needs")] == ["N1"]
    assert _table(book["Needs"], "t_needs")[0]["Countries"] == "Barbados, Jamaica"
    assert "t_gaps" not in book["Gaps"].tables  # the one gap is another country's
    assert len(_table(book["Plan"], "t_sessions")) == 1
    assert "t_needs" not in render(baseline["CO"], dossier=dossier)["Needs"].tables


@pytest.mark.parametrize("kind", ["regional", "profile", "brief", "donor", "redactions"])
def test_every_kind_of_report_is_a_workbook(workspace, render, kind):
    dossier = workspace.dossier("baseline")
    book = render(kind=kind, country="JM" if kind == "profile" else "", dossier=dossier)
    assert book.sheetnames[0] == "About"
    assert ("Scores" in book.sheetnames) is (kind in ("regional", "profile"))
    for sheet in book:
        assert "Invented answers" in {sheet[f"A{row}"].value for row in range(1, 4)}


def test_the_workbook_is_read_by_our_own_reader(render, workspace, baseline):
    data = cb.render(baseline, "xlsx", programme=workspace.programme, host=HOST)
    book = open_workbook(InputFile("r.xlsx", data=data))
    assert not book.issues
    assert [sheet.name for sheet in book.sheets][:2] == ["About", "Heat map"]


@pytest.mark.parametrize("countries", [0, 1])
def test_few_countries(render, baseline, countries):
    few = evolve(baseline, assessments=baseline.assessments[:countries], silent=[])
    book = render(few)
    assert book.sheetnames[0] == "About"
    assert ("Heat map" in book.sheetnames) is bool(countries)


def test_all_languages_have_all_words():
    words = {language: load_words(language) for language in BUILT_IN_LANGUAGES}
    assert {frozenset(found) for found in words.values()} == {frozenset(words["en"])}
    assert len(list((files("capbuild_workbooks") / "messages").iterdir())) == len(BUILT_IN_LANGUAGES)
    for language in BUILT_IN_LANGUAGES:
        assert all(words[language].values())
        raw = (files("capbuild_workbooks") / "messages" / f"{language}.json").read_text("utf-8")
        assert list(json.loads(raw)) == sorted(words[language])


@pytest.mark.parametrize("language", BUILT_IN_LANGUAGES)
def test_every_language(render, baseline, language):
    assert len(render(baseline["JM"], language=language).sheetnames) == 7
