"""Parse the submission date of a response."""

import datetime
from typing import NamedTuple

from capbuild.formats.columns import Column
from capbuild.formats.values.cells import Cell, cell_text
from capbuild.formats.values.dates import read_day
from capbuild.formats.vocabulary import shorten
from capbuild.model import Missing


class Sent(NamedTuple):
    """Submission date of a response.

    Attributes:
        date: The day.
        moment: The datetime, if the cell has a time zone.
        rest: The text, if it has more (a time without zone) or is not a clear date.
    """

    date: datetime.date | None = None
    moment: datetime.datetime | None = None
    rest: str | None = None

    @property
    def problem(self) -> str:
        """Problem of a cell that is not a date."""
        return "" if self.rest is None or self.date is not None else describe_no_date(self.rest)


def describe_no_date(text: str) -> str:
    """Return the message for an unclear date."""
    return f"{shorten(text, 40)!r} gives no certain day"


def parse_sent(column: Column, cell: Cell) -> Sent:
    """Parse the date cell of a response."""
    value = column.read(cell)[0]
    if isinstance(value, datetime.datetime):
        return Sent(value.date(), value)
    if isinstance(value, datetime.date):
        return Sent(value)
    text = cell_text(cell)
    if not text or isinstance(value, Missing):
        return Sent()
    return Sent(read_day(text, column.read.order), None, text)
