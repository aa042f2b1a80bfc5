"""Certainty that steps are missing, by contradictions, sources and observation."""

from collections.abc import Iterable, Mapping

from attrs import frozen

from capbuild.advice.messages import Certainty
from capbuild.model import (
    Assessment,
    Basis,
    CriterionResult,
    CriterionState,
    Finding,
    FindingStatus,
    Missing,
    SourceKind,
)

_FAILED = (CriterionState.NOT_MET, CriterionState.PARTLY)
_SEEN = (Basis.SEEN, Basis.COPY)
#: Most contradicting criteria to name.
_SHOWN = 2


@frozen(kw_only=True)
class Judgement:
    """Certainty of missing steps, with the findings behind it.

    Attributes:
        certainty: The certainty.
        criteria: The deciding criteria.
        findings: Deciding findings: for `ask`, the one used and one that differs.
    """

    certainty: Certainty
    criteria: tuple[str, ...]
    findings: tuple[Finding, ...]


def judge_steps(assessment: Assessment, steps: Iterable[str]) -> Judgement | None:
    """Return the certainty that steps are missing.

    The result is the first that applies, from least to most certain: two results exclude each other; another source
    contradicts an unconfirmed answer; there is a single source; several sources agree; the answer was observed or
    shown as a copy. It is None without findings.
    """
    results = {r.target: r for score in assessment.indicators for r in score.results}
    wanted = [results[name] for name in steps if name in results and results[name].findings]
    if not wanted:
        return None
    return (
        _find_contradiction(assessment, wanted, results)
        or _find_disagreement(wanted)
        or _judge_sources(assessment, wanted)
    )


def _find_contradiction(
    assessment: Assessment, wanted: Iterable[CriterionResult], results: Mapping[str, CriterionResult]
) -> Judgement | None:
    """Find a missing step that a met criterion implies."""
    missing = [result.target for result in wanted if result.state in _FAILED]
    for name in missing:
        above = [
            c.id
            for c in assessment.framework.criteria.values()
            if name in c.implies and c.id in results and results[c.id].state is CriterionState.MET
        ]
        if above:
            above = above[:_SHOWN]
            used_findings = [used for step in (name, *above) if (used := results[step].used_finding) is not None]
            return Judgement(certainty=Certainty.CHECK, criteria=(name, *above), findings=tuple(used_findings))
    return None


def _find_disagreement(wanted: Iterable[CriterionResult]) -> Judgement | None:
    """Find an unconfirmed answer that another source contradicts."""
    for result in wanted:
        used = result.used_finding
        if not result.conflict or used is None or _is_firm(used):
            continue
        others = [f for f in result.findings if f.value != used.value and not isinstance(f.value, Missing)]
        if others:
            return Judgement(certainty=Certainty.ASK, criteria=(result.target,), findings=(used, others[0]))
    return None


def _is_firm(finding: Finding) -> bool:
    return finding.status is FindingStatus.CONFIRMED and finding.basis in _SEEN


def _judge_sources(assessment: Assessment, wanted: list[CriterionResult]) -> Judgement | None:
    """Judge by the sources of the answers that count."""
    used = [(result, result.used_finding) for result in wanted]
    known = [(result, finding) for result, finding in used if finding is not None]
    if not known:
        return None
    kinds = {source.id: source.kind for source in assessment.sources}
    loose = [pair for pair in known if not (_is_firm(pair[1]) or kinds.get(pair[1].source) is SourceKind.VISIT)]
    if not loose:
        chosen, certainty = known[:1], Certainty.FIRM
    else:
        single = [pair for pair in loose if len({f.source for f in pair[0].findings}) == 1]
        chosen, certainty = (single or loose)[:1], Certainty.ONE_SOURCE if single else Certainty.REPORTED
    return Judgement(
        certainty=certainty,
        criteria=tuple(result.target for result, _ in chosen),
        findings=tuple(finding for _, finding in chosen),
    )
