"""Bad input: each thing one clear message with code, place and remedy; all together; and the rest goes on."""

import re

import pytest

from capbuild import read_framework
from capbuild.errors import WorkspaceError
from capbuild.model import Severity
from capbuild.plugins import Host
from capbuild.workspace import open_workspace, run


def issues(folder):
    return open_workspace(folder, host=Host(discover=False)).validate()


def found(folder, code):
    return [issue for issue in issues(folder) if issue.code == code]


def add(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "content", "code", "place"),
    [
        ("returns/empty.csv", b"", "CB103", "returns/empty.csv"),
        ("returns/binary.xyz", b"\x00\x01\x02" * 50, "CB101", "returns/binary.xyz"),
        ("returns/cut.csv", 'country,TEC-2.2a\nJamaica,"ye', "CB110", None),
        ("returns/bm.csv", "country,TEC-2.2a\nBermuda,yes\n", "CB403", "returns/bm.csv:2"),
        ("returns/nowhere.csv", "country,TEC-2.2a\nAtlantis,yes\n", "CB401", "returns/nowhere.csv:2"),
        ("returns/guess.csv", "country,TEC-2.2a\nSaint Martin,yes\n", "CB402", "returns/guess.csv:2"),
        ("returns/twice.csv", "country,TEC-2.2a,TEC-2.2a\nJamaica,yes,no\n", "CB113", "returns/twice.csv:C1"),
        ("returns/long.csv", "country,question,answer\nJamaica,TEC-2.2a,yes\nJamaica,TEC-2.2a,no\n", "CB203", None),
        ("returns/odd.csv", "country,TEC-2.2a\nJamaica,perhaps\n", "CB201", "returns/odd.csv:B2"),
        ("mappings/m.csv", "question,target\nq1,TEC-2.9z\n", "CB301", "mappings/m.csv:2"),
        ("mappings/m.csv", "question,target\nq1,TEC-2\n", "CB301", "mappings/m.csv:2"),
        ("mappings/m.csv", "frage,ziel\nq1,TEC-2\n", "CB603", "mappings/m.csv:1"),
        ("visits/visits.toml", '[[visits]]\nid = "v"\ncountry = "Jamaica"\nfindings = "none.csv"\n', "CB604", None),
        ("frameworks/f.toml", "[framework\nid = 'f'\n", "CB010", "frameworks/f.toml:1"),
    ],
)
def test_one_message_with_code_and_place(folder, name, content, code, place):
    add(folder, name, content)
    told = found(folder, code)
    assert len(told) == 1, [str(issue) for issue in issues(folder)]
    assert told[0].remedy or code == "CB403"
    if place is not None:
        assert str(told[0].origin) == place


def test_a_cycle_in_a_framework(folder):
    node = '[[nodes]]\nid = "{}"\ntitle = "x"\nparent = "{}"\n'
    text = '[framework]\nid = "f"\nedition = "1"\ntitle = "F"\n' + node.format("a", "b") + node.format("b", "a")
    add(folder, "frameworks/f.toml", text)
    assert "cycle: a -> b -> a" in found(folder, "CB020")[0].message


def test_an_answer_off_the_scale(folder):
    text = '[framework]\nid = "f"\nedition = "1"\ntitle = "F"\n[[scales]]\nid = "s"\nkind = "percent"\n'
    text += '[methods]\nindicator = "value"\n[[nodes]]\nid = "a"\ntitle = "A"\n'
    add(folder, "frameworks/f.toml", text)
    programme = (folder / "programme.toml").read_text("utf-8").replace("police-cyber 1.0", "f 1")
    add(folder, "programme.toml", programme)
    add(folder, "returns/jm.csv", "country,a\nJamaica,140\nBelize,60\n")
    told = found(folder, "CB202")
    assert [str(issue.origin) for issue in told] == ["returns/jm.csv:B2"]
    assert "between 0 and 100" in told[0].message
    assert open_workspace(folder).assess("baseline")["Belize"]["a"].value == 60
    add(folder, "mappings/units.csv", told[0].remedy.partition("in place of 0.01: ")[2])
    assert open_workspace(folder).assess("baseline")["Jamaica"]["a"].value == pytest.approx(1.4)


def test_a_number_that_is_no_level_gets_the_meaning_that_the_message_asks_for(folder):
    (folder / "f.csv").write_text("ID,Indicator,Level 1,Level 2\na,A,x,y\n", "utf-8")
    add(folder, "frameworks/f.toml", read_framework(folder / "f.csv").to_toml())
    programme = (folder / "programme.toml").read_text("utf-8").replace("police-cyber 1.0", "f 1")
    add(folder, "programme.toml", programme)
    add(folder, "returns/jm.csv", "country,a\nJamaica,7\n")
    (told,) = found(folder, "CB202")
    table, typed = re.search(r"(\[read.*?\]) in programme.toml: (answers = \{.*?\})", told.remedy).groups()
    add(folder, "programme.toml", programme + f"\n{table}\n" + typed.replace('""', '"L2"') + "\n")
    assert found(folder, "CB202") == []
    assert open_workspace(folder).assess("baseline")["Jamaica"]["a"].level == 2


def test_of_two_returns_of_one_respondent_the_later_counts(folder):
    rows = "country,respondent,date,TEC-2.2a\nJamaica,jm-police-1,2016-03-01,no\n"
    add(folder, "returns/jm.csv", rows)
    add(folder, "returns/jm-again.csv", rows.replace("03-01,no", "04-01,yes"))
    workspace = open_workspace(folder, host=Host(discover=False))
    assert "CB204" in [issue.code for issue in workspace.validate()]
    result = next(r for r in workspace.assess("baseline")["Jamaica"]["TEC-2"].results if r.target == "TEC-2.2a")
    assert (result.value.value, len(result.findings), result.conflict) == ("yes", 1, False)


@pytest.mark.parametrize("again", ["returns/jm.csv", "returns/other.csv"])
def test_returns_that_do_not_say_who_answered_are_a_respondent_each(folder, again):
    head, first, second = "country,date,TEC-2.2a\n", "Jamaica,2016-03-01,no\n", "Jamaica,2016-04-01,yes\n"
    add(folder, "returns/jm.csv", head + first)
    add(folder, again, head + (first if again == "returns/jm.csv" else "") + second)
    (issue,) = found(folder, "CB204")
    assert issue.message == "the 2 returns of Jamaica do not name the respondent; each counts as a respondent"
    assert (issue.origin.file, issue.origin.row) == (again, 3 if again == "returns/jm.csv" else 2)
    workspace = open_workspace(folder, host=Host(discover=False))
    result = next(r for r in workspace.assess("baseline")["Jamaica"]["TEC-2"].results if r.target == "TEC-2.2a")
    assert ([f.value.value for f in result.findings], result.conflict) == (["no", "yes"], True)


def test_a_late_return_is_noted(folder):
    add(folder, "returns/jm.csv", "country,date,TEC-2.2a\nJamaica,2016-06-15,yes\n")
    assert "2016-06-15" in found(folder, "CB606")[0].message


def test_all_problems_of_programme_toml_at_once(folder):
    text = """
[programme]
id = "small"
titel = "Small"
framework = "police-cyber 1.0"
[[rounds]]
id = "baseline"
kind = "basline"
reference_date = 2016-06-30
[[participants]]
country = "Jamaica"
[[participants]]
country = "Korea"
[[participants]]
country = "JAM"
[audiences]
team = "TLP:PINK"
[recipe]
allow_partial = "two"
"""
    add(folder, "programme.toml", text)
    told = {(issue.code, issue.origin.path) for issue in issues(folder)}
    assert {
        ("CB602", "programme.titel"),
        ("CB602", "rounds[1].kind"),
        ("CB402", "participants[2].country"),
        ("CB602", "participants[3].country"),
        ("CB602", "audiences.team"),
        ("CB602", "recipe.allow_partial"),
    } <= told
    assert "did you mean 'title'" in " ".join(issue.message for issue in issues(folder))


def test_a_folder_without_a_programme_is_refused(tmp_path):
    with pytest.raises(WorkspaceError, match=r"has no programme\.toml") as caught:
        open_workspace(tmp_path)
    assert caught.value.code == "CB601"
    with pytest.raises(WorkspaceError, match="is not a folder"):
        open_workspace(tmp_path / "none")


def test_a_framework_that_nobody_has_is_named_with_the_nearest(folder):
    text = (folder / "programme.toml").read_text("utf-8").replace("police-cyber 1.0", "police-cyber 1.1")
    add(folder, "programme.toml", text)
    with pytest.raises(WorkspaceError, match=r"did you mean 'police-cyber 1\.0'"):
        open_workspace(folder).framework  # noqa: B018
    assert found(folder, "CB602")


def test_run_reports_everything_and_goes_on(folder):
    add(folder, "returns/empty.csv", b"")
    add(folder, "returns/odd.csv", "country,TEC-2.2a\nBelize,perhaps\n")
    result = run(open_workspace(folder))
    assert {"CB103", "CB201"} <= {issue.code for issue in result.issues}
    assert result.exit_code == 1
    assert "Jamaica" in result.rounds[0]
    assert (folder / "out" / "baseline.md").is_file()


def test_the_private_folder_must_not_be_readable_by_others(folder):
    (folder / "private").mkdir(mode=0o755)
    (folder / "private").chmod(0o755)
    assert found(folder, "CB607")
    (folder / "private").chmod(0o700)
    assert not found(folder, "CB607")


@pytest.mark.parametrize("lines", ["months = 1_000_000_000", "start = 9999-12-01\nmonths = 24"])
def test_a_plan_beyond_the_calendar_is_told_at_its_line(folder, lines):
    path = folder / "programme.toml"
    before = path.read_text("utf-8")
    path.write_text(f"{before}\n[plan]\nbudget = 1000\n{lines}\n", encoding="utf-8")
    (issue,) = [one for one in open_workspace(folder).validate() if one.severity is Severity.ERROR]
    assert (issue.code, issue.origin.file, "must end by 9999" in issue.message) == ("CB602", "programme.toml", True)
    assert issue.origin.row > before.count("\n")
