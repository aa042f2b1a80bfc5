"""The sampler behind `raters`: a Markov chain that moves sources and countries with the levels summed out.

Names of array sizes: C countries, Q capacities, S sources, L levels. Levels and biases explain each other, so a chain
that moved one given the other would creep; here only `shape` and `free` are moved given levels. A block is moved for
all its members at once, each with a step size of its own that adapts during the warm-up and is then left alone.
"""

import numpy as np
from attrs import define, field

from capbuild.stats._ratermodel import Priors, evidence_of, log_prior, log_report, log_sum
from capbuild.stats.arrays import Bools, Floats, Ints

__all__ = ["Chain", "Draws"]

_AIM = 0.35  # share of moves to accept


@define
class Draws:
    """What the chain leaves: arrays over the kept draws, and the mean of each cell's distribution."""

    levels: Ints  # (draws, C, Q)
    probabilities: Floats  # (C, Q, L)
    confusion: Floats  # (draws, S, L, L), averaged over the countries
    accepted: Floats  # share of accepted moves, one per block


@define
class _Source:
    """One source: its unknowns, its table of log P(report | level) and what that says of each cell."""

    row: Ints  # (C, Q): column of each report in a table (L, C * L + 1); the last is for no report
    reports: Ints  # (C, Q), -1 for none
    trust: float  # spread of the mean bias beforehand
    bias: Floats  # (C,)
    mean_bias: float
    usual: float  # spread of the bias between countries beforehand
    spread: float  # variance of the bias between countries
    usual_error: float
    error: float
    lapse: float
    free: Floats  # (2L - 1,): log odds of each distance from the truth, about the bell
    shape: Floats  # (L, L)
    unlike: float  # variance of the shape
    table: Floats  # (L, C, L): true level, country, report
    evidence: Floats  # (L, C, Q)


@define
class Chain:
    """State of the chain, its data and its step sizes."""

    reports: Ints  # (C, Q, S), -1 for none
    size: int
    reference: Bools  # (S,)
    priors: Priors
    rng: np.random.Generator
    sources: list[_Source] = field(init=False)
    shares: Floats = field(init=False)  # (L,)
    places: list[Floats] = field(init=False)  # strength of countries and of capacities
    place_spread: list[float] = field(init=False)
    prior: Floats = field(init=False)  # (L, C, Q)
    score: Floats = field(init=False)  # the prior and all evidence, (L, C, Q)
    likelihood: Floats = field(init=False)  # of each cell, levels summed out, (C, Q)
    tilt: float = field(init=False)  # log odds for each level by which shares follow a shift of one level
    steps: dict[str, Floats] = field(init=False, factory=dict)
    accepted: dict[str, tuple[int, Floats]] = field(init=False, factory=dict)  # moves tried, and taken
    pace: float = field(init=False, default=0.5)  # how fast step sizes adapt; 0 after the warm-up

    def __attrs_post_init__(self) -> None:
        c, q, s = self.reports.shape
        apart = self._apart()
        self.sources = [self._source(self.reports[:, :, i], bool(self.reference[i]), apart[i]) for i in range(s)]
        self.shares, self.places = np.zeros(self.size), [np.zeros(c), np.zeros(q)]
        self.place_spread = [self.priors.place**2] * 2
        self.tilt = 1 / max(float(self.reports[self.reports >= 0].var()), 0.1)
        self.prior = log_prior(self.shares, *self.places)
        self._set_score(self.prior + sum(source.evidence for source in self.sources))

    def _apart(self) -> list[float]:
        """Mean distance of each source from the references on what both reported: where its bias starts.

        A chain that starts elsewhere may settle where the references are explained away.
        """
        said = np.where(self.reports >= 0, self.reports, np.nan)
        total = np.where(self.reference & (self.reports >= 0), said, 0.0).sum(axis=2)
        count = (self.reference & (self.reports >= 0)).sum(axis=2)
        off = said - (total / np.maximum(count, 1))[:, :, None]
        both = ~np.isnan(off) & (count > 0)[:, :, None] & ~self.reference
        return [float(off[:, :, i][both[:, :, i]].mean()) if both[:, :, i].any() else 0.0 for i in range(len(both.T))]

    def _source(self, reports: Ints, trusted: bool, apart: float) -> _Source:
        countries = len(reports)
        place = np.arange(countries)[:, None] * self.size
        row = np.where(reports >= 0, place + reports, countries * self.size)
        bias, shape = np.full(countries, apart), np.zeros((self.size, self.size))
        error = self.priors.reference_error if trusted else self.priors.error
        table = log_report(bias, error, shape, self.priors.lapse)
        usual = self.priors.reference_bias if trusted else self.priors.country_bias
        return _Source(
            row=row,
            reports=reports,
            trust=self.priors.reference_bias if trusted else self.priors.bias,
            bias=bias,
            mean_bias=apart,
            usual=usual,
            spread=usual**2,
            usual_error=error,
            error=error,
            lapse=self.priors.lapse,
            free=np.zeros(2 * self.size - 1),
            shape=shape,
            unlike=self.priors.shape**2,
            table=table,
            evidence=evidence_of(table, row),
        )

    def _set_score(self, score: Floats) -> None:
        self.score, self.likelihood = score, log_sum(score)

    def run(self, warm_up: int, draws: int) -> Draws:
        """Move `warm_up + draws` times and keep what the last ones leave."""
        c, q, s = self.reports.shape
        kept = Draws(
            levels=np.empty((draws, c, q), dtype=np.int64),
            probabilities=np.zeros((c, q, self.size)),
            confusion=np.empty((draws, s, self.size, self.size)),
            accepted=np.empty(0),
        )
        for step in range(warm_up + draws):
            self.pace = min(0.5, 3 / np.sqrt(step + 1)) if step < warm_up else 0.0
            belief, levels = self._move()
            if step >= warm_up:
                at = step - warm_up
                kept.levels[at] = levels
                kept.confusion[at] = [np.exp(source.table).mean(axis=1) for source in self.sources]
                kept.probabilities += np.moveaxis(belief, 0, -1)
        kept.probabilities /= kept.probabilities.sum(axis=-1, keepdims=True)
        kept.accepted = np.array([float(taken.mean()) / tried for tried, taken in self.accepted.values()])
        return kept

    def _move(self) -> tuple[Floats, Ints]:
        """Move every block once; return the distribution of each cell and the levels drawn from it."""
        for number, source in enumerate(self.sources):
            self._move_bias(number, source)
            self._move_together(f"shift {number}", [source])
            self._move_error(number, source)
            if self.reference[number]:  # another's bias is free already
                self._move_lean(number, source)
        free = [source for source, fixed in zip(self.sources, self.reference, strict=True) if not fixed]
        self._move_together("free", free, tilt=self.tilt)
        self._move_together("all", self.sources, tilt=self.tilt)
        self._move_shares()
        self._move_place(0)
        self._move_place(1)
        belief = np.exp(self.score - self.likelihood)
        above = belief.cumsum(axis=0) < self.rng.random(belief.shape[1:])
        levels = np.minimum(above.sum(axis=0), self.size - 1)
        for number, source in enumerate(self.sources):
            self._move_shape(number, source, levels)
        self._set_score(self.prior + sum(source.evidence for source in self.sources))
        return belief, levels

    def _noise(self, block: str, members: tuple[int, ...], start: float, *, each: tuple[int, ...] = ()) -> Floats:
        """A random step for each member of a block, of shape `each`; `start` is its size before it adapts."""
        size = self.steps.setdefault(block, np.full(members, start))
        return np.asarray(self.rng.standard_normal((*members, *each)) * size.reshape(members + (1,) * len(each)))

    def _accept(self, block: str, gain: Floats) -> Bools:
        """Say which moves are taken, and adapt the step sizes while warming up."""
        taken = np.asarray(-self.rng.standard_exponential(gain.shape) < gain)
        if self.pace:
            self.steps[block] = self.steps[block] * np.exp(self.pace * (taken - _AIM))
        else:
            tried, so_far = self.accepted.get(block, (0, np.zeros(gain.shape)))
            self.accepted[block] = (tried + 1, so_far + taken)
        return taken

    def _move_bias(self, number: int, source: _Source) -> None:
        """Bias of a source in each country, then their mean and spread given them."""
        block = f"bias {number}"
        moved = source.bias + self._noise(block, source.bias.shape, 0.3)
        table = log_report(moved, source.error, source.shape, source.lapse, source.free)
        evidence = evidence_of(table, source.row)
        score = self.score + (evidence - source.evidence)
        likelihood = log_sum(score)
        about = source.mean_bias
        penalty = ((moved - about) ** 2 - (source.bias - about) ** 2) / (2 * source.spread)
        taken = self._accept(block, (likelihood - self.likelihood).sum(axis=1) - penalty)
        source.bias = np.where(taken, moved, source.bias)
        source.table = np.where(taken[None, :, None], table, source.table)
        source.evidence = np.where(taken[None, :, None], evidence, source.evidence)
        self.score = np.where(taken[None, :, None], score, self.score)
        self.likelihood = np.where(taken[:, None], likelihood, self.likelihood)
        precision = 1 / source.trust**2 + len(source.bias) / source.spread
        mean = float(source.bias.sum()) / source.spread / precision
        source.mean_bias = mean + self.rng.standard_normal() / np.sqrt(precision)
        if not self.reference[number]:  # that a reference is close to unbiased is taken, not learnt
            source.spread = self._draw_spread(source.bias - source.mean_bias, source.usual)

    def _draw_spread(self, deviations: Floats, usual: float) -> float:
        """A variance given deviations: inverse gamma of shape 2 with the usual variance as its mean."""
        scale = usual**2 + float(deviations @ deviations) / 2
        return float(scale / self.rng.gamma(2 + len(deviations) / 2))

    def _move_error(self, number: int, source: _Source) -> None:
        """Error and lapses of a source."""
        block = f"error {number}"
        noise = self._noise(block, (), 0.2, each=(2,))
        error = source.error * float(np.exp(noise[0]))
        odds = np.log(source.lapse / (1 - source.lapse)) + 3 * noise[1]  # known less well, so moved further
        lapse = float(1 / (1 + np.exp(-odds)))
        table = log_report(source.bias, error, source.shape, lapse, source.free)
        gain = self._usual(source, error, lapse) - self._usual(source, source.error, source.lapse)
        if self._replace(block, [source], [table], gain):
            source.error, source.lapse = error, lapse

    def _usual(self, source: _Source, error: float, lapse: float) -> float:
        """Log density beforehand: of the log error normal, of the log odds of a lapse from Beta(1, b)."""
        bell = -(np.log(error / source.usual_error) ** 2) / (2 * 0.5**2)
        return float(bell + np.log(lapse) + (1 / self.priors.lapse - 1) * np.log1p(-lapse))

    def _move_together(self, block: str, sources: list[_Source], *, tilt: float = 0.0) -> None:
        """Bias of several sources by one shift; with a tilt, the shares of the levels go the other way.

        Sources that all say more are explained as well by higher levels: without the tilt a chain would not find out.
        """
        shift = float(self._noise(block, (), 0.1))
        tables = [log_report(s.bias + shift, s.error, s.shape, s.lapse, s.free) for s in sources]
        penalty = sum(((s.mean_bias + shift) ** 2 - s.mean_bias**2) / (2 * s.trust**2) for s in sources)
        shares = self.shares - tilt * shift * (np.arange(self.size) - (self.size - 1) / 2)
        penalty += float(shares @ shares - self.shares @ self.shares) / 2
        if self._replace(block, sources, tables, -penalty, shares):
            for source in sources:
                source.mean_bias += shift
                source.bias = source.bias + shift

    def _move_lean(self, number: int, source: _Source) -> None:
        """Free odds of a source, all leaning to higher or to lower reports."""
        block = f"lean {number}"
        step = np.arange(self.size)[None, :] - np.arange(self.size)[:, None]
        moved = source.shape + float(self._noise(block, (), 0.1)) * step
        table = log_report(source.bias, source.error, moved, source.lapse, source.free)
        penalty = float((moved**2 - source.shape**2).sum()) / (2 * source.unlike)
        if self._replace(block, [source], [table], -penalty):
            source.shape = moved

    def _replace(
        self, block: str, sources: list[_Source], tables: list[Floats], gain: float, shares: Floats | None = None
    ) -> bool:
        """Take other tables for some sources, and other shares, or leave all; say which."""
        evidence = [evidence_of(table, source.row) for source, table in zip(sources, tables, strict=True)]
        score = self.score + sum(new - source.evidence for new, source in zip(evidence, sources, strict=True))
        prior = self.prior if shares is None else log_prior(shares, *self.places)
        score = score + (prior - self.prior)
        likelihood = log_sum(score)
        if not self._accept(block, np.asarray((likelihood - self.likelihood).sum() + gain)):
            return False
        for source, table, new in zip(sources, tables, evidence, strict=True):
            source.table, source.evidence = table, new
        self.prior, self.score, self.likelihood = prior, score, likelihood
        self.shares = self.shares if shares is None else shares
        return True

    def _move_shares(self) -> None:
        """How frequent the levels are: one of them, then all by a tilt."""
        one, levels = int(self.rng.integers(self.size)), np.arange(self.size)
        for block, direction in ((f"share {one}", np.eye(self.size)[one]), ("tilt", levels - levels.mean())):
            moved = self.shares + float(self._noise(block, (), 0.2)) * direction
            self._replace(block, [], [], -float(moved @ moved - self.shares @ self.shares) / 2, moved)

    def _move_place(self, axis: int) -> None:
        """How strong each country (axis 0) or capacity (axis 1) is, and how much they differ."""
        block, now = ("country", "capacity")[axis], self.places[axis]
        moved = list(self.places)
        moved[axis] = now + self._noise(block, now.shape, 0.3)
        prior = log_prior(self.shares, *moved)
        score = self.score + (prior - self.prior)
        likelihood = log_sum(score)
        penalty = (moved[axis] ** 2 - now**2) / (2 * self.place_spread[axis])
        taken = self._accept(block, (likelihood - self.likelihood).sum(axis=1 - axis) - penalty)
        where = np.expand_dims(taken, 1 - axis)
        self.prior, self.score = np.where(where, prior, self.prior), np.where(where, score, self.score)
        self.likelihood = np.where(where, likelihood, self.likelihood)
        self.places[axis] = np.where(taken, moved[axis], now)
        self.place_spread[axis] = self._draw_spread(self.places[axis], self.priors.place)

    def _move_shape(self, number: int, source: _Source, levels: Ints) -> None:
        """Free odds of the reports at each true level, given the levels."""
        block = f"shape {number}"
        seen = source.reports >= 0
        cell = (levels * source.table.shape[1] * self.size + source.row)[seen]
        counts = np.bincount(cell, minlength=source.table.size).reshape(source.table.shape)
        moved = source.shape + self._noise(block, (self.size,), 0.3, each=(self.size,))
        table = log_report(source.bias, source.error, moved, source.lapse, source.free)
        penalty = (moved**2 - source.shape**2).sum(axis=1) / (2 * source.unlike)
        taken = self._accept(block, (counts * (table - source.table)).sum(axis=(1, 2)) - penalty)
        source.shape = np.where(taken[:, None], moved, source.shape)
        source.table = np.where(taken[:, None, None], table, source.table)
        if not self.reference[number]:  # free odds could make a bias of a reference that is close to unbiased
            source.unlike = self._draw_spread(source.shape.ravel(), self.priors.shape)
            for _ in range(3):
                self._move_free(number, source, counts)
        source.evidence = evidence_of(source.table, source.row)

    def _move_free(self, number: int, source: _Source, counts: Ints) -> None:
        """Free odds of one distance from the truth, given the levels."""
        at = int(self.rng.integers(len(source.free)))
        block = f"free {number} {at}"
        moved = source.free.copy()
        moved[at] += float(self._noise(block, (), 0.5))
        table = log_report(source.bias, source.error, source.shape, source.lapse, moved)
        penalty = (moved[at] ** 2 - source.free[at] ** 2) / (2 * self.priors.free**2)
        if self._accept(block, np.asarray((counts * (table - source.table)).sum() - penalty)):
            source.free, source.table = moved, table
