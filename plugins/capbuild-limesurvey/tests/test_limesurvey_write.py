"""What is written comes back: ids, criteria, choices, languages, skip rules."""

import re

import capbuild_limesurvey as lime
import pytest
from attrs import evolve
from capbuild_limesurvey.codes import ChoiceCodes, from_question_code, to_question_code
from capbuild_limesurvey.survey_layout import SurveyNames, translate
from capbuild_limesurvey.tsv_reader import read_structure
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import WriteError
from capbuild.frameworks import load_bundled
from capbuild.frameworks.instruments import survey_questionnaire
from capbuild.model import (
    Choice,
    Missing,
    Question,
    QuestionGroup,
    QuestionMapping,
    Questionnaire,
    QuestionType,
    SkipRule,
)
from capbuild.plugins import RenderContext

Kind = QuestionType
LONG = "a very long id of a question"
WRITERS = {writer.name: writer for writer in lime.register_writers()}


def written(subject, writer, **options):
    made = WRITERS[writer]
    return b"".join(made.write(subject, RenderContext(), made.options(**options)))


@pytest.fixture(scope="module")
def framework():
    return load_bundled("police_cyber")


@pytest.mark.parametrize(("writer", "name"), [("limesurvey", "a.lss"), ("limesurvey-tab", "a.txt")])
def test_the_framework_comes_back_and_maps_itself(framework, read, writer, name):
    asked = survey_questionnaire(framework)
    data = written(framework, writer)
    back = read(data, name).form
    assert back.mappings == asked.mappings
    assert [q.id for q in back.questions] == [q.id for q in asked.questions]
    for one, other in zip(back.questions, asked.questions, strict=True):
        assert [(c.code, c.missing) for c in one.choices] == [(c.code, c.missing) for c in other.choices]
        for language in framework.languages:
            assert one.text.get(language) == other.text.get(language)
            assert [c.label.get(language) for c in one.choices] == [c.label.get(language) for c in other.choices]
        assert (one.skip.questions if one.skip else ()) == (other.skip.questions if other.skip else ())


def test_what_xml_cannot_hold_is_a_replacement_character(read):
    asked = Question(id="q", type=Kind.TEXT, text="half \ud83d, bell \x07, 1 < 2")
    form = Questionnaire(id="f", title="F", questions=[asked])
    back = read(written(form, "limesurvey"), "a.lss").form
    assert back["q"].text.source == "half \ufffd, bell \ufffd, 1 < 2"


def test_codes_are_ones_that_limesurvey_takes(framework, read):
    from capbuild.plugins import InputFile

    survey, _ = read_structure(InputFile("a.txt", data=written(framework, "limesurvey-tab")))
    for part in survey.questions:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", part.code)
        assert all(re.fullmatch(r"[A-Za-z0-9]{1,5}", option.code) for option in part.options)


@given(st.text(min_size=1, max_size=12), st.booleans())
def test_ids_survive_in_question_codes(name, mapped):
    code = to_question_code(name, mapped=mapped)
    if code is not None:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", code)
        assert from_question_code(code) == (name, mapped)


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=12))
def test_answer_codes_are_short_and_unique(codes):
    made = ChoiceCodes(codes)
    assert len(set(made.short.values())) == len(codes)
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,5}", short) for short in made.short.values())
    assert all(made.noted.get(short, ChoiceCodes.original_code(short)) == code for code, short in made.short.items())


def form_of_everything():
    yes_no = (
        Choice(code="yes", label={"en": "Yes", "es": "Sí"}),
        Choice(code="no idea", label="No idea"),
    )
    questions = [
        Question(
            id="unit",
            type=Kind.SELECT_ONE,
            text={"en": "A unit?", "es": "¿Hay unidad?"},
            choices=yes_no,
        ),
        Question(
            id="a very long id of a question",
            type=Kind.INTEGER,
            text="How many?",
            minimum=0,
            maximum=99,
            unit="people",
        ),
        Question(id="a-b_c", type=Kind.TEXT, text="<b>Which</b>", group="g2", required=True),
        Question(
            id="tools",
            type=Kind.SELECT_MULTIPLE,
            text="Tools",
            group="g2",
            choices=[
                Choice(code="lap", label="Laptops"),
                Choice(code="none at all", label="None", exclusive=True),
                Choice(code="-oth-", label="Other", other=True),
            ],
            skip=SkipRule(expression="${unit} = 'yes' and not(${a-b_c} = '')", dialect="xpath", questions=("unit",)),
        ),
        Question(id="tools_other", type=Kind.TEXT, text="Other", parent="tools", group="g2"),
        Question(id="grid", type=Kind.NOTE, text="Rate", group="g2"),
        Question(id="grid_law", type=Kind.SELECT_ONE, text="Law", choices=yes_no[:1], parent="grid", group="g2"),
        Question(id="grid_staff", type=Kind.SELECT_ONE, text="Staff", choices=yes_no[:1], parent="grid", group="g2"),
        Question(id="when", type=Kind.DATETIME, text="When?", group="g2"),
        Question(id="sure", type=Kind.BOOLEAN, text="Sure?", group="g2"),
        Question(id="order", type=Kind.RANKING, text="Rank", choices=yes_no[:1], group="g2"),
    ]
    groups = [QuestionGroup(id="g1", title="Part"), QuestionGroup(id="g2", title="Inner", parent="g1")]
    mappings = [QuestionMapping(question="unit", target="ORG-1.1a")]
    return Questionnaire(
        id="f", title="Everything", languages=("en", "es"), questions=questions, groups=groups, mappings=mappings
    )


@pytest.mark.parametrize(("writer", "name"), [("limesurvey", "a.lss"), ("limesurvey-tab", "a.txt")])
def test_every_kind_of_question_comes_back(read, writer, name):
    form = form_of_everything()
    back = read(written(form, writer), name).form
    ids = {q.id: q for q in back.questions}
    # A question that is about one criterion comes back under the name of that criterion.
    assert list(ids) == ["ORG-1.1a", *(q.id for q in form.questions[1:])]
    assert back.mappings == (QuestionMapping(question="ORG-1.1a", target="ORG-1.1a"),)
    for question in form.questions[1:]:
        assert (ids[question.id].type, ids[question.id].parent) == (question.type, question.parent)
    assert [(c.code, c.exclusive, c.other) for c in ids["tools"].choices] == [
        ("lap", False, False),
        ("none at all", True, False),
        ("-oth-", False, True),
    ]
    assert [c.code for c in ids["ORG-1.1a"].choices] == ["yes", "no idea"]
    numeric = ids[LONG]
    assert (numeric.minimum, numeric.maximum, numeric.unit) == (0, 99, "people")
    assert (ids["a-b_c"].required, ids["a-b_c"].text.get("en")) == (True, "<b>Which</b>")
    assert ids["tools"].skip.questions == ("ORG-1.1a", "a-b_c")
    assert [(g.id, g.title.source, g.parent) for g in back.groups] == [
        (g.id, g.title.source, g.parent) for g in form.groups
    ]
    assert [q.group for q in back.questions] == [q.group for q in form.questions]


def test_a_skip_rule_without_a_form_is_refused_or_dropped():
    rule = SkipRule(expression="count-selected(${a}) > 2", dialect="xpath")
    form = Questionnaire(
        id="f", title="F", questions=[Question(id=name, text="?", skip=rule) for name in ("a", "b", "c", "d")]
    )
    with pytest.raises(WriteError, match=r"4 skip rules, of a \(count-selected.* and 1 more have no form") as refused:
        written(form, "limesurvey")
    assert (refused.value.code, "untranslated=drop" in refused.value.remedy) == ("LIME6", True)
    with pytest.raises(WriteError, match="the skip rule of a "):
        written(evolve(form, questions=form.questions[:1]), "limesurvey")
    assert written(form, "limesurvey", untranslated="drop").count(b"<relevance>1</relevance>") == 4


@pytest.mark.parametrize(
    ("dialect", "expression", "expected"),
    [
        ("xpath", "selected(${m}, 'x y')", '(M1_z1.NAOK == "Y")'),
        ("xpath", "${s} != 'no' or ${n} >= 3", '!(S1.NAOK == "no") or N1.NAOK >= 3'),
        ("xpath", "not(${n} = 3)", "!(N1.NAOK == 3)"),
        ("xpath", "position(..) = 1", None),
        ("capbuild", "(s in yes) or (m in x y)", '(S1.NAOK == "yes") or (M1_z1.NAOK == "Y")'),
        ("capbuild", "s = 1", None),
        ("capbuild", "(t in yes)", None),
        ("expression", "anything > 1", "anything > 1"),
        ("other", "x", None),
    ],
)
def test_rules(dialect, expression, expected):
    questions = {
        "m": Question(id="m", type=Kind.SELECT_MULTIPLE, text="?"),
        "s": Question(id="s", type=Kind.SELECT_ONE, text="?"),
        "n": Question(id="n", type=Kind.INTEGER, text="?"),
    }
    names = SurveyNames({"m": "M1", "s": "S1", "n": "N1"}, {"m": {"x y": "z1"}}, questions)
    assert translate(SkipRule(expression=expression, dialect=dialect), names) == expected


def test_answers_to_a_written_framework_are_read_under_its_criteria(framework, read, tmp_path):
    path = tmp_path / "survey.txt"
    path.write_bytes(written(framework, "limesurvey-tab"))
    first = next(iter(framework.criteria))
    code = to_question_code(first, mapped=True)
    data = f"id,submitdate,lastpage,startlanguage,{code}\n1,2016-01-01,1,en,zdkno\n2,2016-01-01,1,en,yes\n"
    found = read(data, "results.csv", definition=path)
    assert [r[first].value for r in found.responses] == [Missing.DONT_KNOW, "yes"]
    alone = read(data, "results.csv")
    assert alone.form.mappings == (QuestionMapping(question=first, target=first),)


KEPT = (
    Choice(code="yes", label={"en": "Yes", "es": "Sí"}, score=1.0),
    Choice(code="partly", label="Partly", score=0.5),
    Choice(code="no", label="No", score=0.0),
    Choice(code="unscored", label="Elsewhere"),
    Choice(code="98", label="Not told", missing=Missing.REFUSED),
    Choice(code="dk", label="Don't know", missing=None),
    Choice(code="none", label="Not applicable", missing=Missing.NOT_APPLICABLE),
)


@pytest.mark.parametrize("kind", [Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANKING])
@pytest.mark.parametrize(("writer", "name"), [("limesurvey", "a.lss"), ("limesurvey-tab", "a.txt")])
def test_scores_and_kinds_of_missing_come_back(read, writer, name, kind):
    """LimeSurvey counts in whole numbers, and only answers; what a choice stands for it does not say."""
    form = Questionnaire(id="f", title="F", languages=("en", "es"), questions=[
        Question(id="q", type=kind, text="Q", choices=KEPT),
    ])  # fmt: skip
    found = read(written(form, writer), name).form["q"].choices
    assert [(c.code, c.score, c.missing) for c in found] == [(c.code, c.score, c.missing) for c in KEPT]


@pytest.mark.parametrize(("writer", "name"), [("limesurvey", "a.lss"), ("limesurvey-tab", "a.txt")])
def test_no_choice_that_opens_a_text_is_lost(read, writer, name):
    """LimeSurvey has one "other" a question, and none in rankings and rows of arrays."""
    choices = [Choice(code=code, label=code.upper(), other=code != "a") for code in ("a", "b", "c")]
    grid = [Question(id=f"grid_{row}", type=Kind.SELECT_ONE, text=row, choices=choices, parent="grid") for row in "xy"]
    kinds = {"one": Kind.SELECT_ONE, "many": Kind.SELECT_MULTIPLE, "rank": Kind.RANKING}
    asked = [Question(id=name, type=kind, text=name, choices=choices) for name, kind in kinds.items()]
    form = Questionnaire(id="f", title="F", questions=[*asked, Question(id="grid", type=Kind.NOTE, text="?"), *grid])
    back = read(written(form, writer), name).form
    for question in (*kinds, "grid_x", "grid_y"):
        assert {choice.code for choice in back[question].choices} == {"a", "b", "c"}, question
    assert next(c.code for c in back["one"].choices if c.other) == "b"


def test_a_lone_return_does_not_end_a_row(read):
    form = Questionnaire(id="f", title="F", questions=[Question(id=n, text="One\rtwo\r\nthree") for n in ("a", "b")])
    back = read(written(form, "limesurvey-tab"), "a.txt").form
    assert [q.text.source.split() for q in back.questions] == [["One", "two", "three"]] * 2
