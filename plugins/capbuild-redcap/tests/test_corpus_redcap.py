"""Real projects, where the corpus is present: facts counted by `csv` and `xml.etree` alone."""

import csv
import io
import re
from collections import Counter
from xml.etree import ElementTree

import pytest

import capbuild as cb
from capbuild.model import QuestionType
from capbuild.plugins import Host

pytestmark = pytest.mark.corpus

HOST = Host()
CHOSEN = {"radio", "dropdown", "checkbox"}
REDCAP = "{https://projectredcap.org}"


@pytest.fixture(scope="module")
def folder(corpus):
    return corpus / "formats" / "redcap"


def read(path, **options):
    reading = cb.read(path, options=options, host=HOST)
    assert reading.format == "redcap"
    assert reading.reconciliation.adds_up
    return reading


def table(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


def dictionaries(folder):
    return sorted([*folder.glob("*__dictiona*.csv"), *folder.glob("*__metadata.csv")])


def records(folder):
    return sorted(path for path in folder.glob("*__data*.csv") if path.stat().st_size > 1)


def pick(row, *names):
    return next(row[name] for name in names if name in row)


def test_dictionaries_have_their_fields_and_choices(folder, capsys):
    right = 0
    for path in dictionaries(folder):
        rows, form = table(path), read(path).questionnaire
        names = [pick(row, "Variable / Field Name", "field_name") for row in rows]
        assert [question.id for question in form.questions] == names, path.name
        for row, question in zip(rows, form.questions, strict=True):
            kind = pick(row, "Field Type", "field_type")
            listed = pick(row, "Choices, Calculations, OR Slider Labels", "select_choices_or_calculations")
            codes = [part.split(",")[0].strip() for part in listed.split("|")] if kind in CHOSEN else []
            assert [choice.code for choice in question.choices] == codes, (path.name, question.id)
            assert question.required == (pick(row, "Required Field?", "required_field") == "y")
            rule = pick(row, "Branching Logic (Show field only if...)", "branching_logic").replace("NA", "")
            assert (question.skip.expression if question.skip else "") == rule
        forms = {pick(row, "Form Name", "form_name") for row in rows}
        assert forms == {group.id for group in form.groups if group.parent is None}
        right += 1
    with capsys.disabled():
        print(f"\nredcap: {right}/{len(dictionaries(folder))} dictionaries read rightly")
    assert right == 19


def test_every_cell_of_the_records_is_the_answer_it_was(folder, capsys):
    """Each cell with content, by its own column: its text, its number, its date, or its tick."""
    right = cells = 0
    for path in records(folder):
        rows, reading = table(path), read(path)
        headers = list(rows[0])
        left = {"redcap_repeat_instrument", "redcap_repeat_instance", next(head for head in headers if head), ""}
        blanks = {"", "NA"} if "" in headers else {""}
        ticks = {head: head.split("___") for head in headers if "___" in head}
        filled = sum(
            cell not in blanks for row in rows for head, cell in row.items() if head not in left | ticks.keys()
        )
        ticked = sum(row[head] == "1" for row in rows for head in ticks)
        answers = [answer for response in reading.responses for answer in response if not answer.is_missing]
        tuples = [answer for answer in answers if isinstance(answer.value, tuple)]
        assert len(answers) - len(tuples) == filled, path.name
        assert sum(len(answer.value) for answer in tuples) == ticked, path.name
        lines = physical(path)
        for answer in answers:
            row, head = lines[answer.origin.row], headers[answer.origin.column - 1]
            if isinstance(answer.value, tuple):
                assert {f"{answer.question}___{code.lower()}" for code in answer.value} == {
                    head for head, (name, _) in ticks.items() if name == answer.question and row[head] == "1"
                }
            else:
                assert (answer.question, row[head]) in ((head, str(answer.raw)), (head, str(answer.value)))
        ids = {
            tuple(row.get(name, "") for name in (next(h for h in headers if h), "redcap_event_name")) for row in rows
        }
        assert len(reading.responses) == len(ids), path.name
        cells += filled + ticked
        right += 1
    with capsys.disabled():
        print(f"\nredcap: {right}/{len(records(folder))} exports read rightly, {cells:,} cells")
    assert right == 19


def physical(path):
    """Rows by the line they begin on."""
    reader = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    found, start = {}, 2
    for row in reader:
        found[start], start = row, reader.line_num + 1
    return found


def test_repeats_are_numbered_as_the_export_says(folder):
    for name in ("repeating-instruments", "repeating-instruments-sparse", "vignette-repeating"):
        path = folder / f"{name}__data.csv"
        wanted = Counter(
            (row["record_id"], head, int(row["redcap_repeat_instance"]), cell)
            for row in table(path)
            if row["redcap_repeat_instrument"]
            for head, cell in row.items()
            if cell and not head.startswith(("redcap", "record_id"))
        )
        found = Counter(
            (response.id, answer.question, answer.repeat, answer.raw or str(answer.value))
            for response in read(path).responses
            for answer in response
            if answer.repeat and not answer.is_missing
        )
        assert found == wanted, name


def test_projects_have_their_fields_and_items(folder, capsys):
    right = 0
    for path in sorted(folder.glob("*.xml")):
        root = ElementTree.parse(path).getroot()
        local = re.compile(r"\{.*\}")
        nodes = [(local.sub("", node.tag), node) for node in root.iter()]
        defined = {
            node.get(f"{REDCAP}Variable")
            for tag, node in nodes
            if tag == "ItemDef" and node.get(f"{REDCAP}FieldType") and not node.get("OID").endswith("_complete")
        }
        reading = read(path)
        form = reading.questionnaire
        assert {question.id for question in form.questions if not question.inferred} == defined
        subjects = [node for tag, node in nodes if tag == "SubjectData"]
        assert len({response.respondent.pseudonym for response in reading.responses}) == len(subjects)
        items = Counter(
            (item.get("ItemOID"), item.get("Value") or item.get(f"{REDCAP}DocName"))
            for tag, item in nodes
            if tag.startswith("ItemData") and "___" not in item.get("ItemOID") and item.get("Value") != ""
        )
        record = next(question.id for question in form.questions)
        found = Counter(
            (answer.question, answer.raw or str(answer.value))
            for response in reading.responses
            for answer in response
            if not answer.is_missing and not isinstance(answer.value, tuple) and answer.question != "redcap_event_name"
        )  # fmt: skip
        assert found == Counter({key: count for key, count in items.items() if key[0] != record}), path.name
        ticks = sum(tag == "ItemData" and "___" in n.get("ItemOID") and n.get("Value") == "1" for tag, n in nodes)
        tuples = [a.value for r in reading.responses for a in r if isinstance(a.value, tuple)]
        assert sum(map(len, tuples)) == ticks
        right += 1
    with capsys.disabled():
        print(f"\nredcap: {right}/3 projects read rightly")
    assert right == 3


def test_types_of_the_validation_project(folder):
    form = read(folder / "validation-types-1__dictionary.csv").questionnaire
    kinds = {
        "v_date_dmy": "date", "v_integer": "integer", "v_number_comma_decimal": "decimal", "f_slider": "integer",
        "f_calculated": "calculated", "f_yes_no": "boolean", "f_checkbox": "select multiple", "f_file_upload": "file",
        "v_datetime_ymd": "datetime", "f_descriptive": "note", "f_dropdown": "select one", "v_email": "text",
    }  # fmt: skip
    assert {name: form[name].type for name in kinds} == {name: QuestionType(kind) for name, kind in kinds.items()}
