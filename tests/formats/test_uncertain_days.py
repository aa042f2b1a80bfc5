"""A cell in a date column that gives no certain day is an issue with its place, in every layout and in a scan too."""

import pytest

import capbuild as cb

WIDE = "country,{head},law,staff\nPeru,2026-05-01,yes,1\nChile,{cell},no,2\n"
LONG = "country,{head},question,answer\nPeru,2026-05-01,law,yes\nPeru,2026-05-01,staff,1\n" + "".join(
    f"Chile,{{cell}},{asked}\n" for asked in ("law,no", "staff,2")
)


@pytest.mark.parametrize("table", [WIDE, LONG], ids=["wide", "long"])
@pytest.mark.parametrize("head", ["Date", "Fecha de respuesta"])
@pytest.mark.parametrize("cell", ["31/2/2026", "2026-13-01", "2026-02-30"])
def test_it_is_told_with_its_place_and_remedy(table, head, cell):
    data = table.format(head=head, cell=cell).encode()
    survey = cb.read(data, name="a.csv")
    assert [one.date is None for one in survey] == [False, True]
    (told,) = [issue for issue in survey.issues if "gives no certain day" in issue.message]
    assert cell in told.message
    assert told.origin.row in (3, 4)
    assert told.remedy == "write the day as 2026-05-31"
    assert any("gives no certain day" in issue.message for issue in cb.scan(data, name="a.csv").issues)


@pytest.mark.parametrize("table", [WIDE, LONG], ids=["wide", "long"])
@pytest.mark.parametrize("cell", ["2026-05-02", "", "31/5/2026", "2026-05-02 10:15"])
def test_a_certain_day_and_a_blank_are_no_issue(table, cell):
    survey = cb.read(table.format(head="Date", cell=cell).encode(), name="a.csv")
    assert not [issue for issue in survey.issues if "certain day" in issue.message]
