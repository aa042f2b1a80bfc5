"""What `capbuild run` shows: stages, levels by dimension, issues worst first, what is silent, what was written."""

from collections import Counter
from collections.abc import Iterator

from rich.text import Text

from capbuild.cli.screen import Screen
from capbuild.model import AssessmentSet, Capacity, Scale, Score
from capbuild.workspace import RunResult

__all__ = ["show_run"]


def _scores(assessed: AssessmentSet, node: Capacity) -> list[Score]:
    return [assessment[leaf.id] for assessment in assessed for leaf in node.leaves if leaf.id in assessment]


def _level_rows(assessed: AssessmentSet, scale: Scale) -> Iterator[list[str | Text]]:
    """A row a dimension: how many indicators stand at each level, how many are open, how many met their target."""
    for root in assessed.framework.roots:
        scores = _scores(assessed, root)
        settled = Counter(s.level for s in scores if s.plausible is not None and s.plausible.settled)
        open_ = sum(s.plausible is not None and not s.plausible.settled for s in scores)
        judged = [s.target_met for s in scores if s.target_met is not None]
        yield [
            str(root.title),
            *(str(settled[level.order]) for level in scale.levels),
            Text(str(open_), style="grey62"),
            f"{sum(judged)} of {len(judged)}" if judged else "",
            str(sum(len(s.conflicts) for s in scores)),
        ]


def _value_rows(assessed: AssessmentSet) -> Iterator[list[str | Text]]:
    """A row a capacity with a figure: lowest, median and highest country, and how many have one."""
    for node in assessed.framework.walk():
        if not node.children:
            continue
        values = sorted(v for a in assessed if (v := a[node.id].value) is not None)
        if values:
            middle = values[(len(values) - 1) // 2]
            yield [str(node), *(f"{v:g}" for v in (values[0], middle, values[-1])), str(len(values))]


def _figures(screen: Screen, assessed: AssessmentSet) -> None:
    scale = assessed.framework.scales[0]
    has_values = any(score.value is not None for assessment in assessed for score in assessment)
    if has_values:
        screen.table(["Capacity", "lowest", "median", "highest", "countries"], _value_rows(assessed))
        end = "No answer is taken for zero."
    else:
        heads = ["Dimension", *(level.code for level in scale.levels), "not verified", "target met", "in conflict"]
        screen.table(heads, _level_rows(assessed, scale))
        end = "Counts of indicators. No mean is formed."
    invented = " Answers are invented." if assessed.invented else ""
    screen.blank()
    screen.note(f"{assessed.round.title}, {len(assessed)} countries. {end}{invented}")


def show_run(screen: Screen, result: RunResult, folder: str, most: int | None) -> None:
    """Show what a run did.

    Args:
        screen: Where.
        result: What was done.
        folder: The programme's folder as the user typed it.
        most: How many issues to show; None for all.
    """
    screen.blank()
    for stage in result.stages:
        screen.stage(stage.name, stage.summary, stage.seconds)
    for assessed in result.rounds:
        if len(assessed):
            screen.blank()
            _figures(screen, assessed)
    screen.blank()
    shown = len(result.issues) if most is None else most
    screen.issues(result.issues, shown, f"capbuild run {folder} --issues")
    screen.blank()
    if result.rounds and result.rounds[0].silent:
        names = ", ".join(country.name for country in result.rounds[0].silent)
        screen.line(f"{'Silent':<13}", f"{names}: no survey, visit or meeting")
    errors = result.issues.count("error")
    why = f"exit 1: {errors} error{'s are' if errors != 1 else ' is'} open" if errors else "exit 0"
    screen.line(
        f"{'Wrote':<13}",
        f"{len(result.files)} files to ",
        (result.out.as_posix() + "/", "bold"),
        (f"    {why}", "grey62"),
    )
    main = next((name for name in result.files if name.endswith(".html")), None)
    if main is not None:
        screen.line(f"{'Open':<13}", f"{result.out.as_posix()}/{main}")
    screen.blank()
