"""Real surveys and exports, where the corpus is present: facts counted by `csv` and `json` alone."""

import csv
import io
import json
import re
from collections import Counter

import pytest

import capbuild as cb
from capbuild.model import Missing
from capbuild.plugins import Host

pytestmark = pytest.mark.corpus

HOST = Host()
SURVEYS = {
    "Multiple_Answer_MC_Questions_(Insights)": "Multiple_Answer_MC_Questions",
    "Single_Answer_MC_Questions_(Insights)": "Single_Answer_MC_Questions",
    "SidebySide_Questions_(Legacy)": "Side-by-Side_Questions",
}


@pytest.fixture(scope="module")
def folder(corpus):
    return corpus / "formats" / "qualtrics"


def counted(path):
    """Header rows and responses, by csv alone."""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    depth = 3 if "ImportId" in rows[2][0] else 2
    return rows[:depth], rows[depth:]


def read(path, **options):
    """Read a file alone: only what is named describes it."""
    reading = cb.read(path.read_bytes(), name=path.name, options=options, host=HOST)
    assert reading.format == "qualtrics"
    assert reading.reconciliation.adds_up
    return reading


def exports(folder):
    return sorted(folder.glob("*.csv"))


def test_every_row_below_the_headers_is_a_response(folder, capsys):
    right = 0
    for path in exports(folder):
        headers, rows = counted(path)
        place = next(i for head in headers for i, name in enumerate(head) if name.lower() == "responseid")
        assert [response.id for response in read(path).responses] == [row[place] for row in rows], path.name
        right += 1
    with capsys.disabled():
        print(f"\nqualtrics: {right} exports read rightly")
    assert right == 15


def test_every_cell_is_the_answer_it_was(folder):
    """Each cell of a question, by its own column: its text, its number, or its tick."""
    for path in exports(folder):
        _, rows = counted(path)
        reading = read(path)
        below = dict(zip((r.id for r in reading.responses), rows, strict=True))
        used = {c.column - 1: c for c in reading.reconciliation.sheets[0].columns}
        joined = {i for i, column in used.items() if column.reason.startswith("part of")}
        for response in reading.responses:
            cells = below[response.id]
            for answer in response:
                cell = cells[answer.origin.column - 1]
                if isinstance(answer.value, tuple):
                    assert cell == "1", (path.name, answer)
                elif answer.is_missing:
                    assert cell == "", (path.name, answer)
                else:
                    assert cell in (str(answer.value), answer.raw) or float(cell) == answer.value, (path.name, answer)
            ticks = sum(len(a.value) for a in response if isinstance(a.value, tuple))
            assert ticks == sum(cells[i] == "1" for i in joined), path.name


def test_a_definition_explains_every_column_of_its_questions(folder):
    for path in exports(folder):
        survey = folder / f"{SURVEYS.get(path.stem, path.stem)}.qsf"
        if not survey.exists():
            continue
        form = read(survey).questionnaire
        reading = read(path, definition=survey)
        assert len(reading.responses) == len(counted(path)[1])
        more = [q for q in reading.questionnaire.questions if q.id not in form]
        about = re.compile(
            r"ResponseSet|IPAddress|StartDate|EndDate|RecordedDate|Recipient\w+|External\w+|Location\w+|Name|EmailAddress"
        )
        left = [q.id for q in more if not about.fullmatch(q.id)]
        assert left == UNEXPLAINED.get(path.stem, []), path.name
        odd = [issue for issue in reading.issues if issue.code not in ("CB104", "CB132", "QUAL3")]
        assert odd == []
        assert {a.value for r in reading.responses for a in r if isinstance(a.value, Missing)} <= {Missing.NO_ANSWER}


#: Columns of a question that was added after the definition was saved.
UNEXPLAINED = {
    "Better_Sample_Survey": ["Q13", "Q13_1_-1", "Q13_2_-1", "Q13_3_-1"],  # added after the definition was saved
    "Test_Survey_for_Coded_Comments": ["Q1_TEXT"],  # one column for the texts of two choices
}


def test_surveys_have_the_questions_outside_the_trash(folder):
    for path in sorted(folder.glob("*.qsf")):
        elements = json.loads(path.read_text("utf-8"))["SurveyElements"]
        blocks = [b for e in elements if e["Element"] == "BL" for b in _values(e["Payload"])]
        live = {
            e["QuestionID"] for b in blocks if b["Type"] != "Trash" for e in b["BlockElements"] if "QuestionID" in e
        }
        asked = [e["Payload"] for e in elements if e["Element"] == "SQ" and e["Payload"]["QuestionID"] in live]
        form = read(path).questionnaire
        assert {p["DataExportTag"] for p in asked} <= set(form.by_id), path.name
        tops = [q for q in form.questions if q.parent is None]
        assert len(tops) == len(asked), path.name
        rows = Counter(q.parent for q in form.questions if not q.id.endswith("_TEXT"))
        for payload in asked:
            if payload["QuestionType"] == "Matrix":
                assert rows[payload["DataExportTag"]] == len(payload["Choices"]), path.name


def _values(payload):
    return list(payload.values()) if isinstance(payload, dict) else payload
