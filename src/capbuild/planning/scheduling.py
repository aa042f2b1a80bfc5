"""From what is held in a stretch of months to the months themselves: first come what others wait for."""

from collections.abc import Iterable, Iterator, Sequence

from capbuild.planning.decoding import Intent, split
from capbuild.planning.draft import Draft, deeds_in_order
from capbuild.planning.greedy import best_host
from capbuild.planning.problem import Deed, Form, Problem, Session
from capbuild.planning.timeline import Timeline

__all__ = ["schedule"]


def schedule(problem: Problem, timeline: Timeline, intents: Sequence[Intent]) -> tuple[Session, ...]:
    """Return sessions in months: each in the month of its stretch that seats most people, or after it, or before.

    What fits nowhere is left out.

    Args:
        problem: What is asked.
        timeline: Stretches that the intents speak of.
        intents: What is to be held.
    """
    draft = Draft(problem)
    rank = {number: place for place, (number, _) in enumerate(deeds_in_order(problem))}
    for one in sorted(intents, key=lambda intent: (intent.stretch, rank[intent.deed], intent)):
        for seats in split(problem.deeds[one.deed], one):
            _place(draft, timeline, one, seats)
    return draft.plan


def _place(draft: Draft, timeline: Timeline, one: Intent, seats: tuple[tuple[int, int], ...]) -> None:
    best: tuple[tuple[int, int], Session] | None = None
    wanted = sum(count for _, count in seats)
    early = bool(draft.problem.waiting.get(one.deed))
    for months in _months(timeline, one.stretch):
        for session in _tries(draft, one, seats, months):
            # What others wait for comes early; anything else comes when it costs least.
            merit = sum(count for _, count in session.seats), 0 if early else -draft.costs(session)
            if (best is None or merit > best[0]) and draft.affordable(session):
                best = merit, session
        if best is not None and best[0][0] == wanted:
            break
    if best is not None:
        draft.add(best[1])


def _months(timeline: Timeline, stretch: int) -> Iterator[range]:
    """Yield the months of a stretch, then those after it, then those before."""
    yield timeline.stretches[stretch]
    yield from timeline.stretches[stretch + 1 :]
    yield from reversed(timeline.stretches[:stretch])


def _tries(draft: Draft, one: Intent, seats: tuple[tuple[int, int], ...], months: Iterable[int]) -> Iterator[Session]:
    problem, deed = draft.problem, draft.problem.deeds[one.deed]
    for month in months:
        if month not in problem.starts(one.deed) or not draft.staffed(one.deed, month, one.language):
            continue
        room = [(place, min(count, draft.room(one.deed, place, month, one.language))) for place, count in seats]
        taken = tuple((place, count) for place, count in room if count > 0)
        host = one.host if one.host in problem.houses(one.deed, month) else best_host(problem, one.deed, month, taken)
        if host is not None and _held(deed, taken):
            yield Session(month, one.deed, one.language, host, taken)


def _held(deed: Deed, seats: tuple[tuple[int, int], ...]) -> bool:
    if deed.form is Form.JOINT:
        return len(seats) >= deed.countries_min
    return bool(seats) and (deed.form is Form.COUNTRY or sum(count for _, count in seats) >= deed.seats_min)
