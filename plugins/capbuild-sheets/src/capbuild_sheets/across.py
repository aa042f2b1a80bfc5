"""Countries across: which heads of a sheet with questions down are countries."""

from collections.abc import Sequence
from itertools import pairwise

from attrs import frozen

from capbuild.formats.cells import cell_text
from capbuild.formats.folding import one_line
from capbuild_sheets.grids import to_cell
from capbuild_sheets.places import are_codes, names_country
from capbuild_sheets.sheets import Row

__all__ = ["CountryColumns", "columns_below_countries", "countries_across", "head_of_countries", "place_of_head"]

_JOINT = " - "
_LOOK = 20


@frozen
class CountryColumns:
    """The columns under one country's head.

    Attributes:
        place: The country.
        columns: Its columns from 0, by the head each has below the country's, such as `Score` or `2016`.
    """

    place: str
    columns: dict[str, int]


def place_of_head(name: str) -> str:
    """Return the country that a head names, under the group it stands in; as it is where it names none.

    Example:
        >>> place_of_head("Caribbean - Jamaica"), place_of_head("Jamaica"), place_of_head("Score - Total")
        ('Jamaica', 'Jamaica', 'Score - Total')
    """
    last = name.rpartition(_JOINT)[2]
    return last if names_country(last) or (last.isupper() and len(last) < 4) else name


def countries_across(names: Sequence[str]) -> list[int]:
    """Return the heads that are countries, counted from 0; none where too few of them are.

    They are two or more and half of the heads beyond the first, or three or more codes at the end.

    Example:
        >>> countries_across(["Question", "Jamaica", "Belize"]), countries_across(["Code", "Text", "JAM", "BRB", "BLZ"])
        ([1, 2], [2, 3, 4])
        >>> countries_across(["Country", "Law", "Jamaica"])
        []
    """
    rest = [i for i in range(1, len(names)) if names[i]]
    named = [i for i in rest if names_country(place_of_head(names[i]))]
    if len(named) > 1 and 2 * len(named) >= len(rest):
        return named
    codes = [names[i].rpartition(_JOINT)[2] for i in rest]
    for start in range(len(codes)):
        if are_codes(codes[start:]):
            return rest[start:]
    return []


def head_of_countries(rows: Sequence[Row]) -> int | None:
    """Return the first row, from 0, whose heads are countries above questions; None where there is none.

    Its first cell is no country, and neither are most of the cells below that one: else it is a row of pairs.
    """
    for index, row in enumerate(rows[:_LOOK]):
        texts = [one_line(cell_text(to_cell(cell))) for cell in row]
        if not texts or names_country(texts[0]) or any(cell is not None and not isinstance(cell, str) for cell in row):
            continue
        if countries_across(texts):
            below = [str(cell) for later in rows[index + 1 :] for cell in later[:1] if isinstance(cell, str)]
            pairs = 2 * sum(map(names_country, below)) > len(below)
            return index if rows[index + 1 :] and not pairs else None
    return None


def columns_below_countries(rows: Sequence[Row], index: int) -> list[CountryColumns]:
    """Return the columns of each country where a row below the countries repeats the same heads for each of them.

    Args:
        rows: Rows of the sheet; a merged country stands in its first cell.
        index: The row of countries, from 0.

    Example:
        >>> rows = [("Question", "Jamaica", None, "Belize"), (None, "Score", "Note", "Score", "Note")]
        >>> [found.columns for found in columns_below_countries(rows, 0)]
        [{'Score': 1, 'Note': 2}, {'Score': 3, 'Note': 4}]
    """
    if not 0 <= index < len(rows) - 1:
        return []
    heads, below = rows[index], rows[index + 1]
    texts = [one_line(cell_text(to_cell(cell))) for cell in heads]
    starts = [place for place, text in enumerate(texts) if place and text and names_country(text)]
    if len(starts) < 2 or any(texts[place] for place in _between(starts)):
        return []
    width = starts[1] - starts[0]
    if width < 2 or any(later - start != width for start, later in pairwise(starts)):
        return []
    if any(cell is not None for cell in below[: starts[0]]) or any(texts[starts[-1] + 1 :]):
        return []
    groups = [[_sub_head(cell) for cell in below[start : start + width]] for start in starts]
    first = groups[0]
    if len(set(first)) != width or "" in first or any(group != first for group in groups):
        return []
    return [CountryColumns(texts[start], {head: start + place for place, head in enumerate(first)}) for start in starts]


def _between(starts: Sequence[int]) -> list[int]:
    return [place for place in range(starts[0] + 1, starts[-1]) if place not in starts]


def _sub_head(cell: object) -> str:
    """Return a head below a country's: a text, or a year."""
    if isinstance(cell, str):
        return one_line(cell)
    return str(cell) if isinstance(cell, int) and 1900 <= cell <= 2100 else ""
