"""The results matrix: figures of the chain beside their targets, with reasons, assumptions and unit costs."""

import datetime
import re

import pytest
from attrs import evolve

from capbuild.errors import WriteError
from capbuild.io import render
from capbuild.model import (
    AssessmentSet,
    Audience,
    BudgetLine,
    Country,
    Dossier,
    Money,
    Programme,
    Result,
    ResultIndicator,
)
from capbuild.reports import Report, build
from capbuild.reports.cells import Lines, Words
from tests.reports.looking import Context, figure, section

DAY = datetime.date(2017, 12, 31)


@pytest.fixture
def chain(programme: Programme) -> Programme:
    people = ResultIndicator(
        id="I1", title="People trained", unit="people", source="enrolments", computed="enrolments completed",
        baselines={"2015": 0}, targets={"2016": 60, "2016; sex=female": 24, "2016; BB": 5, "2017": 40},
        actuals={"2016": 47, "2016; sex=female": 16, "2016; BB": 5, "2017": 41},
        reasons={"2016": "A course was called off."},
    )  # fmt: skip
    gained = ResultIndicator(
        id="I2", title="Criteria gained", computed="criteria gained", targets={"2017": 60},
        actuals={"2017": 12, "2017; move=uncertain": 30, "2017; move=other cause": 21},
    )  # fmt: skip
    results = [
        Result(id="O", kind="intermediate outcome", title="Services answer", indicators=[gained],
               assumptions=["Staff stay."], risks=["Elections."]),
        Result(id="P", kind="output", title="People are trained", contributes_to="O", indicators=[people]),
    ]  # fmt: skip
    budget = BudgetLine(
        id="B", title="Courses", amount=Money(900, "CAD"), spent=Money(1000, "CAD"), year=2016, result="P"
    )
    return evolve(programme, results=results, budgets=[budget], evaluation={"relevance": "Needs were confirmed."})


def plan_layout(subject: AssessmentSet, context: Context, programme: Programme, **values: object) -> Report:
    period = (datetime.date(2015, 1, 1), DAY)
    return build(subject, context(kind="logframe", programme=programme, period=period, dossier=Dossier(), **values))


def rows_of(report: Report, name: str = "logframe") -> list[list[str]]:
    return [[cell.words for cell in row.cells] for row in figure(report, name).rows]


def test_each_target_has_a_row_and_one_of_a_country_has_none(
    endline: AssessmentSet, context: Context, chain: Programme
) -> None:
    rows = rows_of(plan_layout(endline, context, chain))
    assert [(row[0], row[2].split()[0], row[3].split()[0]) for row in rows] == [
        ("Criteria gained", "60", "63"),
        ("People trained (people)", "60", "47"),
        ("People trained; women (people)", "24", "16"),
        ("People trained (people)", "40", "41"),
    ]


def test_only_what_is_like_for_like_counts(endline: AssessmentSet, context: Context, chain: Programme) -> None:
    report = plan_layout(endline, context, chain)
    row = rows_of(report)[0]
    assert (row[3].split()[0], row[4]) == ("63", "12")
    assert row[6].startswith("48 to go")
    assert "51 more criteria rest on other sources" in report.lead
    assert [(fact.value, fact.unit) for fact in report.facts] == [("1", "of 4"), ("3", "of 4"), ("0", "")]


def test_a_deviation_has_its_reason_or_says_that_none_is_on_record(
    endline: AssessmentSet, context: Context, chain: Programme
) -> None:
    cells = [row.cells[6] for row in figure(plan_layout(endline, context, chain), "logframe").rows]
    assert isinstance(cells[1], Lines)
    assert cells[1].words.endswith("A course was called off.")
    assert cells[2].words.endswith("none on record")
    assert isinstance(cells[3], Words)
    assert cells[3].text == "reached"


def test_assumptions_risks_unit_costs_and_criteria_of_the_dac(
    endline: AssessmentSet, context: Context, chain: Programme
) -> None:
    report = plan_layout(endline, context, chain)
    text = str(section(report, "conditions").blocks)
    assert "Staff stay." in text
    assert "Elections." in text
    assert rows_of(report, "unit-costs") == [
        ["Courses (2016)", "CAD 1,000", "People trained", "47", "CAD 21.28"],
    ]
    entries = dict(section(report, "evaluation").blocks[0].entries)  # type: ignore[union-attr]
    assert len(entries) == 6
    assert entries["Relevance"] == "Needs were confirmed."
    assert entries["Effectiveness"] == "Outcome targets reached: 0 of 1."
    assert entries["Impact"] == "No finding on record."


def test_what_names_a_hidden_country_is_left_out(endline: AssessmentSet, context: Context, chain: Programme) -> None:
    policy = chain.disclosure
    hidden: Country = next(one for one in endline.countries if not policy.may_name(one, Audience.REGIONAL))
    outcome, output = chain.results
    told = evolve(
        chain,
        results=[evolve(outcome, assumptions=[f"{hidden.name} stays."]), output],
        evaluation={"impact": f"{hidden.name} gained most."},
    )
    text = render(endline, "md", kind="logframe", programme=told, audience="regional", dossier=Dossier())
    assert hidden.name not in text


@pytest.mark.parametrize("kind", ["logframe", "donor"])
@pytest.mark.parametrize("words", ["{name} works", "Level in {alpha_3}", "{alpha_2}: level"])
@pytest.mark.parametrize("place", ["result", "indicator", "unit", "id", "line", "line id"])
def test_a_name_in_any_text_of_a_result_or_line_is_no_way_out(
    place: str, words: str, kind: str, endline: AssessmentSet, context: Context, chain: Programme
) -> None:
    hidden = next(one for one in endline.countries if not chain.disclosure.may_name(one, Audience.REGIONAL))
    told = words.format(name=hidden.name, alpha_2=hidden.alpha_2, alpha_3=hidden.alpha_3)
    slug = re.sub(r"\W+", "-", told).strip("-")
    outcome, output = chain.results
    (line,), (people,) = chain.budgets, output.indicators
    changed = {
        "result": {"results": [evolve(outcome, title=told), output]},
        "indicator": {"results": [outcome, evolve(output, indicators=[evolve(people, title=told)])]},
        "unit": {"results": [outcome, evolve(output, indicators=[evolve(people, unit=told)])]},
        "id": {"results": [evolve(outcome, id=slug), evolve(output, contributes_to=slug)]},
        "line": {"budgets": [evolve(line, title=told)]},
        "line id": {"budgets": [evolve(line, id=slug)]},
    }[place]
    made = evolve(chain, **changed)
    dossier, period = Dossier(results=made.results, budgets=made.budgets), (datetime.date(2015, 1, 1), DAY)
    text = render(endline, "md", kind=kind, programme=made, audience="regional", dossier=dossier, period=period)
    assert told not in text
    assert slug not in text


@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
def test_every_language_fills_every_slot(
    language: str, endline: AssessmentSet, context: Context, chain: Programme
) -> None:
    report = plan_layout(endline, context, chain, language=language)
    assert "{" not in str(rows_of(report)) + report.lead + report.subtitle


def test_a_matrix_without_results_is_refused(endline: AssessmentSet, context: Context, programme: Programme) -> None:
    with pytest.raises(WriteError, match="without results"):
        plan_layout(endline, context, programme)


def test_the_page_is_headed_by_the_period_asked_for(endline: AssessmentSet, context: Context, chain: Programme) -> None:
    period = datetime.date(2017, 1, 1), DAY
    report = build(endline, context(kind="logframe", programme=chain, period=period, dossier=Dossier()))
    assert "1 January 2017 to 31 December 2017" in str(report.subtitle)
