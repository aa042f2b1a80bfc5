"""A programme whose endline was judged by another edition: compared through a crosswalk, or refused with the reason.

Counts are made by hand from the tables of `examples/two-editions`: four pairs are judged in both editions (three exact,
one split), of six and seven criteria; three countries answered all of them.
"""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.errors import ComparisonError
from capbuild.io.writing import render_files
from capbuild.workspace import open_workspace, run

EXAMPLE = Path(__file__).parents[2] / "examples" / "two-editions"
WALK = "crosswalks/unit-check-1-to-2.toml"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(EXAMPLE, tmp_path / "two", ignore=shutil.ignore_patterns("out", "private")))


def errors(issues):
    return [issue for issue in issues if issue.severity.value == "error"]


def test_each_round_is_judged_by_its_edition_and_compared_through_the_crosswalk(folder):
    workspace = open_workspace(folder)
    assert workspace.validate().count("error") == 0
    assert [workspace.assess(name).framework.key for name in ("baseline", "endline")] == [
        "unit-check 1",
        "unit-check 2",
    ]
    change = workspace.change("endline")
    assert {(c.country.alpha_2, c.criterion, c.move.value, c.capacity) for c in change.criteria} == {
        ("JM", "UNIT.2b", "gained", "UNIT"),
        ("JM", "EVID.3a", "gained", "EVID"),
        ("BZ", "UNIT.2a", "gained", "UNIT"),
        ("BZ", "EVID.3a", "lost", "EVID"),
    }
    assert change.comparable == pytest.approx((4 + 5) / (6 + 7))
    assert set(change.incomparable) == {"UNIT.3a", "EVID.3b", "COOP.2a"}
    assert sum(change.observed.values()) == 4 * 3


def test_a_run_and_its_reports_show_the_share_and_what_is_left_out(folder):
    result = run(open_workspace(folder))
    assert "69% of both is comparable" in result.summaries[1].change
    # Three gained and one lost: two by lone surveys, which is uncertain, two of the split criterion, in other words.
    assert result.summaries[1].rows[0][-2:] == ("0", "0")
    assert "2 like for like but no surer" in result.summaries[1].change
    assert "2 by other words of the criterion" in result.summaries[1].change
    page = (
        (folder / "out" / "endline.md")
        .read_text("utf-8")
        .replace("\N{NARROW NO-BREAK SPACE}", " ")
        .replace("\xa0", " ")
    )
    assert "judged by unit-check 1, this one by unit-check 2: 69% of both" in page
    assert "| UNIT.3a | narrower in the later edition, as UNIT.3a (asks for sorting and answering too) |" in page
    # Gained, lost, uncertain, in other words, newly and no longer observed, levels up and down.
    assert "| Belize | 0 | 0 | 1 | 1 | 0 | 0 | 0 | 0 |" in page


@pytest.mark.parametrize(("language", "word"), [("es", "69"), ("fr", "69"), ("nl", "69")])
def test_the_share_is_told_in_every_language(folder, language, word):
    workspace = open_workspace(folder)
    files = render_files(
        workspace.assess("endline"), "md", language=language, programme=workspace.programme,
        dossier=workspace.dossier("endline"), host=workspace.host,
    )  # fmt: skip
    told = next(
        line
        for line in next(iter(files.values())).splitlines()
        if "unit-check 1," in line or "con unit-check 1" in line
    )
    assert word in told
    assert "unit-check 2" in told


def test_without_a_crosswalk_the_difference_is_refused_with_the_reason(folder):
    (folder / WALK).unlink()
    workspace = open_workspace(folder)
    with pytest.raises(ComparisonError) as caught:
        workspace.compare("baseline", "endline")
    assert caught.value.code == "CB801"
    assert workspace.change("endline") is None
    result = run(open_workspace(folder))
    (told,) = [issue for issue in result.issues if issue.code == "CB801"]
    assert "two editions" in told.message
    assert "capbuild new crosswalk" in told.remedy
    assert result.exit_code == 0
    page = (folder / "out" / "endline.md").read_text("utf-8")
    assert "The two rounds are not compared: the earlier one was judged by unit-check 1" in page
    assert "gained" not in page.replace("Levels gained", "")


def test_a_draft_is_written_once_and_holds_what_is_plainly_the_same(folder):
    (folder / WALK).unlink()
    first = CliRunner().invoke(app, ["new", "crosswalk", str(folder)])
    assert first.exit_code == 0, first.output
    text = (folder / "crosswalks" / "unit-check-1-to-unit-check-2.toml").read_text("utf-8")
    assert "# EVID.3b: Examiners work on write blockers." in text
    assert "# COOP.2a: A contact point" in text
    workspace = open_workspace(folder)
    (walk,) = workspace.crosswalks
    assert [(link.before, link.after) for link in walk.links] == [
        (("UNIT.2a",), ("UNIT.2a",)),
        (("UNIT.2b",), ("UNIT.2b",)),
        (("EVID.2a",), ("EVID.2a",)),
    ]
    assert workspace.change("endline").comparable == pytest.approx(6 / 13)
    again = CliRunner().invoke(app, ["new", "crosswalk", str(folder)])
    assert "have crosswalks already" in again.output


BROKEN = """before = "unit-check 1"
after = "unit-check 2"
[[links]]
before = ["UNIT.2a"]
after = ["UNIT.9z"]
relation = "exact"
[[links]]
before = ["UNIT.2b"]
relation = "gone"
[[links]]
before = ["EVID.2a"]
after = ["EVID.2a"]
relation = "exact"
remark = "?"
"""


def test_everything_wrong_with_a_crosswalk_file_is_told_at_once_and_nothing_is_compared(folder):
    (folder / WALK).write_text(BROKEN, "utf-8")
    (folder / "crosswalks" / "z.toml").write_text('before = "unit-check 1"\nafter = "unit-chek 2"\n', "utf-8")
    result = run(open_workspace(folder))
    told = {(issue.code, str(issue.origin), issue.message) for issue in errors(result.issues)}
    assert {(code, origin) for code, origin, _ in told} == {
        ("CB603", f"{WALK}:9 links[2].relation"),
        ("CB603", f"{WALK}:14 links[3].remark"),
        ("CB802", WALK),
        ("CB603", "crosswalks/z.toml:2 after"),
    }
    assert any("did you mean 'unit-check 2'" in message for _, _, message in told)
    assert result.exit_code == 1
    assert open_workspace(folder).change("endline") is None


def test_an_edition_that_is_not_there_is_told(folder):
    path = folder / "programme.toml"
    path.write_text(path.read_text("utf-8").replace("unit-check 2", "unit-check 3"), "utf-8")
    issues = open_workspace(folder).validate()
    assert any("there is no framework 'unit-check 3'" in issue.message for issue in errors(issues))


def test_rounds_of_both_editions_of_the_bundled_framework_compare_without_a_file(tmp_path):
    folder = tmp_path / "both"
    made = CliRunner().invoke(app, ["new", "programme", str(folder)])
    assert made.exit_code == 0, made.output
    settings = folder / "programme.toml"
    first = settings.read_text("utf-8")
    second = """
[[rounds]]
id = "endline"
kind = "endline"
title = "Endline 2027"
reference_date = 2027-06-30
start = 2027-01-01
framework = "police-cyber 2.0"

# One block a country"""
    settings.write_text(first.replace("\n# One block a country", second, 1), "utf-8")
    workspace = open_workspace(folder)
    (walk,) = workspace.crosswalks
    assert (walk.before, walk.after) == ("police-cyber 1.0", "police-cyber 2.0")
    settings.write_text(first, "utf-8")
    assert open_workspace(folder).crosswalks == ()
