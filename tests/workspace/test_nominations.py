"""Nomination sheets: names go to the private folder, pseudonyms to the tables, nobody is enrolled twice."""

import csv
import io
import re
import shutil

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.errors import CapbuildError, WorkspaceError
from capbuild.workspace.forms.nominations import KEY, draw_pseudonym, pseudonym_key, read_nominations, write_nominations
from capbuild.workspace.transactions import edit_folder
from capbuild.workspace.versions import merge_folders

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
    paths = write_nominations(cb.open_workspace(ready), "D1", seats=1, format="csv")
    assert [path.relative_to(ready).as_posix() for path in paths] == [
        "private/nominations/D1/D1-JM.csv", "private/nominations/D1/D1-BZ.csv",
    ]  # fmt: skip
    found = read_nominations(cb.open_workspace(ready), fill(paths[0], PEOPLE))
    assert [(e.country.alpha_2, e.role, e.sex.value, e.status.value) for e in found.enrolments] == [
        ("JM", "R03", "female", "nominated"), ("JM", "R07", "male", "nominated"),
    ]  # fmt: skip
    first, second = (one.participant for one in found.enrolments)
    assert re.fullmatch(r"JM-[2-9A-HJKMNP-Z]{6}", first)
    assert first != second
    assert [i.message for i in found.issues] == ["2 people are nominated for 1 seat"]
    tracked = cb.open_workspace(ready).monitoring
    assert (len(tracked.enrolments), [i.code for i in tracked.issues]) == (2, [])
    # No name leaves the private folder.
    public = [p for p in ready.rglob("*") if p.is_file() and p.relative_to(ready).parts[0] != "private"]
    assert not any("Ruiz" in p.read_text("utf-8") or "ana@" in p.read_text("utf-8") for p in public)
    assert f"{first},Ana Ruiz,JM,Unit,ana@x.org," in (ready / "private" / "participants.csv").read_text("utf-8")


def test_one_person_keeps_one_pseudonym(ready):
    (path, _) = write_nominations(cb.open_workspace(ready), "D1", format="csv")
    first = read_nominations(cb.open_workspace(ready), fill(path, PEOPLE)).enrolments[0].participant
    again = read_nominations(cb.open_workspace(ready), path)
    assert (again.enrolments, again.known) == ((), 2)
    with (ready / "training" / "deliveries.csv").open("a", encoding="utf-8") as file:
        file.write("D2,,Y,2016-10-01,,,,,,,\n")
    (path, _) = write_nominations(cb.open_workspace(ready), "D2", format="csv")
    second = read_nominations(cb.open_workspace(ready), fill(path, [("ANA RUIZ", "", "", "", "", "")]))
    assert [(e.participant, e.delivery, e.sex.value) for e in second.enrolments] == [(first, "D2", "not stated")]


def test_two_copies_give_one_person_one_pseudonym_and_two_persons_two(ready, tmp_path):
    (path, _) = write_nominations(cb.open_workspace(ready), "D1", format="csv")
    copies = [shutil.copytree(ready, tmp_path / name) for name in ("base", "mine", "theirs")]
    for copy, name in zip(copies[1:], ("Cy Brown", "Di White"), strict=True):
        sheet = shutil.copy(path, tmp_path / f"{name}.csv")
        fill(sheet, [("Ana Ruiz", "", "", "", "", ""), (name, "", "", "", "", "")])
        assert len(read_nominations(cb.open_workspace(copy), sheet).enrolments) == 2
    merged = tmp_path / "merged"
    assert not merge_folders(copies[1], copies[2], base=copies[0], out=merged).conflicts
    who = [one.participant for one in cb.open_workspace(merged).monitoring.enrolments]
    assert (len(who), len(set(who))) == (3, 3)


def test_the_key_is_made_once_and_is_never_blank(tmp_path):
    def make_key():
        with edit_folder(tmp_path) as edit:
            return pseudonym_key(edit)

    key = make_key()
    assert (len(key), make_key()) == (64, key)
    assert (tmp_path / KEY).stat().st_mode & 0o077 == 0
    (tmp_path / KEY).write_bytes(b" \n")
    other = make_key()
    assert (len(other), other == key) == (64, False)


def test_another_key_gives_another_pseudonym():
    one, other = (draw_pseudonym(key, "Ana Ruiz", "JM") for key in (b"a", b"b"))
    assert one != other
    assert draw_pseudonym(b"a", "Ana Ruiz", "JM", {one}) == one + draw_pseudonym(b"a", "Ana Ruiz", "JM", {one})[-1]
    assert draw_pseudonym(b"a", "Ana Ruiz", "BZ")[:3] == "BZ-"


def test_what_is_no_sheet_or_no_delivery_is_refused(ready):
    with pytest.raises(CapbuildError) as caught:
        write_nominations(cb.open_workspace(ready), "D9", format="csv")
    assert caught.value.code == "CB840"
    (ready / "x.csv").write_text("name,office\nA,B\n", encoding="utf-8")
    with pytest.raises(CapbuildError) as caught:
        read_nominations(cb.open_workspace(ready), ready / "x.csv")
    assert caught.value.code == "CB852"


def test_at_the_command_line(ready):
    run = CliRunner().invoke
    made = run(app, ["training", "sheets", str(ready), "D1", "--country", "Jamaica", "--format", "csv"])
    (path,) = made.output.split()
    fill(ready / "private" / "nominations" / "D1" / "D1-JM.csv", PEOPLE)
    back = run(app, ["training", "enrol", str(ready), path])
    assert back.exit_code == 0
    assert "2 nominated" in back.output
    assert "D1" in run(app, ["training", "status", str(ready)]).output


def type_in(path, rows):
    """Fill a workbook as a person would, with a spreadsheet that is not ours."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(path)
    sheet = book["Nominations"]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "name")
    for number, values in enumerate(rows, start=head + 1):
        for column, value in enumerate(values, start=1):
            sheet.cell(number, column, value or None)
    book.save(path)
    return path


def test_a_workbook_goes_out_with_lists_and_comes_back(ready):
    openpyxl = pytest.importorskip("openpyxl")
    programme = ready / "programme.toml"
    programme.write_text(
        programme.read_text("utf-8").replace('country = "Jamaica"', 'country = "Jamaica"\nlanguages = ["es"]'), "utf-8"
    )
    (path,) = write_nominations(cb.open_workspace(ready), "D1", countries=["Jamaica"], seats=2)
    assert path == ready / "private" / "nominations" / "D1" / "D1-JM.xlsx"
    sheet = openpyxl.load_workbook(path)["Nominations"]
    lists = openpyxl.load_workbook(path)["Lists"]
    assert lists.sheet_state == "hidden"
    rules = {rule.type + str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "name")
    area = f"{head + 1}:{{}}{head + 2}"
    assert set(rules) == {f"list{column}{area.format(column)}" for column in "CD"} | {f"customE{area.format('E')}"}
    shown = [[cell.value for cell in row] for row in lists.iter_rows() if row[1].value]
    assert [row[1] for row in shown][-4:] == ["mujer", "hombre", "otro", "no se indica"]
    roles = [row[0].value for row in lists.iter_rows() if row[0].value and row[0].value.startswith("R")]
    assert {text.split()[0] for text in roles} >= {f"R{number:02}" for number in range(1, 13)}  # the twelve roles
    # Only the seats can be written to.
    assert sheet.protection.sheet
    free = {cell.row for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert free == {head + 1, head + 2}
    role = next(text for text in roles if text.startswith("R07"))
    type_in(
        path, [("Ana Ruiz", "Unidad", role, "mujer", "ana@x.org", ""), ("Bo Li", "", "R99", "no se indica", "", "")]
    )
    found = read_nominations(cb.open_workspace(ready), path)
    assert [(e.role, e.sex.value) for e in found.enrolments] == [("R07", "female"), (None, "not stated")]
    (issue,) = found.issues
    assert issue.message.startswith("'R99' is not a role")
    assert (issue.origin.file, issue.origin.row) == ("D1-JM.xlsx", head + 2)


def test_nothing_of_a_sheet_is_lost_in_silence_and_names_belong_into_private(ready):
    out = ready / "sheets"
    (path,) = write_nominations(cb.open_workspace(ready), "D1", countries=["Jamaica"], out=out, format="csv")
    found = read_nominations(cb.open_workspace(ready), fill(path, [("", "Lab", "R03", "", "", "")]))
    assert found.enrolments == ()
    assert [(issue.message, issue.remedy) for issue in found.issues] == [
        ("the form has names, but is outside private/", "move it below private/"),
        ("the row has no name, and nominates nobody", "ask the country"),
    ]


@pytest.mark.parametrize("delivery", ["../../../evil", "..", "/tmp/evil", "con", "a:b", "n" * 300])
def test_an_id_of_a_delivery_names_no_place(folder, tmp_path, delivery):
    """Sheets are named by the id: one of a hostile folder would otherwise name any place."""
    table = folder / "training" / "deliveries.csv"
    table.parent.mkdir(exist_ok=True)
    headers = "delivery,activity,title,start,end,place,host,language,trainers,criteria,cancelled"
    table.write_text(f"{headers}\n{delivery},,X,2016-09-01,,,,,,,\n", encoding="utf-8")
    before = sorted(folder.parent.rglob("*"))
    workspace = cb.open_workspace(folder)
    with pytest.raises(WorkspaceError) as caught:
        write_nominations(workspace, delivery, countries=["Jamaica"], format="csv")
    assert (caught.value.code, caught.value.origin.file) == ("CB603", "training/deliveries.csv")
    assert sorted(folder.parent.rglob("*")) == before
