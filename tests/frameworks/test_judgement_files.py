"""Answer scales, judgement, target profiles and the meaning of zero in framework files and spreadsheets."""

import pytest

import capbuild as cb
from capbuild.errors import DocumentError
from capbuild.frameworks import framework_from_toml, survey_questionnaire
from capbuild.frameworks.instruments import questionnaire_csv
from capbuild.frameworks.spreadsheets.drafting import draft_framework
from capbuild.frameworks.spreadsheets.template import template_sheets
from capbuild.model import AgreementRule, Answer, Framework, Missing, QuestionMapping, Verdict, ZeroMeaning
from capbuild.plugins import CellTable
from capbuild.scoring import AnswerReader
from capbuild.scoring.findings import UnreadAnswer

TEXT = """
[framework]
id = "f"
edition = "1"
title = "F"
languages = ["en", "es"]
zero = "not answered"
[[scales]]
id = "levels"
levels = [{ label = "One" }, { label = "Two" }, { label = "Three" }, { label = "Four" }]
[[answers]]
id = "implemented"
options = [
    { code = "FI", label = { en = "Fully implemented", es = "Implementado del todo" }, counts = "yes" },
    { code = "LI", label = { en = "Largely implemented", es = "Casi del todo" }, counts = "yes" },
    { code = "PI", label = { en = "Met in part", es = "Cumplido en parte" }, counts = "partly" },
    { code = "NI", label = { en = "Not", es = "No implementado" }, counts = "no" },
]
[[answers]]
id = "depth"
options = [{ code = "A", label = "Shallow", counts = 1 }, { code = "B", label = "Deep", counts = 3 }]
[judgement]
agreement = "median"
evidence_from = 3
source = "Handbook, 4.2"
[[profiles]]
id = "basic"
title = { en = "Basic", es = "Básico" }
default = 1
targets = { D1 = 3, "D1.2" = 4 }
[[nodes]]
id = "D1"
kind = "domain"
title = "D"
[[nodes]]
id = "D1.1"
parent = "D1"
title = "X"
[[nodes]]
id = "D1.2"
parent = "D1"
title = "Y"
criteria = [{ id = "q1", step = 2, text = "First" }, { id = "q2", step = 4, text = "Second" }]
[[nodes]]
id = "E"
title = "E"
answers = "depth"
"""


@pytest.fixture(scope="module")
def framework() -> Framework:
    return framework_from_toml(TEXT)


def test_a_file_declares_its_rules(framework):
    assert framework.judgement.agreement is AgreementRule.MEDIAN
    assert (framework.judgement.evidence_from, framework.judgement.source) == (3, "Handbook, 4.2")
    assert framework.zero is ZeroMeaning.NOT_ANSWERED
    assert framework.profile("basic").targets == {"D1.1": 3, "D1.2": 4, "E": 1}
    with pytest.raises(KeyError, match="did you mean 'basic'"):
        framework.profile("basics")


@pytest.mark.parametrize(
    ("wrong", "where", "found", "remedy"),
    [
        (
            ('counts = "partly"', 'counts = "party"'),
            "party",
            "'party' is not what an answer may count for",
            "one of: yes",
        ),
        (
            ('answers = "depth"', 'answers = "dept"'),
            'answers = "dept',
            "no answer scale 'dept' (did you mean 'depth'?)",
            "implemented",
        ),
        (('answers = "depth"', 'answers = "implemented"'), "\nanswers = ", "is judged by a level", "number of a level"),
        (("targets = { D1 = 3", "targets = { D2 = 3"), "targets = {", "f 1 has no 'D2'", "name an indicator"),
        (('"D1.2" = 4 }', '"D1.2" = 7 }'), "targets = {", "7 is not a target of D1.2", "level or value of the scale"),
        (
            ("evidence_from = 3", "evidence_from = 5"),
            "evidence_from",
            "no level is as high as 5",
            "lowest level that needs",
        ),
        (
            ('agreement = "median"', 'agreement = "mean"'),
            "agreement",
            "'mean' is not an agreement",
            "consensus, median",
        ),
        (('zero = "not answered"', 'zero = "level"'), "zero =", "no scale has a level 0", "first_level = 0"),
        (
            ("levels = [", 'first_level = 0\nlevels = [{ label = "Zero" }, '),
            "zero =",
            "a scale has a level 0",
            'zero = "level"',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_remedy(wrong, where, found, remedy):
    assert wrong[0] in TEXT
    with pytest.raises(DocumentError) as caught:
        framework_from_toml(TEXT.replace(*wrong, 1))
    shown, before = str(caught.value), TEXT.replace(*wrong, 1).split(where)[0] + where
    line = before.count("\n") + 1
    assert f"(line {line})" in shown
    assert found in shown
    assert remedy in shown


@pytest.mark.parametrize("value", ["FI", "fi", "Fully implemented", "IMPLEMENTADO DEL TODO", "FI - Fully implemented"])
def test_options_are_read_by_code_and_by_words_in_any_language(framework, value):
    reader = AnswerReader.make(framework)
    (mapping,) = reader.targets("q1")
    assert reader.read(Answer("q1", value), mapping) is Verdict.YES


@pytest.mark.parametrize(
    ("target", "value", "meaning"),
    [
        ("q1", "Cumplido en parte", Verdict.PARTLY),
        ("q1", "NI", Verdict.NO),
        ("q1", "no", Verdict.NO),  # plain words are understood as before
        ("E", "deep", 3),
        ("E", "B", 3),
        ("E", "Three", 3),
        ("D1.1", 0, Missing.NO_ANSWER),
        ("D1.1", 4, 4),
        ("D1.1", "Three", 3),
    ],
)
def test_each_option_counts_for_what_the_framework_says(framework, target, value, meaning):
    reader = AnswerReader.make(framework)
    assert reader.read(Answer(target, value), QuestionMapping(question=target, target=target)) == meaning


@pytest.mark.parametrize("value", [2, "2", "Two", "L2"])
def test_a_level_that_no_option_counts_for_is_no_answer(framework, value):
    reader, mapping = AnswerReader.make(framework), QuestionMapping(question="E", target="E")
    read = reader.read(Answer("E", value), mapping)
    assert isinstance(read, UnreadAnswer)
    assert read.allowed == "one of 1 (Shallow), 3 (Deep)"
    own = AnswerReader.make(framework, words={"Two": "L2"})
    assert own.read(Answer("E", "Two"), mapping) == 2  # the programme says so itself


def test_the_programme_says_what_its_own_words_mean_first(framework):
    reader = AnswerReader.make(framework, words={"LI": "partly"})
    (mapping,) = reader.targets("q1")
    assert reader.read(Answer("q1", "LI"), mapping) is Verdict.PARTLY
    assert reader.read(Answer("q1", "FI"), mapping) is Verdict.YES


def test_forms_offer_the_options(framework):
    form = survey_questionnaire(framework)
    assert [choice.code for choice in form["q1"].choices] == ["FI", "LI", "PI", "NI", "dont_know"]
    assert form["q1"].choices[0].label.get("es") == "Implementado del todo"
    assert [choice.code for choice in form["E"].choices][:2] == ["A", "B"]
    assert "PI = Cumplido en parte" in questionnaire_csv(framework, "es")


def test_forms_with_points_offer_no_answer_that_the_rule_does_not_know(tmp_path):
    (tmp_path / "f.csv").write_text("No.,Indicator,Points\n1,A law is in force,3\n2,A team is at work,2\n", "utf-8")
    points = cb.read_framework(tmp_path / "f.csv").require()
    asked = survey_questionnaire(points).questions
    assert {choice.code for one in asked for choice in one.choices} & {"yes", "no", "partly", "not_applicable"} == {
        "yes",
        "no",
    }


def test_a_form_that_is_filled_in_comes_back(framework, tmp_path):
    text = questionnaire_csv(framework, "es").replace("First,,", "First,Casi del todo,")
    (tmp_path / "jamaica.csv").write_text(text, encoding="utf-8")
    reading = cb.read(tmp_path / "jamaica.csv")
    reader = AnswerReader.make(framework)
    found = {
        answer.question: reader.read(answer, reader.targets(answer.question)[0])
        for response in reading.responses
        for answer in response.answers
        if answer.question in framework.criteria
    }
    assert found["q1"] is Verdict.YES


def sheets(framework, **changed):
    """Return the sheets of the template, a cell of one of them changed."""
    for sheet in template_sheets(framework):
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.rows]
        for old, new in changed.get(sheet.name, ()):
            rows = [[new if cell == old else cell for cell in row] for row in rows]
        yield CellTable(sheet.name, [sheet.header, *map(tuple, rows)])


def test_the_template_holds_all_of_it(framework):
    draft = draft_framework(sheets(framework), "f.xlsx")
    assert list(draft.issues) == []
    assert draft.framework == framework


@pytest.mark.parametrize(
    ("sheet", "old", "new", "place", "found"),
    [
        ("Answers", "partly", "perhaps", "f.xlsx!Answers:F4", "'perhaps' is not what an answer may count for"),
        ("Profiles", "D1.2", "D1.9", "f.xlsx!Profiles:D4", "f 1 has no 'D1.9'"),
        ("Rules", "median", "medium", "f.xlsx!Rules:C2", "'medium' is not an agreement (did you mean 'median'?)"),
        ("Nodes", "depth", "deep", "f.xlsx!Nodes:L5", "there is no answer scale 'deep'"),
    ],
)
def test_what_is_wrong_in_the_template_is_told_with_its_cell(framework, sheet, old, new, place, found):
    draft = draft_framework(sheets(framework, **{sheet: [(old, new)]}), "f.xlsx")
    (issue,) = draft.issues
    assert str(issue.origin) == place
    assert found in issue.message
    assert issue.remedy


def rows(*lines):
    return [CellTable("Model", [tuple(line.split("|")) for line in lines])]


def test_answers_beside_criteria_become_an_answer_scale():
    draft = draft_framework(
        rows(
            "Domain|Objective|ID|Practice|MIL|Answers",
            "ASSET|Manage|ASSET-1a|An inventory exists.|1|FI/LI/PI/NI",
            "||ASSET-1b|It is complete.|2|FI/LI/PI/NI",
        ),
        "c2m2.xlsx",
    )
    (scale,) = draft.require().answers
    assert [(one.code, one.counts) for one in scale.options] == [
        ("FI", Verdict.YES), ("LI", Verdict.YES), ("PI", Verdict.PARTLY), ("NI", Verdict.NO),
    ]  # fmt: skip
    assert any(
        "PI as partly" in question.assumed and str(question.origin).endswith("F2") for question in draft.questions
    )
    assert draft.framework.answers_of(draft.framework.owner("ASSET-1a")) == scale


def test_columns_of_targets_become_profiles():
    draft = draft_framework(
        rows(
            "Domain|Indicator|Level 0|Level 1|Level 2|Target: Basic|Meta avanzada",
            "O|Mandate|a|b|c|1|2",
            "|Authority|a|b|c||2",
        ),
        "sim3.xlsx",
    )
    basic, advanced = draft.require().profiles
    assert (basic.id, dict(basic.targets)) == ("basic", {"1.1": 1})
    assert (advanced.id, dict(advanced.targets)) == ("avanzada", {"1.1": 2, "1.2": 2})
    off = draft_framework(rows("Indicator|Level 0|Level 1|Target Basic", "Mandate|a|b|4", "Authority|a|b|1"), "s.xlsx")
    assert [(str(one.origin), one.message) for one in off.issues] == [
        ("s.xlsx!Model:D2", "4 is not a target on this scale")
    ]
