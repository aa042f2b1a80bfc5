"""Summary of a round in figures."""

from collections import Counter
from collections.abc import Iterator
from statistics import median

from capbuild.display import counted
from capbuild.model import (
    AssessmentSet,
    Capacity,
    Change,
    ChangeCounts,
    Missing,
    Plan,
    Scale,
    SourceKind,
    UnusedResponses,
)
from capbuild.workspace.paths import name_return
from capbuild.workspace.rounds.collection import Collection
from capbuild.workspace.runs.run_record import RoundSummary, Row

#: Notes on figures in which no missing answer counts as 0.
_NO_ZEROS = "No missing answer is taken for zero."


def summarise(
    collection: Collection,
    assessed: AssessmentSet,
    change: Change | None = None,
    plan: Plan | None = None,
    *,
    whole: Change | None = None,
) -> RoundSummary:
    """Summarise a round, its changes and its plan."""
    columns, rows, note = _make_figures(assessed, change)
    why, sources = assessed.unusable, collection.sources
    files = {name_return(reading.file) for reading in collection.readings}
    answered = {f.country.alpha_2 for f in collection.findings if not isinstance(f.value, Missing)}
    return RoundSummary(
        round=assessed.round.id,
        title=str(assessed.round.title),
        heard=sorted(answered),
        named=sorted({f.country.alpha_2 for f in collection.findings}),
        unanswered=[country.name for country in assessed.unanswered],
        unusable=[(c.name, why[c.alpha_2].value) for c in assessed.silent if c.alpha_2 in why],
        unused=[
            (
                f"{unused.file}, {_count_unused(unused)}"
                f"{': ' if unused.places else ''}{', '.join(map(repr, unused.places))}",
                unused.reason.value,
            )
            for unused in assessed.unused
        ],
        files=len(collection.readings),
        # Tables of judgements, which are no responses in survey files.
        tables=sum(
            source.kind is SourceKind.SURVEY and source.id.rpartition("#")[0] not in files for source in sources
        ),
        reviews=sum(source.kind is SourceKind.DESK for source in sources),
        visits=len(collection.visits),
        meetings=len(collection.meetings),
        assessments=len(assessed),
        indicators=sum(len(assessment.indicators) for assessment in assessed),
        headers=columns,
        rows=rows,
        note=note,
        change=" ".join(
            describe_change(part, judged=not assessed.framework.criteria)
            for part in (change, whole)
            if part is not None
        ),
        plan="" if plan is None else _describe_plan(plan),
    )


def _describe_plan(plan: Plan) -> str:
    """Describe the plan and its quality.

    The text says that nothing is achieved yet.
    """
    seats = sum(sum(activity.seats.values()) for activity in plan.activities)
    limits = plan.limits
    start = f"{limits.start:%Y-%m}" if limits.start is not None else f"{plan.activities[0].start:%Y-%m}"
    text = (
        f"Plan from {start}, {counted(limits.months, 'month')}: {counted(len(plan.activities), 'session')}, "
        f"{counted(seats, 'seat')}, "
        f"{plan.cost} of {limits.budget}, worth {plan.value:,.1f}"
    )
    if plan.bound is not None and plan.gap is not None:
        text += f" of at most {plan.bound:,.1f} ({plan.gap:.1%} below the bound)"
    return f"{text}; {plan.stopped.value}. It addresses needs; only a new finding meets one. {plan.notice}".rstrip()


def _count_unused(unused: UnusedResponses) -> str:
    if unused.waiting:
        return counted(len(unused.waiting), "question")
    return counted(unused.responses, "response")


def describe_change(change: Change, *, judged: bool = False) -> str:
    """Describe like-for-like changes, and changes that are not progress.

    Args:
        change: The changes.
        judged: Whether the framework judges its indicators as a whole, without criteria.
    """
    counts = change.counts()
    where = f"{counted(len(change.matched), 'country', 'countries')} in both"
    if judged:
        text = f"{where}: {_describe_judged(change, counts)}"
    elif change.like_for_like or not change.capacities:
        same, observed = sum(change.like_for_like.values()), sum(change.observed.values())
        text = (
            f"{where}: of {counted(observed, 'criterion', 'criteria')} observed twice, {same:,} like for like, "
            f"{counts.gained:,} gained and {counts.lost:,} lost"
        )
        others = [f"{counts.uncertain:,} like for like but no surer than answers given anew"]
        causes = {
            "judged by another kind of source": counts.source,
            "by other respondents": counts.respondents,
            "by other rules of scoring": counts.method,
            "by other words of the criterion": counts.framework,
        }
        others += [f"{count:,} {why}" for why, count in causes.items() if count]
        others += [f"{counts.newly_observed:,} newly observed", f"{counts.no_longer_observed:,} no longer observed"]
        moves = f"levels and values: {counts.risen:,} up and {counts.fallen:,} down"
        text = f"{text}; {moves}. No progress: {', '.join(others)}"
    else:
        text = f"{where}: like for like and beyond the noise, {counts.risen:,} figures up and {counts.fallen:,} down"
    if change.earlier_framework is not None:
        text = (
            f"{change.earlier_framework} read as {change.framework} through a crosswalk: "
            f"{change.comparable:.0%} of both is comparable. {text}"
        )
    return f"Since {change.before}, {text}."


def _describe_judged(change: Change, counts: ChangeCounts) -> str:
    """Describe the moves of indicators judged as a whole."""
    same, observed = sum(change.like_for_like.values()), sum(change.observed.values())
    return (
        f"of {counted(observed, 'indicator')} judged in both rounds, {same:,} like for like; levels and values: "
        f"{counts.risen:,} up and {counts.fallen:,} down. No progress: {counts.other_levels:,} moved through another "
        f"cause, {counts.newly_observed:,} newly observed, {counts.no_longer_observed:,} no longer observed"
    )


def _make_figures(assessed: AssessmentSet, change: Change | None) -> tuple[Row, tuple[Row, ...], str]:
    """Make the table: level counts by dimension, or value ranges."""
    if not len(assessed):
        return (), (), ""
    scale = assessed.framework.scales[0]
    columns: Row
    if any(score.value is not None for assessment in assessed for score in assessment):
        columns, rows = ("Capacity", "lowest", "median", "highest", "countries"), tuple(_make_value_rows(assessed))
        zeros = sum(len(score.counted_as_zero) for assessment in assessed for score in assessment.indicators)
        end = f"The framework’s rule counts {counted(zeros, 'missing answer')} as 0." if zeros else _NO_ZEROS
    else:
        codes = (level.code for level in scale.levels)
        moves = () if change is None else (("gained", "lost") if assessed.framework.criteria else ("up", "down"))
        columns = ("Dimension", *codes, "not verified", "target met", "in conflict", *moves)
        rows, end = tuple(_make_level_rows(assessed, scale, change)), "Counts of indicators. No mean is formed."
    invented = " Answers are invented." if assessed.invented else ""
    return columns, rows, f"{assessed.round.title}, {counted(len(assessed), 'country', 'countries')}. {end}{invented}"


def _count_moves(change: Change | None, node: Capacity) -> Iterator[str]:
    """Count a dimension's reliable like-for-like gains and losses."""
    if change is not None:
        own = [name for leaf in node.leaves for name in (leaf.id, *(c.id for c in leaf.criteria))]
        counts = change.counts(capacities=own)
        direct = not any(leaf.criteria for leaf in node.leaves)
        yield from map(str, (counts.risen, counts.fallen) if direct else (counts.gained, counts.lost))


def _make_level_rows(assessed: AssessmentSet, scale: Scale, change: Change | None) -> Iterator[Row]:
    """Yield a row per dimension: levels, open indicators, targets met."""
    for root in assessed.framework.dimensions:
        scores = [assessment[leaf.id] for assessment in assessed for leaf in root.leaves if leaf.id in assessment]
        settled = Counter(s.level for s in scores if s.plausible is not None and s.plausible.settled)
        open_ = sum(s.applies and not s.settled for s in scores)
        judged = [s.target_met for s in scores if s.target_met is not None]
        yield (
            str(root.title),
            *(str(settled[level.order]) for level in scale.levels),
            str(open_),
            f"{sum(judged)} of {len(judged)}" if judged else "",
            str(sum(len(s.conflicts) for s in scores)),
            *_count_moves(change, root),
        )


def _make_value_rows(assessed: AssessmentSet) -> Iterator[Row]:
    """Yield a row per valued capacity: lowest, median, highest, count."""
    for node in assessed.framework.walk():
        if not node.children:
            continue
        values = sorted(v for a in assessed if (v := a[node.id].value) is not None)
        if values:
            yield (str(node), *(f"{v:g}" for v in (values[0], median(values), values[-1])), str(len(values)))
