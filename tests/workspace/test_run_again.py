"""A run does again only what changed: told by digests of inputs and outputs, never by dates."""

import importlib
import json
import os
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from capbuild.plugins import Host
from capbuild.workspace import Workspace, open_workspace, run
from capbuild.workspace.runs import run_record
from capbuild.workspace.runs.run_record import RECORD_FILE

ENDLINE = """
[[rounds]]
id = "endline"
kind = "endline"
title = "Endline"
reference_date = 2017-11-30

[read."returns/late-*"]
round = "endline"

[reports]
formats = ["md", "json", "csv"]
"""


@pytest.fixture
def two_rounds(folder):
    settings = folder / "programme.toml"
    settings.write_text(settings.read_text("utf-8") + ENDLINE, encoding="utf-8")
    (folder / "returns" / "late-jm.csv").write_text("country,TEC-2.2a\nJamaica,yes\n")
    return folder


def again(folder, **options):
    result = run(open_workspace(folder), **options)
    return result, {name for name in result.files if name not in result.reused}


def test_nothing_is_done_twice(two_rounds):
    first, made = again(two_rounds)
    assert made == set(first.files)
    assert {name.split(".")[0].split("-")[0] for name in made} == {"baseline", "endline"}
    before = {name: (two_rounds / "out" / name).read_bytes() for name in first.files}
    second, made = again(two_rounds)
    assert (made, second.reused) == (set(), second.files)
    assert {name: (two_rounds / "out" / name).read_bytes() for name in second.files} == before
    assert (second.summaries, second.issues) == (first.summaries, first.issues)
    assert second.stages[-1].summary.endswith("all unchanged")


def test_an_earlier_round_stands_when_a_later_one_changes_and_not_the_other_way_round(two_rounds):
    again(two_rounds)
    (two_rounds / "returns" / "late-jm.csv").write_text("country,TEC-2.2a\nJamaica,no\n")
    result, made = again(two_rounds)
    assert made == {name for name in result.files if name.startswith("endline")}
    (two_rounds / "returns" / "jm.csv").write_text("country,TEC-2.2a\nJamaica,no\n")
    result, made = again(two_rounds)
    assert made == set(result.files)  # the endline is compared with the baseline


def test_what_others_than_the_team_get_of_a_round_depends_on_all_rounds(two_rounds):
    """What is withheld of one round is decided together with the others."""
    settings = two_rounds / "programme.toml"
    audiences = '\n[audiences]\nteam = "TLP:AMBER"\ndonor = "TLP:GREEN"\n'
    settings.write_text(settings.read_text("utf-8") + audiences, encoding="utf-8")
    budget = "line,title,year,planned,currency\nB1,Courses,2016,1000,CAD\n"
    (two_rounds / "budget.csv").write_text(budget, encoding="utf-8")
    _, made = again(two_rounds)
    assert {"baseline-donor.md", "baseline-donor-redactions.md"} <= made
    (two_rounds / "returns" / "late-jm.csv").write_text("country,TEC-2.2a\nJamaica,no\n")
    _, made = again(two_rounds)
    assert {name for name in made if name.startswith("baseline")} == {
        "baseline-donor.md", "baseline-donor-redactions.md",
    }  # fmt: skip
    _, made = again(two_rounds)
    assert made == set()


def test_dates_of_files_do_not_count(two_rounds):
    again(two_rounds)
    for path in two_rounds.rglob("*.csv"):
        os.utime(path, (0, 0))
    assert again(two_rounds)[1] == set()


@pytest.mark.parametrize("harm", [lambda p: p.unlink(), lambda p: p.write_text("edited by hand")])
def test_an_output_that_is_not_as_it_was_is_made_again(two_rounds, harm):
    first, _ = again(two_rounds)
    good = (two_rounds / "out" / "endline.md").read_bytes()
    harm(two_rounds / "out" / "endline.md")
    second, made = again(two_rounds)
    assert (made, second.files) == ({"endline.md"}, first.files)
    assert (two_rounds / "out" / "endline.md").read_bytes() == good


def test_another_language_or_format_is_added_and_the_rest_stands(two_rounds):
    first, _ = again(two_rounds)
    settings = two_rounds / "programme.toml"
    settings.write_text(
        settings.read_text("utf-8").replace('formats = ["md", "json", "csv"]', 'formats = ["md", "csv", "sqlite"]')
    )
    second, made = again(two_rounds)
    assert made == {"baseline.sqlite", "endline.sqlite"}
    assert set(first.files) - set(second.files) == {"baseline.json", "endline.json"}
    assert not (two_rounds / "out" / "baseline.json").exists()


def test_a_changed_setting_changes_everything(two_rounds):
    again(two_rounds)
    settings = two_rounds / "programme.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[recipe]\nallow_partial = 1\n")
    result, made = again(two_rounds)
    assert made == set(result.files)


def test_fresh_does_everything(two_rounds):
    again(two_rounds)
    result, made = again(two_rounds, fresh=True)
    assert made == set(result.files)


def test_a_ledger_that_says_nothing_costs_time_only(two_rounds):
    again(two_rounds)
    for text in ("", "[]", "{}", '{"rounds": []}', '{"rounds": {"baseline": {"digest": 1}}}'):
        (two_rounds / "out" / RECORD_FILE).write_text(text)
        result, made = again(two_rounds)
        assert made == set(result.files), text


def test_a_ledger_never_reaches_outside_its_folder(two_rounds):
    result, _ = again(two_rounds)
    place = two_rounds / "out" / RECORD_FILE
    ledger = json.loads(place.read_text("utf-8"))
    outputs = ledger["rounds"]["baseline"]["outputs"]
    job = next(name for name in outputs if name.startswith("md"))
    outputs[job] = {"../programme.toml": outputs[job]["baseline.md"]}
    place.write_text(json.dumps(ledger))
    second, made = again(two_rounds)
    assert (second.files, made) == (result.files, set(result.files))


def test_assessments_are_there_when_asked_for(two_rounds):
    again(two_rounds)
    result, _ = again(two_rounds)
    assert [[str(a.country) for a in one] for one in result.rounds] == [["Jamaica"], ["Jamaica"]]


# --- nothing stale is taken over ---

PLAN = """
[plan]
budget = 100_000
currency = "USD"
start = 2016-07-01
months = 12
cleared = ["all"]
"""
#: They show things in a terminal or a notebook, pack them on another engine, or test them.
NOT_IN_RESULTS = {"click", "rich", "altair", "vl-convert-python", "pandas", "pysail", "pyspark-client", "hypothesis",
                  "pytest", "typing-extensions"}  # fmt: skip


def set_reports(place, **chosen):
    """Write anew what a run writes; nothing else of the settings changes."""
    settings = place / "programme.toml"
    kept = settings.read_text("utf-8").partition("\n[reports]")[0]
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in chosen.items())
    settings.write_text(f"{kept}\n[reports]\n{lines}", encoding="utf-8")


def set_plan(place, plan):
    settings = place / "programme.toml"
    settings.write_text(settings.read_text("utf-8").replace("\n[reports]", f"{plan}\n[reports]"), encoding="utf-8")


@pytest.fixture
def nothing_is_computed(monkeypatch):
    """Makes reading or scoring anything fail from the time it is called."""

    def forbid():
        def fail(self, round_):
            raise AssertionError(f"{round_} is computed again")

        for name in ("collect", "assess", "needs", "dossier"):
            monkeypatch.setattr(Workspace, name, fail)

    return forbid


def test_a_run_of_the_unchanged_reads_and_scores_nothing(two_rounds, nothing_is_computed):
    set_reports(two_rounds, formats=["md", "json"], languages=["en", "es"])
    first, _ = again(two_rounds)
    nothing_is_computed()
    second, made = again(two_rounds)
    assert (made, second.files, second.issues) == (set(), first.files, first.issues)


def test_a_kind_of_report_that_was_not_asked_for_before_is_written(two_rounds):
    set_reports(two_rounds, formats=["md"], kinds=["regional"])
    first, _ = again(two_rounds)
    assert first.files == ("baseline.md", "endline.md")
    set_reports(two_rounds, formats=["md"], kinds=["regional", "brief"])
    second, made = again(two_rounds)
    assert made == {"baseline-brief.md", "endline-brief.md"}
    assert second.files == again(two_rounds, fresh=True)[0].files


def test_a_kind_that_had_nothing_to_say_is_not_asked_again(two_rounds, nothing_is_computed):
    set_reports(two_rounds, formats=["md"], kinds=["brief", "donor"])
    first, _ = again(two_rounds)
    assert first.files == ("baseline-brief.md", "endline-brief.md")
    nothing_is_computed()
    assert again(two_rounds)[1] == set()


def test_a_plan_for_no_needs_is_not_tried_again(two_rounds, nothing_is_computed):
    set_plan(two_rounds, PLAN)
    settings = two_rounds / "programme.toml"
    settings.write_text(settings.read_text("utf-8").replace("default = 3", "default = 1"), encoding="utf-8")
    first, _ = again(two_rounds)
    assert [name for name in first.files if "plan" in name or "needs" in name] == []
    nothing_is_computed()
    second, made = again(two_rounds)
    assert (made, second.issues) == (set(), first.issues)


def test_the_calendar_of_a_plan_follows_the_first_language(two_rounds):
    set_plan(two_rounds, PLAN)
    set_reports(two_rounds, formats=["md"], languages=["en"])
    again(two_rounds)
    english = (two_rounds / "out" / "baseline-plan.ics").read_text("utf-8")
    set_reports(two_rounds, formats=["md"], languages=["es"])
    _, made = again(two_rounds)
    spanish = (two_rounds / "out" / "baseline-plan.ics").read_text("utf-8")
    again(two_rounds, fresh=True)
    assert "baseline-plan.ics" in made
    assert "baseline-plan.json" not in made, "a document holds every language"
    assert spanish == (two_rounds / "out" / "baseline-plan.ics").read_text("utf-8") != english


def test_a_file_of_the_same_size_and_time_with_other_words_is_read_again(two_rounds):
    path = two_rounds / "returns" / "late-jm.csv"
    path.write_text("country,TEC-2.2a\nJamaica,yes\n")
    os.utime(path, ns=(10**18, 10**18))
    again(two_rounds)
    before = path.stat()
    path.write_text("country,TEC-2.2a\nJamaica,nay\n".replace("nay", "no "))
    os.utime(path, ns=(10**18, 10**18))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    result, made = again(two_rounds)
    assert made == {name for name in result.files if name.startswith("endline")}


@pytest.mark.parametrize("name", ["returns", "mappings"])
def test_what_lies_behind_a_declared_link_counts(two_rounds, tmp_path, name):
    (two_rounds / name).rename(tmp_path / "elsewhere")
    (two_rounds / name).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "elsewhere" / "back").symlink_to(two_rounds, target_is_directory=True)
    settings = two_rounds / "programme.toml"
    text = settings.read_text("utf-8").replace('id = "small"', 'id = "small"\nshared_inputs = ["../elsewhere"]')
    settings.write_text(text, encoding="utf-8")
    assert again(two_rounds)[1] != set()
    assert again(two_rounds)[1] == set()
    (tmp_path / "elsewhere" / "more.csv").write_text("country,TEC-2.2b\nJamaica,yes\n")
    result, made = again(two_rounds)
    assert made == set(result.files)


def test_a_changed_template_outside_the_folder_makes_reports_again(two_rounds, tmp_path):
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles" / "page.html").write_text("theirs")
    settings = two_rounds / "programme.toml"
    text = settings.read_text("utf-8").replace('id = "small"', 'id = "small"\nshared_inputs = ["../styles"]')
    text += 'sensitivity = false\n[reports.options.html]\ntemplates = "../styles"\n'
    settings.write_text(text.replace('["md", "json", "csv"]', '["html"]'), encoding="utf-8")
    again(two_rounds)
    assert again(two_rounds)[1] == set()
    (tmp_path / "styles" / "page.html").write_text("mine")
    result, made = again(two_rounds)
    assert made == set(result.files)
    assert (two_rounds / "out" / "baseline.html").read_text("utf-8").strip() == "mine"


def test_a_folder_linked_under_a_second_name_counts_under_both(two_rounds):
    (two_rounds / "store").mkdir()
    (two_rounds / "store" / "bz.csv").write_text("country,TEC-2.2a\nBelize,yes\n")
    first, _ = again(two_rounds)
    assert [len(one.heard) for one in first.summaries] == [1, 1]
    (two_rounds / "returns" / "jm.csv").rename(two_rounds / "store" / "jm.csv")
    (two_rounds / "returns" / "late-jm.csv").unlink()
    (two_rounds / "returns").rmdir()
    again(two_rounds)
    (two_rounds / "returns").symlink_to("store", target_is_directory=True)
    result, made = again(two_rounds)
    assert made == set(result.files)
    assert result.summaries[0].heard == ("BZ", "JM")


def test_another_release_of_a_library_changes_everything(two_rounds, monkeypatch):
    again(two_rounds)
    monkeypatch.setattr("capbuild.workspace.runs.runner.list_library_versions", lambda: [("polars", "99")])
    result, made = again(two_rounds)
    assert made == set(result.files)


def test_changed_code_of_a_plugin_changes_everything(two_rounds, tmp_path, monkeypatch):
    place = tmp_path / "doubting_here.py"
    place.write_text("limit = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    plugin = importlib.import_module("doubting_here")

    def run_with_plugin():
        run_record.digest_sources.cache_clear()
        result = run(open_workspace(two_rounds, host=Host(plugins={"doubting": plugin}, discover=False)))
        return set(result.files) - set(result.reused), set(result.files)

    run_with_plugin()
    assert run_with_plugin()[0] == set()
    place.write_text("limit = 2\n")
    made, files = run_with_plugin()
    assert made == files


def test_every_library_that_results_may_rest_on_is_known_by_its_release():
    root = Path(__file__).parents[2]
    required = set()
    for path in (root / "pyproject.toml", *root.glob("plugins/*/pyproject.toml")):
        project = tomllib.loads(path.read_text("utf-8"))["project"]
        extras = project.get("optional-dependencies", {}).values()
        for line in chain(project.get("dependencies", ()), *extras):
            required.add(re.match(r"[\w-]+", line).group())
    own = {name for name in required if name.startswith("capbuild")}
    assert required - own - NOT_IN_RESULTS == set(run_record.LIBRARIES)
