"""Stored numbers against the calendar of the standard library."""

import datetime
import math

import pytest
from capbuild_spss.datetimes import Clock, decode_datetime, find_clock
from hypothesis import given
from hypothesis import strategies as st

SPSS = datetime.datetime(1582, 10, 14)
STATA = datetime.datetime(1960, 1, 1)


@given(st.datetimes(min_value=datetime.datetime(1, 1, 1), max_value=datetime.datetime(9999, 12, 31)))
def test_moments_agree_with_datetime(moment):
    moment = moment.replace(microsecond=0)
    seconds = (moment - SPSS) // datetime.timedelta(seconds=1)
    assert decode_datetime(float(seconds), Clock.DATETIME) == moment.isoformat(sep=" ")
    milliseconds = 1000.0 * ((moment - STATA) // datetime.timedelta(seconds=1))
    assert decode_datetime(milliseconds, Clock.STATA_MOMENT) == moment.isoformat(sep=" ")
    assert decode_datetime(float((moment - STATA).days), Clock.STATA_DAY) == moment.date()


@given(st.floats(), st.sampled_from(Clock))
def test_no_number_raises_and_only_finite_ones_are_moments(number, clock):
    assert decode_datetime(number, clock) is None or math.isfinite(number)


@pytest.mark.parametrize(
    ("display", "number", "shown"),
    [
        ("%tm", 0, "1960-01"),
        ("%tm", 662, "2015-03"),
        ("%tq", 222, "2015-Q3"),
        ("%tw", -1, "1959-W52"),
        ("%th", 111, "2015-H2"),
        ("%tCCCYY", 1_000_000.0, "1960-01-01 00:16:40"),
        # 27 leap seconds lie before 2017-01-01.
        ("%tC", ((datetime.datetime(2017, 1, 1) - STATA).total_seconds() + 27) * 1000, "2017-01-01 00:00:00"),
        # One lay before 1973-01-01 but for the one of that night.
        ("%tC", ((datetime.datetime(1973, 1, 1) - STATA).total_seconds() + 2) * 1000, "1973-01-01 00:00:00"),
    ],
)
def test_periods_and_leap_seconds(display, number, shown):
    assert decode_datetime(float(number), find_clock(display)) == shown
