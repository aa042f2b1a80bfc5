"""Forms of the next round with last answers: written, returned with and without changes, and recorded."""

import datetime
import io
import random
import shutil
from pathlib import Path

import openpyxl
import pytest
from attrs import evolve
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.errors import ComparisonError
from capbuild.model import FindingStatus, Source
from capbuild.scoring.findings import AnswerReader, findings_from_response
from capbuild.workspace import list_saved_questions, next_questionnaire, open_workspace

pytestmark = pytest.mark.usefixtures("unchanged_folders_scored_once")

EXAMPLES = Path(__file__).parents[2] / "examples"
FORMATS = {"xlsx": ("xlsx-form", ".xlsx"), "docx": ("docx-form", ".docx")}


def copy(name, tmp_path):
    return Path(shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=shutil.ignore_patterns("out", "private")))


@pytest.fixture
def folder(tmp_path):
    return copy("two-editions", tmp_path)


def invoke(*arguments):
    return CliRunner().invoke(app, ["questionnaire", *map(str, arguments)])


def send_back(folder, path, **settings):
    """Put a form among the returns of the endline in place of those that came."""
    (folder / "returns" / "2022.csv").unlink()
    shutil.copy(path, folder / "returns" / path.name)
    lines = "".join(f"{key} = {value}\n" for key, value in settings.items())
    programme = folder / "programme.toml"
    text = programme.read_text("utf-8").replace('[read."returns/2022.csv"]', f'[read."returns/{path.name}"]\n{lines}')
    programme.write_text(text, "utf-8")
    return open_workspace(folder)


def test_answers_come_to_the_new_edition_with_their_question_and_round(folder):
    """By the crosswalk: three criteria of one name, one that was split, one narrower and one dropped."""
    form = next_questionnaire(open_workspace(folder), "Belize", since="baseline")
    assert (form.id, form.version) == ("unit-check-survey", "2")
    found = {name: (one.value, one.question, one.framework, one.round) for name, one in form.previous.items()}
    assert found == {
        "UNIT.2a": ("no", "UNIT.2a", "unit-check 1", "baseline"),
        "UNIT.2b": ("no", "UNIT.2b", "unit-check 1", "baseline"),
        "EVID.2a": ("yes", "EVID.2a", "unit-check 1", "baseline"),
        "EVID.3a1": ("yes", "EVID.3a", "unit-check 1", "baseline"),
        "EVID.3a2": ("yes", "EVID.3a", "unit-check 1", "baseline"),
    }
    assert str(form["EVID.3a1"].hint) == "Last answer (to EVID.3a of unit-check 1): yes. Still true?"
    assert form["COOP.2a"].hint is None
    # Where a log was not kept, it is not known which of the two parts is missing.
    assert "EVID.3a1" not in next_questionnaire(open_workspace(folder), "Jamaica", since="baseline").previous


def test_without_a_crosswalk_nothing_is_carried_over(folder):
    (folder / "crosswalks" / "unit-check-1-to-2.toml").unlink()
    with pytest.raises(ComparisonError, match="CB801"):
        next_questionnaire(open_workspace(folder), "Belize", since="baseline")


@pytest.mark.parametrize("format_", FORMATS)
def test_an_unchanged_form_is_recorded_as_carried_over(folder, tmp_path, format_):
    path = tmp_path / f"belize.{format_}"
    done = invoke(folder, "--country", "Belize", "--since", "baseline", "--format", format_, "--out", path)
    assert done.exit_code == 0, done.output
    assert "5 questions of 7 with the answer of baseline" in done.output
    workspace = send_back(folder, path, received="2022-05-02")
    found = workspace.collect("endline")
    answered = [one for one in found.findings if one.carried_over is not None]
    assert {one.target for one in answered} == {"UNIT.2a", "UNIT.2b", "EVID.2a", "EVID.3a1", "EVID.3a2"}
    assert {one.as_of for one in answered} == {datetime.date(2022, 5, 2)}
    assert {one.carried_over.framework for one in answered} == {"unit-check 1"}
    assert not found.evidence
    assert FindingStatus.CONFIRMED not in {one.status for one in answered}
    (issue,) = [issue for issue in found.issues if issue.code == "CB213"]
    assert issue.severity.value == "warning"
    assert "5 answers of 5" in issue.message
    assert "confirmed on 2022-05-02" in issue.message
    change = workspace.compare("baseline", "endline")
    assert change.counts().gained == change.counts().lost == 0
    assert [one.move.value for one in change.criteria if one.move.value in ("gained", "lost")] == []
    assert "carried over from baseline (EVID.3a of unit-check 1)" in str(
        workspace.assess("endline")["Belize"]["EVID"].explain()
    )


def test_what_somebody_changed_is_an_answer_of_its_own(folder, tmp_path):
    path = tmp_path / "belize.xlsx"
    invoke(folder, "--country", "Belize", "--since", "baseline", "--format", "xlsx", "--out", path)
    book = openpyxl.load_workbook(path)
    sheet = book["English"]
    cell = next(row for row in sheet.iter_rows() if row[0].value == "UNIT.2a")[3]
    assert cell.value == "no"
    cell.value = "yes"
    book.save(path)
    workspace = send_back(folder, path)
    found = {one.target: one for one in workspace.collect("endline").findings}
    assert found["UNIT.2a"].value.value == "yes"
    assert found["UNIT.2a"].carried_over is None
    assert found["UNIT.2b"].carried_over.value == "no"
    moved = {(one.criterion, one.move.value) for one in workspace.compare("baseline", "endline").criteria}
    assert ("UNIT.2a", "gained") in moved


def test_only_the_first_tab_has_last_answers_and_an_xlsform_has_defaults(tmp_path):
    workspace = open_workspace(copy("americas-2015", tmp_path))
    form = next_questionnaire(workspace, "Haiti", since="baseline")
    reading = cb.read(cb.render(workspace.framework, "xlsx-form", options={"form": form}), name="form.xlsx")
    assert len(reading.responses) == 1
    assert reading.questionnaire == form
    xlsform = cb.render(form, "xlsform")
    assert cb.read(xlsform, name="form.xlsx").questionnaire.previous == form.previous
    rows = openpyxl.load_workbook(io.BytesIO(xlsform))["survey"]
    headers = [cell.value for cell in next(rows.iter_rows(max_row=1))]
    defaults = [row[headers.index("default")] for row in rows.iter_rows(min_row=2, values_only=True)]
    assert sum(one is not None for one in defaults) == len(form.previous)
    hint = form[next(iter(form.previous))].hint
    assert [words in hint.get(tag) for tag, words in (("es", "¿Sigue"), ("fr", "toujours vrai"), ("nl", "Klopt"))] == [
        True
    ] * 3


def test_submissions_of_a_prefilled_xlsform_are_read_with_its_last_answers(folder):
    workspace = open_workspace(folder)
    form = cb.render(next_questionnaire(workspace, "Belize", since="baseline"), "xlsform")
    sent = b"country,UNIT_x2e_2a,UNIT_x2e_2b,_id,_submission_time\nBelize,no,yes,1,2022-05-02T10:00:00\n"
    reading = cb.read(sent, name="kobo.csv", format="kobo-csv", options={"form": form})
    (response,) = reading.responses
    source = Source(id="s", kind="survey", title="S", country=response.country)
    reader = AnswerReader.make(workspace.edition("endline"), previous=reading.questionnaire.previous)
    found = findings_from_response(response, response.country, source, reader).findings
    assert [(one.target, one.carried_over is not None) for one in found] == [("UNIT.2a", True), ("UNIT.2b", False)]


def test_questions_that_cannot_change_a_level_are_spared_and_counted(tmp_path):
    """By hand: a step is out of reach where a criterion of a lower one was answered with no."""
    folder = copy("americas-2015", tmp_path)
    workspace = open_workspace(folder)
    form = next_questionnaire(workspace, "Jamaica", since="baseline", skip=True)
    values = {
        result.target: result.value
        for score in workspace.assess("baseline")["Jamaica"].indicators
        for result in score.results
    }
    blocked = set()
    for node in workspace.framework.indicators:
        short = [one.step for one in node.criteria if values[one.id] == "no" and one.id in form.previous]
        blocked |= {one.id for one in node.criteria if short and one.step > min(short)}
    assert set(list_saved_questions(form)) == blocked
    assert not blocked & set(form.previous)
    done = invoke(
        folder, "--country", "JM", "--since", "baseline", "--skip", "--format", "docx", "--out", tmp_path / "j.docx"
    )
    assert f"{len(blocked)} questions saved" in done.output
    # One answer that changes opens the next step again.
    first = next(one for one in form.questions if one.id in blocked)
    opened = evolve(form, previous={n: evolve(one, value="yes") for n, one in form.previous.items()})
    assert first.id not in list_saved_questions(opened)


def test_a_respondent_gets_its_own_answers(folder):
    workspace = open_workspace(folder)
    assert next_questionnaire(workspace, "Belize", since="baseline", respondent="court").previous == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "baseline", "--format", "docx"], "--since needs --country"),
        (["--since", "baseline", "--country", "Belize"], "--since needs --country and --format docx"),
        (["--skip"], "need --since"),
        (["--since", "midline", "--country", "Belize", "--format", "docx"], "midline"),
        (["--since", "baseline", "--country", "Peru", "--format", "docx"], "no assessment"),
    ],
)
def test_what_cannot_be_filled_in_is_refused(folder, arguments, message):
    done = invoke(folder, *arguments, "--out", folder / "x")
    assert done.exit_code == 2
    assert message in done.output


@pytest.mark.parametrize("format_", FORMATS)
def test_what_lacked_evidence_shows_what_counted_and_stays_so_unchanged(tmp_path, format_):
    """Levels from 3 need evidence: 4 with some stays 4; 4 without any counts as 2, and 4 with some for 3 as 3."""
    (tmp_path / "model.csv").write_text(
        "ID,Factor,Level 1,Level 2,Level 3,Level 4\n" + "".join(f"{name},{name},w,x,y,z\n" for name in "ABC"), "utf-8"
    )
    draft = cb.read_framework(tmp_path / "model.csv")
    folder = tmp_path / "p"
    cb.new_programme(folder, draft)
    model = next((folder / "frameworks").glob("*.toml"))
    model.write_text(f'{draft.to_toml()}\n[judgement]\nagreement = "majority"\nevidence_from = 3\n', "utf-8")
    rows = "A,one,4,seen\nB,one,4,\nC,one,4,\nC,two,4,\nC,three,3,seen\n"
    given = "".join(f"Belize,{row}\n" for row in rows.splitlines())
    (folder / "returns" / "first.csv").write_text(f"country,indicator,assessor,level,evidence\n{given}", "utf-8")
    programme = folder / "programme.toml"
    text = programme.read_text("utf-8")
    later = '[[rounds]]\nid = "endline"\nkind = "endline"\ntitle = "E"\nreference_date = 2027-06-30\n\n'
    place = text.index("# Who pays")
    rules = '\n[read."returns/first.csv"]\nround = "baseline"\n[read."returns/b.*"]\nround = "endline"\n'
    programme.write_text(text[:place] + later + text[place:] + rules, "utf-8")
    workspace = open_workspace(folder)
    form = next_questionnaire(workspace, "Belize", since="baseline")
    assert {name: (one.value, one.counted) for name, one in form.previous.items()} == {
        "A": ("L4", None), "B": ("L4", "L2"), "C": ("L4", "L3")
    }  # fmt: skip
    assert str(form["B"].hint).endswith("Last answer: Level 4. Without evidence for it, Level 2 counted. Still true?")
    path = folder / "returns" / f"b.{format_}"
    done = invoke(folder, "--country", "Belize", "--since", "baseline", "--format", format_, "--out", path)
    assert done.exit_code == 0, done.output
    rounds = [open_workspace(folder).assess(name)["Belize"] for name in ("baseline", "endline")]
    levels = [[one[name].level for name in "ABC"] for one in rounds]
    assert levels == [[4, 2, 3], [4, 2, 3]]


@pytest.mark.parametrize("name", FORMATS)
def test_invented_last_answers_say_so_in_the_form(example_programme, name):
    workspace = example_programme
    form = next_questionnaire(workspace, "Haiti", since="baseline")
    assert form.title.get("en").endswith("Invented answers")
    assert form.title.get("nl").endswith("Fictieve antwoorden")
    writer, suffix = FORMATS[name]
    options = {"form": form} if name == "xlsx" else {}
    reading = cb.read(cb.render(workspace.framework if options else form, writer, options=options), name=f"a{suffix}")
    assert "Invented answers" in reading.questionnaire.title.get("en")


def test_a_form_is_not_counted_in_the_round_whose_answers_it_shows(folder):
    before = len(open_workspace(folder).collect("baseline").findings)
    path = folder.parent / "bz.xlsx"
    assert (
        invoke(folder, "--country", "Belize", "--since", "baseline", "--format", "xlsx", "--out", path).exit_code == 0
    )
    shutil.copy(path, folder / "returns" / "bz.xlsx")
    found = open_workspace(folder).collect("baseline")
    assert len(found.findings) == before
    (issue,) = (one for one in found.issues if one.code == "CB606" and one.origin.file == "returns/bz.xlsx")
    assert issue.remedy == 'name its round: [read."returns/bz.xlsx"] round = "endline"'
    with (folder / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[read."returns/bz.xlsx"]\nround = "endline"\n')
    findings = open_workspace(folder).collect("endline").findings
    assert any(one.carried_over is not None and one.country.alpha_2 == "BZ" for one in findings)


def make_model(kind, rng):
    """Rows of a framework that is scored by one rule, and the answers that its questions permit."""
    size, verdicts = rng.randint(2, 4), ["yes", "no", "partly", "don't know", "n/a", "elsewhere", ""]
    own = ["FI", "LI", "PI", "NI", "don't know", ""]
    steps = [(node, level, n) for node in range(1, size + 1) for level in (2, 3, 4) for n in range(rng.randint(1, 2))]
    criteria = [f"I{node},Thing {node},Text {node} {level} {n} holds,{level}" for node, level, n in steps]
    match kind:
        case "staircase":
            return ["ID,Indicator,Criterion,Level", *criteria], verdicts
        case "own answers":
            return ["ID,Indicator,Criterion,Level,Answers", *(f"{row},FI/LI/PI/NI" for row in criteria)], own
        case "points":
            return [
                "ID,Indicator,Points",
                *(f"P.{n},Thing {n},{rng.randint(1, 4)}" for n in range(1, 3 * size)),
            ], verdicts
        case "percentages":
            rows = [f"L{n},Thing {n},a{n},b{n},c{n},d{n},e{n}" for n in range(1, size + 1)]
            return ["ID,Indicator,20%,40%,60%,80%,100%", *rows], ["20%", "40 %", "0.6", "80%", ""]
        case _:
            rows = [f"M{n},Thing {n},low {n},mid {n},high {n},{rng.randint(1, 3)}" for n in range(1, 2 * size)]
            return ["ID,Indicator,Level 1,Level 2,Level 3,Weight", *rows], ["1", "2", "L3", "don't know", ""]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("kind", ["staircase", "own answers", "points", "percentages", "weighted means"])
def test_an_unchanged_form_keeps_every_level_and_figure_under_every_rule(kind, seed, tmp_path):
    rng = random.Random(seed)
    rows, answers = make_model(kind, rng)
    (tmp_path / "m.csv").write_text("\n".join(rows), "utf-8")
    framework = cb.read_framework(tmp_path / "m.csv").require()
    cb.new_programme(tmp_path / "p", framework)
    names = [*framework.criteria, *(node.id for node in framework.indicators if not node.criteria)]
    given = "".join(f"Jamaica,{name},{answers[0] if n == 0 else rng.choice(answers)}\n" for n, name in enumerate(names))
    (tmp_path / "p/returns/first.csv").write_text(f"country,question,answer\n{given}", "utf-8")
    with (tmp_path / "p/programme.toml").open("a", encoding="utf-8") as settings:
        settings.write('\n[[rounds]]\nid = "endline"\nkind = "endline"\ntitle = "E"\nreference_date = 2028-01-01\n')
        settings.write('start = 2027-06-01\n[read."returns/next.xlsx"]\nround = "endline"\n')
    form = next_questionnaire(tmp_path / "p", "Jamaica", since="baseline", skip=True)
    (tmp_path / "p/returns/next.xlsx").write_bytes(cb.render(form, "xlsx-form", country="Jamaica"))
    found = []
    for name in ("baseline", "endline"):
        country = open_workspace(tmp_path / "p").assess(name)["Jamaica"]
        found.append({node.id: (country[node.id].level, country[node.id].value) for node in framework.walk()})
    assert found[0] == found[1]
    assert not list_saved_questions(form) or kind in ("staircase", "own answers")
