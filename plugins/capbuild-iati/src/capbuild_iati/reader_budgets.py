"""Budgets and transactions of an activity file as budget lines."""

import datetime
from collections.abc import Mapping

from attrs import evolve, field, frozen

from capbuild.errors import ModelError
from capbuild.model import BudgetLine, Money
from capbuild.text import Text
from capbuild_iati.money import COMMITMENT, EXPENDITURE, REVISED
from capbuild_iati.source import Node, Source
from capbuild_iati.tree import make_own_name

#: Transactions that the model stores; a disbursement (3) is money paid, like an expenditure (4).
_KEPT = (COMMITMENT, "3", EXPENDITURE)
_Span = tuple[datetime.date | None, datetime.date | None]


@frozen
class _Line:
    """A budget line of the file.

    Attributes:
        budget: The line.
        span: Its period.
        revised: Whether it replaces the original budget of its period.
    """

    budget: BudgetLine
    span: _Span
    revised: bool

    def covers(self, day: datetime.date) -> bool:
        """True if a day is in its period."""
        start, end = self.span
        return start is not None and end is not None and start <= day <= end


@frozen
class _MoneyReader:
    """Reads the money of one activity."""

    source: Source
    currency: str
    unkept: dict[str, list[Money]] = field(factory=dict)

    def amount(self, node: Node) -> Money | None:
        value = node.find("value")
        written = value.text.strip() if value is not None else ""
        named = value.get("currency") if value is not None else ""
        currency = named or self.currency
        try:
            return Money(written.replace(",", ""), currency)
        except ModelError:
            self.source.report("IATI205", f"<{node.tag}> has no readable amount: {written!r} {currency!r}.")
            return None

    def leave(self, node: Node, amount: Money, why: str) -> None:
        """Add a skipped amount to the sum of its reason."""
        node.leave()
        self.unkept.setdefault(why, []).append(amount)

    def report(self) -> None:
        """Record skipped amounts by reason, summed by currency."""
        for why, amounts in self.unkept.items():
            sums = [
                str(sum((money for money in amounts if money.currency == currency), start=Money(0, currency)))
                for currency in sorted({money.currency for money in amounts})
            ]
            self.source.report("IATI203", f"{why}: {len(amounts)}, {', '.join(sums)}.")


def read_budgets(activity: Node, source: Source) -> tuple[BudgetLine, ...]:
    """Return a line per budget, with its commitments and payments."""
    money = _MoneyReader(source, activity.get("default-currency"))
    lines: dict[str, _Line] = {}
    for number, node in enumerate(activity.findall("budget"), start=1):
        line = _make_line(node, money, f"B{number}")
        if line is None:
            continue
        same = [name for name, other in lines.items() if other.span == line.span and other.revised != line.revised]
        if line.budget.id in lines:
            source.report("IATI204", f"budget {line.budget.id!r} appears twice; the second is not kept.")
        elif same and not line.revised:
            money.leave(node, line.budget.amount, "budgets not kept, since a revised one replaces them")
        else:
            for name in same:
                money.leave(node, lines.pop(name).budget.amount, "budgets not kept, since a revised one replaces them")
            lines[line.budget.id] = line
    for node in activity.findall("transaction"):
        _add_transaction(node, money, lines)
    money.report()
    return tuple(line.budget for line in lines.values())


def _make_line(node: Node, money: _MoneyReader, name: str) -> _Line | None:
    source = money.source
    start, end = source.day(node.find("period-start")), source.day(node.find("period-end"))
    amount = money.amount(node)
    if amount is None:
        return None
    if amount.amount < 0:
        money.leave(node, amount, "budgets not kept, since they are below 0")
        return None
    ours = bool(node.own("id"))
    year = start.year if start and end and start.year == end.year and not node.own("whole") else None
    period = f"{start} to {end}" if start and end else name
    if start and not ours and (start, end) != (datetime.date(start.year, 1, 1), datetime.date(start.year, 12, 31)):
        source.report(
            "IATI203", f"the period of budget {name!r}, {period}, is kept in its title: it is not a calendar year."
        )
    value = node.find("value")
    rated = value.get("value-date") if value is not None else ""
    if ours:
        node.get("status")
        rated = node.own("rate-date")
    budget = BudgetLine(
        id=node.own("id").strip() or name,
        title=source.own_text(node.find(make_own_name("title"))) or Text(period),
        amount=amount,
        year=year,
        recurring=node.own("recurring") == "true",
        rate_date=source.date(rated),
        as_of=source.date(node.own("as-of")),
        result=node.own("result").strip(),
    )
    return _Line(budget, (start, end), node.get("type", "1") == REVISED)


def _add_transaction(node: Node, money: _MoneyReader, lines: dict[str, _Line]) -> None:
    """Add a transaction to its line, by name or day.

    A line found by its day must also have the same currency.
    """
    kind = node.find("transaction-type")
    code = kind.get("code") if kind is not None else ""
    amount = money.amount(node)
    if amount is None:
        return
    if code not in _KEPT:
        money.leave(node, amount, f"transactions of type {code!r} not kept, since a programme has no place for them")
        return
    line = _find_line(node, amount, money.source, lines)
    budget = None if line is None else line.budget
    before = None if budget is None else budget.committed if code == COMMITMENT else budget.spent
    if line is None or budget is None or (before is not None and before.currency != amount.currency):
        money.leave(node, amount, f"transactions of type {code!r} not kept, since no budget has their day and currency")
        return
    total = amount if before is None else before + amount
    changed = evolve(budget, committed=total) if code == COMMITMENT else evolve(budget, spent=total)
    lines[budget.id] = evolve(line, budget=changed)


def _find_line(node: Node, amount: Money, source: Source, lines: Mapping[str, _Line]) -> _Line | None:
    day, named = source.day(node.find("transaction-date")), lines.get(node.own("budget"))
    if named is not None:
        for tag in ("description", "value"):
            if (part := node.find(tag)) is not None:
                part.pass_over()  # name and day of the line
        return named
    fitting = (line for line in lines.values() if line.budget.amount.currency == amount.currency)
    return next((line for line in fitting if day is not None and line.covers(day)), None)
