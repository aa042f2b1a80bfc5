"""Inputs and intermediate results of scoring a country."""

from collections.abc import Iterable, Mapping, Sequence

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
from capbuild.scoring.criteria_levels import Staircase
from capbuild.scoring.methods import RegisteredMethod, find_method


@frozen(kw_only=True)
class ScoringContext:
    """Inputs shared by all nodes and countries.

    Attributes:
        framework: The framework.
        recipe: The scoring recipe.
        targets: The targets.
        own_targets: Targets of a country that has its own, in place of `targets`.
        methods: Registered methods of plugins, by name.
    """

    framework: Framework
    recipe: Recipe = Recipe()
    targets: TargetProfile | None = None
    own_targets: Mapping[Country, TargetProfile] = field(factory=dict)
    methods: Mapping[str, RegisteredMethod] = field(factory=dict)

    def resolve_methods(self) -> "ScoringContext":
        """Return the context with the method of each node resolved.

        Raises:
            ModelError: A node's method, or its policy on missing answers, is unknown.
        """
        for node in self.framework.walk():
            find_method(self.method(node), self.methods)
        return self

    def target(self, node: Capacity, country: Country) -> float | None:
        """Return a country's target of a node.

        The target is a level, or a value of the node's method.
        """
        profile = self.own_targets.get(country, self.targets)
        given = profile.targets.get(node.id) if profile is not None else None
        target = node.target if given is None else given
        if target is None or node.criteria:  # steps of criteria are levels, whatever parents make of them
            return target
        return self.framework.scale_of(node).target_value(target, self.method(node))

    def rounding(self, node: Capacity) -> RoundingRule | None:
        """Return the rounding rule of a node."""
        return self.recipe.rounding.get(node.kind) or self.framework.rounding.get(node.kind)

    def method(self, node: Capacity) -> Method:
        """Return the method of a node."""
        chosen = self.recipe.methods.get(node.id) or self.recipe.methods.get(node.kind)
        return chosen or self.framework.method_of(node)

    def staircase(self, node: Capacity) -> Staircase:
        """Return the staircase of a node's criteria under the recipe."""
        lowest = int(self.framework.scale_of(node).ends[0])
        return Staircase(
            criteria=node.criteria,
            allow_partial=self.recipe.allow_partial,
            partly_at_top=self.method(node).partly_at_top,
            first=lowest,
        )

    def scale_range(self, node: Capacity) -> tuple[float, float]:
        """Return the lowest and highest answer on a node's scale."""
        low, high = self.framework.scale_of(node).ends
        return float(low), float(high)

    def unit(self, node: Capacity) -> float:
        """Return the value of one step in a node."""
        return self.framework.scale_of(node).step_value(self.method(node))

    def has_scaled_steps(self, node: Capacity) -> bool:
        """True if parents use the level as a share.

        This is the level from the node's criteria, as a share of the highest level.
        """
        return bool(node.criteria) and self.method(node).name == "scaled"

    def figure(self, score: Score) -> float | None:
        """Return the figure that a score gives its parent.

        The result is None if the score has no figure, such as one with an open level.
        """
        levels = score.plausible
        if levels is None or not levels.settled or not self.has_scaled_steps(score.capacity):
            return score.exact
        return levels.lowest * self.unit(score.capacity)


@define(kw_only=True)
class Case:
    """Findings and results of one country during scoring.

    Attributes:
        country: The country.
        sources: Its sources by id.
        findings: Its findings by target.
        results: Results by criterion or directly judged capacity.
        scores: Scores so far, by capacity.
        bounds: Lowest and highest figure consistent with missing answers, by capacity with a value.
    """

    country: Country
    sources: Mapping[str, Source]
    findings: Mapping[str, Sequence[Finding]]
    results: dict[str, CriterionResult] = field(factory=dict)
    scores: dict[str, Score] = field(factory=dict)
    bounds: dict[str, tuple[float, float]] = field(factory=dict)

    @property
    def is_visited(self) -> bool:
        """True if a visit is among the sources."""
        return any(source.kind is SourceKind.VISIT for source in self.sources.values())

    def results_of(self, node: Capacity) -> list[CriterionResult]:
        """Return the results of a node's criteria.

        For a node that is judged directly, this is the result of the node itself.
        """
        return [self.results[name] for name in ([c.id for c in node.criteria] or [node.id])]

    def update_score(self, node: str, **changes: object) -> None:
        """Replace fields of a score."""
        self.scores[node] = evolve(self.scores[node], **changes)  # type: ignore[arg-type]  # attrs checks the fields


def cases_of(assessments: AssessmentSet | Assessment | Iterable[Assessment]) -> list[Case]:
    """Return the cases of existing assessments, in order."""
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
