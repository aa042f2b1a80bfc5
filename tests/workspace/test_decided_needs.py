"""Decisions of meetings on needs: each row counts in the round of its meeting, and each wrong one is told."""

import pytest

import capbuild as cb

MEETINGS = """
[[meetings]]
id = "opening"
title = "Opening"
start = 2016-01-12
participants = ["Jamaica"]
[[meetings]]
id = "closing"
title = "Closing"
round = "endline"
start = 2017-11-12
"""
ENDLINE = '\n[[rounds]]\nid = "endline"\nkind = "endline"\nreference_date = 2017-12-31\n'
HEADS = "meeting,action,need,kind,urgency,relevance,countries,criteria,statement\n"


@pytest.fixture
def met(folder):
    (folder / "meetings").mkdir()
    (folder / "meetings" / "meetings.toml").write_text(MEETINGS, encoding="utf-8")
    with (folder / "programme.toml").open("a", encoding="utf-8") as file:
        file.write(ENDLINE)
    return folder


def decided(folder, *rows, delimiter=","):
    text = HEADS + "".join(f"{row}\n" for row in rows)
    (folder / "meetings" / "needs.csv").write_text(text.replace(",", delimiter), encoding="utf-8")
    workspace = cb.open_workspace(folder)
    found = workspace.needs("baseline")
    issues = [one for one in workspace.round_issues("baseline") if one.origin and "needs.csv" in one.origin.file]
    return {} if found is None else {need.id: need for need in found}, issues


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_need_that_a_meeting_added_cites_it_without_any_plan(met, delimiter):
    row = 'opening,add,lab-law,law,3,2,"Jamaïque",TEC-2.2a,A law on laboratories'
    needs, issues = decided(met, row, delimiter=delimiter)
    need = needs["lab-law"]
    assert (need.sources, [place.alpha_2 for place in need.countries], need.urgency, need.relevance) == (
        ("opening",),
        ["JM"],
        3,
        2,
    )
    assert (str(need.statement), need.kind.value, issues) == ("A law on laboratories", "law", [])


def test_a_decision_belongs_to_the_round_of_its_meeting(met):
    needs, issues = decided(met, "closing,add,later,,,,Jamaica,,Later", "opening,add,now,,,,Jamaica,,Now")
    assert ("now" in needs, "later" in needs, issues) == (True, False, [])


def test_every_wrong_row_is_told_and_the_others_count(met):
    needs, issues = decided(
        met,
        "openning,confirm,now,,,,,,",
        "opening,confirm,nowhere,,,,,,",
        "opening,approve,now,,,,,,",
        "opening,,now,,,,,,",
        "opening,add,now,,9,,Jamaica,,Now",
        "opening,add,then,,,,Jamaca Island,,Then",
        "opening,add,now,,2,,Jamaica,,Now",
    )
    assert {"now", "then"} <= needs.keys()
    assert needs["now"].urgency == 2
    told = {str(issue.origin).partition(":")[2]: issue.code for issue in issues}
    assert told.pop("G7", "")  # whatever the resolver says of a country that is none
    assert told == {"A2": "CB840", "C3": "CB811", "B4": "CB603", "B5": "CB603", "E6": "CB603"}
    assert "did you mean 'opening'?" in next(i.message for i in issues if i.code == "CB840")
