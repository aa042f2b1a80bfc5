"""Display of a framework: parts, indicators, criteria and scale."""

from capbuild.display import counted
from capbuild.model import Framework
from capbuild.notebook.pages import SAY, CodeText, Column, Grid, Page, count_text, shorten
from capbuild.reports.cells import Words

#: Most parts and levels shown.
_PARTS, _LEVELS = 8, 7


def page(framework: Framework) -> Page:
    """Return the display of a framework."""
    facts = [
        framework.key,
        framework.provider,
        SAY("count.indicators", count=len(framework.indicators)),
        SAY("count.criteria", count=len(framework.criteria)) if framework.criteria else "",
        f"in {', '.join(framework.languages)}",
        framework.licence,
    ]
    return Page(
        title=shorten(SAY.text(framework.title)),
        facts=[Words(text=shorten(fact, 80)) for fact in facts if fact],
        blocks=[*_list_parts(framework), *_scale(framework)],
        foot=_make_foot(framework),
    )


def _list_parts(framework: Framework) -> list[Grid]:
    top = framework.dimensions
    if not top:
        return []
    columns = [Column(head="Id"), Column(head="Part"), Column(head="Indicators", number=True)]
    rows = [
        (
            CodeText(text=node.id),
            Words(text=shorten(SAY.text(node.title), 90)),
            count_text(len(node.leaves)),
            count_text(sum(len(leaf.criteria) for leaf in node.leaves)),
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


def _make_foot(framework: Framework) -> list[str]:
    if not framework.indicators:
        return ["`.walk()` yields its nodes"]
    return [f'`["{framework.indicators[0].id}"]` is one indicator', "`.walk()` yields all nodes"]
