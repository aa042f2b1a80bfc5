"""Shared gaps: the criteria that lack most often for the target."""

from collections import Counter
from collections.abc import Iterable

from capbuild.model import Assessment
from capbuild.reports.cells import Words
from capbuild.reports.model import Column, Figure, ReportSection, Row, RowGroup
from capbuild.reports.setting import Setting

__all__ = ["gaps_section", "lacking_counts"]

#: Criteria shown.
_MOST = 12


def lacking_counts(assessments: Iterable[Assessment]) -> Counter[str]:
    """Return in how many countries each indicator lacks criteria for its target, commonest first."""
    return Counter(score.capacity.id for a in assessments for score in a.indicators if score.lacking)


def gaps_section(setting: Setting) -> ReportSection | None:
    """Return the criteria lacking most often; None where nothing is known to lack.

    Only countries that may be named are counted: a count minus the named ones is a result too.
    """
    say, named = setting.say, setting.disclosure.named
    criteria = setting.framework.criteria
    lacking = Counter(
        name
        for a in named
        for s in a.indicators
        for name in s.lacking
        if setting.disclosure.may_show_criterion(criteria[name])
    )
    opened = Counter(name for a in named for s in a.indicators for name in s.open)
    if not lacking:
        return None
    order = {name: place for place, name in enumerate(criteria)}
    chosen = sorted(lacking, key=lambda name: (-lacking[name], order[name]))[:_MOST]
    rows = [
        Row(
            cells=[
                Words(before=name, text=say.text(criteria[name].text)),
                Words(text=say.number(lacking[name]), after=say("of", total=len(named))),
                Words(text=say.number(opened[name])),
            ]
        )
        for name in chosen
    ]
    figure = Figure(
        id="gaps",
        columns=[
            Column(id="criterion", title=say("col.criterion")),
            Column(id="lacking", title=say("col.lacking_in"), number=True),
            Column(id="open", title=say("col.open_in"), number=True),
        ],
        groups=[RowGroup(rows=rows)],
        caption=say("caption.gaps", count=len(named)),
    )
    return ReportSection(id="gaps", order=350, title=say("gaps.title"), lead=say("gaps.lead"), blocks=[figure])
