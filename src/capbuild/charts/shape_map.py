"""Map of one indicator with country shapes."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from capbuild.charts.theme import AROUND, OUTLINE, PAPER, alt, chart_data, shade_colour
from capbuild.charts.tile_map import ScorePainter, find_capacity, make_painter
from capbuild.model import AssessmentSet, Capacity, Country

if TYPE_CHECKING:
    import altair

Ring = list[list[float]]
Row = dict[str, Any]

#: Width in points, and minimum share of it for a country to be visible without a circle.
_WIDE, _SEEN = 720, 0.013
#: Degrees around the countries shown.
_ROOM = 3.0


def country_map(assessed: AssessmentSet, capacity: str, *, language: str = "en") -> "altair.TopLevelMixin":
    """Return a map of one capacity with Natural Earth shapes.

    A country too small to see at this size is a circle. Borders are those of Natural Earth, without implying a position
    on them. `tiles` draws every country at the same size.

    Args:
        assessed: The assessments.
        capacity: Id of the capacity.
        language: Language code of titles and names, such as `es`.

    Raises:
        OptionError: The framework has no such capacity.
    """
    draw = make_painter(assessed, language)
    node = find_capacity(assessed, capacity)
    everyone = [*assessed.countries, *assessed.silent]
    own = {country.alpha_2: _make_shape_row(draw, country, node) for country in everyone}
    frame = _compute_frame([code for code in own if code in _load_shapes()])
    chart = _project(
        [_make_background(*frame, set(own)), _make_country_layer(own), _make_island_layer(own, frame[2] - frame[0])],
        frame,
    )
    notes = [draw.legend_of(node), draw.t("chart.map.source")]
    lost = [draw.country_label(country) for country in everyone if country.alpha_2 not in _load_shapes()]
    if lost:
        notes.append(draw.t("chart.map.without", listed=draw.t.joined(lost)))
    return draw.finish_map(chart, node, notes)


def _make_country_layer(rows: Mapping[str, Row]) -> Any:
    """Return the layer of country shapes, shaded by level."""
    features = [_make_feature(code, row) for code, row in rows.items() if code in _load_shapes()]
    return (
        alt.Chart(alt.Data(values=features))
        .mark_geoshape(stroke=OUTLINE, strokeWidth=0.7)
        .encode(color=shade_colour("properties.shade", 0), tooltip=["properties.country:N", "properties.words:N"])
    )


def _make_island_layer(rows: Mapping[str, Row], wide: float) -> Any:
    """Draw circles for countries too small to see."""
    small = [row | _compute_middle(code) for code, row in rows.items() if _is_small(code, wide)]
    return (
        alt
        .Chart(chart_data(small))
        .mark_circle(size=75, stroke=OUTLINE, strokeWidth=1, opacity=1)
        .encode(
            longitude="lon:Q", latitude="lat:Q", color=shade_colour("shade", 0), tooltip=["country:N", "words:N"]
        )
    )  # fmt: skip


def _project(layers: Sequence[Any], frame: tuple[float, float, float, float]) -> Any:
    """Return layers on one Mercator map.

    Args:
        layers: The layers.
        frame: West, south, east and north of the map in degrees.
    """
    west, south, east, north = frame
    # The centre of a Mercator map is the middle of its stretched height.
    chart = alt.layer(*layers).project(
        "mercator", scale=_WIDE / (east - west) * 57.29578, center=[(west + east) / 2, (south + north) / 2]
    )
    return chart.properties(width=_WIDE, height=_WIDE * (north - south) / (east - west) * 1.03)


@cache
def _load_shapes() -> dict[str, list[list[Ring]]]:
    text = (files("capbuild.charts") / "data" / "shapes.json").read_text("utf-8")
    shapes: dict[str, list[list[Ring]]] = json.loads(text)
    return shapes


def _make_shape_row(draw: ScorePainter, country: Country, node: Capacity) -> Row:
    assessment = draw.subject.get(country)
    cell = draw.score_cell(assessment.scores.get(node.id) if assessment is not None else None)
    words = cell["words"] if assessment is not None else draw.missing_reason(country)
    return {"country": draw.country_label(country)} | cell | {"words": words}


def _make_feature(code: str, row: Row) -> dict[str, Any]:
    geometry = {"type": "MultiPolygon", "coordinates": _load_shapes()[code]}
    return {"type": "Feature", "id": code, "properties": row, "geometry": geometry}


def _compute_bounding_box(code: str) -> tuple[float, float, float, float]:
    """Return the bounds of a country's largest part.

    They are west, south, east and north in degrees. Overseas parts and distant islands are ignored, since they would
    stretch a map.
    """
    largest = max(
        (part[0] for part in _load_shapes()[code]), key=lambda ring: _compute_width(ring) * _compute_height(ring)
    )
    xs, ys = [x for x, _ in largest], [y for _, y in largest]
    return min(xs), min(ys), max(xs), max(ys)


def _compute_width(ring: Ring) -> float:
    return max(x for x, _ in ring) - min(x for x, _ in ring)


def _compute_height(ring: Ring) -> float:
    return max(y for _, y in ring) - min(y for _, y in ring)


def _compute_frame(codes: list[str]) -> tuple[float, float, float, float]:
    if not codes:
        return -180.0, -60.0, 180.0, 80.0
    boxes = [_compute_bounding_box(code) for code in codes]
    west, south = (min(box[side] for box in boxes) - _ROOM for side in (0, 1))
    east, north = (max(box[side] for box in boxes) + _ROOM for side in (2, 3))
    return max(west, -180.0), max(south, -60.0), min(east, 180.0), min(north, 80.0)


def _is_small(code: str, wide: float) -> bool:
    if code not in _load_shapes():
        return False
    west, south, east, north = _compute_bounding_box(code)
    return max(east - west, north - south) < wide * _SEEN


def _compute_middle(code: str) -> dict[str, float]:
    west, south, east, north = _compute_bounding_box(code)
    return {"lon": (west + east) / 2, "lat": (south + north) / 2}


def _make_background(west: float, south: float, east: float, north: float, own: set[str]) -> Any:
    """Return the surrounding countries in grey."""
    around = []
    for code in _load_shapes():
        left, low, right, high = _compute_bounding_box(code)
        if code not in own and right > west and left < east and high > south and low < north:
            around.append(_make_feature(code, {}))
    return alt.Chart(alt.Data(values=around)).mark_geoshape(fill=AROUND, stroke=PAPER, strokeWidth=0.5)
