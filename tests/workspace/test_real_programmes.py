"""Two programmes of real data, run from the raw files: every published figure must come out again."""

import csv
import json
import shutil

import pytest

from capbuild.model import Missing
from capbuild.plugins import Host
from capbuild.workspace import open_workspace, run

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def spar(corpus, examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("programmes") / "spar-2022"
    shutil.copytree(examples / "spar-2022", folder, ignore=shutil.ignore_patterns("out", "private"))
    shutil.copy(corpus / "domain" / "ihr" / "IHRScoreperCapacity_202305051146.tsv", folder / "returns" / "spar.tsv")
    with (folder / "returns" / "spar.tsv").open(encoding="utf-8", newline="") as stream:
        published = list(csv.DictReader(stream, delimiter="\t"))
    return open_workspace(folder), published


def _reported(published):
    return [row for row in published if row["total_average"].isdigit()]


def test_spar_reproduces_every_published_figure(spar):
    workspace, published = spar
    assessed = workspace.assess("2022")
    by_place = {
        response.place.strip(): response.country
        for reading in workspace.collect("2022").readings
        for response in reading.responses
    }
    capacities = totals = 0
    for row in _reported(published):
        country = assessed[by_place[row["Country"].strip()]]
        for number in range(1, 16):
            assert country[f"C.{number}"].value == float(row[f"C.{number}"]), (row["Country"], number)
            capacities += 1
        assert country["total"].value == float(row["total_average"]), row["Country"]
        totals += 1
    assert (capacities, totals) == (2775, 185)


def test_spar_parties_that_did_not_report_are_silent_not_zero(spar):
    workspace, published = spar
    assessed = workspace.assess("2022")
    assert len(published) - len(_reported(published)) == 11
    assert (len(assessed.silent), len(assessed)) == (11, 185)
    assert not set(assessed.silent) & set(assessed.countries)


def test_spar_runs_to_reports(spar):
    workspace, _ = spar
    result = run(workspace)
    assert result.exit_code == 0, [str(issue) for issue in result.issues if issue.severity == "error"]
    assert {"2022.html", "2022.md", "2022.json"} <= set(result.files)


@pytest.fixture(scope="module")
def gdb(corpus, examples, tmp_path_factory):
    folder = tmp_path_factory.mktemp("programmes") / "gdb-2022"
    shutil.copytree(examples / "gdb-2022", folder, ignore=shutil.ignore_patterns("out", "private"))
    for path in sorted((corpus / "domain" / "gdb" / "per_country").glob("*.json")):
        shutil.copy(path, folder / "returns" / path.name)
    return open_workspace(folder, host=Host())


def test_gdb_keeps_every_record_every_citation_and_every_sub_answer(gdb, corpus):
    found = gdb.collect("2022")
    answers = [answer for reading in found.readings for response in reading.responses for answer in response.answers]
    records = [answer for answer in answers if answer.question in gdb.framework]
    assert (len(found.readings), len(records)) == (16, 848)
    assert sum(bool(answer.citations) for answer in records) == 427
    assert len(answers) - len(records) == 8687
    jamaica = json.loads((corpus / "domain" / "gdb" / "per_country" / "JAM.json").read_text("utf-8"))
    first = jamaica["indicators"][0]
    score = gdb.assess("2022")["Jamaica"][first["indicator_id"]]
    assert (score.value, score.findings[0].note.source) == (float(first["score"]), first["justification"])
    assert str(score.findings[0].origin) == "returns/JAM.json $.indicators[0].score"


def test_gdb_evidence_leads_from_score_to_link(gdb):
    assessed = gdb.assess("2022")
    linked = 0
    for assessment in assessed:
        links = {evidence.id: evidence.link for evidence in assessment.evidence}
        linked += sum(any(links[name] for name in finding.evidence) for finding in assessment.findings)
    with_links = sum(
        any(citation.link for citation in answer.citations)
        for reading in gdb.collect("2022").readings
        for response in reading.responses
        for answer in response.answers
    )
    assert linked == with_links > 400


def test_gdb_absent_answers_are_absent(gdb):
    values = [f.value for assessment in gdb.assess("2022") for f in assessment.findings]
    assert len(values) == 848
    assert all(isinstance(value, Missing) or 0 <= value <= 100 for value in values)
