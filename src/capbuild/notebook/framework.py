"""The display of a framework: its parts, how many indicators and criteria each has, and its scale."""

from capbuild.display import counted
from capbuild.model import Capacity, Framework
from capbuild.notebook.pages import SAY, Code, Column, Grid, Page, number, shortened
from capbuild.reports.cells import Words

__all__ = ["page"]

#: Parts and levels that are shown.
_PARTS, _LEVELS = 8, 7


def page(framework: Framework) -> Page:
    """Return what a notebook shows of a framework."""
    facts = [
        framework.key,
        framework.provider,
        SAY("count.indicators", count=len(framework.indicators)),
        SAY("count.criteria", count=len(framework.criteria)) if framework.criteria else "",
        f"in {', '.join(framework.languages)}",
        framework.licence,
    ]
    return Page(
        title=shortened(SAY.text(framework.title)),
        facts=[Words(text=shortened(fact, 80)) for fact in facts if fact],
        blocks=[*_parts(framework), *_scale(framework)],
        foot=_foot(framework),
    )


def _top(framework: Framework) -> tuple[Capacity, ...]:
    """The nodes worth listing: where one root holds everything, those below it."""
    return framework.roots[0].children or framework.roots if len(framework.roots) == 1 else framework.roots


def _parts(framework: Framework) -> list[Grid]:
    top = _top(framework)
    if not top:
        return []
    columns = [Column(head="Id"), Column(head="Part"), Column(head="Indicators", number=True)]
    rows = [
        (
            Code(text=node.id),
            Words(text=shortened(SAY.text(node.title), 90)),
            number(len(node.leaves)),
            number(sum(len(leaf.criteria) for leaf in node.leaves)),
        )
        for node in top[:_PARTS]
    ]
    more = f"{counted(len(top) - _PARTS, 'more part')} with `.walk()`" if len(top) > _PARTS else ""
    return [Grid(columns=[*columns, Column(head="Criteria", number=True)], rows=rows, more=more)]


def _scale(framework: Framework) -> list[Grid]:
    scale = framework.scales[0]
    if scale.levels:
        text = ", ".join(str(level) for level in scale.levels[:_LEVELS])
    else:
        text = f"{SAY.number(scale.minimum)} to {SAY.number(scale.maximum)} {scale.unit}".rstrip()
    return [Grid(columns=[Column(), Column()], rows=[(Words(text="Scale"), Words(text=text))])]


def _foot(framework: Framework) -> list[str]:
    if not framework.indicators:
        return ["`.walk()` yields its nodes"]
    return [f'`["{framework.indicators[0].id}"]` is one indicator', "`.walk()` yields all nodes"]
