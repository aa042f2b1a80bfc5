"""Check ISO codes beside country names."""

from collections.abc import Iterator, Sequence

from capbuild.formats.layouts.table_view import TableView
from capbuild.formats.places import is_code, is_country_name, is_same_country

__all__ = ["are_codes_of", "find_misfits"]

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


def find_misfits(view: TableView, country: int) -> Iterator[tuple[int, int, str, str]]:
    """Yield rows with a country name and a code of different countries.

    Args:
        view: The table.
        country: The country column.

    Returns:
        Row, column beside that of the country, name, code.
    """
    for column in view.columns:
        for names, codes in ((country, column), (column, country)):
            rows = [row for row in view.rows[:_SAMPLE] if view.cell(row, names) and view.cell(row, codes)]
            if column == country or not are_codes_of([(view.text(row, names), view.text(row, codes)) for row in rows]):
                continue
            for row in view.rows:
                name, code = view.text(row, names), view.text(row, codes)
                if is_code(code) and is_country_name(name) and not is_same_country(name, code):
                    yield row, column, name, code
