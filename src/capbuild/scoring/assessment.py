"""Scores of a country, and of a round."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import define, evolve, field

from capbuild.errors import ModelError
from capbuild.model import (
    Assessment,
    AssessmentSet,
    Capacity,
    Check,
    Country,
    Evidence,
    Finding,
    Framework,
    Method,
    Missing,
    Recipe,
    Round,
    SizeProfile,
    Source,
    SourceKind,
    Survey,
    TargetProfile,
    Trust,
)
from capbuild.scoring.context import Case, ScoringContext
from capbuild.scoring.evidence import JointEvidence, weigh_evidence
from capbuild.scoring.findings import finding_status
from capbuild.scoring.methods import RegisteredMethod
from capbuild.scoring.nodes import score_node
from capbuild.scoring.survey_reading import survey_findings
from capbuild.text import Text

#: Missing answers without any information.
_SILENCE = (Missing.NO_ANSWER, Missing.NOT_ASKED, Missing.NOT_COLLECTED)


def _make_case(country: Country, findings: Iterable[Finding], sources: Iterable[Source], framework: Framework) -> Case:
    by_target: dict[str, list[Finding]] = {}
    leaves = {node.id for node in framework.indicators if not node.criteria}
    known = {source.id: source for source in sources}
    for finding in findings:
        if finding.target in framework.criteria or finding.target in leaves:
            by_target.setdefault(finding.target, []).append(_derive_status(finding, known, framework))
    for finding in list(_derive_rates(framework, by_target)):
        by_target.setdefault(finding.target, []).append(finding)
    return Case(country=country, sources=known, findings=by_target)


def _derive_status(finding: Finding, sources: Mapping[str, Source], framework: Framework) -> Finding:
    """Derive the missing status of a finding from its source."""
    if finding.status is not None:
        return finding
    criterion = framework.criteria.get(finding.target)
    check = criterion.check if criterion is not None else Check.DOCUMENT
    source = sources.get(finding.source)
    # For a source without a description, only answers with evidence shown count as checked, as in a survey.
    kind = source.kind if source is not None else SourceKind.SURVEY
    return evolve(finding, status=finding_status(check, kind, finding.value, finding.basis))


def _walk_bottom_up(node: Capacity) -> Iterable[Capacity]:
    """Yield all nodes below a node, children before parents."""
    for child in node.children:
        yield from _walk_bottom_up(child)
    yield node


def _score_cases(cases: Sequence[Case], setting: ScoringContext, known: JointEvidence | None = None) -> JointEvidence:
    """Score all countries jointly, and return their evidence."""
    weighed = weigh_evidence(cases, setting, known)
    for root in setting.framework.roots:
        for node in _walk_bottom_up(root):
            score_node(node, cases, setting)
    weighed.add_uncertainty(cases)
    return weighed


def assess_country(
    country: Country,
    framework: Framework,
    findings: Iterable[Finding],
    *,
    round: Round,  # noqa: A002 - the field's word
    sources: Iterable[Source] = (),
    evidence: Iterable[Evidence] = (),
    recipe: Recipe | None = None,
    targets: TargetProfile | None = None,
    size: SizeProfile | None = None,
    methods: Mapping[str, RegisteredMethod] | None = None,
    invented: bool = False,
) -> Assessment:
    """Return the assessment of one country.

    Args:
        country: The country.
        framework: Its framework.
        findings: All findings about it; those outside the framework are kept as `unmapped`.
        round: The round.
        sources: Sources of the findings.
        evidence: Evidence for the findings.
        recipe: Scoring recipe; None for the default.
        targets: Targets.
        size: Size of the service.
        methods: Registered methods of plugins, by name.
        invented: Whether answers are invented.
    """
    given, origins = list(findings), tuple(sources)
    setting = ScoringContext(
        framework=framework, recipe=recipe or Recipe(), targets=targets, methods=methods or {}
    ).resolve_methods()
    case = _make_case(country, given, origins, framework)
    _score_cases([case], setting)
    return _make_assessment(case, setting, given, round_=round, evidence=evidence, size=size, invented=invented)


def _make_assessment(
    case: Case,
    setting: ScoringContext,
    findings: Iterable[Finding],
    *,
    round_: Round,
    evidence: Iterable[Evidence],
    size: SizeProfile | None,
    invented: bool,
) -> Assessment:
    return Assessment(
        country=case.country,
        framework=setting.framework,
        round=round_,
        recipe=setting.recipe,
        scores={node.id: case.scores[node.id] for node in setting.framework.walk()},
        sources=case.sources.values(),
        evidence=evidence,
        size=size,
        unmapped=[finding for finding in findings if finding.target not in case.findings],
        invented=invented,
    )


def _is_silent(findings: Iterable[Finding]) -> bool:
    return all(finding.value in _SILENCE for finding in findings)


def _group_by_country(findings: Iterable[Finding], expected: Iterable[Country]) -> dict[Country, list[Finding]]:
    """Return the findings of each country, ordered by name.

    Expected countries without findings have an empty list.
    """
    by_country: dict[Country, list[Finding]] = {country: [] for country in expected}
    for finding in findings:
        if not isinstance(finding, Finding):
            raise ModelError(
                "findings", finding, "must be a finding (give a survey, or `read_findings(frame).findings`)"
            )
        by_country.setdefault(finding.country, []).append(finding)
    return {country: by_country[country] for country in sorted(by_country, key=lambda country: country.name)}


def _make_cases(
    named: Mapping[Country, Sequence[Finding]], sources: Iterable[Source], framework: Framework
) -> list[Case]:
    """Return each country's case with its sources."""
    known = {source.id: source for source in sources}
    cases = []
    for country, findings in named.items():
        used = {finding.source for finding in findings}
        cases.append(
            _make_case(
                country, findings, [case_source for name, case_source in known.items() if name in used], framework
            )
        )
    return cases


def assess(
    findings: Iterable[Finding] | Survey,
    framework: Framework,
    recipe: Recipe | None = None,
    *,
    round: Round,  # noqa: A002 - the field's word
    countries: Iterable[Country] = (),
    sources: Iterable[Source] = (),
    evidence: Mapping[Country, Sequence[Evidence]] | None = None,
    targets: TargetProfile | None = None,
    own_targets: Mapping[Country, TargetProfile] | None = None,
    sizes: Mapping[Country, SizeProfile] | None = None,
    methods: Mapping[str, RegisteredMethod] | None = None,
    inputs: Mapping[str, str] | None = None,
    invented: bool = False,
) -> AssessmentSet:
    r"""Return the assessments of all countries in the findings.

    A country of `countries` without an informative finding has not answered: it has no assessment, and no level or
    zero.

    Args:
        findings: Findings about any number of countries; or a survey, with questions mapped by id, by its form and
            by clear wording. A warning lists what is not used, as the issues of `survey_findings` do.
        framework: Framework of the findings.
        recipe: Scoring recipe; None for the default.
        round: The round.
        countries: Countries that should have answered.
        sources: Sources of the findings; one without a country belongs to all countries of its findings.
        evidence: Evidence for the findings, by country.
        targets: Targets.
        own_targets: Targets of a country that has its own, in place of `targets`.
        sizes: Size of the service, by country.
        methods: Registered methods of plugins, by name.
        inputs: Hash of each input file, by name.
        invented: Whether answers are invented.

    Raises:
        ModelError: An item is not a finding, or the framework is none.

    Example:
        >>> from capbuild.io import read
        >>> from capbuild.frameworks import load_bundled
        >>> from datetime import date
        >>> survey = read(b"country,TEC-2.2a,TEC-2.2b\nJamaica,no,no\n", name="a.csv")
        >>> first = Round(id="first", kind="baseline", title="First", reference_date=date(2026, 3, 31))
        >>> str(assess(survey, load_bundled("police_cyber"), round=first)["Jamaica"]["TEC-2"])
        'L1 Not in place, reported'
    """
    if not isinstance(framework, Framework):
        raise ModelError("framework", framework, "must be a Framework")
    if isinstance(findings, Survey):
        read = survey_findings(findings, framework)
        if read.issues:
            warnings.warn("\n".join(map(str, read.issues)), stacklevel=2)
        findings, sources = read.findings, [*read.sources, *sources]
        evidence = {**read.evidence, **(evidence or {})}
    by_country = _group_by_country(findings, countries)
    silent = [country for country, own in by_country.items() if _is_silent(own)]
    setting = ScoringContext(
        framework=framework,
        recipe=recipe or Recipe(),
        targets=targets,
        own_targets=own_targets or {},
        methods=methods or {},
    ).resolve_methods()
    cases = _make_cases(
        {country: own for country, own in by_country.items() if country not in silent}, sources, framework
    )
    _score_cases(cases, setting)
    return AssessmentSet(
        framework=framework,
        round=round,
        recipe=setting.recipe,
        assessments=[
            _make_assessment(
                case,
                setting,
                by_country[case.country],
                round_=round,
                evidence=(evidence or {}).get(case.country, ()),
                size=(sizes or {}).get(case.country),
                invented=invented,
            )
            for case in cases
        ],
        silent=silent,
        inputs=inputs or {},
        invented=invented,
    )


@define(kw_only=True)
class RoundScorer:
    """Scorer of one round by several recipes.

    Evidence depends only on the trust in sources, so recipes with the same trust share it. Scores have no intervals.

    Attributes:
        subject: The round.
        methods: Registered methods of plugins, by name.
    """

    subject: AssessmentSet
    methods: Mapping[str, RegisteredMethod] = field(factory=dict)
    _weighed: dict[Mapping[str, Trust], JointEvidence] = field(factory=dict, init=False)

    def score(self, recipe: Recipe, framework: Framework | None = None) -> list[Case]:
        """Return the scored countries.

        Args:
            recipe: Recipe.
            framework: The round's framework with other weights or methods; its own by default.
        """
        setting = ScoringContext(
            framework=framework or self.subject.framework, recipe=evolve(recipe, replications=0), methods=self.methods
        ).resolve_methods()
        named = {assessment.country: assessment.findings for assessment in self.subject}
        sources = [source for assessment in self.subject for source in assessment.sources]
        cases = _make_cases(named, sources, setting.framework)
        self._weighed[recipe.trust] = _score_cases(cases, setting, self._weighed.get(recipe.trust))
        return cases


# Rates: quotients of two quantities, per source that reported both


def _derive_rates(framework: Framework, findings: Mapping[str, Sequence[Finding]]) -> Iterator[Finding]:
    """Compute each unreported rate from a source's two quantities.

    If the base is below `least`, the rate is not applicable, since a share of three cases means little; the note of
    the finding has both counts.

    Args:
        framework: The framework.
        findings: Findings of one country by target.
    """
    for node in framework.indicators:
        if node.method is None or not node.is_rate or node.id in findings:
            continue
        settings = node.method.parameters
        counts, bases = (_find_latest(findings.get(str(settings.get(name)), ())) for name in ("count", "base"))
        for key in counts.keys() & bases.keys():
            yield _divide(counts[key], bases[key], node.id, node.method)


def _find_latest(findings: Sequence[Finding]) -> dict[tuple[str, str | None], Finding]:
    """Return the latest number of each respondent, by source."""
    given = [finding for finding in findings if isinstance(finding.value, int | float)]
    return {
        (latest.source, latest.respondent): latest
        for latest in sorted(given, key=lambda finding: str(finding.as_of or ""))
    }


def _divide(count: Finding, base: Finding, target: str, method: Method) -> Finding:
    above, below = (float(finding.value) for finding in (count, base))  # type: ignore[arg-type]  # numbers: `_find_latest` checks
    least, per = (float(method.parameters.get(name, usual)) for name, usual in (("least", 0), ("per", 100)))
    small = below <= 0 or below < least
    return evolve(
        count,
        target=target,
        value=Missing.NOT_APPLICABLE if small else above / below * per,
        note=Text(f"{above:.12g} / {below:.12g}", "und"),
        interval=None,
        raw=None,
    )
