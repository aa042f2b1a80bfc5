"""A run does again only what changed: told by digests of inputs and outputs, never by dates."""

import json
import os

import pytest

from capbuild.workspace import open_workspace, run
from capbuild.workspace.ledger import LEDGER

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
    assert second.stages[-1].summary.endswith("all as they were")


def test_an_earlier_round_stands_when_a_later_one_changes_and_not_the_other_way_round(two_rounds):
    again(two_rounds)
    (two_rounds / "returns" / "late-jm.csv").write_text("country,TEC-2.2a\nJamaica,no\n")
    result, made = again(two_rounds)
    assert made == {name for name in result.files if name.startswith("endline")}
    (two_rounds / "returns" / "jm.csv").write_text("country,TEC-2.2a\nJamaica,no\n")
    result, made = again(two_rounds)
    assert made == set(result.files)  # the endline is compared with the baseline


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


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rounds": []}', '{"rounds": {"baseline": {"digest": 1}}}'])
def test_a_ledger_that_says_nothing_costs_time_only(two_rounds, text):
    again(two_rounds)
    (two_rounds / "out" / LEDGER).write_text(text)
    result, made = again(two_rounds)
    assert made == set(result.files)


def test_a_ledger_never_reaches_outside_its_folder(two_rounds):
    result, _ = again(two_rounds)
    place = two_rounds / "out" / LEDGER
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
