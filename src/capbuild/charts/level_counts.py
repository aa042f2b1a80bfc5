"""Bar chart of countries by level."""

from collections import Counter
from typing import TYPE_CHECKING

from capbuild.charts.cells import ScorePainter, make_painter
from capbuild.charts.theme import OUTLINE, chart_data, finish_chart, load_altair, shade_colour
from capbuild.disclosure.score_bins import find_bin
from capbuild.model import AssessmentSet, Capacity

if TYPE_CHECKING:
    import altair


def levels(assessed: AssessmentSet, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return countries per level as bars, one per indicator.

    Unverified countries are separate, and there is no mean.

    Args:
        assessed: The assessments.
        language: Language of titles: en, es, fr or nl.
    """
    draw = make_painter(assessed, language)
    nodes = assessed.framework.indicators
    rows = [row for node in nodes for row in _list_segments(draw, node)]
    order = [f"{node.id} {draw.marks.title(node)}" for node in nodes]
    base = (
        load_altair()
        .Chart(chart_data(rows))
        .encode(
            y=load_altair().Y("indicator:N", sort=order, title=None),
            tooltip=["indicator:N", "words:N", "count:Q"],
        )
    )
    bars = base.mark_bar(stroke=OUTLINE, strokeWidth=1, height=18).encode(
        x=load_altair().X(
            "start:Q", title=draw.say("col.countries"), axis=load_altair().Axis(tickMinStep=1, orient="top")
        ),
        x2="end:Q",
        color=shade_colour("shade", 0),
        strokeDash=load_altair().condition(
            "datum.shade === 0", load_altair().value([3, 3]), load_altair().value([1, 0])
        ),
    )
    letters = base.mark_text(fontSize=11).encode(x="middle:Q", text="count:Q", color=shade_colour("shade", 1))
    chart = load_altair().layer(bars, letters).resolve_scale(color="independent")
    scores = [score for one in assessed for score in one.indicators]
    notes = [draw.say.clauses(*draw.legend(scores)), draw.say("chart.levels.key")]
    title = f"{draw.say('counts.title')}, {draw.say.text(assessed.round.title)}"
    described = f"{title}. {draw.say.clauses(*(f'{n}: {_describe_chart(rows, n)}' for n in order))}."
    sized = chart.properties(width=420, height=load_altair().Step(24))
    return finish_chart(sized, title, notes, invented=assessed.invented, description=described, language=language)


def _list_segments(draw: ScorePainter, node: Capacity) -> list[dict[str, object]]:
    scores = [one.scores[node.id] for one in draw.subject if node.id in one.scores]
    counts = Counter(
        (9 if (found := draw.marks.describe_bin(find_bin(s), node))[0] is None else found[0], found[1]) for s in scores
    )
    rows: list[dict[str, object]] = []
    start = 0
    for (shade, words), count in sorted(counts.items()):
        place = {"start": start, "end": start + count, "middle": start + count / 2}
        title = f"{node.id} {draw.marks.title(node)}"
        rows.append({"indicator": title, "shade": 0 if shade == 9 else shade, "words": words, "count": count} | place)
        start += count
    return rows


def _describe_chart(rows: list[dict[str, object]], indicator: str) -> str:
    return ", ".join(f"{row['words']} {row['count']}" for row in rows if row["indicator"] == indicator)
