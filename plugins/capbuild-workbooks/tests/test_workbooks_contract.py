"""The writers of workbooks keep the writing contract, and the reader of questionnaires the reading contract."""

import io

import capbuild_workbooks
import openpyxl

import capbuild
from capbuild.model import Choice, PersonalData, Question, Questionnaire, QuestionType
from capbuild.plugins import Host, ReadLimits
from capbuild.testing import ReaderConformance, Sample, WriterConformance, invented_programme

LIMITS = (ReadLimits(cells=1), ReadLimits(unpacked_size=100), ReadLimits(members=1))


class Workbook(WriterConformance):
    plugin = capbuild_workbooks
    variants = 8

    def visible(self, name, content):
        return "\n".join(cell.removeprefix(" ") for cell in self.cells(name, content))

    def cells(self, name, content):
        """Text is text whatever it begins with: its cell has a type of its own. The writer's own formulas are none."""
        book = openpyxl.load_workbook(io.BytesIO(content))
        for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
            if cell.value is not None and cell.data_type != "f":
                yield f" {cell.value}"
            elif cell.value is not None and "1+1" in str(cell.value):
                yield str(cell.value)


class TestReport(Workbook):
    writer = "xlsx"
    waived = {"whole report": "a workbook has the tables of a report, and none of its sentences"}


class TestForm(Workbook):
    writer = "xlsx-form"


class TestResponses(Workbook):
    writer = "responses-xlsx"


class TestReview(Workbook):
    writer = "review-xlsx"


class TestNomination(Workbook):
    writer = "nomination-xlsx"


class TestDecisions(Workbook):
    writer = "decisions-xlsx"
    waived = {
        "missing is not zero": "it lists what is to be decided",
        "shows each status": "it lists what is to be decided",
        "unlike is unlike": "it lists what is to be decided",
        "reported is not verified": "it lists what is to be decided",
    }

    def dossier(self, text=""):
        """A country that proposes another result, in words of its own."""
        return invented_programme(text).dossier


class TestActions(Workbook):
    writer = "actions-xlsx"
    waived = {
        "missing is not zero": "it lists what is to be done",
        "shows each status": "it lists what is to be done",
        "reported is not verified": "it lists what is to be done",
    }


class TestPlan(Workbook):
    writer = "plan-xlsx"


class TestFramework(Workbook):
    writer = "framework-xlsx"


class TestExplained(Workbook):
    writer = "explain-xlsx"


class TestExplainedCountry(Workbook):
    writer = "explain-country-xlsx"


del Workbook  # it is no test itself


def _instrument():
    """A small survey written as a workbook, and its first choices ticked as a person would."""
    questions = [
        Question(
            id="Q1", type=QuestionType.SELECT_ONE, text="Is there a law?", choices=[Choice(code="y", label="Yes")]
        ),
        Question(id="Q2", type=QuestionType.INTEGER, text="How many staff?"),
        Question(id="Q3", text="Your e-mail address", personal=PersonalData.EMAIL),
    ]
    form = Questionnaire(id="small", title="Small survey", languages=["en"], questions=questions)
    host = Host(plugins={"capbuild-workbooks": capbuild_workbooks}, discover=False)
    book = openpyxl.load_workbook(io.BytesIO(capbuild.render(form, "xlsx-form", host=host)))
    for sheet in book.worksheets:
        marks = next((row for row in sheet.iter_rows() if str(row[0].value).startswith("cb:")), None)
        if marks is None:
            continue
        answer = next(c.column for c in marks if str(c.value).removeprefix("cb:").split(" ")[0] == "answer")
        for row in sheet.iter_rows(min_row=marks[0].row + 2):
            value = {"Q1": "Yes", "Q2": 4, "Q3": "a@example.org"}.get(row[0].value)
            if value is not None:
                sheet.cell(row[0].row, answer, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class TestInstrument(ReaderConformance):
    plugin = capbuild_workbooks
    reader = "xlsx-form"
    damages = 30
    samples = (Sample(name="survey.xlsx", data=_instrument(), responses=1, personal=("Q3",), limits=LIMITS),)
