"""`capbuild inspect`: what it says of a file that holds a form, and of one that holds answers."""

from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.model import Answer, Question, QuestionGroup, Questionnaire, Reading, Response, SkipRule

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
    said = shown(Reading(file="a", format="x", questionnaire=FORM), tmp_path)
    assert "form visit 2 questions, 2 groups, 1 repeated, 1 skip rule, in en, es" in said
    assert "What it does to a level" not in said


def test_answers_without_a_form(tmp_path):
    said = shown(Reading(file="a", format="x", responses=[Response(id="1", answers=[Answer("law", "yes")])]), tmp_path)
    assert "form " not in said
    assert "What it does to a level" in said


def test_a_draft_of_a_text_table_reads_as_the_table(tmp_path):
    file, layout = tmp_path / "a.csv", tmp_path / "a.toml"
    file.write_text("Survey of 2016,,\nCountry,Law,Staff\nPeru,yes,4\nCuba,no,7\nChile,yes,2\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["inspect", str(file), "--draft"])
    layout.write_text(result.output, encoding="utf-8")
    assert "rows = [2]" in result.output
    assert cb.read(file, options={"layout": str(layout)}).responses == cb.read(file).responses
