"""Dates and times of SPSS, Stata and SAS numbers."""

import datetime
import math
import re
from enum import Enum

_DAY = 86_400
_SPSS_EPOCH = datetime.date(1582, 10, 14).toordinal()
_STATA_EPOCH = datetime.date(1960, 1, 1).toordinal()
_LAST_DAY = datetime.date.max.toordinal()

#: Days that ended with a leap second (IERS Bulletin C); Stata's `%tC` counts them, calendars do not.
_LEAP_DAYS = tuple(
    datetime.date(year, month, 30 if month == 6 else 31).toordinal() + 1 - _STATA_EPOCH
    for month, years in (
        (6, (1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997, 2012, 2015)),
        (12, (1972, 1973, 1974, 1975, 1976, 1977, 1978, 1979, 1987, 1989, 1990, 1995, 1998, 2005, 2008, 2016)),
    )
    for year in years
)


class Clock(Enum):
    """Unit and epoch of the numbers in a date column."""

    DATE = "seconds since the SPSS epoch, shown as a date"
    DATETIME = "seconds since the SPSS epoch, shown with a time"
    TIME = "seconds"
    STATA_DAY = "days since 1960"
    STATA_MOMENT = "milliseconds since 1960"
    STATA_MOMENT_UTC = "milliseconds since 1960, leap seconds counted"
    STATA_TIME = "milliseconds since 1960, shown as a time"
    SAS_MOMENT = "seconds since 1960"
    STATA_WEEK = "weeks since 1960"
    STATA_MONTH = "months since 1960"
    STATA_QUARTER = "quarters since 1960"
    STATA_HALF = "half years since 1960"


_SPSS = {
    **dict.fromkeys(("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR"), Clock.DATE),
    **dict.fromkeys(("DATETIME", "YMDHMS"), Clock.DATETIME),
    **dict.fromkeys(("TIME", "DTIME", "MTIME"), Clock.TIME),
}
_STATA = {
    "tc": Clock.STATA_MOMENT,
    "tC": Clock.STATA_MOMENT_UTC,
    "td": Clock.STATA_DAY,
    "d": Clock.STATA_DAY,
    "tw": Clock.STATA_WEEK,
    "tm": Clock.STATA_MONTH,
    "tq": Clock.STATA_QUARTER,
    "th": Clock.STATA_HALF,
}
#: SAS formats, without the letter of the separator between day, month and year.
_SAS = {
    **dict.fromkeys(("DATE", "DDMMYY", "MMDDYY", "YYMMDD", "E8601DA", "B8601DA", "IS8601DA"), Clock.STATA_DAY),
    **dict.fromkeys(("MONYY", "YYMM", "MMYY", "YYMON", "YYQ", "YEAR", "MONTH", "QTR", "MONNAME"), Clock.STATA_DAY),
    **dict.fromkeys(("WORDDATE", "WORDDATX", "WEEKDATE", "WEEKDATX", "JULIAN", "NLDATE"), Clock.STATA_DAY),
    **dict.fromkeys(("DATETIME", "DATEAMPM", "E8601DT", "B8601DT", "IS8601DT", "MDYAMPM"), Clock.SAS_MOMENT),
    **dict.fromkeys(("NLDATM", "DTDATE", "DTMONYY", "DTYEAR", "DTYYQC", "TOD"), Clock.SAS_MOMENT),
    **dict.fromkeys(("TIME", "TIMEAMPM", "HHMM", "HOUR", "MMSS", "E8601TM", "B8601TM", "IS8601TM"), Clock.TIME),
}
_SAS_FORMAT = re.compile(r"SAS ([A-Z]\w*?)[\d.]*")
_STATA_FORMAT = re.compile(r"%-?(t[cCdwmqh]|d)(.*)", re.DOTALL)
#: Format details that show hours, minutes and seconds but no date.
_ONLY_TIME = re.compile(r"[HhMSsAap:._!]+")


def find_clock(display: str) -> Clock | None:
    """Return a display format's clock, None for plain numbers.

    Example:
        >>> find_clock("EDATE10").name, find_clock("%tcHH:MM:SS").name, find_clock("F8.2")
        ('DATE', 'STATA_TIME', None)
        >>> find_clock("SAS DATE9").name, find_clock("SAS YYMMDDS10").name, find_clock("SAS BEST12")
        ('STATA_DAY', 'STATA_DAY', None)
    """
    named = _SAS_FORMAT.fullmatch(display)
    if named is not None:
        return _SAS.get(named[1]) or (_SAS.get(named[1][:-1]) if named[1][-1] in "BCDNPS" else None)
    match = _STATA_FORMAT.fullmatch(display)
    if match is None:
        return _SPSS.get(display.rstrip("0123456789."))
    clock = _STATA[match[1]]
    if clock is Clock.STATA_MOMENT and match[2] and _ONLY_TIME.fullmatch(match[2]):
        return Clock.STATA_TIME
    return clock


def _convert_day(ordinal: float) -> datetime.date | None:
    return datetime.date.fromordinal(int(ordinal)) if 1 <= ordinal <= _LAST_DAY else None


def _convert_time(seconds: float) -> datetime.time:
    """Return a time of day, to the microsecond."""
    micro = min(round(seconds * 1_000_000), _DAY * 1_000_000 - 1)
    whole, micro = divmod(micro, 1_000_000)
    return datetime.time(whole // 3600, whole // 60 % 60, whole % 60, micro)


def _convert_span(seconds: float) -> datetime.time | str:
    """Return a time of day, or a longer span.

    A longer or negative span is a text such as `100:00:00`.
    """
    if 0 <= seconds < _DAY:
        return _convert_time(seconds)
    sign, whole = "-" if seconds < 0 else "", int(abs(seconds))
    return f"{sign}{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _convert_moment(epoch: int, seconds: float, *, always: bool) -> datetime.date | str | None:
    """Return a date, or a date and time as text.

    A text has no time zone, which the file does not record either.
    """
    days, rest = divmod(seconds, _DAY)
    day = _convert_day(epoch + days)
    if day is None or (rest == 0 and not always):
        return day
    return f"{day.isoformat()} {_convert_time(rest).isoformat()}"


def _remove_leaps(seconds: float) -> float:
    """Subtract the leap seconds that a `%tC` number counts."""
    counted = 0
    for day in sorted(_LEAP_DAYS):
        if seconds - counted - 1 < day * _DAY:
            break
        counted += 1
    return seconds - counted


def _find_period(number: float, parts: int, letter: str) -> str | None:
    """Return a period as text, such as `2015-Q3`.

    Periods are weeks, months, quarters and half years. The result is None if the year is out of range.
    """
    year, part = divmod(int(number), parts)
    if not 1 <= year + 1960 <= datetime.MAXYEAR:
        return None
    width = 2 if parts > 9 else 1
    return f"{year + 1960:04d}-{letter}{part + 1:0{width}d}"


def decode_datetime(number: float, clock: Clock) -> datetime.date | datetime.time | str | None:
    """Return a stored number's date or time, or None.

    A date with a time is text (`2015-03-01 10:10:10`), since neither program stores the time zone.

    Args:
        number: The number as stored; finite.
        clock: Its unit and epoch.

    Example:
        >>> decode_datetime(13744944000.0, Clock.DATE), decode_datetime(360000.0, Clock.TIME)
        (datetime.date(2018, 5, 6), '100:00:00')
        >>> decode_datetime(1e20, Clock.DATE) is None
        True
    """
    if not math.isfinite(number) or abs(number) > 1e16:
        return None
    match clock:
        case Clock.DATE | Clock.DATETIME:
            return _convert_moment(_SPSS_EPOCH, number, always=clock is Clock.DATETIME)
        case Clock.TIME:
            return _convert_span(number)
        case Clock.STATA_DAY:
            return _convert_day(_STATA_EPOCH + math.floor(number))
        case Clock.STATA_TIME:
            return _convert_span(number / 1000)
        case Clock.SAS_MOMENT | Clock.STATA_MOMENT:
            seconds = number if clock is Clock.SAS_MOMENT else number / 1000
            return _convert_moment(_STATA_EPOCH, seconds, always=True)
        case Clock.STATA_MOMENT_UTC:
            return _convert_moment(_STATA_EPOCH, _remove_leaps(number / 1000), always=True)
    parts, letter = _PERIODS[clock]
    return _find_period(number, parts, letter)


_PERIODS = {
    Clock.STATA_WEEK: (52, "W"),
    Clock.STATA_MONTH: (12, ""),
    Clock.STATA_QUARTER: (4, "Q"),
    Clock.STATA_HALF: (2, "H"),
}
