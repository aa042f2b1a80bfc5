"""Words for missing values that the user declares mean the same to every reader. All answers are invented."""

import io

import docx
import pytest

import capbuild as cb
from capbuild.model import Missing
from capbuild.plugins import default_host, make_options

ROWS = [("Peru", "Yes", "sine responso"), ("Chile", "No", "two laws"), ("Cuba", "Yes", "one law")]
CSV = "\n".join(",".join(row) for row in [("Country", "law", "remark"), *ROWS]).encode()
WORDS = {"Sine  Responso": "refused", "No": "confidential"}
#: Definitions have no answers; in documents and workbooks of this library every value is typed; two are examples.
WITHOUT = {"ddi", "odk-xform", "xlsform", "capbuild-json", "parquet", "xlsx-form", "gdb", "lines"}


def word_form(country: str, law: str, remark: str) -> bytes:
    document = docx.Document()
    document.add_heading("A form")
    table = document.add_table(rows=0, cols=2)
    for question, answer in (("Country", country), ("Is there a law?", law), ("Remarks on the law", remark)):
        row = table.add_row()
        row.cells[0].text, row.cells[1].text = question, answer
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def files(kind: str) -> list[tuple[str, bytes]]:
    if kind == "word-form":
        return [(f"{row[0]}.docx", word_form(*row)) for row in ROWS]
    suffix = {"spss": ".sav", "stata": ".dta", "limesurvey-archive": ".lsa"}[kind]
    return [(f"a{suffix}", cb.render(cb.read(CSV, name="a.csv"), kind))]


@pytest.mark.parametrize("kind", ["spss", "stata", "limesurvey-archive", "word-form"])
def test_declared_words_are_missing(kind):
    found = files(kind)
    plain = [cb.read(data, name=name) for name, data in found]
    declared = [cb.read(data, name=name, options={"missing": WORDS}) for name, data in found]
    kinds = {"sine responso": Missing.REFUSED, "No": Missing.CONFIDENTIAL}
    before = [answer for survey in plain for response in survey.responses for answer in response]
    after = [answer for survey in declared for response in survey.responses for answer in response]
    changed = [(one, two) for one, two in zip(before, after, strict=True) if one.value != two.value]
    assert sorted(two.value.name for _, two in changed) == ["CONFIDENTIAL", "REFUSED"]
    assert all(two.raw in kinds or two.raw == str(one.value) for one, two in changed)
    assert all(survey.reconciliation.adds_up for survey in declared)
    absent = [sheet.absent for survey in declared for sheet in survey.reconciliation.sheets]
    assert sum(one.get("refused", 0) for one in absent) == sum(one.get("confidential", 0) for one in absent) == 1


@pytest.mark.parametrize("kind", ["spss", "stata"])
def test_a_scan_marks_what_a_reading_marks(kind):
    ((name, data),) = files(kind)
    table = cb.scan(data, name=name, options={"missing": WORDS})
    survey = cb.read(data, name=name, options={"missing": WORDS})
    assert [[a.value for a in row] for row in table] == [[a.value for a in row] for row in survey.responses]


def test_readers_of_responses_have_the_option():
    readers = default_host().readers
    lacking = {name for name, one in readers.items() if not hasattr(make_options(one.options, {}, name), "missing")}
    assert lacking == WITHOUT
