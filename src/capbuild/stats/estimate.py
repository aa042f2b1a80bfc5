"""A figure with its uncertainty: the one shape in which every estimator of this package answers."""

import math

from attrs import frozen

from capbuild.errors import ModelError
from capbuild.stats.distributions import normal_quantile, t_quantile

__all__ = ["LEVEL", "Estimate", "check_level"]

#: Confidence level of intervals unless another is asked for: the 90 % that a score prints.
LEVEL = 0.90


@frozen(kw_only=True)
class Estimate:
    """A value, its standard error and its interval.

    Attributes:
        value: The estimate itself.
        se: Standard error, in the unit of the value.
        low: Lower end of the interval.
        high: Upper end of the interval.
        level: Confidence level of the interval, between 0 and 1.
        df: Degrees of freedom behind the interval; infinite for a normal one.
        n: How many observations it rests on.
    """

    value: float
    se: float
    low: float
    high: float
    level: float = LEVEL
    df: float = math.inf
    n: int = 0

    @classmethod
    def symmetric(
        cls, value: float, se: float, *, level: float = LEVEL, df: float = math.inf, n: int = 0
    ) -> "Estimate":
        """Return the estimate with the interval `value -/+ q * se`, q of Student's t, or of the normal without `df`.

        Raises:
            ModelError: The level is not between 0 and 1.

        Example:
            >>> found = Estimate.symmetric(10.0, 2.0, level=0.95)
            >>> round(found.low, 2), round(found.high, 2)
            (6.08, 13.92)
        """
        check_level(level)
        tail = (1 + level) / 2
        reach = se * (normal_quantile(tail) if math.isinf(df) else t_quantile(tail, df)) if se else 0.0
        return cls(value=value, se=se, low=value - reach, high=value + reach, level=level, df=df, n=n)


def check_level(level: float, name: str = "level") -> None:
    """Refuse a probability that is not strictly between 0 and 1.

    Raises:
        ModelError: It is not.
    """
    if not 0 < level < 1:
        raise ModelError(name, level, "must be between 0 and 1")
