"""Action plans: each step missing is an action, recorded rows stay, and money adds up to the plan."""

import datetime
from decimal import Decimal

import pytest
from attrs import evolve

from capbuild.advice import plan_actions
from capbuild.advice.actions import ActionCheck
from capbuild.errors import WriteError
from capbuild.io import render
from capbuild.model import (
    Activity,
    Assessment,
    AssessmentSet,
    Audience,
    Catalogue,
    Consent,
    CriterionState,
    Dossier,
    ExchangeRate,
    Limits,
    Money,
    Plan,
    PlannedActivity,
    Recommendation,
    RecommendationStatus,
    TargetProfile,
)
from capbuild.model.money import convert_money
from capbuild.reports import Report, build
from capbuild.scoring import assess
from tests.reports.conftest import BASELINE, COUNTRIES, make_programme
from tests.reports.looking import Context, figure

DAY = datetime.date(2017, 2, 1)


def make_dossier(baseline: AssessmentSet, *recommendations: Recommendation) -> Dossier:
    """Three activities that help every second criterion, and seats for all countries at an awkward price."""
    names = list(baseline.framework.criteria)
    activities = [
        Activity(id=f"A{n}", kind="course", title=f"Course {n}", addresses=names[n::6], seats=20) for n in range(3)
    ]
    sessions = [
        PlannedActivity(
            id=f"S{n}",
            activity=f"A{n % 4}",  # A3 is not in the catalogue
            start=DAY + datetime.timedelta(days=30 * n),
            end=DAY + datetime.timedelta(days=30 * n + 4),
            seats={code: 1 + (n + place) % 3 for place, code in enumerate(COUNTRIES)},
            cost=Money("1000.01", "CAD"),
        )
        for n in range(5)
    ]
    catalogue = Catalogue(id="c", title="C", activities=activities)
    plan = Plan(activities=sessions, limits=Limits(budget=Money(9_000, "CAD")))
    return Dossier(catalogue=catalogue, plan=plan, recommendations=recommendations)


def find_state(assessment: Assessment, name: str) -> CriterionState:
    return next(one.state for score in assessment.indicators for one in score.results if one.target == name)


def test_each_step_missing_is_one_action(baseline: AssessmentSet) -> None:
    for assessment in baseline:
        plan = plan_actions(assessment)
        assert len({one.target for one in plan}) == len(plan)
        for one in plan:
            assert one.state in (CriterionState.NOT_MET, CriterionState.PARTLY)
            assert find_state(assessment, one.target) is one.state
        wanted = {name for score in assessment.indicators for name in score.lacking if score.target_met is not True}
        assert {one.target for one in plan} == wanted


def test_shares_of_all_countries_are_the_plan_but_for_rounding(baseline: AssessmentSet) -> None:
    dossier = make_dossier(baseline)
    plans = [plan_actions(one, dossier) for one in baseline]
    total = sum((part for plan in plans for part in plan.share), start=Money(0, "CAD"))
    silent = sum(
        (share for s in dossier.plan.activities for code, share in s.shares.items() if code not in [
            plan.country.alpha_2 for plan in plans]), start=Money(0, "CAD"),
    )  # fmt: skip
    assert dossier.plan.cost == Money("5000.05", "CAD")
    shares = sum(len(one.seats) for one in dossier.plan.activities)
    assert abs((total + silent).amount - dossier.plan.cost.amount) <= Decimal("0.005") * shares


def test_a_session_is_counted_at_the_first_action_that_it_helps(baseline: AssessmentSet) -> None:
    plan = plan_actions(baseline["BB"], make_dossier(baseline))
    bearers = [one.id for one in plan if one.share is not None]
    assert bearers
    for one in plan:
        assert (one.share is None) or one.sessions
        assert not one.booked_by or one.booked_by in bearers
    order = [one.id for one in plan]
    assert all(order.index(one.booked_by) < order.index(one.id) for one in plan if one.booked_by)


def test_costs_are_left_out_for_an_audience_without_them(baseline: AssessmentSet) -> None:
    plan = plan_actions(baseline["BB"], make_dossier(baseline), costs=False)
    assert not plan.share
    assert any(one.sessions for one in plan)


@pytest.mark.parametrize(
    ("status", "state", "closed", "check"),
    [
        ("done", CriterionState.NOT_MET, None, ActionCheck.UNCONFIRMED),
        ("done", CriterionState.NOT_MET, BASELINE.reference_date + datetime.timedelta(1), None),
        ("done", CriterionState.MET, None, None),
        ("accepted", CriterionState.MET, None, ActionCheck.MET),
        ("rejected", CriterionState.NOT_MET, None, None),
        ("under way", CriterionState.NOT_MET, None, ActionCheck.OVERDUE),
    ],
)
def test_a_recorded_row_is_held_against_the_findings(
    status: str, state: CriterionState, closed: datetime.date | None, check: ActionCheck | None, baseline: AssessmentSet
) -> None:
    one = baseline["BB"]
    target = next(r.target for score in one.indicators for r in score.results if r.state is state)
    row = Recommendation(
        id="BB-40", country=COUNTRIES["BB"], target=target, text="Do it", owner="unit", status=status, closed=closed,
        due=datetime.date(2016, 6, 30),
    )  # fmt: skip
    plan = plan_actions(one, Dossier(recommendations=[row]))
    found = next(action for action in plan if action.id == "BB-40")
    assert (found.check, found.status, found.owner) == (check, RecommendationStatus(status), "unit")
    assert sum(action.target == target for action in plan) == 1
    assert all(action.id == f"BB-{action.target}" for action in plan if not action.recorded)


def test_a_proposed_id_that_a_row_has_gets_a_number(baseline: AssessmentSet) -> None:
    first, *_ = plan_actions(baseline["BB"])
    row = Recommendation(id=first.id, country=COUNTRIES["BB"], text="About something else")
    ids = [one.id for one in plan_actions(baseline["BB"], Dossier(recommendations=[row]))]
    assert {first.id, f"{first.id}-2"} <= set(ids)
    assert len(ids) == len(set(ids))


def test_rows_of_other_countries_and_without_criterion(baseline: AssessmentSet) -> None:
    rows = [
        Recommendation(id="JM-1", country=COUNTRIES["JM"], target="TEC-2.2a", text="Theirs"),
        Recommendation(
            id="BB-1", country=COUNTRIES["BB"], text="Ask the academy", cost=Money(5, "EUR"), payer="us", status="done"
        ),
        Recommendation(id="BB-2", country=COUNTRIES["BB"], target="XX-9", text="Of an older edition"),
    ]
    plan = plan_actions(baseline["BB"], Dossier(recommendations=rows))
    assert [one.id for one in plan][-2:] == ["BB-1", "BB-2"] or [one.id for one in plan][-2:] == ["BB-2", "BB-1"]
    assert "JM-1" not in {one.id for one in plan}
    assert not any(one.check for one in plan if one.id in ("BB-1", "BB-2"))  # no finding can speak of them
    assert plan.costs == {"us": (Money(5, "EUR"),)}


def test_a_country_that_lacks_nothing_has_no_action(baseline: AssessmentSet) -> None:
    one = baseline["BB"]
    met = evolve(one, scores={name: score for name, score in one.scores.items() if score.target_met is True})
    assert not plan_actions(met).actions


def test_amounts_are_converted_to_whole_cents_at_the_rate_of_the_day() -> None:
    rates = [
        ExchangeRate(currency="CAD", rate="0.75", date=datetime.date(2016, 1, 1)),
        ExchangeRate(currency="CAD", rate="0.8", date=datetime.date(2017, 1, 1)),
    ]
    cents = Money("10.01", "CAD")
    assert convert_money(cents, "USD", rates, datetime.date(2016, 6, 1)) == Money(Decimal("7.51"), "USD")
    assert convert_money(cents, "USD", rates, datetime.date(2015, 6, 1)) == Money(Decimal("7.51"), "USD")
    assert convert_money(cents, "USD", rates) == Money(Decimal("8.01"), "USD")
    assert convert_money(Money(1, "EUR"), "USD", rates) == Money(1, "EUR")


# The page, the sheet and the calendar


def said(report: Report) -> str:
    cells = [cell.words for block in report.figures for row in block.rows for cell in row.cells]
    groups = [group.title for block in report.figures for group in block.groups]
    return "\n".join([report.title, report.lead, *groups, *cells])


@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
@pytest.mark.parametrize("country", ["AG", "BB"])
def test_the_page_fills_every_slot_and_has_room_to_sign(
    language: str, country: str, baseline: AssessmentSet, context: Context
) -> None:
    dossier = make_dossier(baseline)
    report = build(baseline, context(kind="actions", country=country, language=language, dossier=dossier))
    assert "{" not in said(report)
    assert [one.id for one in report.sections] == ["actions", "costs", "sign"]
    assert len(list(figure(report, "sign").rows)) == 2
    assert len(list(figure(report, "actions").rows)) == len(plan_actions(baseline[country], dossier))


def test_the_sums_of_the_page_are_those_of_the_plan(baseline: AssessmentSet, context: Context) -> None:
    dossier = make_dossier(baseline)
    report = build(baseline, context(kind="actions", country="BB", dossier=dossier))
    share = sum((one.shares["BB"] for one in dossier.plan.activities), start=Money(0, "CAD"))
    total = figure(report, "sums").total
    assert total is not None
    assert total.cells[1].words == f"CAD {share.amount:,.2f}"
    assert "CAD 5,000.05" in report.sections[1].blocks[1].text


def test_one_currency_is_printed_with_its_rate_and_adds_up(baseline: AssessmentSet, context: Context) -> None:
    rate = ExchangeRate(currency="CAD", rate="0.7714", date=datetime.date(2016, 6, 30))
    programme = evolve(make_programme(), currency="USD", rates=[rate])
    dossier = make_dossier(baseline)
    shares = []
    for one in baseline:
        code = one.country.alpha_2
        report = build(baseline, context(kind="actions", country=code, programme=programme, dossier=dossier))
        row = next(row for row in figure(report, "sums").rows if "Share of the plan" in row.cells[0].words)
        shares.append(Decimal(row.cells[1].words.removeprefix("USD ").replace(",", "")))
        assert "1 CAD = 0.7714 USD (30 June 2016)" in report.sections[1].blocks[1].text
    converted = [Decimal("771.41")] * 5  # 1000.01 x 0.7714, in whole cents
    named = {one.country.alpha_2 for one in baseline}
    parts = [
        share.amount
        for cost, session in zip(converted, dossier.plan.activities, strict=True)
        for code, share in evolve(session, cost=Money(cost, "USD")).shares.items()
        if code in named
    ]
    assert sum(shares) == sum(parts)


def test_a_page_is_for_the_country_and_the_team_only(baseline: AssessmentSet, context: Context) -> None:
    programme = make_programme(consents=[Consent(country="BB", audience=Audience.DONOR, date=DAY)])
    for audience in ("donor", "public"):
        with pytest.raises(WriteError, match=r"not written for|does not name|has not consented"):
            build(baseline, context(kind="actions", country="BB", audience=audience, programme=programme))


def test_withheld_prices_of_shared_sessions_are_not_missing_ones(baseline: AssessmentSet, context: Context) -> None:
    """One session is Barbados' alone and four are shared with countries that are not named to it."""
    dossier = make_dossier(baseline)
    assert dossier.plan is not None
    first, *shared = dossier.plan.activities
    plan = evolve(dossier.plan, activities=[evolve(first, seats={"BB": 1}), *shared])
    setting = {"kind": "actions", "country": "BB", "dossier": evolve(dossier, plan=plan)}
    own = build(baseline, context(audience="country", programme=make_programme(), **setting))
    total = figure(own, "sums").total
    assert total is not None
    assert [cell.words for cell in total.cells] == ["Sum of the costs shown", "CAD 1,000.01"]
    costs = [row.cells[3].words for row in figure(own, "actions").rows]
    assert sum("withheld" in words for words in costs) == 3  # A0 to A2: S4 repeats A0 beside the session of its own
    assert sum("1,000.01" in words for words in costs) == 1
    team = build(baseline, context(**setting))
    whole = figure(team, "sums").total
    assert whole is not None
    assert whole.cells[0].words == "Total"
    assert "withheld" not in said(team)


def test_a_country_sees_its_own_rows_only(baseline: AssessmentSet, context: Context) -> None:
    rows = [
        Recommendation(id=f"{code}-1", country=COUNTRIES[code], text=f"Row of {code}", owner=f"office of {code}")
        for code in ("BB", "JM")
    ]
    dossier = evolve(make_dossier(baseline), recommendations=rows)
    report = build(
        baseline,
        context(kind="actions", country="BB", audience="country", programme=make_programme(), dossier=dossier),
    )
    assert "office of BB" in said(report)
    assert "JM" not in said(report)
    text = render(baseline["BB"], "actions-csv", audience="country", programme=make_programme(), dossier=dossier)
    assert "Row of BB" in text
    assert "Row of JM" not in text
    with pytest.raises(WriteError):
        render(baseline["BB"], "actions-csv", audience="donor", programme=make_programme(), dossier=dossier)


def test_another_library_reads_the_days(baseline: AssessmentSet) -> None:
    icalendar = pytest.importorskip("icalendar")
    dossier = make_dossier(baseline)
    text = render(baseline, "actions-ics", country="BB", dossier=dossier)
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    plan = plan_actions(baseline["BB"], dossier)
    assert [event.decoded("DTSTART") for event in events] == [one.due for one in plan]
    assert len({str(event["UID"]) for event in events}) == len(plan)


def test_a_framework_without_criteria_has_actions_on_its_capacities(means: AssessmentSet, context: Context) -> None:
    findings = [finding for one in means for finding in one.findings]
    targets = TargetProfile(id="t", title="T", targets=dict.fromkeys(("C1.1", "C1.2", "C2.1"), 90))
    aimed = assess(findings, means.framework, round=BASELINE, sources=means["BB"].sources, targets=targets)
    plan = plan_actions(aimed["BB"])
    assert [one.target for one in plan] == ["C1.1", "C1.2"]
    report = build(aimed, context(kind="actions", country="BB"))
    assert all("Raise" in row.cells[0].words for row in figure(report, "actions").rows)
