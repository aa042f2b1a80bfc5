"""Rules on returns as a whole, levels, targets, contradictions, and the review by countries."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from capbuild.model import (
    Assessment,
    AssessmentState,
    Country,
    CriterionState,
    Decision,
    Finding,
    FindingStatus,
    Framework,
    Missing,
    SourceKind,
    StateRecord,
    Verdict,
)
from capbuild.origin import Origin
from capbuild.workspace.checks.context import CheckContext, Found, RoundRecords, error, note, warning

_SURVEY = SourceKind.SURVEY
#: Sources that verify self-assessments.
_CHECKING = (SourceKind.VISIT, SourceKind.DESK, SourceKind.MEETING)


def _list_flags(context: CheckContext, kind: str) -> Iterator[tuple[RoundRecords, str, str, str, Origin | None]]:
    """Yield quality flags of a kind.

    Each has round, source, other source, detail and origin.
    """
    for round_ in context.rounds:
        for flag in context.quality(round_).of_kind(kind):
            source = round_.sources.get(flag.subject.partition(" ")[2])
            yield round_, flag.subject, flag.other, flag.detail, round_.origin(source) if source is not None else None


@warning("CK301", "Returns of two countries have the same answers", "ask both who filled them in")
def find_equal_returns(context: CheckContext) -> Iterator[Found]:
    """Yield pairs of countries with the same answers."""
    for _, first, second, detail, place in _list_flags(context, "duplicate"):
        if first.partition(" ")[0] != second.partition(" ")[0]:
            yield f"{first} and {second}: {detail}", place


@warning("CK302", "A return gives one answer to nearly every question", "ask the respondent to answer again")
def find_straight_lines(context: CheckContext) -> Iterator[Found]:
    """Yield returns with the same answer to nearly every question."""
    for _, subject, _, detail, place in _list_flags(context, "straight line"):
        yield f"{subject}: {detail}", place


def _list_shares(context: CheckContext, kinds: Sequence[Missing]) -> Iterator[tuple[Finding, str, float]]:
    """Yield the missing share of each return.

    Each has the first finding of the return and a text. Returns with few of the framework's questions are left out.
    """
    for round_ in context.rounds:
        framework = round_.assessed.framework
        questions = len(framework.criteria) + sum(not node.criteria for node in framework.indicators)
        least = min(context.settings.least_answers, questions)
        for source in round_.of_kind(_SURVEY):
            asked = [
                finding
                for finding in round_.by_source.get(source.id, ())
                if finding.value not in (Missing.NOT_ASKED, Missing.NOT_COLLECTED, Missing.NOT_APPLICABLE)
            ]
            if len(asked) >= least:
                count = sum(finding.value in kinds for finding in asked)
                yield asked[0], f"{source.country} {source.id}: {count} of {len(asked)}", count / len(asked)


@warning("CK303", "Don't know is a large share of a return", "ask an office that knows")
def find_dont_know(context: CheckContext) -> Iterator[Found]:
    """Yield returns with many "don't know" answers."""
    for finding, words, share in _list_shares(context, [Missing.DONT_KNOW]):
        if share > context.settings.dont_know:
            yield f"{words} answers are don't know", finding.origin


@note("CK304", "A large share of a return is blank", "send it back with its open questions")
def find_blank_returns(context: CheckContext) -> Iterator[Found]:
    """Yield returns with many blanks."""
    for finding, words, share in _list_shares(context, [Missing.NO_ANSWER]):
        if share > context.settings.unanswered:
            yield f"{words} questions are blank", finding.origin


@warning("CK305", "A return claims a step and denies a lower one", "ask which of the two is right")
def find_denied_steps(context: CheckContext) -> Iterator[Found]:
    """Yield returns that claim a step and deny a lower."""
    for _, subject, _, detail, place in _list_flags(context, "contradiction"):
        yield f"{subject}: {detail}", place


@note("CK306", "A higher step is confirmed while a lower one fails", "verify the lower step at the next visit")
def find_failing_lower_steps(context: CheckContext) -> Iterator[Found]:
    """Yield capacities with a confirmed step above a failed one.

    The upper step is wholly confirmed as met, and the lower one as not met.
    """
    for round_ in context.rounds:
        for assessment in round_.assessed:
            for score in assessment.indicators:
                steps: dict[int, list[CriterionState]] = defaultdict(list)
                for result in score.results:
                    criterion = round_.assessed.framework.criteria.get(result.target)
                    if criterion is not None and result.checked:
                        steps[criterion.step].append(result.state)
                whole = {s for s, states in steps.items() if len(states) > 1 and set(states) == {CriterionState.MET}}
                failed = {s for s, states in steps.items() if len(states) > 1 and CriterionState.MET not in states}
                if whole and failed and max(whole) > min(failed):
                    words = f"all of step {max(whole)} is confirmed, and nothing of step {min(failed)}"
                    place = next((f.origin for f in score.findings if f.status is FindingStatus.CONFIRMED), None)
                    yield f"{assessment.country} {score.capacity.id}: {words} ({round_.round.id})", place


@warning("CK307", "A level moved far without a finding that explains it", "observe it at a visit or in documents")
def find_unexplained_moves(context: CheckContext) -> Iterator[Found]:
    """Yield large level changes that no verifying source observed."""
    for round_ in context.rounds[1:]:
        change = context.workspace.change(round_.round.id)
        for moved in change.capacities if change is not None else ():
            if moved.before is None or moved.after is None:
                continue
            up, down = moved.after.lowest - moved.before.highest, moved.before.lowest - moved.after.highest
            score = round_.assessed[moved.country].scores.get(moved.capacity)
            if max(up, down) < context.settings.level_move or score is None:
                continue
            findings = score.findings
            if all(round_.sources[f.source].kind is _SURVEY for f in findings if f.source in round_.sources):
                way = "rose" if up > 0 else "fell"
                message = (
                    f"{moved.country} {moved.capacity} {way} from {moved.before} to {moved.after}, as reported only"
                )
                yield message, findings[0].origin if findings else None


def _list_claims(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if isinstance(finding.value, Verdict)]


@warning("CK308", "Nearly everything is claimed and nothing is verified", "visit the country, or ask for documents")
def find_unverified_claims(context: CheckContext) -> Iterator[Found]:
    """Yield countries that claim nearly everything without any verification."""
    for round_ in context.rounds:
        by_country: dict[Country, list[Finding]] = defaultdict(list)
        checked = {finding.country for finding, _ in round_.findings(*_CHECKING)}
        for finding, _ in round_.findings(_SURVEY):
            by_country[finding.country].append(finding)
        for country, findings in by_country.items():
            claims = _list_claims(findings)
            met = sum(finding.value is Verdict.YES for finding in claims)
            enough = len(claims) >= context.settings.least_answers
            if country not in checked and enough and met / len(claims) > context.settings.claimed:
                yield f"{country}: {met} of {len(claims)} answers are yes ({round_.round.id})", claims[0].origin


@warning("CK309", "Most of what a country claimed was refuted", "treat its other claims with care")
def find_refuted_claims(context: CheckContext) -> Iterator[Found]:
    """Yield countries whose claims a visit mostly refuted."""
    for round_ in context.rounds:
        claims = {(f.country, f.target): f for f, _ in round_.findings(_SURVEY) if f.value is Verdict.YES}
        seen: dict[Country, list[Finding]] = defaultdict(list)
        for finding, _ in round_.findings(SourceKind.VISIT):
            if isinstance(finding.value, Verdict) and (finding.country, finding.target) in claims:
                seen[finding.country].append(finding)
        for country, findings in seen.items():
            refuted = [finding for finding in findings if finding.value is Verdict.NO]
            enough = len(findings) >= context.settings.least_answers
            if enough and len(refuted) / len(findings) > context.settings.refuted:
                message = f"{country}: {len(refuted)} of {len(findings)} claims that a visit looked at were not so"
                yield f"{message} ({round_.round.id})", refuted[0].origin


def _list_levels(records: RoundRecords, capacity: str) -> Iterator[tuple[Assessment, float, float]]:
    """Yield countries with a settled level and a target."""
    for assessment in records.assessed:
        score = assessment.scores.get(capacity)
        level = None if score is None else score.value if score.level is None else score.level
        if score is not None and level is not None and score.target is not None:
            yield assessment, level, score.target


def _compare_targets(
    context: CheckContext, is_odd: Callable[[list[tuple[float, float]], int], int]
) -> Iterator[tuple[str, int, int, str, Origin]]:
    """Yield implausible targets of the first round.

    Each has capacity, countries concerned, all countries, targets as text, and origin. Countries may have targets of
    their own.
    """
    targets = context.workspace.programme.targets
    for records in context.rounds[:1]:
        for node in records.assessed.framework.indicators:
            pairs = [(level, target) for _, level, target in _list_levels(records, node.id)]
            count = is_odd(pairs, len(records.assessed)) if pairs else 0
            if count:
                named = targets is not None and node.id in targets.targets
                place = context.setting("targets", node.id if named else "default")
                wanted = " or ".join(f"{target:g}" for target in sorted({target for _, target in pairs}))
                yield node.id, count, len(pairs), wanted, place


@note("CK310", "A target is met by every country", "raise the target, or leave it out")
def find_met_targets(context: CheckContext) -> Iterator[Found]:
    """Yield targets that every country met from the start."""
    met = _compare_targets(
        context, lambda found, every: every if len(found) == every and all(a >= b for a, b in found) else 0
    )
    for name, count, _, target, place in met:
        yield f"{name}: all {count} countries had reached {target} already", place


@note("CK311", "A target is below the level of most countries", "check that the target is meant")
def find_low_targets(context: CheckContext) -> Iterator[Found]:
    """Yield targets below most countries' level in the first round."""

    def count(found: list[tuple[float, float]], every: int) -> int:
        above = sum(level > target for level, target in found)
        return above if above * 2 > every else 0

    for name, above, _, target, place in _compare_targets(context, count):
        yield f"{name}: {above} countries were above {target}", place


def _list_contradictions(
    framework: Framework, answers: dict[str, tuple[str, Origin | None]]
) -> Iterator[tuple[str, Origin | None]]:
    """Yield broken rules, with the origin of the last answer."""
    values = {name: value for name, (value, _) in answers.items()}
    for rule in framework.rules:
        if rule.is_broken(values.get, framework.names):
            named = [name for name in rule.targets(framework.names) if name in answers]
            answers_text = ", ".join(f"{name} {values[name]}" for name in dict.fromkeys(named))
            places = [answers[name][1] for name in named if answers[name][1] is not None]
            yield f"{rule.text} {answers_text}", places[-1] if places else None


@warning("CK312", "Answers of a return contradict each other", "ask which of the two is right")
def find_contradictory_returns(context: CheckContext) -> Iterator[Found]:
    """Yield returns with answers that break a framework rule."""
    for round_ in context.rounds:
        for source in round_.of_kind(_SURVEY) if round_.assessed.framework.rules else ():
            answers = {f.target: (_as_text(f.value), f.origin) for f in round_.by_source.get(source.id, ())}
            given = {name: (value, place) for name, (value, place) in answers.items() if value}
            for words, place in _list_contradictions(round_.assessed.framework, given):
                yield f"{source.country} {source.id}: {words}", place


@warning("CK313", "Confirmed answers contradict each other", "look at the evidence of both")
def find_contradictory_findings(context: CheckContext) -> Iterator[Found]:
    """Yield countries with confirmed results that break a framework rule."""
    for round_ in context.rounds:
        for assessment in round_.assessed if round_.assessed.framework.rules else ():
            results = [result for score in assessment.indicators for result in score.results if result.checked]
            used = [(result.target, result.used_finding) for result in results]
            answers = {name: (_as_text(f.value), f.origin) for name, f in used if f is not None and _as_text(f.value)}
            for score in assessment.scores.values():
                if score.verified and score.level is not None:
                    answers[score.capacity.id] = str(score.level), None
            for words, place in _list_contradictions(round_.assessed.framework, answers):
                yield f"{assessment.country} ({round_.round.id}): {words}", place


def _as_text(value: object) -> str:
    """Return a verdict, level or value as text."""
    return value.value if isinstance(value, Verdict) else "" if isinstance(value, Missing) else str(value)


@error("CK401", "A proposal was decided before it was made", "correct one of the two days")
def find_early_decisions(context: CheckContext) -> Iterator[Found]:
    """Yield proposals decided before their date."""
    for proposal in context.records.proposals:
        if proposal.date is not None and proposal.decided_on is not None and proposal.decided_on < proposal.date:
            yield (
                f"{proposal.country} {proposal.target}: made on {proposal.date}, decided on {proposal.decided_on}",
                proposal.origin,
            )


@warning("CK402", "A proposal was accepted without evidence", "name the evidence, or open it again")
def find_accepted_without_evidence(context: CheckContext) -> Iterator[Found]:
    """Yield accepted proposals without evidence."""
    for proposal in context.records.proposals:
        if proposal.decision is Decision.ACCEPTED and not proposal.evidence:
            yield f"{proposal.country} {proposal.target}: {proposal.proposed or proposal.comment}", proposal.origin


@note("CK403", "A proposal has been open for long", "decide it: capbuild review proposals FOLDER")
def find_old_proposals(context: CheckContext) -> Iterator[Found]:
    """Yield old undecided proposals."""
    for proposal in context.records.proposals:
        days = (context.on - proposal.date).days if proposal.date is not None else 0
        if proposal.decision is Decision.OPEN and days > context.settings.proposal_days:
            yield f"{proposal.country} {proposal.target}: open since {proposal.date}, {days} days", proposal.origin


@warning("CK404", "A proposal was accepted and no new finding followed", "record the finding that it led to")
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
    """Yield the latest state of countries, with earlier ones.

    There is one for each country and round.
    """
    by_country: dict[tuple[Country, str], list[StateRecord]] = {}
    for state in context.records.states:
        by_country.setdefault((state.country, state.round), []).append(state)
    yield from ((rows[-1], rows) for rows in by_country.values())


@warning("CK405", "A review is past its deadline", "ask for an answer, or record no reply")
def find_overdue_reviews(context: CheckContext) -> Iterator[Found]:
    """Yield reviews without an answer by the deadline."""
    for last, _ in _list_latest(context):
        if last.is_overdue(context.on):
            yield f"{last.country} {last.round}: an answer was asked for by {last.deadline}", last.origin


@error("CK406", "A country answered before its assessment was sent", "correct one of the two days")
def find_early_answers(context: CheckContext) -> Iterator[Found]:
    """Yield answers dated before the assessment was sent."""
    answers = (AssessmentState.AGREED, AssessmentState.DISPUTED)
    for _, rows in _list_latest(context):
        sent = [row.date for row in rows if row.state is AssessmentState.SENT and row.date is not None]
        for row in rows:
            if sent and row.state in answers and row.date is not None and row.date < min(sent):
                yield f"{row.country} {row.round}: {row.state.value} on {row.date}, sent on {min(sent)}", row.origin


@warning("CK407", "A decision has no office or day", "fill in decided_by and decided_on")
def find_decisions_without_owner(context: CheckContext) -> Iterator[Found]:
    """Yield decisions without an office or a date."""
    for proposal in context.records.proposals:
        lacking = [] if proposal.decided_by else ["office"]
        lacking += [] if proposal.decided_on else ["day"]
        if proposal.decision is not Decision.OPEN and lacking:
            yield (
                f"{proposal.country} {proposal.target}: {proposal.decision.value}, no {' and no '.join(lacking)}",
                proposal.origin,
            )
