"""Tables of a folder with any of their columns and any cells: problems are issues, and nothing is raised."""

import csv

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import capbuild as cb
from capbuild.workspace.records.folder_tables import TABLES

COLUMNS = {table.file: table.columns for table in TABLES if "*" not in table.file}
CELLS = st.sampled_from(
    ["", "x", "Jamaica", "1.5", "-2", "2016-02-31", "2016-02-01", "L1", "open", "USD", "yes", "a; b"]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("columns")
    (place / "m.csv").write_text("Model 2026,,,\nArea,Indicator,Level 1,Level 2\nLaw,L1 Acts,None.,All.\n", "utf-8")
    cb.new_programme(place / "p", cb.read_framework(place / "m.csv").require())
    return place / "p"


def write(folder, draw):
    for name, columns in COLUMNS.items():
        more = draw(st.lists(st.sampled_from([*columns[1:], "title_und", "action_und"]), unique=True))
        (folder / name).parent.mkdir(exist_ok=True)
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow([columns[0], *more])
            rows.writerows([draw(CELLS) for _ in (0, *more)] for _ in range(2))


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_columns_and_cells_end_in_issues(folder, data):
    write(folder, data.draw)
    for issue in cb.open_workspace(folder).validate():
        assert issue.code != "CB609", f"a fault of the software: {issue}"
        assert issue.origin is not None, issue
        assert issue.remedy or issue.severity == "note", issue


def test_each_wrong_cell_of_a_row_is_said(folder):
    for name in COLUMNS:
        (folder / name).unlink(missing_ok=True)
    headers, cells = "activity,title,kind,seats,lead_months,days", "a1,Course,cours,x,1.5,abc"
    (folder / "catalogue/activities.csv").write_text(f"{headers}\n{cells}\n", "utf-8")
    (folder / "actions.csv").write_text("id,country,action,cost,currency\nr1,Jamaica,Do it,1000,dollars\n", "utf-8")
    (folder / "budget.csv").write_text("line,planned\nrent,100\n", "utf-8")
    (folder / "network/contacts.csv").write_text("country,office\nJamaica,Police\n", "utf-8")
    found = {str(issue.origin) for issue in cb.open_workspace(folder).validate() if issue.severity == "error"}
    cells = {f"catalogue/activities.csv:{cell}2" for cell in "CDEF"}
    assert found >= cells | {"actions.csv:E2"}
    assert any(one.startswith("network/contacts.csv") for one in found)
    assert not any(one.startswith("budget.csv") for one in found)
