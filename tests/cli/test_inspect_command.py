"""`capbuild inspect`: what it says of a file that holds a form, and of one that holds answers."""

import zipfile

from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.model import (
    Answer,
    DetectedTable,
    Question,
    QuestionGroup,
    Questionnaire,
    Reconciliation,
    Response,
    SheetReconciliation,
    SkipRule,
    Survey,
)

FORM = Questionnaire(
    id="visit", title="Visit", languages=("en", "es"),
    groups=[QuestionGroup(id="g", title="Unit"), QuestionGroup(id="r", title="Staff", repeat=True)],
    questions=[
        Question(id="law", text="Law?", group="g"),
        Question(id="why", text="Why?", group="r", skip=SkipRule(expression="(law in yes)")),
    ],
)  # fmt: skip


def shown(reading, tmp_path):
    cb.dump(reading, tmp_path / "a.json")
    result = CliRunner().invoke(app, ["inspect", str(tmp_path / "a.json")])
    assert result.exit_code == 0
    return " ".join(result.output.split())


def test_the_form_is_told(tmp_path):
    said = shown(Survey(file="a", format="x", questionnaire=FORM), tmp_path)
    assert "form visit 2 questions, 2 groups, 1 repeated, 1 skip rule, in en, es" in said
    assert "What it does to a level" not in said


def test_answers_without_a_form(tmp_path):
    said = shown(Survey(file="a", format="x", responses=[Response(id="1", answers=[Answer("law", "yes")])]), tmp_path)
    assert "form " not in said
    assert "What it does to a level" in said


def test_a_draft_of_a_text_table_reads_as_the_table(tmp_path):
    file, layout = tmp_path / "a.csv", tmp_path / "a.toml"
    file.write_text("Survey of 2016,,\nCountry,Law,Staff\nPeru,yes,4\nCuba,no,7\nChile,yes,2\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["inspect", str(file), "--draft"])
    layout.write_text(result.output, encoding="utf-8")
    assert "rows = [2]" in result.output
    assert cb.read(file, options={"layout": str(layout)}).responses == cb.read(file).responses


def test_each_table_has_a_line_and_a_doubtful_one_its_runner_up(tmp_path):
    tables = [
        DetectedTable(sheet="Q2", range="A4:F28", shape="long", confidence=0.97, runner_up="records", margin=0.5),
        DetectedTable(sheet="Q2", range="H4:K9", shape="marks", confidence=0.61, runner_up="across", margin=0.07),
    ]
    account = Reconciliation(sheets=[SheetReconciliation(sheet="Q2", tables=tables)])
    said = shown(Survey(file="a", format="x", reconciliation=account), tmp_path)
    assert "Q2!A4:F28 long 0.97 records Q2!H4:K9 marks 0.61 across is nearly as plausible" in said


def test_the_layout_is_drawn_in_a_page(tmp_path):
    file, page = tmp_path / "a.csv", tmp_path / "a.html"
    file.write_text("Country,Law,Staff\nPeru,yes,4\nCuba,no,7\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["inspect", str(file), "--html", str(page)])
    assert result.exit_code == 0
    assert "Layout drawn in" in " ".join(result.output.split())
    assert page.read_text("utf-8") == cb.read(file).layout.show().html


def test_a_file_without_tables_cannot_be_drawn(tmp_path):
    file, page = tmp_path / "a.json", tmp_path / "a.html"
    cb.dump(Survey(file="a", format="x"), file)
    result = CliRunner().invoke(app, ["inspect", str(file), "--html", str(page)])
    assert result.exit_code == 2
    assert "no layout to draw" in " ".join(result.output.split())
    assert not page.exists()


def test_each_file_of_an_archive_is_shown(tmp_path):
    with zipfile.ZipFile(tmp_path / "returns.zip", "w") as archive:
        archive.writestr("jm.csv", "country,TEC-2.2a\nJamaica,yes\n")
        archive.writestr("bz.csv", "country,TEC-2.2a\nBelize,no\n")
        archive.writestr("logo.png", b"\x89PNG")
    for place in (tmp_path / "returns.zip", tmp_path):
        shown = CliRunner().invoke(app, ["inspect", str(place)], env={"COLUMNS": "200"})
        assert shown.exit_code == 1, shown.output
        assert all(f"returns.zip/{name}" in shown.output for name in ("jm.csv", "bz.csv", "logo.png"))
        assert "there is no reader for .png files" in shown.output
