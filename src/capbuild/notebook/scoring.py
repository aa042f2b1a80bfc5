"""Helpers of score displays: labels, heat cells and counts."""

from collections.abc import Iterable, Sequence

from capbuild.display import counted
from capbuild.model import CriterionResult, CriterionState, Framework, Missing, Scale, Score, Verdict
from capbuild.notebook.pages import SAY, HeatCells
from capbuild.reports.score_text import ScoreFormatter

#: Most cells side by side, and most criteria in a note.
_CELLS, _NAMED = 16, 2


def scale_labels(scale: Scale) -> ScoreFormatter:
    """Return labels and shades of scores on a scale."""
    return ScoreFormatter(
        framework=Framework(id="score", edition="1", title="Score", scales=[scale], roots=[]), say=SAY
    )


def criterion_outcome(result: CriterionResult) -> str:
    """Return the outcome of a criterion; claims are marked."""
    if result.state is CriterionState.OPEN and result.claimed:
        return SAY("answer.claimed")
    if isinstance(result.value, Verdict | Missing):
        return SAY(f"answer.{result.value.name.lower()}")
    return SAY.number(result.value)


def to_heat_cells(scores: Sequence[Score], marks: ScoreFormatter) -> HeatCells:
    """Return scores as cells of a heat map."""
    shown = scores[:_CELLS]
    return HeatCells(
        cells=[marks.heat(score) for score in shown],
        notes=[_describe_evidence(score, marks) for score in shown],
        more=max(len(scores) - _CELLS, 0),
    )


def _describe_evidence(score: Score, marks: ScoreFormatter) -> str:
    """Return a score with its evidence and open points."""
    open_ids = [result.target for result in score.results if result.state is CriterionState.OPEN]
    parts = [marks.title(score.capacity), f"{score.coverage} answered"]
    parts += [f"{name} {', '.join(ids[:_NAMED])}{' …' if ids[_NAMED:] else ''}"
              for name, ids in (("lacks", [*score.lacking]), ("open", open_ids)) if ids]  # fmt: skip
    findings = {finding.source for result in score.results for finding in result.findings}
    return "; ".join([*parts, counted(len(findings), "source")])


def count_verified(scores: Sequence[Score], what: str) -> str:
    """Return the numbers of verified and of reported scores."""
    reported = sum(score.reported for score in scores)
    counts = f"{SAY.number(sum(score.verified for score in scores))} of {what} verified"
    return f"{counts}, {SAY.number(reported)} reported" if reported else counts


def count_below_target(scores: Iterable[Score]) -> int:
    """Return the number of scores certainly below target."""
    return sum(score.target_met is False for score in scores)
