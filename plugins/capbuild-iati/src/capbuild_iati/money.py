"""Budget lines as IATI budgets and transactions."""

import datetime
from xml.etree.ElementTree import Element, SubElement

from capbuild.model import BudgetLine, Money, Programme
from capbuild_iati.results import Losses
from capbuild_iati.tree import add_narratives, add_own_text, set_marks

COMMITMENT, EXPENDITURE = "2", "4"
_ORIGINAL, REVISED, _INDICATIVE = "1", "2", "1"


def write_budgets(
    activity: Element, programme: Programme, start: datetime.date, end: datetime.date, losses: Losses
) -> None:
    """Add budgets; lines without a year span the programme."""
    for line in programme.budgets:
        element = SubElement(activity, "budget", type=_ORIGINAL, status=_INDICATIVE)
        set_marks(
            element,
            id=line.id,
            recurring="true" if line.recurring else "",
            rate_date="" if line.rate_date is None else line.rate_date.isoformat(),
            as_of="" if line.as_of is None else line.as_of.isoformat(),
            whole="true" if line.year is None else "",
            result=line.result,
        )
        first, last = start, end
        if line.year is not None:
            first, last = datetime.date(line.year, 1, 1), datetime.date(line.year, 12, 31)
        elif (last - first).days > 366:
            losses.advise(f"budget {line.id!r} spans more than a year", "give the line a year, or split it by year")
        SubElement(element, "period-start", {"iso-date": first.isoformat()})
        SubElement(element, "period-end", {"iso-date": last.isoformat()})
        _add_value(element, line.amount, line.rate_date or first)
        add_own_text(element, "title", line.title)


def write_transactions(
    activity: Element, programme: Programme, end: datetime.date, as_of: datetime.date | None
) -> None:
    """Add commitments and expenditure, one sum per line."""
    for line in programme.budgets:
        for code, amount in ((COMMITMENT, line.committed), (EXPENDITURE, line.spent)):
            if amount is not None:
                last = end if line.year is None else datetime.date(line.year, 12, 31)
                _add_transaction(activity, line, code, amount, line.as_of or as_of or line.rate_date or last)


def _add_transaction(activity: Element, line: BudgetLine, code: str, amount: Money, day: datetime.date) -> None:
    element = SubElement(activity, "transaction")
    set_marks(element, budget=line.id)
    SubElement(element, "transaction-type", code=code)
    SubElement(element, "transaction-date", {"iso-date": day.isoformat()})
    _add_value(element, amount, line.rate_date or day)
    add_narratives(SubElement(element, "description"), line.title)


def _add_value(parent: Element, money: Money, day: datetime.date) -> None:
    attributes = {"currency": money.currency, "value-date": day.isoformat()}
    SubElement(parent, "value", attributes).text = f"{money.amount:f}"  # XML Schema decimals have no exponent
