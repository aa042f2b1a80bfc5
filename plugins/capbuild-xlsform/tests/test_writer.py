"""The writer: valid by the reference parser, and what comes back maps itself."""

import warnings

import pytest

import capbuild as cb
from capbuild.frameworks import load_bundled, survey_questionnaire
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

T = QuestionType


def _write(host, subject, **options):
    return cb.render(subject, "xlsform", options=options, host=host)


def _xform(data, tmp_path):
    """Return the XForm that the reference parser makes, or fail with what it says."""
    convert = pytest.importorskip(
        "pyxform.xls2xform", reason="the reference parser is a development dependency"
    ).convert
    path = tmp_path / "form.xlsx"
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return convert(str(path)).xform


@pytest.fixture(scope="module")
def framework():
    return load_bundled("police_cyber")


def test_a_framework_is_valid_in_all_languages(host, framework, tmp_path):
    xform = _xform(_write(host, framework), tmp_path)
    assert xform.count("<select1 ") == len(framework.criteria) == 240
    for language in ("English (en)", "Spanish (es)", "French (fr)", "Dutch (nl)"):
        assert f'<translation lang="{language}"' in xform
    assert 'relevant="(selected( /data/COO/COO-1' not in xform


def test_a_framework_comes_back_as_the_same_questions(host, framework):
    form = survey_questionnaire(framework)
    back = cb.read(_write(host, framework), name="form.xlsx", host=host).questionnaire
    assert [q.id for q in back.questions if q.id in framework.criteria] == [q.id for q in form.questions]
    for question in form.questions:
        other = back[question.id]
        assert (other.type, other.group, other.choices and [c.code for c in other.choices]) == (
            question.type, question.group, [c.code for c in question.choices],
        )  # fmt: skip
        assert [c.missing for c in other.choices] == [c.missing for c in question.choices]
        assert (other.skip.questions if other.skip else ()) == (question.skip.questions if question.skip else ())
        assert other.text.get("fr") == question.text.get("fr")
    assert {(m.question, m.target) for m in back.mappings} == {(q.id, q.id) for q in form.questions}


def test_what_comes_back_maps_itself_even_without_the_definition(host, read):
    text = (
        "country,MAN/MAN_1/MAN_1_1a,MAN/MAN_1/MAN_1_1b,capbuild_form,_uuid,_submission_time\n"
        "Jamaica,yes,dont_know,police-cyber-survey 1.0,u-1,2016-03-01T13:21:00\n"
    )
    reading = read(text, "export.csv")
    response = reading.responses[0]
    assert response["MAN-1.1a"].value == "yes"
    assert (response.country.alpha_2, response.questionnaire) == ("JM", "police-cyber-survey")
    assert {m.target for m in reading.questionnaire.mappings} == {"MAN-1.1a", "MAN-1.1b"}


def test_a_foreign_name_is_never_taken_for_a_criterion(read):
    reading = read("SEC_1_2a,_uuid,_submission_time\nyes,u,2016-03-01T13:21:00\n", "x.csv")
    assert reading.responses[0]["SEC_1_2a"].value == "yes"
    assert not reading.questionnaire.mappings


@pytest.fixture
def every_type():
    choices = (
        Choice(code="a b", label={"en": "A", "es": "Á"}),
        Choice(code="other", label={"en": "Other", "es": "Otro"}, other=True),
        Choice(code="dont_know", label={"en": "Don't know", "es": "No sabe"}, missing=Missing.DONT_KNOW),
    )
    selects = (T.SELECT_ONE, T.SELECT_MULTIPLE, T.RANKING)
    questions = [
        Question(id=f"q.{kind.name}", type=kind, text={"en": kind.value, "es": kind.value.upper()}, group="inner",
                 choices=choices if kind in selects else ())
        for kind in T
    ]  # fmt: skip
    questions.append(Question(id="TEC-1.1a", type=T.INTEGER, text="n", minimum=0, maximum=9, required=True,
                              skip=SkipRule(expression="(q.SELECT_ONE in a b)")))  # fmt: skip
    questions.append(Question(id="x", text="x", skip=SkipRule(expression="{q1} > 1", dialect="expression")))
    groups = [
        QuestionGroup(id="outer", title="Outer"),
        QuestionGroup(id="inner", title="Inner", parent="outer", repeat=True),
    ]
    mapping = QuestionMapping(question="TEC-1.1a", target="TEC-1.1a")
    return Questionnaire(id="all types", version="2", title="All", languages=("en", "es"), groups=groups,
                         questions=questions, mappings=[mapping])  # fmt: skip


def test_every_type_is_written_and_comes_back(host, every_type, tmp_path):
    data = _write(host, every_type)
    assert _xform(data, tmp_path)
    back = cb.read(data, name="form.xlsx", host=host).questionnaire
    changed = {T.BOOLEAN: T.SELECT_ONE, T.UNKNOWN: T.TEXT}
    for question in every_type.questions:
        assert back[question.id].type is changed.get(question.type, question.type)
    assert [c.code for c in back["q.SELECT_ONE"].choices] == ["a b", "other", "dont_know"]
    assert (back["TEC-1.1a"].minimum, back["TEC-1.1a"].maximum, back["TEC-1.1a"].required) == (0, 9, True)
    assert back["q.TEXT"].group == "inner"
    assert "country" in back


def test_one_form_makes_one_file(host, every_type):
    assert _write(host, every_type) == _write(host, every_type)


def test_languages_can_be_chosen(host, every_type):
    back = cb.read(_write(host, every_type, languages=["es"]), name="form.xlsx", host=host).questionnaire
    assert back.languages == ("es",)
    assert back["q.TEXT"].text.source == "TEXT"


def test_the_title_says_what_is_a_draft(host, framework):
    back = cb.read(_write(host, framework), name="form.xlsx", host=host).questionnaire
    assert "draft translation: es, fr, nl" in back.title.source


def test_answers_collected_in_the_form_come_back_with_what_was_not_asked(host, framework, tmp_path):
    """A whole return as KoboToolbox exports it, read with its form; skipped questions are blank there."""
    form = survey_questionnaire(framework)
    definition = tmp_path / "form.xlsx"
    definition.write_bytes(_write(host, framework))
    asked = cb.read(definition, host=host).questionnaire
    groups = {group.id: group for group in asked.groups}
    given = {q.id: q.choices[place % len(q.choices)].code for place, q in enumerate(form.questions)}
    for name in ("COO-1.3a", "COO-1.3b", "COO-1.3c"):
        given[name] = "no"
    skipped = [q.id for q in form.questions if q.skip is not None and set(q.skip.questions) & {"COO-1.3a"}]
    assert skipped
    given |= dict.fromkeys(skipped, "")

    def path(question):
        above, at = [], question.group
        while at is not None:
            above.insert(0, groups[at].id.rpartition("/")[2])
            at = groups[at].parent
        return "/".join([*above, question.id.replace("-", "_").replace(".", "_")])

    headers = ["country", *(path(asked[name]).replace("-", "_") for name in given), "_uuid", "_submission_time"]
    rows = [headers, ["Jamaica", *given.values(), "u-1", "2016-03-01T13:21:00"]]
    export = "\n".join(",".join(row) for row in rows) + "\n"
    reading = cb.read(export.encode(), name="export.csv", host=host, options={"form": str(definition)})
    (response,) = reading.responses
    missing = {choice.code: choice.missing for choice in form.questions[0].choices if choice.missing is not None}
    for name, code in given.items():
        expected = Missing.NOT_ASKED if name in skipped else missing.get(code, code)
        assert response[name].value == expected, name
    assert {m.target for m in reading.questionnaire.mappings} == set(framework.criteria)


MARKED = (
    Choice(code="0", label="Nothing", score=0.0, exclusive=True),
    Choice(code="1", label="A law", score=2.5),
    Choice(code="x", label="Something else", other=True),
    Choice(code="98", label="No tell", missing=Missing.REFUSED),
    Choice(code="99", label="Unknown", missing=None),
    Choice(code="dk", label="Don't know", missing=Missing.DONT_KNOW),
)


def test_choices_come_back_with_scores_marks_and_kinds_of_missing(host, tmp_path):
    form = Questionnaire(id="f", title="F", questions=[
        Question(id="q", type=T.SELECT_MULTIPLE, text="Q", choices=MARKED),
        Question(id="n", type=T.INTEGER, text="N", minimum=1_234_567, maximum=98_765_432_101),
    ])  # fmt: skip
    data = _write(host, form)
    back = cb.read(data, name="f.xlsx", host=host)
    assert back.questionnaire["q"].choices == MARKED
    assert (back.questionnaire["n"].minimum, back.questionnaire["n"].maximum) == (1_234_567, 98_765_432_101)
    xform = _xform(data, tmp_path)  # other tools pass the columns over
    assert 'constraint=". &gt;= 1234567 and . &lt;= 98765432101"' in xform
    assert cb.read(xform.encode(), name="f.xml", host=host).questionnaire["q"].choices == MARKED


def test_criteria_of_any_name_map_themselves(host, tmp_path):
    """Ids of other catalogues, an id of its own, and one question about two criteria."""
    questions = [Question(id=name, text="?") for name in ("GV.OC-01", "q7", "both", "TEC-1.1a", "alone")]
    targets = [
        ("GV.OC-01", "GV.OC-01"),
        ("q7", "5.1 (a)"),
        ("both", "ID_AM"),
        ("both", "K-2"),
        ("TEC-1.1a", "TEC-1.1a"),
    ]
    mappings = [QuestionMapping(question=name, target=target) for name, target in targets]
    data = _write(host, Questionnaire(id="f", title="F", questions=questions, mappings=mappings))
    assert 'nodeset="/data/GV_x2e_OC_x2d_01"' in _xform(data, tmp_path)  # other tools pass the column over
    back = cb.read(data, name="f.xlsx", host=host).questionnaire
    assert [(m.question, m.target) for m in back.mappings] == targets


def test_a_question_without_a_text_is_called_by_its_id(host, tmp_path):
    """The reference parser refuses a question without a label."""
    questions = [Question(id="q1", text=""), Question(id="q2", text={"en": "Law?", "es": " "})]
    data = _write(host, Questionnaire(id="f", title="F", languages=("en", "es"), questions=questions))
    assert "<value>q1</value>" in _xform(data, tmp_path)
    back = cb.read(data, name="f.xlsx", host=host).questionnaire
    assert [back[q.id].text.get("en") for q in questions] == ["q1", "Law?"]


def test_the_marks_count_in_forms_of_this_library_alone(read):
    form = "type,name,label\nselect_one l,q,Q\n"
    sections = f"survey\n{form}choices\nlist_name,name,label,capbuild_score\nl,a,A,3\n"
    lines = [line if line in ("survey", "choices") else f",{line}" for line in sections.splitlines()]
    assert read("\n".join(lines), "f.csv").questionnaire["q"].choices[0].score is None


EQUATIONS = (
    ('law.NAOK == "A1"', "${law} = 'A1'"),
    ('((law.NAOK == "A1" or law == "no idea") && !(n.NAOK < 3))',
     "((${law} = 'A1' or ${law} = 'no_x20_idea') and not(${n} < 3))"),
    ('tools_lab.NAOK == "Y" || tools_none.NAOK != "Y"', "selected(${tools}, 'lab') or not(selected(${tools}, 'none'))"),
    ('!is_empty(why.NAOK) and n.NAOK ge 2.5 and is_empty(tools_lab)',
     "${why} != '' and ${n} >= 2.5 and not(selected(${tools}, 'lab'))"),
    ('sure.NAOK == "Y"', "${sure} = 'yes'"),
    ('why.NAOK == "it\'s"', None), ("count(law, why) > 1", None), ('other.NAOK == "x"', None), ('tools == "Y"', None),
    ('law.NAOK == "A1" +', None), ('tools_lab.NAOK > 1', None),
)  # fmt: skip


@pytest.mark.parametrize(("equation", "wanted"), EQUATIONS)
def test_an_equation_of_limesurvey_is_a_condition_where_both_say_the_same(host, equation, wanted, tmp_path):
    asked = [
        Question(
            id="law",
            type=T.SELECT_ONE,
            text="?",
            choices=[Choice(code="A1", label="a"), Choice(code="no idea", label="b")],
        ),
        Question(id="n", type=T.INTEGER, text="?"),
        Question(id="why", type=T.TEXT, text="?"),
        Question(id="sure", type=T.BOOLEAN, text="?"),
        Question(
            id="tools",
            type=T.SELECT_MULTIPLE,
            text="?",
            choices=[Choice(code="lab", label="l"), Choice(code="none", label="n")],
        ),
        Question(id="x", text="?", skip=SkipRule(expression=equation, dialect="expression")),
    ]
    data = _write(host, Questionnaire(id="f", title="F", questions=asked))
    assert "/data/x" in _xform(data, tmp_path)  # the reference parser raises what it does not understand
    found = cb.read(data, name="form.xlsx", host=host).questionnaire["x"].skip
    assert (found and found.expression) == wanted


@pytest.mark.parametrize(
    "rule",
    [
        SkipRule(expression="(law in no idea)"),
        SkipRule(expression="${law} = 'no idea' and ${why} != 'no'", dialect="xpath"),
    ],
)
def test_codes_in_conditions_are_those_of_the_form(host, rule):
    asked = [
        Question(id="law", type=T.SELECT_ONE, text="?", choices=[Choice(code="no idea", label="b")]),
        Question(id="why", type=T.TEXT, text="?"),
        Question(id="x", text="?", skip=rule),
    ]
    data = _write(host, Questionnaire(id="f", title="F", questions=asked))
    assert "'no_x20_idea'" in cb.read(data, name="form.xlsx", host=host).questionnaire["x"].skip.expression


def test_names_that_stand_for_no_id_are_kept(host, tmp_path):
    """A group below a path with a blank behind its slash, and names that somebody put into a form of ours."""
    form = Questionnaire(id="f", title="F", groups=[QuestionGroup(id="Unit/ Staff", title="Staff")], questions=[
        Question(id="q", text="Q", group="Unit/ Staff", type=T.SELECT_ONE, choices=[Choice(code="a b", label="A")]),
    ])  # fmt: skip
    data = _write(host, form)
    assert "/data/Staff/q" in _xform(data, tmp_path)
    back = cb.read(data, name="f.xlsx", host=host).questionnaire
    assert [g.id for g in back.groups] == [back["q"].group] == ["Unit/ Staff"]
    assert back["q"].choices[0].code == "a b"
    rows = "survey\n,type,name,label\n,begin_group,_x20_g,G\n,select_one l,_x20_q,Q\n,end_group,,\n"
    rows += ",calculate,capbuild_form,\nchoices\n,list_name,name,label\n,l,b_x20_,B\n"
    odd = cb.read(rows.encode(), name="f.csv", host=host).questionnaire
    assert (odd.groups[0].id, odd.questions[0].id, odd.questions[0].choices[0].code) == ("_x20_g", "_x20_q", "b_x20_")


def test_groups_that_are_called_as_questions_come_back(host, read, tmp_path):
    """No tool takes a group and a question of one name: the true id stands in a column of its own."""
    groups = [
        QuestionGroup(id="lab", title="Laboratory"),
        QuestionGroup(id="staff", title="Staff", parent="lab"),
        QuestionGroup(id="TEC-2", title="Tools"),
        QuestionGroup(id="visit/tools", title="Seen", repeat=True),
    ]
    asked = [
        Question(id="lab", text="Is there one?", group="lab"), Question(id="staff", text="Who?", group="staff"),
        Question(id="TEC-2.1a", text="Tools?", group="TEC-2"), Question(id="tools", text="Which?", group="visit/tools"),
    ]  # fmt: skip
    form = Questionnaire(id="f", title="F", groups=groups, questions=asked)
    data = _write(host, form)
    assert "/data/lab_group/staff_group/staff" in _xform(data, tmp_path)
    back = read(data, "f.xlsx").questionnaire
    assert [(g.id, g.parent, g.repeat) for g in back.groups] == [(g.id, g.parent, g.repeat) for g in groups]
    assert [(q.id, q.group) for q in back.questions[:-1]] == [(q.id, q.group) for q in asked]
    export = "_uuid,_submission_time,lab_group/lab,lab_group/staff_group/staff\nu-1,2016-03-01T10:00:00,yes,Ann\n"
    found = read(export, "export.csv", form=data)
    assert [a.value for a in found.responses[0].answers if a.question in ("lab", "staff")] == ["yes", "Ann"]
    assert found.questionnaire["staff"].group == "staff"
