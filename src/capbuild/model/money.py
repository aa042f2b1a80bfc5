"""Exact amounts of money, each in a currency."""

import datetime
import decimal
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from attrs import Attribute, field

from capbuild._typed import model
from capbuild.errors import ModelError

#: Exact sums and products, whatever decimal precision the program has set.
_EXACT = decimal.Context(
    prec=100, traps=[decimal.InvalidOperation, decimal.Inexact, decimal.Overflow, decimal.Subnormal]
)
#: Rounds to whole cents.
_CENTS = decimal.Context(prec=100)


def _to_decimal(value: Decimal | int | float | str) -> Decimal:
    if isinstance(value, Decimal):
        return value
    try:
        return Decimal(str(value))
    except decimal.InvalidOperation:
        raise ModelError("Money.amount", value, "must be a number such as 1200.50") from None


@model(order=False)
class Money:
    """Amount in one currency; sums never mix currencies.

    Amounts can be added, subtracted, compared, summed, and multiplied by an integer or a Decimal, all exactly. A float
    is refused as a factor: write `Decimal("0.1")`, not `0.1`. The sum of no amounts is the number 0, since it has no
    currency: give `sum` a start value if there may be none.

    Attributes:
        amount: The amount, exact.
        currency: ISO 4217 code.

    Raises:
        ModelError: Amount or currency is invalid; the currencies differ; the other operand is not money; the factor is
            a float; or the result has more than 100 digits.

    Example:
        >>> print(Money(1_200_000, "CAD") + Money(500, "CAD"))
        CAD 1,200,500
        >>> print(sum([Money("0.10", "CAD"), 2 * Money("0.10", "CAD")]))
        CAD 0.30
    """

    _words_: ClassVar = 'money with its currency, such as Money(1_200_000, "CAD")'

    amount: Decimal = field(converter=_to_decimal)
    currency: str = "USD"

    def __attrs_post_init__(self) -> None:
        if not self.amount.is_finite():
            raise ModelError("Money.amount", self.amount, "must be finite")
        code: object = self.currency
        if not (isinstance(code, str) and len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
            raise ModelError("Money.currency", code, "must be three capital letters (ISO 4217)")

    def _check_currency(self, other: object) -> Decimal:
        if not isinstance(other, Money):
            raise ModelError("Money", other, "must be added to and compared with money in its currency")
        if self.currency != other.currency:
            raise ModelError("Money.currency", other.currency, f"must be {self.currency} to be added or compared")
        return other.amount

    def __add__(self, other: "Money") -> "Money":
        return Money(_check_exact(_EXACT.add, self.amount, self._check_currency(other)), self.currency)

    def __radd__(self, other: object) -> "Money":
        if isinstance(other, int) and not other:  # `sum` starts from 0
            return self
        return Money(self._check_currency(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(_check_exact(_EXACT.subtract, self.amount, self._check_currency(other)), self.currency)

    def __mul__(self, factor: int | Decimal) -> "Money":
        if isinstance(factor, bool) or not isinstance(factor, int | Decimal):
            raise ModelError("Money", factor, "must be multiplied by a whole number or a Decimal")
        return Money(_check_exact(_EXACT.multiply, self.amount, Decimal(factor)), self.currency)

    __rmul__ = __mul__

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._check_currency(other)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._check_currency(other)

    def __str__(self) -> str:
        whole = self.amount == self.amount.to_integral_value()
        return f"{self.currency} {self.amount:,.0f}" if whole else f"{self.currency} {self.amount:,.2f}"


def _check_exact(operation: Callable[[Decimal, Decimal], Decimal], one: Decimal, other: Decimal) -> Decimal:
    try:
        return operation(one, other)
    except decimal.DecimalException:
        raise ModelError("Money.amount", other, "must leave a result of at most 100 digits") from None


def not_negative(instance: object, attribute: "Attribute[Any]", value: Money | Decimal) -> None:
    """Check that an amount is at least 0."""
    if (value.amount if isinstance(value, Money) else value) < 0:
        raise ModelError(f"{type(instance).__name__}.{attribute.name}", value, "must not be negative")


def _to_rate(value: Decimal | int | float | str) -> Decimal:
    rate = _to_decimal(value)
    if not rate.is_finite() or rate <= 0:
        raise ModelError("ExchangeRate.rate", value, "must be above 0")
    return rate


@model(kw_only=True)
class ExchangeRate:
    """Exchange rate on a date.

    Attributes:
        currency: ISO 4217 code of the other currency.
        rate: Units of the reporting currency for one unit of it.
        date: The date.
        source: Publisher.

    Raises:
        ModelError: The rate is not above 0, or the currency is not a code.
    """

    currency: str
    rate: Decimal = field(converter=_to_rate)
    date: datetime.date
    source: str = ""

    def __attrs_post_init__(self) -> None:
        Money(0, self.currency)  # checks the code


def find_rate(rates: Iterable[ExchangeRate], currency: str, on: datetime.date | None = None) -> ExchangeRate | None:
    """Return the rate of a currency: the latest up to a date, else the earliest; None if it has no rate.

    Args:
        rates: Rates of any currencies, in any order.
        currency: The other currency.
        on: The date; by default the latest rate counts.
    """
    own = sorted((rate for rate in rates if rate.currency == currency), key=lambda rate: rate.date)
    return next((rate for rate in reversed(own) if on is None or rate.date <= on), own[0] if own else None)


def rebase_rates(rates: Mapping[str, Decimal], currency: str) -> dict[str, Decimal]:
    """Return exchange rates in units of another currency among them.

    Example:
        >>> rebase_rates({"USD": Decimal(1), "CAD": Decimal("0.5")}, "CAD")
        {'USD': Decimal('2'), 'CAD': Decimal('1')}
    """
    return {name: rate / rates[currency] for name, rate in rates.items()}


def convert_money(
    amount: Money, currency: str, rates: Iterable[ExchangeRate], on: datetime.date | None = None
) -> Money:
    """Return an amount in another currency, rounded to cents.

    `find_rate` chooses the rate. An amount in a currency without a rate is returned unchanged.

    Args:
        amount: The amount.
        currency: The reporting currency.
        rates: Rates by date.
        on: The date.

    Example:
        >>> rate = ExchangeRate(currency="CAD", rate="0.7714", date=datetime.date(2016, 6, 30))
        >>> str(convert_money(Money(872_000, "CAD"), "USD", [rate]))
        'USD 672,660.80'
    """
    used = find_rate(rates, amount.currency, on)
    if used is None or amount.currency == currency:
        return amount
    value = _check_exact(_EXACT.multiply, amount.amount, used.rate)
    return Money(value.quantize(Decimal("0.01"), decimal.ROUND_HALF_EVEN, _CENTS), currency)
