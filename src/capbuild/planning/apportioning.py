"""Amounts of money in parts that sum to them, to the cent."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

__all__ = ["CENT", "apportioned"]

CENT = Decimal("0.01")


def apportioned(amount: Decimal, weights: Sequence[Fraction]) -> list[Decimal]:
    """Return an amount in parts that sum to it: whole hundredths, largest remainders rounded up.

    Args:
        amount: What is shared; what of it is no whole hundredth goes to the first part.
        weights: How much falls to each part; where all are 0, the same falls to each.
    """
    every = sum(weights) or Fraction(len(weights))
    shares = [Fraction(amount) / Fraction(CENT) * (weight if sum(weights) else 1) / every for weight in weights]
    whole = [share.numerator // share.denominator for share in shares]
    left = int(sum(shares) - sum(whole))
    for place in sorted(range(len(shares)), key=lambda n: (whole[n] - shares[n], n))[:left]:
        whole[place] += 1
    parts = [count * CENT for count in whole]
    parts[0] += amount - sum(parts)
    return parts
