"""Programmes, plans and assessments in which every word that a person can write is the same hostile text."""

import datetime
from functools import lru_cache

from attrs import evolve
from hypothesis import strategies as st

from capbuild.model import (
    Answer,
    Assessment,
    AssessmentSet,
    BudgetLine,
    Capacity,
    Choice,
    Country,
    Criterion,
    Decision,
    Delivery,
    DisclosurePolicy,
    Dossier,
    Finding,
    Framework,
    Level,
    Limits,
    Missing,
    Money,
    Need,
    Needs,
    Organisation,
    Phase,
    Plan,
    PlannedActivity,
    Programme,
    Proposal,
    Question,
    QuestionMapping,
    Questionnaire,
    QuestionType,
    Response,
    Result,
    ResultIndicator,
    Round,
    Scale,
    Source,
    Survey,
    TargetProfile,
    Verdict,
)
from capbuild.plugins import RenderContext
from capbuild.reports import explain
from capbuild.scoring import assess
from capbuild.text import Text

DAY = datetime.date(2016, 12, 31)
ROUND = Round(id="baseline", kind="baseline", title="Baseline", reference_date=DAY)
VALUES = (Verdict.YES, Verdict.NO, Verdict.PARTLY, Missing.DONT_KNOW, Missing.REFUSED, Missing.NO_ANSWER)

#: What one format would take for its own stands beside what another would; only formulas must begin a text.
HOSTILE = {
    "markup": "<script>alert(1)</script></style><img src=x onerror=alert(1)> [x](javascript:alert(1)) | *b* # h"
    " </w:t> ]]> <!-- &amp; --> <x y='z'>",
    "code": '#panic() *b* $x$ @ref `raw` "#" {{ 7 * 7 }}{% raw %} O’Neill \'said\' \\ «left» " onmouseover="a"',
    "formula": "=cmd|' /C calc'!A0",
    "formula behind a space": " +1+1",
    "letters": "\u202eمرحبا\u202c שלום a\x0bb\x07c 中文 \U0001f600 e\u0301",
    "long": ("word " * 1000).strip(),
    "long word": "x" * 5000,
}


def framework(text: str) -> Framework:
    """Two areas, one of them with a capacity that nobody says anything of."""

    def capacity(name: str) -> Capacity:
        criteria = [
            Criterion(id=f"{name}.{step}", step=step, text=f"{text} {name}.{step}", check="D") for step in (2, 3)
        ]
        return Capacity(id=name, kind="indicator", title=f"{text} {name}", criteria=criteria)

    levels = [Level(order=n, code=f"L{n}", label=f"Level {n}") for n in (1, 2, 3)]
    areas = [
        Capacity(id="A", kind="dimension", title=text, children=[capacity("A-1"), capacity("A-2")]),
        Capacity(id="B", kind="dimension", title=text, children=[capacity("B-1")]),
    ]
    return Framework(id="f", edition="1", title=text, scales=[Scale(id="s", levels=levels)], roots=areas)


@st.composite
def assessment_sets(draw: st.DrawFn, text: str) -> AssessmentSet:
    """No country, one, or several; answers as they come; `B-1` stays without any."""
    codes = draw(st.lists(st.sampled_from(["BB", "JM", "HT"]), unique=True, max_size=3))
    said = [
        (code, target, value)
        for code in codes
        for target in ("A-1.2", "A-1.3", "A-2.2")
        if (value := draw(st.sampled_from((None, *VALUES)))) is not None
    ]
    return assessed(text, tuple(codes), tuple(said), draw(st.booleans()))


@lru_cache(maxsize=256)  # every writer is given the same
def assessed(text: str, codes: tuple[str, ...], said: tuple[tuple[str, str, object], ...], invented: bool):
    """Return the assessment of what was said in which country on which criterion."""
    names = {"BB": "Barbados", "JM": f"Jamaica {text}", "HT": "Haiti"}
    places = [Country(alpha_2=c, alpha_3={"BB": "BRB", "JM": "JAM", "HT": "HTI"}[c], name=names[c]) for c in codes]
    sources = [
        Source(id=f"visit-{place.alpha_2}", kind="visit", title=text, country=place, place=text) for place in places
    ]
    by_code = {place.alpha_2: place for place in places}
    findings = [
        Finding(country=by_code[code], target=target, value=value, source=f"visit-{code}", note=Text(text, "und"),
                reason=text, raw=text, respondent=text, as_of=DAY)
        for code, target, value in said
    ]  # fmt: skip
    return assess(
        findings, framework(text), round=ROUND, countries=places, sources=sources, invented=invented,
        targets=TargetProfile(id="t", title="T", targets={"A-1": 3, "A-2": 2}),
    )  # fmt: skip


def programme(text: str) -> Programme:
    """A programme whose own words are the text."""
    indicator = ResultIndicator(id="I1", title=text, source=text, baselines={"2015": 1.0}, targets={"2017": 3.0})
    return Programme(
        id="p", title=text, notice=text, disclaimer=text, description=text, rounds=[ROUND], languages=("en",),
        organisations=[Organisation(id="o", name=text, roles=["implementing"], reference="XM-DAC-1")],
        phases=[Phase(id="ph", title=text, start=DAY.replace(year=2015), end=DAY, description=text)],
        results=[Result(id="R1", kind="output", title=text, indicators=[indicator])],
        budgets=[BudgetLine(id="B1", title=text, amount=Money(10, "CAD"), year=2016, rate_date=DAY)],
        disclosure=DisclosurePolicy(audiences={"team": "TLP:AMBER"}),
    )  # fmt: skip


def dossier(made: AssessmentSet, text: str) -> Dossier:
    """A need and a session for all the countries there are."""
    codes = [assessment.country.alpha_2 for assessment in made]
    return Dossier(
        needs=Needs(needs=[Need(id="N1", kind="skill", statement=text, countries=codes, criteria=["A-1.2"])]),
        plan=plan(codes, text),
        proposals=[
            Proposal(
                country=assessment.country, round=made.round.id, target="A-1", proposed=text, comment=text,
                evidence=text, by=text, decision=decision, decided_by=text, reason=text,
            )
            for assessment in made
            for decision in Decision
        ],
    )  # fmt: skip


def plan(codes: list[str], text: str) -> Plan:
    """One session."""
    session = PlannedActivity(
        id="S1", activity="A01", start=DAY, end=DAY, place=text, language="en", seats=dict.fromkeys(codes, 2),
        cost=Money(100, "CAD"), addresses=["N1"],
    )  # fmt: skip
    return Plan(activities=[session], limits=Limits(budget=Money(1000, "CAD")))


def questionnaire(text: str) -> Questionnaire:
    """A form in whose every text the words stand."""
    choices = [Choice(code="yes", label=text), Choice(code="no", label=f"no {text}")]
    return Questionnaire(
        id="form", title=text,
        questions=[
            Question(id="q1", text=text, hint=text, type=QuestionType.SELECT_ONE, choices=choices),
            Question(id="q2", text=text),
        ],
    )  # fmt: skip


def reading(text: str) -> Survey:
    """Two responses whose every answer is the text."""
    answered = [
        Response(id=f"r{n}", place=text, language="en", answers=given)
        for n, given in ((1, [Answer("q1", "yes", text)]), (2, [Answer("q2", text, comment=text)]))
    ]
    targets = [QuestionMapping(question=name, target=name) for name in ("q1", "q2")]
    form = evolve(questionnaire(text), mappings=targets)
    return Survey(file="f.csv", format="csv", questionnaire=form, responses=answered)


def subjects(accepts: tuple[type, ...], made: AssessmentSet, text: str) -> list[object]:
    """What a writer that accepts some classes is given."""
    from capbuild.reports import Explanation

    one = next(iter(made), None)
    score = one["A-1"] if one is not None else None
    known: dict[type, list[object]] = {
        AssessmentSet: [made],
        Assessment: [one],
        Programme: [programme(text)],
        Plan: [plan(["BB"], text)],
        Delivery: [Delivery(id="D1", course="C1", start=DAY, end=DAY, place=text, title=text)],
        Questionnaire: [questionnaire(text)],
        Framework: [],  # the same writers take questionnaires
        Survey: [reading(text)],
        Response: [],
        Explanation: [explain(score) if score is not None else None],
    }
    return [subject for cls in accepts for subject in known.get(cls, []) if subject is not None]


def context(made: AssessmentSet, text: str) -> RenderContext:
    """What a writer knows beside."""
    return RenderContext(programme=programme(text), dossier=dossier(made, text))
