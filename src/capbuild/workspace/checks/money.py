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
    for one in context.records.budgets:
        if _is_above(one, one.committed, one.amount):
            yield f"{one.id}: {one.committed} of {one.amount}", context.origin(one)


@finds("CK702")
def find_spending_above_commitment(context: CheckContext) -> Iterator[Found]:
    """Yield lines with more spent than committed."""
    for one in context.records.budgets:
        if _is_above(one, one.spent, one.committed):
            yield f"{one.id}: {one.spent} of {one.committed}", context.origin(one)


@finds("CK703")
def find_lines_outside_programme(context: CheckContext) -> Iterator[Found]:
    """Yield lines for a year before or after the programme."""
    first, last = context.span
    for one in context.records.budgets:
        if one.year is not None and not first.year <= one.year <= last.year:
            yield f"{one.id}: {one.year}, and the programme is from {first} to {last}", context.origin(one)


@finds("CK704")
def find_money_of_the_future(context: CheckContext) -> Iterator[Found]:
    """Yield lines counted up to a date after the check."""
    for one in context.records.budgets:
        if one.as_of is not None and one.as_of > context.on:
            yield f"{one.id}: as of {one.as_of}", context.origin(one)


@finds("CK705")
def find_early_spending(context: CheckContext) -> Iterator[Found]:
    """Yield lines with spending before their year."""
    for one in context.records.budgets:
        if one.as_of is not None and one.year is not None and one.as_of.year < one.year and _is_spent(one):
            yield f"{one.id}: {one.spent} spent by {one.as_of}, and its year is {one.year}", context.origin(one)


def _is_spent(one: Budget) -> bool:
    return one.spent is not None and one.spent.amount > 0


@finds("CK706")
def find_currencies_without_rate(context: CheckContext) -> Iterator[Found]:
    """Yield currencies that cannot be compared with the plan, or with most other lines."""
    lines, plan = context.records.budgets, context.plan
    if not lines:
        return
    usual = Counter(one.amount.currency for one in lines).most_common(1)[0][0]
    base = plan.limits.budget.currency if plan is not None else usual
    programme = context.workspace.programme
    known = {base, *(plan.limits.rates if plan is not None else ()), *(one.currency for one in programme.rates)}
    for currency in dict.fromkeys(one.amount.currency for one in lines):
        if currency not in known:
            first = next(one for one in lines if one.amount.currency == currency)
            what = "the plan" if plan is not None else "most lines"
            yield f"{currency}: {first.id} and others, and {what} is in {base}", context.origin(first)


@finds("CK707")
def find_rates_of_other_years(context: CheckContext) -> Iterator[Found]:
    """Yield lines converted at the rate of another year."""
    for one in context.records.budgets:
        if one.rate_date is not None and one.year is not None and abs(one.rate_date.year - one.year) > 1:
            yield f"{one.id}: rate of {one.rate_date}, line of {one.year}", context.origin(one)


@finds("CK708")
def find_spending_without_activity(context: CheckContext) -> Iterator[Found]:
    """Yield lines with spending in a year without any activity."""
    active = {day.year for one in context.delivered for day in (one.start, one.end)}
    for one in context.rounds:
        active |= {source.start.year for source in one.collection.sources if source.start is not None}
        active |= {request.sent.year for request in one.requests if request.sent is not None}
    for line in context.records.budgets if active else ():
        if line.year is not None and line.year not in active and _is_spent(line):
            yield f"{line.id}: {line.spent} in {line.year}", context.origin(line)


@finds("CK709")
def find_spending_without_day(context: CheckContext) -> Iterator[Found]:
    """Yield lines with spending but without a date."""
    for one in context.records.budgets:
        if one.as_of is None and _is_spent(one):
            yield f"{one.id}: {one.spent}", context.origin(one)


@finds("CK710")
def find_plan_above_budget(context: CheckContext) -> Iterator[Found]:
    """Yield a plan whose budget is above the sum of all lines in its currency."""
    lines, plan = context.records.budgets, context.plan
    if plan is None or not lines or {one.amount.currency for one in lines} != {plan.limits.budget.currency}:
        return
    total = sum((one.amount for one in lines), start=Money(0, plan.limits.budget.currency))
    if total < plan.limits.budget:
        yield f"{plan.limits.budget}, and the lines come to {total}", context.setting("plan", "budget")
