"""A printed questionnaire, read back after people and other programs edited it."""

import copy
import datetime
import io
import shutil
import subprocess
import zipfile

import docx
import pytest
from capbuild_documents.slots import ABOUT
from capbuild_documents.words import LANGUAGES, all_words, word
from docx.oxml.ns import qn
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

import capbuild as cb
from capbuild.model import Missing, Question, Questionnaire, QuestionType
from capbuild.plugins import ReadLimits
from capbuild.testing.strategies import questionnaires

M = Missing


def codes(reading):
    return [issue.code for issue in reading.issues]


def paragraph(text, style=None):
    made = etree.Element(qn("w:p"))
    if style:
        etree.SubElement(etree.SubElement(made, qn("w:pPr")), qn("w:pStyle")).set(qn("w:val"), style)
    etree.SubElement(etree.SubElement(made, qn("w:r")), qn("w:t")).text = text
    return made


def row(*texts):
    made = etree.Element(qn("w:tr"))
    for text in texts:
        etree.SubElement(made, qn("w:tc")).append(paragraph(text))
    return made


def cells(tr):
    return tr.findall(qn("w:tc"))


def merge(left, right):
    """Merge a cell into its neighbour, as Word does: its paragraphs follow those of the other."""
    for one in right.findall(qn("w:p")):
        left.append(one)
    right.getparent().remove(right)


# --- as it was sent ---------------------------------------------------------------------------------------------------


def test_what_is_filled_in_comes_back_with_its_ids(filled, expected, values, form):
    reading = filled.read()
    (response,) = reading.responses
    assert (reading.format, reading.questionnaire) == ("word-form", form)
    assert values(reading) == expected
    assert codes(reading) == []
    assert (response.country.alpha_2, response.date) == ("JM", datetime.date(2016, 3, 31))
    assert (response.respondent.pseudonym, response.language) == ("Cybercrime unit", "en")
    assert (response.questionnaire, response.version) == ("needs", "2016")
    assert response["law"].comment == "Act of 2015"
    assert str(response["law"].origin) == "back.docx!table 2:C3"


@pytest.mark.parametrize(("language", "yes", "no"), [("en", "Yes", "No"), ("es", "Sí", "No"), ("es", "YES", "non")])
def test_answers_are_understood_in_any_language(returned, printed, language, yes, no):
    back = returned(printed(language))
    back.fill("law", yes)
    back.fill("net", no)
    (response,) = back.read().responses
    assert (response["law"].value, response["net"].value, response.language) == ("yes", False, language)


def test_an_empty_form_is_no_response(returned, form):
    reading = returned().read()
    assert (reading.questionnaire, reading.responses, codes(reading)) == (form, (), ["DOC8"])


def test_what_was_not_asked_and_what_was_not_answered(returned):
    back = returned()
    back.fill("law", "No")
    (response,) = back.read().responses
    assert (response["1.2"].value, response["staff"].value) == (M.NOT_ASKED, M.NO_ANSWER)
    back.fill("law", "Don't know")
    assert back.read().responses[0]["law"].value is M.DONT_KNOW


# --- people edit around it --------------------------------------------------------------------------------------------


def retype_headings(back):
    for one in back.document.paragraphs:
        if one.style.name.startswith("Heading"):
            one.runs[0].text = f"Part on {one.text.upper()}"


def insert_rows_and_paragraphs(back):
    back.row("law").addprevious(row("", "Please note", "", "we answered in a hurry"))
    back.body.insert(3, paragraph("Sent by the ministry"))
    cells(back.row("staff"))[2].append(paragraph("of whom 3 are women"))


def change_order(back):
    table = back.row("law").getparent()
    for one in reversed(table.findall(qn("w:tr"))[1:]):
        table.append(one)


def move_columns(back):
    for tag in ("law", "units|cert", "staff", "net"):
        tr = back.row(tag)
        tr.insert(0, cells(tr)[3])


def merge_code_and_question(back):
    for tag in ("law", "1.2", "units|cert", "staff", "needs", "rank|p"):
        first, second = cells(back.row(tag))[:2]
        merge(first, second)


def merge_question_and_answer(back):
    for tag in ("law", "1.2", "units|cert", "staff", "net", "needs", "rank|p"):
        _, second, third = cells(back.row(tag))[:3]
        merge(second, third)


def merge_whole_rows(back):
    for tag in ("law", "units|cert", "net", "needs"):
        first, *others = cells(back.row(tag))
        for one in others:
            merge(first, one)


def merge_two_rows(back):
    upper, lower = back.row("staff"), back.row("net")
    for one, other in zip(cells(upper), cells(lower), strict=True):
        for each in other.findall(qn("w:p")):
            one.append(each)
    lower.getparent().remove(lower)


def retype_questions(back):
    for tag, text in (("law", "Is there a law in force?"), ("staff", "How many officers work there?")):
        next(cells(back.row(tag))[1].iter(qn("w:t"))).text = text


def delete_codes(back):
    for tr in list(back.body.iter(qn("w:tr")))[3:]:  # country, office and date have labels
        for one in cells(tr)[0].iter(qn("w:t")):
            one.text = ""


def delete_bookmarks(back):
    back.strip("w:bookmarkStart", "w:bookmarkEnd")


def type_in_place_of_controls(back):
    back.strip("w:sdt")


def type_without_controls_and_bookmarks(back):
    back.strip("w:sdt", "w:bookmarkStart", "w:bookmarkEnd")


def type_without_controls_and_codes(back):
    delete_codes(back)
    back.strip("w:sdt")


def without_any_mark(back):
    delete_codes(back)
    back.strip("w:sdt", "w:bookmarkStart", "w:bookmarkEnd")


def rename_tags(back):
    for one in list(back.body.iter(qn("w:tag"))):
        one.getparent().remove(one)


def as_libreoffice_saves(back):
    """Fonts in each run, an empty run before each text, other ids, no stored date, no lists of placeholders."""
    for number, one in enumerate(back.body.iter(qn("w:id"))):
        one.set(qn("w:val"), str(1000 - number))
    for number, one in enumerate(back.body.iter(qn("w:bookmarkStart"))):
        one.set(qn("w:id"), str(number))
    for run in list(back.body.iter(qn("w:r"))):
        run.addprevious(etree.Element(qn("w:r")))
        properties = run.find(qn("w:rPr"))
        if properties is None:
            properties = etree.Element(qn("w:rPr"))
            run.insert(0, properties)
        etree.SubElement(properties, qn("w:kern")).set(qn("w:val"), "0")
    for one in back.body.iter(qn("w:date")):
        one.attrib.clear()


def track_changes(back):
    for text in list(back.control("needs").iter(qn("w:r"))):
        inserted = etree.Element(qn("w:ins"))
        text.addprevious(inserted)
        inserted.append(text)
        gone = etree.Element(qn("w:del"))
        etree.SubElement(etree.SubElement(gone, qn("w:r")), qn("w:delText")).text = "nothing"
        inserted.addprevious(gone)


EDITS = [
    retype_headings, insert_rows_and_paragraphs, change_order, move_columns, merge_code_and_question,
    merge_question_and_answer, merge_whole_rows, merge_two_rows, retype_questions, delete_codes, delete_bookmarks,
    type_in_place_of_controls, type_without_controls_and_bookmarks, type_without_controls_and_codes, without_any_mark,
    rename_tags, as_libreoffice_saves, track_changes,
]  # fmt: skip


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_answers_survive_edits(edit, filled, expected, values):
    edit(filled)
    reading = filled.read()
    found = values(reading)
    assert {name: found.get(name) for name in expected} == expected
    assert reading.responses[0].country.alpha_2 == "JM"
    assert reading.responses[0]["law"].comment == "Act of 2015"
    assert not {"DOC5", "DOC6", "DOC7"} & set(codes(reading))


@pytest.mark.parametrize("first", EDITS[:9], ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("second", [as_libreoffice_saves, type_in_place_of_controls], ids=lambda edit: edit.__name__)
def test_answers_survive_two_edits(first, second, filled, expected, values):
    first(filled)
    second(filled)
    found = values(filled.read())
    assert {name: found.get(name) for name in expected} == expected


def test_answers_survive_a_merge_without_any_control_or_bookmark(filled, expected, values):
    merge_question_and_answer(filled)
    type_without_controls_and_bookmarks(filled)
    reading = filled.read()
    assert {name: values(reading).get(name) for name in expected} == expected
    assert reading.responses[0]["law"].comment == "Act of 2015"


def test_what_is_added_is_kept_and_reported(filled, values):
    insert_rows_and_paragraphs(filled)
    reading = filled.read()
    assert values(reading)["added text"] == "Sent by the ministry\nPlease note | we answered in a hurry"
    assert codes(reading) == ["DOC4", "DOC4"]
    assert reading.questionnaire["added text"].inferred
    assert reading.responses[0]["staff"].comment == "of whom 3 are women"


def test_a_changed_heading_is_reported_and_no_answer(filled, values):
    retype_headings(filled)
    reading = filled.read()
    assert "added text" not in values(reading)
    assert {(i.code, i.severity.value) for i in reading.issues} == {("DOC4", "note")}


def test_a_changed_question_is_reported(filled):
    retype_questions(filled)
    reading = filled.read()
    assert [i.message for i in reading.issues if i.code == "DOC3"] == [
        "law now asks 'Is there a law in force?'; it is read by its code",
        "staff now asks 'How many officers work there?'; it is read by its code",
    ]


def test_a_question_in_quite_other_words_is_no_answer(filled):
    next(cells(filled.row("needs"))[1].iter(qn("w:t"))).text = "Please describe"
    answer = filled.read().responses[0]["needs"]
    assert (answer.value, answer.comment) == ("A laboratory\nand people", "Please describe")


def test_deleted_rows_are_reported(filled, values):
    for tag in ("law", "staff"):
        tr = filled.row(tag)
        tr.getparent().remove(tr)
    reading = filled.read()
    assert not {"law", "staff"} & set(values(reading))
    (issue,) = [i for i in reading.issues if i.code == "DOC7"]
    assert "law, staff" in issue.message


def test_a_copied_table_is_another_time(filled, values):
    table = next(filled.row("topic").iterancestors(qn("w:tbl")))
    table.addnext(copy.deepcopy(table))
    filled.fill("topic", "Evidence", time=2)
    filled.fill("people", "35", time=2)
    found = values(filled.read())
    assert [found["topic", 1], found["people", 1], found["topic", 2], found["people", 2]] == [
        "Open sources", 20, "Evidence", 35,
    ]  # fmt: skip


def test_a_copied_row_of_one_question_is_a_second_answer(filled):
    filled.row("staff").addnext(copy.deepcopy(filled.row("staff")))
    filled.fill("staff", "15", time=2)
    reading = filled.read()
    assert [a.value for a in reading.responses[0].answers if a.question == "staff"] == [14, 15]
    assert codes(reading) == ["DOC5"]


@pytest.mark.parametrize(
    ("tag", "text", "value", "comment"),
    [
        ("law", "Yes, since 2014", "yes", None),
        ("law", "Nobody knows", "Nobody knows", None),
        ("staff", "about forty", M.INVALID, None),
        ("staff", "1,5", M.INVALID, None),
        ("1.2", "03/04/2016", M.INVALID, None),
        ("1.2", "4 March 2016", datetime.date(2016, 3, 4), None),
        ("net", "perhaps", "perhaps", None),
    ],
)
def test_what_is_written_in_other_words(tag, text, value, comment, filled):
    filled.fill(tag, text)
    reading = filled.read()
    answer = reading.responses[0][tag]
    assert (answer.value, answer.raw or answer.value) == (value, text)
    plain = value not in (M.INVALID, text)
    assert codes(reading) == ([] if plain else ["DOC6"])


def test_a_very_long_answer_is_invalid(filled):
    filled.fill("needs", "x" * 500)
    reading = cb.read(filled.save(), name="back.docx", limits=ReadLimits(text=100))
    assert (reading.responses[0]["needs"].value, codes(reading)) == (M.INVALID, ["DOC6"])


def test_codes_that_are_repeated_many_times_are_a_remark(filled):
    next(cells(filled.row("law"))[1].iter(qn("w:t"))).text = "law " * 5000
    assert filled.read().responses[0]["law"].value == "yes"


def test_a_date_that_may_mean_two_days_is_the_one_that_word_stores(filled):
    filled.fill("1.2", "03/04/2016")
    next(filled.control("1.2").iter(qn("w:date"))).set(qn("w:fullDate"), "2016-04-03T00:00:00Z")
    assert filled.read().responses[0]["1.2"].value == datetime.date(2016, 4, 3)


def test_text_beside_a_control_is_a_remark(filled):
    cells(filled.row("law"))[2].append(paragraph("adopted in 2015"))
    answer = filled.read().responses[0]["law"]
    assert (answer.value, answer.comment) == ("yes", "adopted in 2015\nAct of 2015")


def test_choices_are_typed_instead_of_ticked(returned):
    back = returned()
    for code in ("cert", "lab", "other"):
        back.remove_control(f"units|{code}")
    back.fill("units", "CERT; Laboratorio forense; a desk")
    answer = back.read().responses[0]["units"]
    assert (answer.value, answer.comment) == (("cert", "lab"), "a desk")


def test_comments_of_word_are_remarks(filled):
    filled.document.add_comment(
        filled.document.tables[1].rows[5].cells[1].paragraphs[0].runs, "counted in March", "A. Person"
    )
    answer = filled.read().responses[0]["staff"]
    assert (answer.value, answer.comment) == (14, "counted in March")


def test_the_form_as_sent_stands_for_one_that_was_lost(filled, printed, values, expected):
    filled.drop_form()
    alone = filled.read()
    assert "DOC10" in codes(alone)
    assert alone.responses[0]["law"].value == "yes"  # known by the tag, its label by the list
    assert values(filled.read(definition=printed())) == expected
    assert values(filled.read(definition=cb.documents.dumps(alone.questionnaire).encode()))["law"] == "yes"


def test_ids_that_no_tag_can_hold(returned, printed):
    names = ["x" * 80, "Ω|!#", "a b", "1", "yes"]
    form = Questionnaire(id="odd", title="Odd", questions=[
        Question(id=name, type=QuestionType.TEXT, text=f"Question {place}?") for place, name in enumerate(names)
    ])  # fmt: skip
    back = returned(printed("en", form))
    tags = [one.get(qn("w:val")) for one in back.body.iter(qn("w:tag"))]
    assert max(map(len, tags)) <= 64
    for tag, name in zip([tag for tag in tags if "@" not in tag and not tag.endswith("!")], names, strict=True):
        back.fill(tag.removeprefix("cb:"), f"answer to {name}"[:60])
    (response,) = back.read().responses
    assert [answer.value for answer in response.answers] == [f"answer to {name}"[:60] for name in names]


# --- what is printed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es", "fr", "nl", "pt"])
def test_the_document_is_in_one_language(language, form):
    from capbuild_documents.words import word

    from capbuild.text import Text, Translation

    title = Text("Needs", "en", {tag: Translation(f"Needs {tag}") for tag in ("es", "fr", "nl", "pt")})
    subject = Questionnaire(id="n", title=title, languages=("en", "es", "fr", "nl", "pt"), questions=form.questions,
                            groups=form.groups)  # fmt: skip
    data = cb.render(subject, "docx-form", options={"language": language})
    made = docx.Document(io.BytesIO(data))
    texts = [one.text for one in made.paragraphs]
    assert {word("label", language), word("how.edit", language), title.get(language)} <= set(texts)
    assert [one.text for one in made.tables[1].rows[0].cells] == [
        word(key, language) for key in ("code", "question", "answer", "remark")
    ]
    assert made.core_properties.language == language


def test_a_language_that_the_form_does_not_have_is_refused(printed):
    with pytest.raises(cb.errors.WriteError, match="it has: en, es"):
        printed("sw")


def test_equal_forms_have_equal_bytes(printed):
    assert printed("es") == printed("es")


def test_words_of_all_languages_have_the_same_keys():
    from capbuild_documents.words import LANGUAGES, _load

    assert {frozenset(_load(tag)) for tag in LANGUAGES} == {frozenset(_load("en"))}
    assert all(text.strip() for tag in LANGUAGES for text in _load(tag).values())


def test_controls_are_of_the_kind_of_their_question(returned):
    back = returned()
    kinds = {
        tag: {etree.QName(one).localname for one in back.control(tag).find(qn("w:sdtPr"))}
        for tag in ("law", "1.2", "units|cert", "staff", "net")
    }
    assert "dropDownList" in kinds["law"]
    assert "date" in kinds["1.2"]
    assert "checkbox" in kinds["units|cert"]
    assert "text" in kinds["staff"]
    assert [one.get(qn("w:displayText")) for one in back.control("law").iter(qn("w:listItem"))] == [
        "Yes", "No", "Don't know",
    ]  # fmt: skip


def test_controls_have_titles_for_screen_readers(returned):
    titles = [one.get(qn("w:val")) for one in returned().body.iter(qn("w:alias"))]
    assert titles[:3] == ["Country or territory", "Responding office", "Date"]
    assert {"law Is there a law?", "law Remarks", "units CERT", "rank Money"} <= set(titles)
    assert len(titles) == len(set(titles))


def test_country_and_office_are_filled_in(returned, printed):
    back = returned(printed("en", country="Jamaica", respondent="desk 7"))
    assert not back.read().responses, "nothing is answered yet"
    back.fill("law", "Yes")
    (response,) = back.read().responses
    assert (response.place, response.respondent.pseudonym) == ("Jamaica", "desk 7")


def test_the_carried_form_is_a_part_that_word_keeps(filled):
    names = zipfile.ZipFile(io.BytesIO(filled.save())).namelist()
    assert sum(name.startswith("customXml/item") and "Props" not in name for name in names) == 2


# --- any form ---------------------------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(questionnaires())
def test_any_questionnaire_is_carried_whole(subject):
    reading = cb.read(cb.render(subject, "docx-form"), name="back.docx")
    assert reading.questionnaire == subject
    assert all(answer.is_missing for response in reading.responses for answer in response.answers)


@pytest.mark.parametrize("visit", [False, True])
def test_every_criterion_of_a_framework_comes_back(visit, returned, printed):
    from capbuild.frameworks import load_bundled, survey_questionnaire, visit_questionnaire

    subject = (visit_questionnaire if visit else survey_questionnaire)(load_bundled("police_cyber"))
    back = returned(printed("fr", subject))
    back.fill("@country", "Haïti")
    for place, question in enumerate(subject.questions):
        back.fill(question.id, question.choices[place % 4].label.get("fr"))
    back.strip("w:bookmarkStart", "w:bookmarkEnd") if visit else back.strip("w:sdt")
    (response,) = back.read().responses
    found = {answer.question: answer.value for answer in response.answers}
    expected = {question.id: question.choices[place % 4].code for place, question in enumerate(subject.questions)}
    assert {name: found[name] for name in expected if found[name] is not M.NOT_ASKED} == {
        name: code for name, code in expected.items() if found[name] is not M.NOT_ASKED
    }
    assert response.country.alpha_2 == "HT"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_of_a_visit_is_called_a_checklist(language):
    from capbuild.frameworks import load_bundled, survey_questionnaire, visit_questionnaire

    forms = [make(load_bundled("police_cyber")) for make in (survey_questionnaire, visit_questionnaire)]
    called = [
        docx.Document(io.BytesIO(cb.render(form, "docx-form", options={"language": language}))).paragraphs[0].text
        for form in forms
    ]
    assert called == [word("label", language), word("label.visit", language)]
    assert called[0] != called[1]


# --- another program --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("through", ["docx", "odt", "rtf"])
def test_answers_survive_libreoffice(through, filled, expected, values, printed, tmp_path):
    path = tmp_path / "back.docx"
    path.write_bytes(filled.save())
    for kind, folder in ((through, "first"), ("docx", "second")):
        command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", kind]
        subprocess.run([*command, "--outdir", tmp_path / folder, path], check=True, capture_output=True, timeout=120)
        path = tmp_path / folder / f"back.{kind}"
    told = [issue.code for issue in cb.read(path).issues]
    assert ("DOC10" in told) is (through != "docx")
    reading = cb.read(path, options={"definition": printed()})
    assert values(reading) == expected
    assert reading.responses[0]["law"].comment == "Act of 2015"
    assert reading.responses[0].country.alpha_2 == "JM"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("named", [True, False])
def test_questions_called_like_what_a_form_prints_are_blank_until_they_are_filled_in(language, named, tmp_path):
    texts = [*dict.fromkeys(all_words())] + [one.text.get(language) for one in ABOUT] + ["country", "Date", "F"]
    asked = [
        Question(id=text if named else f"q{number}", text={language: "What?" if named else text})
        for number, text in enumerate(dict.fromkeys(texts))
    ]
    form = Questionnaire(id="f", title={language: "F"}, questions=asked, languages=[language])
    cb.write(form, tmp_path / "f.docx", format="docx-form", language=language)
    reading = cb.read(tmp_path / "f.docx")
    assert (len(reading), codes(reading)) == (0, ["DOC8"])
