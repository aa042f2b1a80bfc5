"""Records that stand in one quoted cell, as spreadsheets save a table of text that was pasted into one column."""

import csv
import io
from collections.abc import Sequence

from capbuild.formats.dialect import DELIMITERS, first_records
from capbuild.formats.numbers import is_number

__all__ = ["find_wrapping", "is_tight", "start_records", "unwrap", "wrapping_of"]

#: How many in ten records must be as wide as the heads.
_ALIKE = 8


def unwrap(text: str, delimiter: str) -> list[str] | None:
    r"""Return the cells of the one record that a cell holds; None for any other text.

    Args:
        text: The text of the cell, without the quotes around it.
        delimiter: What separates cells within it.

    Example:
        >>> unwrap('Haiti,2,"yes, no"', ","), unwrap("no record", ","), unwrap("two,\nrecords", ",")
        (['Haiti', '2', 'yes, no'], None, None)
    """
    if delimiter not in text:
        return None
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 and len(records[0]) > 1 else None


def is_tight(cells: Sequence[str]) -> bool:
    """Tell whether no space stands behind a separator, as it does behind the commas of a sentence."""
    return not any(cell.startswith(" ") for cell in cells[1:])


def find_wrapping(records: Sequence[Sequence[str]]) -> str | None:
    """Return what separates cells within the one cell that each record has; None where they are no records.

    The first one holds heads, nearly all others as many cells, and no space stands behind a separator.

    Args:
        records: The first records of a text.

    Example:
        >>> find_wrapping([["Country;P1"], ["Peru;4"], ["Cuba;3"]])
        ';'
        >>> find_wrapping([["In your view, why?"], ["It is new, I think"], ["They left, all"]])
    """
    filled = [record for record in records if any(map(str.strip, record))]
    if len(filled) < 2 or not _is_lone(filled[0]) or not all(map(_is_lone, filled)):
        return None
    return next((mark for mark in DELIMITERS if _are_records([record[0] for record in filled], mark)), None)


def _is_lone(record: Sequence[str]) -> bool:
    return bool(record[0].strip()) and not any(map(str.strip, record[1:]))


def _are_records(texts: Sequence[str], delimiter: str) -> bool:
    heads = unwrap(texts[0], delimiter)
    if heads is None:
        return False
    named = [head.strip() for head in heads if head.strip()]
    if len(named) < 2 or len(set(named)) < len(named) or is_number(named[0]):
        return False
    found = [cells for text in texts[1:] if (cells := unwrap(text, delimiter)) is not None]
    alike = [cells for cells in found if len(cells) == len(heads)]
    if not alike or 10 * len(alike) < _ALIKE * (len(texts) - 1) or not all(map(is_tight, [heads, *alike])):
        return False
    # Two numbers may be one with a decimal comma.
    return len(heads) > 2 or not all(is_number(cell) for cells in alike for cell in cells if cell)


def start_records(text: str) -> Sequence[list[str]]:
    r"""Return the records at the start of a text as a reader of text tables sees them. They are not to be changed.

    Args:
        text: The beginning of a file.

    Example:
        >>> start_records('"Country;P1"\n"Peru;4"\n')
        [['Country', 'P1'], ['Peru', '4']]
    """
    records = first_records(text)
    mark = find_wrapping(records)
    if mark is None:
        return records
    return [(unwrap(record[0], mark) if record else None) or record for record in records]


def wrapping_of(text: str, delimiter: str) -> str | None:
    """Return what separates cells within the one cell that each record of a text has; None where they are no records.

    Args:
        text: The beginning of a file.
        delimiter: What separates its cells, as it was found or is given.
    """
    return find_wrapping(first_records(text, delimiter))
