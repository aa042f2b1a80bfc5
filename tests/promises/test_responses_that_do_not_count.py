"""What was withdrawn, replaced or made as a test is kept, and decides nothing: in no level, in no tally."""

import attrs
import narwhals as nw
import pytest

from capbuild.frameworks import load_bundled
from capbuild.io import read
from capbuild.model import Answer, Response, ResponseStatus
from capbuild.plugins import Claim, Confidence, Host, Reader, hookimpl
from capbuild.scoring import survey_findings
from capbuild.tables import ResponseTable, tally
from capbuild.workspace import open_workspace, run

ASIDE = ("withdrawn", "superseded", "test")
PROGRAMME = """
[programme]
id = "small"
title = "Small"
framework = "police-cyber 1.0"
[[rounds]]
id = "baseline"
kind = "baseline"
reference_date = 2016-06-30
[[participants]]
country = "Jamaica"
"""


def answered(name, count, value, **more):
    """Responses of Jamaica with one answer each."""
    answers = [Answer("TEC-2.2a", value)]
    return [Response(id=f"{name}{number}", place="Jamaica", answers=answers, **more) for number in range(count)]


def table(status, kept=6):
    return ResponseTable.from_responses([*answered("k", kept, "yes"), *answered("t", 9, "no", status=status)])


def test_three_kinds_of_status_do_not_count():
    assert {status.value for status in ResponseStatus if not status.counts} == set(ASIDE)


@pytest.mark.parametrize("status", ResponseStatus)
def test_a_tally_counts_what_counts(status):
    cells = {cell.option: cell.n for cell in tally(table(status), ["TEC-2.2a"], by=["place"])}
    assert cells == ({"yes": 6} if status in ASIDE else {"yes": 15, "no": 15})


@pytest.mark.parametrize("convert", [nw.DataFrame.to_polars, nw.DataFrame.to_pandas, nw.DataFrame.to_arrow])
def test_every_engine_leaves_them_out(convert):
    made = table("test")
    other = attrs.evolve(made, frame=convert(nw.from_native(made.frame)))
    assert {cell.n for cell in tally(other, ["TEC-2.2a"], by=["place"])} == {6}


@pytest.mark.parametrize("status", ASIDE)
def test_a_table_of_nothing_else_has_no_respondent(status):
    assert list(tally(table(status, kept=0), ["TEC-2.2a"], by=["place"])) == []


@pytest.mark.parametrize("status", ResponseStatus)
def test_a_programme_scores_what_counts_and_says_what_does_not(status, tmp_path):
    class Plugin:
        @hookimpl
        def register_readers(self):
            claim = Claim(Confidence.SIGNATURE, "it is the only file")
            read = answered("r", 1, "yes", status=status)
            return [Reader(name="states", title="States", sniff=lambda _: claim, read=lambda *_: read)]

    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "jm.st").write_text("x", encoding="utf-8")
    (tmp_path / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    workspace = open_workspace(tmp_path, host=Host(plugins={"states": Plugin()}, discover=False))
    found = [finding.value for finding in workspace.collect("baseline").findings if finding.target == "TEC-2.2a"]
    told = [issue.message for issue in run(workspace).issues if issue.code == "CB210"]
    assert found == ([] if status in ASIDE else ["yes"])
    what = "not used" if status in ASIDE else "not submitted, but used: their blanks are missing, never no"
    assert told == ([] if status == "submitted" else [f"1 response of returns/jm.st {what} (1 {status})"])
    issues = survey_findings(read(b"x", name="jm.st", host=workspace.host), load_bundled("police_cyber")).issues
    assert [issue.message.replace("jm.st", "returns/jm.st") for issue in issues if issue.code == "CB210"] == told
