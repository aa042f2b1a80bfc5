"""Shared gaps: the criteria that lack most often for the target."""

from capbuild.model import Gap
from capbuild.planning import gaps, shared_criteria, shared_needs
from capbuild.planning import needs as needs_of
from capbuild.reports.cells import Words
from capbuild.reports.model import Column, Figure, ReportSection, Row, RowGroup
from capbuild.reports.setting import Setting

__all__ = ["commonest_gaps", "gaps_section"]

#: Criteria shown.
_MOST = 12


def commonest_gaps(setting: Setting, most: int) -> list[str]:
    """Return the capacities of the needs that most countries share: the same as in the needs brief."""
    needs = setting.dossier.needs
    if needs is None:
        needs = needs_of(_gaps(setting), framework=setting.framework)
    every = {code for need in needs for code in need.countries}
    named = {code for code in every if setting.disclosure.names(code, "needs")}
    shared = (needs[one.id] for one in shared_needs(needs, named) if one.lacking)
    return list(dict.fromkeys(name for need in shared for name in need.capacities if name in setting.framework))[:most]


def _gaps(setting: Setting) -> list[Gap]:
    return [gap for assessment in setting.disclosure.named for gap in gaps(assessment)]


def gaps_section(setting: Setting) -> ReportSection | None:
    """Return the criteria lacking most often; None where nothing is known to lack.

    Only countries that may be named are counted: a count minus the named ones is a result too.
    """
    say, named = setting.say, setting.disclosure.named
    criteria = setting.framework.criteria
    shown = [name for name, criterion in criteria.items() if setting.disclosure.may_show_criterion(criterion)]
    chosen = [one for one in shared_criteria(_gaps(setting), shown) if one.lacking][:_MOST]
    if not chosen:
        return None
    rows = [
        Row(
            cells=[
                Words(before=one.id, text=say.text(criteria[one.id].text)),
                Words(text=say.number(len(one.lacking)), after=say("of", total=len(named))),
                Words(text=say.number(len(one.open))),
            ]
        )
        for one in chosen
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
