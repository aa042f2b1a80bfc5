"""A folder whose framework has levels alone: checks, targets and visits as a newcomer meets them."""

import pytest

import capbuild as cb

MODEL = """Water safety 2026,,,
Dimension,Factor,Start-up,Formative,Established
A Law,A1 Act,No act.,An act.,An act that is reviewed.
B Networks,B1 Sampling,Nobody samples.,Monthly.,Daily.
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.csv").write_text(MODEL, "utf-8")
    (tmp_path / "returns").mkdir()
    rows = "country,question,answer\nPeru,A1,Formative\nPeru,B1,1\nBolivia,A1,3\nBolivia,B1,2\n"
    (tmp_path / "returns" / "all.csv").write_text(rows, "utf-8")
    cb.new_programme(tmp_path / "water", tmp_path / "model.csv", returns=tmp_path / "returns")
    return tmp_path / "water"


def test_nothing_in_a_check_fails_where_nothing_has_criteria(folder):
    found = cb.open_workspace(folder).check()
    assert [str(issue) for issue in found.issues if issue.code == "CB609"] == []


def test_a_target_off_its_scale_counts_as_if_it_were_not_there(folder):
    path = folder / "programme.toml"
    text = path.read_text("utf-8")
    assert "\n[targets]\n" in text
    path.write_text(text.replace("\n[targets]\n", "\n[targets]\nA1 = 9\nB1 = 2\n"), "utf-8")
    workspace = cb.open_workspace(folder)
    assert any("9 is not a target" in issue.message for issue in workspace.validate())
    assert workspace.targets.targets.get("B1") == 2
    assert workspace.targets.targets.get("A1") != 9


def test_two_visits_of_one_id_are_an_error(folder):
    (folder / "visits").mkdir(exist_ok=True)
    visit = '[[visits]]\nid = "pe-1"\ncountry = "Peru"\nstart = 2026-05-01\nend = 2026-05-02\n'
    (folder / "visits" / "visits.toml").write_text(visit * 2, "utf-8")
    (told,) = [issue for issue in cb.open_workspace(folder).validate() if "earlier entry" in issue.message]
    assert told.severity == "error"
    assert told.origin.file == "visits/visits.toml"


PROFILES = """
[[profiles]]
id = "basic"
title = "Basic"
default = 2

[[profiles]]
id = "advanced"
title = "Advanced"
default = 2
targets = { A1 = 3 }
"""


def set_target(folder, profile):
    """Give Peru a target profile of its own, and the programme the profile `basic`."""
    path = folder / "programme.toml"
    text = path.read_text("utf-8").replace('country = "Peru"', f'country = "Peru"\ntarget = "{profile}"')
    head, _, tail = text.partition("\n[targets]\n")
    rest = tail.partition("\n[")[2]
    path.write_text(f'{head}\n[targets]\nprofile = "basic"\n{PROFILES}\n[{rest}', "utf-8")
    return cb.open_workspace(folder)


def test_a_country_with_a_profile_of_its_own_has_its_targets(folder):
    workspace = set_target(folder, "advanced")
    assert [issue for issue in workspace.validate() if issue.severity == "error"] == []
    baseline = workspace.assess(workspace.rounds[0].id)
    targets = {(one.country.alpha_2, name): one[name].target for one in baseline for name in ("A1", "B1")}
    # By hand: Peru aims at 3 for the law, all others at 2; Peru has 2 and 1, Bolivia 3 and 2.
    assert targets == {("PE", "A1"): 3, ("PE", "B1"): 2, ("BO", "A1"): 2, ("BO", "B1"): 2}
    assert {(gap.country.alpha_2, gap.capacity, gap.size) for gap in cb.gaps(baseline)} == {
        ("PE", "A1", 1),
        ("PE", "B1", 1),
    }


def test_an_unknown_profile_of_a_country_is_an_error_at_its_line(folder):
    (told,) = [issue for issue in set_target(folder, "advanse").validate() if "target profile" in issue.message]
    assert "did you mean 'advanced'" in told.message
    assert str(told.origin).startswith("programme.toml")


def test_the_check_names_the_targets_of_all_countries(folder):
    # Bolivia has 3 of A1 and aims at 2; Peru has 2 and aims at 1: both had reached their targets.
    workspace = set_target(folder, "modest")
    path = folder / "programme.toml"
    path.write_text(path.read_text("utf-8") + '\n[[profiles]]\nid = "modest"\ntitle = "Modest"\ndefault = 1\n', "utf-8")
    (told,) = [
        issue
        for issue in cb.open_workspace(workspace.folder).check().issues
        if issue.code == "CK310" and " A1: " in issue.message
    ]
    assert "all 2 countries had reached 1 or 2 already" in told.message
