"""Scores: levels or values with uncertainty and their inputs."""

from collections.abc import Iterator
from enum import StrEnum

from attrs import field

from capbuild._lazy import provided
from capbuild._typed import model
from capbuild.checks import between, identifier, to_map, to_tuple
from capbuild.display import NotebookDisplay
from capbuild.errors import ModelError
from capbuild.frozen import FrozenMap
from capbuild.model.capacity import Capacity, Scale
from capbuild.model.evidence import Finding, FindingStatus, FindingValue, Interval, Verdict
from capbuild.model.explanation import ScoreExplanation
from capbuild.model.judgement import Judgement
from capbuild.model.recipe import Method, RoundingRule
from capbuild.model.response import Missing
from capbuild.undefined import Undefined, UndefinedReason

__all__ = [
    "Coverage",
    "CriterionResult",
    "CriterionState",
    "PlausibleLevels",
    "Progress",
    "Review",
    "Score",
]


class CriterionState(StrEnum):
    """State of a criterion over all sources.

    `valued` is for directly judged capacities.
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
        state: What the evidence says.
        value: The value that counts; a kind of missing when there is none.
        findings: All findings, in the order of the recipe's trust: the first confirmed one counts.
        used: Place of the finding that counts among `findings`, from 0; None when none does.
        conflict: Whether sources disagree; such a criterion belongs on the next visit's agenda.
        probability: Probability, 0 to 1, that the criterion is met, all evidence of all countries weighed, confirmed or
            not. None where it does not apply, where a capacity is judged directly, or where no model can be fitted.
        judgement: For a capacity judged as a whole by several assessors, or limited by its evidence: what they gave
            and agreed on.
        unsupported: Whether it is not met only because nobody cites the evidence that the framework asks for.
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
        """True if a source claims it without being able to confirm."""
        return any(
            f.status is FindingStatus.CLAIMED and isinstance(f.value, Verdict) and f.value.passes for f in self.findings
        )


@model(kw_only=True)
class PlausibleLevels:
    """Levels that the evidence leaves open.

    Attributes:
        lowest: Lowest level order that may be true, if what is confirmed is true.
        highest: Highest level order that may be true, if what is confirmed is true.
        probabilities: Probability of each level order, all evidence weighed and nothing taken as given: levels outside
            the range have one too, for what is confirmed may be wrong. They sum to 1. Empty where no model can be
            fitted.
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
        """True if only one level is left."""
        return self.lowest == self.highest

    def __contains__(self, order: int) -> bool:
        return self.lowest <= order <= self.highest

    def __str__(self) -> str:
        return f"L{self.lowest}" if self.settled else f"L{self.lowest} to L{self.highest}"


@model(kw_only=True)
class Coverage:
    """Answered and settled share of applicable items.

    Attributes:
        answered: Criteria with a value, claims included.
        settled: Criteria that the evidence decides.
        checked: Criteria that a source able to check them decided.
        applicable: All criteria but those that cannot apply.
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
        """Share answered, 0 to 1; 0 when nothing applies."""
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
    """Progress to the next step, printed as "2 of 3".

    It is never added to the level.

    Attributes:
        met: Criteria of the step that are met.
        applicable: Criteria of the step that apply.
        step: Order of the level they lead to.
    """

    met: int = field(validator=between(0))
    applicable: int = field(validator=between(0))
    step: int = field(validator=between(1))

    def __str__(self) -> str:
        return f"{self.met} of {self.applicable} to L{self.step}"


@model(kw_only=True)
class Review:
    """Manual decision kept beside the computed figure.

    It never replaces it.

    Attributes:
        level: Level order decided on, for staircase frameworks.
        value: Value decided on, for others.
        reason: Why it differs.
        by: Role of who decided.
    """

    level: int | None = field(default=None, validator=between(0))
    value: float | None = None
    reason: str = field(validator=identifier)
    by: str = ""


@model(kw_only=True, repr=False)
class Score(NotebookDisplay):
    """Result of one capacity in one country.

    Staircase frameworks give `level` and `plausible`; points and means give `value`, and an interval where one was
    estimated. A level between two levels does not exist, and neither does a level for want of a visit: where
    the evidence leaves more than one, the score reads "not verified, L1 to L3".

    Attributes:
        capacity: The node of the framework.
        scale: Its scale.
        level: Level order; None where the rule gives no level, and where the evidence leaves more than one.
        plausible: Levels the evidence leaves open.
        claimed: Level order if all claims were true; None when they add nothing.
        starred: Whether a step was passed with a `partly` that the recipe allows.
        value: Value on a numeric scale, rounded as the recipe says.
        exact: The value before rounding.
        interval: Range of what is true: where much is claimed and little confirmed, it may lie above the value.
        method: How the figure was made; None for a staircase that no `partly` passes, or a profile.
        rounding: How `exact` was rounded to `value`.
        inputs: The children's figures it was made from, by id; those without one are left out.
        coverage: How much was answered and settled.
        missing: How many criteria are missing, by kind.
        progress: How far the next step is.
        above: Criteria met above the first step that is not passed.
        counted_as_zero: Ids of criteria, or of capacities below, that have no answer and count as 0 because the
            framework has that rule; `method.rule` cites it.
        target: Level order or value aimed at.
        lacking: Criteria up to the target that are not met, `partly` ones included.
        open: Criteria up to the target that the evidence leaves open.
        results: The criteria with their findings.
        below_target: Probability, 0 to 1, that the target is not reached, where a model has estimated it.
        shares: Share of the uncertainty by its source (`method`, `weights`, `missing`, `disagreement`), each varied
            alone, where estimated; they sum to 1. For a level it is the share of the doubt which level it is.
        review: What a person decided beside it.
        undefined: Why there is no figure, where there is none.
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
        """True if the evidence leaves one level, or decides the value."""
        if self.plausible is not None:
            return self.plausible.settled and self.undefined is None
        return self.value is not None and self.coverage.complete

    @property
    def applies(self) -> bool:
        """True unless it was found not to apply."""
        return self.undefined is None or self.undefined.reason is not UndefinedReason.NOT_APPLICABLE

    @property
    def verified(self) -> bool:
        """True if it is settled by sources able to check.

        A level rests on the criteria of its step and of all steps below, and on one of the next step that fails. What
        is settled and not verified is reported: taken as its sources state it.
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
        """Criteria of the next step that block it.

        Not met, met in part, or open.
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

        None without a target, or if the evidence leaves it open.
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
        """Levels of several assessors and the one agreed on, for a capacity judged as a whole."""
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
        found: ScoreExplanation = provided("explain")(self, language)
        return found

    def __iter__(self) -> Iterator[CriterionResult]:
        return iter(self.results)

    def __str__(self) -> str:
        if self.plausible is not None and self.undefined is None:
            return self._level_words()
        if self.value is not None:
            return self._value_words()
        if self.undefined is not None:
            return (
                f"{self.undefined}; {self.interval} is possible" if self.interval is not None else str(self.undefined)
            )
        return f"profile of {len(self.capacity.children)}" if self.capacity.children else "not assessed"

    def _level_words(self) -> str:
        if self.plausible is None or not self.plausible.settled:
            return f"not verified, {self.plausible}"
        level = self.scale.level(self.plausible.lowest)
        words = str(level).replace(level.code, f"{level.code}*", 1) if self.starred else str(level)
        return words if self.verified else f"{words}, reported"

    def _value_words(self) -> str:
        words = f"{self.value:g}"
        if self.counted_as_zero:
            words += f" ({len(self.counted_as_zero)} counted as 0 by the framework's rule)"
        if self.interval is None or self.coverage.complete:
            return words
        return f"{words}, {self.interval} is {'possible' if self.interval.nominal is None else 'likely'}"

    def __repr__(self) -> str:
        return f"Score({self.capacity.id!r}, {str(self)!r}, {self.coverage} answered)"
