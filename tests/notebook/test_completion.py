"""What a notebook offers after a dot and inside brackets: the names that exist, and nothing that fails."""

import importlib
import pkgutil

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import capbuild as cb
from capbuild import frameworks, model
from capbuild.tracking import sensitivity


@pytest.fixture(scope="module")
def keyed(capbuild_programme, capbuild_survey):
    baseline = capbuild_programme.baseline
    return {
        "AssessmentSet": baseline,
        "Assessment": baseline["JM"],
        "Framework": baseline.framework,
        "Needs": model.Needs(needs=[model.Need(id="N1", kind="skill", statement="Examiners")]),
        "Questionnaire": frameworks.survey_questionnaire(frameworks.load_bundled("police_cyber")),
        "Survey": capbuild_survey,
        "Response": capbuild_survey.responses[0],
        "Sensitivity": sensitivity(baseline),
    }


def test_every_class_that_takes_a_key_offers_its_keys(keyed):
    classes = [getattr(model, name) for name in model.__all__]
    taking = {cls.__name__ for cls in classes if hasattr(cls, "__getitem__") and hasattr(cls, "__attrs_attrs__")}
    assert taking == {*keyed, "Issues"}  # issues have positions, not keys
    for thing in keyed.values():
        offered = thing._ipython_key_completions_()
        assert len(offered) == len(set(offered)) > 0
        assert all(thing[key] is not None for key in offered)


def test_a_wrong_key_names_the_nearest(keyed):
    for name, thing in keyed.items():
        key = thing._ipython_key_completions_()[-1]
        with pytest.raises(KeyError) as caught:
            thing[key + "x"]
        assert f"did you mean {key!r}" in str(caught.value), name


def completed(shell, text):
    with provisionalcompleter():
        return sorted(text[: found.start] + found.text for found in shell.Completer.completions(text, len(text)))


def test_a_notebook_completes_countries_capacities_and_lazy_names(capbuild_programme):
    shell = InteractiveShell()
    shell.Completer.use_jedi = False
    baseline = capbuild_programme.baseline
    shell.user_ns |= {"baseline": baseline, "jamaica": baseline["JM"], "cb": cb}
    assert completed(shell, 'baseline["Jam') == ['baseline["Jamaica']
    assert completed(shell, 'jamaica["LAW-') == ['jamaica["LAW-1', 'jamaica["LAW-2']
    assert not [one for one in completed(shell, 'baseline["Jamaica"]["') if "LAW-1" in one]  # the page says so
    shell.Completer.evaluation = "unsafe"
    assert 'baseline["Jamaica"]["LAW-1' in completed(shell, 'baseline["Jamaica"]["')
    tally = cb.read(b"country,law\nJamaica,yes\nPeru,no\n", name="a.csv").tally("law", by="country")
    shell.user_ns["tally"] = tally
    assert completed(shell, 'tally["Jam') == ['tally["Jamaica']
    assert [tally[key] for key in tally._ipython_key_completions_()] == list(tally)
    assert completed(shell, "cb.open_w") == ["cb.open_workspace"]
    assert {"jamaica.conflicts", "jamaica.country", "jamaica.coverage"} <= {*completed(shell, "jamaica.co")}


def test_dir_of_every_package_offers_all_it_exports():
    names = ["capbuild", *(info.name for info in pkgutil.walk_packages(cb.__path__, "capbuild.") if info.ispkg)]
    for name in names:
        package = importlib.import_module(name)
        assert {*getattr(package, "__all__", ())} <= {*dir(package)}, name
