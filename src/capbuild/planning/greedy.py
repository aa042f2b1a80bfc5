"""The draft that needs no solver: again and again the session that closes most for its cost, while limits allow."""

import heapq
from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from capbuild.planning.partial_plan import Draft
from capbuild.planning.problem import Deed, Form, Problem, Session

__all__ = ["best_host", "can_hold", "fill", "greedy"]

#: Part of what an activity makes possible that is counted as its own worth.
_PROMISE = 0.25


@frozen
class _Choice:
    """Something that can still be held: an activity in a language, or for one country."""

    deed: int
    language: str = ""
    place: int = -1


def _choices(problem: Problem) -> Iterator[_Choice]:
    for number, deed in enumerate(problem.deeds):
        if deed.form is Form.COUNTRY:
            for place in sorted(deed.demand):
                spoken = [word for word in deed.tongues if not word or word in problem.places[place].languages]
                yield from (_Choice(number, word, place) for word in spoken[:1])
        else:
            yield from (_Choice(number, word) for word in deed.tongues)


def best_host(problem: Problem, number: int, month: int, seats: Iterable[tuple[int, int]]) -> str | None:
    """Return the host to whom the journeys of some seats cost least, the first of several; None when all are closed."""
    deed, pairs = problem.deeds[number], tuple(seats)
    return min(
        problem.houses(number, month),
        key=lambda host: sum(deed.fare(host, place) * count for place, count in pairs),
        default=None,
    )


def can_hold(draft: Draft, number: int) -> bool:
    """Whether a draft has room for a session of an activity."""
    return any(_best(draft, one) is not None for one in _choices(draft.problem) if one.deed == number)


def greedy(problem: Problem, start: Iterable[Session] = ()) -> tuple[Session, ...]:
    """Return a plan made without a solver.

    Args:
        problem: What is asked.
        start: What is placed already.
    """
    draft = Draft(problem, list(start))
    _grant(draft)
    fill(draft)
    return draft.plan


def _grant(draft: Draft) -> None:
    """Place what is wished for first."""
    for number, at in draft.problem.must:
        choices = [one for one in _choices(draft.problem) if one.deed == number and at in (None, one.place, -1)]
        found = [best for choice in choices if (best := _best(draft, choice)) is not None]
        wished = [best for best in found if at is None or any(place == at for place, _ in best[1].seats)]
        there = any(one.deed == number and at in (None, *(c for c, _ in one.seats)) for one in draft.sessions)
        if wished and not there:
            draft.add(max(wished, key=lambda best: (best[0], best[1]))[1])


def fill(draft: Draft) -> None:
    """Add sessions, best worth for its cost first, until nothing more fits."""
    problem = draft.problem
    _widen(draft)
    heap: list[tuple[float, int, _Choice]] = []
    idle: dict[int, list[tuple[int, _Choice]]] = {}
    for place, choice in enumerate(_choices(problem)):
        _push(draft, heap, idle, place, choice)
    while heap:
        promised, place, choice = heapq.heappop(heap)
        found = _best(draft, choice)
        if found is None:
            idle.setdefault(choice.deed, []).append((place, choice))
            continue
        worth, session = found
        if heap and -worth > heap[0][0] + 1e-12 and -worth > promised + 1e-12:
            heapq.heappush(heap, (-worth, place, choice))
            continue
        draft.add(session)
        _push(draft, heap, idle, place, choice)
        for number in problem.waiting.get(session.deed, ()):
            for other_place, other in idle.pop(number, []):
                _push(draft, heap, idle, other_place, other)


def _push(
    draft: Draft,
    heap: list[tuple[float, int, _Choice]],
    idle: dict[int, list[tuple[int, _Choice]]],
    place: int,
    choice: _Choice,
) -> None:
    found = _best(draft, choice)
    if found is None:
        idle.setdefault(choice.deed, []).append((place, choice))
    else:
        heapq.heappush(heap, (-found[0], place, choice))


def _best(draft: Draft, choice: _Choice) -> tuple[float, Session] | None:
    """Return the best session of a choice, with its worth for its cost; of equal months, the first."""
    problem, deed = draft.problem, draft.problem.deeds[choice.deed]
    best: tuple[float, Session] | None = None
    for month in problem.starts(choice.deed):
        if not draft.staffed(choice.deed, month, choice.language):
            continue
        seats = _seats(draft, choice, deed, month)
        if not seats:
            continue
        gain = sum(draft.gain(choice.deed, place, count, month) for place, count in seats) + _promise(
            draft, choice.deed, seats, month
        )
        if gain <= 1e-12:
            continue
        host = best_host(problem, choice.deed, month, seats)
        if host is None:
            continue
        session = Session(month, choice.deed, choice.language, host, seats)
        worth = gain / max(draft.costs(session), 1)
        if (best is None or worth > best[0] * (1 + 1e-9)) and draft.affordable(session):
            best = worth, session
    return best


def _seats(draft: Draft, choice: _Choice, deed: Deed, month: int) -> tuple[tuple[int, int], ...]:
    """Return who takes part in a month, best for their cost first; nobody where the session could not be held."""
    if deed.form is Form.COUNTRY:
        room = draft.room(choice.deed, choice.place, month, choice.language)
        return ((choice.place, room),) if room else ()
    rooms = [(place, draft.room(choice.deed, place, month, choice.language)) for place in sorted(deed.demand)]
    keen = sorted(
        ((place, room) for place, room in rooms if room),
        key=lambda pair: (-_keen(draft, choice.deed, pair[0], pair[1], month), pair[0]),
    )
    left = deed.seats_max if deed.seats_max is not None else sum(room for _, room in keen)
    taken = []
    for place, room in keen:
        count = min(room, left)
        if count == room or (count and deed.form is Form.COURSE):
            taken.append((place, count))
            left -= count
    enough = len(taken) >= deed.countries_min if deed.form is Form.JOINT else sum(n for _, n in taken) >= deed.seats_min
    return tuple(sorted(taken)) if enough else ()


def _keen(draft: Draft, number: int, place: int, room: int, month: int) -> float:
    """What a seat is worth to a country, and what it makes possible there."""
    own = draft.gain(number, place, room, month) * draft.pressing(place)
    return (own + _promise(draft, number, ((place, room),), month)) / room


def _promise(draft: Draft, number: int, seats: Iterable[tuple[int, int]], month: int) -> float:
    problem = draft.problem
    then = month + problem.deeds[number].duration
    return _PROMISE * sum(
        draft.gain(other, place, draft.left(other, place), then)
        for other in problem.waiting.get(number, ())
        for place, _ in seats
        if draft.left(other, place) > 0
    )


def _widen(draft: Draft) -> None:
    """Fill empty seats of sessions that are there, as far as that closes more."""
    for one in draft.plan:
        deed = draft.problem.deeds[one.deed]
        if deed.form is Form.COURSE and deed.seats_max is not None:
            _fill_seats(draft, one, deed.seats_max - sum(count for _, count in one.seats))


def _fill_seats(draft: Draft, session: Session, empty: int) -> None:
    held = session
    for place in sorted(draft.problem.deeds[session.deed].demand):
        count = min(empty, draft.room(held.deed, place, held.month, held.language)) if empty else 0
        if not count or draft.gain(held.deed, place, count, held.month) <= 1e-12:
            continue
        wider = evolve(held, seats=_merged(held.seats, place, count))
        draft.remove(held)
        if draft.fits(wider):
            held, empty = wider, empty - count
        draft.add(held)


def _merged(seats: Iterable[tuple[int, int]], place: int, count: int) -> tuple[tuple[int, int], ...]:
    found = dict(seats)
    found[place] = found.get(place, 0) + count
    return tuple(sorted(found.items()))
