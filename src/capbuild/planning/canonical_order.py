"""Order of countries that is independent of their names.

Renaming a country only changes the name in a plan.
"""

import hashlib
import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import asdict, evolve

from capbuild.planning.problem import Deed, Prerequisite, Problem


def sort_places(problem: Problem) -> Problem:
    """Return a problem with its countries in canonical order."""
    order = sorted(range(len(problem.places)), key=lambda place: (_place_key(problem, place), problem.places[place].id))
    return _reorder_places(problem, order)


def _place_key(problem: Problem, place: int) -> str:
    """Return a country's data without its name, as a sort key."""
    where = problem.places[place]
    values = sorted((name, str(value)) for (at, name), value in problem.values.items() if at == place)
    asked = [
        (
            deed.id,
            deed.demand.get(place, 0),
            sorted(fare for (_, home), fare in deed.travel.items() if home == place),
            [after.applies_to(place) for after in deed.after],
        )
        for deed in problem.deeds
    ]
    limits = (sorted(where.languages), where.away, sorted(where.blocked), where.spare)
    wishes = sorted(number for number, at in problem.must if at == place)
    return json.dumps((values, asked, limits, wishes), sort_keys=True)


def _reorder_places(problem: Problem, order: Sequence[int]) -> Problem:
    new = {old: place for place, old in enumerate(order)}

    def after(one: Prerequisite) -> Prerequisite:
        return one if one.only is None else evolve(one, only=frozenset(new[place] for place in one.only))

    def deed(one: Deed) -> Deed:
        return evolve(
            one,
            demand=dict(sorted((new[place], seats) for place, seats in one.demand.items())),
            travel=dict(sorted(((host, new[home]), fare) for (host, home), fare in one.travel.items())),
            after=[after(first) for first in one.after],
        )

    return evolve(
        problem,
        places=[problem.places[old] for old in order],
        deeds=[deed(one) for one in problem.deeds],
        values=dict(sorted(((new[place], name), value) for (place, name), value in problem.values.items())),
        must=sorted(
            ((number, None if place is None else new[place]) for number, place in problem.must),
            key=lambda wish: (wish[0], -1 if wish[1] is None else wish[1]),
        ),
    )


def hash_problem(problem: Problem) -> str:
    """Return the SHA-256 of a problem.

    Equal problems have the same hash on every machine.
    """

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return sorted(([plain(key), plain(item)] for key, item in value.items()), key=json.dumps)
        if isinstance(value, set | frozenset):
            return sorted(plain(item) for item in value)
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        return str(value) if isinstance(value, Fraction) else value

    data = plain(asdict(problem, value_serializer=lambda _i, _f, v: dict(v) if hasattr(v, "items") else v))
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
