"""Sheets that are one filled-in form: a label in one column, its value in the next, perhaps a number before it."""

import re
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

__all__ = ["FormLines", "is_filled_form", "is_number", "labels_of", "lines_of"]

_MOST_ROWS = 500
#: Lines of a form among which the one of the country stands.
_FIRST = 8
#: What numbers a question: `1`, `2.3`, `Q4`, `a)`, `IV.`
_NUMBER = re.compile(r"(?:[A-Za-z]{0,4}[-. ]?\d{1,3}(?:[.-]\d{1,3})*[a-z]?|[a-z]|[ivx]{1,5}|[IVX]{1,5})[.):°-]{0,2}")
_CODE = re.compile(r"[A-Z][\w.-]*\d[\w.-]*")


@frozen
class Line:
    """One line of a form.

    Attributes:
        row: Its row, from 1.
        column: Column of its value, from 1.
        label: What is asked.
        value: What was filled in, None where nothing was.
        area: The heading it stands under.
        number: What numbers it; empty where nothing does.
        comment: What was written behind the value.
    """

    row: int
    column: int
    label: str
    value: Cell
    area: str = ""
    number: str = ""
    comment: str = ""

    @property
    def name(self) -> str:
        """What is asked, as a question's id: its code where it has one, else the label without a colon at its end."""
        return self.number if _CODE.fullmatch(self.number) else self.label.rstrip(" :")

    @property
    def text(self) -> str:
        """What is asked, as the form has it."""
        return " ".join(filter(None, (self.number, self.label.rstrip(" :"))))


@frozen
class FormLines:
    """The lines of a form.

    Attributes:
        lines: Lines with a label, and a value or a blank beside it.
        left_out: Other rows, by reason.
    """

    lines: tuple[Line, ...]
    left_out: dict[str, int]


@frozen
class _Columns:
    """Where the parts of a line stand, from 0; -1 for a part that no line has."""

    label: int
    value: int
    number: int = -1
    comment: int = -1

    def line(self, row: Row, places: Sequence[int]) -> tuple[int, int]:
        """Return where label and value of a row stand; lines without a number may begin where numbers stand."""
        if self.number in places and not is_number(row[self.number]):
            value = places[1] if len(places) > 1 else self.label
            return self.number, value
        return (self.label if self.label in places else self.number), self.value


def _places(row: Row) -> list[int]:
    return [index for index, cell in enumerate(row) if filled_cells([cell])]


def _label(cell: Cell) -> str:
    return one_line(cell_text(to_cell(cell)))


def is_number(cell: Cell) -> bool:
    """Tell whether a cell numbers a question.

    Example:
        >>> [is_number(cell) for cell in (1, "2.3", "Q4", "a)", "IV.", "Legal", "Peru 2016")]
        [True, True, True, True, True, False, False]
    """
    return not isinstance(cell, bool) and _NUMBER.fullmatch(_label(cell)) is not None


def _columns(rows: Sequence[Row]) -> _Columns | None:
    """Return the columns of labels and values; None where rows hold more, or elsewhere."""
    filled = [(row, places) for row in rows if len(places := _places(row)) > 1]
    used = sorted({place for _, places in filled for place in places})
    columns = _Columns(*used) if len(used) == 2 else _numbered(filled, used)
    if columns is None:
        return None
    lone = [places[0] for row in rows if len(places := _places(row)) == 1]
    return columns if all(place <= columns.label for place in lone) else None


def _numbered(filled: Sequence[tuple[Row, list[int]]], used: Sequence[int]) -> _Columns | None:
    """Return the columns of a form whose questions are numbered, with or without remarks behind the values.

    Most lines have a number; the others are those above, with a label and its value.
    """
    if len(used) not in (3, 4):
        return None
    number, label, value, *after = used
    asked = [(row, places) for row, places in filled if places[:2] == [number, label] and is_number(row[number])]
    others = [(row, places) for row, places in filled if not (number in places and is_number(row[number]))]
    remarks = [row[place] for place in after for row, places in filled if place in places]
    if len(asked) < 3 or len(asked) < len(others) or not all(isinstance(row[label], str) for row, _ in asked):
        return None
    if any(len(places) > 2 or (after and places[1] == after[0]) for _, places in others):
        return None
    if not all(isinstance(cell, str) for cell in remarks):
        return None
    return _Columns(label, value, number, after[0] if after else -1)


def _is_heads(row: Row, label: int, value: int) -> bool:
    """Tell whether a row says `Question` and `Answer` above the others."""
    meaning = head_meaning(_label(row[label]))
    return meaning is not None and meaning.role is Role.QUESTION and says_answer(_label(row[value]))


def lines_of(sheet: Sheet, rows: Sequence[Row], first: int = 1) -> FormLines | None:
    """Return the lines of a form; None where the rows do not lie in such columns.

    A label alone is a question without an answer, unless it is merged with the cell beside it, or stands behind a blank
    row without a question mark or colon: then it is a heading. Of numbered questions the number says so.

    Args:
        sheet: The sheet, for its merged ranges.
        rows: Its rows.
        first: Number of the first of them.
    """
    columns = _columns(rows)
    if columns is None:
        return None
    wide = {m.top for m in sheet.merged if m.left <= columns.label + 1 and m.right >= columns.value + 1}
    lines: list[Line] = []
    left: dict[str, int] = {}
    area, after_blank = "", True
    for number, row in enumerate(rows, start=first):
        places = _places(row)
        reason = ""
        label, value = columns.line(row, places)
        if not places:
            reason = "blank"
        elif not isinstance(row[label if label in places else places[0]], str):
            return None
        elif len(places) > 1:
            reason = "heads" if value in places and _is_heads(row, label, value) else ""
        elif not lines:
            reason = "title or note above the heads"
        elif number in wide or places[0] != columns.label or (after_blank and not _asks(_label(row[label]))):
            area, reason = _label(row[places[0]]), "a heading without a question"
        if reason:
            left[reason] = left.get(reason, 0) + 1
        else:
            lines.append(_line(row, columns, number, area))
        after_blank = not places
    return FormLines(tuple(lines), left)


def _line(row: Row, columns: _Columns, number: int, area: str) -> Line:
    places = _places(row)
    label, value = columns.line(row, places)
    return Line(
        row=number,
        column=value + 1,
        label=_label(row[label]),
        value=row[value] if value in places else None,
        area=area,
        number=_label(row[columns.number]) if columns.number in places and label == columns.label else "",
        comment=_label(row[columns.comment]) if columns.comment in places else "",
    )


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
