"""When a response was sent, as a cell of its date column tells."""

import datetime
from typing import NamedTuple

from capbuild.formats.cells import Cell, cell_text
from capbuild.formats.columns import Column
from capbuild.formats.days import read_day
from capbuild.formats.folding import shorten
from capbuild.model import Missing

__all__ = ["Sent", "describe_no_date", "parse_sent"]


class Sent(NamedTuple):
    """When a response was sent, as far as a cell tells.

    Attributes:
        date: The day.
        moment: The moment, where the cell names its time zone.
        rest: The text, where it says more than that (a time without zone) or is no certain date.
    """

    date: datetime.date | None = None
    moment: datetime.datetime | None = None
    rest: str | None = None

    @property
    def problem(self) -> str:
        """What hinders the cell from telling the day; empty where it does, or is blank."""
        return "" if self.rest is None or self.date is not None else describe_no_date(self.rest)


def describe_no_date(text: str) -> str:
    """Return what hinders a text in a date column from telling the day."""
    return f"{shorten(text, 40)!r} tells no certain day"


def parse_sent(column: Column, cell: Cell) -> Sent:
    """Return when a response was sent, by the cell of its date column."""
    value = column.read(cell)[0]
    if isinstance(value, datetime.datetime):
        return Sent(value.date(), value)
    if isinstance(value, datetime.date):
        return Sent(value)
    text = cell_text(cell)
    if not text or isinstance(value, Missing):
        return Sent()
    return Sent(read_day(text, column.read.order), None, text)
