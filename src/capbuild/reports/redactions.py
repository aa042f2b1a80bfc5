"""The report on what another report leaves out, and why: for the team, whoever the other one is for."""

from collections.abc import Iterable, Sequence

from attrs import evolve

from capbuild.model import Assessment, AssessmentSet
from capbuild.reports.cells import Words
from capbuild.reports.model import Column, Figure, Report, ReportKind, ReportSection, Row, RowGroup
from capbuild.reports.setting import Redaction, Setting

__all__ = ["redaction_report"]


def redaction_report(
    subject: AssessmentSet | Assessment,
    setting: Setting,
    audience: str,
    left_out: Sequence[tuple[str, Sequence[Redaction]]],
) -> Report:
    """Return what reports for an audience leave out.

    Args:
        subject: What they are about.
        setting: The setting of this report, which is for the team.
        audience: Whom the others are for.
        left_out: What each of them leaves out, by its title.
    """
    say = setting.say
    groups = [RowGroup(title=title, rows=_rows(entries)) for title, entries in left_out if entries]
    count = sum(len(entries) for _, entries in left_out)
    figure = Figure(
        id="redactions",
        columns=[
            Column(id="section", title=say("col.section")),
            Column(id="what", title=say("col.left_out")),
            Column(id="why", title=say("col.why")),
        ],
        groups=groups,
        caption=say("caption.redactions"),
    )
    whom = say(f"audience.{audience}")
    section = ReportSection(
        id="redactions",
        order=100,
        title=say("redactions.title"),
        lead=say("redactions.lead", count=count, whom=whom) if count else say("redactions.none", whom=whom),
        blocks=[figure] if groups else [],
    )
    page = setting.report(subject, ReportKind.REDACTIONS, f"redactions-{audience}", [section])
    return evolve(page, title=say("redactions.head", whom=whom))


def _rows(entries: Iterable[Redaction]) -> list[Row]:
    return [Row(cells=[Words(text=one.section), Words(text=one.what), Words(text=one.why)]) for one in entries]
