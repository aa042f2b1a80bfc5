"""`capbuild plan`: shown, explained, written as a workbook, read back with what differs and what breaks."""

import csv
import io
import shutil

import openpyxl
import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.planning import plan_with_cvar
from capbuild.workspace.forms.plan_edits import collect_plan_inputs

pytestmark = pytest.mark.usefixtures("unchanged_folders_scored_once")

PROGRAMME = """
[programme]
id = "small"
title = "Small"
framework = "police-cyber 1.0"
invented = true
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30
[[participants]]
country = "Jamaica"
languages = ["en"]
[[participants]]
country = "Belize"
languages = ["en"]
[targets]
default = 3
[plan]
budget = 60_000
currency = "USD"
start = 2016-07-01
months = 6
trainer_days = 20
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("programme")
    (place / "returns").mkdir()
    (place / "programme.toml").write_text(PROGRAMME, "utf-8")
    answers = "TEC-1.2a,TEC-1.2b,TEC-1.3a,TRA-2.2a,TRA-2.3c,INF-2.2a,INF-2.3a"
    for name in ("Jamaica", "Belize"):
        rows = f"country,{answers}\n{name},no,no,no,no,no,no,no\n"
        (place / "returns" / f"{name}.csv").write_text(rows, "utf-8")
    return place


def run(*arguments):
    return CliRunner().invoke(app, ["plan", *map(str, arguments)], env={"COLUMNS": "200"})


def test_the_plan_is_shown_with_its_bound_and_money(folder):
    done = run(folder)
    assert done.exit_code == 0, done.output
    made = cb.open_workspace(folder).plan()
    assert made.activities
    assert f"{made.cost} of USD 60,000" in done.output
    assert made.activities[0].activity in done.output
    assert "invented" in done.output


def test_why_and_why_not_name_what_was_asked(folder):
    held = {one.activity for one in cb.open_workspace(folder).plan().activities}
    name = min(held)
    done = run(folder, "--why", name)
    assert done.exit_code == 0, done.output
    assert f"without {name}: -" in done.output
    quick = run(folder, "--why", name, "--quick")
    assert quick.exit_code == 0, quick.output
    assert f"without {name}: -" in quick.output


def test_wishes_are_asked_for_together(folder):
    made = cb.open_workspace(folder).plan()
    held = next(f"{one.activity} {code}" for one in made.activities for code in one.seats)
    done = run(folder, "--together", held, "--together", made.activities[-1].activity)
    assert done.exit_code == 0, done.output
    assert f"For {held}, {made.activities[-1].activity}: all of it fits the limits." in done.output


@pytest.fixture
def book(folder, tmp_path):
    path = tmp_path / "plan.xlsx"
    done = run(folder, "--export", path)
    assert (done.exit_code, done.output.strip()) == (0, path.as_posix())
    return path


def edit(path, change):
    """Change the row of the first session with another library."""
    document = openpyxl.load_workbook(path)
    page = document["Sessions"]
    headers = next(row for row in page.iter_rows() if any(cell.value == "Activity" for cell in row))
    columns = {str(cell.value).casefold(): cell.column for cell in headers if cell.value}
    change(page, headers[0].row + 1, columns)
    document.save(path)


def test_an_untouched_workbook_differs_in_nothing(folder, book):
    done = run(folder, "--import", book)
    assert done.exit_code == 0, done.output
    assert "Nothing changes." in done.output


def test_a_session_that_moves_is_told_and_the_plan_is_written(folder, book, tmp_path):
    first = cb.open_workspace(folder).plan().activities[0]
    edit(book, lambda page, row, columns: page.cell(row, columns["month"], "2016-12"))
    done = run(folder, "--import", book, "--out", tmp_path / "edited.json")
    assert done.exit_code == 0, done.output
    assert "moved" in done.output
    kept = cb.load(tmp_path / "edited.json")
    assert kept.invented
    assert [one.start.month for one in kept.activities if one.activity == first.activity].count(12) == 1


def test_what_breaks_a_limit_is_listed_and_no_plan_is_written(folder, book, tmp_path):
    def crowd(page, row, columns):
        page.cell(row, columns["seats"], "JM 400")

    edit(book, crowd)
    done = run(folder, "--import", book, "--out", tmp_path / "edited.json")
    assert done.exit_code == 1
    assert "Broken:" in done.output
    assert "resized" in done.output
    assert "edited.json was not written" in done.output
    assert not (tmp_path / "edited.json").exists()


def test_a_csv_of_the_rows_will_do(folder, book, tmp_path):
    page = openpyxl.load_workbook(book)["Sessions"]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    place = next(number for number, row in enumerate(rows) if "Activity" in row)
    stream = io.StringIO()
    csv.writer(stream).writerows(rows[place:])
    (tmp_path / "plan.csv").write_text(stream.getvalue(), "utf-8")
    assert "Nothing changes." in run(folder, "--import", tmp_path / "plan.csv").output


def test_cells_that_cannot_be_read_are_told_together(folder, book):
    def spoil(page, row, columns):
        page.cell(row, columns["month"], "soon")
        page.cell(row, columns["activity"], "A99")

    edit(book, spoil)
    done = run(folder, "--import", book)
    assert done.exit_code == 2
    first = next(
        number for number, row in enumerate(openpyxl.load_workbook(book)["Sessions"].values, 1) if "A99" in row
    )
    assert f"plan.xlsx!Sessions:{first}: activity 'A99' is not in the catalogue" in " ".join(done.output.split())
    assert "'soon'" in done.output


def test_a_file_without_a_plan_and_a_programme_without_one_are_told(folder, tmp_path):
    (tmp_path / "other.csv").write_text("country,year\nJamaica,2016\n", "utf-8")
    done = run(folder, "--import", tmp_path / "other.csv")
    assert (done.exit_code, "CB814" in done.output) == (2, True)
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "programme.toml").write_text(PROGRAMME.partition("[plan]")[0], "utf-8")
    assert "CB813" in run(bare, "--export", tmp_path / "x.xlsx").output


def test_out_goes_with_a_plan_that_is_made_again(folder, book, tmp_path):
    assert run(folder, "--out", tmp_path / "x.json").exit_code == 2
    assert run(folder, "--export", tmp_path / "y.xlsx", "--out", tmp_path / "x.json").exit_code == 2
    both = run(folder, "--import", book, "--hedged", 5)
    assert (both.exit_code, "--import and --hedged cannot be combined" in both.output) == (2, True)


def test_a_hedged_plan_is_shown_with_what_it_reaches_in_its_worst_worlds_and_is_written(folder, tmp_path):
    done = run(folder, "--hedged", 6, "--worst", 0.5, "--weight", 1, "--out", tmp_path / "hedged.json")
    assert done.exit_code == 0, done.output
    workspace = cb.open_workspace(folder)
    made, needs, catalogue, settings, round_ = collect_plan_inputs(workspace)
    asked = {"assessed": workspace.assess(round_), "count": 6, "worst": 0.5, "weight": 1.0, "gap": settings.gap}
    found = plan_with_cvar(needs, catalogue, settings.limits, **asked)
    mean = next(line.split() for line in done.output.splitlines() if "mean of the worst" in line)
    assert [float(number.replace(",", "")) for number in mean[-2:]] == [round(found.tail, 1), round(found.usual, 1)]
    kept = cb.load(tmp_path / "hedged.json")
    assert (kept.activities, kept.invented) == (found.plan.activities, True)
    assert kept.cost <= made.limits.budget


@pytest.mark.parametrize("number", ["0", "1"])
def test_fewer_than_two_worlds_hedge_nothing(folder, number):
    assert run(folder, "--hedged", number).exit_code == 2


def test_a_plan_made_from_an_earlier_one_tells_each_change_with_its_reason_in_a_language(folder, tmp_path):
    made = cb.open_workspace(folder).plan()
    cb.dump(made, tmp_path / "earlier.json")
    assert "Nothing changes." in run(folder, "--since", tmp_path / "earlier.json").output
    poorer = tmp_path / "poorer"
    shutil.copytree(folder / "returns", poorer / "returns")
    (poorer / "programme.toml").write_text(PROGRAMME.replace("60_000", "20_000"), "utf-8")
    done = run(poorer, "--since", tmp_path / "earlier.json", "--language", "es", "--out", tmp_path / "again.json")
    assert done.exit_code == 0, done.output
    assert "retirada" in done.output
    assert "el presupuesto ya no la cubre" in done.output
    assert all(word in done.output for word in ("Sesión", "Antes", "Costo: USD"))
    assert cb.load(tmp_path / "again.json").cost <= cb.Money(20_000, "USD")
    cb.dump(cb.country("JM"), tmp_path / "country.json")
    assert "CB814" in run(folder, "--since", tmp_path / "country.json").output


def test_validating_tells_what_hinders_a_plan_and_makes_none(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("capbuild.workspace.rounds.plans._solve_once", lambda *_, **__: pytest.fail("a plan was made"))
    shutil.copytree(folder / "returns", tmp_path / "returns")

    def issues(text):
        (tmp_path / "programme.toml").write_text(text, "utf-8")
        return cb.open_workspace(tmp_path).validate()

    assert not issues(PROGRAMME).count("error")
    told = [one for one in issues(PROGRAMME.replace('"USD"', '"CAD"')) if one.code.startswith("CB81")]
    assert [(issue.code, str(issue.origin)) for issue in told] == [("CB812", "programme.toml:19 plan")]
    shown = " ".join(run(tmp_path).output.split())
    assert told[0].code in shown
    assert "no plan can be made: the budget is in CAD" in shown
    late = PROGRAMME + "budget_by_year = { 2016 = 30_000, 2071 = 30_000 }\n"
    (wrong,) = (one for one in issues(late) if one.severity.value == "error")
    assert (str(wrong.origin), "2071" in wrong.message) == ("programme.toml:25 plan.budget_by_year", True)
