"""Explanations of scores: rule, steps, and answers with origins."""

from collections.abc import Iterator

from attrs import field, frozen

from capbuild.display import counted
from capbuild.model import (
    CriterionResult,
    CriterionState,
    Finding,
    FindingStatus,
    Missing,
    PlausibleLevels,
    Score,
    Verdict,
)
from capbuild.model.explanation import ExplanationStep
from capbuild.scoring.likelihood import likely_level
from capbuild.scoring.worksheets import Cell, to_worksheet

__all__ = ["Explanation", "ExplanationStep", "explain"]

_STATUS = {FindingStatus.CLAIMED: "a claim", FindingStatus.REPORTED: "reported"}
_ABOUT = {
    CriterionState.MET: "met",
    CriterionState.PARTLY: "partly, does not pass",
    CriterionState.NOT_MET: "not met",
    CriterionState.NOT_APPLICABLE: "not applicable, left out",
    CriterionState.VALUED: "valued",
}


@frozen(kw_only=True)
class Explanation:
    """Explanation of a score; `print` shows it as text.

    Attributes:
        title: The capacity and its result.
        rule: The rule in words.
        steps: The steps in order.
        score: What is explained.
        language: Language of the framework's texts.
    """

    title: str
    rule: str
    steps: tuple[ExplanationStep, ...] = ()
    score: Score = field(repr=False)
    language: str = "en"

    def worksheet(self, *, notice: str = "") -> tuple[tuple[Cell, ...], ...]:
        """Return worksheet rows with live formulas for the score.

        Args:
            notice: Stands below the title, such as that answers are invented.
        """
        return to_worksheet(self.score, self.title, self.rule, self.language, notice=notice)

    def __iter__(self) -> Iterator[ExplanationStep]:
        return iter(self.steps)

    def __str__(self) -> str:
        lines = [self.title, self.rule]
        for step in self.steps:
            lines += ["", f"{step.heading}: {step.outcome}", *(f"    {line}" for line in step.lines)]
        return "\n".join(lines)


def _format_value(finding: Finding) -> str:
    value = finding.value
    word = value.value if isinstance(value, Verdict | Missing) else f"{value:g}"
    if finding.interval is not None:
        probability = " say it is met" if isinstance(value, Verdict) else ""
        word += f" ({finding.interval}{probability})"
    return f"{word} via {finding.route.value}" if finding.route is not None else word


def _finding_line(finding: Finding, counts: bool, judged: bool) -> str:
    claim = f", {_STATUS[finding.status]}" if finding.status in _STATUS else ""
    date = f", {finding.as_of.isoformat()}" if finding.as_of else ""
    place = f", {finding.origin}" if finding.origin is not None else ""
    raw = f' (written "{finding.raw}")' if finding.raw else ""
    since = _describe_earlier(finding)
    mark = "counts: " if counts else "kept:   "
    who = _assessor(finding) if judged else finding.source
    return f"{mark}{_format_value(finding)}{raw}, {who}, {finding.basis.value}{claim}{date}{since}{place}"


def _assessor(finding: Finding) -> str:
    """Source of a judged level, with who judged, how surely and on what evidence."""
    named = finding.respondent is not None and finding.source.partition("#")[0] not in finding.respondent
    who = " by consensus" if finding.consensus else f" ({finding.respondent})" if named else ""
    sure = f", confidence {finding.confidence} of 3" if finding.confidence is not None else ""
    cited = f", evidence {' '.join(finding.evidence)}" if finding.evidence else ""
    return f"{finding.source}{who}{sure}{cited}"


def _describe_earlier(finding: Finding) -> str:
    earlier = finding.carried_over
    if earlier is None:
        return ""
    when = earlier.round if earlier.date is None else earlier.date.isoformat()
    moved = "" if earlier.question == finding.target else f" ({earlier.question} of {earlier.framework})"
    return f", carried over from {when}{moved}"


def _criterion_outcome(result: CriterionResult, *, judged: bool = False) -> str:
    if result.unsupported:
        verdict = result.value.value if isinstance(result.value, Verdict) else result.value
        return f"{verdict}, without the evidence that the framework asks for: does not count"
    if result.state is CriterionState.VALUED:
        return f"{result.value:g}" if isinstance(result.value, int | float) else str(result.value)
    if result.state is CriterionState.OPEN:
        reasons = "claimed" if result.claimed else str(getattr(result.value, "value", result.value))
        left = "every level is plausible" if judged else "both yes and no are plausible"
        text = f"open ({reasons}): {left}"
    else:
        text = _ABOUT[result.state]
    return f"{text}; sources disagree" if result.conflict else text


def _finding_lines(result: CriterionResult, judged: bool = False) -> list[str]:
    return [_finding_line(finding, place == result.used, judged) for place, finding in enumerate(result.findings)]


def _criterion_lines(score: Score, language: str) -> Iterator[ExplanationStep]:
    results = {result.target: result for result in score.results}
    for criterion in score.capacity.criteria:
        result = results[criterion.id]
        heading = f"L{criterion.step}  {criterion.id} {criterion.text.get(language)}"
        yield ExplanationStep(heading=heading, outcome=_criterion_outcome(result), lines=_finding_lines(result))


def _staircase_rule(score: Score) -> str:
    plausible = score.plausible
    assert plausible is not None  # noqa: S101 - the caller has looked
    confirmed = f"What is settled reaches L{plausible.lowest}"
    if plausible.settled:
        end = "; the evidence leaves no other level."
    else:
        end = f"; if every open criterion were met it would be L{plausible.highest}."
    partly = score.method is not None and score.method.partly_at_top
    return (
        "Staircase: a level is reached when every applicable criterion of its step and of all steps below is met"
        + ("; those of its own step may be met in part. " if partly else ". ")
        + confirmed
        + end
        + _blocking_criteria(score)
    )


def _blocking_criteria(score: Score) -> str:
    """Criteria that block a higher level, and those already met above."""
    text = ""
    if score.blocking:
        text += f" The next step waits for {', '.join(score.blocking)}."
    if score.above:
        count = len(score.above)
        text += (
            f" Already met above it: {', '.join(score.above)} ({count} {'criterion' if count == 1 else 'criteria'})."
        )
    if score.reported:
        text += " The level is reported: no source able to check everything that decides it did."
    return text


def _points_rule(score: Score) -> str:
    rule = f"Points: the share of the points settled that are met; {score.coverage} criteria answered."
    return rule + _counted_as_zero(score) + _uncertainty(score)


def _describe_judgement(score: Score) -> str:
    """What several assessors gave and agreed on, and what their evidence allows."""
    found = score.judgement
    if found is None:
        return ""
    text = ""
    if found.assessors:
        given = _level(score, found.lowest)
        given += f" to {_level(score, found.highest)}" if found.spread else ""
        text += f" {counted(found.assessors, 'assessor')} gave {given}."
    if found.agreed is not None:
        text += f" {_level(score, found.agreed)} by {'recorded consensus' if found.consensus else found.rule}."
    else:
        text += " No consensus is recorded: the level stays open."
    if found.evidence_limit is not None:
        limit = _level(score, found.evidence_limit)
        text += f" The framework asks for evidence, and none is cited for a level above {limit}: no higher one counts."
    return text


def _level(score: Score, value: float) -> str:
    """Code of a level, or a value."""
    return score.scale.level(int(value)).code if value in score.scale.orders else f"{value:g}"


def _counted_as_zero(score: Score) -> str:
    """Criteria counted as 0 without an answer, and the rule for it."""
    if not score.counted_as_zero:
        return ""
    cited = f" ({score.method.rule})" if score.method is not None and score.method.rule else ""
    return f" Counted as 0 by the framework's rule{cited}: {', '.join(score.counted_as_zero)}."


def _level_rule(score: Score, plausible: PlausibleLevels) -> str:
    """Rule of a parent that has a level."""
    if score.method is not None and score.method.name == "cumulative":
        rule = (
            "Cumulative: a level is reached when every applicable criterion of its step and of all steps below is met"
        )
        rule += f", in all nodes below it. What is settled reaches L{plausible.lowest}."
        if score.progress is not None:
            rule += f" Met of the next step: {score.progress}."
    else:
        parts = ", ".join(f"{name} L{level:g}" for name, level in score.inputs.items())
        rule = f"Lowest level of the nodes below it: {parts or 'none is settled'}."
    if not plausible.settled:
        rule += f" L{plausible.lowest} to L{plausible.highest} are possible."
    return rule + f" {score.coverage} answered." + _uncertainty(score)


def _parent_rule(score: Score) -> str:
    if score.plausible is not None:
        return _level_rule(score, score.plausible)
    parts = [
        f"{child.id} ({score.inputs[child.id]:g} x {child.weight:g})" if child.id in score.inputs else child.id
        for child in score.capacity.children
    ]
    rule = f"Made from {', '.join(parts)}; {score.coverage} answered."
    if score.method is not None and score.exact is not None:
        rule = f"Method {score.method}. " + rule
    if score.exact is not None and score.exact != score.value:
        rule += f" Exactly {score.exact:g}, rounded to {score.value:g}."
    return rule + _counted_as_zero(score) + _uncertainty(score)


def _uncertainty(score: Score) -> str:
    """Uncertainty of the figure in words."""
    text = ""
    if score.plausible is not None and likely_level(score.plausible) is not None:
        odds = ", ".join(f"L{order} {share:.0%}" for order, share in score.plausible.probabilities.items())
        text += f" How likely each level is, all evidence weighed: {odds}."
    if score.interval is not None and score.interval.nominal is not None:
        low, high = score.interval.lower, score.interval.upper
        text += f" The true figure lies between {low:.3g} and {high:.3g} with probability {score.interval.nominal:.0%}."
    elif score.interval is not None:
        low, high = score.interval.lower, score.interval.upper
        text += f" Range of assumptions: {low:.3g} to {high:.3g}; no probability is promised."
    if score.below_target is not None:
        text += f" Probability that the target is missed: {score.below_target:.0%}."
    if score.shares:
        text += " What makes it unsure: " + ", ".join(f"{k} {v:.0%}" for k, v in score.shares.items()) + "."
    return text


def explain(score: Score, language: str = "en") -> Explanation:
    """Return the explanation of a score.

    Args:
        score: The score.
        language: Language of the framework's texts; the explanation itself is in English.
    """
    title = f"{score.capacity.id} {score.capacity.title.get(language)}: {score}"
    if score.capacity.children:
        rule, steps = _parent_rule(score), []
    elif score.capacity.criteria:
        steps = list(_criterion_lines(score, language))
        rule = _points_rule(score) if score.plausible is None else _staircase_rule(score) + _uncertainty(score)
    else:
        rule = (
            "Judged as a whole by its sources."
            + _describe_judgement(score)
            + _counted_as_zero(score)
            + _uncertainty(score)
        )
        steps = [
            ExplanationStep(
                heading=score.capacity.id,
                outcome=_criterion_outcome(result, judged=True),
                lines=_finding_lines(result, True),
            )
            for result in score.results
        ]
    return Explanation(title=title, rule=rule, steps=tuple(steps), score=score, language=language)
