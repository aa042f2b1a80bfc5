"""Strategies for questionnaires, responses, programmes, plans and training."""

from typing import Any, TypeVar

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from capbuild.frozen import FrozenMap
from capbuild.model.external import ExternalSeries
from capbuild.model.money import ExchangeRate, Money
from capbuild.model.need import Gap
from capbuild.model.plan import Activity, Catalogue, Cost, Limits, Plan, PlannedActivity
from capbuild.model.programme import BudgetLine, Programme
from capbuild.model.questionnaire import Question, QuestionGroup, QuestionMapping, Questionnaire
from capbuild.model.reading import SheetReconciliation
from capbuild.model.response import Answer, Missing, Response
from capbuild.model.training import Competence, Role
from capbuild.testing.strategies._derive import (
    FEW,
    built,
    identifiers,
    moments,
    register_strategy,
    strategy,
    type_strategy,
    unique_identifiers,
)

T = TypeVar("T")

_CURRENCIES = ("CAD", "EUR", "JMD", "USD", "XCD")
_YEARS = st.integers(2000, 2040)


@register_strategy(Role)
def roles(**parts: SearchStrategy[Any]) -> SearchStrategy[Role]:
    """Generate roles with their required levels, 0 to 4."""
    required: SearchStrategy[FrozenMap[str, int]] = st.dictionaries(identifiers(), st.integers(0, 4), max_size=FEW).map(
        FrozenMap
    )
    return built(Role, **{"required": required, **parts})


@register_strategy(Money)
def moneys(**parts: SearchStrategy[Any]) -> SearchStrategy[Money]:
    """Generate amounts with two decimals."""
    return built(Money, **{"currency": st.sampled_from(_CURRENCIES), **parts})


@register_strategy(ExchangeRate)
def exchange_rates(**parts: SearchStrategy[Any]) -> SearchStrategy[ExchangeRate]:
    """Generate positive rates of one currency."""
    rates = st.decimals("0.0001", 10_000, places=4)
    return built(ExchangeRate, **{"currency": st.sampled_from(_CURRENCIES), "rate": rates, **parts})


@register_strategy(Programme)
def programmes(**parts: SearchStrategy[Any]) -> SearchStrategy[Programme]:
    """Generate programmes with or without a currency."""
    return built(Programme, **{"currency": st.sampled_from(("", *_CURRENCIES)), **parts})


def _amounts() -> SearchStrategy[SearchStrategy[Money]]:
    """Generate strategies of amounts in one currency."""
    return st.sampled_from(_CURRENCIES).map(lambda currency: moneys(currency=st.just(currency)))


@register_strategy(Cost)
@st.composite
def costs(draw: st.DrawFn) -> Cost:
    """Generate costs in one currency, none of them negative."""
    amounts = st.none() | draw(_amounts()).filter(lambda money: money.amount >= 0)
    names = ("one_time", "per_session", "per_seat", "travel_per_seat", "recurring")
    return Cost(**{name: draw(amounts) for name in names})


@register_strategy(Activity)
def activities(**parts: SearchStrategy[Any]) -> SearchStrategy[Activity]:
    """Generate activities that close part of a gap."""
    shares = st.floats(0, 1, exclude_max=True)
    effects: SearchStrategy[FrozenMap[str, float]] = st.dictionaries(identifiers(), shares, max_size=FEW).map(FrozenMap)
    return built(Activity, **{"effects": effects, **parts})


@register_strategy(ExternalSeries)
@st.composite
def external_series(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> ExternalSeries:
    """Generate published figures within their scale.

    A country has a value or a missing reason, never both.
    """
    low, *inside, high = sorted(draw(st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=4)))
    codes = draw(st.lists(identifiers(), max_size=4, unique=True))
    valued, others = codes[: len(inside)], codes[len(inside) :]
    fixed: dict[str, SearchStrategy[Any]] = {
        "minimum": st.sampled_from([None, low]),
        "maximum": st.sampled_from([None, high]),
        "values": st.just(FrozenMap(zip(valued, inside, strict=False))),
        "missing": st.just(FrozenMap({code: draw(st.sampled_from(Missing)) for code in others})),
    }
    return draw(built(ExternalSeries, **{**fixed, **parts}))


@register_strategy(BudgetLine)
@st.composite
def budgets(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> BudgetLine:
    """Generate budget lines in one currency."""
    amounts = draw(_amounts())
    fixed = {
        "amount": amounts.map(lambda money: evolve(money, amount=abs(money.amount))),
        "committed": st.none() | amounts,
        "spent": st.none() | amounts,
    }
    return draw(built(BudgetLine, **{**fixed, **parts}))


@register_strategy(Gap)
@st.composite
def gaps(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Gap:
    """Generate gaps with open criteria, some with a probability."""
    names = draw(unique_identifiers())
    chances: SearchStrategy[FrozenMap[str, float]] = st.fixed_dictionaries(
        {}, optional=dict.fromkeys(names, st.floats(0, 1))
    ).map(FrozenMap)
    return draw(built(Gap, **{"open": st.just(tuple(names)), "chances": chances, **parts}))


@register_strategy(Limits)
@st.composite
def limits(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Limits:
    """Generate limits in one currency."""
    amounts = draw(_amounts())
    by_year: SearchStrategy[FrozenMap[int, Money]] = st.dictionaries(_YEARS, amounts, max_size=FEW).map(FrozenMap)
    return draw(built(Limits, **{"budget": amounts, "budget_by_year": by_year, **parts}))


@register_strategy(Plan)
@st.composite
def plans(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Plan:
    """Generate plans in the currency of their budget."""
    kept = draw(limits())
    sessions = strategy(PlannedActivity, cost=moneys(currency=st.just(kept.budget.currency)))
    drawn_sessions = st.lists(sessions, max_size=FEW, unique_by=lambda session: session.id)
    return draw(built(Plan, **{"limits": st.just(kept), "activities": drawn_sessions, **parts}))


@register_strategy(Catalogue)
@st.composite
def catalogues(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Catalogue:
    """Generate catalogues that contain their prerequisites."""
    names = draw(unique_identifiers())
    known = [
        draw(activities(id=st.just(name), prerequisites=_some_of(names[:position]), one_of=_some_of(names[:position])))
        for position, name in enumerate(names)
    ]
    fixed: dict[str, SearchStrategy[Any]] = {
        "activities": st.just(tuple(known)),
        "roles": st.lists(roles(), max_size=2, unique_by=lambda role: role.id),
        "competences": st.lists(built(Competence), max_size=2, unique_by=lambda competence: competence.id),
    }
    return draw(built(Catalogue, **{**fixed, **parts}))


def _some_of(names: list[str]) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), unique=True).map(tuple) if names else st.just(())


@register_strategy(Questionnaire)
@st.composite
def questionnaires(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> Questionnaire:
    """Generate questionnaires with existing groups and mappings."""
    groups = draw(unique_identifiers())
    names = draw(unique_identifiers())
    group = st.sampled_from((None, *groups))
    sections = [draw(built(QuestionGroup, id=st.just(g), parent=st.none())) for g in groups]
    questions = [draw(built(Question, id=st.just(name), group=group, skip=st.none())) for name in names]
    mappings = st.lists(built(QuestionMapping, question=st.sampled_from(names)), max_size=2) if names else st.just(())
    fixed: dict[str, SearchStrategy[Any]] = {
        "groups": st.just(tuple(sections)),
        "questions": st.just(tuple(questions)),
        "mappings": mappings,
        # Only forms with an embedded questionnaire can store previous answers.
        "previous": st.just(FrozenMap()),
    }
    return draw(built(Questionnaire, **{**fixed, **parts}))


@register_strategy(Response)
@st.composite
def responses(
    draw: st.DrawFn, /, *, questionnaire: SearchStrategy[Questionnaire] | None = None, **parts: SearchStrategy[Any]
) -> Response:
    """Generate responses to the questions of a questionnaire.

    Args:
        draw: Given by hypothesis.
        questionnaire: The questionnaire; answers may have the wrong type, as in real data.
        parts: Strategies for single fields.
    """
    fixed: dict[str, SearchStrategy[Any]] = {"submitted": st.none() | moments()}
    if questionnaire is not None:
        form = draw(questionnaire)
        answers = tuple(draw(built(Answer, question=st.just(question.id))) for question in form.questions)
        fixed |= {"questionnaire": st.just(form.id), "version": st.just(form.version), "answers": st.just(answers)}
    return draw(built(Response, **{**fixed, **parts}))


def _absolute(counts: FrozenMap[str, int]) -> FrozenMap[str, int]:
    return FrozenMap({reason: abs(number) for reason, number in counts.items()})


@register_strategy(SheetReconciliation)
@st.composite
def sheet_reconciliations(draw: st.DrawFn, /, **parts: SearchStrategy[Any]) -> SheetReconciliation:
    """Generate reconciliations that add up."""
    counts: SearchStrategy[FrozenMap[str, int]] = type_strategy(FrozenMap[str, int]).map(_absolute)
    rows_left, absent, left, buckets = draw(counts), draw(counts), draw(counts), draw(counts)
    rows_out, answers = draw(st.integers(0, 1000)), draw(st.integers(0, 1000))
    fixed: dict[str, Any] = {
        "rows_out": rows_out,
        "rows_left_out": rows_left,
        "rows_in": rows_out + sum(rows_left.values()),
        "answers": answers,
        "absent": absent,
        "left_out": left,
        "cells": answers + sum(absent.values()) + sum(left.values()),
        "buckets": buckets,
        "filled": sum(buckets.values()) + sum(left.values()) if buckets else 0,
    }
    return draw(built(SheetReconciliation, **{**{k: st.just(v) for k, v in fixed.items()}, **parts}))
