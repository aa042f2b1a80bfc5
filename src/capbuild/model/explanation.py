"""Explanations of scores, as returned by `score.explain()`."""

from collections.abc import Iterator
from typing import Protocol

from attrs import field, frozen

from capbuild.checks import to_tuple


@frozen(kw_only=True)
class ExplanationStep:
    """One step of a rule, or one of its criteria.

    Attributes:
        heading: Question of the step.
        outcome: Result of the step.
        lines: Findings behind it, the one that counts first.
    """

    heading: str
    outcome: str
    lines: tuple[str, ...] = field(default=(), converter=to_tuple)


class ScoreExplanation(Protocol):
    """Interface of `capbuild.reports.Explanation`; `print` shows it as text."""

    @property
    def title(self) -> str:
        """The capacity and its result."""

    @property
    def rule(self) -> str:
        """The rule as text."""

    @property
    def steps(self) -> tuple[ExplanationStep, ...]:
        """The steps in order."""

    def worksheet(self, *, notice: str = "") -> tuple[tuple[object, ...], ...]:
        """Return worksheet rows with live formulas for the score."""

    def __iter__(self) -> Iterator[ExplanationStep]: ...
