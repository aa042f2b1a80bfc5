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
        t: Translator; English is used for messages that it lacks.
    """

    score: Score
    language: str
    t: Translator

    def write(self) -> Explanation:
        """Return the explanation."""
        score = self.score
        if score.capacity.children:
            rule, steps = self._parent_rule(), list[ExplanationStep]()
        elif score.capacity.criteria:
            rule = self._points_rule() if score.plausible is None else self._staircase_rule(score.plausible)
            steps = list(self._criterion_steps())
        else:
            rule = self._join([self.t("explain.judged"), *self._judgement(), self._zero(), *self._uncertainty()])
            steps = [
                ExplanationStep(
                    heading=score.capacity.id,
                    outcome=self._outcome(result, judged=True),
                    lines=self._finding_lines(result, judged=True),
                )
                for result in score.results
            ]
        result = ResultFormatter(t=self.t).result(score)
        name = self.t("label", text=f"{score.capacity.id} {score.capacity.title.get(self.language)}")
        title = f"{name} {result}"
        return Explanation(title=title, rule=rule, steps=tuple(steps), score=score, language=self.language)

    def _join(self, sentences: Iterable[str]) -> str:
        return " ".join(filter(None, sentences))

    def _level(self, value: float) -> str:
        """Return the code of a level, or a value."""
        return ResultFormatter(t=self.t).code(self.score.scale, value)

    # --- rules -------------------------------------------------------------------------------------------------------

    def _staircase_rule(self, plausible: PlausibleLevels) -> str:
        score = self.score
        partly = score.method is not None and score.method.partly_at_top
        low, high = self._level(plausible.lowest), self._level(plausible.highest)
        key = "explain.settled" if plausible.settled else "explain.open"
        sentences = [
            self.t("explain.staircase.partly" if partly else "explain.staircase"),
            self.t(key, level=low, highest=high),
        ]
        if score.blocking:
            sentences.append(self.t("explain.blocking", names=", ".join(score.blocking)))
        if score.above:
            sentences.append(self.t("explain.above", count=len(score.above), names=", ".join(score.above)))
        if score.reported:
            sentences.append(self.t("explain.reported"))
        return self._join([*sentences, *self._uncertainty()])

    def _points_rule(self) -> str:
        coverage = self.score.coverage
        rule = self.t("explain.points", answered=coverage.answered, applicable=coverage.applicable)
        return self._join([rule, self._zero(), *self._uncertainty()])

    def _parent_rule(self) -> str:
        score, t = self.score, self.t
        if score.plausible is not None:
            return self._join([*self._level_rule(score.plausible), self._answered(), *self._uncertainty()])
        parts = [
            f"{child.id} ({t.number(score.inputs[child.id])} × {t.number(child.weight)})"
            if child.id in score.inputs
            else child.id
            for child in score.capacity.children
        ]
        method = (
            [t("explain.method", method=self._method(score.method))] if score.method and score.exact is not None else []
        )
        exact = []
        if score.exact is not None and score.value is not None and score.exact != score.value:
            exact = [t("explain.exact", exact=t.number(score.exact), value=t.number(score.value))]
        method_text = t("explain.made", parts=", ".join(parts))
        return self._join([*method, method_text, self._answered(), *exact, self._zero(), *self._uncertainty()])

    def _method(self, method: Method) -> str:
        """Return the rule of a method, with its settings.

        A method without a text in the catalogue is printed by name.
        """
        rule = f"rule.{method.name}"
        return str(method).replace(method.name, self.t(rule), 1) if rule in self.t.messages else str(method)

    def _answered(self) -> str:
        answered, applicable = self.score.coverage.answered, self.score.coverage.applicable
        return self.t("explain.answered", count=answered, answered=answered, applicable=applicable)

    def _level_rule(self, plausible: PlausibleLevels) -> Iterator[str]:
        """Yield the rule of a parent that has a level."""
        score, t = self.score, self.t
        low, high = self._level(plausible.lowest), self._level(plausible.highest)
        if score.method is not None and score.method.name == "cumulative":
            yield t("explain.cumulative", level=low)
            if score.progress is not None:
                level = self._level(score.progress.step)
                yield t("explain.progress", met=score.progress.met, applicable=score.progress.applicable, level=level)
        else:
            parts = ", ".join(f"{name} {self._level(level)}" for name, level in score.inputs.items())
            yield t("explain.lowest", parts=parts or t("explain.none_settled"))
        if not plausible.settled:
            yield t("explain.possible", low=low, high=high)

    def _judgement(self) -> Iterator[str]:
        """Yield the judgements of a score."""
        judgement, t = self.score.judgement, self.t
        if judgement is None:
            return
        if judgement.assessors:
            low, high = self._level(judgement.lowest), self._level(judgement.highest)
            given = t("explain.range", low=low, high=high) if judgement.spread else low
            yield t("explain.judgements", count=judgement.assessors, given=given)
        if judgement.agreed is None or not self.score.settled:
            yield t("explain.no_consensus")
        else:
            key = "recorded" if judgement.consensus else judgement.rule.replace(" ", "_")
            yield t("explain.agreed", level=self._level(judgement.agreed), rule=t(f"explain.by.{key}"))
        if judgement.evidence_limit is not None:
            yield t("explain.evidence", level=self._level(judgement.evidence_limit))

    def _zero(self) -> str:
        """Return the criteria counted as 0 without an answer."""
        score = self.score
        if not score.counted_as_zero:
            return ""
        names = ", ".join(score.counted_as_zero)
        if score.method is not None and score.method.rule:
            return self.t("explain.zero.cited", names=names, rule=score.method.rule)
        return self.t("explain.zero", names=names)

    def _uncertainty(self) -> Iterator[str]:
        """Yield the uncertainty of the figure in words."""
        score, t = self.score, self.t
        if score.plausible is not None and likely_level(score.plausible) is not None:
            shares = score.plausible.probabilities.items()
            yield t("explain.odds", odds=", ".join(f"{self._level(n)} {t.percent(share)}" for n, share in shares))
        if score.interval is not None:
            low, high = (t.number(float(f"{end:.3g}")) for end in (score.interval.lower, score.interval.upper))
            if score.interval.nominal is None:
                yield t("explain.assumed", low=low, high=high)
            else:
                yield t("explain.interval", low=low, high=high, share=t.percent(score.interval.nominal))
        if score.below_target is not None:
            yield t("explain.missed", share=t.percent(score.below_target))
        if score.shares:
            named = (f"{t(f'doubt.{name}')} {t.percent(share)}" for name, share in score.shares.items())
            yield t("explain.unsure", shares=", ".join(named))

    # --- steps -------------------------------------------------------------------------------------------------------

    def _criterion_steps(self) -> Iterator[ExplanationStep]:
        results = {result.target: result for result in self.score.results}
        for criterion in self.score.capacity.criteria:
            result = results[criterion.id]
            heading = f"L{criterion.step}  {criterion.id} {criterion.text.get(self.language)}"
            yield ExplanationStep(heading=heading, outcome=self._outcome(result), lines=self._finding_lines(result))

    def _outcome(self, result: CriterionResult, *, judged: bool = False) -> str:
        t = self.t
        if result.unsupported:
            return t("explain.unsupported", value=self._word(result.value))
        if result.state is CriterionState.VALUED:
            return self._word(result.value)
        if result.state is CriterionState.OPEN:
            reason = t("answer.claimed") if result.claimed else self._word(result.value)
            text = t("explain.open.judged" if judged else "explain.open.criterion", reason=reason)
        else:
            text = t(f"explain.state.{result.state.name.lower()}")
        return t("explain.conflict", text=text) if result.conflict else text

    def _word(self, value: FindingValue | None) -> str:
        if isinstance(value, Verdict | Missing):
            return self.t(f"answer.{value.name.lower()}")
        return "" if value is None else self.t.number(value)

    def _finding_lines(self, result: CriterionResult, *, judged: bool = False) -> list[str]:
        return [
            self._finding_line(finding, counts=position == result.used, judged=judged)
            for position, finding in enumerate(result.findings)
        ]

    def _finding_line(self, finding: Finding, *, counts: bool, judged: bool) -> str:
        """Return a source's answer with its date and cell."""
        t = self.t
        marks = [t("explain.counts"), t("explain.kept")]
        mark = marks[not counts].ljust(max(map(len, marks)))
        raw = f" ({t('explain.written', text=finding.raw)})" if finding.raw else ""
        parts = [f"{self._value(finding)}{raw}", *(self._assessor(finding) if judged else [finding.source])]
        parts.append(t(f"basis.{finding.basis.name.lower()}"))
        if finding.status in (FindingStatus.CLAIMED, FindingStatus.REPORTED):
            parts.append(t(f"explain.status.{finding.status.name.lower()}"))
        parts += [finding.as_of.isoformat()] if finding.as_of else []
        parts += self._earlier(finding)
        parts += [str(finding.origin)] if finding.origin is not None else []
        return f"{mark} {', '.join(parts)}"

    def _value(self, finding: Finding) -> str:
        word = self._word(finding.value)
        if finding.interval is not None:
            met = isinstance(finding.value, Verdict)
            shown = str(finding.interval)
            word += f" ({self.t('explain.interval.met', interval=shown) if met else shown})"
        if finding.route is not None:
            word = self.t("explain.route", value=word, route=self.t(f"route.{finding.route.name.lower()}"))
        return word

    def _assessor(self, finding: Finding) -> Iterator[str]:
        """Yield who judged a level, how surely, on which evidence."""
        named = finding.respondent is not None and finding.source.partition("#")[0] not in finding.respondent
        who = f" {self.t('explain.consensus')}" if finding.consensus else f" ({finding.respondent})" if named else ""
        yield f"{finding.source}{who}"
        if finding.confidence is not None:
            yield self.t("explain.confidence", confidence=finding.confidence)
        if finding.evidence:
            yield self.t("explain.cited", names=" ".join(finding.evidence))

    def _earlier(self, finding: Finding) -> Iterator[str]:
        earlier = finding.carried_over
        if earlier is None:
            return
        when = earlier.round if earlier.date is None else earlier.date.isoformat()
        moved = (
            ""
            if earlier.question == finding.target
            else self.t("explain.moved", question=earlier.question, framework=earlier.framework)
        )
        moved = f" ({moved})" if moved else ""
        yield self.t("explain.carried_over", when=f"{when}{moved}")


def explain(score: Score, language: str = "en") -> Explanation:
    """Return the explanation of a score.

    Args:
        score: The score.
        language: Its language, and that of the framework's texts; English if reports have no words in it.
    """
    return _Writer(score, language, get_translator(language)).write()
