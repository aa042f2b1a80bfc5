"""Uncertain evidence: cells as distributions to draw from."""

from functools import cached_property
from math import inf
from typing import Protocol

import numpy as np
from attrs import field, frozen

from capbuild.errors import ModelError
from capbuild.stats import Floats, read_only


class Evidence(Protocol):
    """Table (units, items) with distributions as cells."""

    @property
    def shape(self) -> tuple[int, int]:
        """Number of units and number of items."""
        ...

    @property
    def complete(self) -> bool:
        """True if no draw has a missing cell."""
        ...

    def draw(self, random: np.random.Generator, count: int, units: slice) -> Floats:
        """Return draws of shape (count, units, items)."""
        ...


@frozen(kw_only=True, eq=False)
class Normal:
    """Cells with a normal error, limited to the scale.

    Attributes:
        centre: Estimates (units, items); NaN stays missing.
        error: Standard errors of the same shape, not negative; 0 for an exact cell.
        low: Lower end of the scale; draws below are set to it.
        high: Upper end of the scale; draws above are set to it.

    Raises:
        ModelError: A standard error is negative or missing, or the shapes differ.

    Example:
        >>> cells = Normal(centre=[[50.0, 99.0]], error=[[0.0, 5.0]], high=100.0)
        >>> cells.draw(np.random.default_rng(1), 200, slice(None)).max(axis=0)
        array([[ 50., 100.]])
    """

    centre: Floats = field(converter=read_only)
    error: Floats = field(converter=read_only)
    low: float = -inf
    high: float = inf

    def __attrs_post_init__(self) -> None:
        if self.centre.ndim != 2 or self.error.shape != self.centre.shape:
            raise ModelError("Normal.error", self.error.shape, f"must have the shape {self.centre.shape}, of two")
        if not (self.error >= 0).all():
            raise ModelError("Normal.error", float(np.min(self.error)), "must not be negative or missing")

    @property
    def shape(self) -> tuple[int, int]:
        """Number of units and number of items."""
        return self.centre.shape[0], self.centre.shape[1]

    @cached_property
    def complete(self) -> bool:
        """True if no draw has a missing cell."""
        return not bool(np.isnan(self.centre).any())

    def draw(self, random: np.random.Generator, count: int, units: slice) -> Floats:
        """Return draws of shape (count, units, items)."""
        centre = self.centre[units]
        out = random.standard_normal((count, *centre.shape))
        out *= self.error[units]
        out += centre
        if self.low > -inf or self.high < inf:
            np.clip(out, self.low, self.high, out=out)
        return out


@frozen(kw_only=True, eq=False)
class Uniform:
    """Cells that are uniform between two values.

    Attributes:
        low: Lower ends (units, items); NaN stays missing.
        high: Upper ends of the same shape.

    Raises:
        ModelError: A lower end is above its upper one, or the shapes differ.

    Example:
        >>> cells = Uniform(low=[[0.0, 2.0]], high=[[5.0, 2.0]])
        >>> cells.draw(np.random.default_rng(1), 1000, slice(None)).mean(axis=0).round(1)
        array([[2.5, 2. ]])
    """

    low: Floats = field(converter=read_only)
    high: Floats = field(converter=read_only)

    def __attrs_post_init__(self) -> None:
        if self.low.ndim != 2 or self.low.shape != self.high.shape:
            raise ModelError("Uniform.high", self.high.shape, f"must have the shape {self.low.shape}, of two")
        if (self.low > self.high).any():
            raise ModelError("Uniform.low", float(self.low[self.low > self.high][0]), "must not be above its upper end")

    @property
    def shape(self) -> tuple[int, int]:
        """Number of units and number of items."""
        return self.low.shape[0], self.low.shape[1]

    @cached_property
    def complete(self) -> bool:
        """True if no draw has a missing cell."""
        return not bool(np.isnan(self.low).any() or np.isnan(self.high).any())

    def draw(self, random: np.random.Generator, count: int, units: slice) -> Floats:
        """Return draws of shape (count, units, items)."""
        low = self.low[units]
        out = random.random((count, *low.shape))
        out *= self.high[units] - low
        out += low
        return out


@frozen(kw_only=True, eq=False)
class LevelProbabilities:
    """Cells with a probability for each level.

    Attributes:
        probabilities: Probability of each level (units, items, levels), summing to 1; all NaN for a missing cell.
        values: Value of each level on the scale of the table (levels,).

    Raises:
        ModelError: Probabilities do not sum to 1, one is negative, or their number differs from that of levels.

    Example:
        >>> cells = LevelProbabilities(probabilities=[[[0.0, 0.25, 0.75]]], values=[0.0, 50.0, 100.0])
        >>> cells.draw(np.random.default_rng(1), 4000, slice(None)).mean(axis=0).round()
        array([[87.]])
    """

    probabilities: Floats = field(converter=read_only)
    values: Floats = field(converter=read_only)

    def __attrs_post_init__(self) -> None:
        if self.probabilities.ndim != 3 or self.probabilities.shape[2:] != self.values.shape:
            raise ModelError(
                "LevelProbabilities.probabilities", self.probabilities.shape, f"must end in {len(self.values)} levels"
            )
        sums = self.probabilities.sum(axis=2)
        if (self.probabilities < 0).any() or (np.abs(sums - 1) > 1e-6).any():
            raise ModelError(
                "LevelProbabilities.probabilities", float(np.nanmax(sums)), "must be shares that add up to 1"
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Number of units and number of items."""
        return self.probabilities.shape[0], self.probabilities.shape[1]

    @cached_property
    def complete(self) -> bool:
        """True if no draw has a missing cell."""
        return not bool(np.isnan(self.probabilities).any())

    def draw(self, random: np.random.Generator, count: int, units: slice) -> Floats:
        """Return draws of shape (count, units, items)."""
        upto = np.cumsum(self.probabilities[units], axis=2)
        uniform = random.random((count, *upto.shape[:2]))
        level = np.zeros(uniform.shape, dtype=np.intp)
        for step in range(len(self.values) - 1):
            level += uniform >= upto[..., step]
        return np.where(np.isnan(upto[..., 0]), np.nan, self.values[level])
