"""Each rule of `capbuild check` finds the fault that was planted for it, and nothing is found where nothing is."""

import csv
import datetime
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import capbuild as cb
from capbuild.cli.app import app
from capbuild.model import Severity
from capbuild.workspace.checks import context as quality
from capbuild.workspace.checks.check import RULES
from capbuild.workspace.settings.checks import REASON, CheckSettings
from tests.workspace import clean_programme as clean

pytestmark = pytest.mark.usefixtures("unchanged_folders_scored_once")
REGISTER, VISIT, VISITS = "collecting/register.csv", "visits/jamaica.csv", "visits/visits.toml"
PROGRAMME, RESULTS, DELIVERIES = "programme.toml", "results.toml", "training/deliveries.csv"
ENROLMENTS, EVALUATIONS, PROPOSALS = "training/enrolments.csv", "training/evaluations.csv", "reviews/proposals.csv"
CONTACTS, REQUESTS, AGREEMENTS = "network/contacts.csv", "network/requests.csv", "network/agreements.csv"


def edit(name, old, new, count=1):
    """Change a text of a file."""

    def plant(folder):
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new, count), "utf-8")

    return plant


def rows_of(folder, name):
    return list(csv.reader(io.StringIO((folder / name).read_text("utf-8"), newline="")))


def cell(name, among, **cells):
    """Change cells of the first row that holds some texts."""

    def plant(folder):
        head, *rows = rows_of(folder, name)
        row = next(row for row in rows if set(among) <= set(row))
        for column, value in cells.items():
            row[head.index(column)] = value
        (folder / name).write_text(clean.text_of([head, *rows]), "utf-8")

    return plant


def add(name, *rows):
    """Add rows to a table."""

    def plant(folder):
        (folder / name).write_text(clean.text_of([*rows_of(folder, name), *rows]), "utf-8")

    return plant


def remove(name, *among):
    """Remove the rows that hold some texts."""

    def plant(folder):
        head, *rows = rows_of(folder, name)
        kept = [row for row in rows if not set(among) <= set(row)]
        assert len(kept) < len(rows)
        (folder / name).write_text(clean.text_of([head, *kept]), "utf-8")

    return plant


def write(name, text):
    return lambda folder: (folder / name).write_text(text, "utf-8")


def answers(name, change):
    """Change the answers of a return: a function of place and criterion returns the new one, or None."""

    def plant(folder):
        head, row = rows_of(folder, name)
        for place, criterion in enumerate(head[3:], start=3):
            new = change(place, criterion)
            row[place] = row[place] if new is None else new
        (folder / name).write_text(clean.text_of([head, row]), "utf-8")

    return plant


def these(**given):
    """Answers by criterion, with `_` for `-` and `.`."""
    return lambda _, criterion: given.get(criterion.replace("-", "_").replace(".", "_"))


def all_of(country, kind, day):
    """A return of one office on everything."""
    asked = list(clean.FRAMEWORK.criteria.values())
    head = ("respondent", "country", "date", *(c.id for c in asked))
    return clean.text_of([head, (f"x-{kind}-1", country, day, *(clean.answer(country, c) for c in asked))])


HN, JM = "returns/hn-police.csv", "returns/jm-police.csv"
BUDGET = "budget.csv"
ENROLLED = [(f"Q-{n}", "T1", "Jamaica", "", "male", "attended") for n in range(24)]
SPECIALISTS = [(f"Q-{n}", "T1", "Jamaica", "R03", "male", "attended") for n in range(4)]

#: Rule, the place that is named, and what is planted.
ACTIONS, ACTION_HEADS = "actions.csv", "id,country,target,action,owner,due,status\n"
KEPT, KEPT_HEADS = "evidence.csv", "id,country,title,criteria,date,valid_until,file\n"
PLANTS = [
    ("CK101", VISITS, edit(VISITS, "end = 2016-02-18", "end = 2016-04-05")),
    ("CK102", VISITS, edit(VISITS, "start = 2016-02-16\nend = 2016-02-18", "start = 2016-01-12\nend = 2016-01-14"),
     edit(VISIT, "2016-02-17", "2016-01-13", -1)),
    ("CK103", JM, edit(PROGRAMME, "start = 2016-01-04", "start = 2016-02-01")),
    ("CK104", PROGRAMME, edit(PROGRAMME, 'country = "Barbados"\n', 'country = "Barbados"\nvisit = true\n')),
    ("CK105", JM, edit("returns/bb-police.csv", "bb-police-1", "jm-police-1")),
    ("CK106", "returns/bb-police.csv", write("returns/bb-police.csv", all_of("Barbados", "police", "2016-01-25")),
     lambda folder: (folder / "returns/bb-prosecution.csv").unlink()),
    ("CK107", "returns/hn-prosecution.csv", remove(REGISTER, "Honduras", "prosecution", "baseline")),
    ("CK108", REGISTER, cell(REGISTER, ["Jamaica"], reminders="2016-02-05")),
    ("CK109", REGISTER, cell(REGISTER, ["Jamaica"], reminders="2015-12-20")),
    ("CK110", REGISTER, cell(REGISTER, ["Jamaica"], questions="Which law?")),
    ("CK111", REGISTER, add(REGISTER, ("Honduras", "endline", "survey", "academy", "es", "", "2017-10-02", "2017-10-20",
                                       "", "", "out", "", "", ""))),
    ("CK112", REGISTER, cell(REGISTER, ["Jamaica"], language="fr")),
    ("CK113", PROGRAMME, edit(PROGRAMME, 'languages = ["es"]', 'languages = ["pt"]')),
    ("CK114", PROGRAMME, edit(PROGRAMME, "[[consents]]", '[[participants]]\ncountry = "Belize"\n\n[[consents]]')),
    ("CK115", REGISTER, cell(REGISTER, ["Jamaica"], received="2016-01-28")),
    ("CK116", JM, lambda folder: (folder / "returns/a.csv").write_bytes((folder / JM).read_bytes())),
    ("CK117", PROGRAMME, edit(PROGRAMME, "start = 2017-10-02", "start = 2016-03-01")),
    ("CK201", VISIT, cell(VISIT, ["MAN-1.2a"], evidence_title="")),
    ("CK202", VISIT, cell(VISIT, ["MAN-1.2a"], as_of="2013-05-01")),
    ("CK203", VISIT, cell(VISIT, ["MAN-1.2a"], as_of="2016-02-25")),
    ("CK204", VISIT, edit(PROGRAMME, "reference_date = 2016-03-31", "reference_date = 2016-02-10")),
    ("CK205", VISIT, cell(VISIT, ["TEC-2.2a"], as_of="2014-12-01")),
    ("CK206", VISIT, cell(VISIT, ["MAN-1.2a"], evidence_marking="Internal")),
    ("CK207", "desk/laws.csv", cell("desk/laws.csv", ["Jamaica"], basis="seen")),
    ("CK208", VISIT, cell(VISIT, ["TEC-1.2b"], sample="1")),
    ("CK209", VISITS, edit(VISITS, 'sites = ["office of the function"]\n', "")),
    ("CK210", VISITS, edit(VISITS, '["assessor", "trainer"]', '["assessor"]')),
    ("CK211", "visits/jamaica-2017.csv", cell("visits/jamaica-2017.csv", ["MAN-1.2a"], evidence_title="E1"),
     write(KEPT, f"{KEPT_HEADS[:-1]},link\nE1,Jamaica,Order,MAN-1.2a,2016-01-01,2017-12-15,,https://a.example\n")),
    ("CK212", KEPT, lambda folder: (folder / "evidence").mkdir(),
     write(KEPT, f"{KEPT_HEADS}E1,Jamaica,Order,,2016-01-01,,evidence/order.txt\n")),
    ("CK213", "evidence/order.txt", lambda folder: (folder / "evidence").mkdir(), write("evidence/order.txt", "order")),
    ("CK214", VISIT, cell(VISIT, ["MAN-1.2a"], evidence_title="yes")),
    ("CK301", "returns/bb-police.csv",
     write(JM, clean.return_file("Barbados", "police", "2016-01-25").replace("bb-police-1,Barbados", "x-1,Jamaica"))),
    ("CK302", HN, answers(HN, lambda *_: "no")),
    ("CK303", HN, answers(HN, lambda place, _: "don't know" if place % 5 < 2 else None)),
    ("CK304", HN, answers(HN, lambda place, _: "" if place % 5 < 3 else None)),
    ("CK305", HN, answers(HN, these(MAN_1_2a="no", MAN_1_2b="no", MAN_1_4a="yes", MAN_1_4b="yes"))),
    ("CK306", VISIT, edit(VISIT, "MAN-1.2a,yes", "MAN-1.2a,no"), edit(VISIT, "MAN-1.2b,yes", "MAN-1.2b,no"),
     *(edit(VISIT, f"MAN-1.3{letter},no", f"MAN-1.3{letter},yes") for letter in "abc")),
    ("CK307", "returns/endline/hn-police.csv", answers(
        "returns/endline/hn-police.csv", lambda _, name: "yes" if name.startswith(("TEC-3.3", "TEC-3.4")) else None)),
    ("CK308", HN, answers(HN, lambda *_: "yes"), answers("returns/hn-prosecution.csv", lambda *_: "yes"),
     remove("desk/laws.csv", "Honduras"), remove("meetings/opening.csv", "Honduras")),
    ("CK309", VISIT, edit(VISIT, ",yes,", ",no,", -1)),
    ("CK310", PROGRAMME, edit(PROGRAMME, "default = 3", "default = 2")),
    ("CK311", PROGRAMME, edit(PROGRAMME, "default = 3", "default = 1")),
    ("CK312", HN, answers(HN, these(TRA_2_3b="yes", TRA_2_2b="no"))),
    ("CK313", VISIT, edit(VISIT, "TEC-2.2a,yes", "TEC-2.2a,no"), edit(VISIT, "TEC-2.4b,no", "TEC-2.4b,yes")),
    ("CK401", PROPOSALS, cell(PROPOSALS, ["Jamaica"], decided_on="2016-05-01")),
    ("CK402", PROPOSALS, cell(PROPOSALS, ["Jamaica"], evidence="")),
    ("CK403", PROPOSALS, cell(PROPOSALS, ["Jamaica"], decision="open", decided_on="", decided_by="", reason="")),
    ("CK404", PROPOSALS, cell(PROPOSALS, ["Jamaica"], date="2017-12-01", decided_on="2017-12-05")),
    ("CK405", "reviews/states.csv",
     add("reviews/states.csv", ("Barbados", "baseline", "sent", "programme team", "2016-05-02", "2016-06-03", "", ""))),
    ("CK406", "reviews/states.csv", cell("reviews/states.csv", ["agreed"], date="2016-04-20")),
    ("CK407", PROPOSALS, cell(PROPOSALS, ["Jamaica"], decided_by="")),
    ("CK501", PROGRAMME, edit(PROGRAMME, "start = 2016-04-01", "start = 2016-03-01")),
    ("CK502", PROGRAMME, edit(PROGRAMME, "months = 18", "months = 30")),
    ("CK503", PROGRAMME, edit(PROGRAMME, "default = 3", "default = 1")),
    ("CK504", "meetings/needs.csv", edit("meetings/needs.csv", "TEC-1.2b", "COO-5.3c")),
    ("CK505", PROGRAMME, edit(PROGRAMME, "R03 = 4", "R03 = 12")),
    ("CK506", "meetings/needs.csv", edit("meetings/meetings.toml", '"Jamaica", "Barbados",', '"Jamaica",')),
    ("CK507", ACTIONS, write(ACTIONS, f"{ACTION_HEADS}JM-1,Jamaica,TEC-2.4b,,unit,2016-06-01,done\n")),
    ("CK508", ACTIONS, write(ACTIONS, f"{ACTION_HEADS}JM-1,Jamaica,,Write it,unit,2017-06-01,accepted\n")),
    ("CK510", PROGRAMME, edit(PROGRAMME, 'languages = ["es"]\n', "")),
    ("CK509", ACTIONS, write(ACTIONS, f"{ACTION_HEADS}JM-1,Jamaica,,Write it,,2018-06-01,accepted\n")),
    ("CK601", DELIVERIES, add(ENROLMENTS, *ENROLLED)),
    ("CK602", DELIVERIES, cell(DELIVERIES, ["T1"], start="2016-09-10", end="2016-09-11")),
    ("CK602", DELIVERIES, edit(PROGRAMME, "[plan]", '[check.holidays]\nJamaica = ["09-13"]\n\n[plan]')),
    ("CK603", DELIVERIES, cell(DELIVERIES, ["T3"], start="2017-12-05", end="2017-12-07")),
    ("CK604", ENROLMENTS, add(ENROLMENTS, ("P-9", "T4", "Jamaica", "", "male", "attended"))),
    ("CK605", ENROLMENTS, cell(DELIVERIES, ["T3"], start="2018-03-13", end="2018-03-16")),
    ("CK606", ENROLMENTS, cell(DELIVERIES, ["T2"], start="2016-09-13", end="2016-09-14"),
     add(ENROLMENTS, ("P-1", "T2", "Jamaica", "R03", "female", "attended"))),
    ("CK607", ENROLMENTS, add(ENROLMENTS, ("P-1", "T2", "Honduras", "R03", "female", "attended"))),
    ("CK608", ENROLMENTS, add(ENROLMENTS, *SPECIALISTS)),
    ("CK609", DELIVERIES, cell(DELIVERIES, ["T3"], start="2015-10-13", end="2015-10-14")),
    ("CK610", ENROLMENTS, add(ENROLMENTS, ("P-8", "T2", "Jamaica", "", "male", "attended"))),
    ("CK611", DELIVERIES, cell(ENROLMENTS, ["T3"], status="withdrawn")),
    ("CK612", DELIVERIES, remove(EVALUATIONS, "T3")),
    ("CK613", EVALUATIONS, add(EVALUATIONS, ("T2", "P-4", "learning", "after", "test", "10", "20"))),
    ("CK614", ENROLMENTS, add(ENROLMENTS, ("P-7", "T1", "Barbados", "", "male", "certified"))),
    ("CK615", ENROLMENTS, add(ENROLMENTS, ("P-7", "T1", "Barbados", "", "male", "nominated"))),
    ("CK616", DELIVERIES, cell(DELIVERIES, ["T3"], criteria="MAN-1.2a"),
     cell(ENROLMENTS, ["T3"], participant="P-6", country="Jamaica")),
    ("CK701", BUDGET, cell(BUDGET, ["visits"], committed="80000")),
    ("CK702", BUDGET, cell(BUDGET, ["visits"], spent="59000")),
    ("CK703", BUDGET, cell(BUDGET, ["courses"], year="2019", spent="", committed="")),
    ("CK704", BUDGET, cell(BUDGET, ["courses"], as_of="2018-06-30")),
    ("CK705", BUDGET, cell(BUDGET, ["courses"], as_of="2016-12-31")),
    ("CK706", BUDGET, cell(BUDGET, ["courses"], currency="CAD")),
    ("CK707", BUDGET, cell(BUDGET, ["visits"], rate_date="2013-01-01")),
    ("CK708", BUDGET, add(BUDGET, ("old", "Old", "2015", "100", "100", "100", "USD", "no", "", "2015-12-31"))),
    ("CK709", BUDGET, cell(BUDGET, ["visits"], as_of="")),
    ("CK710", PROGRAMME, edit(PROGRAMME, "budget = 90_000", "budget = 900_000")),
    ("CK801", AGREEMENTS, cell(AGREEMENTS, ["AG1"], until="2016-06-30")),
    ("CK802", AGREEMENTS, cell(AGREEMENTS, ["AG1"], in_force="2014-01-01")),
    ("CK803", CONTACTS, cell(CONTACTS, ["Jamaica"], last_tested="2016-01-15")),
    ("CK804", CONTACTS, cell(CONTACTS, ["Jamaica"], valid_until="2017-01-01")),
    ("CK805", REQUESTS, cell(REQUESTS, ["waiting"], sent="2016-12-12")),
    ("CK806", REQUESTS, cell(REQUESTS, ["answered"], outcome="unanswered")),
    ("CK807", CONTACTS, cell(CONTACTS, ["Jamaica"], languages="fr")),
    ("CK808", CONTACTS, cell(CONTACTS, ["Honduras"], focal_point="jm-focal-1")),
    ("CK809", "network/operations.csv", cell("network/operations.csv", ["OP1"], outcomes="")),
    ("CK901", RESULTS, edit(RESULTS, 'targets = { "2017" = 9 }\n', "")),
    ("CK902", RESULTS, edit(RESULTS, 'baselines = { "2016" = 4 }\n', "")),
    ("CK903", RESULTS, edit(RESULTS, 'source = "visits"\n', "")),
    ("CK904", RESULTS, edit(RESULTS, '"2017" = 9', '"2017" = 2')),
    ("CK905", RESULTS, edit(RESULTS, "\n[[results]]", '\n[[results]]\nid = "x"\ntitle = "X"\n\n[[results]]')),
    ("CK906", RESULTS, edit(RESULTS, 'targets = { "2017" = 9 }', 'targets = { "2021" = 9 }')),
    ("CK907", RESULTS, edit(RESULTS, 'actuals = { "2017" = 7 }', 'actuals = { "2018" = 7 }')),
    ("CK908", "meetings/needs.csv", edit("meetings/needs.csv", "Kits for first responders", "Kits for Honduras")),
    ("CK909", PROGRAMME, edit(PROGRAMME, "minimum_n = 2", 'donor = "TLP:GREEN"\nminimum_n = 2')),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    return clean.clean_programme(tmp_path)


def test_nothing_is_found_where_nothing_is_doubtful(folder):
    workspace = cb.open_workspace(folder)
    assert [str(issue) for issue in workspace.check().issues] == []
    assert [str(issue) for issue in workspace.validate()] == []


def test_every_rule_has_a_planted_fault():
    assert {rule for rule, *_ in PLANTS} == set(RULES) == set(quality.FINDERS)


@pytest.mark.parametrize("planted", PLANTS, ids=lambda planted: planted[0])
def test_a_planted_fault_is_found(folder, planted):
    rule, place, *plants = planted
    for plant in plants:
        plant(folder)
    found = cb.open_workspace(folder).check().issues
    own = [issue for issue in found if issue.code == rule]
    assert own, [str(issue) for issue in found]
    assert place in {issue.origin.file for issue in own}
    assert all(issue.origin.row for issue in own if issue.code not in ("CK116", "CK213"))
    assert {issue.severity for issue in own} == {RULES[rule].severity}
    others = [issue for issue in found if issue.code != rule and issue.severity is Severity.ERROR]
    assert [str(issue) for issue in others] == []


def test_a_rule_is_off_with_a_reason(folder):
    cell(BUDGET, ["visits"], committed="80000")(folder)
    edit(PROGRAMME, "[plan]", '[check.off]\nCK701 = "raised in March"\n\n[plan]')(folder)
    result = cb.open_workspace(folder).check()
    assert not result.issues
    assert dict(result.off) == {"CK701": "raised in March"}


def test_a_threshold_is_a_setting(folder):
    edit(PROGRAMME, "[plan]", "[check]\ncontact_days = 90\n\n[plan]")(folder)
    found = cb.open_workspace(folder).check()
    assert [issue.code for issue in found.issues] == ["CK803"] * 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[check]\ndont_know = 3", "must lie between 0 and 1"),
        ("[check]\ndont_now = 0.3", "unknown key 'dont_now' (did you mean 'dont_know'?)"),
        ('[check.off]\nCK71 = "x"', "there is no rule 'CK71'"),
        ('[check.off]\nCK701 = " "', "CK701 is off without a reason"),
        ('[check.holidays]\nJamaica = ["6 August"]', "'6 August' is not a day"),
        ('[check.holidays]\nAtlantis = ["08-06"]', "Atlantis"),
        ("[[money.rates]]\nrate = 0.77\ndate = 2016-06-30", "currency is missing"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(folder, text, said):
    edit(PROGRAMME, "[plan]", f"{text}\n\n[plan]")(folder)
    (issue,) = cb.open_workspace(folder).validate()
    assert said in issue.message
    assert issue.origin.file == PROGRAMME
    assert not cb.open_workspace(folder).check().issues


def test_the_day_of_the_check_decides_what_is_late(folder):
    workspace = cb.open_workspace(folder)
    assert workspace.check().on == datetime.date(2017, 12, 31)
    later = workspace.check(datetime.date(2020, 1, 1))
    assert {issue.code for issue in later.issues} == {"CK801", "CK804", "CK805"}


def test_the_command_shows_findings_and_ends_as_validate_does(folder):
    runner = CliRunner()
    done = runner.invoke(app, ["check", str(folder)])
    assert (done.exit_code, "No issues." in done.output) == (0, True)
    add(ENROLMENTS, *((f"P-{n}", "T4", "Jamaica", "", "male", "attended") for n in range(20, 25)))(folder)
    done = runner.invoke(app, ["check", str(folder)])
    assert done.exit_code == 1
    assert "CK604 error" in done.output
    assert "training/enrolments.csv:7: T4 was cancelled, and 5 attended" in done.output
    assert "remedy: correct cancelled, or the enrolments" in done.output
    (finding,) = json.loads(runner.invoke(app, ["check", str(folder), "--json"]).output)["findings"]
    assert (finding["id"], finding["severity"], finding["file"], finding["row"]) == ("CK604", "error", ENROLMENTS, 7)


def test_the_command_lists_the_rules():
    runner = CliRunner()
    shown = runner.invoke(app, ["check", "--rules"]).output
    assert all(f"{rule.id} " in shown and rule.title in shown for rule in RULES.values())
    assert [rule["id"] for rule in json.loads(runner.invoke(app, ["check", "--rules", "--json"]).output)] == list(RULES)
    assert runner.invoke(app, ["check"]).exit_code == 2


def test_a_folder_that_cannot_be_used_is_told(tmp_path):
    (tmp_path / "programme.toml").write_text('[programme]\nid = "x"\n', "utf-8")
    done = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert done.exit_code == 2
    assert "capbuild validate" in done.output


def test_every_threshold_has_a_reason():
    thresholds = [one for one in CheckSettings.__attrs_attrs__ if one.name not in ("holidays", "off")]
    assert all(one.metadata[REASON] for one in thresholds)


def test_the_page_lists_every_rule_and_threshold():
    page = (Path(__file__).resolve().parents[2] / "docs/how-to/check-a-programme.md").read_text("utf-8")
    rules = [f"| `{r.id}` | {r.severity.value} | {r.title} | {r.remedy} |" for r in RULES.values()]
    thresholds = [
        f"| `{one.name}` | {one.default:g} | {one.metadata[REASON]} |"
        for one in CheckSettings.__attrs_attrs__
        if REASON in one.metadata
    ]
    assert [line for line in page.splitlines() if line.startswith("| `")] == [*thresholds, *rules]


@pytest.mark.parametrize(("answer", "code"), [("", "CK304"), ("don't know", "CK303")])
def test_the_share_of_a_return_counts_in_a_small_framework_too(tmp_path, answer, code):
    """A framework of 4 questions, of which 3 are open: fewer than shares of large ones need."""
    for name in ("frameworks", "returns"):
        (tmp_path / name).mkdir()
    rows = "".join(f"{name},Title {name},no,some,all\n" for name in "abcd")
    (tmp_path / "frameworks/model.csv").write_text(f"ID,Indicator,Level 1,Level 2,Level 3\n{rows}", "utf-8")
    text = '[programme]\nid = "p"\nframework = "model 1"\nparticipants = "as returned"\n[[rounds]]\nid = "a"\n'
    text += 'kind = "baseline"\nreference_date = 2026-06-30\n'
    (tmp_path / "programme.toml").write_text(text, "utf-8")
    for open_ in (1, 3):
        cells = [*["2"] * (4 - open_), *[answer] * open_]
        (tmp_path / "returns/a.csv").write_text(f"country,a,b,c,d\nPeru,{','.join(cells)}\n", "utf-8")
        found = [issue.code for issue in cb.open_workspace(tmp_path).check().issues]
        assert (code in found) is (open_ == 3), (open_, found)
