"""Review of assessments by countries: state, proposals and decisions."""

import datetime
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import identifier
from capbuild.model.country import Country
from capbuild.origin import Origin
from capbuild.text import Text, as_text

__all__ = ["AssessmentState", "Decision", "Dissent", "Proposal", "StateRecord"]


class AssessmentState(StrEnum):
    """State of an assessment in its review."""

    DRAFT = "draft"
    SENT = "sent"
    AGREED = "agreed"
    DISPUTED = "disputed"
    NO_REPLY = "no reply"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@model(kw_only=True)
class Dissent:
    """Recorded disagreement that was not resolved.

    Attributes:
        target: Id of the criterion or capacity.
        statement: What the country or a source maintains.
        by: Who maintains it, as a role.
        date: When.
        answer: What the team answered.
    """

    target: str = field(validator=identifier)
    statement: Text = field(converter=as_text)
    by: str = ""
    date: datetime.date | None = None
    answer: str = ""


@model(kw_only=True)
class StateRecord:
    """State of one country's assessment from a day on.

    Attributes:
        country: The country.
        round: Id of the round.
        state: Draft, sent, agreed, disputed, no reply, published or withdrawn.
        by: Office that said so; never a name.
        date: When.
        deadline: Until when an answer is asked for.
        successor: What takes the place of a withdrawn or published issue, such as the id of a later round.
        note: Remark.
        origin: The row it was read from; not part of equality.
    """

    country: Country
    round: str = field(validator=identifier)
    state: AssessmentState
    by: str = ""
    date: datetime.date | None = None
    deadline: datetime.date | None = None
    successor: str = ""
    note: str = ""
    origin: Origin | None = field(default=None, eq=False)

    def is_overdue(self, today: datetime.date) -> bool:
        """True if an answer was due by a day that has passed."""
        return self.state is AssessmentState.SENT and self.deadline is not None and today > self.deadline


class Decision(StrEnum):
    """Decision of the team on a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@model(kw_only=True)
class Proposal:
    """Country's proposal about a computed level or criterion.

    It never replaces the computed result.

    Attributes:
        country: The country.
        round: Id of the round.
        target: Id of the capacity or criterion.
        computed: What was computed when the country saw it, in words.
        proposed: What the country says instead; empty for a mere comment.
        comment: Why.
        evidence: New evidence it points to.
        by: Office that proposes.
        date: When.
        decision: Open, accepted or rejected.
        decided_by: Office that decided.
        decided_on: When.
        reason: Why it was decided so.
        file: Workbook it came in.
        origin: The row it was read from; not part of equality.
    """

    country: Country
    round: str = field(validator=identifier)
    target: str = field(validator=identifier)
    computed: str = ""
    proposed: str = ""
    comment: str = ""
    evidence: str = ""
    by: str = ""
    date: datetime.date | None = None
    decision: Decision = Decision.OPEN
    decided_by: str = ""
    decided_on: datetime.date | None = None
    reason: str = ""
    file: str = ""
    origin: Origin | None = field(default=None, eq=False)
