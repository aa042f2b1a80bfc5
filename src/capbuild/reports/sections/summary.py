"""Lead and facts of a country profile's header."""

from capbuild.model import Assessment, SourceKind
from capbuild.reports.context import ReportContext
from capbuild.reports.i18n import Translator
from capbuild.reports.model import Fact


def has_levels(assessment: Assessment) -> bool:
    """True if indicators have levels rather than values."""
    return any(score.plausible is not None for score in assessment.indicators)


def is_visit_needed(assessment: Assessment) -> bool:
    """True if unvisited in this round with open points."""
    return not assessment.visited and not all(score.settled or not score.applies for score in assessment.indicators)


def write_country_lead(assessment: Assessment, context: ReportContext) -> str:
    """Write the lead of a profile without advice: verified levels, or the range of values."""
    say, coverage = context.say, assessment.coverage
    if not has_levels(assessment):
        return _write_value_lead(assessment, context)
    parts = [_write_verified_lead(assessment, say)]
    if coverage.applicable:
        total = say("count.criteria", count=coverage.applicable)
        parts.append(say("lead.settled", count=coverage.settled, total=total))
    return " ".join([*parts, say("lead.conflicts", count=len(assessment.conflicts))])


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
    """Return the facts of a profile without advice."""
    if not has_levels(assessment):
        return _make_value_facts(assessment, context)
    say, scores, coverage = context.say, assessment.indicators, assessment.coverage
    return [
        make_visit_fact(assessment, context),
        make_verified_fact(sum(s.verified for s in scores), sum(s.reported for s in scores), len(scores), say),
        _make_part_fact(say("fact.settled"), coverage.settled, coverage.applicable, say),
        make_conflicts_fact(len(assessment.conflicts), say),
    ]


def make_verified_fact(verified: int, reported: int, total: int, say: Translator, label: str = "fact.verified") -> Fact:
    """Return the number of verified levels, and of reported ones."""
    of = say("of", total=total)
    unit = f"{of}, {say('reported.count', count=reported)}" if reported else of
    return Fact(label=say(label), value=say.number(verified), unit=unit)


def _make_part_fact(label: str, count: int, total: int, say: Translator) -> Fact:
    return Fact(label=label, value=say.number(count), unit=say("of", total=total))


def make_visit_fact(assessment: Assessment, context: ReportContext) -> Fact:
    """Return whether a country was visited, and what other sources there are."""
    say, day = context.say, context.visited_on(assessment)
    if not assessment.visited:
        if day is None:
            return Fact(label=say("fact.visit"), value=say("fact.not_visited"))
        return Fact(label=say("fact.visit"), value=say.month(day), unit=say("fact.visited.before"))
    others = [say(f"source.{mode.value}") for mode in assessment.modes if mode is not SourceKind.VISIT]
    count = sum(source.kind is not SourceKind.VISIT for source in assessment.sources)
    unit = ", ".join(others) if len(others) < 3 else say("unit.sources", count=count)
    return Fact(label=say("fact.visit"), value=say("fact.visited"), unit=unit)


def make_total_fact(assessment: Assessment, context: ReportContext) -> list[Fact]:
    """Return the figure of the node that contains all others; none without one."""
    top = [assessment.scores[root.id] for root in context.framework.roots if root.id in assessment.scores]
    value = top[0].value if len(top) == 1 and top[0].capacity.children else None
    if value is None:
        return []
    low, high = top[0].scale.ends
    unit = context.say("of", total=f"{high:g}") if low == 0 else ""
    return [Fact(label=context.say("fact.total"), value=context.marks.figure(value), unit=unit)]


def _make_value_facts(assessment: Assessment, context: ReportContext) -> list[Fact]:
    say = context.say
    scores, coverage = assessment.indicators, assessment.coverage
    figures = sum(score.value is not None for score in scores)
    below = sum(score.target_met is False for score in scores)
    aimed = sum(score.target is not None for score in scores)
    return [
        *make_total_fact(assessment, context),
        _make_part_fact(say("fact.figures"), figures, len(scores), say),
        _make_part_fact(say("fact.answers"), coverage.answered, coverage.applicable, say),
        *([_make_part_fact(say("fact.below"), below, aimed, say)] if aimed else []),
        Fact(label=say("fact.sources"), value=say.number(len(assessment.sources))),
        make_conflicts_fact(len(assessment.conflicts), say),
    ]
