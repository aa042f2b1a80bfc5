"""View of a grid by rows and columns, never copied."""

from collections.abc import Iterator, Sequence

from attrs import define, field

from capbuild._garbage import text_cache
from capbuild.formats.layouts.cell_grid import CellGrid, split_fact
from capbuild.formats.layouts.header import Header
from capbuild.formats.layouts.ledger import Ledger
from capbuild.formats.places import find_country, is_code, is_country_name, is_same_country, places_in_words
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.vocabulary import Role, fold_header, one_line, ranked

#: One text in many cells, as workbooks share them, is put on one line once: it may be long.
_one_line = text_cache(1_000)(one_line)


@define(eq=False)
class TableView:
    """Table state while layout steps are applied.

    Attributes:
        grid: The grid.
        ledger: Its ledger.
        rows: Remaining rows.
        columns: Remaining columns.
        header: The header.
        header_rows: Header rows.
        country: Country of the whole table; empty if unknown.
        row_country: Countries of rows below a country heading.
        row_section: Question headings of rows.
        unsure_headings: Rows taken for headings that may be questions without an answer.
        filled_down: Cells filled from a cell above.
        pairs: Lines of label and value above the table: row, label column, value column; the columns are equal if one
            cell has both.
    """

    grid: CellGrid
    ledger: Ledger
    rows: list[int] = field(factory=list)
    columns: list[int] = field(factory=list)
    header: Header = field(factory=lambda: Header({}, {}))
    header_rows: tuple[int, ...] = ()
    country: str = ""
    row_country: dict[int, str] = field(factory=dict)
    row_section: dict[int, str] = field(factory=dict)
    unsure_headings: list[int] = field(factory=list)
    filled_down: dict[tuple[int, int], Cell] = field(factory=dict)
    pairs: list[tuple[int, int, int]] = field(factory=list)

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, or its filled-down value."""
        own = self.grid.rows[row][column]
        return self.filled_down.get((row, column)) if own is None else own

    def text(self, row: int, column: int) -> str:
        """Return a cell as one line of text."""
        return _one_line(cell_text(self.cell(row, column)))

    def fact(self, row: int, label: int, value: int) -> tuple[str, Cell]:
        """Return label and value of a line above the table."""
        if label == value:
            return split_fact(self.text(row, label))
        return self.text(row, label).rstrip(" :：").strip(), self.grid.rows[row][value]

    def full(self, row: int) -> list[int]:
        """Return the filled columns of a row."""
        return self.grid.full(row, self.columns)

    def without(self, rows: Sequence[int]) -> list[int]:
        """Return the remaining rows except some."""
        gone = set(rows)
        return [row for row in self.rows if row not in gone]


#: Sample of rows used to detect columns of codes.
_SAMPLE = 100

#: Place of the headers of codes among those of countries in the vocabulary.
_CODE_RANK = 2


def are_codes_of(pairs: Sequence[tuple[str, str]]) -> bool:
    """True if codes belong to the names next to them.

    All must be codes, and most must fit.

    Args:
        pairs: Names with the text next to each.

    Example:
        >>> are_codes_of([("Peru", "PE"), ("Chad", "TD"), ("Niger", "NG")])
        True
        >>> are_codes_of([("Peru", "TD"), ("Chad", "PE"), ("Niger", "NG")])
        False
    """
    if not all(is_code(code) for _, code in pairs):
        return False
    known = [pair for pair in pairs if is_country_name(pair[0])]
    return len(known) > 1 and 2 * sum(is_same_country(*pair) for pair in known) > len(known)


def is_misfit(name: str, code: str) -> bool:
    """True if name and code are of different countries.

    A territory may have the code of its state.

    Example:
        >>> is_misfit("Peru", "CL"), is_misfit("Peru", "PE"), is_misfit("Congo", "CD"), is_misfit("Peru", "")
        (True, False, False, False)
        >>> is_misfit("Hong Kong", "CN"), is_misfit("Netherlands", "AW")
        (False, True)
    """
    if not is_code(code) or not is_country_name(name) or is_same_country(name, code):
        return False
    both = find_country(f"{name} ({code})")
    return both is None or both != find_country(name)


def code_columns(view: TableView, country: int) -> Iterator[tuple[int, int]]:
    """Yield pairs of name and code columns.

    One of each pair is the country column.

    Args:
        view: The table.
        country: The country column.
    """
    for column in view.columns:
        if view.header.given.get(column) not in (None, Role.COUNTRY):
            continue
        for names, codes in ((country, column), (column, country)) if column != country else ():
            rows = [row for row in view.rows[:_SAMPLE] if view.cell(row, names) and view.cell(row, codes)]
            if not all(is_code(view.text(row, codes)) for row in rows):
                continue
            pairs = [(view.text(row, names), view.text(row, codes)) for row in rows]
            if _are_codes_of_countries(pairs, view.header.name(codes)) or are_codes_of(pairs):
                yield names, codes


def _are_codes_of_countries(pairs: Sequence[tuple[str, str]], header: str) -> bool:
    """True if texts are country codes.

    Their header must be for codes, and most texts next to them must be countries.
    """
    if not _names_codes(header) or not all(is_code(code) for _, code in pairs):
        return False
    return 2 * sum(is_country_name(name) for name, _ in pairs) > len(pairs)


def _names_codes(header: str) -> bool:
    """True if a header is for country codes.

    Examples are `ISO3`, `country.code` and `código de país`. For tables of a single row too, only the header decides.
    """
    ranks, folded = ranked("header.country"), fold_header(header)
    first, _, last = folded.rpartition(" ")
    return ranks.get(folded) == _CODE_RANK or (first in ranks and ranks.get(last) == _CODE_RANK)


def find_misfits(view: TableView, country: int) -> Iterator[tuple[int, int, str, str]]:
    """Yield rows with name and code of different countries.

    Args:
        view: The table.
        country: The country column.

    Returns:
        Row, column next to that of the country, name, code.
    """
    for names, codes in code_columns(view, country):
        for row in view.rows:
            name, code = view.text(row, names), view.text(row, codes)
            if is_misfit(name, code):
                yield row, codes if names == country else names, name, code


def find_places(view: TableView, country: int) -> dict[int, str]:
    """Return the country of each row with more words.

    An example of such a cell is `01 Peru`. The first rows show whether the column has them.
    """
    sample = (view.text(row, country) for row in view.rows[:_SAMPLE])
    if not places_in_words(sample):
        return {}
    places = places_in_words(view.text(row, country) for row in view.rows)
    return {row: places[text] for row in view.rows if (text := view.text(row, country)) in places}
