"""A framework in a spreadsheet works in a folder and in every command, also where levels begin at 0."""

import shutil

import openpyxl
import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.frameworks import framework_to_toml

ROWS = [
    ["ID", "Dimension", "Indicator", "Level 0: None", "Level 1: Some", "Level 2: Full"],
    ["a", "Law", "Offences", "no law", "some law", "all law"],
    ["b", None, "Powers", "no power", "some power", "all power"],
    ["c", "Team", "Unit", "no unit", "a unit", "many units"],
]
ANSWERS = "country,question,answer\nJamaica,a,0\nJamaica,b,Full\nJamaica,c,L1\n"


def save(place, rows=ROWS):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    place.parent.mkdir(parents=True, exist_ok=True)
    book.save(place)
    return place


@pytest.fixture
def programme(tmp_path):
    """Folder of a programme whose framework is a workbook."""
    model = save(tmp_path / "model.xlsx")
    folder = tmp_path / "programme"
    done = run("new", "programme", str(folder), "--framework", str(model))
    assert done.exit_code == 0, done.output
    (folder / "frameworks" / "model.toml").unlink()
    shutil.copy(model, folder / "frameworks" / "model.xlsx")
    (folder / "returns" / "sample.csv").write_text(ANSWERS, encoding="utf-8")
    return folder


def run(*words):
    return CliRunner().invoke(app, list(words))


def test_a_workbook_in_the_folder_is_scored_and_reported(programme):
    jamaica = cb.open_workspace(programme).assess("baseline")["Jamaica"]
    assert [jamaica[name].level for name in "abc"] == [0, 2, 1]
    done = run("run", str(programme))
    assert done.exit_code == 0, done.output
    page = (programme / "out" / "baseline.html").read_text("utf-8")
    assert "L0 None" in page
    assert "L2 Full" in page


def test_what_was_assumed_is_a_note_of_the_folder(programme):
    issues = cb.open_workspace(programme).folder_issues
    asked = [one for one in issues if one.code == "CB025"]
    assert [str(one.severity) for one in asked] == ["note"] * len(asked) != []
    assert {one.origin.file for one in asked} == {"frameworks/model.xlsx"}


def test_toml_comes_before_a_workbook_of_the_same_framework(programme):
    framework = cb.open_workspace(programme).framework
    text = framework_to_toml(framework).replace("no law", "no act")
    (programme / "frameworks" / "model.toml").write_text(text, encoding="utf-8")
    workspace = cb.open_workspace(programme)
    assert workspace.framework["a"].level_texts["L0"].source == "no act"
    assert [one.code for one in workspace.folder_issues if "differs" in one.message] == ["CB804"]


def test_a_workbook_with_an_error_is_named_with_its_cell(programme):
    rows = [list(row) for row in ROWS]
    rows[2][0] = "a"
    save(programme / "frameworks" / "model.xlsx", rows)
    done = run("validate", str(programme))
    assert done.exit_code != 0
    assert "frameworks/model.xlsx!Sheet:3" in done.output


def test_commands_take_the_framework_of_a_folder_and_of_a_file(programme, tmp_path, monkeypatch):
    by_folder = run("questionnaire", str(programme))
    assert "Offences" in by_folder.output
    assert by_folder.output == run("questionnaire", str(tmp_path / "model.xlsx")).output
    done = run("inspect", str(programme / "returns" / "sample.csv"), "--framework", "model")
    assert done.exit_code == 0, done.output
    monkeypatch.chdir(programme)
    assert run("questionnaire", "model").output == by_folder.output


def test_new_framework_writes_toml_and_says_what_to_confirm(tmp_path):
    model = save(tmp_path / "model.xlsx")
    done = run("new", "framework", str(model), "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "3 levels: 0 None, 1 Some, 2 Full." in done.output
    assert cb.read_framework(tmp_path / "frameworks" / "model.toml").require() == cb.read_framework(model).require()
    again = run("new", "framework", str(model), "--out", str(tmp_path))
    assert again.exit_code == 2
    assert "--replace" in again.output
    assert run("new", "framework", str(model), "--out", str(tmp_path), "--replace").exit_code == 0


def test_the_template_has_drop_downs_and_holds_a_framework_or_a_sample(tmp_path):
    place = tmp_path / "template.xlsx"
    assert run("new", "framework", "--template", str(place)).exit_code == 0
    book = openpyxl.load_workbook(place)
    assert book.sheetnames == [
        "Framework",
        "Scales",
        "Levels",
        "Nodes",
        "Criteria",
        "Bands",
        "Answers",
        "Profiles",
        "Rules",
        "Consistency",
        "Help",
    ]
    rules = {name: len(book[name].data_validations.dataValidation) for name in book.sheetnames}
    assert rules["Nodes"] == 3
    assert rules["Criteria"] == 5
    assert cb.read_framework(place).require().id == "my-framework"
    model = save(tmp_path / "model.xlsx")
    assert run("new", "framework", str(model), "--template", str(place)).exit_code == 0
    assert cb.read_framework(place).require() == cb.read_framework(model).require()


def test_a_spreadsheet_with_errors_shows_them_all_and_writes_nothing(tmp_path):
    rows = [[*ROWS[0], "Weight"], [*ROWS[1], "two"], [*ROWS[2], "three"]]
    done = run("new", "framework", str(save(tmp_path / "model.xlsx", rows)), "--out", str(tmp_path))
    assert done.exit_code == 2
    assert "model.xlsx!Sheet:G2" in done.output
    assert "model.xlsx!Sheet:G3" in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "frameworks").exists()


def test_the_form_shows_the_text_of_each_level_and_comes_back_as_levels(programme, tmp_path):
    framework = cb.open_workspace(programme).framework
    form = tmp_path / "form.xlsx"
    cb.write(framework, form, format="xlsx-form")
    book = openpyxl.load_workbook(form)
    sheet = book["English"]
    cells = {str(cell.value): cell for row in sheet.iter_rows() for cell in row if cell.value}
    assert "None: no law\nSome: some law\nFull: all law" in cells
    header = next(row for row in sheet.iter_rows() if any(str(cell.value) == "Answer" for cell in row))
    answer = next(cell.column for cell in header if cell.value == "Answer")
    sheet.cell(cells["a"].row, answer).value = "Some"
    for row in sheet.iter_rows(max_row=8):
        if str(row[0].value).startswith("Country"):
            row[1].value = "Jamaica"
    book.save(programme / "returns" / "form.xlsx")
    (programme / "returns" / "sample.csv").unlink()
    jamaica = cb.open_workspace(programme).assess("baseline")["Jamaica"]
    assert jamaica["a"].level == 1
