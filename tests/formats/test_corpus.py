"""Real text tables: none raises anything but a `ReadError`, every account adds up, counts agree with other readers."""

import json

import pytest

from capbuild.errors import ReadError
from capbuild.formats import CsvOptions
from capbuild.formats.csv_files.table import register_readers
from capbuild.formats.json_files.native_json import register_readers as json_readers
from capbuild.formats.scans.csv_files import scan_csv
from capbuild.model import Response, SheetReconciliation
from capbuild.plugins import Confidence, InputFile
from tests.tables.test_scan_csv import assert_same_responses

pytestmark = pytest.mark.corpus

READER = register_readers()[0]
SUFFIXES = {".csv", ".tsv", ".txt", ".tab"}
#: Ours: headers say country, question and answer in so many words.
PLAINLY_SURVEYS = {"long_cp1252.csv"}


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "README.md")


def test_every_text_table_is_read_and_adds_up_and_is_scanned_as_it_is_read(corpus):
    read, scanned, refused = 0, 0, {}
    for path in files(corpus):
        if path.suffix.lower() not in SUFFIXES:
            continue
        source = InputFile(path.name, path=path)
        try:
            items = list(READER.read(source, CsvOptions()))
        except ReadError as error:
            refused[path.name] = error.code
            continue
        account = items[-1]
        assert isinstance(account, SheetReconciliation), path
        assert account.adds_up, path
        answers = sum(len(item) for item in items if isinstance(item, Response))
        assert answers == account.answers + sum(account.absent.values()), path
        read += 1
        if (table := scan_csv(source, CsvOptions())) is not None:
            assert_same_responses(table, items, path.name)
            scanned += 1
    assert (read > 200, scanned > 200) == (True, True)
    assert set(refused.values()) == {"CB103"}, refused


def test_delimiters_columns_and_rows_agree_with_the_counts_of_another_reader(corpus):
    facts = json.loads((corpus / "formats" / "expected.json").read_text("utf-8"))["files"]
    compared, wrong = 0, []
    for name, entry in facts.items():
        fact = entry["facts"]
        if not name.endswith((".csv", ".tsv", ".txt")) or "rows_incl_header" not in fact:
            continue
        path = corpus / "formats" / name
        try:
            items = list(READER.read(InputFile(path.name, path=path), CsvOptions()))
        except ReadError:
            assert fact["rows_incl_header"] <= 1 or fact["bytes"] <= 2, name
            continue
        account = items[-1]
        blank = account.rows_left_out.get("blank", 0)
        found = (len(account.columns), account.rows_in + 1 - blank)
        compared += 1
        # A column without header and cells is none.
        columns = range(fact["columns"] - fact.get("empty_headers", 0), fact["columns"] + 1)
        if found[0] not in columns or found[1] != fact["rows_incl_header"]:
            wrong.append((name, found, (fact["columns"], fact["rows_incl_header"])))
    assert compared > 80
    assert wrong == []


def test_no_other_format_is_claimed_above_its_name(corpus):
    above = []
    for path in files(corpus / "formats"):
        claim = READER.sniff(InputFile(path.name, path=path))
        if claim is not None and claim.confidence > Confidence.NAME and path.name not in PLAINLY_SURVEYS:
            above.append((path.name, claim.why))
        assert claim is None or path.suffix.lower() in {*SUFFIXES, ".dat"}, path
        assert json_readers()[0].sniff(InputFile(path.name, path=path)) is None, path
    assert above == []


def test_the_published_scores_of_196_parties_are_read_without_loss(corpus):
    path = corpus / "domain" / "ihr" / "IHRScoreperCapacity_202305051146.tsv"
    items = list(READER.read(InputFile(path.name, path=path), CsvOptions(missing={"no data": "not_collected"})))
    responses = [item for item in items if isinstance(item, Response)]
    silent = [r.place for r in responses if r["C.1"].value.__class__.__name__ == "Missing"]
    assert (len(responses), len(silent)) == (196, 11)
    assert {type(r["C.1"].value) for r in responses if r.place not in silent} <= {int, float}
