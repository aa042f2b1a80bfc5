"""Frameworks written as TOML: what is right loads, what is wrong is told."""

import pytest

from capbuild.errors import DocumentError
from capbuild.frameworks import framework_from_toml
from capbuild.model import RoundingMode

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
        (HEAD + node("a") + node("a"), "CB021", "twice"),
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
