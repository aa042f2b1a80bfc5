"""How a score came about: the rule in words, each step's numbers, and the answers with their origins."""

from collections.abc import Iterator

from attrs import field, frozen

from capbuild.model import CriterionResult, CriterionState, Finding, Missing, Score, Verdict
from capbuild.model._checks import to_tuple

__all__ = ["Explanation", "ExplanationStep", "explain"]

_ABOUT = {
    CriterionState.MET: "met",
    CriterionState.PARTLY: "partly, does not pass",
    CriterionState.NOT_MET: "not met",
    CriterionState.NOT_APPLICABLE: "not applicable, left out",
    CriterionState.VALUED: "valued",
}


@frozen(kw_only=True)
class ExplanationStep:
    """One step of a rule, or one criterion of it.

    Attributes:
        heading: What is decided.
        outcome: How it was decided.
        lines: Findings behind it, the one that counts first.
    """

    heading: str
    outcome: str
    lines: tuple[str, ...] = field(default=(), converter=to_tuple)


@frozen(kw_only=True)
class Explanation:
    """Why a score is what it is; `print` shows it as text.

    Attributes:
        title: The capacity and its result.
        rule: The rule in words.
        steps: The steps in order.
    """

    title: str
    rule: str
    steps: tuple[ExplanationStep, ...] = field(default=(), converter=to_tuple)

    def __iter__(self) -> Iterator[ExplanationStep]:
        return iter(self.steps)

    def __str__(self) -> str:
        lines = [self.title, self.rule]
        for step in self.steps:
            lines += ["", f"{step.heading}: {step.outcome}", *(f"    {line}" for line in step.lines)]
        return "\n".join(lines)


def _value(finding: Finding) -> str:
    value = finding.value
    word = value.value if isinstance(value, Verdict | Missing) else f"{value:g}"
    return f"{word} via {finding.route.value}" if finding.route is not None else word


def _line(finding: Finding, counts: bool) -> str:
    claim = ", a claim" if finding.status.value == "claimed" else ""
    date = f", {finding.as_of.isoformat()}" if finding.as_of else ""
    place = f", {finding.origin}" if finding.origin is not None else ""
    raw = f' (written "{finding.raw}")' if finding.raw else ""
    mark = "counts: " if counts else "kept:   "
    return f"{mark}{_value(finding)}{raw}, {finding.source}, {finding.basis.value}{claim}{date}{place}"


def _outcome(result: CriterionResult) -> str:
    if result.state is CriterionState.VALUED:
        return f"{result.value:g}" if isinstance(result.value, int | float) else str(result.value)
    if result.state is CriterionState.OPEN:
        told = "claimed" if result.claimed else str(getattr(result.value, "value", result.value))
        text = f"open ({told}): both yes and no are plausible"
    else:
        text = _ABOUT[result.state]
    return f"{text}; sources disagree" if result.conflict else text


def _findings(result: CriterionResult) -> list[str]:
    return [_line(finding, place == result.used) for place, finding in enumerate(result.findings)]


def _criteria(score: Score, language: str) -> Iterator[ExplanationStep]:
    results = {result.target: result for result in score.results}
    for criterion in score.capacity.criteria:
        result = results[criterion.id]
        heading = f"L{criterion.step}  {criterion.id} {criterion.text.get(language)}"
        yield ExplanationStep(heading=heading, outcome=_outcome(result), lines=_findings(result))


def _staircase_rule(score: Score) -> str:
    plausible = score.plausible
    assert plausible is not None  # noqa: S101 - the caller has looked
    confirmed = f"Confirmed findings alone reach L{plausible.lowest}"
    if plausible.settled:
        end = "; the evidence leaves no other level."
    else:
        end = f"; if every open criterion were met it would be L{plausible.highest}."
    return (
        "Staircase: a level is reached when every applicable criterion of its step and of all steps below is met. "
        + confirmed
        + end
    )


def explain(score: Score, language: str = "en") -> Explanation:
    """Return how a score came about.

    Args:
        score: The score.
        language: Language of the framework's texts; the explanation itself is in English.
    """
    title = f"{score.capacity.id} {score.capacity.title.get(language)}: {score}"
    if score.plausible is not None and score.capacity.criteria:
        return Explanation(title=title, rule=_staircase_rule(score), steps=_criteria(score, language))
    if score.capacity.criteria:
        rule = f"Points: the share of points that are met; {score.coverage} criteria answered."
        return Explanation(title=title, rule=rule, steps=_criteria(score, language))
    if score.capacity.children:
        names = ", ".join(child.id for child in score.capacity.children)
        rule = f"Made from {names}; {score.coverage} answered."
        if score.exact is not None and score.exact != score.value:
            rule += f" Exactly {score.exact:g}, rounded to {score.value:g}."
        return Explanation(title=title, rule=rule)
    steps = [
        ExplanationStep(heading=score.capacity.id, outcome=_outcome(result), lines=_findings(result))
        for result in score.results
    ]
    return Explanation(title=title, rule="Judged as a whole by its sources.", steps=steps)
