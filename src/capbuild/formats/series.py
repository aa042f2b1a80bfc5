"""Tables of series: a row an indicator, a column a year, as tables of statistics have them."""

from collections.abc import Sequence

from attrs import evolve, frozen

from capbuild.formats.cells import cell_text
from capbuild.formats.columns import Column
from capbuild.formats.grid import GridRow
from capbuild.formats.heads import Role, head_meaning
from capbuild.formats.numbers import is_number
from capbuild.formats.periods import names_period, says_unit
from capbuild.formats.personal import personal_by_head
from capbuild.formats.places import is_code, names_country

__all__ = ["Series", "find_series", "with_series"]

#: Columns that say something of the whole row.
_KEYS = (Role.COUNTRY, Role.DATE, Role.LANGUAGE, Role.COMMENT)
#: Rows by which labels and numbers are judged.
_SAMPLE = 200


@frozen
class Series:
    """Which columns of a table of series are what, by their place from 0.

    Attributes:
        labels: The columns that name each series; the first where heads do not say which.
        values: The columns of values: periods, and what stands beside them, such as a total.
        units: The columns of units of measure.
    """

    labels: tuple[int, ...]
    values: tuple[int, ...]
    units: tuple[int, ...] = ()


def find_series(names: Sequence[str], rows: Sequence[GridRow], owner: int | None = None) -> Series | None:
    """Return how a table of series is laid out: a row a series, periods across; None where it is no such table.

    Its heads say at least two periods, which are most of its columns of values. Words for questions head the labels;
    or there is one column of texts beside them, which differ below one another, and numbers stand below the periods.

    Args:
        names: The heads.
        rows: Rows below them.
        owner: The column of countries, whose labels come again; None without one.

    Example:
        >>> find_series(["Indicator", "Unit", "2013", "2014"], [(2, ["Staff", "number", 5, 7])])
        Series(labels=(0,), values=(2, 3), units=(1,))
        >>> find_series(["Country", "2013", "2014"], [(2, ["Peru", 5, 7])], owner=0)
    """
    periods = [i for i, name in enumerate(names) if names_period(name)]
    if len(periods) < 2:
        return None
    roles = {i: meaning.role for i, name in enumerate(names) if (meaning := head_meaning(name)) is not None}
    before = [i for i in range(periods[0]) if roles.get(i) not in _KEYS and i != owner]
    units = tuple(i for i in before[1:] if says_unit(names[i]))
    before = [i for i in before if i not in units]
    values = [i for i in range(periods[0], len(names)) if names[i] and roles.get(i) not in _KEYS]
    owners = {Role.RESPONDENT, Role.ID, Role.ANSWER} & {roles.get(i) for i in (*before, *values)}
    if owners or 2 * len(periods) <= len(values):
        return None
    labels = [i for i in before if roles.get(i) is Role.QUESTION and not _names_owners(rows[:_SAMPLE], i, owner)]
    if not labels and _are_numbers(rows[:_SAMPLE], periods):
        labels = _labels(names, rows[:_SAMPLE], before, owner)
    # Numbers before the periods are values too.
    numbers = [i for i in before if i not in labels and _are_numbers(rows[:_SAMPLE], [i])]
    return Series(tuple(labels), (*numbers, *values), units) if labels else None


def with_series(columns: Sequence[Column], rows: Sequence[GridRow]) -> tuple[Column, ...]:
    """Return the columns of a table; where it is one of series, with the parts that they play in a long table.

    What the options say of a column is left as it is, and so is a table of whose series they say something.
    """
    owner = next((c.index for c in sorted(columns, key=lambda c: c.rank) if c.role is Role.COUNTRY), None)
    found = find_series([column.name for column in columns], rows, owner)
    parts: dict[int, Role] = {}
    if found is not None:
        parts |= dict.fromkeys(found.values, Role.ANSWER) | dict.fromkeys(found.units, Role.UNIT)
        parts |= {index: Role.QUESTION for index in found.labels if columns[index].role is not Role.QUESTION}
        if any(columns[index].given for index in (*found.labels, *parts)):
            return tuple(columns)
    return tuple(evolve(c, role=parts[c.index], rank=0) if c.index in parts else c for c in columns)


def _names_owners(rows: Sequence[GridRow], index: int, owner: int | None) -> bool:
    """Tell whether a column says one thing of each country, such as its code or region, and not the same of all."""
    if owner is None:
        return False
    pairs = {(cell_text(row[owner]), cell_text(row[index])) for _, row in rows if len(row) > max(owner, index)}
    return len({name for _, name in pairs}) > 1 and len(pairs) == len({place for place, _ in pairs})


def _labels(names: Sequence[str], rows: Sequence[GridRow], before: Sequence[int], owner: int | None) -> list[int]:
    """Return the one column before the periods that holds texts, where it can name series; else nothing."""
    texts = {i: found for i in before if (found := _texts(rows, i))}
    if len(texts) != 1:
        return []
    ((index, found),) = texts.items()
    places = sum(names_country(text) or is_code(text) for text in found)
    if personal_by_head(names[index]) is not None or 2 * places > len(found):
        return []
    repeats = 2 * len(set(found)) <= len(found)
    if owner is None:
        return [index] if len(set(found)) >= 0.8 * len(found) else []
    owners = _texts(rows, owner)
    return [index] if repeats and 2 * len(set(owners)) <= len(owners) else []


def _texts(rows: Sequence[GridRow], index: int) -> list[str]:
    """Return the texts of a column in rows that hold more; nothing where it holds numbers."""
    cells = [row[index] for _, row in rows if index < len(row) and sum(map(bool, map(cell_text, row))) > 1]
    texts = [cell_text(cell) for cell in cells if cell_text(cell)]
    return texts if not any(map(is_number, cells)) else []


def _are_numbers(rows: Sequence[GridRow], columns: Sequence[int]) -> bool:
    """Tell whether most cells of some columns that hold something hold a number."""
    cells = [row[i] for _, row in rows for i in columns if i < len(row) and cell_text(row[i])]
    return 2 * sum(map(is_number, cells)) > len(cells)
