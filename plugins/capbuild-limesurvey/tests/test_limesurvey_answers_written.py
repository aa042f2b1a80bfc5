"""Responses written for LimeSurvey come back: with their survey in an archive, and as a VV file with a definition."""

import datetime

import capbuild_limesurvey as lime
import pytest

from capbuild.errors import WriteError
from capbuild.model import (
    Answer,
    Choice,
    GeoPoint,
    Missing,
    Question,
    QuestionGroup,
    QuestionMapping,
    Questionnaire,
    QuestionType,
    Response,
    ResponseStatus,
    Survey,
)
from capbuild.plugins import RenderContext

Kind = QuestionType
WRITERS = {writer.name: writer for writer in lime.register_writers()}
LAW = (
    Choice(code="yes", label={"en": "Yes", "es": "Sí"}),
    Choice(code="not yet", label={"en": "Not yet", "es": "Aún no"}),
    Choice(code="dont_know", label={"en": "Don't know", "es": "No sabe"}, missing=Missing.DONT_KNOW),
)
TOOLS = (
    Choice(code="lap", label={"en": "Laptop", "es": "Portátil"}),
    Choice(code="telephone", label={"en": "Telephone", "es": "Teléfono"}),
    Choice(code="more", label={"en": "More", "es": "Más"}, other=True),
)
FORM = Questionnaire(
    id="visit",
    title={"en": "Visit", "es": "Visita"},
    languages=("en", "es"),
    groups=[QuestionGroup(id="all", title="All"), QuestionGroup(id="in it", title="Inner", parent="all")],
    questions=[
        Question(id="TEC-1.1a", type=Kind.SELECT_ONE, text={"en": "A law?", "es": "¿Ley?"}, choices=LAW, group="all"),
        Question(id="staff", type=Kind.INTEGER, text="Staff", group="all"),
        Question(id="tools", type=Kind.SELECT_MULTIPLE, text="Tools", choices=TOOLS, group="in it"),
        Question(id="tools_other", text="More", parent="tools", group="in it"),
        Question(id="order", type=Kind.RANKING, text="Order", choices=TOOLS[:2], group="in it"),
        Question(id="rate", type=Kind.DECIMAL, text="Rate"),
        Question(id="day", type=Kind.DATE, text="Day"),
        Question(id="hour", type=Kind.TIME, text="Hour"),
        Question(id="sure", type=Kind.BOOLEAN, text="Sure?"),
        Question(id="file", type=Kind.FILE, text="File"),
        Question(id="grid", type=Kind.NOTE, text="Grid"),
        Question(id="grid_a", type=Kind.SELECT_ONE, text="A", choices=LAW, parent="grid"),
        Question(id="grid_b", type=Kind.SELECT_ONE, text="B", choices=LAW, parent="grid"),
        Question(id="said", text="Said"),
    ],
    mappings=[QuestionMapping(question="TEC-1.1a", target="TEC-1.1a")],
)
FULL = {
    "TEC-1.1a": "not yet",
    "tools": ("telephone", "more"),
    "tools_other": "A drone",
    "order": ("telephone", "lap"),
    "staff": 0,
    "rate": 2.5,
    "day": datetime.date(2016, 2, 29),
    "hour": datetime.time(9, 30),
    "sure": False,
    "file": "law.pdf",
    "grid_a": "yes",
    "grid_b": Missing.DONT_KNOW,
    "said": 'a\ttab, a "quote",\na {brace} and a {quote}',
}
GAPS = {
    "TEC-1.1a": Missing.DONT_KNOW,
    "tools": (),
    "tools_other": Missing.NO_ANSWER,
    "order": Missing.NOT_ASKED,
    "staff": Missing.NO_ANSWER,
    "rate": Missing.NOT_ASKED,
    "day": Missing.NO_ANSWER,
    "hour": Missing.NO_ANSWER,
    "sure": Missing.NO_ANSWER,
    "file": Missing.NO_ANSWER,
    "grid_a": Missing.NO_ANSWER,
    "grid_b": Missing.NOT_ASKED,
    "said": Missing.REFUSED,
}


def reading(form=FORM):
    first = [Answer(name, value, comment="of 2015" if name == "TEC-1.1a" else None) for name, value in FULL.items()]
    second = [Answer(name, value) for name, value in GAPS.items()]
    responses = [
        Response(id="7", language="es", date=datetime.date(2016, 3, 1), answers=first),
        Response(id="8", language="en", status=ResponseStatus.PARTIAL, answers=second),
        Response(id="x"),
    ]
    return Survey(file="in.json", format="made", questionnaire=form, responses=responses)


def written(subject, writer, **options):
    made = WRITERS[writer]
    return b"".join(made.write(subject, RenderContext(), made.options(**options)))


def values(response):
    return {answer.question: answer.value for answer in response}


def check(found):
    one, two, three = found.responses
    assert values(one) == FULL
    assert one["TEC-1.1a"].comment == "of 2015"
    assert values(two) == {**GAPS, "tools": Missing.NO_ANSWER}  # nothing ticked is no answer to LimeSurvey
    assert set(values(three).values()) == {Missing.NOT_ASKED}
    assert (one.id, one.language, one.date, one.status) == ("7", "es", datetime.date(2016, 3, 1), "submitted")
    assert (two.id, two.status, two.date) == ("8", "partial", None)
    assert (three.id, three.status, three.date) == ("3", "submitted", None)


def test_an_archive_holds_the_form_and_the_answers(read):
    found = read(written(reading(), "limesurvey-archive"), "a.lsa")
    check(found)
    assert [(g.id, g.title.source, g.parent) for g in found.form.groups] == [
        ("all", "All", None),
        ("in it", "Inner", "all"),
    ]
    assert (found.form.languages, found.form.mappings) == (FORM.languages, FORM.mappings)
    for back, asked in zip(found.form.questions, FORM.questions, strict=True):
        assert (back.id, back.type, back.group) == (asked.id, asked.type, asked.group)
        if asked.type is Kind.BOOLEAN:
            continue  # LimeSurvey lists yes and no
        assert [(c.code, c.label.source, c.missing, c.other) for c in back.choices] == [
            (c.code, c.label.source, c.missing, c.other) for c in asked.choices
        ]
    assert [issue.code for issue in found.issues if issue.code not in ("LIME3", "CB104", "CB132")] == []


def test_a_vv_file_is_read_with_the_definition(read, tmp_path):
    path = tmp_path / "survey.lsa"
    path.write_bytes(written(reading(), "limesurvey-archive"))
    check(read(written(reading(), "limesurvey-vv"), "a.vv", definition=path))


def test_a_vv_file_is_one_that_limesurvey_imports():
    text, names, *rows = written(reading(), "limesurvey-vv").decode().removesuffix("\n").split("\n")
    assert names.split("\t")[:10] == [
        "id", "submitdate", "lastpage", "startlanguage", "datestamp", "cbzTECzd1zp1a", "cbzTECzd1zp1a_comment",
        "staff", "tools_lap", "tools_z0002",
    ]  # fmt: skip
    assert len({line.count("\t") for line in (text, names, *rows)}) == 1
    assert "a{tab}tab, a {quote}quote{quote},{newline}a {lbrace}brace{rbrace} and a {lbrace}quote{rbrace}" in rows[0]
    assert rows[1].split("\t")[1] == "{question_not_shown}"


def test_without_a_definition_a_table_is_still_read_by_our_codes(read):
    found = read(written(reading(), "limesurvey-vv"), "a.vv")
    answers = values(found.responses[0])
    assert answers["TEC-1.1a"] == "z0002"
    assert answers["grid_b"] is Missing.DONT_KNOW
    assert found.responses[0]["TEC-1.1a"].comment == "of 2015"
    assert found.responses[1].status is ResponseStatus.PARTIAL
    assert answers["day"] == datetime.date(2016, 2, 29)
    assert answers["tools"] == ("z0002", "-oth-")


def test_what_cannot_be_kept_is_written_as_text(read):
    form = Questionnaire(id="f", title="F", questions=[Question(id="at", type=Kind.GEOPOINT, text="Where?")])
    one = Response(id="1", answers=[Answer("at", GeoPoint(18.0, -77.5))])
    made = Survey(file="a", format="x", questionnaire=form, responses=[one])
    assert values(read(written(made, "limesurvey-archive"), "a.lsa").responses[0]) == {"at": "18 -77.5"}


def test_of_a_block_that_repeats_the_first_time_is_kept(read):
    form = Questionnaire(
        id="f",
        title="F",
        groups=[QuestionGroup(id="g", title="G", repeat=True)],
        questions=[Question(id="who", text="Who?", group="g")],
    )
    one = Response(id="1", answers=[Answer("who", "Ben", repeat=2), Answer("who", "Ann", repeat=1)])
    made = Survey(file="a", format="x", questionnaire=form, responses=[one])
    assert values(read(written(made, "limesurvey-archive"), "a.lsa").responses[0]) == {"who": "Ann"}


@pytest.mark.parametrize("writer", ["limesurvey-archive", "limesurvey-vv"])
def test_answers_without_questions_cannot_be_written(writer):
    with pytest.raises(WriteError, match="no questionnaire"):
        written(Survey(file="a", format="x", responses=[Response(id="1")]), writer)


def test_a_null_byte_makes_no_binary_file_of_a_table(read):
    form = Questionnaire(id="f", title="F", questions=[Question(id="why", text="Why?\0")])
    one = Response(id="1", answers=[Answer("why", "so\0")])
    made = Survey(file="a", format="x", questionnaire=form, responses=[one])
    assert values(read(written(made, "limesurvey-vv"), "a.vv").responses[0]) == {"why": "so\ufffd"}
