"""Sheets with two languages in one cell, or below one header."""

import re
from collections.abc import Mapping, Sequence

from capbuild.frameworks.spreadsheets.headers import SheetRow, SheetView, read_headers, sheet_language

#: Rows to search for a header.
TOP = 20
_IN_HEADER = re.compile(r"\s*[/|\n]\s*")
_IN_CELL = re.compile(r"\s+[/|]\s+|\s*\n\s*")


def join_headers(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """Return the header of two rows.

    The first row may have groups, each for its own column and the blank cells after it. Languages below a group mark
    its columns.

    Example:
        >>> join_headers(["Domain", "Level 1", "", "Level 2", ""], ["", "EN", "ES", "EN", "ES"])
        ('Domain', 'Level 1 (EN)', 'Level 1 (ES)', 'Level 2 (EN)', 'Level 2 (ES)')
        >>> join_headers(["ID", "Levels", ""], ["", "Level 1", "Level 2"])
        ('ID', 'Level 1', 'Level 2')
    """
    if sum(map(bool, above)) < 2:
        return tuple(below)
    if sum(map(bool, below)) < 2 or not all(map(sheet_language, filter(None, below))):
        return tuple(low or top for top, low in zip(above, below, strict=True))
    joined, group = [], ""
    for top, low in zip(above, below, strict=True):
        group = top or group
        joined.append(f"{group} ({low})" if low else top)
    return tuple(joined)


def split_languages(view: SheetView) -> SheetView:
    """Return a sheet in which each column has one language.

    A column is split if its header has one role in two languages, such as `Indicator / Indicateur`, and at least two
    columns have such a header. The second language is in a new column at the end, whose cells keep their place.
    """
    for row in view.rows[:TOP]:
        pairs = {place: parts for place in row.filled if (parts := _split_header(row.cells[place]))}
        if len(pairs) > 1:
            return _split_columns(view, row, pairs)
    return view


def name_languages(text: str, tags: Sequence[str]) -> dict[str, str] | None:
    """Return a text by language.

    The result is None unless the text has a part for each language.

    Example:
        >>> name_languages("Emerging / Emergente", ["en", "es"]), name_languages("Emerging", ["en", "es"])
        ({'en': 'Emerging', 'es': 'Emergente'}, None)
    """
    parts = _IN_CELL.split(text)
    return dict(zip(tags, parts, strict=True)) if len(parts) == len(tags) > 1 and all(parts) else None


def _split_header(header: str) -> tuple[str, str] | None:
    """Return the two headers in one header.

    The result is None unless both have the same role.

    Example:
        >>> _split_header("Level 1 / Nivel 1"), _split_header("Domain/Domaine"), _split_header("Indicator / Weight")
        (('Level 1', 'Nivel 1'), ('Domain', 'Domaine'), None)
    """
    parts = [part.strip() for part in _IN_HEADER.split(header)]
    if len(parts) != 2 or not all(parts):
        return None
    other = [
        re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), part) for part in parts
    ]  # of one number none is
    columns = [column for part, next_ in zip(parts, other, strict=True) for column in read_headers([part, next_])[:1]]
    same = len(columns) == 2 and len({(column.role, column.kind, column.order) for column in columns}) == 1
    return (parts[0], parts[1]) if same else None


def _split_columns(view: SheetView, header: SheetRow, pairs: Mapping[int, tuple[str, str]]) -> SheetView:
    width = len(header.cells)
    places = {width + number: place for number, place in enumerate(pairs)}
    split_view = SheetView(view.file, view.name, indents=view.indents, places={**view.places, **places})
    for row in view.rows:
        cells, more = list(row.cells), []
        for place, headers in pairs.items():
            parts = headers if row is header else _IN_CELL.split(cells[place]) if row.number > header.number else []
            cells[place], second = parts if len(parts) == 2 else (cells[place], "")
            more.append(second)
        split_view.rows.append(SheetRow(split_view, row.number, (*cells, *more)))
    return split_view
