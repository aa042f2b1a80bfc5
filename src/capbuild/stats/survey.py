"""A sample described: weights, strata, clusters of any number of stages, finite populations, calibration.

The variance of every estimate is the variance of a total of linearised values (Taylor). It is added up stage by stage:
between the first-stage clusters of each stratum, and inside each of them, in the share that was drawn, between those of
the next stage. Estimates themselves are in `estimates`, calibration to known totals in `poststratify`.
"""

import math
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
from attrs import evolve, field, frozen

from capbuild.errors import ModelError
from capbuild.stats.arrays import Bools, Floats, Ints, as_groups, as_table, as_vector, read_only
from capbuild.undefined import Undefined, UndefinedReason

__all__ = ["Calibrator", "SurveyDesign"]


@frozen(kw_only=True, eq=False)
class Calibrator:
    """What weights were calibrated to: variance that these columns explain is no longer sampling variance.

    Attributes:
        columns: Values with known totals, shape (rows, columns).
        base: Weights before the calibration, shape (rows,).
    """

    columns: Floats = field(converter=read_only)
    base: Floats = field(converter=read_only)

    def residuals(self, values: Floats) -> Floats:
        """Return what the columns leave unexplained of a table (rows, k), by least squares with the weights before."""
        root = np.sqrt(self.base)[:, None]
        fitted = np.linalg.lstsq(self.columns * root, values * root, rcond=None)[0]
        return np.asarray(values - self.columns @ fitted)


@frozen(kw_only=True, eq=False)
class SurveyDesign:
    """How the rows of a survey were drawn.

    Attributes:
        weights: How many of the population each row stands for, shape (rows,).
        strata: Position of the first-stage stratum of each row; one stratum when None was given.
        stages: For each stage, the position of the cluster of each row; the rows themselves when none was given. A
            cluster is taken to lie within its stratum and the cluster of the stage before.
        populations: For each stage, how many clusters the stratum (the cluster of the stage before) has in the
            population, per row; fewer stages than `stages`, or none, mean sampling with replacement from there on.
        calibrators: What the weights were calibrated to, in the order it was done.
    """

    weights: Floats
    strata: Ints
    stages: tuple[Ints, ...]
    populations: tuple[Floats, ...]
    calibrators: tuple[Calibrator, ...] = ()

    @classmethod
    def of(
        cls,
        weights: npt.ArrayLike,
        *,
        strata: Sequence[Hashable] | None = None,
        clusters: Sequence[Sequence[Hashable]] = (),
        populations: Sequence[npt.ArrayLike] = (),
    ) -> "SurveyDesign":
        """Make a design from labels.

        Args:
            weights: How many of the population each row stands for.
            strata: Label of the stratum of each row; None for none.
            clusters: For each stage, the label of the cluster of each row; none for a sample of single rows.
            populations: For each stage, the number of clusters in the population, per row.

        Raises:
            ModelError: Lengths differ, a weight is not positive, or more were drawn than there are.

        Example:
            >>> design = SurveyDesign.of([10.0, 10.0, 5.0], strata=["n", "n", "s"], populations=[[20, 20, 5]])
            >>> design.degrees_of_freedom
            1
        """
        given = as_vector(weights, "weights")
        rows = len(given)
        if not (given > 0).all():
            raise ModelError("weights", float(np.min(given)), "must be more than 0, and not missing")
        stratum = np.zeros(rows, np.int64) if strata is None else as_groups(strata, rows, "strata")[1]
        labels: Sequence[Sequence[Hashable]] = clusters or (range(rows),)
        nest = stratum
        stages = []
        for stage in labels:
            codes = as_groups(stage, rows, "clusters")[1]
            nest = np.unique(np.column_stack([nest, codes]), axis=0, return_inverse=True)[1].reshape(-1)
            stages.append(np.asarray(nest, dtype=np.int64))
        sizes = tuple(as_vector(size, "populations", rows) for size in populations)
        if len(sizes) > len(stages):
            raise ModelError("populations", len(sizes), f"must have at most {len(stages)} stages")
        return cls(weights=read_only(given), strata=stratum, stages=tuple(stages), populations=sizes)

    @property
    def clusters(self) -> int:
        """Number of first-stage clusters."""
        return len(np.unique(self.stages[0]))

    @property
    def degrees_of_freedom(self) -> int:
        """First-stage clusters less strata."""
        return self.domain_degrees_of_freedom(np.ones(len(self.weights), np.bool_))

    def domain_degrees_of_freedom(self, where: Bools) -> int:
        """Return the first-stage clusters less the strata that have rows of a domain."""
        return len(np.unique(self.stages[0][where])) - len(np.unique(self.strata[where]))

    def effective_size(self, where: Bools) -> float:
        """Return the effective number of rows of a domain by its weights (Kish, 1965, sec. 11.7).

        Each squared weight counts by the part of its stratum that was not drawn; infinite where all of it was.
        """
        weights, left = self.weights[where], 1 - self._drawn()[where]
        squares = float((left * weights**2).sum())
        return float(weights.sum()) ** 2 / squares if squares else math.inf

    def _drawn(self) -> Floats:
        """Share of the population drawn around each row, all stages together; 0 where a stage tells none."""
        drawn = np.ones(len(self.weights))
        for stage, nest in enumerate(self.stages):
            parents = self.strata if stage == 0 else self.stages[stage - 1]
            for parent in np.unique(parents):
                own = np.flatnonzero(parents == parent)
                drawn[own] *= self._share(own, len(np.unique(nest[own])), stage)
        return drawn

    def reweighted(self, weights: Floats, calibrator: Calibrator) -> "SurveyDesign":
        """Return the design with other weights, and what they were calibrated to."""
        return evolve(self, weights=read_only(weights), calibrators=(*self.calibrators, calibrator))

    def covariance(self, linearised: npt.ArrayLike, *, where: Bools | None = None) -> Floats | Undefined:
        """Return the covariance of weighted totals.

        Args:
            linearised: Value of each row in the totals, shape (rows, totals): for a mean `(y - mean) / population`.
            where: True for the rows of a domain, outside of which every value is 0; None for all rows.

        Returns:
            Matrix (totals, totals); undefined when a stratum with rows of the domain has one cluster of several, so
            that nothing is known of the spread inside it.

        Raises:
            ModelError: There is not one value per row, or more clusters were drawn than the population has.
        """
        table = as_table(linearised, "linearised")
        if len(table) != len(self.weights):
            raise ModelError("linearised", len(table), f"must have {len(self.weights)} rows")
        for calibrator in reversed(self.calibrators):
            table = calibrator.residuals(table)
        inside = np.ones(len(table), np.bool_) if where is None or self.calibrators else where
        return self._stage(table * self.weights[:, None], self.strata, np.arange(len(table)), 0, inside)

    def variance(self, linearised: npt.ArrayLike, *, where: Bools | None = None) -> float | Undefined:
        """Return the variance of one weighted total; see `covariance`."""
        found = self.covariance(np.asarray(linearised, dtype=np.float64)[:, None], where=where)
        return found if isinstance(found, Undefined) else float(found[0, 0])

    def _stage(self, totals: Floats, strata: Ints, rows: Ints, stage: int, where: Bools) -> Floats | Undefined:
        """Covariance from one stage on, of the rows named; a stratum without rows of the domain adds nothing."""
        added = np.zeros((totals.shape[1], totals.shape[1]))
        for stratum in np.unique(strata[rows[where[rows]]]):
            own = rows[strata[rows] == stratum]
            names, at = np.unique(self.stages[stage][own], return_inverse=True)
            sums = np.zeros((len(names), totals.shape[1]))
            np.add.at(sums, at.reshape(-1), totals[own])
            drawn = self._share(own, len(names), stage)
            if drawn < 1:
                if len(names) < 2:
                    return Undefined(UndefinedReason.TOO_FEW, "a stratum has one cluster only")
                centred = sums - sums.mean(axis=0)
                added += (1 - drawn) * len(names) / (len(names) - 1) * centred.T @ centred
            if drawn > 0 and stage + 1 < len(self.stages):
                inner = self._stage(totals, self.stages[stage], own, stage + 1, where)
                if isinstance(inner, Undefined):
                    return inner
                added += drawn * inner
        return added

    def _share(self, rows: Ints, clusters: int, stage: int) -> float:
        """Share of the population's clusters that was drawn; 0 when the population is not told."""
        if stage >= len(self.populations):
            return 0.0
        sizes = self.populations[stage][rows]
        size = float(sizes[0])
        if (sizes != size).any() and not math.isnan(size):
            raise ModelError(f"populations[{stage}]", np.unique(sizes).tolist(), "must be the same in all of a stratum")
        if math.isnan(size) or clusters > size + 1e-9:
            raise ModelError(f"populations[{stage}]", size, f"must be at least the {clusters} drawn")
        return min(clusters / size, 1.0)
