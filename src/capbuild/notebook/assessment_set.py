"""Display of a round: levels counted by dimension."""

from collections import Counter
from collections.abc import Sequence

from capbuild.disclosure.score_bins import find_bin
from capbuild.display import counted
from capbuild.model import AssessmentSet, Score
from capbuild.notebook.pages import SAY, Column, Grid, Page, Shown, count_text, is_invented
from capbuild.notebook.scoring import count_verified
from capbuild.reports.cells import Heat, Style, Words, list_families
from capbuild.reports.score_text import ScoreFormatter

#: Most rows shown.
_ROWS = 8


def page(subject: AssessmentSet) -> Page:
    """Return the display of a round's assessments."""
    scores = [score for assessment in subject for score in assessment.indicators]
    visited = sum(assessment.visited for assessment in subject)
    return Page(
        title=f"{SAY.text(subject.round.title)}: {counted(len(subject), 'country', 'countries')} assessed",
        facts=[
            Words(text=subject.framework.key),
            Words(text=f"{visited} visited in this round"),
            Words(text=f"{len(subject.unanswered)} not answered yet"),
            *([Words(text=f"{len(subject.unusable)} received, not usable")] if subject.unusable else []),
            Words(text=count_verified(scores, counted(len(scores), "figure"))),
            Words(text=f"as of {SAY.date(subject.round.reference_date)}"),
        ],
        blocks=_list_grids(subject, scores),
        foot=_make_foot(subject),
        invented=is_invented(subject),
    )


def _list_grids(subject: AssessmentSet, scores: Sequence[Score]) -> list[Grid]:
    """Return counts of levels over all countries, a row per dimension."""
    marks = ScoreFormatter(framework=subject.framework, say=SAY)
    key = marks.key(scores, digits=False)
    columns = [Column(head="Figures by dimension")]
    columns += [Column(head=item.code or item.text, number=True) for item in key]
    columns += [Column(head=SAY("col.not_verified"), number=True), Column(head=SAY("col.met"), number=True)]
    rows: list[tuple[Shown, ...]] = []
    for family in list_families(subject.framework):
        nodes = [node.id for node in family.nodes if not node.children]
        found = [a.scores[name] for a in subject for name in nodes if name in a.scores]
        if found:
            name = marks.title(family.parent if family.parent is not None else family.nodes[0])
            rows.append((Words(text=name), *_list_counts(found, marks, [item.shade for item in key])))
    more = f"{SAY.number(len(rows) - _ROWS)} more dimensions in `.framework`" if len(rows) > _ROWS else ""
    return [Grid(columns=columns, rows=rows[:_ROWS], more=more)] if rows else []


def _list_counts(scores: Sequence[Score], marks: ScoreFormatter, shades: Sequence[int | None]) -> list[Shown]:
    counts = Counter(marks.describe_bin(find_bin(score), score.capacity)[0] for score in scores)
    met = sum(score.target_met is True for score in scores)
    aimed = sum(score.target is not None for score in scores)
    opened = counts[None]
    target = Words(text=f"{SAY.number(met)} of {SAY.number(aimed)}" if aimed else "–", style=Style.NUMBER)
    cells: list[Shown] = [_count(counts[shade], shade) for shade in shades]
    return [*cells, Heat(text=str(opened), open=True) if opened else count_text(0), target]


def _count(count: int, shade: int | None) -> Shown:
    return Heat(text=str(count), shade=shade) if count else Words(text="0", style=Style.QUIET)


def _make_foot(subject: AssessmentSet) -> list[str]:
    sentences = ["Countries are not averaged and not ranked"]
    if subject.unanswered:
        sentences.append("`.unanswered` names those that have not answered yet")
    if subject.unusable:
        sentences.append("`.unusable` says why what others sent cannot be used")
    if subject.assessments:
        return [*sentences, f'`["{subject.assessments[0].country.name}"]` is one country']
    return [*sentences, "`.assessments` is empty"]
