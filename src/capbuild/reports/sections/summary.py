"""Lead, facts and uncertainty of a country profile."""

from collections.abc import Iterable

from capbuild.model import Assessment, Score, SourceKind
from capbuild.reports.cells import DASH, Lines, Style, Words, list_families
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.i18n import Translator
from capbuild.reports.model import Fact, Paragraph, ReportSection
from capbuild.reports.score_text import ScoreFormatter
from capbuild.scoring.likelihood import LEAST, Likelihood, likely_level


def has_levels(assessment: Assessment) -> bool:
    """True if indicators have levels rather than values."""
    return any(score.plausible is not None for score in assessment.indicators)


def is_visit_needed(assessment: Assessment) -> bool:
    """True if unvisited in this round with open points."""
    return not assessment.visited and not all(score.settled or not score.applies for score in assessment.indicators)


def write_country_lead(assessment: Assessment, context: ReportContext) -> str:
    """Write the lead of a profile without advice."""
    t, coverage = context.t, assessment.coverage
    if not has_levels(assessment):
        return _write_value_lead(assessment, context)
    parts = [_write_verified_lead(assessment, t)]
    if coverage.applicable:
        total = t("count.criteria", count=coverage.applicable)
        parts.append(t("lead.settled", count=coverage.settled, total=total))
    return " ".join([*parts, t("lead.conflicts", count=len(assessment.conflicts))])


def _write_verified_lead(assessment: Assessment, t: Translator) -> str:
    scores = assessment.indicators
    verified, reported = sum(score.verified for score in scores), sum(score.reported for score in scores)
    total, text = t("count.indicators", count=len(scores)), t("reported.clause", count=reported)
    return t("lead.verified", count=verified, total=total, reported=text)


def order_value(score: Score) -> tuple[float, float, float]:
    """Return the key that orders figures by value and interval."""
    value, ends = score.value or 0.0, score.interval
    return (value, value, value) if ends is None else (value, ends.lower, ends.upper)


def _write_value_lead(assessment: Assessment, context: ReportContext) -> str:
    t, marks = context.t, context.marks
    scores = [score for score in assessment.indicators if score.value is not None]
    if not scores:
        return t("lead.no_value")
    high, low = max(scores, key=order_value), min(scores, key=order_value)
    ends = t(
        "lead.values",
        high=marks.title(high.capacity),
        high_value=marks.result(high),
        low=marks.title(low.capacity),
        low_value=marks.result(low),
    )
    total = t("count.indicators", count=len(assessment.indicators))
    return f"{t('lead.figures', count=len(scores), total=total)} {ends} {t('lead.left_out')}"


def make_conflicts_fact(count: int, t: Translator) -> Fact:
    """Return on how many criteria sources differ."""
    return Fact(label=t("fact.conflicts"), value=t.number(count), unit=t("unit.criteria", count=count))


def make_country_facts(assessment: Assessment, context: ReportContext) -> list[Fact]:
    """Return the facts of a profile without advice."""
    if not has_levels(assessment):
        return _make_value_facts(assessment, context)
    t, scores, coverage = context.t, assessment.indicators, assessment.coverage
    return [
        make_visit_fact(assessment, context),
        make_verified_fact(sum(s.verified for s in scores), sum(s.reported for s in scores), len(scores), t),
        _make_part_fact(t("fact.settled"), coverage.settled, coverage.applicable, t),
        make_conflicts_fact(len(assessment.conflicts), t),
    ]


def make_verified_fact(verified: int, reported: int, total: int, t: Translator, label: str = "fact.verified") -> Fact:
    """Return the number of verified levels, and of reported ones."""
    of = t("of", total=total)
    unit = t.listed(of, t("reported.count", count=reported) if reported else "")
    return Fact(label=t(label), value=t.number(verified), unit=unit)


def _make_part_fact(label: str, count: int, total: int, t: Translator) -> Fact:
    return Fact(label=label, value=t.number(count), unit=t("of", total=total))


def make_visit_fact(assessment: Assessment, context: ReportContext) -> Fact:
    """Make the fact on a country's visit and other sources."""
    t, day = context.t, context.visited_on(assessment)
    if not assessment.visited:
        if day is None:
            return Fact(label=t("fact.visit"), value=t("fact.not_visited"))
        return Fact(label=t("fact.visit"), value=t.month(day), unit=t("fact.visited.before"))
    others = [t(f"source.{mode.value}") for mode in assessment.modes if mode is not SourceKind.VISIT]
    count = sum(source.kind is not SourceKind.VISIT for source in assessment.sources)
    unit = ", ".join(others) if len(others) < 3 else t("unit.sources", count=count)
    return Fact(label=t("fact.visit"), value=t("fact.visited"), unit=unit)


def make_total_fact(assessment: Assessment, context: ReportContext) -> list[Fact]:
    """Make the fact on the total figure.

    This is the figure of the node above all others. The result is empty if there is none.
    """
    top = [assessment.scores[root.id] for root in context.framework.roots if root.id in assessment.scores]
    value = top[0].value if len(top) == 1 and top[0].capacity.children else None
    if value is None:
        return []
    (low, high), marks, ends = top[0].scale.ends, context.marks, top[0].interval
    unit = [context.t("of", total=f"{high:g}")] if low == 0 else []
    if ends is not None and not top[0].settled:
        unit.append(f"{marks.figure(ends.lower)}–{marks.figure(ends.upper)}")
    return [Fact(label=context.t("fact.total"), value=marks.figure(value), unit="; ".join(unit))]


def _make_value_facts(assessment: Assessment, context: ReportContext) -> list[Fact]:
    t = context.t
    scores, coverage = assessment.indicators, assessment.coverage
    figures = sum(score.value is not None for score in scores)
    below = sum(score.target_met is False for score in scores)
    aimed = sum(score.target is not None for score in scores)
    return [
        *make_total_fact(assessment, context),
        _make_part_fact(t("fact.figures"), figures, len(scores), t),
        _make_part_fact(t("fact.answers"), coverage.answered, coverage.applicable, t),
        *([_make_part_fact(t("fact.below"), below, aimed, t)] if aimed else []),
        Fact(label=t("fact.sources"), value=t.number(len(assessment.sources))),
        make_conflicts_fact(len(assessment.conflicts), t),
    ]


#: A share of the doubt that is worth a word, and a probability of a level.
_WORTH, _WORTH_A_LEVEL = 0.05, 0.005


def build_uncertainty_section(assessment: Assessment, context: ReportContext) -> ReportSection | None:
    """Build "How sure this is".

    The result is None if nothing is in doubt, or nothing could be estimated. Probabilities are estimated from the
    answers of all countries and would reveal those not named, so an audience that may not see every country gets none.
    """
    t = context.t
    if context.disclosure.pooled:
        return None
    doubtful = [score for score in _list_scores(assessment, context) if _is_estimated(score)]
    if not doubtful:
        return None
    stairs = has_levels(assessment)
    rows = [_make_score_row(score, assessment, context, stairs=stairs) for score in doubtful]
    caption = t("caption.sureness" if stairs else "caption.sureness.values")
    seen, day = "visited" if assessment.visited else "unvisited", context.visited_on(assessment)
    strong = t(f"sure.{seen}.strong")
    if day is not None and not assessment.visited:
        strong = t("sure.visited_before.strong", month=t.month(day, long=True))
    note = Paragraph(note=True, strong=strong, text=t(f"sure.{seen}"))
    shares = {"likely": t.percent(LEAST[Likelihood.LIKELY]), "very": t.percent(LEAST[Likelihood.VERY_LIKELY])}
    lead = t("sure.lead" if stairs else "sure.lead.values", count=len(doubtful), **shares)
    figure = context.table("sureness", rows, caption=caption)
    return context.section("sureness", 375, figure, note, title=t("sure.title"), lead=lead)


def _list_scores(assessment: Assessment, context: ReportContext) -> Iterable[Score]:
    """Return indicators with levels and nodes with figures, in order."""
    for family in list_families(context.framework):
        nodes = [family.parent, *family.nodes] if family.parent is not None else family.nodes
        yield from (assessment.scores[node.id] for node in nodes if node.id in assessment.scores)


def _is_estimated(score: Score) -> bool:
    if score.plausible is not None:
        return likely_level(score.plausible) is not None
    return score.interval is not None and bool(score.capacity.children)


def describe_likely_level(score: Score, marks: ScoreFormatter) -> str:
    """Return "likely L2, 72%", or a figure's range.

    A note says so if no level is likely. The result is empty without an estimate.
    """
    t = marks.t
    level = likely_level(score.plausible)
    if level is not None:
        if level.word is Likelihood.UNSURE:
            return t("likely.none")
        code = marks.code(score.scale, level.order)
        return t(f"likely.{level.word.name.lower()}", level=code, share=t.share(level.probability))
    interval = score.interval
    if interval is None:
        return ""
    low, high = marks.figure(interval.lower), marks.figure(interval.upper)
    if interval.nominal is None:
        return t("likely.assumed", low=low, high=high)
    return t("likely.interval", low=low, high=high, share=t.share(interval.nominal))


def describe_level_shares(score: Score, marks: ScoreFormatter) -> str:
    """Return level probabilities, such as "L1 8%, L2 72%".

    Unlikely levels are left out. The result is empty if the probabilities are unknown.
    """
    if score.plausible is None:
        return ""
    return ", ".join(
        f"{marks.code(score.scale, order)} {marks.t.share(share)}"
        for order, share in score.plausible.probabilities.items()
        if share >= _WORTH_A_LEVEL
    )


def describe_doubt(score: Score, t: Translator) -> str:
    """Return causes of doubt, such as "missing answers 80%".

    Small causes are left out.
    """
    ordered = sorted(score.shares.items(), key=lambda item: -item[1])
    return ", ".join(f"{_name_doubt(name, t)} {t.share(share)}" for name, share in ordered if share >= _WORTH)


def _name_doubt(name: str, t: Translator) -> str:
    """Return the label of a cause of doubt, or name."""
    key = f"doubt.{name}"
    return t(key) if key in t.messages else name


def _make_score_row(score: Score, assessment: Assessment, context: ReportContext, *, stairs: bool) -> Values:
    t, marks = context.t, context.marks
    likely = Words(text=describe_likely_level(score, marks), style=Style.STRONG if _is_likely(score) else Style.OPEN)
    each = describe_level_shares(score, marks)
    known = score.below_target is not None and score.target is not None
    return {
        "col.indicator": Words(before=score.capacity.id, text=marks.title(score.capacity)),
        "likely=col.likely" if stairs else "likely=col.interval": Lines(
            lines=[likely, Words(text=each, style=Style.QUIET)]
        )
        if each
        else likely,
        "col.below": t.share(score.below_target or 0.0) if known else DASH,
        "col.doubt": describe_doubt(score, t) or DASH,
        "col.rests": _list_respondents(score, assessment, context) if context.disclosure.sources else None,
    }


def _is_likely(score: Score) -> bool:
    level = likely_level(score.plausible)
    return level is not None and level.word is not Likelihood.UNSURE


def _list_respondents(score: Score, assessment: Assessment, context: ReportContext) -> str:
    """List the respondents behind a score and its parts."""
    findings = list(score.findings)
    for leaf in score.capacity.leaves:
        if leaf.id in assessment.scores:
            findings += assessment.scores[leaf.id].findings
    sources = (assessment.source_by_id.get(finding.source) for finding in findings)
    names = dict.fromkeys(context.source(source) for source in sources if source is not None)
    return context.t.clauses(*names) or "–"
