"""Displays of notebooks in the terminal."""

from rich.text import Text

from capbuild.cli.screen import ACCENT, QUIET, Screen
from capbuild.notebook.pages import Grid, Page, Shown
from capbuild.reports.cells import Style, Words

_STYLES = {Style.LACKING: f"bold {ACCENT}", Style.OPEN: QUIET, Style.QUIET: QUIET, Style.STRONG: "bold"}


def show_page(screen: Screen, page: Page, *, most: int = 0, more: str = "", invented: bool = False) -> None:
    """Print a display of notebooks, without Python calls.

    Args:
        screen: The screen.
        page: The display.
        most: Most rows of a table; 0 for all.
        more: Where to find the others.
        invented: Whether its data are invented.
    """
    screen.blank()
    screen.line((page.title, "bold"))
    facts = " · ".join(fact.words for fact in page.facts)
    if facts:
        screen.note(facts)
    for block in page.blocks:
        if isinstance(block, Grid):
            show_grid(screen, block, most)
            if most and len(block.items) > most:
                screen.note(f"{len(block.items) - most:,} {more}")
        else:
            for line in block.lines:
                screen.line(line.words)
    foot = [sentence for sentence in page.foot if "`" not in sentence]
    if foot:
        screen.note(f"{'. '.join(foot)}.")
    if invented or page.invented:
        screen.note("Answers are invented.")
    screen.blank()


def show_grid(screen: Screen, grid: Grid, most: int = 0) -> None:
    """Print a table of a display.

    Args:
        screen: The screen.
        grid: The table.
        most: Maximum number of rows; 0 for all.
    """
    columns, rows = grid.lay_out(most)
    # Headers may be alike: ids keep their columns apart.
    headers = [f"{'#' if column.number else ''}{column.title}" for column in columns]
    names = [f"{header}{' ' * headers[:position].count(header)}" for position, header in enumerate(headers)]
    screen.table(
        ({name: _to_text(cell) for name, cell in zip(names, row, strict=True)} for row in rows), headed=grid.headed
    )


def _to_text(cell: Shown) -> Text:
    return Text(cell.words, style=_STYLES.get(cell.style, "") if isinstance(cell, Words) else "")
