"""Joint evidence of all countries: results, reliability, uncertainty."""

from collections.abc import Mapping, Sequence

import numpy as np
from attrs import evolve, frozen

from capbuild.model import Judgement, PlausibleLevels, Score
from capbuild.scoring.context import Case, ScoringContext
from capbuild.scoring.direct_scores import DirectFit, fit_direct
from capbuild.scoring.judgements import reconcile_values
from capbuild.scoring.monte_carlo import Variation, add_intervals
from capbuild.scoring.nodes import uses_points
from capbuild.scoring.posterior import Posterior, add_probabilities, fit_posterior
from capbuild.scoring.reconciliation import ReconciliationContext, reconcile
from capbuild.scoring.reliability import SourceComparison, compare_sources, count_verdicts, sort_by_reliability
from capbuild.undefined import Undefined

_DIGITS = 6  # of the probability of a criterion: fewer than the digits in which machines differ


@frozen(kw_only=True, eq=False)
class JointEvidence:
    """Evidence of all countries, weighed jointly.

    Attributes:
        setting: Framework, recipe and targets.
        compared: Estimated reliability of sources on criteria.
        posterior: Probabilities of criteria, if estimated.
        direct: Levels of directly judged capacities, if sources differ and a visit identifies bias.
    """

    setting: ScoringContext
    compared: SourceComparison
    posterior: Posterior | Undefined
    direct: dict[str, DirectFit]

    def variation(self, cases: Sequence[Case]) -> Variation:
        """Return the possible variation of countries' figures."""
        return Variation(cases=cases, setting=self.setting, posterior=self.posterior, direct=self.direct)

    def add_uncertainty(self, cases: Sequence[Case]) -> None:
        """Add uncertainty to the scores."""
        self._add_level_probabilities(cases)
        add_intervals(self.variation(cases))

    def _add_level_probabilities(self, cases: Sequence[Case]) -> None:
        for name, fit in self.direct.items():
            for case, shares in zip(cases, fit.probabilities(name), strict=True):
                plausible = case.scores[name].plausible
                if plausible is not None:
                    limited = _limit_levels(dict(enumerate(shares, start=fit.lowest)), case.results[name].judgement)
                    open_levels = add_probabilities(plausible, limited)
                    case.update_score(
                        name, plausible=open_levels, below_target=_compute_below_target(case.scores[name], open_levels)
                    )
        if isinstance(self.posterior, Undefined):
            return
        for node in self.setting.framework.indicators:
            if not node.criteria or uses_points(node, self.setting):
                continue
            posterior = self.posterior.level_probabilities(node, cases, self.setting)
            uncertainty = self.posterior.uncertainty_shares(node, cases, self.setting)
            for case, levels, shares in zip(cases, posterior, uncertainty, strict=True):
                below = _compute_below_target(case.scores[node.id], levels)
                case.update_score(node.id, plausible=levels, level=levels.lowest, below_target=below, shares=shares)


def _limit_levels(shares: Mapping[int, float], judgement: Judgement | None) -> dict[int, float]:
    """Cap the probabilities of levels at the supported level."""
    limited: dict[int, float] = {}
    for level, share in shares.items():
        counts = level if judgement is None else int(judgement.limited(level))
        limited[counts] = limited.get(counts, 0.0) + float(share)
    return limited


def _compute_below_target(score: Score, levels: PlausibleLevels) -> float | None:
    """Return the probability of missing the target.

    The result is None without a target or probabilities.
    """
    target = score.target
    if target is None or not levels.probabilities:
        return None
    below = sum(share for order, share in levels.probabilities.items() if order < target)
    return min(1.0, float(below))


def _reconcile_case(cases: Sequence[Case], setting: ScoringContext, evidence: JointEvidence) -> None:
    """Apply the recipe's policy with the probability of each criterion."""
    framework, recipe, rules = setting.framework, setting.recipe, setting.framework.judgement
    kinds = sort_by_reliability(evidence.compared.reliability)
    posterior = evidence.posterior if isinstance(evidence.posterior, Posterior) else None
    size = (len(cases), len(framework.criteria))
    chances = np.zeros(size) if posterior is None else posterior.mean.round(_DIGITS)
    likely = {name: fit.probabilities(name).argmax(axis=1) + fit.lowest for name, fit in evidence.direct.items()}
    for row, case in enumerate(cases):
        for criterion, met in zip(framework.criteria.values(), chances[row], strict=True):
            own = case.findings.get(criterion.id, ())
            guidance = ReconciliationContext(kinds=kinds, met=None if posterior is None else float(met))
            case.results[criterion.id] = reconcile(criterion, own, case.sources, recipe, guidance, rules=rules)
        for node in framework.indicators:
            if not node.criteria:
                own = case.findings.get(node.id, ())
                value = float(likely[node.id][row]) if node.id in likely else None
                guidance = ReconciliationContext(kinds=kinds, value=value)
                scale = framework.scale_of(node)
                case.results[node.id] = reconcile_values(
                    node.id, own, case.sources, recipe, guidance, rules=rules, scale=scale
                )


def weigh_evidence(cases: Sequence[Case], setting: ScoringContext, known: JointEvidence | None = None) -> JointEvidence:
    """Weigh the evidence of all countries, and set results.

    Args:
        cases: The countries, with findings and no results yet.
        setting: Framework, recipe and targets.
        known: Evidence of the same findings, weighed with the same trust and criteria.
    """
    evidence = reweigh_evidence(cases, setting) if known is None else evolve(known, setting=setting)
    _reconcile_case(cases, setting, evidence)
    return evidence


def reweigh_evidence(cases: Sequence[Case], setting: ScoringContext) -> JointEvidence:
    """Return the joint evidence of countries, with results unchanged.

    Args:
        cases: The countries, scored or not.
        setting: Framework, recipe and targets.
    """
    counts = count_verdicts(cases, setting.framework)
    compared = compare_sources(counts, setting.recipe)
    return JointEvidence(
        setting=setting,
        compared=compared,
        posterior=fit_posterior(setting.framework, counts, compared),
        # Without priors on sources, nothing is estimated, as for criteria.
        direct=fit_direct(cases, setting) if setting.recipe.trust else {},
    )
