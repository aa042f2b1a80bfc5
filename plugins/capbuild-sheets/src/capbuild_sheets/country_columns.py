"""Detection of country columns from their cells."""

from collections.abc import Sequence

from capbuild.formats import cell_text, is_code, is_country_header, is_country_name, is_region_name, is_total
from capbuild_sheets.sheets import Cell

_SAMPLE = 40


def _are_codes(texts: Sequence[str]) -> bool:
    """Return True for ISO 3166 country codes.

    Three or more distinct ones, of one length, in capitals.

    Example:
        >>> _are_codes(["JAM", "BRB", "HTI"]), _are_codes(["YES", "BRB", "HTI"]), _are_codes(["JM"])
        (True, False, False)
    """
    if len(set(texts)) < 3 or len({len(text) for text in texts}) != 1:
        return False
    return all(map(is_code, texts))


def country_column(heads: Sequence[str], rows: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the country column, preferring country headers.

    Args:
        heads: Column headers.
        rows: Sample of the rows below.
    """
    shares = {}
    for index, head in enumerate(heads):
        texts = _texts(rows, index)
        if _are_codes(texts):
            shares[index] = 0.9
        elif len(texts) and sum(map(is_country_name, texts[:5])) * 2 > len(texts[:5]):
            share = sum(map(is_country_name, texts)) / len(texts)
            if share >= 0.6 and (len(texts) > 1 or is_country_header(head)):
                shares[index] = share + (1 if is_country_header(head) else 0)
    return max(shares, key=lambda index: (shares[index], -index)) if shares else None


def _texts(rows: Sequence[Sequence[Cell]], index: int) -> list[str]:
    """Return the distinct texts of a column; none if it has other types."""
    cells = [row[index] for row in rows if index < len(row) and row[index] is not None and row[index] != ""]
    if any(not isinstance(cell, str) for cell in cells):
        return []
    texts = dict.fromkeys(cell_text(cell) for cell in cells)
    return [text for text in texts if not (is_total(text) or is_region_name(text))][:_SAMPLE]
