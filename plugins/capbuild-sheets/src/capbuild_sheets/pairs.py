"""Sheets that are one filled-in form: a label in one column, its value in the next."""

from collections.abc import Sequence

from attrs import frozen

from capbuild.formats.cells import cell_text
from capbuild.formats.folding import fold_head, one_line
from capbuild.formats.heads import Role, head_meaning
from capbuild.formats.places import is_code, names_country
from capbuild_sheets.grids import to_cell
from capbuild_sheets.headrows import filled_cells
from capbuild_sheets.roles import says_answer
from capbuild_sheets.sheets import Cell, Row, Sheet

__all__ = ["FormLines", "is_filled_form", "labels_of", "lines_of"]

_MOST_ROWS = 500
#: Lines of a form among which the one of the country stands.
_FIRST = 8


@frozen
class Line:
    """One line of a form.

    Attributes:
        row: Its row, from 1.
        label: What is asked.
        value: What was filled in, None where nothing was.
        area: The heading it stands under.
    """

    row: int
    label: str
    value: Cell
    area: str = ""

    @property
    def name(self) -> str:
        """What is asked, as a question's id: without a colon at its end."""
        return self.label.rstrip(" :")


@frozen
class FormLines:
    """The lines of a form.

    Attributes:
        lines: Lines with a label, and a value or a blank beside it.
        column: The column of the values, from 1.
        left_out: Other rows, by reason.
    """

    lines: tuple[Line, ...]
    column: int
    left_out: dict[str, int]


def _places(row: Row) -> list[int]:
    return [index for index, cell in enumerate(row) if filled_cells([cell])]


def _label(cell: Cell) -> str:
    return one_line(cell_text(to_cell(cell)))


def _columns(rows: Sequence[Row]) -> tuple[int, int] | None:
    """Return the columns of labels and values; None where rows hold more, or elsewhere."""
    pairs = {tuple(places) for row in rows if len(places := _places(row)) > 1}
    if len(pairs) != 1 or len(only := pairs.pop()) != 2:
        return None
    first, second = only
    lone = [places[0] for row in rows if len(places := _places(row)) == 1]
    return (first, second) if all(place <= first for place in lone) else None


def _is_heads(row: Row, label: int, value: int) -> bool:
    """Tell whether a row says `Question` and `Answer` above the others."""
    meaning = head_meaning(_label(row[label]))
    return meaning is not None and meaning.role is Role.QUESTION and says_answer(_label(row[value]))


def lines_of(sheet: Sheet, rows: Sequence[Row], first: int = 1) -> FormLines | None:
    """Return the lines of a form; None where the rows do not lie in two columns.

    A label alone is a question without an answer, unless it is merged with the cell beside it, or stands behind a blank
    row without a question mark or colon: then it is a heading.

    Args:
        sheet: The sheet, for its merged ranges.
        rows: Its rows.
        first: Number of the first of them.
    """
    columns = _columns(rows)
    if columns is None:
        return None
    label, value = columns
    wide = {m.top for m in sheet.merged if m.left <= label + 1 and m.right >= value + 1}
    lines: list[Line] = []
    left: dict[str, int] = {}
    area, after_blank = "", True
    for number, row in enumerate(rows, start=first):
        places = _places(row)
        reason = ""
        if not places:
            reason = "blank"
        elif not isinstance(row[places[0]], str):
            return None
        elif len(places) == 2:
            reason = "heads" if _is_heads(row, label, value) else ""
        elif not lines:
            reason = "title or note above the heads"
        elif number in wide or places[0] != label or (after_blank and not _asks(_label(row[label]))):
            area, reason = _label(row[places[0]]), "a heading without a question"
        if reason:
            left[reason] = left.get(reason, 0) + 1
        else:
            lines.append(Line(number, _label(row[label]), row[value] if len(places) == 2 else None, area))
        after_blank = not places
    return FormLines(tuple(lines), value + 1, left)


def labels_of(sheet: Sheet) -> list[str]:
    """Return the labels of a sheet that is one form."""
    found = lines_of(sheet, sheet.rows)
    return [line.name for line in found.lines] if found is not None else []


def _asks(label: str) -> bool:
    return label.endswith(("?", ":"))


def is_filled_form(sheet: Sheet, *, named: bool) -> bool:
    """Tell whether a sheet is one filled-in form.

    One of its first lines says the country; or the sheet is named for one, and its labels end as questions do.

    Args:
        sheet: The sheet.
        named: Whether the sheet is named for a country.
    """
    if len(sheet.rows) > _MOST_ROWS:
        return False
    found = lines_of(sheet, sheet.rows)
    if found is None or "heads" in found.left_out:  # a table with a question a row
        return False
    lines, labels = found.lines, [line.label for line in found.lines]
    if len(lines) < 3 - named or len(set(map(fold_head, labels))) < 0.8 * len(labels):
        return False
    if any(map(_says_country, lines[:_FIRST])):
        return not any(map(names_country, labels))
    return named and 2 * sum(map(_asks, labels)) >= len(labels)


def _says_country(line: Line) -> bool:
    meaning = head_meaning(line.label)
    text = line.value.strip() if isinstance(line.value, str) else ""
    return meaning is not None and meaning.role is Role.COUNTRY and (names_country(text) or is_code(text))
