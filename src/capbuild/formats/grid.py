"""Unparsed table of cells, and joined databank keys.

Rows keep their places in the file. A databank may join the keys of a row in its first column.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from capbuild.checks import to_tuple
from capbuild.formats.options import TableOptions
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.dates import DayOrder, is_period_header
from capbuild.formats.vocabulary import Role, fold_header, header_meaning
from capbuild.model import Missing
from capbuild.origin import Origin

_Row = tuple[int, Sequence[Cell]]

_HEAD = re.compile(r"([\w -]+(?:[,;][\w -]+)*)\\([\w -]+)")

_TIMES = frozenset(("time", "time period", "year"))

_PLACES = frozenset(("geo", "ref area", "reporter", "geo area"))

#: Missing-value marks with the flag that gives the reason.
_KINDS = {"c": Missing.CONFIDENTIAL, "z": Missing.NOT_APPLICABLE, "n": Missing.NOT_APPLICABLE}

_LETTERS = "bcdefinprsuz"

_FLAGS: Mapping[str, Missing] = {
    f":{gap}{flags}": _KINDS.get(flags, Missing.NO_ANSWER)
    for gap in ("", " ")
    for flags in (*_LETTERS, *(one + two for one in _LETTERS for two in _LETTERS))
}


@frozen
class JoinedKeys:
    r"""Keys joined in the first column.

    Attributes:
        names: Names of the keys.
        place: Index of the country key.
        joint: Separator of the keys.

    Example:
        >>> keys = find_keys(["unit,geo\\TIME_PERIOD", "2019 ", "2020 "])
        >>> list(keys.rows([(1, ["unit,geo\\TIME_PERIOD", "2019 "]), (2, ["NR,BE", "12 b"])]))
        [(1, ['unit', 'geo', '2019 ']), (2, ['NR', 'BE', '12 b'])]
    """

    names: tuple[str, ...]
    place: int
    joint: str

    @property
    def added(self) -> int:
        """Number of columns added by splitting off the country."""
        return 0 if len(self.names) == 1 else 1

    def options(self, options: TableOptions) -> TableOptions:
        """Return options with the column roles and the missing-value marks."""
        others = self.joint.join(self.names[: self.place] + self.names[self.place + 1 :])
        columns = {others: "question", self.names[self.place]: "country"} if self.added else {self.names[0]: "country"}
        known = {fold_header(name): role for name, role in columns.items()}
        return evolve(options, columns={**known, **options.columns}, missing={**_FLAGS, **options.missing})

    def rows(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        """Yield rows with the joined country split off."""
        for number, cells in rows:
            text = cell_text(cells[0]) if cells else ""
            parts = [part.strip() for part in text.partition("\\")[0].split(self.joint)]
            if len(parts) != len(self.names):
                yield number, cells if not self.added or not cells else [cells[0], "", *cells[1:]]
                continue
            others = self.joint.join(parts[: self.place] + parts[self.place + 1 :])
            yield number, [*([others] if self.added else []), parts[self.place], *cells[1:]]


def find_keys(headers: Sequence[Cell]) -> JoinedKeys | None:
    r"""Parse joined keys from the first header.

    The result is None if there are none, or no periods follow.

    Example:
        >>> find_keys(["geo\\time", "2019", "2020"]), find_keys(["Country", "2019", "2020"]) is None
        (JoinedKeys(names=('geo',), place=0, joint=','), True)
    """
    texts = list(map(cell_text, headers))
    match = _HEAD.fullmatch(texts[0]) if texts else None
    if (
        match is None
        or fold_header(match[2]) not in _TIMES
        or not texts[1:]
        or not all(map(is_period_header, texts[1:]))
    ):
        return None
    joint = ";" if ";" in match[1] else ","
    names = tuple(name.strip() for name in match[1].split(joint))
    place = next((i for i, name in enumerate(names) if _is_place(name)), -1)
    return JoinedKeys(names, place, joint) if place >= 0 else None


def _is_place(name: str) -> bool:
    meaning = header_meaning(name)
    return fold_header(name) in _PLACES or (meaning is not None and meaning.role is Role.COUNTRY)


#: Row number, from 1 as in editors and spreadsheets, and cells.
GridRow = tuple[int, Sequence[Cell]]


@frozen(eq=False)
class Grid:
    """One table or sheet, read once from top to bottom.

    Attributes:
        file: Name of the file, as origins print it.
        rows: The rows in order. Blank rows may be skipped; row numbers show the gaps.
        sheet: Name of the sheet; None for a text file.
        headers: Column names, if the format stores them apart from the rows.
        semicolons: Whether semicolons separate cells, as in files with decimal commas, or may be typed in text, as in
            workbooks.
        keys: Joined keys of the file's first column, which are split in the rows; None for other files.
        order: Order of day and month seen elsewhere in the file.

    Example:
        >>> grid = Grid("a.xlsx", [(1, ["country", "Q1"]), (2, ["Jamaica", 3])], "Q")
        >>> print(grid.origin(2, 2))
        a.xlsx!Q:B2
    """

    file: str
    rows: Iterable[GridRow] = field(repr=False)
    sheet: str | None = None
    semicolons: bool = False
    headers: tuple[str, ...] = field(default=(), converter=to_tuple)
    order: DayOrder | None = None
    keys: JoinedKeys | None = None

    def origin(self, row: int, column: int | None = None) -> Origin:
        """Return the origin of a row or a cell."""
        return Origin(self.file, self.sheet, row, column)
