"""Two rounds of indicators judged as a whole: moves, absences, actions and prices, counted by hand."""

from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.model import UnusedReason
from capbuild.workspace import open_workspace
from capbuild.workspace.checks.check import check_programme

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
[[nodes]]
id = "O"
kind = "quadrant"
title = "Organisation"
""" + "".join(
    f'[[nodes]]\nid = "O-{n}"\nparent = "O"\ntitle = "Part {n}"\nlevel_texts.L2 = "Part {n} is written in law."\n'
    for n in (1, 2, 3, 4)
)
PROGRAMME = """
[programme]
id = "teams"
framework = "model 1"
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30
[[rounds]]
id = "endline"
kind = "endline"
reference_date = 2018-06-30
[[participants]]
country = "Jamaica"
[[participants]]
country = "Belize"
[targets]
default = 3
"""
#: Levels of O-1 to O-4 in both rounds. Jamaica: up, down, same, up. Belize: up, same, don't know, not applicable.
BEFORE = {"Jamaica": ("1", "3", "2", "0"), "Belize": ("2", "4", "1", "1")}
AFTER = {"Jamaica": ("3", "2", "2", "1"), "Belize": ("3", "4", "don't know", "not applicable")}
VISITS = "".join(
    f'[[visits]]\nid = "{code}-{year}"\ncountry = "{name}"\nstart = {year}-05-01\nfindings = "{code}-{year}.csv"\n'
    f'round = "{"baseline" if year == 2016 else "endline"}"\n'
    for year in (2016, 2018)
    for code, name in (("jm", "Jamaica"), ("bz", "Belize"))
)


def report(folder, *words):
    """Return a report in Markdown."""
    path = folder / "report.md"
    args = ["report", str(folder), *words, "--format", "markdown", "--out", str(path)]
    assert CliRunner().invoke(app, args).exit_code == 0
    return path.read_text("utf-8")


@pytest.fixture
def folder(tmp_path):
    for name in ("frameworks", "returns", "visits"):
        (tmp_path / name).mkdir()
    (tmp_path / "frameworks" / "model.toml").write_text(FRAMEWORK, encoding="utf-8")
    (tmp_path / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    (tmp_path / "visits" / "visits.toml").write_text(VISITS, encoding="utf-8")
    for year, levels in ((2016, BEFORE), (2018, AFTER)):
        for code, name in (("jm", "Jamaica"), ("bz", "Belize")):
            rows = [f"{name},O-{number},{level}\n" for number, level in enumerate(levels[name], 1)]
            text = "country,indicator,level\n" + "".join(rows)
            (tmp_path / "visits" / f"{code}-{year}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_levels_judged_by_the_same_kind_of_source_are_up_or_down(folder):
    change = open_workspace(folder).compare("baseline", "endline")
    assert {(str(one.country.alpha_2), one.capacity): one.rise for one in change.capacities} == {
        ("JM", "O-1"): 1, ("JM", "O-2"): -1, ("JM", "O-4"): 1, ("BZ", "O-1"): 1,
    }  # fmt: skip
    assert all(one.like_for_like and one.reliable for one in change.capacities)
    counts = change.counts()
    assert (counts.risen, counts.fallen, counts.other_levels, counts.no_longer_observed) == (3, 1, 0, 2)
    assert sum(change.observed.values()) == 6


def test_levels_judged_by_another_kind_of_source_are_no_progress(folder):
    for name in ("jm-2016.csv", "bz-2016.csv"):
        (folder / "visits" / name).rename(folder / "returns" / name)
    text = VISITS.partition('[[visits]]\nid = "jm-2018"')
    (folder / "visits" / "visits.toml").write_text("".join(text[1:]), encoding="utf-8")
    change = open_workspace(folder).compare("baseline", "endline")
    counts = change.counts()
    assert (counts.risen, counts.fallen, counts.other_levels) == (0, 0, 4)
    assert "through another source" in str(change.capacities[0])


@pytest.mark.parametrize("name", ["a.csv", "jm-2016 (1).csv", "sub/jm-2016.csv"])
def test_a_return_that_is_there_twice_counts_once(folder, name):
    (folder / "visits" / "jm-2016.csv").rename(folder / "returns" / "jm-2016.csv")
    (folder / "visits" / "visits.toml").write_text(VISITS[VISITS.index("[[visits]]", 2) :], encoding="utf-8")
    before = open_workspace(folder).assess("baseline")
    copied = folder / "returns" / name
    copied.parent.mkdir(exist_ok=True)
    copied.write_bytes((folder / "returns" / "jm-2016.csv").read_bytes())
    after = open_workspace(folder).assess("baseline")
    assert {one.country.name: [str(score) for score in one.scores.values()] for one in after} == {
        one.country.name: [str(score) for score in one.scores.values()] for one in before
    }
    assert [len(score.findings) for score in after["JM"].indicators] == [1, 1, 1, 1]
    (left,) = after.unused
    assert (left.reason, left.places) == (UnusedReason.COPY, ("Jamaica",))
    (issue,) = [one for one in check_programme(open_workspace(folder)).issues if one.code == "CK116"]
    assert issue.origin.file == left.file
    text = report(folder, "--round", "baseline")
    assert f"{left.file}: the same file as another return, which counts" in text


@pytest.mark.parametrize("loose", [True, False])
def test_a_return_that_is_in_an_archive_too_counts_once(folder, loose):
    (folder / "visits" / "visits.toml").unlink()
    returned = b"country,O-1\nJamaica,2\n"
    with ZipFile(folder / "returns" / "all.zip", "w") as archive:
        for name in ("b.csv", "c.csv")[loose:]:
            archive.writestr(name, returned)
    if loose:
        (folder / "returns" / "a.csv").write_bytes(returned)
    (left,) = open_workspace(folder).assess("baseline").unused
    assert (left.reason, left.places) == (UnusedReason.COPY, ("Jamaica",))


def test_equal_files_of_two_respondents_both_count(folder):
    """Two offices may answer a short form alike."""
    (folder / "visits" / "visits.toml").unlink()
    for name in ("police", "courts"):
        (folder / "returns" / f"{name}.csv").write_text("country,O-1\nJamaica,2\n", encoding="utf-8")
    assert [one.reason for one in open_workspace(folder).assess("baseline").unused] == [UnusedReason.COPY]
    with (folder / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            "".join(f'[read."returns/{name}.csv"]\nrespondent = "{name}"\n' for name in ("police", "courts"))
        )
    baseline = open_workspace(folder).assess("baseline")
    assert (baseline.unused, len(baseline["JM"].scores["O-1"].findings)) == ((), 2)


@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
def test_an_answer_that_waits_for_its_mapping_is_received(folder, language):
    """The second question is likely O-2 and nobody confirmed it; the third is no question of the framework."""
    (folder / "visits" / "visits.toml").unlink()
    model = FRAMEWORK.replace('"Part 2"', '"Quality management in laboratories"')
    (folder / "frameworks" / "model.toml").write_text(model, encoding="utf-8")
    asked = "Quality management in laboratories, level in 2016"
    form = f'country,O-1,"{asked}",Filled in by\nJamaica,2,3,Ann\nBelize,2,,Bob\n'
    (folder / "returns" / "form.csv").write_text(form, encoding="utf-8")
    with (folder / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'[reports]\nlanguages = ["{language}"]\n')
    baseline = open_workspace(folder).assess("baseline")
    (left,) = baseline.unused
    assert (left.reason, left.places) == (UnusedReason.NOT_MAPPED, ("Jamaica",))
    assert dict(left.waiting) == {asked: "O-2"}
    args = ["explain", str(folder), "--round", "baseline", "--language", language]
    said = {
        (code, name): " ".join(CliRunner().invoke(app, [*args, code, name]).output.split())
        for code in ("JM", "BZ")
        for name in ("O-1", "O-2")
    }
    assert [key for key, text in said.items() if asked in text] == [("JM", "O-2")]
    text = report(folder, "--round", "baseline", "--language", language)
    (line,) = [line for line in text.splitlines() if "returns/form.csv: " in line.replace("\N{NO-BREAK SPACE}:", ":")]
    assert asked in line


def test_commands_and_reports_count_levels_up_and_down(folder):
    shown = CliRunner().invoke(app, ["compare", str(folder)]).output
    text = " ".join(shown.split())
    assert "6 indicators judged in both rounds, 6 like for like; levels and values: 3 up and 1 down" in text
    assert "criteria observed" not in text
    summary = text.partition("Country")[0]
    assert "2 countries compared · 3 levels up · 1 level down · 0 newly observed · 2 no longer observed" in summary
    assert "gained" not in summary
    own = CliRunner().invoke(app, ["compare", str(folder), "--country", "JM"]).output
    assert [" ".join(line.split()) for line in own.splitlines() if "O-1" in line] == ["O-1 L1 to L3 capacity yes"]
    own = CliRunner().invoke(app, ["compare", str(folder), "--country", "BZ"]).output
    assert [" ".join(line.split()) for line in own.splitlines() if "O-" in line] == [
        "O-3 no longer observed scope",
        "O-4 no longer observed scope",
        "O-1 L2 to L3 capacity yes",
    ]
    assert "Like for like, 2 levels rose and one level fell." in report(folder, "--country", "JM")
    assert "Like for like, 3 levels rose and one level fell." in report(folder)


def test_absences_of_judged_levels_keep_their_own_words(folder):
    belize = open_workspace(folder).assess("endline")["BZ"]
    assert str(belize["O-3"].undefined) == "undefined: don't know"
    assert "every level is plausible" in str(belize["O-3"].explain())
    assert not belize["O-4"].applies
    text = report(folder, "--country", "BZ")
    assert "| O-3 Part 3 | target L3 | don’t know |" in text
    assert "nobody answered" not in text
    assert "not verified: O-3." in text
    assert "**6** (of 7)" in report(folder)


def test_settled_levels_below_the_target_are_what_to_do_first(folder):
    plan = report(folder, "--kind", "actions", "--country", "JM")
    for number, now, then in ((2, "L2", "L3"), (3, "L2", "L3"), (4, "L1", "L2")):
        assert f"**Part {number}: {now} to {then}, target L3**" in plan
        assert f"Raise “Part {number}” to {then}" in plan
    assert "open answers decide" not in plan
    leaflet = report(folder, "--kind", "brief-country", "--country", "JM")
    assert "No step is known to be missing" not in leaflet
    assert "Raise “Part 4” to L2: Part 4 is written in law" in leaflet
    profile = report(folder, "--country", "JM")
    assert "The widest gap is part 4, 2 levels below its target." in profile
    assert "3 of 3 missing steps" not in profile
