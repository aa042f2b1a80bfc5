"""Agendas of visits: disagreements first, then open criteria."""

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import Assessment, Capacity, Criterion, CriterionResult, CriterionState, Finding, Score


@frozen(kw_only=True)
class AgendaItem:
    """Criterion on the agenda of a visit.

    Attributes:
        capacity: Id of the capacity it belongs to.
        criterion: The criterion; of an indicator that is judged as a whole, one with its id and title.
        conflict: Whether sources disagree.
        decides: Whether it decides between the levels that are open now.
        said: What was said so far.
        lacks_for_target: Whether it stands between the country and its target.
    """

    capacity: str
    criterion: Criterion
    conflict: bool = False
    decides: bool = False
    reported: tuple[Finding, ...] = field(default=(), converter=to_tuple)
    lacks_for_target: bool = False


def visit_agenda(assessment: Assessment) -> tuple[AgendaItem, ...]:
    """Return the criteria that a visit should settle, in order.

    First those on which sources disagree and that decide a level, then other disagreements, then open criteria that
    decide a level, then those that count for the target, then the rest; within each in the framework's order. Criteria
    that confirmed findings settle without contradiction are left out. An indicator without criteria is on the agenda
    until somebody who could check its level has done so.

    Args:
        assessment: The country's assessment.
    """
    found = [item for score in assessment.indicators for item in _agenda_items(score)]
    return tuple(sorted(found, key=_sort_key))


def list_criteria(node: Capacity) -> tuple[Criterion, ...]:
    """Return what a visit looks at for an indicator: its criteria, or the indicator itself where it has none.

    Nothing for a rate: it follows from its quantities.
    """
    if node.is_rate:
        return ()
    return node.criteria or (Criterion(id=node.id, text=node.title),)


def _sort_key(item: AgendaItem) -> tuple[bool, bool, bool]:
    return (not item.conflict, not item.decides, not item.lacks_for_target)


def _agenda_items(score: Score) -> list[AgendaItem]:
    criteria = {criterion.id: criterion for criterion in list_criteria(score.capacity)}
    return [
        AgendaItem(
            capacity=score.capacity.id,
            criterion=criteria[result.target],
            conflict=result.conflict,
            decides=result.target in score.deciding or not score.capacity.criteria,
            reported=result.findings,
            lacks_for_target=result.target in score.open,
        )
        for result in score.results
        if result.target in criteria and _needs_visit(result, judged=not score.capacity.criteria)
    ]


def _needs_visit(result: CriterionResult, *, judged: bool) -> bool:
    return result.conflict or result.state is CriterionState.OPEN or (judged and not result.checked)
