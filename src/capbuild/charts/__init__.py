"""Altair charts for notebooks, and images for documents (extra `charts`).

    from capbuild import charts

    chart = charts.heat(baseline, language="es")      # an Altair chart, to be changed further
    charts.picture(chart, "svg")                      # bytes, without a browser

Reports draw their figures as tables and do not need these charts. A chart shows all its data: for audiences other than
the team, give it data that the disclosure policy allows. Charts of invented answers have a notice.
"""

from capbuild._lazy import lazy_exports

__all__ = [
    "alt_text",
    "change",
    "country_map",
    "draw",
    "finish_chart",
    "gaps",
    "heat",
    "levels",
    "needs",
    "picture",
    "plan",
    "ranges",
    "tiles",
]

_NAMES = {
    "drawing": "draw",
    "gantt": "plan",
    "heat_map": "gaps heat levels",
    "theme": "alt_text finish_chart picture",
    "transitions": "change",
    "need_matrix": "needs",
    "shape_map": "country_map",
    "tile_map": "ranges tiles",
}

__getattr__, __dir__ = lazy_exports(__name__, _NAMES)
