"""Altair charts for notebooks, and images for documents (extra `charts`).

    from capbuild import charts

    chart = charts.heat(baseline, language="es")      # an Altair chart, to be changed further
    charts.picture(chart, "svg")                      # bytes, without a browser

Reports draw their figures as tables and do not need these charts. A chart shows all its data: for audiences other than
the team, give it data that the disclosure policy allows. Every chart of invented answers says so.
"""

from capbuild._lazy import lazy_exports

TYPE_CHECKING = False

if TYPE_CHECKING:
    from capbuild.charts.gantt import plan
    from capbuild.charts.heat_map import gaps, heat, levels
    from capbuild.charts.images import alt_text, picture
    from capbuild.charts.need_matrix import needs
    from capbuild.charts.shape_map import country_map
    from capbuild.charts.tile_map import ranges, tiles
    from capbuild.charts.transitions import change

__all__ = [
    "alt_text",
    "change",
    "country_map",
    "gaps",
    "heat",
    "levels",
    "needs",
    "picture",
    "plan",
    "ranges",
    "tiles",
]

_HOMES = {
    "gantt": "plan",
    "heat_map": "gaps heat levels",
    "transitions": "change",
    "need_matrix": "needs",
    "images": "alt_text picture",
    "shape_map": "country_map",
    "tile_map": "ranges tiles",
}

__getattr__, __dir__ = lazy_exports(__name__, _HOMES)
