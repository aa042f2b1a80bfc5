"""Training needs by role and competence from a table of the folder, worked out by hand."""

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.workspace import list_training_needs

HEADS = "participant,country,role,competence,test,own,manager\n"


def write(folder, rows):
    (folder / "training").mkdir(exist_ok=True)
    (folder / "training" / "competences.csv").write_text(HEADS + rows, encoding="utf-8")
    return cb.open_workspace(folder)


@pytest.fixture
def required(folder):
    """What an examiner (R07) is to hold in C05, as the catalogue says."""
    catalogue = cb.open_workspace(folder).catalogue
    return next(role.required["C05"] for role in catalogue.roles if role.id == "R07")


def test_required_against_held(folder, required):
    assert required == 4
    rows = "P-1,Jamaica,R07,C05,2,4,4\nP-2,JM,R07,C05,,3,4\nP-3,Jamaica,R07,C05,4,0,0\nP-4,Jamaica,R07,C05,,,\n"
    workspace = write(folder, rows)
    assert workspace.monitoring.issues == ()
    gap = next(one for one in list_training_needs(workspace) if one.competence == "C05")
    # P-1 is short by 2 (the test wins), P-2 by 1 (the lower rating), P-3 is not; of P-4 nothing is told.
    assert (gap.country, gap.role, gap.required) == ("JM", "R07", 4)
    assert (gap.people, gap.levels, gap.unknown) == (2, 3, 1)
    # Courses raise one person by one level, and nobody above 3: P-1 can be raised, P-2 not.
    assert gap.trainable == 1


def test_every_wrong_cell_is_told_and_the_other_rows_count(folder):
    rows = (
        "P-1,Jamaica,R07,C05,2,,\nP-1,Jamaica,R07,C05,3,,\nP-2,Jamaica,R77,C05,2,,\nP-3,Jamaica,R07,C5,2,,\n"
        "P-4,Jamaica,R07,C05,5,,\nP-5,Atlantis,R07,C05,2,,\nAna Ruiz,Jamaica,R07,C05,2,,\n"
    )
    workspace = write(folder, rows)
    told = {str(issue.origin).partition(":")[2]: issue.code for issue in workspace.monitoring.issues}
    assert told == {"D3": "CB603", "C4": "CB840", "D5": "CB840", "E6": "CB603", "B7": "CB401", "A8": "CB671"}
    held = {(one.person, tuple(one.levels.items())) for one in workspace.monitoring.competences}
    assert held == {("P-1", (("C05", 2),)), ("P-4", ()), ("Ana Ruiz", (("C05", 2),))}


def test_without_the_table_nobody_is_short(folder):
    workspace = cb.open_workspace(folder)
    assert (workspace.monitoring.competences, list_training_needs(workspace)) == ((), ())
    shown = CliRunner().invoke(app, ["training", "needs", str(folder)])
    assert (shown.exit_code, "No competences are recorded" in shown.output) == (0, True)


def test_needs_at_the_command_line(folder):
    write(folder, "P-1,Jamaica,R07,C05,2,,\nP-2,Belize,R07,C05,3,,\n")
    run = CliRunner().invoke
    every = run(app, ["training", "needs", str(folder)])
    one = run(app, ["training", "needs", str(folder), "--country", "Belice"])
    assert (every.exit_code, one.exit_code) == (0, 0)
    assert ("Jamaica" in every.output, "Belize" in every.output) == (True, True)
    assert ("Jamaica" in one.output, "Belize" in one.output) == (False, True)
