"""Word forms that nobody described: tables, labels, content controls, legacy form fields; all are invented."""

import datetime
import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

import capbuild as cb
from capbuild.errors import LimitError, ReadError
from capbuild.model import Missing, QuestionType
from capbuild.plugins import ReadLimits

T = QuestionType


class Form:
    """A Word form under construction."""

    def __init__(self):
        self.document = docx.Document()

    def paragraph(self, *pieces, style=None):
        made = self.document.add_paragraph(style=style)
        for piece in pieces:
            put(made, piece)
        return self

    def table(self, *rows):
        table = self.document.add_table(len(rows), max(map(len, rows)))
        for line, row in zip(table.rows, rows, strict=True):
            for cell, content in zip(line.cells, row, strict=False):
                for number, pieces in enumerate(content if isinstance(content, list) else [content]):
                    paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
                    for piece in pieces if isinstance(pieces, tuple) else (pieces,):
                        put(paragraph, piece)
            if len(row) == 1 and len(line.cells) > 1:
                line.cells[0].merge(line.cells[-1])
        return self

    def save(self):
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def read(self, **options):
        reading = cb.read(self.save(), name="form.docx", options=options)
        assert reading.reconciliation.adds_up
        return reading


class Elements:
    """Elements of a paragraph."""

    def __init__(self, text):
        names = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
        self.parent = parse_xml(f"<w:p {nsdecls('w')} {names}>{text}</w:p>")


def put(paragraph, piece):
    if isinstance(piece, str):
        paragraph.add_run(piece)
    else:
        for element in list(piece.parent):
            paragraph._p.append(element)


def control(kind, shown, tag="", title="", placeholder=False):
    blank = "<w:showingPlcHdr/>" if placeholder else ""
    about = f'<w:alias w:val="{title}"/>' * bool(title) + f'<w:tag w:val="{tag}"/>' * bool(tag)
    return Elements(
        f"<w:sdt><w:sdtPr>{about}{blank}{kind}</w:sdtPr><w:sdtContent><w:r><w:t>{shown}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def text_control(shown, **about):
    return control("<w:text/>", shown, **about)


def list_control(shown, *options, **about):
    items = "".join(f'<w:listItem w:displayText="{o}" w:value="{o.lower()}"/>' for o in options)
    first = '<w:listItem w:value="Choose an item."/>'
    return control(f"<w:dropDownList>{first}{items}</w:dropDownList>", shown, **about)


def date_control(shown, stored="", **about):
    return control(f'<w:date w:fullDate="{stored}"/>' if stored else "<w:date/>", shown, **about)


def box_control(ticked, **about):
    return control(
        f'<w14:checkbox><w14:checked w14:val="{int(ticked)}"/></w14:checkbox>', "☒" if ticked else "☐", **about
    )


def legacy(data, code, result=None):
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r>'
    return Elements(
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def legacy_text(name, text):
    return legacy(f'<w:name w:val="{name}"/><w:textInput/>', "FORMTEXT", text)


def legacy_box(name, ticked):
    checked = "<w:checked/>" if ticked else ""
    box = f'<w:name w:val="{name}"/><w:checkBox><w:default w:val="0"/>{checked}</w:checkBox>'
    return legacy(box, "FORMCHECKBOX")


def legacy_list(name, chosen, *entries):
    items = "".join(f'<w:listEntry w:val="{one}"/>' for one in entries)
    return legacy(f'<w:name w:val="{name}"/><w:ddList><w:result w:val="{chosen}"/>{items}</w:ddList>', "FORMDROPDOWN")


def answers(reading):
    (response,) = reading.responses
    return {answer.question: answer.value for answer in response.answers}


def codes(reading):
    return [issue.code for issue in reading.issues]


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_of_questions_and_answers():
    reading = Form().paragraph("Survey of services", style="Heading 1").table(
        ("No.", "Question", "Answer", "Remarks"),
        ("1.1", "Is there a law?", "Yes", "Act of 2015"),
        ("1.2", "How many officers?", "14", ""),
        ("1.3", "Budget?", "n/a", ""),
        ("1.4", "Needs?", "", ""),
        ("Part 2",),
        ("2.1", "Since when?", "2015-12-01", ""),
    ).read(country="Jamaica")  # fmt: skip
    assert answers(reading) == {
        "1.1": "Yes", "1.2": 14, "1.3": Missing.NOT_APPLICABLE, "1.4": Missing.NO_ANSWER,
        "2.1": datetime.date(2015, 12, 1),
    }  # fmt: skip
    assert reading.questionnaire["1.1"].text.source == "Is there a law?"
    (response,) = reading.responses
    assert (response["1.1"].comment, str(response["1.2"].origin)) == ("Act of 2015", "form.docx!table 1:C3")
    assert (response.place, reading.questionnaire.inferred, codes(reading)) == ("Jamaica", True, ["DOC4"])


def test_labels_say_country_office_and_date_and_reveal_persons():
    reading = Form().table(
        ("Country / Pays:", "Jamaica"), ("Responding institution", "Cybercrime unit"), ("Date:", "31 March 2016"),
        ("Name of respondent:", "A. Person"), ("E-mail:", "a@example.org"), ("Number of officers", "14"),
    ).read()  # fmt: skip
    (response,) = reading.responses
    assert (response.country.alpha_2, response.date) == ("JM", datetime.date(2016, 3, 31))
    assert response.respondent.pseudonym == "Cybercrime unit"
    assert answers(reading) == {
        "Name of respondent": "A. Person", "E-mail": "a@example.org", "Number of officers": 14,
    }  # fmt: skip
    personal = {q.id: q.personal.value for q in reading.questionnaire.questions if q.personal}
    assert personal == {"Name of respondent": "name", "E-mail": "e-mail"}
    assert codes(reading) == ["CB132", "CB132"]


def test_labels_and_values_by_turns():
    reading = Form().table(
        ("Country:", "Peru", "Date:", "2016-03-31"), ("Officers:", "14", "Laboratories:", "2"),
    ).read()  # fmt: skip
    assert answers(reading) == {"Officers": 14, "Laboratories": 2}
    assert reading.responses[0].place == "Peru"


def test_rows_of_marks_below_choices():
    reading = Form().table(
        ("Statement", "Yes", "Partly", "No"),
        ("There is a law", "x", "", ""),
        ("There is a unit", "", "✓", ""),
        ("There is a laboratory", "", "", ""),
        ("There is a budget", "x", "", "x"),
    ).read(country="Peru")  # fmt: skip
    assert answers(reading) == {
        "There is a law": "Yes", "There is a unit": "Partly", "There is a laboratory": Missing.NO_ANSWER,
        "There is a budget": Missing.INVALID,
    }  # fmt: skip
    asked = reading.questionnaire["There is a law"]
    assert (asked.type, [choice.code for choice in asked.choices]) == (T.SELECT_ONE, ["Yes", "Partly", "No"])
    assert codes(reading) == ["DOC6"]


def test_rows_with_several_answers():
    reading = Form().table(
        ("Topic", "Police", "Prosecution"), ("Officers", "14", "3"), ("Laboratories", "1", ""),
    ).read(country="Peru")  # fmt: skip
    assert answers(reading) == {
        "Officers [Police]": 14, "Officers [Prosecution]": 3, "Laboratories [Police]": 1,
        "Laboratories [Prosecution]": Missing.NO_ANSWER,
    }  # fmt: skip


def test_answers_below_their_questions():
    reading = (
        Form().table(("1. What is needed most?",), ("A laboratory",), ("2. Who decides?",), ("The minister",)).read()
    )
    assert answers(reading) == {"1": "A laboratory", "2": "The minister"}


def test_a_box_below_a_question():
    reading = Form().paragraph("3. What is needed most?").table(("A laboratory\nand people",)).read()
    assert answers(reading) == {"3": "A laboratory\nand people"}


def test_paragraphs_below_questions():
    reading = (
        Form().paragraph("Dear colleagues,").paragraph("Country: Peru")
        .paragraph("1. What is needed most?").paragraph("A laboratory.").paragraph("And people.")
        .paragraph("2. Who decides?")
    ).read()  # fmt: skip
    assert answers(reading) == {"1": "A laboratory.\nAnd people.", "2": Missing.NO_ANSWER}
    assert (reading.responses[0].place, codes(reading)) == ("Peru", ["DOC4"])


# --- fields -----------------------------------------------------------------------------------------------------------


def test_content_controls():
    reading = Form().table(
        ("Country", text_control("Peru", tag="country")),
        ("Is there a law?", list_control("Yes", "Yes", "No", tag="law")),
        ("Is there a unit?", list_control("Choose an item.", "Yes", "No", tag="unit", placeholder=True)),
        ("Since when?", date_control("01.12.15", "2015-12-01T00:00:00Z")),
        ("Until when?", date_control("Click to enter a date.", placeholder=True)),
        ("Needs", text_control("Click or tap here to enter text.", placeholder=True)),
        ("Other needs", text_control("A laboratory")),
        ("Which units exist?", [(box_control(ticked=True), " CERT"), (box_control(ticked=False), " Laboratory")]),
        ("Is it staffed?", (box_control(ticked=False), " Yes   ", box_control(ticked=True), " No")),
        ("Is it funded?", ("Yes ", box_control(ticked=True), " No ", box_control(ticked=False))),
        ("Confirmed", box_control(ticked=True)),
    ).read()  # fmt: skip
    assert answers(reading) == {
        "law": "yes", "unit": Missing.NO_ANSWER, "Since when?": datetime.date(2015, 12, 1),
        "Until when?": Missing.NO_ANSWER, "Needs": Missing.NO_ANSWER, "Other needs": "A laboratory",
        "Which units exist?": ("CERT",), "Is it staffed?": "No", "Is it funded?": "Yes", "Confirmed": True,
    }  # fmt: skip
    form = reading.questionnaire
    assert [choice.code for choice in form["law"].choices] == ["yes", "no"]
    assert [choice.code for choice in form["Which units exist?"].choices] == ["CERT", "Laboratory"]
    assert form["Since when?"].type is T.DATE
    assert reading.responses[0].place == "Peru"


def test_controls_in_paragraphs_have_the_label_before_them():
    reading = (
        Form().paragraph("Country: ", text_control("Peru"), "   Date: ", date_control("2016-03-31"))
        .paragraph("1. Which units exist?")
        .paragraph(box_control(ticked=True), " CERT").paragraph(box_control(ticked=True), " Laboratory")
        .paragraph("2. Needs: ", text_control("People", title="needs"))
        .paragraph(text_control("14", title="Officers", tag="officers"))
    ).read()  # fmt: skip
    assert answers(reading) == {"1": ("CERT", "Laboratory"), "2": "People", "officers": 14}
    assert (reading.responses[0].place, reading.responses[0].date) == ("Peru", datetime.date(2016, 3, 31))


def test_legacy_form_fields():
    reading = Form().table(
        ("Country", legacy_text("Text1", "Peru")),
        ("Officers", legacy_text("officers", "14")),
        ("Needs", legacy_text("Text3", "\u2002\u2002\u2002\u2002\u2002")),
        ("Law", legacy_list("law", 1, "No", "Yes")),
        ("Units", [(legacy_box("Check1", ticked=True), " CERT"), (legacy_box("Check2", ticked=False), " Laboratory")]),
    ).read()  # fmt: skip
    assert answers(reading) == {"officers": 14, "Needs": Missing.NO_ANSWER, "law": "Yes", "Units": ("CERT",)}
    assert reading.responses[0].place == "Peru"


def test_boxes_that_are_typed():
    reading = Form().table(
        ("Which units exist?", "☒ CERT\n☐ Laboratory\n[x] Desk"), ("Is there a law?", "☐ Yes ☑ No ☐ Don't know"),
    ).read(country="Peru")  # fmt: skip
    assert answers(reading) == {"Which units exist?": ("CERT", "Desk"), "Is there a law?": "No"}


def test_symbols_of_wingdings_are_boxes():
    def box(char):
        return Elements(f'<w:r><w:sym w:font="Wingdings" w:char="{char}"/></w:r>')

    reading = Form().table(("Units?", [(box("F0FE"), " CERT"), (box("F0A8"), " Laboratory")])).read(country="Peru")
    assert answers(reading) == {"Units?": ("CERT",)}


def test_text_boxes_are_read_once():
    box = "<w:txbxContent><w:p><w:r><w:t>A laboratory</w:t></w:r></w:p></w:txbxContent>"
    name = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    choice, fallback = f"<w:drawing>{box}</w:drawing>", f"<w:pict>{box}</w:pict>"
    frame = (
        f"<w:r><mc:AlternateContent {name}><mc:Choice>{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    reading = Form().paragraph("1. What is needed?").paragraph(Elements(frame)).read(country="Peru")
    assert answers(reading) == {"1": "A laboratory"}


def test_two_questions_of_one_long_text_are_two():
    text = "Is there " + "a very long question " * 10
    reading = Form().table(*[(text, f"answer {place}") for place in range(3)]).read(country="Peru")
    assert list(answers(reading).values()) == ["answer 0", "answer 1", "answer 2"]


def test_two_fields_of_one_name_are_two_questions():
    reading = (
        Form().table(("First", text_control("a", tag="x")), ("Second", text_control("b", tag="x"))).read(country="Peru")
    )
    assert answers(reading) == {"x": "a", "x (2)": "b"}


# --- what is refused --------------------------------------------------------------------------------------------------


def refused(data, name="form.docx", code="DOC1", **values):
    with pytest.raises(ReadError) as caught:
        cb.read(data, name=name, **values)
    assert caught.value.code == code
    assert caught.value.remedy
    return caught.value.message


def test_a_letter_has_no_questions():
    letter = Form().paragraph("Dear Sir or Madam,").paragraph("We received your letter of 3 March.").save()
    assert "has no questions" in refused(letter, code="DOC2")
    assert "has no questions" in refused(Form().save(), code="DOC2")


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.docx", "Word 97"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", ".doc file"),
        (b"{\\rtf1 Country: Peru}", "a.rtf", ".rtf file"),
        (b"PK\x03\x04 broken", "a.docx", "damaged"),
    ],
)
def test_other_formats_are_refused_with_a_reason(data, name, why):
    assert why in refused(data, name)


def archive(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_entities_and_external_files_are_refused():
    bomb = (
        '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/hostname">]><w:document '
        + W
        + ">&a;&b;</w:document>"
    )
    assert "document type" in refused(archive(word__document_xml=bomb), code="CB128")


def test_archives_keep_limits():
    with pytest.raises(LimitError):
        cb.read(archive(word__document_xml=b" " * 20_000_000), name="bomb.docx")
    deep = (
        f"<w:document {W}><w:body>"
        + "<w:sdt><w:sdtContent>" * 90
        + "</w:sdtContent></w:sdt>" * 90
        + "</w:body></w:document>"
    )
    with pytest.raises(LimitError):
        cb.read(archive(word__document_xml=deep), name="deep.docx")
    rows = Form().table(*[("Question?", "yes")] * 20).save()
    with pytest.raises(LimitError):
        cb.read(rows, name="long.docx", limits=ReadLimits(cells=10))


def test_macros_are_not_opened():
    form = Form().table(("Country", "Peru"), ("Officers", "14")).save()
    out = io.BytesIO(form)
    with zipfile.ZipFile(out, "a") as made:
        made.writestr("word/vbaProject.bin", b"Sub AutoOpen()")
    assert answers(cb.read(out.getvalue(), name="a.docm")) == {"Officers": 14}


def test_a_very_long_answer_is_invalid():
    reading = cb.read(
        Form().table(("Country", "Peru"), ("Needs", "x" * 500)).save(), name="a.docx", limits=ReadLimits(text=100)
    )
    assert answers(reading) == {"Needs": Missing.INVALID}
    assert codes(reading) == ["DOC6"]
