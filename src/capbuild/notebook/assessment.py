"""Display of an assessment: dimensions by indicators."""

from collections.abc import Sequence

from capbuild.model import Assessment, Score
from capbuild.notebook.pages import SAY, Column, Grid, Page, Shown, count_text, is_invented
from capbuild.notebook.scoring import count_below_target, count_verified, to_heat_cells
from capbuild.reports.cells import Family, Style, Words, list_families
from capbuild.reports.score_text import ScoreFormatter

#: Most rows shown.
_ROWS = 8


def page(assessment: Assessment) -> Page:
    """Return the display of an assessment."""
    scores, round_ = assessment.indicators, assessment.round
    return Page(
        title=f"{assessment.country}, {SAY.text(round_.title)}",
        facts=[
            Words(text=assessment.framework.key),
            Words(text=", ".join(SAY(f"source.{mode.value}") for mode in assessment.modes) or "no sources"),
            Words(text=count_verified(scores, SAY("count.indicators", count=len(scores)))),
            Words(text=f"as of {SAY.date(round_.reference_date)}"),
        ],
        blocks=_list_grids(assessment),
        foot=_make_foot(assessment),
        invented=is_invented(assessment),
    )


def _list_grids(assessment: Assessment) -> list[Grid]:
    rows = [
        (family, scores)
        for family in list_families(assessment.framework)
        if (scores := [assessment.scores[node.id] for node in family.nodes if node.id in assessment.scores])
        and not all(score.capacity.children for score in scores)
    ]
    if not rows:
        return []
    levels = any(score.plausible is not None for score in assessment.indicators)
    targets = any(score.target is not None for score in assessment.indicators)
    marks = ScoreFormatter(framework=assessment.framework, say=SAY)
    columns = [Column(head="Dimension"), Column(head=f"{SAY('col.result.levels' if levels else 'col.result.values')}s")]
    if targets:
        columns += [Column(head=SAY("col.met"), number=True), Column(head="Below", number=True)]
    if levels:
        columns.append(Column(head=SAY("fact.lacking"), number=True))
    columns.append(Column(head="Settled", number=True))
    more = f"{SAY.number(len(rows) - _ROWS)} more rows with `.scores`" if len(rows) > _ROWS else ""
    drawn = [
        _make_dimension_row(family, scores, marks, levels=levels, targets=targets) for family, scores in rows[:_ROWS]
    ]
    return [Grid(columns=columns, rows=drawn, more=more)]


def _make_dimension_row(
    family: Family, scores: Sequence[Score], marks: ScoreFormatter, *, levels: bool, targets: bool
) -> tuple[Shown, ...]:
    settled = sum(score.coverage.settled for score in scores)
    applicable = sum(score.coverage.applicable for score in scores)
    name = marks.title(family.parent if family.parent is not None else family.nodes[0])
    cells: list[Shown] = [Words(text=name), to_heat_cells(scores, marks)]
    if targets:
        short = count_below_target(scores)
        met = sum(score.target_met is True for score in scores)
        aimed = sum(score.target is not None for score in scores)
        style = Style.LACKING if short else Style.NUMBER
        cells += [Words(text=f"{met} of {aimed}"), Words(text=SAY.number(short), style=style)]
    if levels:
        cells.append(count_text(sum(len(score.lacking) for score in scores)))
    return (*cells, Words(text=f"{SAY.number(settled)} of {SAY.number(applicable)}", style=Style.NUMBER))


def _make_foot(assessment: Assessment) -> list[str]:
    scores = assessment.indicators
    opened = any(score.plausible is not None and not score.plausible.settled for score in scores)
    sentences = ["1–3: not verified, L1 to L3"] if opened else []
    sentences.append("No mean and no national score")
    if not scores:
        return [*sentences, "`.scores` is empty"]
    # Show the first indicator below its target; without one, the first of all.
    asked = next((score for score in scores if score.target_met is False), scores[0])
    return [*sentences, f"`.indicators` lists all {len(scores)}", f'`["{asked.capacity.id}"]` is one of them']
