"""Review of assessments by countries: state, proposals and decisions."""

import datetime
from enum import StrEnum

from attrs import field

from capbuild._typed import model
from capbuild.checks import identifier
from capbuild.model.country import Country
from capbuild.origin import Origin
from capbuild.text import Text, as_text


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
        statement: Statement of the country or source.
        by: Role of its author.
        date: Date.
        answer: Answer of the team.
    """

    target: str = field(validator=identifier)
    statement: Text = field(converter=as_text)
    by: str = ""
    date: datetime.date | None = None
    answer: str = ""


@model(kw_only=True)
class StateRecord:
    """State of one country's assessment from a date on.

    Attributes:
        country: The country.
        round: Id of the round.
        state: Draft, sent, agreed, disputed, no reply, published or withdrawn.
        by: Office that reported it; never a name.
        date: Date.
        deadline: Deadline of the answer.
        successor: Successor of a withdrawn or published issue, such as the id of a later round.
        note: Remark.
        origin: Its row; not part of equality.
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
        """True if the answer's deadline has passed."""
        return self.state is AssessmentState.SENT and self.deadline is not None and today > self.deadline


class Decision(StrEnum):
    """Decision of the team on a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@model(kw_only=True)
class Proposal:
    """Country's proposal about a computed level or criterion.

    A proposal never replaces the computed result.

    Attributes:
        country: The country.
        round: Id of the round.
        target: Id of the capacity or criterion.
        computed: Computed result as the country saw it, as text.
        proposed: Proposed result; empty for a comment only.
        comment: Reason.
        evidence: New evidence.
        by: Office that proposes.
        date: Date.
        decision: Open, accepted or rejected.
        decided_by: Office that decided.
        decided_on: Date of the decision.
        reason: Reason for the decision.
        file: Workbook with the proposal.
        origin: Its row; not part of equality.
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
