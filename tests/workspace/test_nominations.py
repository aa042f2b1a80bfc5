"""Nomination sheets: names go to the private folder, pseudonyms to the tables, nobody is enrolled twice."""

import csv
import io

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.errors import CapbuildError
from capbuild.workspace.nominations import read_nominations, write_nominations

TRAINING = (
    "delivery,activity,title,start,end,place,host,language,trainers,criteria,cancelled\n"
    "D1,,X,2016-09-01,,Kingston,,,,,\n"
)
PEOPLE = [("Ana Ruiz", "Unit", "R03", "mujer", "ana@x.org", ""), ("John Doe", "Lab", "R07", "M", "", "876")]


@pytest.fixture
def ready(folder):
    (folder / "training").mkdir()
    (folder / "training" / "deliveries.csv").write_text(TRAINING, encoding="utf-8")
    return folder


def fill(path, people):
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    head = next(n for n, row in enumerate(rows) if row[:2] == ["name", "office"])
    stream = io.StringIO()
    csv.writer(stream).writerows([*rows[: head + 1], *people])
    path.write_text(stream.getvalue(), encoding="utf-8")
    return path


def test_sheets_out_and_in(ready):
    paths = write_nominations(cb.open_workspace(ready), "D1", seats=1)
    assert [path.relative_to(ready).as_posix() for path in paths] == [
        "private/nominations/D1/D1-JM.csv", "private/nominations/D1/D1-BZ.csv",
    ]  # fmt: skip
    found = read_nominations(cb.open_workspace(ready), fill(paths[0], PEOPLE))
    assert [(e.participant, e.country, e.role, e.sex.value, e.status.value) for e in found.enrolments] == [
        ("JM-001", "JM", "R03", "female", "nominated"), ("JM-002", "JM", "R07", "male", "nominated"),
    ]  # fmt: skip
    assert [i.message for i in found.issues] == ["2 people are nominated for 1 seats"]
    tracked = cb.open_workspace(ready).tracked
    assert (len(tracked.enrolments), [i.code for i in tracked.issues]) == (2, [])
    # No name leaves the private folder.
    public = [p for p in ready.rglob("*") if p.is_file() and p.relative_to(ready).parts[0] != "private"]
    assert not any("Ruiz" in p.read_text("utf-8") or "ana@" in p.read_text("utf-8") for p in public)
    assert "JM-001,Ana Ruiz,JM,Unit,ana@x.org," in (ready / "private" / "participants.csv").read_text("utf-8")


def test_one_person_keeps_one_pseudonym(ready):
    (path, _) = write_nominations(cb.open_workspace(ready), "D1")
    read_nominations(cb.open_workspace(ready), fill(path, PEOPLE))
    again = read_nominations(cb.open_workspace(ready), path)
    assert (again.enrolments, again.known) == ((), 2)
    with (ready / "training" / "deliveries.csv").open("a", encoding="utf-8") as file:
        file.write("D2,,Y,2016-10-01,,,,,,,\n")
    (path, _) = write_nominations(cb.open_workspace(ready), "D2")
    second = read_nominations(cb.open_workspace(ready), fill(path, [("ANA RUIZ", "", "", "", "", "")]))
    assert [(e.participant, e.delivery, e.sex.value) for e in second.enrolments] == [("JM-001", "D2", "not stated")]


def test_what_is_no_sheet_or_no_delivery_is_refused(ready):
    with pytest.raises(CapbuildError) as caught:
        write_nominations(cb.open_workspace(ready), "D9")
    assert caught.value.code == "CB840"
    (ready / "x.csv").write_text("name,office\nA,B\n", encoding="utf-8")
    with pytest.raises(CapbuildError) as caught:
        read_nominations(cb.open_workspace(ready), ready / "x.csv")
    assert caught.value.code == "CB852"


def test_at_the_command_line(ready):
    run = CliRunner().invoke
    made = run(app, ["training", "sheets", str(ready), "D1", "--country", "Jamaica"])
    (path,) = made.output.split()
    fill(ready / "private" / "nominations" / "D1" / "D1-JM.csv", PEOPLE)
    back = run(app, ["training", "enrol", str(ready), path])
    assert back.exit_code == 0
    assert "2 nominated" in back.output
    assert "D1" in run(app, ["training", "status", str(ready)]).output
