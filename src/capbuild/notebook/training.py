"""Display of training: Kirkpatrick's four levels."""

from capbuild.display import counted
from capbuild.model import EnrolmentStatus
from capbuild.notebook.pages import SAY, Column, Grid, Page, Shown, count_text, is_invented, shorten
from capbuild.reports.cells import Style, Words
from capbuild.tracking.levels import LevelResult, TrainingSummary

_HEADS = ("Level", "Measured with", "When")
_NUMBERS = ("Answers", "Asked", "Rate", "Mean", "Change")
_DASH = Words(text="–", style=Style.NUMBER)


def page(summary: TrainingSummary) -> Page:
    """Return the display of training."""
    people = [
        Words(text=f"{SAY.number(summary.people.people[status.value])} {status.value}") for status in EnrolmentStatus
    ]
    off = [Words(text=f"{summary.cancelled} called off")] if summary.cancelled else []
    columns = [*(Column(head=head) for head in _HEADS), *(Column(head=head, number=True) for head in _NUMBERS)]
    return Page(
        title=f"Training: {counted(summary.deliveries, 'delivery', 'deliveries')}",
        facts=[*off, *people],
        blocks=[Grid(columns=columns, rows=[_make_level_row(one) for one in summary.levels])],
        foot=[
            "Who did not answer is in no mean and is never counted as zero",
            "Change is of the same people, before and then",
            "`.levels` holds intervals and attrition",
        ],
        invented=is_invented(summary),
    )


def _make_level_row(one: LevelResult) -> tuple[Shown, ...]:
    change = one.change.difference if one.change is not None else None
    mean = "" if one.mean is None else f"{SAY.number(round(one.mean, 1))}"
    top = "" if one.maximum is None else f"of {SAY.number(one.maximum)}"
    return (
        Words(text=one.level.value),
        Words(text=shorten(one.instrument, 40)) if one.moment else Words(text="not measured", style=Style.QUIET),
        Words(text=shorten(one.moment, 20)),
        count_text(one.answers) if one.moment else _DASH,
        count_text(one.asked),
        _DASH if one.response_rate is None else Words(text=SAY.percent(one.response_rate), style=Style.NUMBER),
        Words(text=mean, after=top, style=Style.NUMBER) if mean else _DASH,
        _DASH if change is None else Words(text=f"{change:+.1f}", style=Style.NUMBER),
    )
