"""Countries across: which heads of a sheet with questions down are countries."""

from collections.abc import Sequence

from capbuild.formats.cells import cell_text
from capbuild.formats.folding import one_line
from capbuild_sheets.grids import to_cell
from capbuild_sheets.places import are_codes, names_country
from capbuild_sheets.sheets import Row

__all__ = ["countries_across", "head_of_countries", "place_of_head"]

_JOINT = " - "
_LOOK = 20


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
