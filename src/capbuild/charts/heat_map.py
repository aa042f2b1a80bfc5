"""Heat map, countries by level, and gap chart of a country."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from capbuild.charts.theme import (
    ACCENT,
    DEEP,
    OUTLINE,
    PAPER,
    alt,
    chart_data,
    finish_chart,
    hatch_layer,
    shade_colour,
)
from capbuild.charts.tile_map import ScorePainter, confirmed_value, make_painter, plausible_range
from capbuild.disclosure.score_bins import find_bin
from capbuild.model import Assessment, AssessmentSet, Capacity, Score

if TYPE_CHECKING:
    import altair


_SIDE = 24


def heat(assessed: AssessmentSet, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a heat map, countries by indicators.

    An open range is hatched and labelled "1–3", never drawn as a low level.

    Args:
        assessed: The assessments.
        language: Language code of titles and names, such as `es`.
    """
    draw = make_painter(assessed, language)
    nodes = assessed.framework.indicators
    names = [draw.country_label(assessment.country) for assessment in draw.sorted_assessments]
    rows = [
        {"country": draw.country_label(assessment.country), "indicator": node.id}
        | draw.score_cell(assessment.scores.get(node.id))
        for assessment in draw.sorted_assessments
        for node in nodes
    ]
    base = alt.Chart(chart_data(rows)).encode(
        x=alt.X(
            "indicator:N",
            sort=[n.id for n in nodes],
            axis=alt.Axis(orient="top", labelAngle=-90),
            title=None,
        ),
        y=alt.Y("country:N", sort=names, title=None),
        tooltip=["country:N", "indicator:N", "words:N"],
    )
    chart = alt.layer(
        base.mark_rect(stroke="#FFFFFF", strokeWidth=1).encode(color=shade_colour("shade", 0)),
        hatch_layer(base, _SIDE - 4),
        base.mark_text(fontSize=11).encode(text="text:N", color=shade_colour("shade", 1)),
    ).resolve_scale(color="independent")
    scores = [score for assessment in draw.sorted_assessments for score in assessment.indicators]
    notes = [draw.t("heat.lead"), draw.t.clauses(*draw.legend(scores), f"1–3 {draw.t('not_verified')}")]
    title = f"{draw.t('heat.title')}, {draw.t.text(assessed.round.title)}"
    described = f"{title}. {draw.t('heat.lead')} {draw.t('caption.heat', count=len(names))}"
    sized = chart.properties(width=alt.Step(_SIDE), height=alt.Step(_SIDE - 2))
    return finish_chart(sized, title, notes, invented=assessed.invented, description=described, language=language)


def levels(assessed: AssessmentSet, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return bars of countries per level, for each indicator.

    Countries with an unverified level are counted separately. No mean is shown.

    Args:
        assessed: The assessments.
        language: Language code of titles, such as `es`.
    """
    draw = make_painter(assessed, language)
    nodes = assessed.framework.indicators
    rows = [row for node in nodes for row in _list_segments(draw, node)]
    order = [f"{node.id} {draw.marks.title(node)}" for node in nodes]
    base = alt.Chart(chart_data(rows)).encode(
        y=alt.Y("indicator:N", sort=order, title=None),
        tooltip=["indicator:N", "words:N", "count:Q"],
    )
    bars = base.mark_bar(stroke=OUTLINE, strokeWidth=1, height=18).encode(
        x=alt.X("start:Q", title=draw.t("col.countries"), axis=alt.Axis(tickMinStep=1, orient="top")),
        x2="end:Q",
        color=shade_colour("shade", 0),
        strokeDash=alt.condition("datum.shade === 0", alt.value([3, 3]), alt.value([1, 0])),
    )
    letters = base.mark_text(fontSize=11).encode(x="middle:Q", text="count:Q", color=shade_colour("shade", 1))
    chart = alt.layer(bars, letters).resolve_scale(color="independent")
    scores = [score for assessment in assessed for score in assessment.indicators]
    notes = [draw.t.clauses(*draw.legend(scores)), draw.t("chart.levels.key")]
    title = f"{draw.t('counts.title')}, {draw.t.text(assessed.round.title)}"
    described = f"{title}. {draw.t.clauses(*(f'{n}: {_describe_chart(rows, n)}' for n in order))}."
    sized = chart.properties(width=420, height=alt.Step(24))
    return finish_chart(sized, title, notes, invented=assessed.invented, description=described, language=language)


def _list_segments(draw: ScorePainter, node: Capacity) -> list[dict[str, object]]:
    scores = [assessment.scores[node.id] for assessment in draw.subject if node.id in assessment.scores]
    counts = Counter(
        (9 if (bin_ := draw.marks.describe_bin(find_bin(s), node))[0] is None else bin_[0], bin_[1]) for s in scores
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


def gaps(assessment: Assessment, *, earlier: Assessment | None = None, language: str = "en") -> "altair.TopLevelMixin":
    """Return the gap chart of a country, by indicator.

    A band shows the range that the evidence leaves open, or the interval of a value. A filled mark is confirmed now, a
    hollow one was confirmed before. A line shows where the target begins; the text at the right gives the gap.

    Args:
        assessment: The country's assessment.
        earlier: That of an earlier round by the same framework edition.
        language: Language code of titles, such as `es`.
    """
    whole = AssessmentSet(framework=assessment.framework, round=assessment.round, assessments=[assessment])
    draw = make_painter(whole, language)
    nodes = [node for node in assessment.framework.indicators if node.id in assessment.scores]
    rows = [_make_indicator_row(draw, node, assessment[node.id], _find_earlier(earlier, node)) for node in nodes]
    order = [row["indicator"] for row in rows]
    base = alt.Chart(chart_data(rows)).encode(y=alt.Y("indicator:N", sort=order, title=None))
    chart = alt.layer(*_list_layers(base, rows)).resolve_scale(color="independent")
    name = draw.country_label(assessment.country)
    title = f"{name}, {draw.t.text(assessment.round.title)}"
    notes = [draw.t("chart.gaps.key")]
    if any(row["target"] is not None for row in rows):
        notes.append(draw.t("chart.gaps.target"))
    if earlier is not None:
        notes.append(draw.t("chart.hollow", round=draw.t.text(earlier.round.title)))
    alt_text = draw.t.clauses(*(f"{row['indicator']}: {row['words']}, {row['gap']}" for row in rows))
    sized = chart.properties(width=320, height=alt.Step(24))
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
    scale = alt.Scale(domain=[start, end + room], nice=False)
    ticks = list(range(int(start) + 1, int(end) + 1)) if end <= 10 else []
    axis = alt.Axis(orient="top", **({"values": ticks} if ticks else {"tickCount": 5}))
    x = alt.X("low:Q", scale=scale, axis=axis, title=None)
    return [
        base.transform_filter("datum.low !== datum.high")
        .mark_bar(height=14, cornerRadius=7, fill="#E4ECF1", stroke=OUTLINE, strokeWidth=1)
        .encode(x=x, x2="high:Q"),
        base.transform_filter("datum.before !== null && datum.before !== datum.point")
        .mark_point(shape="circle", size=110, filled=True, fill=PAPER, stroke=DEEP, strokeWidth=1.5, opacity=1)
        .encode(x=alt.X("before:Q", scale=scale)),
        base.transform_filter("datum.point !== null")
        .mark_point(shape="square", size=230, filled=True, stroke=OUTLINE, strokeWidth=1, opacity=1)
        .encode(x=alt.X("point:Q", scale=scale), color=shade_colour("shade", 0)),
        base.transform_filter("datum.target !== null")
        .mark_tick(thickness=3, size=20, color=ACCENT, opacity=1)
        .encode(x=alt.X("target:Q", scale=scale)),
        base.mark_text(align="left", dx=8, fontSize=12).encode(x=alt.datum(end, scale=scale), text="gap:N"),
    ]  # fmt: skip
