"""The register of the example, counted by hand from its file; reminders and packs."""

import csv
import datetime
import shutil

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.errors import WorkspaceError
from capbuild.model import Missing, Verdict
from capbuild.workspace import get_collection_status, write_reminders, write_visit_pack
from capbuild.workspace.forms.reminders import make_reminder

pytestmark = pytest.mark.usefixtures("unchanged_folders_scored_once")

VISIT = """
[[visits]]
id = "visit-ht"
country = "Haiti"
start = 2016-03-01
end = 2016-03-03
findings = "haiti.csv"
"""
DAY = datetime.date(2016, 3, 31)


@pytest.fixture(scope="module")
def workspace(example_programme):
    return example_programme


@pytest.fixture(scope="module")
def found(workspace):
    return get_collection_status(workspace, "baseline", on=DAY)


@pytest.fixture
def copy(examples, tmp_path):
    shutil.copytree(examples / "americas-2015", tmp_path / "programme", ignore=shutil.ignore_patterns("out", "private"))
    return tmp_path / "programme"


def rows(folder):
    with (folder / "collecting" / "register.csv").open(encoding="utf-8-sig", newline="") as stream:
        next(stream)
        return list(csv.DictReader(stream))


def test_counts_are_those_of_the_file(workspace, found):
    police = [row for row in rows(workspace.folder) if (row["round"], row["respondent"]) == ("baseline", "police")]
    came = [row for row in police if row["received"] and row["received"] <= "2016-03-31"]
    shown = {one.label: one for one in found.progress}["survey, police"]
    assert (shown.asked, shown.received) == (len(police), len(came)) == (30, 25)
    assert shown.accepted == sum(row["status"] == "accepted" for row in came) == 23
    assert shown.overdue == shown.asked - shown.received
    visits = {one.label: one for one in found.progress}["visit"]
    assert (visits.asked, visits.received, visits.overdue) == (13, 13, 0)


def test_late_ones_come_first_and_silent_ones_are_named(found):
    assert [one.country.alpha_2 for one in found.overdue] == ["BZ", "DM", "PE", "SR", "TC"]
    assert [country.alpha_2 for country in found.silent] == ["DM", "SR", "TC"]
    assert [one.country.alpha_2 for one in found.sent_back] == ["EC", "HT"]


def test_what_came_later_has_not_happened(workspace):
    early = get_collection_status(workspace, "baseline", on=datetime.date(2016, 2, 1))
    assert sum(one.received for one in early.progress if one.label.startswith("survey")) == 0
    assert early.overdue == ()


def test_the_register_of_the_example_agrees_with_what_came_in(found, workspace):
    assert list(found.issues) == []
    assert [issue for issue in workspace.validate() if issue.code.startswith("CB67")] == []


def test_disagreements_and_impossible_dates_are_told(copy):
    register = copy / "collecting" / "register.csv"
    text = register.read_text("utf-8")
    text = text.replace("Aruba,baseline,survey,police,nl,aw-focal-1,2016-01-11,2016-02-29,,2016-02-29,accepted",
                        "Aruba,baseline,survey,police,nl,Ana Ruiz,2016-01-11,2015-02-29,,,out")  # fmt: skip
    text = text.replace("Dominica,baseline,survey,police,en,dm-focal-1,2016-01-11,2016-02-29",
                        "Dominica,baseline,survey,police,en,dm-focal-1,2016-03-11,2016-02-29")  # fmt: skip
    text += "Peru,baseline,survey,police,es,pe-focal-1,,,,,,,,\r\nSuriname,,visit,,,,,,,2016-02-02,,,,\r\n"
    register.write_text(text, encoding="utf-8")
    found = cb.open_workspace(copy).validate()
    told = {issue.code: issue for issue in found if issue.code.startswith("CB67")}
    assert "CB603" in {issue.code for issue in found}
    assert sorted(told) == ["CB670", "CB671", "CB672", "CB673"]
    assert "is before sent" in told["CB670"].message
    assert told["CB671"].message == "the focal point looks like a person"
    assert all(issue.remedy for issue in told.values())


def test_a_pseudonym_without_a_person_is_told_where_names_are_kept(copy):
    (copy / "private").mkdir(mode=0o700)
    (copy / "private" / "respondents.csv").write_text("pseudonym,name,email\nsr-focal-1,An Example,\n", "utf-8")
    told = [issue for issue in cb.open_workspace(copy).folder_issues if issue.code == "CB674"]
    assert len(told) == sum(row["focal_point"] != "sr-focal-1" for row in rows(copy))


@pytest.mark.parametrize(
    ("country", "words"),
    [("SR", "31 dagen geleden"), ("PE", "hace 31 días"), ("DM", "31 days ago"), ("HT", "Il reste 2 questions")],
)
def test_reminders_speak_the_language_of_the_request(found, workspace, country, words):
    one = next(r for r in (*found.overdue, *found.sent_back) if r.country.alpha_2 == country)
    assert words in make_reminder(one, found, workspace)


def test_names_never_leave_the_private_folder(copy, tmp_path):
    workspace = cb.open_workspace(copy)
    (copy / "private").mkdir(mode=0o700)
    (copy / "private" / "respondents.csv").write_text("pseudonym,name\nsr-focal-1,An Invented Person\n", "utf-8")
    found = get_collection_status(workspace, on=DAY)
    with pytest.raises(WorkspaceError) as caught:
        write_reminders(workspace, found, tmp_path / "elsewhere", named=True)
    assert caught.value.code == "CB675"
    assert not (tmp_path / "elsewhere").exists()
    plain = write_reminders(workspace, found, tmp_path / "elsewhere")
    assert not any("An Invented Person" in path.read_text("utf-8") for path in plain)
    inside = write_reminders(workspace, found, named=True)
    assert [p.name for p in inside if "An Invented Person" in p.read_text("utf-8")] == [
        "sr-survey-police-sr-focal-1.txt"
    ]
    assert len(inside) == len(plain) == 7


def test_the_checklist_of_a_pack_comes_back_as_findings(copy, tmp_path):
    files = write_visit_pack(cb.open_workspace(copy), "Haiti", tmp_path / "pack", language="fr")
    text = files[1].read_text("utf-8-sig")
    lines = list(csv.reader(text.splitlines()))
    headers = lines[1]
    first = lines[2]
    assert first[headers.index("why")] == "les sources divergent"
    first[headers.index("answer")] = "oui"
    first[headers.index("basis")] = "seen"
    with (copy / "visits" / "haiti.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(lines)
    with (copy / "visits" / "visits.toml").open("a", encoding="utf-8") as stream:
        stream.write(VISIT)
    workspace = cb.open_workspace(copy)
    found = [f for f in workspace.collect("baseline").findings if f.source == "visit-ht"]
    assert len(found) == 240
    assert [f.value for f in found if f.target == first[0]] == [Verdict.YES]
    assert sum(f.value is Missing.NO_ANSWER for f in found) == 239
    told = [i.message for i in workspace.collect("baseline").issues if i.origin and "haiti.csv" in i.origin.file]
    assert [message for message in told if "column" in message] == []


def test_the_agenda_puts_conflicts_first_and_says_who_said_what(workspace, tmp_path):
    agenda = write_visit_pack(workspace, "Haiti", tmp_path)[0].read_text("utf-8")
    conflicts = workspace.assess("baseline")["Haiti"].conflicts
    entries = [line for line in agenda.splitlines() if line.startswith("- [ ]")]
    assert [name for name in (c.target for c in conflicts) if f"**{name}**" in "".join(entries[: len(conflicts)])] == [
        c.target for c in conflicts
    ]
    assert "Réponses fictives" in agenda


def test_the_command_prints_no_focal_point(examples):
    shown = CliRunner().invoke(app, ["status", str(examples / "americas-2015"), "--on", "2016-03-31", "--all"])
    assert shown.exit_code == 0, shown.output
    assert "focal-1" not in shown.output
    assert "Suriname" in shown.output
    refused = CliRunner().invoke(app, ["visit-pack", str(examples / "americas-2015"), "Dominica", "--out", "x"])
    assert refused.exit_code == 2
    assert "has not answered yet" in refused.output
