"""Parser of cell and range references, such as `B2` and `B2:C3`."""

import re

from capbuild_sheets.sheets import MergedRange

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


def column_number(letters: str) -> int:
    """Return a column's number, from 1, by its letters.

    Returns 0 if they are not letters.

    Example:
        >>> column_number("A"), column_number("XFD"), column_number("?")
        (1, 16384, 0)
    """
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - 64
    return number


def parse_range(text: str) -> MergedRange | None:
    """Return the range of a reference such as `A1:C3`.

    Returns None if it is not one.

    Example:
        >>> parse_range("B2:C3")
        MergedRange(top=2, left=2, bottom=3, right=3)
    """
    ends = [_REFERENCE.fullmatch(part) for part in text.split(":")]
    if len(ends) > 2 or None in ends:
        return None
    columns = sorted(column_number(end[1]) for end in ends if end)
    rows = sorted(int(end[2]) for end in ends if end)
    return MergedRange(rows[0], columns[0], rows[-1], columns[-1])
