"""Rows between the header and the first submission: tags and labels."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from attrs import define, field

from capbuild_xlsform.metadata import is_meta, normalise_meta_name

_Row = tuple[int, tuple[str, ...]]
#: HXL hashtag, which tools write in a row below the header: `#adm1 +name`.
_TAG = re.compile(r"#[A-Za-z]\w*(?:\s*\+\s*\w+)*")


@define(eq=False)
class SubheaderRows:
    """Rows below the header that are not submissions.

    Attributes:
        tags: Numbers of the rows of tags.
        labelled: Numbers of the rows of labels.
        labels: Labels in column order; empty for none.
    """

    tags: list[int] = field(factory=list)
    labelled: list[int] = field(factory=list)
    labels: tuple[str, ...] = ()

    @property
    def last(self) -> int:
        """Number of the last of these rows; 0 for none."""
        return max((*self.tags, *self.labelled), default=0)


def find_subheader_rows(rows: Iterable[_Row], headers: Sequence[str]) -> tuple[SubheaderRows, Iterator[_Row]]:
    """Return the leading rows of tags and labels, and the remaining rows.

    Ona can write labels below the names; metadata columns repeat their name there.

    Args:
        rows: Rows below the header.
        headers: Column headers.

    Example:
        >>> rows = [(2, ("Age?", "_id", "_uuid")), (3, ("#age", "", "")), (4, ("5", "1", "u"))]
        >>> found, rest = find_subheader_rows(rows, ["age", "_id", "_uuid"])
        >>> found.labelled, found.tags, found.labels, list(rest)
        ([2], [3], ('Age?', '_id', '_uuid'), [(4, ('5', '1', 'u'))])
    """
    found, stream = SubheaderRows(), iter(rows)
    added = [place for place, head in enumerate(headers) if is_meta(normalise_meta_name(head))]
    for row in stream:
        number, cells = row
        filled = [cell for cell in cells if cell]
        if filled and all(map(_TAG.fullmatch, filled)):
            found.tags.append(number)
        elif not found.labels and _repeats(cells, headers, added):
            found.labelled.append(number)
            found.labels = cells
        else:
            return found, chain([row], stream)
    return found, iter(())


def _repeats(cells: Sequence[str], headers: Sequence[str], added: Sequence[int]) -> bool:
    """Return True if the metadata cells repeat their headers."""
    pairs = [(cells[place], headers[place]) for place in added if place < len(cells) and cells[place]]
    return len(pairs) > 1 and all(cell == head for cell, head in pairs)
