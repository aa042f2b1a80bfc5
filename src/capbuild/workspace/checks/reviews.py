"""Rules on the review of assessments by countries."""

import datetime
from collections.abc import Iterator

from capbuild.model import AssessmentState, Country, Decision, StateRecord
from capbuild.workspace.checks.context import CheckContext, Found, finds


@finds("CK401")
def find_early_decisions(context: CheckContext) -> Iterator[Found]:
    """Yield proposals decided before their date."""
    for one in context.records.proposals:
        if one.date is not None and one.decided_on is not None and one.decided_on < one.date:
            yield f"{one.country} {one.target}: made on {one.date}, decided on {one.decided_on}", one.origin


@finds("CK402")
def find_accepted_without_evidence(context: CheckContext) -> Iterator[Found]:
    """Yield accepted proposals without evidence."""
    for proposal in context.records.proposals:
        if proposal.decision is Decision.ACCEPTED and not proposal.evidence:
            yield f"{proposal.country} {proposal.target}: {proposal.proposed or proposal.comment}", proposal.origin


@finds("CK403")
def find_old_proposals(context: CheckContext) -> Iterator[Found]:
    """Yield old undecided proposals."""
    for proposal in context.records.proposals:
        days = (context.on - proposal.date).days if proposal.date is not None else 0
        if proposal.decision is Decision.OPEN and days > context.settings.proposal_days:
            yield f"{proposal.country} {proposal.target}: open since {proposal.date}, {days} days", proposal.origin


@finds("CK404")
def find_proposals_without_finding(context: CheckContext) -> Iterator[Found]:
    """Yield accepted proposals without a later finding."""
    judged: dict[tuple[Country, str], datetime.date] = {}
    for round_ in context.rounds:
        for finding in round_.collection.findings:
            framework, day = round_.assessed.framework, finding.as_of
            names = {finding.target}
            names |= {framework.owner(finding.target).id} if finding.target in framework.criteria else set()
            for name in names:
                if day is None:
                    continue
                judged[finding.country, name] = max(day, judged.get((finding.country, name), day))
    for proposal in context.records.proposals:
        latest = judged.get((proposal.country, proposal.target))
        if proposal.decision is not Decision.ACCEPTED or proposal.date is None:
            continue
        if latest is None or latest < proposal.date:
            since = f"last judged on {latest}" if latest is not None else "never judged"
            message = f"{proposal.country} {proposal.target}: accepted on {proposal.decided_on}, {since}"
            yield message, proposal.origin


def _list_latest(context: CheckContext) -> Iterator[tuple[StateRecord, list[StateRecord]]]:
    """Yield the latest state of each country and round."""
    found: dict[tuple[Country, str], list[StateRecord]] = {}
    for state in context.records.states:
        found.setdefault((state.country, state.round), []).append(state)
    yield from ((rows[-1], rows) for rows in found.values())


@finds("CK405")
def find_overdue_reviews(context: CheckContext) -> Iterator[Found]:
    """Yield reviews without an answer by the deadline."""
    for last, _ in _list_latest(context):
        if last.is_overdue(context.on):
            yield f"{last.country} {last.round}: an answer was asked for by {last.deadline}", last.origin


@finds("CK406")
def find_early_answers(context: CheckContext) -> Iterator[Found]:
    """Yield answers dated before the assessment was sent."""
    answers = (AssessmentState.AGREED, AssessmentState.DISPUTED)
    for _, rows in _list_latest(context):
        sent = [row.date for row in rows if row.state is AssessmentState.SENT and row.date is not None]
        for row in rows:
            if sent and row.state in answers and row.date is not None and row.date < min(sent):
                yield f"{row.country} {row.round}: {row.state.value} on {row.date}, sent on {min(sent)}", row.origin


@finds("CK407")
def find_decisions_without_owner(context: CheckContext) -> Iterator[Found]:
    """Yield decisions without an office or a date."""
    for one in context.records.proposals:
        lacking = [] if one.decided_by else ["office"]
        lacking += [] if one.decided_on else ["day"]
        if one.decision is not Decision.OPEN and lacking:
            yield f"{one.country} {one.target}: {one.decision.value}, no {' and no '.join(lacking)}", one.origin
