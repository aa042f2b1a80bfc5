"""Check ISO codes beside country names."""

from collections.abc import Iterator, Sequence

from capbuild.formats.headers import Role
from capbuild.formats.layouts.table_view import TableView
from capbuild.formats.normalisation import fold_header
from capbuild.formats.places import find_country, is_code, is_country_name, is_same_country
from capbuild.formats.vocabulary import ranked

#: Rows that show which columns hold codes.
_SAMPLE = 100
#: Place of the headers of codes among those of countries in the vocabulary.
_CODE_RANK = 2


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
    """True if a country name and a code are of different countries. A territory may have the code of its state.

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
    """Yield the columns of names and of codes, one of which is the country column.

    Args:
        view: The table.
        country: The country column.
    """
    for column in view.columns:
        if view.header.given.get(column) not in (None, Role.COUNTRY):
            continue
        for names, codes in ((country, column), (column, country)):
            rows = [row for row in view.rows[:_SAMPLE] if view.cell(row, names) and view.cell(row, codes)]
            pairs = [(view.text(row, names), view.text(row, codes)) for row in rows]
            if column != country and (_are_said_to_be(pairs, view.header.name(codes)) or are_codes_of(pairs)):
                yield names, codes


def _are_said_to_be(pairs: Sequence[tuple[str, str]], header: str) -> bool:
    """True if texts are codes under a header of codes, and most of those beside them are names of countries."""
    if not _names_codes(header) or not all(is_code(code) for _, code in pairs):
        return False
    return 2 * sum(is_country_name(name) for name, _ in pairs) > len(pairs)


def _names_codes(header: str) -> bool:
    """True if a header says that its column has the codes of countries, as `ISO3`, `country.code` and `código de país`.

    What it says is believed, also of a single row.
    """
    ranks, folded = ranked("header.country"), fold_header(header)
    first, _, last = folded.rpartition(" ")
    return ranks.get(folded) == _CODE_RANK or (first in ranks and ranks.get(last) == _CODE_RANK)


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
