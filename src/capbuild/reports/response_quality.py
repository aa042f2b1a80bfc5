"""How returns were filled in: what to look at before they are believed, and how far sources agree."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from capbuild.model import AssessmentSet
from capbuild.reports.cells import Style, Words
from capbuild.reports.context import Setting
from capbuild.reports.model import Block, Bullets, Column, Figure, Paragraph, ReportSection, Row, RowGroup
from capbuild.undefined import Undefined

if TYPE_CHECKING:
    from capbuild.scoring import Agreement, Flag, ResponseQuality

__all__ = ["returns_section"]

#: Flags of one kind, and rows of the table, that are shown.
_MOST = 5
#: Pairs of findings below which a share of agreement says nothing.
_PAIRS = 5
#: Figures of flags that are shares.
_SHARES = ("same", "share", "agreed", "expected")
#: Order in which kinds of flags are told.
_KINDS = ("not independent", "out of range", "zeros", "contradiction", "duplicate", "straight line")


def returns_section(subject: AssessmentSet, setting: Setting) -> ReportSection | None:
    """Return "How returns were filled in", for those who see sources; None for others, or where there is no return."""
    if not setting.disclosure.sources:
        return None
    from capbuild.scoring import quality

    found = quality(subject)
    if not found.returns:
        return None
    say = setting.say
    overall = say("returns.nothing") if isinstance(found.overall, Undefined) else _percent(found.overall, setting)
    items = say("count.items", count=found.items)
    lead = say("returns.lead", count=found.returns, items=items, share=overall)
    blocks: list[Block] = [_flags(found, setting)]
    table = _least_agreed(found, setting)
    if table is not None:
        blocks.append(table)
    return ReportSection(id="returns", order=720, title=say("returns.title"), lead=lead, blocks=blocks)


def _flags(found: "ResponseQuality", setting: Setting) -> Block:
    points = [
        point
        for kind in _KINDS
        if (flags := found.of_kind(kind))
        for point in [_point(kind.replace(" ", "_"), flags, setting)]
    ]
    return Bullets(points=points) if points else Paragraph(text=setting.say("returns.none"))


def _point(kind: str, flags: "tuple[Flag, ...]", setting: Setting) -> Paragraph:
    say = setting.say
    listed = say.clauses(*(_flag(kind, flag, setting) for flag in flags[:_MOST]))
    if len(flags) > _MOST:
        listed = say("and_more", listed=listed, count=len(flags) - _MOST)
    return Paragraph(strong=say(f"returns.{kind}.strong", count=len(flags)), text=f"{listed}.")


def _flag(kind: str, flag: "Flag", setting: Setting) -> str:
    shares = {name: _percent(flag.numbers[name], setting) for name in _SHARES if name in flag.numbers}
    figures: dict[str, Any] = {name: setting.marks.figure(value) for name, value in flag.numbers.items()}
    subject = flag.subject
    if kind == "not_independent":
        subject = setting.say.joined(setting.say(f"source.{name}") for name in (flag.subject, flag.other) if name)
    return setting.say(f"returns.{kind}", subject=subject, other=flag.other, **(figures | shares))


def _percent(share: float, setting: Setting) -> str:
    return setting.say.percent(share)


def _least_agreed(found: "ResponseQuality", setting: Setting) -> Figure | None:
    """The items on which sources agree least; without any that was judged often enough, nothing."""
    say = setting.say
    rows = [
        Row(
            cells=[
                Words(before=name, text=_title(name, setting)),
                Words(text=_percent(agreement, setting), style=Style.NUMBER),
                Words(text=say.number(pairs), style=Style.NUMBER),
            ]
        )
        for name, agreement, pairs in _worst(found.by_item)
    ]
    if not rows:
        return None
    columns = [
        Column(id="criterion", title=say("col.criterion")),
        Column(id="agree", title=say("col.agree"), number=True),
        Column(id="pairs", title=say("col.pairs"), number=True),
    ]
    return Figure(id="agreement", columns=columns, groups=[RowGroup(rows=rows)], caption=say("caption.agreement"))


def _worst(agreements: "Mapping[str, Agreement]") -> Iterable[tuple[str, float, int]]:
    known = [
        (name, one.share, one.pairs)
        for name, one in agreements.items()
        if not isinstance(one.share, Undefined) and one.pairs >= _PAIRS and one.share < 1
    ]
    return sorted(known, key=lambda item: (item[1], item[0]))[:_MOST]


def _title(name: str, setting: Setting) -> str:
    criterion = setting.framework.criteria.get(name)
    return setting.say.text(criterion.text if criterion is not None else setting.framework[name].title)
