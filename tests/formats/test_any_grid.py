"""Any grid of words that tables are made of is read or refused, and each of its cells is accounted for."""

import csv
import io

from hypothesis import example, given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.errors import PluginError

WORDS = (
    "Country", "Question", "Score", "Jamaica", "Belize", "Haiti", "n/a", "2-3", "", "Note: draft", "yes", "no", "x",
    "2015", "2016", "Total", "Law?", "Staff", "%", "1.5", "Source: a", "Agency:", "CERT", "Sex", "Male", "Female",
    "Remarks",
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), min_size=1, max_size=12))
@example([["Question", "Jamaica", "Belize", "Staff"], ["", "yes", "no", "Female"], ["Law?", "1.5", "x", "2-3"]])
@example(
    [
        ["Total", "2-3", "", "2015", "2016", "no", ""],
        ["no"],
        ["no", "2015", "Source: a", "Jamaica"],
        ["Question", "x", "Note: draft", "", "Jamaica"],
        ["Score", "Jamaica", "x"],
        ["2015", ""],
        ["Question", "2016", "Male", "Belize", "Staff", "2015", "Female"],
    ]
)
def test_any_grid_is_read_or_refused_and_accounted_for(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    try:
        reading = cb.read(out.getvalue().encode(), name="a.csv")
    except PluginError:
        raise  # the reader stopped, which no content may make it do
    except cb.CapbuildError:
        return
    assert reading.reconciliation.adds_up
    filled = sum(bool(cell.strip()) for row in rows for cell in row)
    assert [sheet.filled for sheet in reading.reconciliation.sheets] in ([filled], [0])
