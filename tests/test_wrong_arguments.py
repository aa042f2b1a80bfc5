"""A public function that is given something else than it takes says so, as the library's own error."""

import contextlib
import inspect

import pytest

import capbuild as cb

#: They make a folder or a mark, whatever they are given.
_OTHERS = {"hookimpl", "new_programme", "progress_bar", "run"}
FUNCTIONS = sorted(name for name in set(cb.__all__) - _OTHERS if inspect.isfunction(getattr(cb, name)))


@pytest.mark.parametrize("value", ["x", None, 3, object()], ids=["text", "none", "number", "object"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wrong_argument_is_an_error_of_the_library(name, value, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function = getattr(cb, name)
    required = [one for one in inspect.signature(function).parameters.values() if one.default is one.empty]
    required = [one for one in required if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    given = [value for one in required if one.kind is not one.KEYWORD_ONLY]
    named = {one.name: value for one in required if one.kind is one.KEYWORD_ONLY}
    with contextlib.suppress(cb.CapbuildError):  # what a value of any kind is allowed to be is a result
        result = function(*given, **named)
        if inspect.isgenerator(result):
            list(result)


SURVEY = cb.read(b"country,A\nPeru,yes\n", name="a.csv")


@pytest.mark.parametrize(
    ("call", "place", "rule"),
    [
        (lambda: cb.compare("baseline", "endline"), "compare.", "AssessmentSet"),
        (lambda: cb.draft_mapping(SURVEY, "police-cyber"), "draft_mapping.framework", "Framework"),
        (lambda: cb.scan(None), "source", "a path, bytes, or a stream"),
        (lambda: cb.match_countries(7), "match_countries.", "collection"),
    ],
)
def test_it_names_argument_and_rule(call, place, rule):
    with pytest.raises(cb.ModelError, match=rule) as caught:
        call()
    assert place in str(caught.value)


def test_a_fault_inside_a_function_stays_what_it_is():
    from capbuild._typed import explains_arguments

    @explains_arguments
    def broken(text: str) -> str:
        return text.no_such_thing

    with pytest.raises(AttributeError, match="no_such_thing"):
        broken("x")
    with pytest.raises(cb.ModelError, match=r"broken\.text"):
        broken(3)
