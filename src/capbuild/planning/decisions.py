"""Decisions of meetings that add, confirm or reprioritise needs."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from operator import attrgetter

from attrs import evolve, field, frozen

from capbuild.checks import between, identifier, to_tuple
from capbuild.errors import PlanError
from capbuild.model import Country, Need, NeedKind, Needs
from capbuild.model.country import as_countries
from capbuild.text import Text, as_optional_text


class DecisionAction(StrEnum):
    """Action of a meeting on a need."""

    ADD = "add"
    CONFIRM = "confirm"
    REPRIORITISE = "reprioritise"


@frozen(kw_only=True)
class NeedDecision:
    """Decision of one meeting about one need.

    Attributes:
        meeting: Id of the meeting, cited by the need.
        action: Add, confirm or reprioritise.
        need: Id of the need.
        urgency: New urgency, 1 to 3, if changed or added.
        relevance: New relevance, 1 to 3, if changed or added.
        kind: Kind of an added need.
        statement: Text of an added need.
        countries: Countries of an added need, also as alpha-2 codes.
        criteria: Criteria of an added need.
    """

    meeting: str = field(validator=identifier)
    action: DecisionAction = field(converter=DecisionAction)
    need: str = field(validator=identifier)
    urgency: int | None = field(default=None, validator=between(1, 3))
    relevance: int | None = field(default=None, validator=between(1, 3))
    kind: NeedKind = field(default=NeedKind.COOPERATION, converter=NeedKind)
    statement: Text | None = field(default=None, converter=as_optional_text)
    countries: tuple[Country, ...] = field(default=(), converter=as_countries)
    criteria: tuple[str, ...] = field(default=(), converter=to_tuple)


def apply_decisions(found: Needs, decisions: Sequence[NeedDecision]) -> Needs:
    """Return needs changed by decisions, with citations.

    Raises:
        PlanError: CB811, decisions name missing needs, or add existing ones; reports all together.
    """
    by_id = {need.id: need for need in found}
    problems = list(_find_problems(by_id, decisions))
    if problems:
        raise PlanError("; ".join(problems), code="CB811", remedy=f"needs are: {', '.join(sorted(by_id)) or 'none'}")
    for one in decisions:
        by_id[one.need] = _apply_decision(by_id.get(one.need), one)
    return evolve(found, needs=[by_id[name] for name in sorted(by_id)])


def _find_problems(known: Iterable[str], decisions: Iterable[NeedDecision]) -> Iterator[str]:
    there = set(known)
    for one in decisions:
        added = one.action is DecisionAction.ADD
        if added and one.need in there:
            yield f"{one.meeting} adds the need {one.need!r}, which already exists"
        elif not added and one.need not in there:
            yield f"{one.meeting} names the need {one.need!r}, which does not exist"
        if added:
            there.add(one.need)


def _apply_decision(need: Need | None, one: NeedDecision) -> Need:
    if need is None:
        return Need(
            id=one.need,
            kind=one.kind,
            statement=one.statement or one.need,
            countries=sorted(one.countries, key=attrgetter("alpha_2")),
            criteria=one.criteria,
            urgency=one.urgency or 2,
            relevance=one.relevance or 2,
            sources=[one.meeting],
        )
    return evolve(
        need,
        urgency=one.urgency or need.urgency,
        relevance=one.relevance or need.relevance,
        sources=tuple(dict.fromkeys((*need.sources, one.meeting))),
    )
