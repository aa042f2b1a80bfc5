"""Comments, drop-down lists, struck text and colours of workbooks: read, or reported."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

ROWS = [
    ["Country", "Law in force?", "Staff", "Plan"],
    ["Jamaica", "yes", 12, "adopted"],
    ["Belize", "no", 4, None],
    ["Peru", "yes", 31, "adopted"],
]


@pytest.fixture
def annotated():
    """A workbook to annotate, and its bytes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Returns"
    for row in ROWS:
        sheet.append(row)

    def written():
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    return book, sheet, written


def codes(reading, code):
    return [issue for issue in reading.issues if issue.code == code]


def answer(reading, country, question):
    (response,) = (r for r in reading.responses if r.country.alpha_2 == country)
    return response[question]


def test_a_comment_on_an_answer_is_a_comment_of_it_without_its_author(annotated, read):
    _, sheet, written = annotated
    sheet["B3"].comment = Comment("Ann Other:\nBill before parliament", "Ann Other")
    sheet["D3"].comment = Comment("will follow", "Ann Other")
    reading = read(written())
    assert answer(reading, "BZ", "Law in force?").comment == "Bill before parliament"
    assert answer(reading, "BZ", "Plan").comment == "will follow"
    assert answer(reading, "BZ", "Plan").is_missing
    assert [a.comment for r in reading.responses for a in r.answers].count(None) == 7
    assert codes(reading, "SHEET11") == []
    assert "Ann" not in str(reading.issues)


def test_a_comment_on_a_question_is_its_hint_and_others_are_reported(annotated, read):
    _, sheet, written = annotated
    sheet["B1"].comment = Comment("Act in force on 1 May", "A")
    sheet["A2"].comment = Comment("visited", "A")
    reading = read(written())
    assert str(reading.questionnaire["Law in force?"].hint) == "Act in force on 1 May"
    (issue,) = codes(reading, "SHEET11")
    assert (issue.origin.row, issue.origin.column) == (2, 1)
    assert "1 comment on cells that are no answers: A2 'visited'" in issue.message


@pytest.mark.parametrize("written_as", ["text", "range", "other sheet", "name"])
def test_options_of_a_drop_down_list_are_choices(annotated, read, written_as):
    book, sheet, written = annotated
    lists = book.create_sheet("My lists") if written_as in ("other sheet", "name") else sheet
    column = "B" if lists is not sheet else "H"
    if written_as != "text":
        for number, option in enumerate(["yes", "partly", "no"], start=1):
            lists[f"{column}{number}"] = option
    book.defined_names["Options"] = DefinedName("Options", attr_text="'My lists'!$B$1:$B$3")
    formula = {
        "text": '"yes,partly, no"',
        "range": "$H$1:$H$3",
        "other sheet": "'My lists'!$B$1:$B$3",
        "name": "Options",
    }[written_as]
    rule = DataValidation(type="list", formula1=formula)
    rule.add("B2:B4")
    rule.add("D2")
    sheet.add_data_validation(rule)
    question = read(written()).questionnaire["Law in force?"]
    assert [choice.code for choice in question.choices] == (["yes", "partly", "no"])


def test_struck_answers_are_reported(annotated, read):
    _, sheet, written = annotated
    sheet["B3"].font = Font(strike=True)
    sheet["A1"].font = Font(strike=True)
    (issue,) = codes(read(written()), "SHEET11")
    assert issue.message == "1 answer struck through, and read as all others: B3 'no'"


def test_colours_are_reported_where_they_tell_answers_apart(annotated, read):
    _, sheet, written = annotated
    red, green = (PatternFill("solid", fgColor=colour) for colour in ("FFC00000", "FF00B050"))
    for cell in sheet[1]:
        cell.fill = green
    for row in (2, 4):  # bands
        for cell in sheet[row]:
            cell.fill = red
    assert codes(read(written()), "SHEET11") == []
    sheet["D3"].fill = green
    (issue,) = codes(read(written()), "SHEET11")
    assert "colours of cells are not read: 7 cells (C00000 6, 00B050 1), 1 of them blank" in issue.message
    assert (issue.origin.row, issue.origin.column) == (3, 4)


def test_a_large_sheet_has_its_comments_and_lists_too(read):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Country", "Law in force?", "Staff"])
    for row in range(6_000):
        sheet.append([("Jamaica", "Belize", "Peru")[row % 3], ("yes", "no")[row % 2], row])
    sheet["B5000"].comment = Comment("not sure", "A")
    rule = DataValidation(type="list", formula1='"yes,no,partly"')
    rule.add("B2:B6001")
    sheet.add_data_validation(rule)
    out = io.BytesIO()
    book.save(out)
    reading = read(out.getvalue())
    assert [(r.origin.row, a.comment) for r in reading.responses for a in r.answers if a.comment] == [
        (5000, "not sure")
    ]
    assert [choice.code for choice in reading.questionnaire["Law in force?"].choices] == ["yes", "no", "partly"]


ODS = """<table:content-validations><table:content-validation table:name="v1"
 table:condition="of:cell-content-is-in-list(&quot;yes&quot;;&quot;no&quot;;&quot;partly&quot;)"/>
<table:content-validation table:name="v2" table:condition="of:cell-content-is-in-list([$Lists.$A$1:.$A$2])"/>
</table:content-validations>
<table:table table:name="Returns">
<table:table-row><table:table-cell office:value-type="string"><text:p>Country</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Law</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Plan</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Jamaica</text:p></table:table-cell>
<table:table-cell office:value-type="string" table:content-validation-name="v1"><office:annotation>
<dc:creator>Ann Other</dc:creator><dc:date>2016-03-01T00:00:00</dc:date><text:p>old act</text:p><text:p>of 2010</text:p>
</office:annotation><text:p>yes</text:p></table:table-cell>
<table:table-cell office:value-type="string"
 table:content-validation-name="v2"><text:p>draft</text:p></table:table-cell>
</table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Belize</text:p></table:table-cell>
<table:table-cell office:value-type="string" table:content-validation-name="v1"
 table:style-name="struck">
<text:p>no</text:p></table:table-cell>
<table:table-cell office:value-type="string"
 table:content-validation-name="v2"><text:p>adopted</text:p></table:table-cell>
</table:table-row></table:table>
<table:table table:name="Lists">
<table:table-row><table:table-cell
 office:value-type="string"><text:p>draft</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell
 office:value-type="string"><text:p>adopted</text:p></table:table-cell></table:table-row>
</table:table>"""


def test_ods_says_the_same(read, ods):
    styles = """<style:style style:name="struck" style:family="table-cell">
<style:text-properties style:text-line-through-style="solid"/></style:style>"""
    reading = read(ods(ODS, styles=styles), name="a.ods")
    assert answer(reading, "JM", "Law").comment == "old act\nof 2010"
    chosen = {q.id: [choice.code for choice in q.choices] for q in reading.questionnaire.questions}
    assert chosen == {"Law": ["yes", "no", "partly"], "Plan": ["draft", "adopted"]}
    (issue,) = codes(reading, "SHEET11")
    assert "B3 'no'" in issue.message


@pytest.mark.parametrize("harm", [lambda part: part[: len(part) // 2], lambda part: b""])
def test_damaged_comments_are_told_and_cost_no_answer(annotated, read, harm):
    _, sheet, written = annotated
    bare = read(written())
    sheet["B3"].comment = Comment("Bill before parliament", "A")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written())) as archive, zipfile.ZipFile(out, "w") as other:
        for name in archive.namelist():
            part = archive.read(name)
            other.writestr(name, harm(part) if "comment1.xml" in name else part)
    reading = read(out.getvalue())
    assert reading.responses == bare.responses
    (issue,) = codes(reading, "SHEET11")
    assert "damaged" in issue.message


def test_a_list_for_each_cell_is_found_without_looking_at_all_others(read):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Country", "Law", "Unit"])
    for row in range(2, 122):
        sheet.append([("Jamaica", "Belize", "Peru")[row % 3], "yes", "no"])
        for column, options in (("B", '"yes,no"'), ("C", '"no,partly"')):
            rule = DataValidation(type="list", formula1=options)
            rule.add(f"{column}{row}")
            sheet.add_data_validation(rule)
    out = io.BytesIO()
    book.save(out)
    form = read(out.getvalue()).questionnaire
    found = {question.id: [choice.code for choice in question.choices] for question in form.questions}
    assert found == {"Law": ["yes", "no"], "Unit": ["no", "partly"]}
