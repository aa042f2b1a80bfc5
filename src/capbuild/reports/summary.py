"""Lead and facts of a country profile's header."""

from capbuild.model import Assessment, CriterionState, SourceKind
from capbuild.reports.activities import count_planned_seats
from capbuild.reports.changes import count_changes, describe_changes
from capbuild.reports.context import ReportContext
from capbuild.reports.i18n import Translator
from capbuild.reports.model import Fact

__all__ = [
    "has_levels",
    "is_visit_needed",
    "make_conflicts_fact",
    "make_country_facts",
    "make_verified_fact",
    "write_country_lead",
]


def has_levels(assessment: Assessment) -> bool:
    """True if indicators have levels rather than values."""
    return any(score.plausible is not None for score in assessment.indicators)


def is_visit_needed(assessment: Assessment) -> bool:
    """True if unvisited in this round with open points."""
    return not assessment.visited and not all(score.settled for score in assessment.indicators)


def write_country_lead(assessment: Assessment, context: ReportContext) -> str:
    """Write the lead: targets reached, verified levels, or value range."""
    say = context.say
    scores = assessment.indicators
    if not has_levels(assessment):
        return _write_value_lead(assessment, context)
    if is_visit_needed(assessment):
        modes = say.joined(say(f"lead.mode.{mode.value}") for mode in assessment.modes)
        day, name = context.visited_on(assessment), context.name(assessment.country)
        answered = (
            say("lead.answered", country=name, modes=modes)
            if day is None
            else say("lead.answered.visited", country=name, modes=modes, month=say.month(day, long=True))
        )
        return " ".join(
            (
                answered,
                _write_verified_lead(assessment, say),
                say("lead.range", count=sum(not score.settled for score in scores)),
            )
        )
    since = _describe_changes(assessment, context)
    if since:
        return f"{_write_target_lead(assessment, context)} {since}"
    coverage = assessment.coverage
    criteria = say("count.criteria", count=coverage.applicable)
    settled = say("lead.settled", count=coverage.settled, total=criteria)
    disagree = say("lead.conflicts", count=len(assessment.conflicts))
    return f"{_write_target_lead(assessment, context)} {settled} {disagree}"


def _describe_changes(assessment: Assessment, context: ReportContext) -> str:
    """Describe changes since the earlier round; empty if not compared."""
    say, change, code = context.say, context.dossier.change, assessment.country.alpha_2
    if change is None or code not in change.matched or not context.framework.criteria:
        return ""
    text = describe_changes(change.counts([code]), context)
    earlier = context.dossier.earlier
    kind = earlier.round.kind.value if earlier is not None else ""
    return say("lead.since.baseline" if kind == "baseline" else "lead.since", told=text)


def _write_target_lead(assessment: Assessment, context: ReportContext) -> str:
    say = context.say
    aimed = [score for score in assessment.indicators if score.target is not None]
    if not aimed:
        return _write_verified_lead(assessment, say)
    met = sum(score.target_met is True for score in aimed)
    below = sum(score.target_met is False for score in aimed)
    undecided = len(aimed) - met - below
    under, total = say("lead.below", count=below), say("count.indicators", count=len(aimed))
    reached = say("lead.reached", count=met, total=total, below=under)
    if not undecided:
        return f"{reached}."
    return say.clauses(reached, say("lead.undecided", count=undecided))


def _write_verified_lead(assessment: Assessment, say: Translator) -> str:
    scores = assessment.indicators
    verified, reported = sum(score.verified for score in scores), sum(score.reported for score in scores)
    total, text = say("count.indicators", count=len(scores)), say("reported.clause", count=reported)
    return say("lead.verified", count=verified, total=total, reported=text)


def _write_value_lead(assessment: Assessment, context: ReportContext) -> str:
    say, marks = context.say, context.marks
    scores = [score for score in assessment.indicators if score.value is not None]
    if not scores:
        return say("lead.no_value")
    high = max(scores, key=lambda score: score.value or 0.0)
    low = min(scores, key=lambda score: score.value or 0.0)
    ends = say(
        "lead.values",
        high=marks.title(high.capacity),
        high_value=marks.result(high),
        low=marks.title(low.capacity),
        low_value=marks.result(low),
    )
    total = say("count.indicators", count=len(assessment.indicators))
    return f"{say('lead.figures', count=len(scores), total=total)} {ends} {say('lead.left_out')}"


def make_conflicts_fact(count: int, say: Translator) -> Fact:
    """Return on how many criteria sources differ."""
    return Fact(label=say("fact.conflicts"), value=say.number(count), unit=say("unit.criteria", count=count))


def make_country_facts(assessment: Assessment, context: ReportContext) -> list[Fact]:
    """Return the six facts of the header."""
    if not has_levels(assessment):
        return _make_value_facts(assessment, context)
    say = context.say
    scores, coverage = assessment.indicators, assessment.coverage
    facts = [
        _make_visit_fact(assessment, context),
        make_verified_fact(sum(s.verified for s in scores), sum(s.reported for s in scores), len(scores), say),
        _make_part_fact(say("fact.settled"), coverage.settled, coverage.applicable, say),
        _make_survey_fact(assessment, say),
    ]
    if not is_visit_needed(assessment):
        return [*facts, _make_progress_fact(assessment, context), _make_seats_fact(assessment, context)]
    claims, to_see = _count_open(assessment, context)
    return [
        *facts,
        Fact(label=say("fact.claims"), value=say.number(claims)),
        Fact(label=say("fact.to_see"), value=say.number(to_see)),
    ]


def _make_progress_fact(assessment: Assessment, context: ReportContext) -> Fact:
    """Criteria gained and lost; before a second round, criteria lacking."""
    moved = count_changes(context, [assessment.country.alpha_2])
    if moved is not None:
        return Fact(label=context.say("fact.gained"), value=moved[0], unit=moved[1])
    lacking = sum(len(score.lacking) for score in assessment.indicators)
    return Fact(label=context.say("fact.lacking"), value=context.say.number(lacking))


def _make_seats_fact(assessment: Assessment, context: ReportContext) -> Fact:
    """Make the fact on planned seats, or on conflicts without a plan."""
    seats = count_planned_seats(assessment.country.alpha_2, context)
    if seats is None:
        return make_conflicts_fact(len(assessment.conflicts), context.say)
    return Fact(label=context.say("fact.country_seats"), value=context.say.number(seats))


def make_verified_fact(verified: int, reported: int, total: int, say: Translator, label: str = "fact.verified") -> Fact:
    """Return the number of verified levels, and of reported ones."""
    of = say("of", total=total)
    unit = f"{of}, {say('reported.count', count=reported)}" if reported else of
    return Fact(label=say(label), value=say.number(verified), unit=unit)


def _make_part_fact(label: str, count: int, total: int, say: Translator) -> Fact:
    return Fact(label=label, value=say.number(count), unit=say("of", total=total))


def _make_visit_fact(assessment: Assessment, context: ReportContext) -> Fact:
    """Make the fact on visits and other sources."""
    say, day = context.say, context.visited_on(assessment)
    if not assessment.visited:
        if day is None:
            return Fact(label=say("fact.visit"), value=say("fact.not_visited"))
        return Fact(label=say("fact.visit"), value=say.month(day), unit=say("fact.visited.before"))
    others = [say(f"source.{mode.value}") for mode in assessment.modes if mode is not SourceKind.VISIT]
    count = sum(source.kind is not SourceKind.VISIT for source in assessment.sources)
    unit = ", ".join(others) if len(others) < 3 else say("unit.sources", count=count)
    return Fact(label=say("fact.visit"), value=say("fact.visited"), unit=unit)


def _make_survey_fact(assessment: Assessment, say: Translator) -> Fact:
    surveys = [source for source in assessment.sources if source.kind is SourceKind.SURVEY]
    late = sum(source.late for source in surveys)
    unit = say("fact.late", count=late) if late else ""
    return Fact(label=say("fact.surveys"), value=say.number(len(surveys)), unit=unit)


def _count_open(assessment: Assessment, context: ReportContext) -> tuple[int, int]:
    """Count unseen claims, and open criteria that only visits can settle."""
    criteria = context.framework.criteria
    opened = [r for score in assessment.indicators for r in score.results if r.state is CriterionState.OPEN]
    to_see = sum(r.target in criteria and criteria[r.target].check.needs_visit for r in opened)
    return sum(r.claimed for r in opened), to_see


def _make_value_facts(assessment: Assessment, context: ReportContext) -> list[Fact]:
    say = context.say
    scores, coverage = assessment.indicators, assessment.coverage
    top = [assessment.scores[root.id] for root in context.framework.roots if root.id in assessment.scores]
    total = top[0].value if len(top) == 1 else None
    figures = sum(score.value is not None for score in scores)
    below = sum(score.target_met is False for score in scores)
    aimed = sum(score.target is not None for score in scores)
    return [
        *([Fact(label=say("fact.total"), value=context.marks.figure(total))] if total is not None else []),
        _make_part_fact(say("fact.figures"), figures, len(scores), say),
        _make_part_fact(say("fact.answers"), coverage.answered, coverage.applicable, say),
        *([_make_part_fact(say("fact.below"), below, aimed, say)] if aimed else []),
        Fact(label=say("fact.sources"), value=say.number(len(assessment.sources))),
        make_conflicts_fact(len(assessment.conflicts), say),
    ]
