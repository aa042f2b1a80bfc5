"""One capacity over all countries: what is confirmed, and the range of what is not."""

from statistics import median
from typing import TYPE_CHECKING, Any

from capbuild.charts.cells import Drawer, drawer, ends, point
from capbuild.charts.theme import ACCENT, OUTLINE, QUIET, alt, finished, shaded, table
from capbuild.charts.tile_map import capacity_named
from capbuild.model import Assessment, AssessmentSet, Capacity

if TYPE_CHECKING:
    import altair

__all__ = ["ranges"]


def ranges(assessed: AssessmentSet, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a row a country in alphabetical order: a mark where the figure is known, a band where it is open.

    The dashed line is the median of values; levels have none, since a mean or median of steps is not a step.

    Args:
        assessed: The assessments.
        capacity: Id of the capacity.
        language: Language of titles and names: en, es, fr or nl.

    Raises:
        OptionError: The framework has no such capacity.
    """
    draw = drawer(assessed, language)
    node = capacity_named(assessed, capacity)
    rows = [_row(draw, one, node) for one in draw.ordered if node.id in one.scores]
    scale = assessed.framework.scale_of(node)
    edges = [0.5, len(scale.levels) + 0.5] if scale.levels else [scale.minimum, scale.maximum]
    axis = alt().Axis(orient="top", values=list(range(1, len(scale.levels) + 1))) if scale.levels else alt().Axis()
    x = alt().X("low:Q", scale=alt().Scale(domain=edges, nice=False), axis=axis, title=scale.unit or None)
    base = (
        alt()
        .Chart(table(rows))
        .encode(
            y=alt().Y("country:N", sort=[row["country"] for row in rows], title=None), tooltip=["country:N", "words:N"]
        )
    )
    layers = [
        base.transform_filter("datum.low !== datum.high")
        .mark_bar(height=12, cornerRadius=6, fill="#E4ECF1", stroke=OUTLINE, strokeWidth=1)
        .encode(x=x, x2="high:Q"),
        base.transform_filter("datum.point !== null")
        .mark_point(shape="square", size=150, filled=True, stroke=OUTLINE, strokeWidth=1, opacity=1)
        .encode(x="point:Q", color=shaded("shade", 0)),
        *_rules(assessed, node),
    ]
    chart = alt().layer(*layers).resolve_scale(color="independent").properties(width=360, height=alt().Step(22))
    title = f"{node.id} {draw.marks.title(node)}, {draw.say.text(assessed.round.title)}"
    notes = [draw.say("chart.ranges.key")]
    return finished(
        chart, title, notes, invented=assessed.invented, description=f"{title}. {draw.spoken(node)}.", language=language
    )


def _row(draw: Drawer, one: Assessment, node: Capacity) -> dict[str, Any]:
    score = one.scores[node.id]
    low, high = ends(score)
    return {"country": draw.name(one.country), "low": low, "high": high, "point": point(score)} | draw.cell(score)


def _rules(assessed: AssessmentSet, node: Capacity) -> list[Any]:
    """Return the target, and the median of values, as lines from top to bottom."""
    scores = [one.scores[node.id] for one in assessed if node.id in one.scores]
    targets = {score.target for score in scores if score.target is not None}
    values = [score.value for score in scores if score.value is not None]
    step = 0.5 if any(score.plausible is not None for score in scores) else 0.0
    lines = []
    if len(targets) == 1:
        rule = alt().Chart(table([{"at": targets.pop() - step}])).mark_rule(color=ACCENT, strokeWidth=2)
        lines.append(rule.encode(x="at:Q"))
    if values and not step:
        middle = alt().Chart(table([{"at": median(values)}])).mark_rule(color=QUIET, strokeDash=[4, 3])
        lines.append(middle.encode(x="at:Q"))
    return lines
