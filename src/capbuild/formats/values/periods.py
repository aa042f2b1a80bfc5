"""Recognise headers that are periods (years, quarters, survey rounds) or units of measure."""

import re

from capbuild.formats.normalisation import fold_header
from capbuild.formats.values.dates import is_month
from capbuild.formats.vocabulary import header_words

_YEAR = re.compile(r"(?:19|20)\d\d")
#: In Chinese the sign for year directly follows the number.
_YEAR_SIGN = re.compile(r"(\d{4})(年)")
#: Other parts of such a header: `2013/14`, `Q1`, `IV`, `2014 (p)`, `2013 [YR2013]`.
_BESIDE = re.compile(r"\d{1,2}|[qthsr]\d|i{1,3}|iv|[per]|yr(?:19|20)\d\d")
_WORDS = header_words("period")
_ROUNDS = header_words("round")
_UNITS = header_words("unit")


def is_period_header(head: str) -> bool:
    """True if a header is a period: year, quarter, survey round, target.

    Example:
        >>> [is_period_header(head) for head in ("2013", "2013/14", "FY 2015", "Q1 2015", "ene-2016", "Baseline")]
        [True, True, True, True, True, True]
        >>> [is_period_header(head) for head in ("Score 2013", "Law 19.223", "P2013", "12013", "2014-05-04")]
        [False, False, False, False, False]
        >>> is_period_header("Target 2016"), is_period_header("Meta"), is_period_header("Actual cost")
        (True, True, False)
    """
    if len(head) > 30:
        return False
    folded = fold_header(head)
    parts = _YEAR_SIGN.sub(r"\1 \2 ", folded).split()
    years = sum(_YEAR.fullmatch(part) is not None for part in parts)
    others = [part for part in parts if not _YEAR.fullmatch(part)]
    if years < 2 and (" ".join(others) in _ROUNDS or (len(parts) == 1 and is_month(folded))):
        return True
    # A year with two more numbers is a date.
    return 0 < years < 3 and sum(map(str.isdigit, others)) < 2 and all(map(_goes_with_a_year, others))


def names_period(head: str) -> bool:
    """True if a header is a period, or has a year as a part.

    Example:
        >>> names_period("2013 - Men"), names_period("Police - 2013"), names_period("Baseline - Score")
        (True, True, False)
    """
    return is_period_header(head) or any(_YEAR.search(part) and is_period_header(part) for part in head.split(" - "))


def _goes_with_a_year(word: str) -> bool:
    return word in _WORDS or is_month(word) or _BESIDE.fullmatch(word) is not None


def is_unit_header(head: str) -> bool:
    """True if a header is for units of measure; some such words also mean offices.

    Example:
        >>> is_unit_header("Unidad de medida"), is_unit_header("Police unit")
        (True, False)
    """
    return fold_header(head) in _UNITS
