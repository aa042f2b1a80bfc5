"""Rules on the budget."""

from collections import Counter
from collections.abc import Iterator

from capbuild.model import Budget, Money
from capbuild.workspace.checks.context import CheckContext, Found, finds


def _is_above(one: Budget, first: Money | None, second: Money | None) -> bool:
    return first is not None and second is not None and first.currency == second.currency and second < first


@finds("CK701")
def find_overcommitted_lines(context: CheckContext) -> Iterator[Found]:
    """Yield lines with more committed than planned."""
    for budget in context.records.budgets:
        if _is_above(budget, budget.committed, budget.amount):
            yield f"{budget.id}: {budget.committed} of {budget.amount}", context.origin(budget)


@finds("CK702")
def find_spending_above_commitment(context: CheckContext) -> Iterator[Found]:
    """Yield lines with more spent than committed."""
    for budget in context.records.budgets:
        if _is_above(budget, budget.spent, budget.committed):
            yield f"{budget.id}: {budget.spent} of {budget.committed}", context.origin(budget)


@finds("CK703")
def find_lines_outside_programme(context: CheckContext) -> Iterator[Found]:
    """Yield lines for a year before or after the programme."""
    first, last = context.span
    for budget in context.records.budgets:
        if budget.year is not None and not first.year <= budget.year <= last.year:
            yield f"{budget.id}: {budget.year}, and the programme is from {first} to {last}", context.origin(budget)


@finds("CK704")
def find_money_of_the_future(context: CheckContext) -> Iterator[Found]:
    """Yield lines counted up to a date after the check."""
    for budget in context.records.budgets:
        if budget.as_of is not None and budget.as_of > context.on:
            yield f"{budget.id}: as of {budget.as_of}", context.origin(budget)


@finds("CK705")
def find_early_spending(context: CheckContext) -> Iterator[Found]:
    """Yield lines with spending before their year."""
    for one in context.records.budgets:
        if one.as_of is not None and one.year is not None and one.as_of.year < one.year and _is_spent(one):
            yield f"{one.id}: {one.spent} spent by {one.as_of}, and its year is {one.year}", context.origin(one)


def _is_spent(budget: Budget) -> bool:
    return budget.spent is not None and budget.spent.amount > 0


@finds("CK706")
def find_currencies_without_rate(context: CheckContext) -> Iterator[Found]:
    """Yield currencies without an exchange rate.

    Their lines cannot be compared with the plan, or with most other lines.
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


@finds("CK707")
def find_rates_of_other_years(context: CheckContext) -> Iterator[Found]:
    """Yield lines converted at the rate of another year."""
    for budget in context.records.budgets:
        if budget.rate_date is not None and budget.year is not None and abs(budget.rate_date.year - budget.year) > 1:
            yield f"{budget.id}: rate of {budget.rate_date}, line of {budget.year}", context.origin(budget)


@finds("CK708")
def find_spending_without_activity(context: CheckContext) -> Iterator[Found]:
    """Yield lines with spending in a year without any activity."""
    active = {day.year for delivery in context.delivered for day in (delivery.start, delivery.end)}
    for round_ in context.rounds:
        active |= {source.start.year for source in round_.collection.sources if source.start is not None}
        active |= {request.sent.year for request in round_.requests if request.sent is not None}
    for line in context.records.budgets if active else ():
        if line.year is not None and line.year not in active and _is_spent(line):
            yield f"{line.id}: {line.spent} in {line.year}", context.origin(line)


@finds("CK709")
def find_spending_without_day(context: CheckContext) -> Iterator[Found]:
    """Yield lines with spending but without a date."""
    for budget in context.records.budgets:
        if budget.as_of is None and _is_spent(budget):
            yield f"{budget.id}: {budget.spent}", context.origin(budget)


@finds("CK710")
def find_plan_above_budget(context: CheckContext) -> Iterator[Found]:
    """Yield a plan above the budget."""
    lines, plan = context.records.budgets, context.plan
    if plan is None or not lines or {budget.amount.currency for budget in lines} != {plan.limits.budget.currency}:
        return
    total = sum((budget.amount for budget in lines), start=Money(0, plan.limits.budget.currency))
    if total < plan.limits.budget:
        yield f"{plan.limits.budget}, and the lines come to {total}", context.setting("plan", "budget")
