"""Real codebooks and Lifecycle files, where the corpus is present: facts counted by `xml.etree` alone."""

from xml.etree import ElementTree

import pytest

import capbuild as cb
from capbuild.model import Severity
from capbuild.plugins import Host

pytestmark = pytest.mark.corpus

HOST = Host()
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture(scope="module")
def folder(corpus):
    return corpus / "formats" / "ddi"


def read(path):
    reading = cb.read(path, host=HOST)
    assert reading.format == "ddi"
    return reading


def named(root, name):
    return [node for node in root.iter() if node.tag.rpartition("}")[2] == name]


def words(node):
    return " ".join("".join(node.itertext()).split())


def test_variables_and_categories_of_codebooks(folder, capsys):
    right = total = 0
    for path in sorted(folder.glob("cb__*.xml")):
        root = ElementTree.parse(path).getroot()
        if root.tag.endswith("metadata"):
            continue
        reading = read(path)
        variables = named(root, "var")
        assert [q.id for q in reading.questionnaire.questions] == [var.get("name") for var in variables], path.name
        severe = [(issue.code, issue.severity) for issue in reading.issues if issue.code != "CB136"]
        assert severe == ([] if variables else [("DDI2", Severity.WARNING)])
        assert all(issue.severity is Severity.NOTE for issue in reading.issues if issue.code == "CB136")
        for var, question in zip(variables, reading.questionnaire.questions, strict=True):
            texts = [words(node) for node in named(var, "qstnLit")] or [words(var.find("{*}labl"))]
            codes = [words(node) for node in named(var, "catValu")]
            total += 1
            right += question.text.source == texts[0] and [c.code for c in question.choices] == codes
    with capsys.disabled():
        print(f"\nddi: {right}/{total} variables right")
    assert right == total == 10


def test_questions_of_lifecycle_files(folder, capsys):
    right = total = 0
    for path in sorted(folder.glob("lc__*.xml")):
        root = ElementTree.parse(path).getroot()
        form = read(path).questionnaire
        lists = {node.find("{*}ID").text: node for node in named(root, "CodeList")}
        cells = [q for q in form.questions if q.parent is not None]
        for node in named(root, "QuestionItem") + named(root, "QuestionGrid"):
            kind = node.tag.rpartition("}")[2]
            question = form[words(node.find(f"{{*}}{kind}Name/{{*}}String"))]
            domain = node.find("{*}CodeDomain/{*}CodeListReference/{*}ID")
            listed = named(lists[domain.text], "Code") if domain is not None else []
            codes = [words(code.find("{*}Value")) for code in listed]
            text = node.find("{*}QuestionText/{*}LiteralText/{*}Text")
            total += 1
            right += question.text.get(text.get(LANG)) == words(text) and (
                not codes or [c.code for c in question.choices] == codes
            )
            if kind == "QuestionGrid":
                below = {q.id for q in cells if q.parent == question.id}
                assert below == {words(one) for one in node.findall("{*}OutParameter/{*}ParameterName/{*}String")}
        assert {g.id for g in form.groups if g.repeat} >= {words(one.find("{*}ID")) for one in named(root, "Loop")}
    with capsys.disabled():
        print(f"\nddi: {right}/{total} questions right")
    assert right == total == 39


def test_a_variable_is_the_column_of_a_question_or_a_question(folder):
    for path in sorted(folder.glob("lc__*.xml")):
        root = ElementTree.parse(path).getroot()
        form = read(path).questionnaire
        for variable in named(root, "Variable"):
            name = words(variable.find("{*}VariableName"))
            assert name in form or variable.find("{*}QuestionReference") is not None, (path.name, name)
