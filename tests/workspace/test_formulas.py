"""Tables that spreadsheets open: no cell is a formula, and every text comes back as it was."""

import csv
import datetime
import io
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from capbuild.escaping import format_csv
from capbuild.workspace import open_workspace, run
from capbuild.workspace.forms.decisions import export_decisions, import_decisions
from capbuild.workspace.forms.reviews import export_review, import_review
from capbuild.workspace.records.plain_tables import split_table

ROOT = Path(__file__).parents[2]
#: Files for one program each, which would show the apostrophe, and the writer of the tests' own tables.
OTHERS = {
    "src/capbuild/escaping.py",
    "src/capbuild/testing/conformance/edits.py",
    "src/capbuild/testing/sample_programme.py",
    "src/capbuild/testing/tables.py",
    "plugins/capbuild-limesurvey/src/capbuild_limesurvey/writer.py",
    "plugins/capbuild-sdmx/src/capbuild_sdmx/writer.py",
}
#: What spreadsheets calculate: a sign with something behind it that is no negative number.
LIVE = re.compile(r"[ \xa0]*[=+@\t\r\n\uff1d\uff0b\uff0d\uff20]|[ \xa0]*-(?!(\d+(\.\d+)?)?$)", re.ASCII)
STARTS = st.sampled_from(
    ["=1+1", "+1", "-1+1", "-1", "-", "@SUM(1)", "\t=1", "\r=1", "'=1", "''=1", "'tis", " =1", "＝1"]
)
TEXTS = STARTS | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


def list_formulas(text, delimiter=","):
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=delimiter)
    return [cell for row in rows for cell in row if LIVE.match(cell)]


@given(rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=6), end=st.sampled_from(["\n", "\r\n"]))
def test_any_text_comes_back_and_is_no_formula(rows, end):
    table = format_csv([("id", "note"), *rows], end=end)
    assert not list_formulas(table)
    assert split_table(table, [{"id", "note"}])[0][1:] == [list(row) for row in rows]


def test_every_table_is_written_so():
    sources = [
        *(ROOT / "src").rglob("*.py"),
        *ROOT.glob("plugins/*/src/**/*.py"),
        *ROOT.glob("examples/plugins/**/*.py"),
    ]
    raw = re.compile(r"csv\.(writer|DictWriter)\(|\.write_csv\(")
    assert {one.relative_to(ROOT).as_posix() for one in sources if raw.search(one.read_text("utf-8"))} == OTHERS


def test_what_a_country_writes_is_no_formula_in_any_file_of_the_programme(folder):
    with (folder / "programme.toml").open("a", encoding="utf-8") as settings:
        settings.write('[audiences]\nteam = "TLP:AMBER"\ncountry = "TLP:AMBER"\n')
    form = export_review(open_workspace(folder), "Jamaica", out=folder / "form.csv", language="en")
    rows = list(csv.reader(io.StringIO(form.read_text("utf-8-sig"), newline="")))
    said = dict(zip(["proposed", "comment", "new_evidence"], ["=1+1", "@SUM(1)", "\t-1+1"], strict=True))
    ids = next(row for row in rows if row[:1] == ["target"])
    row = next(row for row in rows if row[:1] == ["TEC-2.2a"])
    for name, text in said.items():
        row[ids.index(name)] = text
    with form.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)  # as a spreadsheet saves it
    import_review(open_workspace(folder), form, received=datetime.date(2016, 6, 2))
    sheet = export_decisions(open_workspace(folder), out=folder / "decide.csv")
    import_decisions(open_workspace(folder), sheet)
    run(open_workspace(folder))
    (one,) = open_workspace(folder).monitoring.proposals
    assert (one.proposed, one.comment, one.evidence) == ("=1+1", "@SUM(1)", "-1+1")
    files = {path.name: list_formulas(path.read_text("utf-8-sig")) for path in folder.rglob("*.csv") if path != form}
    assert {"proposals.csv", "decide.csv", "scores.csv"} <= files.keys()
    assert not any(files.values()), files
