"""Reconciliation of judgements of a capacity: assessors, consensus, evidence."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median_low

from attrs import evolve

from capbuild.model import (
    AgreementRule,
    CriterionResult,
    CriterionState,
    Finding,
    FindingValue,
    Judgement,
    JudgementRules,
    Missing,
    Recipe,
    ReconciliationPolicy,
    Scale,
    Source,
    SourceKind,
)
from capbuild.scoring.reconciliation import (
    NO_CONTEXT,
    NO_RULES,
    ReconciliationContext,
    find_missing,
    finding_date,
    latest_findings,
    sort_by_trust,
)

#: Kinds of sources with assessors, whose judgements take precedence.
_ASSESSORS = (SourceKind.VISIT, SourceKind.DESK)


def reconcile_values(
    target: str,
    findings: Sequence[Finding],
    sources: Mapping[str, Source],
    recipe: Recipe,
    guidance: ReconciliationContext = NO_CONTEXT,
    *,
    rules: JudgementRules = NO_RULES,
    scale: Scale | None = None,
) -> CriterionResult:
    """Return the reconciled result of a directly judged capacity.

    A recorded consensus counts first, then the framework's agreement rule, then the recipe's policy. A level that
    requires evidence is lowered to the highest level with evidence.

    Args:
        target: Id of the capacity.
        findings: Its findings in one country.
        sources: Sources by id.
        recipe: Recipe with the policy to use if the framework has no rule.
        guidance: Estimate of the source model, for policies that use it.
        rules: Rules of the framework.
        scale: Scale of the capacity; without one, no evidence is required.
    """
    valued = [f for f in findings if isinstance(f.value, int | float)]
    current = latest_findings(valued, sources)
    joint = [f for f in current if _is_consensus(f, sources, rules)]
    alone = [f for f in current if all(f is not finding for finding in joint)]
    if joint or rules.agreement is not None:
        alone = _select_panel(alone, sources)
    if joint:
        rule, trusted = AgreementRule.CONSENSUS.value, _sort_joint(joint, sources)
    elif rules.agreement is not None:
        rule, trusted = rules.agreement.value, _agree(alone, rules.agreement)
    else:
        rule, trusted = recipe.reconciliation.value, _sort_by_policy(valued, sources, recipe, guidance)
    limit = _find_limit(current, rules, scale)
    judgement = _judge(trusted, alone, joint, rule=rule, limit=limit, declared=rules.agreement is not None)
    value: FindingValue = trusted[0].value if trusted else Missing.NOT_OBSERVED
    if trusted and judgement is not None and judgement.limited(_number(trusted[0])) < _number(trusted[0]):
        value = int(judgement.limited(_number(trusted[0])))
    if not valued:
        value = find_missing(f.value for f in findings)
    given = {_number(f) for f in current}
    within = rules.agreement is not None and judgement is not None and judgement.spread <= rules.max_spread
    state = CriterionState.NOT_APPLICABLE if value is Missing.NOT_APPLICABLE else CriterionState.OPEN
    return CriterionResult(
        target=target,
        state=CriterionState.VALUED if trusted else state,
        value=value,
        findings=(*trusted, *(f for f in findings if all(f is not t for t in trusted))),
        used=0 if trusted else None,
        conflict=not joint and len(given) > 1 and not within,
        judgement=judgement,
    )


def _number(finding: Finding) -> float:
    return finding.value  # type: ignore[return-value]  # only findings with a number are asked


def _is_consensus(finding: Finding, sources: Mapping[str, Source], rules: JudgementRules) -> bool:
    """True if the finding is a consensus level.

    If the framework has an agreement rule, all findings of meetings are.
    """
    source = sources.get(finding.source)
    in_meeting = source is not None and source.kind is SourceKind.MEETING
    return finding.consensus or (rules.agreement is not None and in_meeting)


def _sort_joint(joint: Sequence[Finding], sources: Mapping[str, Source]) -> list[Finding]:
    """Sort consensus findings, latest first, then lowest."""
    return sorted(joint, key=lambda f: (-finding_date(f, sources).toordinal(), _number(f)))


def _sort_by_policy(
    valued: list[Finding], sources: Mapping[str, Source], recipe: Recipe, guidance: ReconciliationContext
) -> list[Finding]:
    trusted = sort_by_trust(valued, lambda f: f.value, sources, recipe, guidance.kinds) if valued else []
    if recipe.reconciliation is ReconciliationPolicy.MODEL and guidance.value is not None:
        likely = guidance.value
        trusted.sort(key=lambda f: abs(_number(f) - likely))
    elif recipe.reconciliation is ReconciliationPolicy.BEST_EVIDENCE:
        trusted.sort(key=lambda f: (-f.basis.strength, not f.evidence))
    return trusted


def _select_panel(alone: list[Finding], sources: Mapping[str, Source]) -> list[Finding]:
    """Return judgements of visits, else of desk reviews, else all."""
    for kind in _ASSESSORS:
        inside = [f for f in alone if (source := sources.get(f.source)) is not None and source.kind is kind]
        if inside:
            return inside
    return alone


def _agree(panel: Sequence[Finding], rule: AgreementRule) -> list[Finding]:
    """Return the judgements, with the rule's choice first.

    The result is empty if no agreement is reached.
    """
    values = [_number(f) for f in panel]
    if not values or (rule is AgreementRule.CONSENSUS and len(set(values)) > 1):
        return []
    counts = Counter(values)
    chosen = {
        AgreementRule.MEDIAN: median_low(values),
        AgreementRule.MAJORITY: min(counts, key=lambda value: (-counts[value], value)),
    }.get(rule, min(values))
    return sorted(panel, key=lambda f: (_number(f) != chosen, -f.basis.strength))


def _find_limit(current: Sequence[Finding], rules: JudgementRules, scale: Scale | None) -> float | None:
    """Return the highest level that evidence supports.

    The result is None if no evidence is required.
    """
    if rules.evidence_from is None or scale is None or not scale.levels:
        return None
    return max(rules.evidence_from - 1, scale.ends[0], *(_find_supported(f, scale) for f in current))


def _find_supported(finding: Finding, scale: Scale) -> float:
    """Return the level that a finding's evidence supports.

    Without evidence, this is the lowest level. A finding carried over from an earlier round has only the evidence of
    that round.
    """
    earlier = finding.carried_over
    if finding.evidence or (earlier is not None and earlier.counted is None):
        return _number(finding)
    counted = None if earlier is None else earlier.counted
    return next((level.order for level in scale.levels if counted in (level.code, str(level.order))), scale.ends[0])


def _judge(
    trusted: Sequence[Finding],
    alone: Sequence[Finding],
    joint: Sequence[Finding],
    *,
    rule: str,
    limit: float | None,
    declared: bool,
) -> Judgement | None:
    """Return the judgement of an indicator.

    The result is None for a single level without a limit.
    """
    given = [_number(f) for f in alone or joint]
    agreed = _number(trusted[0]) if trusted else None
    settles = bool(joint) or len(set(given)) == 1 or (declared and agreed is not None)
    highest = agreed if settles and agreed is not None else max(given, default=0.0)
    limited = limit is not None and highest > limit
    if not given or not (len(alone) > 1 or joint or limited):
        return None
    judgement = Judgement(
        rule=rule,
        agreed=agreed,
        lowest=min(given),
        highest=max(given),
        assessors=len(alone),
        consensus=bool(joint),
        evidence_limit=limit if limited else None,
    )
    unanimous = len({judgement.limited(value) for value in given}) == 1
    return evolve(judgement, settled=bool(joint) or (declared and (agreed is not None or unanimous)))
