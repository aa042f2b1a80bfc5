"""Budget lines as IATI budgets, what was promised and paid as transactions."""

import datetime
from decimal import Decimal

from capbuild.guarding import xml_text
from capbuild.model import Budget, Money, Programme
from capbuild_iati.losses import Losses
from capbuild_iati.tree import Element, SubElement, narratives, own

__all__ = ["COMMITMENT", "EXPENDITURE", "write_budgets", "write_transactions"]

COMMITMENT, EXPENDITURE = "2", "4"
_ORIGINAL, _INDICATIVE = "1", "1"


def write_budgets(
    activity: Element, programme: Programme, start: datetime.date, end: datetime.date, losses: Losses
) -> None:
    """Add a budget for each line; a line without a year spans the programme."""
    for line in programme.budgets:
        element = SubElement(activity, "budget", type=_ORIGINAL, status=_INDICATIVE)
        element.set(own("id"), xml_text(line.id))
        if line.recurring:
            element.set(own("recurring"), "true")
        if line.rate_date is not None:
            element.set(own("rate-date"), line.rate_date.isoformat())
        if line.as_of is not None:
            element.set(own("as-of"), line.as_of.isoformat())
        first, last = start, end
        if line.year is not None:
            first, last = datetime.date(line.year, 1, 1), datetime.date(line.year, 12, 31)
        else:
            element.set(own("whole"), "true")
            if (last - first).days > 366:
                losses.advise(f"budget {line.id!r} spans more than a year", "give the line a year, or split it by year")
        SubElement(element, "period-start", {"iso-date": first.isoformat()})
        SubElement(element, "period-end", {"iso-date": last.isoformat()})
        _value(element, line.amount, line.rate_date or first)
        narratives(SubElement(element, own("title")), line.title, own("narrative"))
        losses.private(f"name of budget {line.id!r}", "IATI budgets have none; it is kept for capbuild")


def write_transactions(
    activity: Element, programme: Programme, end: datetime.date, as_of: datetime.date | None
) -> None:
    """Add what was promised as commitments and what was paid as expenditure, in one sum a line."""
    for line in programme.budgets:
        for code, amount in ((COMMITMENT, line.committed), (EXPENDITURE, line.spent)):
            if amount is not None:
                _transaction(activity, line, code, amount, line.as_of or as_of or line.rate_date or _last(line, end))


def _last(line: Budget, end: datetime.date) -> datetime.date:
    return end if line.year is None else datetime.date(line.year, 12, 31)


def _transaction(activity: Element, line: Budget, code: str, amount: Money, day: datetime.date) -> None:
    element = SubElement(activity, "transaction")
    element.set(own("budget"), xml_text(line.id))
    SubElement(element, "transaction-type", code=code)
    SubElement(element, "transaction-date", {"iso-date": day.isoformat()})
    _value(element, amount, line.rate_date or day)
    narratives(SubElement(element, "description"), line.title)


def _value(parent: Element, money: Money, day: datetime.date) -> None:
    attributes = {"currency": money.currency, "value-date": day.isoformat()}
    SubElement(parent, "value", attributes).text = _plain(money.amount)


def _plain(amount: Decimal) -> str:
    """An exact decimal without an exponent, as XML Schema wants it."""
    return f"{amount:f}"
