"""Piecewise-linear share of a gap closed by combined effects.

Two independent activities that close shares a and b of a gap close 1 - (1 - a)(1 - b) together. With doses -ln(1 -
share), doses add up, and the share closed is 1 - exp(-dose). Chords of this curve are below it, so no plan's value is
overstated. The curve is concave, so following the chords needs no binary variables.
"""

import math
from bisect import bisect_right
from fractions import Fraction
from functools import cached_property

from attrs import field, frozen

from capbuild.checks import to_tuple

#: Points where the chords meet the curve.
_KNOTS = ("0", "1/4", "1/2", "9/10", "7/5", "11/5", "7/2")
#: Doses and shares are rounded to a millionth: fractions stay small and equal on every machine.
_STEP = 10**6


def dose_from_share(share: float) -> Fraction:
    """Return the dose of an effect.

    Doses of independent effects add up; the shares that they close do not.

    Example:
        >>> dose_from_share(0.5)
        Fraction(693147, 1000000)
    """
    return Fraction(math.floor(-math.log1p(-share) * _STEP), _STEP)


@frozen
class BenefitCurve:
    """Piecewise-linear share of a gap closed by a dose.

    Attributes:
        points: Dose and share, rising and concave from (0, 0); constant beyond the last.
    """

    points: tuple[tuple[Fraction, Fraction], ...] = field(converter=to_tuple)

    @classmethod
    def exponential(cls) -> "BenefitCurve":
        """Return the chords of 1 - exp(-dose)."""
        knots = [Fraction(text) for text in _KNOTS]
        return cls(tuple((knot, Fraction(math.floor(-math.expm1(-knot) * _STEP), _STEP)) for knot in knots))

    @cached_property
    def segments(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """Width and slope of each chord, in order."""
        pairs = zip(self.points, self.points[1:], strict=False)
        return tuple((right[0] - left[0], (right[1] - left[1]) / (right[0] - left[0])) for left, right in pairs)

    @cached_property
    def _floats(self) -> tuple[list[float], list[float], list[float]]:
        doses = [float(dose) for dose, _ in self.points]
        return doses, [float(share) for _, share in self.points], [*(float(s) for _, s in self.segments), 0.0]

    def exact_share(self, dose: Fraction) -> Fraction:
        """Return the exact share closed by a dose."""
        left = max((point for point in self.points if point[0] <= dose), default=self.points[0])
        place = self.points.index(left)
        if place == len(self.points) - 1:
            return left[1]
        return left[1] + self.segments[place][1] * (dose - left[0])

    def approximate_share(self, dose: float) -> float:
        """Return the share closed by a dose, in floating point."""
        doses, shares, slopes = self._floats
        place = bisect_right(doses, dose) - 1
        return shares[place] + slopes[place] * (dose - doses[place])
