"""The real files beside the project: who claims each, and every fact that `expected.json` states of it."""

import datetime
import json
from collections import Counter

import pytest
from attrs import define, field
from capbuild_sheets.headrows import Heads
from capbuild_sheets.outline import plan_workbook
from capbuild_sheets.workbook import CellError, open_workbook

import capbuild as cb
from capbuild import countries
from capbuild.errors import ReadError
from capbuild.io.sniffing import claims
from capbuild.model import ColumnUse, QuestionType
from capbuild.plugins import Confidence, InputFile

pytestmark = pytest.mark.corpus

#: Facts that are wrong or depend on what one counts: (file, sheet, fact): what is right, and why.
ARGUED = {
    ("1900-02-29.xlsx", "Sheet1", "dates"): (
        0,
        "the cell says 29 February 1900, a day that never was: it stays a text",
    ),
    ("calamine__errors.xlsx", "Feuil1", "errors"): (7, "counted on formulas; their saved results are seven errors"),
    ("purpose.xlsx", "NZ.Stat export", "errors"): (3, "counted on formulas; their saved results are three #NAME?"),
}
#: Sheets that the counter did not find.
UNSEEN = {"calamine__strict_iso_paths.xlsx": {"ml_out"}}
ADDED = "recorded by the form"
READERS = {
    "google-forms/ask_a_manager_2021_responses.xlsx": "google-forms",
    "synthetic/google_forms_responses.csv": "google-forms",
    "synthetic/msforms_responses.xlsx": "microsoft-forms",
    "synthetic/hostile/xlsx_wrong_dimension.xlsx": "microsoft-forms",
    "synthetic/surveymonkey_expanded_2row.csv": "surveymonkey",
}


@define
class Score:
    """Facts compared for one file."""

    file: str
    right: int = 0
    wrong: list = field(factory=list)

    def check(self, fact, found, expected):
        if found == expected:
            self.right += 1
        else:
            self.wrong.append(f"{fact}: {found!r}, not {expected!r}")


@pytest.fixture(scope="module")
def expected(corpus):
    return json.loads((corpus / "expected.json").read_text(encoding="utf-8"))["files"]


def ours(path):
    """Tell whether a file is read by this plugin."""
    folder, _, name = path.rpartition("/")
    if folder == "messy-spreadsheets" or path in READERS or path == "synthetic/one_sheet_a_country.xlsx":
        return True
    return (folder == "surveymonkey" and name.endswith(".csv")) or "hostile/xlsx" in path


def reader_of(path):
    return "surveymonkey" if path.startswith("surveymonkey/") else READERS.get(path, "sheets")


def source_of(corpus, path):
    return InputFile(path.rpartition("/")[2], path=corpus / path)


def sheet_facts(sheet):
    cells = [cell for _, _, cell in sheet.cells()]
    filled = list(sheet.cells())
    return {
        "nonempty": len(cells),
        "first_cell": f"R{filled[0][0]}C{min(c for _, c, _ in filled)}" if filled else None,
        "last_row": len(sheet.rows),
        "last_col": sheet.width,
        "merged": len(sheet.merged),
        "dates": sum(isinstance(cell, datetime.date) for cell in cells),
        "formulas": sheet.formulas,
        "errors": sum(isinstance(cell, CellError) for cell in cells),
        "state": "hidden" if sheet.hidden else "visible",
        "rows": len(sheet.rows),
        "cols": sheet.width,
    }


def check_workbook(score, source, facts):
    book = open_workbook(source)
    if "epoch" in facts:
        score.check("epoch", "1904-01-01" if book.date_1904 else "1899-12-30", facts["epoch"])
    if "datemode" in facts:
        score.check("datemode", int(book.date_1904), facts["datemode"])
    names = {sheet.name for sheet in book.sheets} - UNSEEN.get(source.name, set())
    score.check("sheets", names, set(facts["sheets"]))
    for sheet in book.sheets:
        found = sheet_facts(sheet)
        for fact, value in facts["sheets"].get(sheet.name, {}).items():
            if fact == "dim":  # the tag that may lie; where the cells end is a fact of its own
                continue
            stated = "hidden" if value == "veryHidden" else value
            right = ARGUED.get((source.name, sheet.name, fact), (stated, ""))[0]
            score.check(f"{sheet.name} {fact}", found[fact], right)


def form_facts(reading):
    """What a reading of an export says of itself, in the words of `expected.json`."""
    asked = [q for q in reading.questionnaire.questions if q.group != ADDED]
    rows = Counter(q.parent for q in asked if q.parent)
    matrices = [q for q in asked if q.type is QuestionType.NOTE]
    several = [q for q in asked if q.type is QuestionType.SELECT_MULTIPLE]
    account = reading.reconciliation.sheets[0]
    first = min(response.origin.row for response in reading.responses)
    return {
        "responses": len(reading.responses),
        "columns": len(account.columns),
        "question_heads": len(account.columns),
        "header_rows": first - 1,
        "rows_incl_header": account.rows_in + first - 1,
        "questions": sum(q.parent is None for q in asked),
        "meta_columns": sum(q.group == ADDED for q in reading.questionnaire.questions),
        "select_multiple": len(several),
        "options_of_select_multiple": sum(len(q.choices) for q in several),
        "other_column": any(q.parent in {s.id for s in several} for q in asked),
        "matrix_questions": len(matrices),
        "matrix_rows": sum(rows[q.id] for q in matrices),
        "duplicate_headers": sum(issue.code == "CB113" for issue in reading.issues),
        "countries": [response.place for response in reading.responses],
        "bom": "utf-8" if reading.file.startswith("surveymonkey_expanded") else None,
    }


def check_form(score, reading, facts):
    found = form_facts(reading)
    for fact, value in facts.items():
        if fact in found and value is not None:
            score.check(fact, found[fact], value)


def check_country_sheets(score, source, reading, facts):
    alpha = [countries.resolve(name).country.alpha_2 for name in facts["countries"]]
    score.check("countries", [response.country.alpha_2 for response in reading.responses], alpha)
    score.check("country_sheets", len(reading.responses), facts["country_sheets"])
    skipped = {s.sheet for s in reading.reconciliation.sheets if s.skipped}
    score.check("other_sheets", skipped, {name.split()[0] for name in facts["other_sheets"]})
    groups = [group.id for group in reading.questionnaire.groups if group.id in facts["areas"]]
    score.check("areas", groups, facts["areas"])
    asked = [q for q in reading.questionnaire.questions if q.group in facts["areas"]]
    score.check("questions_per_sheet", len(asked), facts["questions_per_sheet"])
    plan = plan_workbook(open_workbook(source))[0]
    score.check("header_rows", plan.heads, Heads(*facts["header_rows"]))
    first = min(a.origin.row for a in reading.responses[0] if a.origin.row > plan.heads.bottom)
    score.check("first_data_row", first, facts["first_data_row"])
    curacao = next(response for response in reading.responses if response.place == "Curaçao")
    score.check("visit_date_as_text_on", curacao["Visit"].value, "10-12 May 2016")
    values = {answer.raw if answer.raw is not None else answer.value for r in reading.responses for answer in r}
    score.check("score_values_to_handle", {"n/a", "2-3", "4 ", 0} <= values, True)
    score.check("foot_note_row", any("question not asked" in q.id for q in asked), False)


def compare(corpus, host, path, facts):
    score, source = Score(path), source_of(corpus, path)
    if "tool_error" in facts:
        with pytest.raises(ReadError):
            open_workbook(source)
        score.check("clean refusal", True, True)
        return score
    if "sheets" in facts:
        check_workbook(score, source, facts)
    reading = cb.read(source, host=host)
    score.check("reader", reading.format, reader_of(path))
    score.check("adds up", reading.reconciliation.adds_up, True)
    if path.endswith("one_sheet_a_country.xlsx"):
        check_country_sheets(score, source, reading, facts)
    elif reading.format != "sheets":
        check_form(score, reading, facts)
    return score


def test_every_fact_of_every_file(corpus, host, expected, capsys):
    paths = [path for path in expected if ours(path) and "hostile" not in path]
    scores = [compare(corpus, host, path, expected[path]["facts"]) for path in paths]
    right, wrong = sum(s.right for s in scores), [f"{s.file} {fact}" for s in scores for fact in s.wrong]
    with capsys.disabled():
        print(f"\ncapbuild-sheets: {len(scores)} files, {right} facts right, {len(wrong)} wrong")
        print("".join(f"  {line}\n" for line in wrong), end="")
    assert len(scores) >= 50
    assert right >= 700
    assert wrong == []


def test_files_are_claimed_by_their_own_reader_alone(corpus, host, expected):
    for path in expected:
        source = source_of(corpus, path)
        try:
            found = claims(source, host)
        except ReadError:
            assert "hostile" in path or "pass_protected" in path
            continue
        above = {s.reader.name for s in found if s.claim.confidence > Confidence.NAME} - {"csv", "json"}
        want = {reader_of(path)} if ours(path) and reader_of(path) != "sheets" else set()
        assert above == want, path


HOSTILE = {
    "xlsx_entity_expansion.xlsx": "CB112",
    "xlsx_external_entity.xlsx": "CB112",
    "xlsx_zip_bomb_200MB.xlsx": "CB112",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_workbooks_are_refused(corpus, host, name):
    with pytest.raises(ReadError) as caught:
        cb.read(corpus / "synthetic" / "hostile" / name, host=host)
    assert caught.value.code == HOSTILE[name]


def test_a_far_cell_costs_its_row_and_no_more(corpus, host):
    reading = cb.read(corpus / "synthetic/hostile/xlsx_far_cell.xlsx", host=host)
    assert [[(a.question, a.value) for a in response] for response in reading.responses] == [[("q1", "x")]]
    assert [str(i.origin) for i in reading.issues if i.code == "SHEET6"] == [f"{reading.file}!Sheet:1048576"]
    assert reading.reconciliation.adds_up


def test_a_false_dimension_is_ignored(corpus, host):
    reading = cb.read(corpus / "synthetic/hostile/xlsx_wrong_dimension.xlsx", host=host)
    assert len(reading.responses) == 3


def test_other_hostile_files_are_not_ours(corpus, host):
    for name in ("deep.json", "entity_expansion.xml", "external_entity.xml", "lsa_path_traversal.lsa"):
        source = InputFile(name, path=corpus / "synthetic/hostile" / name)
        try:
            found = claims(source, host)
        except ReadError:
            continue
        assert "sheets" not in {s.reader.name for s in found}


def test_a_list_of_options_takes_joined_answers_apart(corpus, host):
    units = ["Cybercrime unit, national", "Forensic lab, national"]
    reading = cb.read(
        corpus / "synthetic/google_forms_responses.csv",
        host=host,
        options={"choices": {"Which units exist? (tick all)": units}},
    )
    answers = [response["Which units exist? (tick all)"].value for response in reading.responses]
    assert answers == [(*units, "Other: CERT, sectoral"), ("Forensic lab, national",)]


def test_personal_columns_are_flagged(corpus, host):
    reading = cb.read(corpus / "synthetic/msforms_responses.xlsx", host=host)
    columns = reading.reconciliation.sheets[0].columns
    assert [c.name for c in columns if c.use is ColumnUse.PERSONAL] == ["Email", "Name"]
