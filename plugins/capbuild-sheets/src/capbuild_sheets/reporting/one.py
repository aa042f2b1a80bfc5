"""One country, chosen from a list: live formulas look its row of the heat map up."""

from capbuild.scoring import Formula
from capbuild_sheets.reporting.heat import HeatRange
from capbuild_sheets.reporting.making import Making
from capbuild_sheets.writing import CellValue, Page, put

__all__ = ["one_page"]


def one_page(making: Making, heat: HeatRange) -> None:
    """Write a sheet whose drop-down chooses the country that its table shows."""
    from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell  # type: ignore[import-untyped]

    page = making.page("one", landscape=False)
    quoted = heat.sheet.replace("'", "''")
    names = f"'{quoted}'!{xl_range_abs(heat.top, 0, heat.bottom, 0)}"
    chosen = xl_rowcol_to_cell(page.row, 1, row_abs=True, col_abs=True)
    put(page.sheet, page.row, 0, making.say("choose"), page.styles("strong"))
    put(page.sheet, page.row, 1, heat.first[0], page.styles("input"))
    page.sheet.data_validation(page.row, 1, page.row, 1, {"validate": "list", "source": f"={names}"})
    page.row += 2
    for place, key in enumerate(("col.capacity", "col.indicator", "col.result")):
        put(page.sheet, page.row, place, making.say(key), page.styles("head"))
    top = page.row + 1
    page.sheet.freeze_panes(top, 0)
    for number, (code, title) in enumerate(heat.columns):
        row = top + number
        cells = f"'{quoted}'!{xl_range_abs(heat.top, number + 1, heat.bottom, number + 1)}"
        put(page.sheet, row, 0, code, page.styles("code"))
        put(page.sheet, row, 1, title, page.styles("wrap"))
        put(
            page.sheet,
            row,
            2,
            Formula(f"=INDEX({cells},MATCH({chosen},{names},0))", _shown(heat.first[number + 1])),
            page.styles("upright"),
        )
    _colours(page, heat, (top, top + len(heat.columns) - 1))
    for column, width in enumerate((10, 56, 12)):
        page.sheet.set_column(column, column, width)


def _shown(value: CellValue) -> float | str | None:
    """What a formula gives before a spreadsheet has worked it out."""
    return value if isinstance(value, str | int | float) else None


def _colours(page: Page, heat: HeatRange, rows: tuple[int, int]) -> None:
    """Levels bear their colours and ranges stripes, whichever country is chosen."""
    area = (rows[0], 2, rows[1], 2)
    for figure, shade in heat.shades.items():
        rule = {"type": "cell", "criteria": "==", "value": int(figure), "format": page.styles.fill(shade)}
        page.sheet.conditional_format(*area, rule)
    test = f"=ISTEXT($C{rows[0] + 1})"
    page.sheet.conditional_format(*area, {"type": "formula", "criteria": test, "format": page.styles.fill(None)})
