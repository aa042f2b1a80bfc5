"""Hidden rows and columns with content.

They are read like all others, and reported.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from attrs import define, field

from capbuild.model import Issue
from capbuild.origin import Origin, column_letters
from capbuild_sheets.sheets import LAST_COLUMN, HiddenRanges, MergedRange, Row, Run, Sheet, parse_range

_TRUE = ("1", "true", "on")
#: Rows of height 0 and columns of width 0 are hidden too.
_NOTHING = re.compile(r"0(?:\.0+)?")
_UNSEEN = re.compile(rb' (?:hidden="(?:1|true)"|ht="0(?:\.0+)?")')
_TAG = re.compile(rb"<(col|autoFilter|filterColumn) ([^>]*)>")
_ATTRIBUTE = re.compile(rb'([A-Za-z]+)="([^"]*)"')
#: Number of runs that a message lists.
_NAMED = 6
#: Largest number of filters read: one of the sheet, and one of each of its tables.
_AREAS = 100


def to_ranges(numbers: Iterable[int]) -> tuple[Run, ...]:
    """Return runs of consecutive numbers from sorted numbers.

    Example:
        >>> [tuple(run) for run in to_ranges([2, 3, 4, 9])]
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
    """Collector of hidden rows and columns of one sheet.

    Attributes:
        rows: Row numbers.
        columns: Runs of columns, up to the number of columns of a sheet.
        areas: Areas of filters that hide rows.
        filtered: Rows that the file marks as filtered out.
    """

    rows: list[int] = field(factory=list)
    columns: list[Run] = field(factory=list)
    areas: list[MergedRange] = field(factory=list)
    filtered: set[int] = field(factory=set)
    _area: MergedRange | None = None

    def row(self, number: int, attributes: Mapping[str, str]) -> None:
        """Record a row by its attributes."""
        if attributes.get("hidden") in _TRUE or _NOTHING.fullmatch(attributes.get("ht", "")):
            self.rows.append(number)

    def take(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Record a column, a filter or a filter's criterion."""
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
        """Record hidden columns and filters of a plain sheet."""
        for tag, rest in _TAG.findall(piece):
            attributes = {name.decode(): value.decode("utf-8", "replace") for name, value in _ATTRIBUTE.findall(rest)}
            self.take(tag.decode(), attributes)

    def take_rows(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """Record hidden rows of a plain sheet.

        Each row is its number and its other attributes. The latter rarely differ, so each variant is searched only
        once.
        """
        rows = list(rows)
        odd = {rest for rest in {rest for _, rest in rows} if _UNSEEN.search(rest)}
        if odd:
            self.rows.extend(int(number) for number, rest in rows if rest in odd)

    def of(self, rows: Sequence[Row], more_areas: Callable[[], Iterable[MergedRange]]) -> HiddenRanges:
        """Return the hidden rows and columns with content.

        Args:
            rows: The rows of the sheet.
            more_areas: Returns the filter areas of the sheet's tables; called only if needed.
        """
        filled = {number for number in self.rows if 0 < number <= len(rows) and rows[number - 1]}
        return self.within(filled, _used(rows) if self.columns else (), more_areas)

    def within(
        self, rows: Container[int], columns: Iterable[int], more_areas: Callable[[], Iterable[MergedRange]]
    ) -> HiddenRanges:
        """Return the hidden ones among rows and columns with content.

        Args:
            rows: Rows with content.
            columns: Columns with content, from 1.
            more_areas: Returns the filter areas of the sheet's tables; called only if needed.
        """
        hidden = sorted({number for number in self.rows if number in rows})
        areas = [*self.areas, *(more_areas() if hidden else ())][:_AREAS]
        # A filter never hides its own header.
        filtered = [n for n in hidden if n in self.filtered or any(area.top < n <= area.bottom for area in areas)]
        others = sorted(set(hidden).difference(filtered))
        marks = bytearray(LAST_COLUMN + 2)
        for run in self.columns:
            marks[run.first : run.last + 1] = b"\1" * (run.last - run.first + 1)
        unseen = sorted(column for column in columns if marks[column])
        return HiddenRanges(rows=to_ranges(others), filtered=to_ranges(filtered), columns=to_ranges(unseen))


def _used(rows: Sequence[Row]) -> set[int]:
    """Return the non-empty columns, from 1."""
    left = set(range(1, max(map(len, rows), default=0) + 1))
    used: set[int] = set()
    for row in rows:
        few = len(left) < len(row)
        places: Iterable[int] = left if few else range(1, len(row) + 1)
        filled = [c for c in places if c <= len(row) and row[c - 1] is not None and (few or c in left)]
        used.update(filled)
        left.difference_update(filled)
    return used


def _listed(runs: Sequence[Run], one: str, many: str, name: Callable[[int], str] = str) -> str:
    """Return runs as text: `rows 5 to 9 and 12`."""
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


def unseen_issues(file: str, sheet: Sheet | str, unseen: HiddenRanges | None = None) -> Iterator[Issue]:
    """Yield an issue per kind of hidden rows and columns.

    Args:
        file: Name of the file.
        sheet: The sheet, or its name if `unseen` is given.
        unseen: Hidden rows and columns.

    Example:
        >>> sheet = Sheet(name="S", rows=((), ("x",), ("y",)), unseen=HiddenRanges(filtered=(Run(2, 3),)))
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
    is_one = " is hidden" in what
    return Issue.warning(
        "SHEET10",
        f"{what}; {'it was' if is_one else 'they were'} read as all others",
        origin,
        "show them in the spreadsheet, and take out what does not belong to the table",
    )
