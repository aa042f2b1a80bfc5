"""Real dictionaries and data, where the corpus is present: facts counted by `json`, `sqlite3` and positions alone."""

import json
import sqlite3

import pytest

import capbuild as cb
from capbuild.model import Missing
from capbuild.plugins import Host

pytestmark = pytest.mark.corpus

HOST = Host()


@pytest.fixture(scope="module")
def folder(corpus):
    return corpus / "formats" / "cspro"


def read(path):
    reading = cb.read(path, host=HOST)
    assert reading.format == "cspro"
    assert reading.reconciliation.adds_up
    return reading


def counted(item):
    """How many questions an item is: one for each of its occurrences."""
    return item.get("occurrences", {}).get("maximum", 1)


def codes(item):
    """Codes of all value sets of an item."""
    texts = [
        p["value"] for vs in item.get("valueSets", []) for v in vs.get("values", []) for p in v["pairs"] if "value" in p
    ]
    plain = [text.strip() for text in texts if text.strip()]
    return {str(float(t)).removesuffix(".0") if item["contentType"] == "numeric" else t for t in plain}


def test_dictionaries_have_their_items_and_codes(folder, capsys):
    right = total = 0
    for path in sorted(folder.glob("*.dcf")):
        levels = json.loads(path.read_text("utf-8-sig"))["levels"]
        items = [i for lv in levels for i in [*lv["ids"]["items"], *(i for r in lv["records"] for i in r["items"])]]
        form = read(path).questionnaire
        assert len(form) == sum(map(counted, items)), path.name
        for item in items:
            name = item["name"] if counted(item) == 1 else f"{item['name']}(1)"
            linked = any("link" in vs and "values" not in vs for vs in item.get("valueSets", []))
            text = form[name].text.source == item["labels"][0]["text"] or counted(item) > 1
            total += 1
            right += text and (linked or {c.code for c in form[name].choices} == codes(item))
    with capsys.disabled():
        print(f"\ncspro: {right}/{total} items right")
    assert right == total > 200


def test_linked_value_sets_share_their_codes(folder):
    form = read(folder / "PopstanLFS.dcf").questionnaire
    assert [c.code for c in form["EMPPAY"].choices] == ["1", "2"]
    assert [c.label.source for c in form["ABSPAY"].choices] == ["Yes", "No", "Don't know"]


def test_fixed_width_cells_are_their_answers(folder):
    lines = (folder / "Lookup.dat").read_text("utf-8").splitlines()
    responses = read(folder / "Lookup.dat").responses
    found = [(r["LF_PROVINCE"].value, r["LF_DISTRICT"].value, r["LF_NAME"].value) for r in responses]
    assert found == [(int(line[:2]), int(line[2:4]), line[4:14].strip()) for line in lines]


def test_cells_of_a_database_are_their_answers(folder, capsys):
    path = folder / "Household.csdb"
    base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    reading = read(path)
    right = total = 0
    for response in reading.responses:
        for answer in response:
            origin = answer.origin
            sql = f'SELECT "{origin.path}" FROM "{origin.sheet}" WHERE "{origin.sheet}-id" = ?'
            cell = base.execute(sql, [origin.row]).fetchone()[0]
            total += 1
            if answer.is_missing:
                right += cell in (None, 99, 999, 9999) or not str(cell).strip()
            else:
                right += str(answer.value) == str(cell).strip()
    cells = sum(
        base.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] * (len(columns) - 2)
        for table in ("level-1", "population_record", "dwelling_unit_record", "metadata_record")
        for columns in [base.execute(f'PRAGMA table_info("{table}")').fetchall()]
    )
    base.close()
    occurrences = 7  # the column `occ` of the persons is no answer
    with capsys.disabled():
        print(f"\ncspro: {right}/{total} cells of the database right")
    assert right == total == cells - occurrences
    kinds = {a.value for r in reading.responses for a in r if a.is_missing}
    assert kinds <= {Missing.NOT_ASKED, Missing.DONT_KNOW, Missing.NO_ANSWER}
