"""The letter to a country: in its language, with its seats and their cost to the cent, and no more than it may see."""

import datetime

import pytest
from attrs import evolve

from capbuild.model import AssessmentSet, Dossier, Money, Recommendation, RecommendationStatus
from capbuild.plugins import RenderContext
from capbuild.reports import build
from capbuild.text import Text
from tests.reports.looking import Context, figure, section, words


@pytest.fixture
def letter(baseline: AssessmentSet, context: Context, dossier: Dossier) -> RenderContext:
    return context(kind="letter", country="JM", dossier=dossier, audience="country")


def test_seats_and_cost_are_those_of_the_plan(baseline: AssessmentSet, letter: RenderContext, dossier: Dossier) -> None:
    table = figure(build(baseline, evolve(letter, audience="team")), "sessions")
    assert dossier.plan is not None
    own = [one for one in dossier.plan.activities if "JM" in one.seats]
    assert {row.cells[0].words.split()[-1] for row in table.rows} == {one.activity for one in own}
    cost = sum(one.shares["JM"].amount for one in own)
    assert table.total is not None
    printed = [text for text in words(table.total) if text]
    assert printed == ["Total", str(sum(one.seats["JM"] for one in own)), f"{cost:,.2f}"]
    assert [column.title for column in table.columns][-1] == f"Cost, {own[0].cost.currency}"


@pytest.mark.parametrize(
    ("language", "title", "close"),
    [
        ("en", "To the authorities of Jamaica", "Yours sincerely,"),
        ("es", "A las autoridades de Jamaica", "Atentamente,"),
        (
            "fr",
            "Aux autorités de la Jamaïque",
            "Veuillez agréer, Mesdames et Messieurs, l’expression de nos salutations distinguées.",
        ),
        ("nl", "Aan de autoriteiten van Jamaica", "Hoogachtend,"),
    ],
)
def test_it_speaks_the_language_of_the_country(
    baseline: AssessmentSet, letter: RenderContext, language: str, title: str, close: str
) -> None:
    report = build(baseline, evolve(letter, language=language))
    assert report.title == title
    assert report.sections[-1].blocks[0].text == close  # type: ignore[union-attr]
    assert report.invented


def test_it_asks_and_dates_what_the_advice_says(baseline: AssessmentSet, letter: RenderContext) -> None:
    report = build(baseline, letter)
    brief = build(baseline, evolve(letter, kind="brief-country"))
    asked = [point.text for block in section(report, "requests").blocks for point in block.points]  # type: ignore[union-attr]
    offered = section(report, "offer").lead
    assert all(item.title in asked or item.title in offered for item in brief.lists[0].items)
    days = [day for block in section(report, "days").blocks for day, _ in block.entries]  # type: ignore[union-attr]
    assert len(days) > 1
    assert str(section(report, "standing").lead).startswith(brief.lead)


def test_before_others_it_holds_no_seats(baseline: AssessmentSet, context: Context, dossier: Dossier) -> None:
    report = build(baseline, context(kind="letter", country="BB", dossier=dossier, audience="regional"))
    assert "sessions" not in [one.id for one in report.figures]


def test_recorded_actions_have_their_days_and_costs(
    baseline: AssessmentSet, letter: RenderContext, dossier: Dossier
) -> None:
    country = baseline["BB"].country
    later, earlier, no = (
        Recommendation(id=name, country=country, text=Text(name), due=day, status=status, cost=cost, owner="unit")
        for name, day, status, cost in (
            ("later", datetime.date(2030, 5, 2), RecommendationStatus.ACCEPTED, Money("1250.50", "USD")),
            ("earlier", datetime.date(2030, 3, 1), RecommendationStatus.PROPOSED, None),
            ("no", datetime.date(2016, 2, 1), RecommendationStatus.REJECTED, None),
        )
    )
    context = evolve(letter, country="BB", dossier=evolve(dossier, recommendations=[later, no, earlier]))
    report = build(baseline, context)
    printed = [words(row)[:4] for row in figure(report, "actions").rows]
    assert printed == [
        ["earlier earlier", "unit", "1 March 2030", "–"],
        ["later later", "unit", "2 May 2030", "USD 1,250.50 (to be agreed)"],
    ]
    assert "actions" not in [one.id for one in build(baseline, evolve(context, audience="regional")).figures]
