"""The drawings of a display, each hidden from screen readers: a level's track, a value's band, a row of months."""

from html import escape

from capbuild.notebook.pages import Months
from capbuild.reports.cells import Band, Track
from capbuild.reports.marks import shade_of

__all__ = ["band", "months", "track"]

#: Steps that the style has places for; a longer staircase is said, not drawn.
_STEPS = 6


def track(cell: Track) -> str:
    """Return a staircase with its chip, or with its range and no chip; empty where it has too many steps.

    Example:
        >>> track(Track(codes=["L1", "L2"], lowest=2, highest=2, target=2))
        '<span class="k" aria-hidden="true"><i class="s1"></i><b class="c5 s2">L2</b><em class="s2"></em></span>'
    """
    count = len(cell.codes)
    if count > _STEPS:
        return ""
    taken = range(cell.lowest, cell.highest + 1) if cell.settled else ()
    parts = [f'<i class="s{step}"></i>' for step in range(1, count + 1) if step not in taken]
    code = [escape(code) for code in cell.codes]
    if cell.settled:
        parts.append(f'<b class="c{shade_of(cell.lowest, count)} s{cell.lowest}">{code[cell.lowest - 1]}</b>')
    else:
        ends = f"<u>{code[cell.lowest - 1]}</u><u>{code[cell.highest - 1]}</u>"
        parts.append(f'<b class="x s{cell.lowest} e{cell.highest}">{ends}</b>')
    if cell.claimed is not None:
        parts.append(f'<b class="m s{cell.claimed}">{code[cell.claimed - 1]}</b>')
    if cell.target is not None:
        parts.append(f'<em class="s{cell.target}"></em>')
    return f'<span class="k" aria-hidden="true">{"".join(parts)}</span>'


def band(cell: Band) -> str:
    """Return a value on its scale, with its interval and the tick of its target."""
    width = 150
    parts = [f'<path class="g" d="M4 12h{width}"/>']
    if cell.lower is not None and cell.upper is not None:
        start, end = (4 + share * width for share in (cell.lower, cell.upper))
        parts.append(f'<path class="a" d="M{start:.1f} 12H{end:.1f}"/>')
    if cell.value is not None:
        kind = "z" if cell.thin else "d"
        parts.append(f'<circle class="{kind}" cx="{4 + cell.value * width:.1f}" cy="12" r="4.5"/>')
    if cell.target is not None:
        parts.append(f'<path class="y" d="M{4 + cell.target * width:.1f} 2v20"/>')
    return f'<svg width="158" height="24" aria-hidden="true">{"".join(parts)}</svg>'


def months(cell: Months) -> str:
    """Return a row of months with lines at the quarters and one bar."""
    wide = 8
    lines = "".join(f"M{wide * month + 0.5} 0v18" for month in range(0, cell.total + 1, 3))
    start, width = cell.start * wide + 1, max(cell.length * wide - 1, 3)
    bar = f'<rect class="d" x="{start}" y="2" width="{width}" height="14"/>'
    return (
        f'<svg width="{cell.total * wide + 2}" height="18" aria-hidden="true"><path class="g" d="{lines}"/>{bar}</svg>'
    )
