"""Explanations of scores: rule, steps, and answers with origins."""

from collections.abc import Iterable, Iterator

from attrs import field, frozen

from capbuild.display import TextDisplay
from capbuild.model import (
    CriterionResult,
    CriterionState,
    Finding,
    FindingStatus,
    FindingValue,
    Method,
    Missing,
    PlausibleLevels,
    Score,
    Verdict,
)
from capbuild.model.score import ExplanationStep
from capbuild.reports.i18n import Translator, get_translator
from capbuild.reports.score_text import ResultFormatter
from capbuild.scoring.likelihood import likely_level
from capbuild.scoring.worksheets import Cell, to_worksheet

__all__ = ["Explanation", "ExplanationStep", "explain"]


@frozen(kw_only=True, repr=False)
class Explanation(TextDisplay):
    """Explanation of a score; `print` shows it as text.

    Attributes:
        title: The capacity and its result.
        rule: The rule in words.
        steps: The steps in order.
        score: Explained score.
        language: Its language.
    """

    title: str
    rule: str
    steps: tuple[ExplanationStep, ...] = ()
    score: Score = field(repr=False)
    language: str = "en"

    def worksheet(self, *, notice: str = "") -> tuple[tuple[Cell, ...], ...]:
        """Return worksheet rows with live formulas for the score.

        Args:
            notice: Text below the title, such as that answers are invented.
        """
        return to_worksheet(self.score, self.title, self.rule, self.language, notice=notice)

    def __iter__(self) -> Iterator[ExplanationStep]:
        return iter(self.steps)

    def __str__(self) -> str:
        lines = [self.title, self.rule]
        for step in self.steps:
            lines += ["", f"{step.heading}: {step.outcome}", *(f"    {line}" for line in step.lines)]
        return "\n".join(lines)


@frozen
class _Writer:
    """Writer of the explanation of a score.

    Attributes:
        score: Score to explain.
        language: Language of the framework's texts.
        say: Translator; English is used for messages that it lacks.
    """

    score: Score
    language: str
    say: Translator

    def write(self) -> Explanation:
        """Return the explanation."""
        score = self.score
        if score.capacity.children:
            rule, steps = self._parent_rule(), list[ExplanationStep]()
        elif score.capacity.criteria:
            rule = self._points_rule() if score.plausible is None else self._staircase_rule(score.plausible)
            steps = list(self._criterion_steps())
        else:
            rule = self._join([self.say("explain.judged"), *self._judgement(), self._zero(), *self._uncertainty()])
            steps = [
                ExplanationStep(
                    heading=score.capacity.id,
                    outcome=self._outcome(result, judged=True),
                    lines=self._finding_lines(result, judged=True),
                )
                for result in score.results
            ]
        result = ResultFormatter(say=self.say).result(score)
        name = self.say("label", text=f"{score.capacity.id} {score.capacity.title.get(self.language)}")
        title = f"{name} {result}"
        return Explanation(title=title, rule=rule, steps=tuple(steps), score=score, language=self.language)

    def _join(self, sentences: Iterable[str]) -> str:
        return " ".join(filter(None, sentences))

    def _level(self, value: float) -> str:
        """Return the code of a level, or a value."""
        scale = self.score.scale
        return scale.level(int(value)).code if value in scale.orders else self.say.number(value)

    # --- rules -------------------------------------------------------------------------------------------------------

    def _staircase_rule(self, plausible: PlausibleLevels) -> str:
        score = self.score
        partly = score.method is not None and score.method.partly_at_top
        low, high = self._level(plausible.lowest), self._level(plausible.highest)
        key = "explain.settled" if plausible.settled else "explain.open"
        sentences = [
            self.say("explain.staircase.partly" if partly else "explain.staircase"),
            self.say(key, level=low, highest=high),
        ]
        if score.blocking:
            sentences.append(self.say("explain.blocking", names=", ".join(score.blocking)))
        if score.above:
            sentences.append(self.say("explain.above", count=len(score.above), names=", ".join(score.above)))
        if score.reported:
            sentences.append(self.say("explain.reported"))
        return self._join([*sentences, *self._uncertainty()])

    def _points_rule(self) -> str:
        coverage = self.score.coverage
        rule = self.say("explain.points", answered=coverage.answered, applicable=coverage.applicable)
        return self._join([rule, self._zero(), *self._uncertainty()])

    def _parent_rule(self) -> str:
        score, say = self.score, self.say
        if score.plausible is not None:
            return self._join([*self._level_rule(score.plausible), self._answered(), *self._uncertainty()])
        parts = [
            f"{child.id} ({say.number(score.inputs[child.id])} × {say.number(child.weight)})"
            if child.id in score.inputs
            else child.id
            for child in score.capacity.children
        ]
        method = (
            [say("explain.method", method=self._method(score.method))]
            if score.method and score.exact is not None
            else []
        )
        exact = []
        if score.exact is not None and score.value is not None and score.exact != score.value:
            exact = [say("explain.exact", exact=say.number(score.exact), value=say.number(score.value))]
        made = say("explain.made", parts=", ".join(parts))
        return self._join([*method, made, self._answered(), *exact, self._zero(), *self._uncertainty()])

    def _method(self, method: Method) -> str:
        """Return the rule of a method, with its settings.

        A method without a text in reports has its name instead.
        """
        rule = f"rule.{method.name}"
        return str(method).replace(method.name, self.say(rule), 1) if rule in self.say.messages else str(method)

    def _answered(self) -> str:
        answered, applicable = self.score.coverage.answered, self.score.coverage.applicable
        return self.say("explain.answered", count=answered, answered=answered, applicable=applicable)

    def _level_rule(self, plausible: PlausibleLevels) -> Iterator[str]:
        """Yield the rule of a parent that has a level."""
        score, say = self.score, self.say
        low, high = self._level(plausible.lowest), self._level(plausible.highest)
        if score.method is not None and score.method.name == "cumulative":
            yield say("explain.cumulative", level=low)
            if score.progress is not None:
                level = self._level(score.progress.step)
                yield say("explain.progress", met=score.progress.met, applicable=score.progress.applicable, level=level)
        else:
            parts = ", ".join(f"{name} {self._level(level)}" for name, level in score.inputs.items())
            yield say("explain.lowest", parts=parts or say("explain.none_settled"))
        if not plausible.settled:
            yield say("explain.possible", low=low, high=high)

    def _judgement(self) -> Iterator[str]:
        """Yield the judgements of a score."""
        judgement, say = self.score.judgement, self.say
        if judgement is None:
            return
        if judgement.assessors:
            low, high = self._level(judgement.lowest), self._level(judgement.highest)
            given = say("explain.range", low=low, high=high) if judgement.spread else low
            yield say("explain.judgements", count=judgement.assessors, given=given)
        if judgement.agreed is None or not self.score.settled:
            yield say("explain.no_consensus")
        else:
            key = "recorded" if judgement.consensus else judgement.rule.replace(" ", "_")
            yield say("explain.agreed", level=self._level(judgement.agreed), rule=say(f"explain.by.{key}"))
        if judgement.evidence_limit is not None:
            yield say("explain.evidence", level=self._level(judgement.evidence_limit))

    def _zero(self) -> str:
        """Return the criteria counted as 0 without an answer."""
        score = self.score
        if not score.counted_as_zero:
            return ""
        names = ", ".join(score.counted_as_zero)
        if score.method is not None and score.method.rule:
            return self.say("explain.zero.cited", names=names, rule=score.method.rule)
        return self.say("explain.zero", names=names)

    def _uncertainty(self) -> Iterator[str]:
        """Yield the uncertainty of the figure in words."""
        score, say = self.score, self.say
        if score.plausible is not None and likely_level(score.plausible) is not None:
            shares = score.plausible.probabilities.items()
            yield say("explain.odds", odds=", ".join(f"{self._level(n)} {say.percent(share)}" for n, share in shares))
        if score.interval is not None:
            low, high = (say.number(float(f"{end:.3g}")) for end in (score.interval.lower, score.interval.upper))
            if score.interval.nominal is None:
                yield say("explain.assumed", low=low, high=high)
            else:
                yield say("explain.interval", low=low, high=high, share=say.percent(score.interval.nominal))
        if score.below_target is not None:
            yield say("explain.missed", share=say.percent(score.below_target))
        if score.shares:
            named = (f"{say(f'doubt.{name}')} {say.percent(share)}" for name, share in score.shares.items())
            yield say("explain.unsure", shares=", ".join(named))

    # --- steps -------------------------------------------------------------------------------------------------------

    def _criterion_steps(self) -> Iterator[ExplanationStep]:
        results = {result.target: result for result in self.score.results}
        for criterion in self.score.capacity.criteria:
            result = results[criterion.id]
            heading = f"L{criterion.step}  {criterion.id} {criterion.text.get(self.language)}"
            yield ExplanationStep(heading=heading, outcome=self._outcome(result), lines=self._finding_lines(result))

    def _outcome(self, result: CriterionResult, *, judged: bool = False) -> str:
        say = self.say
        if result.unsupported:
            return say("explain.unsupported", value=self._word(result.value))
        if result.state is CriterionState.VALUED:
            return self._word(result.value)
        if result.state is CriterionState.OPEN:
            reason = say("answer.claimed") if result.claimed else self._word(result.value)
            text = say("explain.open.judged" if judged else "explain.open.criterion", reason=reason)
        else:
            text = say(f"explain.state.{result.state.name.lower()}")
        return say("explain.conflict", text=text) if result.conflict else text

    def _word(self, value: FindingValue | None) -> str:
        if isinstance(value, Verdict | Missing):
            return self.say(f"answer.{value.name.lower()}")
        return "" if value is None else self.say.number(value)

    def _finding_lines(self, result: CriterionResult, *, judged: bool = False) -> list[str]:
        return [self._finding_line(one, place == result.used, judged) for place, one in enumerate(result.findings)]

    def _finding_line(self, finding: Finding, counts: bool, judged: bool) -> str:
        """Return a source's answer with its date and cell."""
        say = self.say
        marks = [say("explain.counts"), say("explain.kept")]
        mark = marks[not counts].ljust(max(map(len, marks)))
        raw = f" ({say('explain.written', text=finding.raw)})" if finding.raw else ""
        said = [f"{self._value(finding)}{raw}", *(self._assessor(finding) if judged else [finding.source])]
        said.append(say(f"basis.{finding.basis.name.lower()}"))
        if finding.status in (FindingStatus.CLAIMED, FindingStatus.REPORTED):
            said.append(say(f"explain.status.{finding.status.name.lower()}"))
        said += [finding.as_of.isoformat()] if finding.as_of else []
        said += self._earlier(finding)
        said += [str(finding.origin)] if finding.origin is not None else []
        return f"{mark} {', '.join(said)}"

    def _value(self, finding: Finding) -> str:
        word = self._word(finding.value)
        if finding.interval is not None:
            met = isinstance(finding.value, Verdict)
            shown = str(finding.interval)
            word += f" ({self.say('explain.interval.met', interval=shown) if met else shown})"
        if finding.route is not None:
            word = self.say("explain.route", value=word, route=self.say(f"route.{finding.route.name.lower()}"))
        return word

    def _assessor(self, finding: Finding) -> Iterator[str]:
        """Yield the source of a judged level.

        The text says who judged, how surely and on what evidence.
        """
        named = finding.respondent is not None and finding.source.partition("#")[0] not in finding.respondent
        who = f" {self.say('explain.consensus')}" if finding.consensus else f" ({finding.respondent})" if named else ""
        yield f"{finding.source}{who}"
        if finding.confidence is not None:
            yield self.say("explain.confidence", confidence=finding.confidence)
        if finding.evidence:
            yield self.say("explain.cited", names=" ".join(finding.evidence))

    def _earlier(self, finding: Finding) -> Iterator[str]:
        earlier = finding.carried_over
        if earlier is None:
            return
        when = earlier.round if earlier.date is None else earlier.date.isoformat()
        moved = (
            ""
            if earlier.question == finding.target
            else self.say("explain.moved", question=earlier.question, framework=earlier.framework)
        )
        moved = f" ({moved})" if moved else ""
        yield self.say("explain.carried_over", when=f"{when}{moved}")


def explain(score: Score, language: str = "en") -> Explanation:
    """Return the explanation of a score.

    Args:
        score: The score.
        language: Its language, and that of the framework's texts; English if reports have no words in it.
    """
    return _Writer(score, language, get_translator(language)).write()
