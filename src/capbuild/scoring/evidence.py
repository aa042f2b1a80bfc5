"""All evidence of all countries weighed together: results of criteria, how far sources are believed, what follows."""

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from capbuild.model import CriterionState, PlausibleLevels, ReconciliationPolicy, Score
from capbuild.scoring.beliefs import Beliefs, believe, within
from capbuild.scoring.cases import Case, Setting
from capbuild.scoring.direct import DirectFit, fit_direct
from capbuild.scoring.nodes import is_points
from capbuild.scoring.reconciling import Guidance, reconcile, reconcile_values
from capbuild.scoring.reliability import SourceReliability, Spoken, by_reliability, reliabilities, spoken
from capbuild.scoring.varying import Variation, vary
from capbuild.stats.arrays import Bools
from capbuild.undefined import Undefined

__all__ = ["Weighed", "reweigh", "weigh"]


@frozen(kw_only=True, eq=False)
class Weighed:
    """What the evidence of all countries says together.

    Attributes:
        setting: What they are judged by, and how.
        beliefs: How likely criteria are met, where that can be said.
        direct: Levels of directly judged capacities, where sources differ and a visit tells who is right.
    """

    setting: Setting
    beliefs: Beliefs | Undefined
    direct: dict[str, DirectFit]

    def variation(self, cases: Sequence[Case]) -> Variation:
        """Return what may vary in the figures of scored countries."""
        return Variation(cases=cases, setting=self.setting, beliefs=self.beliefs, direct=self.direct)

    def amend(self, cases: Sequence[Case]) -> None:
        """Put into the scores how sure they are."""
        self._amend_levels(cases)
        vary(self.variation(cases))

    def _amend_levels(self, cases: Sequence[Case]) -> None:
        for name, fit in self.direct.items():
            for case, shares in zip(cases, fit.probabilities(name), strict=True):
                levels = case.scores[name].plausible
                if levels is not None:
                    orders = range(fit.lowest, fit.lowest + len(shares))
                    beside = within(levels, {order: float(p) for order, p in zip(orders, shares, strict=True)})
                    case.amend(name, plausible=beside, below_target=_below(case.scores[name], beside))
        if isinstance(self.beliefs, Undefined):
            return
        recipe = self.setting.recipe
        modelled = recipe.reconciliation is ReconciliationPolicy.MODEL
        for node in self.setting.framework.indicators:
            if not node.criteria or is_points(node, self.setting):
                continue
            find = self.beliefs.modelled_levels if modelled else self.beliefs.levels
            found = zip(cases, find(node, cases, recipe), self.beliefs.doubt(node, cases, recipe), strict=True)
            for case, levels, doubt in found:
                below, shares = _below(case.scores[node.id], levels), {} if levels.settled else doubt
                case.amend(node.id, plausible=levels, level=levels.lowest, below_target=below, shares=shares)


def _below(score: Score, levels: PlausibleLevels) -> float | None:
    """Probability that the target is missed; None without a target or without probabilities."""
    target = score.target
    if target is None or not levels.probabilities:
        return None
    below = sum(share for order, share in levels.probabilities.items() if order < target)
    return min(1.0, float(below))


def _applies(cases: Sequence[Case], names: Sequence[str]) -> Bools:
    return np.array(
        [[case.results[name].state is not CriterionState.NOT_APPLICABLE for name in names] for case in cases], np.bool_
    ).reshape(len(cases), len(names))


def _settle(cases: Sequence[Case], setting: Setting, guidance: Guidance) -> None:
    framework, recipe = setting.framework, setting.recipe
    leaves = [node.id for node in framework.indicators if not node.criteria]
    for case in cases:
        for criterion in framework.criteria.values():
            found = case.findings.get(criterion.id, ())
            case.results[criterion.id] = reconcile(criterion, found, case.sources, recipe, guidance)
        for name in leaves:
            found = case.findings.get(name, ())
            case.results[name] = reconcile_values(name, found, case.sources, recipe, guidance)


def _settle_by_belief(cases: Sequence[Case], setting: Setting, found: Weighed) -> None:
    """Decide again what the `model` policy decides: what all evidence makes nearly certain, and likely levels."""
    for name, fit in found.direct.items():
        likely = fit.probabilities(name).argmax(axis=1) + fit.lowest
        for case, level in zip(cases, likely, strict=True):
            guidance = Guidance(value=float(level))
            own = case.findings.get(name, ())
            case.results[name] = reconcile_values(name, own, case.sources, setting.recipe, guidance)
    beliefs = found.beliefs
    if isinstance(beliefs, Undefined):
        return
    for row, case in enumerate(cases):
        for criterion in setting.framework.criteria.values():
            if case.findings.get(criterion.id):
                guidance = Guidance(met=beliefs.met(row, criterion.id))
                own = case.findings[criterion.id]
                case.results[criterion.id] = reconcile(criterion, own, case.sources, setting.recipe, guidance)


def weigh(cases: Sequence[Case], setting: Setting) -> Weighed:
    """Fill in the results of all countries by the recipe's policy.

    Args:
        cases: The countries, with findings and no results yet.
        setting: What they are judged by, and how.
    """
    recipe = setting.recipe
    said = spoken(cases, setting.framework)
    reliability = reliabilities(said, recipe)
    _settle(cases, setting, Guidance(kinds=by_reliability(reliability)))
    found = _weighed(cases, setting, said, reliability)
    if recipe.reconciliation is ReconciliationPolicy.MODEL:
        _settle_by_belief(cases, setting, found)
    return found


def reweigh(cases: Sequence[Case], setting: Setting) -> Weighed:
    """Return what the evidence of countries says together that are scored already; their results stay as they are.

    Args:
        cases: The countries, with their results.
        setting: What they are judged by, and how.
    """
    said = spoken(cases, setting.framework)
    return _weighed(cases, setting, said, reliabilities(said, setting.recipe))


def _weighed(
    cases: Sequence[Case], setting: Setting, said: Spoken, reliability: Sequence[SourceReliability]
) -> Weighed:
    applies = _applies(cases, list(said.criteria))
    beliefs = believe(cases, setting.framework, said, reliability, applies)
    # Without beliefs about sources nothing is estimated, here as for criteria.
    direct = fit_direct(cases, setting) if setting.recipe.trust else {}
    return Weighed(setting=setting, beliefs=beliefs, direct=direct)
