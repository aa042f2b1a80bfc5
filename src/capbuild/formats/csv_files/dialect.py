"""Detection of delimiters, and of records in quoted cells.

Some programs save each record as a single quoted cell.
"""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice

from capbuild._garbage import text_cache
from capbuild.formats.values.numbers import is_number

#: Candidate delimiters. The first wins a tie, so those rarer in prose come first.
DELIMITERS = "\t;|,"

_DECLARED = re.compile(r'"?sep=([^\w"\r\n])"?', re.IGNORECASE)

_ROWS = 200

#: Lines checked for spaces between delimiters and quotes.
_FEW = 5


def declared_delimiter(first_line: str) -> str | None:
    r"""Return the delimiter declared as `sep=;` in a first line.

    Example:
        >>> declared_delimiter("sep=;\r\n"), declared_delimiter("country;P1")
        (';', None)
    """
    match = _DECLARED.fullmatch(first_line.strip("\r\n"))
    return match[1] if match else None


def has_spaces(lines: Sequence[str], delimiter: str) -> bool:
    """True if spaces separate delimiters from opening quotes.

    A quote after such spaces still opens a cell.

    Example:
        >>> has_spaces(['"Country", "Law"', '"Peru", "1, 2"'], ","), has_spaces(['Country,Law', 'Peru,a "b", "c"'], ",")
        (True, False)
    """
    first = [line for line in lines[: 2 * _FEW] if line.strip()][:_FEW]
    spaced = [re.search(rf'{re.escape(delimiter)} +"', line) is not None for line in first]
    return bool(spaced) and spaced[0] and 2 * sum(spaced) > len(spaced) and f'{delimiter}"' not in first[0]


def _records(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Parse some lines, without a line `sep=;`.

    Parsing stops at the first csv error.
    """
    records: list[list[str]] = []
    lines = lines[1:] if lines and declared_delimiter(lines[0].lstrip("\ufeff")) is not None else lines
    # A delimiter is being tried: records that it cannot split count against it, because they are missing. The reader
    # that follows meets the same line with the chosen delimiter, and reports the error and its place.
    with suppress(csv.Error):
        for record in islice(
            csv.reader(lines, delimiter=delimiter, skipinitialspace=has_spaces(lines, delimiter)), _ROWS
        ):
            records.append(record)  # noqa: PERF402 - records before the error are kept
    return records


def _evenness(records: Sequence[Sequence[str]]) -> float:
    """Score how much a split looks like a table.

    The score combines the commonest width and its share of records.
    """
    widths = Counter(len(record) for record in records if len(record) > 1)
    if not widths:
        return 0.0
    filled = sum(1 for record in records if record)
    return max((count / filled) ** 2 * math.log2(width) for width, count in widths.items())


def find_delimiter(text: str) -> str:
    r"""Detect the delimiter of a text.

    It is the one that splits the text most evenly into most cells.

    Args:
        text: The beginning of a file. The last record may be cut.

    Example:
        >>> find_delimiter("pais;P1;P2\nCuba;4,5;1,5\nPerú;3,5;2\n"), find_delimiter("a,b\n1,2\n")
        (';', ',')
    """
    return _split(text)[0]


def first_records(text: str, delimiter: str | None = None) -> Sequence[list[str]]:
    r"""Return the first 200 records of a text.

    Do not modify the result, which is cached. A line `sep=;` is skipped.

    Args:
        text: The beginning of a file, which may cut the last record.
        delimiter: Character between cells; detected by default.

    Example:
        >>> first_records("sep=;\npais;P1\nCuba;4,5\n")
        (['pais', 'P1'], ['Cuba', '4,5'])
    """
    own_delimiter, records = _split(text)
    return records if delimiter in (None, own_delimiter) else _records(text.splitlines(keepends=True), delimiter)


@text_cache(4)  # all text readers inspect the same beginning of a file
def _split(text: str) -> tuple[str, tuple[list[str], ...]]:
    """Return the delimiter of a text and its first records."""
    lines = text.splitlines(keepends=True)[: 4 * _ROWS]
    declared = declared_delimiter(lines[0]) if lines else None
    if declared is not None:
        return declared, tuple(_records(lines, declared))
    tried = {mark: _records(lines, mark) for mark in DELIMITERS if mark == "," or mark in text}
    scores = {mark: _evenness(records) for mark, records in tried.items()}
    best = max(scores, key=lambda mark: scores[mark])
    best = best if scores[best] > 0 else ","
    whole = next((mark for mark in DELIMITERS if mark not in text), None)
    if whole is not None and _is_prose(tried[best]):
        return whole, tuple(_records(lines, whole))
    return best, tuple(tried[best])


def _is_prose(records: Sequence[Sequence[str]]) -> bool:
    """True if a delimiter is punctuation of a text.

    Most records then lack it, and in the others a space follows it.
    """
    cut = [record for record in records if len(record) > 1]
    return 0 < 2 * len(cut) < sum(map(bool, records)) and all(_is_spaced(record) for record in cut)


def _is_spaced(cells: Sequence[str]) -> bool:
    return all(cell.startswith(" ") for cell in cells[1:])


#: Tenths of the records that must be as wide as the header.
_ALIKE = 8


def unwrap(text: str, delimiter: str) -> list[str] | None:
    r"""Split a cell that contains one record.

    The result is None if the text is not a record.

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
    """True if no space follows a delimiter."""
    return not any(cell.startswith(" ") for cell in cells[1:])


def find_wrapping(records: Sequence[Sequence[str]]) -> str | None:
    """Detect the inner delimiter of wrapped records.

    A wrapped record is a single cell. The first must be a header, nearly all others must have as many cells, and no
    space may follow a delimiter; otherwise the result is None.

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
    headers = unwrap(texts[0], delimiter)
    if headers is None:
        return False
    named = [head.strip() for head in headers if head.strip()]
    if len(named) < 2 or len(set(named)) < len(named) or is_number(named[0]):
        return False
    unwrapped = [cells for text in texts[1:] if (cells := unwrap(text, delimiter)) is not None]
    alike = [cells for cells in unwrapped if len(cells) == len(headers)]
    if not alike or 10 * len(alike) < _ALIKE * (len(texts) - 1) or not all(map(is_tight, [headers, *alike])):
        return False
    # Two numbers may be one with a decimal comma.
    return len(headers) > 2 or not all(is_number(cell) for cells in alike for cell in cells if cell)


def start_records(text: str) -> Sequence[list[str]]:
    r"""Return the first records of a text, unwrapped.

    Do not modify the result, which may be cached.

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
    """Detect the inner delimiter of a text's wrapped records.

    The result is None if the records are not wrapped.

    Args:
        text: The beginning of a file.
        delimiter: Outer delimiter, detected or given.
    """
    return find_wrapping(first_records(text, delimiter))
