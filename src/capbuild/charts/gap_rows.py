"""Gap chart of one country: before, now, claimed and target."""

from typing import TYPE_CHECKING, Any

from capbuild.charts.cells import ScorePainter, confirmed_value, make_painter, plausible_range
from capbuild.charts.theme import ACCENT, DEEP, OUTLINE, PAPER, chart_data, finish_chart, load_altair, shade_colour
from capbuild.model import Assessment, AssessmentSet, Capacity, Score

if TYPE_CHECKING:
    import altair


def gaps(assessment: Assessment, *, earlier: Assessment | None = None, language: str = "en") -> "altair.TopLevelMixin":
    """Return the gap chart of a country, one row per indicator.

    A band shows the range that the evidence leaves open, or the interval of a value. A filled mark is confirmed now, a
    hollow one was confirmed before. A line shows where the target begins; the text at the right gives the gap.

    Args:
        assessment: The country's assessment.
        earlier: That of an earlier round by the same framework edition.
        language: Language of titles: en, es, fr or nl.
    """
    whole = AssessmentSet(framework=assessment.framework, round=assessment.round, assessments=[assessment])
    draw = make_painter(whole, language)
    nodes = [node for node in assessment.framework.indicators if node.id in assessment.scores]
    rows = [_make_indicator_row(draw, node, assessment[node.id], _find_earlier(earlier, node)) for node in nodes]
    order = [row["indicator"] for row in rows]
    base = load_altair().Chart(chart_data(rows)).encode(y=load_altair().Y("indicator:N", sort=order, title=None))
    chart = load_altair().layer(*_list_layers(base, rows)).resolve_scale(color="independent")
    name = draw.country_label(assessment.country)
    title = f"{name}, {draw.say.text(assessment.round.title)}"
    notes = [draw.say("chart.gaps.key")]
    if earlier is not None:
        notes.append(draw.say("chart.hollow", round=draw.say.text(earlier.round.title)))
    alt_text = draw.say.clauses(*(f"{row['indicator']}: {row['words']}, {row['gap']}" for row in rows))
    sized = chart.properties(width=320, height=load_altair().Step(24))
    return finish_chart(
        sized, title, notes, invented=assessment.invented, description=f"{title}. {alt_text}.", language=language
    )


def _find_earlier(earlier: Assessment | None, node: Capacity) -> Score | None:
    return None if earlier is None else earlier.scores.get(node.id)


def _make_indicator_row(draw: ScorePainter, node: Capacity, score: Score, before: Score | None) -> dict[str, Any]:
    low, high = plausible_range(score)
    levels, (lowest, highest) = bool(score.scale.levels), score.scale.ends
    return {
        "indicator": f"{node.id} {draw.marks.title(node)}",
        "low": low,
        "high": high,
        "point": confirmed_value(score),
        "before": confirmed_value(before),
        # The line is before the level: everything to its right has reached the target.
        "target": None if score.target is None else score.target - (0.5 if levels else 0.0),
        "gap": draw.marks.gap(score).text,
        "end": highest + 0.5 if levels else highest,
        "start": lowest - 0.5 if levels else lowest,
    } | draw.score_cell(score)


def _list_layers(base: Any, rows: list[dict[str, Any]]) -> list[Any]:
    start, end = min((r["start"] for r in rows), default=0), max((r["end"] for r in rows), default=1)
    room = (end - start) * 0.5
    scale = load_altair().Scale(domain=[start, end + room], nice=False)
    ticks = list(range(int(start) + 1, int(end) + 1)) if end <= 10 else []
    axis = load_altair().Axis(orient="top", **({"values": ticks} if ticks else {"tickCount": 5}))
    x = load_altair().X("low:Q", scale=scale, axis=axis, title=None)
    return [
        base.transform_filter("datum.low !== datum.high")
        .mark_bar(height=14, cornerRadius=7, fill="#E4ECF1", stroke=OUTLINE, strokeWidth=1)
        .encode(x=x, x2="high:Q"),
        base.transform_filter("datum.before !== null && datum.before !== datum.point")
        .mark_point(shape="circle", size=110, filled=True, fill=PAPER, stroke=DEEP, strokeWidth=1.5, opacity=1)
        .encode(x=load_altair().X("before:Q", scale=scale)),
        base.transform_filter("datum.point !== null")
        .mark_point(shape="square", size=230, filled=True, stroke=OUTLINE, strokeWidth=1, opacity=1)
        .encode(x=load_altair().X("point:Q", scale=scale), color=shade_colour("shade", 0)),
        base.transform_filter("datum.target !== null")
        .mark_tick(thickness=3, size=20, color=ACCENT, opacity=1)
        .encode(x=load_altair().X("target:Q", scale=scale)),
        base.mark_text(align="left", dx=8, fontSize=12).encode(x=load_altair().datum(end, scale=scale), text="gap:N"),
    ]  # fmt: skip
