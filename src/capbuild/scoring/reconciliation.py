"""Reconciliation of all findings about one criterion.

Keeps every finding, uses one, and names conflicts.
"""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import field, frozen

from capbuild.checks import to_tuple
from capbuild.model import (
    Criterion,
    CriterionResult,
    CriterionState,
    Elsewhere,
    Finding,
    FindingStatus,
    FindingValue,
    JudgementRules,
    Missing,
    Recipe,
    ReconciliationPolicy,
    Route,
    Source,
    SourceKind,
    Verdict,
)

#: Order of kinds of missing for criteria with missing answers only, most informative first.
_MISSING_ORDER = (
    Missing.NOT_APPLICABLE,
    Missing.CONFIDENTIAL,
    Missing.REFUSED,
    Missing.DONT_KNOW,
    Missing.NOT_OBSERVED,
    Missing.INVALID,
    Missing.NO_ANSWER,
    Missing.NOT_ASKED,
    Missing.NOT_COLLECTED,
)
_LOW_TO_HIGH = (Verdict.NO, Verdict.PARTLY, Verdict.ELSEWHERE, Verdict.YES)
_HIGHEST_LEVEL_STEP = 5
_STATES = {
    Verdict.YES: CriterionState.MET,
    Verdict.ELSEWHERE: CriterionState.MET,
    Verdict.PARTLY: CriterionState.PARTLY,
    Verdict.NO: CriterionState.NOT_MET,
}


#: Rules of a framework that requires no evidence.
NO_RULES = JudgementRules()


@frozen(kw_only=True)
class ReconciliationContext:
    """Inputs of policies that look beyond one criterion.

    Attributes:
        kinds: For `most reliable`: kinds of sources, most reliable first.
        met: Probability, 0 to 1, that the criterion is met, shown with the result; `model` decides by it. None if
            unknown.
        value: For `model`: likeliest value of a directly judged capacity; the finding nearest to it counts.
    """

    kinds: tuple[SourceKind, ...] = field(default=(), converter=to_tuple)
    met: float | None = None
    value: float | None = None


#: Context without information beyond the criterion.
NO_CONTEXT = ReconciliationContext()


def effective_verdict(finding: Finding, criterion: Criterion) -> FindingValue:
    """Return the verdict of a finding under the framework's rules.

    If a criterion requires domestic capacity, capacity elsewhere does not meet it. Vendor and donor routes never give
    the highest level. "Not applicable" counts only if the criterion allows it.
    """
    value = finding.value
    if value is Verdict.ELSEWHERE:
        borrowed = finding.route in (Route.VENDOR, Route.DONOR) and criterion.step >= _HIGHEST_LEVEL_STEP
        return Verdict.NO if borrowed or criterion.elsewhere is Elsewhere.NEVER else value
    if value is Missing.NOT_APPLICABLE and not criterion.no_cases:
        return Missing.INVALID
    return value


def is_applicable(criterion: Criterion, findings: Iterable[Finding]) -> bool:
    """True if a criterion applies.

    A criterion does not apply if a source reports so and no source judges it.
    """
    values = {effective_verdict(finding, criterion) for finding in findings}
    return Missing.NOT_APPLICABLE not in values or any(isinstance(value, Verdict) for value in values)


def _compute_value_order(value: FindingValue) -> float:
    return float(_LOW_TO_HIGH.index(value)) if isinstance(value, Verdict) else float(value)  # type: ignore[arg-type]  # a number: asked of settled values only


def finding_date(finding: Finding, sources: Mapping[str, Source]) -> datetime.date:
    """Return the date of a finding or its source."""
    source = sources.get(finding.source)
    return finding.as_of or (source.end or source.start if source else None) or datetime.date.min


def _make_speaker_key(finding: Finding, sources: Mapping[str, Source]) -> str:
    """Return the identity of a finding's respondent."""
    source = sources.get(finding.source)
    return finding.respondent or (f"{source.kind} {source.respondent}" if source else finding.source)


def latest_findings(findings: Sequence[Finding], sources: Mapping[str, Source]) -> list[Finding]:
    """Return the latest findings of each respondent, one per value.

    Contradictory findings of one day are all returned, since they have no order.
    """
    if len(findings) < 2:
        return list(findings)
    days: dict[str, datetime.date] = {}
    latest: dict[tuple[str, FindingValue], Finding] = {}
    dated = [(finding, _make_speaker_key(finding, sources), finding_date(finding, sources)) for finding in findings]
    for _, speaker, day in dated:
        days[speaker] = max(day, days.get(speaker, day))
    for finding, speaker, day in dated:
        if day == days[speaker]:
            known = latest.get((speaker, finding.value))
            if known is None or _is_better_founded(finding, known):
                latest[speaker, finding.value] = finding
    return list(latest.values())


def _is_better_founded(finding: Finding, other: Finding) -> bool:
    """True if the first of equal findings is better founded.

    The basis counts first, then confirmation.
    """
    return (finding.basis.strength, finding.status is FindingStatus.CONFIRMED) > (
        other.basis.strength,
        other.status is FindingStatus.CONFIRMED,
    )


def current_verdicts(
    criterion: Criterion, findings: Sequence[Finding], sources: Mapping[str, Source]
) -> list[tuple[Finding, Verdict]]:
    """Return the latest verdict of each respondent under the rules."""
    worth = ((f, effective_verdict(f, criterion)) for f in findings)
    judged = {id(f): (f, verdict) for f, verdict in worth if isinstance(verdict, Verdict)}
    return [judged[id(f)] for f in latest_findings([f for f, _ in judged.values()], sources)]


def _sort_findings(findings: Sequence[Finding], worth: Callable[[Finding], FindingValue]) -> list[Finding]:
    """Sort findings by basis, lower value, and confirmation."""
    if len(findings) < 2:
        return list(findings)
    checked = FindingStatus.CONFIRMED
    return sorted(findings, key=lambda f: (-f.basis.strength, _compute_value_order(worth(f)), f.status is not checked))


def _sort_by_lead(finding: Finding, sources: Mapping[str, Source], order: Sequence[str]) -> int:
    source = sources.get(finding.source)
    names = (source.respondent, source.kind.value) if source else ()
    return next((position for position, name in enumerate(order) if name in names), len(order))


def _sort_by_reliability(finding: Finding, sources: Mapping[str, Source], kinds: Sequence[SourceKind]) -> int:
    source = sources.get(finding.source)
    return kinds.index(source.kind) if source is not None and source.kind in kinds else len(kinds)


def sort_by_trust(
    findings: list[Finding],
    worth: Callable[[Finding], FindingValue],
    sources: Mapping[str, Source],
    recipe: Recipe,
    kinds: Sequence[SourceKind] = (),
) -> list[Finding]:
    """Return findings sorted by the recipe's trust; the first counts."""
    ranked = _sort_findings(latest_findings(findings, sources), worth)
    policy = recipe.reconciliation
    if policy is ReconciliationPolicy.LEAD_AGENCY:
        ranked.sort(key=lambda f: _sort_by_lead(f, sources, recipe.lead))
    elif policy is ReconciliationPolicy.MOST_RELIABLE:
        ranked.sort(key=lambda f: _sort_by_reliability(f, sources, kinds))
    elif policy is ReconciliationPolicy.MINIMUM:
        ranked.sort(key=lambda f: _compute_value_order(worth(f)))
    elif policy is ReconciliationPolicy.MEDIAN:
        by_height = sorted(ranked, key=lambda f: _compute_value_order(worth(f)))
        middle = by_height[(len(by_height) - 1) // 2]
        ranked.sort(key=lambda f: f is not middle)
    elif policy is ReconciliationPolicy.CONSENSUS and len({worth(f) for f in ranked}) > 1:
        return []
    return ranked


def find_missing(values: Iterable[FindingValue]) -> Missing:
    """Return the most informative kind of missing."""
    absences = {value for value in values if isinstance(value, Missing)}
    return next((kind for kind in _MISSING_ORDER if kind in absences), Missing.NOT_COLLECTED)


def _list_near_certain(
    judged: list[Finding], worth: Callable[[Finding], FindingValue], met: float | None, certainty: float
) -> list[Finding]:
    """Return findings of a nearly certain value, strongest first.

    The result is empty if no value is nearly certain, or if no source of the country reports it: data of other
    countries never settle a criterion.
    """
    if met is None or 1 - certainty < met < certainty:
        return []
    passes = met >= certainty
    agreeing = [f for f in judged if isinstance(v := worth(f), Verdict) and v.passes is passes]
    return _sort_findings(agreeing, worth)


def reconcile(
    criterion: Criterion,
    findings: Sequence[Finding],
    sources: Mapping[str, Source],
    recipe: Recipe,
    guidance: ReconciliationContext = NO_CONTEXT,
    *,
    rules: JudgementRules = NO_RULES,
) -> CriterionResult:
    """Return the reconciled result of one criterion.

    Confirmed and reported verdicts count, and of each respondent only the latest. By the default policy, the verdict
    with the strongest basis is used (seen, copy, reported in detail, reported), and the lower of several with the
    same basis. Claims and missing answers leave the criterion open. Sources that disagree on passing it are in
    conflict.

    Args:
        criterion: The criterion.
        findings: All findings about it.
        sources: Sources by id.
        recipe: Recipe with the policy.
        guidance: Input of `most reliable` and `model`.
        rules: Rules of the framework: steps that require evidence do not count without any.
    """
    verdicts = {id(f): effective_verdict(f, criterion) for f in findings}

    def worth(finding: Finding) -> FindingValue:
        return verdicts[id(finding)]

    judged = [f for f in findings if isinstance(worth(f), Verdict)]
    current = latest_findings(judged, sources)
    counting = [f for f in judged if f.status is not FindingStatus.CLAIMED]
    joint = [f for f in current if f.consensus]
    if joint:
        trusted = sorted(joint, key=lambda f: (-finding_date(f, sources).toordinal(), _compute_value_order(worth(f))))
    elif recipe.reconciliation is ReconciliationPolicy.MODEL:
        trusted = _list_near_certain(current, worth, guidance.met, recipe.certainty)
    else:
        trusted = sort_by_trust(counting, worth, sources, recipe, guidance.kinds) if counting else []
    first = set(map(id, trusted))
    rest = [f for f in findings if id(f) not in first]
    unsupported = False
    conflict = not joint and len({v.passes for f in current if isinstance(v := worth(f), Verdict)}) > 1
    if trusted:
        value: FindingValue = worth(trusted[0])
        state = _STATES[value] if isinstance(value, Verdict) else CriterionState.OPEN
        if unsupported := _is_unsupported(criterion, current, worth, value, rules):
            state = CriterionState.NOT_MET
    else:
        value = Missing.NOT_OBSERVED if judged else find_missing(worth(f) for f in findings)
        state = CriterionState.NOT_APPLICABLE if value is Missing.NOT_APPLICABLE else CriterionState.OPEN
    return CriterionResult(
        target=criterion.id,
        state=state,
        value=value,
        findings=(*trusted, *rest),
        used=0 if trusted else None,
        conflict=conflict,
        probability=None if state is CriterionState.NOT_APPLICABLE else guidance.met,
        unsupported=unsupported,
    )


def _is_unsupported(
    criterion: Criterion,
    current: Sequence[Finding],
    worth: Callable[[Finding], FindingValue],
    value: FindingValue,
    rules: JudgementRules,
) -> bool:
    """True if a verdict lacks the evidence it requires."""
    if rules.evidence_from is None or criterion.step < rules.evidence_from or value is Verdict.NO:
        return False
    return not any(
        f.evidence or (f.carried_over is not None and f.carried_over.counted is None)
        for f in current
        if worth(f) is not Verdict.NO
    )
