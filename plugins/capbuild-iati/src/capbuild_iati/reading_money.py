"""Budgets and transactions of an activity file as budget lines."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from attrs import evolve

from capbuild.errors import ModelError
from capbuild.model import Budget, Money
from capbuild.text import Text
from capbuild_iati.money import COMMITMENT, EXPENDITURE
from capbuild_iati.source import Source, own_id
from capbuild_iati.tree import own

__all__ = ["read_budgets"]

#: Transactions that the model has a place for; a disbursement (3) is money paid as an expenditure (4) is.
_KEPT = (COMMITMENT, "3", EXPENDITURE)


def read_budgets(activity: Element, source: Source) -> tuple[Budget, ...]:
    """Return a line for each budget, with the commitments and payments that belong to it added up."""
    lines: dict[str, Budget] = {}
    for number, element in enumerate(activity.findall("budget"), start=1):
        line = _budget(element, activity, source, f"B{number}")
        if line is not None and line.id not in lines:
            lines[line.id] = line
        elif line is not None:
            source.report("IATI204", f"budget {line.id!r} stands twice; the second is not kept.")
    for element in activity.findall("transaction"):
        _book(element, activity, source, lines)
    return tuple(lines.values())


def _budget(element: Element, activity: Element, source: Source, name: str) -> Budget | None:
    start, end = source.day(element.find("period-start")), source.day(element.find("period-end"))
    amount = _money(element, activity, source)
    if amount is None:
        return None
    ours = own("id") in element.attrib
    year = start.year if start and end and start.year == end.year and own("whole") not in element.attrib else None
    value = element.find("value")
    rated = element.get(own("rate-date")) or ("" if ours or value is None else value.get("value-date", ""))
    period = f"{start} to {end}" if start and end else name
    counted = element.get(own("as-of"))
    return Budget(
        id=own_id(element, name),
        title=source.text(element.find(own("title")), own("narrative")) or Text(period),
        amount=amount,
        year=year,
        recurring=element.get(own("recurring")) == "true",
        rate_date=source.date(rated) if rated else None,
        as_of=source.date(counted) if counted else None,
    )


def _money(element: Element, activity: Element, source: Source) -> Money | None:
    value = element.find("value")
    written = (value.text or "").strip() if value is not None else ""
    named = value.get("currency", "") if value is not None else ""
    currency = named or activity.get("default-currency", "")
    try:
        return Money(written.replace(",", ""), currency)
    except ModelError:
        source.report("IATI205", f"<{element.tag}> has no amount that can be read: {written!r} {currency!r}.")
        return None


def _book(element: Element, activity: Element, source: Source, lines: dict[str, Budget]) -> None:
    """Add a transaction to its line: the one it names, else the one of its year and currency."""
    kind = element.find("transaction-type")
    code = kind.get("code", "") if kind is not None else ""
    amount = _money(element, activity, source)
    if amount is None:
        return
    line = _line_of(element, amount, source, lines) if code in _KEPT else None
    before = None if line is None else line.committed if code == COMMITMENT else line.spent
    if line is None or (before is not None and before.currency != amount.currency):
        why = "no budget line of its year and currency" if code in _KEPT else "a programme has no place for its type"
        source.report("IATI203", f"a transaction of type {code!r}, {amount}, is not kept: {why}.")
        return
    total = amount if before is None else before + amount
    lines[line.id] = evolve(line, committed=total) if code == COMMITMENT else evolve(line, spent=total)


def _line_of(element: Element, amount: Money, source: Source, lines: Mapping[str, Budget]) -> Budget | None:
    named = lines.get(element.get(own("budget"), ""))
    if named is not None:
        return named
    day = source.day(element.find("transaction-date"))
    fitting = (line for line in lines.values() if line.amount.currency == amount.currency)
    return next((line for line in fitting if day is not None and line.year == day.year), None)
