"""Forms read here and by the reference converter, question by question: what each is called, asks and offers.

Every column and type of XLSForm stands in one of the forms; then columns come together by chance, under any headers.
"""

import io

import pytest
from capbuild_xlsform.definitions.labels import language_tag
from hypothesis import given
from hypothesis import strategies as st
from pyxform.xls2xform import convert

CHOICES = """
    list_name | name | label | country
    yn        | yes  | Yes   | a
    yn        | no   | No    | b
    c         | a    | A     | x
    c         | b    | B     | y
"""
TEXTS = """
    list_name | name | label::English (en) | label::Français (fr) | media::image
    yn        | yes  | Yes                 | Oui                  | y.jpg
    yn        | no   | No                  |                      |
"""
FORMS = {
    "devices": """
        type             | name    | label | parameters
        background-audio | rec     |       | quality=voice-only
        start-geopoint   | there   |       |
        deviceid         | device  |       |
        text             | a       | A     |
        note             |         | Read  |
        audit            | audit   |       | location-priority=balanced location-min-interval=60 location-max-age=120
    """,
    "choices beside the form": """
        type                               | name | label | parameters             | choice_filter
        select_one_from_file cities.csv    | c1   | City  | value=code label=title |
        select_one_from_file p.geojson     | c2   | Place |                        |
        select_multiple_from_file x.xml    | c3   | X     |                        | country=${c1}
        select_one yn                      | c4   | YN    |                        |
        rank c                             | c5   | Order | randomize=true         |
        select_multiple c                  | c6   | Some  | randomize=true seed=42 |
    """,
    "other is offered by a list": """
        type                       | name | label
        select_one c or_other      | a    | A
        select_multiple c          | b    | B
        select_multiple yn         | d    | D
    """,
    "calculations": """
        type                | name   | label | trigger | calculation                | default         | appearance
        csv-external        | cities |       |         |                            |                 |
        text                | a      | A     |         |                            | ${last-saved#a} |
        dateTime            | b      | B     | ${a}    | now()                      |                 |
        calculate           | c      |       |         | pulldata('z','x','y',${a}) |                 |
        select_one yn       | d      | D     |         |                            |                 | search('cities')
        integer             | e      | E     |         | 1 + 1                      |                 |
        background-geopoint | f      |       | ${a}    |                            |                 |
    """,
    "files and numbers": """
        type              | name | label | parameters               | appearance | bind::odk:length
        image             | a    | A     | max-pixels=640           | annotate   |
        osm building_tags | b    | B     |                          |            |
        range             | c    | C     | start=0;end=1;step=0.5   |            |
        range             | d    | D     |                          |            |
        barcode           | e    | E     |                          |            |
        text              | f    | F     | rows=5                   | multiline  | 20
    """,
    "repeats": """
        type         | name | label  | repeat_count | relevant
        integer      | n    | Times  |              |
        begin_repeat | r    | R      | ${n}         | ${n} > 0
        text         | x    | X      |              |
        begin_repeat | s    | S      | 3            |
        text         | y    | Y ${x} |              | ${x} != ''
        end_repeat   |      |        |              |
        begin_repeat | t    | T      | ${n} + 1     |
        text         | z    | Z      |              |
        end_repeat   |      |        |              |
        end_repeat   |      |        |              |
    """,
    "conditions": """
        type        | name | label | relevance   | required | read only | requiredMsg | appearance | disabled | save_to
        text        | t    | T     |             | TRUE     |           | please      |            |          |
        begin group | g    | G     | ${t} = '1'  |          |           |             | field-list |          |
        begin group | h    |       | ${t} = '2'  |          |           |             |            |          |
        text        | a    | A     | ${t} = '3'  | true()   | yes       |             |            |          | age
        text        | out  | Out   |             |          |           |             |            | yes      |
        end group   |      |       |             |          |           |             |            |          |
        text        | b    | B     |             | no       |           |             |            | no       |
        end group   |      |       |             |          |           |             |            |          |
    """,
    "texts": """
        type          | name | label::English (en) | label::Français (fr) | media::image | big-image | hint::Français (fr) | guidance_hint
        text          | a    | A *b*               | Ah                   | c.jpg        | d.jpg     | une aide            | guide
        select_one yn | b    | B                   |                      |              |           |                     |
    """,  # noqa: E501 - headers of one sheet
}


def _leaves(node, path=(), conditions=()):
    for child in node.get("children", ()):
        own, here = child.get("bind", {}).get("relevant"), (*path, child["name"])
        found = (*conditions, *([own] if own else []))
        if child["type"] in ("group", "repeat"):
            yield from _leaves(child, here, found)
        elif here[0] != "meta" or child["name"] == "audit":
            yield "/".join(here), child, found


def _texts(value):
    """A text by tags, as far as the converter has one: it puts a dash where a language has none."""
    named = value if isinstance(value, dict) else {"default": value} if value else {}
    return {
        language_tag("" if name == "default" else name): text for name, text in named.items() if text not in ("", "-")
    }


def _alike(text, told, main):
    """Whether a text says in each language what the converter says."""
    return all((text.get(tag) if tag != "und" else text.source) == words for tag, words in _texts(told).items())


def compare(read, data):
    """Hold a form to what the reference converter makes of it."""
    told = convert(io.BytesIO(data), file_type=".xlsx")._pyxform
    questions = {q.id: q for q in read(data, "form.xlsx").questionnaire.questions}
    main = told.get("default_language", "default")
    leaves = list(_leaves(told))
    assert list(questions) == [path.rpartition("/")[2] for path, _, _ in leaves]
    for (path, node, conditions), question in zip(leaves, questions.values(), strict=True):
        assert _alike(question.text, node.get("label"), main), path
        assert _alike(question.hint or question.text, node.get("hint"), main), path
        assert question.required == (
            str(node.get("bind", {}).get("required", "")).casefold() in ("true()", "yes", "true")
        )
        joined = conditions[0] if len(conditions) == 1 else " and ".join(f"({c.strip()})" for c in conditions)
        assert (question.skip.expression if question.skip else "") == joined.strip(), path
        listed = node.get("choices") or told.get("choices", {}).get(node.get("itemset"), ())
        assert [c.code for c in question.choices] == [c["name"] for c in listed], path
        for choice, one in zip(question.choices, listed, strict=True):
            assert _alike(choice.label, one.get("label"), main), (path, choice.code)


@pytest.mark.parametrize("name", FORMS)
def test_every_column_and_type(read, workbook, name):
    osm = "list_name | name | label\nbuilding_tags | roof | Roof"
    choices = TEXTS if name == "texts" else CHOICES
    settings = (
        "form_id | public_key | submission_url | auto_send | clean_text_values\nf | k | https://example.org | true | no"
    )
    more = {"entities": "list_name | label\ntrees | ${a}"} if name == "conditions" else {}
    compare(read, workbook({"survey": FORMS[name], "choices": choices, "settings": settings, "osm": osm} | more))


def test_settings_among_the_questions(read, workbook):
    """Forms of the first years name themselves in rows."""
    found = read(workbook({"survey": "type|name|label\ntext|a|A\nset_form_title|Visit|\nset_form_id|v7|"}), "form.xlsx")
    told = convert(
        io.BytesIO(workbook({"survey": "type|name|label\ntext|a|A\nset_form_title|Visit|\nset_form_id|v7|"}))
    )
    assert [q.id for q in found.questionnaire.questions] == ["a"]
    assert (found.questionnaire.title.source, found.questionnaire.id) == (told._pyxform["title"], "v7")


def test_columns_that_the_reference_converter_adds(read, workbook):
    """The log of a visit lies in `meta`; a table has a heading and a row of choices; a number of times is a column."""
    survey = """
        type         | name  | label | appearance | repeat_count
        begin group  | g     | Table | table-list |
        select_one c | a     | A     |            |
        end group    |       |       |            |
        begin_repeat | r     | R     |            | 2
        text         | b     | B     |            |
        end_repeat   |       |       |            |
        audit        | audit |       |            |
    """
    headers = "g/generated_table_list_label_2,g/reserved_name_for_field_list_labels_3,g/a,r_count,r[1]/b,meta/audit"
    data = f"_uuid,_submission_time,{headers}\nu-1,2016-03-01T10:00:00,,,a,2,x,audit.csv\n"
    found = read(data, "export.csv", form=workbook({"survey": survey, "choices": CHOICES}))
    assert [(a.question, a.value) for a in found.responses[0].answers] == [
        ("a", "a"), ("r_count", "2"), ("b", "x"), ("audit", "audit.csv"),
    ]  # fmt: skip
    assert [q.id for q in found.questionnaire.questions if q.inferred] == []


#: Columns under each of their headers, and what may stand in them for each kind of question.
HEADS = {
    "type": ("type", "Type", "command"),
    "name": ("name", "Name", "tag", "value"),
    "label": ("label", "Label", "caption"),
    "hint": ("hint", "Hint"),
    "relevant": ("relevant", "relevance", "Relevant", "bind::relevant"),
    "required": ("required", "Required", "bind::required"),
    "constraint_message": ("constraint_message", "constraint message", "constraining message"),
    "appearance": ("appearance", "control::appearance", "body::appearance"),
    "remarks": ("my notes",),
}
TEXTUAL = ("label", "hint", "constraint_message")
LANGUAGES = ("English (en)", "Français (fr)", "Español", "Swahili", "ar", "Português (pt-BR)")
KINDS = """
text | integer | decimal | date | time | dateTime | note | geopoint | image | barcode | range | acknowledge | file
select_one yn | select_multiple c | rank c | select_one c or_other | select1 yn | begin group | begin_repeat | geotrace
"""
WORDS = ("", "staff", "Does it work, ${q0}?", "¿Qué?", "50 %", "*bold*", "1 < 2")


@st.composite
def tables(draw):
    """A survey sheet with columns, languages, groups and rows by chance."""
    languages = draw(st.lists(st.sampled_from(LANGUAGES), unique=True, max_size=3))
    columns = ["type", "name", "label", *draw(st.lists(st.sampled_from(list(HEADS)[3:]), unique=True))]
    headers = {name: draw(st.sampled_from(HEADS[name])) for name in draw(st.permutations(columns))}
    split = {name: languages if name in TEXTUAL and languages else [""] for name in headers}
    rows = [[f"{head}::{language}" if language else head for name, head in headers.items() for language in split[name]]]
    open_groups: list[str] = []

    def add(**cells):
        rows.append(
            [
                cells.get(name, {}).get(lang, "") if name in TEXTUAL else cells.get(name, "")
                for name in headers
                for lang in split[name]
            ]
        )

    def texts(words):
        return {language: draw(words) for language in languages or [""]}

    for number in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(KINDS.replace("\n", " | ").strip(" |").split(" | "))) if number else "text"
        label = st.sampled_from(WORDS[1:] if number else WORDS[1:2])
        relevant = draw(st.sampled_from(("", "${q0} = 'x'", "selected(${q0}, 'yes')"))) if number else ""
        cells = {"type": kind, "name": f"q{number}", "label": texts(label), "relevant": relevant}
        if kind.startswith("begin"):
            open_groups.append(kind.replace("begin", "end"))
            add(**cells)
            cells |= {"type": "text", "name": f"q{number}_in", "relevant": ""}
        insisted = "" if kind == "note" else draw(st.sampled_from(("", "yes", "no", "TRUE", "true()", "false()")))
        told = texts(st.sampled_from(WORDS[:2])) if number else {}
        add(
            **cells,
            required=insisted,
            hint=told,
            constraint_message=told,
            appearance=draw(st.sampled_from(("", "w1"))),
            remarks="!",
        )
        if open_groups and draw(st.booleans()):
            add(type=open_groups.pop())
    while open_groups:
        add(type=open_groups.pop())
    return rows


@given(tables())
def test_columns_that_come_together_by_chance(read, books, rows):
    choices = [
        line.split(" | ")
        for line in ("list_name | name | label", "yn | yes | Yes", "yn | no | No", "c | a | A", "c | b | B")
    ]
    compare(read, books({"survey": rows, "choices": choices}))
