"""A sheet cut into its parts: heads, body, what stands below."""

from attrs import frozen

from capbuild_sheets.headrows import joined_heads
from capbuild_sheets.outline import SheetPlan
from capbuild_sheets.sheets import Row, Sheet

__all__ = ["SheetParts", "cut"]


@frozen(eq=False)
class SheetParts:
    """A sheet cut into its parts.

    Attributes:
        names: The heads.
        body: The rows below, values of merged cells filled down.
        after: The rows below the table.
        empty: Columns without head and without cells, by the name they are given for the table engine.
    """

    names: tuple[str, ...]
    body: tuple[Row, ...]
    after: tuple[Row, ...]
    empty: frozenset[str]


def cut(sheet: Sheet, plan: SheetPlan) -> SheetParts:
    """Return the parts of a sheet by its plan."""
    bottom = plan.heads.bottom
    down = [area for area in sheet.merged if area.top > bottom and area.bottom > area.top]
    rows = sheet.filled_by(down)
    end = plan.last_row or len(rows)
    body = rows[bottom or plan.first_row - 1 : end]
    found = joined_heads(sheet, plan.heads) if bottom else [""] * sheet.width
    width = max([len(row) for row in body] + [i for i, name in enumerate(found, start=1) if name], default=0)
    used = {i for row in body for i, cell in enumerate(row) if cell is not None}
    blank = {i: f"column {i + 1}" for i, name in enumerate(found[:width]) if not name}
    empty = {i: f"({name} is empty)" for i, name in blank.items() if i not in used}
    named = {i: name for i, name in blank.items() if name in plan.columns}
    names = tuple(empty.get(i) or named.get(i) or name for i, name in enumerate(found[:width]))
    after = rows[end : plan.below] if plan.below else () if plan.shared else rows[end:]
    return SheetParts(names, body, after, frozenset(empty.values()))
