"""Judged rubrics in a programme's folder: tables of assessors, issues, target profiles, needs and a plan."""

import csv

import openpyxl
import pytest

import capbuild as cb
from capbuild.frameworks import framework_from_toml
from capbuild.model import Activity, Catalogue, Cost, Limits, Money
from capbuild.workspace import open_workspace, run

FRAMEWORK = """
[framework]
id = "model"
edition = "1"
title = "Model"
[[scales]]
id = "levels"
first_level = 0
levels = [
    { label = "None" }, { label = "Implicit" }, { label = "Written" }, { label = "Formal" }, { label = "Audited" },
]
[judgement]
agreement = "median"
evidence_from = 3
max_spread = 1
[[profiles]]
id = "basic"
targets = { O = 2, "O-3" = 3 }
[[profiles]]
id = "advanced"
default = 4
[[nodes]]
id = "O"
kind = "quadrant"
title = "Organisation"
[[nodes]]
id = "O-1"
parent = "O"
title = "Mandate"
[[nodes]]
id = "O-2"
parent = "O"
title = "Constituency"
[[nodes]]
id = "O-3"
parent = "O"
title = "Authority"
"""
PROGRAMME = """
[programme]
id = "teams"
framework = "model 1"
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30
[[participants]]
country = "Jamaica"
[targets]
profile = "basic"
[audiences]
team = "TLP:RED"
"""
TABLE = """country,indicator,assessor,level,evidence,confidence,note
Jamaica,O-1,lead,3,Mandate letter,3,seen
Jamaica,O-1,expert,Written,,2,
Jamaica,O-2,lead,1,,,
Jamaica,O-2,expert,4,Charter,,
Jamaica,O-3,lead,4,,,
Jamaica,O-3,expert,4,,,
"""
VISIT = """
[[visits]]
id = "jm"
country = "Jamaica"
start = 2016-05-01
findings = "jm.csv"
"""


@pytest.fixture
def folder(tmp_path):
    for name in ("frameworks", "returns", "visits", "meetings"):
        (tmp_path / name).mkdir()
    (tmp_path / "frameworks" / "model.toml").write_text(FRAMEWORK, encoding="utf-8")
    (tmp_path / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (tmp_path / "visits" / "visits.toml").write_text(VISIT, encoding="utf-8")
    (tmp_path / "visits" / "jm.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path


def issues(folder):
    return {(one.code, str(one.origin)): one for one in open_workspace(folder).validate()}


def test_a_table_of_assessors_makes_levels(folder):
    jamaica = open_workspace(folder).assess("baseline")["JM"]
    assert [jamaica[name].level for name in ("O-1", "O-2", "O-3")] == [2, 1, 2]
    first = jamaica["O-1"].results[0].findings
    assert {(f.respondent, f.value, f.confidence, f.evidence) for f in first} == {
        ("lead", 3, 3, ("jm-e1",)), ("expert", 2, 2, ()),
    }  # fmt: skip
    assert [item.title.source for item in jamaica.evidence] == ["Mandate letter", "Charter"]
    assert "jm (lead), confidence 3 of 3, evidence jm-e1" in str(jamaica["O-1"].explain())


def test_assessors_who_differ_are_an_issue_for_the_meeting(folder):
    found = issues(folder)
    apart = found["CB314", "visits/jm.csv:D4"]
    assert apart.message == "Jamaica: O-2: 2 judgements give L1 to L4; L1 counts by median"
    assert "assessor = consensus" in apart.remedy
    short = found["CB315", "visits/jm.csv:D6"]
    assert short.message == "Jamaica: 1 level is limited by the evidence cited: O-3 to L2"
    assert [code for code, _ in found] == ["CB314", "CB315"]


def test_issue_and_explanation_tell_whether_a_level_counts(folder):
    """Without a rule of the framework: a visit counts before a return, and two of one visit stay open."""
    text = (folder / "frameworks" / "model.toml").read_text("utf-8").replace('agreement = "median"\n', "")
    (folder / "frameworks" / "model.toml").write_text(text.replace("max_spread = 1", "max_spread = 0"), "utf-8")
    (folder / "returns" / "jm.csv").write_text("country,question,answer\nJamaica,O-1,1\n", encoding="utf-8")
    table = "country,indicator,assessor,level,evidence\nJamaica,O-1,lead,4,Law\nJamaica,O-2,lead,3,Law\n"
    (folder / "visits" / "jm.csv").write_text(f"{table}Jamaica,O-2,expert,2,\n", encoding="utf-8")
    jamaica = open_workspace(folder).assess("baseline")["JM"]
    told = {one.message.split(": ")[1]: one.message for (code, _), one in issues(folder).items() if code == "CB314"}
    assert {name: jamaica[name].level for name in told} == {"O-1": 4, "O-2": None}
    assert told["O-1"].endswith("L4 counts by best evidence")
    assert told["O-2"].endswith("the level stays open")
    for name in told:
        assert ("stays open" in str(jamaica[name].explain())) is (jamaica[name].level is None)


@pytest.mark.parametrize("pattern", ["returns/2018/*", "returns/a.csv"])
def test_a_reading_rule_without_a_file_is_reported(folder, pattern):
    with (folder / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'[read."{pattern}"]\nround = "baseline"\n')
    assert [one.severity.value for (code, _), one in issues(folder).items() if code == "CB604"] == ["note"]
    place = folder / pattern.replace("*", "a.csv")
    place.parent.mkdir(exist_ok=True)
    place.write_text("country,question,answer\nJamaica,O-1,1\n", encoding="utf-8")
    assert "CB604" not in {code for code, _ in issues(folder)}


@pytest.mark.parametrize("place", ["visits", "meetings"])
def test_a_row_of_consensus_settles_it(folder, place):
    if place == "visits":
        (folder / "visits" / "jm.csv").write_text(TABLE + "Jamaica,O-2,Consensus,3,,,agreed\n", encoding="utf-8")
    else:
        register = '[[meetings]]\nid = "headers"\nstart = 2016-06-01\nfindings = "headers.csv"\n'
        (folder / "meetings" / "meetings.toml").write_text(register, encoding="utf-8")
        (folder / "meetings" / "headers.csv").write_text("country,indicator,level\nJamaica,O-2,3\n", encoding="utf-8")
    score = open_workspace(folder).assess("baseline")["JM"]["O-2"]
    assert score.level == 3
    assert score.judgement.consensus
    assert "CB314" not in {code for code, _ in issues(folder)}


@pytest.mark.parametrize(("name", "place"), [("panel.csv", ":D4"), ("panel.xlsx", "!Panel:D4")])
def test_a_return_may_be_a_table_of_assessors(folder, name, place):
    (folder / "visits" / "visits.toml").unlink()
    (folder / "visits" / "jm.csv").rename(folder / "returns" / "panel.csv")
    if name == "panel.xlsx":
        book = openpyxl.Workbook()
        book.create_sheet("Notes", 0)["A1"] = "How we judged"
        book["Sheet"].title = "Panel"
        for row in csv.reader(TABLE.splitlines()):
            book["Panel"].append([int(cell) if cell.isdigit() else cell or None for cell in row])
        book.save(folder / "returns" / name)
        (folder / "returns" / "panel.csv").unlink()
    found = open_workspace(folder).assess("baseline")["JM"]
    assert [found[name].level for name in ("O-1", "O-2", "O-3")] == [2, 1, 2]
    assert found["O-1"].findings[0].source == name
    assert ("CB314", f"returns/{name}{place}") in issues(folder)


def test_a_wrong_cell_is_told_with_its_place(folder):
    wrong = TABLE.replace("O-2,lead,1", "O-9,lead,1").replace("Written", "Writen").replace(",3,seen", ",high,seen")
    (folder / "visits" / "jm.csv").write_text(wrong, encoding="utf-8")
    found = issues(folder)
    assert "did you mean" in found["CB302", "visits/jm.csv:B4"].message
    assert ("CB201", "visits/jm.csv:D3") in found
    assert "confidence must be a whole number, not 'high'" in found["CB603", "visits/jm.csv:F2"].message


@pytest.mark.parametrize(
    ("added", "place", "code", "said", "remedy"),
    [
        (",O-2,expert,2,,,", "A8", "CB603", "the row names no country", "fill it in"),
        ("Jamaica,,expert,2,,,", "B8", "CB603", "the row names no criterion or indicator", "fill it in"),
        ("Jamaica,O-2,,2,,,", "C8", "CB603", "names no assessor: it counts as one of its own", "pseudonym"),
        ("Jamaica,O-2,consensus,9,,,", "D8", "CB202", "'9' is off the scale of O-2", "write a level from 0 to 4"),
        (
            "Jamaica,O-2,consensus,3,,,\nJamaica,O-2,agreed,2,,,",
            "D9",
            "CB672",
            "'agreed' gives 2 here and 3 in row 8; the lower counts",
            "as_of",
        ),
    ],
)
def test_a_judgement_that_is_not_whole_is_told_with_its_cell(folder, added, place, code, said, remedy):
    (folder / "visits" / "visits.toml").unlink()
    (folder / "visits" / "jm.csv").unlink()
    (folder / "returns" / "panel.csv").write_text(f"{TABLE}{added}\n", encoding="utf-8")
    found = issues(folder)[code, f"returns/panel.csv:{place}"]
    assert said in found.message
    assert remedy in found.remedy
    level = open_workspace(folder).assess("baseline")["JM"]["O-2"].level
    assert level == (2 if remedy in ("as_of", "pseudonym") else 1)


def test_a_word_without_a_meaning_is_told_once_a_table(folder):
    wrong = TABLE.replace(",Written,", ",lots,").replace("lead,1", "lead,lots").replace("lead,4", "lead,17")
    (folder / "visits" / "jm.csv").write_text(wrong.replace("expert,4,,", "expert,18,,"), encoding="utf-8")
    found = [one for one in open_workspace(folder).validate() if one.code in ("CB201", "CB202")]
    assert [(str(one.origin), one.message) for one in found] == [
        ("visits/jm.csv:D3", "'lots' is not an answer to O-1 and 1 other question. Kept out of the level, in 2 cells."),
        (
            "visits/jm.csv:D6",
            "'17', '18' are off the scale of O-3: an answer must be a level from 0 to 4. Not scored, in 2 cells.",
        ),
    ]


def test_reports_print_the_spread_and_the_consensus(folder):
    (folder / "visits" / "jm.csv").write_text(TABLE + "Jamaica,O-2,consensus,3,,,agreed\n", encoding="utf-8")
    run(open_workspace(folder))
    text = (folder / "out" / "baseline-profiles" / "JM.html").read_text(encoding="utf-8")
    assert "(2 judgements: L1 to L4; agreed in consensus)" in text
    assert "(2 judgements: L2 to L3)" in text
    assert "(no evidence above L2)" in text


@pytest.mark.parametrize(
    ("profile", "targets"),
    [("basic", [2, 2, 3]), ("advanced", [4, 4, 4]), ("own", [3, 3, 1])],
)
def test_a_target_profile_makes_gaps_and_needs(folder, profile, targets):
    own = '[[profiles]]\nid = "own"\ndefault = 1\ntargets = { "O-1" = 3, "O-2" = 3 }\n'
    text = PROGRAMME.replace('"basic"', f'"{profile}"') + own
    (folder / "programme.toml").write_text(text, encoding="utf-8")
    workspace = open_workspace(folder)
    baseline = workspace.assess("baseline")
    names = ("O-1", "O-2", "O-3")
    assert [baseline["JM"][name].target for name in names] == targets
    levels = dict(zip(names, (2, 1, 2), strict=True))
    lacking = [name for name, target in zip(names, targets, strict=True) if levels[name] < target]
    assert [(gap.capacity, gap.level, gap.size) for gap in cb.gaps(baseline)] == [
        (name, levels[name], targets[names.index(name)] - levels[name]) for name in lacking
    ]
    needs = workspace.needs("baseline")
    assert [need.capacities for need in needs] == [(name,) for name in lacking]
    if profile != "own":
        assert cb.gaps(baseline, profile) == cb.gaps(baseline)
        assert cb.needs(baseline, profile).needs == cb.needs(baseline).needs


def test_an_unknown_profile_is_told_with_its_line(folder):
    (folder / "programme.toml").write_text(PROGRAMME.replace('"basic"', '"basics"'), encoding="utf-8")
    (issue,) = [one for one in open_workspace(folder).validate() if one.code == "CB602"]
    assert (issue.origin.file, issue.origin.row) == ("programme.toml", 12)
    assert issue.message == "there is no target profile 'basics' (did you mean 'basic'?)"
    assert issue.remedy == "target profiles are: basic, advanced"
    text = PROGRAMME + '[[profiles]]\nid = "own"\ntargets = { "O-1" = 9 }\n'
    (folder / "programme.toml").write_text(text, encoding="utf-8")
    (issue,) = [one for one in open_workspace(folder).validate() if one.code == "CB602"]
    assert "9 is not a target of O-1" in issue.message
    assert issue.origin.row == 17


def test_gaps_of_levels_make_needs_and_a_plan(folder):
    baseline = open_workspace(folder).assess("baseline")
    needs = cb.needs(baseline, "advanced")
    cost = Cost(per_session=Money(amount=1000, currency="USD"))
    addresses = ["O-1", "O-2", "O-3"]
    course = Activity(id="A1", kind="legal advice", title="Mandates", addresses=addresses, cost=cost)
    catalogue = Catalogue(id="c", title="Courses", framework="model 1", activities=[course])
    plan = cb.plan(needs, catalogue, Limits(budget=Money(amount=5000, currency="USD"), months=12), assessed=baseline)
    assert {one.activity for one in plan.activities} == {"A1"}
    assert plan.value > 0


def test_a_new_programme_aims_at_the_first_profile(folder):
    cb.new_programme(folder / "new", framework_from_toml(FRAMEWORK))
    assert 'profile = "basic" # profiles: basic, advanced' in (folder / "new" / "programme.toml").read_text("utf-8")
    assert open_workspace(folder / "new").targets.targets["O-3"] == 3
