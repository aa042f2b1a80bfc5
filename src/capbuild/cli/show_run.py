"""Output of `capbuild run`: stages, levels, issues, non-respondents, files."""

from rich.text import Text

from capbuild.cli.screen import ACCENT, Screen
from capbuild.display import counted
from capbuild.workspace.runs.run_record import Outcome, RoundSummary

#: Headers of muted columns: unverified levels are not results.
_QUIET = ("not verified",)
#: Headers of columns to highlight.
_ACCENTED = ("lost",)


def _show_figures(screen: Screen, one: RoundSummary) -> None:
    def cell(head: str, text: str) -> str | Text:
        style = "grey62" if head in _QUIET else ACCENT if head in _ACCENTED and text != "0" else ""
        return Text(text, style=style) if style else text

    first, *others = one.headers
    names = [first, *(f"#{header}" for header in others)]
    screen.table(
        {name: cell(name.removeprefix("#"), text) for name, text in zip(names, row, strict=True)} for row in one.rows
    )
    screen.note(one.note)
    if one.change:
        screen.note(one.change)
    if one.plan:
        screen.note(one.plan)


def show_run(screen: Screen, result: Outcome, folder: str, most: int | None) -> None:
    """Show the outcome of a run.

    Args:
        screen: The screen.
        result: The outcome of the run.
        folder: The programme's folder as typed by the user.
        most: Maximum number of issues; None for all.
    """
    screen.blank()
    for stage in result.stages:
        screen.stage(stage.name, stage.summary, stage.seconds)
    for summary in result.summaries:
        if summary.rows:
            screen.blank()
            _show_figures(screen, summary)
    shown = len(result.issues) if most is None else most
    screen.issues(result.issues, shown, f"capbuild run {folder} --issues")
    for summary in result.summaries:
        title = f" ({summary.round})" if len(result.summaries) > 1 else ""
        if summary.unanswered:
            screen.line(f"{'Not answered':<13}", f"{', '.join(summary.unanswered)}: nothing received yet{title}")
        for country, reason in summary.unusable:
            screen.line(f"{'Not usable':<13}", f"{country}: received, {reason}{title}")
        for what, reason in summary.unused:
            screen.line(f"{'Not used':<13}", f"{what}: {reason}{title}")
    errors = result.issues.count("error")
    why = f"exit 1: {errors} error{'s are' if errors != 1 else ' is'} open" if errors else "exit 0"
    if not result.written:
        kept = ", which stays unchanged" if result.out.exists() else ""
        screen.line(f"{'Wrote':<13}", f"nothing to {result.out.as_posix()}/{kept}: correct the errors first")
    else:
        screen.line(
            f"{'Wrote':<13}",
            f"{counted(len(result.files), 'file')} to ",
            (result.out.as_posix() + "/", "bold"),
            (f"    {why}", "grey62"),
        )
    pages = [name for name in result.files if name.endswith(".html")]
    whole = [f"{summary.round}.html" for summary in result.summaries]
    main = next((name for name in (*whole, *pages) if name in pages), None)
    if main is not None:
        screen.line(f"{'Open':<13}", f"{result.out.as_posix()}/{main}")
    screen.blank()
