"""YAML within limits: values as PyYAML's own loader of texts makes them, hostile files refused."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from capbuild.errors import CapbuildError
from capbuild.formats.yaml_file import load_yaml
from capbuild.plugins import InputFile, ReadLimits

TEXTS = st.text("abcXYZ éñ字0123456789:#-'\"\n,{}[]&*!|>%@`~.", max_size=12)
TREES = st.recursive(
    TEXTS | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(lambda key: key != "<<"), inner, max_size=4)
    ),
    max_leaves=20,
)


def load(text, **limits):
    return load_yaml(InputFile("a.yaml", data=text.encode(), limits=ReadLimits(**limits)))


@given(TREES)
def test_what_another_library_writes_is_read_as_it_was(tree):
    shared = {"first": tree, "again": tree}  # written with an anchor and an alias where it is an object or a list
    assert load(yaml.safe_dump(shared, allow_unicode=True)).value == shared


def test_numbers_and_dates_stay_texts_and_lines_are_known():
    found = load("a:\n- ref_id: 1.10\n  day: 2024-05-18\n  country: no\n- [x, 'true', true, ~]\n")
    assert found.value == {"a": [{"ref_id": "1.10", "day": "2024-05-18", "country": "no"}, ["x", "true", True, None]]}
    assert (found.lines["a", 0], found.lines["a", 1]) == (2, 5)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BOMB, "CB133"),
        ("[" * 200 + "]" * 200, "CB118"),
        ("a: &a [*a]", "CB014"),
        ("a: 1\na: 2", "CB014"),
        ("!!python/object/apply:os.system ['true']", "CB014"),
        ("base: &b {x: 1}\nother: {<<: *b}", "CB014"),
        ("a: 1\n---\nb: 2", "CB014"),
        ("a: [1", "CB014"),
        ("? [a]\n: b", "CB014"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_a_remedy(text, code):
    with pytest.raises(CapbuildError) as raised:
        load(text)
    assert (raised.value.code, bool(raised.value.remedy)) == (code, True)


def test_without_the_parser_the_remedy_is_a_command(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(CapbuildError, match="pip install pyyaml"):
        load("a: 1")
