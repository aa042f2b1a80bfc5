"""Heat map of countries and indicators, with figures."""

from typing import TYPE_CHECKING

from capbuild.charts.cells import make_painter
from capbuild.charts.theme import HAIR, PAPER, chart_data, finish_chart, load_altair, shade_colour
from capbuild.model import AssessmentSet

if TYPE_CHECKING:
    import altair

_SIDE = 24


def heat(assessed: AssessmentSet, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a heat map, countries by indicators.

    An open range is hollow and labelled "1–3", never drawn as a low level.

    Args:
        assessed: The assessments.
        language: Language of titles and names: en, es, fr or nl.
    """
    draw = make_painter(assessed, language)
    nodes = assessed.framework.indicators
    names = [draw.country_label(one.country) for one in draw.sorted_assessments]
    rows = [
        {"country": draw.country_label(one.country), "indicator": node.id} | draw.score_cell(one.scores.get(node.id))
        for one in draw.sorted_assessments
        for node in nodes
    ]
    base = (
        load_altair()
        .Chart(chart_data(rows))
        .encode(
            x=load_altair().X(
                "indicator:N",
                sort=[n.id for n in nodes],
                axis=load_altair().Axis(orient="top", labelAngle=-90),
                title=None,
            ),
            y=load_altair().Y("country:N", sort=names, title=None),
            tooltip=["country:N", "indicator:N", "words:N"],
        )
    )
    chart = (
        load_altair()
        .layer(
            base.mark_rect(stroke="#FFFFFF", strokeWidth=1).encode(color=shade_colour("shade", 0)),
            base.transform_filter("datum.shade === 0").mark_rect(color=PAPER, stroke=HAIR, strokeWidth=1),
            base.mark_text(fontSize=11).encode(text="text:N", color=shade_colour("shade", 1)),
        )
        .resolve_scale(color="independent")
    )
    scores = [score for one in draw.sorted_assessments for score in one.indicators]
    notes = [draw.say("heat.lead"), draw.say.clauses(*draw.legend(scores), f"1–3 {draw.say('not_verified')}")]
    title = f"{draw.say('heat.title')}, {draw.say.text(assessed.round.title)}"
    described = f"{title}. {draw.say('heat.lead')} {draw.say('caption.heat', count=len(names))}"
    sized = chart.properties(width=load_altair().Step(_SIDE), height=load_altair().Step(_SIDE - 2))
    return finish_chart(sized, title, notes, invented=assessed.invented, description=described, language=language)
