"""A costing worksheet: country scores, multipliers, unit costs and line items, one table a sheet."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from capbuild.planning.costing import Costing, costing_from_tables
from capbuild.plugins import InputFile
from capbuild_sheets.sheets import Cell, Row
from capbuild_sheets.workbook import Sheet, open_workbook

__all__ = ["read_costing"]

#: Words by which heads are known, how many of them a row needs, and rows in which they are looked for.
_KNOWN = frozenset({"metric_id", "country_score_numeric", "observation", "value", "unit_cost", "line_item_id"})
_HEADS, _DEEP = 2, 20


def read_costing(path: str | Path, *, years: int = 5) -> Costing:
    """Return the costing that a workbook states.

    Args:
        path: A workbook with one table a sheet; title rows above the heads are passed over.
        years: How many years are costed.

    Raises:
        ReadError: It is no workbook.
        PlanError: CB815, a table is missing or cells cannot be used; all are told together.
    """
    place = Path(path)
    book = open_workbook(InputFile(place.name, path=place))
    return costing_from_tables([(sheet.name, list(_rows(sheet))) for sheet in book.sheets], years=years)


def _rows(sheet: Sheet) -> Iterator[Mapping[str, object]]:
    rows = list(sheet.rows)
    place = next((n for n, row in enumerate(rows[:_DEEP]) if _is_head(row)), None)
    if place is None:
        return
    heads = [_word(cell) for cell in rows[place]]
    for row in rows[place + 1 :]:
        yield dict(zip(heads, (*row, *[None] * (len(heads) - len(row))), strict=False))


def _word(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _is_head(row: Row) -> bool:
    return sum(_word(cell) in _KNOWN for cell in row) >= _HEADS
