"""Strategies: none is missing, all make valid values, and assessments fit what they speak of."""

import os
import subprocess
import sys
from enum import Enum
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import capbuild
from capbuild import model
from capbuild.model import Assessment, Framework, Questionnaire, Score, SheetReconciliation
from capbuild.testing import strategies
from capbuild.testing._hypothesis_entry import classes
from capbuild.testing.strategies import (
    assessments,
    catalogues,
    countries,
    frameworks,
    plans,
    questionnaires,
    responses,
    strategy,
)

QUICK = settings(max_examples=25, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow], deadline=None)
ENTRY = "capbuild.testing._hypothesis_entry:register"


def of_the_model() -> list[type]:
    named = (getattr(model, name) for name in model.__all__)
    return [cls for cls in named if isinstance(cls, type) and (attrs.has(cls) or issubclass(cls, Enum))]


def test_none_is_missing():
    assert set(of_the_model()) <= set(classes())


def test_all_is_sorted_and_true():
    assert strategies.__all__ == sorted(strategies.__all__)
    assert all(hasattr(strategies, name) for name in strategies.__all__)


@pytest.mark.parametrize("other", [int, str, dict])
def test_a_class_that_is_none_of_the_models_is_refused(other):
    with pytest.raises(TypeError, match="no class of the model"):
        strategy(other)


@settings(QUICK, max_examples=10)
@given(st.data())
def test_assessments_fit_what_they_are_given(data):
    frame, place = data.draw(frameworks()), data.draw(countries())
    assessment = data.draw(assessments(framework=st.just(frame), country=st.just(place)))
    assert assessment.framework is frame
    assert assessment.country is place
    for name, score in assessment.scores.items():
        assert score.capacity is frame[name]
        assert score.scale is frame.scale_of(frame[name])
        assert [result.target for result in score.results] == [criterion.id for criterion in frame[name].criteria]
        assert score.level is None or score.level <= len(score.scale.levels)
    known = {source.id for source in assessment.sources}
    assert {finding.source for finding in assessment.findings} <= known
    assert {finding.country for finding in assessment.findings} <= {place}


@QUICK
@given(st.data())
def test_responses_answer_their_questionnaire(data):
    form = data.draw(questionnaires())
    response = data.draw(responses(questionnaire=st.just(form)))
    assert [answer.question for answer in response.answers] == [question.id for question in form.questions]
    assert {mapping.question for mapping in form.mappings} <= set(form.by_id)


@QUICK
@given(strategy(SheetReconciliation))
def test_accounts_add_up(sheet):
    assert sheet.adds_up


@QUICK
@given(plans(), catalogues())
def test_plans_have_one_currency_and_catalogues_are_closed(plan, catalogue):
    assert plan.cost.currency == plan.limits.budget.currency
    known = {activity.id for activity in catalogue.activities}
    assert all(set(activity.prerequisites) <= known for activity in catalogue.activities)


@pytest.mark.parametrize(
    ("cls", "holds"),
    [
        (Framework, lambda frame: any(node.children for node in frame.walk()) and frame.criteria),
        (Score, lambda score: score.findings and score.plausible and score.plausible.probabilities),
        (Score, lambda score: score.value is not None),
        (Assessment, lambda assessment: assessment.conflicts),
        (Questionnaire, lambda form: form.mappings and any(group.parent is None for group in form.groups)),
    ],
)
def test_what_matters_is_met(cls, holds):
    only = settings(phases=[Phase.generate], max_examples=2000, suppress_health_check=list(HealthCheck), database=None)
    assert find(strategy(cls), lambda value: bool(holds(value)), settings=only)


def test_hypothesis_finds_them_by_itself(tmp_path):
    """A distribution that names the entry point is enough; nothing of capbuild is imported by the test's author."""
    folder = tmp_path / "made-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: made\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(f"[hypothesis]\nmade = {ENTRY}\n")
    code = (
        "from hypothesis import HealthCheck, given, settings, strategies as st\n"
        "from capbuild.model import Country\n"
        # The first draw imports what draws: on a busy machine that alone may be called slow.
        "only = settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])\n"
        "only(given(st.from_type(Country))(lambda country: None))()\n"
    )
    paths = [str(tmp_path), str(Path(capbuild.__file__).parents[1])]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_installed_package_names_the_entry_point():
    try:
        version("capbuild")
    except PackageNotFoundError:
        pytest.skip("capbuild is on the path but not installed, so it has no entry points")
    assert ENTRY in {entry.value for entry in entry_points(group="hypothesis")}
