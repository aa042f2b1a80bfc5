"""Output of `capbuild review`: imported forms and assessment states."""

import datetime

from capbuild.cli.screen import ACCENT, Screen
from capbuild.model import AssessmentState, Decision
from capbuild.workspace import Workspace
from capbuild.workspace.forms.decisions import ImportedDecisions
from capbuild.workspace.forms.reviews import ImportedReview

__all__ = ["show_decided", "show_returned", "show_review_status"]


def show_returned(screen: Screen, found: ImportedReview) -> None:
    """Show the import of a review form.

    Args:
        screen: The screen.
        found: The imported review.
    """
    screen.blank()
    again = f", {found.known} recorded before" if found.known else ""
    screen.line(
        f"{found.country}: {len(found.proposals)} new proposal{'s' if len(found.proposals) != 1 else ''}{again}"
    )
    if found.state is not None:
        screen.line(f"State: {found.state.state.value}")
    if found.proposals:
        screen.blank()
        rows = [(one.target, one.computed, one.proposed or "–", one.comment or "–") for one in found.proposals]
        screen.table(("Target", "computed", "proposed", "why"), rows, left=(0, 1, 2, 3))
        screen.blank()
        screen.note("Decide on a form: capbuild review proposals FOLDER. Computed results do not change.")
    screen.blank()


def show_decided(screen: Screen, found: ImportedDecisions) -> None:
    """Show the import of a decision form.

    Args:
        screen: The screen.
        found: The imported decisions.
    """
    screen.blank()
    count = len(found.proposals)
    screen.line(f"{count} decision{'s' if count != 1 else ''} recorded, {found.known} known before, {found.open} open")
    if found.proposals:
        screen.blank()
        rows = [
            (one.country.name, one.target, one.proposed or "–", one.decision.value, one.reason)
            for one in found.proposals
        ]
        screen.table(("Country", "target", "proposed", "decision", "reason"), rows, left=tuple(range(5)))
    screen.blank()


def show_review_status(screen: Screen, workspace: Workspace, today: datetime.date) -> None:
    """Show the states of assessments, and open proposals.

    Args:
        screen: The screen.
        workspace: The programme's folder.
        today: The day for judging deadlines.
    """
    rows = []
    for one in workspace.programme.rounds:
        for assessment in workspace.assess(one.id):
            record = assessment.standing
            if record is None and assessment.state is AssessmentState.DRAFT:
                continue
            late = record is not None and record.is_overdue(today)
            days = ("", "") if record is None else tuple(str(d or "") for d in (record.date, record.deadline))
            by = "" if record is None else record.by
            rows.append((assessment.country.name, one.id, assessment.state.value, by, *days, "late" if late else ""))
    screen.blank()
    if rows:
        screen.table(("Country", "round", "state", "by", "date", "deadline", ""), rows, left=tuple(range(7)))
    else:
        screen.note("No assessment has been sent: capbuild review export FOLDER COUNTRY --sent DATE")
    waiting = [one for one in workspace.monitoring.proposals if one.decision is Decision.OPEN]
    screen.blank()
    screen.line(
        (f"{len(waiting)} open", ACCENT if waiting else ""), " of ", f"{len(workspace.monitoring.proposals)} proposals"
    )
    for wish in waiting:
        other = wish.proposed or "no other result"
        screen.line(f"{wish.country.name} {wish.target}: {wish.computed} computed, {other} proposed")
    screen.blank()
