"""Rules on the plan, needs, decisions of meetings, and the budget."""

from collections import Counter
from collections.abc import Iterator

from capbuild.advice import plan_actions
from capbuild.advice.actions import ActionCheck
from capbuild.display import name_some
from capbuild.model import BudgetLine, Country, Dossier, Money, Needs, Recommendation, RecommendationStatus
from capbuild.planning.compiled_problem import add_months
from capbuild.workspace.checks.context import STAFF, CheckContext, Found, RoundRecords, error, note, warning
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


@warning("CK501", "The plan starts before its round is over", "start it after the round, or plan from an earlier one")
def find_early_plans(context: CheckContext) -> Iterator[Found]:
    """Yield a plan that begins before its round ends."""
    planned_round, plan = _find_planned_round(context), context.plan
    if (
        planned_round is not None
        and plan is not None
        and plan.limits.start is not None
        and plan.limits.start <= planned_round.last
    ):
        yield (
            f"from {plan.limits.start}, and {planned_round.round.id} ends on {planned_round.last}",
            context.setting("plan", "start"),
        )


@warning("CK502", "The plan runs beyond the programme", "shorten it, or extend the last phase")
def find_long_plans(context: CheckContext) -> Iterator[Found]:
    """Yield a plan that ends after the programme."""
    plan = context.plan
    if plan is None or plan.limits.start is None or not context.workspace.programme.phases:
        return
    last = add_months(plan.limits.start, plan.limits.months - 1)
    if last > context.span[1]:
        message = f"until {last:%Y-%m}, and the last phase ends on {context.span[1]}"
        yield message, context.setting("plan", "months")


@warning("CK503", "An activity is wanted that no country needs", "take it out of must")
def find_wanted_without_need(context: CheckContext) -> Iterator[Found]:
    """Yield wanted activities that address no gap or open criterion."""
    plan = context.plan
    lacking: dict[str, set[str]] = {}
    for gap in _find_needs(context).gaps:
        lacking.setdefault(gap.country.alpha_2, set()).update((*gap.lacking, *gap.open))
    for position, wish in enumerate(plan.limits.must if plan is not None else ()):
        name, _, code = wish.partition(" ")
        activity = context.activities.get(name)
        wanted = lacking.get(code, set()) if code else set().union(*lacking.values())
        if activity is not None and activity.helps and not wanted & set(activity.helps):
            yield f"{wish}: {activity.title}", context.setting("plan", "must", position)


@warning("CK504", "A need has no activity", "add an activity that addresses it, or close the need otherwise")
def find_needs_without_activity(context: CheckContext) -> Iterator[Found]:
    """Yield needs without an activity in the catalogue."""
    helped = {name for activity in context.activities.values() for name in activity.helps}
    decided = {
        decision.need: place
        for row in context.rounds
        for decision, place in context.workspace.planned.decisions(row.round.id)
    }
    for need in _find_needs(context) if helped else ():
        if not helped & {*need.criteria, *need.capacities}:
            countries = name_some(country.name for country in need.countries)
            yield f"{need.id}: {need.statement} ({countries})", decided.get(need.id, context.setting("plan"))


@warning("CK510", "A country to plan for has no languages: any course may seat it", "add its languages")
def find_needs_without_language(context: CheckContext) -> Iterator[Found]:
    """Yield countries with needs and without languages."""
    offered = sorted({language for activity in context.activities.values() for language in activity.languages})
    places = dict.fromkeys(country for need in _find_needs(context) for country in need.countries)
    for country in places if offered and context.plan is not None else ():
        part = context.participations.get(country)
        if part is not None and not part.languages:
            message = f"{country}: courses are in {', '.join(offered)}"
            yield message, context.workspace.settings.places.get(country.alpha_2)


@warning("CK505", "More people are to be trained than the service has", "correct headcount or size")
def find_too_many_to_train(context: CheckContext) -> Iterator[Found]:
    """Yield countries with more people to train than staff."""
    plan, sizes = context.plan, {c.alpha_2: size for c, size in context.workspace.settings.sizes.items()}
    for code, people in (plan.headcount if plan is not None else {}).items():
        most = STAFF.get(sizes[code]) if code in sizes else None
        if most is not None and max(people.values(), default=0) > most:
            role = max(people, key=lambda name: people[name])
            message = f"{code}: {people[role]} people in {role}, and a {sizes[code].value} service has {most} at most"
            yield message, context.setting("plan", "headcount")


@warning("CK506", "A meeting decided for a country that was not there", "ask the country, or correct the participants")
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
        yield from (
            (records[action.id], plan.country) for action in plan if action.check is check and action.id in records
        )


@warning("CK507", "An action is closed and no finding shows it", "observe it, or open it again in actions.csv")
def find_unconfirmed_actions(context: CheckContext) -> Iterator[Found]:
    """Yield closed actions that no finding confirms."""
    for action, country in _list_actions(context, ActionCheck.UNCONFIRMED):
        yield f"{country}: {action.id}, {action.target or 'no criterion'} is not met", context.origin(action)


@warning("CK508", "An action is past its due day", "ask its owner; change due or status in actions.csv")
def find_overdue_actions(context: CheckContext) -> Iterator[Found]:
    """Yield open actions past their due date."""
    for recommendation in context.records.recommendations:
        if not recommendation.is_closed and recommendation.due is not None and recommendation.due < context.on:
            yield (
                f"{recommendation.country}: {recommendation.id} was due on {recommendation.due}",
                context.origin(recommendation),
            )


@note("CK509", "An action was agreed and has no owner", "name the office that acts in actions.csv")
def find_actions_without_owner(context: CheckContext) -> Iterator[Found]:
    """Yield agreed actions without an owner."""
    agreed = (RecommendationStatus.ACCEPTED, RecommendationStatus.UNDER_WAY)
    for recommendation in context.records.recommendations:
        if recommendation.status in agreed and not recommendation.owner:
            yield f"{recommendation.country}: {recommendation.id}", context.origin(recommendation)


def _is_above(first: Money | None, second: Money | None) -> bool:
    return first is not None and second is not None and first.currency == second.currency and second < first


@warning("CK701", "More is committed than was planned", "correct the line, or raise the plan")
def find_overcommitted_lines(context: CheckContext) -> Iterator[Found]:
    """Yield lines with more committed than planned."""
    for budget in context.records.budgets:
        if _is_above(budget.committed, budget.amount):
            yield f"{budget.id}: {budget.committed} of {budget.amount}", context.origin(budget)


@warning("CK702", "More is spent than was committed", "correct committed")
def find_spending_above_commitment(context: CheckContext) -> Iterator[Found]:
    """Yield lines with more spent than committed."""
    for budget in context.records.budgets:
        if _is_above(budget.spent, budget.committed):
            yield f"{budget.id}: {budget.spent} of {budget.committed}", context.origin(budget)


@warning("CK703", "A budget line is for a year outside the programme", "correct the year, or the phases")
def find_lines_outside_programme(context: CheckContext) -> Iterator[Found]:
    """Yield lines for a year before or after the programme."""
    first, last = context.span
    for budget in context.records.budgets:
        if budget.year is not None and not first.year <= budget.year <= last.year:
            yield f"{budget.id}: {budget.year}, and the programme is from {first} to {last}", context.origin(budget)


@error("CK704", "Money is counted up to a day in the future", "correct as_of")
def find_money_of_the_future(context: CheckContext) -> Iterator[Found]:
    """Yield lines counted up to a date after the check."""
    for budget in context.records.budgets:
        if budget.as_of is not None and budget.as_of > context.on:
            yield f"{budget.id}: as of {budget.as_of}", context.origin(budget)


@error("CK705", "Money was spent before the year of its line", "correct as_of or year")
def find_early_spending(context: CheckContext) -> Iterator[Found]:
    """Yield lines with spending before their year."""
    for line in context.records.budgets:
        if line.as_of is not None and line.year is not None and line.as_of.year < line.year and _is_spent(line):
            yield f"{line.id}: {line.spent} spent by {line.as_of}, and its year is {line.year}", context.origin(line)


def _is_spent(budget: BudgetLine) -> bool:
    return budget.spent is not None and budget.spent.amount > 0


@warning("CK706", "A currency has no exchange rate", "add it to [[money.rates]], with rate_date in the line")
def find_currencies_without_rate(context: CheckContext) -> Iterator[Found]:
    """Yield currencies without a rate to others.

    They cannot be compared with the plan, or with most other lines.
    """
    lines, plan = context.records.budgets, context.plan
    if not lines:
        return
    usual = Counter(budget.amount.currency for budget in lines).most_common(1)[0][0]
    base = plan.limits.budget.currency if plan is not None else usual
    programme = context.workspace.programme
    known = {base, *(plan.limits.rates if plan is not None else ()), *(rate.currency for rate in programme.rates)}
    for currency in dict.fromkeys(budget.amount.currency for budget in lines):
        if currency not in known:
            first = next(budget for budget in lines if budget.amount.currency == currency)
            what = "the plan" if plan is not None else "most lines"
            yield f"{currency}: {first.id} and others, and {what} is in {base}", context.origin(first)


@warning("CK707", "An exchange rate is from another year than its line", "use a rate of that year")
def find_rates_of_other_years(context: CheckContext) -> Iterator[Found]:
    """Yield lines converted at the rate of another year."""
    for budget in context.records.budgets:
        if budget.rate_date is not None and budget.year is not None and abs(budget.rate_date.year - budget.year) > 1:
            yield f"{budget.id}: rate of {budget.rate_date}, line of {budget.year}", context.origin(budget)


@note("CK708", "Money was spent in a year without any activity", "record what it was spent on")
def find_spending_without_activity(context: CheckContext) -> Iterator[Found]:
    """Yield lines with spending in a year without any activity."""
    active = {day.year for delivery in context.delivered for day in (delivery.start, delivery.end)}
    for round_ in context.rounds:
        active |= {source.start.year for source in round_.collection.sources if source.start is not None}
        active |= {request.sent.year for request in round_.requests if request.sent is not None}
    for line in context.records.budgets if active else ():
        if line.year is not None and line.year not in active and _is_spent(line):
            yield f"{line.id}: {line.spent} in {line.year}", context.origin(line)


@warning("CK709", "Money is spent without a day up to which it is counted", "fill in as_of")
def find_spending_without_day(context: CheckContext) -> Iterator[Found]:
    """Yield lines with spending but without a date."""
    for budget in context.records.budgets:
        if budget.as_of is None and _is_spent(budget):
            yield f"{budget.id}: {budget.spent}", context.origin(budget)


@warning("CK710", "The plan may spend more than all budget lines together", "lower the budget, or add the lines")
def find_plan_above_budget(context: CheckContext) -> Iterator[Found]:
    """Yield a plan with a budget above all comparable lines.

    Lines are comparable if they are in the currency of the plan.
    """
    lines, plan = context.records.budgets, context.plan
    if plan is None or not lines or {budget.amount.currency for budget in lines} != {plan.limits.budget.currency}:
        return
    total = sum((budget.amount for budget in lines), start=Money(0, plan.limits.budget.currency))
    if total < plan.limits.budget:
        yield f"{plan.limits.budget}, and the lines come to {total}", context.setting("plan", "budget")
