"""`capbuild cost`: what each year costs, in words and as a table, and what stops it."""

import csv
from decimal import Decimal

import pytest
from click.testing import CliRunner

from capbuild.cli.app import app


@pytest.fixture(scope="module")
def files(examples):
    return sorted(map(str, (examples / "costing").glob("*.csv")))


def run(*words):
    return CliRunner().invoke(app, ["cost", *map(str, words)])


def rows(output):
    """The rows of the tables shown, as words."""
    return [line.split() for line in output.splitlines()]


def test_years_countries_and_indicators_are_shown_with_their_range(files):
    done = run(*files, "--years", 4)
    assert done.exit_code == 0, done.output
    shown = rows(done.output)
    for line in (
        ["Year", "1", "28,100.00", "52,100.00"], ["Year", "4", "50,200.00", "87,400.00"],
        ["Total", "152,300.00", "255,700.50"], ["Jamaica", "152,300.00", "152,300.00"],
        ["Barbados", "0.00", "103,400.50"], ["LAW", "13,900.00", "13,900.00"],
    ):  # fmt: skip
        assert line in shown
    assert "1 EUR = 1.1 USD" in done.output
    assert "scores.csv:C5" in done.output


def test_a_target_leaves_out_what_lies_above_it(files):
    done = run(*files, "--years", 4, "--target", 1, "--by", "level", "--scale", "0-3")
    # Level 1 of LAB for both: 13,200 in years 1 and 4, in Barbados only if it stands at 0; the office: 40,000.
    assert ["Total", "66,400.00", "92,800.00"] in rows(done.output)
    assert ["2", "0.00", "0.00"] in rows(done.output)


def test_the_table_written_sums_to_what_is_shown(files, tmp_path):
    out = tmp_path / "costs.csv"
    done = run(*files, "--years", 4, "--inflation", "3%", "--currency", "eur", "--out", out)
    assert done.exit_code == 0, done.output
    written = list(csv.DictReader(out.read_text("utf-8-sig").splitlines()))
    assert {row["currency"] for row in written} == {"EUR"}
    for year in "1234":
        low = sum(Decimal(row["low"]) for row in written if row["year"] == year)
        (shown,) = [line for line in rows(done.output) if line[:2] == ["Year", year]]
        assert abs(low - Decimal(shown[2].replace(",", ""))) <= Decimal("0.05")
    assert "inflation of 3 % a year" in " ".join(done.output.split())


def test_scores_are_taken_from_a_programme(examples, tmp_path):
    sheet = tmp_path / "lines.csv"
    sheet.write_text("line,indicator,level,payment,unit price,currency\nlab,TEC-2,5,once,100,USD\n", "utf-8")
    done = run(sheet, "--programme", examples / "americas-2015", "--round", "baseline", "--years", 9, "--target", 5)
    assert done.exit_code == 0, done.output
    assert "30 countries" in done.output
    assert "Scores are invented." in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rate", "EUR"], "write CODE=RATE"), (["--inflation", "much"], "write a share"),
        (["--scale", "5"], "write LOW-HIGH"), (["--scale", "5-1"], "write LOW-HIGH"), (["--round", "x"], "--programme"),
        (["--currency", "dollar"], "ISO 4217"), (["--rate", "EUR=cheap"], "such as EUR=1.08"),
        (["--inflation", "3"], "write 3% or 300%"), (["--rate", "EURO=1.1"], "EURO is not a currency"),
        (["--inflation", "-100%"], "must be above -1"), (["--scale", "0-1"], "the scale ends at 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_what_to_write(files, words, said):
    done = run(*files, *words)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_every_problem_of_a_worksheet_is_listed(tmp_path):
    sheet = tmp_path / "lines.csv"
    sheet.write_text("line,indicator,level,payment,unit price,currency\na,P1,x,once,y,USD\nb,P1,2,,5,USD\n", "utf-8")
    done = run(sheet)
    assert done.exit_code == 2
    for place in (":C2", ":E2", ":D3"):
        assert f"lines.csv{place}" in done.output
    assert done.output.count("remedy:") == 3


def test_a_folder_stands_for_its_tables(files, examples, tmp_path):
    assert run(examples / "costing", "--years", 4).output == run(*files, "--years", 4).output
    (tmp_path / "programme.toml").touch()
    done = run(tmp_path)
    assert done.exit_code == 2
    assert "--programme" in done.output
