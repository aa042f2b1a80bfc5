"""A return counts in the round in which it came, unless the programme says which."""

import pytest

import capbuild as cb

LATER = '[[rounds]]\nid = "later"\nkind = "endline"\nstart = 2017-04-01\nreference_date = 2017-06-30\n'


@pytest.mark.parametrize(("day", "said", "used"), [
    ("2017-04-05", "", []), ("2017-07-05", "", []), ("2016-05-02", "", ["baseline"]), ("2017-03-31", "", ["baseline"]),
    ("2017-04-05", "later", ["later"]), ("2017-04-05", "baseline", ["baseline"]),
])  # fmt: skip
def test_a_return_of_a_later_round_does_not_count_in_the_first(folder, day, said, used):
    rule = f'[read."returns/jm.csv"]\nround = "{said}"\n' if said else ""
    path = folder / "programme.toml"
    path.write_text(path.read_text("utf-8") + LATER + rule, encoding="utf-8")
    (folder / "returns" / "jm.csv").write_text(f"country,date,TEC-2.2a\nJamaica,{day},yes\n", encoding="utf-8")
    workspace = cb.open_workspace(folder)
    assert [one.id for one in workspace.rounds if "Jamaica" in workspace.assess(one.id)] == used
    issues = [issue for issue in workspace.validate() if issue.code == "CB606" and "round" in issue.message]
    left_out = workspace.assess("baseline").unused
    assert [(issue.severity.value, issue.origin.row) for issue in issues] == ([] if used else [("warning", 2)])
    assert [(one.reason.name, one.places) for one in left_out] == ([] if used else [("ANOTHER_ROUND", ("Jamaica",))])


@pytest.mark.parametrize(
    ("said", "used"), [("", []), ('round = "later"', ["later"]), ('round = "baseline"', ["baseline"])]
)
def test_a_visit_of_a_later_round_does_not_count_in_the_first(folder, said, used):
    path = folder / "programme.toml"
    path.write_text(path.read_text("utf-8") + LATER, encoding="utf-8")
    (folder / "returns" / "jm.csv").unlink()
    entry = f'[[visits]]\nid = "v"\ncountry = "Jamaica"\nstart = 2017-04-05\nfindings = "v.csv"\n{said}\n'
    (folder / "visits" / "visits.toml").write_text(entry, encoding="utf-8")
    (folder / "visits" / "v.csv").write_text(
        "criterion,answer,basis,as_of\nTEC-2.2a,yes,seen,2017-04-05\n", encoding="utf-8"
    )
    workspace = cb.open_workspace(folder)
    assert [one.id for one in workspace.rounds if "Jamaica" in workspace.assess(one.id)] == used
    assert [i.severity.value for i in workspace.validate() if i.code == "CB606"] == ([] if used else ["warning"])
