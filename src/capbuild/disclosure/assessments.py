"""Disclosed assessments, and sums over unnamed countries."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence

from attrs import evolve

from capbuild.disclosure.groups import Groups, sum_facts
from capbuild.disclosure.outcome import BinCounts, Disclosure, Log, Redaction
from capbuild.disclosure.score_bins import find_bin
from capbuild.errors import WriteError
from capbuild.model import (
    TLP,
    Assessment,
    AssessmentSet,
    CriterionResult,
    DisclosurePolicy,
    Dissent,
    Evidence,
    Finding,
    Missing,
    Score,
    Source,
)

#: Contribution of each country to a figure, and its maximum, by alpha-2 code.
_Sums = dict[str, tuple[float, float]]
#: Replaces an id that the audience may not see.
_WITHHELD = "withheld"


def check_labels(assessments: Iterable[Assessment], label: TLP | None, policy: DisclosurePolicy) -> None:
    """Refuse findings marked more strictly than the report's label.

    Such findings cannot be left out, unlike evidence, since they affect the level, every count and the plan.

    Raises:
        WriteError: Code CB730, with the findings and their marks.
    """
    if label is None:
        return
    marked = (f for a in assessments for s in a.indicators for r in s.results for f in r.findings if f.marking)
    strict = [f for f in marked if not (policy.label(f.marking) or label).allows(label)]
    if strict:
        listed = [f"{f.country.alpha_2} {f.target} ({f.marking})" for f in strict[:3]]
        more = f" and {len(strict) - 3} more" if len(strict) > 3 else ""
        raise WriteError(
            f"{len(strict)} findings are marked more strictly than {label.value}: {', '.join(listed)}{more}",
            code="CB730",
            remedy="write it for an audience with a stricter label, or have the mark changed by whoever set it",
        )


def find_label(assessments: Iterable[Assessment], policy: DisclosurePolicy) -> TLP | None:
    """Return the strictest label of assessments; None without labels."""
    listed = list(assessments)
    labels = [policy.label(item.marking, item.tlp) for assessment in listed for item in assessment.evidence]
    labels += [policy.label(finding.marking) for assessment in listed for finding in assessment.findings]
    return TLP.strictest(label for label in labels if label is not None)


def disclose_assessment(one: Assessment, disclosure: Disclosure, log: Log) -> Assessment:
    """Return an assessment as disclosed to an audience.

    Args:
        one: The assessment.
        disclosure: Audience, label, and whether estimates over all countries are withheld.
        log: Log of redactions.
    """
    kept = [item for item in one.evidence if _can_show(item, disclosure)]
    left = len(one.evidence) - len(kept)
    if left:
        log[Redaction(section="evidence.title", what="marked", why="marked", country=one.country, count=left)] = None
    names = {item.id for item in kept}
    secret = {
        name for name, criterion in one.framework.criteria.items() if not disclosure.may_show_criterion(criterion)
    }
    if left or secret or disclosure.pooled or not disclosure.sources:
        scores = {name: _disclose_score(score, names, secret, disclosure) for name, score in one.scores.items()}
        one = evolve(one, scores=scores, evidence=kept)
    if disclosure.pooled:
        log[Redaction(section="sure.title", why="pooled", country=one.country)] = None
    if disclosure.sources:
        return one
    if one.dissents:
        log[Redaction(section="view.title", what="dissents", why="sources", count=len(one.dissents))] = None
    return evolve(
        one,
        evidence=(),
        sources=[Source(id=s.id, kind=s.kind, title=s.kind.value, late=s.late) for s in one.sources],
        standing=None if one.standing is None else evolve(one.standing, by="", note="", origin=None),
        dissents=[Dissent(target=_WITHHELD, statement=_WITHHELD)] * len(one.dissents),
        unmapped=[
            Finding(country=one.country, target=_WITHHELD, value=Missing.CONFIDENTIAL, source=f.source)
            for f in one.unmapped
        ],
    )


def _can_show(item: Evidence, disclosure: Disclosure) -> bool:
    label = disclosure.policy.label(item.marking, item.tlp)
    return disclosure.tlp is None or label is None or label.allows(disclosure.tlp)


def _disclose_score(score: Score, evidence: set[str], secret: set[str], disclosure: Disclosure) -> Score:
    def public(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(name for name in names if name not in secret)

    results = [
        _disclose_result(result, evidence, disclosure) for result in score.results if result.target not in secret
    ]
    disclosed = evolve(
        score, results=results, lacking=public(score.lacking), open=public(score.open), above=public(score.above)
    )
    if not disclosure.pooled:
        return disclosed
    plausible = None if disclosed.plausible is None else evolve(disclosed.plausible, probabilities={})
    return evolve(disclosed, plausible=plausible, below_target=None, shares={})


def _disclose_result(result: CriterionResult, evidence: set[str], disclosure: Disclosure) -> CriterionResult:
    if disclosure.sources:
        return evolve(result, findings=[_remove_strict(finding, evidence) for finding in result.findings])
    used = result.used_finding
    kept = [] if used is None else [used]
    if result.claimed and not evolve(result, findings=kept, used=None).claimed:
        kept.append(next(f for f in result.findings if evolve(result, findings=[f], used=None).claimed))
    plain = [_strip_finding(finding) for finding in kept]
    return evolve(result, findings=plain, used=None if used is None else 0, judgement=None)


def _remove_strict(finding: Finding, evidence: set[str]) -> Finding:
    if evidence.issuperset(finding.evidence):
        return finding
    return evolve(finding, evidence=[name if name in evidence else _WITHHELD for name in finding.evidence])


def _strip_finding(finding: Finding) -> Finding:
    """Return a finding without source, evidence and wording."""
    return Finding(
        country=finding.country,
        target=finding.target,
        value=finding.value,
        source=finding.source,
        status=finding.status,
        basis=finding.basis,
        as_of=finding.as_of,
        route=finding.route,
    )


def count_bins(set_: AssessmentSet, counted: Sequence[Assessment], groups: Groups, log: Log) -> dict[str, BinCounts]:
    """Count unnamed countries by bin and capacity, if safe.

    A capacity is left out if all unnamed countries, or all but one, are on one level or on one side of a boundary or
    target: the total minus the named countries would reveal the level of each.
    """
    counts: dict[str, BinCounts] = {}
    withheld = groups.withheld_in(set_)
    for node in set_.framework.walk():
        having = [a for a in counted if node.id in a.scores]
        if node.id in withheld and node in set_.framework.indicators:
            why = withheld[node.id]
            least = groups.least if why == "published" else None
            log[Redaction(section="counts.title", about=node.id, why=why, least=least)] = None
        if having and node.id in withheld:
            groups.withhold_row(set_, node.id)
        elif having:
            groups.give_row(set_, node.id)
            counts[node.id] = _make_counts([a.scores[node.id] for a in having])
    return counts


def _make_counts(scores: Sequence[Score]) -> BinCounts:
    # With one target and levels, the level already shows whether the target is met.
    plain = len({score.target for score in scores}) == 1 and all(score.plausible is not None for score in scores)
    aimed = [score for score in scores if score.settled and score.target is not None]
    return BinCounts(
        counts=Counter(map(find_bin, scores)),
        aimed=len(aimed) if plain else None,
        met=sum(score.target_met is True for score in aimed) if plain else 0,
    )


def sum_scores(
    assessment_set: AssessmentSet, counted: Sequence[Assessment], groups: Groups, counted_nodes: Collection[str],
    visits: Iterable[str],
) -> dict[str, int]:  # fmt: skip
    """Sum unnamed countries, as far as that reveals none.

    Args:
        assessment_set: The round.
        counted: Their assessments.
        groups: Named, counted and hidden countries.
        counted_nodes: Ids of the capacities with published counts by bin.
        visits: Alpha-2 codes of the countries that were visited, in this round or before.
    """

    def over(value: Callable[[Score], float], most: Callable[[Score], float]) -> _Sums:
        """Return the sums and maxima of each country's published indicators."""
        scores = {a.country.alpha_2: [s for s in a.indicators if s.capacity.id in counted_nodes] for a in counted}
        return {code: (sum(map(value, own)), sum(map(most, own))) for code, own in scores.items()}

    def visited(*earlier: str) -> _Sums:
        return {a.country.alpha_2: (a.visited or a.country.alpha_2 in earlier, 1) for a in counted}

    checked = {
        "verified": over(lambda score: score.verified, lambda score: score.settled),
        "reported": over(lambda score: score.reported, lambda score: score.settled),
    }
    seen = {"visited": visited(*visits), "visited_now": visited()}
    figures: dict[str, _Sums] = {
        "settled": over(lambda score: score.coverage.settled, lambda score: score.coverage.applicable),
        "applicable": over(lambda score: score.coverage.applicable, lambda score: max(len(score.capacity.criteria), 1)),
        "conflicts": {a.country.alpha_2: (len(a.conflicts), math.inf) for a in counted},
    }
    round_ = assessment_set.round.id
    rows = [f"{round_} row {name}" for name in counted_nodes]
    if groups.history.has_other_rows(f"{round_} row ", rows):
        # The difference between the sums of two editions would be about the row that only one of them has.
        figures = {"conflicts": figures["conflicts"]}
        checked = {}
    figures = {name: sums for name, sums in figures.items() if _is_safe(f"{round_} {name}", sums, groups)}
    # Sums of one pair reveal each other: the bins show how many countries are settled.
    for together in (checked, seen):
        if all(_is_safe(f"{round_} {name}", sums, groups) for name, sums in together.items()):
            figures |= together
    for name, sums in figures.items():
        groups.admit(f"{round_} {name}", *_describe(sums))
    return {name: int(sum(value for value, _ in sums.values())) for name, sums in figures.items() if counted}


def _describe(sums: _Sums) -> tuple[dict[str, float], dict[str, frozenset[Hashable]]]:
    """Return values and facts by country."""
    values = {code: float(value) for code, (value, _) in sums.items()}
    return values, {code: sum_facts(*facts) for code, facts in sums.items()}


def _is_safe(name: str, sums: _Sums, groups: Groups) -> bool:
    values, facts = _describe(sums)
    return not groups.is_uniform(facts) and groups.admit(name, values, facts, record=False)
