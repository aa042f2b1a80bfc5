"""Surveys and checklists filled in as people do: other languages' words, gaps, rows added, tabs renamed."""

import datetime
import io

import capbuild_sheets
import capbuild_workbooks
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

import capbuild as cb
from capbuild.errors import ReadError
from capbuild.formats.values.answer_values import is_met
from capbuild.frameworks import load_bundled, survey_questionnaire, visit_questionnaire
from capbuild.model import (
    Choice,
    Citation,
    Missing,
    Question,
    QuestionGroup,
    Questionnaire,
    QuestionType,
    SkipRule,
    Source,
    Verdict,
)
from capbuild.plugins import Host
from capbuild.scoring.findings import AnswerReader, findings_from_response
from capbuild.testing.strategies import questionnaires
from capbuild.workspace.records.findings import FindingsTable

HOST = Host(plugins={"capbuild-sheets": capbuild_sheets, "capbuild-workbooks": capbuild_workbooks}, discover=False)
T = QuestionType


@pytest.fixture(scope="module")
def framework():
    return load_bundled("police_cyber")


def _write(subject, **options):
    return cb.render(subject, "xlsx-form", options=options, host=HOST)


class Filled:
    """A workbook in a person's hands."""

    def __init__(self, data, tab):
        self.book = openpyxl.load_workbook(io.BytesIO(data))
        self.sheet = self.book[tab]
        marks = next(row for row in self.sheet.iter_rows() if str(row[0].value).startswith("cb:"))
        self.columns = {cell.value.removeprefix("cb:").split(" ")[0]: cell.column for cell in marks if cell.value}
        self.marks = marks[0].row

    def row(self, code):
        return next(row[0].row for row in self.sheet.iter_rows(min_row=self.marks + 2) if row[0].value == code)

    def write(self, code, **cells):
        number = self.row(code)
        for name, value in cells.items():
            self.sheet.cell(number, self.columns[name], value)

    def above(self, label, value):
        cell = next(row[0] for row in self.sheet.iter_rows(max_row=self.marks) if row[0].value == label)
        self.sheet.cell(cell.row, 2, value)

    def read(self, name="back.xlsx"):
        out = io.BytesIO()
        self.book.save(out)
        reading = cb.read(out.getvalue(), name=name, host=HOST)
        assert reading.reconciliation.adds_up
        return reading


# --- a checklist ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checklist(framework):
    return _write(framework, visit=True)


def test_a_tab_for_each_language_and_the_notes_that_go_with_it(framework, checklist):
    book = openpyxl.load_workbook(io.BytesIO(checklist))
    assert book.sheetnames[:6] == ["Read first", "English", "Español", "Français", "Nederlands", "Português"]
    assert [book[name].sheet_state for name in book.sheetnames[6:]] == ["hidden", "veryHidden"]
    texts = [cell for row in book["Read first"].iter_rows(values_only=True) for cell in row if cell]
    assert framework.notes["rule.S1.text"].get("fr") in texts
    assert sum("Draft translation" in t or "Traducción provisional" in t for t in texts) == 1
    for name in ("English", "Nederlands"):
        above = [row[0] for row in book[name].iter_rows(max_row=6, values_only=True)]
        assert any(
            "Never record material of single cases" in str(t) or "Noteer nooit zaakgegevens" in str(t) for t in above
        )
    assert "Voorlopige vertaling" in " ".join(str(row[0].value) for row in book["Nederlands"].iter_rows(max_row=6))


def test_answers_and_absences_are_chosen_from_lists(framework, checklist):
    filled = Filled(checklist, "Español")
    number = filled.row("MAN-1.2a")
    cells = {name: filled.sheet.cell(number, column).coordinate for name, column in filled.columns.items()}
    rules = {}
    for rule in filled.sheet.data_validations.dataValidation:
        for name, cell in cells.items():
            if cell in rule.sqref:
                rules[name] = rule
    assert {"answer", "basis", "confidence", "as_of", "route", "evidence_kind"} <= set(rules)
    area = rules["answer"].formula1.partition("!")[2].replace("$", "")
    words = [row[0].value for row in filled.book["capbuild-lists"][area]]
    choices = visit_questionnaire(framework).questions[0].choices
    assert words == [framework.label("answer", choice.code, "es") for choice in choices]
    assert rules["answer"].errorStyle == "warning"


def test_a_day_may_be_as_early_as_a_workbook_can_hold():
    form = Questionnaire(id="f", title="F", questions=[Question(id="law", type=T.DATE, text="Since when?")])
    (rule,) = openpyxl.load_workbook(io.BytesIO(_write(form))).worksheets[1].data_validations.dataValidation
    assert (rule.type, rule.operator, rule.formula1) == ("date", "greaterThanOrEqual", "1")


@pytest.mark.parametrize(
    ("written", "day", "said"),
    [
        ("14.04.2026 10:30", datetime.date(2026, 4, 14), []),
        (datetime.datetime(2026, 4, 14, 10, 30), datetime.date(2026, 4, 14), []),
        ("03/04/2026", None, ["'03/04/2026' is not a date, or is ambiguous: the form has no day"]),
    ],
)
def test_the_day_of_a_form_may_have_a_time_and_is_not_guessed(checklist, written, day, said):
    filled = Filled(checklist, "Français")
    filled.above("Pays ou territoire", "Haïti")
    filled.above("Date", written)
    filled.write("MAN-1.2a", answer="oui")
    reading = filled.read()
    assert [one.date for one in reading.responses] == [day]
    assert [issue.message for issue in reading.issues if issue.code == "CB201"] == said


def test_what_comes_back_is_ready_for_findings(framework, checklist):
    filled = Filled(checklist, "Français")
    filled.above("Pays ou territoire", "Haïti")
    filled.above("Visite", "haiti-2016")
    filled.above("Date", datetime.date(2016, 3, 1))
    filled.write("MAN-1.2a", answer="oui", basis="vu", confidence=3, as_of=datetime.date(2016, 2, 29), note="très net",
                 evidence_title="Loi", evidence_link="https://example.org/loi", evidence_kind="loi")  # fmt: skip
    filled.write("MAN-1.2b", answer="no")  # the word of another tab's language
    filled.write("MAN-1.3a", answer="ne sait pas")
    filled.write("TEC-1.2a", answer="Par un autre organisme")
    reading = filled.read()
    assert (reading.format, reading.questionnaire) == ("xlsx-form", visit_questionnaire(framework))
    (response,) = reading.responses
    assert (response.country.alpha_2, response.language, response.date) == ("HT", "fr", datetime.date(2016, 3, 1))
    assert response.respondent.pseudonym == "haiti-2016"
    answer = response["MAN-1.2a"]
    assert (answer.value, answer.raw, answer.comment) == ("yes", "oui", "très net")
    assert answer.citations == (Citation("Loi", "https://example.org/loi"),)
    assert answer.origin.sheet == "Français"
    beside = {name: response[f"MAN-1.2a [{name}]"].value for name in ("basis", "confidence", "as_of", "evidence_kind")}
    assert beside == {"basis": "seen", "confidence": 3, "as_of": datetime.date(2016, 2, 29), "evidence_kind": "law"}
    source = Source(id="v", kind="visit", title="V", country=response.country)
    told = findings_from_response(response, response.country, source, AnswerReader.make(framework))
    found = {f.target: f.value for f in told.findings}
    assert len(found) == 240
    assert not told.issues
    assert {k: found[k] for k in ("MAN-1.2a", "MAN-1.2b", "MAN-1.3a", "TEC-1.2a", "COO-5.5b")} == {
        "MAN-1.2a": Verdict.YES, "MAN-1.2b": Verdict.NO, "MAN-1.3a": Missing.DONT_KNOW,
        "TEC-1.2a": Verdict.ELSEWHERE, "COO-5.5b": Missing.NO_ANSWER,
    }  # fmt: skip
    assert told.evidence[0].title.source == "Loi"


def test_a_checklist_becomes_the_findings_table_of_a_programme(framework, checklist, tmp_path):
    filled = Filled(checklist, "Español")
    filled.above("País o territorio", "Colombia")
    filled.write("MAN-1.2a", answer="sí", basis="visto", confidence=3, as_of=datetime.date(2016, 2, 29), note="clara",
                 evidence_title="Ley 1273", evidence_kind="ley")  # fmt: skip
    filled.write("MAN-1.3a", answer="no observado", reason="sin acceso")
    out = io.BytesIO()
    filled.book.save(out)
    (tmp_path / "visit.xlsx").write_bytes(out.getvalue())
    done = cb.io.convert(tmp_path / "visit.xlsx", tmp_path / "colombia.csv", to="findings-csv")
    issues = []
    table = FindingsTable(framework, issues)
    place = cb.country("Colombia")
    source = Source(id="visit", kind="visit", title="Visit", country=place, language="es")
    first, second = table.read(done.files[0], "colombia.csv", source, lambda text, _: cb.country(text))
    assert not issues
    assert (first.target, first.value, first.basis.value, first.confidence, first.as_of) == (
        "MAN-1.2a", Verdict.YES, "seen", 3, datetime.date(2016, 2, 29)
    )  # fmt: skip
    assert (first.note.source, first.note.language, first.country) == ("clara", "es", place)
    assert (second.value, second.reason) == (Missing.NOT_OBSERVED, "sin acceso")
    (evidence,) = table.evidence[place]
    assert (evidence.title.source, evidence.kind.value) == ("Ley 1273", "law")


def test_a_person_may_rename_move_and_add(framework, checklist):
    filled = Filled(checklist, "English")
    filled.write("MAN-1.2a", answer="partly")
    filled.sheet.insert_rows(filled.marks, 2)
    filled = _again(filled)
    filled.sheet.title = "Visit of March"
    bottom = filled.sheet.max_row + 2
    filled.sheet.cell(bottom, filled.columns["text"], "Has the unit a canteen?")
    filled.sheet.cell(bottom, filled.columns["answer"], "yes")
    filled.sheet.cell(bottom + 1, filled.columns["code"], "MAN-1.2a")
    filled.sheet.cell(bottom + 1, filled.columns["answer"], "no")
    extra = max(filled.columns.values()) + 1
    filled.sheet.cell(filled.marks + 1, extra, "Who")
    filled.sheet.cell(filled.row("MAN-1.2a"), extra, "the chief")
    reading = filled.read()
    (response,) = reading.responses
    assert response.id == "Visit of March"
    assert [a.value for a in response.answers if a.question == "MAN-1.2a"] == ["partly", "no"]
    assert response["Has the unit a canteen?"].value == "yes"
    assert response["MAN-1.2a [Who]"].value == "the chief"
    assert sorted(issue.code for issue in reading.issues) == ["SHEET8", "SHEET8"]


def _again(filled):
    """Reload after rows were moved."""
    out = io.BytesIO()
    filled.book.save(out)
    return Filled(out.getvalue(), "English")


def test_a_word_that_is_none_of_the_answers_is_kept_and_told(checklist):
    filled = Filled(checklist, "English")
    filled.write("MAN-1.2a", answer="quite a bit")
    reading = filled.read()
    assert reading.responses[0]["MAN-1.2a"].value == "quite a bit"
    (issue,) = reading.issues
    assert (issue.code, issue.origin.sheet) == ("SHEET9", "English")


def test_two_tabs_are_two_responses_and_none_is_none(checklist):
    filled = Filled(checklist, "English")
    filled.write("MAN-1.2a", answer="yes")
    filled.sheet = filled.book["Español"]
    filled.write("MAN-1.2a", answer="en parte")
    assert [r["MAN-1.2a"].value for r in filled.read().responses] == ["yes", "partly"]
    empty = cb.read(checklist, name="c.xlsx", host=HOST)
    assert not empty.responses
    assert [issue.code for issue in empty.issues] == ["SHEET7"]


def test_a_survey_knows_what_was_not_asked(framework):
    filled = Filled(_write(framework), "English")
    for code in ("COO-1.3a", "COO-1.3b", "COO-1.3c"):
        filled.write(code, answer="no")
    response = filled.read().responses[0]
    assert response["COO-1.4a"].value is Missing.NOT_ASKED
    assert response["COO-1.2a"].value is Missing.NO_ANSWER


def test_languages_and_country_can_be_chosen(framework):
    data = _write(framework, languages=["nl"], country="Suriname", visit=True)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Lees eerst", "Nederlands", "capbuild-lists", "capbuild-form"]
    filled = Filled(data, "Nederlands")
    filled.write("MAN-1.2a", answer="ja")
    assert filled.read().responses[0].country.alpha_2 == "SR"


def test_the_same_bytes_twice(framework, checklist):
    assert _write(framework, visit=True) == checklist


def test_a_damaged_form_is_one_clear_error(checklist):
    filled = Filled(checklist, "English")
    filled.book["capbuild-form"]["A3"] = "|{}|"
    for row in filled.book["capbuild-form"].iter_rows():
        for cell in row:
            cell.value = "|{}|" if cell.value else None
    with pytest.raises(ReadError) as refused:
        filled.read()
    assert refused.value.code == "CB012"


def test_without_its_form_it_is_still_a_workbook_with_criteria(checklist):
    filled = Filled(checklist, "English")
    filled.above("Country or territory", "Jamaica")
    filled.write("MAN-1.2a", answer="yes")
    for name in ("capbuild-form", "capbuild-lists"):
        del filled.book[name]
    reading = filled.read()
    assert reading.format == "sheets"


# --- any questionnaire ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def every_type():
    choices = (
        Choice(code="a", label={"en": "Same", "es": "Á"}),
        Choice(code="b", label={"en": "Same", "es": "B"}),
        Choice(code="other", label={"en": "Other", "es": "Otro"}, other=True),
        Choice(code="dk", label={"en": "Don't know", "es": "No sabe"}, missing=Missing.DONT_KNOW),
    )
    selects = (T.SELECT_ONE, T.SELECT_MULTIPLE, T.RANKING)
    questions = [
        Question(id=kind.name, type=kind, text={"en": kind.value, "es": kind.value.upper()},
                 choices=choices if kind in selects else ())
        for kind in T
    ]  # fmt: skip
    questions.append(Question(id="who", text="Who?", group="people"))
    age = Question(id="age", type=T.INTEGER, text="Age?", group="people", minimum=0, maximum=120, unit="years")
    questions.append(age)
    questions.append(Question(id="why", text="Why?", skip=SkipRule(expression="(SELECT_ONE in a)")))
    groups = [QuestionGroup(id="people", title="People", repeat=True)]
    return Questionnaire(id="all types", title="All", languages=("en", "es"), groups=groups, questions=questions)


def test_every_type_of_answer_comes_back(every_type):
    filled = Filled(_write(every_type), "English")
    given = {
        "TEXT": "=1+1", "INTEGER": 7, "DECIMAL": "2,5", "BOOLEAN": "sí", "DATE": datetime.date(2016, 2, 29),
        "TIME": datetime.time(9, 30), "DATETIME": datetime.datetime(2016, 2, 29, 9, 30), "SELECT_ONE": "Same (b)",
        "GEOPOINT": "13.1 -59.6", "FILE": "photo.jpg",
    }  # fmt: skip
    for code, value in given.items():
        cell = filled.sheet.cell(filled.row(code), filled.columns["answer"], value)
        if code == "TEXT":
            cell.data_type = "s"
    filled.write("SELECT_MULTIPLE [a]", answer="yes")
    filled.write("SELECT_MULTIPLE [b]", answer="no")
    filled.write("SELECT_MULTIPLE [other]", answer="x")
    filled.write("RANKING [other]", answer=1)
    filled.write("RANKING [a]", answer=2)
    response = filled.read().responses[0]
    assert {code: response[code].value for code in given} == {
        "TEXT": "=1+1", "INTEGER": 7, "DECIMAL": 2.5, "BOOLEAN": True, "DATE": datetime.date(2016, 2, 29),
        "TIME": datetime.time(9, 30), "DATETIME": datetime.datetime(2016, 2, 29, 9, 30), "SELECT_ONE": "b",
        "GEOPOINT": "13.1 -59.6", "FILE": "photo.jpg",
    }  # fmt: skip
    assert response["SELECT_MULTIPLE"].value == ("a", "other")
    assert response["RANKING"].value == ("other", "a")
    assert response["why"].value is Missing.NOT_ASKED


@pytest.mark.parametrize("tag", ["':0", "\ufffe", " ", "a\uffffb", "'"])
def test_a_language_with_an_odd_tag_has_a_tab(tag):
    question = Question(id="q1", type=QuestionType.BOOLEAN, text="Law?")
    form = Questionnaire(id="f", title="Form", languages=[tag], questions=[question])
    reading = cb.read(_write(form), name="f.xlsx", host=HOST)
    assert reading.questionnaire == form


def test_a_tab_that_was_renamed_to_blanks_at_its_ends_is_read(every_type):
    filled = Filled(_write(every_type), "Español")
    filled.write("who", answer="Ana")
    filled.sheet.title = " Ana "
    assert [response.id for response in filled.read().responses] == ["Ana"]


def test_a_block_is_copied_to_answer_it_again(every_type):
    filled = Filled(_write(every_type), "Español")
    filled.write("who", answer="Ana")
    filled.write("age", answer=30)
    bottom = filled.sheet.max_row + 1
    for number, (code, value) in enumerate((("who", "Ben"), ("age", "n/a"))):
        filled.sheet.cell(bottom + number, filled.columns["code"], code)
        filled.sheet.cell(bottom + number, filled.columns["answer"], value)
    reading = filled.read()
    assert [(a.question, a.repeat, a.value) for a in reading.responses[0].answers if a.question in ("who", "age")] == [
        ("who", 1, "Ana"), ("who", 2, "Ben"), ("age", 1, 30), ("age", 2, Missing.NOT_APPLICABLE)
    ]  # fmt: skip
    assert not reading.issues


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(questionnaires())
def test_any_questionnaire_is_carried_whole(form):
    reading = cb.read(_write(form), name="f.xlsx", host=HOST)
    assert reading.questionnaire == form
    assert reading.reconciliation.adds_up


@pytest.mark.parametrize(
    ("expression", "values", "expected"),
    [
        ("(a in yes)", {"a": "yes"}, True),
        ("a in yes, no", {"a": "no"}, True),
        ("(a not in yes)", {"a": "yes"}, False),
        ("(a in x) and (b in y)", {"a": "x", "b": "z"}, False),
        ("(a in x) or (b in y)", {"a": "x", "b": "z"}, True),
        ("(a in x)", {"a": ("w", "x")}, True),
        ("(a in x)", {"a": Missing.NO_ANSWER}, False),
        ("a = 'x'", {"a": "x"}, None),
    ],
)
def test_conditions(expression, values, expected):
    assert is_met(expression, values) is expected


def test_a_framework_without_criteria_asks_for_figures():
    from capbuild.model import Capacity, Framework, Level, Scale

    scale = Scale(id="s", levels=[Level(order=n, code=f"L{n}", label=str(n)) for n in (1, 2, 3)])
    bare = Framework(id="f", edition="1", title="F", scales=[scale],
                     roots=[Capacity(id="P", title="P", children=[Capacity(id="C1", title="C")])])  # fmt: skip
    form = survey_questionnaire(bare)
    assert [(q.id, q.type, q.minimum, q.maximum, q.group) for q in form.questions] == [("C1", T.INTEGER, 1, 3, "P")]
    filled = Filled(_write(bare), "English")
    filled.write("C1", answer=2)
    assert filled.read().responses[0]["C1"].value == 2
