"""Drawn cells as rows of small shaded cells: levels, values on a scale, counts."""

from collections.abc import Sequence

from attrs import frozen

from capbuild.reports import Band, Bar, Cell, Figure, Gauge, Spread, Stretch, Track
from capbuild_docx.look import Ground

__all__ = [
    "Step",
    "band_steps",
    "bar_labels",
    "bar_steps",
    "drawn_width",
    "gauge_steps",
    "spread_steps",
    "stretch_steps",
    "track_steps",
]

#: Steps that a numeric scale is drawn in.
TENTHS = 10
#: Steps that a sum of money is drawn in.
TWENTIETHS = 20


@frozen(kw_only=True)
class Step:
    """One small cell.

    Attributes:
        text: The code or number in it.
        ground: What it stands on.
        strong: Whether the text is bold.
        claim: Whether it is what sources claim: framed.
        target: Whether the target begins at its left edge.
        outlined: Whether it has the outline of a level.
        span: How many columns it takes.
        hollow: Whether it is where something began: framed thinly.
        align: `center`, or the side that the text stands at.
        gone: Whether the time that has gone ends at its left edge.
    """

    text: str = ""
    ground: Ground = Ground()
    strong: bool = False
    claim: bool = False
    target: bool = False
    outlined: bool = False
    span: int = 1
    hollow: bool = False
    align: str = "center"
    gone: bool = False


def track_steps(cell: Track) -> list[Step]:
    """Return a level on its staircase: one shaded step, or a hatched range with its ends, never both.

    Example:
        >>> [step.text for step in track_steps(Track(codes=["L1", "L2", "L3"], lowest=1, highest=2, claimed=3))]
        ['L1', 'L2', 'L3']
    """
    return [_step(cell, order) for order in range(1, len(cell.codes) + 1)]


def _step(cell: Track, order: int) -> Step:
    within = cell.lowest <= order <= cell.highest
    shade = 1 + round((order - 1) * 4 / max(len(cell.codes) - 1, 1))
    ground = Ground(empty=True)
    if within:
        ground = Ground(shade=shade) if cell.settled else Ground(open=True)
    named = order in (cell.lowest, cell.highest, cell.claimed, cell.earlier)
    return Step(
        text=cell.codes[order - 1] if named else "",
        ground=ground,
        strong=(within and cell.settled) or order == cell.claimed,
        claim=order == cell.claimed,
        outlined=within,
        target=order == cell.target,
        hollow=order == cell.earlier and not within,
    )


def band_steps(cell: Band) -> list[Step]:
    """Return a value on its scale in ten steps: the one it lies in, its interval, and where the target lies."""
    steps = []
    for place in range(TENTHS):
        low, high = place / TENTHS, (place + 1) / TENTHS
        here = cell.value is not None and _within(cell.value, low, high)
        spread = cell.lower is not None and cell.upper is not None and cell.lower < high and cell.upper > low
        ground = (
            Ground(shade=4) if here and not cell.thin else Ground(shade=2) if here or spread else Ground(empty=True)
        )
        target = cell.target is not None and _within(cell.target, low, high)
        steps.append(Step(text="●" if here else "", ground=ground, strong=here, outlined=here or spread, target=target))
    return steps


def _within(value: float, low: float, high: float) -> bool:
    return low <= value < high or (high == 1 and value == 1)


def spread_steps(cell: Spread) -> list[Step]:
    """Return a result in ten steps: hollow where it began, full where it is, a line where it should be."""
    steps = []
    for place in range(TENTHS):
        low, high = place / TENTHS, (place + 1) / TENTHS
        now, began, goal = (
            one is not None and _within(one, low, high) for one in (cell.value, cell.baseline, cell.target)
        )
        text = "●" if now else "○" if began else ""
        steps.append(Step(text=text, ground=Ground(empty=True), strong=now, target=goal))
    return steps


def gauge_steps(cell: Gauge) -> list[Step]:
    """Return money against its budget in twenty steps: paid, promised, left, and where the time that has gone ends."""
    paid = round(cell.spent * TWENTIETHS)
    promised = round((cell.spent + cell.committed) * TWENTIETHS)
    gone = None if cell.elapsed is None else min(round(cell.elapsed * TWENTIETHS), TWENTIETHS - 1)
    return [
        Step(
            ground=Ground(shade=4 if place < paid else 2) if place < promised else Ground(empty=True),
            gone=place == gone,
        )
        for place in range(TWENTIETHS)
    ]


def stretch_steps(cell: Stretch) -> list[Step]:
    """Return stretches of months as shaded cells, with the place beside them."""
    steps: list[Step] = []
    at = 0
    for first, length in cell.bars:
        if first > at:
            label = cell.label if cell.late and not at else ""
            steps.append(Step(text=label, span=first - at, align="right"))
        steps.append(Step(ground=Ground(shade=4), span=length))
        at = first + length
    if at < cell.total:
        steps.append(Step(text="" if cell.late else cell.label, span=cell.total - at, align="left"))
    return steps


def bar_labels(figure: Figure) -> list[tuple[str, int | None]]:
    """Return what the bars of a table count, lowest level first and what is open last, with the shade of each."""
    found = {
        (segment.label, segment.shade)
        for row in figure.rows
        for cell in row.cells
        if isinstance(cell, Bar)
        for segment in cell.segments
    }
    return sorted(found, key=lambda part: (part[1] is None, part[1] or 0, part[0]))


def bar_steps(cell: Bar, labels: Sequence[tuple[str, int | None]]) -> list[Step]:
    """Return the counts of a bar, a column each; one cell over all columns where they are withheld."""
    if not cell.segments:
        return [Step(text=cell.note, span=max(len(labels), 1))]
    counts = {(segment.label, segment.shade): segment.count for segment in cell.segments}
    return [_count_step(counts.get(label, 0), label[1]) for label in labels]


def _count_step(count: int, shade: int | None) -> Step:
    if not count:
        return Step(text="0", ground=Ground(empty=True))
    return Step(text=str(count), ground=Ground(shade=shade, open=shade is None), strong=True, outlined=True)


def drawn_width(cell: Cell, labels: Sequence[tuple[str, int | None]]) -> int:
    """Return how many small cells a cell is drawn as."""
    if isinstance(cell, Track):
        return len(cell.codes)
    if isinstance(cell, Band | Spread):
        return TENTHS
    if isinstance(cell, Gauge):
        return TWENTIETHS
    if isinstance(cell, Stretch):
        return cell.total
    return max(len(labels), 1) if isinstance(cell, Bar) else 1
