"""What the displays of scores share: words of a score outside its framework, and counts over several."""

from collections.abc import Iterable, Sequence

from capbuild.model import CriterionResult, CriterionState, Framework, Missing, Scale, Score, Verdict
from capbuild.notebook.pages import SAY, Heats
from capbuild.reports.score_text import ScoreFormatter

__all__ = ["below", "heats", "marks_of", "outcome", "verified"]

#: Cells that stand side by side.
_CELLS = 16


def marks_of(scale: Scale) -> ScoreFormatter:
    """Return the words and drawings of scores on a scale: a score knows its scale, not its framework."""
    return ScoreFormatter(
        framework=Framework(id="score", edition="1", title="Score", scales=[scale], roots=[]), say=SAY
    )


def outcome(result: CriterionResult) -> str:
    """Return what counts for a criterion; a claim is never worded as a result."""
    if result.state is CriterionState.OPEN and result.claimed:
        return SAY("answer.claimed")
    if isinstance(result.value, Verdict | Missing):
        return SAY(f"answer.{result.value.name.lower()}")
    return SAY.number(result.value)


def heats(scores: Sequence[Score], marks: ScoreFormatter) -> Heats:
    """Return scores as cells of a heat map."""
    return Heats(cells=[marks.heat(score) for score in scores[:_CELLS]], more=max(len(scores) - _CELLS, 0))


def verified(scores: Sequence[Score], what: str) -> str:
    """Return how many scores are verified, and how many more are reported."""
    reported = sum(score.reported for score in scores)
    counts = f"{SAY.number(sum(score.verified for score in scores))} of {what} verified"
    return f"{counts}, {SAY.number(reported)} reported" if reported else counts


def below(scores: Iterable[Score]) -> int:
    """Count the scores that are below their target for certain."""
    return sum(score.target_met is False for score in scores)
