"""Rules on the plan's settings, needs and decisions of meetings."""

from collections.abc import Iterator

from capbuild.advice import ActionCheck, plan_actions
from capbuild.display import name_some
from capbuild.model import Country, Dossier, Needs, Recommendation, RecommendationStatus
from capbuild.planning.compiled_problem import add_months
from capbuild.workspace.checks.context import STAFF, CheckContext, Found, RoundRecords, finds
from capbuild.workspace.rounds.plans import find_planned_round


def _find_planned_round(context: CheckContext) -> RoundRecords | None:
    """Return the planned round."""
    name = find_planned_round(context.workspace)
    return next((round_ for round_ in context.rounds if round_.round.id == name), None)


def _find_needs(context: CheckContext) -> Needs:
    """Return the needs of the planned round."""
    round_ = _find_planned_round(context)
    needs = context.workspace.needs(round_.round.id) if round_ is not None else None
    return needs or Needs()


@finds("CK501")
def find_early_plans(context: CheckContext) -> Iterator[Found]:
    """Yield a plan that begins before its round ends."""
    one, plan = _find_planned_round(context), context.plan
    if one is not None and plan is not None and plan.limits.start is not None and plan.limits.start <= one.last:
        yield f"from {plan.limits.start}, and {one.round.id} ends on {one.last}", context.setting("plan", "start")


@finds("CK502")
def find_long_plans(context: CheckContext) -> Iterator[Found]:
    """Yield a plan that ends after the programme."""
    plan = context.plan
    if plan is None or plan.limits.start is None or not context.workspace.programme.phases:
        return
    last = add_months(plan.limits.start, plan.limits.months - 1)
    if last > context.span[1]:
        message = f"until {last:%Y-%m}, and the last phase ends on {context.span[1]}"
        yield message, context.setting("plan", "months")


@finds("CK503")
def find_wanted_without_need(context: CheckContext) -> Iterator[Found]:
    """Yield wanted activities that address no gap or open criterion."""
    plan = context.plan
    lacking: dict[str, set[str]] = {}
    for gap in _find_needs(context).gaps:
        lacking.setdefault(gap.country.alpha_2, set()).update((*gap.lacking, *gap.open))
    for place, wish in enumerate(plan.limits.must if plan is not None else ()):
        name, _, code = wish.partition(" ")
        activity = context.activities.get(name)
        wanted = lacking.get(code, set()) if code else set().union(*lacking.values())
        if activity is not None and activity.helps and not wanted & set(activity.helps):
            yield f"{wish}: {activity.title}", context.setting("plan", "must", place)


@finds("CK504")
def find_needs_without_activity(context: CheckContext) -> Iterator[Found]:
    """Yield needs without an activity in the catalogue."""
    helped = {name for activity in context.activities.values() for name in activity.helps}
    decided = {
        one.need: place for row in context.rounds for one, place in context.workspace.planned.decisions(row.round.id)
    }
    for need in _find_needs(context) if helped else ():
        if not helped & {*need.criteria, *need.capacities}:
            countries = name_some(country.name for country in need.countries)
            yield f"{need.id}: {need.statement} ({countries})", decided.get(need.id, context.setting("plan"))


@finds("CK510")
def find_needs_without_language(context: CheckContext) -> Iterator[Found]:
    """Yield countries with needs and without languages."""
    offered = sorted({language for activity in context.activities.values() for language in activity.languages})
    places = dict.fromkeys(country for need in _find_needs(context) for country in need.countries)
    for country in places if offered and context.plan is not None else ():
        part = context.participations.get(country)
        if part is not None and not part.languages:
            message = f"{country}: courses are in {', '.join(offered)}"
            yield message, context.workspace.settings.places.get(country.alpha_2)


@finds("CK505")
def find_too_many_to_train(context: CheckContext) -> Iterator[Found]:
    """Yield countries with more people to train than staff."""
    plan, sizes = context.plan, {c.alpha_2: size for c, size in context.workspace.settings.sizes.items()}
    for code, people in (plan.headcount if plan is not None else {}).items():
        most = STAFF.get(sizes[code]) if code in sizes else None
        if most is not None and max(people.values(), default=0) > most:
            role = max(people, key=lambda name: people[name])
            message = f"{code}: {people[role]} people in {role}, and a {sizes[code].value} service has {most} at most"
            yield message, context.setting("plan", "headcount")


@finds("CK506")
def find_decisions_on_absent(context: CheckContext) -> Iterator[Found]:
    """Yield meeting decisions on countries that did not take part."""
    for round_ in context.rounds:
        present = {meeting.source.id: meeting.participants for meeting in round_.collection.meetings}
        for decision, place in context.workspace.planned.decisions(round_.round.id):
            absent = [c.name for c in decision.countries if c not in present.get(decision.meeting, ())]
            if present.get(decision.meeting) and absent:
                yield f"{decision.meeting} on {decision.need}: {name_some(absent)}", place


def _list_actions(context: CheckContext, check: ActionCheck) -> Iterator[tuple[Recommendation, Country]]:
    """Yield recorded actions of the last round with a mismatch."""
    records = {recommendation.id: recommendation for recommendation in context.records.recommendations}
    for assessment in context.rounds[-1].assessed if context.rounds and records else ():
        plan = plan_actions(assessment, Dossier(recommendations=context.records.recommendations))
        yield from ((records[one.id], plan.country) for one in plan if one.check is check and one.id in records)


@finds("CK507")
def find_unconfirmed_actions(context: CheckContext) -> Iterator[Found]:
    """Yield closed actions that no finding confirms."""
    for one, country in _list_actions(context, ActionCheck.UNCONFIRMED):
        yield f"{country}: {one.id}, {one.target or 'no criterion'} is not met", context.origin(one)


@finds("CK508")
def find_overdue_actions(context: CheckContext) -> Iterator[Found]:
    """Yield open actions past their due date."""
    for one in context.records.recommendations:
        if not one.is_closed and one.due is not None and one.due < context.on:
            yield f"{one.country}: {one.id} was due on {one.due}", context.origin(one)


@finds("CK509")
def find_actions_without_owner(context: CheckContext) -> Iterator[Found]:
    """Yield agreed actions without an owner."""
    agreed = (RecommendationStatus.ACCEPTED, RecommendationStatus.UNDER_WAY)
    for recommendation in context.records.recommendations:
        if recommendation.status in agreed and not recommendation.owner:
            yield f"{recommendation.country}: {recommendation.id}", context.origin(recommendation)
