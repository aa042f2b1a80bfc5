"""Serial numbers of dates, times and durations.

The number format decides the conversion.
"""

import datetime
import re
from functools import lru_cache

from capbuild.formats import Cell

#: Built-in format numbers of dates and times. Those from 27 on are for East Asian locales.
_BUILT_IN = {
    **dict.fromkeys((*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58), "d"),
    22: "dt",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 55, 56), "t"),
    45: "t",
    46: "span",
    47: "t",
}
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.')
_SPAN = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
#: Format text with letters but no date: General, and the exponent.
_GENERAL = re.compile(r"general|standard|e[+-]", re.IGNORECASE)
_DAY = 86_400_000


@lru_cache(maxsize=1024)
def number_kind(number: int, code: str = "") -> str:
    """Return the date parts of a number format.

    `d` is a date, `t` a time, `dt` both, and `span` a duration. The result is empty for a number.

    Args:
        number: Number of the format in the file.
        code: Format code, if the file gives one.

    Example:
        >>> number_kind(14), number_kind(200, 'dd/mm/yyyy hh:mm'), number_kind(201, '0.0 "days"'), number_kind(0)
        ('d', 'dt', '', '')
    """
    if not code:
        return _BUILT_IN.get(number, "")
    plain = _LITERAL.sub("", code.partition(";")[0])
    if _SPAN.search(plain):
        return "span"
    letters = set(_GENERAL.sub("", _BRACKETS.sub("", plain)).lower())
    day, time = bool(letters & set("dyeg")), bool(letters & set("hs"))
    if not (day or time) and "m" in letters and not letters & set("0#?"):
        day = True
    return ("d" if day else "") + ("t" if time else "")


def convert_serial(value: float, kind: str, *, date_1904: bool = False) -> Cell:
    """Return the date, time or duration of a serial number.

    A number that is out of range is returned unchanged. Days before March 1900 follow spreadsheets, which treat 1900 as
    a leap year; 29 February 1900 is returned as text.

    Args:
        value: Days and fractions of a day.
        kind: Date parts of the format.
        date_1904: Whether day 0 is 1 January 1904.

    Example:
        >>> convert_serial(42430.375, "dt"), convert_serial(0.5, "t"), convert_serial(1.5, "span")
        (datetime.datetime(2016, 3, 1, 9, 0), datetime.time(12, 0), datetime.timedelta(days=1, seconds=43200))
        >>> convert_serial(60, "d"), convert_serial(61, "d"), convert_serial(-1, "d")
        ('1900-02-29', datetime.date(1900, 3, 1), -1)
    """
    if not kind or not 0 <= value < 2_958_466:
        return value
    if kind == "span":
        return datetime.timedelta(milliseconds=round(value * _DAY))
    if kind == "t" and value < 1:
        return _clock(value)
    if not date_1904 and 60 <= value < 61:
        return "1900-02-29"
    epoch = datetime.datetime(1904, 1, 1) if date_1904 else datetime.datetime(1899, 12, 30 if value >= 60 else 31)
    try:
        moment = epoch + datetime.timedelta(milliseconds=round(value * _DAY))
    except OverflowError:
        return value
    return moment.date() if kind == "d" and float(value).is_integer() else moment


def _clock(value: float) -> datetime.time:
    midnight = datetime.datetime(1900, 1, 1)
    return (midnight + datetime.timedelta(milliseconds=round(value * _DAY) % _DAY)).time()
