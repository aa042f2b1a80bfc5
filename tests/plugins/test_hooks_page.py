"""Hooks, their page, their users and their tests hold each other: nothing of the interface is left unsaid or unused."""

import inspect
import re
from pathlib import Path

import pytest

from capbuild.plugins import hookspecs

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "hooks.md"
HOOKS = {name: hook for name, hook in vars(hookspecs).items() if hasattr(hook, "capbuild_spec")}


def sections():
    parts = re.split(r"^## `(.+)`$", PAGE.read_text("utf-8").split("\n## Descriptors")[0], flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def signature(name):
    return f"{name}({', '.join(inspect.signature(HOOKS[name]).parameters)})"


def test_the_page_has_a_section_a_hook_with_its_signature():
    assert list(sections()) == [signature(name) for name in HOOKS]


@pytest.mark.parametrize("name", HOOKS)
def test_a_section_says_when_what_with_and_what_comes_back_and_shows_it(name):
    text = sections()[signature(name)]
    assert "**Asked**: " in text
    assert "**Returns**: " in text
    for argument in inspect.signature(HOOKS[name]).parameters:
        assert f"- `{argument}`: " in text
    example = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    assert f"@hookimpl\ndef {name}(" in example
    assert "assert " in example


@pytest.mark.parametrize("name", HOOKS)
def test_two_plugins_use_it_and_the_page_leads_to_them(name):
    said = sections()[signature(name)].split("**Used by**: ")[1]
    users = [(PAGE.parent / target).resolve() for target in re.findall(r"\]\((\S+)\)", said)]
    assert len(set(users)) >= 2
    for user in users:
        assert re.search(rf"@hookimpl\ndef {name}\(", user.read_text("utf-8")), user


@pytest.mark.parametrize("name", HOOKS)
def test_a_test_uses_it(name):
    here = Path(__file__).name
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path.name != here]
    assert any(re.search(rf"\b{name}\b", path.read_text("utf-8")) for path in tests)
