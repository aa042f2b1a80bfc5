"""A return that came in another round than it is read in is told, unless the programme says which."""

import pytest

import capbuild as cb

LATER = '[[rounds]]\nid = "later"\nkind = "endline"\nstart = 2017-04-01\nreference_date = 2017-06-30\n'


@pytest.mark.parametrize(("day", "said", "told"), [
    ("2017-04-05", "", True), ("2016-05-02", "", False), ("2017-04-05", "later", False),
    ("2017-04-05", "baseline", False),
])  # fmt: skip
def test_a_return_of_a_later_round_is_not_taken_for_one_of_the_first(folder, day, said, told):
    rule = f'[read."returns/jm.csv"]\nround = "{said}"\n' if said else ""
    path = folder / "programme.toml"
    path.write_text(path.read_text("utf-8") + LATER + rule, encoding="utf-8")
    (folder / "returns" / "jm.csv").write_text(f"country,date,TEC-2.2a\nJamaica,{day},yes\n", encoding="utf-8")
    issues = [issue for issue in cb.open_workspace(folder).validate() if issue.code == "CB606"]
    assert [(issue.severity.value, issue.origin.row) for issue in issues if "round" in issue.message] == (
        [("warning", 2)] if told else []
    )
