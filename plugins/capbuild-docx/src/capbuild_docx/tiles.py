"""The tile map as a grid of cells, with what it says as its alternative text."""

from docx.oxml.xmlchemy import BaseOxmlElement

from capbuild.reports import Tile, TileMap
from capbuild_docx.cells import Pen, table_cell
from capbuild_docx.look import ABSENT, INK, RULE, Ground
from capbuild_docx.tables import PAGE, frame
from capbuild_docx.xml import run, w

__all__ = ["tile_table"]

#: Columns from which tiles hold codes and no names.
_SMALL = 14
_HEIGHT = 500


def tile_table(figure: TileMap, pen: Pen, title: str) -> BaseOxmlElement:
    """Return the tiles at their places; empty places have no border."""
    placed = {(tile.column, tile.row): tile for tile in figure.tiles}
    width = PAGE // max(figure.width, 1)
    small = figure.width > _SMALL
    rows = [
        w(
            "tr",
            w("trPr", w("cantSplit"), w("trHeight", val=_HEIGHT, hRule="atLeast")),
            *(_tile(placed.get((column, row)), width, small, pen) for column in range(figure.width)),
        )
        for row in range(1 + max((tile.row for tile in figure.tiles), default=0))
    ]
    words = "; ".join(f"{tile.name}, {tile.spoken}" for tile in figure.tiles)
    return frame("", [width] * figure.width, rows, title, words)


def _tile(tile: Tile | None, width: int, small: bool, pen: Pen) -> BaseOxmlElement:
    sides = ("top", "left", "bottom", "right")
    if tile is None:
        borders = w("tcBorders", *(w(side, val="nil") for side in sides))
        return table_cell(_centred(pen), width=width, borders=borders)
    ground = Ground(shade=tile.shade, open=tile.open)
    known = tile.shade is not None or tile.open
    line = {"val": "single" if known else "dashed", "sz": "6", "space": "0", "color": RULE if known else ABSENT}
    colour = "" if ground.letters == INK else ground.letters
    name = run(tile.code if small else tile.short, colour=colour)
    return table_cell(
        *(_centred(pen, text) for text in (name, run(tile.text, bold=known, colour=colour))),
        width=width,
        borders=w("tcBorders", *(w(side, **line) for side in sides)),
        shading=ground.shading(),
        tight=True,
    )


def _centred(pen: Pen, *content: BaseOxmlElement) -> BaseOxmlElement:
    """A line of a tile, kept with the next, so that the map stays on one page."""
    return w("p", w("pPr", w("pStyle", val=pen.styles("tiny")), w("keepNext"), w("jc", val="center")), *content)
