"""One form in every dialect that people write, and as the reference converter writes it, is the same questionnaire."""

import io

import pytest
from pyxform.xls2xform import convert

SHEETS = {
    "survey": """
type                  | name  | label::English (en) | label::French (fr) | hint::English (en) | relevant      | required | constraint         | constraint_message | calculation | choice_filter   | appearance | repeat_count
select_one yn         | agree | Do you agree?       | Êtes-vous d'accord ? | Either            |               | yes      |                    |                    |             |                 |            |
text                  | why   | Why ${agree}?       | Pourquoi ${agree} ? |                    | ${agree} = 'a' |         |                    |                    |             |                 |            |
integer               | count | How many?           | Combien ?          |                     |               |          | . >= 1 and . < 5   | too many           |             |                 |            |
select_multiple tools | tools | Which?              | Lesquels ?         |                     |               |          |                    |                    |             |                 |            |
rank tools            | order | In which order?     | Dans quel ordre ?  |                     |               |          |                    |                    |             |                 |            |
begin group           | g     | Group               | Groupe             |                     | ${count} > 2  |          |                    |                    |             |                 | field-list |
begin repeat          | r     | Repeat              | Boucle             |                     |               |          |                    |                    |             |                 |            | 2
date                  | day   | Which day?          | Quel jour ?        |                     |               |          |                    |                    |             |                 |            |
end repeat            |       |                     |                    |                     |               |          |                    |                    |             |                 |            |
end group             |       |                     |                    |                     |               |          |                    |                    |             |                 |            |
calculate             | twice |                     |                    |                     |               |          |                    |                    | 2 * ${count} |                |            |
note                  | bye   | Thank you           | Merci              |                     |               |          |                    |                    |             |                 |            |
geopoint              | place | Where?              | Où ?               |                     |               |          |                    |                    |             |                 |            |
image                 | photo | A picture           | Une image          |                     |               |          |                    |                    |             |                 |            |
select_one city       | city  | Which city?         | Quelle ville ?     |                     |               |          |                    |                    |             | yn = ${agree}   |            |
""",  # noqa: E501 - a table is read by its columns
    "choices": """
list_name | name | label::English (en) | label::French (fr) | yn
yn        | a    | Yes                 | Oui                |
yn        | b    | No                  | Non                |
tools     | 1    | Laptop              | Ordinateur         |
tools     | 2    | Telephone           | Téléphone          |
city      | x    | Xville              | Xville             | a
city      | y    | Ytown               | Yville             | b
""",
    "settings": "form_title | form_id | version | default_language\nVisit | visit | 2 | English (en)",
}  # fmt: skip
HEADS = {
    "survey": {
        "type": "Type|TYPE|command",
        "name": "Name|tag",
        "label::English (en)": "Label::English (en)|label :: English (en)|label:English (en)|caption::English (en)",
        "hint::English (en)": "Hint:: English (en)|hint:English (en)",
        "relevant": "relevance|bind::relevant|bind:relevant|Relevant",
        "required": "bind::required|REQUIRED",
        "constraint": "bind::constraint",
        "constraint_message": "constraint message|bind::jr:constraintMsg|constraint_message::English (en)",
        "calculation": "bind::calculate|calculate",
        "choice_filter": "choice filter",
        "appearance": "control::appearance|body::appearance",
        "repeat_count": "repeat count|jr:count|control::jr:count",
    },
    "choices": {"list_name": "list name|List Name", "name": "value|Name"},
    "settings": {
        "form_title": "title|Form Title",
        "form_id": "id_string|Form ID",
        "default_language": "default language",
    },
}
TYPES = {
    "select_one yn": "select one yn|select one from yn|select1 yn|Select_One yn|add select one prompt using yn",
    "select_multiple tools": "select multiple tools|select all that apply from tools|select multiple from tools",
    "text": "string|Text|TEXT|q string",
    "integer": "int|Integer|add integer prompt",
    "begin group": "begin_group|Begin Group|BEGIN GROUP|begin group g",
    "end group": "end_group|End group",
    "begin repeat": "begin_repeat|begin looped group|begin repeat r",
    "end repeat": "end_repeat|end looped group",
    "calculate": "calculation",
    "geopoint": "gps|location",
    "image": "photo",
    "note": "Note",
}
NAMES = {"survey": "Survey|SURVEY| survey", "choices": "Choices|choices ", "settings": "Settings"}


def rows(sheet):
    return [[cell.strip() for cell in line.split("|")] for line in SHEETS[sheet].strip().splitlines()]


def sheets(changed="", headers=(), types=(), name=""):
    """The sheets with some headers, types or the name of a sheet written otherwise."""
    made = {}
    for sheet in SHEETS:
        first, *below = rows(sheet)
        if sheet == changed and headers:
            first = [dict([headers]).get(head, head) for head in first]
        if sheet == "survey" and types:
            below = [[dict([types]).get(row[0], row[0]), *row[1:]] for row in below]
        made[name if sheet == changed and name else sheet] = "\n".join(" | ".join(row) for row in [first, *below])
    return made


def variants():
    for sheet, found in HEADS.items():
        for head, spellings in found.items():
            for spelling in spellings.split("|"):
                yield pytest.param({"changed": sheet, "headers": (head, spelling)}, id=f"{sheet}:{spelling}")
    for written, spellings in TYPES.items():
        for spelling in spellings.split("|"):
            yield pytest.param({"types": (written, spelling)}, id=spelling)
    for sheet, spellings in NAMES.items():
        for spelling in spellings.split("|"):
            yield pytest.param({"changed": sheet, "name": spelling}, id=f"sheet:{spelling}")


@pytest.fixture
def plain(read, workbook):
    return read(workbook(sheets()), "visit.xlsx").questionnaire


@pytest.mark.parametrize("change", list(variants()))
def test_every_dialect_is_the_same_form(read, workbook, plain, change):
    found = read(workbook(sheets(**change)), "visit.xlsx")
    assert found.questionnaire == plain
    assert [issue for issue in found.issues if issue.severity == "warning"] == []


def asked(form):
    """What a form asks, without how its conditions are written."""
    return {
        q.id: (q.type, q.text, q.hint, q.choices, q.required, q.minimum, q.maximum, q.group)
        + ((q.skip.questions,) if q.skip else ())
        for q in form.questions
    }


def lost(reading):
    """What the note on things without a place lists."""
    (note,) = [issue.message for issue in reading.issues if issue.code == "XF115"]
    return {part.strip() for part in note.partition("for ")[2].split(",")}


def test_the_reference_converter_writes_the_same_form(read, workbook, plain):
    made = convert(io.BytesIO(workbook(sheets())), file_type=".xlsx").xform
    found = read(made, "visit.xml")
    assert asked(found.questionnaire) == asked(plain)
    assert found.questionnaire.groups == plain.groups
    assert (found.questionnaire.id, found.questionnaire.version) == (plain.id, plain.version)
    assert lost(read(workbook(sheets()), "visit.xlsx")) == lost(found)
    assert lost(found) == {"1 messages", "2 calculations", "1 choice filters", "1 appearances", "1 repeat counts"}


#: What devices and servers fill in; questions of every kind are compared with the converter's.
KINDS = """
start|start  end|end  today|today  deviceid|deviceid  username|username  email|email  phonenumber|phonenumber
audit|audit  start-geopoint|at  background-audio|sound  text|a  integer|b  decimal|c  range|d  date|e  time|f
dateTime|g  geopoint|h  geotrace|i  geoshape|j  image|k  audio|l  video|m  file|n  barcode|o  acknowledge|p  note|q
hidden|s
"""


def test_every_kind_of_question_is_read_alike_from_the_form_and_from_its_xml(read, workbook):
    listed = [pair.split("|") for pair in KINDS.split("  ") for pair in pair.split("\n") if pair.strip()]
    survey = "\n".join(f"{kind} | {name} | {name.upper()}" for kind, name in listed)
    data = workbook({"survey": f"type | name | label\n{survey}", "settings": "form_id\nkinds"})
    own = read(data, "kinds.xlsx").questionnaire
    other = read(convert(io.BytesIO(data), file_type=".xlsx").xform, "kinds.xml").questionnaire
    assert {q.id: (q.type, q.personal, q.minimum, q.maximum) for q in other.questions} == {
        q.id: (q.type, q.personal, q.minimum, q.maximum) for q in own.questions
    }


def test_a_range_has_its_parameters_as_limits_and_else_those_of_the_reference(read):
    form = "type,name,label,parameters\nrange,a,A,start=-2 end=5 step=1\nrange,b,B,start=0 end=1 step=0.1\nrange,c,C,\n"
    found = read(form, "a.csv").questionnaire
    seen = {q.id: (q.type.value, q.minimum, q.maximum) for q in found.questions}
    assert seen == {"a": ("integer", -2, 5), "b": ("decimal", 0, 1), "c": ("integer", 1, 10)}


XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"><h:head><h:title>V</h:title><model>
<itext>
 <translation lang="English" default="true()"><text id="q"><value form="image">jr://images/a.png</value>
  <value form="short">S</value><value form="long">The long one</value></text></translation>
 <translation lang="Español"><text id="q"><value>Largo</value></text></translation>
</itext>
<instance><data id="v" version="1"><q/><again/><where/><town/><Status/>
 <orx:meta><orx:instanceID/><orx:instanceName/></orx:meta></data></instance>
<instance id="towns" src="jr://file-csv/towns.csv"/>
<bind nodeset="/data/q" type="string" required="/data/where = 'x'"/>
<bind nodeset="/data/where" type="geopoint"/><bind nodeset="/data/Status" type="int" calculate="1"/>
<bind nodeset="/data/orx:meta/orx:instanceName" type="string" calculate="/data/q"/></model></h:head><h:body>
<input ref="/data/q"><label ref="jr:itext('q')"/></input>
<input ref="/data/again"><label>Is <output value="jr:choice-name( /data/q ,' /data/q ')"/> one?</label></input>
<select1 ref="/data/town"><label>Town</label><itemset nodeset="instance('towns')/root/item"><value ref="name"/>
<label ref="label"/></itemset></select1></h:body></h:html>"""


def test_an_xform_says_what_it_holds(read):
    found = read(XFORM, "v.xml")
    form = found.questionnaire
    assert [(q.id, q.type.value) for q in form.questions] == [
        ("q", "text"), ("again", "text"), ("where", "geopoint"), ("town", "select one"), ("Status", "calculated"),
    ]  # fmt: skip
    assert (form["q"].text.get("en"), form["q"].text.get("es")) == ("The long one", "Largo")
    assert form["again"].text.source == "Is ${q} one?"
    assert form["where"].personal.value == "location"
    told = {issue.code: issue.message for issue in found.issues}
    assert "towns.csv" in told["XF108"]
    assert told["XF115"].endswith("1 conditions for required answers, 1 pictures and recordings, 1 calculations")


HEADINGS = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>V</h:title><model>
<itext><translation lang="en"><text id="y"><value>Yes</value><value form="audio">jr://audio/y.mp3</value></text>
 <text id="s"><value>Staff?</value><value form="guidance">Count all.</value></text></translation></itext>
<instance><data id="v"><unit><staff/><lab jr:template=""><n>1</n></lab></unit><law/><why/><seen/></data></instance>
<bind id="staffed" nodeset="/data/unit/staff" type="int"/>
<setvalue event="odk-instance-first-load" ref="/data/seen" value="now()"/></model></h:head><h:body>
<group><label>The unit</label><input bind="staffed"><label ref="jr:itext('s')"/></input>
 <group><label>Laboratories</label><repeat nodeset="/data/unit/lab"><input ref="n"><label>How many?</label>
 </input></repeat></group></group>
<group><label>The law</label><select1 ref="/data/law"><label>Is there one?</label>
 <item><label ref="jr:itext('y')"/><value>yes</value></item></select1>
 <input ref="/data/why"><label>Why?</label><setvalue event="xforms-value-changed" ref="/data/seen" value="1"/></input>
</group></h:body></h:html>"""


def test_groups_of_an_xform_that_name_no_place_have_that_of_what_is_in_them(read):
    found = read(HEADINGS, "v.xml")
    groups = [(g.id, g.title.source, g.parent, g.repeat) for g in found.questionnaire.groups]
    assert groups == [("unit", "The unit", None, False), ("unit/lab", "Laboratories", "unit", True)]
    assert [(q.id, q.group) for q in found.questionnaire.questions][:3] == [
        ("staff", "unit"), ("n", "unit/lab"), ("law", None),
    ]  # fmt: skip
    told = {issue.code: issue.message for issue in found.issues}
    assert told["XF117"] == "1 heading over questions makes no group, such as 'The law'"
    assert sorted(told["XF115"].partition(" for ")[2].split(", ")) == [
        "1 guidance hints", "1 pictures and recordings", "1 triggers", "2 defaults",
    ]  # fmt: skip
