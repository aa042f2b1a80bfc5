"""Messages of advice for one country, and partners."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from attrs import field, frozen

from capbuild.advice.areas import Area, find_deepest, lift_level, list_areas, list_unweighted, rank_actions
from capbuild.advice.certainty import judge_steps
from capbuild.advice.costs import Bookings
from capbuild.advice.messages import Certainty, Message, MessageKind, Reason
from capbuild.checks import to_tuple
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Agreement,
    Assessment,
    CapacityChange,
    Change,
    ChangeCounts,
    Country,
    CriterionState,
    Needs,
)

#: Lowest level order of an example.
_LEAST = 4

#: Most partners to name.
_PARTNERS = 3


@frozen(kw_only=True)
class Example:
    """Capacity of a country, verified on a visit.

    Attributes:
        country: The country.
        capacity: Id of the capacity.
        level: Its level order.
        languages: Working languages of the country.
    """

    country: Country
    capacity: str
    level: int
    languages: tuple[str, ...] = ()


def list_examples(
    assessments: Iterable[Assessment], languages: Mapping[str, Collection[str]] = FrozenMap()
) -> list[Example]:
    """Return the verified good examples of countries.

    Examples are capacities at level 4 or at the target that were verified on a visit, sorted by country name and in
    framework order.

    Args:
        assessments: Countries that may be named.
        languages: Languages by alpha-2 code.
    """
    return [
        Example(
            country=assessment.country,
            capacity=score.capacity.id,
            level=score.plausible.lowest,
            languages=tuple(languages.get(assessment.country.alpha_2, ())),
        )
        for assessment in sorted(assessments, key=lambda each: each.country.name)
        if assessment.visited
        for score in assessment.indicators
        if score.plausible is not None
        and score.plausible.settled
        and score.plausible.lowest >= max(_LEAST, score.target or 0)
        and score.verified
    ]


def find_partners(
    capacity: str,
    country: Country,
    examples: Iterable[Example],
    languages: Collection[str] | None,
    agreements: Iterable[Agreement] = (),
) -> list[tuple[Example, tuple[str, ...]]]:
    """Return partners for a capacity, and the languages they share.

    There are at most three, all with a common language: parties to the same agreement first, then by name.

    Args:
        capacity: Id of the capacity.
        country: The country that needs help.
        examples: Verified capacities of countries.
        languages: Languages of the country; None if the examples name shared languages only.
        agreements: Agreements in force.
    """
    bound = {p.alpha_2 for agreement in agreements if country in agreement.parties for p in agreement.parties}
    partners = [
        (example, tuple(word for word in example.languages if languages is None or word in languages))
        for example in examples
        if example.capacity == capacity and example.country != country
    ]
    shared = [pair for pair in partners if pair[1]]
    return sorted(shared, key=lambda pair: (pair[0].country.alpha_2 not in bound, pair[0].country.name))[:_PARTNERS]


#: Most actions that come first, most open capacities to name, and most examples of its own.
_FIRST, _UNKNOWN, _OFFERS = 3, 4, 3


def list_moved_levels(change: Change, codes: Collection[str]) -> list[CapacityChange]:
    """Return the levels of some countries that rose or fell."""
    return [
        capacity_change
        for capacity_change in change.capacities
        if capacity_change.country.alpha_2 in codes and capacity_change.before is not None and capacity_change.rise
    ]


def count_level_moves(counts: ChangeCounts) -> dict[str, int]:
    """Return the counts of moved levels, by name in messages."""
    return {"risen": counts.risen, "fallen": counts.fallen, "other": counts.other_levels}


@frozen(kw_only=True, slots=False)
class CountryAdviser:
    """Adviser of one country, which makes its messages.

    Attributes:
        assessment: Its assessment.
        needs: Needs of the programme.
        bookings: Its seats in the plan.
        change: Change since the earlier round.
        examples: Capacities that other countries have proven, as far as they may be named.
        languages: Languages of the country; None if the examples name shared languages only.
        agreements: Agreements in force.
        cleared: Alpha-2 codes with a rights decision on record.
        owned: Steps with a recorded owner and date.
        waiting: Likely target of each answer whose question is not mapped yet.
    """

    assessment: Assessment
    needs: Needs | None
    bookings: Bookings
    change: Change | None = None
    examples: tuple[Example, ...] = field(default=(), converter=to_tuple)
    languages: Collection[str] | None = None
    agreements: tuple[Agreement, ...] = field(default=(), converter=to_tuple)
    cleared: tuple[str, ...] = field(default=(), converter=to_tuple)
    owned: tuple[str, ...] = field(default=(), converter=to_tuple)
    waiting: tuple[str, ...] = field(default=(), converter=to_tuple)

    @cached_property
    def areas(self) -> list[Area]:
        """Capacities with a target."""
        return list_areas(self.assessment, self.needs)

    @cached_property
    def _unsettled(self) -> list[Area]:
        """Capacities that the evidence leaves open, except those that only wait for a mapping."""
        return [area for area in self.areas if not area.settled and not self._only_waits(area)]

    def _only_waits(self, area: Area) -> bool:
        """True if answers that wait for a mapping are about all that is open."""
        return not area.settled and set(_list_open(area)) <= set(self.waiting)

    @cached_property
    def _day(self) -> datetime.date:
        return self.assessment.round.reference_date

    def _make(self, kind: MessageKind, about: str = "", **values: Any) -> Message:
        country = self.assessment.country
        name = ".".join(filter(None, (country.alpha_2, self.assessment.round.id, kind.name.lower(), about)))
        return Message(id=name, kind=kind, country=country, **values)

    def messages(self) -> Iterator[Message]:
        """Yield the messages, most important first."""
        if not self.areas:
            return
        yield self._make_lead()
        yield from self._list_dimensions()
        first, rest = self._rank()
        for kind, areas in ((MessageKind.FIRST, first), (MessageKind.THEN, rest)):
            for area in areas:
                yield from self._list_action(kind, area, first[0])
        for area in self.areas:
            if not area.settled and area.score.target_met is not True and not self._only_waits(area):
                yield self._make_open(area)
        yield from self._list_change()
        yield from self._list_seats()
        yield from self._list_offers()
        yield from self._list_requests(first)
        yield from self._list_unknown()

    # Highlights

    def _make_lead(self) -> Message:
        unweighted = list_unweighted(self.assessment.framework)
        areas = [area for area in self.areas if area.id not in unweighted] or self.areas
        settled = [area for area in areas if area.settled]
        unseen = not self.assessment.visited and len(settled) < len(areas)
        reached = [area for area in areas if area.score.target_met is True]
        below = sum(area.score.target_met is False for area in areas)
        counts = {"areas": len(areas), "settled": len(settled), "reached": len(reached), "below": below}
        names = [area.id for area in areas]
        if unseen or 2 * len(settled) < len(areas):
            counts |= {"open": len(self._unsettled)} | ({"waiting": len(self.waiting)} if self.waiting else {})
            return self._make(MessageKind.UNSETTLED, counts=counts, capacities=names)
        quick = sorted((area for area in areas if area.quick), key=lambda area: area.place)
        deepest = find_deepest(area for area in areas if not area.quick) or find_deepest(areas)
        missing = deepest.count if deepest is not None else 0
        steps = [name for area in quick for name in area.missing]
        counts |= {"quick": len(quick), "steps": len(steps), "missing": missing}
        counts["alike"] = sum(area.actionable and area.count == missing for area in areas)
        return self._make(
            MessageKind.LEAD,
            counts=counts,
            capacity=deepest.id if deepest is not None else "",
            capacities=[area.id for area in quick] or ([] if deepest is not None else names),
            criteria=[*steps, *(deepest.missing if deepest is not None else ())],
        )

    def _list_dimensions(self) -> Iterator[Message]:
        """Yield a message per dimension: capacities at target, widest gap."""
        for root in self.assessment.framework.dimensions:
            inside = {node.id for node in root.leaves}
            areas = [area for area in self.areas if area.id in inside and root.children]
            if not areas:
                continue
            deepest = find_deepest(areas)
            yield self._make(
                MessageKind.DIMENSION,
                root.id,
                capacity=root.id,
                capacities=[deepest.id] if deepest is not None else (),
                criteria=deepest.missing if deepest is not None else (),
                counts={
                    "reached": sum(area.score.target_met is True for area in areas),
                    "areas": len(areas),
                    "open": sum(not area.settled for area in areas),
                    **({"missing": deepest.count} if deepest and deepest.missing == (deepest.id,) else {}),
                    "alike": sum(area.actionable and area.count == deepest.count for area in areas) if deepest else 0,
                },
            )

    # Actions

    def _rank(self) -> tuple[list[Area], list[Area]]:
        first, rest = rank_actions(self.areas, _FIRST)
        gate = self._gate
        if gate is None or not any(self.bookings.arms(area.missing) for area in first if area is not gate):
            return first, rest
        other_areas = [area for area in (*first, *rest) if area is not gate]
        return [gate, *other_areas[: _FIRST - 1]], other_areas[_FIRST - 1 :]

    @cached_property
    def _gate(self) -> Area | None:
        """Safeguards that intrusive work requires, if their steps are missing."""
        guard = self.bookings.catalogue.safeguard if self.bookings.catalogue is not None else None
        if guard is None or self.assessment.country.alpha_2 in self.cleared:
            return None
        gate = next((area for area in self.areas if area.id == guard.capacity), None)
        return None if gate is None or not gate.missing or gate.level >= guard.level else gate

    def _list_action(self, kind: MessageKind, area: Area, leading: Area) -> Iterator[Message]:
        yield self._make(
            kind,
            area.id,
            capacity=area.id,
            criteria=area.missing,
            counts=self._count_steps(area),
            levels=area.levels,
            reason=self._find_reason(area, leading),
        )
        if area.score.plausible is not None:
            yield from self._list_moves(area)
        yield self._make_cost(area)
        judged = judge_steps(self.assessment, area.missing)
        if judged is not None:
            yield self._make(
                MessageKind.CERTAINTY,
                area.id,
                capacity=area.id,
                criteria=judged.criteria,
                findings=judged.findings,
                certainty=judged.certainty,
                date=self._find_day(judged.findings[0].source, judged.findings[0].as_of),
            )
        if kind is MessageKind.FIRST:
            yield from self._list_help(area)

    def _find_reason(self, area: Area, leading: Area) -> Reason:
        if area is leading and area is self._gate:
            return Reason.RIGHTS
        if area.quick:
            return Reason.QUICK
        others = [other.count for other in self.areas if other.actionable and other is not area]
        return Reason.DEEPEST if area.count > max(others, default=0) else Reason.NEXT

    def _count_steps(self, area: Area) -> dict[str, int]:
        steps = {c.id: c.step for c in area.score.capacity.criteria}
        up_to = [r for r in area.score.results if steps.get(r.target, 0) <= area.target]
        apply = [r for r in up_to if r.state is not CriterionState.NOT_APPLICABLE]
        met = sum(r.state is CriterionState.MET for r in apply)
        return {"met": met, "criteria": len(apply), "steps": len(area.missing), "all": self._all_missing}

    @cached_property
    def _all_missing(self) -> int:
        return sum(len(area.missing) for area in self.areas)

    def _list_moves(self, area: Area) -> Iterator[Message]:
        """Yield the messages on the next step of a capacity.

        They name the obstacles to the next level, and the effect of all missing steps.
        """
        steps = {c.id: c.step for c in area.score.capacity.criteria} or {area.id: area.level + 1}
        following = min(steps[name] for name in area.missing)
        blocking = [name for name in area.missing if steps[name] == following]
        levels = area.levels
        if area.score.capacity.criteria and not area.open:
            then = self._compute_lift(area, blocking)
            if then is not None and then > area.level:
                yield self._make(
                    MessageKind.HOLD,
                    area.id,
                    capacity=area.id,
                    criteria=blocking,
                    counts={"steps": len(blocking)},
                    levels={"now": area.level, "then": then},
                )
        if area.lift is not None and area.gain > 0:
            yield self._make(
                MessageKind.MOVES,
                area.id,
                capacity=area.id,
                criteria=area.missing,
                counts={"steps": len(area.missing), "all": self._all_missing},
                levels=levels,
            )

    def _compute_lift(self, area: Area, blocking: Collection[str]) -> int | None:
        return lift_level(area.score, blocking, self.assessment.recipe.allow_partial)

    def _make_cost(self, area: Area) -> Message:
        sessions = self.bookings.find_sessions(area.missing)
        if not sessions:
            first = self.bookings.first_day
            return self._make(
                MessageKind.OWN_STEP,
                area.id,
                capacity=area.id,
                criteria=area.missing,
                activities=self.bookings.find_offers(area.missing),
                date=first - datetime.timedelta(days=1) if first is not None else None,
                proposed=first is not None,
            )
        return self._make(
            MessageKind.COST,
            area.id,
            capacity=area.id,
            criteria=area.missing,
            sessions=[session.id for session in sessions],
            activities=dict.fromkeys(session.activity for session in sessions),
            counts={
                "seats": self.bookings.count_seats(sessions),
                "home": self.bookings.count_seats(session for session in sessions if self.bookings.is_at_home(session)),
            },
            cost=self.bookings.sum_costs(sessions),
            date=max(session.end for session in sessions),
            host=self.bookings.find_host(sessions, self.assessment.country),
        )

    def _find_day(self, source: str, as_of: datetime.date | None) -> datetime.date | None:
        known = self.assessment.source_by_id.get(source)
        return as_of or (known.end or known.start if known is not None else None)

    def _list_help(self, area: Area) -> Iterator[Message]:
        partners = find_partners(area.id, self.assessment.country, self.examples, self.languages, self.agreements)
        if partners:
            yield self._make(
                MessageKind.HELP,
                area.id,
                capacity=area.id,
                countries=[example.country for example, _ in partners],
                counts={example.country.alpha_2: example.level for example, _ in partners},
                languages=dict.fromkeys(word for _, words in partners for word in words),
            )

    # Open criteria and changes

    def _make_open(self, area: Area) -> Message:
        claimed = area.score.claimed
        return self._make(
            MessageKind.OPEN,
            area.id,
            capacity=area.id,
            criteria=(*area.missing, *area.score.deciding),
            counts={"steps": len(area.missing), "open": len(area.score.deciding or area.open)},
            levels=area.levels | ({"claimed": claimed} if claimed is not None else {}),
        )

    def _list_change(self) -> Iterator[Message]:
        code = self.assessment.country.alpha_2
        if self.change is None or code not in self.change.matched:
            return
        counts = self.change.counts([code])
        levels = [moved_level.capacity for moved_level in list_moved_levels(self.change, [code])]
        if levels and not self.assessment.framework.criteria:
            yield self._make(MessageKind.CHANGE, capacities=levels, counts=count_level_moves(counts))
            return
        moved = [criterion for criterion in self.change.criteria if criterion.country.alpha_2 == code]
        if not (counts.gained or counts.lost or counts.other_causes):
            return
        yield self._make(
            MessageKind.CHANGE,
            criteria=[
                criterion_change.criterion
                for criterion_change in moved
                if criterion_change.like_for_like and criterion_change.reliable
            ]
            or [moved[0].criterion],
            counts={"gained": counts.gained, "lost": counts.lost, "other": counts.other_causes},
        )

    # Seats, examples, requests, gaps in knowledge

    def _list_seats(self) -> Iterator[Message]:
        missing = [name for area in self.areas for name in area.wanted]
        idle = self.bookings.find_idle(missing)
        if idle:
            yield self._make(
                MessageKind.IDLE_SEATS,
                sessions=[session.id for session in idle],
                activities=dict.fromkeys(session.activity for session in idle),
                counts={"seats": self.bookings.count_seats(idle)},
                cost=self.bookings.sum_costs(idle),
            )

    def _list_offers(self) -> Iterator[Message]:
        own = [example for example in self.examples if example.country == self.assessment.country]
        best = sorted(own, key=lambda example: -example.level)[:_OFFERS]
        if best:
            yield self._make(
                MessageKind.OFFER,
                capacities=[example.capacity for example in best],
                counts={example.capacity: example.level for example in best},
            )

    def _list_requests(self, first: Iterable[Area]) -> Iterator[Message]:
        assessment, open_ = self.assessment, self._unsettled
        missing = [name for area in self.areas for name in area.missing if name not in self.owned]

        def ask(reason: Reason, **values: Any) -> Message:
            return self._make(MessageKind.ASK, reason.name.lower(), reason=reason, **values)

        day = self.bookings.first_day
        by = day - datetime.timedelta(days=1) if day is not None else None
        if not assessment.visited and open_:
            yield ask(
                Reason.VISIT,
                capacities=[area.id for area in open_],
                counts={"open": len(open_)},
                date=by,
                proposed=True,
            )
        if missing:
            yield ask(Reason.OWNERS, criteria=missing, counts={"steps": len(missing)}, date=by, proposed=True)
        unsure = [
            judged
            for area in first
            if (judged := judge_steps(assessment, area.missing)) is not None
            and judged.certainty in (Certainty.ASK, Certainty.CHECK)
        ]
        if unsure:
            names = list(dict.fromkeys(name for judgement in unsure for name in judgement.criteria))
            yield ask(
                Reason.ANSWERS,
                criteria=names,
                findings=[f for judgement in unsure for f in judgement.findings],
                counts={"criteria": len(names)},
            )
        if self.bookings.sessions:
            sessions = self.bookings.sessions
            yield ask(
                Reason.SEATS,
                sessions=[session.id for session in sessions],
                counts={"seats": self.bookings.seats, "sessions": len(sessions)},
                cost=self.bookings.sum_costs(sessions),
            )

    def _list_unknown(self) -> Iterator[Message]:
        return iter(list(self._find_unknown())[:_UNKNOWN])

    def _find_unknown(self) -> Iterator[Message]:
        def unknown(reason: Reason, **values: Any) -> Message:
            return self._make(MessageKind.UNKNOWN, reason.name.lower(), reason=reason, **values)

        waiting = [area for area in self.areas if not area.settled and set(self.waiting).intersection(_list_open(area))]
        if self.waiting:
            yield unknown(
                Reason.UNMAPPED,
                capacities=[area.id for area in waiting],
                criteria=dict.fromkeys(self.waiting),
                counts={"answers": len(self.waiting)},
            )
        open_ = sorted(self._unsettled, key=lambda area: (-len(area.open), area.place))
        if open_:
            names = [name for area in open_ for name in _list_open(area)]
            yield unknown(
                Reason.NOT_SEEN,
                capacities=[area.id for area in open_],
                criteria=names,
                counts={"areas": len(open_), "criteria": len(names)},
            )
        conflicts = self.assessment.conflicts
        if conflicts:
            counts = {"criteria": len(conflicts), "all": self.assessment.coverage.applicable}
            yield unknown(Reason.CONFLICT, criteria=[conflict.target for conflict in conflicts], counts=counts)
        bookings = self.bookings
        homeless = [
            session
            for session in bookings.sessions
            if session.host is None and not session.place and not bookings.is_at_home(session)
        ]
        if homeless:
            yield unknown(
                Reason.NO_HOST,
                sessions=[session.id for session in homeless],
                counts={"sessions": len(homeless), "all": len(bookings.sessions)},
            )
        booked = {area.id for area in self.areas if bookings.find_sessions(area.missing)}
        unpriced = [
            area
            for area in self.areas
            if area.actionable and area.id not in booked and not bookings.find_offers(area.missing)
        ]
        if unpriced and self.bookings.plan is not None:
            yield unknown(Reason.NO_PRICE, capacities=[area.id for area in unpriced], counts={"areas": len(unpriced)})


def _list_open(area: Area) -> tuple[str, ...]:
    """Return the open criteria that decide a capacity, or its id if it is judged as a whole."""
    return area.score.deciding or area.open or (() if area.score.capacity.criteria else (area.id,))
