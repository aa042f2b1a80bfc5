"""Displays of assessments, scores, changes and the sensitivity of results."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve

from capbuild.countries.registry import country_by_code, find_code
from capbuild.disclosure.score_bins import find_bin
from capbuild.display import counted
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Change,
    ChangeCounts,
    ChangeSeries,
    CriterionResult,
    CriterionState,
    Framework,
    Missing,
    Scale,
    Score,
    Sensitivity,
    Verdict,
)
from capbuild.notebook.pages import ENGLISH, Grid, HeatCells, Lines, Page, Shown, Values, shorten
from capbuild.reports.cells import Band, Family, Heat, Style, Track, Words, list_families
from capbuild.reports.score_text import ScoreFormatter
from capbuild.reports.sections.summary import describe_doubt, describe_level_shares, describe_likely_level
from capbuild.scoring.likelihood import likely_level

#: Most cells side by side, and most criteria in a note.
_CELLS, _NAMED = 16, 2


def scale_labels(scale: Scale) -> ScoreFormatter:
    """Return labels and shades of scores on a scale."""
    return ScoreFormatter(
        framework=Framework(id="score", edition="1", title="Score", scales=[scale], roots=[]), t=ENGLISH
    )


def criterion_outcome(result: CriterionResult) -> str:
    """Return the outcome of a criterion; claims are marked."""
    if result.state is CriterionState.OPEN and result.claimed:
        return ENGLISH("answer.claimed")
    if isinstance(result.value, Verdict | Missing):
        return ENGLISH(f"answer.{result.value.name.lower()}")
    return ENGLISH.number(result.value)


def to_heat_cells(scores: Sequence[Score], marks: ScoreFormatter) -> HeatCells:
    """Return scores as cells of a heat map."""
    shown = scores[:_CELLS]
    return HeatCells(
        cells=[marks.heat(score) for score in shown],
        notes=[_describe_evidence(score, marks) for score in shown],
        more=max(len(scores) - _CELLS, 0),
    )


def _describe_evidence(score: Score, marks: ScoreFormatter) -> str:
    """Return a score with its evidence and open points."""
    open_ids = [result.target for result in score.results if result.state is CriterionState.OPEN]
    parts = [marks.title(score.capacity), f"{score.coverage} answered"]
    parts += [f"{name} {', '.join(ids[:_NAMED])}{' …' if ids[_NAMED:] else ''}"
              for name, ids in (("lacks", [*score.lacking]), ("open", open_ids)) if ids]  # fmt: skip
    findings = {finding.source for result in score.results for finding in result.findings}
    return "; ".join([*parts, counted(len(findings), "source")])


def count_verified(scores: Sequence[Score], what: str) -> str:
    """Return the numbers of verified and of reported scores."""
    reported = sum(score.reported for score in scores)
    counts = f"{ENGLISH.number(sum(score.verified for score in scores))} of {what} verified"
    return f"{counts}, {ENGLISH.number(reported)} reported" if reported else counts


def count_below_target(scores: Iterable[Score]) -> int:
    """Return the number of scores certainly below target."""
    return sum(score.target_met is False for score in scores)


#: Most rows shown.
_ROWS = 8


def show_assessment(assessment: Assessment) -> Page:
    """Return the display of an assessment."""
    scores, round_ = assessment.indicators, assessment.round
    return Page(
        title=f"{assessment.country}, {ENGLISH.text(round_.title)}",
        facts=[
            assessment.framework.key,
            ", ".join(ENGLISH(f"source.{mode.value}") for mode in assessment.modes) or "no sources",
            count_verified(scores, ENGLISH("count.indicators", count=len(scores))),
            f"as of {ENGLISH.date(round_.reference_date)}",
        ],
        blocks=[_make_dimension_grid(assessment)],
        foot=_make_assessment_foot(assessment),
    )


def _make_dimension_grid(assessment: Assessment) -> Grid:
    families = [
        (family, scores)
        for family in list_families(assessment.framework)
        if (scores := [assessment.scores[node.id] for node in family.nodes if node.id in assessment.scores])
        and not all(score.capacity.children for score in scores)
    ]
    marks = ScoreFormatter(framework=assessment.framework, t=ENGLISH)
    levels = any(score.plausible is not None for score in assessment.indicators)
    targets = any(score.target is not None for score in assessment.indicators)

    def make_row(row: tuple[Family, Sequence[Score]]) -> Values:
        family, scores = row
        settled = sum(score.coverage.settled for score in scores)
        applicable = sum(score.coverage.applicable for score in scores)
        short, met = count_below_target(scores), sum(score.target_met is True for score in scores)
        below = Words(text=ENGLISH.number(short), style=Style.LACKING if short else Style.NUMBER)
        return {
            "Dimension": marks.title(family.parent if family.parent is not None else family.nodes[0]),
            f"{ENGLISH('col.result.levels' if levels else 'col.result.values')}s": to_heat_cells(scores, marks),
            f"#{ENGLISH('col.met')}": f"{met} of {sum(score.target is not None for score in scores)}"
            if targets
            else None,
            "#Below": below if targets else None,
            f"#{ENGLISH('fact.lacking')}": sum(len(score.lacking) for score in scores) if levels else None,
            "#Settled": f"{ENGLISH.number(settled)} of {ENGLISH.number(applicable)}",
        }

    return Grid(items=families, make_row=make_row, most=_ROWS, call="rows with `.scores`")


def _make_assessment_foot(assessment: Assessment) -> list[str]:
    scores = assessment.indicators
    opened = any(score.plausible is not None and not score.plausible.settled for score in scores)
    sentences = ["1–3: not verified, L1 to L3"] if opened else []
    sentences.append("No mean and no national score")
    if not scores:
        return [*sentences, "`.scores` is empty"]
    # Show the first indicator below its target; without one, the first of all.
    asked = next((score for score in scores if score.target_met is False), scores[0])
    return [*sentences, f"`.indicators` lists all {len(scores)}", f'`["{asked.capacity.id}"]` is one of them']


def show_assessment_set(subject: AssessmentSet) -> Page:
    """Return the display of a round's assessments."""
    scores = [score for assessment in subject for score in assessment.indicators]
    visited = sum(assessment.visited for assessment in subject)
    return Page(
        title=f"{ENGLISH.text(subject.round.title)}: {counted(len(subject), 'country', 'countries')} assessed",
        facts=[
            subject.framework.key,
            f"{visited} visited in this round",
            f"{len(subject.unanswered)} not answered yet",
            f"{len(subject.unusable)} received, not usable" if subject.unusable else "",
            count_verified(scores, counted(len(scores), "figure")),
            f"as of {ENGLISH.date(subject.round.reference_date)}",
        ],
        blocks=[_make_round_grid(subject, scores)],
        foot=_make_round_foot(subject),
    )


def _make_round_grid(subject: AssessmentSet, scores: Sequence[Score]) -> Grid:
    """Return counts of levels over all countries, by dimension."""
    marks = ScoreFormatter(framework=subject.framework, t=ENGLISH)
    shades = {item.code or item.text: item.shade for item in marks.key(scores, digits=False)}
    rows: list[Values] = []
    for family in list_families(subject.framework):
        nodes = [node.id for node in family.nodes if not node.children]
        dimension_scores = [a.scores[name] for a in subject for name in nodes if name in a.scores]
        if dimension_scores:
            name = marks.title(family.parent if family.parent is not None else family.nodes[0])
            rows.append({"Figures by dimension": name, **_count_levels(dimension_scores, marks, shades)})
    return Grid(items=rows, most=_ROWS, call="dimensions in `.framework`")


def _count_levels(scores: Sequence[Score], marks: ScoreFormatter, shades: Mapping[str, int | None]) -> Values:
    counts = Counter(marks.describe_bin(find_bin(score), score.capacity)[0] for score in scores)
    met = sum(score.target_met is True for score in scores)
    aimed = sum(score.target is not None for score in scores)
    opened = counts[None]
    none = Words(text="0", style=Style.QUIET)
    return {
        **{
            f"#{code}": Heat(text=str(counts[shade]), shade=shade) if counts[shade] else none
            for code, shade in shades.items()
        },
        f"#{ENGLISH('col.not_verified')}": Heat(text=str(opened), open=True) if opened else 0,
        f"#{ENGLISH('col.met')}": f"{ENGLISH.number(met)} of {ENGLISH.number(aimed)}" if aimed else "–",
    }


def _make_round_foot(subject: AssessmentSet) -> list[str]:
    sentences = ["Countries are not averaged and not ranked"]
    if subject.unanswered:
        sentences.append("`.unanswered` names those that have not answered yet")
    if subject.unusable:
        sentences.append("`.unusable` gives the reason for each return that cannot be used")
    if subject.assessments:
        return [*sentences, f'`["{subject.assessments[0].country.name}"]` is one country']
    return [*sentences, "`.assessments` is empty"]


#: Most criteria shown.
_SHOWN = 3


def show_score(score: Score) -> Page:
    """Return the display of a score."""
    marks = scale_labels(score.scale)
    place = score.findings[0].country.name if score.findings else ""
    profile = bool(score.capacity.children) and score.plausible is None and score.value is None
    lead = Words(text=str(score)) if profile else marks.result_cell(score)
    return Page(
        title=", ".join(filter(None, [ENGLISH.text(score.capacity.title), place])),
        lead=lead,
        head=() if profile else _list_head(score),
        blocks=_list_deciding_criteria(score),
        foot=[
            *_list_uncertainty_lines(score),
            *_list_source_lines(score, profile=profile),
            "`.explain()` walks back to the cells",
        ],
    )


def _list_head(score: Score) -> list[Shown]:
    marks = scale_labels(score.scale)
    drawn = marks.track(score)
    if isinstance(drawn, Track | Band):
        # The text next to the drawing gives the target and the claim.
        drawn = evolve(drawn, note="")
    cells: list[Shown] = [drawn, Words(text=marks.t.clauses(marks.next_step(score), marks.waiting(score)))]
    if score.target is not None:
        gap = marks.gap(score)
        target = ENGLISH("track.target", level=marks.target(score))
        cells.append(Words(text=f"{target}: {gap.text}", style=gap.style))
    return cells


def _list_deciding_criteria(score: Score) -> list[Lines]:
    """Return the criteria that are lacking for the target.

    Without any, these are the criteria that decide between the levels still open.
    """
    wanted = score.lacking or score.deciding or score.open
    results = {result.target: result for result in score.results}
    texts = {c.id: ENGLISH.text(c.text) for c in score.capacity.criteria}
    deciding = [name for name in wanted if name in results]
    lines = [
        Words(before=name, text=shorten(texts.get(name, "")), after=criterion_outcome(results[name]))
        for name in deciding[:_SHOWN]
    ]
    if len(deciding) > _SHOWN:
        lines.append(Words(text=f"and {ENGLISH.number(len(deciding) - _SHOWN)} more", style=Style.QUIET))
    return [Lines(lines=lines)]


def _list_uncertainty_lines(score: Score) -> list[str]:
    """Yield level probabilities, sources of doubt, and the target's probability."""
    marks = scale_labels(score.scale)
    lines = []
    if likely_level(score.plausible) is not None:
        lines.append(f"{describe_likely_level(score, marks)} ({describe_level_shares(score, marks)})")
    elif score.interval is not None:
        lines.append(describe_likely_level(score, marks))
    if not lines:
        return []
    if doubt := describe_doubt(score, ENGLISH):
        lines.append(f"in doubt for {doubt}")
    if score.below_target is not None and 0 < score.below_target < 1:
        lines.append(f"target missed with {ENGLISH.percent(score.below_target)} probability")
    return lines


def _list_source_lines(score: Score, *, profile: bool) -> list[str]:
    """Return lines on the sources of a score.

    They give the number of answers and sources, whether sources agree, and claims beyond the result.
    """
    marks, coverage = scale_labels(score.scale), score.coverage
    lines = []
    if profile or score.plausible is not None:  # a value has this next to its drawing
        lines.append(
            f"{ENGLISH.number(coverage.answered)} of {counted(coverage.applicable, 'criterion', 'criteria')} answered"
        )
    sources = len({finding.source for finding in score.findings})
    if sources:
        differ = len(score.conflicts)
        agree = f"disagree on {ENGLISH.number(differ)}" if differ else "agree" if sources > 1 else ""
        lines.append(f"{counted(sources, 'source')} {agree}".rstrip())
    if score.claimed is not None:
        lines.append(f"{ENGLISH('claimed')} {marks.code(score.scale, score.claimed)}")
    if any(result.state is CriterionState.NOT_APPLICABLE for result in score.results):
        lines.append("what cannot apply is left out")
    return [ENGLISH("rule.profile"), *lines] if profile else lines


#: Most countries shown.
_COUNTRIES = 6
#: Count columns, with their headers; causes through which nothing moved are left out.
_COLUMNS = {
    "gained": "Gained",
    "lost": "Lost",
    "uncertain": "Uncertain",
    "source": "Source",
    "respondents": "Respondents",
    "method": "Rules",
    "framework": "Wording",
    "newly_observed": "New",
    "no_longer_observed": "Gone",
    "risen": "Levels up",
    "fallen": "Levels down",
}
_CAUSES = ("source", "respondents", "method", "framework")
#: Counts of criteria, left out where only levels moved; the counts of levels are in the summary only there.
_OF_CRITERIA, _OF_LEVELS = ("gained", "lost", "uncertain", "other_causes"), ("risen", "fallen")
#: Counts in the summary above the table, in words of one and of several.
_FACTS = {
    "risen": ("level up", "levels up"),
    "fallen": ("level down", "levels down"),
    "gained": ("gained", "gained"),
    "lost": ("lost", "lost"),
    "uncertain": ("uncertain", "uncertain"),
    "other_causes": ("other cause", "other causes"),
    "newly_observed": ("newly observed", "newly observed"),
    "no_longer_observed": ("no longer observed", "no longer observed"),
}
_FOOT = [
    "Gained and lost are like for like and reliable; nothing else shows progress",
    "Uncertain is no surer than answers given anew; source, respondents, rules and wording moved because those differ",
]
_FOOT_LEVELS = "Levels up and down are like for like and reliable; nothing else shows progress"


def show_change(change: Change | ChangeSeries) -> Page:
    """Return the display of a change or series."""
    if isinstance(change, ChangeSeries):
        return _make_series_page(change)
    return Page(
        title=f"From {change.before} to {change.after}",
        facts=_list_facts(change),
        blocks=[_make_country_grid(change)],
        foot=_make_change_foot(change),
    )


def _list_facts(change: Change) -> list[Words | str]:
    share = ENGLISH.number(round(100 * max(change.comparable, 0.0)))
    counts = change.counts()
    others = _OF_CRITERIA if counts.only_levels else _OF_LEVELS
    facts = {
        name: Words(
            text=counted(getattr(counts, name), *words),
            style=Style.LACKING if name in ("lost", "fallen") and getattr(counts, name) else Style.PLAIN,
        )
        for name, words in _FACTS.items()
        if name not in others
    }
    return [
        f"{counted(len(change.matched), 'country', 'countries')} compared",
        f"{ENGLISH.number(len(change.unmatched))} not compared" if change.unmatched else "",
        f"the editions share {share} % of their capacities" if change.comparable < 1 else "",
        *facts.values(),
    ]


def _list_cells(counts: ChangeCounts, *, only_levels: bool) -> Values:
    hidden = (*_CAUSES, *(_OF_CRITERIA if only_levels else ()))
    return {f"#{header}": getattr(counts, name) or (None if name in hidden else 0) for name, header in _COLUMNS.items()}


def _make_country_grid(change: Change) -> Grid:
    """Return a row per country: moved criteria and changed levels."""
    names = {code: country_by_code(code).name if find_code(code) else code for code in change.matched}
    only_levels = change.counts().only_levels
    return Grid(
        items=sorted(change.matched, key=lambda code: ENGLISH.sorted_as(str(names[code]))),
        make_row=lambda code: {
            ENGLISH("col.country"): names[code],
            **_list_cells(change.counts([code]), only_levels=only_levels),
        },
        most=_COUNTRIES,
        call="with `.criteria`",
        noun=("country", "countries"),
    )


def _make_change_foot(change: Change) -> list[str]:
    sentences = [_FOOT_LEVELS] if change.counts().only_levels else [*_FOOT]
    if change.unmatched:
        sentences.append("`.unmatched` gives the reasons why some were not compared")
    return [*sentences, "`.criteria` lists every move, `.capacities` the levels"]


def _make_series_page(series: ChangeSeries) -> Page:
    """Return the display of a series, a row per step."""
    only_levels = all(change.counts().only_levels for change in series.changes)
    rows = [
        {
            "Rounds": f"{change.before} to {change.after}",
            "#Countries": len(change.matched),
            **_list_cells(change.counts(), only_levels=only_levels),
        }
        for change in series.changes
    ]
    return Page(
        title=f"From {series.rounds[0]} to {series.rounds[-1]}",
        facts=[counted(len(series.rounds), "round")],
        blocks=[Grid(items=rows)],
        foot=[*_FOOT, "The steps do not add up to the whole", "`.steps` and `.whole` are changes"],
    )


def show_sensitivity(sensitivity: Sensitivity) -> Page:
    """Return the display of a sensitivity analysis."""
    rows: list[Values] = [
        {
            "Assumption": "" if position else effect.assumption.value.capitalize(),
            "#Share": "" if position else ENGLISH.percent(effect.share),
            "With": alternative.name,
            "#Results moved": alternative.moved,
            "#Mean distance": ENGLISH.decimal(alternative.distance, 3),
        }
        for effect in sensitivity
        for position, alternative in enumerate(effect.alternatives)
    ]
    return Page(
        title=f"Sensitivity of {counted(sensitivity.results, 'result')}, {sensitivity.round}",
        facts=["one assumption changed at a time"],
        blocks=[Grid(items=rows)],
        foot=[
            "A share is that of all squared distances",
            "Distances go from 0 to 1: of the probability to meet the target, or on the scale where there is none",
            "`.effects` has them",
        ],
    )
