"""Tables in which a row of its own names the country of the rows below it."""

from collections import Counter
from collections.abc import Sequence

from attrs import evolve

from capbuild.formats.cells import cell_text
from capbuild.formats.folding import fold_word, one_line
from capbuild.formats.heads import Role, head_meaning
from capbuild.model import SheetReconciliation
from capbuild_sheets.grids import to_cell
from capbuild_sheets.headrows import filled_cells
from capbuild_sheets.places import names_country
from capbuild_sheets.roles import says_evidence
from capbuild_sheets.sheets import Row, Sheet

__all__ = ["COUNTRY", "country_rows", "section_roles", "sectioned", "with_sections"]

#: Head of the column that the rows of countries become.
COUNTRY = "country of the rows"
_WHY = "names the country of the rows below"


def _lone(row: Row) -> str:
    """Return the only text of a row that has one, in its first two columns; empty for any other row."""
    if len(row) - row.count(None) != 1:  # first, since a sheet may have a million rows
        return ""
    cells = filled_cells(row)
    text = one_line(cell_text(to_cell(cells[0]))).rstrip(" :") if cells else ""
    return text if text and any(filled_cells(row[:2])) else ""


def _label(row: Row) -> str:
    cells = filled_cells(row[:2])
    return one_line(cell_text(to_cell(cells[0]))) if cells else ""


def country_rows(rows: Sequence[Row], bottom: int) -> dict[int, str]:
    """Return the rows that name the country of those below them, by number; none where countries stand in a column.

    Args:
        rows: The rows of a sheet.
        bottom: The last row of its heads.

    Example:
        >>> rows = (("Item", "Value"), ("Belize",), ("Staff", 3), ("Guyana",), ("Staff", 5))
        >>> country_rows(rows, 1), country_rows((("Country", "Value"), ("Belize",), ("Guyana", 5)), 1)
        ({2: 'Belize', 4: 'Guyana'}, {})
    """
    body = list(enumerate(rows[bottom:], start=bottom + 1))
    found = {number: text for number, row in body if (text := _lone(row)) and names_country(text)}
    if len(found) < 2:
        return {}
    data = [row for number, row in body if number not in found and len(filled_cells(row)) > 1]
    first = min(found)
    above = any(len(filled_cells(row)) > 1 for number, row in body if number < first)
    if above or len(data) < 2 or any(names_country(_label(row)) for row in data):
        return {}
    return found


def sectioned(sheet: Sheet, bottom: int) -> Sheet:
    """Return a sheet with the countries of its rows in a column of their own, the last one.

    Args:
        sheet: The sheet.
        bottom: The last row of its heads.
    """
    countries, width = country_rows(sheet.rows, bottom), sheet.width
    last = max((n for n, row in enumerate(sheet.rows, start=1) if len(filled_cells(row)) > 1), default=0)
    rows: list[Row] = []
    country = ""
    for number, row in enumerate(sheet.rows, start=1):
        country = countries.get(number, country)
        added = COUNTRY if number == bottom else country if bottom < number <= last and filled_cells(row) else ""
        if number in countries:
            rows.append(())
        else:
            rows.append((*row, *([None] * (width - len(row))), added) if added else row)
    return evolve(sheet, rows=tuple(rows), merged=tuple(m for m in sheet.merged if m.top not in countries))


def section_roles(names: Sequence[str], sheet: Sheet, bottom: int) -> tuple[str, dict[str, str]]:
    """Return what a row below the countries is (`long` or `respondent`), and the roles of the columns.

    Labels that come again below several countries are questions; others are who answered.

    Args:
        names: The heads of the columns.
        sheet: The sheet.
        bottom: The last row of its heads.
    """
    countries = country_rows(sheet.rows, bottom)
    rows = [row for n, row in enumerate(sheet.rows[bottom:], start=bottom + 1) if n not in countries]
    labels = Counter(fold_word(label) for row in rows if len(filled_cells(row)) > 1 and (label := _label(row)))
    key = next((i for i in (0, 1) if any(filled_cells(row[i : i + 1]) for row in rows)), 0)
    meaning = head_meaning(names[key]) if key < len(names) else None
    asks = meaning is not None and meaning.role is Role.QUESTION
    head = names[key] or f"column {key + 1}"
    if not asks and 2 * sum(count > 1 for count in labels.values()) < len(labels):
        return "respondent", {head: "respondent"}
    others = [name for name in names[key + 1 :] if name]
    evidence = next((name for name in others if says_evidence(name)), None)
    roles = {name: "comment" if name == evidence else "answer" for name in others}
    return "long", {head: "question", **roles}


def with_sections(account: SheetReconciliation, rows: int, width: int) -> SheetReconciliation:
    """Return the account in which rows of countries are what they are.

    Args:
        account: The account of the table with its column of countries.
        rows: How many rows name a country.
        width: Columns of the sheet.
    """
    left = dict(account.rows_left_out)
    left["blank"] = left.get("blank", 0) - rows
    columns = [evolve(c, name="", reason="rows of their own") if c.column > width else c for c in account.columns]
    kept = {why: count for why, count in left.items() if count > 0}
    return evolve(account, rows_left_out={**kept, _WHY: rows}, columns=columns)
