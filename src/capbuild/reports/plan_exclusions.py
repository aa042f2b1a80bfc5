"""What a plan does not do, and what it does against a safeguard: each with its reason."""

from collections.abc import Iterable

from capbuild.model import Activity, Plan
from capbuild.reports.context import Setting
from capbuild.reports.model import Block, Bullets, Paragraph
from capbuild.reports.plan_text import why_left_out, why_unmet

__all__ = ["activity_named", "activity_title", "not_planned"]

#: Needs without an activity that are listed with the reason.
_LISTED = 6


def activity_named(name: str, setting: Setting) -> Activity | None:
    """Return an activity of the catalogue by its id; None where there is none."""
    catalogue = setting.dossier.catalogue
    return next((a for a in catalogue.activities if a.id == name), None) if catalogue is not None else None


def activity_title(activity: str, setting: Setting) -> str:
    """Return the name of an activity of the catalogue; its id where there is none."""
    found = activity_named(activity, setting)
    return setting.say.text(found.title) if found is not None else activity


def not_planned(plan: Plan, setting: Setting) -> list[Block]:
    """Return needs without an activity, wishes that cannot be and safeguards set aside, for who sees everything."""
    say = setting.say
    if not setting.disclosure.everything:
        return []
    wishes = [Paragraph(strong=say.label(_wish(name, setting)), text=why_unmet(plan, name, say)) for name in plan.unmet]
    # People give the reason of an override in their own words, which no report translates.
    aside = [Paragraph(strong=say.label(_wish(name, setting)), text=why) for name, why in plan.overrides.items()]
    return [
        *_listed("plan.left_out.strong", len(plan.left_out), _left_out(plan, setting), setting),
        *_listed("plan.unmet.strong", len(wishes), wishes, setting),
        *_listed("plan.overrides.strong", len(aside), aside, setting),
    ]


def _listed(key: str, count: int, points: Iterable[Paragraph], setting: Setting) -> list[Block]:
    return [Paragraph(strong=setting.say(key, count=count), text=""), Bullets(points=list(points))] if count else []


def _left_out(plan: Plan, setting: Setting) -> list[Paragraph]:
    say, needs = setting.say, setting.dossier.needs
    titles = {need.id: say.text(need.statement) for need in needs} if needs is not None else {}
    shown = list(plan.left_out)[:_LISTED]
    points = [Paragraph(strong=say.label(titles.get(name, name)), text=why_left_out(plan, name, say)) for name in shown]
    if len(plan.left_out) > len(shown):
        points.append(Paragraph(text=say("plan.more_left_out", count=len(plan.left_out) - len(shown))))
    return points


def _wish(wish: str, setting: Setting) -> str:
    """Return a wish such as `A09 JM` in words: the id and name of the activity, and the country."""
    name, _, code = wish.partition(" ")
    title = activity_title(name, setting)
    said = name if title == name else f"{name} {title}"
    return f"{said} ({setting.called(code)})" if code else said
