"""Confirmed figures and open ranges of one capacity, by country."""

from statistics import median
from typing import TYPE_CHECKING, Any

from capbuild.charts.cells import ScorePainter, confirmed_value, make_painter, plausible_range
from capbuild.charts.theme import ACCENT, OUTLINE, QUIET, chart_data, finish_chart, load_altair, shade_colour
from capbuild.charts.tile_map import find_capacity
from capbuild.model import Assessment, AssessmentSet, Capacity

if TYPE_CHECKING:
    import altair


def ranges(assessed: AssessmentSet, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return one row per country: a mark if known, else a range.

    The dashed line is the median of values. Levels have none, since a mean or median of steps is not a step.

    Args:
        assessed: The assessments.
        capacity: Id of the capacity.
        language: Language of titles and names: en, es, fr or nl.

    Raises:
        OptionError: The framework has no such capacity.
    """
    draw = make_painter(assessed, language)
    node = find_capacity(assessed, capacity)
    rows = [_make_country_row(draw, one, node) for one in draw.sorted_assessments if node.id in one.scores]
    scale = assessed.framework.scale_of(node)
    edges = [scale.ends[0] - 0.5, scale.ends[1] + 0.5] if scale.levels else list(scale.ends)
    axis = (
        load_altair().Axis(orient="top", values=list(scale.orders), format="d")
        if scale.levels
        else load_altair().Axis()
    )
    x = load_altair().X(
        "low:Q", scale=load_altair().Scale(domain=edges, nice=False), axis=axis, title=scale.unit or None
    )
    base = (
        load_altair()
        .Chart(chart_data(rows))
        .encode(
            y=load_altair().Y("country:N", sort=[row["country"] for row in rows], title=None),
            tooltip=["country:N", "words:N"],
        )
    )
    layers = [
        base.transform_filter("datum.low !== datum.high")
        .mark_bar(height=12, cornerRadius=6, fill="#E4ECF1", stroke=OUTLINE, strokeWidth=1)
        .encode(x=x, x2="high:Q"),
        base.transform_filter("datum.point !== null")
        .mark_point(shape="square", size=150, filled=True, stroke=OUTLINE, strokeWidth=1, opacity=1)
        .encode(x="point:Q", color=shade_colour("shade", 0)),
        *_list_reference_lines(assessed, node),
    ]
    chart = (
        load_altair()
        .layer(*layers)
        .resolve_scale(color="independent")
        .properties(width=360, height=load_altair().Step(22))
    )
    title = f"{node.id} {draw.marks.title(node)}, {draw.say.text(assessed.round.title)}"
    notes = [draw.say("chart.ranges.key")]
    return finish_chart(
        chart,
        title,
        notes,
        invented=assessed.invented,
        description=f"{title}. {draw.alt_text(node)}.",
        language=language,
    )


def _make_country_row(draw: ScorePainter, one: Assessment, node: Capacity) -> dict[str, Any]:
    score = one.scores[node.id]
    low, high = plausible_range(score)
    return {
        "country": draw.country_label(one.country),
        "low": low,
        "high": high,
        "point": confirmed_value(score),
    } | draw.score_cell(score)


def _list_reference_lines(assessed: AssessmentSet, node: Capacity) -> list[Any]:
    """Return the target, and the median of values, as vertical lines."""
    scores = [one.scores[node.id] for one in assessed if node.id in one.scores]
    targets = {score.target for score in scores if score.target is not None}
    values = [score.value for score in scores if score.value is not None]
    step = 0.5 if any(score.plausible is not None for score in scores) else 0.0
    lines = []
    if len(targets) == 1:
        rule = load_altair().Chart(chart_data([{"at": targets.pop() - step}])).mark_rule(color=ACCENT, strokeWidth=2)
        lines.append(rule.encode(x="at:Q"))
    if values and not step:
        middle = load_altair().Chart(chart_data([{"at": median(values)}])).mark_rule(color=QUIET, strokeDash=[4, 3])
        lines.append(middle.encode(x="at:Q"))
    return lines
