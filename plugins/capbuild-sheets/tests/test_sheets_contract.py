"""The writers of workbooks keep the writing contract."""

import io

import capbuild_sheets
import openpyxl

from capbuild.testing import WriterConformance, invented_programme


class Workbook(WriterConformance):
    plugin = capbuild_sheets
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
