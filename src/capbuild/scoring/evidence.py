"""All evidence of all countries weighed together: results of criteria, how far sources are believed, what follows."""

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from capbuild.model import PlausibleLevels, Score
from capbuild.scoring.context import Case, Setting
from capbuild.scoring.direct_scores import DirectFit, fit_direct
from capbuild.scoring.monte_carlo import Variation, vary
from capbuild.scoring.nodes import is_points
from capbuild.scoring.posterior import Posterior, fit_posterior, with_probabilities
from capbuild.scoring.reconciliation import Guidance, reconcile, reconcile_values
from capbuild.scoring.reliability import Compared, by_reliability, compare_sources, count_verdicts
from capbuild.undefined import Undefined

__all__ = ["Weighed", "reweigh", "weigh"]

_DIGITS = 6  # of the probability of a criterion: fewer than machines differ in


@frozen(kw_only=True, eq=False)
class Weighed:
    """What the evidence of all countries says together.

    Attributes:
        setting: What they are judged by, and how.
        compared: How far sources are believed in what they say of criteria.
        posterior: How likely criteria are met, where that can be said.
        direct: Levels of directly judged capacities, where sources differ and a visit tells who is right.
    """

    setting: Setting
    compared: Compared
    posterior: Posterior | Undefined
    direct: dict[str, DirectFit]

    def variation(self, cases: Sequence[Case]) -> Variation:
        """Return what may vary in the figures of scored countries."""
        return Variation(cases=cases, setting=self.setting, posterior=self.posterior, direct=self.direct)

    def amend(self, cases: Sequence[Case]) -> None:
        """Put into the scores how sure they are."""
        self._amend_levels(cases)
        vary(self.variation(cases))

    def _amend_levels(self, cases: Sequence[Case]) -> None:
        for name, fit in self.direct.items():
            for case, shares in zip(cases, fit.probabilities(name), strict=True):
                plausible = case.scores[name].plausible
                if plausible is not None:
                    beside = with_probabilities(plausible, dict(enumerate(shares, start=fit.lowest)))
                    case.amend(name, plausible=beside, below_target=_below(case.scores[name], beside))
        if isinstance(self.posterior, Undefined):
            return
        recipe = self.setting.recipe
        for node in self.setting.framework.indicators:
            if not node.criteria or is_points(node, self.setting):
                continue
            found = self.posterior.levels(node, cases, recipe)
            doubts = self.posterior.doubt(node, cases, recipe)
            for case, levels, shares in zip(cases, found, doubts, strict=True):
                below = _below(case.scores[node.id], levels)
                case.amend(node.id, plausible=levels, level=levels.lowest, below_target=below, shares=shares)


def _below(score: Score, levels: PlausibleLevels) -> float | None:
    """Probability that the target is missed; None without a target or without probabilities."""
    target = score.target
    if target is None or not levels.probabilities:
        return None
    below = sum(share for order, share in levels.probabilities.items() if order < target)
    return min(1.0, float(below))


def _settle(cases: Sequence[Case], setting: Setting, found: Weighed) -> None:
    """Fill in what counts by the recipe's policy, with how likely each criterion is met beside it."""
    framework, recipe = setting.framework, setting.recipe
    kinds = by_reliability(found.compared.reliability)
    posterior = found.posterior if isinstance(found.posterior, Posterior) else None
    size = (len(cases), len(framework.criteria))
    chances = np.zeros(size) if posterior is None else posterior.mean.round(_DIGITS)
    likely = {name: fit.probabilities(name).argmax(axis=1) + fit.lowest for name, fit in found.direct.items()}
    for row, case in enumerate(cases):
        for criterion, met in zip(framework.criteria.values(), chances[row], strict=True):
            own = case.findings.get(criterion.id, ())
            guidance = Guidance(kinds=kinds, met=None if posterior is None else float(met))
            case.results[criterion.id] = reconcile(criterion, own, case.sources, recipe, guidance)
        for node in framework.indicators:
            if not node.criteria:
                own = case.findings.get(node.id, ())
                value = float(likely[node.id][row]) if node.id in likely else None
                guidance = Guidance(kinds=kinds, value=value)
                case.results[node.id] = reconcile_values(node.id, own, case.sources, recipe, guidance)


def weigh(cases: Sequence[Case], setting: Setting) -> Weighed:
    """Weigh the evidence of all countries, and fill in their results by the recipe's policy.

    Args:
        cases: The countries, with findings and no results yet.
        setting: What they are judged by, and how.
    """
    found = reweigh(cases, setting)
    _settle(cases, setting, found)
    return found


def reweigh(cases: Sequence[Case], setting: Setting) -> Weighed:
    """Return what the evidence of countries says together; their results stay as they are.

    Args:
        cases: The countries, scored or not.
        setting: What they are judged by, and how.
    """
    counts = count_verdicts(cases, setting.framework)
    compared = compare_sources(counts, setting.recipe)
    return Weighed(
        setting=setting,
        compared=compared,
        posterior=fit_posterior(setting.framework, counts, compared),
        # Without beliefs about sources nothing is estimated, here as for criteria.
        direct=fit_direct(cases, setting) if setting.recipe.trust else {},
    )
