"""Parser of dates, and of period headers.

Dates are parsed as people write them; ambiguous dates stay text.
"""

import datetime
import re
from collections.abc import Iterable
from enum import Enum

from capbuild.formats.vocabulary import fold_header, header_words, ranked


class DayOrder(Enum):
    """Order of day and month in dates such as 03/04/2016."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")

_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})")

_NUMERIC = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")

#: A numeric date with an optional time of day.
_DATED = re.compile(_NUMERIC.pattern + r"(?:[T ,]+\d{1,2}[:.]\d{2}.*)?")

#: With a two-digit year. Dots need two digits in every part, because `1.2.15` is a section number.
_SHORT = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{2})|(\d{2})\.(\d{2})\.(\d{2})", re.ASCII)

#: A time of day after a date, in any time zone.
_CLOCK = re.compile(r"(?<![T ,])[T ,]+\d{1,2}[:.]\d{2}.*")

_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})")

#: With the words for year, month and day: `2017年2月25日`.
_WORDED = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")

_NAMED = re.compile(r"(?:(\d{1,2}) )?(?:(?:de|of) )?([^\W\d_]+)(?: (\d{1,2}))?(?: (?:de|of))? (\d{4})")

#: The word for year behind it: `7 июня 2019 г.`
_YEAR_WORD = re.compile(r"(?<=\d)\s?(?:года|г\.?)$")

_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th|er|º|o)\b")

#: Last characters of all dates.
DATE_ENDS = frozenset("0123456789Zга.日일号號")

#: Length of the shortest date with a month name, such as `1 May 2016`.
_SHORTEST = 10

#: Substring of every numeric date.
_IN_NUMERIC = re.compile(r"\d[/.-]\d{1,2}[/.-]\d{2}")

#: Month numbers from 1, by name.
_MONTHS = {name: place + 1 for name, place in ranked("month").items()}


def is_month(word: str) -> bool:
    """True for the name or abbreviation of a month.

    The word may be in any language.

    Example:
        >>> is_month("enero"), is_month("sept"), is_month("week")
        (True, True, False)
    """
    return word in _MONTHS


def _date(year: str, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(int(year), month, day)
    except ValueError:
        return None


def _short(text: str) -> tuple[int, int, int] | None:
    """Parse a date with a two-digit year."""
    match = _SHORT.fullmatch(text)
    return (int(match[1] or match[5]), int(match[3] or match[6]), int(match[4] or match[7])) if match else None


def _year_may_lead(dates: Iterable[tuple[int, int, int]]) -> bool:
    """True if dates may begin with a two-digit year.

    No date excludes it, and the first number varies less than the last.
    """
    numbers = list(dates)
    if any(last == 0 or last > 31 or middle > 12 for _, middle, last in numbers):
        return False
    return len({first for first, _, _ in numbers}) < len({last for _, _, last in numbers})


def day_order(texts: Iterable[str]) -> DayOrder | None:
    """Detect the order of day and month in a column.

    The result is None if the texts do not show it. A time of day may follow a date. Dates with two-digit years count
    unless the year might come first.

    Example:
        >>> day_order(["01/03/2016", "13/03/2016"]), day_order(["3/1/2016 9:12", "3/13/2016 9:12:33 PM"])
        (<DayOrder.DAY_FIRST: 'day first'>, <DayOrder.MONTH_FIRST: 'month first'>)
        >>> day_order(["25/12/15", "03/04/16"]), day_order(["16/04/03", "16/04/28"])
        (<DayOrder.DAY_FIRST: 'day first'>, None)
    """
    distinct = set(texts)
    if _IN_NUMERIC.search("\n".join(distinct)) is None:
        return None
    pairs = [(int(match[1]), int(match[2])) for text in distinct if (match := _DATED.fullmatch(text))]
    short = [date for text in distinct if (date := _short(text))]
    if pairs or not _year_may_lead(short):
        pairs.extend(date[:2] for date in short)
    first = any(number > 12 for number, _ in pairs)
    if first == any(two > 12 for _, two in pairs):
        return None
    return DayOrder.DAY_FIRST if first else DayOrder.MONTH_FIRST


def read_date(text: str, order: DayOrder | None = None) -> datetime.date | datetime.datetime | None:
    """Parse a date, or a datetime with a time zone.

    The result is None if the text is neither, or ambiguous. A datetime without a zone gives None, because its moment is
    unknown. A two-digit year means 1950 to 2049, and is parsed only if the order of the column is known.

    Args:
        text: Text without white space at its ends.
        order: Order of day and month in the column, if known.

    Example:
        >>> read_date("2016-03-14"), read_date("14 de marzo de 2016") == read_date("March 14, 2016")
        (datetime.date(2016, 3, 14), True)
        >>> read_date("03/04/2016") is None, read_date("03/04/2016", DayOrder.DAY_FIRST)
        (True, datetime.date(2016, 4, 3))
        >>> read_date("2017年2月25日"), read_date("7 июня 2019 г.")
        (datetime.date(2017, 2, 25), datetime.date(2019, 6, 7))
    """
    if len(text) > 40 or text[-1:] not in DATE_ENDS:
        return None
    if not text[-1].isdigit():
        if match := _WORDED.fullmatch(text):
            return _date(match[1], int(match[2]), int(match[3]))
        text = _YEAR_WORD.sub("", text)
    if not text[0].isdigit():
        return _named(text)
    if match := _ISO.fullmatch(text) or _YEAR_FIRST.fullmatch(text):
        return _date(match[1], int(match[2]), int(match[3]))
    if _ISO_TIME.fullmatch(text):
        return _moment(text)
    if match := _NUMERIC.fullmatch(text):
        return _ordered(int(match[1]), int(match[2]), match[3], order)
    if order is not None and (short := _short(text)):
        return _ordered(short[0], short[1], str(short[2] + (2000 if short[2] < 50 else 1900)), order)
    return _named(text)


def read_day(text: str, order: DayOrder | None = None) -> datetime.date | None:
    """Parse a date and drop the time of day.

    The result is None if the text is not a date, or is ambiguous.

    Example:
        >>> read_day("2016-03-14 10:15"), read_day("Mar 1, 2016 9:00:05 AM"), read_day("03/04/2016")
        (datetime.date(2016, 3, 14), datetime.date(2016, 3, 1), None)
    """
    date = read_date(_CLOCK.sub("", text.strip()), order)
    return date.date() if isinstance(date, datetime.datetime) else date


def _moment(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return None


def _ordered(first: int, second: int, year: str, order: DayOrder | None) -> datetime.date | None:
    if first > 12 and order is not DayOrder.MONTH_FIRST:
        return _date(year, second, first)
    if second > 12 and order is not DayOrder.DAY_FIRST:
        return _date(year, first, second)
    if first == second:
        return _date(year, first, second)
    if order is None or max(first, second) > 12:
        return None
    return _date(year, second, first) if order is DayOrder.DAY_FIRST else _date(year, first, second)


def may_name_month(text: str) -> bool:
    """True if a text may contain a month name.

    The text must be long enough and end in four digits.

    Example:
        >>> may_name_month("March 14, 2016"), may_name_month("unit 12")
        (True, False)
    """
    return len(text) >= _SHORTEST and text[-4:].isdigit()


def _named(text: str) -> datetime.date | None:
    """Parse a date with a month name."""
    if not may_name_month(text):
        return None
    match = _NAMED.fullmatch(_ORDINAL.sub(r"\1", fold_header(text)))
    if match is None or match[2] not in _MONTHS or (match[1] is None) == (match[3] is None):
        return None
    return _date(match[4], _MONTHS[match[2]], int(match[1] or match[3]))


_YEAR = re.compile(r"(?:19|20)\d\d")

_SHORT_YEAR = re.compile(r"\d\d")

#: In Chinese the sign for year directly follows the number.
_YEAR_SIGN = re.compile(r"(\d{4})(年)")

#: Other parts of such a header: `2013/14`, `Q1`, `IV`, `2014 (p)`, `2013 [YR2013]`.
_BESIDE = re.compile(r"\d{1,2}|[qthsr]\d|i{1,3}|iv|[per]|yr(?:19|20)\d\d")

_WORDS = header_words("period") | {"y"}

#: A word right before its year: `FY2015`, `Y2015`; a single letter such as `T` may begin a code.
_WORD_AND_YEAR = re.compile(rf"\b(y|{'|'.join(sorted(word for word in _WORDS if len(word) > 1))})((?:19|20)\d\d)\b")

_ROUNDS = header_words("round")

_UNITS = header_words("unit")


def is_period_header(head: str) -> bool:
    """True if a header is a period.

    Periods are years, quarters, survey rounds and targets.

    Example:
        >>> [is_period_header(head) for head in ("2013", "2013/14", "FY2015", "Q1 2015", "Jan-23", "Baseline")]
        [True, True, True, True, True, True]
        >>> [is_period_header(head) for head in ("Score 2013", "Law 19.223", "P2013", "12013", "2014-05-04")]
        [False, False, False, False, False]
        >>> is_period_header("Target 2016"), is_period_header("Meta"), is_period_header("Actual cost")
        (True, True, False)
    """
    if len(head) > 30:
        return False
    folded = fold_header(head)
    parts = _WORD_AND_YEAR.sub(r"\1 \2", _YEAR_SIGN.sub(r"\1 \2 ", folded)).split()
    years = sum(_YEAR.fullmatch(part) is not None for part in parts)
    others = [part for part in parts if not _YEAR.fullmatch(part)]
    if years < 2 and (" ".join(others) in _ROUNDS or (len(parts) == 1 and is_month(folded))):
        return True
    if len(parts) == 2 and is_month(parts[0]) and _SHORT_YEAR.fullmatch(parts[1]):
        return True
    # A year with two more numbers is a date.
    return 0 < years < 3 and sum(map(str.isdigit, others)) < 2 and all(map(_goes_with_a_year, others))


def names_period(head: str) -> bool:
    """True if a header contains a period.

    The period is the whole header, or a part of it that has a year.

    Example:
        >>> names_period("2013 - Men"), names_period("Police - 2013"), names_period("Baseline - Score")
        (True, True, False)
    """
    return is_period_header(head) or any(_YEAR.search(part) and is_period_header(part) for part in head.split(" - "))


def _goes_with_a_year(word: str) -> bool:
    return word in _WORDS or is_month(word) or _BESIDE.fullmatch(word) is not None


def is_unit_header(head: str) -> bool:
    """True if a header is for units of measure.

    Some words for it, such as `unit`, also mean offices.

    Example:
        >>> is_unit_header("Unidad de medida"), is_unit_header("Police unit")
        (True, False)
    """
    return fold_header(head) in _UNITS
