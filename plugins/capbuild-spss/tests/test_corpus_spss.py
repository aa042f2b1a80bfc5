"""Real files: claimed by their reader and by no other, and every stated fact compared."""

import json
from collections import Counter

import capbuild_spss
import pytest
from capbuild_spss.process import parsed
from capbuild_spss.sniffing import container_of

from capbuild.formats.csv_table import register_readers as csv_readers
from capbuild.formats.native_json import register_readers as json_readers
from capbuild.model import Response, SheetReconciliation
from capbuild.plugins import Confidence, InputFile

pytestmark = pytest.mark.corpus

READERS = {reader.name: reader for reader in capbuild_spss.register_readers()}
SUFFIXES = {".sav": "spss", ".zsav": "spss", ".por": "spss", ".dta": "stata"}
#: `tool_error` says what another tool did with the file by default, not what is in it: the note's counts are used.
ARGUED = {"spss-stata/datetime.sav": {"rows": 2, "variables": 3}}


@pytest.fixture(scope="module")
def facts(corpus):
    entries = json.loads((corpus / "formats" / "expected.json").read_text("utf-8"))["files"]
    return {name: entry["facts"] for name, entry in entries.items()}


def source_of(corpus, name):
    return InputFile(name.rsplit("/", 1)[-1], path=corpus / "formats" / name)


def observed(source, reader):
    """The facts of one file as this plugin sees them."""
    items = list(READERS[reader].read(source, capbuild_spss.StatisticsFileOptions()))
    account = items[-1]
    assert isinstance(account, SheetReconciliation)
    assert account.adds_up
    responses = [item for item in items if isinstance(item, Response)]
    with parsed(source, container_of(source), encoding=None, seconds=60) as table:
        about = table.facts
        rows = list(table.rows)
    letters = {
        v.name: sorted({row[v.column - 1] for row in rows if not v.text and isinstance(row[v.column - 1], str)})
        for v in about.variables
    }
    return {
        "variables": len(account.columns),
        "rows": account.rows_in,
        "rows_read": len(responses),
        "encoding": about.encoding or None,
        "with_variable_label": sum(bool(v.label) for v in about.variables),
        "with_value_labels": sum(bool(v.labels) for v in about.variables),
        "value_labels_total": sum(len(v.labels) for v in about.variables),
        "missing_ranges": sum(bool(v.ranges) for v in about.variables),
        "missing_user_values": {name: found for name, found in letters.items() if found},
        "mr_sets": len(about.sets),
        "formats": dict(Counter(v.format for v in about.variables)),
        "file_label": about.title or None,
    }


def test_every_file_is_claimed_by_its_reader_and_no_other(corpus, facts):
    for name in facts:
        source = source_of(corpus, name)
        claims = {n: r.sniff(source) for n, r in READERS.items()}
        expected = SUFFIXES.get(source.suffix)
        found = {n: claim.confidence for n, claim in claims.items() if claim is not None}
        assert found == ({expected: Confidence.SIGNATURE} if expected else {}), name
        if expected:
            others = [r.sniff(source) for r in (*csv_readers(), *json_readers())]
            assert all(c is None or c.confidence < Confidence.SIGNATURE for c in others), name


def test_facts_of_every_file(corpus, facts, capsys):
    right, wrong = Counter(), []
    for name, stated in facts.items():
        source = source_of(corpus, name)
        if source.suffix not in SUFFIXES:
            continue
        seen = observed(source, SUFFIXES[source.suffix])
        for fact, value in ARGUED.get(name, stated).items():
            if seen[fact] == value:
                right[name] += 1
            else:
                wrong.append((name, fact, seen[fact], value))
    with capsys.disabled():
        print(f"\nSPSS and Stata: {len(right)} files, {right.total()} facts right, {len(wrong)} wrong")
        for line in wrong:
            print("  ", *line)
    assert len(right) >= 18
    assert wrong == []
