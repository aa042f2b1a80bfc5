"""Check ISO codes beside country names."""

from collections.abc import Iterator, Sequence

from capbuild.formats.layouts.table_view import TableView
from capbuild.formats.places import is_code, is_country_name, is_same_country

__all__ = ["are_codes_of", "code_columns", "find_misfits", "is_misfit"]

#: Rows that show which columns hold codes.
_SAMPLE = 100


def are_codes_of(pairs: Sequence[tuple[str, str]]) -> bool:
    """True if codes belong to the names beside them: all are codes, and most fit.

    Args:
        pairs: Names with the text beside each.

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
    """True if a country name and a code are of different countries.

    Example:
        >>> is_misfit("Peru", "CL"), is_misfit("Peru", "PE"), is_misfit("Congo", "CD"), is_misfit("Peru", "")
        (True, False, False, False)
    """
    return is_code(code) and is_country_name(name) and not is_same_country(name, code)


def code_columns(view: TableView, country: int) -> Iterator[tuple[int, int]]:
    """Yield the columns of names and of codes, one of which is the country column.

    Args:
        view: The table.
        country: The country column.
    """
    for column in view.columns:
        for names, codes in ((country, column), (column, country)):
            rows = [row for row in view.rows[:_SAMPLE] if view.cell(row, names) and view.cell(row, codes)]
            if column != country and are_codes_of([(view.text(row, names), view.text(row, codes)) for row in rows]):
                yield names, codes


def find_misfits(view: TableView, country: int) -> Iterator[tuple[int, int, str, str]]:
    """Yield rows with a country name and a code of different countries.

    Args:
        view: The table.
        country: The country column.

    Returns:
        Row, column beside that of the country, name, code.
    """
    for names, codes in code_columns(view, country):
        for row in view.rows:
            name, code = view.text(row, names), view.text(row, codes)
            if is_misfit(name, code):
                yield row, codes if names == country else names, name, code
