"""Amounts of money, exact and each in its currency."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from attrs import Attribute, field, frozen

from capbuild.errors import ModelError

__all__ = ["Money", "priced"]


def _to_decimal(value: Decimal | int | float | str) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


@frozen(order=False)
class Money:
    """An amount in one currency; amounts of two currencies are never added.

    Attributes:
        amount: The amount, exact.
        currency: ISO 4217 code.

    Example:
        >>> print(Money(1_200_000, "CAD") + Money(500, "CAD"))
        CAD 1,200,500
    """

    amount: Decimal = field(converter=_to_decimal)
    currency: str = field(default="USD")

    def __attrs_post_init__(self) -> None:
        if not self.amount.is_finite():
            raise ModelError("Money.amount", self.amount, "must be finite")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise ModelError("Money.currency", self.currency, "must be three capital letters (ISO 4217)")

    def _same(self, other: "Money") -> Decimal:
        if self.currency != other.currency:
            raise ModelError("Money.currency", other.currency, f"must be {self.currency} to be added or compared")
        return other.amount

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: int | Decimal) -> "Money":
        return Money(self.amount * factor, self.currency)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __str__(self) -> str:
        whole = self.amount == self.amount.to_integral_value()
        return f"{self.currency} {self.amount:,.0f}" if whole else f"{self.currency} {self.amount:,.2f}"


def priced(instance: object, attribute: "Attribute[Any]", value: object) -> None:
    """Validator: money with its currency, None, or a mapping of such, however deep; a bare number says no currency."""
    if isinstance(value, Mapping):
        for inner in value.values():
            priced(instance, attribute, inner)
    elif value is not None and not isinstance(value, Money):
        rule = 'must be money with its currency, such as Money(1_200_000, "CAD")'
        raise ModelError(f"{type(instance).__name__}.{attribute.name}", value, rule)
