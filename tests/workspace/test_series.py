"""A programme of three rounds: compared step by step and over the whole, in reports, data and the terminal.

Twelve services; the counts are made by hand from what `ROUNDS` says. Everything is invented.
"""

import csv
import io
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app
from capbuild.model import ChangeSeries
from capbuild.reports.i18n import get_translator
from capbuild.workspace import open_workspace, run

EXAMPLE = Path(__file__).parents[2] / "examples" / "two-editions"
COUNTRIES = ("Jamaica", "Belize", "Guyana", "Barbados", "Grenada", "Dominica", "Haiti", "Cuba", "Panama", "Peru",
             "Mexico", "Honduras")  # fmt: skip
CRITERIA = ("UNIT.2a", "UNIT.2b", "UNIT.3a", "EVID.2a", "EVID.3a", "EVID.3b")
#: How many of the services answer yes to all of UNIT in each round; EVID is never met, and Honduras leaves at the end.
ROUNDS = {"baseline": 0, "midline": 6, "endline": 6}
LANGUAGES = ("en", "es", "fr", "nl")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("series") / "three"
    shutil.copytree(EXAMPLE / "frameworks", place / "frameworks")
    (place / "frameworks" / "unit-check-2.toml").unlink()
    (place / "returns").mkdir()
    for name, able in ROUNDS.items():
        answered = COUNTRIES if name != "endline" else COUNTRIES[:-1]
        rows = [",".join(["country", *CRITERIA])]
        for number, country in enumerate(answered):
            rows.append(",".join([country, *["yes" if number < able else "no"] * 3, *["no"] * 3]))
        (place / "returns" / f"{name}.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (place / "programme.toml").write_text(PROGRAMME + "".join(part(name) for name in COUNTRIES), "utf-8")
    return place


PROGRAMME = """
[programme]
id = "three"
title = "Three rounds (invented)"
framework = "unit-check 1"
languages = ["en", "es", "fr", "nl"]
invented = true
[[rounds]]
id = "baseline"
kind = "baseline"
title = "Baseline 2020"
reference_date = 2020-06-30
[[rounds]]
id = "midline"
kind = "midline"
title = "Midline 2021"
reference_date = 2021-06-30
[[rounds]]
id = "endline"
kind = "endline"
title = "Endline 2022"
reference_date = 2022-06-30
[audiences]
team = "TLP:AMBER+STRICT"
[reports]
formats = ["md", "csv", "sqlite"]
languages = ["en", "es", "fr", "nl"]
[read."returns/midline.csv"]
round = "midline"
[read."returns/endline.csv"]
round = "endline"
"""


def part(country):
    return f'[[participants]]\ncountry = "{country}"\n'


def test_each_step_and_the_whole_are_compared(folder):
    workspace = open_workspace(folder)
    series = workspace.compare("baseline", "midline", "endline")
    assert isinstance(series, ChangeSeries)
    assert series == workspace.dossier("endline").series
    assert workspace.dossier("midline").series is None
    assert [len(one.matched) for one in series.changes] == [12, 11, 11]
    # Six services say yes to the three criteria of UNIT from the midline on; a survey alone is not sure of it.
    moved = [(c.gained + c.uncertain, c.lost) for c in (one.counts() for one in series.changes)]
    assert moved == [(18, 0), (0, 0), (18, 0)]
    assert workspace.dossier("endline").since_first == series.whole


def test_reports_and_data_show_the_series(folder):
    result = run(open_workspace(folder))
    assert result.exit_code == 0
    assert result.summaries[2].change.count("Since ") == 2
    out = folder / "out"
    for language in LANGUAGES:
        (page,) = out.glob("endline.md" if language == "en" else f"endline*{language}*.md")
        text, t = page.read_text("utf-8"), get_translator(language)
        assert text.count(t("series.title")) == 1
        assert all(t("series.title") in p.read_text("utf-8") for p in out.glob("endline-profiles/*.html"))
        for key in ("series.lead", "col.move.uncertain", "col.cause.other"):
            assert t(key) in text
        assert not any(t("series.title") in p.read_text("utf-8") for p in out.glob("midline*.md"))
    table = min(out.glob("endline*/change_counts.csv"))
    rows = list(csv.DictReader(io.StringIO(table.read_text("utf-8-sig"))))
    steps = [("baseline", "midline"), ("midline", "endline"), ("baseline", "endline")]
    assert list(dict.fromkeys((row["before_round"], row["after_round"]) for row in rows)) == steps
    assert len(rows) == 12 + 11 + 11
    database = sqlite3.connect(next(iter(sorted(out.glob("endline*.sqlite")))))
    found = database.execute(
        "SELECT before_round, after_round, sum(gained + uncertain), count(*) FROM change_counts GROUP BY 1, 2"
    ).fetchall()
    assert sorted(found) == sorted(
        [("baseline", "midline", 18, 12), ("midline", "endline", 0, 11), ("baseline", "endline", 18, 11)]
    )
    database.close()


def test_the_terminal_shows_rounds_countries_and_moves(folder):
    def said(*arguments):
        result = CliRunner().invoke(app, ["compare", str(folder), *arguments])
        return result.exit_code, result.output

    code, text = said()
    assert code == 0
    rows = [line.split() for line in text.splitlines() if " to " in line and line.split()[-1].isdigit()]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("baseline", "midline", "12"), ("midline", "endline", "11"), ("baseline", "endline", "11"),
    ]  # fmt: skip
    assert "Answers are invented" in text
    code, text = said("baseline", "endline", "--country", "Jamaica")
    assert code == 0
    assert [line.split()[:2] for line in text.splitlines() if ".2" in line or ".3" in line] == [
        ["UNIT.2a", "gained"], ["UNIT.2b", "gained"], ["UNIT.3a", "gained"],
    ]  # fmt: skip
    code, text = said("baseline", "endline", "--country", "Honduras")
    assert "silent in endline" in text
    code, text = said("baseline")
    assert (code, "nothing to compare" in text) == (2, True)
    code, text = said("baseline", "midlin")
    assert (code, "did you mean 'midline'" in text) == (2, True)
