"""Report on redactions of other reports, for the team."""

from collections.abc import Iterable

from capbuild.disclosure.outcome import Redaction
from capbuild.model import Assessment, AssessmentSet
from capbuild.reports.context import ReportContext, Values
from capbuild.reports.model import Report, ReportKind, RowGroup


def build_redaction_report(subject: AssessmentSet | Assessment, context: ReportContext) -> Report:
    """Build the report on an audience's redactions, by section.

    It says what kind of content is redacted, never the content itself.

    Args:
        subject: Subject of the reports.
        context: Context of this report for the team, with the log of redactions for other audiences.
    """
    t, log = context.t, context.disclosure.log
    audience = context.disclosure.log_audience or context.disclosure.audience
    groups = [
        (
            RowGroup(title=t(name, count=1)),
            _make_rows((redaction for redaction in log if redaction.section == name), context),
        )
        for name in dict.fromkeys(redaction.section for redaction in log)
    ]
    figure = context.table("redactions", groups=groups, caption=t("caption.redactions")) if groups else None
    whom = t(f"audience.{audience.value}")
    lead = t("redactions.lead", count=len(log), whom=whom) if log else t("redactions.none", whom=whom)
    section = context.section("redactions", 100, figure, lead=lead)
    name = f"redactions-{audience.value}"
    return context.report(subject, ReportKind.REDACTIONS, name, [section], title=t("redactions.head", whom=whom))


def _make_rows(entries: Iterable[Redaction], context: ReportContext) -> list[Values]:
    return [
        {
            "what=col.left_out": _describe_redaction(entry, context),
            "col.why": context.t(f"why.{entry.why}", count=entry.least),
        }
        for entry in entries
    ]


def _describe_redaction(redaction: Redaction, context: ReportContext) -> str:
    """Describe a redacted item."""
    t, about = context.t, redaction.about if isinstance(redaction.about, str) else context.t.text(redaction.about)
    if about in context.framework:
        about = f"{about} {context.marks.title(context.framework[about])}"
    text = t(f"left_out.{redaction.what}", id=about, count=redaction.count) if redaction.what else about
    name = context.name(redaction.country) if redaction.country is not None else ""
    return t.labelled(name, text) if name and text else name or text
