"""What is known of one country while it is scored."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import define, evolve, field, frozen

from capbuild.model import (
    Assessment,
    AssessmentSet,
    Capacity,
    Country,
    CriterionResult,
    Finding,
    Framework,
    Method,
    Recipe,
    RoundingRule,
    Score,
    Source,
    SourceKind,
    TargetProfile,
)

__all__ = ["Case", "Setting", "cases_of"]


@frozen(kw_only=True)
class Setting:
    """What is the same for every node of every country.

    Attributes:
        framework: What they are judged by.
        recipe: How scores are made.
        targets: What should be reached.
        methods: Functions that plugins registered, by method name.
    """

    framework: Framework
    recipe: Recipe = Recipe()
    targets: TargetProfile | None = None
    methods: Mapping[str, Callable[..., float]] = field(factory=dict)

    def target(self, node: Capacity) -> float | None:
        """Return what a node should reach."""
        if self.targets is not None and node.id in self.targets.targets:
            return self.targets.targets[node.id]
        return node.target

    def rounding(self, node: Capacity) -> RoundingRule | None:
        """Return how a node's figure is rounded."""
        return self.recipe.rounding.get(node.kind) or self.framework.rounding.get(node.kind)

    def method(self, node: Capacity) -> Method:
        """Return how a node's figure is made."""
        chosen = self.recipe.methods.get(node.id) or self.recipe.methods.get(node.kind)
        return chosen or self.framework.method_of(node)


@define(kw_only=True)
class Case:
    """One country: what was found, and what has been made of it so far.

    Attributes:
        country: The country.
        sources: Its sources by id.
        findings: Its findings by target.
        results: What the evidence says, by criterion or directly judged capacity.
        scores: Scores so far, by capacity.
    """

    country: Country
    sources: Mapping[str, Source]
    findings: Mapping[str, Sequence[Finding]]
    results: dict[str, CriterionResult] = field(factory=dict)
    scores: dict[str, Score] = field(factory=dict)

    @property
    def visited(self) -> bool:
        """Whether a visit is among its sources."""
        return any(source.kind is SourceKind.VISIT for source in self.sources.values())

    def results_of(self, node: Capacity) -> list[CriterionResult]:
        """Return the results of a node's criteria, or of the node itself where it is judged directly."""
        return [self.results[name] for name in ([c.id for c in node.criteria] or [node.id])]

    def amend(self, node: str, **changes: object) -> None:
        """Replace fields of a score."""
        self.scores[node] = evolve(self.scores[node], **changes)  # type: ignore[arg-type]  # attrs checks the fields


def cases_of(assessments: AssessmentSet | Assessment | Iterable[Assessment]) -> list[Case]:
    """Return the cases behind assessments that were made or read before, in their order."""
    given = [assessments] if isinstance(assessments, Assessment) else list(assessments)
    cases = []
    for assessment in given:
        results = {result.target: result for score in assessment.indicators for result in score.results}
        cases.append(
            Case(
                country=assessment.country,
                sources=assessment.source_by_id,
                findings={name: result.findings for name, result in results.items()},
                results=results,
                scores=dict(assessment.scores),
            )
        )
    return cases
