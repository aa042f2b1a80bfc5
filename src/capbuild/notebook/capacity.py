"""Display of a capacity: its criteria by step, or its children."""

from capbuild.display import counted
from capbuild.model import Capacity
from capbuild.notebook.pages import SAY, CodeText, Column, Grid, Page, count_text, shorten
from capbuild.reports.cells import Words

#: Most criteria or nodes shown.
_SHOWN = 6


def page(capacity: Capacity) -> Page:
    """Return the display of a capacity."""
    facts = [capacity.kind, counted(len(capacity.leaves), "indicator") if capacity.children else ""]
    facts.append(counted(sum(len(leaf.criteria) for leaf in capacity.leaves), "criterion", "criteria"))
    definition = shorten(SAY.text(capacity.definition), 240)
    return Page(
        title=f"{capacity.id} {shorten(SAY.text(capacity.title))}",
        facts=[Words(text=fact) for fact in (*facts, definition) if fact],
        blocks=_list_children(capacity) if capacity.children else _list_criteria(capacity),
        foot=_make_foot(capacity),
    )


def _list_children(capacity: Capacity) -> list[Grid]:
    rows = [
        (CodeText(text=node.id), Words(text=shorten(SAY.text(node.title), 90)), count_text(len(node.leaves)))
        for node in capacity.children[:_SHOWN]
    ]
    columns = [Column(head="Id"), Column(head="Part"), Column(head="Indicators", number=True)]
    return [Grid(columns=columns, rows=rows, more=_format_more(len(capacity.children), "`.children`"))]


def _list_criteria(capacity: Capacity) -> list[Grid]:
    if not capacity.criteria:
        return []
    rows = [
        (
            CodeText(text=c.id),
            count_text(c.step),
            Words(text=shorten(SAY.text(c.text), 130)),
            Words(text=_check(c.check.value)),
        )
        for c in capacity.criteria[:_SHOWN]
    ]
    columns = [
        Column(head=SAY("col.criterion")),
        Column(head="Step", number=True),
        Column(head="Fact that must be true"),
    ]
    columns.append(Column(head=SAY("col.check")))
    return [Grid(columns=columns, rows=rows, more=_format_more(len(capacity.criteria), "`.criteria`"))]


def _check(code: str) -> str:
    return SAY(f"check.{code}")


def _format_more(count: int, call: str) -> str:
    return f"{SAY.number(count - _SHOWN)} more with {call}" if count > _SHOWN else ""


def _make_foot(capacity: Capacity) -> list[str]:
    return ["`.children` are the nodes below it" if capacity.children else "`.criteria` have all their rules"]
