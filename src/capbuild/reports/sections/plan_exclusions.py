"""Needs, wishes and safeguards that a plan excludes, with reasons."""

from collections.abc import Iterable

from capbuild.model import Activity, Plan
from capbuild.reports.context import ReportContext
from capbuild.reports.model import Block, Bullets, Paragraph
from capbuild.reports.plan_text import explain_left_out, explain_unmet

#: Needs without an activity that are listed with the reason.
_LISTED = 6


def find_activity(name: str, context: ReportContext) -> Activity | None:
    """Return an activity of the catalogue by its id, or None."""
    catalogue = context.dossier.catalogue
    return next((a for a in catalogue.activities if a.id == name), None) if catalogue is not None else None


def get_activity_title(activity: str, context: ReportContext) -> str:
    """Return the title of an activity, or its id if unknown."""
    found = find_activity(activity, context)
    return context.say.text(found.title) if found is not None else activity


def list_exclusions(plan: Plan, context: ReportContext) -> list[Block]:
    """List unmet needs, impossible wishes and overridden safeguards.

    For audiences that see everything.
    """
    say = context.say
    if not context.disclosure.everything:
        return []
    wishes = [
        Paragraph(strong=say.label(_describe_wish(name, context)), text=explain_unmet(plan, name, say))
        for name in plan.unmet
    ]
    # People give the reason of an override in their own words, which no report translates.
    aside = [
        Paragraph(strong=say.label(_describe_wish(name, context)), text=why) for name, why in plan.overrides.items()
    ]
    return [
        *_make_list("plan.left_out.strong", len(plan.left_out), _list_left_out(plan, context), context),
        *_make_list("plan.unmet.strong", len(wishes), wishes, context),
        *_make_list("plan.overrides.strong", len(aside), aside, context),
    ]


def _make_list(key: str, count: int, points: Iterable[Paragraph], context: ReportContext) -> list[Block]:
    return [Paragraph(strong=context.say(key, count=count), text=""), Bullets(points=list(points))] if count else []


def _list_left_out(plan: Plan, context: ReportContext) -> list[Paragraph]:
    say, needs = context.say, context.dossier.needs
    titles = {need.id: say.text(need.statement) for need in needs} if needs is not None else {}
    shown = list(plan.left_out)[:_LISTED]
    points = [
        Paragraph(
            strong=say.label(titles.get(name, name)),
            text=explain_left_out(plan, name, say, context.activity_titles),
        )
        for name in shown
    ]
    if len(plan.left_out) > len(shown):
        points.append(Paragraph(text=say("plan.more_left_out", count=len(plan.left_out) - len(shown))))
    return points


def _describe_wish(wish: str, context: ReportContext) -> str:
    """Describe a wish such as `A09 JM`: activity id, title and country."""
    name, _, code = wish.partition(" ")
    title = get_activity_title(name, context)
    text = name if title == name else f"{name} {title}"
    return f"{text} ({context.name_of(code)})" if code else text
