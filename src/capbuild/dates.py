"""Partial dates: year, year and month, or full date."""

import datetime
import re

from attrs import frozen

from capbuild.errors import ModelError

__all__ = [
    "PartialDate",
]

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@frozen(order=False)
class PartialDate:
    """ISO 8601 date of reduced precision: `1986`, `1986-10`, `1986-10-04`.

    Attributes:
        year: Year, 1 to 9999.
        month: Month 1 to 12, or None when only the year is known.
        day: Day of the month, or None.

    Raises:
        ModelError: The parts make no date, or a day is given without a month.

    Example:
        >>> joined = PartialDate.parse("1986-10")
        >>> print(joined, joined.earliest, joined.latest)
        1986-10 1986-10-01 1986-10-31
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __attrs_post_init__(self) -> None:
        try:
            datetime.date(self.year, self.month or 1, self.day or 1)
        except ValueError as error:
            raise ModelError("PartialDate", str(self), f"must be a date ({error})") from None
        if self.day is not None and self.month is None:
            raise ModelError("PartialDate", str(self), "must have a month where it has a day")

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Parse ISO 8601 text of any of the three precisions."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ModelError("PartialDate", text, "must be YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = match.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None)

    @property
    def earliest(self) -> datetime.date:
        """First possible day."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> datetime.date:
        """Last possible day."""
        if self.day is not None:
            return self.earliest
        month = self.month or 12
        if month == 12:
            return datetime.date(self.year, 12, 31)
        return datetime.date(self.year, month + 1, 1) - datetime.timedelta(days=1)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}", *(f"{p:02d}" for p in (self.month, self.day) if p is not None)]
        return "-".join(parts)


def as_partial_date(value: "PartialDate | datetime.date | str | None") -> "PartialDate | None":
    """Return a partial date, ISO text or date as `PartialDate`."""
    if value is None or isinstance(value, PartialDate):
        return value
    if isinstance(value, datetime.date):
        return PartialDate(value.year, value.month, value.day)
    return PartialDate.parse(value)


def parse_period(text: str) -> tuple[datetime.date, datetime.date] | None:
    """Return a period's first and last day, or None.

    The period is a partial date, or two with a slash between them.

    Example:
        >>> first, last = parse_period("2016-04/2017")
        >>> str(first), str(last), parse_period("baseline")
        ('2016-04-01', '2017-12-31', None)
    """
    first, stroke, last = text.partition("/")
    try:
        start = PartialDate.parse(first)
        return start.earliest, (PartialDate.parse(last) if stroke else start).latest
    except ModelError:
        return None
