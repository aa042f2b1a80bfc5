"""Frameworks written as TOML: what is right loads, what is wrong is told."""

import pytest

from capbuild.errors import DocumentError
from capbuild.frameworks import framework_from_toml
from capbuild.frameworks.flat import read_framework
from capbuild.model import RoundingMode
from capbuild.plugins import RegisteredMethod

HEAD = '[framework]\nid = "f"\nedition = "1"\ntitle = "F"\n'


def node(name, parent=None):
    above = f'parent = "{parent}"\n' if parent else ""
    return f'[[nodes]]\nid = "{name}"\ntitle = "{name}"\n{above}'


def test_a_tree_of_any_depth():
    framework = framework_from_toml(HEAD + node("a") + node("b", "a") + node("c", "b") + node("d"))
    assert [n.id for n in framework.walk()] == ["a", "b", "c", "d"]
    assert [n.id for n in framework.indicators] == ["c", "d"]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (HEAD + node("a", "c") + node("b", "a") + node("c", "b"), "CB020", "cycle: a -> c -> b -> a"),
        (HEAD + node("a", "a"), "CB020", "cycle: a -> a"),
        (HEAD + node("alpha") + node("b", "alpa"), "CB020", "did you mean 'alpha'"),
        (HEAD + node("a") + node("a"), "CB021", "is a duplicate id"),
        (HEAD, "CB010", "at least one node"),
        ('[framework]\nid = "f"\n' + node("a"), "CB010", "framework.edition (line 1): edition is missing"),
        ("not toml [", "CB010", "not valid TOML"),
        (HEAD + node("a") + "weight = -1.0\n", "CB010", "must be at least 0"),
        (HEAD + node("a") + "colour = 1\n", "CB010", "unknown key 'colour'"),
    ],
)
def test_what_is_wrong_is_told(text, code, message):
    with pytest.raises(DocumentError, match=r".*") as caught:
        framework_from_toml(text, "f.toml")
    assert caught.value.code == code
    assert message in str(caught.value)
    assert str(caught.value.origin) == "f.toml"


def test_methods_scales_and_rounding():
    text = (
        HEAD
        + '[[scales]]\nid = "s"\nlevels = [{label = "low"}, {label = "high"}]\n'
        + '[methods]\nindicator = {name = "scaled", maximum = 10}\n'
        + '[rounding]\nindicator = {digits = 1, mode = "down", feeds_up = true}\n'
        + node("a")
    )
    framework = framework_from_toml(text)
    assert str(framework.method_of(framework["a"])) == "scaled (maximum = 10)"
    assert framework.scale_of(framework["a"]).level(2).label.source == "high"
    rule = framework.rounding["indicator"]
    assert (rule.digits, rule.mode, rule.feeds_up) == (1, RoundingMode.DOWN, True)


RUBRIC = """
[framework]
id = "r"
edition = "1"
title = "R"
[[scales]]
id = "five"
levels = [{ label = "1" }, { label = "2" }, { label = "3" }, { label = "4" }, { label = "5" }]
[methods]
part = "mean"
indicator = "staircase"
[rounding]
part = { digits = 1 }
[[nodes]]
id = "P"
kind = "part"
title = "P"
[[nodes]]
id = "N"
parent = "P"
title = "A"
criteria = [
    { id = "a", step = 2, text = "a" },
    { id = "b", step = 5, text = "b", points = 2 },
]
"""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("step = 5", "step = 7", "b is for step 7, and the scale 'five' has 5 levels"),
        ("step = 5", 'step = "5"', "step must be a whole number, not '5'"),
        ("points = 2", 'points = "3"', "points must be a number, not '3'"),
        ("points = 2", "points = -2", "must be at least 0"),
        ("points = 2", "check = 'X'", "'X' is not a check"),
        ('{ label = "3" }', "{ }", "a level needs a label"),
        ('{ label = "3" }', '{ label = "3", order = 2 }', "unknown key 'order'"),
        ('indicator = "staircase"', 'indicator = "nonsense"', "'nonsense'"),
        ('indicator = "staircase"', 'indicater = "staircase"', "'indicater' (did you mean 'indicator'?)"),
        ('indicator = "staircase"', 'indicator = "mean"', "'mean' combines the nodes below one, and 'N' has none"),
        ('part = "mean"', 'part = "points"', "'points' judges a node by answers, and 'P' has nodes below it"),
        ('part = "mean"', 'part = { name = "mean", power = 2 }', "must be one of"),
        ("digits = 1", "digits = 13", "must lie between 0 and 12"),
        ('part = { digits = 1 }', 'parts = { digits = 1 }', "no node is of kind 'parts'"),
        ('parent = "P"', 'parent = "Q"', "'Q' is not a node"),
        ('title = "A"', 'scale = "six"\ntitle = "A"', "there is no scale 'six'"),
        ('id = "b"', 'id = "a"', "'a' is a duplicate id; it is also in line 23"),
        ('edition = "1"', 'edition = 1', "edition must be a text, not 1"),
    ],
)  # fmt: skip
def test_every_problem_has_its_line(before, after, said):
    issues = []
    assert read_framework(RUBRIC, "r.toml", issues, {}) is not None, issues
    assert RUBRIC.count(before) == 1
    line = RUBRIC[: RUBRIC.index(before)].count("\n") + 1
    assert read_framework(RUBRIC.replace(before, after), "r.toml", issues, {}) is None
    assert [(one.origin.file, one.origin.row) for one in issues] == [("r.toml", line)], issues
    assert said in issues[0].message
    assert issues[0].remedy


def test_a_method_of_a_plugin_is_known_where_the_plugins_are():
    text = RUBRIC.replace('part = "mean"', 'part = "weakest"')
    weakest = RegisteredMethod(name="weakest", title="Weakest", function=lambda values, weights: min(values))
    for methods, known in ((None, True), ({}, False), ({"weakest": weakest}, True)):
        assert (read_framework(text, "r.toml", [], methods) is not None) is known


RULES = HEAD + node("a") + 'criteria = [{ id = "a.1", step = 1, text = "x" }, { id = "a.2", step = 1, text = "y" }]\n'
POINTS = RULES + 'method = "points"\n'


def rule(condition, expected, text='text = "t"'):
    return f'[[rules]]\nif = "{condition}"\nthen = "{expected}"\n{text}\n'


def test_rules_say_which_answers_contradict_each_other():
    framework = framework_from_toml(POINTS + rule("a.1 = no", "a.2 != yes"))
    (made,) = framework.rules
    for first, second, broken in (("no", "yes", True), ("no", "no", False), ("yes", "yes", False), ("no", None, False)):
        answers = {"a.1": first, "a.2": second}
        assert made.is_broken(answers.get, framework.names) is broken


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (rule("a.1 = no", "a.3 = yes"), "did you mean 'a.2' or 'a.1'"),
        (rule("a.1 = perhaps", "a.2 = yes"), "one of yes, partly, no, elsewhere"),
        (rule("a.1", "a.2 = yes"), "must compare ids with answers"),
        (rule("a.1 = no", "a.2 = yes", ""), "a rule needs a text"),
        ('[[rules]]\nif = "a.1 = no"\ntext = "t"\n', "then is missing"),
        (rule("a.1 = no", "a.2 = yes") + "colour = 1\n", "unknown key 'colour'"),
    ],
)
def test_a_rule_that_cannot_be_read_is_told_with_its_line(table, message):
    with pytest.raises(DocumentError, match=r".*") as caught:
        framework_from_toml(POINTS + table)
    assert message in str(caught.value)
    assert "rules[1]" in str(caught.value)
