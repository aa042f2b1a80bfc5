"""`[plan]` table of programme.toml: limits and preferences."""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

from attrs import evolve, field, frozen

from capbuild.checks import to_map
from capbuild.documents.toml import TomlTable
from capbuild.errors import did_you_mean
from capbuild.frozen import FrozenMap
from capbuild.model import Country, Limits, Money, Programme
from capbuild.model.money import find_rate, rebase_rates
from capbuild.planning.compiled_problem import add_months, years_outside_plan
from capbuild.workspace.settings.reading import CountryFinder

#: Means every participant in a list of countries.
_ALL = "all"
_MONTH = re.compile(r"([0-9]{4}-)?(0[1-9]|1[0-2])")


@frozen(kw_only=True)
class PlanSettings:
    """Plan settings of programme.toml.

    Attributes:
        round: Id of the planned round; empty for the first.
        limits: Limits of the plan.
        headcount: People to reach by alpha-2 code and role, as counted.
        gap: Relative gap to the bound at which the search may stop.
    """

    round: str = ""
    limits: Limits
    headcount: FrozenMap[str, FrozenMap[str, int]] = field(factory=FrozenMap, converter=to_map)
    gap: float = 0.01


@frozen
class _PlanCountries:
    """Finds alpha-2 codes for the countries in a table."""

    table: TomlTable
    everyone: tuple[Country, ...]
    find: CountryFinder

    def code(self, text: str, key: str) -> str | None:
        resolved = self.find(self.table, key, text)
        return None if resolved is None else resolved.alpha_2

    def listed(self, key: str) -> tuple[Country, ...]:
        texts = self.table.names(key)
        if _ALL in texts:
            return self.everyone
        return tuple(place for text in texts if (place := self.find(self.table, key, text)) is not None)

    def keyed(self, key: str, read: Callable[[TomlTable, str], Any]) -> dict[str, Any]:
        """Return a table by country code, with each value parsed."""
        table = self.table.table(key)
        values = {code: read(table, text) for text in table.data if (code := self.code(text, key)) is not None}
        table.report_unknown()
        return values

    def wishes(self, key: str, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Return wishes such as `A09 Jamaica` with country codes.

        A wish without a country, such as `A09`, stays unchanged.
        """
        parts = [text.partition(" ") for text in texts]
        pairs = [(name, self.code(place, key) if place else "") for name, _, place in parts]
        return tuple(f"{name} {code}" if code else name for name, code in pairs if code is not None)


def load_plan_settings(top: TomlTable, programme: Programme, find_country: CountryFinder) -> PlanSettings | None:
    """Load `[plan]`; None without the table, or if invalid.

    Args:
        top: The top table of programme.toml.
        programme: Its rounds and participants with their languages.
        find_country: Finds countries.
    """
    table, before = top.table("plan"), len(top.issues)
    if not table.data:
        return None
    participations = programme.participations
    everyone = tuple(
        sorted((participation.country for participation in participations), key=lambda country: country.alpha_2)
    )
    places = _PlanCountries(table, everyone, find_country)
    currency = table.get("currency", str, "USD")
    budget = table.number("budget")
    if "budget" not in table.data:
        table.add_error("budget", "a plan needs a budget", "add budget = 1_000_000 and currency to [plan]")
    money = table.make(lambda: Money(budget or 0, currency), "currency") or Money(0, "USD")
    headcount = places.keyed("headcount", _load_people)
    round_, gap = table.get("round", str, ""), table.number("gap", 0.01)
    limits = table.make(lambda: _load_limits(table, places, programme, money))
    if limits is not None:
        limits = table.make(partial(_block_absent_months, limits, programme, round_))
    known = [round_.id for round_ in programme.rounds]
    named = not round_ or any(round_ in (other.id, other.kind.value) for other in programme.rounds)
    if not named:
        message = f"there is no round {round_!r}{did_you_mean(round_, known)}"
        table.add_error("round", message, f"rounds are: {', '.join(known)}")
    if limits is not None and limits.start is not None:
        last = add_months(limits.start, limits.months - 1).year
        for year in years_outside_plan(limits, limits.start):
            message = f"the plan has no month in {year}: it lasts from {limits.start.year} to {last}"
            table.add_error("budget_by_year", message, "correct the year, or start and months")
    if limits is None or len(top.issues) > before:  # without one of its limits, it would be another plan
        return None
    return PlanSettings(round=round_, limits=limits, headcount=headcount, gap=gap)


def _load_people(table: TomlTable, key: str) -> FrozenMap[str, int]:
    """Return the people in each role of a country."""
    inner = table.table(key)
    headcounts = {role: inner.get(role, int, 0) for role in inner.data}
    inner.report_unknown()
    return FrozenMap(headcounts)


def _list_latest_rates(programme: Programme, currency: str) -> dict[str, float]:
    """Return the latest rates of `[[money.rates]]` for the plan currency.

    A rate is the price of one unit in the plan currency.
    """
    latest = (find_rate(programme.rates, name) for name in dict.fromkeys(rate.currency for rate in programme.rates))
    known = {rate.currency: rate.rate for rate in latest if rate is not None} | {programme.currency: Decimal(1)}
    if not programme.currency or currency not in known:
        return {}
    return {name: float(rate) for name, rate in rebase_rates(known, currency).items() if name != currency}


def _load_limits(table: TomlTable, places: _PlanCountries, programme: Programme, budget: Money) -> Limits | None:
    participations = programme.participations
    usual = _load_months(table, "blocked")
    own = places.keyed("blocked_months", _load_months)
    codes = [participation.country.alpha_2 for participation in participations]
    return table.build(
        Limits,
        budget=budget,
        budget_by_year={
            int(year): Money(amount, budget.currency) for year, amount in _load_numbers(table, "budget_by_year")
        },
        days_away_by_country=places.keyed("days_away_by_country", lambda t, key: t.number(key) or 0.0),
        seats_per_country=table.get("seats_per_country", int, 0) or None,
        blocked_months={code: (*usual, *own.get(code, ())) for code in codes if usual or code in own},
        hosts=places.listed("hosts"),
        travel=places.keyed("travel", lambda t, key: _load_fares(t, key, places, budget.currency)),
        must=places.wishes("must", table.names("must")),
        banned=places.wishes("banned", table.names("banned")),
        cleared=[country.alpha_2 for country in places.listed("cleared")],
        overrides=_load_overrides(table, places),
        rates={**_list_latest_rates(programme, budget.currency), **dict(_load_numbers(table, "rates"))},
        languages={
            participation.country.alpha_2: participation.languages
            for participation in participations
            if participation.languages
        },
    )


def _block_absent_months(limits: Limits, programme: Programme, planned: str) -> Limits:
    """Return limits with the months blocked that countries miss entirely.

    Args:
        limits: The limits of the folder.
        programme: The programme, with the participation of each country.
        planned: Id or kind of the planned round; empty for the first.
    """
    rounds = [round_ for round_ in programme.rounds if planned in ("", round_.id, round_.kind.value)]
    if limits.start is None and not rounds:
        return limits
    start = limits.start or add_months(rounds[0].reference_date, 1)
    starts = [add_months(start.replace(day=1), number) for number in range(limits.months + 1)]
    blocked = dict(limits.blocked_months)
    for code in {participation.country.alpha_2 for participation in programme.participations}:
        parts = [participation for participation in programme.participations if participation.country.alpha_2 == code]
        absent = [
            f"{first:%Y-%m}"
            for first, after in pairwise(starts)
            if not any(participation.includes(first, after - datetime.timedelta(days=1)) for participation in parts)
        ]
        if absent:
            blocked[code] = (*blocked.get(code, ()), *absent)
    return evolve(limits, blocked_months=blocked)


def _load_months(table: TomlTable, key: str) -> tuple[str, ...]:
    """Return months such as `2016-08`, or `12` for every December."""
    months = table.names(key)
    for month in months:
        if _MONTH.fullmatch(month) is None:
            table.add_error(key, f"{month!r} is not a month", 'write "2016-08" for one month, "12" for each December')
    return months


def _load_numbers(table: TomlTable, key: str) -> list[tuple[str, float]]:
    inner = table.table(key)
    numbers = [(name, inner.number(name) or 0.0) for name in inner.data]
    inner.report_unknown()
    return numbers


def _load_fares(table: TomlTable, key: str, places: _PlanCountries, currency: str) -> FrozenMap[str, Money]:
    inner = table.table(key)
    codes = {text: places.code(text, key) for text in inner.data}
    moneys = {code: Money(inner.number(text) or 0, currency) for text, code in codes.items() if code is not None}
    inner.report_unknown()
    return FrozenMap(moneys)


def _load_overrides(table: TomlTable, places: _PlanCountries) -> dict[str, str]:
    inner = table.table("overrides")
    overrides: dict[str, str] = {}
    for text in inner.data:
        reason = inner.get(text, str, "")
        if not reason.strip():
            inner.add_error(text, f"the override of {text!r} has no reason", "give the reason; reports print it")
        overrides |= dict.fromkeys(places.wishes("overrides", (text,)), reason)
    inner.report_unknown()
    return overrides
