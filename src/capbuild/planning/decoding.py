"""Conversion between solutions of the linear model and sessions."""

from collections.abc import Iterator, Sequence

from attrs import frozen

from capbuild.planning.plan_model import PlanModel
from capbuild.planning.problem import Deed, Form, Session


@frozen(order=True)
class StretchSessions:
    """Sessions of an activity in one stretch, with their seats.

    Attributes:
        stretch: The stretch.
        deed: Index of the activity.
        language: Language.
        host: Host; empty if not chosen.
        count: Number of sessions.
        seats: Seats by index of the country.
    """

    stretch: int
    deed: int
    language: str
    host: str
    count: int
    seats: tuple[tuple[int, int], ...]


def stretch_sessions(model: PlanModel, values: Sequence[float]) -> tuple[StretchSessions, ...]:
    """Return the sessions of a solution, by stretch."""
    found: dict[tuple[int, int, str, str], dict[int, int]] = {}
    for seat in model.seats:
        count = round(values[seat.column]) * seat.weight
        if count:
            key = seat.stretch, seat.deed, seat.language, seat.host
            found.setdefault(key, {})[seat.place] = count
    made = []
    for (stretch, number, language, host), seats in sorted(found.items()):
        if model.problem.deeds[number].form is Form.COUNTRY:
            made += [StretchSessions(stretch, number, language, host, 1, (pair,)) for pair in sorted(seats.items())]
        else:
            count = round(values[model.session_columns[number, stretch, language, host]])
            made.append(StretchSessions(stretch, number, language, host, max(count, 1), tuple(sorted(seats.items()))))
    return tuple(made)


def decode_sessions(model: PlanModel, values: Sequence[float]) -> tuple[Session, ...]:
    """Return the monthly sessions of a solution."""
    stretches = model.timeline.stretches
    return tuple(
        sorted(
            Session(stretches[one.stretch][0], one.deed, one.language, one.host, seats)
            for one in stretch_sessions(model, values)
            for seats in split_sessions(model.problem.deeds[one.deed], one)
        )
    )


def split_sessions(deed: Deed, one: StretchSessions) -> Iterator[tuple[tuple[int, int], ...]]:
    """Yield the seats of each session, as evenly as possible.

    Keeps countries together if they fit.
    """
    if one.count == 1:
        yield one.seats
        return
    if deed.form is Form.JOINT:
        for turn in range(one.count):
            yield one.seats[turn :: one.count]
        return
    total = sum(count for _, count in one.seats)
    sizes = [total // one.count + (turn < total % one.count) for turn in range(one.count)]
    left = list(one.seats)
    for size in sizes:
        part: dict[int, int] = {}
        room = size
        while room and left:
            place, count = left[0]
            moved = min(count, room)
            part[place] = part.get(place, 0) + moved
            room -= moved
            left[0] = place, count - moved
            if count == moved:
                left.pop(0)
        yield tuple(sorted(part.items()))


def encode_plan(model: PlanModel, plan: Sequence[Session]) -> dict[int, float]:
    """Return the columns that represent a plan.

    Sessions that do not fit into a stretch are left out.
    """
    stretch_of = {month: number for number, months in enumerate(model.timeline.stretches) for month in months}
    columns = {(s.deed, s.stretch, s.language, s.host, s.place): s for s in model.seats}
    found: dict[int, float] = dict.fromkeys((*(s.column for s in model.seats), *model.session_columns.values()), 0.0)
    for one in plan:
        course = model.problem.deeds[one.deed].form is Form.COURSE
        key = one.deed, stretch_of[one.month], one.language if course else "", one.host if model.hosted else ""
        for place, count in one.seats:
            seat = columns.get((*key, place))
            if seat is not None:
                found[seat.column] = found.get(seat.column, 0.0) + count / seat.weight
        if key in model.session_columns:
            found[model.session_columns[key]] = found.get(model.session_columns[key], 0.0) + 1
    return found
