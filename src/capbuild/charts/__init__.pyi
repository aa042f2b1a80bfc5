"""Names of `capbuild.charts`, for type checkers. Written by: uv run python -m tools.public_api"""

from capbuild.charts.drawing import draw
from capbuild.charts.gantt import plan
from capbuild.charts.heat_map import gaps, heat, levels
from capbuild.charts.need_matrix import needs
from capbuild.charts.shape_map import country_map
from capbuild.charts.theme import alt_text, finish_chart, picture
from capbuild.charts.tile_map import ranges, tiles
from capbuild.charts.transitions import change

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
