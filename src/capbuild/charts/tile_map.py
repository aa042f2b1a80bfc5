"""Tile map of one indicator, with equal tiles."""

from typing import TYPE_CHECKING

from capbuild.charts.cells import ScorePainter, make_painter
from capbuild.charts.theme import OUTLINE, chart_data, finish_chart, hatch_layer, load_altair, shade_colour
from capbuild.errors import OptionError, did_you_mean
from capbuild.model import AssessmentSet, Capacity
from capbuild.reports.country_names import place_tiles

if TYPE_CHECKING:
    import altair

_WIDE, _HIGH = 78, 42


def tiles(assessed: AssessmentSet, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a tile map of one capacity.

    Positions are approximate and imply nothing about borders.

    Args:
        assessed: The assessments.
        capacity: Id of the capacity.
        language: Language of titles and names: en, es, fr or nl.

    Raises:
        OptionError: The framework has no such capacity, or no tile map has all the countries.
    """
    draw = make_painter(assessed, language)
    node = find_capacity(assessed, capacity)
    rows = _list_tile_rows(draw, node)
    width, height = (1 + max(int(str(row[axis])) for row in rows) for axis in ("column", "row"))
    base = (
        load_altair()
        .Chart(chart_data(rows))
        .encode(
            x=load_altair().X("column:Q", scale=load_altair().Scale(domain=[-0.5, width - 0.5], nice=False), axis=None),
            y=load_altair().Y("row:Q", scale=load_altair().Scale(domain=[height - 0.5, -0.5], nice=False), axis=None),
            tooltip=["country:N", "words:N"],
        )
    )
    frame = base.mark_rect(width=_WIDE - 4, height=_HIGH - 4, stroke=OUTLINE, strokeWidth=1)
    absent = frame.transform_filter("datum.shade < 0").mark_rect(
        width=_WIDE - 4, height=_HIGH - 4, fill="#FFFFFF", stroke="#76848F", strokeDash=[3, 3]
    )
    known = frame.transform_filter("datum.shade >= 0").encode(color=shade_colour("shade", 0))
    letters = {"color": shade_colour("shade", 1)}
    chart = load_altair().layer(
        absent,
        known,
        hatch_layer(base, _HIGH - 10),
        base.mark_text(fontSize=10, dy=-8).encode(text="short:N", **letters),
        base.mark_text(fontSize=12, dy=8, fontWeight="bold").encode(text="level:N", **letters),
    ).resolve_scale(color="independent").properties(width=width * _WIDE, height=height * _HIGH)  # fmt: skip
    title = draw.say("map.title", indicator=draw.say.lowered(draw.marks.title(node)))
    scores = [one.scores[node.id] for one in assessed if node.id in one.scores]
    notes = [draw.say("caption.map"), draw.say.clauses(*draw.legend(scores))]
    return finish_chart(
        chart,
        title,
        notes,
        invented=assessed.invented,
        description=f"{title}. {draw.alt_text(node)}.",
        language=language,
    )


def find_capacity(assessed: AssessmentSet, capacity: str) -> Capacity:
    """Return a capacity of the framework by its id.

    Raises:
        OptionError: The id is unknown.
    """
    if capacity not in assessed.framework:
        hint = did_you_mean(capacity, assessed.framework.capacities)
        raise OptionError(f"{assessed.framework.key} has no capacity {capacity!r}{hint}")
    return assessed.framework[capacity]


def _list_tile_rows(draw: ScorePainter, node: Capacity) -> list[dict[str, object]]:
    assessed = draw.subject
    everyone = sorted((*assessed.countries, *assessed.silent), key=lambda c: draw.say.sorted_as(draw.country_label(c)))
    places = place_tiles(frozenset(country.alpha_2 for country in everyone))
    if not places:
        raise OptionError("no tile map holds all these countries", remedy="use charts.country_map")
    rows: list[dict[str, object]] = []
    for country in everyone:
        one = assessed.get(country)
        score = one.scores.get(node.id) if one is not None else None
        cell = draw.score_cell(score)
        settled = score is not None and score.plausible is not None and score.plausible.settled
        level = draw.marks.code(score.scale, score.plausible.lowest) if settled and score and score.plausible else ""
        column, row = places[country.alpha_2]
        rows.append(
            {
                "country": draw.country_label(country),
                "short": draw.country_label(country, 13),
                "column": column,
                "row": row,
            }
            | cell
            | {"level": level or (cell["text"] if one is not None else draw.missing_reason(country))}
        )
    return rows
