"""A form whose country, round, delivery or row says something else than it was made for is refused; nothing is booked.

Every form that goes out and comes back, as a workbook and as text: a cell that says what it is of is changed by a
library that is not ours, whatever stood there, and the folder stays as it was to the last byte.
"""

import csv
import io

import pytest

import capbuild as cb
from capbuild.errors import CapbuildError
from capbuild.workspace.forms.decisions import export_decisions, import_decisions
from capbuild.workspace.forms.nominations import read_nominations, write_nominations
from capbuild.workspace.forms.plan_edits import export_plan, import_plan
from capbuild.workspace.forms.reviews import export_review, import_review

openpyxl = pytest.importorskip("openpyxl")

PROGRAMME = """
[programme]
id = "small"
title = "Small"
framework = "police-cyber 1.0"
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30
[[rounds]]
id = "endline"
kind = "endline"
reference_date = 2017-06-30
[[participants]]
country = "Jamaica"
languages = ["en"]
[[participants]]
country = "Belize"
languages = ["en"]
[targets]
default = 3
[audiences]
team = "TLP:AMBER"
country = "TLP:AMBER"
[read."returns/later*"]
round = "endline"
[plan]
round = "baseline"
budget = 60_000
currency = "USD"
start = 2016-07-01
months = 6
trainer_days = 20
"""
TRAINING = (
    "delivery,activity,title,start,end,place,host,language,trainers,criteria,cancelled\n"
    "D1,,X,2016-09-01,,Kingston,,,,,\nD2,,Y,2016-10-01,,Kingston,,,,,\n"
)
PROPOSALS = (
    "country,round,target,computed,proposed,comment,evidence,by,date,decision,decided_by,decided_on,reason,file\n"
    "Jamaica,baseline,TEC-2,L2,L3,since April,,police,2016-06-02,,,,,jm.xlsx\n"
    "Belize,baseline,TEC-3,L1,L2,since May,,police,2016-06-02,,,,,bz.xlsx\n"
)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "small"
    for name in ("returns", "training", "reviews"):
        (place / name).mkdir(parents=True)
    (place / "programme.toml").write_text(PROGRAMME, "utf-8")
    answers = "country,TEC-1.2a,TEC-1.2b,TEC-2.2a,TRA-2.2a\nJamaica,no,no,yes,no\nBelize,no,yes,no,no\n"
    for name in ("first", "later"):
        (place / "returns" / f"{name}.csv").write_text(answers, "utf-8")
    (place / "training" / "deliveries.csv").write_text(TRAINING, "utf-8")
    (place / "reviews" / "proposals.csv").write_text(PROPOSALS, "utf-8")
    return place


class Table:
    """A form in the hands of a person: its cells, to be looked at and changed."""

    def __init__(self, path):
        self.path = path
        if path.suffix == ".xlsx":
            self.book = openpyxl.load_workbook(path)
            self.sheet = next(page for page in self.book if page.sheet_state == "visible")
            self.rows = [["" if cell.value is None else str(cell.value) for cell in row] for row in self.sheet.rows]
        else:
            self.rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))

    def find(self, text, column=None):
        return next(
            (number, place)
            for number, row in enumerate(self.rows, start=1)
            for place, cell in enumerate(row, start=1)
            if cell == text and column in (None, place)
        )

    def write(self, row, column, text):
        if self.path.suffix == ".xlsx":
            self.sheet.cell(row, column, text)
            self.book.save(self.path)
            return
        line = self.rows[row - 1]
        line.extend([""] * (column - len(line)))
        line[column - 1] = text
        with self.path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(self.rows)


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "private" not in path.parts}


def review(folder, suffix):
    return export_review(cb.open_workspace(folder), "Jamaica", round_="baseline", out=folder.parent / f"jm{suffix}")


def nomination(folder, suffix):
    paths = write_nominations(
        cb.open_workspace(folder), "D1", countries=["Jamaica"], out=folder.parent / "out", format=suffix[1:]
    )
    table = Table(paths[0])
    row, _ = table.find("office")
    table.write(row + 1, 1, "Ana Ruiz")
    return paths[0]


SUFFIXES = pytest.mark.parametrize("suffix", [".csv", ".xlsx"])


@SUFFIXES
@pytest.mark.parametrize(
    ("make", "read", "fact", "other"),
    [
        (review, import_review, "country", "BZ"),
        (review, import_review, "country", "Belize"),
        (review, import_review, "round", "endline"),
        (nomination, read_nominations, "country", "BZ"),
        (nomination, read_nominations, "country", "Belize"),
        (nomination, read_nominations, "delivery", "D2"),
    ],
)
def test_a_form_made_for_another_is_refused(folder, suffix, make, read, fact, other):
    path = make(folder, suffix)
    table = Table(path)
    if read is import_review:
        row, _ = table.find("TEC-2", column=1)
        table.write(row, 5, "L4")
    row, _ = table.find(fact, column=1)
    own = table.rows[row - 1][2]
    table.write(row, 3, other)
    before = contents(folder)
    with pytest.raises(CapbuildError) as caught:
        read(cb.open_workspace(folder), path)
    error = caught.value
    assert (error.code, error.origin.file) == ("CB854", path.name)
    assert (error.origin.row, error.origin.column) == (table.find("country", column=1)[0], 3)
    assert "nothing was recorded" in error.message
    assert error.remedy
    assert contents(folder) == before
    # As it was sent, and with the name of the country for its code, it is read.
    table.write(row, 3, "Jamaica" if own == "JM" else own)
    found = read(cb.open_workspace(folder), path)
    assert not [issue for issue in found.issues if issue.code == "CB854"]
    assert contents(folder) != before


@SUFFIXES
@pytest.mark.parametrize(("make", "read"), [(review, import_review), (nomination, read_nominations)])
def test_a_form_without_its_mark_is_read_and_told(folder, suffix, make, read):
    path = make(folder, suffix)
    table = Table(path)
    table.write(table.find("form", column=1)[0], 3, "")
    (issue,) = [issue for issue in read(cb.open_workspace(folder), path).issues if issue.code == "CB854"]
    assert "cannot be checked" in issue.message
    assert (issue.origin.file, issue.origin.column, bool(issue.remedy)) == (path.name, 3, True)


@SUFFIXES
@pytest.mark.parametrize("column", ["country", "target", "proposed", "comment"])
def test_a_decision_is_not_booked_on_the_proposal_of_another_row(folder, suffix, column):
    """Somebody sorts some columns of the sheet and not all: the keys stay where they were."""
    path = export_decisions(cb.open_workspace(folder), round_="baseline", out=folder.parent / f"d{suffix}")
    table = Table(path)
    head, place = table.find(column)
    rows = [row for row in range(head + 1, len(table.rows) + 1) if table.rows[row - 1][1] in ("Jamaica", "Belize")]
    for name, text in (("decision", "accepted"), ("decided_by", "team"), ("reason", "the act was read")):
        for row in rows:
            table.write(row, table.find(name)[1], text)
    texts = [table.rows[row - 1][place - 1] for row in rows]
    for row, text in zip(rows, reversed(texts), strict=True):
        table.write(row, place, text)
    before = contents(folder)
    found = import_decisions(cb.open_workspace(folder), path)
    told = [(issue.code, issue.severity.value, issue.origin.row, issue.origin.column) for issue in found.issues]
    assert told == [("CB854", "error", row, place) for row in rows]
    assert all(issue.remedy for issue in found.issues)
    assert (found.proposals, contents(folder)) == ((), before)


@SUFFIXES
def test_rows_of_another_plan_are_refused(folder, suffix):
    path = export_plan(cb.open_workspace(folder), folder.parent / "plan.xlsx")
    if suffix == ".csv":
        rows = Table(path).rows
        path = path.with_suffix(".csv")
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows[Table(path.with_suffix(".xlsx")).find("Activity")[0] - 1 :])
    assert not import_plan(cb.open_workspace(folder), path).broken
    text = (folder / "programme.toml").read_text("utf-8")
    (folder / "programme.toml").write_text(text.replace("budget = 60_000", "budget = 59_000"), "utf-8")
    table = Table(path)
    row, column = table.find("Form")
    with pytest.raises(CapbuildError) as caught:
        import_plan(cb.open_workspace(folder), path)
    error = caught.value
    assert (error.code, error.origin.file) == ("CB854", path.name)
    assert (error.origin.row, error.origin.column, bool(error.remedy)) == (row + 1, column, True)
