"""Values of every class of the model: written and read, pickled, made of plain values, and true to their schema."""

import json
import pickle
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from capbuild.documents import dumps, loads
from capbuild.documents.envelope import kinds
from capbuild.documents.schemas import schema
from capbuild.frozen import FrozenMap
from capbuild.model import Answer, Assessment, AssessmentSet, Dossier
from capbuild.testing._hypothesis_entry import classes, register
from capbuild.testing.strategies import assessment_sets

QUICK = settings(max_examples=15, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow], deadline=None)
#: Each value of these holds dozens of the others, which have their own turn.
LARGE = (Assessment, AssessmentSet, Dossier)
KINDS = {cls: kind for kind, cls in kinds().items()}
FORMATS = Draft202012Validator.FORMAT_CHECKER


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


def looser(value: Any) -> Any:
    """The same value as somebody would write it in a notebook: enums by value, plain collections."""
    if isinstance(value, tuple):
        return [looser(one) for one in value]
    if isinstance(value, FrozenMap):
        return {key: looser(one) for key, one in value.items()}
    return value.value if isinstance(value, Enum) else value


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__name__)
def test_values_survive(cls):
    register()
    kind = KINDS.get(cls)
    validator = kind and Draft202012Validator(schema(kind), format_checker=FORMATS)

    @settings(QUICK, max_examples=8 if cls in LARGE else 15 if kind else 5)
    @given(st.from_type(cls))
    def holds(value):
        assert type(value) is cls
        if not kind:
            return
        if cls is not Answer:  # made by the million, and converts nothing
            loose = cls(**{one.alias: looser(getattr(value, one.name)) for one in attrs.fields(cls) if one.init})
            assert loose == value
            assert shape(loose) == shape(value)
        text = dumps(value)
        validator.validate(json.loads(text))
        back = loads(text, cls)
        again = pickle.loads(pickle.dumps(value))
        for other in (back, again):
            assert other == value
            assert hash(other) == hash(value)
            assert dumps(other) == text
            assert shape(other) == shape(value)

    holds()


@settings(QUICK, max_examples=8)
@given(assessment_sets())
def test_the_framework_of_a_set_comes_back_as_one_object(whole):
    back = loads(dumps(whole), AssessmentSet)
    assert all(assessment.framework is back.framework for assessment in back)
    for assessment in back:
        assert all(score.capacity is back.framework[score.capacity.id] for score in assessment)
        assert all(finding.country is assessment.country for finding in assessment.findings)
