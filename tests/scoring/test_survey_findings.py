"""A survey and a framework give scores in one step, and say what they do not use."""

import datetime

import pytest

import capbuild as cb
from capbuild.errors import ModelError
from capbuild.model import (
    Answer,
    Capacity,
    Choice,
    Criterion,
    Framework,
    Level,
    Question,
    QuestionMapping,
    Questionnaire,
    Response,
    Round,
    Scale,
    Source,
    Survey,
)
from capbuild.origin import Origin
from capbuild.scoring import survey_findings
from capbuild.scoring.finding_rows import FindingParser, FindingRow

FIRST = Round(id="first", kind="baseline", title="First", reference_date=datetime.date(2026, 3, 31))
WELLS = Framework(
    id="wells",
    edition="1",
    title="Wells (invented)",
    languages=["en"],
    scales=[Scale(id="s", levels=[Level(code=f"L{n}", order=n, label=f"Step {n}") for n in range(3)])],
    roots=[
        Capacity(
            id="A1",
            kind="indicator",
            title="Wells",
            scale="s",
            criteria=[
                Criterion(id="A1.1a", step=1, text="Wells are counted"),
                Criterion(id="A1.2a", step=2, text="Wells are tested"),
            ],
        )
    ],
)
SURVEY = cb.read(b"country,A1.1a,wells tested,shoes\nPeru,yes,no,43\nChile,yes,yes,41\nNowhere,no,no,4\n", name="a.csv")


def test_a_survey_is_assessed_with_its_mappings_and_the_rest_is_told():
    found = survey_findings(SURVEY, WELLS, [QuestionMapping(question="wells tested", target="A1.2a")])
    assert [(one.country.alpha_2, one.target, one.value.value) for one in found.findings] == [
        ("PE", "A1.1a", "yes"), ("PE", "A1.2a", "no"), ("CL", "A1.1a", "yes"), ("CL", "A1.2a", "yes"),
    ]  # fmt: skip
    assert [issue.code for issue in found.issues] == ["CB205", "CB206"]
    by_hand = cb.assess(found.findings, WELLS, round=FIRST, sources=found.sources, evidence=found.evidence)
    assert [by_hand[code]["A1"].level for code in ("PE", "CL")] == [1, 2]


def test_the_question_of_the_country_is_not_one_without_a_target():
    choices = [Choice(code="1", label="Peru"), Choice(code="2", label="Chile")]
    form = Questionnaire(
        id="f", title="F", questions=[Question(id="where", text="Where?", type="select one", choices=choices),
        Question(id="capital", text="Capital?")]
    )  # fmt: skip
    responses = [
        Response(id=code, place=place, answers=[Answer("where", code), Answer("capital", city)])
        for code, place, city in (("1", "Peru", "Lima"), ("2", "Chile", "Chile"))
    ]
    survey = Survey(file="a.json", format="x", questionnaire=form, responses=responses)
    told = [issue.message for issue in survey_findings(survey, WELLS).issues if issue.code == "CB205"]
    assert told == ["1 question not mapped to wells 1: 'capital'"]


def test_one_step_warns_of_what_it_does_not_use():
    with pytest.warns(UserWarning, match=r"(?s)'wells tested' as A1.2a.*'shoes'.*1 response without a country"):
        assessed = cb.assess(SURVEY, WELLS, round=FIRST)
    assert [one.country.alpha_2 for one in assessed] == ["CL", "PE"]


@pytest.mark.parametrize(("findings", "framework"), [(SURVEY.responses, WELLS), ([], "wells"), (["yes"], WELLS)])
def test_what_is_neither_a_survey_nor_findings_is_refused(findings, framework):
    with pytest.raises(ModelError, match="must be a"):
        cb.assess(findings, framework, round=FIRST)


@pytest.mark.parametrize(("written", "kept"), [("Yes", "Yes"), ("yes", None), ("", None), ("n/a", "n/a")])
def test_what_an_assessor_wrote_is_kept_where_it_is_not_the_answer_itself(written, kept):
    issues = []
    cells = {"criterion": "A1.1a", "answer": written}
    row = FindingRow(cells, dict.fromkeys(cells, Origin("a.csv", row=2)))
    source = Source(id="v", kind="visit", title="Visit", country=cb.country("Peru"), start=datetime.date(2026, 3, 1))
    found = FindingParser(WELLS, issues, "CB603").parse_finding(row, source, cb.country("Peru"))
    assert found.raw == kept
