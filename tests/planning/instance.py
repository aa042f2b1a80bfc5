"""Planning problems as JSON, for reference cases with a known optimum.

The format: `months`, `closure_points`, `countries` (id, language or languages, away_cap, holidays), `needs` (country,
criterion, weight, gap, p), `activities` (kind course, equipment or operation; additive `effect`; costs), `budget`,
`trainer_days_month`, `floor_share`, and optionally `reference` with the optimum.
"""

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import lcm
from pathlib import Path
from typing import Any

from capbuild.frozen import FrozenMap
from capbuild.planning.problem import BenefitCurve, Form, PlanCountry, PlanOption, Prerequisite, Problem, sort_places

_MONEY = ("cost_session", "cost_seat", "cost_country", "cost_month", "cost_event", "cost_once")
_DAYS = ("trainer_days", "days_per_seat", "days")


def load_instance(path: str | Path) -> Problem:
    """Read a planning problem from a JSON file."""
    return parse_instance(json.loads(Path(path).read_text("utf-8"), parse_float=str))


def parse_instance(data: Mapping[str, Any]) -> Problem:
    """Return the planning problem of plain data. Numbers may be text, read exactly."""
    return sort_places(_to_problem(data))


def _to_fraction(value: Any) -> Fraction:
    """Return a number exactly as written: 0.1 is a tenth."""
    return Fraction(str(value))


def _compute_common_denominator(values: Iterable[Any]) -> int:
    return lcm(1, *(_to_fraction(value).denominator for value in values if value is not None))


def _to_problem(data: Mapping[str, Any]) -> Problem:
    countries = sorted(data["countries"], key=lambda one: str(one["id"]))
    activities = sorted(data["activities"], key=lambda one: str(one["id"]))
    months = int(data["months"])
    index = {str(one["id"]): place for place, one in enumerate(countries)}
    yearly = data.get("budget_by_year") or {}
    unit = _compute_common_denominator(
        [data.get("budget"), *yearly.values(), *(one.get(key) for one in activities for key in _MONEY)]
    )
    caps = [one.get("away_cap") for one in countries]
    day = _compute_common_denominator(
        [data.get("trainer_days_month"), *caps, *(one.get(key) for one in activities for key in _DAYS)]
    )  # fmt: skip
    numbers = {str(one["id"]): number for number, one in enumerate(activities)}
    languages = {str(one["id"]): _to_languages(one) for one in countries}
    trainers = data.get("trainer_days_month")
    floor = _to_fraction(data.get("floor_share", 0))
    return Problem(
        months=months,
        years=[int(year) for year in data.get("years", [1] * months)],
        places=[_to_place(one, months, day) for one in countries],
        options=[_to_option(_keep_speakers(one, languages), index, numbers, unit, day) for one in activities],
        values=_to_values(data["needs"], index),
        closure=_to_curve(data),
        budget=None if data.get("budget") is None else int(_to_fraction(data["budget"]) * unit),
        yearly={int(year): int(_to_fraction(amount) * unit) for year, amount in yearly.items()},
        trainers=None if trainers is None else (int(_to_fraction(trainers) * day),) * months,
        cell=int(data.get("sessions_per_cell", 1)),
        floor=floor,
        hard=bool(floor),
        unit=unit,
        day=day,
    )


def _to_curve(data: Mapping[str, Any]) -> BenefitCurve:
    if "closure_points" not in data:
        return BenefitCurve.exponential()
    return BenefitCurve(tuple((_to_fraction(dose), _to_fraction(share)) for dose, share in data["closure_points"]))


def _to_languages(one: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(one["languages"] if "languages" in one else [one["language"]])


def _to_place(one: Mapping[str, Any], months: int, day: int) -> PlanCountry:
    cap = one.get("away_cap")
    return PlanCountry(
        id=str(one["id"]),
        languages=_to_languages(one),
        away=None if cap is None else (int(_to_fraction(cap) * day),) * months,
        blocked=frozenset(int(month) for month in one.get("holidays", ())),
    )


def _to_values(needs: Iterable[Mapping[str, Any]], index: Mapping[str, int]) -> dict[tuple[int, str], Fraction]:
    found: dict[tuple[int, str], Fraction] = {}
    for one in needs:
        key = index[str(one["country"])], str(one["criterion"])
        found[key] = found.get(key, Fraction(0)) + (
            _to_fraction(one["weight"]) * _to_fraction(one["gap"]) * _to_fraction(one.get("p", 1))
        )
    return dict(sorted(found.items()))


def _keep_speakers(one: Mapping[str, Any], spoken: Mapping[str, frozenset[str]]) -> Mapping[str, Any]:
    """Return an activity limited to countries that speak its language.

    A course has a language per session, and is unchanged.
    """
    languages = frozenset(one.get("languages") or ())
    if one["kind"] == "course" or not languages:
        return one
    asked = one.get("demand") or dict.fromkeys(spoken, 1)
    speakers = {str(name): seats for name, seats in asked.items() if languages & spoken[str(name)]}
    return {**one, "languages": (), "demand": speakers or dict.fromkeys(spoken, 0)}


def _to_option(
    one: Mapping[str, Any], index: Mapping[str, int], numbers: Mapping[str, int], unit: int, day: int
) -> PlanOption:
    def money(key: str) -> int:
        return int(_to_fraction(one.get(key, 0)) * unit)

    def days(key: str) -> int:
        return int(_to_fraction(one.get(key, 0)) * day)

    course, joint = one["kind"] == "course", "countries_min" in one or one["kind"] == "operation"
    asked = one.get("demand") or dict.fromkeys(index, 1)
    return PlanOption(
        id=str(one["id"]),
        form=Form.COURSE if course else Form.JOINT if joint else Form.COUNTRY,
        doses=FrozenMap(sorted((str(name), _to_fraction(dose)) for name, dose in one["effect"].items())),
        demand={index[str(name)]: int(seats) for name, seats in asked.items() if int(seats)},
        seats_min=int(one.get("seats_min", 1)),
        seats_max=int(one["seats_max"]) if "seats_max" in one else None,
        countries_min=int(one.get("countries_min", 1)),
        duration=int(one.get("duration", 1)),
        trainer_days=days("trainer_days"),
        away=days("days_per_seat" if course else "days"),
        languages=sorted(one.get("languages") or ()),
        first=money("cost_once"),
        per_session=money("cost_session" if course else "cost_event" if joint else "cost_country"),
        per_seat=money("cost_seat" if course else "cost_country" if joint else "cost_seat"),
        per_year=12 * money("cost_month"),
        after=_to_after(one, numbers, course),
    )


def _to_after(one: Mapping[str, Any], numbers: Mapping[str, int], course: bool) -> tuple[Prerequisite, ...]:
    """Return the prerequisites of an activity.

    A course never runs ahead of its prerequisite; other activities wait for half of it.
    """
    named = one.get("prerequisite")
    each = named if isinstance(named, list) else [named] if named is not None else []
    share = Fraction(0) if course else Fraction(1, 2)
    return tuple(Prerequisite(any_of=[numbers[str(name)]], share=share, pace=course) for name in each)
