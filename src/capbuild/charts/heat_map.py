"""Countries and indicators as a heat map, the figure printed in each cell."""

from typing import TYPE_CHECKING

from capbuild.charts.cells import drawer
from capbuild.charts.theme import alt, finished, hatch, shaded, table
from capbuild.model import AssessmentSet

if TYPE_CHECKING:
    import altair

__all__ = ["heat"]

_SIDE = 24


def heat(assessed: AssessmentSet, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a heat map: a row a country in alphabetical order, a column an indicator in the framework's order.

    A range that the evidence leaves open is hatched and reads "1–3"; it is never drawn as a low level.

    Args:
        assessed: The assessments.
        language: Language of titles and names: en, es, fr or nl.
    """
    draw = drawer(assessed, language)
    nodes = assessed.framework.indicators
    names = [draw.name(one.country) for one in draw.ordered]
    rows = [
        {"country": draw.name(one.country), "indicator": node.id} | draw.cell(one.scores.get(node.id))
        for one in draw.ordered
        for node in nodes
    ]
    base = (
        alt()
        .Chart(table(rows))
        .encode(
            x=alt().X(
                "indicator:N", sort=[n.id for n in nodes], axis=alt().Axis(orient="top", labelAngle=-90), title=None
            ),
            y=alt().Y("country:N", sort=names, title=None),
            tooltip=["country:N", "indicator:N", "words:N"],
        )
    )
    chart = (
        alt()
        .layer(
            base.mark_rect(stroke="#FFFFFF", strokeWidth=1).encode(color=shaded("shade", 0)),
            hatch(base, _SIDE - 4),
            base.mark_text(fontSize=11).encode(text="text:N", color=shaded("shade", 1)),
        )
        .resolve_scale(color="independent")
    )
    scores = [score for one in draw.ordered for score in one.indicators]
    notes = [draw.say("heat.lead"), draw.say.clauses(*draw.key(scores), f"1–3 {draw.say('not_verified')}")]
    title = f"{draw.say('heat.title')}, {draw.say.text(assessed.round.title)}"
    described = f"{title}. {draw.say('heat.lead')} {draw.say('caption.heat', count=len(names))}"
    sized = chart.properties(width=alt().Step(_SIDE), height=alt().Step(_SIDE - 2))
    return finished(sized, title, notes, invented=assessed.invented, description=described, language=language)
