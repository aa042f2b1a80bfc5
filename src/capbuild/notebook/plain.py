"""Displays as plain text, for terminals, diffs and screen readers."""

from itertools import zip_longest

from capbuild.notebook.pages import SAY, Code, Grid, Lines, Page, Shown

__all__ = ["as_plain"]


def as_plain(page: Page) -> str:
    """Return a display as lines of text.

    Example:
        >>> print(as_plain(Page(title="Barbados", foot=["`.name` says more"], invented=True)))
        Barbados
        Invented answers. .name says more
    """
    parts = [page.lead.words if page.lead is not None else "", *(cell.words for cell in page.head)]
    lines = [page.title, "  ".join(filter(None, parts)), " · ".join(fact.words for fact in page.facts)]
    for block in page.blocks:
        lines += _grid(block) if isinstance(block, Grid) else _lines(block)
    notice = f"{SAY('invented')}. " if page.invented else ""
    lines.append(notice + " · ".join(page.foot).replace("`", ""))
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _lines(block: Lines) -> list[str]:
    return [f"  {line.words}" for line in block.lines]


def _grid(grid: Grid) -> list[str]:
    heads = [column.head for column in grid.columns]
    table = [[_one_line(cell) for cell in row] for row in grid.rows]
    if any(heads):
        table.insert(0, heads)
    widths = [max(map(len, column)) for column in zip_longest(*table, fillvalue="")]
    lines = []
    for row in table:
        cells = [
            text.rjust(width) if column.number else text.ljust(width)
            for text, width, column in zip(row, widths, grid.columns, strict=True)
        ]
        lines.append("  " + "  ".join(cells))
    return [*lines, f"  {grid.more}".replace("`", "")]


def _one_line(cell: Shown) -> str:
    text = cell.text if isinstance(cell, Code) else cell.words
    return " ".join(text.split())
