"""Strategies for consistent frameworks."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from capbuild.frozen import FrozenMap
from capbuild.model.capacity import Capacity, Criterion, Level, Scale
from capbuild.model.framework import Band, ConsistencyRule, CrosswalkLink, CrosswalkRelation, Framework
from capbuild.model.recipe import Method, Parameter, Recipe, ReconciliationPolicy, RoundingRule, Trust
from capbuild.testing.strategies._derive import (
    built,
    identifiers,
    numbers,
    register_strategy,
    texts,
    type_strategy,
    unique_identifiers,
)

_KINDS = ("dimension", "factor", "indicator")


@register_strategy(Scale)
@st.composite
def scales(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Scale:
    """Generate scales with ordered levels, or without levels."""
    codes = draw(unique_identifiers())
    levels = [
        draw(built(Level, code=st.just(code), order=st.just(n)))
        for n, code in enumerate(codes, draw(st.integers(0, 1)))
    ]
    ends = draw(st.lists(numbers(), min_size=2, max_size=2, unique=True).map(sorted))
    fixed = {"levels": st.just(tuple(levels)), "minimum": st.just(ends[0]), "maximum": st.just(ends[1])}
    return draw(built(Scale, **{**fixed, **parts}))


@register_strategy(Capacity)
@st.composite
def capacities(draw: st.DrawFn, /, *, scale_ids: tuple[str, ...] = (), **parts: SearchStrategy[Any]) -> Capacity:
    """Generate trees of one to three levels with unique ids.

    Args:
        draw: Given by hypothesis.
        scale_ids: Scales that nodes may refer to.
        parts: Strategies for fields of the root node.
    """
    return _node(draw, count(1), draw(st.integers(0, 2)), dict.fromkeys(scale_ids, ()), parts)


def _node(
    draw: st.DrawFn, numbered: Iterator[int], floors: int, codes: Mapping[str, tuple[str, ...]], parts: dict[str, Any]
) -> Capacity:
    fixed: dict[str, SearchStrategy[Any]] = {"id": st.just(f"N-{next(numbered)}")}
    children: list[Capacity] = []
    criteria: list[Criterion] = []
    if floors:
        children = [_node(draw, numbered, floors - 1, codes, {}) for _ in range(draw(st.integers(0, 2)))]
    if not children:
        ids = [st.just(f"K-{next(numbered)}") for _ in range(draw(st.integers(0, 2)))]
        criteria = [draw(built(Criterion, id=name, small=st.none())) for name in ids]
    fixed |= {"children": st.just(tuple(children)), "criteria": st.just(tuple(criteria))}
    fixed |= {"kind": st.sampled_from(_KINDS), "why": st.none(), "evidence": st.none()}
    scale = draw(st.sampled_from((None, *codes)))
    known = codes.get(scale or next(iter(codes), ""), ())
    fixed |= {
        "scale": st.just(scale),
        "answers": st.none(),
        "level_texts": _maps(st.sampled_from(known), texts()) if known else st.just(FrozenMap()),
    }
    return draw(built(Capacity, **{**fixed, **parts}))


@register_strategy(Framework)
@st.composite
def frameworks(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Framework:
    """Generate frameworks with a scale and a node."""
    names = draw(unique_identifiers(least=1))
    drawn_scales = [draw(scales(id=st.just(name))) for name in names]
    numbered = count(1)
    codes = {scale.id: tuple(level.code for level in scale.levels) for scale in drawn_scales}
    roots = [_node(draw, numbered, draw(st.integers(0, 2)), codes, {}) for _ in range(draw(st.integers(1, 2)))]
    kinds = st.sampled_from(_KINDS)
    fixed: dict[str, SearchStrategy[Any]] = {
        "scales": st.just(tuple(drawn_scales)),
        "roots": st.just(tuple(roots)),
        "methods": _maps(kinds, built(Method)),
        "rounding": _maps(kinds, built(RoundingRule)),
        "bands": st.lists(bands(), max_size=2, unique_by=lambda band: band.code),
        "labels": _maps(identifiers(), texts()),
        "rules": st.lists(_rules(roots[0].id), max_size=1).map(tuple),
    }
    return draw(built(Framework, **{**fixed, **parts}))


def _rules(name: str) -> SearchStrategy[ConsistencyRule]:
    """Generate consistency rules on the answers to a node."""
    return st.builds(
        ConsistencyRule, condition=st.just(f'"{name}" = yes'), expected=st.just(f'"{name}" = no'), text=texts()
    )


def _maps(keys: SearchStrategy[Any], values: SearchStrategy[Any]) -> SearchStrategy[FrozenMap[Any, Any]]:
    return st.dictionaries(keys, values, max_size=2).map(FrozenMap)


@register_strategy(Band)
@st.composite
def bands(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Band:
    """Generate bands with an open or higher upper end."""
    lower, upper = draw(st.lists(numbers(), min_size=2, max_size=2, unique=True).map(sorted))
    return draw(built(Band, **{"lower": st.just(lower), "upper": st.none() | st.just(upper), **parts}))


@register_strategy(CrosswalkLink)
@st.composite
def crosswalk_links(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> CrosswalkLink:
    """Generate links with a target, unless nodes were dropped."""
    relation = draw(st.sampled_from(CrosswalkRelation))
    after = () if relation is CrosswalkRelation.DROPPED else tuple(draw(unique_identifiers(least=1)))
    fixed = {"before": unique_identifiers(least=1), "after": st.just(after), "relation": st.just(relation)}
    return draw(built(CrosswalkLink, **{**fixed, **parts}))


@register_strategy(Trust)
@st.composite
def trusts(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Trust:
    """Generate trust values of a source.

    A yes is at least as probable for a met criterion as for an unmet one.
    """
    unmet, met = sorted(draw(st.tuples(*[st.floats(0.001, 0.999)] * 2)))
    return draw(built(Trust, **{"met": st.just(met), "unmet": st.just(unmet), **parts}))


@register_strategy(Method)
@st.composite
def methods(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Method:
    """Generate methods, some with a rule for missing answers."""
    drawn = draw(type_strategy(FrozenMap[str, Parameter]))
    others = {name: value for name, value in drawn.items() if name not in ("missing", "rule")}
    rule = draw(st.sampled_from(({}, {"missing": "left out"}, {"missing": "zero", "rule": "the framework says so"})))
    fixed: dict[str, SearchStrategy[Any]] = {"parameters": st.just(FrozenMap({**others, **rule}))}
    return draw(built(Method, **{**fixed, **parts}))


@register_strategy(Recipe)
@st.composite
def recipes(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Recipe:
    """Generate recipes with the values that their policies require.

    A policy may need a lead agency or trust values.
    """
    policy = draw(st.sampled_from(ReconciliationPolicy))
    least = 1 if policy is ReconciliationPolicy.LEAD_AGENCY else 0
    believed = 1 if policy is ReconciliationPolicy.MODEL else 0
    drawn = st.dictionaries(identifiers(), trusts(), min_size=believed, max_size=2)
    beliefs: SearchStrategy[FrozenMap[str, Trust]] = drawn.map(FrozenMap)
    fixed = {"reconciliation": st.just(policy), "lead": unique_identifiers(least), "trust": beliefs}
    return draw(built(Recipe, **{**fixed, **parts}))
