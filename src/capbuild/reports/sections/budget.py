"""Spending and commitments against the budget and the time elapsed."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import frozen

from capbuild.model import BudgetLine, Money, Programme
from capbuild.reports.cells import DASH, Gauge, Style, Words
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.i18n import Translator
from capbuild.reports.model import Figure, FigureKind, KeyItem, Paragraph, ReportSection

#: Share of the plan over which a line is marked.
_OVER = Decimal("0.05")


@frozen(kw_only=True)
class LineExecution:
    """Execution of a budget line, in its currency, at a period's end.

    Attributes:
        line: The line.
        elapsed: Share of the line's period that has passed, 0 to 1, on the last day covered by its sums.
        known: Whether its sums are counted up to the end of the period, and not beyond.
    """

    line: BudgetLine
    elapsed: Decimal
    known: bool = True

    @property
    def amount(self) -> Decimal:
        """Amount of the budget."""
        return self.line.amount.amount

    @property
    def spent(self) -> Decimal:
        """Amount paid so far."""
        return _get_amount(self.line.spent, self.line)

    @property
    def committed(self) -> Decimal:
        """Amount committed and not yet paid.

        `BudgetLine.committed` includes what is already paid.
        """
        return max(_get_amount(self.line.committed, self.line) - self.spent, Decimal(0))

    @property
    def left(self) -> Decimal:
        """Amount neither paid nor committed; negative if overcommitted."""
        return self.amount - self.spent - self.committed

    @property
    def against_plan(self) -> Decimal | None:
        """Relative deviation from even spending; None before the line begins."""
        even = self.even
        return (self.spent - even) / even if even and self.known and self.line.spent is not None else None

    @property
    def even(self) -> Decimal:
        """Budget times the share of time elapsed."""
        return self.amount * self.elapsed

    @property
    def over(self) -> bool:
        """True if the line is marked as overspent."""
        return self.against_plan is not None and self.against_plan > _OVER

    @property
    def under(self) -> bool:
        """True if less is spent than planned, by more than the same share."""
        return self.against_plan is not None and self.against_plan < -_OVER


def _get_amount(money: Money | None, line: BudgetLine) -> Decimal:
    if money is None:
        return Decimal(0)
    return (money - Money(0, line.amount.currency)).amount


def make_budget_lines(
    budgets: Iterable[BudgetLine], start: datetime.date, end: datetime.date, until: datetime.date
) -> list[LineExecution]:
    """Return the state of the budget lines on a day.

    Args:
        budgets: The lines.
        start: First day of the programme.
        end: Last day.
        until: The day.
    """
    budget_lines = []
    for line in budgets:
        first, last = (datetime.date(line.year, 1, 1), datetime.date(line.year, 12, 31)) if line.year else (start, end)
        counted = line.as_of or until
        elapsed = _compute_elapsed(first, last, min(counted, until))
        budget_lines.append(LineExecution(line=line, elapsed=elapsed, known=counted <= until))
    return budget_lines


def _compute_elapsed(first: datetime.date, last: datetime.date, until: datetime.date) -> Decimal:
    days, gone = (last - first).days + 1, (until - first).days + 1
    return min(max(Decimal(gone) / Decimal(days), Decimal(0)), Decimal(1))


def build_budget_section(lines: Sequence[LineExecution], context: ReportContext) -> ReportSection | None:
    """Build the budget section, with one table per currency.

    Amounts in different currencies are never added up.
    """
    if not lines:
        return None
    currencies = sorted({budget_line.line.amount.currency for budget_line in lines})
    figures = [_make_figure([o for o in lines if o.line.amount.currency == c], c, context) for c in currencies]
    note = " ".join(filter(None, [_compare_plan(lines, context), describe_rates(context.programme, context.t)]))
    blocks = [*figures, Paragraph(text=note) if note else None]
    return context.section("money", 300, *blocks, lead=context.t("money.lead"))


def _compare_plan(lines: Sequence[LineExecution], context: ReportContext) -> str:
    """Compare the sum of the plan with the budget.

    Without a rate between their currencies, the text says so.
    """
    t, plan = context.t, context.dossier.plan
    if plan is None or (not plan.activities and context.disclosure.costs):
        return ""

    currencies = {budget_line.line.amount.currency for budget_line in lines}
    cost = plan.cost if context.disclosure.costs else plan.limits.budget
    if currencies != {cost.currency}:
        others = t.joined(sorted(currencies - {cost.currency}))
        return t("money.no_rate", currency=cost.currency, others=others)
    total = sum((budget_line.line.amount for budget_line in lines), start=Money(0, cost.currency))
    key = "money.plan" if context.disclosure.costs else "money.plan.limit"
    return t(key, cost=t.money(cost), lines=t.money(total))


def _make_figure(lines: Sequence[LineExecution], currency: str, context: ReportContext) -> Figure:
    return context.table(
        f"money-{currency.lower()}",
        [_make_line_row(budget_line, context) for budget_line in lines],
        kind=FigureKind.MONEY,
        caption=_make_caption(lines, currency, context),
        key=_make_key(lines, context),
        total=_make_total_row(lines, context),
    )


def _make_line_row(one: LineExecution, context: ReportContext) -> Values:
    t = context.t
    whole = one.amount if one.amount > 0 else Decimal(1)
    spent = min(max(one.spent / whole, Decimal(0)), Decimal(1))
    committed = min(max(one.committed / whole, Decimal(0)), 1 - spent)
    # Sums that include later payments give no information on the period.
    shares = (float(spent), float(committed)) if one.known else (0.0, 0.0)
    gauge = Gauge(spent=shares[0], committed=shares[1], elapsed=float(one.elapsed))
    share = one.against_plan
    shown = "–" if share is None else t.percent(float(share), signed=True)
    return {
        "line=col.budget_line": Words(text=t.text(one.line.title), after=f"({one.line.year})" if one.line.year else ""),
        "bar=col.money_bar": gauge,
        "#col.budget": t.amount(one.amount),
        "#col.spent": t.amount(one.spent) if one.known else DASH,
        "#col.committed": t.amount(one.committed) if one.known else DASH,
        "#col.left": Words(text=t.amount(one.left), style=Style.LACKING if one.left < 0 else Style.PLAIN)
        if one.known
        else DASH,
        "#plan=col.against_plan": Words(text=shown, style=Style.LACKING if one.over else Style.PLAIN)
        if one.known
        else DASH,
    }


def _make_total_row(lines: Sequence[LineExecution], context: ReportContext) -> Values:
    t = context.t
    names = {"budget": "amount", "spent": "spent", "committed": "committed", "left": "left"}
    sums = {name: sum((getattr(line, key) for line in lines), start=Decimal(0)) for name, key in names.items()}
    begun = [budget_line for budget_line in lines if budget_line.against_plan is not None]
    even = sum((budget_line.even for budget_line in begun), start=Decimal(0))
    spent = sum((budget_line.spent for budget_line in begun), start=Decimal(0))
    share = t.percent(float((spent - even) / even), signed=True) if even else "–"
    known = all(budget_line.known for budget_line in lines)
    return {
        "line=col.budget_line": t("total"),
        **{f"#col.{name}": t.amount(sums[name]) if known or name == "budget" else DASH for name in sums},
        "#plan=col.against_plan": share if known else DASH,
    }


def _make_caption(lines: Sequence[LineExecution], currency: str, context: ReportContext) -> str:
    t = context.t
    dates = sorted({budget_line.line.rate_date for budget_line in lines if budget_line.line.rate_date is not None})
    parts = [t("caption.money", currency=currency, over=t.percent(float(_OVER)))]
    if dates:
        parts.append(t("caption.money.rate", dates=t.joined([t.date(day) for day in dates])))
    for known, key in ((True, "caption.money.as_of"), (False, "caption.money.later")):
        days = sorted({line.line.as_of for line in lines if line.line.as_of is not None and line.known is known})
        if days:
            parts.append(t(key, count=len(days), dates=t.joined([t.date(day) for day in days])))
    return " ".join(parts)


def _make_key(lines: Sequence[LineExecution], context: ReportContext) -> list[KeyItem]:
    t = context.t
    shares = {budget_line.elapsed for budget_line in lines}
    gone = t("key.elapsed.one", share=t.percent(float(min(shares)))) if len(shares) == 1 else t("key.elapsed")
    return [
        KeyItem(mark="spent", text=t("key.spent")),
        KeyItem(mark="committed", text=t("key.committed")),
        KeyItem(mark="budget", text=t("key.budget")),
        KeyItem(mark="elapsed", text=gone),
    ]


def describe_rates(programme: Programme | None, t: Translator) -> str:
    """Return a sentence with a programme's exchange rates.

    The result is empty if there are none.
    """
    if programme is None or not programme.currency or not programme.rates:
        return ""
    listed = [
        t("money.rate", other=rate.currency, rate=t.number(float(rate.rate)), currency=programme.currency,
            date=t.date(rate.date))
        for rate in sorted(programme.rates, key=lambda exchange_rate: (exchange_rate.currency, exchange_rate.date))
    ]  # fmt: skip
    return t("money.rates", currency=programme.currency, rates=t.clauses(*listed))
