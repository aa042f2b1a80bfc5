"""Costs of a plan by year, country, activity and part.

Shares sum to the cost of the plan exactly.
"""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import field, frozen

from capbuild.checks import identifier
from capbuild.errors import ModelError, PlanError, did_you_mean
from capbuild.model import Activity, Catalogue, Limits, Money, Plan, PlannedActivity
from capbuild.planning.compiled_problem import add_months, check_rates, duration_in_months, to_budget_currency

CENT = Decimal("0.01")

_KEYS = ("year", "country", "activity", "session", "part", "kind")


@frozen(kw_only=True)
class BudgetShare:
    """Part of the cost of a plan.

    Attributes:
        year: Calendar year of payment.
        country: Alpha-2 code of the benefiting country.
        activity: Id of the activity.
        session: Id of the session.
        part: `one time`, `per session`, `per seat`, `travel` or `recurring`.
        amount: The amount, exact.
    """

    year: int
    country: str
    activity: str = field(validator=identifier)
    session: str = field(validator=identifier)
    part: str
    amount: Money

    @property
    def kind(self) -> str:
        """`recurring` for upkeep, `one-time` for everything else."""
        return "recurring" if self.part == "recurring" else "one-time"


def sum_budget(plan: Plan, *keys: str, catalogue: Catalogue | None = None) -> dict[tuple[int | str, ...], Money]:
    """Return the cost of a plan by keys.

    The amounts sum exactly to `plan.cost`. A session is paid in the year in which it starts, and upkeep monthly from
    the end of the session to the end of the plan. Seats and upkeep are attributed to a country. Travel costs are
    divided in proportion to fares, and costs of a whole session in proportion to seats, by the largest remainder
    method in hundredths.

    Args:
        plan: The plan.
        keys: Of `year`, `country`, `activity`, `session`, `part`, and `kind` (`one-time` or `recurring`).
        catalogue: Catalogue of the plan, with fares and months of preparation. Without it, journeys are divided among
            travellers, and a session ends in the month of its last day.

    Raises:
        ModelError: A key is unknown.
        PlanError: CB813, there is upkeep and the plan's limits give no start.

    Example:
        >>> sum_budget(Plan(limits=Limits(budget=Money(0))), "year", "kind")
        {}
    """
    for key in keys:
        if key not in _KEYS:
            raise ModelError("sum_budget", key, f"must be one of {', '.join(_KEYS)}{did_you_mean(key, _KEYS)}")
    moneys: dict[tuple[int | str, ...], Money] = {}
    for share in split_budget(plan, catalogue):
        place: tuple[int | str, ...] = tuple(getattr(share, name) for name in keys)
        moneys[place] = moneys[place] + share.amount if place in moneys else share.amount
    return dict(sorted(moneys.items(), key=lambda pair: pair[0]))


def split_budget(plan: Plan, catalogue: Catalogue | None = None) -> tuple[BudgetShare, ...]:
    """Return cost shares by session, part, year and country.

    Args:
        plan: The plan.
        catalogue: Catalogue of the plan.

    Raises:
        PlanError: CB813, there is upkeep and the plan's limits give no start; CB812, a price has no exchange rate.
    """
    if catalogue is not None:
        check_rates(catalogue, plan.limits)
    activities = {activity.id: activity for activity in (catalogue.activities if catalogue is not None else ())}
    return tuple(
        share
        for activity in plan.activities
        for share in _list_session_shares(activity, plan.limits, activities.get(activity.activity))
    )


def _list_session_shares(one: PlannedActivity, limits: Limits, activity: Activity | None) -> Iterator[BudgetShare]:
    known = sum((line.amount for line in one.cost_lines.values()), start=Decimal(0))
    lines = dict(one.cost_lines)
    if known != one.cost.amount:
        # A cost without lines belongs to the session as a whole.
        lines["per session"] = lines.get("per session", Money(0, one.cost.currency)) + Money(
            one.cost.amount - known, one.cost.currency
        )
    for part, line in lines.items():
        weights = _share_weights(part, one, limits, activity)
        for (year, country), amount in zip(weights, _apportion(line.amount, list(weights.values())), strict=True):
            if amount:
                yield BudgetShare(
                    year=year,
                    country=country,
                    activity=one.activity,
                    session=one.id,
                    part=part,
                    amount=Money(amount, line.currency),
                )


def _share_weights(
    part: str, one: PlannedActivity, limits: Limits, activity: Activity | None
) -> dict[tuple[int, str], Fraction]:
    """Return the weights of years and countries in a part."""
    seats = {code: Fraction(count) for code, count in sorted(one.seats.items()) if count} or {"": Fraction(1)}
    if part == "recurring":
        years = _count_upkeep_months(one, limits, activity)
        return {(year, code): months * count for year, months in years.items() for code, count in seats.items()}
    if part == "travel":
        seats = {code: count * _compute_journey_weight(one, code, limits, activity) for code, count in seats.items()}
    return {(one.start.year, code): count for code, count in seats.items()}


def _compute_journey_weight(one: PlannedActivity, code: str, limits: Limits, activity: Activity | None) -> Fraction:
    """Return a journey's fare, or equal weights without fares."""
    host = one.host.alpha_2 if one.host is not None else ""
    if host == code:
        return Fraction(0)
    usual = activity.cost.travel_per_seat if activity is not None else None
    routes: Mapping[str, Money] = limits.travel.get(host, {})
    fare = routes.get(code, usual) if activity is not None else None
    if fare is None:
        return Fraction(0 if activity is not None else 1)
    return Fraction(to_budget_currency(fare, limits))


def _count_upkeep_months(one: PlannedActivity, limits: Limits, activity: Activity | None) -> Counter[int]:
    """Return the months of upkeep by year."""
    if limits.start is None:
        raise PlanError(
            f"{one.id} costs upkeep, and the plan's limits give no start",
            code="CB813",
            remedy="add start = 2016-07-01 to [plan] in programme.toml (in Python, Limits.start)",
        )
    first = add_months(one.start, duration_in_months(activity)) if activity is not None else add_months(one.end, 1)
    end = add_months(limits.start, limits.months)
    months: Counter[int] = Counter()
    while first < end:
        months[first.year] += 1
        first = add_months(first, 1)
    return months or Counter({(end - datetime.timedelta(days=1)).year: 1})


def _apportion(amount: Decimal, weights: Sequence[Fraction]) -> list[Decimal]:
    """Divide an amount by the largest remainder method, in hundredths.

    Args:
        amount: The amount; a fraction of a hundredth goes to the first part.
        weights: Weight of each part; equal if all are 0.
    """
    total_weight = sum(weights) or Fraction(len(weights))
    shares = [Fraction(amount) / Fraction(CENT) * (weight if sum(weights) else 1) / total_weight for weight in weights]
    whole = [share.numerator // share.denominator for share in shares]
    left = int(sum(shares) - sum(whole))
    for place in sorted(range(len(shares)), key=lambda n: (whole[n] - shares[n], n))[:left]:
        whole[place] += 1
    parts = [count * CENT for count in whole]
    parts[0] += amount - sum(parts)
    return parts
