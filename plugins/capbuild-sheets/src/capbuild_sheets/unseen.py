"""Rows and columns that a sheet holds and does not show: they are read as all others, and told."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from attrs import define, field

from capbuild.model import Issue, Severity
from capbuild.origin import Origin, column_letters
from capbuild_sheets.references import LAST_COLUMN, parse_range
from capbuild_sheets.sheets import MergedRange, Row, Run, Sheet, Unseen

__all__ = ["Hiding", "runs_of", "unseen_issues"]

_TRUE = ("1", "true", "on")
#: A row without height, or a column without width, is not seen either.
_NOTHING = re.compile(r"0(?:\.0+)?")
_UNSEEN = re.compile(rb' (?:hidden="(?:1|true)"|ht="0(?:\.0+)?")')
_TAG = re.compile(rb"<(col|autoFilter|filterColumn) ([^>]*)>")
_ATTRIBUTE = re.compile(rb'([A-Za-z]+)="([^"]*)"')
#: Runs that a message names one by one.
_NAMED = 6
#: Filters that are looked at: a sheet has one, and each of its tables.
_AREAS = 100


def runs_of(numbers: Iterable[int]) -> tuple[Run, ...]:
    """Return rising numbers as runs without gaps.

    Example:
        >>> [tuple(run) for run in runs_of([2, 3, 4, 9])]
        [(2, 4), (9, 9)]
    """
    runs: list[Run] = []
    for number in numbers:
        if runs and number == runs[-1].last + 1:
            runs[-1] = Run(runs[-1].first, number)
        else:
            runs.append(Run(number, number))
    return tuple(runs)


@define
class Hiding:
    """What one sheet says about rows and columns that are not shown, taken as it comes.

    Attributes:
        rows: Numbers of the rows.
        columns: Runs of columns, as far as a sheet may have some.
        areas: Areas of filters that leave rows out.
        filtered: Rows of which the file itself says that a filter leaves them out.
    """

    rows: list[int] = field(factory=list)
    columns: list[Run] = field(factory=list)
    areas: list[MergedRange] = field(factory=list)
    filtered: set[int] = field(factory=set)
    _area: MergedRange | None = None

    def row(self, number: int, attributes: Mapping[str, str]) -> None:
        """Take a row's own attributes."""
        if attributes.get("hidden") in _TRUE or _NOTHING.fullmatch(attributes.get("ht", "")):
            self.rows.append(number)

    def take(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an element that stands around the rows: a column, a filter, what a filter leaves out."""
        if tag == "autoFilter":
            self._area = parse_range(attributes.get("ref", ""))
        elif tag == "filterColumn" and self._area is not None:
            if len(self.areas) < _AREAS:
                self.areas.append(self._area)
            self._area = None
        elif tag == "col" and (attributes.get("hidden") in _TRUE or _NOTHING.fullmatch(attributes.get("width", ""))):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal() and len(first + last) < 12 and len(self.columns) < LAST_COLUMN:
                self.columns.append(Run(max(int(first), 1), min(int(last), LAST_COLUMN)))

    def take_around(self, piece: bytes) -> None:
        """Take what stands around the rows of a sheet that is written in the plain way."""
        for tag, rest in _TAG.findall(piece):
            found = {name.decode(): value.decode("utf-8", "replace") for name, value in _ATTRIBUTE.findall(rest)}
            self.take(tag.decode(), found)

    def take_rows(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Take the numbers of rows, as written, and what else their tags say, which is nearly always the same."""
        rows = list(rows)
        odd = {rest for rest in {rest for _, rest in rows} if _UNSEEN.search(rest)}
        if odd:
            self.rows.extend(int(number) for number, rest in rows if rest in odd)

    def of(self, rows: Sequence[Row], more_areas: Callable[[], Iterable[MergedRange]]) -> Unseen:
        """Return what of some rows is not shown, as far as it holds something.

        Args:
            rows: The rows of the sheet.
            more_areas: Returns the areas of filters of the sheet's tables, where it matters.
        """
        filled = {number for number in self.rows if 0 < number <= len(rows) and rows[number - 1]}
        return self.within(filled, _used(rows) if self.columns else (), more_areas)

    def within(
        self, rows: Container[int], columns: Iterable[int], more_areas: Callable[[], Iterable[MergedRange]]
    ) -> Unseen:
        """Return what is not shown of the rows and columns that hold something.

        Args:
            rows: The rows that hold something.
            columns: The columns that hold something, from 1.
            more_areas: Returns the areas of filters of the sheet's tables, where it matters.
        """
        hidden = sorted({number for number in self.rows if number in rows})
        areas = [*self.areas, *(more_areas() if hidden else ())][:_AREAS]
        # A filter never hides its own heads.
        filtered = [n for n in hidden if n in self.filtered or any(area.top < n <= area.bottom for area in areas)]
        others = sorted(set(hidden).difference(filtered))
        marks = bytearray(LAST_COLUMN + 2)
        for run in self.columns:
            marks[run.first : run.last + 1] = b"\1" * (run.last - run.first + 1)
        unseen = sorted(column for column in columns if marks[column])
        return Unseen(rows=runs_of(others), filtered=runs_of(filtered), columns=runs_of(unseen))


def _used(rows: Sequence[Row]) -> set[int]:
    """Return the columns, from 1, in which something stands; each cell is looked at once at most."""
    left = set(range(1, max(map(len, rows), default=0) + 1))
    used: set[int] = set()
    for row in rows:
        few = len(left) < len(row)
        places: Iterable[int] = left if few else range(1, len(row) + 1)
        found = [c for c in places if c <= len(row) and row[c - 1] is not None and (few or c in left)]
        used.update(found)
        left.difference_update(found)
    return used


def _listed(runs: Sequence[Run], one: str, many: str, name: Callable[[int], str] = str) -> str:
    """Return runs in words: `rows 5 to 9 and 12`."""
    named = [
        name(run.first) if run.first == run.last else f"{name(run.first)} to {name(run.last)}"
        for run in islice(runs, _NAMED)
    ]
    further = sum(run.last - run.first + 1 for run in runs[_NAMED:])
    if further:
        named.append(f"{further:,} more")
    alone = len(runs) == 1 and runs[0].first == runs[0].last
    joined = " and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else named[0]
    return f"{one} {joined} is" if alone else f"{many} {joined} are"


def unseen_issues(file: str, sheet: Sheet | str, unseen: Unseen | None = None) -> Iterator[Issue]:
    """Yield an issue for each kind of rows and columns that a sheet holds and does not show.

    Args:
        file: Name of the file.
        sheet: The sheet; its name is enough where `unseen` is given.
        unseen: What it does not show.

    Example:
        >>> sheet = Sheet(name="S", rows=((), ("x",), ("y",)), unseen=Unseen(filtered=(Run(2, 3),)))
        >>> [issue.message for issue in unseen_issues("a.xlsx", sheet)]
        ['rows 2 to 3 are hidden by a filter; they were read as all others']
    """
    if isinstance(sheet, Sheet):
        unseen = unseen or sheet.unseen
        sheet = sheet.name
    if unseen is None:
        return
    for runs, how in ((unseen.filtered, " by a filter"), (unseen.rows, "")):
        if runs:
            yield _issue(Origin(file, sheet, runs[0].first), f"{_listed(runs, 'row', 'rows')} hidden{how}")
    if unseen.columns:
        what = _listed(unseen.columns, "column", "columns", column_letters)
        yield _issue(Origin(file, sheet, None, unseen.columns[0].first), f"{what} hidden")


def _issue(origin: Origin, what: str) -> Issue:
    one = " is hidden" in what
    return Issue(
        code="SHEET10",
        severity=Severity.WARNING,
        message=f"{what}; {'it was' if one else 'they were'} read as all others",
        origin=origin,
        remedy="show them in the spreadsheet, and take out what does not belong to the table",
    )
