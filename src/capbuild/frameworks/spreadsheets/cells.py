"""Rows of a sheet below a header, with cell origins."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from attrs import define, field, frozen

from capbuild.origin import Origin
from capbuild.plugins import CellTable

_ERROR = re.compile(r"#(REF|N/A|NAME\?|VALUE|DIV/0|NULL|NUM)!?")
_YES = ("yes", "y", "true", "x", "1", "si", "oui", "ja", "sim")
_NO = ("no", "n", "false", "0", "non", "nee", "nao", "")
_NOTHING = (
    "none", "nothing", "never", "without", "ninguno", "ninguna", "nada", "nunca", "sin", "aucun", "aucune", "rien",
    "jamais", "sans", "pas", "geen", "niets", "nooit", "zonder", "nenhum", "nenhuma", "sem",
)  # fmt: skip


def fold(text: str) -> str:
    """Return a text in lower case, without accents, with punctuation as single spaces.

    Example:
        >>> fold(" Descripción_(ES) ")
        'descripcion es'
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in plain)
    return " ".join(letters.split())


def has_error(text: str) -> bool:
    """True for a cell with a spreadsheet error."""
    return _ERROR.fullmatch(text) is not None


def to_number(text: str) -> float | int | None:
    """Return a number, or None; accepts a decimal comma and a percent sign.

    Example:
        >>> to_number("2"), to_number("0,5"), to_number("25 %"), to_number("two")
        (2, 0.5, 25, None)
    """
    plain = text.replace("%", "").replace(",", ".").strip()
    try:
        return int(plain)
    except ValueError:
        pass
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def to_flag(text: str) -> bool | None:
    """Return yes or no as a Boolean; None for other words."""
    word = fold(text)
    return True if word in _YES else False if word in _NO else None


def is_negative(text: str) -> bool:
    """True for a text that begins with a word for "no" or "nothing".

    Example:
        >>> is_negative("No hay"), is_negative("Ninguna"), is_negative("Some")
        (True, True, False)
    """
    return fold(text).split(" ")[0] in (*_NO, *_NOTHING)


@frozen
class SheetRow:
    """One row of a sheet.

    Attributes:
        view: The sheet.
        number: Its number, from 1.
        cells: Its cells, as many as the sheet has columns.
    """

    view: "SheetView"
    number: int
    cells: Sequence[str] = field(repr=False)

    def origin(self, column: int | None = None) -> Origin:
        """Return the origin of the row, or of a cell by column index from 0."""
        return Origin(self.view.file, self.view.name or None, self.number, None if column is None else column + 1)

    def indent(self, column: int) -> int:
        """Return the indentation of a cell."""
        return self.view.indents.get((self.number, column + 1), 0)

    @property
    def filled(self) -> list[int]:
        """Columns that are not blank."""
        return [place for place, cell in enumerate(self.cells) if cell]


@define
class SheetView:
    """Sheet of a file as rows of one width.

    Attributes:
        file: Name of the file.
        name: Name of the sheet; empty for a text file.
        rows: Its rows that are not blank.
        indents: Indents by row and column from 1.
    """

    file: str
    name: str
    rows: list[SheetRow] = field(factory=list, repr=False)
    indents: Mapping[tuple[int, int], int] = field(factory=dict, repr=False)

    @classmethod
    def of(cls, table: CellTable, file: str) -> "SheetView":
        """Return the view of a table of cells."""
        view = cls(file, table.name, indents=table.indents)
        width = max(map(len, table.rows), default=0)
        for number, cells in enumerate(table.rows, start=1):
            if any(cells):
                view.rows.append(SheetRow(view, number, (*cells, *[""] * (width - len(cells)))))
        return view

    def below(self, header: SheetRow) -> Iterator[SheetRow]:
        """Yield the rows below a header row.

        Skips notes that begin with `#` and a space, and rows that repeat the header.
        """
        words = [fold(cell) for cell in header.cells]
        for row in self.rows:
            again = len(row.filled) > 1 and all(fold(row.cells[place]) == words[place] for place in row.filled)
            if row.number > header.number and not again and not row.cells[row.filled[0]].startswith("# "):
                yield row
