"""Numeric planning problem from needs, catalogue and limits."""

import datetime
import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from attrs import evolve, field, frozen

from capbuild.checks import to_map
from capbuild.errors import ModelError, PlanError
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Activity,
    ActivityKind,
    AssessmentSet,
    Catalogue,
    CriterionState,
    LeftOut,
    LeftOutReason,
    Limits,
    Money,
    Needs,
    Safeguard,
)
from capbuild.planning.capacity_needs import gap_sizes
from capbuild.planning.problem import (
    BenefitCurve,
    Form,
    PlanCountry,
    PlanOption,
    Prerequisite,
    Problem,
    dose_from_share,
    sort_places,
)

#: Prerequisite: ids of alternative activities, their required share, whether a course keeps pace with them, its
#: countries (None for all), and the criteria that a new finding must confirm.
Requirement = tuple[tuple[str, ...], float, bool, frozenset[str] | None, str]

#: Share of an activity to finish before a criterion or safeguard that depends on it, for activities without
#: prerequisites: rights and rules are never skipped.
_HALF = 0.5


class Eligibility:
    """Rules on the eligible countries of an activity.

    An activity that enables intrusive work needs a recorded rights decision, and a safeguard that is either confirmed
    or addressed by an activity earlier in the plan. A prerequisite criterion that is not met can also be addressed
    earlier in the plan; the session then depends on a new finding that confirms it.

    Attributes:
        reasons: Why an activity is impossible in a country, by activity id and alpha-2 code.
        overrides: Reasons for overriding the safeguard, by activity and country.
    """

    def __init__(self, needs: Needs, catalogue: Catalogue, limits: Limits, assessed: AssessmentSet | None) -> None:
        self._catalogue = catalogue
        self._limits = limits
        self._assessed = assessed
        self._gaps = {(gap.country.alpha_2, gap.capacity): gap for gap in needs.gaps}
        self._unmet = {(gap.country.alpha_2, name) for gap in needs.gaps for name in (*gap.lacking, *gap.open)}
        self._states = {
            (assessment.country.alpha_2, result.target): result.state
            for assessment in (assessed or ())
            for score in assessment.indicators
            for result in score.results
        }
        self._movers: dict[str, tuple[str, ...]] = {}
        for activity in sorted(catalogue.activities, key=lambda one: one.id):
            for name in activity.helps:
                self._movers[name] = (*self._movers.get(name, ()), activity.id)
        self.reasons: dict[tuple[str, str], LeftOut] = {}
        self.overrides: dict[str, str] = {}

    def resolve(
        self, codes: Iterable[str], values: Mapping[tuple[str, str], Fraction]
    ) -> tuple[dict[str, list[str]], dict[str, list[Requirement]]]:
        """Return eligible countries and prerequisites by activity id.

        A country is eligible for activities that help one of its needs, and for the prerequisites of these
        activities.
        """
        all_codes = list(codes)
        after: dict[str, list[Requirement]] = {}
        allowed: dict[str, set[str]] = {}
        for activity in self._catalogue.activities:
            after[activity.id], allowed[activity.id] = self._list_prerequisites(activity, all_codes)
        wanted = {
            activity.id: {code for code in all_codes for name in activity.helps if (code, name) in values}
            for activity in self._catalogue.activities
        }
        eligible = {name: wanted[name] & allowed[name] for name in wanted}
        waiting = list(eligible)
        while waiting:
            name = waiting.pop()
            for names, _, _, only, _ in after[name]:
                asked = eligible[name] if only is None else eligible[name] & only
                for first in names:
                    more = (asked & allowed[first]) - eligible[first]
                    if more:
                        eligible[first] |= more
                        waiting.append(first)
        return {name: sorted(countries) for name, countries in eligible.items()}, after

    def _list_prerequisites(self, activity: Activity, codes: list[str]) -> tuple[list[Requirement], set[str]]:
        share, course = activity.prerequisite_share, activity.kind is ActivityKind.COURSE
        kinds = {activity.id: activity.kind for activity in self._catalogue.activities}
        orders: list[Requirement] = [
            ((name,), share, course and kinds[name] is ActivityKind.COURSE, None, "") for name in activity.prerequisites
        ]
        if activity.one_of:
            orders.append((activity.one_of, share, False, None, ""))
        allowed = {code for code in codes if not self._is_banned(activity, code)}
        allowed -= self._refuse(
            activity,
            {c for c in allowed if not self._has_language(activity, c)},
            LeftOut(reason=LeftOutReason.LANGUAGE),
        )
        for name in activity.requires:
            lacking = frozenset(code for code in allowed if not self._is_met(code, name))
            helpers = tuple(mover for mover in self._movers.get(name, ()) if mover != activity.id)
            if lacking and helpers:
                orders.append((helpers, share or _HALF, False, lacking, name))
            elif lacking:
                allowed -= self._refuse(activity, lacking, LeftOut(reason=LeftOutReason.NOT_MET, names=[name]))
        if activity.intrusive and self._catalogue.safeguard is not None:
            allowed -= self._apply_safeguard(activity, self._catalogue.safeguard, allowed, orders)
        return orders, allowed

    def _refuse(self, activity: Activity, codes: Iterable[str], why: LeftOut) -> set[str]:
        refused = set(codes)
        for code in refused:
            self.reasons[activity.id, code] = why
        return refused

    def _is_banned(self, activity: Activity, code: str) -> bool:
        names = {activity.id, f"{activity.id} {code}"}
        banned = bool(names & set(self._limits.banned))
        if banned:
            self.reasons[activity.id, code] = LeftOut(reason=LeftOutReason.BANNED)
        return banned

    def _has_language(self, activity: Activity, code: str) -> bool:
        known = self._limits.languages.get(code)
        return known is None or not activity.languages or bool(set(known) & set(activity.languages))

    def _is_met(self, code: str, name: str) -> bool:
        if self._assessed is None:
            return (code, name) not in self._unmet
        return self._states.get((code, name)) in (CriterionState.MET, CriterionState.NOT_APPLICABLE)

    def _apply_safeguard(
        self, activity: Activity, safeguard: Safeguard, codes: set[str], orders: list[Requirement]
    ) -> set[str]:
        """Return the countries that a safeguard excludes from an activity.

        Prerequisites of the other countries are appended to `orders`.
        """
        refused: set[str] = set()
        waits: set[str] = set()
        for code in sorted(codes):
            names = (f"{activity.id} {code}", activity.id)
            override = next((self._limits.overrides[name] for name in names if name in self._limits.overrides), None)
            if override is not None:
                self.overrides[names[0]] = override
            elif code not in self._limits.cleared:
                refused |= self._refuse(activity, {code}, LeftOut(reason=LeftOutReason.NO_RIGHTS))
            elif not self._is_safe(safeguard, code):
                waits.add(code)
        known = {activity.id for activity in self._catalogue.activities}
        first = tuple(name for name in safeguard.activities if name in known)
        if waits and not first:
            refused |= self._refuse(activity, waits, LeftOut(reason=LeftOutReason.UNSAFE, names=[safeguard.capacity]))
        elif waits:
            share = activity.prerequisite_share or _HALF
            orders.append((first, share, False, frozenset(waits), safeguard.capacity))
        return refused

    def _is_safe(self, safeguard: Safeguard, code: str) -> bool:
        gap = self._gaps.get((code, safeguard.capacity))
        if gap is not None:
            return gap.lowest is not None and gap.lowest >= safeguard.level
        if self._assessed is None:
            return True
        assessment = self._assessed.get(code)
        score = assessment.scores.get(safeguard.capacity) if assessment is not None else None
        return score is not None and score.plausible is not None and score.plausible.lowest >= safeguard.level


#: Default share of a gap that an activity closes, if the catalogue gives none; invented.
DEFAULT_EFFECT = 0.4
#: Amounts are in hundredths, days in thousandths.
_CENTS, _MILLIDAYS = 100, 1000
#: Default number of seats that a country requests.
_SEATS = 2
#: Working days per month.
_WORKING_DAYS = 20


@frozen(kw_only=True)
class CompiledProblem:
    """Numeric problem with names for its numbers.

    Attributes:
        problem: The problem.
        needs: Its needs.
        catalogue: The activities.
        limits: The limits.
        start: First day of the first month.
        owners: Ids of the needs by alpha-2 code and criterion.
        blocked: Why an activity is impossible in a country, by activity id and alpha-2 code.
        overrides: Reasons for overriding the safeguard, by activity and country.
    """

    problem: Problem
    needs: Needs
    catalogue: Catalogue
    limits: Limits
    start: datetime.date
    owners: FrozenMap[tuple[str, str], tuple[str, ...]] = field(converter=to_map)
    blocked: FrozenMap[tuple[str, str], LeftOut] = field(converter=to_map)
    overrides: FrozenMap[str, str] = field(converter=to_map)

    def month_start(self, number: int) -> datetime.date:
        """Return the first day of a month counted from 0."""
        return add_months(self.start, number)

    def month_number(self, day: datetime.date) -> int:
        """Return the index of a date's month in the plan.

        Dates outside the plan have a negative index, or one beyond the last month.
        """
        return (day.year - self.start.year) * 12 + day.month - self.start.month


def add_months(day: datetime.date, months: int) -> datetime.date:
    """Return the first day of a later month.

    Raises:
        ModelError: It is after the year 9999.
    """
    total = day.year * 12 + day.month - 1 + months
    if total // 12 > datetime.MAXYEAR:
        raise ModelError("Limits.months", months, f"must end by {datetime.MAXYEAR}, which they do not from {day.year}")
    return datetime.date(total // 12, total % 12 + 1, 1)


def years_outside_plan(limits: Limits, start: datetime.date) -> list[int]:
    """Return budgeted years without a month in the plan."""
    last = add_months(start, limits.months - 1)
    return sorted(year for year in limits.budget_by_year if not start.year <= year <= last.year)


def compile_problem(
    needs: Needs, catalogue: Catalogue, limits: Limits, *, assessed: AssessmentSet | None = None
) -> CompiledProblem:
    """Return the numeric problem of needs, catalogue and limits.

    Args:
        needs: The needs.
        catalogue: The activities.
        limits: Limits of the plan.
        assessed: The assessments behind the needs, which give the required criteria met. Without them, a
            criterion that no gap names counts as met.

    Raises:
        PlanError: CB812, prices cannot be converted to the budget's currency. CB813, the limits contradict
            themselves; reports every contradiction.
    """
    start = _plan_start(needs, limits)
    _check_limits(catalogue, limits, start)
    values, owners = gap_values(needs)
    codes = sorted({code for code, _ in values})
    index = {code: position for position, code in enumerate(codes)}
    blocking = Eligibility(needs, catalogue, limits, assessed)
    demand, after = blocking.resolve(codes, values)
    calendar = _Calendar(start, limits)
    options = [
        _to_option(activity, {index[code]: code for code in demand[activity.id]}, needs, limits)
        for activity in sorted(catalogue.activities, key=lambda one: one.id)
    ]
    hosts = {*(country.alpha_2 for country in limits.hosts), *(host for option in options for host in option.hosts)}
    numbers = {plan_option.id: number for number, plan_option in enumerate(options)}
    problem = Problem(
        months=limits.months,
        years=[calendar.month_of(number).year for number in range(limits.months)],
        places=[calendar.to_place(code, _list_languages(catalogue, limits, code)) for code in codes],
        options=[evolve(option, after=_to_afters(after[option.id], numbers, index)) for option in options],
        values=dict(sorted(((index[code], name), value) for (code, name), value in values.items())),
        closure=BenefitCurve.exponential(),
        discount=limits.discount_rate,
        budget=_to_cents(limits.budget, limits),
        yearly={year: _to_cents(amount, limits) for year, amount in sorted(limits.budget_by_year.items())},
        trainers=calendar.trainer_days(),
        floor=Fraction(str(limits.fairness)),
        must=tuple(_parse_wishes(limits.must, numbers, index)),
        closed={code: calendar.blocked_months(code) for code in hosts},
        opens=start.month,
        unit=_CENTS,
        currency=limits.budget.currency,
        day=_MILLIDAYS,
    )
    return CompiledProblem(
        problem=sort_places(problem),
        needs=needs,
        catalogue=catalogue,
        limits=limits,
        start=start,
        owners=owners,
        blocked=blocking.reasons,
        overrides=blocking.overrides,
    )


def _check_limits(catalogue: Catalogue, limits: Limits, start: datetime.date) -> None:
    known = {activity.id for activity in catalogue.activities}
    problems = [
        f"{what} names {name!r}, which is not in the catalogue"
        for what, names in (("must", limits.must), ("banned", limits.banned), ("overrides", limits.overrides))
        for name in names
        if name.partition(" ")[0] not in known
    ]
    both = sorted(set(limits.must) & set(limits.banned))
    problems += [f"{name!r} is both in `must` and in `banned`" for name in both]
    problems += [
        f"the override of {name!r} gives no reason" for name, why in limits.overrides.items() if not why.strip()
    ]
    circle = catalogue.find_cycle()
    if circle:
        problems.append(f"activities wait for each other: {', '.join(circle)}")
    if limits.budget.amount < 0:
        problems.append(f"the budget is negative: {limits.budget}")
    years = f"the plan lasts from {start.year} to {add_months(start, limits.months - 1).year}"
    problems += [f"there is a budget of {year}, and {years}" for year in years_outside_plan(limits, start)]
    if problems:
        remedy = "correct [plan] in programme.toml (in Python, Limits), or the catalogue"
        raise PlanError("; ".join(problems), code="CB813", remedy=remedy)
    check_rates(catalogue, limits)


def check_rates(catalogue: Catalogue, limits: Limits) -> None:
    """Raise an error if a currency has no exchange rate.

    The error lists all such currencies, each with the places where it is used.
    """
    used: dict[str, list[str]] = {}
    for activity in catalogue.activities:
        for currency in activity.cost.currencies:
            used.setdefault(currency, []).append(activity.id)
    for year, amount in limits.budget_by_year.items():
        used.setdefault(amount.currency, []).append(f"the budget of {year}")
    for amount in (fare for fares in limits.travel.values() for fare in fares.values()):
        used.setdefault(amount.currency, []).append("travel")
    budget = limits.budget.currency
    missing = sorted(used.keys() - limits.rates.keys() - {budget})
    if missing:
        where = "; ".join(f"{name}: {', '.join(dict.fromkeys(used[name]))}" for name in missing)
        rates = ", ".join(f"{name} = 1.25" for name in missing)
        raise PlanError(
            f"the budget is in {budget}, and there is no rate for prices in other currencies ({where})",
            code="CB812",
            remedy=f"add to [plan.rates] in programme.toml (in Python, Limits.rates) the {budget} for one of each, "
            f"such as {rates}; or add each to [[money.rates]] with its date",
        )


def _plan_start(needs: Needs, limits: Limits) -> datetime.date:
    if limits.start is not None:
        return limits.start.replace(day=1)
    if needs.as_of is None:
        raise PlanError(
            "neither limits nor needs give a start date",
            code="CB813",
            remedy="add start = 2016-07-01 to [plan] in programme.toml (in Python, Limits.start)",
        )
    return add_months(needs.as_of, 1)


def gap_values(needs: Needs) -> tuple[dict[tuple[str, str], Fraction], dict[tuple[str, str], tuple[str, ...]]]:
    """Return the value of closing each gap, and its needs.

    Keys of both are (alpha-2 code, criterion). The value is urgency times relevance times expected size. A need that
    a meeting added without a gap is valued like a gap of one criterion with probability one half.
    """
    sizes = {(gap.country.alpha_2, name): size for gap in needs.gaps for name, size in gap_sizes(gap).items()}
    values: dict[tuple[str, str], Fraction] = {}
    owners: dict[tuple[str, str], tuple[str, ...]] = {}
    judged = {(gap.country.alpha_2, gap.capacity) for gap in needs.gaps}
    for need in needs:
        for code in (country.alpha_2 for country in need.countries):
            for name in need.criteria or need.capacities:
                size = sizes.get((code, name))
                if size is None and any((code, capacity) in judged for capacity in need.capacities):
                    continue
                weight = need.urgency * need.relevance
                value = Fraction(str(round(weight * (0.5 if size is None else size), 6)))
                if value:
                    values[code, name] = max(value, values.get((code, name), Fraction(0)))
                    owners[code, name] = (*owners.get((code, name), ()), need.id)
    return values, owners


def _compute_seat_demand(activity: Activity, needs: Needs, code: str) -> int:
    if _find_form(activity) is not Form.COURSE:
        return 1
    people = needs.headcount.get(code)
    if people is None or not activity.roles:
        return _SEATS
    return sum(people.get(role, 0) for role in activity.roles)


def _find_form(activity: Activity) -> Form:
    if activity.kind is ActivityKind.COURSE:
        return Form.COURSE
    return Form.COUNTRY if activity.in_each_country else Form.JOINT


def _list_languages(catalogue: Catalogue, limits: Limits, code: str) -> frozenset[str]:
    all_languages = {language for activity in catalogue.activities for language in activity.languages}
    return frozenset(limits.languages.get(code, all_languages))


def _to_afters(
    wanted: Iterable[tuple[tuple[str, ...], float, bool, frozenset[str] | None, str]],
    numbers: Mapping[str, int],
    index: Mapping[str, int],
) -> Iterator[Prerequisite]:
    for names, share, pace, only, condition in wanted:
        yield Prerequisite(
            any_of=[numbers[name] for name in names],
            share=Fraction(str(share)),
            pace=pace,
            only=None if only is None else frozenset(index[code] for code in only),
            condition=condition,
        )


def _parse_wishes(
    must: Iterable[str], numbers: Mapping[str, int], index: Mapping[str, int]
) -> Iterator[tuple[int, int | None]]:
    for wish in must:
        name, _, code = wish.partition(" ")
        if not code or code in index:
            yield numbers[name], index[code] if code else None


def to_budget_currency(money: Money, limits: Limits) -> Decimal:
    """Return an amount in the currency of the budget, not rounded."""
    if money.currency == limits.budget.currency:
        return money.amount
    return money.amount * Decimal(str(limits.rates[money.currency]))


def _to_cents(money: Money | None, limits: Limits) -> int:
    """Return an amount in hundredths of the currency of the budget."""
    exact = Decimal(0) if money is None else to_budget_currency(money, limits)
    return int((exact * _CENTS).to_integral_value(ROUND_HALF_UP))


@frozen
class _Calendar:
    """Months of a plan with their limits."""

    start: datetime.date
    limits: Limits

    def month_of(self, number: int) -> datetime.date:
        return add_months(self.start, number)

    def blocked_months(self, code: str) -> frozenset[int]:
        marks = self.limits.blocked_months.get(code, ())
        months = ((number, self.month_of(number)) for number in range(self.limits.months))
        return frozenset(n for n, day in months if {f"{day:%Y-%m}", f"{day:%m}", str(day.month)} & set(marks))

    def to_place(self, code: str, languages: frozenset[str]) -> PlanCountry:
        limits = self.limits
        away = limits.days_away_by_country.get(code, limits.days_away)
        return PlanCountry(
            id=code,
            languages=languages,
            away=None if away is None else (math.floor(away * _MILLIDAYS),) * limits.months,
            blocked=self.blocked_months(code),
            spare=limits.seats_per_country,
        )

    def trainer_days(self) -> tuple[int, ...] | None:
        limits = self.limits
        if limits.trainer_days is None and not limits.trainer_days_by_month:
            return None
        days = (
            limits.trainer_days_by_month.get(f"{self.month_of(n):%Y-%m}", limits.trainer_days)
            for n in range(limits.months)
        )
        return tuple(math.floor((10**9 if day is None else day) * _MILLIDAYS) for day in days)


def _to_option(activity: Activity, homes: Mapping[int, str], needs: Needs, limits: Limits) -> PlanOption:
    form = _find_form(activity)
    online = activity.mode == "online"
    usual = activity.days if form is not Form.COUNTRY and not online else 0.0
    away = usual if activity.days_away is None else activity.days_away
    able = () if online or form is Form.COUNTRY else activity.hosts or limits.hosts
    hosts = tuple(sorted(host.alpha_2 for host in able))
    cost = activity.cost
    shares = {name: activity.effects.get(name, DEFAULT_EFFECT) for name in activity.helps}
    return PlanOption(
        id=activity.id,
        form=form,
        doses=dict(sorted((name, dose_from_share(share)) for name, share in shares.items())),
        demand={
            place: seats for place, code in homes.items() if (seats := _compute_seat_demand(activity, needs, code))
        },
        seats_min=activity.seats_min,
        seats_max=activity.seats,
        countries_min=activity.countries_min,
        duration=duration_in_months(activity),
        trainer_days=math.ceil(activity.trainer_days * _MILLIDAYS),
        away=math.ceil(away * _MILLIDAYS),
        languages=sorted(activity.languages) if form is Form.COURSE else (),
        hosts=hosts,
        first=0 if form is Form.COUNTRY else _to_cents(cost.one_time, limits),
        per_country=_to_cents(cost.one_time, limits) if form is Form.COUNTRY else 0,
        per_session=_to_cents(cost.per_session, limits),
        per_seat=_to_cents(cost.per_seat, limits),
        per_year=_to_cents(cost.recurring, limits),
        travel={} if online else dict(_list_travel_fares(cost.travel_per_seat, hosts, homes, limits)),
    )


def duration_in_months(activity: Activity) -> int:
    """Return an activity's duration in months, at least 1."""
    return max(1, activity.lead_months, math.ceil(activity.days / _WORKING_DAYS))


def _list_travel_fares(
    usual: Money | None, hosts: tuple[str, ...], homes: Mapping[int, str], limits: Limits
) -> Iterator[tuple[tuple[str, int], int]]:
    """Yield the fare from each country to each host.

    The fare within one country is 0.
    """
    flat = _to_cents(usual, limits)
    codes = limits.travel
    for place, code in sorted(homes.items()):
        if not hosts:
            yield ("", place), flat
        for host in hosts:
            fare = codes.get(host, FrozenMap[str, Money]()).get(code)
            yield (host, place), 0 if host == code else flat if fare is None else _to_cents(fare, limits)
