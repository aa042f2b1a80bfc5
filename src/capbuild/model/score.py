"""Scores: levels or values with uncertainty, their inputs and explanation."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen

from capbuild._lazy import provided
from capbuild._typed import model
from capbuild.checks import between, identifier, to_map, to_tuple
from capbuild.display import NotebookDisplay
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model.capacity import Capacity, Scale
from capbuild.model.evidence import Finding, FindingStatus, FindingValue, Interval, Verdict
from capbuild.model.judgement import Judgement
from capbuild.model.recipe import Method, RoundingRule
from capbuild.model.response import Missing
from capbuild.undefined import Undefined, UndefinedReason


@frozen(kw_only=True)
class ExplanationStep:
    """One step of a rule, or one of its criteria.

    Attributes:
        heading: Question of the step.
        outcome: Result of the step.
        lines: Findings behind it, the deciding one first.
    """

    heading: str
    outcome: str
    lines: tuple[str, ...] = field(default=(), converter=to_tuple)


class ScoreExplanation(Protocol):
    """Interface of `capbuild.reports.Explanation`; `print` shows it as text."""

    @property
    def title(self) -> str:
        """Capacity and its result."""

    @property
    def rule(self) -> str:
        """Rule as text."""

    @property
    def steps(self) -> tuple[ExplanationStep, ...]:
        """Steps in order."""

    def worksheet(self, *, notice: str = "") -> tuple[tuple[object, ...], ...]:
        """Return worksheet rows with live formulas for the score."""

    def __iter__(self) -> Iterator[ExplanationStep]: ...


class CriterionState(StrEnum):
    """State of a criterion over all sources.

    `valued` is the state of capacities that are judged directly.
    """

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not met"
    OPEN = "open"
    NOT_APPLICABLE = "not applicable"
    VALUED = "valued"


_FAILED = (CriterionState.NOT_MET, CriterionState.PARTLY)


@model(kw_only=True)
class CriterionResult:
    """Result of one criterion or capacity, with all findings.

    Attributes:
        target: Id of the criterion or capacity.
        state: State by the evidence.
        value: The value that counts, or a kind of missing.
        findings: All findings, in the order of the recipe's trust: the first confirmed one counts.
        used: Index in `findings` of the deciding one; None for none.
        conflict: Whether sources disagree; such a criterion belongs on the next visit's agenda.
        probability: Probability, 0 to 1, that the criterion is met, given all evidence of all countries, confirmed or
            not. None if it does not apply, a capacity is judged directly, or no model can be fitted.
        judgement: For a directly judged capacity by several assessors, or limited by its evidence: the given and
            agreed levels.
        unsupported: Whether it is unmet only for lack of evidence that the framework requires.
    """

    target: str = field(validator=identifier)
    state: CriterionState
    value: FindingValue = Missing.NOT_COLLECTED
    findings: tuple[Finding, ...] = field(default=(), converter=to_tuple)
    used: int | None = None
    conflict: bool = False
    probability: float | None = field(default=None, validator=between(0, 1))
    judgement: Judgement | None = None
    unsupported: bool = False

    def __attrs_post_init__(self) -> None:
        if self.used is not None and not 0 <= self.used < len(self.findings):
            raise ModelError("CriterionResult.used", self.used, "must be the place of a finding")

    @property
    def used_finding(self) -> Finding | None:
        """Finding that counts."""
        return None if self.used is None else self.findings[self.used]

    @property
    def checked(self) -> bool:
        """True if a source able to check it decided it."""
        used = self.used_finding
        return used is not None and used.status is FindingStatus.CONFIRMED

    @property
    def claimed(self) -> bool:
        """True if a source claims it but cannot confirm it."""
        return any(
            f.status is FindingStatus.CLAIMED and isinstance(f.value, Verdict) and f.value.passes for f in self.findings
        )


@model(kw_only=True)
class PlausibleLevels:
    """Levels that the evidence leaves open.

    Attributes:
        lowest: Lowest possible level order, if confirmed findings are true.
        highest: Highest possible level order, if confirmed findings are true.
        probabilities: Probability of each level order, given all evidence: levels outside the range have one too, since
            confirmed findings may be wrong. They sum to 1. Empty if no model can be fitted.
    """

    lowest: int = field(validator=between(0))
    highest: int = field(validator=between(0))
    probabilities: FrozenMap[int, float] = field(factory=FrozenMap, converter=to_map)

    def __attrs_post_init__(self) -> None:
        if self.lowest > self.highest:
            raise ModelError("PlausibleLevels.lowest", self.lowest, f"must not exceed the highest, {self.highest}")
        if self.probabilities and abs(sum(self.probabilities.values()) - 1) > 1e-9:
            raise ModelError("PlausibleLevels.probabilities", dict(self.probabilities), "must sum to 1")

    @property
    def settled(self) -> bool:
        """True if only one level remains."""
        return self.lowest == self.highest

    def __contains__(self, order: int) -> bool:
        return self.lowest <= order <= self.highest

    def __str__(self) -> str:
        return f"L{self.lowest}" if self.settled else f"L{self.lowest} to L{self.highest}"


@model(kw_only=True)
class Coverage:
    """Counts of answered, settled and checked criteria.

    Attributes:
        answered: Criteria with a value, including claims.
        settled: Criteria settled by the evidence.
        checked: Criteria settled by a source able to check them.
        applicable: All applicable criteria.
    """

    answered: int = field(validator=between(0))
    settled: int = field(validator=between(0))
    checked: int = field(default=0, validator=between(0))
    applicable: int = field(validator=between(0))

    def __attrs_post_init__(self) -> None:
        counts = (self.checked, self.settled, self.answered, self.applicable)
        if list(counts) != sorted(counts):
            raise ModelError("Coverage.checked, settled, answered, applicable", counts, "must not decrease")

    @property
    def complete(self) -> bool:
        """True if everything applicable is settled."""
        return self.settled == self.applicable

    @property
    def ratio(self) -> float:
        """Share answered, 0 to 1; 0 if nothing applies."""
        return self.answered / self.applicable if self.applicable else 0.0

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(
            answered=self.answered + other.answered,
            settled=self.settled + other.settled,
            checked=self.checked + other.checked,
            applicable=self.applicable + other.applicable,
        )

    def __str__(self) -> str:
        return f"{self.answered} of {self.applicable}"


@model(kw_only=True)
class Progress:
    """Criteria of the next step, printed as "2 of 3".

    Progress is never added to the level.

    Attributes:
        met: Criteria of the step that are met.
        applicable: Criteria of the step that apply.
        step: Order of the step's level.
    """

    met: int = field(validator=between(0))
    applicable: int = field(validator=between(0))
    step: int = field(validator=between(1))

    def __str__(self) -> str:
        return f"{self.met} of {self.applicable} to L{self.step}"


@model(kw_only=True)
class Review:
    """Manual decision next to the computed figure, never replacing it.

    Attributes:
        level: Decided level order, for staircase frameworks.
        value: Decided value, for others.
        reason: Reason for the difference.
        by: Role of the person who decided.
    """

    level: int | None = field(default=None, validator=between(0))
    value: float | None = None
    reason: str = field(validator=identifier)
    by: str = ""


@model(kw_only=True, repr=False)
class Score(NotebookDisplay):
    """Result of one capacity in one country.

    Staircase frameworks give `level` and `plausible`; points and means give `value`, and an interval if estimated.
    There are no fractions of levels, and no level is lowered for lack of a visit: a score whose evidence leaves several
    levels open reads "not verified, L1 to L3".

    Attributes:
        capacity: The node of the framework.
        scale: Its scale.
        level: Level order; None if the rule gives no level, or the evidence leaves several.
        plausible: Levels left open by the evidence.
        claimed: Level order if all claims were true; None if they add nothing.
        starred: Whether a permitted `partly` passed a step.
        value: Value on a numeric scale, rounded by the recipe.
        exact: The value before rounding.
        interval: Range of the true value, which may be above `value` if many claims are unconfirmed.
        method: Method of the figure; None for a staircase without `partly`, or a profile.
        rounding: Rounding from `exact` to `value`.
        inputs: Figures of children used, by id.
        coverage: Answered and settled share.
        missing: Number of missing criteria, by kind.
        progress: Progress to the next step.
        above: Criteria met above the first failed step.
        counted_as_zero: Ids of criteria, or of child capacities, without an answer that count as 0 by the framework's
            rule, cited in `method.rule`.
        target: Level order or value aimed at.
        lacking: Criteria up to the target that are not met, including `partly` ones.
        open: Open criteria up to the target.
        results: The criteria with their findings.
        below_target: Probability, 0 to 1, that the target is not reached, if estimated.
        shares: Share of the uncertainty by source (`method`, `weights`, `missing`, `disagreement`), each varied alone,
            if estimated; they sum to 1. For a level, the share of the doubt about it.
        review: Manual decision, or None.
        undefined: Reason for no figure, or None.
    """

    capacity: Capacity
    scale: Scale
    level: int | None = field(default=None, validator=between(0))
    plausible: PlausibleLevels | None = None
    claimed: int | None = field(default=None, validator=between(0))
    starred: bool = False
    value: float | None = None
    exact: float | None = None
    interval: Interval | None = None
    method: Method | None = None
    rounding: RoundingRule | None = None
    inputs: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    coverage: Coverage
    missing: FrozenMap[str, int] = field(factory=FrozenMap, converter=to_map)
    progress: Progress | None = None
    above: tuple[str, ...] = field(default=(), converter=to_tuple)
    counted_as_zero: tuple[str, ...] = field(default=(), converter=to_tuple)
    target: float | None = None
    lacking: tuple[str, ...] = field(default=(), converter=to_tuple)
    open: tuple[str, ...] = field(default=(), converter=to_tuple)
    results: tuple[CriterionResult, ...] = field(default=(), converter=to_tuple)
    below_target: float | None = field(default=None, validator=between(0, 1))
    shares: FrozenMap[str, float] = field(factory=FrozenMap, converter=to_map)
    review: Review | None = None
    undefined: Undefined | None = None

    def __attrs_post_init__(self) -> None:
        if self.plausible is not None and not self.plausible.settled:
            object.__setattr__(self, "level", None)

    @property
    def settled(self) -> bool:
        """True if the evidence decides the level or value."""
        if self.plausible is not None:
            return self.plausible.settled and self.undefined is None
        return self.value is not None and self.coverage.complete

    @property
    def applies(self) -> bool:
        """True unless a source found that it does not apply."""
        return self.undefined is None or self.undefined.reason is not UndefinedReason.NOT_APPLICABLE

    @property
    def verified(self) -> bool:
        """True if it is settled by sources able to check.

        A level needs checks of the criteria of its step and all lower steps, and of at least one criterion of the next
        step that fails. A settled score that is not verified is shown as reported.
        """
        if not self.settled:
            return False
        if self.plausible is None or not self.capacity.criteria:
            return 0 < self.coverage.checked == self.coverage.applicable
        level, steps = self.plausible.lowest, {c.id: c.step for c in self.capacity.criteria}
        below = [r for r in self.results if steps[r.target] <= level and r.state is not CriterionState.NOT_APPLICABLE]
        failing = [r for r in self._next_step if r.state in _FAILED]
        return all(r.checked for r in below) and (not self._next_step or any(r.checked for r in failing))

    @property
    def reported(self) -> bool:
        """True if it is settled by reports, but not verified."""
        return self.settled and not self.verified

    @property
    def _next_step(self) -> tuple[CriterionResult, ...]:
        """Applicable results of the first step above the level."""
        if self.plausible is None:
            return ()
        steps = {c.id: c.step for c in self.capacity.criteria if c.step > self.plausible.lowest}
        first = min(steps.values(), default=0)
        inside = [r for r in self.results if steps.get(r.target) == first]
        return tuple(r for r in inside if r.state is not CriterionState.NOT_APPLICABLE)

    @property
    def blocking(self) -> tuple[str, ...]:
        """Criteria of the next step that are not met.

        Partly met and open criteria are included.
        """
        return tuple(r.target for r in self._next_step if r.state is not CriterionState.MET)

    @property
    def possible(self) -> tuple[float, float] | None:
        """Lowest and highest possible level or value, or None."""
        if self.plausible is not None:
            return self.plausible.lowest, self.plausible.highest
        if self.value is None:
            return None
        if self.interval is None or self.coverage.complete:
            return self.value, self.value
        return self.interval.lower, self.interval.upper

    @property
    def target_met(self) -> bool | None:
        """True if the target is reached.

        It is None without a target, and if the evidence leaves it open.
        """
        possible = self.possible
        if self.target is None or possible is None:
            return None
        if possible[0] >= self.target:
            return True
        lacking = self.plausible is not None and bool(self.lacking)
        return False if lacking or possible[1] < self.target else None

    @property
    def deciding(self) -> tuple[str, ...]:
        """Open criteria that decide the plausible range."""
        if self.plausible is None:
            return ()
        states = {result.target: result.state for result in self.results}
        steps = range(self.plausible.lowest + 1, self.plausible.highest + 1)
        return tuple(
            c.id for c in self.capacity.criteria if c.step in steps and states.get(c.id) is CriterionState.OPEN
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings behind the score."""
        return tuple(finding for result in self.results for finding in result.findings)

    @property
    def judgement(self) -> Judgement | None:
        """Levels of several assessors, for a directly judged capacity."""
        return self.results[0].judgement if self.results and not self.capacity.criteria else None

    @property
    def conflicts(self) -> tuple[CriterionResult, ...]:
        """Criteria with disagreeing sources."""
        return tuple(result for result in self.results if result.conflict)

    def explain(self, language: str = "en") -> ScoreExplanation:
        """Return the explanation: rule, steps, and answers with origins.

        Returns:
            A `capbuild.reports.Explanation`; `print` shows it as text.
        """
        explanation: ScoreExplanation = provided("explain")(self, language)
        return explanation

    def __iter__(self) -> Iterator[CriterionResult]:
        return iter(self.results)

    def __str__(self) -> str:
        if self.plausible is not None and self.undefined is None:
            return self._format_level_words()
        if self.value is not None:
            return self._format_value_words()
        if self.undefined is not None:
            return (
                f"{self.undefined}; {self.interval} is possible" if self.interval is not None else str(self.undefined)
            )
        return f"profile of {len(self.capacity.children)}" if self.capacity.children else "not assessed"

    def _format_level_words(self) -> str:
        if self.plausible is None or not self.plausible.settled:
            return f"not verified, {self.plausible}"
        level = self.scale.level(self.plausible.lowest)
        words = str(level).replace(level.code, f"{level.code}*", 1) if self.starred else str(level)
        return words if self.verified else f"{words}, reported"

    def _format_value_words(self) -> str:
        words = f"{self.value:g}"
        if self.counted_as_zero:
            words += f" ({len(self.counted_as_zero)} counted as 0 by the framework's rule)"
        if self.interval is None or self.coverage.complete:
            return words
        return f"{words}, {self.interval} is {'possible' if self.interval.nominal is None else 'likely'}"

    def __repr__(self) -> str:
        return f"Score({self.capacity.id!r}, {str(self)!r}, {self.coverage} answered)"
