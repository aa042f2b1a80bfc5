"""Duplicate metadata columns.

The first is used; others are kept under new names if they differ.
"""

from collections.abc import Mapping, Sequence

from attrs import define, field

from capbuild.formats import IssueLog
from capbuild.model import Severity
from capbuild_xlsform.columns import Column, Part

_NOTHING = frozenset({"", "n/a"})


@define(eq=False)
class DuplicateMetadata:
    """Metadata columns with a duplicate name.

    Attributes:
        pairs: Index of the first column of a name, index of a later one, and the later one's new name.
        differing: Indexes of later columns that differ from the first in some row.
    """

    pairs: list[tuple[int, int, str]] = field(factory=list)
    differing: set[int] = field(factory=set)

    @classmethod
    def of(cls, columns: Sequence[Column]) -> "DuplicateMetadata":
        """Return the duplicates among the columns of a table.

        Example:
            >>> headers = ["_notes", "age", "_notes"]
            >>> parts = [Part.META, Part.WHOLE, Part.META]
            >>> DuplicateMetadata.of([Column(i, h, p, h) for i, (h, p) in enumerate(zip(headers, parts))]).pairs
            [(0, 2, '_notes (2)')]
        """
        places: dict[str, list[int]] = {}
        for column in columns:
            if column.part is Part.META:
                places.setdefault(column.path, []).append(column.index)
        found = (
            (first, other, f"{name} ({number})")
            for name, (first, *others) in places.items()
            for number, other in enumerate(others, start=2)
        )
        return cls(list(found))

    def see(self, cells: Sequence[str]) -> None:
        """Compare one row; blank cells and missing codes do not count as different."""
        for first, other, _ in self.pairs:
            one, two = (cells[place] if place < len(cells) else "" for place in (first, other))
            if one not in _NOTHING and two not in _NOTHING and one != two:
                self.differing.add(other)

    def names(self) -> Mapping[int, str]:
        """Return new names of the columns that differ, by position."""
        return {other: name for _, other, name in self.pairs if other in self.differing}

    def report(self, headers: Sequence[str], row: int, log: IssueLog) -> None:
        """Report the columns that differ.

        Args:
            headers: Headers of the table.
            row: Row number of the header.
            log: Log of issues.
        """
        for place, name in self.names().items():
            message = f"the header {headers[place]!r} is repeated with other values; this column is kept as {name!r}"
            remedy = "find out which one counts"
            log.add("CB113", Severity.WARNING, message, row=row, column=place + 1, remedy=remedy, subject=name)
