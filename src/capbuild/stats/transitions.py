"""Probability of true changes between two rounds of noisy reports.

A latent-transition model for staircases. Names of array sizes: B steps (each of one capacity in one country), N
criteria of a step, S classes of sources.

A source answers yes to a share of met and to a share of unmet criteria (Dawid and Skene, Applied Statistics 28, 1979,
20-28). In truth, a step is complete or not, and between the rounds it stays so, is completed, or falls; single criteria
of a step that stays incomplete may also change. A step above complete ones is completed more often than one further up.
All shares are learnt from both rounds jointly, by expectation-maximisation, starting with priors on the sources. If
only the answers changed, steps are hardly ever completed, so no move is likely.
"""

from collections.abc import Mapping

import numpy as np
from attrs import define, field, frozen

from capbuild.stats.arrays import Bools, Floats, Ints

_ROUNDS = 200  # maximum of estimation
_STILL = 1e-4  # change of the shares at which estimation ends
_CHANGED = (0.2, 19.8)  # prior: steps that changed and did not
_SINGLE = (0.5, 99.5)  # prior: criteria of a step that changed alone and did not
_SHARE = (1.0, 1.0)  # prior: steps complete and not, criteria met and not
_KEPT = 0.5  # share of criteria that a falling step keeps
_SURE = 0.001  # no source is always right
_TINY = 1e-300

#: Truth of a criterion in the earlier and the later round.
_STATES = ((False, False), (False, True), (True, False), (True, True))
_NEITHER, _GAINED, _LOST, _BOTH = range(4)
#: Events of a step, with the truths that not all its criteria can have.
_SAME, _SHORT, _COMPLETED, _FALLEN = range(4)
_EXCLUDED: Mapping[int, tuple[int, ...]] = {_SHORT: (_LOST, _BOTH), _COMPLETED: (_BOTH,), _FALLEN: (_BOTH,)}


@frozen(kw_only=True, eq=False)
class PairedReports:
    """Reports of sources that judged a criterion in both rounds.

    Attributes:
        before: Number of no and yes by class in the earlier round, shape (2, B, N, S).
        after: The same for the later round.
        applies: Mask of existing criteria, shape (B, N): steps have different numbers.
        steps: Index of each step in its capacity, from 0, shape (B,).
        ladders: Steps of each capacity from the lowest, shape (capacities, steps), padded with -1.
    """

    before: Floats
    after: Floats
    applies: Bools
    steps: Ints
    ladders: Ints


@frozen(kw_only=True, eq=False)
class SourceRates:
    """Prior yes rates of each class of sources.

    Attributes:
        shares: Yes rates for unmet and met criteria, shape (2, S).
        weight: Weight of the prior in reports, shape (S,).
    """

    shares: Floats
    weight: Floats


@frozen(kw_only=True, eq=False)
class TransitionFit:
    """Estimated truth in two rounds.

    Attributes:
        gained: Probability that each criterion was unmet and is now met, shape (B, N).
        lost: Probability that it was met and is now unmet, same shape.
        complete: Probability of each step not complete or complete before, and after, shape (B, 2, 2).
        shares: Yes rate of each class of sources for unmet and met criteria, shape (2, S).
    """

    gained: Floats
    lost: Floats
    complete: Floats
    shares: Floats

    def change_probabilities(self, ladder: Ints) -> tuple[float, float]:
        """Return the probability of more steps, and of fewer.

        Args:
            ladder: Its steps from the lowest; -1 for none.
        """
        both, more, fewer = 1.0, 0.0, 0.0
        for step in ladder[ladder >= 0]:
            more += both * float(self.complete[step, 0, 1])
            fewer += both * float(self.complete[step, 1, 0])
            both *= float(self.complete[step, 1, 1])
        return more, fewer


@define
class _ChangeShares:
    """Estimated shares of criteria and steps by event.

    A share with two values has one for steps above an incomplete step, and one for steps above a complete one.
    """

    met: Floats  # (steps,) criteria of an incomplete step that are met
    complete: Floats  # (steps, 2)
    completed: Floats = field(factory=lambda: np.full(2, 0.05))
    fallen: Floats = field(factory=lambda: np.full(2, 0.05))
    single: Floats = field(factory=lambda: np.full(2, 0.01))  # criteria gained and lost alone

    @property
    def to_array(self) -> Floats:
        """All shares in one array."""
        parts = (self.met, self.complete, self.completed, self.fallen, self.single)
        return np.concatenate([part.ravel() for part in parts])


@define
class _StepEvents:
    """Likelihood of reports and truths under each event."""

    likelihood: Floats  # (4, B)
    truths: Floats  # (4, B, N, 4): probability of each truth of each criterion, given the event
    refused: Floats  # (B,): draws of an incomplete step that were complete, per one that was not


def _multiply_others(values: Floats) -> Floats:
    """Return the product over the step's other criteria, (B, N)."""
    ones = np.ones_like(values[:, :1])
    before = np.cumprod(np.concatenate([ones, values[:, :-1]], axis=1), axis=1)
    after = np.cumprod(np.concatenate([ones, values[:, :0:-1]], axis=1), axis=1)[:, ::-1]
    return np.asarray(before * after)


def _report_likelihood(reports: Floats, shares: Floats) -> Floats:
    """Return P(reports | not met) and P(reports | met).

    The shape is (B, N, 2).
    """
    no, yes = reports
    return np.asarray(np.exp(no @ np.log(1 - shares).T + yes @ np.log(shares).T))


def _compute_truth_priors(shares: _ChangeShares, steps: Ints) -> Floats:
    """Return a criterion's prior truth by event, (4, B, 4)."""
    met = shares.met[steps]
    gained, lost = shares.single
    priors = np.zeros((4, len(steps), 4))
    priors[_SAME, :, _BOTH] = 1.0
    priors[_SHORT] = np.stack([(1 - met) * (1 - gained), (1 - met) * gained, met * lost, met * (1 - lost)], axis=1)
    priors[_COMPLETED, :, _GAINED], priors[_COMPLETED, :, _BOTH] = 1 - met, met
    priors[_FALLEN, :, _LOST], priors[_FALLEN, :, _BOTH] = 1 - _KEPT, _KEPT
    return priors


def _event_likelihood(reports: PairedReports, report_likelihood: Floats, shares: _ChangeShares) -> _StepEvents:
    """Return the likelihood of the reports by event.

    Args:
        reports: Reports on criteria in both rounds.
        report_likelihood: Likelihood of the reports on each criterion, shape (B, N, 4).
        shares: Estimated shares.
    """
    applies = reports.applies
    priors = _compute_truth_priors(shares, reports.steps)
    likelihood, truths = np.zeros(priors.shape[:2]), np.zeros((4, *report_likelihood.shape))
    refused = np.zeros(len(applies))
    for event, prior in enumerate(priors):
        states = np.where(applies[..., None], prior[:, None, :] * report_likelihood, 0.0)
        total = np.where(applies, states.sum(axis=2), 1.0)
        whole, rest = total.prod(axis=1), _multiply_others(total)
        truths[event] = states * rest[..., None]
        impossible = list(_EXCLUDED.get(event, ()))
        if impossible:
            beyond = np.where(applies, states[..., impossible].sum(axis=2), 1.0)
            whole = np.maximum(whole - beyond.prod(axis=1), _TINY)
            truths[event][..., impossible] -= states[..., impossible] * _multiply_others(beyond)[..., None]
            share = np.where(applies, prior[:, impossible].sum(axis=1)[:, None], 1.0).prod(axis=1)
            refused = share / (1 - share) if event == _SHORT else refused
            likelihood[event] = whole / (1 - share)
        else:
            likelihood[event] = whole
        truths[event] = np.maximum(truths[event], 0.0) / np.maximum(whole, _TINY)[:, None, None]
    return _StepEvents(likelihood, truths, refused)


def _list_conditions(ladders: Ints, complete: Floats) -> tuple[Floats, Floats]:
    """Return the probability that all lower steps are complete.

    The second array is the probability that, in addition, the next step is incomplete. Both have the shape (B,).
    """
    lower, last = np.ones(len(complete)), np.ones(len(complete))
    reached = np.ones(len(ladders))
    for place in range(ladders.shape[1]):
        there = ladders[:, place] >= 0
        at = ladders[there, place]
        lower[at] = reached[there]
        last[at] = reached[there]
        reached[there] *= complete[at]
        if place:
            below = ladders[there, place - 1]
            last[below] *= 1 - complete[at]
    return lower, last


def _mix_shares(shares: Floats, weight: Floats) -> Floats:
    """Mix each step's share over the two kinds, (B,)."""
    return np.asarray(shares[..., 0] * (1 - weight) + shares[..., 1] * weight)


def _compute_beta(successes: Floats | float, trials: Floats | float, prior: tuple[float, float]) -> Floats:
    return np.asarray((successes + prior[0]) / (trials + sum(prior)))


def _update_share(
    shares: Floats, weight: Floats, happened: Floats, possible: Floats, prior: tuple[float, float]
) -> Floats:
    """Update the share of each kind of step, (2,)."""
    mixed = np.maximum(_mix_shares(shares, weight), _TINY)
    likelihoods = [
        _compute_beta((happened * shares[kind] * part / mixed).sum(), (possible * part).sum(), prior)
        for kind, part in enumerate((1 - weight, weight))
    ]
    return np.array(likelihoods)


@define
class _TransitionEstimator:
    reports: PairedReports
    rates: SourceRates
    sources: Floats = field(init=False)  # (2, S)
    shares: _ChangeShares = field(init=False)
    lower: Floats = field(init=False)
    last: Floats = field(init=False)
    weights: Floats = field(init=False)  # (4, B)
    truths: Floats = field(init=False)  # (B, N, 4)

    def __attrs_post_init__(self) -> None:
        kinds = int(self.reports.steps.max(initial=0)) + 1
        self.sources = self.rates.shares.copy()
        self.shares = _ChangeShares(met=np.full(kinds, 0.2), complete=np.full((kinds, 2), 0.4))
        count = len(self.reports.steps)
        self.lower, self.last = np.full(count, 0.5), np.full(count, 0.5)

    def expect(self) -> _StepEvents:
        """Compute probabilities, given the shares (E step)."""
        reports, shares = self.reports, self.shares
        before, after = (_report_likelihood(reported, self.sources) for reported in (reports.before, reports.after))
        likelihood = np.stack([before[..., int(b)] * after[..., int(a)] for b, a in _STATES], axis=2)
        events = _event_likelihood(reports, likelihood, shares)
        complete = _mix_shares(shares.complete[reports.steps], self.lower)
        completed, fallen = _mix_shares(shares.completed, self.lower), _mix_shares(shares.fallen, self.last)
        prior = np.stack(
            [
                complete * (1 - fallen),
                (1 - complete) * (1 - completed),
                (1 - complete) * completed,
                complete * fallen,
            ]
        )
        joint = np.maximum(prior * events.likelihood, _TINY)
        self.weights = joint / joint.sum(axis=0)
        self.truths = (self.weights[:, :, None, None] * events.truths).sum(axis=0)
        return events

    def maximise(self, events: _StepEvents) -> None:
        """Compute shares, given the probabilities (M step)."""
        reports, shares, weights = self.reports, self.shares, self.weights
        complete, short = weights[_SAME] + weights[_FALLEN], weights[_SHORT] + weights[_COMPLETED]
        for kind in range(len(shares.met)):
            own = reports.steps == kind
            sizes = reports.applies[own].sum(axis=1)
            beyond = (short * events.refused)[own] * sizes
            met = (self._count_truths(events, _SHORT, _LOST, _BOTH) + self._count_truths(events, _COMPLETED, _BOTH))[
                own
            ]
            shares.met[kind] = _compute_beta(
                met.sum() + beyond.sum(), (short[own] * sizes).sum() + beyond.sum(), _SHARE
            )
            shares.complete[kind] = _update_share(
                shares.complete[kind], self.lower[own], complete[own], np.ones(int(own.sum())), _SHARE
            )
        shares.completed = _update_share(shares.completed, self.lower, weights[_COMPLETED], short, _CHANGED)
        shares.fallen = _update_share(shares.fallen, self.last, weights[_FALLEN], complete, _CHANGED)
        alone = [self._count_truths(events, _SHORT, state).sum() for state in range(4)]
        shares.single = np.array(
            [
                _compute_beta(alone[_GAINED], alone[_GAINED] + alone[_NEITHER], _SINGLE),
                _compute_beta(alone[_LOST], alone[_LOST] + alone[_BOTH], _SINGLE),
            ]
        )
        self.sources = self._compute_yes_rates()
        self.lower, self.last = _list_conditions(reports.ladders, complete)

    def _count_truths(self, events: _StepEvents, event: int, *states: int) -> Floats:
        """Count criteria with some truths under an event, (B,)."""
        return np.asarray(self.weights[event] * events.truths[event][..., list(states)].sum(axis=(1, 2)))

    def _compute_yes_rates(self) -> Floats:
        """Return yes rates of sources, for unmet and met criteria."""
        applies = self.reports.applies
        met = (self.truths[..., [_LOST, _BOTH]].sum(axis=2), self.truths[..., [_GAINED, _BOTH]].sum(axis=2))
        rates = []
        for state, believed in enumerate(self.rates.shares):
            yes, weights = believed * self.rates.weight, self.rates.weight.copy()
            for reports, share in zip((self.reports.before, self.reports.after), met, strict=True):
                weight = np.where(applies, share if state else 1 - share, 0.0)
                yes = yes + np.einsum("bn,bns->s", weight, reports[1])
                weights = weights + np.einsum("bn,bns->s", weight, reports.sum(axis=0))
            rates.append(np.clip(yes / np.maximum(weights, _TINY), _SURE, 1 - _SURE))
        # A source with a higher yes rate for unmet than for met criteria would reverse everything.
        return np.stack([np.minimum(*rates), rates[1]])


def fit_transitions(reports: PairedReports, rates: SourceRates) -> TransitionFit:
    """Return the probability of change of each criterion and step.

    Args:
        reports: Reports on criteria in both rounds.
        rates: Prior yes rates.
    """
    fit = _TransitionEstimator(reports=reports, rates=rates)
    events, earlier = fit.expect(), fit.shares.to_array
    for _ in range(_ROUNDS):
        fit.maximise(events)
        events, flat = fit.expect(), fit.shares.to_array
        if np.abs(flat - earlier).max(initial=0.0) < _STILL:
            break
        earlier = flat
    complete = np.empty((len(reports.steps), 2, 2))
    complete[:, 1, 1], complete[:, 0, 0] = fit.weights[_SAME], fit.weights[_SHORT]
    complete[:, 0, 1], complete[:, 1, 0] = fit.weights[_COMPLETED], fit.weights[_FALLEN]
    return TransitionFit(
        gained=np.where(reports.applies, fit.truths[..., _GAINED], 0.0),
        lost=np.where(reports.applies, fit.truths[..., _LOST], 0.0),
        complete=complete,
        shares=fit.sources,
    )
