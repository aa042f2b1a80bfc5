"""How many countries stand where, per indicator: counts, no averages, nothing an outsider could subtract from."""

from collections import Counter
from collections.abc import Iterator, Sequence

from capbuild.model import Assessment, AssessmentSet, Capacity, Score
from capbuild.reports.cells import Bar, Segment, Style, Words
from capbuild.reports.model import Column, Figure, FigureKind, KeyItem, ReportSection, Row, RowGroup
from capbuild.reports.nodes import families
from capbuild.reports.setting import Setting

__all__ = ["counted_scores", "counts_section", "is_withheld"]


def counts_section(subject: AssessmentSet, setting: Setting) -> ReportSection | None:
    """Return how many countries stand at each level, for every indicator."""
    say, counted = setting.say, setting.disclosure.counted
    if not counted:
        return None
    groups = []
    for family in families(setting.framework):
        rows = [row for node in family.nodes if (row := _row(node, counted, setting)) is not None]
        title = setting.marks.title(family.parent) if family.parent is not None else ""
        if rows:
            groups.append(RowGroup(title=title, code=family.parent.id if family.parent else "", rows=rows))
    figure = Figure(
        id="counts",
        kind=FigureKind.COUNTS,
        columns=[
            Column(id="indicator", title=say("col.indicator")),
            Column(id="countries", title=say("col.countries")),
            Column(id="met", title=say("col.met"), number=True),
        ],
        groups=groups,
        caption=_caption(setting),
        key=_key(groups, setting),
    )
    included = len(counted) - len(setting.disclosure.named)
    lead = say("counts.lead", count=len(counted))
    if included:
        lead = f"{lead} {say('counts.unnamed', count=included)}"
    return ReportSection(id="counts", order=300, title=say("counts.title"), lead=lead, blocks=[figure])


def _caption(setting: Setting) -> str:
    say = setting.say
    parts = [say("caption.counts")]
    if setting.disclosure.unnamed:
        parts.append(say("caption.counts.withheld"))
    return " ".join(parts)


def _row(node: Capacity, counted: Sequence[Assessment], setting: Setting) -> Row | None:
    scores = [a.scores[node.id] for a in counted if node.id in a.scores]
    if not scores or all(s.plausible is None and s.value is None and s.undefined is None for s in scores):
        return None
    head = Words(before=node.id, text=setting.marks.title(node))
    if is_withheld(node, setting):
        withheld = setting.say("withheld")
        setting.leave_out(setting.say("counts.title"), f"{node.id} {setting.marks.title(node)}", "alike")
        return Row(cells=[head, Bar(note=withheld), Words(text="–", style=Style.QUIET)])
    counts = Counter(setting.marks.standing(score) for score in scores)
    segments = [
        Segment(count=counts[stand], label=stand[1], shade=stand[0])
        for stand in sorted(counts, key=lambda stand: (stand[0] is None, stand[0] or 0))
    ]
    aimed = [s for s in scores if s.target is not None and s.settled]
    met = sum(s.target_met is True for s in aimed)
    of = setting.say("of", total=len(aimed))
    target = Words(text=setting.say.number(met), after=of) if aimed else Words(text="–", style=Style.QUIET)
    return Row(cells=[head, Bar(segments=segments), target])


def is_withheld(node: Capacity, setting: Setting) -> bool:
    """Tell whether the total minus the named countries would tell the level of an unnamed one."""
    disclosure = setting.disclosure
    if not disclosure.unnamed or len(disclosure.counted) == len(disclosure.named):
        return False
    return disclosure.gives_away(
        setting.marks.standing(a.scores[node.id]) for a in disclosure.unnamed if node.id in a.scores
    )


def counted_scores(setting: Setting) -> Iterator[Score]:
    """Yield the scores that totals over indicators are made of.

    Of an indicator whose row is withheld, only the named countries: a sum over the rows would give the missing one
    away.
    """
    disclosure = setting.disclosure
    for node in setting.framework.indicators:
        counted = disclosure.named if is_withheld(node, setting) else disclosure.counted
        yield from (a.scores[node.id] for a in counted if node.id in a.scores)


def _key(groups: Sequence[RowGroup], setting: Setting) -> list[KeyItem]:
    bars = [cell for group in groups for row in group.rows for cell in row.cells if isinstance(cell, Bar)]
    opened = {segment.label for bar in bars for segment in bar.segments if segment.shade is None}
    # A level that only withheld rows hold must not stand in the key either.
    shown = [*counted_scores(setting), *(score for assessment in setting.disclosure.named for score in assessment)]
    return [*setting.marks.key(shown), *(KeyItem(mark="hatch", code="n", text=label) for label in sorted(opened))]
