"""Conversion of amounts to the programme's currency."""

import datetime
from collections.abc import Iterable
from typing import Any

from attrs import evolve, frozen

from capbuild.model import BudgetLine, Dossier, Limits, Money, Plan, PlannedActivity, Programme
from capbuild.model.money import convert_money
from capbuild.plugins import RenderContext


def convert_context(context: RenderContext) -> RenderContext:
    """Convert plan, budget and actions to the programme's currency.

    Each session and budget line is converted to whole cents before they are added up, so that every report has the
    same totals. Amounts stay unchanged without `Programme.currency`, without a rate, and in a context that is already
    disclosed.
    """
    programme = context.programme
    # What is disclosed was converted before: the cache has what the audience may not see.
    if context.disclosure is not None or not isinstance(programme, Programme):
        return context
    if not programme.currency or not programme.rates:
        return context
    key = ("currency", programme.currency)
    converted: RenderContext = context.once(key, lambda: _convert(context, programme), any_language=True)
    # Reports share amounts only: kind, country and options are their own.
    return evolve(context, dossier=converted.dossier, programme=converted.programme)


def _convert(context: RenderContext, programme: Programme) -> RenderContext:
    make = _Converter(programme)
    return evolve(
        context,
        dossier=make.dossier(context.dossier),
        programme=evolve(programme, budgets=map(make.budget, programme.budgets)),
    )


@frozen
class _Converter:
    """Converts amounts into the currency of a programme."""

    programme: Programme

    def money(self, amount: Money, on: datetime.date | None = None) -> Money:
        return convert_money(amount, self.programme.currency, self.programme.rates, on)

    def _convert_known(self, amount: Money | None, on: datetime.date | None = None) -> Money | None:
        return None if amount is None else self.money(amount, on)

    def dossier(self, dossier: Dossier) -> Dossier:
        return evolve(
            dossier,
            plan=self.plan(dossier.plan) if dossier.plan is not None else None,
            budgets=map(self.budget, dossier.budgets),
            recommendations=[
                evolve(recommendation, cost=self._convert_known(recommendation.cost))
                for recommendation in dossier.recommendations
            ],
        )

    def budget(self, one: BudgetLine) -> BudgetLine:
        day = one.rate_date or one.as_of
        return evolve(
            one,
            amount=self.money(one.amount, day),
            committed=self._convert_known(one.committed, day),
            spent=self._convert_known(one.spent, day),
        )

    def plan(self, plan: Plan) -> Plan:
        sessions = [self._convert_session(activity) for activity in plan.activities]
        return evolve(plan, activities=sessions, limits=self._convert_limits(plan.limits))

    def _convert_session(self, session: PlannedActivity) -> PlannedActivity:
        cost = self.money(session.cost)
        if cost == session.cost:
            return session
        lines = {name: self.money(part) for name, part in session.cost_lines.items()}
        if lines:  # the rounding remainder goes to the largest part, so that the parts sum to the cost
            largest = max(lines, key=lambda name: (lines[name].amount, name))
            lines[largest] += cost - _sum(lines.values(), cost)
        return evolve(session, cost=cost, cost_lines=lines)

    def _convert_limits(self, limits: Limits) -> Limits:
        yearly: dict[Any, Money] = {year: self.money(part) for year, part in limits.budget_by_year.items()}
        return evolve(limits, budget=self.money(limits.budget), budget_by_year=yearly)


def _sum(amounts: Iterable[Money], like: Money) -> Money:
    return sum(amounts, start=Money(0, like.currency))
