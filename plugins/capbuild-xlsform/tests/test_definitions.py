"""Definitions in every dialect: what each says was written by hand below."""

import pytest
from capbuild_xlsform import load_form

from capbuild.model import Missing, QuestionType

T = QuestionType


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("text", T.TEXT), ("string", T.TEXT), ("add text prompt", T.TEXT), ("int", T.INTEGER), ("q decimal", T.DECIMAL),
        ("dateTime", T.DATETIME), ("select_one yn", T.SELECT_ONE), ("select one yn", T.SELECT_ONE),
        ("select1 yn", T.SELECT_ONE), ("add select one prompt using yn", T.SELECT_ONE),
        ("select one from yn", T.SELECT_ONE), ("select_multiple yn", T.SELECT_MULTIPLE),
        ("select all that apply from yn", T.SELECT_MULTIPLE),
        ("add select multiple prompt using yn", T.SELECT_MULTIPLE),
        ("rank yn", T.RANKING), ("gps", T.GEOPOINT), ("photo", T.FILE), ("note", T.NOTE), ("calculate", T.CALCULATED),
        ("deviceid", T.TEXT), ("start", T.DATETIME), ("acknowledge", T.BOOLEAN), ("speculate", T.UNKNOWN),
    ],
)  # fmt: skip
def test_types(form, written, kind):
    data = form(survey=f"type|name|label\n{written}|q|Q", choices="list name|name|label\nyn|y|Yes\nyn|n|No")
    item = load_form(data, name="f.csv").form.items[0]
    assert item.type is kind
    assert item.list_name == ("yn" if "yn" in written else None)


def test_languages_in_every_spelling_of_a_head(read, workbook):
    data = workbook(
        {
            "Survey ": "Type|NAME|label::English (en)|Label:Español|hint::English (en)|media::image::English (en)\n"
            "text|q|Which unit?|¿Qué unidad?|Its name|unit.png",
            "settings": "id_string|default language|version\nvisit|Español|3",
        }
    )
    reading = read(data, "visit.xlsx")
    form = reading.questionnaire
    assert (reading.format, form.id, form.version) == ("xlsform", "visit", "3")
    assert form.languages == ("es", "en")
    assert (form["q"].text.get("en"), form["q"].text.get("es")) == ("Which unit?", "¿Qué unidad?")
    assert form["q"].hint.source == "Its name"


def test_groups_repeats_relevance_and_ranges(read, form):
    data = form(
        survey="""
            type            | name   | label         | relevant               | constraint            | required
            text            | country| Country       |                        |                       | yes
            begin group     | lab    | Laboratory    | ${country} != ''       |                       |
            begin_repeat    | device | Device        |                        |                       |
            integer         | count  | How many?     | ${country} = 'Jamaica' | . >= 0 and . < 100    | TRUE
            end repeat      |        |               |                        |                       |
            end_group       |        |               |                        |                       |
        """
    )
    found = read(data, "f.csv").questionnaire
    question = found["count"]
    assert [(g.id, g.parent, g.repeat) for g in found.groups] == [("lab", None, False), ("lab/device", "lab", True)]
    assert (question.group, question.minimum, question.maximum, question.required) == ("lab/device", 0, 99, True)
    assert question.skip.expression == "(${country} != '') and (${country} = 'Jamaica')"
    assert (question.skip.dialect, question.skip.questions) == ("xpath", ("country",))


def test_or_other_brings_a_choice_and_a_question(read, form):
    data = form(
        survey="type|name|label\nselect_one t or specify other|tool|Tool?", choices="list_name|name|label\nt|a|A"
    )
    found = read(data, "f.csv").questionnaire
    assert [(c.code, c.other) for c in found["tool"].choices] == [("a", False), ("other", True)]
    assert (found["tool_other"].parent, found["tool_other"].skip.questions) == ("tool", ("tool",))


def test_a_written_other_is_found_by_its_condition(read, form):
    data = form(
        survey="type|name|label|relevant\nselect_multiple t|tool|Tool?|\ntext|which|Which?|selected(${tool}, 'other')",
        choices="list_name|name|label\nt|a|A\nt|other|Other",
    )
    found = read(data, "f.csv").questionnaire
    assert found["which"].parent == "tool"
    assert found["tool"].choice("other").other


def test_choices_that_stand_for_missing(read, form):
    data = form(
        survey="type|name|label\nselect_one a|q|Q",
        choices="list_name|name|label\na|1|Yes\na|98|Don't know\na|refused|x\na|3|No aplica",
    )
    kinds = [choice.missing for choice in read(data, "f.csv").questionnaire["q"].choices]
    assert kinds == [None, Missing.DONT_KNOW, Missing.REFUSED, Missing.NOT_APPLICABLE]


def test_forms_that_are_refused_elsewhere_load_with_issues(read, form):
    data = form(
        survey="""
            type               | name | label
            select_one units   | u    | Unit?
            select_one absent  | v    | Absent list?
            speculate          | w    | Unknown type
            text               | w    | Name taken
            begin group        |      | No name, never closed
            text               | x    | X
        """,
        choices="list_name|name|label\nunits|a|First\nunits|a|Second\nunits|b|B",
    )
    reading = read(data, "f.csv")
    codes = sorted({issue.code for issue in reading.issues})
    assert codes == ["XF101", "XF102", "XF104", "XF105", "XF107", "XF114"]
    assert [q.id for q in reading.questionnaire.questions] == ["u", "v", "w", "w_2", "x"]
    assert [c.label.source for c in reading.questionnaire["u"].choices] == ["First", "B"]
    assert reading.questionnaire["w"].type is T.UNKNOWN


def test_a_loop_asks_once_a_choice(form):
    data = form(
        survey="type|name|label\nbegin loop over t|each|Each\ninteger|n|How many %(label)s?\nend loop||",
        choices="list_name|name|label\nt|lab|laboratories\nt|van|vans",
    )
    found = load_form(data, name="f.csv").form
    assert [(i.path, i.labels[""]) for i in found.items] == [
        ("each/lab/n", "How many laboratories?"),
        ("each/van/n", "How many vans?"),
    ]


def test_choices_in_a_file_beside(read, form):
    data = form(survey="type|name|label\nselect_one_from_file districts.csv|d|District?")
    alone = read(data, "f.csv")
    assert [i.code for i in alone.issues if i.code.startswith("XF")] == ["XF108"]
    together = read(data, "f.csv", files={"districts.csv": b"name,label,region\nn,North,1\ns,South,2\n"})
    assert [c.code for c in together.questionnaire["d"].choices] == ["n", "s"]


def test_external_choices_cascades_and_what_has_no_place(read, workbook):
    data = workbook(
        {
            "survey": "type|name|label|choice_filter\nselect_one r|region|Region?|\n"
            "select_one_external d|district|District?|region=${region}",
            "choices": "list_name|name|label\nr|1|One\nr|2|Two",
            "external_choices": "list_name|name|label|region\nd|11|Eleven|1\nd|22|Twenty-two|2",
        }
    )
    reading = read(data, "f.xlsx")
    assert [c.code for c in reading.questionnaire["district"].choices] == ["11", "22"]
    assert any("1 choice filters" in issue.message for issue in reading.issues)
    assert dict(load_form(data, name="f.xlsx").form.lists["d"][0].filters) == {"region": "1"}


def test_html_is_cleaned_and_kept_beside(form):
    label = "<span style='color:red'>Is <b>it</b>&nbsp;safe?</span>"
    loaded = load_form(form(survey=f"type|name|label\ntext|q|{label}"), name="f.csv")
    assert loaded.form.items[0].labels[""] == label


def test_every_row_of_every_sheet_is_accounted_for(read, workbook):
    data = workbook(
        {
            "survey": "type|name|label\n|no_type|x\n# remark||\ntext|q|Q\n||only a label",
            "Notes": "a|b\n1|2",
            "settings": "form_title|version\nVisit|1\nsecond|2",
        }
    )
    reading = read(data, "f.xlsx")
    survey, notes, settings = reading.reconciliation.sheets
    assert (survey.rows_in, survey.rows_out, dict(survey.rows_left_out)) == (4, 1, {"no type": 2, "comment": 1})
    assert notes.skipped
    assert (settings.rows_in, settings.rows_out) == (2, 1)


XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Visit</h:title><model>
 <itext><translation lang="English (en)" default="true()"><text id="u"><value>Unit?</value></text>
   <text id="y"><value>Yes</value></text></translation>
  <translation lang="Español (es)"><text id="u"><value>¿Unidad?</value></text><text id="y"><value>Sí</value></text>
  </translation></itext>
 <instance><visit id="visit" version="7"><unit/><staff jr:template=""><age/></staff><sum/><start/><d/></visit>
 </instance>
 <instance id="places"><root><item><name>n</name><label>North</label></item></root></instance>
 <bind nodeset="/visit/unit" type="select1" required="true()"/>
 <bind nodeset="/visit/staff/age" type="int" relevant="/visit/unit='y'" constraint=". &gt; 17"/>
 <bind nodeset="/visit/sum" type="string" calculate="1 + 1"/>
 <bind nodeset="/visit/start" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>
 </model></h:head><h:body>
 <select1 ref="/visit/unit"><label ref="jr:itext('u')"/>
  <item><label ref="jr:itext('y')"/><value>y</value></item></select1>
 <group ref="/visit/staff"><label>Staff</label><repeat nodeset="/visit/staff">
  <input ref="/visit/staff/age"><label>Age of <output value="/visit/unit"/></label></input></repeat></group>
 <select1 ref="/visit/d"><label>District</label><itemset nodeset="instance('places')/root/item[region=1]">
  <value ref="name"/><label ref="label"/></itemset></select1></h:body></h:html>"""


def test_an_xform(read):
    reading = read(XFORM, "visit.xml")
    form = reading.questionnaire
    assert (reading.format, form.id, form.version, form.languages) == ("odk-xform", "visit", "7", ("en", "es"))
    assert [(q.id, q.type) for q in form.questions] == [
        ("unit", T.SELECT_ONE), ("age", T.INTEGER), ("sum", T.CALCULATED), ("start", T.DATETIME), ("d", T.SELECT_ONE),
    ]  # fmt: skip
    assert form["unit"].text.get("es") == "¿Unidad?"
    assert form["unit"].choices[0].label.get("es") == "Sí"
    assert (form["age"].text.source, form["age"].minimum, form["age"].group) == ("Age of ${unit}", 18, "staff")
    assert form["age"].skip.questions == ("unit",)
    assert [g.repeat for g in form.groups] == [True]
    assert [c.label.source for c in form["d"].choices] == ["North"]
