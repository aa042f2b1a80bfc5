"""Drawn cells as small shaded cells: levels, values, counts."""

from collections.abc import Sequence

from attrs import frozen

from capbuild.reports import Band, Bar, Cell, Figure, Gauge, Spread, Timeline, Track
from capbuild_docx.xml import CellColour

#: Steps that a numeric scale is drawn in.
TENTHS = 10
#: Steps that a sum of money is drawn in.
TWENTIETHS = 20


@frozen(kw_only=True)
class ShadedCell:
    """One small cell.

    Attributes:
        text: The code or number in it.
        ground: Background colour.
        strong: Whether the text is bold.
        claim: Whether it is what sources claim: framed.
        target: Whether the target begins at its left edge.
        outlined: Whether it has the outline of a level.
        span: How many columns it takes.
        hollow: Whether it is where something began: framed thinly.
        align: `center`, or the side of the text.
        gone: Whether the time that has gone ends at its left edge.
        lifted: Whether it is the level once every missing step is shown: framed by dashes.
    """

    text: str = ""
    ground: CellColour = CellColour()
    strong: bool = False
    claim: bool = False
    target: bool = False
    outlined: bool = False
    span: int = 1
    hollow: bool = False
    align: str = "center"
    gone: bool = False
    lifted: bool = False


def shade_track(cell: Track) -> list[ShadedCell]:
    """Return a level: one shaded cell, or a hatched range.

    Example:
        >>> [step.text for step in shade_track(Track(codes=["L1", "L2", "L3"], lowest=1, highest=2, claimed=3))]
        ['L1', 'L2', 'L3']
    """
    return [_shade_level(cell, order) for order in range(1, len(cell.codes) + 1)]


def _shade_level(cell: Track, order: int) -> ShadedCell:
    within = cell.lowest <= order <= cell.highest
    shade = 1 + round((order - 1) * 4 / max(len(cell.codes) - 1, 1))
    ground = CellColour(empty=True)
    if within:
        ground = CellColour(shade=shade) if cell.settled else CellColour(open=True)
    named = order in (cell.lowest, cell.highest, cell.claimed, cell.earlier, cell.lifted)
    between = cell.lifted is not None and cell.highest < order < cell.lifted
    return ShadedCell(
        text=cell.codes[order - 1] if named else "→" if between else "",
        ground=ground,
        strong=(within and cell.settled) or order in (cell.claimed, cell.lifted),
        claim=order == cell.claimed,
        outlined=within,
        target=order == cell.target,
        hollow=order == cell.earlier and not within,
        lifted=order == cell.lifted,
    )


def shade_band(cell: Band) -> list[ShadedCell]:
    """Return a value on its scale as ten cells.

    The cells of the value, of its interval and of the target are marked.
    """
    steps = []
    for place in range(TENTHS):
        low, high = place / TENTHS, (place + 1) / TENTHS
        here = cell.value is not None and _is_within(cell.value, low, high)
        spread = cell.lower is not None and cell.upper is not None and cell.lower < high and cell.upper > low
        ground = (
            CellColour(shade=4)
            if here and not cell.thin
            else CellColour(shade=2)
            if here or spread
            else CellColour(empty=True)
        )
        target = cell.target is not None and _is_within(cell.target, low, high)
        steps.append(
            ShadedCell(text="●" if here else "", ground=ground, strong=here, outlined=here or spread, target=target)
        )
    return steps


def _is_within(value: float, low: float, high: float) -> bool:
    return low <= value < high or (high == 1 and value == 1)


def shade_spread(cell: Spread) -> list[ShadedCell]:
    """Return a result's progress as ten cells.

    A hollow dot marks the baseline, a full dot the value, and a line the target.
    """
    steps = []
    for place in range(TENTHS):
        low, high = place / TENTHS, (place + 1) / TENTHS
        now, began, goal = (
            value is not None and _is_within(value, low, high) for value in (cell.value, cell.baseline, cell.target)
        )
        text = "●" if now else "○" if began else ""
        steps.append(ShadedCell(text=text, ground=CellColour(empty=True), strong=now, target=goal))
    return steps


def shade_gauge(cell: Gauge) -> list[ShadedCell]:
    """Return a budget as twenty cells: paid, committed, left.

    A line marks the time elapsed.
    """
    paid = round(cell.spent * TWENTIETHS)
    promised = round((cell.spent + cell.committed) * TWENTIETHS)
    gone = None if cell.elapsed is None else min(round(cell.elapsed * TWENTIETHS), TWENTIETHS - 1)
    return [
        ShadedCell(
            ground=CellColour(shade=4 if place < paid else 2) if place < promised else CellColour(empty=True),
            gone=place == gone,
        )
        for place in range(TWENTIETHS)
    ]


def shade_timeline(cell: Timeline) -> list[ShadedCell]:
    """Return bars of months as shaded cells, with place."""
    steps: list[ShadedCell] = []
    at = 0
    for first, length in cell.bars:
        if first > at:
            label = cell.label if cell.late and not at else ""
            steps.append(ShadedCell(text=label, span=first - at, align="right"))
        steps.append(ShadedCell(ground=CellColour(shade=4), span=length))
        at = first + length
    if at < cell.total:
        steps.append(ShadedCell(text="" if cell.late else cell.label, span=cell.total - at, align="left"))
    return steps


def list_bar_labels(figure: Figure) -> list[tuple[str, int | None]]:
    """Return bar labels with shades: lowest level first, open last."""
    labels = {
        (segment.label, segment.shade)
        for row in figure.rows
        for cell in row.cells
        if isinstance(cell, Bar)
        for segment in cell.segments
    }
    return sorted(labels, key=lambda part: (part[1] is None, part[1] or 0, part[0]))


def shade_bar(cell: Bar, labels: Sequence[tuple[str, int | None]]) -> list[ShadedCell]:
    """Return the counts of a bar; one cell if withheld."""
    if not cell.segments:
        return [ShadedCell(text=cell.note, span=max(len(labels), 1))]
    counts = {(segment.label, segment.shade): segment.count for segment in cell.segments}
    return [_shade_count(counts.get(label, 0), label[1]) for label in labels]


def _shade_count(count: int, shade: int | None) -> ShadedCell:
    if not count:
        return ShadedCell(text="0", ground=CellColour(empty=True))
    return ShadedCell(text=str(count), ground=CellColour(shade=shade, open=shade is None), strong=True, outlined=True)


def count_cells(cell: Cell, labels: Sequence[tuple[str, int | None]]) -> int:
    """Return how many small cells a cell is drawn as."""
    if isinstance(cell, Track):
        return len(cell.codes)
    if isinstance(cell, Band | Spread):
        return TENTHS
    if isinstance(cell, Gauge):
        return TWENTIETHS
    if isinstance(cell, Timeline):
        return cell.total
    return max(len(labels), 1) if isinstance(cell, Bar) else 1
