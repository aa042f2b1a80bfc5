"""Planning instances as JSON: small cases with known optima, and problems made by other tools.

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

from capbuild.errors import PlanError
from capbuild.frozen import FrozenMap
from capbuild.origin import Origin
from capbuild.planning.benefit_curve import Closure
from capbuild.planning.canonical_order import canonical
from capbuild.planning.problem import After, Deed, Form, Place, Problem

__all__ = ["load_instance", "parse_instance"]

_MONEY = ("cost_session", "cost_seat", "cost_country", "cost_month", "cost_event", "cost_once")
_DAYS = ("trainer_days", "days_per_seat", "days")


def load_instance(path: str | Path) -> Problem:
    """Return the problem that a JSON file states.

    Raises:
        PlanError: CB814, the file is not JSON or states no problem; the message says what is wrong and where.
    """
    place = Path(path)
    try:
        data = json.loads(place.read_text("utf-8"), parse_float=str)
    except (OSError, ValueError) as error:
        raise PlanError(f"{place.name} cannot be read: {error}", code="CB814", origin=Origin(place.name)) from error
    return parse_instance(data, place.name)


def parse_instance(data: Mapping[str, Any], name: str = "instance") -> Problem:
    """Return the problem that plain data state. Numbers may be texts: they are read exactly.

    Args:
        data: The instance, as documented above.
        name: What to call it in messages.

    Raises:
        PlanError: CB814.
    """
    try:
        return canonical(_problem(data))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise PlanError(f"{name} states no planning problem: {what}", code="CB814", origin=Origin(name)) from error


def _exact(value: Any) -> Fraction:
    """Return a number exactly as it is written: 0.1 is a tenth."""
    return Fraction(str(value))


def _scale(values: Iterable[Any]) -> int:
    return lcm(1, *(_exact(value).denominator for value in values if value is not None))


def _problem(data: Mapping[str, Any]) -> Problem:
    countries = sorted(data["countries"], key=lambda one: str(one["id"]))
    activities = sorted(data["activities"], key=lambda one: str(one["id"]))
    months = int(data["months"])
    index = {str(one["id"]): place for place, one in enumerate(countries)}
    yearly = data.get("budget_by_year") or {}
    unit = _scale([data.get("budget"), *yearly.values(), *(one.get(key) for one in activities for key in _MONEY)])
    caps = [one.get("away_cap") for one in countries]
    day = _scale(
        [data.get("trainer_days_month"), *caps, *(one.get(key) for one in activities for key in _DAYS)]
    )  # fmt: skip
    numbers = {str(one["id"]): number for number, one in enumerate(activities)}
    spoken = {str(one["id"]): _languages(one) for one in countries}
    trainers = data.get("trainer_days_month")
    floor = _exact(data.get("floor_share", 0))
    return Problem(
        months=months,
        years=[int(year) for year in data.get("years", [1] * months)],
        places=[_place(one, months, day) for one in countries],
        deeds=[_deed(_for_speakers(one, spoken), index, numbers, unit, day) for one in activities],
        values=_values(data["needs"], index),
        closure=_closure(data),
        budget=None if data.get("budget") is None else int(_exact(data["budget"]) * unit),
        yearly={int(year): int(_exact(amount) * unit) for year, amount in yearly.items()},
        trainers=None if trainers is None else (int(_exact(trainers) * day),) * months,
        cell=int(data.get("sessions_per_cell", 1)),
        floor=floor,
        hard=bool(floor),
        unit=unit,
        day=day,
    )


def _closure(data: Mapping[str, Any]) -> Closure:
    if "closure_points" not in data:
        return Closure.exponential()
    return Closure(tuple((_exact(dose), _exact(share)) for dose, share in data["closure_points"]))


def _languages(one: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(one["languages"] if "languages" in one else [one["language"]])


def _place(one: Mapping[str, Any], months: int, day: int) -> Place:
    cap = one.get("away_cap")
    return Place(
        id=str(one["id"]),
        languages=_languages(one),
        away=None if cap is None else (int(_exact(cap) * day),) * months,
        blocked=frozenset(int(month) for month in one.get("holidays", ())),
    )


def _values(needs: Iterable[Mapping[str, Any]], index: Mapping[str, int]) -> dict[tuple[int, str], Fraction]:
    found: dict[tuple[int, str], Fraction] = {}
    for one in needs:
        key = index[str(one["country"])], str(one["criterion"])
        found[key] = found.get(key, Fraction(0)) + (
            _exact(one["weight"]) * _exact(one["gap"]) * _exact(one.get("p", 1))
        )
    return dict(sorted(found.items()))


def _for_speakers(one: Mapping[str, Any], spoken: Mapping[str, frozenset[str]]) -> Mapping[str, Any]:
    """Return an activity so that only those who speak its language take part: a course has a language each time."""
    held_in = frozenset(one.get("languages") or ())
    if one["kind"] == "course" or not held_in:
        return one
    asked = one.get("demand") or dict.fromkeys(spoken, 1)
    speakers = {str(name): seats for name, seats in asked.items() if held_in & spoken[str(name)]}
    return {**one, "languages": (), "demand": speakers or dict.fromkeys(spoken, 0)}


def _deed(one: Mapping[str, Any], index: Mapping[str, int], numbers: Mapping[str, int], unit: int, day: int) -> Deed:
    def money(key: str) -> int:
        return int(_exact(one.get(key, 0)) * unit)

    def days(key: str) -> int:
        return int(_exact(one.get(key, 0)) * day)

    course, joint = one["kind"] == "course", "countries_min" in one or one["kind"] == "operation"
    asked = one.get("demand") or dict.fromkeys(index, 1)
    return Deed(
        id=str(one["id"]),
        form=Form.COURSE if course else Form.JOINT if joint else Form.COUNTRY,
        doses=FrozenMap(sorted((str(name), _exact(dose)) for name, dose in one["effect"].items())),
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
        per_month=money("cost_month"),
        after=_after(one, numbers, course),
    )


def _after(one: Mapping[str, Any], numbers: Mapping[str, int], course: bool) -> tuple[After, ...]:
    """A course never runs ahead of its prerequisite; anything else waits for half of it."""
    named = one.get("prerequisite")
    each = named if isinstance(named, list) else [named] if named is not None else []
    share = Fraction(0) if course else Fraction(1, 2)
    return tuple(After(any_of=[numbers[str(name)]], share=share, pace=course) for name in each)
