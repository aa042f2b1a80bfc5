"""The data annex: what was counted for each country that may be named, in one line."""

from capbuild.model import Assessment, ChangeCounts, CriterionState
from capbuild.reports.cells import Cell, Words
from capbuild.reports.model import Column, Figure, ReportSection, Row, RowGroup
from capbuild.reports.setting import Setting

__all__ = ["annex_section"]


def annex_section(setting: Setting) -> ReportSection | None:
    """Return the figures behind the report, a line a country; None where no country may be named."""
    say = setting.say
    named = sorted(setting.disclosure.named, key=lambda a: say.sorted_as(setting.name(a.country)))
    if not named:
        return None
    change = setting.dossier.change is not None
    columns = [
        ("country", False),
        *((name, True) for name in ("sources", "verified", "settled", "met", "below", "lacking", "open")),
    ]
    if change:
        columns += [("gained", True), ("lost", True)]
    figure = Figure(
        id="annex",
        columns=[Column(id=name, title=say(f"annex.{name}"), number=number) for name, number in columns],
        groups=[RowGroup(rows=[_row(one, change, setting) for one in named])],
        caption=say("caption.annex"),
    )
    return ReportSection(id="annex", order=850, title=say("annex.title"), lead=say("annex.lead"), blocks=[figure])


def _row(assessment: Assessment, change: bool, setting: Setting) -> Row:
    say, scores, code = setting.say, assessment.indicators, assessment.country.alpha_2
    opened = sum(result.state is CriterionState.OPEN for score in scores for result in score.results)
    counts = [
        len(assessment.sources),
        sum(score.verified for score in scores),
        assessment.coverage.settled,
        sum(score.target_met is True for score in scores),
        sum(score.target_met is False for score in scores),
        sum(len(score.lacking) for score in scores),
        opened,
    ]
    cells: list[Cell] = [
        Words(text=setting.name(assessment.country), link=f"#{code}"),
        *(Words(text=say.number(count)) for count in counts),
    ]
    if change:
        found = setting.dossier.change.counts([code]) if setting.dossier.change is not None else ChangeCounts()
        shown = setting.disclosure.names(code, "change") and _compared(code, setting)
        cells += [Words(text=say.number(count) if shown else "–") for count in (found.gained, found.lost)]
    return Row(cells=cells)


def _compared(code: str, setting: Setting) -> bool:
    change = setting.dossier.change
    return change is not None and code in change.matched
