"""Every class of the model survives being written and read, and being pickled."""

import pickle
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from capbuild.documents import dumps, loads
from capbuild.documents.envelope import kinds
from capbuild.model import Assessment, AssessmentSet, Dossier
from capbuild.testing.strategies import assessment_sets, strategy

QUICK = settings(max_examples=15, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow], deadline=None)
#: Each value of these holds dozens of the others, which have their own turn.
LARGE = (Assessment, AssessmentSet, Dossier)


def shape(value: Any) -> Any:
    """Return everything in a value with its type: what equality leaves out too, and what a text and an enum share.

    Numbers of one value are written alike: -0.0 as 0.0, and 1.50 as 1.5.
    """
    if attrs.has(type(value)):
        return type(value), [(field.name, shape(getattr(value, field.name))) for field in attrs.fields(type(value))]
    if isinstance(value, tuple):
        return tuple(shape(item) for item in value)
    if isinstance(value, Mapping):
        return type(value), sorted((key, repr(shape(item))) for key, item in value.items())
    if isinstance(value, float | Decimal):
        return type(value), value.normalize() if isinstance(value, Decimal) else value + 0.0
    return type(value), value


@pytest.mark.parametrize("cls", kinds().values(), ids=list(kinds()))
def test_round_trip(cls):
    @settings(QUICK, max_examples=8 if cls in LARGE else 15)
    @given(strategy(cls))
    def holds(value):
        text = dumps(value)
        back = loads(text, cls)
        assert back == value
        assert hash(back) == hash(value)
        assert dumps(back) == text
        assert shape(back) == shape(value)
        again = pickle.loads(pickle.dumps(value))
        assert again == value
        assert hash(again) == hash(value)
        assert dumps(again) == text

    holds()


@settings(QUICK, max_examples=8)
@given(assessment_sets())
def test_the_framework_of_a_set_comes_back_as_one_object(whole):
    back = loads(dumps(whole), AssessmentSet)
    assert all(assessment.framework is back.framework for assessment in back)
    for assessment in back:
        assert all(score.capacity is back.framework[score.capacity.id] for score in assessment)
        assert all(finding.country is assessment.country for finding in assessment.findings)
