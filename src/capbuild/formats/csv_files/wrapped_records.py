"""Unwrap records saved as one quoted cell, as after pasting CSV into one spreadsheet column."""

import csv
import io
from collections.abc import Sequence

from capbuild.formats.csv_files.dialect import DELIMITERS, first_records
from capbuild.formats.values.numbers import is_number

#: Tenths of the records that must be as wide as the header.
_ALIKE = 8


def unwrap(text: str, delimiter: str) -> list[str] | None:
    r"""Split a cell that contains one record; None for other texts.

    Args:
        text: Text of the cell, without outer quotes.
        delimiter: Delimiter within the cell.

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
    """True if no space follows a delimiter, as it does the commas of a sentence."""
    return not any(cell.startswith(" ") for cell in cells[1:])


def find_wrapping(records: Sequence[Sequence[str]]) -> str | None:
    """Detect the inner delimiter of records that are one cell each.

    None if they are not records. The first is a header, nearly all others have as many cells, and no space follows a
    delimiter.

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
    r"""Return the first records of a text, unwrapped. Do not modify them.

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
    """Detect the inner delimiter of a text whose records are one cell each.

    None if they are not records.

    Args:
        text: The beginning of a file.
        delimiter: Outer delimiter, detected or given.
    """
    return find_wrapping(first_records(text, delimiter))
