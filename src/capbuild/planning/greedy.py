"""Greedy plans without a solver, by value for cost."""

import heapq
from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from capbuild.planning.partial_plan import PartialPlan
from capbuild.planning.problem import Deed, Form, Problem, Session

#: Share of the value of enabled activities that counts for an activity.
_PROMISE = 0.25


@frozen
class _Choice:
    """Activity that can still be scheduled, by language or country."""

    deed: int
    language: str = ""
    place: int = -1


def _list_choices(problem: Problem) -> Iterator[_Choice]:
    for number, deed in enumerate(problem.deeds):
        if deed.form is Form.COUNTRY:
            for place in sorted(deed.demand):
                options = [
                    word for word in deed.language_options if not word or word in problem.places[place].languages
                ]
                yield from (_Choice(number, word, place) for word in options[:1])
        else:
            yield from (_Choice(number, word) for word in deed.language_options)


def cheapest_host(problem: Problem, number: int, month: int, seats: Iterable[tuple[int, int]]) -> str | None:
    """Return the host with the lowest travel cost.

    The first of equal ones; None if all are closed.
    """
    deed, pairs = problem.deeds[number], tuple(seats)
    return min(
        problem.open_hosts(number, month),
        key=lambda host: sum(deed.seat_cost(host, place) * count for place, count in pairs),
        default=None,
    )


def can_hold_activity(draft: PartialPlan, number: int) -> bool:
    """True if a partial plan has room for an activity."""
    return any(_find_best_session(draft, one) is not None for one in _list_choices(draft.problem) if one.deed == number)


def plan_greedily(problem: Problem, start: Iterable[Session] = ()) -> tuple[Session, ...]:
    """Return a plan without using a solver.

    Args:
        problem: The problem to solve.
        start: Sessions already placed.
    """
    draft = PartialPlan(problem, list(start))
    _add_wishes(draft)
    fill_plan(draft)
    return draft.plan


def _add_wishes(draft: PartialPlan) -> None:
    """Place the sessions required by the limits first."""
    for number, at in draft.problem.must:
        choices = [one for one in _list_choices(draft.problem) if one.deed == number and at in (None, one.place, -1)]
        found = [best for choice in choices if (best := _find_best_session(draft, choice)) is not None]
        wished = [best for best in found if at is None or any(place == at for place, _ in best[1].seats)]
        there = any(one.deed == number and at in (None, *(c for c, _ in one.seats)) for one in draft.sessions)
        if wished and not there:
            draft.add(max(wished, key=lambda best: (best[0], best[1]))[1])


def fill_plan(draft: PartialPlan) -> None:
    """Add sessions by value for cost until none fits."""
    problem = draft.problem
    _fill_empty_seats(draft)
    heap: list[tuple[float, int, _Choice]] = []
    idle: dict[int, list[tuple[int, _Choice]]] = {}
    for place, choice in enumerate(_list_choices(problem)):
        _push_choice(draft, heap, idle, place, choice)
    while heap:
        promised, place, choice = heapq.heappop(heap)
        found = _find_best_session(draft, choice)
        if found is None:
            idle.setdefault(choice.deed, []).append((place, choice))
            continue
        worth, session = found
        if heap and -worth > heap[0][0] + 1e-12 and -worth > promised + 1e-12:
            heapq.heappush(heap, (-worth, place, choice))
            continue
        draft.add(session)
        _push_choice(draft, heap, idle, place, choice)
        for number in problem.dependents.get(session.deed, ()):
            for other_place, other in idle.pop(number, []):
                _push_choice(draft, heap, idle, other_place, other)


def _push_choice(
    draft: PartialPlan,
    heap: list[tuple[float, int, _Choice]],
    idle: dict[int, list[tuple[int, _Choice]]],
    place: int,
    choice: _Choice,
) -> None:
    found = _find_best_session(draft, choice)
    if found is None:
        idle.setdefault(choice.deed, []).append((place, choice))
    else:
        heapq.heappush(heap, (-found[0], place, choice))


def _find_best_session(draft: PartialPlan, choice: _Choice) -> tuple[float, Session] | None:
    """Return the best session of a choice, with its value for cost.

    Takes the first of equal months.
    """
    problem, deed = draft.problem, draft.problem.deeds[choice.deed]
    best: tuple[float, Session] | None = None
    for month in problem.possible_starts(choice.deed):
        if not draft.has_trainers(choice.deed, month, choice.language):
            continue
        seats = _choose_seats(draft, choice, deed, month)
        if not seats:
            continue
        gain = sum(
            draft.seat_value(choice.deed, place, count, month) for place, count in seats
        ) + _compute_prerequisite_value(draft, choice.deed, seats, month)
        if gain <= 1e-12:
            continue
        host = cheapest_host(problem, choice.deed, month, seats)
        if host is None:
            continue
        session = Session(month, choice.deed, choice.language, host, seats)
        worth = gain / max(draft.added_cost(session), 1)
        if (best is None or worth > best[0] * (1 + 1e-9)) and draft.is_affordable(session):
            best = worth, session
    return best


def _choose_seats(draft: PartialPlan, choice: _Choice, deed: Deed, month: int) -> tuple[tuple[int, int], ...]:
    """Return the participants in a month, best value for cost first.

    Empty if the session is impossible.
    """
    if deed.form is Form.COUNTRY:
        room = draft.available_seats(choice.deed, choice.place, month, choice.language)
        return ((choice.place, room),) if room else ()
    rooms = [
        (place, draft.available_seats(choice.deed, place, month, choice.language)) for place in sorted(deed.demand)
    ]
    keen = sorted(
        ((place, room) for place, room in rooms if room),
        key=lambda pair: (-_compute_seat_value(draft, choice.deed, pair[0], pair[1], month), pair[0]),
    )
    left = deed.seats_max if deed.seats_max is not None else sum(room for _, room in keen)
    chosen = []
    for place, room in keen:
        count = min(room, left)
        if count == room or (count and deed.form is Form.COURSE):
            chosen.append((place, count))
            left -= count
    enough = (
        len(chosen) >= deed.countries_min if deed.form is Form.JOINT else sum(n for _, n in chosen) >= deed.seats_min
    )
    return tuple(sorted(chosen)) if enough else ()


def _compute_seat_value(draft: PartialPlan, number: int, place: int, room: int, month: int) -> float:
    """Return the value of a seat for a country, including activities that it enables."""
    own = draft.seat_value(number, place, room, month) * draft.floor_weight(place)
    return (own + _compute_prerequisite_value(draft, number, ((place, room),), month)) / room


def _compute_prerequisite_value(draft: PartialPlan, number: int, seats: Iterable[tuple[int, int]], month: int) -> float:
    problem = draft.problem
    then = month + problem.deeds[number].duration
    return _PROMISE * sum(
        draft.seat_value(other, place, draft.seats_left(other, place), then)
        for other in problem.dependents.get(number, ())
        for place, _ in seats
        if draft.seats_left(other, place) > 0
    )


def _fill_empty_seats(draft: PartialPlan) -> None:
    """Fill empty seats of placed sessions while that closes gaps."""
    for one in draft.plan:
        deed = draft.problem.deeds[one.deed]
        if deed.form is Form.COURSE and deed.seats_max is not None:
            _fill_seats(draft, one, deed.seats_max - sum(count for _, count in one.seats))


def _fill_seats(draft: PartialPlan, session: Session, empty: int) -> None:
    old = session
    for place in sorted(draft.problem.deeds[session.deed].demand):
        count = min(empty, draft.available_seats(old.deed, place, old.month, old.language)) if empty else 0
        if not count or draft.seat_value(old.deed, place, count, old.month) <= 1e-12:
            continue
        wider = evolve(old, seats=_merge_sessions(old.seats, place, count))
        draft.remove(old)
        if draft.can_add(wider):
            old, empty = wider, empty - count
        draft.add(old)


def _merge_sessions(seats: Iterable[tuple[int, int]], place: int, count: int) -> tuple[tuple[int, int], ...]:
    found = dict(seats)
    found[place] = found.get(place, 0) + count
    return tuple(sorted(found.items()))
