"""Every field of the model takes what its annotation says, and nothing else; `typeguard` is the oracle."""

import datetime
import functools
import math
import typing
from decimal import Decimal
from enum import Enum

import attrs
import pytest
import typeguard
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from capbuild import model
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model import Country, Finding, Missing, Verdict
from capbuild.testing.strategies import strategy

#: Made by the million, and checked by what readers promise.
UNCHECKED = {model.Answer}
CLASSES = [
    made
    for name in model.__all__
    if attrs.has(made := getattr(model, name)) and made not in UNCHECKED and isinstance(made, type)
]


@functools.cache
def simplest(cls):
    """The first object of a class that its strategy makes: the simplest one, without a search for a simpler one."""
    found = []

    @settings(max_examples=1, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy(cls))
    def keep(value):
        found.append(value)

    keep()
    return found[0]


class Other(Enum):
    """An enum of nobody's."""

    YES = "yes"


SCALARS = (
    *(None, True, 0, 3, -1, 1.5, math.nan, math.inf, Decimal("1.5"), "", "banana", "2016-02-29", b"yes", Other.YES),
    *(datetime.date(2016, 2, 29), datetime.datetime(2016, 2, 29), datetime.datetime(2016, 2, 29, tzinfo=datetime.UTC)),
    *(Missing.REFUSED, Verdict.YES, object(), Country(alpha_2="JM", alpha_3="JAM", name="Jamaica")),
)
scalars = st.sampled_from(SCALARS)
keys = st.sampled_from(("a", "JM", 2016, None, True))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.lists(inner, max_size=2).map(tuple), st.dictionaries(keys, inner, max_size=2)
    ),
    max_leaves=4,
)


def leaves(value):
    """All that a value holds, at any depth."""
    if isinstance(value, tuple):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, FrozenMap):
        for key, one in value.items():
            yield key
            yield from leaves(one)
    else:
        yield value


def classes(annotation):
    """Every class that an annotation names, at any depth."""
    arguments = [one for one in typing.get_args(annotation) if one is not ...]
    return set().union(*map(classes, arguments)) if arguments else {annotation}


@pytest.mark.parametrize("cls", CLASSES)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_field_stores_what_its_annotation_says_or_refuses_it(cls, data):
    whole = simplest(cls)
    field = data.draw(st.sampled_from([one for one in attrs.fields(attrs.resolve_types(cls)) if one.init]))
    value = data.draw(values)
    try:
        made = attrs.evolve(whole, **{field.alias: value})
    except ModelError:
        return
    stored = getattr(made, field.name)
    typeguard.check_type(stored, field.type, collection_check_strategy=typeguard.CollectionCheckStrategy.ALL_ITEMS)
    allowed = classes(field.type)
    for leaf in leaves(stored):
        assert type(leaf) is not bool or bool in allowed
        assert not isinstance(leaf, float) or math.isfinite(leaf)
        assert not isinstance(leaf, datetime.datetime) or (datetime.datetime in allowed and leaf.tzinfo is not None)
        assert not isinstance(leaf, Other)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"status": "clamed"},
            "Finding.status must be one of 'claimed', 'reported', 'confirmed' or None, not 'clamed' (did",
        ),
        ({"country": "JM"}, 'Finding.country must be a Country, such as capbuild.country("Jamaica")'),
        ({"confidence": "2"}, "Finding.confidence must be a whole number or None"),
        ({"sample": True}, "Finding.sample must be a whole number or None"),
        ({"value": math.nan}, "Finding.value must be"),
    ],
)
def test_the_message_names_class_field_and_rule(changes, message):
    fits = {"country": SCALARS[-1], "target": "a", "value": "yes", "source": "visit"}
    assert Finding(**fits).value is Verdict.YES
    with pytest.raises(ModelError) as caught:
        Finding(**fits | changes)
    assert str(caught.value).startswith(f"CB001 {message}")
    assert repr(next(iter(changes.values()))) in str(caught.value)


PAIRS = [
    (model.Round, "start", "end"), (model.Source, "start", "end"), (model.Interval, "lower", "upper"),
    (model.Band, "lower", "upper"), (model.CooperationRequest, "sent", "answered"),
    (model.Agreement, "signed", "until"), (model.JointOperation, "start", "end"),
    (model.PlannedActivity, "start", "end"), (model.Phase, "start", "end"), (model.Delivery, "start", "end"),
    (model.Participation, "since", "until"), (model.Question, "minimum", "maximum"),
    (model.Request, "sent", "due"), (model.Request, "sent", "received"),
]  # fmt: skip


@pytest.mark.parametrize(("cls", "first", "last"), PAIRS)
def test_what_ends_does_not_end_before_it_begins(cls, first, last):
    kind = next(iter(classes(getattr(attrs.fields(attrs.resolve_types(cls)), last).type) - {type(None)}))
    low, high = (datetime.date(2016, 1, 1), datetime.date(2017, 1, 1)) if kind is datetime.date else (1.5, 2.5)
    whole = simplest(cls)
    others = {name: None for _, name in ((a, b) for c, a, b in PAIRS if c is cls) if name != last}
    for start, end in ((low, high), (low, low)):
        assert getattr(attrs.evolve(whole, **others, **{first: start, last: end}), last) == end
    with pytest.raises(ModelError, match=rf"{cls.__name__}.{last} must not be (before|below) {first}"):
        attrs.evolve(whole, **others, **{first: high, last: low})


@pytest.mark.parametrize("cls", CLASSES)
def test_a_country_is_a_country_in_every_field(cls):
    named = {one.name: classes(one.type) for one in attrs.fields(attrs.resolve_types(cls))}
    countries = {name: found for name, found in named.items() if name in ("country", "countries", "host", "hosts")}
    if cls is model.Visit:  # its host is the unit that received the team
        del countries["host"]
    assert [name for name, found in countries.items() if str in found and Country not in found] == []
