"""Decomposition of a difference by cause, from rescored rounds.

Walks from the earlier value to the later one: the earlier findings by the later rules (method, or framework if the
editions differ); of these, the items observed in both rounds (scope); the later findings where the same kind of source
and the same respondents judged (capacity), then where other respondents did, then where another kind of source did;
then the items observed in the later round only (scope). The parts add up to the difference. The reverse path gives
other parts if a rule is not a plain sum, so both paths are averaged: swapping the rounds gives the same result with the
opposite sign.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from attrs import evolve, field, frozen

from capbuild.frozen import FrozenMap
from capbuild.model import Assessment, AssessmentSet, ChangeCause, Finding, Framework, Recipe, Source
from capbuild.scoring.methods import RegisteredMethod
from capbuild.tracking.crosswalk import Overlap
from capbuild.tracking.transitions import UNSEEN, CountryResults, country_results, judgement_cause

#: Registered methods of plugins, by name.
Methods = Mapping[str, RegisteredMethod]
#: Value by country and capacity.
Values = dict[tuple[str, str], float]
#: Split of the differences by cause, by alpha-2 code and capacity.
Splits = Mapping[str, Mapping[str, FrozenMap[str, float]]]

_BY_JUDGE = (ChangeCause.CAPACITY, ChangeCause.RESPONDENTS, ChangeCause.SOURCE)


def rescore(
    subject: AssessmentSet,
    *,
    recipe: Recipe,
    framework: Framework | None = None,
    findings: Iterable[Finding] | None = None,
    sources: Iterable[Source] | None = None,
    methods: Methods | None = None,
) -> AssessmentSet:
    """Return a round rescored with another recipe, edition or findings.

    Figures are not varied, so the result has no new intervals.

    Args:
        subject: The round.
        recipe: The new recipe.
        framework: Framework; its own by default.
        findings: Findings that count; all of its own by default.
        sources: Their sources; all of its own by default.
        methods: Registered functions of plugins.
    """
    from capbuild.scoring import assess

    return assess(
        _find_findings(subject) if findings is None else findings,
        framework or subject.framework,
        evolve(recipe, replications=0),
        round=subject.round,
        sources=_list_sources(subject) if sources is None else sources,
        sizes={assessment.country: assessment.size for assessment in subject if assessment.size is not None},
        methods=methods,
        invented=subject.invented,
    )


def _find_findings(subject: AssessmentSet) -> list[Finding]:
    return [finding for assessment in subject for finding in assessment.findings]


def _list_sources(subject: AssessmentSet) -> list[Source]:
    return list({source.id: source for assessment in subject for source in assessment.sources}.values())


def _compute_values(subject: AssessmentSet, nodes: Mapping[str, str]) -> Values:
    """Return values by country and node name in reports."""
    return {
        (assessment.country.alpha_2, name): value
        for assessment in subject
        for name, own in nodes.items()
        if own in assessment and (value := assessment[own].value) is not None
    }


@frozen(kw_only=True)
class _RoundSide:
    """One round of a comparison.

    Attributes:
        subject: The round.
        names: Its id of each item of both rounds, with the id in the other edition.
        nodes: Its id of each comparable capacity, by its name in reports.
        results: States of all items, by country.
    """

    subject: AssessmentSet
    names: Mapping[str, str]
    nodes: Mapping[str, str]
    results: Mapping[str, CountryResults] = field(factory=dict)


def _make_side(subject: AssessmentSet, names: Mapping[str, str], nodes: Mapping[str, str]) -> _RoundSide:
    results = {assessment.country.alpha_2: country_results(assessment) for assessment in subject}
    return _RoundSide(subject=subject, names=names, nodes=nodes, results=results)


def _rename_findings(
    side: _RoundSide, mark: str, names: Mapping[str, str] | None = None
) -> tuple[list[Finding], list[Source]]:
    """Return findings under the other edition's names.

    The ids of their sources are unique over both rounds.
    """
    sources = [evolve(source, id=f"{mark} {source.id}") for source in _list_sources(side.subject)]
    findings = []
    for finding in _find_findings(side.subject):
        target = finding.target if names is None else names.get(finding.target)
        if target is not None:
            findings.append(evolve(finding, target=target, source=f"{mark} {finding.source}"))
    return findings, sources


def _find_common_judges(start: _RoundSide, end: _RoundSide) -> dict[tuple[str, str], ChangeCause]:
    """Return the causes of items observed in both rounds.

    Keys are (alpha-2 code, later id). The cause says whether the judges of an item are comparable.
    """
    causes: dict[tuple[str, str], ChangeCause] = {}
    for code, results in start.results.items():
        other = end.results.get(code)
        if other is None:
            continue
        for mine, theirs in start.names.items():
            if results.state([mine]) not in UNSEEN and other.state([theirs]) not in UNSEEN:
                causes[code, theirs] = judgement_cause(results.find_judges([mine]), other.find_judges([theirs]))
    return causes


def _decompose(start: _RoundSide, end: _RoundSide, methods: Methods | None) -> dict[ChangeCause, Values]:
    """Return the parts of a difference by cause."""
    old, old_sources = _rename_findings(start, "a", start.names)
    new, new_sources = _rename_findings(end, "b")
    sources = [*old_sources, *new_sources]
    judged = _find_common_judges(start, end)

    def value(findings: Sequence[Finding]) -> Values:
        scored = rescore(end.subject, recipe=end.subject.recipe, findings=findings, sources=sources, methods=methods)
        return _compute_values(scored, end.nodes)

    def chosen(findings: Sequence[Finding], causes: Sequence[ChangeCause]) -> list[Finding]:
        return [finding for finding in findings if judged.get((finding.country.alpha_2, finding.target)) in causes]

    between = [[*chosen(new, _BY_JUDGE[:place]), *chosen(old, _BY_JUDGE[place:])] for place in range(4)]
    stations = [_compute_values(start.subject, start.nodes), value(old), *map(value, between)]
    rules = ChangeCause.METHOD if start.subject.framework.key == end.subject.framework.key else ChangeCause.FRAMEWORK
    return _compute_step_differences([*stations, _compute_values(end.subject, end.nodes)], rules)


def _compute_step_differences(stations: Sequence[Values], rules: ChangeCause) -> dict[ChangeCause, Values]:
    """Return the differences between successive steps, by cause.

    If no item was observed in both rounds, the values between the ends are missing, and the whole difference is due
    to scope.
    """
    start, by_rules, *between, end = stations
    parts: dict[ChangeCause, Values] = {cause: {} for cause in ChangeCause}
    for key in start.keys() & by_rules.keys() & end.keys():
        for own in parts.values():
            own[key] = 0.0
        parts[rules][key] = by_rules[key] - start[key]
        if all(key in values for values in between):
            way = [values[key] for values in between]
            parts[ChangeCause.SCOPE][key] = way[0] - by_rules[key] + end[key] - way[-1]
            for cause, (first, second) in zip(_BY_JUDGE, pairwise(way), strict=True):
                parts[cause][key] = second - first
        else:
            parts[ChangeCause.SCOPE][key] = end[key] - by_rules[key]
    return parts


def split_by_cause(
    before: AssessmentSet, after: AssessmentSet, shared: Overlap, methods: Methods | None = None
) -> Splits:
    """Return differences of values by cause, country and capacity.

    A capacity without a value at some step of the path has no split.

    Args:
        before: The earlier round.
        after: The later one.
        shared: Comparable part of both editions.
        methods: Registered functions of plugins, by method name.
    """
    single = [pair for pair in shared.pairs if len(pair.before) == len(pair.after) == 1]
    first = _make_side(before, {p.before[0]: p.after[0] for p in single}, shared.nodes)
    second = _make_side(after, {p.after[0]: p.before[0] for p in single}, {name: name for name in shared.nodes})
    forth, back = _decompose(first, second, methods), _decompose(second, first, methods)
    splits: dict[str, dict[str, FrozenMap[str, float]]] = {}
    for key in forth[ChangeCause.CAPACITY].keys() & back[ChangeCause.CAPACITY].keys():
        splits.setdefault(key[0], {})[key[1]] = FrozenMap(
            {cause.value: round((forth[cause][key] - back[cause][key]) / 2, 9) + 0.0 for cause in ChangeCause}
        )
    return splits


def rescore_by_other_rules(
    before: AssessmentSet, after: AssessmentSet, methods: Methods | None = None
) -> tuple[AssessmentSet, AssessmentSet] | None:
    """Return each round rescored by the rules of the other.

    Rules are those of the recipe, and the framework's rules for judged levels and evidence, which may differ between
    editions. Seeds and numbers of replications are not rules. The result is None if the rules are the same.
    """
    old, new = before.framework, after.framework
    if old.judgement == new.judgement and _find_scoring_rules(before.recipe) == _find_scoring_rules(after.recipe):
        return None
    return (
        rescore(before, recipe=after.recipe, framework=evolve(old, judgement=new.judgement), methods=methods),
        rescore(after, recipe=before.recipe, framework=evolve(new, judgement=old.judgement), methods=methods),
    )


def _find_scoring_rules(recipe: Recipe) -> Recipe:
    plain = Recipe()
    return evolve(
        recipe,
        name=plain.name,
        seed=plain.seed,
        replications=plain.replications,
        confidence=plain.confidence,
        weight_spread=plain.weight_spread,
        alternatives=plain.alternatives,
    )


def has_values(matched: Iterable[tuple[Assessment, Assessment]]) -> bool:
    """True if any score of both rounds is a value."""
    return any(all(any(score.value is not None for score in assessment) for assessment in both) for both in matched)
