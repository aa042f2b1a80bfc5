"""National action plan: steps, costs, owners and dates."""

import datetime
from collections.abc import Container, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import chain, count

from attrs import evolve, field, frozen

from capbuild._typed import model
from capbuild.advice.advise import advise
from capbuild.advice.areas import Area, list_areas
from capbuild.advice.costs import Bookings, make_bookings
from capbuild.advice.messages import Advice
from capbuild.checks import identifier, to_map, to_tuple, unique
from capbuild.display import NotebookDisplay, counted
from capbuild.frozen import FrozenMap
from capbuild.model import (
    Assessment,
    Country,
    CriterionMove,
    CriterionState,
    Dossier,
    Framework,
    Money,
    Recommendation,
    RecommendationStatus,
    Round,
)
from capbuild.text import Text


class ActionCheck(StrEnum):
    """Mismatch between the status of an action and the findings."""

    UNCONFIRMED = "closed without a finding"
    CONFIRM = "met by another kind of source"
    MET = "met"
    OVERDUE = "overdue"


@model(kw_only=True)
class Action:
    """One action of a national action plan.

    Attributes:
        id: Id of the recorded row, or code of the country and target, such as `BB-COO-1.4a`.
        target: Id of the criterion or capacity that the action would meet; empty for none.
        capacity: Id of the capacity; empty for none.
        text: Text of the action; None to raise a capacity without criteria.
        owner: Office responsible; empty if unknown.
        due: Due date.
        proposed: Whether the date is only proposed.
        payer: Payer outside the plan; empty if unknown.
        cost: Recorded cost outside the plan.
        share: Cost of the country's seats in the sessions that this action is the first to need, as far as it may be
            shown.
        withheld: Whether the cost of such a session may not be shown to the audience.
        booked_by: Id of the action that has the cost of its session; empty for none.
        sessions: Ids of the planned sessions that help.
        activities: Ids of their activities.
        status: Status.
        answer: Answer of the country.
        round: Id of its first round.
        closed: Closing date.
        state: Result of its criterion in this round; None for a capacity.
        check: Mismatch to check.
        recorded: Whether the action is in the table of the folder.
    """

    id: str = field(validator=identifier)
    target: str = ""
    capacity: str = ""
    text: Text | None = None
    owner: str = ""
    due: datetime.date | None = None
    proposed: bool = False
    payer: str = ""
    cost: Money | None = None
    share: Money | None = None
    withheld: bool = False
    booked_by: str = ""
    sessions: tuple[str, ...] = field(default=(), converter=to_tuple)
    activities: tuple[str, ...] = field(default=(), converter=to_tuple)
    status: RecommendationStatus = RecommendationStatus.PROPOSED
    answer: str = ""
    round: str = ""
    closed: datetime.date | None = None
    state: CriterionState | None = None
    check: ActionCheck | None = None
    recorded: bool = False

    @property
    def amounts(self) -> tuple[Money, ...]:
        """Known costs: share of the plan, and recorded cost."""
        return tuple(money for money in (self.share, self.cost) if money is not None)


@model(kw_only=True, repr=False)
class ActionPlan(NotebookDisplay):
    """National action plan of a country.

    Attributes:
        country: The country.
        round: Round of the assessment.
        framework: Its framework.
        actions: Actions in order: what to do first, then the rest.
        levels: Level orders of each capacity below its target: `now`, `then` and `target`.
        other: Cost of the country's seats that help none of the actions; None if costs are not shown.
        other_seats: How many seats those are.
        withheld: Whether the cost of any of the country's seats may not be shown to the audience: sums are partial.
        invented: Whether it rests on invented answers.
    """

    country: Country
    round: Round
    framework: Framework
    actions: tuple[Action, ...] = field(default=(), converter=to_tuple, validator=unique(lambda one: one.id, "action"))
    levels: FrozenMap[str, FrozenMap[str, int]] = field(factory=FrozenMap, converter=to_map)
    other: Money | None = None
    other_seats: int = 0
    withheld: bool = False
    invented: bool = False

    def __iter__(self) -> Iterator[Action]:
        return iter(self.actions)

    def __len__(self) -> int:
        return len(self.actions)

    @property
    def booked(self) -> tuple[Money, ...]:
        """Cost of seats that help an action, by currency."""
        return add_money(action.share for action in self.actions)

    @property
    def share(self) -> tuple[Money, ...]:
        """A country's whole share of the plan, by currency."""
        return add_money([*self.booked, self.other])

    @property
    def costs(self) -> dict[str, tuple[Money, ...]]:
        """Recorded costs outside the plan, by payer."""
        names = dict.fromkeys(action.payer for action in self.actions if action.cost is not None)
        return {name: add_money(action.cost for action in self.actions if action.payer == name) for name in names}

    def __repr__(self) -> str:
        return f"ActionPlan({self.country.alpha_2!r}, {self.round.id!r}, {counted(len(self), 'action')})"


def add_money(amounts: Iterable[Money | None]) -> tuple[Money, ...]:
    """Return the sum of amounts by currency, sorted by code."""
    moneys: dict[str, Money] = {}
    for amount in amounts:
        if amount is not None:
            moneys[amount.currency] = moneys[amount.currency] + amount if amount.currency in moneys else amount
    return tuple(moneys[name] for name in sorted(moneys))


def _find_known_text(target: str, framework: Framework) -> Text | None:
    criterion = framework.criteria.get(target)
    return None if criterion is None else criterion.action or criterion.text


def find_action_text(recorded: Recommendation, framework: Framework) -> Text | None:
    """Return the text of an action.

    This is the row's text. The framework's text is used if the row has none, or repeats it in one language. The
    result is None if the action is to raise a capacity, for which the framework has no text.
    """
    known_text = _find_known_text(recorded.target, framework)
    if recorded.target and recorded.text.source == recorded.target:  # for a row without a text
        return known_text
    same = known_text is not None and recorded.text.source in {known_text.get(name) for name in known_text.languages}
    return known_text if known_text is not None and same else recorded.text


def plan_actions(
    assessment: Assessment,
    dossier: Dossier | None = None,
    *,
    advice: Advice | None = None,
    costs: Mapping[str, Money] | bool = True,
) -> ActionPlan:
    """Return the national action plan of a country.

    Each step known to be missing is an action, unless a recorded row already names it. Recorded rows are kept and
    updated with this round's findings. The cost of a session is that of the first action that it helps.

    Args:
        assessment: The country's assessment.
        dossier: Recorded actions (`recommendations`), plan, catalogue, needs and change.
        advice: Order of the capacities; `advise` by default.
        costs: Cost of the country's seats by id of the session; False for an audience that sees no costs.
    """
    known = dossier or Dossier()
    order = advise(assessment, dossier=known, costs=costs) if advice is None else advice
    return _Planner(
        assessment=assessment,
        dossier=known,
        bookings=make_bookings(assessment, known, costs),
        areas=_sort_areas(list_areas(assessment, known.needs), order),
    ).plan()


def _sort_areas(areas: Iterable[Area], advice: Advice) -> list[Area]:
    """Sort capacities in the order of the advice."""
    ranks = {message.capacity: rank for rank, message in enumerate(advice.actions)}
    return sorted(areas, key=lambda area: (ranks.get(area.id, len(ranks)), area.place))


@frozen(kw_only=True)
class _Planner:
    """Planner of the actions of one country."""

    assessment: Assessment
    dossier: Dossier
    bookings: Bookings
    areas: list[Area]

    def plan(self) -> ActionPlan:
        """Return the plan."""
        assessment = self.assessment
        actions = self._book(self._list_rows())
        used = {name for action in actions for name in action.sessions}
        rest = [session for session in self.bookings.sessions if session.id not in used]
        shown = {action.capacity for action in actions}
        return ActionPlan(
            country=assessment.country,
            round=assessment.round,
            framework=assessment.framework,
            actions=actions,
            levels={area.id: area.levels for area in self.areas if area.id in shown},
            other=self.bookings.sum_disclosed(rest),
            other_seats=self.bookings.count_seats(rest),
            withheld=self.bookings.is_withheld(self.bookings.sessions),
            invented=assessment.invented,
        )

    def _list_rows(self) -> list[Action]:
        """Return recorded and proposed actions, by capacity, without sessions."""
        records = [one for one in self.dossier.recommendations if one.country == self.assessment.country]
        named = {record.target for record in records}
        actions = [self._take_record(record) for record in records]
        used = {recommendation.id for recommendation in self.dossier.recommendations}
        actions += [
            self._propose(self._make_id(target, used), area, target)
            for area in self.areas
            for target in area.missing or ((area.id,) if area.below else ())
            if target not in named
        ]
        ranks = {area.id: rank for rank, area in enumerate(self.areas)}
        steps = {name: position for position, name in enumerate((*self.assessment.framework.criteria, ""))}
        return sorted(
            actions, key=lambda one: (ranks.get(one.capacity, len(ranks)), one.capacity, steps.get(one.target, 0))
        )

    def _make_id(self, target: str, used: Container[str]) -> str:
        """Return an unused id for an action, stable over rounds.

        Sheets of two rounds can then be matched by id.
        """
        name = f"{self.assessment.country.alpha_2}-{target}"
        return next(
            candidate for candidate in chain([name], (f"{name}-{n}" for n in count(2))) if candidate not in used
        )

    def _propose(self, name: str, area: Area, target: str) -> Action:
        return Action(
            id=name,
            target=target,
            capacity=area.id,
            text=_find_known_text(target, self.assessment.framework),
            round=self.assessment.round.id,
            state=self._find_state(target),
        )

    def _take_record(self, one: Recommendation) -> Action:
        framework = self.assessment.framework
        capacity = framework.owner(one.target).id if one.target in framework.criteria else one.target
        return Action(
            id=one.id,
            target=one.target,
            capacity=capacity if capacity in framework else "",
            text=find_action_text(one, framework),
            owner=one.owner,
            due=one.due,
            payer=one.payer,
            cost=one.cost,
            status=one.status,
            answer=one.answer,
            round=one.round,
            closed=one.closed,
            state=self._find_state(one.target),
            check=self._check(one),
            recorded=True,
        )

    def _find_state(self, target: str) -> CriterionState | None:
        framework = self.assessment.framework
        owner = framework.owner(target).id if target in framework.criteria else ""
        score = self.assessment.scores.get(owner)
        return (
            next((result.state for result in score.results if result.target == target), None)
            if score is not None
            else None
        )

    def _is_met(self, target: str) -> bool:
        score = self.assessment.scores.get(target)
        return self._find_state(target) is CriterionState.MET or (score is not None and score.target_met is True)

    def _check(self, one: Recommendation) -> ActionCheck | None:
        """Return the mismatch between a row and the round's findings."""
        day, met = self.assessment.round.reference_date, bool(one.target) and self._is_met(one.target)
        if one.status.is_dropped:
            return None
        if met and self._is_from_another_source(one.target):
            return ActionCheck.CONFIRM
        if one.status is RecommendationStatus.DONE:
            later = one.closed is not None and one.closed > day
            framework = self.assessment.framework
            # Findings cannot close an action with other words; only a record of completion can.
            judged = one.target in framework.criteria or one.target in framework
            return None if met or later or not judged else ActionCheck.UNCONFIRMED
        if met:
            return ActionCheck.MET
        return ActionCheck.OVERDUE if one.due is not None and one.due < day else None

    def _is_from_another_source(self, target: str) -> bool:
        """True if another source gained a criterion."""
        code, change = self.assessment.country.alpha_2, self.dossier.change
        moves = [m for m in (change.criteria if change else ()) if m.country.alpha_2 == code and m.criterion == target]
        return any(move.move is CriterionMove.GAINED and not (move.like_for_like and move.reliable) for move in moves)

    # Sessions and costs

    def _book(self, rows: Iterable[Action]) -> list[Action]:
        """Return the actions with their sessions."""
        bearers: dict[str, str] = {}
        actions = []
        for row in rows:
            wanted = bool(row.target) and not (row.recorded and row.status.is_dropped)
            sessions = self.bookings.find_sessions([row.target]) if wanted else []
            fresh = [session for session in sessions if session.id not in bearers]
            earlier = next((bearers[session.id] for session in sessions if session.id in bearers), "")
            bearers |= {session.id: row.id for session in fresh}
            day = max((session.end for session in sessions), default=None) or self._find_own_day(row)
            actions.append(
                evolve(
                    row,
                    sessions=[session.id for session in sessions],
                    activities=dict.fromkeys(session.activity for session in sessions),
                    share=self.bookings.sum_disclosed(fresh),
                    withheld=self.bookings.is_withheld(fresh),
                    booked_by=earlier,
                    due=row.due or day,
                    proposed=row.due is None and day is not None,
                )
            )
        return actions

    def _find_own_day(self, action: Action) -> datetime.date | None:
        """Return the day before the first session."""
        first = self.bookings.first_day
        return None if first is None or action.status.is_closed else first - datetime.timedelta(days=1)
